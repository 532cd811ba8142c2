//! The plain text that grows while HTML is read: white space, lines, table cells, marks.
//!
//! Never: a style or a tag; more than the text limit (the caller asks `full`).

use crate::domain::limits::MAIL_TEXT_BYTES_MAX;
use crate::mail::parse::html_marks::{Mark, MarkKind};

#[derive(Debug, Default)]
pub struct Output {
    text: String,
    marks: Vec<Mark>,
    /// Line ends owed before the next word (2 = an empty line).
    owed_lines: usize,
    owed_space: bool,
    /// A cell separator is owed instead of a line end.
    owed_cell: bool,
    /// Start of the current table row in `text`.
    row_start: usize,
    cell_start: usize,
    full: bool,
}

impl Output {
    pub fn full(&self) -> bool {
        self.full
    }

    pub fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Where the next visible character will stand.
    pub fn position(&self) -> usize {
        let owed = if self.text.is_empty() { 0 } else { self.owed_lines };
        self.text.len() + owed
    }

    pub fn length(&self) -> usize {
        self.text.len()
    }

    /// At least `count` line ends before the next word.
    pub fn lines(&mut self, count: usize) {
        if self.owed_cell {
            return;
        }
        self.owed_lines = self.owed_lines.max(count.min(2));
        self.owed_space = false;
    }

    /// `<br>`: one more line end.
    pub fn line_break(&mut self) {
        self.owed_cell = false;
        self.owed_lines = (self.owed_lines + 1).min(3);
        self.owed_space = false;
    }

    pub fn row(&mut self) {
        self.owed_cell = false;
        self.lines(1);
        self.row_start = self.position();
    }

    /// A new cell: on the same line, unless the row already has several.
    pub fn cell(&mut self) {
        self.cell_start = self.text.len();
        let row = self.current_row();
        if row.is_empty() {
            return;
        }
        if row.contains('\n') || row.len() > 200 {
            self.lines(1);
        } else {
            self.owed_lines = 0;
            self.owed_space = false;
            self.owed_cell = true;
        }
    }

    fn current_row(&self) -> &str {
        self.text.get(self.row_start..).unwrap_or("").trim()
    }

    /// Rows of one line each stand close together.
    pub fn end_row(&mut self) {
        self.owed_cell = false;
        if !self.current_row().contains('\n') {
            self.owed_lines = self.owed_lines.min(1);
        }
    }

    /// Nothing was written in this cell yet.
    pub fn cell_is_new(&self) -> bool {
        self.text.len() == self.cell_start
    }

    pub fn word_space(&mut self) {
        if self.owed_lines == 0 && !self.owed_cell {
            self.owed_space = true;
        }
    }

    /// Adds text with collapsed white space.
    pub fn flow(&mut self, text: &str) {
        let starts_with_space = text.starts_with(is_space);
        if starts_with_space {
            self.word_space();
        }
        for word in text.split(is_space).filter(|w| !w.is_empty()) {
            self.put(word);
            self.owed_space = true;
        }
        if !text.ends_with(is_space) {
            self.owed_space = false;
        }
    }

    /// Adds preformatted text.
    pub fn verbatim(&mut self, text: &str) {
        for (n, line) in text.split('\n').enumerate() {
            if n > 0 {
                self.line_break();
            }
            let line = line.trim_end_matches('\r');
            if !line.is_empty() {
                self.put(line);
            }
        }
    }

    /// Adds one piece as it is, after what is owed.
    pub fn put(&mut self, piece: &str) {
        if self.text.len() + piece.len() + 4 > MAIL_TEXT_BYTES_MAX {
            self.full = true;
            return;
        }
        if self.text.is_empty() {
            self.owed_lines = 0;
            self.owed_space = false;
            self.owed_cell = false;
        }
        if self.owed_cell {
            self.text.push_str(" | ");
        } else if self.owed_lines > 0 {
            self.text.extend(std::iter::repeat_n('\n', self.owed_lines));
        } else if self.owed_space && !self.text.ends_with([' ', '\n']) {
            self.text.push(' ');
        }
        self.owed_cell = false;
        self.owed_lines = 0;
        self.owed_space = false;
        self.text.push_str(piece);
    }

    pub fn mark(&mut self, kind: MarkKind, start: usize) {
        let end = self.text.len();
        if end > start || kind == MarkKind::QuoteFromHere {
            self.marks.push(Mark { kind, start, end });
        }
    }

    /// Was any mark of this kind made at or after `start`?
    pub fn holds(&self, kind: MarkKind, start: usize) -> bool {
        self.marks.iter().rev().take_while(|m| m.end >= start).any(|m| m.kind == kind && m.start >= start)
    }

    /// What was written since `start`.
    pub fn since(&self, start: usize) -> &str {
        self.text.get(start..).unwrap_or("").trim()
    }

    /// The text without white space at its end, and its marks.
    pub fn finish(mut self) -> (String, Vec<Mark>) {
        self.text.truncate(self.text.trim_end().len());
        for mark in &mut self.marks {
            mark.end = mark.end.min(self.text.len());
        }
        (self.text, self.marks)
    }
}

/// HTML white space, and the no-break space that editors put for it.
const fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0c' | '\u{a0}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn collapses_and_keeps_cells_on_a_line() {
        let mut out = Output::default();
        out.flow("  a \n b ");
        out.lines(2);
        out.row();
        out.cell();
        out.flow("1");
        out.cell();
        out.lines(1);
        out.flow("2");
        out.row();
        out.flow("x");
        out.line_break();
        out.flow("y");
        assert_eq!(out.finish().0, "a b\n\n1 | 2\nx\ny");
    }
}
