//! One mail, from bytes to `Message`.
//!
//! Never: an error for a mail that a person could still read; what is broken is named in `defects`.

use crate::domain::limits::{MAIL_BYTES_MAX, MAIL_HEAD_BYTES, MIME_PARTS_MAX};
use crate::domain::message::{Correspondent, Message};
use crate::domain::{EmailAddress, MessageId, Personal};
use crate::mail::parse::automatic::{self, Facts};
use crate::mail::parse::body::Body;
use crate::mail::parse::header::{self, Headers};
use crate::mail::parse::{cleaning, date, language, protection, spans};
use crate::mail::threading;
use mail_parser::MessageParser;
use std::sync::LazyLock;

/// Correspondents read per field.
const CORRESPONDENTS_MAX: usize = 1_000;

static PARSER: LazyLock<MessageParser> = LazyLock::new(MessageParser::default);

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ParseError {
    #[error("Mail is empty")]
    Empty,
    #[error("Mail has no header")]
    NoHeader,
}

/// Message-ID and date; what is missing of them is a defect.
fn identity(headers: &Headers, date: Option<String>, defects: &mut Vec<String>) -> (Option<MessageId>, Option<String>) {
    let message_id = headers.first("message-id").and_then(|v| header::message_ids(v).into_iter().next());
    if message_id.is_none() {
        defects.push("message-id: missing".to_owned());
    }
    if date.is_none() {
        defects.push(if headers.has("date") { "date: unreadable" } else { "date: missing" }.to_owned());
    }
    (message_id, date)
}

/// Reads a mail. `own` are the addresses of the mailboxes of the house.
pub fn parse(raw: &[u8], own: &[EmailAddress]) -> Result<Message, ParseError> {
    let mut defects = Vec::new();
    let raw = without_envelope(raw);
    if raw.iter().all(u8::is_ascii_whitespace) {
        return Err(ParseError::Empty);
    }
    let raw = within_limits(raw, &mut defects);
    let (raw, repaired) = header::repair(raw);
    if repaired {
        defects.push("header: raw 8-bit".to_owned());
    }
    let headers = Headers::read(&raw);
    if !is_mail(&headers) {
        return Err(ParseError::NoHeader);
    }
    let tree = PARSER.parse(raw.as_ref()).ok_or(ParseError::NoHeader)?;
    let body = Body::read(&tree);
    defects.extend(body.defects.iter().cloned());

    let from = sender(&tree, &headers, &mut defects);
    let mut hidden = body.hidden.clone();
    let subject = tree.subject().unwrap_or_default();
    let subject = cleaning::clean(subject, &mut hidden).split_whitespace().collect::<Vec<_>>().join(" ");
    let context = spans::Context {
        forwarded: threading::is_forward_subject(&subject),
        sender_name: from.as_ref().and_then(|f| f.name.as_ref()).map(|n| n.reveal().as_str()),
        sender_address: from.as_ref().map(|f| f.address.reveal()),
    };
    let segmented = spans::segment(&body.text, &body.marks, &context);
    let found = protection::detect(&body.types, &body.text);
    defects.extend(found.note.map(str::to_owned));
    let reply_to = reply_to(&tree, &headers, &mut defects);
    let facts = Facts {
        headers: &headers,
        body: &body,
        from: from.as_ref(),
        reply_to: &reply_to,
        own,
        subject: &subject,
        visible: &segmented.visible,
        unquoted: &segmented.unquoted,
    };
    let automatic = automatic::classify(&facts);
    let (message_id, date) = identity(&headers, tree.date().and_then(date::rfc3339), &mut defects);
    hidden.dedup();
    defects.sort_unstable();
    defects.dedup();
    Ok(Message {
        message_id,
        in_reply_to: ids(&headers, "in-reply-to"),
        references: ids(&headers, "references"),
        date,
        reply_to,
        to: correspondents(tree.to(), &mut Vec::new()),
        cc: correspondents(tree.cc(), &mut Vec::new()),
        from,
        language: language::detect(&segmented.visible, &body.text),
        subject,
        visible: segmented.visible,
        spans: segmented.spans,
        text: body.text,
        attachments: body.attachments,
        automatic,
        protected: found.protected,
        hidden_text: hidden,
        defects,
    })
}

/// Drops what stands before the header in saved mails: a byte order mark, empty lines, the `From ` line of an mbox.
fn without_envelope(raw: &[u8]) -> &[u8] {
    let mut raw = raw.strip_prefix(b"\xef\xbb\xbf").unwrap_or(raw);
    while let Some((b'\r' | b'\n', rest)) = raw.split_first() {
        raw = rest;
    }
    if raw.starts_with(b"From ") || raw.starts_with(b">From ") {
        let end = raw.iter().position(|&b| b == b'\n').map_or(raw.len(), |p| p + 1);
        raw = raw.get(end..).unwrap_or_default();
    }
    raw
}

