//! HTML to the text that a reader sees.
//!
//! Never: a tree. The token stream of html5ever and a bounded stack of open elements are enough, cost the same for every input and
//! cannot overflow the call stack, however deep a hostile mail nests. What a reader would not see goes to `hidden`, not into the text.

use crate::mail::parse::cleaning;
use crate::mail::parse::html_css::{Look, Paint, Rgb, Stylesheet, Subject, declarations, paint, same_colour};
use crate::mail::parse::html_marks::{Claim, Mark, MarkKind, claim};
use crate::mail::parse::html_output::Output;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use std::cell::RefCell;

/// HTML of one mail beyond this is not read (`html: cut`).
const HTML_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Open elements beyond this depth are read as if they were not there (`html: too deeply nested`).
const OPEN_MAX: usize = 256;
/// A tag with more attributes than this is dropped: the tokenizer compares each with each.
const ATTRIBUTES_MAX: usize = 200;
const HIDDEN_BYTES_MAX: usize = 64 * 1024;
const LINK_BYTES_MAX: usize = 2_000;

/// What became of one HTML part.
#[derive(Debug, Default)]
pub struct Rendered {
    pub text: String,
    pub marks: Vec<Mark>,
    pub hidden: Vec<String>,
    pub defects: Vec<String>,
}

pub fn render(html: &str) -> Rendered {
    let mut defects = Vec::new();
    let mut end = html.len().min(HTML_BYTES_MAX);
    while !html.is_char_boundary(end) {
        end -= 1;
    }
    if end < html.len() {
        defects.push("html: cut".to_owned());
    }
    let input = html.get(..end).unwrap_or("");
    let (input, dropped) = without_monster_tags(input);
    if dropped {
        defects.push("html: tag with too many attributes".to_owned());
    }
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts { discard_bom: true, ..TokenizerOpts::default() });
    let queue = BufferQueue::default();
    queue.push_back(StrTendril::from(input.as_ref()));
    // A Script result would stop the tokenizer; our sink never gives one.
    let _ = tokenizer.feed(&queue);
    tokenizer.end();
    let mut page = tokenizer.sink.0.into_inner();
    while page.close_top() {}
    page.flush_hidden();
    if page.too_deep {
        defects.push("html: too deeply nested".to_owned());
    }
    if page.output.full() {
        defects.push("text: cut".to_owned());
    }
    let (text, marks) = page.output.finish();
    Rendered { text, marks, hidden: page.hidden, defects }
}

/// Drops tags whose attribute count would make the tokenizer quadratic.
fn without_monster_tags(html: &str) -> (std::borrow::Cow<'_, str>, bool) {
    let mut cuts: Vec<(usize, usize)> = Vec::new();
    let mut open: Option<(usize, usize)> = None;
    let mut quote = None;
    for (at, byte) in html.bytes().enumerate() {
        match (open, byte) {
            (None, b'<') => open = Some((at, 0)),
            (Some((start, count)), _) => match (quote, byte) {
                (None, b'>') => {
                    if count > ATTRIBUTES_MAX {
                        cuts.push((start, at + 1));
                    }
                    open = None;
                }
                (None, b'"' | b'\'') if html.as_bytes().get(at.wrapping_sub(1)) == Some(&b'=') => quote = Some(byte),
                (None, b' ' | b'\n' | b'\t' | b'/' | b'\r') => open = Some((start, count + 1)),
                (Some(q), _) if q == byte => quote = None,
                _ => {}
            },
            _ => {}
        }
    }
    if let Some((start, count)) = open
        && count > ATTRIBUTES_MAX
        && quote.is_none()
    {
        cuts.push((start, html.len()));
    }
    if cuts.is_empty() {
        return (html.into(), false);
    }
    // Comments and style texts look like one long tag; only what starts as a tag is cut.
    let mut out = String::with_capacity(html.len());
    let (mut from, mut dropped) = (0, false);
    for (start, end) in cuts {
        if html.get(start + 1..).is_some_and(|t| t.starts_with(|c: char| c.is_ascii_alphabetic())) {
            out.push_str(html.get(from..start).unwrap_or(""));
            from = end;
            dropped = true;
        }
    }
    out.push_str(html.get(from..).unwrap_or(""));
    (out.into(), dropped)
}

