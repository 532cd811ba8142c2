//! A Message-ID (RFC 5322 §3.6.4) without its angle brackets.
//!
//! Real mail breaks the grammar often; what is kept is one token without spaces, brackets and control characters.

use crate::domain::limits::MESSAGE_ID_BYTES_MAX;

#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize)]
#[serde(transparent)]
pub struct MessageId(String);

impl MessageId {
    /// `None` where the text is empty, too long or could break a header line.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('<').trim_end_matches('>');
        let bad = |c: char| c.is_control() || c.is_whitespace() || c == '<' || c == '>';
        if text.is_empty() || text.len() > MESSAGE_ID_BYTES_MAX || text.chars().any(bad) {
            return None;
        }
        Some(Self(text.to_owned()))
    }

    /// Without angle brackets.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// With angle brackets, as it stands in a header.
    pub fn header(&self) -> String {
        format!("<{}>", self.0)
    }
}

impl std::fmt::Debug for MessageId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("‹message-id›")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keeps_one_token() {
        assert_eq!(MessageId::parse(" <x@y> ").unwrap().header(), "<x@y>");
        for bad in ["", "<>", "a b@c", "a\r\nBcc: x@y", "a>b@c"] {
            assert!(MessageId::parse(bad).is_none(), "{bad:?}");
        }
    }
}
