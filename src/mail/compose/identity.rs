//! The identity of an answer: derived, not drawn, so that composing again after a crash names the same mail (D-14).
//!
//! Never: anything in it that a reader could turn back into an address or a text. HMAC with the installation's key, so that
//! nobody outside can forge a token of ours, and our own loops are recognised by it.

use crate::domain::MessageId;
use data_encoding::BASE32_NOPAD;
use ring::hmac;

/// Characters of a token: 130 of the 256 bits, far from any collision.
pub const TOKEN_CHARS: usize = 26;
/// Marks the scheme, so that a later one can be told apart.
const SCHEME: &str = "v1";

/// The installation's key for tokens. Loosing it means that older answers are no longer recognised as ours.
#[derive(Debug)]
pub struct IdentityKey(hmac::Key);

/// What an outgoing mail is for. Part of the identity, so that a draft and a sent answer never share a Message-ID.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MailKind {
    Answer,
    Draft,
    /// The information and consent mail of R-010 and its confirmations.
    Information,
}

impl MailKind {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Draft => "draft",
            Self::Information => "information",
        }
    }
}

/// The four values that make an answer the same answer.
#[derive(Debug, Clone, Copy)]
pub struct Identity<'a> {
    /// Stable name of the mailbox in this installation.
    pub account: &'a str,
    /// SHA-256 of the inbound mail as it came.
    pub inbound_sha256: &'a [u8; 32],
    pub kind: MailKind,
    /// Counts approved texts for the same inbound mail.
    pub revision: u32,
}

/// 26 lower-case base32 characters and the scheme, as in `X-Hauspost-ID`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Token(String);

impl IdentityKey {
    pub fn new(secret: &[u8; 32]) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, secret))
    }

    /// Each field goes in with its length, so that no two identities have the same input.
    pub fn token(&self, identity: &Identity<'_>) -> Token {
        let revision = identity.revision.to_be_bytes();
        let mut context = hmac::Context::with_key(&self.0);
        for field in [identity.account.as_bytes(), identity.inbound_sha256.as_slice(), identity.kind.code().as_bytes(), &revision] {
            context.update(&u64::try_from(field.len()).unwrap_or(u64::MAX).to_be_bytes());
            context.update(field);
        }
        let text = BASE32_NOPAD.encode(context.sign().as_ref()).to_ascii_lowercase();
        Token(format!("{}.{SCHEME}", text.chars().take(TOKEN_CHARS).collect::<String>()))
    }
}

impl Token {
    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn message_id(&self, domain: &str) -> Option<MessageId> {
        MessageId::parse(&format!("{}@{domain}", self.0))
    }

    /// Reads a token out of `X-Hauspost-ID` or out of the left side of a Message-ID.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim().trim_start_matches('<').split('@').next()?.to_ascii_lowercase();
        let (token, scheme) = text.split_once('.')?;
        let sound = token.len() == TOKEN_CHARS && token.bytes().all(|b| matches!(b, b'a'..=b'z' | b'2'..=b'7'));
        (sound && scheme == SCHEME).then_some(Self(text))
    }
}

impl std::fmt::Debug for Token {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn token(account: &str, hash: u8, kind: MailKind, revision: u32) -> Token {
        IdentityKey::new(&[7; 32]).token(&Identity { account, inbound_sha256: &[hash; 32], kind, revision })
    }

    #[test]
    fn same_identity_same_token_and_any_change_another() {
        let first = token("service", 1, MailKind::Answer, 0);
        assert_eq!(first, token("service", 1, MailKind::Answer, 0));
        for other in [
            token("servic", 1, MailKind::Answer, 0),
            token("service", 2, MailKind::Answer, 0),
            token("service", 1, MailKind::Draft, 0),
            token("service", 1, MailKind::Answer, 1),
            IdentityKey::new(&[8; 32]).token(&Identity {
                account: "service",
                inbound_sha256: &[1; 32],
                kind: MailKind::Answer,
                revision: 0,
            }),
        ] {
            assert_ne!(first, other);
        }
    }

    #[test]
    fn reads_back_what_it_wrote_and_nothing_else() {
        let token = token("service", 1, MailKind::Answer, 0);
        let id = token.message_id("firma.example").unwrap();
        assert_eq!(Token::parse(&id.header()), Some(token.clone()));
        assert_eq!(Token::parse(&token.as_str().to_uppercase()), Some(token.clone()));
        for bad in ["", "x.v1@y", "abcdefghijklmnopqrstuvwxyz", "abcdefghijklmnopqrstuvwxy1.v1", "abcdefghijklmnopqrstuvwxyz.v2@y"] {
            assert_eq!(Token::parse(bad), None, "{bad}");
        }
    }
}