#[derive(Default)]
struct Sink(RefCell<Page>);

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let mut page = self.0.borrow_mut();
        if page.output.full() {
            return TokenSinkResult::Continue;
        }
        match token {
            Token::TagToken(tag) => return page.tag(&tag),
            Token::CharacterTokens(text) => page.characters(&text),
            Token::CommentToken(text) => page.comment(&text),
            Token::DoctypeToken(_) | Token::NullCharacterToken | Token::EOFToken | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

/// What holds for the text inside an element.
#[derive(Debug, Clone, Copy)]
struct Style {
    hidden: bool,
    tiny: bool,
    colour: Rgb,
    /// `None` where we cannot know (an image, a translucent colour).
    ground: Option<Rgb>,
    colour_known: bool,
    preformatted: bool,
}

const PAGE: Style =
    Style { hidden: false, tiny: false, colour: Rgb(0, 0, 0), ground: Some(Rgb(255, 255, 255)), colour_known: true, preformatted: false };

struct Open {
    subject: Subject,
    style: Style,
    link: Option<(String, usize)>,
    claim: Option<(Claim, usize)>,
    /// Next number of an ordered list; `None` for bullets.
    number: Option<u32>,
}

#[derive(Default)]
struct Page {
    open: Vec<Open>,
    output: Output,
    sheet: Stylesheet,
    hidden: Vec<String>,
    hidden_run: String,
    hidden_bytes: usize,
    too_deep: bool,
    /// Inside `style` (its text is read) or another element without visible text.
    raw: Option<String>,
}

fn attribute(tag: &Tag, name: &str) -> Option<String> {
    tag.attrs.iter().find(|a| &*a.name.local == name).map(|a| a.value.to_string())
}

fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area" | "base" | "br" | "col" | "embed" | "hr" | "img" | "input" | "link" | "meta" | "param" | "source" | "track" | "wbr"
    )
}

fn is_block(name: &str) -> bool {
    matches!(
        name,
        "address"
            | "article"
            | "aside"
            | "blockquote"
            | "body"
            | "center"
            | "dd"
            | "details"
            | "dir"
            | "div"
            | "dl"
            | "dt"
            | "fieldset"
            | "figcaption"
            | "figure"
            | "footer"
            | "form"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "header"
            | "hr"
            | "legend"
            | "li"
            | "main"
            | "menu"
            | "nav"
            | "ol"
            | "option"
            | "p"
            | "pre"
            | "section"
            | "summary"
            | "table"
            | "tbody"
            | "tfoot"
            | "thead"
            | "tr"
            | "ul"
    )
}

/// Line ends around a block.
fn margin(name: &str) -> usize {
    match name {
        "p" | "h1" | "h2" | "h3" | "h4" | "h5" | "h6" | "ul" | "ol" | "pre" | "blockquote" | "table" => 2,
        _ => 1,
    }
}

impl Page {
    fn style(&self) -> Style {
        self.open.last().map_or(PAGE, |o| o.style)
    }

    fn tag(&mut self, tag: &Tag) -> TokenSinkResult<()> {
        let name = &*tag.name;
        if tag.kind == TagKind::EndTag {
            self.end(name);
            return TokenSinkResult::Continue;
        }
        let raw = match name {
            "style" | "xmp" | "iframe" | "noembed" | "noframes" => Some(RawKind::Rawtext),
            "script" => Some(RawKind::ScriptData),
            "title" => Some(RawKind::Rcdata),
            _ => None,
        };
        if let Some(kind) = raw {
            self.raw = Some(String::new());
            return TokenSinkResult::RawData(kind);
        }
        self.start(tag);
        TokenSinkResult::Continue
    }

    fn start(&mut self, tag: &Tag) {
        let name = &*tag.name;
        match name {
            "br" => return self.output.line_break(),
            "hr" => return self.output.lines(2),
            "img" => return self.image(tag),
            _ if is_void(name) => return,
            _ => {}
        }
        self.implied_ends(name);
        let subject = Subject {
            tag: name.to_owned(),
            id: attribute(tag, "id").unwrap_or_default(),
            classes: attribute(tag, "class").map(|c| c.split_whitespace().map(str::to_owned).collect()).unwrap_or_default(),
        };
        let look = self.look(tag, &subject);
        match name {
            "tr" => self.output.row(),
            "td" | "th" => self.output.cell(),
            _ if is_block(name) => self.output.lines(if self.in_item() || self.output.cell_is_new() { 1 } else { margin(name) }),
            _ => {}
        }
        let claim = claim(name, |n| attribute(tag, n), look.border_top, look.indented).map(|c| (c, self.output.position()));
        let style = self.inherit(&look, name);
        let link = (name == "a").then(|| attribute(tag, "href")).flatten().map(|h| (h, self.output.length()));
        if self.open.len() >= OPEN_MAX {
            self.too_deep = true;
            return;
        }
        if name == "li" && !style.hidden {
            self.bullet();
        }
        self.open.push(Open { subject, style, link, claim, number: (name == "ol").then_some(1) });
    }

