//! XLSX (ECMA-376 SpreadsheetML): every visible sheet as tables, questions with answers where its columns say so.
//!
//! Merged cells are written out (as `grid` does). Never: hidden sheets, rows or columns, which were hidden for a reason; struck
//! cells; formulas; comments.

use crate::domain::Language;
use crate::domain::limits::SOURCE_CHARS_MAX;
use crate::knowledge::language;
use crate::knowledge::pieces::Piece;
use crate::knowledge::source::Refusal;
use crate::knowledge::source::cells::{Writing, number};
use crate::knowledge::source::columns::Stands;
use crate::knowledge::source::grid::Rows;
use crate::knowledge::source::package::{Node, Package, attribute, walk};
use crate::knowledge::source::read::{Extracted, Warning};
use crate::knowledge::source::tabular;
use crate::knowledge::source::workbook::{self, Workbook, is_on};
use quick_xml::events::BytesStart;
use std::collections::{BTreeMap, BTreeSet};

/// Cells of one table, empty ones and merged ones written out.
const CELLS_MAX: usize = 1_000_000;

pub fn read(package: &mut Package<'_>) -> Result<Extracted, Refusal> {
    let workbook = workbook::read(package)?;
    let sample = workbook.texts.iter().take(500).map(String::as_str).collect::<Vec<_>>().join("\n");
    let writing = Writing { comma: language::of(&sample) != Language::En, since_1904: workbook.since_1904 };
    let mut extracted = Extracted::default();
    let mut hidden = workbook.sheets.iter().filter(|sheet| sheet.hidden).count();
    let (mut chars, mut unworked) = (0, 0);
    for sheet in workbook.sheets.iter().filter(|sheet| !sheet.hidden) {
        // Charts are sheets without cells.
        let Some(xml) = package.part(&sheet.part)? else { continue };
        let mut reading = Sheet::new(&workbook, writing);
        walk(&xml, |node| reading.node(node))?;
        hidden += reading.hidden;
        chars += reading.chars;
        if chars > SOURCE_CHARS_MAX {
            return Err(Refusal::TooMuchText);
        }
        unworked += reading.unworked;
        if !reading.rows.is_empty() {
            extracted.pieces.push(Piece::Heading { level: 1, title: sheet.name.clone() });
            reading.merge()?;
            tables(reading.rows, &mut extracted)?;
        }
    }
    extracted.warnings.extend((hidden > 0).then_some(Warning::HiddenParts(hidden)));
    extracted.warnings.extend((unworked > 0).then_some(Warning::FormulasWithoutValue(unworked)));
    Ok(extracted)
}

/// The texts of a row by column.
type Cells = BTreeMap<u32, String>;

/// Merged cells: the first row and column, and the last ones.
struct Merge {
    from: (u32, u32),
    to: (u32, u32),
}

struct Sheet<'a> {
    workbook: &'a Workbook,
    writing: Writing,
    rows: Vec<(u32, Cells)>,
    merges: Vec<Merge>,
    row: u32,
    column: u32,
    kind: String,
    style: usize,
    value: String,
    formula: bool,
    reads: bool,
    struck: bool,
    hidden_columns: BTreeSet<u32>,
    hidden_row: bool,
    hidden: usize,
    /// Formulas that show nothing.
    unworked: usize,
    chars: usize,
}

impl<'a> Sheet<'a> {
    fn new(workbook: &'a Workbook, writing: Writing) -> Self {
        Self {
            workbook,
            writing,
            rows: Vec::new(),
            merges: Vec::new(),
            row: 0,
            column: 0,
            kind: String::new(),
            style: 0,
            value: String::new(),
            formula: false,
            reads: false,
            struck: false,
            hidden_columns: BTreeSet::new(),
            hidden_row: false,
            hidden: 0,
            unworked: 0,
            chars: 0,
        }
    }

    fn node(&mut self, node: Node<'_>) -> Result<(), Refusal> {
        match node {
            Node::Open("col", element) => self.columns(element),
            Node::Open("row", element) => {
                self.row = attribute(element, "r").and_then(|row| row.parse().ok()).unwrap_or(self.row.saturating_add(1));
                self.column = 0;
                self.hidden_row = is_set(element, "hidden") || is_zero(element, "ht");
                self.hidden += usize::from(self.hidden_row);
            }
            Node::Open("c", element) => {
                self.column = attribute(element, "r").and_then(|name| column(&name)).unwrap_or(self.column.saturating_add(1));
                self.kind = attribute(element, "t").unwrap_or_default();
                self.style = attribute(element, "s").and_then(|style| style.parse().ok()).unwrap_or(0);
                self.value.clear();
                (self.formula, self.struck) = (false, false);
            }
            Node::Open("f", _) => self.formula = true,
            Node::Open("r", _) | Node::Close("r") => self.struck = false,
            Node::Open("strike", element) => self.struck = is_on(element),
            Node::Open("mergeCell", element) => self.merges.extend(attribute(element, "ref").and_then(|range| merge(&range))),
            Node::Open("v" | "t", _) => self.reads = true,
            Node::Close("v" | "t") => self.reads = false,
            Node::Text(text) if self.reads && !self.struck => self.value.push_str(text),
            Node::Close("c") => return self.end_cell(),
            Node::Open(..) | Node::Close(_) | Node::Text(_) => {}
        }
        Ok(())
    }

