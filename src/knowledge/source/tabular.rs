//! Rows of cells to pieces, for CSV and for sheets: questions with answers where the columns say so, else a table.
//!
//! Never: a column that is dropped without a word. What stands beside question and answer (an inner note, say) is left out on
//! purpose and reported, for it was not written for customers.

use crate::domain::limits::SOURCE_CHARS_MAX;
use crate::knowledge::pieces::Piece;
use crate::knowledge::reading::ReadingError;
use crate::knowledge::source::read::{Extracted, Warning};

const QUESTION: [&str; 3] = ["frage", "question", "fragen"];
const ANSWER: [&str; 3] = ["antwort", "answer", "antworten"];
const TOPIC: [&str; 6] = ["kategorie", "thema", "bereich", "category", "topic", "section"];

/// Rows looked at to find the separator.
const PROBE_ROWS: usize = 20;

/// A CSV file (RFC 4180) as text; separated by semicolons, commas or tabs.
pub fn csv(text: &str) -> Result<Extracted, ReadingError> {
    // Read in the house: a cell takes more memory than its text, so the text is counted before the first one.
    if text.chars().count() > SOURCE_CHARS_MAX {
        return Err(ReadingError::TooMuchText);
    }
    let rows = records(text, separator(text), usize::MAX)?;
    if rows.is_empty() {
        return Err(ReadingError::Empty);
    }
    Ok(extract(rows))
}

fn records(text: &str, separator: u8, limit: usize) -> Result<Vec<Vec<String>>, ReadingError> {
    let mut reader = csv::ReaderBuilder::new().delimiter(separator).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records().take(limit) {
        let record = record.map_err(|_| ReadingError::NotText)?;
        let cells: Vec<String> = record.iter().map(|cell| cell.trim().to_owned()).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push(cells);
        }
    }
    Ok(rows)
}

/// The separator that splits every row of the beginning into the most cells. German programs write semicolons, for the
/// comma is in the prices.
fn separator(text: &str) -> u8 {
    let width = |separator: u8| records(text, separator, PROBE_ROWS).ok().and_then(|rows| rows.iter().map(Vec::len).min()).unwrap_or(0);
    let mut best = (b';', width(b';'));
    for candidate in [b'\t', b','] {
        let width = width(candidate);
        if width > best.1 {
            best = (candidate, width);
        }
    }
    best.0
}

/// Where question, answer and topic stand.
struct Columns {
    question: usize,
    answer: usize,
    topic: Option<usize>,
    /// The first row holds data already.
    headless: bool,
}

fn columns(rows: &[Vec<String>]) -> Option<Columns> {
    let head = rows.first()?;
    let find = |names: &[&str]| head.iter().position(|cell| names.contains(&cell.to_lowercase().trim_end_matches(':')));
    if let (Some(question), Some(answer)) = (find(&QUESTION), find(&ANSWER)) {
        return Some(Columns { question, answer, topic: find(&TOPIC), headless: false });
    }
    // Two columns without such names are questions where the first one asks; a list of prices does not.
    let asks = rows.iter().filter(|cells| cells.first().is_some_and(|cell| cell.ends_with('?'))).count();
    let two = rows.iter().all(|cells| cells.len() == 2);
    (two && asks * 2 > rows.len()).then(|| Columns {
        question: 0,
        answer: 1,
        topic: None,
        headless: head.first().is_some_and(|cell| cell.ends_with('?')),
    })
}

/// Pieces of a table whose first row may name its columns.
pub fn extract(rows: Vec<Vec<String>>) -> Extracted {
    let Some(columns) = columns(&rows) else {
        return Extracted { pieces: vec![Piece::Table(rows)], warnings: Vec::new() };
    };
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let left_out = width.saturating_sub(2 + usize::from(columns.topic.is_some()));
    let mut extracted = Extracted::default();
    if left_out > 0 {
        extracted.warnings.push(Warning::ColumnsLeftOut(left_out));
    }
    let mut topic = String::new();
    for cells in rows.iter().skip(usize::from(!columns.headless)) {
        let cell = |at: usize| cells.get(at).cloned().unwrap_or_default();
        if let Some(at) = columns.topic
            && cell(at) != topic
        {
            topic = cell(at);
            extracted.pieces.push(Piece::Heading { level: 2, title: topic.clone() });
        }
        let (question, answer) = (cell(columns.question), cell(columns.answer));
        if !question.is_empty() && !answer.is_empty() {
            extracted.pieces.push(Piece::Answer { question, answer });
        }
    }
    extracted
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer(question: &str, answer: &str) -> Piece {
        Piece::Answer { question: question.to_owned(), answer: answer.to_owned() }
    }

    #[test]
    fn questions_with_answers() {
        let versand = answer("Was kostet der Versand?", "4,90 €; ab 50 € frei");
        let abholung = answer("Kann ich \"abholen\"?", "Ja,\njederzeit");
        let both = [versand.clone(), abholung.clone()];
        for text in [
            "Frage;Antwort\nWas kostet der Versand?;\"4,90 €; ab 50 € frei\"\n\"Kann ich \"\"abholen\"\"?\";\"Ja,\njederzeit\"\n",
            "question,answer\r\nWas kostet der Versand?,\"4,90 €; ab 50 € frei\"\r\n\"Kann ich \"\"abholen\"\"?\",\"Ja,\njederzeit\"\r\n",
            "Was kostet der Versand?\t4,90 €; ab 50 € frei\n\"Kann ich \"\"abholen\"\"?\"\t\"Ja,\njederzeit\"\n",
            "Text\tSatz\nWas kostet der Versand?\t4,90 €; ab 50 € frei\n\"Kann ich \"\"abholen\"\"?\"\t\"Ja,\njederzeit\"\n",
        ] {
            assert_eq!(csv(text).expect(text).pieces, both, "{text}");
        }
        let noted =
            csv("Kategorie;Frage;Antwort;Interne Notiz\nVersand;Was kostet der Versand?;\"4,90 €; ab 50 € frei\";nie sagen\n").unwrap();
        assert_eq!(noted.pieces, [Piece::Heading { level: 2, title: "Versand".to_owned() }, versand]);
        assert_eq!(noted.warnings, [Warning::ColumnsLeftOut(1)]);
    }

    #[test]
    fn other_tables_stay_tables() {
        let rows = |text: &str| match csv(text).expect(text).pieces.as_slice() {
            [Piece::Table(rows)] => rows.clone(),
            other => panic!("{other:?}"),
        };
        assert_eq!(rows("Leistung;Preis\nInspektion;89,00 EUR\n"), [["Leistung", "Preis"], ["Inspektion", "89,00 EUR"]]);
        assert_eq!(rows("a,b,c\n1,\"2\n3\",4\n\n").len(), 2);
        assert_eq!(csv("\n\n"), Err(ReadingError::Empty));
        assert_eq!(csv(&";".repeat(SOURCE_CHARS_MAX + 1)), Err(ReadingError::TooMuchText));
    }
}
