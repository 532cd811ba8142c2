//! An e-mail address (RFC 5321 §4.1.2 `Mailbox`, without source routes, quoted local parts and address literals).
//!
//! Parsed once, then trusted: what two parsers could read as two different addresses is none here, so that consent, sender and
//! recipient are always the same mailbox. A mail from such an address goes to a person. Personal data: `Debug` prints a mark.

use crate::domain::limits::ADDRESS_BYTES_MAX;
use std::fmt;

/// `local@domain`; the domain is lower-cased, the local part kept as written.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct EmailAddress {
    whole: String,
    at: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    #[error("Address has no '@'")]
    NoAt,
    #[error("Address has an empty part before or after '@'")]
    EmptyPart,
    #[error("Address is longer than {ADDRESS_BYTES_MAX} bytes")]
    TooLong,
    #[error("Address holds a space, a control character, one of <>()[],;: or a look-alike of these")]
    ForbiddenCharacter,
    #[error("Address has a quoted part before '@', which other software may read as another address")]
    QuotedLocalPart,
    #[error("Address has a '%' or '!' before '@', which other software may read as a route to another address")]
    Route,
    #[error("Address holds an encoded word, which other software may decode to another address")]
    EncodedWord,
}

/// Characters that software turns into `@`, a dot or a bracket when it normalises a text (Unicode NFKC, UTS #46), and such as
/// nobody sees.
fn is_look_alike(c: char) -> bool {
    matches!(
        c,
        '＠' | '﹫'
            | '．'
            | '。'
            | '｡'
            | '，'
            | '﹐'
            | '；'
            | '﹔'
            | '：'
            | '﹕'
            | '＜'
            | '﹤'
            | '＞'
            | '﹥'
            | '（'
            | '﹙'
            | '）'
            | '﹚'
            | '［'
            | '］'
            | '＂'
            | '＼'
            | '﹨'
            | '％'
            | '﹪'
            | '！'
            | '﹗'
    ) || matches!(u32::from(c), 0xAD | 0x200B..=0x200F | 0x202A..=0x202E | 0x2060..=0x206F | 0xFEFF)
}

impl EmailAddress {
    /// Accepts `a@b`; surrounding white space is dropped. Display names and angle brackets are not part of an address.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.len() > ADDRESS_BYTES_MAX {
            return Err(AddressError::TooLong);
        }
        let (local, domain) = text.rsplit_once('@').ok_or(AddressError::NoAt)?;
        let domain = domain.trim_end_matches('.');
        if local.is_empty() || domain.is_empty() {
            return Err(AddressError::EmptyPart);
        }
        if local.contains('"') {
            return Err(AddressError::QuotedLocalPart);
        }
        let forbidden = |c: char| c.is_control() || c.is_whitespace() || "<>()[],;:\\\"@".contains(c) || is_look_alike(c);
        if local.chars().chain(domain.chars()).any(forbidden) {
            return Err(AddressError::ForbiddenCharacter);
        }
        if local.contains(['%', '!']) {
            return Err(AddressError::Route);
        }
        if local.contains("=?") {
            return Err(AddressError::EncodedWord);
        }
        let domain = domain.to_lowercase();
        Ok(Self { at: local.len(), whole: format!("{local}@{domain}") })
    }

    /// The address as text. Never for logs, metric labels or error texts.
    pub fn reveal(&self) -> &str {
        &self.whole
    }

    pub fn local(&self) -> &str {
        self.whole.get(..self.at).unwrap_or_default()
    }

    pub fn domain(&self) -> &str {
        self.whole.get(self.at + 1..).unwrap_or_default()
    }

    /// The form under which two spellings are the same person: all lower case. Input of the keyed HMAC.
    pub fn key(&self) -> String {
        self.whole.to_lowercase()
    }

    pub fn same_as(&self, other: &Self) -> bool {
        self.key() == other.key()
    }
}

impl fmt::Debug for EmailAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("‹address›")
    }
}

impl serde::Serialize for EmailAddress {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&self.whole)
    }
}

impl<'de> serde::Deserialize<'de> for EmailAddress {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        let text = String::deserialize(d)?;
        Self::parse(&text).map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parses_and_normalises() {
        let a = EmailAddress::parse(" Anna.Muster@Example.ORG ").unwrap();
        assert_eq!((a.local(), a.domain()), ("Anna.Muster", "example.org"));
        assert!(a.same_as(&EmailAddress::parse("anna.muster@example.org").unwrap()));
    }

    #[test]
    fn refuses_what_is_no_address() {
        for (text, expected) in [
            ("anna", AddressError::NoAt),
            ("@example.org", AddressError::EmptyPart),
            ("anna@", AddressError::EmptyPart),
            ("an na@example.org", AddressError::ForbiddenCharacter),
            ("a@b@example.org", AddressError::ForbiddenCharacter),
            ("a@exa\r\nmple.org", AddressError::ForbiddenCharacter),
            ("<anna@example.org>", AddressError::ForbiddenCharacter),
            ("\"anna\"@example.org", AddressError::QuotedLocalPart),
            ("\"anna@example.net>,x\"@example.org", AddressError::QuotedLocalPart),
            ("\"anna@example.net\"@example.org", AddressError::QuotedLocalPart),
            ("anna\\@example.net@example.org", AddressError::ForbiddenCharacter),
            ("anna%example.net@example.org", AddressError::Route),
            ("example.net!anna@example.org", AddressError::Route),
            ("=?utf-8?q?anna=40example.net=3E?=x@example.org", AddressError::EncodedWord),
            ("anna＠example.net@example.org", AddressError::ForbiddenCharacter),
            ("anna@example.net。example.org", AddressError::ForbiddenCharacter),
            ("an\u{200b}na@example.org", AddressError::ForbiddenCharacter),
        ] {
            assert_eq!(EmailAddress::parse(text), Err(expected), "{text}");
        }
        assert_eq!(EmailAddress::parse(&format!("{}@b.de", "a".repeat(400))), Err(AddressError::TooLong));
    }

    #[test]
    fn debug_hides_the_address() {
        assert_eq!(format!("{:?}", EmailAddress::parse("a@b.de").unwrap()), "‹address›");
    }
}
