//! A table as rows of equal columns: cells that span several columns or rows are written out, so that no value stands under
//! the name of another column.
//!
//! A span that begins in the first column names the row and is written once; one further right holds for every column that it
//! covers. Never: a grid without limit, for a span is a number that anybody can write.

use crate::knowledge::source::Refusal;

/// Cells of one table, spans written out.
const CELLS_MAX: usize = 500_000;
/// HTML allows no wider span, and no office program has more columns for a person to read.
const ACROSS_MAX: usize = 1_000;

#[derive(Debug, Default)]
struct Row {
    cells: Vec<String>,
    /// All its filled cells are marked as names, as far as there are any.
    marked: Option<bool>,
}

/// A table under way.
#[derive(Debug, Default)]
pub struct Grid {
    rows: Vec<Row>,
    /// What hangs down into rows to come, by column, and into how many.
    hanging: Vec<(String, usize)>,
    cells: usize,
}

/// Rows, and how many of the first are marked as the names of the columns.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Rows {
    pub rows: Vec<Vec<String>>,
    pub head: usize,
}

impl Grid {
    pub fn row(&mut self) {
        self.end_row();
        self.rows.push(Row::default());
    }

    /// A cell that spans so many columns and rows.
    pub fn cell(&mut self, text: &str, (across, down): (usize, usize), marked: bool) {
        if self.rows.is_empty() {
            self.row();
        }
        self.hang(false);
        let from = self.rows.last().map_or(0, |row| row.cells.len());
        for n in 0..across.clamp(1, ACROSS_MAX) {
            let text = if n > 0 && from == 0 { "" } else { text };
            self.push(text.to_owned());
            if down > 1 {
                let at = from + n;
                if self.hanging.len() <= at {
                    self.hanging.resize_with(at + 1, Default::default);
                }
                if let Some(hanging) = self.hanging.get_mut(at) {
                    *hanging = (text.to_owned(), down - 1);
                }
            }
        }
        if let Some(row) = self.rows.last_mut().filter(|_| !text.is_empty()) {
            row.marked = Some(marked && row.marked.unwrap_or(true));
        }
    }

    /// A cell that goes on with the one above it.
    pub fn cell_below(&mut self, across: usize) {
        let from = self.rows.last().map_or(0, |row| row.cells.len());
        for at in from..from + across.clamp(1, ACROSS_MAX) {
            let above = self.rows.len().checked_sub(2).and_then(|above| self.rows.get(above)?.cells.get(at)).cloned();
            self.push(above.unwrap_or_default());
        }
    }

    fn push(&mut self, text: String) {
        self.cells += 1;
        if let Some(row) = self.rows.last_mut().filter(|_| self.cells <= CELLS_MAX) {
            row.cells.push(text);
        }
    }

    /// Cells that hang down from above into the place that is next; at the end of a row all that are left.
    fn hang(&mut self, all: bool) {
        while self.cells <= CELLS_MAX
            && let Some(at) = self.rows.last().map(|row| row.cells.len())
            && let Some((text, left)) = self.hanging.get_mut(at)
        {
            if *left == 0 && !all {
                return;
            }
            let text = if *left > 0 { text.clone() } else { String::new() };
            *left = left.saturating_sub(1);
            self.push(text);
        }
    }

    fn end_row(&mut self) {
        if self.hanging.iter().any(|(_, left)| *left > 0) && !self.rows.is_empty() {
            self.hang(true);
        }
    }

    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows that hold something.
    pub fn finish(mut self) -> Result<Rows, Refusal> {
        self.end_row();
        if self.cells > CELLS_MAX {
            return Err(Refusal::TooMuchText);
        }
        self.rows.retain(|row| row.cells.iter().any(|cell| !cell.is_empty()));
        let marked = self.rows.iter().take_while(|row| row.marked == Some(true)).count();
        // Where everything is marked, the mark means nothing.
        let head = if marked == self.rows.len() { 0 } else { marked };
        Ok(Rows { rows: self.rows.into_iter().map(|row| row.cells).collect(), head })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_keep_their_columns() {
        let mut grid = Grid::default();
        for name in ["Kurs", "Ort", "Preis"] {
            grid.cell(name, (1, 1), true);
        }
        grid.row();
        grid.cell("Fahrtechnik", (1, 2), false);
        grid.cell("Ulm", (1, 1), false);
        grid.cell("49 EUR", (1, 3), false);
        grid.row();
        grid.cell("Neustadt", (1, 1), false);
        grid.row();
        grid.cell("Überall", (2, 1), false);
        grid.row();
        grid.cell("Ausfahrt", (1, 1), false);
        grid.cell("entfällt", (2, 1), false);
        let rows = grid.finish().unwrap();
        let expected = [
            ["Kurs", "Ort", "Preis"],
            ["Fahrtechnik", "Ulm", "49 EUR"],
            ["Fahrtechnik", "Neustadt", "49 EUR"],
            ["Überall", "", "49 EUR"],
            ["Ausfahrt", "entfällt", "entfällt"],
        ];
        assert_eq!(rows.rows, expected);
        assert_eq!(rows.head, 1);
    }

    #[test]
    fn a_span_without_measure_is_refused() {
        let mut grid = Grid::default();
        for _ in 0..2_000 {
            grid.row();
            grid.cell("x", (usize::MAX, usize::MAX), false);
        }
        assert_eq!(grid.finish(), Err(Refusal::TooMuchText));
    }
}
