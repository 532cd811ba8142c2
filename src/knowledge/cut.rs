//! Cuts a source into passages: some sentences that belong together, under their headings.
//!
//! Lists, tables and a question with its answer stay whole as long as they fit; a table row becomes a line that can be
//! read and cited alone. Never: a passage that spans two headings, or words that the source does not hold.

use crate::domain::limits::PASSAGE_BYTES_MAX;
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

/// The passages of a source, whatever format it came in.
pub fn passages(pieces: Vec<Piece>) -> Vec<Cut> {
    let mut cutter = Cutter::default();
    for piece in pieces {
        match piece {
            Piece::Heading { level, title } => cutter.heading(level, title),
            Piece::Answer { question, answer } => cutter.answer(question, &answer),
            block @ (Piece::Paragraph(_) | Piece::List(_) | Piece::Table(_) | Piece::Code(_)) => cutter.blocks.push(block),
        }
    }
    cutter.finish()
}

/// Plain text, cut.
pub fn plain(text: &str) -> Vec<Cut> {
    passages(markdown::plain(text))
}

/// Markdown, cut.
pub fn markdown(text: &str) -> Vec<Cut> {
    passages(markdown::markdown(text))
}

#[derive(Default)]
struct Cutter {
    path: Vec<(u8, String)>,
    blocks: Vec<Piece>,
    cuts: Vec<Cut>,
}

impl Cutter {
    fn heading(&mut self, level: u8, title: String) {
        self.close();
        self.path.retain(|(above, _)| *above < level);
        if !title.trim().is_empty() {
            self.path.push((level, title));
        }
    }

    fn titles(&self) -> Vec<String> {
        self.path.iter().map(|(_, title)| title.clone()).collect()
    }

    /// The question stands above its answer like a heading: it is searched for, and the answer alone is what is cited.
    fn answer(&mut self, question: String, answer: &str) {
        self.close();
        let mut heading = self.titles();
        heading.push(question);
        push_cut(&mut self.cuts, &heading, answer);
    }

    /// Puts the blocks under one heading together into passages.
    fn close(&mut self) {
        let heading = self.titles();
        let mut text = String::new();
        for piece in glued(std::mem::take(&mut self.blocks)) {
            if !text.is_empty() && text.len() + 2 + piece.len() > PASSAGE_BYTES_TARGET {
                push_cut(&mut self.cuts, &heading, &std::mem::take(&mut text));
            }
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(&piece);
        }
        push_cut(&mut self.cuts, &heading, &text);
    }

    fn finish(mut self) -> Vec<Cut> {
        // A source of titles alone is still text.
        if self.cuts.is_empty() && self.blocks.is_empty() {
            let lines = self.titles();
            self.path.clear();
            self.blocks.push(Piece::Paragraph(lines));
        }
        self.close();
        self.cuts
    }
}

/// Blocks as text; a question keeps its answer, an announcement its list.
fn glued(blocks: Vec<Piece>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for block in blocks {
        let piece = match block {
            Piece::Table(rows) => table_lines(&rows).join("\n"),
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
    all
}

fn push_cut(cuts: &mut Vec<Cut>, heading: &[String], text: &str) {
    for piece in within_limit(text) {
        cuts.push(Cut { heading: heading.to_vec(), text: piece });
    }
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
fn table_lines(rows: &[Vec<String>]) -> Vec<String> {
    let Some((head, body)) = rows.split_first() else { return Vec::new() };
    if body.is_empty() {
        return vec![head.join(", ")];
    }
    body.iter()
        .map(|cells| {
            let Some((name, values)) = cells.split_first() else { return String::new() };
            if let [value] = values {
                return format!("{name}: {value}");
            }
            let named = head.iter().skip(1).zip(values).filter(|(_, value)| !value.is_empty());
            let named: Vec<String> = named.map(|(title, value)| format!("{title}: {value}")).collect();
            format!("{name} – {}", named.join(", "))
        })
        .collect()
}

#[cfg(test)]
#[path = "cut_tests.rs"]
mod tests;
