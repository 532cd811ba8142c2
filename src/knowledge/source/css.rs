//! What of CSS decides whether a reader sees a text: declarations of an element, and rules for a class or an id.
//!
//! Never: a cascade. A class that another rule shows again is one that a click opens, and its text is read.

use std::collections::HashSet;

/// Further off than this is out of every screen.
const FAR: f64 = -999.0;

/// Whether a `style` attribute hides or strikes its element.
pub fn hides(style: &str) -> bool {
    let (mut color, mut ground, mut far, mut loose) = (None, None, false, false);
    for (name, value) in declarations(style) {
        let zero = || number(&value).is_some_and(|number| number == 0.0);
        let hidden = match name.as_str() {
            "display" => value == "none",
            "visibility" => value == "hidden" || value == "collapse",
            "opacity" | "font-size" => zero(),
            "text-decoration" | "text-decoration-line" => value.contains("line-through"),
            "text-indent" | "margin-left" => number(&value).is_some_and(|number| number <= FAR),
            "clip" => value.starts_with("rect(0") || value.starts_with("rect(1px"),
            _ => false,
        };
        if hidden {
            return true;
        }
        match name.as_str() {
            "color" => color = Some(plain_color(&value)),
            "background" | "background-color" => ground = Some(plain_color(&value)),
            "position" => loose = value == "absolute" || value == "fixed",
            "left" | "top" | "right" => far |= number(&value).is_some_and(|number| number <= FAR),
            _ => {}
        }
    }
    (loose && far) || (color.is_some() && color == ground)
}

fn declarations(style: &str) -> impl Iterator<Item = (String, String)> {
    style.split(';').filter_map(|declaration| {
        let (name, value) = declaration.split_once(':')?;
        let value = value.trim().to_lowercase();
        let value =
            value.trim_end_matches(|c: char| c.is_whitespace() || c.is_alphabetic()).strip_suffix('!').map_or(value.as_str(), str::trim);
        Some((name.trim().to_lowercase(), value.to_owned()))
    })
}

fn number(value: &str) -> Option<f64> {
    let digits: String = value.chars().take_while(|c| c.is_ascii_digit() || matches!(c, '.' | '-' | '+')).collect();
    digits.parse().ok()
}

/// One way of writing a color.
fn plain_color(value: &str) -> String {
    let value: String = value.chars().filter(|c| !c.is_whitespace()).collect();
    match value.as_str() {
        "white" | "rgb(255,255,255)" => return "#ffffff".to_owned(),
        "black" | "rgb(0,0,0)" => return "#000000".to_owned(),
        _ => {}
    }
    match value.strip_prefix('#') {
        Some(short) if short.chars().count() == 3 => short.chars().fold("#".to_owned(), |all, c| format!("{all}{c}{c}")),
        _ => value,
    }
}

/// The classes and ids that the style sheets of a page hide.
#[derive(Debug, Default)]
pub struct Sheet {
    hiding: HashSet<String>,
    showing: HashSet<String>,
}

impl Sheet {
    /// Reads the text of a `style` element. What stands in a group (`@media`) holds only at times and hides nothing.
    pub fn read(&mut self, text: &str) {
        let text = without_comments(text);
        let mut rest = text.as_str();
        while let Some((selectors, after)) = rest.split_once('{') {
            // Orders without a block stand before.
            let selectors = selectors.rsplit([';', '}']).next().unwrap_or(selectors);
            let group = selectors.trim_start().starts_with('@');
            let Some((body, behind)) = block(after, group) else { return };
            rest = behind;
            if !group {
                self.rule(selectors, body);
            }
        }
    }

    fn rule(&mut self, selectors: &str, body: &str) {
        let hides = hides(body);
        let shows = !hides && declarations(body).any(|(name, _)| ["display", "visibility", "opacity", "left"].contains(&name.as_str()));
        for selector in selectors.split(',').map(str::trim) {
            if hides && is_simple(selector) {
                self.hiding.insert(selector.to_lowercase());
            } else if shows {
                let name = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
                for (at, mark) in selector.match_indices(['.', '#']) {
                    let rest = selector.get(at + 1..).unwrap_or_default();
                    let word: String = rest.chars().take_while(|c| name(*c)).collect();
                    self.showing.insert(format!("{mark}{word}").to_lowercase());
                }
            }
        }
    }

    /// Whether an element with this name, class or id is hidden.
    pub fn hides(&self, element: &str, mark: char, word: &str) -> bool {
        let word = format!("{mark}{}", word.to_lowercase());
        !self.showing.contains(&word) && (self.hiding.contains(&word) || self.hiding.contains(&format!("{element}{word}")))
    }
}

fn without_comments(text: &str) -> String {
    let mut parts = text.split("/*");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |all, part| all + part.split_once("*/").map_or("", |(_, rest)| rest))
}

/// `.class`, `#id` or `p.class`.
fn is_simple(selector: &str) -> bool {
    let rest = selector.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    let word = rest.strip_prefix(['.', '#']);
    word.is_some_and(|word| !word.is_empty() && word.chars().all(|c| c.is_alphanumeric() || c == '-' || c == '_'))
}

/// The content of a block and what follows it; of a group with all its rules.
fn block(text: &str, group: bool) -> Option<(&str, &str)> {
    let mut depth = 1_usize;
    for (at, c) in text.char_indices() {
        match c {
            '{' if group => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some((text.get(..at)?, text.get(at + 1..)?));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_declaration_hides() {
        for style in [
            "display: none",
            "color:red;DISPLAY:NONE !important",
            "visibility:hidden",
            "opacity:0",
            "opacity:0.0",
            "opacity: 0 !important; color: red",
            "font-size:0",
            "font-size: 0px",
            "position:absolute;left:-9999px",
            "text-indent:-9999px",
            "color:#fff;background:#FFFFFF",
            "background-color: white; color: rgb(255, 255, 255)",
            "text-decoration: line-through",
        ] {
            assert!(hides(style), "{style}");
        }
        for style in [
            "font-size:0.9em",
            "opacity:0.5",
            "color:#fff",
            "color:#fff;background:#00f",
            "left:-9999px",
            "margin-left:-10px",
            "display:block",
            "",
        ] {
            assert!(!hides(style), "{style}");
        }
    }

    #[test]
    fn what_a_sheet_hides() {
        let mut sheet = Sheet::default();
        sheet.read(
            "@charset 'utf-8'; /* intern */ .intern{display:none} p.klein, #fuss { opacity: 0 }\n.antwort{display:none} .offen .antwort{display:block}\n\
             @media print { .nav{display:none} } .a .b{display:none} .hell{color:#fff;background:#fff} .x{color:red",
        );
        for (element, mark, word, expected) in [
            ("p", '.', "intern", true),
            ("p", '.', "klein", true),
            ("div", '.', "klein", false),
            ("div", '#', "fuss", true),
            ("div", '.', "antwort", false),
            ("div", '.', "nav", false),
            ("div", '.', "b", false),
            ("div", '.', "hell", true),
            ("div", '.', "x", false),
        ] {
            assert_eq!(sheet.hides(element, mark, word), expected, "{mark}{word}");
        }
    }
}
