//! HTML pages of the company to pieces: headings, paragraphs, lists, tables, definition lists.
//!
//! Never: a tree (the token stream and a few flags are enough and cannot overflow a stack), navigation, scripts, or what a page
//! hides: hidden words are how a page is made to say two things. Mail has a reader of its own, which keeps quotes and marks.

use crate::knowledge::pieces::Piece;
use crate::knowledge::reading;
use crate::knowledge::source::Refusal;
use crate::knowledge::source::read::{Extracted, Warning};
use crate::knowledge::source::tabular;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use std::cell::RefCell;

/// Elements whose content is no text of the page.
const SKIPPED: [&str; 15] = [
    "script", "style", "noscript", "template", "svg", "math", "nav", "head", "iframe", "object", "select", "button", "textarea", "canvas",
    "dialog",
];
const VOID: [&str; 14] = ["area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"];
/// Elements that end a paragraph where they begin and where they end.
const BLOCKS: [&str; 20] = [
    "p",
    "div",
    "section",
    "article",
    "main",
    "aside",
    "header",
    "footer",
    "blockquote",
    "pre",
    "figure",
    "figcaption",
    "address",
    "form",
    "fieldset",
    "details",
    "ul",
    "ol",
    "dl",
    "hr",
];

pub fn read(bytes: &[u8]) -> Result<Extracted, Refusal> {
    let (text, latin1) = reading::decode(bytes).map_err(|_| Refusal::Damaged)?;
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts { discard_bom: true, ..TokenizerOpts::default() });
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(text.as_str()));
    // A Script result would stop the tokenizer; our sink never gives one.
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    let mut page = tokenizer.sink.0.into_inner();
    if page.tables > 0 {
        page.end_table();
        page.tables = 0;
    }
    page.end_block();
    page.end_list();
    let mut extracted = page.extracted;
    extracted.warnings.extend(latin1.then_some(Warning::Latin1));
    Ok(extracted)
}

