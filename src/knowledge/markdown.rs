//! Markdown and plain text as pieces.
//!
//! Never: markup that is taken from any other format; those hand over pieces themselves, so that a `#` or a `|` in a
//! customer's table is a character and no structure.

use crate::knowledge::pieces::Piece;

/// A longer line of plain text is no title.
const TITLE_CHARS_MAX: usize = 60;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Paragraph,
    List,
    Table,
    Code,
}

struct Block {
    kind: Kind,
    lines: Vec<String>,
}

impl Block {
    fn piece(self) -> Piece {
        match self.kind {
            Kind::Paragraph => Piece::Paragraph(self.lines),
            Kind::List => Piece::List(self.lines),
            Kind::Code => Piece::Code(self.lines),
            Kind::Table => Piece::Table(rows(&self.lines)),
        }
    }
}

/// Plain text: paragraphs; a short line that stands alone and does not end like a sentence is a heading.
pub fn plain(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    for paragraph in paragraphs(text) {
        if let [line] = paragraph.as_slice()
            && line.chars().count() <= TITLE_CHARS_MAX
            && !line.ends_with(['.', '?', '!', ':', ';', ','])
            && !line.starts_with(['-', '*', '•'])
            && !line.contains(|c: char| c.is_ascii_digit())
        {
            pieces.push(Piece::Heading { level: 1, title: line.clone() });
            continue;
        }
        pieces.push(Piece::Paragraph(paragraph));
    }
    pieces
}

fn paragraphs(text: &str) -> Vec<Vec<String>> {
    let mut all = vec![Vec::new()];
    for line in text.lines() {
        if line.trim().is_empty() {
            all.push(Vec::new());
        } else if let Some(last) = all.last_mut() {
            last.push(line.trim().to_owned());
        }
    }
    all.retain(|lines| !lines.is_empty());
    all
}

/// Markdown (CommonMark's common part and pipe tables).
pub fn markdown(text: &str) -> Vec<Piece> {
    let mut pieces = Vec::new();
    let mut block: Option<Block> = None;
    let mut fence = false;
    let flush = |block: &mut Option<Block>, pieces: &mut Vec<Piece>| pieces.extend(block.take().map(Block::piece));
    for line in text.lines() {
        let bare = line.trim();
        if bare.starts_with("```") || bare.starts_with("~~~") {
            flush(&mut block, &mut pieces);
            fence = !fence;
        } else if fence {
            block.get_or_insert(Block { kind: Kind::Code, lines: vec![] }).lines.push(line.to_owned());
        } else if bare.is_empty() {
            flush(&mut block, &mut pieces);
        } else if let Some((level, title)) = heading(bare) {
            flush(&mut block, &mut pieces);
            pieces.push(Piece::Heading { level, title: inline(title) });
        } else if is_underline(bare) && block.as_ref().is_some_and(|b| b.kind == Kind::Paragraph && b.lines.len() == 1) {
            let title = block.take().map(|b| b.lines.join(" ")).unwrap_or_default();
            pieces.push(Piece::Heading { level: if bare.starts_with('=') { 1 } else { 2 }, title });
        } else if !is_rule(bare) {
            let kind = kind_of(line, block.as_ref());
            if block.as_ref().is_some_and(|b| b.kind != kind) {
                flush(&mut block, &mut pieces);
            }
            let text = if kind == Kind::Table { bare.to_owned() } else { inline(bare.trim_start_matches("> ")) };
            add_line(block.get_or_insert(Block { kind, lines: vec![] }), line, text);
        }
    }
    flush(&mut block, &mut pieces);
    pieces
}

/// A line that goes on with a list item or a paragraph is joined to it: where a line broke means nothing in Markdown.
fn add_line(block: &mut Block, line: &str, text: String) {
    let joins = match block.kind {
        Kind::List => !is_item(line.trim()),
        Kind::Paragraph => !line.ends_with("  "),
        Kind::Table | Kind::Code => false,
    };
    match block.lines.last_mut() {
        Some(last) if joins => {
            last.push(' ');
            last.push_str(&text);
        }
        _ => block.lines.push(text),
    }
}

fn heading(line: &str) -> Option<(u8, &str)> {
    let rest = line.trim_start_matches('#');
    let level = line.len() - rest.len();
    let level = u8::try_from(level).ok().filter(|level| (1..=6).contains(level))?;
    rest.starts_with(' ').then(|| (level, rest.trim().trim_end_matches('#').trim_end()))
}

fn is_underline(line: &str) -> bool {
    line.len() >= 3 && (line.chars().all(|c| c == '=') || line.chars().all(|c| c == '-'))
}

fn is_rule(line: &str) -> bool {
    line.len() >= 3 && ['-', '*', '_'].iter().any(|mark| line.chars().all(|c| c == *mark || c == ' '))
}

fn is_item(line: &str) -> bool {
    if ["- ", "* ", "+ "].iter().any(|mark| line.starts_with(mark)) {
        return true;
    }
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = line.len() - rest.len();
    (1..=3).contains(&digits) && (rest.starts_with(". ") || rest.starts_with(") "))
}

fn kind_of(line: &str, block: Option<&Block>) -> Kind {
    let bare = line.trim();
    if bare.starts_with('|') {
        Kind::Table
    } else if is_item(bare) {
        Kind::List
    } else {
        // A line under a list item, indented or lazy, belongs to it.
        match block.map(|b| b.kind) {
            Some(Kind::List) => Kind::List,
            _ => Kind::Paragraph,
        }
    }
}

/// Marks of emphasis, code and links taken off; the address of a link stays readable.
fn inline(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if let Some((label, target, after)) = link(rest) {
            out.push_str(label);
            if label != target && !target.starts_with('#') {
                out.push_str(&format!(" ({})", target.trim_start_matches("mailto:").trim_start_matches("tel:")));
            }
            rest = after;
            continue;
        }
        let after = rest.get(c.len_utf8()..).unwrap_or("");
        let word_inside = out.chars().last().is_some_and(char::is_alphanumeric) && after.chars().next().is_some_and(char::is_alphanumeric);
        match c {
            '\\' if after.starts_with(|n: char| n.is_ascii_punctuation()) => {
                out.extend(after.chars().next());
                rest = after.get(1..).unwrap_or("");
                continue;
            }
            '`' => {}
            '*' if !word_inside && (!after.starts_with(' ') || out.chars().last().is_some_and(|p| !p.is_whitespace())) => {}
            '_' if !word_inside && !after.starts_with(' ') => {}
            '_' if !word_inside && out.chars().last().is_some_and(|p| !p.is_whitespace()) => {}
            _ => out.push(c),
        }
        rest = after;
    }
    out
}

/// `[label](target)` at the beginning of the text.
fn link(text: &str) -> Option<(&str, &str, &str)> {
    let inner = text.strip_prefix('[')?;
    let (label, after) = inner.split_once("](")?;
    let (target, after) = after.split_once(')')?;
    (!label.contains(['[', ']', '\n']) && !target.contains(' ')).then_some((label, target, after))
}

/// The cells of pipe rows, without the row of dashes.
fn rows(lines: &[String]) -> Vec<Vec<String>> {
    lines
        .iter()
        .map(|line| line.trim().trim_matches('|').split('|').map(|cell| inline(cell.trim())).collect::<Vec<_>>())
        .filter(|cells| !cells.iter().all(|cell| cell.chars().all(|c| matches!(c, '-' | ':' | ' '))))
        .collect()
}
