//! DOCX (ECMA-376 WordprocessingML): paragraphs, headings by style or outline level, lists, tables.
//!
//! Never: hidden text, deleted text of a tracked change, or the second copy of a text box that stands for old programs; nobody
//! who reads the document sees those, and hidden words are how a document is made to say two things.

use crate::knowledge::pieces::Piece;
use crate::knowledge::source::Refusal;
use crate::knowledge::source::package::{Node, Package, attribute, walk};
use crate::knowledge::source::read::Extracted;
use quick_xml::events::BytesStart;
use std::collections::HashMap;

/// Deeper tables are read into the cell that holds them.
const LEVELS: u8 = 9;

pub fn read(package: &mut Package<'_>) -> Result<Extracted, Refusal> {
    let styles = match package.part("word/styles.xml")? {
        Some(xml) => styles(&xml)?,
        None => HashMap::new(),
    };
    let document = package.needed("word/document.xml")?;
    let mut body = Body { styles, ..Body::default() };
    walk(&document, |node| {
        match node {
            Node::Open(name, element) => body.open(name, element),
            Node::Close(name) => body.close(name),
            Node::Text(text) => body.text(text),
        }
        Ok(())
    })?;
    body.end_list();
    Ok(Extracted { pieces: body.pieces, warnings: Vec::new() })
}

/// Style id to heading level, 0 for the title. Word writes the English name whatever its language (`heading 1`, `Title`).
fn styles(xml: &str) -> Result<HashMap<String, u8>, Refusal> {
    let mut found = HashMap::new();
    let mut style = String::new();
    walk(xml, |node| {
        if let Node::Open(name, element) = node {
            let value = attribute(element, "val").unwrap_or_default();
            match name {
                "style" => style = attribute(element, "styleId").unwrap_or_default(),
                "name" => {
                    let level = match value.to_lowercase().as_str() {
                        "title" => Some(0),
                        other => other.strip_prefix("heading ").and_then(|level| level.parse().ok()).filter(|level| *level <= LEVELS),
                    };
                    found.extend(level.map(|level| (style.clone(), level)));
                }
                "outlineLvl" => {
                    if let Ok(level @ 0..LEVELS) = value.parse::<u8>() {
                        found.entry(style.clone()).or_insert(level + 1);
                    }
                }
                _ => {}
            }
        }
        Ok(())
    })?;
    Ok(found)
}

#[derive(Default)]
struct Body {
    styles: HashMap<String, u8>,
    pieces: Vec<Piece>,
    list: Vec<String>,
    /// Rows of the outermost table under way, and how many tables are open.
    rows: Vec<Vec<String>>,
    tables: usize,
    paragraph: String,
    heading: Option<u8>,
    item: Option<usize>,
    /// Within `w:rPr` of a run, and whether that run is hidden.
    hidden: bool,
    reads_text: bool,
    /// Open elements whose content is not read.
    skipped: usize,
}

/// Elements that no reader sees, or that repeat what stands elsewhere.
const SKIPPED: [&str; 4] = ["Fallback", "del", "moveFrom", "instrText"];

impl Body {
    fn open(&mut self, name: &str, element: &BytesStart<'_>) {
        if self.skipped > 0 || SKIPPED.contains(&name) {
            self.skipped += usize::from(SKIPPED.contains(&name));
            return;
        }
        let off = || matches!(attribute(element, "val").as_deref(), Some("0" | "false" | "off"));
        match name {
            "p" if self.tables == 0 => {
                self.paragraph.clear();
                (self.heading, self.item) = (None, None);
            }
            "pStyle" => self.heading = attribute(element, "val").and_then(|style| self.styles.get(&style).copied()).or(self.heading),
            "outlineLvl" => {
                if let Some(Ok(level @ 0..LEVELS)) = attribute(element, "val").map(|level| level.parse::<u8>()) {
                    self.heading = self.heading.or(Some(level + 1));
                }
            }
            "ilvl" => self.item = attribute(element, "val").and_then(|level| level.parse().ok()).or(self.item),
            "numPr" => self.item = self.item.or(Some(0)),
            "r" => self.hidden = false,
            "vanish" if !off() => self.hidden = true,
            "t" => self.reads_text = true,
            "tab" | "cr" | "br" if !self.hidden => self.paragraph.push(if name == "tab" { ' ' } else { '\n' }),
            "noBreakHyphen" => self.paragraph.push('-'),
            "tbl" => {
                if self.tables == 0 {
                    self.end_list();
                    self.rows.clear();
                }
                self.tables += 1;
            }
            "tr" if self.tables == 1 => self.rows.push(Vec::new()),
            "tc" if self.tables == 1 => self.paragraph.clear(),
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        if self.skipped > 0 {
            self.skipped -= usize::from(SKIPPED.contains(&name));
            return;
        }
        match name {
            "t" => self.reads_text = false,
            // Paragraphs within a cell are its lines.
            "p" if self.tables > 0 => self.paragraph.push(' '),
            "p" => self.end_paragraph(),
            "tc" if self.tables == 1 => {
                let cell = flat(&self.paragraph);
                if let Some(row) = self.rows.last_mut() {
                    row.push(cell);
                }
                self.paragraph.clear();
            }
            "tbl" => {
                self.tables = self.tables.saturating_sub(1);
                if self.tables == 0 {
                    let mut rows = std::mem::take(&mut self.rows);
                    rows.retain(|cells| cells.iter().any(|cell| !cell.is_empty()));
                    self.pieces.push(Piece::Table(rows));
                    self.paragraph.clear();
                }
            }
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if self.reads_text && !self.hidden && self.skipped == 0 {
            self.paragraph.push_str(text);
        }
    }

    fn end_paragraph(&mut self) {
        let paragraph = std::mem::take(&mut self.paragraph);
        if paragraph.trim().is_empty() {
            return;
        }
        match (self.heading, self.item) {
            (Some(level), _) => {
                self.end_list();
                self.pieces.push(Piece::Heading { level, title: flat(&paragraph) });
            }
            (None, Some(depth)) => self.list.push(format!("{}- {}", "  ".repeat(depth.min(LEVELS.into())), flat(&paragraph))),
            (None, None) => {
                self.end_list();
                let lines = paragraph.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty());
                self.pieces.push(Piece::Paragraph(lines.collect()));
            }
        }
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
