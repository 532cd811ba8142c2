//! Cuts a source into passages: some sentences that belong together, under their headings.
//!
//! Lists, tables and a question with its answer stay whole as long as they fit; a table row becomes a line that can be
//! read and cited alone. Never: a passage that spans two headings, or words that the source does not hold.

use crate::domain::limits::PASSAGE_BYTES_MAX;

/// Paragraphs under one heading are put together up to here; what is much longer dilutes the ranking.
const PASSAGE_BYTES_TARGET: usize = 700;

/// A longer line of plain text is no title.
const TITLE_CHARS_MAX: usize = 60;

/// A piece of a source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cut {
    /// Outermost first.
    pub heading: Vec<String>,
    pub text: String,
}

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

/// Plain text: paragraphs; a short line that stands alone and does not end like a sentence is a heading.
pub fn plain(text: &str) -> Vec<Cut> {
    let mut cutter = Cutter::default();
    for paragraph in paragraphs(text) {
        if let [line] = paragraph.as_slice()
            && line.chars().count() <= TITLE_CHARS_MAX
            && !line.ends_with(['.', '?', '!', ':', ';', ','])
            && !line.starts_with(['-', '*', '•'])
            && !line.contains(|c: char| c.is_ascii_digit())
        {
            cutter.heading(1, line);
            continue;
        }
        cutter.block(Block { kind: Kind::Paragraph, lines: paragraph });
    }
    cutter.finish()
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
pub fn markdown(text: &str) -> Vec<Cut> {
    let mut cutter = Cutter::default();
    let mut block: Option<Block> = None;
    let mut fence = false;
    let flush = |block: &mut Option<Block>, cutter: &mut Cutter| {
        if let Some(block) = block.take() {
            cutter.block(block);
        }
    };
    for line in text.lines() {
        let bare = line.trim();
        if bare.starts_with("```") || bare.starts_with("~~~") {
            flush(&mut block, &mut cutter);
            fence = !fence;
        } else if fence {
            block.get_or_insert(Block { kind: Kind::Code, lines: vec![] }).lines.push(line.to_owned());
        } else if bare.is_empty() {
            flush(&mut block, &mut cutter);
        } else if let Some((level, title)) = heading(bare) {
            flush(&mut block, &mut cutter);
            cutter.heading(level, &inline(title));
        } else if is_underline(bare) && block.as_ref().is_some_and(|b| b.kind == Kind::Paragraph && b.lines.len() == 1) {
            let title = block.take().map(|b| b.lines.join(" ")).unwrap_or_default();
            cutter.heading(if bare.starts_with('=') { 1 } else { 2 }, &title);
        } else if !is_rule(bare) {
            let kind = kind_of(line, block.as_ref());
            if block.as_ref().is_some_and(|b| b.kind != kind) {
                flush(&mut block, &mut cutter);
            }
            let text = if kind == Kind::Table { bare.to_owned() } else { inline(bare.trim_start_matches("> ")) };
            add_line(block.get_or_insert(Block { kind, lines: vec![] }), line, text);
        }
    }
    flush(&mut block, &mut cutter);
    cutter.finish()
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

fn heading(line: &str) -> Option<(usize, &str)> {
    let rest = line.trim_start_matches('#');
    let level = line.len() - rest.len();
    ((1..=6).contains(&level) && rest.starts_with(' ')).then(|| (level, rest.trim().trim_end_matches('#').trim_end()))
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

#[derive(Default)]
struct Cutter {
    path: Vec<(usize, String)>,
    blocks: Vec<Block>,
    cuts: Vec<Cut>,
}

impl Cutter {
    fn heading(&mut self, level: usize, title: &str) {
        self.close();
        self.path.retain(|(above, _)| *above < level);
        self.path.push((level, title.to_owned()));
    }

    fn block(&mut self, block: Block) {
        if !block.lines.iter().all(|line| line.trim().is_empty()) {
            self.blocks.push(block);
        }
    }

    /// Puts the blocks under one heading together into passages.
    fn close(&mut self) {
        let heading: Vec<String> = self.path.iter().map(|(_, title)| title.clone()).collect();
        let mut text = String::new();
        for piece in glued(std::mem::take(&mut self.blocks)) {
            if !text.is_empty() && text.len() + 2 + piece.len() > PASSAGE_BYTES_TARGET {
                push_cut(&mut self.cuts, &heading, std::mem::take(&mut text));
            }
            if !text.is_empty() {
                text.push_str("\n\n");
            }
            text.push_str(&piece);
        }
        push_cut(&mut self.cuts, &heading, text);
    }

    fn finish(mut self) -> Vec<Cut> {
        // A source of titles alone is still text.
        if self.cuts.is_empty() && self.blocks.is_empty() {
            let lines = self.path.iter().map(|(_, title)| title.clone()).collect();
            self.path.clear();
            self.block(Block { kind: Kind::Paragraph, lines });
        }
        self.close();
        self.cuts
    }
}

/// Blocks as text; a question keeps its answer, an announcement its list.
fn glued(blocks: Vec<Block>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for block in blocks {
        let piece = match block.kind {
            Kind::Table => table_lines(&block.lines).join("\n"),
            Kind::Paragraph | Kind::List | Kind::Code => block.lines.join("\n"),
        };
        match all.last_mut() {
            Some(last) if last.ends_with([':', '?']) => {
                last.push_str("\n\n");
                last.push_str(&piece);
            }
            _ => all.push(piece),
        }
    }
    all
}

fn push_cut(cuts: &mut Vec<Cut>, heading: &[String], text: String) {
    for piece in pieces(&text) {
        cuts.push(Cut { heading: heading.to_vec(), text: piece });
    }
}

/// Cuts what is longer than a passage may be: at lines, else after sentences, else between words, else between letters.
fn pieces(text: &str) -> Vec<String> {
    let text = text.trim();
    if text.is_empty() {
        return Vec::new();
    }
    let mut rest = text;
    let mut all = Vec::new();
    while rest.len() > PASSAGE_BYTES_MAX {
        let mut end = PASSAGE_BYTES_MAX;
        while !rest.is_char_boundary(end) {
            end -= 1;
        }
        let window = rest.get(..end).unwrap_or(rest);
        let half = window.len() / 2;
        let at = ["\n\n", "\n", ". ", "? ", "! ", " "]
            .iter()
            .find_map(|mark| window.rfind(mark).map(|at| at + mark.len()).filter(|at| *at >= half))
            .unwrap_or(window.len());
        let (piece, after) = rest.split_at(at);
        all.push(piece.trim().to_owned());
        rest = after.trim_start();
    }
    if !rest.is_empty() {
        all.push(rest.to_owned());
    }
    all
}

/// Each row as a line that stands alone: `Inspektion: 89,00 EUR`, or with more columns `Inspektion – Preis: 89,00 EUR, Dauer: 2 Tage`.
fn table_lines(lines: &[String]) -> Vec<String> {
    let rows: Vec<Vec<String>> = lines
        .iter()
        .map(|line| line.trim().trim_matches('|').split('|').map(|cell| inline(cell.trim())).collect::<Vec<_>>())
        .filter(|cells| !cells.iter().all(|cell| cell.chars().all(|c| matches!(c, '-' | ':' | ' '))))
        .collect();
    let Some((head, body)) = rows.split_first() else { return Vec::new() };
    if body.is_empty() {
        return vec![head.join(", ")];
    }
    body.iter()
        .map(|cells| {
            let Some((name, values)) = cells.split_first() else { return String::new() };
            if let [value] = values {
                return format!("{name}: {value}");
            }
            let named = head.iter().skip(1).zip(values).filter(|(_, value)| !value.is_empty());
            let named: Vec<String> = named.map(|(title, value)| format!("{title}: {value}")).collect();
            format!("{name} – {}", named.join(", "))
        })
        .collect()
}

#[cfg(test)]
#[path = "cut_tests.rs"]
mod tests;
