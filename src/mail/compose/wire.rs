//! Header and body lines as they go over the wire: ASCII, CRLF, about 76 octets (RFC 5322, RFC 2045, RFC 2047).
//!
//! Never: a value that reaches a header without passing one of these functions. What could end a line is gone before.

use crate::domain::{EmailAddress, MessageId};
use data_encoding::BASE64;
use std::fmt::Write as _;

/// RFC 2045 §6.7 and RFC 2047 §2: the length of an encoded line.
const LINE: usize = 76;
/// UTF-8 bytes in one encoded word; with `Subject: ` before it the line still fits into [`LINE`].
const WORD_BYTES: usize = 39;
/// Octets of a Message-ID that still fits on a line of its own (RFC 5322 §2.1.1).
const ID_BYTES_MAX: usize = 900;

/// No control characters, white space collapsed and trimmed.
pub fn one_line(text: &str) -> String {
    let cleaned: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    cleaned.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A header whose value is ours and plain.
pub fn token_header(name: &str, value: &str, out: &mut String) {
    let plain: String = value.chars().filter(|c| c.is_ascii_graphic() || *c == ' ').collect();
    let _ = write!(out, "{name}: {plain}\r\n");
}

/// An unstructured header; anything that is not short plain ASCII becomes encoded words.
pub fn text_header(name: &str, value: &str, out: &mut String) {
    let value = one_line(value);
    let short = name.len() + value.len() + 2 <= LINE;
    let plain = value.bytes().all(|b| b.is_ascii_graphic() || b == b' ') && !value.contains("=?");
    let written = if short && plain { value } else { encoded_words(&value) };
    let _ = write!(out, "{name}: {written}\r\n");
}

/// A header with one mailbox: `Name <address>`.
pub fn mailbox_header(name: &str, display: Option<&str>, address: &EmailAddress, out: &mut String) {
    let display = display.map(one_line).filter(|text| !text.is_empty());
    match display {
        None => {
            let _ = write!(out, "{name}: <{}>\r\n", address.reveal());
        }
        Some(display) => {
            let simple = |b: u8| b.is_ascii_alphanumeric() || b == b' ' || b == b'-';
            let plain = display.bytes().all(simple) && name.len() + 2 + display.len() <= LINE;
            let written = if plain { display } else { encoded_words(&display) };
            let _ = write!(out, "{name}: {written}\r\n <{}>\r\n", address.reveal());
        }
    }
}

/// Whether a Message-ID can be repeated on a line of ours.
pub fn id_fits(id: &MessageId) -> bool {
    id.as_str().len() <= ID_BYTES_MAX && id.as_str().bytes().all(|b| b.is_ascii_graphic())
}

/// Message-IDs, one a line; nothing at all where there are none.
pub fn ids_header(name: &str, ids: &[MessageId], out: &mut String) {
    if ids.is_empty() {
        return;
    }
    let _ = write!(out, "{name}: {}\r\n", ids.iter().map(MessageId::header).collect::<Vec<_>>().join("\r\n "));
}

/// RFC 2047 §2, encoding B; no character is split between two words.
fn encoded_words(text: &str) -> String {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in text.chars() {
        if word.len() + c.len_utf8() > WORD_BYTES {
            words.push(std::mem::take(&mut word));
        }
        word.push(c);
    }
    words.push(word);
    words.iter().map(|word| format!("=?UTF-8?B?{}?=", BASE64.encode(word.as_bytes()))).collect::<Vec<_>>().join("\r\n ")
}

/// The body in the shorter of the two encodings, and its name. `text` has LF; the result CRLF.
pub fn encode_body(text: &str) -> (&'static str, String) {
    let quoted = quoted_printable(text);
    let base64_bytes = text.len().div_ceil(57) * (LINE + 2);
    if quoted.len() <= base64_bytes { ("quoted-printable", quoted) } else { ("base64", base64(text)) }
}

fn base64(text: &str) -> String {
    let mut out = String::new();
    for line in text.replace('\n', "\r\n").as_bytes().chunks(57) {
        out.push_str(&BASE64.encode(line));
        out.push_str("\r\n");
    }
    out
}

/// RFC 2045 §6.7. A leading `.` and a leading `From ` are encoded too: old servers and mbox files change them (RFC 2049 §3).
fn quoted_printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 4);
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        let bytes = line.as_bytes();
        let mut column = 0;
        for (at, byte) in bytes.iter().copied().enumerate() {
            let at_end = at + 1 == bytes.len();
            let blank = byte == b' ' || byte == b'\t';
            let risky = column == 0 && (byte == b'.' || (byte == b'F' && bytes.get(at..).is_some_and(|rest| rest.starts_with(b"From "))));
            let literal = (byte.is_ascii_graphic() && byte != b'=' && !risky) || (blank && !at_end);
            let width = if literal { 1 } else { 3 };
            // One column stays free for the `=` of a soft break.
            if column + width >= LINE {
                out.push_str("=\r\n");
                column = 0;
            }
            if literal {
                out.push(char::from(byte));
            } else {
                let _ = write!(out, "={byte:02X}");
            }
            column += width;
        }
        out.push_str("\r\n");
    }
    out
}
