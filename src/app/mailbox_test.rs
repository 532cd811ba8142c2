//! `mailbox test`: connection, login, folders, features, one after the other. Changes nothing on the server.

use crate::app::request::TestStep;
use crate::domain::Secret;
use crate::domain::mailbox::Connection;
use crate::mail::mailbox::FolderRole;
use crate::mail::smtp;
use crate::mail::{Mailbox, MailboxError};
use crate::pipeline::connect;
use crate::store::Store;
use crate::store::mailbox::MailboxRow;

fn step(name: &str, outcome: Result<String, String>) -> TestStep {
    let ok = outcome.is_ok();
    TestStep { step: name.to_owned(), ok, detail: outcome.unwrap_or_else(|error| error) }
}

pub async fn steps(store: &Store, row: &MailboxRow, password: &Secret<String>) -> Vec<TestStep> {
    let mut steps = Vec::new();
    match connect::open(store, row, password).await {
        Err(error) => steps.push(step("login", Err(advice(&error)))),
        Ok(mut mailbox) => {
            steps.push(step("login", Ok(String::new())));
            read_steps(&mut mailbox, &mut steps).await;
            mailbox.close().await;
        }
    }
    if let Connection::Imap(settings) = &row.mailbox.connection {
        let outcome = match connect::smtp(settings, &row.mailbox.address, password) {
            Ok(server) => smtp::probe(&server).await.map(|()| String::new()).map_err(|error| error.to_string()),
            Err(error) => Err(error.to_string()),
        };
        steps.push(step("smtp", outcome));
    }
    steps
}

async fn read_steps(mailbox: &mut Mailbox, steps: &mut Vec<TestStep>) {
    let state = mailbox.select(FolderRole::Inbox).await;
    steps.push(step(
        "inbox",
        state.map(|state| format!("{} mails, UIDVALIDITY {}", state.exists, state.uid_validity)).map_err(|error| advice(&error)),
    ));
    match mailbox.profile().await {
        Err(error) => steps.push(step("features", Err(advice(&error)))),
        Ok(profile) => {
            let missing = |name: &str| format!("No folder for {name} was found");
            steps.push(step("drafts", profile.drafts.ok_or_else(|| missing("drafts"))));
            steps.push(step("sent", profile.sent.ok_or_else(|| missing("sent mail"))));
            let tls = profile.tls.unwrap_or("-");
            let server = profile.server.unwrap_or_default();
            let idle = if profile.idle { "IDLE" } else { "polling" };
            let uidplus = if profile.can_remove_own { "UIDPLUS" } else { "no UIDPLUS" };
            steps.push(step("features", Ok(format!("{server} {tls} {idle} {uidplus}").trim().to_owned())));
        }
    }
}

/// What to do about it, where that is known.
fn advice(error: &MailboxError) -> String {
    if error.is_authentication() {
        return format!("{error}. Check user name and password; with a second factor the provider asks for an app password");
    }
    error.to_string()
}
