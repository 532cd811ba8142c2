//! Why a mailbox did not do what it was asked, as answers to three questions: later again, new password, or a person.
//!
//! Never: text of the server or of a mail. A server's words may quote addresses and subjects; only known codes are kept.

use crate::mail::mailbox::FolderRole;
use crate::mail::tls::TlsError;
use std::io::ErrorKind;

/// Response codes that change what we do (RFC 3501 §7.1, RFC 5530). Everything else a server says is `Other`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    Alert,
    AuthenticationFailed,
    AuthorizationFailed,
    Expired,
    PrivacyRequired,
    Unavailable,
    InUse,
    Limit,
    OverQuota,
    TryCreate,
    NonExistent,
    NoPermission,
    Other,
}

impl Code {
    const NAMES: [(&'static str, Self); 12] = [
        ("ALERT", Self::Alert),
        ("AUTHENTICATIONFAILED", Self::AuthenticationFailed),
        ("AUTHORIZATIONFAILED", Self::AuthorizationFailed),
        ("EXPIRED", Self::Expired),
        ("PRIVACYREQUIRED", Self::PrivacyRequired),
        ("UNAVAILABLE", Self::Unavailable),
        ("INUSE", Self::InUse),
        ("LIMIT", Self::Limit),
        ("OVERQUOTA", Self::OverQuota),
        ("TRYCREATE", Self::TryCreate),
        ("NONEXISTENT", Self::NonExistent),
        ("NOPERM", Self::NoPermission),
    ];

    /// Reads the code at the start of a server's text, `[CODE] …`.
    pub fn of_text(text: &str) -> Self {
        let inner = text.trim_start().strip_prefix('[').and_then(|rest| rest.split([']', ' ']).next()).unwrap_or_default();
        Self::NAMES.into_iter().find(|(name, _)| name.eq_ignore_ascii_case(inner)).map_or(Self::Other, |(_, code)| code)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MailboxError {
    #[error(transparent)]
    Tls(#[from] TlsError),
    #[error("The mail server cannot be reached ({0})")]
    Connect(ErrorKind),
    #[error("The mail server did not finish {0} in time")]
    Deadline(&'static str),
    #[error("The connection was cut during {0}")]
    Lost(&'static str),
    #[error("The mail server said goodbye during {0}")]
    Bye(&'static str),
    #[error("The mail server refused {command} (NO, {code:?})")]
    No { command: &'static str, code: Code },
    #[error("The mail server does not understand {command} (BAD)")]
    Bad { command: &'static str },
    #[error("The mail server's answer to {0} breaks the protocol")]
    Protocol(&'static str),
    #[error("The mail server's answer to {0} could not be read at all")]
    Parser(&'static str),
    #[error("The mail server sent more than {0} may bring")]
    TooMuch(&'static str),
    #[error("This connection has failed before and must be opened anew")]
    Poisoned,
    #[error("The mail server refused user name or password")]
    AuthenticationFailed,
    #[error("The mail server offers no way to log in that this appliance may use")]
    NoLoginMethod,
    #[error("The mail server does not offer STARTTLS, so nothing was said to it")]
    NoStartTls,
    #[error("The mail server claims a login before TLS, so nothing was said to it")]
    LoginBeforeTls,
    #[error("The folder was rebuilt by the server (UIDVALIDITY changed)")]
    UidValidityChanged,
    #[error("There is no folder for {0:?} in the mailbox")]
    NoFolder(FolderRole),
    #[error("The folder can only be read")]
    ReadOnly,
    #[error("{0} cannot be said in IMAP")]
    BadInput(&'static str),
    #[error("The mail folder on disk cannot be used ({0})")]
    Disk(ErrorKind),
    #[error("The list of mail numbers is damaged in line {0}")]
    UidJournal(usize),
    #[error("The mail is not one that this appliance has put there")]
    NotOurs,
}

impl MailboxError {
    /// The same request may succeed on a new connection without anybody changing anything.
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Tls(error) => error.is_transient(),
            Self::Connect(_) | Self::Deadline(_) | Self::Lost(_) | Self::Bye(_) | Self::Poisoned => true,
            Self::No { code, .. } => code_is_transient(*code),
            Self::UidValidityChanged
            | Self::Disk(_)
            | Self::Bad { .. }
            | Self::Protocol(_)
            | Self::Parser(_)
            | Self::TooMuch(_)
            | Self::AuthenticationFailed
            | Self::NoLoginMethod
            | Self::NoStartTls
            | Self::LoginBeforeTls
            | Self::NoFolder(_)
            | Self::ReadOnly
            | Self::BadInput(_)
            | Self::UidJournal(_)
            | Self::NotOurs => false,
        }
    }

    /// The server knows us no longer: the account stops until a person has entered a new password.
    pub const fn is_authentication(&self) -> bool {
        matches!(self, Self::AuthenticationFailed)
    }
}

/// RFC 5530: what passes by itself. A bare NO says nothing about the next time, so it is tried again with back-off.
const fn code_is_transient(code: Code) -> bool {
    match code {
        Code::Unavailable | Code::InUse | Code::Limit | Code::Alert | Code::Other => true,
        Code::AuthenticationFailed
        | Code::AuthorizationFailed
        | Code::Expired
        | Code::PrivacyRequired
        | Code::OverQuota
        | Code::TryCreate
        | Code::NonExistent
        | Code::NoPermission => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_known_codes_and_nothing_else() {
        for (text, expected) in [
            ("[UNAVAILABLE] try later", Code::Unavailable),
            ("[authenticationfailed] no", Code::AuthenticationFailed),
            ("[LIMIT]", Code::Limit),
            ("anna@example.org is unknown", Code::Other),
            ("[", Code::Other),
            ("", Code::Other),
        ] {
            assert_eq!(Code::of_text(text), expected, "{text}");
        }
    }

    #[test]
    fn answers_the_three_questions() {
        assert!(MailboxError::Lost("FETCH").is_transient());
        assert!(MailboxError::No { command: "SEARCH", code: Code::Unavailable }.is_transient());
        assert!(!MailboxError::Tls(TlsError::WrongName).is_transient());
        assert!(MailboxError::AuthenticationFailed.is_authentication() && !MailboxError::AuthenticationFailed.is_transient());
    }
}
