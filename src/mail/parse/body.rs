//! Walks the MIME tree: which parts are the text, which are attachments, what else they say.
//!
//! Never: an attachment's content (that is for a child process without network); more depth or parts than the limits, which are
//! reported as defects.

use crate::domain::limits::{MIME_DEPTH_MAX, MIME_PARTS_MAX};
use crate::domain::message::Attachment;
use crate::mail::parse::charset;
use crate::mail::parse::html;
use crate::mail::parse::html_marks::{Mark, MarkKind};
use crate::mail::parse::plain;
use mail_parser::{Message, MessagePart, MimeHeaders, PartType};

/// Bytes of a report part (delivery status, returned header) that are read.
const REPORT_BYTES_MAX: usize = 64 * 1024;

/// Where the text came from; decides between alternatives.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Origin {
    #[default]
    Nothing,
    Plain,
    Html,
    Mixed,
}

/// A part whose content rules look at: type (lower case) and text.
#[derive(Debug, Clone)]
pub struct Report {
    pub media_type: String,
    pub text: String,
}

#[derive(Debug, Default)]
pub struct Body {
    pub text: String,
    pub marks: Vec<Mark>,
    pub origin: Origin,
    pub hidden: Vec<String>,
    pub defects: Vec<String>,
    pub attachments: Vec<Attachment>,
    pub reports: Vec<Report>,
    /// METHOD of a text/calendar part.
    pub calendar: Option<String>,
    /// Media types of all parts, in order, with the parameters that matter (`smime-type`, `protocol`, `report-type`).
    pub types: Vec<String>,
    parts: usize,
}

impl Body {
    pub fn read(message: &Message<'_>) -> Self {
        let mut body = Self::default();
        body.walk(message, 0, 0);
        if body.text.is_empty() && !body.types.iter().any(|t| t.starts_with("multipart/report")) {
            body.open_only_message(message);
        }
        if plain::cut(&mut body.text) {
            body.defects.push("text: cut".to_owned());
            let end = body.text.len();
            body.marks.retain(|m| m.start < end);
        }
        body
    }

    fn walk(&mut self, message: &Message<'_>, id: u32, depth: usize) {
        let Some(part) = message.parts.get(id as usize) else { return };
        self.parts += 1;
        if depth > MIME_DEPTH_MAX {
            return self.defect("mime: too deeply nested");
        }
        if self.parts > MIME_PARTS_MAX {
            return self.defect("mime: too many parts");
        }
        let media_type = media_type(part);
        self.types.push(described(part, &media_type));
        match &part.body {
            PartType::Multipart(children) if media_type == "multipart/alternative" => self.alternative(message, children, depth),
            PartType::Multipart(children) => {
                for child in children {
                    self.walk(message, *child, depth + 1);
                }
            }
            PartType::Text(text) => self.text_part(message, part, &media_type, text),
            PartType::Html(text) => self.text_part(message, part, "text/html", text),
            PartType::Binary(bytes) | PartType::InlineBinary(bytes) => {
                if matches!(
                    media_type.as_str(),
                    "message/delivery-status" | "message/global-delivery-status" | "message/disposition-notification"
                ) || media_type.ends_with("-headers")
                {
                    self.report(&media_type, &String::from_utf8_lossy(bytes));
                }
                self.attach(part, &media_type, bytes.len());
            }
            PartType::Message(inner) => {
                let bytes = part.offset_end.saturating_sub(part.offset_body) as usize;
                let head: String = inner.headers_raw().map(|(n, v)| format!("{n}:{v}")).collect();
                self.report(&media_type, &head);
                self.attach(part, if media_type.starts_with("message/") { &media_type } else { "message/rfc822" }, bytes);
            }
        }
    }

