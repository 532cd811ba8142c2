//! Markdown and plain text as pieces.
//!
//! Never: markup that is taken from any other format; those hand over pieces themselves, so that a `#` or a `|` in a
//! customer's table is a character and no structure. Comments and what is struck are not what a document says.

use crate::knowledge::pieces::Piece;
use crate::knowledge::source::columns::{self, Stands};
use crate::knowledge::source::grid::Rows;

/// A longer line of plain text is no title.
const TITLE_CHARS_MAX: usize = 60;
/// A longer address of a link is no address.
const TARGET_CHARS_MAX: usize = 2_000;

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
    fn pieces(self) -> Vec<Piece> {
        vec![match self.kind {
            Kind::Paragraph => Piece::Paragraph(self.lines),
            Kind::List => Piece::List(self.lines),
            Kind::Code => Piece::Code(self.lines),
            Kind::Table => return rows(&self.lines),
        }]
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
    let text = without_comments(text);
    let mut pieces = Vec::new();
    let mut block: Option<Block> = None;
    let mut fence: Option<&str> = None;
    let flush = |block: &mut Option<Block>, pieces: &mut Vec<Piece>| pieces.extend(block.take().into_iter().flat_map(Block::pieces));
    let lines: Vec<&str> = text.lines().collect();
    for (at, line) in lines.iter().enumerate() {
        let bare = line.trim();
        if let Some(mark) = fence {
            if closes_fence(bare, mark) {
                flush(&mut block, &mut pieces);
                fence = None;
            } else {
                block.get_or_insert(Block { kind: Kind::Code, lines: vec![] }).lines.push((*line).to_owned());
            }
        } else if let Some(mark) = fence_mark(bare) {
            flush(&mut block, &mut pieces);
            fence = Some(mark);
        } else if bare.is_empty() {
            flush(&mut block, &mut pieces);
        } else if let Some((level, title)) = heading(bare) {
            flush(&mut block, &mut pieces);
            pieces.push(Piece::Heading { level, title: inline(title) });
        } else if is_underline(bare) && block.as_ref().is_some_and(|b| b.kind == Kind::Paragraph && b.lines.len() == 1) {
            let title = block.take().map(|b| b.lines.join(" ")).unwrap_or_default();
            pieces.push(Piece::Heading { level: if bare.starts_with('=') { 1 } else { 2 }, title });
        } else if !is_rule(bare) {
            let begins_table = bare.contains('|') && lines.get(at + 1).is_some_and(|next| is_delimiter(next));
            let kind = if begins_table { Kind::Table } else { kind_of(line, block.as_ref()) };
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

/// The marks that open a fence: three or more of one kind.
fn fence_mark(line: &str) -> Option<&str> {
    ['`', '~'].into_iter().find_map(|mark| {
        let rest = line.trim_start_matches(mark);
        let marks = line.get(..line.len() - rest.len()).filter(|marks| marks.len() >= 3)?;
        // Code within a line may begin with three marks, too.
        (mark == '~' || !rest.contains('`')).then_some(marks)
    })
}

fn closes_fence(line: &str, mark: &str) -> bool {
    line.starts_with(mark) && line.chars().all(|c| mark.starts_with(c))
}

/// The text without `<!-- … -->` outside of fences; one that begins a line and is never closed goes to the end.
fn without_comments(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut fence: Option<&str> = None;
    let mut open = false;
    let last = text.rfind("-->");
    for line in text.split_inclusive('\n') {
        let bare = line.trim();
        if !open {
            if let Some(mark) = fence {
                fence = fence.filter(|_| !closes_fence(bare, mark));
            } else {
                fence = fence_mark(bare);
            }
            if fence.is_some() {
                out.push_str(line);
                continue;
            }
        }
        let mut rest = line;
        loop {
            if open {
                let Some((_, after)) = rest.split_once("-->") else { break };
                (rest, open) = (after, false);
            } else if let Some((before, after)) = rest.split_once("<!--") {
                // Within a line it is one only where it is closed; code in a line may show one.
                if before.matches('`').count() % 2 == 1 || (!before.trim().is_empty() && last.is_none_or(|last| last < behind(text, after)))
                {
                    out.push_str(before);
                    out.push_str("<!--");
                    rest = after;
                    continue;
                }
                out.push_str(before);
                (rest, open) = (after, true);
            } else {
                out.push_str(rest);
                break;
            }
        }
        if open && !out.ends_with('\n') {
            out.push('\n');
        }
    }
    out
}

/// Where `part`, a part of the text, begins in it.
fn behind(text: &str, part: &str) -> usize {
    part.as_ptr().addr().saturating_sub(text.as_ptr().addr())
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
    // A table without outer bars goes on as long as its lines have inner ones.
    let goes_on = block.is_some_and(|b| b.kind == Kind::Table) && bare.contains('|');
    if bare.starts_with('|') || goes_on {
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

/// Marks of emphasis, code and links taken off, and what is struck (`~~`); the address of a link stays readable.
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
        if let Some((_, after)) = rest.strip_prefix("~~").and_then(|struck| struck.split_once("~~")) {
            rest = if out.ends_with(' ') { after.trim_start() } else { after };
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
    let (label, after) = inner.split_at(inner.find(['[', ']', '\n'])?);
    let after = after.strip_prefix("](")?;
    // A text of beginnings of links is not searched to its end for each of them.
    let (end, _) = after.char_indices().take(TARGET_CHARS_MAX).find(|(_, c)| matches!(c, ')' | ' '))?;
    let (target, after) = after.split_at(end);
    Some((label, target, after.strip_prefix(')')?))
}

/// `--- | :--:`, the line below the names of the columns.
fn is_delimiter(line: &str) -> bool {
    let line = line.trim();
    line.contains('|') && line.contains('-') && line.chars().all(|c| matches!(c, '-' | ':' | '|' | ' '))
}

/// A table of pipe rows; the line of dashes says that the first one names the columns.
fn rows(lines: &[String]) -> Vec<Piece> {
    let named = lines.get(1).is_some_and(|line| is_delimiter(line));
    let rows: Vec<Vec<String>> = lines.iter().filter(|line| !is_delimiter(line)).map(|line| cells(line)).collect();
    columns::pieces(Rows { head: usize::from(named && rows.len() > 1), rows }, Stands::InText)
}

/// The cells of a row: one bar at each end is its frame, and a bar behind a backslash a character.
fn cells(line: &str) -> Vec<String> {
    let line = line.trim();
    let line = line.strip_prefix('|').unwrap_or(line);
    let mut cells = vec![String::new()];
    let mut escaped = false;
    for c in line.chars() {
        if c == '|' && !escaped {
            cells.push(String::new());
        } else if let Some(cell) = cells.last_mut() {
            if c == '|' {
                cell.pop();
            }
            cell.push(c);
        }
        escaped = c == '\\' && !escaped;
    }
    if cells.len() > 1 && cells.last().is_some_and(|cell| cell.trim().is_empty()) {
        cells.pop();
    }
    cells.iter().map(|cell| inline(cell.trim())).collect()
}

#[cfg(test)]
mod tests {
    fn check(text: &str, expected: &[&str]) {
        let cuts = crate::knowledge::cut::markdown(text).unwrap();
        assert_eq!(cuts.iter().map(|cut| cut.text.as_str()).collect::<Vec<_>>(), expected, "{text}");
    }

    /// A cell that is lost moves all behind it under the names of others.
    #[test]
    fn cells_keep_their_columns() {
        check(
            "||Tag|Woche|\n|---|---|---|\n|E-Bike|39 EUR|199 EUR|\n|Tandem||299 EUR|\n",
            &["E-Bike – Tag: 39 EUR, Woche: 199 EUR\nTandem – Woche: 299 EUR"],
        );
        check("| Menge | Rabatt |\n|---|---|\n| 10 \\| 20 | 5 % |\n| 50 | 9 % |\n", &["10 | 20: 5 %\n50: 9 %"]);
        check(
            "Leistung | Preis | Dauer\n--- | --- | ---\nInspektion | 89 EUR | 2 Tage\nNabe | 29 EUR | 1 Tag\n\nEnde.",
            &["Inspektion – Preis: 89 EUR, Dauer: 2 Tage\nNabe – Preis: 29 EUR, Dauer: 1 Tag\n\nEnde."],
        );
        check("| Montag | 9 bis 18 Uhr |\n| Samstag | 10 bis 14 Uhr |\n", &["Montag: 9 bis 18 Uhr\nSamstag: 10 bis 14 Uhr"]);
        check("Ja | nein sind zwei Wörter.", &["Ja | nein sind zwei Wörter."]);
    }

    #[test]
    fn comments_and_what_is_struck_are_not_said() {
        check(
            "Ein Rad kostet 10 EUR.\n\n<!-- intern: gratis -->\n\n<!--\nMarge 80 Prozent.\n\n-->\nEnde.",
            &["Ein Rad kostet 10 EUR.\n\nEnde."],
        );
        check("Es <!-- nie --> gilt.", &["Es  gilt."]);
        check("Pfeil <!-- offen", &["Pfeil <!-- offen"]);
        check("Gilt.\n<!-- offen\nnie sagen\n", &["Gilt."]);
        check("```\n<!-- Code -->\n```\n", &["<!-- Code -->"]);
        check("Der Helm kostet ~~89 EUR~~ 79 EUR, a ~ b.", &["Der Helm kostet 79 EUR, a ~ b."]);
    }

    /// Half a million beginnings are looked at once each.
    #[test]
    fn hostile_lines_are_read_in_time() {
        for text in ["[", "[a](", "~~", "<!-- ", "a <!-- ", "`", "|"] {
            assert!(crate::knowledge::cut::markdown(&text.repeat(100_000)).is_ok(), "{text}");
        }
    }

    #[test]
    fn a_fence_is_closed_by_its_own_marks() {
        let text = "~~~\nBeispiel\n```\n# kein Titel\n~~~\n\n# Stornierung\n\nKostenlos.\n";
        check(text, &["Beispiel\n```\n# kein Titel", "Kostenlos."]);
    }
}
