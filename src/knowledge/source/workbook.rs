//! The parts of an XLSX that stand beside its sheets: their names and order, shared texts, and the styles of numbers.
//!
//! Never: a part outside the package. A relation that leads elsewhere names no part here and is not followed.

use crate::knowledge::source::Refusal;
use crate::knowledge::source::cells::{Shown, built_in, of_code};
use crate::knowledge::source::package::{Node, Package, attribute, walk};
use quick_xml::events::BytesStart;
use std::collections::HashMap;

pub struct Sheet {
    pub name: String,
    pub part: String,
    pub hidden: bool,
}

pub struct Workbook {
    pub sheets: Vec<Sheet>,
    pub since_1904: bool,
    pub texts: Vec<String>,
    /// By the number that a cell names.
    pub styles: Vec<Style>,
}

/// How a cell looks.
#[derive(Debug, Clone, Default)]
pub struct Style {
    pub shown: Shown,
    pub struck: bool,
}

/// Whether an element that switches something on does so.
pub fn is_on(element: &BytesStart<'_>) -> bool {
    !matches!(attribute(element, "val").as_deref(), Some("0" | "false"))
}

pub fn read(package: &mut Package<'_>) -> Result<Workbook, Refusal> {
    let book = package.needed("xl/workbook.xml")?;
    let parts = match package.part("xl/_rels/workbook.xml.rels")? {
        Some(xml) => relations(&xml)?,
        None => HashMap::new(),
    };
    let texts = match package.part("xl/sharedStrings.xml")? {
        Some(xml) => shared(&xml)?,
        None => Vec::new(),
    };
    let styles = match package.part("xl/styles.xml")? {
        Some(xml) => styles(&xml)?,
        None => Vec::new(),
    };
    let mut workbook = Workbook { sheets: Vec::new(), since_1904: false, texts, styles };
    walk(&book, |node| {
        if let Node::Open(name, element) = node {
            match name {
                "workbookPr" => workbook.since_1904 = matches!(attribute(element, "date1904").as_deref(), Some("1" | "true")),
                "sheet" => {
                    if let Some(part) = attribute(element, "id").and_then(|id| parts.get(&id).cloned()) {
                        let name = attribute(element, "name").unwrap_or_default();
                        let hidden = attribute(element, "state").is_some_and(|state| state != "visible");
                        workbook.sheets.push(Sheet { name, part, hidden });
                    }
                }
                _ => {}
            }
        }
        Ok(())
    })?;
    if workbook.sheets.is_empty() {
        return Err(Refusal::Damaged);
    }
    Ok(workbook)
}

fn relations(xml: &str) -> Result<HashMap<String, String>, Refusal> {
    let mut parts = HashMap::new();
    walk(xml, |node| {
        if let Node::Open("Relationship", element) = node
            && let (Some(id), Some(target)) = (attribute(element, "Id"), attribute(element, "Target"))
        {
            let part = target.strip_prefix('/').map_or_else(|| format!("xl/{target}"), str::to_owned);
            parts.insert(id, part);
        }
        Ok(())
    })?;
    Ok(parts)
}

/// The text of each `si`, without its phonetic reading (`rPh`) and without what is struck.
fn shared(xml: &str) -> Result<Vec<String>, Refusal> {
    let mut texts: Vec<String> = Vec::new();
    let (mut reads, mut phonetic, mut struck) = (false, false, false);
    walk(xml, |node| {
        match node {
            Node::Open("si", _) => texts.push(String::new()),
            Node::Open("rPh", _) => phonetic = true,
            Node::Close("rPh") => phonetic = false,
            Node::Open("r", _) | Node::Close("r") => struck = false,
            Node::Open("strike", element) => struck = is_on(element),
            Node::Open("t", _) => reads = true,
            Node::Close("t") => reads = false,
            Node::Text(text) if reads && !phonetic && !struck => {
                if let Some(last) = texts.last_mut() {
                    last.push_str(text);
                }
            }
            Node::Open(..) | Node::Close(_) | Node::Text(_) => {}
        }
        Ok(())
    })?;
    Ok(texts)
}

fn styles(xml: &str) -> Result<Vec<Style>, Refusal> {
    let mut codes: HashMap<u32, Shown> = HashMap::new();
    let mut styles = Vec::new();
    let (mut of_cells, mut of_fonts) = (false, false);
    let mut struck: Vec<bool> = Vec::new();
    walk(xml, |node| {
        match node {
            Node::Open("numFmt", element) => {
                if let Some(id) = attribute(element, "numFmtId").and_then(|id| id.parse().ok()) {
                    codes.insert(id, of_code(&attribute(element, "formatCode").unwrap_or_default()));
                }
            }
            Node::Open("fonts", _) => of_fonts = true,
            Node::Close("fonts") => of_fonts = false,
            Node::Open("font", _) if of_fonts => struck.push(false),
            Node::Open("strike", element) if of_fonts => {
                if let Some(last) = struck.last_mut() {
                    *last = is_on(element);
                }
            }
            Node::Open("cellXfs", _) => of_cells = true,
            Node::Close("cellXfs") => of_cells = false,
            Node::Open("xf", element) if of_cells => {
                let number = |name| attribute(element, name).and_then(|id| id.parse::<u32>().ok());
                let id = number("numFmtId").unwrap_or(0);
                let font = number("fontId").and_then(|font| struck.get(usize::try_from(font).ok()?).copied());
                let shown = codes.get(&id).cloned().unwrap_or_else(|| built_in(id));
                styles.push(Style { shown, struck: font.unwrap_or(false) });
            }
            Node::Open(..) | Node::Close(_) | Node::Text(_) => {}
        }
        Ok(())
    })?;
    Ok(styles)
}