/// A mail over the size limit is read by its head; one that nests thousands of mails is read by its header alone, for dropping such a
/// tree recurses.
fn within_limits<'a>(raw: &'a [u8], defects: &mut Vec<String>) -> &'a [u8] {
    let mut raw = raw;
    if raw.len() > MAIL_BYTES_MAX {
        defects.push("mail: too large, only the head was read".to_owned());
        raw = raw.get(..MAIL_HEAD_BYTES).unwrap_or(raw);
    }
    if told_types(raw) > CONTENT_TYPES_MAX {
        defects.push("mime: too many parts".to_owned());
        raw = header::section(raw);
    }
    raw
}

/// Each level of nesting names its type, however it is written; the parser's stack is as deep as the levels.
const CONTENT_TYPES_MAX: usize = 4 * MIME_PARTS_MAX;

/// How often a mail says `Content-Type`, in its headers or anywhere else.
fn told_types(raw: &[u8]) -> usize {
    const NAME: &[u8] = b"content-type";
    let starts = |at: usize| raw.get(at..at + NAME.len()).is_some_and(|word| word.eq_ignore_ascii_case(NAME));
    raw.iter().enumerate().filter(|(at, byte)| byte.eq_ignore_ascii_case(&b'c') && starts(*at)).count()
}

/// Any text has lines with a colon; a mail has a field that mails have.
fn is_mail(headers: &Headers) -> bool {
    const FIELDS: [&str; 14] = [
        "from",
        "to",
        "subject",
        "date",
        "message-id",
        "received",
        "return-path",
        "sender",
        "reply-to",
        "mime-version",
        "content-type",
        "delivered-to",
        "cc",
        "bcc",
    ];
    headers.fields().iter().any(|f| FIELDS.contains(&f.name.as_str()))
}

/// The defect of a mail that names more than one writer (RFC 5322 §3.6.2 allows it): nobody's consent covers it.
pub const SEVERAL_SENDERS: &str = "from: several addresses";
/// The same with a second field, which the standard forbids.
pub const SEVERAL_FROM_FIELDS: &str = "from: several fields";
/// The defect of a mail that wants its answer at several places, or at one that cannot be read.
pub const UNCLEAR_REPLY_TO: &str = "reply-to: unclear";

/// The one writer of a mail. Two readers of a field that is no plain address may see two people, so it is nobody's: a second
/// entry counts also where no address can be read in it.
fn sender(tree: &mail_parser::Message<'_>, headers: &Headers, defects: &mut Vec<String>) -> Option<Correspondent> {
    let written = tree.from();
    if headers.all("from").count() > 1 {
        defects.push(SEVERAL_FROM_FIELDS.to_owned());
    }
    let first = correspondents(written, &mut Vec::new()).into_iter().next();
    let entries = written.map_or(0, |field| field.iter().count());
    let strange = headers.all("from").any(|value| value.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\n')));
    match &first {
        Some(_) if entries > 1 || strange => defects.push(SEVERAL_SENDERS.to_owned()),
        Some(_) => {}
        // Who only hands it on (`Sender`) is not who wrote it.
        None => defects.push(if written.is_some() { "from: unreadable" } else { "from: missing" }.to_owned()),
    }
    first
}

/// Where an answer is wanted, and whether that can be read at all.
fn reply_to(tree: &mail_parser::Message<'_>, headers: &Headers, defects: &mut Vec<String>) -> Vec<Correspondent> {
    let written = tree.reply_to();
    let found = correspondents(written, defects);
    let entries = written.map_or(0, |field| field.iter().count());
    if headers.all("reply-to").count() > 1 || entries != found.len() {
        defects.push(UNCLEAR_REPLY_TO.to_owned());
    }
    found
}

fn correspondents(field: Option<&mail_parser::Address<'_>>, defects: &mut Vec<String>) -> Vec<Correspondent> {
    let Some(field) = field else { return Vec::new() };
    let mut found: Vec<Correspondent> = Vec::new();
    for entry in field.iter() {
        let Some(address) = entry.address().and_then(|a| EmailAddress::parse(a.trim_matches(['<', '>', '\''])).ok()) else {
            if entry.address().is_some_and(|a| a.contains('@')) {
                defects.push("address: unreadable".to_owned());
            }
            continue;
        };
        if found.len() >= CORRESPONDENTS_MAX {
            defects.push("address: too many".to_owned());
            break;
        }
        let name = entry.name().map(|n| cleaning::clean(n, &mut Vec::new()).split_whitespace().collect::<Vec<_>>().join(" "));
        let name = name.map(|n| n.trim_matches(['"', '\'']).trim().to_owned()).filter(|n| !n.is_empty());
        found.push(Correspondent { name: name.map(Personal::new), address });
    }
    found
}

fn ids(headers: &Headers, field: &str) -> Vec<MessageId> {
    let mut all: Vec<MessageId> = Vec::new();
    for id in headers.all(field).flat_map(header::message_ids) {
        if !all.contains(&id) {
            all.push(id);
        }
    }
    all.truncate(crate::domain::limits::REFERENCES_READ_MAX);
    all
}

#[cfg(test)]
#[path = "read_tests.rs"]
mod tests;

#[cfg(test)]
#[path = "corpus_tests.rs"]
mod corpus_tests;
