//! HTML pages of the company to pieces: headings, paragraphs, lists, tables, definition lists.
//!
//! Never: a tree (the token stream and a few flags are enough and cannot overflow a stack), navigation, scripts, what is struck,
//! or what a page hides: hidden words are how a page is made to say two things. Mail has a reader of its own, which keeps quotes
//! and marks.

use crate::knowledge::pieces::Piece;
use crate::knowledge::reading;
use crate::knowledge::source::Refusal;
use crate::knowledge::source::columns::Stands;
use crate::knowledge::source::css::{self, Sheet};
use crate::knowledge::source::grid::Grid;
use crate::knowledge::source::read::{Extracted, Warning};
use crate::knowledge::source::tabular;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use std::cell::RefCell;

/// Elements whose content is no text of the page.
const SKIPPED: [&str; 17] = [
    "script", "style", "noscript", "template", "svg", "math", "nav", "title", "iframe", "object", "select", "textarea", "canvas", "dialog",
    "del", "s", "strike",
];
/// Drawn by other rules than the page, and closed by a slash.
const FOREIGN: [&str; 2] = ["svg", "math"];
/// Within a line, so that it goes on behind them.
const INLINE: [&str; 20] = [
    "del", "s", "strike", "span", "a", "b", "i", "u", "em", "strong", "small", "big", "font", "sup", "sub", "mark", "label", "button",
    "svg", "script",
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
    let tokenizer = Tokenizer::new(
        Sink(RefCell::new(Page { xml: text.trim_start().starts_with("<?xml"), ..Page::default() })),
        TokenizerOpts { discard_bom: true, ..TokenizerOpts::default() },
    );
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
    if page.too_large {
        return Err(Refusal::TooMuchText);
    }
    let mut extracted = page.extracted;
    extracted.warnings.extend((page.by_class > 0).then_some(Warning::HiddenParts(page.by_class)));
    extracted.warnings.extend(latin1.then_some(Warning::Latin1));
    Ok(extracted)
}

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
                let empty = page.is_empty_element(&tag);
                page.tag(&tag);
                if let (Some(raw), TagKind::StartTag, false) = (raw, tag.kind, empty) {
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
    grid: Grid,
    tables: usize,
    in_cell: bool,
    /// Of the open cell: columns and rows that it spans, and whether it is a name.
    span: (usize, usize),
    is_name: bool,
    in_head: bool,
    /// The open question of a definition list, and whether its text is being read.
    term: Option<String>,
    in_term: bool,
    skipped: Option<Skipped>,
    preformatted: bool,
    sheet: Sheet,
    sheet_text: String,
    /// Elements hidden by their class.
    by_class: usize,
    /// Written as XML, where a slash closes every element.
    xml: bool,
    too_large: bool,
}

/// The element that is skipped.
struct Skipped {
    name: String,
    /// How often it is open within itself.
    depth: usize,
    /// Lists and tables open within it.
    inner: usize,
}

impl Skipped {
    /// Elements whose end tag may be missing end where the next one of their kind begins, or what they stand in ends.
    fn is_ended_by(&self, name: &str, opens: bool) -> bool {
        let row = ["tr", "tbody", "thead", "tfoot"];
        match self.name.as_str() {
            "p" if opens => is_block(name),
            "p" => name != "p" && (is_block(name) || ["td", "th", "body", "html"].contains(&name)),
            _ if self.inner > 0 => false,
            "li" => {
                if opens {
                    name == "li"
                } else {
                    name == "ul" || name == "ol"
                }
            }
            "dt" | "dd" => {
                if opens {
                    name == "dt" || name == "dd"
                } else {
                    name == "dl"
                }
            }
            "td" | "th" => row.contains(&name) || if opens { name == "td" || name == "th" } else { name == "table" },
            "tr" => {
                if opens {
                    row.contains(&name)
                } else {
                    name == "table" || (name != "tr" && row.contains(&name))
                }
            }
            _ => false,
        }
    }
}

fn is_block(name: &str) -> bool {
    BLOCKS.contains(&name) || ["table", "li", "dt", "dd", "h1", "h2", "h3", "h4", "h5", "h6"].contains(&name)
}

