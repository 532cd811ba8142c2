//! `mailbox test`: connection, login, folders, features, one after the other. Changes nothing on the server.

use crate::app::fault::mail as words;
use crate::app::request::TestStep;
use crate::app::sentence::Sentence;
use crate::domain::Secret;
use crate::domain::mailbox::{Connection, Endpoint};
use crate::mail::Mailbox;
use crate::mail::mailbox::FolderRole;
use crate::mail::smtp;
use crate::pipeline::connect;
use crate::store::Store;
use crate::store::mailbox::MailboxRow;

/// `Ok` and `Err` are both said to the person.
type Outcome = Result<Sentence, Sentence>;

fn step(name: &str, outcome: Outcome) -> TestStep {
    let ok = outcome.is_ok();
    let (Ok(said) | Err(said)) = outcome;
    TestStep { step: name.to_owned(), ok, detail: said.text.clone(), said: Some(said) }
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
        Err(error) => steps.push(step("login", Err(words::mailbox(&error, &server)))),
        Ok(mut mailbox) => {
            steps.push(step("login", Ok(Sentence::new("detail-server", &server).with("server", &server))));
            read_steps((&row.mailbox.name, &server), &mut mailbox, &mut steps).await;
            mailbox.close().await;
        }
    }
    if let Connection::Imap(settings) = &row.mailbox.connection {
        let server = place(&settings.smtp);
        let outcome = match connect::smtp(settings, &row.mailbox.address, password) {
            Ok(connected) => smtp::probe(&connected).await.map_err(|error| words::smtp(&error, &server)),
            Err(error) => Err(words::tls(&error, &server)),
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
    steps.push(step("inbox", state.map_err(|error| words::mailbox(&error, server))));
    match mailbox.profile().await {
        Err(error) => steps.push(step("features", Err(words::mailbox(&error, server)))),
        Ok(profile) => {
            let folder = |found: Option<String>, role: &str| match found {
                Some(name) => Ok(Sentence::new("detail-folder", &name).with("name", name)),
                None => {
                    let text = format!("{server}: no folder for {role} was found (hauspost mailbox create-folders {name} makes it)");
                    let missing = Sentence::new("fault-mail-no-folder-yet", text);
                    Err(missing.with("server", server).with("name", name).with_word("folder", "folder", role))
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
