//! From the bytes of a file to text and terms: encoding, and why a file cannot be read. What it says about itself is read by
//! `front_matter`.
//!
//! Never: an encoding guessed where the file names it.

use crate::domain::limits::SOURCE_CHARS_MAX;
use crate::knowledge::front_matter::{self, FrontMatter};

/// A file as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reading {
    pub front: FrontMatter,
    pub body: String,
    /// Not valid UTF-8, read as Latin-1 (Windows-1252): to be looked at by a person.
    pub latin1: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ReadingError {
    #[error("The file holds bytes that no text has")]
    NotText,
    #[error("The file is empty")]
    Empty,
    #[error("The file has more than {SOURCE_CHARS_MAX} characters of text")]
    TooMuchText,
    #[error("The front matter has no closing '---' line")]
    OpenFrontMatter,
    #[error(
        "The front matter has the key '{0}'; known are language, owner, valid_from, valid_until, mailboxes, classification, personal_data"
    )]
    UnknownKey(String),
    #[error("The front matter says '{0}' twice")]
    Twice(Known),
    #[error("The front matter has a bad value for '{0}'; allowed: {allowed}", allowed = .0.allowed())]
    BadValue(Known),
    #[error("The file has a front matter that does not stand at its beginning between two '---' lines")]
    Misplaced,
}

impl ReadingError {
    /// Whether the file speaks about itself in a way that is not understood.
    pub const fn is_of_front_matter(&self) -> bool {
        match self {
            Self::OpenFrontMatter | Self::UnknownKey(_) | Self::Twice(_) | Self::BadValue(_) | Self::Misplaced => true,
            Self::NotText | Self::Empty | Self::TooMuchText => false,
        }
    }
}

/// What a front matter may say and get wrong, by the English of its two names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    Language,
    Owner,
    ValidFrom,
    ValidUntil,
    Mailboxes,
    Classification,
    PersonalData,
}

impl Known {
    pub const ALL: [Self; 7] =
        [Self::Language, Self::Owner, Self::ValidFrom, Self::ValidUntil, Self::Mailboxes, Self::Classification, Self::PersonalData];

    /// A key, in English or German.
    pub fn of_key(key: &str) -> Option<Self> {
        Some(match key {
            "language" | "sprache" => Self::Language,
            "owner" | "verantwortlich" => Self::Owner,
            "valid_from" | "gültig_ab" => Self::ValidFrom,
            "valid_until" | "gültig_bis" => Self::ValidUntil,
            "mailboxes" | "mailbox" | "postfächer" | "postfach" => Self::Mailboxes,
            "classification" | "einstufung" => Self::Classification,
            "personal_data" | "personenbezogen" => Self::PersonalData,
            _ => return None,
        })
    }

    const fn allowed(self) -> &'static str {
        match self {
            Self::Language => "de, en",
            Self::Owner => "a name",
            Self::ValidFrom | Self::ValidUntil => "YYYY-MM-DD",
            Self::Mailboxes => "[name, name]; for all leave it out",
            Self::Classification => "public, internal, confidential",
            Self::PersonalData => "true, false",
        }
    }
}

impl std::fmt::Display for Known {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Language => "language",
            Self::Owner => "owner",
            Self::ValidFrom => "valid_from",
            Self::ValidUntil => "valid_until",
            Self::Mailboxes => "mailboxes",
            Self::Classification => "classification",
            Self::PersonalData => "personal_data",
        })
    }
}

/// UTF-8 with or without byte order mark, UTF-16 with one, else Windows-1252; and whether it was the latter. Lines end with `\n`.
pub fn decode(bytes: &[u8]) -> Result<(String, bool), ReadingError> {
    if let Some(text) = utf16(bytes) {
        return Ok((lines(&text?), false));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.contains(&0) {
        return Err(ReadingError::NotText);
    }
    let (text, latin1) = match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), false),
        Err(_) => (bytes.iter().map(|byte| windows_1252(*byte)).collect(), true),
    };
    Ok((lines(&text), latin1))
}

fn lines(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n")
}

/// What office programs call "Unicode"; none without its mark.
pub fn utf16(bytes: &[u8]) -> Option<Result<String, ReadingError>> {
    let of: fn([u8; 2]) -> u16 = match bytes {
        [0xff, 0xfe, ..] => u16::from_le_bytes,
        [0xfe, 0xff, ..] => u16::from_be_bytes,
        _ => return None,
    };
    let (units, rest) = bytes.as_chunks::<2>();
    let text: Result<String, _> = char::decode_utf16(units.iter().skip(1).map(|unit| of(*unit))).collect();
    Some(text.ok().filter(|text| rest.is_empty() && !text.contains('\0')).ok_or(ReadingError::NotText))
}

/// A text file with its front matter.
pub fn read(bytes: &[u8]) -> Result<Reading, ReadingError> {
    let (text, latin1) = decode(bytes)?;
    let (front, body) = front_matter::split(&text)?;
    if body.trim().is_empty() {
        return Err(ReadingError::Empty);
    }
    if body.chars().count() > SOURCE_CHARS_MAX {
        return Err(ReadingError::TooMuchText);
    }
    Ok(Reading { front, body: body.to_owned(), latin1 })
}

/// WHATWG windows-1252, which is what is meant where Latin-1 is said.
fn windows_1252(byte: u8) -> char {
    const HIGH: [char; 32] = [
        '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}', '\u{90}', '‘', '’', '“', '”', '•',
        '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
    ];
    byte.checked_sub(0x80).and_then(|high| HIGH.get(usize::from(high)).copied()).unwrap_or(char::from(byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings() {
        assert_eq!(read(b"\xef\xbb\xbfGr\xc3\xbc\xc3\x9fe\r\n").unwrap().body, "Grüße\n");
        let latin1 = read(b"Gr\xfc\xdfe, 5 \x80").unwrap();
        assert_eq!((latin1.body.as_str(), latin1.latin1), ("Grüße, 5 €", true));
        assert_eq!(read(b"\xff\xfeG\0r\0\xfc\0\r\0\n\0").unwrap().body, "Grü\n");
        assert_eq!(read(b"\xfe\xff\0G\0\xfc").unwrap().body, "Gü");
        for bad in [b"\x89PNG\0".as_slice(), b"\xff\xfeG", b"\xff\xfe\0\0", b"\xff\xfe\0\xd8"] {
            assert_eq!(read(bad), Err(ReadingError::NotText));
        }
        assert_eq!(read(b" \n"), Err(ReadingError::Empty));
        assert_eq!(read("|".repeat(SOURCE_CHARS_MAX + 1).as_bytes()), Err(ReadingError::TooMuchText));
    }
}
