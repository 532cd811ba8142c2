//! DOCX (ECMA-376 WordprocessingML): paragraphs, headings by style or outline level, lists, tables, notes, text boxes.
//!
//! Never: hidden or struck text, deleted text of a tracked change, or the second copy of a text box that stands for old
//! programs; nobody who reads the document takes those for what it says, and hidden words are how a document is made to say two
//! things.

use crate::knowledge::pieces::Piece;
use crate::knowledge::source::Refusal;
use crate::knowledge::source::columns::{self, Stands};
use crate::knowledge::source::grid::Grid;
use crate::knowledge::source::package::{Node, Package, attribute, walk};
use crate::knowledge::source::read::Extracted;
use crate::knowledge::source::word_styles::{self, Styles};
use quick_xml::events::BytesStart;
use std::collections::HashMap;

/// Deeper tables are read into the cell that holds them.
const LEVELS: u8 = word_styles::LEVELS;
/// Smaller letters, in half points, are there to be overlooked.
const TINY_HALF_POINTS: u32 = 4;

/// Elements that no reader sees, that repeat what stands elsewhere, or that say how something was formatted before.
const SKIPPED: [&str; 13] = [
    "Fallback",
    "del",
    "moveFrom",
    "instrText",
    "delText",
    "rPrChange",
    "pPrChange",
    "tblPrChange",
    "tblPrExChange",
    "tblGridChange",
    "trPrChange",
    "tcPrChange",
    "sectPrChange",
];

pub fn read(package: &mut Package<'_>) -> Result<Extracted, Refusal> {
    let main = package.main_part("word/document.xml")?;
    let styles = match package.part("word/styles.xml")? {
        Some(xml) => word_styles::read(&xml)?,
        None => Styles::default(),
    };
    let mut notes = HashMap::new();
    for (part, kind) in [("word/footnotes.xml", "footnote"), ("word/endnotes.xml", "endnote")] {
        if let Some(xml) = package.part(part)? {
            notes.extend(notes_of(&xml, kind, &styles)?);
        }
    }
    let document = package.needed(&main)?;
    let mut body = Body::new(&styles, &notes);
    walk(&document, |node| body.node(node))?;
    body.end_list();
    Ok(Extracted { pieces: body.pieces, warnings: Vec::new() })
}

/// Texts of the notes by kind and id.
type Notes = HashMap<(String, String), String>;

fn notes_of(xml: &str, kind: &str, styles: &Styles) -> Result<Notes, Refusal> {
    let (mut notes, none) = (Notes::new(), Notes::new());
    let mut body = Body::new(styles, &none);
    let mut id = None;
    walk(xml, |node| {
        match &node {
            Node::Open(name, element) if *name == kind => {
                id = attribute(element, "id");
                body = Body::new(styles, &none);
            }
            Node::Close(name) if *name == kind => {
                body.end_list();
                let text = body.pieces.iter().map(Piece::text).collect::<Vec<_>>().join(" ");
                if let Some(id) = id.take().filter(|_| !text.trim().is_empty()) {
                    notes.insert((kind.to_owned(), id), flat(&text));
                }
            }
            Node::Open(..) | Node::Close(_) | Node::Text(_) => {}
        }
        body.node(node)
    })?;
    Ok(notes)
}

/// What is under way where a text box begins, in the middle of a paragraph or of a cell.
#[derive(Default)]
struct Within {
    grid: Grid,
    tables: usize,
    paragraph: String,
    heading: Option<u8>,
    item: Option<usize>,
    hidden: bool,
    notes: Vec<String>,
    cell: Cell,
}

/// How the cell under way is shaped, and what its letters say of it.
struct Cell {
    across: usize,
    below: bool,
    bold: Option<bool>,
}

impl Default for Cell {
    fn default() -> Self {
        Self { across: 1, below: false, bold: None }
    }
}

/// How the letters of the run under way look.
#[derive(Default)]
struct Run {
    hidden: bool,
    struck: bool,
    tiny: bool,
    bold: bool,
}

struct Body<'a> {
    styles: &'a Styles,
    notes: &'a Notes,
    pieces: Vec<Piece>,
    list: Vec<String>,
    within: Within,
    /// What goes on behind the text boxes that are open.
    outer: Vec<Within>,
    run: Run,
    head_row: bool,
    reads_text: bool,
    /// Open elements whose content is not read.
    skipped: usize,
}

impl<'a> Body<'a> {
    fn new(styles: &'a Styles, notes: &'a Notes) -> Self {
        Self {
            styles,
            notes,
            pieces: Vec::new(),
            list: Vec::new(),
            within: Within::default(),
            outer: Vec::new(),
            run: Run::default(),
            head_row: false,
            reads_text: false,
            skipped: 0,
        }
    }

    fn node(&mut self, node: Node<'_>) -> Result<(), Refusal> {
        match node {
            Node::Open(name, element) => {
                self.open(name, element);
                Ok(())
            }
            Node::Close(name) => self.close(name),
            Node::Text(text) => {
                self.text(text);
                Ok(())
            }
        }
    }