    fn text_part(&mut self, message: &Message<'_>, part: &MessagePart<'_>, media_type: &str, text: &str) {
        if media_type == "text/calendar" {
            self.calendar = self.calendar.take().or_else(|| method(part, text));
        }
        if media_type == "text/rfc822-headers" || media_type.starts_with("message/") {
            self.report(media_type, text);
            return self.attach(part, media_type, text.len());
        }
        let attached = part.content_disposition().is_some_and(|d| d.ctype().eq_ignore_ascii_case("attachment"))
            || (part.attachment_name().is_some() && self.origin != Origin::Nothing);
        let readable = matches!(media_type, "text/plain" | "text/html" | "text/enriched" | "text/richtext" | "text")
            || (media_type.starts_with("multipart/") || self.parts == 1)
            || (media_type.starts_with("text/") && part.attachment_name().is_none() && !is_data(media_type));
        if attached || !readable {
            return self.attach(part, media_type, text.len());
        }
        let (text, defect) = charset::repair(message, part, text);
        if let Some(defect) = defect {
            self.defect(&defect);
        }
        if part.is_encoding_problem {
            self.defect("mime: broken transfer encoding");
        }
        if matches!(media_type, "text/html" | "text/enriched" | "text/richtext") {
            let rendered = html::render(&text);
            self.hidden.extend(rendered.hidden);
            self.defects.extend(rendered.defects);
            self.append(&rendered.text, &rendered.marks, Origin::Html);
        } else {
            let flowed = parameter(part, "format").is_some_and(|f| f.eq_ignore_ascii_case("flowed"));
            let delsp = parameter(part, "delsp").is_some_and(|f| f.eq_ignore_ascii_case("yes"));
            let text = if flowed { plain::unflow(&text, delsp) } else { text.into_owned() };
            let mut hidden = Vec::new();
            let text = plain::normalise(&text, &mut hidden);
            self.hidden.append(&mut hidden);
            self.append(&text, &[], Origin::Plain);
        }
    }

    fn append(&mut self, text: &str, marks: &[Mark], origin: Origin) {
        if text.trim().is_empty() {
            return;
        }
        if !self.text.is_empty() {
            self.text.push_str("\n\n");
        }
        let shift = self.text.len();
        self.text.push_str(text);
        self.marks.extend(marks.iter().map(|m| Mark { kind: m.kind, start: m.start + shift, end: m.end + shift }));
        self.origin = match self.origin {
            Origin::Nothing => origin,
            same if same == origin => same,
            Origin::Plain | Origin::Html | Origin::Mixed => Origin::Mixed,
        };
    }

    /// RFC 2046 §5.1.4, turned round: the plain text is what rules and models read best, unless it is empty or only points at the HTML.
    fn alternative(&mut self, message: &Message<'_>, children: &[u32], depth: usize) {
        let mut choices: Vec<Self> = Vec::new();
        for child in children {
            let mut choice = Self { parts: self.parts, ..Self::default() };
            choice.walk(message, *child, depth + 1);
            self.parts = choice.parts;
            self.attachments.append(&mut choice.attachments);
            self.reports.append(&mut choice.reports);
            self.types.append(&mut choice.types);
            self.calendar = self.calendar.take().or(choice.calendar.take());
            self.defects.append(&mut choice.defects);
            choices.push(choice);
        }
        let plain = choices.iter().position(|c| c.origin == Origin::Plain && !c.text.is_empty());
        let html = choices.iter().rposition(|c| matches!(c.origin, Origin::Html | Origin::Mixed));
        let chosen = match (plain, html) {
            (Some(p), Some(h)) => {
                if choices.get(p).zip(choices.get(h)).is_some_and(|(p, h)| prefers_html(p, h)) {
                    h
                } else {
                    p
                }
            }
            (Some(only), None) | (None, Some(only)) => only,
            (None, None) => return,
        };
        for choice in &mut choices {
            self.hidden.append(&mut choice.hidden);
        }
        if let Some((p, h)) = plain.and_then(|p| choices.get(p)).zip(html.and_then(|h| choices.get(h)))
            && differs(&p.text, &h.text)
        {
            self.defects.push("alternative: text and html differ".to_owned());
        }
        if let Some(choice) = choices.get(chosen) {
            let (text, marks, origin) = (choice.text.clone(), choice.marks.clone(), choice.origin);
            self.append(&text, &marks, origin);
        }
    }

    /// A mail that is nothing but another mail: its text is read as forwarded.
    fn open_only_message(&mut self, message: &Message<'_>) {
        let Some(inner) = message.parts.iter().find_map(|p| if let PartType::Message(m) = &p.body { Some(m) } else { None }) else {
            return;
        };
        let mut nested = Self::default();
        nested.walk(inner, 0, 1);
        let head: Vec<String> = [("From", inner.header_raw("From")), ("Subject", inner.subject()), ("Date", inner.header_raw("Date"))]
            .into_iter()
            .filter_map(|(n, v)| v.map(|v| format!("{n}: {}", v.split_whitespace().collect::<Vec<_>>().join(" "))))
            .collect();
        let text = plain::normalise(&format!("{}\n\n{}", head.join("\n"), nested.text), &mut Vec::new());
        self.hidden.append(&mut nested.hidden);
        self.defects.append(&mut nested.defects);
        let marks = [Mark { kind: MarkKind::Forwarded, start: 0, end: text.len() }];
        self.append(&text, &marks, Origin::Plain);
    }

