//! The text layer of a PDF: glyphs to lines, lines to paragraphs, larger lines to headings.
//!
//! Never: pictures, scripts, forms or attachments of the file. The reader underneath gives up on many real files with a
//! panic; here that costs one page, and what it does beyond a panic ends the child and nothing else.

use crate::domain::limits::{SOURCE_CHARS_MAX, SOURCE_PAGES_MAX};
use crate::knowledge::pieces::Piece;
use crate::knowledge::source::Refusal;
use crate::knowledge::source::read::{Extracted, Warning};
use pdf_extract::{Document, MediaBox, OutputDev, OutputError, Transform, output_doc_page};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// A line this much larger than most of the text is a heading.
const HEADING_SIZE: f64 = 1.15;
const HEADING_CHARS_MAX: usize = 120;
/// Lines further apart than this many font sizes belong to different paragraphs.
const PARAGRAPH_GAP: f64 = 1.6;
/// A gap between glyphs wider than this share of the font size is a space.
const SPACE_GAP: f64 = 0.15;
/// Glyphs whose base lines differ by less than this share of the font size stand on one line.
const SAME_LINE: f64 = 0.5;
/// Levels of headings told apart by their size.
const LEVELS: usize = 4;

pub fn read(bytes: &[u8]) -> Result<Extracted, Refusal> {
    let mut document = Document::load_mem(bytes).map_err(|_| broken(bytes))?;
    // Many printed PDFs are encrypted with an empty password, against changes and not against readers.
    if document.is_encrypted() {
        document.decrypt("").map_err(|_| Refusal::Encrypted)?;
    }
    let pages = document.page_iter().take(SOURCE_PAGES_MAX + 1).count();
    match pages {
        0 => return Err(broken(bytes)),
        too_many if too_many > SOURCE_PAGES_MAX => return Err(Refusal::TooManyPages),
        _ => {}
    }
    let (mut lines, mut empty, mut unreadable, mut chars) = (Vec::new(), 0, 0, 0);
    for number in 1..=u32::try_from(pages).unwrap_or(u32::MAX) {
        let mut page = PageLines::default();
        let read = catch_unwind(AssertUnwindSafe(|| output_doc_page(&document, &mut page, number)));
        page.end_line();
        if !matches!(read, Ok(Ok(()))) {
            unreadable += 1;
        } else if page.lines.is_empty() {
            empty += 1;
        }
        chars += page.lines.iter().map(|line| line.text.len()).sum::<usize>();
        // Four bytes are the most that a character has.
        if chars > SOURCE_CHARS_MAX * 4 {
            return Err(Refusal::TooMuchText);
        }
        lines.append(&mut page.lines);
    }
    if lines.is_empty() {
        return Err(if unreadable > 0 { Refusal::Damaged } else { Refusal::NoText });
    }
    let mut warnings = Vec::new();
    warnings.extend((empty > 0).then_some(Warning::PagesWithoutText(empty)));
    warnings.extend((unreadable > 0).then_some(Warning::PagesUnreadable(unreadable)));
    Ok(Extracted { pieces: pieces(&lines), warnings })
}

/// A wrong password shows in many ways, a file without pages among them; that it speaks of encryption is the surest sign.
fn broken(bytes: &[u8]) -> Refusal {
    const ENCRYPT: &[u8] = b"/Encrypt";
    if bytes.windows(ENCRYPT.len()).any(|window| window == ENCRYPT) { Refusal::Encrypted } else { Refusal::Damaged }
}

#[derive(Debug, Clone, PartialEq)]
struct Line {
    text: String,
    size: f64,
    /// Distance of its base line from the one before on the page, in its font size; none for the first of a page.
    gap: Option<f64>,
}

/// Collects the lines of one page.
#[derive(Default)]
struct PageLines {
    lines: Vec<Line>,
    text: String,
    size: f64,
    gap: Option<f64>,
    /// Base line and right end of the last glyph, top down.
    last: Option<(f64, f64)>,
    height: f64,
}

impl PageLines {
    fn end_line(&mut self) {
        let text = self.text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.text.clear();
        if !text.is_empty() {
            self.lines.push(Line { text, size: self.size, gap: self.gap });
        }
        self.size = 0.0;
    }
}