    fn open(&mut self, name: &str, element: &BytesStart<'_>) {
        if self.skipped > 0 || SKIPPED.contains(&name) {
            self.skipped += usize::from(SKIPPED.contains(&name));
            return;
        }
        let value = || attribute(element, "val");
        let on = || !matches!(value().as_deref(), Some("0" | "false" | "off"));
        let seen = self.is_seen();
        let within = &mut self.within;
        match name {
            "p" => self.begin_paragraph(),
            "pStyle" => {
                let style = value().unwrap_or_default();
                within.heading = self.styles.heading(&style).or(within.heading);
                within.hidden = self.styles.hides(&style);
            }
            "outlineLvl" => {
                if let Some(Ok(level @ 0..LEVELS)) = value().map(|level| level.parse::<u8>()) {
                    within.heading = within.heading.or(Some(level + 1));
                }
            }
            "ilvl" => within.item = value().and_then(|level| level.parse().ok()).or(within.item),
            "numPr" => within.item = within.item.or(Some(0)),
            "r" => self.run = Run { hidden: within.hidden, ..Run::default() },
            "rStyle" => self.run.hidden |= value().is_some_and(|style| self.styles.hides(&style)),
            "vanish" => self.run.hidden = on(),
            "strike" | "dstrike" => self.run.struck = on(),
            "sz" => self.run.tiny = value().and_then(|size| size.parse::<u32>().ok()).is_some_and(|size| size <= TINY_HALF_POINTS),
            "b" => self.run.bold = on(),
            "t" => self.reads_text = true,
            "tab" | "cr" | "br" if seen => within.paragraph.push(if name == "tab" { ' ' } else { '\n' }),
            "noBreakHyphen" if seen => within.paragraph.push('-'),
            "footnoteReference" | "endnoteReference" if seen => {
                let kind = name.trim_end_matches("Reference").to_owned();
                within.notes.extend(attribute(element, "id").and_then(|id| self.notes.get(&(kind, id))).cloned());
            }
            "txbxContent" => self.outer.push(std::mem::take(&mut self.within)),
            _ => self.open_table(name, element),
        }
    }

    const fn is_seen(&self) -> bool {
        !(self.run.hidden || self.run.struck || self.run.tiny)
    }

    fn begin_paragraph(&mut self) {
        self.within.hidden = false;
        if self.within.tables == 0 {
            self.within.paragraph.clear();
            (self.within.heading, self.within.item) = (None, None);
        }
    }

    fn open_table(&mut self, name: &str, element: &BytesStart<'_>) {
        let value = || attribute(element, "val");
        let count = || value().and_then(|count| count.parse::<usize>().ok()).unwrap_or(1);
        match name {
            "tbl" => {
                if self.within.tables == 0 {
                    self.end_list();
                    self.within.grid = Grid::default();
                }
                self.within.tables += 1;
            }
            _ if self.within.tables != 1 => {}
            "tr" => {
                self.within.grid.row();
                self.head_row = false;
            }
            "tblHeader" => self.head_row = !matches!(value().as_deref(), Some("0" | "false" | "off")),
            "gridBefore" => self.within.grid.cell("", (count(), 1), false),
            "tc" => {
                self.within.paragraph.clear();
                self.within.cell = Cell::default();
            }
            "gridSpan" => self.within.cell.across = count(),
            "vMerge" => self.within.cell.below = value().is_none_or(|value| value == "continue"),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) -> Result<(), Refusal> {
        if self.skipped > 0 {
            self.skipped -= usize::from(SKIPPED.contains(&name));
            return Ok(());
        }
        match name {
            "t" => self.reads_text = false,
            // Paragraphs within a cell are its lines.
            "p" if self.within.tables > 0 => self.within.paragraph.push(' '),
            "p" => self.end_paragraph(),
            "tc" if self.within.tables == 1 => self.end_cell(),
            "tbl" => return self.end_table(),
            "txbxContent" => {
                self.end_list();
                if let Some(outer) = self.outer.pop() {
                    self.within = outer;
                }
            }
            _ => {}
        }
        Ok(())
    }

    fn text(&mut self, text: &str) {
        if self.reads_text && self.skipped == 0 && self.is_seen() {
            self.within.paragraph.push_str(text);
            if !text.trim().is_empty() {
                self.within.cell.bold = Some(self.run.bold && self.within.cell.bold.unwrap_or(true));
            }
        }
    }

    fn end_paragraph(&mut self) {
        let paragraph = std::mem::take(&mut self.within.paragraph);
        let notes = std::mem::take(&mut self.within.notes);
        if paragraph.trim().is_empty() {
            return;
        }
        match (self.within.heading, self.within.item) {
            (Some(level), _) => {
                self.end_list();
                self.pieces.push(Piece::Heading { level, title: flat(&paragraph) });
                self.pieces.extend((!notes.is_empty()).then_some(Piece::Paragraph(notes)));
            }
            (None, Some(depth)) => {
                let text = std::iter::once(flat(&paragraph)).chain(notes).collect::<Vec<_>>().join(" ");
                self.list.push(format!("{}- {text}", "  ".repeat(depth.min(LEVELS.into()))));
            }
            (None, None) => {
                self.end_list();
                let lines = paragraph.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty());
                self.pieces.push(Piece::Paragraph(lines.chain(notes).collect()));
            }
        }
    }

    fn end_cell(&mut self) {
        let within = &mut self.within;
        let text = std::iter::once(std::mem::take(&mut within.paragraph)).chain(std::mem::take(&mut within.notes));
        let text = flat(&text.collect::<Vec<_>>().join(" "));
        let cell = std::mem::take(&mut within.cell);
        if cell.below {
            within.grid.cell_below(cell.across);
        } else {
            within.grid.cell(&text, (cell.across, 1), self.head_row || cell.bold == Some(true));
        }
    }

    fn end_table(&mut self) -> Result<(), Refusal> {
        self.within.tables = self.within.tables.saturating_sub(1);
        if self.within.tables == 0 {
            let rows = std::mem::take(&mut self.within.grid).finish()?;
            self.pieces.extend(columns::pieces(rows, Stands::InText));
            self.within.paragraph.clear();
        }
        Ok(())
    }

    fn end_list(&mut self) {
        if !self.list.is_empty() {
            self.pieces.push(Piece::List(std::mem::take(&mut self.list)));
        }
    }
}

fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
