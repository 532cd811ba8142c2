//! From the bytes of a file to text and terms: encoding, front matter, and why a file cannot be read.
//!
//! Never: a value guessed. A front matter that cannot be understood refuses the file, for a wrong date of expiry is worse.

use crate::domain::Language;
use crate::domain::limits::SOURCE_CHARS_MAX;
use crate::knowledge::terms::{Classification, Said};

/// What a file said about itself between two `---` lines at its beginning.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FrontMatter {
    pub language: Option<Language>,
    pub terms: Said,
}

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
    #[error("The front matter has a bad value for '{0}'; allowed: {allowed}", allowed = .0.allowed())]
    BadValue(Known),
}

/// What a front matter may say and get wrong, by the English of its two names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Known {
    Language,
    Owner,
    ValidFrom,
    ValidUntil,
    Classification,
    PersonalData,
}

impl Known {
    pub const ALL: [Self; 6] = [Self::Language, Self::Owner, Self::ValidFrom, Self::ValidUntil, Self::Classification, Self::PersonalData];

    const fn allowed(self) -> &'static str {
        match self {
            Self::Language => "de, en",
            Self::Owner => "a name",
            Self::ValidFrom | Self::ValidUntil => "YYYY-MM-DD",
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
            Self::Classification => "classification",
            Self::PersonalData => "personal_data",
        })
    }
}

/// UTF-8 with or without byte order mark, else Windows-1252; and whether it was the latter. Lines end with `\n`.
pub fn decode(bytes: &[u8]) -> Result<(String, bool), ReadingError> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.contains(&0) {
        return Err(ReadingError::NotText);
    }
    let (text, latin1) = match std::str::from_utf8(bytes) {
        Ok(text) => (text.to_owned(), false),
        Err(_) => (bytes.iter().map(|byte| windows_1252(*byte)).collect(), true),
    };
    Ok((text.replace("\r\n", "\n").replace('\r', "\n"), latin1))
}

/// A text file with its front matter.
pub fn read(bytes: &[u8]) -> Result<Reading, ReadingError> {
    let (text, latin1) = decode(bytes)?;
    let (front, body) = split_front_matter(&text)?;
    if body.trim().is_empty() {
        return Err(ReadingError::Empty);
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

fn split_front_matter(text: &str) -> Result<(FrontMatter, &str), ReadingError> {
    let Some(rest) = text.strip_prefix("---\n") else { return Ok((FrontMatter::default(), text)) };
    // A thematic break at the beginning is no front matter.
    if !rest.lines().next().is_some_and(|line| line.contains(':')) {
        return Ok((FrontMatter::default(), text));
    }
    let (head, body) =
        rest.split_once("\n---\n").or_else(|| Some((rest.strip_suffix("\n---")?, ""))).ok_or(ReadingError::OpenFrontMatter)?;
    let mut front = FrontMatter::default();
    for line in head.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (key, value) = line.split_once(':').ok_or_else(|| ReadingError::UnknownKey(line.chars().take(40).collect()))?;
        let value = value.trim().trim_matches(['"', '\'']);
        entry(&mut front, key.trim(), value)?;
    }
    Ok((front, body))
}

fn entry(front: &mut FrontMatter, key: &str, value: &str) -> Result<(), ReadingError> {
    let bad = ReadingError::BadValue;
    let terms = &mut front.terms;
    match key {
        "language" | "sprache" => {
            front.language = Some(match value {
                "de" => Language::De,
                "en" => Language::En,
                _ => return Err(bad(Known::Language)),
            });
        }
        "owner" | "verantwortlich" if value.is_empty() => return Err(bad(Known::Owner)),
        "owner" | "verantwortlich" => terms.owner = Some(value.to_owned()),
        "valid_from" | "gültig_ab" => terms.valid_from = Some(value.parse().map_err(|_| bad(Known::ValidFrom))?),
        "valid_until" | "gültig_bis" => terms.valid_until = Some(value.parse().map_err(|_| bad(Known::ValidUntil))?),
        "mailboxes" | "mailbox" | "postfächer" | "postfach" => {
            let names = value.trim_matches(['[', ']']).split(',').map(|name| name.trim().trim_matches(['"', '\'']).to_owned());
            terms.mailboxes = Some(names.filter(|name| !name.is_empty()).collect());
        }
        "classification" | "einstufung" => {
            terms.classification = Some(Classification::from_code(value).ok_or_else(|| bad(Known::Classification))?);
        }
        "personal_data" | "personenbezogen" => {
            terms.personal_data = Some(match value {
                "true" | "ja" | "yes" => true,
                "false" | "nein" | "no" => false,
                _ => return Err(bad(Known::PersonalData)),
            });
        }
        other => return Err(ReadingError::UnknownKey(other.chars().take(40).collect())),
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn encodings() {
        assert_eq!(read(b"\xef\xbb\xbfGr\xc3\xbc\xc3\x9fe\r\n").unwrap().body, "Grüße\n");
        let latin1 = read(b"Gr\xfc\xdfe, 5 \x80").unwrap();
        assert_eq!((latin1.body.as_str(), latin1.latin1), ("Grüße, 5 €", true));
        assert_eq!(read(b"\x89PNG\0"), Err(ReadingError::NotText));
        assert_eq!(read(b" \n"), Err(ReadingError::Empty));
    }

    #[test]
    fn front_matter() {
        let reading = read(
            b"---\nlanguage: en\nowner: \"Team\"\nvalid_until: 2026-12-31\nclassification: internal\nmailboxes: [a, b@example.org]\n---\n# Hello\n",
        )
        .unwrap();
        assert_eq!(reading.front.language, Some(Language::En));
        assert_eq!(reading.front.terms.owner.as_deref(), Some("Team"));
        assert_eq!(reading.front.terms.valid_until, Some(jiff::civil::date(2026, 12, 31)));
        assert_eq!(reading.front.terms.classification, Some(Classification::Internal));
        assert_eq!(reading.front.terms.mailboxes, Some(vec!["a".to_owned(), "b@example.org".to_owned()]));
        assert_eq!(reading.body, "# Hello\n");
        for (text, expected) in [
            ("---\nlanguage: fr\n---\nx", ReadingError::BadValue(Known::Language)),
            ("---\nvalid_until: 31.12.2026\n---\nx", ReadingError::BadValue(Known::ValidUntil)),
            ("---\nclassification: geheim\n---\nx", ReadingError::BadValue(Known::Classification)),
            ("---\ncolour: red\n---\nx", ReadingError::UnknownKey("colour".to_owned())),
            ("---\nlanguage: de\nx", ReadingError::OpenFrontMatter),
        ] {
            assert_eq!(read(text.as_bytes()), Err(expected), "{text}");
        }
        assert_eq!(read(b"---\nA rule first.\n").unwrap().front, FrontMatter::default());
    }
}
