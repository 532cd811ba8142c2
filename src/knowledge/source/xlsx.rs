//! XLSX (ECMA-376 SpreadsheetML): every visible sheet as tables, questions with answers where its columns say so.
//!
//! Never: hidden sheets, rows or columns, which were hidden for a reason; formulas; comments.

use crate::domain::Language;
use crate::domain::limits::SOURCE_CHARS_MAX;
use crate::knowledge::language;
use crate::knowledge::pieces::Piece;
use crate::knowledge::source::Refusal;
use crate::knowledge::source::cells::{Writing, number};
use crate::knowledge::source::package::{Node, Package, attribute, walk};
use crate::knowledge::source::read::{Extracted, Warning};
use crate::knowledge::source::tabular;
use crate::knowledge::source::workbook::{self, Workbook};
use quick_xml::events::BytesStart;
use std::collections::{BTreeMap, BTreeSet};

pub fn read(package: &mut Package<'_>) -> Result<Extracted, Refusal> {
    let workbook = workbook::read(package)?;
    let sample = workbook.texts.iter().take(500).map(String::as_str).collect::<Vec<_>>().join("\n");
    let writing = Writing { comma: language::of(&sample) != Language::En, since_1904: workbook.since_1904 };
    let mut extracted = Extracted::default();
    let mut hidden = workbook.sheets.iter().filter(|sheet| sheet.hidden).count();
    let mut chars = 0;
    for sheet in workbook.sheets.iter().filter(|sheet| !sheet.hidden) {
        // Charts are sheets without cells.
        let Some(xml) = package.part(&sheet.part)? else { continue };
        let mut reading = Rows::new(&workbook, writing);
        walk(&xml, |node| reading.node(node))?;
        hidden += reading.hidden;
        chars += reading.chars;
        if chars > SOURCE_CHARS_MAX {
            return Err(Refusal::TooMuchText);
        }
        if !reading.rows.is_empty() {
            extracted.pieces.push(Piece::Heading { level: 1, title: sheet.name.clone() });
            tables(reading.rows, &mut extracted);
        }
    }
    extracted.warnings.extend((hidden > 0).then_some(Warning::HiddenParts(hidden)));
    Ok(extracted)
}

/// A cell's text, and whether it is words and not a number.
type Cells = BTreeMap<u32, (String, bool)>;

struct Rows<'a> {
    workbook: &'a Workbook,
    writing: Writing,
    rows: Vec<(u32, Cells)>,
    row: u32,
    column: u32,
    kind: String,
    style: usize,
    value: String,
    reads: bool,
    hidden_columns: BTreeSet<u32>,
    hidden_row: bool,
    hidden: usize,
    chars: usize,
}

impl<'a> Rows<'a> {
    fn new(workbook: &'a Workbook, writing: Writing) -> Self {
        Self {
            workbook,
            writing,
            rows: Vec::new(),
            row: 0,
            column: 0,
            kind: String::new(),
            style: 0,
            value: String::new(),
            reads: false,
            hidden_columns: BTreeSet::new(),
            hidden_row: false,
            hidden: 0,
            chars: 0,
        }
    }

    fn node(&mut self, node: Node<'_>) -> Result<(), Refusal> {
        match node {
            Node::Open("col", element) => self.columns(element),
            Node::Open("row", element) => {
                self.row = attribute(element, "r").and_then(|row| row.parse().ok()).unwrap_or(self.row + 1);
                self.column = 0;
                self.hidden_row = is_set(element, "hidden");
                self.hidden += usize::from(self.hidden_row);
            }
            Node::Open("c", element) => {
                self.column = attribute(element, "r").and_then(|name| column(&name)).unwrap_or(self.column + 1);
                self.kind = attribute(element, "t").unwrap_or_default();
                self.style = attribute(element, "s").and_then(|style| style.parse().ok()).unwrap_or(0);
                self.value.clear();
            }
            Node::Open("v" | "t", _) => self.reads = true,
            Node::Close("v" | "t") => self.reads = false,
            Node::Text(text) if self.reads => self.value.push_str(text),
            Node::Close("c") => return self.end_cell(),
            Node::Open(..) | Node::Close(_) | Node::Text(_) => {}
        }
        Ok(())
    }

    fn columns(&mut self, element: &BytesStart<'_>) {
        let bound = |name| attribute(element, name).and_then(|text| text.parse::<u32>().ok());
        if is_set(element, "hidden")
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
        let (text, words) = match self.kind.as_str() {
            "s" => (value.trim().parse().ok().and_then(|at: usize| self.workbook.texts.get(at).cloned()).unwrap_or_default(), true),
            "inlineStr" | "str" => (value, true),
            "b" if self.writing.comma => (if value.trim() == "1" { "ja" } else { "nein" }.to_owned(), false),
            "b" => (if value.trim() == "1" { "yes" } else { "no" }.to_owned(), false),
            "e" => (String::new(), false),
            _ => (number(&value, self.workbook.styles.get(self.style).copied().unwrap_or_default(), self.writing), false),
        };
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        if text.is_empty() {
            return Ok(());
        }
        self.chars += text.chars().count();
        // One shared text may be named by a million cells.
        if self.chars > SOURCE_CHARS_MAX {
            return Err(Refusal::TooMuchText);
        }
        match self.rows.last_mut() {
            Some((row, cells)) if *row == self.row => {
                cells.insert(self.column, (text, words));
            }
            _ => self.rows.push((self.row, Cells::from([(self.column, (text, words))]))),
        }
        Ok(())
    }
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

/// Empty rows part tables; a row with one cell above a wider one is its title.
fn tables(rows: Vec<(u32, Cells)>, out: &mut Extracted) {
    let mut block: Vec<Cells> = Vec::new();
    let mut last = 0;
    for (row, cells) in rows {
        if row != last + 1 {
            table(std::mem::take(&mut block), out);
        }
        last = row;
        block.push(cells);
    }
    table(block, out);
}

fn table(mut block: Vec<Cells>, out: &mut Extracted) {
    let wide = block.iter().any(|cells| cells.len() > 1);
    while wide && block.first().is_some_and(|cells| cells.len() == 1) {
        if let Some((title, _)) = block.remove(0).into_values().next() {
            out.pieces.push(Piece::Heading { level: 2, title });
        }
    }
    if !wide {
        let lines: Vec<String> = block.into_iter().flat_map(BTreeMap::into_values).map(|(text, _)| text).collect();
        if !lines.is_empty() {
            out.pieces.push(Piece::Paragraph(lines));
        }
        return;
    }
    let used: BTreeSet<u32> = block.iter().flat_map(|cells| cells.keys().copied()).collect();
    let named = block.first().is_some_and(|head| head.values().all(|(_, words)| *words));
    let rows: Vec<Vec<String>> =
        block.iter().map(|cells| used.iter().map(|at| cells.get(at).map(|(text, _)| text.clone()).unwrap_or_default()).collect()).collect();
    if !named {
        let lines = rows.iter().map(|cells| cells.iter().filter(|cell| !cell.is_empty()).cloned().collect::<Vec<_>>().join(", "));
        out.pieces.push(Piece::Paragraph(lines.collect()));
        return;
    }
    let table = tabular::extract(rows);
    out.pieces.extend(table.pieces);
    out.warnings.extend(table.warnings);
}
