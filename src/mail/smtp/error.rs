//! Why a delivery ended without a 250, in words that the outbox can act on.
//!
//! Never: the text of a reply. Servers repeat addresses and subjects in it, and errors are logged.

use crate::domain::outbox::SmtpStep;
use crate::mail::tls::TlsError;
use std::fmt;

/// Reply code and, where given, enhanced status code (RFC 3463).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Refusal {
    pub code: u16,
    pub enhanced: Option<(u8, u16, u16)>,
}

impl Refusal {
    /// Some servers send 5.5.0 for what is over in a minute.
    pub fn is_spurious_permanent(&self) -> bool {
        self.enhanced == Some((5, 5, 0))
    }

    /// Reads the enhanced code at the start of a reply's text.
    pub fn read(code: u16, text: &str) -> Self {
        let word = text.split_whitespace().next().unwrap_or_default();
        let mut parts = word.split('.');
        let mut number = || parts.next().and_then(|part| part.parse::<u16>().ok());
        let enhanced = match (number(), number(), number()) {
            (Some(class @ (2 | 4 | 5)), Some(subject), Some(detail)) => u8::try_from(class).ok().map(|class| (class, subject, detail)),
            (_, _, _) => None,
        };
        Self { code, enhanced }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.enhanced {
            Some((class, subject, detail)) => write!(f, "{} {class}.{subject}.{detail}", self.code),
            None => write!(f, "{}", self.code),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConnectionFault {
    #[error("The server cannot be reached ({0})")]
    Unreachable(std::io::ErrorKind),
    #[error("The server did not answer in time")]
    Timeout,
    #[error("The connection was cut")]
    Lost,
    #[error("The server answered outside of the protocol")]
    Protocol,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlsFault {
    #[error("The server does not offer STARTTLS, or something on the way hides it")]
    NotOffered,
    #[error("The server refused STARTTLS ({0})")]
    Refused(Refusal),
    #[error("Something was slipped in between STARTTLS and the handshake")]
    Injected,
    #[error(transparent)]
    Handshake(#[from] TlsError),
}

/// Found before the first byte was sent; trying again cannot help.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsendable {
    #[error("The mail has a line end that is not CRLF")]
    LineEnd,
    #[error("The mail has a line of more than 998 octets")]
    LineLength,
    #[error("The mail is not plain ASCII")]
    NotAscii,
    #[error("The envelope has no recipient")]
    NoRecipient,
    #[error("An address in the envelope cannot be sent without extensions")]
    Address,
    #[error("The mail has {bytes} bytes and the server takes {limit}")]
    TooLarge { bytes: usize, limit: usize },
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// A 4xx reply: the server did not take the mail, later it may.
    #[error("The server refused for now ({0})")]
    Transient(Refusal),
    /// A 5xx reply: the server did not take the mail.
    #[error("The server refused ({0})")]
    Permanent(Refusal),
    /// The server does not accept who we are, or offers no way that we speak.
    #[error("The server refused the login ({})", .0.map_or_else(|| "no common method".to_owned(), |refusal| refusal.to_string()))]
    Authentication(Option<Refusal>),
    #[error(transparent)]
    Tls(TlsFault),
    #[error(transparent)]
    Connection(ConnectionFault),
    #[error(transparent)]
    Unsendable(Unsendable),
    /// Our own side forbade the next step; nothing of it was sent.
    #[error("The step was not allowed by the outbox")]
    StepRefused,
    /// The final dot may have been read and there is no sound answer to it.
    #[error("The server may have taken the mail: {0}")]
    Uncertain(ConnectionFault),
}

/// What went wrong, and the last step that was entered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{failure} (at {})", .step.map_or("start", |step| step.code()))]
pub struct DeliveryError {
    pub failure: Failure,
    /// `None`: not even the connection was begun.
    pub step: Option<SmtpStep>,
}
