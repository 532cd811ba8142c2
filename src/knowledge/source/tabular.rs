//! Rows of cells to pieces, for CSV and for sheets: questions with answers where the columns say so, else what `columns` makes of
//! them.
//!
//! Never: a column that is dropped without a word. What stands beside question and answer (an inner note, say) is left out on
//! purpose and reported, for it was not written for customers.

use crate::domain::limits::SOURCE_CHARS_MAX;
use crate::knowledge::pieces::Piece;
use crate::knowledge::reading::ReadingError;
use crate::knowledge::source::columns::{self, Stands};
use crate::knowledge::source::grid::Rows;
use crate::knowledge::source::read::{Extracted, Warning};

const QUESTION: [&str; 3] = ["frage", "question", "fragen"];
const ANSWER: [&str; 3] = ["antwort", "answer", "antworten"];
const TOPIC: [&str; 6] = ["kategorie", "thema", "bereich", "category", "topic", "section"];

/// Rows looked at to find the separator, and the names of the columns.
const PROBE_ROWS: usize = 20;
const HEAD_ROWS: usize = 3;

/// A CSV file (RFC 4180) as text; separated by semicolons, commas, tabs or bars.
pub fn csv(text: &str) -> Result<Extracted, ReadingError> {
    // Read in the house: a cell takes more memory than its text, so the text is counted before the first one.
    if text.chars().count() > SOURCE_CHARS_MAX {
        return Err(ReadingError::TooMuchText);
    }
    // What Excel writes, and reads, before the first row.
    let (said, text) = match text.split_once('\n') {
        Some((first, rest)) if first.len() == 5 && first.to_ascii_lowercase().starts_with("sep=") => (first.bytes().last(), rest),
        Some(_) | None => (None, text),
    };
    // A quote that is never closed would take all that follows into one cell.
    let open = text.matches('"').count() % 2 == 1;
    let separator = said.unwrap_or_else(|| separator(text, !open));
    let rows = records(text, separator, usize::MAX, !open)?;
    if rows.is_empty() {
        return Err(ReadingError::Empty);
    }
    let mut extracted = extract(Rows { rows, head: 0 }, Stands::Alone);
    extracted.warnings.extend(open.then_some(Warning::OpenQuote));
    Ok(extracted)
}

fn records(text: &str, separator: u8, limit: usize, quotes: bool) -> Result<Vec<Vec<String>>, ReadingError> {
    let mut builder = csv::ReaderBuilder::new();
    let mut reader = builder.delimiter(separator).quoting(quotes).has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    for record in reader.records().take(limit) {
        let record = record.map_err(|_| ReadingError::NotText)?;
        let bare = |cell: &str| if quotes { cell.trim().to_owned() } else { cell.trim().trim_matches('"').trim().to_owned() };
        let cells: Vec<String> = record.iter().map(bare).collect();
        if cells.iter().any(|cell| !cell.is_empty()) {
            rows.push(cells);
        }
    }
    Ok(rows)
}