    /// Paragraphs in a list item stand close.
    fn in_item(&self) -> bool {
        self.open.iter().rev().take(3).any(|o| o.subject.tag == "li")
    }

    fn bullet(&mut self) {
        let number = self.open.iter_mut().rev().find(|o| matches!(o.subject.tag.as_str(), "ol" | "ul")).and_then(|list| {
            let number = list.number?;
            list.number = Some(number + 1);
            Some(number)
        });
        match number {
            Some(number) => self.output.put(&format!("{number}.")),
            None => self.output.put("-"),
        }
        self.output.word_space();
    }

    fn look(&self, tag: &Tag, subject: &Subject) -> Look {
        let mut look = Look::default();
        if let Some(colour) = attribute(tag, "bgcolor") {
            look.background = Some(paint(&colour));
        }
        if attribute(tag, "background").is_some_and(|b| !b.is_empty()) {
            look.background = Some(Paint::Unknown);
        }
        match &*tag.name {
            "font" => look.colour = attribute(tag, "color").map(|c| paint(&c)),
            "body" => look.colour = attribute(tag, "text").map(|c| paint(&c)),
            "pre" => look.preformatted = Some(true),
            _ => {}
        }
        if !self.sheet.is_empty() {
            look.overlay(self.sheet.look(subject, self.open.iter().map(|o| &o.subject)));
        }
        if let Some(style) = attribute(tag, "style") {
            look.overlay(declarations(&style));
        }
        look.hides |= tag.attrs.iter().any(|a| &*a.name.local == "hidden") || &*tag.name == "template";
        look
    }

    fn inherit(&self, look: &Look, name: &str) -> Style {
        let mut style = self.style();
        style.hidden |= look.hides;
        style.tiny = look.tiny.unwrap_or(style.tiny);
        style.preformatted = look.preformatted.unwrap_or(style.preformatted);
        match look.colour {
            Some(Paint::Solid(colour)) => (style.colour, style.colour_known) = (colour, true),
            Some(Paint::Transparent) => style.hidden = true,
            // A link has the reader's own colour unless it sets one.
            Some(Paint::Unknown) => style.colour_known = false,
            None if name == "a" => style.colour_known = false,
            None => {}
        }
        match look.background {
            Some(Paint::Solid(ground)) => style.ground = Some(ground),
            Some(Paint::Unknown) => style.ground = None,
            Some(Paint::Transparent) | None => {}
        }
        style
    }

    /// End tags that HTML lets writers leave out.
    fn implied_ends(&mut self, name: &str) {
        let (closes, barrier): (&[&str], &[&str]) = match name {
            "li" => (&["li"], &["ul", "ol", "table"]),
            "td" | "th" => (&["td", "th"], &["tr", "table"]),
            "tr" => (&["tr"], &["table", "tbody", "thead", "tfoot"]),
            "dt" | "dd" => (&["dt", "dd"], &["dl"]),
            "option" => (&["option"], &["select"]),
            _ if is_block(name) => (&["p"], &["td", "th", "table", "div", "li", "blockquote"]),
            _ => return,
        };
        let found = self.open.iter().rposition(|o| closes.contains(&o.subject.tag.as_str()));
        let wall = self.open.iter().rposition(|o| barrier.contains(&o.subject.tag.as_str()));
        if let Some(found) = found
            && wall.is_none_or(|w| w < found)
        {
            self.close_to(found);
        }
    }

    fn end(&mut self, name: &str) {
        if let Some(raw) = self.raw.take() {
            if name == "style" {
                self.sheet.read(&raw);
            }
            return;
        }
        if name == "p" && !self.open.iter().any(|o| o.subject.tag == "p") {
            return self.output.lines(2);
        }
        let table_part = matches!(name, "table" | "tbody" | "thead" | "tfoot" | "tr" | "td" | "th" | "body" | "html");
        for at in (0..self.open.len()).rev() {
            let Some(open) = self.open.get(at) else { return };
            if open.subject.tag == name {
                return self.close_to(at);
            }
            if !table_part && matches!(open.subject.tag.as_str(), "td" | "th" | "table") {
                return;
            }
        }
    }