impl Page {
    fn tag(&mut self, tag: &Tag) {
        let name: &str = &tag.name;
        let opens = tag.kind == TagKind::StartTag;
        if self.skips(name, opens) {
            return;
        }
        if opens && !VOID.contains(&name) && !self.is_empty_element(tag) && (SKIPPED.contains(&name) || self.is_hidden(tag)) {
            if ["td", "th"].contains(&name) {
                // Its column stays where it is.
                self.table_tag(tag);
                self.end_cell();
            } else if !INLINE.contains(&name) {
                self.end_block();
            }
            self.skipped = Some(Skipped { name: name.to_owned(), depth: 1, inner: 0 });
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
            ("thead", _) => self.in_head = opens,
            ("caption", false) => {
                let caption = std::mem::take(&mut self.line);
                let caption = caption.split_whitespace().collect::<Vec<_>>().join(" ");
                self.extracted.pieces.extend((!caption.is_empty()).then(|| Piece::Paragraph(vec![caption])));
            }
            ("table" | "tr" | "td" | "th", _) => self.table_tag(tag),
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

    /// Whether what stands here is skipped, this tag included.
    fn skips(&mut self, name: &str, opens: bool) -> bool {
        let Some(skipped) = &mut self.skipped else { return false };
        if VOID.contains(&name) {
            return true;
        }
        if skipped.is_ended_by(name, opens) {
            self.skipped = None;
            return false;
        }
        let count = |count: usize| if opens { count + 1 } else { count.saturating_sub(1) };
        if skipped.name == name {
            skipped.depth = count(skipped.depth);
            if skipped.depth == 0 {
                self.skipped = None;
                self.sheet.read(&std::mem::take(&mut self.sheet_text));
            }
        } else if ["ul", "ol", "dl", "table"].contains(&name) {
            skipped.inner = count(skipped.inner);
        }
        true
    }

    /// In HTML a slash closes nothing, whatever its writer meant.
    fn is_empty_element(&self, tag: &Tag) -> bool {
        let name: &str = &tag.name;
        tag.self_closing && (self.xml || FOREIGN.contains(&name))
    }

    fn is_hidden(&mut self, tag: &Tag) -> bool {
        let mut by_class = false;
        for attribute in &tag.attrs {
            let value: &str = &attribute.value;
            match &*attribute.name.local {
                // `until-found` is found, and then seen.
                "hidden" => return value != "until-found",
                "style" if css::hides(value) => return true,
                "class" => by_class |= value.split_whitespace().any(|class| self.sheet.hides(&tag.name, '.', class)),
                "id" => by_class |= self.sheet.hides(&tag.name, '#', value.trim()),
                _ => {}
            }
        }
        // A whole page is hidden only until its script has run.
        by_class &= !["html", "body"].contains(&&*tag.name);
        self.by_class += usize::from(by_class);
        by_class
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

    fn table_tag(&mut self, tag: &Tag) {
        let (name, opens): (&str, bool) = (&tag.name, tag.kind == TagKind::StartTag);
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
                self.grid.row();
            }
            ("td" | "th", true) => {
                self.end_cell();
                self.in_cell = true;
                let span = |name: &str| {
                    let value = tag.attrs.iter().find(|attribute| &*attribute.name.local == name)?;
                    value.value.trim().parse::<usize>().ok().filter(|span| *span > 0)
                };
                self.span = (span("colspan").unwrap_or(1), span("rowspan").unwrap_or(1));
                self.is_name = name == "th" || self.in_head;
            }
            _ => self.end_cell(),
        }
    }

    fn text(&mut self, text: &str) {
        if let Some(skipped) = &self.skipped {
            if skipped.name == "style" {
                self.sheet_text.push_str(text);
            }
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
            self.grid.cell(&cell, self.span, self.is_name);
        }
    }

    fn end_table(&mut self) {
        self.end_cell();
        self.in_head = false;
        match std::mem::take(&mut self.grid).finish() {
            Ok(rows) => {
                let table = tabular::extract(rows, Stands::InText);
                self.extracted.pieces.extend(table.pieces);
                self.extracted.warnings.extend(table.warnings);
            }
            Err(_) => self.too_large = true,
        }
    }
}