    fn columns(&mut self, element: &BytesStart<'_>) {
        let bound = |name| attribute(element, name).and_then(|text| text.parse::<u32>().ok());
        if (is_set(element, "hidden") || is_zero(element, "width"))
            && let (Some(from), Some(to)) = (bound("min"), bound("max"))
        {
            // The last column of a sheet is XFD.
            self.hidden_columns.extend(from..=to.min(16_384));
            self.hidden += 1;
        }
    }

    fn end_cell(&mut self) -> Result<(), Refusal> {
        if self.hidden_row || self.hidden_columns.contains(&self.column) {
            return Ok(());
        }
        let value = std::mem::take(&mut self.value);
        let style = self.workbook.styles.get(self.style).cloned().unwrap_or_default();
        if style.struck {
            return Ok(());
        }
        let text = match self.kind.as_str() {
            "s" => value.trim().parse().ok().and_then(|at: usize| self.workbook.texts.get(at).cloned()).unwrap_or_default(),
            "inlineStr" | "str" => value,
            "b" if self.writing.comma => if value.trim() == "1" { "ja" } else { "nein" }.to_owned(),
            "b" => if value.trim() == "1" { "yes" } else { "no" }.to_owned(),
            "e" => String::new(),
            _ => number(&value, &style.shown, self.writing),
        };
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            self.unworked += usize::from(self.formula && self.kind != "str");
            return Ok(());
        }
        self.chars += text.chars().count();
        // One shared text may be named by a million cells.
        if self.chars > SOURCE_CHARS_MAX {
            return Err(Refusal::TooMuchText);
        }
        match self.rows.last_mut() {
            Some((row, cells)) if *row == self.row => {
                cells.insert(self.column, text);
            }
            _ => self.rows.push((self.row, Cells::from([(self.column, text)]))),
        }
        Ok(())
    }

    /// Writes merged cells out: down always, to the right where they do not begin in the first column, which names the row.
    fn merge(&mut self) -> Result<(), Refusal> {
        let first = self.rows.iter().filter_map(|(_, cells)| cells.keys().next().copied()).min().unwrap_or(0);
        let mut written = 0;
        for Merge { from: (top, left), to: (bottom, right) } in &self.merges {
            let holds = |(row, cells): &(u32, Cells)| if row == top { cells.get(left).cloned() } else { None };
            let Some(text) = self.rows.iter().find_map(holds) else { continue };
            let right = if *left == first { left } else { right };
            for (row, cells) in self.rows.iter_mut().filter(|(row, _)| (top..=bottom).contains(&row)) {
                for column in *left..=*right {
                    written += 1;
                    if written > CELLS_MAX {
                        return Err(Refusal::TooMuchText);
                    }
                    if (*row, column) != (*top, *left) && !self.hidden_columns.contains(&column) {
                        cells.entry(column).or_insert_with(|| text.clone());
                    }
                }
            }
        }
        Ok(())
    }
}

/// `A2:B3`.
fn merge(range: &str) -> Option<Merge> {
    let corner = |name: &str| {
        let row: u32 = name.trim_start_matches(|c: char| c.is_ascii_uppercase()).parse().ok()?;
        Some((row, column(name)?))
    };
    let (from, to) = range.split_once(':')?;
    Some(Merge { from: corner(from)?, to: corner(to)? })
}

/// Rows and columns without height or width are hidden by another name.
fn is_zero(element: &BytesStart<'_>, name: &str) -> bool {
    attribute(element, name).and_then(|size| size.parse::<f64>().ok()).is_some_and(|size| size == 0.0)
}

fn is_set(element: &BytesStart<'_>, name: &str) -> bool {
    matches!(attribute(element, name).as_deref(), Some("1" | "true"))
}

/// `BC12` to 55.
fn column(name: &str) -> Option<u32> {
    let letters = name.chars().take_while(char::is_ascii_uppercase);
    let number = letters.map(|c| u32::from(c) - 64).try_fold(0_u32, |sum, letter| sum.checked_mul(26)?.checked_add(letter))?;
    (number > 0).then_some(number)
}

/// Empty rows part tables.
fn tables(rows: Vec<(u32, Cells)>, out: &mut Extracted) -> Result<(), Refusal> {
    let mut block: Vec<Cells> = Vec::new();
    let mut last = 0_u32;
    for (row, cells) in rows {
        if row != last.saturating_add(1) {
            table(std::mem::take(&mut block), out)?;
        }
        last = row;
        block.push(cells);
    }
    table(block, out)
}

fn table(block: Vec<Cells>, out: &mut Extracted) -> Result<(), Refusal> {
    if block.is_empty() {
        return Ok(());
    }
    let used: BTreeSet<u32> = block.iter().flat_map(|cells| cells.keys().copied()).collect();
    if block.len().saturating_mul(used.len()) > CELLS_MAX {
        return Err(Refusal::TooMuchText);
    }
    let mut rows: Vec<Vec<String>> = Vec::with_capacity(block.len());
    for mut cells in block {
        rows.push(used.iter().map(|at| cells.remove(at).unwrap_or_default()).collect());
    }
    let table = tabular::extract(Rows { rows, head: 0 }, Stands::Alone);
    out.pieces.extend(table.pieces);
    out.warnings.extend(table.warnings);
    Ok(())
}