    fn close_to(&mut self, at: usize) {
        while self.open.len() > at && self.close_top() {}
    }

    fn close_top(&mut self) -> bool {
        let in_item = self.in_item();
        let Some(open) = self.open.pop() else { return false };
        if let Some((href, start)) = &open.link {
            self.link(href, *start, open.style);
        }
        if let Some((claim, start)) = open.claim {
            match claim {
                Claim::Mark(kind) => self.output.mark(kind, start),
                Claim::Container if self.output.holds(MarkKind::Quote, start) => {}
                Claim::Container => self.output.mark(MarkKind::Quote, start),
            }
        }
        if is_block(&open.subject.tag) {
            let count = if in_item || matches!(open.subject.tag.as_str(), "tr" | "li") { 1 } else { margin(&open.subject.tag) };
            self.output.lines(count);
        }
        if open.subject.tag == "tr" {
            self.output.end_row();
        }
        if is_block(&open.subject.tag) || (open.style.hidden && !self.style().hidden) {
            self.flush_hidden();
        }
        true
    }

    /// The target stands behind the text where the text does not already say it.
    fn link(&mut self, href: &str, start: usize, style: Style) {
        let href = href.trim();
        let known =
            ["http://", "https://", "mailto:", "tel:"].iter().any(|s| href.get(..s.len()).is_some_and(|h| h.eq_ignore_ascii_case(s)));
        let text = self.output.since(start);
        if !known || style.hidden || style.tiny || text.is_empty() || href.len() > LINK_BYTES_MAX || href.contains(char::is_whitespace) {
            return;
        }
        let bare = |t: &str| {
            let t = t.trim_matches(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | '[' | ']')).to_lowercase();
            let t =
                ["https://", "http://", "mailto:", "tel:", "www."].iter().fold(t, |t, p| t.strip_prefix(p).map(str::to_owned).unwrap_or(t));
            t.trim_end_matches('/').replace([' ', '-', '\n'], "")
        };
        let (shown, target) = (bare(text), bare(href));
        if shown == target || (href.starts_with("mailto:") && shown == target.split('?').next().unwrap_or(&target)) {
            return;
        }
        let piece = format!(" <{href}>");
        self.output.put(&piece);
    }

    /// Only pictures of characters (emoji) are text.
    fn image(&mut self, tag: &Tag) {
        let Some(alt) = attribute(tag, "alt") else { return };
        if !alt.is_empty() && alt.chars().count() <= 8 && alt.chars().all(|c| u32::from(c) > 0x2000) && !self.style().hidden {
            self.output.put(&alt);
        }
    }

    fn characters(&mut self, text: &str) {
        if let Some(raw) = &mut self.raw {
            raw.push_str(text);
            return;
        }
        let style = self.style();
        let unseen = style.hidden || style.tiny || (style.colour_known && style.ground.is_some_and(|g| same_colour(style.colour, g)));
        if unseen {
            let room = HIDDEN_BYTES_MAX.saturating_sub(self.hidden_bytes + self.hidden_run.len());
            if text.len() <= room {
                self.hidden_run.push_str(text);
            }
            return;
        }
        if text.trim().is_empty() && !style.preformatted {
            return self.output.flow(text);
        }
        self.flush_hidden();
        let text = cleaning::clean(text, &mut self.hidden);
        if style.preformatted { self.output.verbatim(&text) } else { self.output.flow(&text) }
    }

    /// Prose in a comment is meant for somebody; markup of mail programs is not.
    fn comment(&mut self, text: &str) {
        let text = text.split_once("]>").map_or(text, |(_, t)| t);
        if text.contains(['{', '<', '|', '=']) || text.split_whitespace().count() < 4 {
            return;
        }
        self.hidden_run.push_str(text);
        self.flush_hidden();
    }

    fn flush_hidden(&mut self) {
        let run = std::mem::take(&mut self.hidden_run);
        let mut inner = Vec::new();
        let run = cleaning::clean(&run, &mut inner);
        let run = run.split_whitespace().collect::<Vec<_>>().join(" ");
        if run.chars().any(char::is_alphanumeric) {
            self.hidden_bytes += run.len();
            self.hidden.push(run);
        }
        self.hidden.append(&mut inner);
    }
}

#[cfg(test)]
#[path = "html_tests.rs"]
mod tests;
