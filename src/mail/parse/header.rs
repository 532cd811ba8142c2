//! The header section as unfolded lines, for rules that ask "is there such a field, and what does it say".
//!
//! Never: structured parsing (mail-parser does that); a copy of the body.
//! Why our own: rules need every field by any name, in order, and raw 8-bit fields must not turn into replacement characters.

use crate::domain::MessageId;
use crate::domain::limits::REFERENCES_READ_MAX;
use std::borrow::Cow;

/// Fields of one mail beyond this number are not read (`header: too many fields`).
pub const FIELDS_MAX: usize = 2_000;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Lower case.
    pub name: String,
    /// Unfolded, trimmed, not decoded.
    pub value: String,
}

/// The fields of a header section, in order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Headers(Vec<Field>);

impl Headers {
    /// Reads the header section at the start of `raw`.
    pub fn read(raw: &[u8]) -> Self {
        let mut fields: Vec<Field> = Vec::new();
        for line in section(raw).split(|&b| b == b'\n') {
            let line = line.strip_suffix(b"\r").unwrap_or(line);
            let text = String::from_utf8_lossy(line);
            if text.starts_with([' ', '\t']) {
                if let Some(last) = fields.last_mut() {
                    last.value.push(' ');
                    last.value.push_str(text.trim());
                }
                continue;
            }
            let Some((name, value)) = text.split_once(':') else { continue };
            if name.trim().is_empty() || name.trim().contains(' ') || fields.len() >= FIELDS_MAX {
                continue;
            }
            fields.push(Field { name: name.trim().to_ascii_lowercase(), value: value.trim().to_owned() });
        }
        for field in &mut fields {
            field.value = field.value.trim().to_owned();
        }
        Self(fields)
    }

    pub fn fields(&self) -> &[Field] {
        &self.0
    }

    /// First field of this name (lower case).
    pub fn first(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|f| f.name == name).map(|f| f.value.as_str())
    }

    pub fn has(&self, name: &str) -> bool {
        self.first(name).is_some()
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> + 'a {
        self.0.iter().filter(move |f| f.name == name).map(|f| f.value.as_str())
    }

    /// First field of this name, lower-cased.
    pub fn lower(&self, name: &str) -> Option<String> {
        self.first(name).map(str::to_lowercase)
    }
}

/// Start of the body: the byte after the first empty line.
pub fn body_offset(raw: &[u8]) -> usize {
    let mut start = 0;
    while let Some(rest) = raw.get(start..) {
        let Some(length) = rest.iter().position(|&b| b == b'\n') else { return raw.len() };
        let line = rest.get(..length).unwrap_or_default();
        start += length + 1;
        if line.is_empty() || line == b"\r" {
            return start;
        }
    }
    raw.len()
}

/// The bytes of the header section.
pub fn section(raw: &[u8]) -> &[u8] {
    raw.get(..body_offset(raw)).unwrap_or(raw)
}

/// Raw 8-bit header lines that are no UTF-8 (RFC 6532 allows only that) are taken as windows-1252, as mail programs do.
/// The second value says whether that happened.
pub fn repair(raw: &[u8]) -> (Cow<'_, [u8]>, bool) {
    let end = body_offset(raw);
    let (head, body) = raw.split_at(end.min(raw.len()));
    if std::str::from_utf8(head).is_ok() {
        return (Cow::Borrowed(raw), false);
    }
    let mut fixed = Vec::with_capacity(raw.len() + head.len() / 8);
    for line in head.split_inclusive(|&b| b == b'\n') {
        match std::str::from_utf8(line) {
            Ok(_) => fixed.extend_from_slice(line),
            Err(_) => fixed.extend_from_slice(windows_1252(line).as_bytes()),
        }
    }
    fixed.extend_from_slice(body);
    (Cow::Owned(fixed), true)
}

/// Decodes windows-1252; the five undefined bytes stay C1 controls, as WHATWG's Encoding Standard has it.
pub fn windows_1252(bytes: &[u8]) -> String {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•',
        '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    bytes
        .iter()
        .map(|&b| match b {
            0x80..=0x9f => HIGH.get(usize::from(b - 0x80)).copied().unwrap_or('\u{fffd}'),
            _ => char::from(b),
        })
        .collect()
}

/// Message-IDs of a field: bracketed ones; without any bracket, the tokens that hold an `@`.
pub fn message_ids(value: &str) -> Vec<MessageId> {
    let mut ids: Vec<MessageId> = Vec::new();
    let mut keep = |text: &str| {
        // Folding inside an id is broken but seen: the space is dropped.
        let joined: String = text.split_whitespace().collect();
        if let Some(id) = MessageId::parse(&joined)
            && !ids.contains(&id)
            && ids.len() < REFERENCES_READ_MAX
        {
            ids.push(id);
        }
    };
    if value.contains('<') {
        for piece in value.split('<').skip(1) {
            if let Some((id, _)) = piece.split_once('>') {
                keep(id);
            } else {
                keep(piece);
            }
        }
    } else {
        for token in value.split([' ', '\t', ',', ';']).filter(|t| t.contains('@')) {
            keep(token);
        }
    }
    ids
}

#[cfg(test)]
#[path = "header_tests.rs"]
mod tests;
