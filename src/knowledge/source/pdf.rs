//! The text layer of a PDF: glyphs to lines, lines to paragraphs, larger lines to headings, lines with wide gaps to tables.
//!
//! Never: pictures, scripts, forms or attachments of the file; text that is not seen (`unseen`), beside the page, or tiny. The reader underneath gives up on many real files with a
//! panic; here that costs one page, and what it does beyond a panic ends the child and nothing else.

use crate::domain::limits::{SOURCE_CHARS_MAX, SOURCE_PAGES_MAX};
use crate::knowledge::pieces::Piece;
use crate::knowledge::source::Refusal;
use crate::knowledge::source::columns::Stands;
use crate::knowledge::source::grid::Rows;
use crate::knowledge::source::read::{Extracted, Warning};
use crate::knowledge::source::tabular;
use crate::knowledge::source::unseen;
use pdf_extract::{Document, MediaBox, ObjectId, OutputDev, OutputError, Transform, output_doc_page};
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
/// A gap wider than this many font sizes parts two columns.
const COLUMN_GAP: f64 = 1.0;
/// Columns whose cells are so long on average hold text, and are read one after the other.
const TEXT_CHARS: usize = 18;
/// Smaller letters are there to be overlooked.
const TINY: f64 = 1.0;
/// Levels of headings told apart by their size.
const LEVELS: usize = 4;