    fn attach(&mut self, part: &MessagePart<'_>, media_type: &str, bytes: usize) {
        let name =
            part.attachment_name().map(|n| n.chars().filter(|c| !c.is_control()).collect::<String>()).filter(|n| !n.trim().is_empty());
        let inline = part
            .content_disposition()
            .map_or_else(|| part.content_id().is_some() && media_type.starts_with("image/"), |d| d.ctype().eq_ignore_ascii_case("inline"));
        if media_type.ends_with("ms-tnef") || name.as_deref().is_some_and(|n| n.eq_ignore_ascii_case("winmail.dat")) {
            self.defect("attachment: winmail.dat is not read");
        }
        self.attachments.push(Attachment { name, media_type: media_type.to_owned(), bytes, inline });
    }

    fn report(&mut self, media_type: &str, text: &str) {
        let mut end = text.len().min(REPORT_BYTES_MAX);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        self.reports.push(Report { media_type: media_type.to_owned(), text: text.get(..end).unwrap_or("").to_owned() });
    }

    fn defect(&mut self, name: &str) {
        self.defects.push(name.to_owned());
    }
}

/// Text that is data for a program.
fn is_data(media_type: &str) -> bool {
    [
        "calendar",
        "vcard",
        "x-vcard",
        "directory",
        "csv",
        "xml",
        "css",
        "javascript",
        "x-amp-html",
        "watch-html",
        "tab-separated-values",
        "x-patch",
    ]
    .iter()
    .any(|t| media_type == format!("text/{t}"))
}

/// The plain part is no text of its own, or it carries what a reader of the HTML does not see.
fn prefers_html(plain: &Body, html: &Body) -> bool {
    if html.text.trim().is_empty() {
        return false;
    }
    let stub = plain::is_stub(&plain.text) || (plain.text.len() < 40 && html.text.len() > 20 * plain.text.len().max(1));
    let squeezed = |t: &str| t.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = squeezed(&plain.text);
    let smuggles = html.hidden.iter().any(|h| h.len() > 20 && text.contains(h.as_str()));
    // Some programs put HTML source into the plain part.
    let source = plain.text.trim_start().get(..1) == Some("<") && plain.text.contains("</");
    stub || smuggles || source
}

/// More than half of the plain part's words are not in the HTML: it says something else.
fn differs(plain: &str, html: &str) -> bool {
    let words = |t: &str| {
        t.split(|c: char| !c.is_alphanumeric()).filter(|w| w.len() > 3).map(str::to_lowercase).collect::<std::collections::HashSet<_>>()
    };
    let (plain, html) = (words(plain), words(html));
    plain.len() >= 12 && plain.iter().filter(|w| html.contains(*w)).count() * 2 < plain.len()
}

pub fn media_type(part: &MessagePart<'_>) -> String {
    match (part.content_type(), &part.body) {
        (Some(t), _) => {
            let main = t.ctype().trim().to_ascii_lowercase();
            match t.subtype() {
                Some(sub) => format!("{main}/{}", sub.trim().to_ascii_lowercase()),
                None => main,
            }
        }
        (None, PartType::Message(_)) => "message/rfc822".to_owned(),
        (None, PartType::Html(_)) => "text/html".to_owned(),
        (None, PartType::Text(_) | PartType::Binary(_) | PartType::InlineBinary(_) | PartType::Multipart(_)) => "text/plain".to_owned(),
    }
}

fn parameter<'a>(part: &'a MessagePart<'_>, name: &str) -> Option<&'a str> {
    part.content_type().and_then(|t| t.attribute(name))
}

fn described(part: &MessagePart<'_>, media_type: &str) -> String {
    let mut text = media_type.to_owned();
    for name in ["smime-type", "protocol", "report-type", "name"] {
        if let Some(value) = parameter(part, name) {
            text.push_str(&format!("; {name}={}", value.to_ascii_lowercase()));
        }
    }
    if let Some(name) = part.attachment_name() {
        text.push_str(&format!("; file={}", name.to_ascii_lowercase()));
    }
    text
}

/// RFC 6047 §2.4: the METHOD parameter and the METHOD property say the same.
fn method(part: &MessagePart<'_>, text: &str) -> Option<String> {
    parameter(part, "method").map(str::to_owned).or_else(|| {
        text.lines().find_map(|l| {
            let (name, value) = l.split_once(':')?;
            name.trim().eq_ignore_ascii_case("method").then(|| value.trim().to_owned())
        })
    })
}