#[derive(Default)]
struct Sink(RefCell<Page>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut page = self.0.borrow_mut();
        match token {
            Token::TagToken(tag) => {
                let name: &str = &tag.name;
                let raw = match name {
                    "script" => Some(RawKind::ScriptData),
                    "style" | "noscript" | "iframe" => Some(RawKind::Rawtext),
                    "title" | "textarea" => Some(RawKind::Rcdata),
                    _ => None,
                };
                page.tag(&tag);
                if let (Some(raw), TagKind::StartTag) = (raw, tag.kind) {
                    return TokenSinkResult::RawData(raw);
                }
            }
            Token::CharacterTokens(text) => page.text(&text),
            Token::DoctypeToken(_) | Token::CommentToken(_) | Token::NullCharacterToken | Token::EOFToken | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

#[derive(Default)]
struct Page {
    extracted: Extracted,
    line: String,
    heading: Option<u8>,
    list: Vec<String>,
    /// Next number of each open list; none for bullets.
    lists: Vec<Option<u32>>,
    in_item: bool,
    rows: Vec<Vec<String>>,
    tables: usize,
    in_cell: bool,
    /// The open question of a definition list, and whether its text is being read.
    term: Option<String>,
    in_term: bool,
    /// The element that is skipped, and how often it is open within itself.
    skipped: Option<(String, usize)>,
    preformatted: bool,
}

impl Page {
    fn tag(&mut self, tag: &Tag) {
        let name: &str = &tag.name;
        let opens = tag.kind == TagKind::StartTag;
        if let Some((skipped, depth)) = &mut self.skipped {
            if skipped == name && !VOID.contains(&name) {
                *depth = if opens { *depth + 1 } else { *depth - 1 };
                if *depth == 0 {
                    self.skipped = None;
                }
            }
            return;
        }
        if opens && !VOID.contains(&name) && !tag.self_closing && (SKIPPED.contains(&name) || is_hidden(tag)) {
            self.end_block();
            self.skipped = Some((name.to_owned(), 1));
            return;
        }
        match (name, opens) {
            ("br", _) => self.line.push('\n'),
            ("h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "summary" | "caption", _) if self.tables == 0 => self.heading_tag(name, opens),
            ("li", _) if self.tables == 0 => self.item_tag(opens),
            ("ul" | "ol", true) if self.tables == 0 => {
                self.end_block();
                self.lists.push((name == "ol").then_some(1));
            }
            ("ul" | "ol", false) if self.tables == 0 => {
                self.end_block();
                self.lists.pop();
                if self.lists.is_empty() {
                    self.end_list();
                }
            }
            ("dt", true) => {
                self.end_block();
                self.in_term = true;
            }
            ("dd", true) | ("dt", false) => self.end_block(),
            ("dd", false) | ("dl", _) => {
                self.end_block();
                self.term = None;
            }
            ("table" | "tr" | "td" | "th", _) => self.table_tag(name, opens),
            ("pre", _) => {
                self.end_block();
                self.preformatted = opens;
            }
            (block, _) if BLOCKS.contains(&block) && self.tables == 0 => {
                // A paragraph within an item or an answer goes on with it.
                if self.in_item || self.term.is_some() {
                    self.line.push('\n');
                } else {
                    self.end_block();
                }
            }
            ("p" | "div" | "li", _) => self.line.push(' '),
            _ => {}
        }
    }

    fn heading_tag(&mut self, name: &str, opens: bool) {
        self.end_block();
        if opens {
            self.end_list();
            let level = name.strip_prefix('h').and_then(|level| level.parse().ok());
            // A summary stands under whatever heading is above it.
            self.heading = Some(level.unwrap_or(6));
        }
    }

    fn item_tag(&mut self, opens: bool) {
        self.end_block();
        self.in_item = opens;
    }

    fn table_tag(&mut self, name: &str, opens: bool) {
        match (name, opens) {
            ("table", true) => {
                if self.tables == 0 {
                    self.end_block();
                    self.end_list();
                }
                self.tables += 1;
            }
            ("table", false) => {
                if self.tables == 1 {
                    self.end_table();
                }
                self.tables = self.tables.saturating_sub(1);
            }
            _ if self.tables != 1 => self.line.push(' '),
            ("tr", true) => {
                self.end_cell();
                self.rows.push(Vec::new());
            }
            ("td" | "th", true) => {
                self.end_cell();
                self.in_cell = true;
            }
            _ => self.end_cell(),
        }
    }

    fn text(&mut self, text: &str) {
        if self.skipped.is_some() {
            return;
        }
        if self.preformatted {
            self.line.push_str(text);
            return;
        }
        for c in text.chars() {
            let c = if c.is_whitespace() { ' ' } else { c };
            if c != ' ' || !self.line.ends_with([' ', '\n']) {
                self.line.push(c);
            }
        }
    }

    fn end_block(&mut self) {
        if self.tables > 0 {
            self.line.push(' ');
            return;
        }
        let text = std::mem::take(&mut self.line);
        let (heading, in_term) = (self.heading.take(), std::mem::take(&mut self.in_term));
        let lines: Vec<String> = text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect();
        if lines.is_empty() {
            return;
        }
        let joined = lines.join(" ");
        let piece = if let Some(level) = heading {
            Piece::Heading { level, title: joined }
        } else if in_term {
            self.term = Some(joined);
            return;
        } else if let Some(question) = &self.term {
            if question.ends_with('?') {
                Piece::Answer { question: question.clone(), answer: lines.join("\n") }
            } else {
                Piece::List(vec![format!("{question}: {joined}")])
            }
        } else if !self.lists.is_empty() {
            let depth = self.lists.len() - 1;
            let mark = match self.lists.last_mut() {
                Some(Some(number)) => {
                    *number += 1;
                    format!("{}.", *number - 1)
                }
                Some(None) | None => "-".to_owned(),
            };
            self.list.push(format!("{}{mark} {joined}", "  ".repeat(depth.min(8))));
            return;
        } else {
            Piece::Paragraph(lines)
        };
        self.extracted.pieces.push(piece);
    }

    fn end_list(&mut self) {
        if !self.list.is_empty() {
            self.extracted.pieces.push(Piece::List(std::mem::take(&mut self.list)));
        }
    }

    fn end_cell(&mut self) {
        let text = std::mem::take(&mut self.line);
        if std::mem::take(&mut self.in_cell) {
            let cell = text.split_whitespace().collect::<Vec<_>>().join(" ");
            match self.rows.last_mut() {
                Some(row) => row.push(cell),
                None => self.rows.push(vec![cell]),
            }
        }
    }

    fn end_table(&mut self) {
        self.end_cell();
        let mut rows = std::mem::take(&mut self.rows);
        rows.retain(|cells| cells.iter().any(|cell| !cell.is_empty()));
        if !rows.is_empty() {
            let table = tabular::extract(rows);
            self.extracted.pieces.extend(table.pieces);
            self.extracted.warnings.extend(table.warnings);
        }
    }
}

fn is_hidden(tag: &Tag) -> bool {
    tag.attrs.iter().any(|attribute| match &*attribute.name.local {
        "hidden" => true,
        "style" => {
            let style: String = attribute.value.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase();
            ["display:none", "visibility:hidden", "font-size:0", "opacity:0;"].iter().any(|hiding| style.contains(hiding))
                || style.ends_with("opacity:0")
        }
        _ => false,
    })
}
