//! An e-mail address (RFC 5321 §4.1.2 `Mailbox`, without source routes and address literals).
//!
//! Parsed once, then trusted. Personal data: `Debug` prints a mark.

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
    #[error("Address holds a space, a control character or one of <>()[],;:")]
    ForbiddenCharacter,
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
        let quoted = local.len() > 2 && local.starts_with('"') && local.ends_with('"');
        let forbidden = |c: char| c.is_control() || c.is_whitespace() || "<>()[],;:\\\"".contains(c);
        let bad_local = if quoted { local.chars().any(char::is_control) } else { local.contains('@') || local.chars().any(forbidden) };
        if bad_local || domain.chars().any(forbidden) {
            return Err(AddressError::ForbiddenCharacter);
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