/// The separator that splits most rows of the beginning into the most cells. German programs write semicolons, for the comma is
/// in the prices; a title above the table has none.
fn separator(text: &str, quotes: bool) -> u8 {
    let width = |separator: u8| {
        let mut widths: Vec<usize> =
            records(text, separator, PROBE_ROWS, quotes).map(|rows| rows.iter().map(Vec::len).collect()).unwrap_or_default();
        widths.sort_unstable();
        widths.get(widths.len() / 2).copied().unwrap_or(0)
    };
    let mut best = (b';', width(b';'));
    for candidate in [b'\t', b'|', b','] {
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
    /// Rows before the first one that holds data.
    above: usize,
}

fn columns_of(rows: &[Vec<String>]) -> Option<Columns> {
    for (at, head) in rows.iter().enumerate().take(HEAD_ROWS) {
        let find = |names: &[&str]| head.iter().position(|cell| names.contains(&cell.to_lowercase().trim_end_matches(':')));
        if let (Some(question), Some(answer)) = (find(&QUESTION), find(&ANSWER)) {
            return Some(Columns { question, answer, topic: find(&TOPIC), above: at + 1 });
        }
    }
    // Two columns without such names are questions where the first one asks; a list of prices does not.
    let asks = |cells: &Vec<String>| cells.first().is_some_and(|cell| cell.ends_with('?'));
    let two = rows.iter().all(|cells| cells.len() == 2);
    (two && rows.iter().filter(|cells| asks(cells)).count() * 2 > rows.len()).then(|| Columns {
        question: 0,
        answer: 1,
        topic: None,
        above: usize::from(!rows.first().is_some_and(asks)),
    })
}

/// Pieces of a table whose first rows may name its columns.
pub fn extract(rows: Rows, stands: Stands) -> Extracted {
    let Some(columns) = columns_of(&rows.rows) else {
        return Extracted { pieces: columns::pieces(rows, stands), warnings: Vec::new() };
    };
    let width = rows.rows.iter().map(Vec::len).max().unwrap_or(0);
    let left_out = width.saturating_sub(2 + usize::from(columns.topic.is_some()));
    let mut extracted = Extracted::default();
    if left_out > 0 {
        extracted.warnings.push(Warning::ColumnsLeftOut(left_out));
    }
    let (mut topic, mut half) = (String::new(), 0);
    for cells in rows.rows.iter().skip(columns.above) {
        let cell = |at: usize| cells.get(at).cloned().unwrap_or_default();
        if let Some(at) = columns.topic
            && cell(at) != topic
        {
            topic = cell(at);
            extracted.pieces.push(Piece::Heading { level: 2, title: topic.clone() });
        }
        let (question, answer) = (cell(columns.question), cell(columns.answer));
        match (question.is_empty(), answer.is_empty()) {
            (false, false) => extracted.pieces.push(Piece::Answer { question, answer }),
            (true, true) => {}
            (true, false) | (false, true) => half += 1,
        }
    }
    extracted.warnings.extend((half > 0).then_some(Warning::AnswersMissing(half)));
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
        assert_eq!(rows("Artikel,Preis\n\"Licht\n\",\"12,50\"\n\n"), [["Artikel", "Preis"], ["Licht", "12,50"]]);
        assert_eq!(csv("\n\n"), Err(ReadingError::Empty));
        assert_eq!(csv(&";".repeat(SOURCE_CHARS_MAX + 1)), Err(ReadingError::TooMuchText));
    }

    #[test]
    fn what_stands_around_the_table() {
        let title = |title: &str| Piece::Heading { level: 2, title: title.to_owned() };
        let told = csv("\nPreisliste 2026\n\nLeistung;Preis;Dauer\nBremsen;19,00 EUR;1 Std\n").unwrap().pieces;
        assert_eq!(told.first(), Some(&title("Preisliste 2026")));
        let read = [answer("Haben Sie Parkplätze?", "Ja, im Hof.")];
        for text in [
            "sep=;\nFrage;Antwort\nHaben Sie Parkplätze?;Ja, im Hof.\n",
            "Frage|Antwort\nHaben Sie Parkplätze?|Ja, im Hof.\n",
            "FAQ\nFrage;Antwort\nHaben Sie Parkplätze?;Ja, im Hof.\n",
        ] {
            assert_eq!(csv(text).expect(text).pieces, read, "{text}");
        }
        let open = csv("Leistung;Preis\n\"Lenker;19,00 EUR\nNabe;29,00 EUR\n").unwrap();
        let expected = [["Leistung", "Preis"], ["Lenker", "19,00 EUR"], ["Nabe", "29,00 EUR"]];
        assert_eq!(open.pieces, [Piece::Table(expected.map(|row| row.map(str::to_owned).to_vec()).to_vec())]);
        assert_eq!(open.warnings, [Warning::OpenQuote]);
        let half = csv("Frage;Antwort\nHaben Sie WLAN?;Ja\nOffen?;\n;Ohne Frage\n").unwrap();
        assert_eq!((half.pieces.len(), half.warnings), (1, vec![Warning::AnswersMissing(2)]));
    }
}