impl OutputDev for PageLines {
    fn begin_page(&mut self, _number: u32, media: &MediaBox, _art: Option<(f64, f64, f64, f64)>) -> Result<(), OutputError> {
        self.height = media.ury - media.lly;
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn output_character(&mut self, at: &Transform, width: f64, _spacing: f64, size: f64, glyph: &str) -> Result<(), OutputError> {
        let (x, y) = (at.m31, self.height - at.m32);
        let scale = (at.m11 * at.m22 - at.m12 * at.m21).abs().sqrt();
        let size = size * if scale.is_finite() { scale } else { 1.0 };
        let unit = size.max(0.1);
        match self.last {
            Some((base, _)) if (y - base).abs() > unit * SAME_LINE => {
                self.end_line();
                self.gap = Some((y - base) / unit);
            }
            Some((_, end)) if (x - end).abs() > unit * SPACE_GAP => self.text.push(' '),
            Some(_) => {}
            None => self.gap = None,
        }
        self.text.push_str(glyph);
        self.size = self.size.max(size);
        self.last = Some((y, x + width * size));
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}

/// Sizes in half points, so that they can be counted.
fn half_points(size: f64) -> i64 {
    let halves = (size * 2.0).round();
    if halves.is_finite() { halves.clamp(0.0, 10_000.0) as i64 } else { 0 }
}

/// The sizes of headings: larger than what most characters have, largest first.
fn heading_sizes(lines: &[Line]) -> Vec<i64> {
    let mut counted: BTreeMap<i64, usize> = BTreeMap::new();
    for line in lines {
        *counted.entry(half_points(line.size)).or_default() += line.text.len();
    }
    let body = counted.iter().max_by_key(|(_, chars)| **chars).map_or(0, |(size, _)| *size);
    let mut larger: Vec<i64> = counted.into_keys().filter(|size| *size as f64 >= body as f64 * HEADING_SIZE).collect();
    larger.reverse();
    larger
}

fn pieces(lines: &[Line]) -> Vec<Piece> {
    let larger = heading_sizes(lines);
    let mut out = Vec::new();
    let mut paragraph: Vec<String> = Vec::new();
    let mut list = false;
    for line in lines {
        let level = larger.iter().position(|size| *size == half_points(line.size));
        if let Some(level) = level.filter(|_| line.text.chars().count() <= HEADING_CHARS_MAX) {
            end(&mut out, &mut paragraph, list);
            // A heading of two lines is one.
            if let (Some(Piece::Heading { level: above, title }), Some(gap)) = (out.last_mut(), line.gap)
                && usize::from(*above) == level.min(LEVELS)
                && gap.abs() <= PARAGRAPH_GAP
            {
                title.push(' ');
                title.push_str(&line.text);
            } else {
                out.push(Piece::Heading { level: u8::try_from(level.min(LEVELS)).unwrap_or(0), title: line.text.clone() });
            }
            continue;
        }
        let item = bullet(&line.text);
        // A line further up than the one before is in the next column.
        let parted = line.gap.is_some_and(|gap| !(0.0..=PARAGRAPH_GAP).contains(&gap));
        if parted || (item.is_some() && !list) {
            end(&mut out, &mut paragraph, list);
            list = item.is_some();
        }
        match (item, paragraph.last_mut()) {
            (Some(text), _) => paragraph.push(format!("- {text}")),
            (None, Some(last)) => join(last, &line.text),
            (None, None) => paragraph.push(line.text.clone()),
        }
    }
    end(&mut out, &mut paragraph, list);
    out
}

fn end(out: &mut Vec<Piece>, paragraph: &mut Vec<String>, list: bool) {
    if !paragraph.is_empty() {
        let lines = std::mem::take(paragraph);
        out.push(if list { Piece::List(lines) } else { Piece::Paragraph(lines) });
    }
}

fn bullet(line: &str) -> Option<&str> {
    let rest = line.strip_prefix(['•', '▪', '●', '◦', '–', '-', '\u{f0b7}'])?;
    rest.strip_prefix(' ').map(str::trim_start)
}

/// Puts a line behind the one before; a word divided at the end of the line becomes whole again ("Rück-" "gabe"), but not
/// one that only shares its end ("Vor-" "und Nachteile").
fn join(last: &mut String, line: &str) {
    let divided = last.strip_suffix(['-', '\u{ad}', '‐']).is_some_and(|stem| stem.ends_with(char::is_lowercase))
        && line.starts_with(char::is_lowercase)
        && !["und ", "oder ", "bzw", "sowie ", "and ", "or "].iter().any(|word| line.starts_with(word));
    if divided {
        last.pop();
    } else {
        last.push(' ');
    }
    last.push_str(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn divided_words_become_whole() {
        for (first, second, expected) in [
            ("Die Rück-", "gabe", "Die Rückgabe"),
            ("Vor-", "und Nachteile", "Vor- und Nachteile"),
            ("E-Bike-", "Akku", "E-Bike- Akku"),
            ("ein", "Satz", "ein Satz"),
        ] {
            let mut line = first.to_owned();
            join(&mut line, second);
            assert_eq!(line, expected);
        }
    }

    #[test]
    fn bullets() {
        assert_eq!(bullet("• eins"), Some("eins"));
        assert_eq!(bullet("- zwei"), Some("zwei"));
        assert_eq!(bullet("-5 Grad"), None);
    }
}
