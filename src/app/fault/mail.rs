//! Mail servers and Maildirs in sentences. Each names the server with its port, for a house may have several.

use crate::app::fault::system::kind;
use crate::app::sentence::Sentence;
use crate::mail::mailbox::FolderRole;
use crate::mail::smtp::{ConnectionFault, Failure, TlsFault};
use crate::mail::tls::TlsError;
use crate::mail::{MailboxError, mailbox_error::Code};
use crate::store::health;

const fn role(role: FolderRole) -> &'static str {
    match role {
        FolderRole::Inbox => "inbox",
        FolderRole::Drafts => "drafts",
        FolderRole::Sent => "sent",
    }
}

/// `server`: host and port, or the path of a Maildir.
pub fn mailbox(error: &MailboxError, server: &str) -> Sentence {
    let say = |key: &str| Sentence::new(key, format!("{server}: {error}")).with("server", server);
    match error {
        MailboxError::Tls(error) => tls(error, server),
        MailboxError::Connect(why) => say("fault-mail-unreachable").because("why", reached(*why)),
        MailboxError::Deadline(command) => say("fault-mail-slow").with("command", command),
        MailboxError::Lost(command) | MailboxError::Bye(command) => say("fault-mail-cut").with("command", command),
        MailboxError::No { command, code } => say("fault-mail-refused").with("command", command).with("code", code_name(*code)),
        MailboxError::Bad { command } => say("fault-mail-not-understood").with("command", command),
        MailboxError::Protocol(command) | MailboxError::Parser(command) | MailboxError::TooMuch(command) => {
            say("fault-mail-protocol").with("command", command)
        }
        MailboxError::Poisoned => say("fault-mail-poisoned"),
        MailboxError::AuthenticationFailed => say("fault-mail-login"),
        MailboxError::NoLoginMethod => say("fault-mail-no-method"),
        MailboxError::NoStartTls => say("fault-mail-no-starttls"),
        MailboxError::LoginBeforeTls => say("fault-mail-login-before-tls"),
        MailboxError::UidValidityChanged => say("fault-mail-rebuilt"),
        MailboxError::NoFolder(which) => say("fault-mail-no-folder").with_word("folder", "folder", role(*which)),
        MailboxError::ReadOnly => say("fault-mail-read-only"),
        MailboxError::BadInput(what) => say("fault-mail-bad-input").with("detail", what),
        MailboxError::Disk(why) => say("fault-mail-disk").because("why", kind(*why, why)),
        MailboxError::UidJournal(line) => say("fault-mail-journal").with("line", line),
        MailboxError::NotOurs => say("fault-mail-not-ours"),
    }
}

/// What `mailbox list` says of a mailbox that cannot be worked with.
pub const fn failure(error: &MailboxError) -> health::Failure {
    if matches!(error, MailboxError::Tls(TlsError::CaFile(_) | TlsError::CaContent(_))) {
        health::Failure::CaFile
    } else {
        health::Failure::Unreachable
    }
}

/// A name that does not resolve has no kind of its own.
fn reached(why: std::io::ErrorKind) -> Sentence {
    let clause = kind(why, why);
    if clause.key == "io-other" { Sentence::new("io-no-name", why) } else { clause }
}

fn code_name(code: Code) -> String {
    match code {
        Code::Alert
        | Code::AuthenticationFailed
        | Code::AuthorizationFailed
        | Code::Expired
        | Code::PrivacyRequired
        | Code::Unavailable
        | Code::InUse
        | Code::Limit
        | Code::OverQuota
        | Code::TryCreate
        | Code::NonExistent
        | Code::NoPermission => format!("NO {code:?}"),
        Code::Other => "NO".to_owned(),
    }
}

pub fn tls(error: &TlsError, server: &str) -> Sentence {
    let say = |key: &str| Sentence::new(key, format!("{server}: {error}")).with("server", server);
    match error {
        TlsError::CaFile(file) => say("fault-tls-ca-file").with("file", file.display()),
        TlsError::CaContent(file) => say("fault-tls-ca-content").with("file", file.display()),
        TlsError::Settings => say("fault-tls-settings"),
        TlsError::ServerName => say("fault-tls-server-name"),
        TlsError::UnknownIssuer => say("fault-tls-unknown-issuer"),
        TlsError::WrongName => say("fault-tls-wrong-name"),
        TlsError::Expired => say("fault-tls-expired"),
        TlsError::NotValidYet => say("fault-tls-not-valid-yet"),
        TlsError::BadCertificate => say("fault-tls-bad-certificate"),
        TlsError::NoCommonSuite => say("fault-tls-no-common-suite"),
        TlsError::NotTls => say("fault-tls-not-tls"),
        TlsError::Deadline => say("fault-tls-slow"),
        TlsError::Lost => say("fault-tls-cut"),
        TlsError::Io(why) => say("fault-tls-io").because("why", kind(*why, why)),
    }
}

pub fn smtp(failure: &Failure, server: &str) -> Sentence {
    let say = |key: &str| Sentence::new(key, format!("{server}: {failure}")).with("server", server);
    match failure {
        Failure::Transient(refusal) => say("fault-mail-refused-now").with("code", refusal),
        Failure::Permanent(refusal) => say("fault-mail-refused").with("command", "SMTP").with("code", refusal),
        Failure::Authentication(Some(refusal)) => say("fault-mail-login-smtp").with("code", refusal),
        Failure::Authentication(None) => say("fault-mail-no-method"),
        Failure::Tls(TlsFault::NotOffered | TlsFault::Refused(_)) => say("fault-mail-no-starttls"),
        Failure::Tls(TlsFault::Injected) => say("fault-mail-injected"),
        Failure::Tls(TlsFault::Handshake(error)) => tls(error, server),
        Failure::Connection(fault) | Failure::Uncertain(fault) => match fault {
            ConnectionFault::Unreachable(why) => say("fault-mail-unreachable").because("why", reached(*why)),
            ConnectionFault::Timeout => say("fault-mail-slow").with("command", "SMTP"),
            ConnectionFault::Lost => say("fault-mail-cut").with("command", "SMTP"),
            ConnectionFault::Protocol => say("fault-mail-protocol").with("command", "SMTP"),
        },
        Failure::Unsendable(_) | Failure::StepRefused => say("fault-mail-unsendable").with("detail", failure),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_of_the_admin_is_no_fault_of_the_server() {
        let file = || std::path::PathBuf::from("/x/ca.pem");
        for error in [TlsError::CaFile(file()), TlsError::CaContent(file())] {
            assert_eq!(failure(&MailboxError::Tls(error)), health::Failure::CaFile);
        }
        assert_eq!(failure(&MailboxError::Tls(TlsError::UnknownIssuer)), health::Failure::Unreachable);
        assert_eq!(failure(&MailboxError::Lost("FETCH")), health::Failure::Unreachable);
    }
}
