//! The styles of a DOCX, as far as they decide what is read: which are headings, and which hide or strike their letters.
//!
//! Never: a style of a table; those hide nothing.

use crate::knowledge::source::Refusal;
use crate::knowledge::source::package::{Node, attribute, walk};
use std::collections::{HashMap, HashSet};

/// Levels of headings.
pub const LEVELS: u8 = 9;
/// Styles that a style may rest on, one on the other.
const BASES_MAX: usize = 20;

#[derive(Debug, Default)]
pub struct Styles {
    headings: HashMap<String, u8>,
    hiding: HashSet<String>,
    showing: HashSet<String>,
    bases: HashMap<String, String>,
}

impl Styles {
    /// 0 for the title.
    pub fn heading(&self, style: &str) -> Option<u8> {
        self.headings.get(style).copied()
    }

    pub fn hides(&self, style: &str) -> bool {
        let mut style = style;
        for _ in 0..BASES_MAX {
            if self.hiding.contains(style) || self.showing.contains(style) {
                return self.hiding.contains(style);
            }
            let Some(base) = self.bases.get(style) else { return false };
            style = base;
        }
        false
    }
}

/// Word writes the English name of a style whatever its language (`heading 1`, `Title`).
pub fn read(xml: &str) -> Result<Styles, Refusal> {
    let mut styles = Styles::default();
    let mut style = String::new();
    walk(xml, |node| {
        if let Node::Open(name, element) = node {
            let value = attribute(element, "val");
            match name {
                "style" => style = attribute(element, "styleId").unwrap_or_default(),
                "name" => {
                    let level = match value.unwrap_or_default().to_lowercase().as_str() {
                        "title" => Some(0),
                        other => other.strip_prefix("heading ").and_then(|level| level.parse().ok()).filter(|level| *level <= LEVELS),
                    };
                    styles.headings.extend(level.map(|level| (style.clone(), level)));
                }
                "outlineLvl" => {
                    if let Some(Ok(level @ 0..LEVELS)) = value.map(|level| level.parse::<u8>()) {
                        styles.headings.entry(style.clone()).or_insert(level + 1);
                    }
                }
                "basedOn" => {
                    styles.bases.extend(value.map(|base| (style.clone(), base)));
                }
                "vanish" | "strike" | "dstrike" => {
                    if matches!(value.as_deref(), Some("0" | "false" | "off")) {
                        styles.showing.insert(style.clone());
                    } else {
                        styles.hiding.insert(style.clone());
                    }
                }
                _ => {}
            }
        }
        Ok(())
    })?;
    Ok(styles)
}
