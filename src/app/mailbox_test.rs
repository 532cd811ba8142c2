//! `mailbox test`: connection, login, folders, features, one after the other. Changes nothing on the server.

use crate::app::fault::{Exit, mail as words};
use crate::app::request::TestStep;
use crate::app::sentence::Sentence;
use crate::domain::Secret;
use crate::domain::mailbox::{Connection, Endpoint};
use crate::mail::mailbox::FolderRole;
use crate::mail::smtp::{self, TlsFault};
use crate::mail::{Mailbox, MailboxError};
use crate::pipeline::connect;
use crate::store::Store;
use crate::store::mailbox::MailboxRow;

/// `Ok` and `Err` are both said to the person.
type Outcome = Result<Sentence, Failed>;

/// Why a step failed, and whether the same may work later without anybody changing anything.
struct Failed {
    said: Sentence,
    later: bool,
}

impl Failed {
    fn reading(error: &MailboxError, server: &str) -> Self {
        Self { said: words::mailbox(error, server), later: error.is_transient() }
    }

    fn sending(error: &smtp::Failure, server: &str) -> Self {
        let later = match error {
            smtp::Failure::Transient(_) | smtp::Failure::Connection(_) | smtp::Failure::Uncertain(_) => true,
            smtp::Failure::Tls(TlsFault::Handshake(error)) => error.is_transient(),
            smtp::Failure::Tls(TlsFault::NotOffered | TlsFault::Refused(_) | TlsFault::Injected)
            | smtp::Failure::Permanent(_)
            | smtp::Failure::Authentication(_)
            | smtp::Failure::Unsendable(_)
            | smtp::Failure::StepRefused => false,
        };
        Self { said: words::smtp(error, server), later }
    }
}

fn step(name: &str, outcome: Outcome) -> TestStep {
    let (ok, later) = (outcome.is_ok(), outcome.as_ref().is_err_and(|failed| failed.later));
    let said = match outcome {
        Ok(said) => said,
        Err(failed) => failed.said,
    };
    TestStep { step: name.to_owned(), ok, later, detail: said.text.clone(), said: Some(said) }
}

/// Contracts §1: 1 where something has to be changed, 3 where the server was away and nothing else was found.
pub fn exit(steps: &[TestStep]) -> u8 {
    let failed = || steps.iter().filter(|step| !step.ok);
    match (failed().count(), failed().all(|step| step.later)) {
        (0, _) => 0,
        (_, true) => Exit::Later.code(),
        (_, false) => 1,
    }
}

fn place(endpoint: &Endpoint) -> String {
    format!("{}:{}", endpoint.host, endpoint.port)
}

/// Host and port, or the folder: what a person has to look at when it does not work.
pub fn server(connection: &Connection) -> String {
    match connection {
        Connection::Imap(settings) => place(&settings.imap),
        Connection::Maildir { path, .. } => path.display().to_string(),
    }
}

pub async fn steps(store: &Store, row: &MailboxRow, password: &Secret<String>) -> Vec<TestStep> {
    let mut steps = Vec::new();
    let server = server(&row.mailbox.connection);
    match connect::open(store, row, password).await {
        Err(error) => steps.push(step("login", Err(Failed::reading(&error, &server)))),
        Ok(mut mailbox) => {
            steps.push(step("login", Ok(Sentence::new("detail-server", &server).with("server", &server))));
            read_steps((&row.mailbox.name, &server), &mut mailbox, &mut steps).await;
            mailbox.close().await;
        }
    }
    if let Connection::Imap(settings) = &row.mailbox.connection {
        let server = place(&settings.smtp);
        let outcome = match connect::smtp(settings, &row.mailbox.address, password) {
            Ok(connected) => smtp::probe(&connected).await.map_err(|error| Failed::sending(&error, &server)),
            Err(error) => Err(Failed { said: words::tls(&error, &server), later: error.is_transient() }),
        };
        steps.push(step("smtp", outcome.map(|()| Sentence::new("detail-server", &server).with("server", &server))));
    }
    steps
}

async fn read_steps((name, server): (&str, &str), mailbox: &mut Mailbox, steps: &mut Vec<TestStep>) {
    let state = mailbox.select(FolderRole::Inbox).await;
    let state = state.map(|state| {
        let text = format!("{} mails, UIDVALIDITY {}", state.exists, state.uid_validity);
        Sentence::new("detail-inbox", text).with("mails", state.exists).with("uid_validity", state.uid_validity)
    });
    steps.push(step("inbox", state.map_err(|error| Failed::reading(&error, server))));
    match mailbox.profile().await {
        Err(error) => steps.push(step("features", Err(Failed::reading(&error, server)))),
        Ok(profile) => {
            let folder = |found: Option<String>, role: &str| match found {
                Some(name) => Ok(Sentence::new("detail-folder", &name).with("name", name)),
                None => {
                    let text = format!("{server}: no folder for {role} was found (hauspost mailbox create-folders {name} makes it)");
                    let missing = Sentence::new("fault-mail-no-folder-yet", text);
                    let said = missing.with("server", server).with("name", name).with_word("folder", "folder", role);
                    Err(Failed { said, later: false })
                }
            };
            steps.push(step("drafts", folder(profile.drafts, "drafts")));
            steps.push(step("sent", folder(profile.sent, "sent")));
            let (idle, own) =
                (if profile.idle { "idle" } else { "polling" }, if profile.can_remove_own { "uidplus" } else { "no-uidplus" });
            let said = match (profile.tls, profile.server) {
                // A Maildir is no server.
                (None, None) => Sentence::new("detail-features-local", format!("{idle} {own}")),
                (tls, server) => {
                    let (tls, software) = (tls.unwrap_or("-"), server.unwrap_or_default());
                    let text = format!("{software} {tls} {idle} {own}");
                    Sentence::new("detail-features", text.trim()).with("software", software).with("tls", tls)
                }
            };
            steps.push(step("features", Ok(said.with_words("features", "feature", &[idle, own]))));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mail::tls::TlsError;

    fn check(errors: &[MailboxError], expected: u8) {
        let mut steps = vec![step("login", Ok(Sentence::new("detail-server", "x")))];
        steps.extend(errors.iter().map(|error| step("inbox", Err(Failed::reading(error, "x")))));
        assert_eq!(exit(&steps), expected, "{errors:?}");
    }

    #[test]
    fn who_is_away_may_come_back_and_a_wrong_password_stays_wrong() {
        let away = || MailboxError::Connect(std::io::ErrorKind::ConnectionRefused);
        check(&[], 0);
        check(&[away()], 3);
        check(&[away(), MailboxError::Deadline("LOGIN")], 3);
        check(&[MailboxError::AuthenticationFailed], 1);
        check(&[MailboxError::Tls(TlsError::WrongName)], 1);
        check(&[away(), MailboxError::Tls(TlsError::UnknownIssuer)], 1);
    }
}
