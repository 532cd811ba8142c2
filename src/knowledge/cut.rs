//! Cuts a source into passages: some sentences that belong together, under their headings.
//!
//! Lists, tables and a question with its answer stay whole as long as they fit; a table row becomes a line that can be
//! read and cited alone. Never: a passage that spans two headings, or words that the source does not hold; a source that
//! swells without limit, for every passage repeats what stands above it and every row the names of its columns.

use crate::domain::limits::{PASSAGE_BYTES_MAX, SOURCE_CUT_BYTES_MAX, SOURCE_PASSAGES_MAX, SOURCE_TITLE_CHARS_MAX};
use crate::knowledge::markdown;
use crate::knowledge::pieces::Piece;

/// Paragraphs under one heading are put together up to here; what is much longer dilutes the ranking.
const PASSAGE_BYTES_TARGET: usize = 700;

/// A piece of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// Outermost first.
    pub heading: Vec<String>,
    pub text: String,
}

/// Why a source is not cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CutError {
    #[error("A heading, the name of a column or a question is longer than {SOURCE_TITLE_CHARS_MAX} characters")]
    Title,
    #[error("The file makes more than {SOURCE_PASSAGES_MAX} passages, or more than {} MiB of them", SOURCE_CUT_BYTES_MAX / (1024 * 1024))]
    TooMany,
}

/// The passages of a source, whatever format it came in.
pub fn passages(pieces: Vec<Piece>) -> Result<Vec<Cut>, CutError> {
    let mut cutter = Cutter::default();
    for piece in pieces {
        match piece {
            Piece::Heading { level, title } => cutter.heading(level, title)?,
            Piece::Answer { question, answer } => cutter.answer(question, &answer)?,
            block @ (Piece::Paragraph(_) | Piece::List(_) | Piece::Table(_) | Piece::Code(_)) => cutter.blocks.push(block),
        }
    }
    cutter.finish()
}

/// Plain text, cut.
pub fn plain(text: &str) -> Result<Vec<Cut>, CutError> {
    passages(markdown::plain(text))
}

/// Markdown, cut.
pub fn markdown(text: &str) -> Result<Vec<Cut>, CutError> {
    passages(markdown::markdown(text))
}

fn title(text: &str) -> Result<&str, CutError> {
    // Bytes first: no character has none.
    if text.len() > SOURCE_TITLE_CHARS_MAX && text.chars().count() > SOURCE_TITLE_CHARS_MAX { Err(CutError::Title) } else { Ok(text) }
}

#[derive(Default)]
struct Cutter {
    path: Vec<(u8, String)>,
    blocks: Vec<Piece>,
    cuts: Vec<Cut>,
    /// What the cuts weigh, headings included.
    bytes: usize,
}

impl Cutter {
    fn heading(&mut self, level: u8, text: String) -> Result<(), CutError> {
        self.close()?;
        self.path.retain(|(above, _)| *above < level);
        if !title(text.trim())?.is_empty() {
            self.path.push((level, text));
        }
        Ok(())
    }

    fn titles(&self) -> Vec<String> {
        self.path.iter().map(|(_, title)| title.clone()).collect()
    }

    /// The question stands above its answer like a heading: it is searched for, and the answer alone is what is cited.
    fn answer(&mut self, question: String, answer: &str) -> Result<(), CutError> {
        self.close()?;
        title(&question)?;
        let mut heading = self.titles();
        heading.push(question);
        self.push(&heading, answer)
    }

    /// Puts the blocks under one heading together into passages.
    fn close(&mut self) -> Result<(), CutError> {
        if self.blocks.is_empty() {
            return Ok(());
        }
        let heading = self.titles();
        let mut text = String::new();
        for piece in glued(std::mem::take(&mut self.blocks))? {
            if !text.is_empty() && text.len() + 2 + piece.len() > PASSAGE_BYTES_TARGET {
                self.push(&heading, &std::mem::take(&mut text))?;
            }
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(&piece);
        }
        self.push(&heading, &text)
    }