pub fn read(bytes: &[u8]) -> Result<Extracted, Refusal> {
    let mut document = Document::load_mem(bytes).map_err(|_| broken(bytes))?;
    // Many printed PDFs are encrypted with an empty password, against changes and not against readers.
    if document.is_encrypted() {
        document.decrypt("").map_err(|_| Refusal::Encrypted)?;
    }
    let ids: Vec<ObjectId> = document.page_iter().take(SOURCE_PAGES_MAX + 1).collect();
    match ids.len() {
        0 => return Err(broken(bytes)),
        too_many if too_many > SOURCE_PAGES_MAX => return Err(Refusal::TooManyPages),
        _ => {}
    }
    let (mut lines, mut empty, mut unreadable, mut chars) = (Vec::new(), 0, 0, 0);
    for (number, id) in (1..).zip(ids) {
        let mut page = PageLines::default();
        let read = catch_unwind(AssertUnwindSafe(|| {
            unseen::take_off(&mut document, id);
            output_doc_page(&document, &mut page, number)
        }));
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

/// A wrong password shows in many ways, a file without pages among them; that it names how it is encrypted is the surest sign.
fn broken(bytes: &[u8]) -> Refusal {
    const ENCRYPT: &[u8] = b"/Encrypt";
    // A dictionary, or a reference to one; the mere word proves nothing.
    let names = |at: usize| {
        let mut rest = bytes.iter().skip(at + ENCRYPT.len()).skip_while(|byte| byte.is_ascii_whitespace());
        rest.next().is_some_and(|byte| *byte == b'<' || byte.is_ascii_digit())
    };
    let named = bytes.windows(ENCRYPT.len()).enumerate().any(|(at, window)| window == ENCRYPT && names(at));
    if named { Refusal::Encrypted } else { Refusal::Damaged }
}

/// A part of a line between two wide gaps, with its left and right end on the page.
#[derive(Debug, Clone, PartialEq)]
struct Part {
    text: String,
    from: f64,
    to: f64,
}

#[derive(Debug, Clone, PartialEq)]
struct Line {
    text: String,
    size: f64,
    /// Distance of its base line from the one before on the page, in its font size; none for the first of a page.
    gap: Option<f64>,
    /// More than one where it has wide gaps.
    parts: Vec<Part>,
}

/// Collects the lines of one page.
#[derive(Default)]
struct PageLines {
    lines: Vec<Line>,
    text: String,
    size: f64,
    gap: Option<f64>,
    parts: Vec<Part>,
    /// Base line and right end of the last glyph, top down.
    last: Option<(f64, f64)>,
    height: f64,
    /// Left, bottom, right and top of the page.
    page: (f64, f64, f64, f64),
}

impl PageLines {
    fn end_line(&mut self) {
        let text = self.text.split_whitespace().collect::<Vec<_>>().join(" ");
        self.text.clear();
        let mut parts = std::mem::take(&mut self.parts);
        parts.retain(|part| !part.text.trim().is_empty());
        if !text.is_empty() {
            self.lines.push(Line { text, size: self.size, gap: self.gap, parts });
        }
        self.size = 0.0;
    }

    /// Puts a glyph to the part of the line that it belongs to.
    fn part(&mut self, (from, to): (f64, f64), unit: f64, glyph: &str) {
        match self.parts.last_mut() {
            // A mark of a list stands apart from its item, and is no column.
            Some(part) if from - part.to <= unit * COLUMN_GAP || is_mark(part.text.trim()) => {
                if (from - part.to).abs() > unit * SPACE_GAP && !part.text.ends_with(' ') {
                    part.text.push(' ');
                }
                part.text.push_str(glyph);
                part.to = to;
            }
            _ => self.parts.push(Part { text: glyph.to_owned(), from, to }),
        }
    }
}

fn is_mark(text: &str) -> bool {
    let bullet = text.chars().count() == 1 && !text.starts_with(char::is_alphanumeric);
    bullet || (text.chars().count() <= 3 && text.ends_with(['.', ')']))
}

impl OutputDev for PageLines {
    fn begin_page(&mut self, _number: u32, media: &MediaBox, _art: Option<(f64, f64, f64, f64)>) -> Result<(), OutputError> {
        self.height = media.ury - media.lly;
        self.page = (media.llx, media.lly, media.urx, media.ury);
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
        let (left, bottom, right, top) = self.page;
        let beside = at.m31 < left - unit || at.m31 > right + unit || at.m32 < bottom - unit || at.m32 > top + unit;
        if size < TINY || beside {
            return Ok(());
        }
        match self.last {
            Some((base, _)) if (y - base).abs() > unit * SAME_LINE => {
                self.end_line();
                self.gap = Some((y - base) / unit);
            }
            Some((_, end)) if (x - end).abs() > unit * SPACE_GAP => self.text.push(' '),
            Some(_) => {}
            None => self.gap = None,
        }
        self.part((x, x + width * size), unit, glyph);
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
    let (mut at, mut looked_at) = (0, 0);
    while let Some(line) = lines.get(at) {
        let rows = lines.iter().skip(at).take_while(|line| line.parts.len() > 1).count();
        if rows > 1
            && at >= looked_at
            && let Some(table) = lines.get(at..at + rows).and_then(table)
        {
            end(&mut out, &mut paragraph, list);
            out.extend(table);
            at += rows;
            continue;
        }
        looked_at = looked_at.max(at + rows);
        at += 1;
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

/// Lines with wide gaps, one above the other: a table, or text in columns; none where the gaps make no columns.
fn table(lines: &[Line]) -> Option<Vec<Piece>> {
    // Columns are where no line has a gap over the other lines' parts.
    let mut spans: Vec<(f64, f64)> = lines.iter().flat_map(|line| line.parts.iter().map(|part| (part.from, part.to))).collect();
    spans.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut columns: Vec<(f64, f64)> = Vec::new();
    for (from, to) in spans {
        match columns.last_mut() {
            Some(last) if from < last.1 => last.1 = last.1.max(to),
            _ => columns.push((from, to)),
        }
    }
    let mut rows = Vec::with_capacity(lines.len());
    for line in lines {
        let mut cells = vec![String::new(); columns.len()];
        for part in &line.parts {
            let at = columns.iter().position(|(from, to)| part.from >= *from && part.from <= *to);
            match at.and_then(|at| cells.get_mut(at)) {
                Some(cell) if cell.is_empty() => part.text.trim().clone_into(cell),
                // Two parts of one line in one column: these are none.
                Some(_) | None => return None,
            }
        }
        rows.push(cells);
    }
    let mean = |at: usize| {
        let filled: Vec<usize> = rows
            .iter()
            .filter_map(|cells: &Vec<String>| cells.get(at))
            .filter(|cell| !cell.is_empty())
            .map(|cell| cell.chars().count())
            .collect();
        filled.iter().sum::<usize>() / filled.len().max(1)
    };
    if (0..columns.len()).all(|at| mean(at) >= TEXT_CHARS) {
        let column = |at: usize| {
            let mut cells = rows.iter().filter_map(|cells| cells.get(at)).filter(|cell| !cell.is_empty());
            let mut text = cells.next().cloned().unwrap_or_default();
            cells.for_each(|cell| join(&mut text, cell));
            Piece::Paragraph(vec![text])
        };
        return Some((0..columns.len()).map(column).collect());
    }
    Some(tabular::extract(Rows { rows, head: 0 }, Stands::InText).pieces)
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

    fn line(parts: &[(&str, f64, f64)]) -> Line {
        let parts: Vec<Part> = parts.iter().map(|(text, from, to)| Part { text: (*text).to_owned(), from: *from, to: *to }).collect();
        Line { text: parts.iter().map(|part| part.text.as_str()).collect::<Vec<_>>().join(" "), size: 11.0, gap: Some(1.2), parts }
    }

    /// A cell that is left out moves no other under its name.
    #[test]
    fn rows_of_a_tight_table_stay_rows() {
        let lines = [
            line(&[("Mietpreise je Rad:", 50.0, 150.0)]),
            line(&[("Rad", 50.0, 70.0), ("Tag", 200.0, 220.0), ("Woche", 300.0, 330.0)]),
            line(&[("E-Bike", 50.0, 80.0), ("39 EUR", 200.0, 235.0), ("199 EUR", 290.0, 330.0)]),
            line(&[("Kinderrad", 50.0, 95.0), ("45 EUR", 295.0, 330.0)]),
        ];
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let expected = [
            Piece::Paragraph(vec!["Mietpreise je Rad:".to_owned()]),
            Piece::Table(vec![row(["Rad", "Tag", "Woche"]), row(["E-Bike", "39 EUR", "199 EUR"]), row(["Kinderrad", "", "45 EUR"])]),
        ];
        assert_eq!(pieces(&lines), expected);
        let text = [
            line(&[("Der Sommerkurs findet im", 50.0, 180.0), ("Der Winterkurs findet im", 320.0, 450.0)]),
            line(&[("Juli statt und kostet 99.", 50.0, 180.0), ("Januar statt und kostet 149.", 320.0, 450.0)]),
        ];
        let paragraph = |text: &str| Piece::Paragraph(vec![text.to_owned()]);
        let expected = [
            paragraph("Der Sommerkurs findet im Juli statt und kostet 99."),
            paragraph("Der Winterkurs findet im Januar statt und kostet 149."),
        ];
        assert_eq!(pieces(&text), expected);
    }

    #[test]
    fn the_word_alone_encrypts_nothing() {
        assert_eq!(broken(b"%PDF-1.4 text about /Encrypt and encryption"), Refusal::Damaged);
        assert_eq!(broken(b"trailer << /Encrypt 5 0 R >>"), Refusal::Encrypted);
    }
}