    fn push(&mut self, heading: &[String], text: &str) -> Result<(), CutError> {
        let above: usize = heading.iter().map(String::len).sum();
        for text in within_limit(text) {
            self.bytes += above + text.len();
            if self.cuts.len() >= SOURCE_PASSAGES_MAX || self.bytes > SOURCE_CUT_BYTES_MAX {
                return Err(CutError::TooMany);
            }
            self.cuts.push(Cut { heading: heading.to_vec(), text });
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Vec<Cut>, CutError> {
        // A source of titles alone is still text.
        if self.cuts.is_empty() && self.blocks.is_empty() {
            let lines = self.titles();
            self.path.clear();
            self.blocks.push(Piece::Paragraph(lines));
        }
        self.close()?;
        Ok(self.cuts)
    }
}

/// Blocks as text; a question keeps its answer, an announcement its list.
fn glued(blocks: Vec<Piece>) -> Result<Vec<String>, CutError> {
    let mut all: Vec<String> = Vec::new();
    for block in blocks {
        let piece = match block {
            Piece::Table(rows) => table_lines(&rows)?.join("\n"),
            Piece::Paragraph(lines) | Piece::List(lines) | Piece::Code(lines) => lines.join("\n"),
            // They make passages of their own before anything is glued.
            Piece::Heading { title: text, .. } | Piece::Answer { answer: text, .. } => text,
        };
        if piece.trim().is_empty() {
            continue;
        }
        match all.last_mut() {
            Some(last) if last.ends_with([':', '?']) => {
                last.push_str("\n\n");
                last.push_str(&piece);
            }
            _ => all.push(piece),
        }
    }
    Ok(all)
}

/// Cuts what is longer than a passage may be: at lines, else after sentences, else between words, else between letters.
fn within_limit(text: &str) -> Vec<String> {
    let text = text.trim();
    if text.is_empty() {
        return Vec::new();
    }
    let mut rest = text;
    let mut all = Vec::new();
    while rest.len() > PASSAGE_BYTES_MAX {
        let mut end = PASSAGE_BYTES_MAX;
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        let window = rest.get(..end).unwrap_or(rest);
        let half = window.len() / 2;
        let at = ["\n\n", "\n", ". ", "? ", "! ", " "]
            .iter()
            .find_map(|mark| window.rfind(mark).map(|at| at + mark.len()).filter(|at| *at >= half))
            .unwrap_or(window.len());
        let (piece, after) = rest.split_at(at);
        all.push(piece.trim().to_owned());
        rest = after.trim_start();
    }
    if !rest.is_empty() {
        all.push(rest.to_owned());
    }
    all
}

/// Each row as a line that stands alone: `Inspektion: 89,00 EUR`, or with more columns `Inspektion – Preis: 89,00 EUR, Dauer: 2 Tage`.
/// A cell whose column has no name is told without one.
fn table_lines(rows: &[Vec<String>]) -> Result<Vec<String>, CutError> {
    let Some((head, body)) = rows.split_first() else { return Ok(Vec::new()) };
    if body.is_empty() {
        return Ok(vec![head.join(", ")]);
    }
    for name in head {
        title(name)?;
    }
    let mut lines = Vec::with_capacity(body.len());
    let mut bytes = 0;
    for cells in body {
        let line = row_line(head, cells);
        bytes += line.len();
        if bytes > SOURCE_CUT_BYTES_MAX {
            return Err(CutError::TooMany);
        }
        lines.push(line);
    }
    Ok(lines)
}

fn row_line(head: &[String], cells: &[String]) -> String {
    let Some((name, values)) = cells.split_first() else { return String::new() };
    let told = |(at, value): (usize, &String)| match head.get(at + 1).filter(|title| !title.is_empty()) {
        Some(title) => format!("{title}: {value}"),
        None => value.clone(),
    };
    let filled = values.iter().filter(|value| !value.is_empty()).count();
    // Two columns need no names.
    if let ([value], true) = (values, head.len() <= 2 && filled == 1 && !name.is_empty()) {
        return format!("{name}: {value}");
    }
    let told: Vec<String> = values.iter().enumerate().filter(|(_, value)| !value.is_empty()).map(told).collect();
    match (name.is_empty(), told.is_empty()) {
        (_, true) => name.clone(),
        (true, false) => told.join(", "),
        (false, false) => format!("{name} – {}", told.join(", ")),
    }
}

#[cfg(test)]
#[path = "cut_tests.rs"]
mod tests;
