//! Mailboxes: add, list, test, policy, trained users.

use crate::app::answers::queue::time;
use crate::app::fault::{Exit, Fault};
use crate::app::mailbox_test;
use crate::app::request::{Answer, Body, ConnectionChange, HealthView, MailboxTestView, MailboxView, PolicyChange, TestStep};
use crate::domain::Secret;
use crate::domain::mailbox::{Connection, Endpoint, ImapConnection, Mailbox};
use crate::mail::tls;
use crate::pipeline::connect;
use crate::pipeline::intake::RENUMBERED;
use crate::pipeline::retire;
use crate::store::health::{self, Health, Part};
use crate::store::mailbox::MailboxRow;
use crate::store::record::{self, Chain, Entry};
use crate::store::{Reading, Store, StoreError, actor, mail_state, mailbox};

fn done(what: &str, id: Option<String>) -> Answer {
    Answer::done(Body::Done { what: what.to_owned(), id })
}

fn named(store: &Store, name: &str) -> Result<MailboxRow, Fault> {
    store.read(|r| mailbox::find(r, name))?.ok_or_else(|| {
        let known =
            store.read(mailbox::list).map(|rows| rows.iter().map(|row| row.mailbox.name.clone()).collect::<Vec<_>>()).unwrap_or_default();
        let known = known.join(", ");
        let fault = |key| Fault::input(key, format!("Mailbox {name:?} does not exist; there are: {known}")).with("name", name);
        if known.is_empty() { fault("fault-mailbox-none") } else { fault("fault-mailbox-unknown").with("known", &known) }
    })
}

pub fn add(store: &Store, new: Mailbox, password: &Secret<String>, by: &str, reason: Option<&str>) -> Result<Answer, Fault> {
    usable_authority(&new.connection)?;
    let id = store.write(|w| {
        let by = actor::named(w, by)?;
        mailbox::add(w, &new, password, by, reason)
    })?;
    Ok(done("done-mailbox-added", Some(id.to_string())))
}

/// A CA file that cannot be used is said now, and not by a service that reaches no server.
fn usable_authority(connection: &Connection) -> Result<(), Fault> {
    let Connection::Imap(settings) = connection else { return Ok(()) };
    match tls::client_config(settings.ca_file.as_deref()) {
        Ok(_) => Ok(()),
        Err(error) => Err(Fault { exit: Exit::Input, sentence: crate::app::fault::mail::tls(&error, &mailbox_test::server(connection)) }),
    }
}

pub fn change(store: &Store, name: &str, change: &ConnectionChange, by: &str) -> Result<Answer, Fault> {
    let row = named(store, name)?;
    let connection = changed(&row.mailbox.connection, change)?;
    let display_name = change.display_name.as_ref().unwrap_or(&row.mailbox.display_name);
    if connection == row.mailbox.connection && *display_name == row.mailbox.display_name {
        return Err(Fault::input("fault-mailbox-no-change", "Nothing of this mailbox would change"));
    }
    usable_authority(&connection)?;
    store.write(|w| {
        let by = actor::named(w, by)?;
        mailbox::set_connection(w, &row, &connection, display_name, by)
    })?;
    Ok(done("done-mailbox-changed", None))
}

/// The connection with what is to change. A kind of mailbox does not become another: that is a new mailbox.
fn changed(before: &Connection, change: &ConnectionChange) -> Result<Connection, Fault> {
    match before {
        Connection::Imap(old) if change.maildir.is_none() => {
            let imap_tls = change.imap_tls.unwrap_or(old.imap.tls);
            let smtp_tls = change.smtp_tls.unwrap_or(old.smtp.tls);
            let imap = match (&change.imap, imap_tls == old.imap.tls) {
                (Some((host, port)), _) => Endpoint::imap(host.clone(), *port, imap_tls),
                (None, true) => old.imap.clone(),
                (None, false) => Endpoint::imap(old.imap.host.clone(), None, imap_tls),
            };
            let smtp = match (&change.smtp, smtp_tls == old.smtp.tls) {
                (Some((host, port)), _) => Endpoint::smtp(host.clone(), *port, smtp_tls),
                (None, true) => old.smtp.clone(),
                (None, false) => Endpoint::smtp(old.smtp.host.clone(), None, smtp_tls),
            };
            Ok(Connection::Imap(Box::new(ImapConnection {
                imap,
                smtp,
                user: change.user.clone().unwrap_or_else(|| old.user.clone()),
                ca_file: change.ca_file.clone().unwrap_or_else(|| old.ca_file.clone()),
                authserv_ids: change.authserv_ids.clone().unwrap_or_else(|| old.authserv_ids.clone()),
            })))
        }
        Connection::Maildir { path, authserv_ids } if !asks_for_a_server(change) => Ok(Connection::Maildir {
            path: change.maildir.clone().unwrap_or_else(|| path.clone()),
            authserv_ids: change.authserv_ids.clone().unwrap_or_else(|| authserv_ids.clone()),
        }),
        Connection::Imap(_) | Connection::Maildir { .. } => Err(Fault::input(
            "fault-mailbox-kind",
            "A mailbox on a server does not become a Maildir, nor the other way round: add a new one",
        )),
    }
}

const fn asks_for_a_server(change: &ConnectionChange) -> bool {
    change.imap.is_some()
        || change.imap_tls.is_some()
        || change.smtp.is_some()
        || change.smtp_tls.is_some()
        || change.user.is_some()
        || change.ca_file.is_some()
}

pub fn remove(store: &Store, name: &str, by: &str) -> Result<Answer, Fault> {
    let row = named(store, name)?;
    store.write(|w| {
        let by = actor::named(w, by)?;
        retire::retire(w, &row, by)
    })?;
    Ok(done("done-mailbox-removed", None))
}

/// Reading and sending are two tasks of one mailbox: what still fails goes before what is over, then the later failure.
fn mailbox_health(r: &Reading<'_>, row: i64) -> Result<HealthView, StoreError> {
    let (reading, outbox) = (health::of(r, Part::Mailbox(row))?, health::of(r, Part::Outbox(row))?);
    let worse = [&reading, &outbox].into_iter().max_by_key(|health| (health.is_failing(), health.failed.map(|(_, at)| at)));
    let mut view = health_view(worse.unwrap_or(&reading));
    view.answered_at = reading.answered_at.map(time);
    view.restarts = reading.restarts.saturating_add(outbox.restarts);
    if view.state == NEW && reading.answered_at.is_some() {
        view.state = OK.to_owned();
    }
    if view.state == OK && reading.is_silent(r.now()) {
        view.state = SILENT.to_owned();
    }
    Ok(view)
}

const NEW: &str = "new";
const OK: &str = "ok";
const FAILING: &str = "failing";
const SILENT: &str = "silent";

fn health_view(health: &Health) -> HealthView {
    let state = match (health.is_failing(), health.answered_at) {
        (true, _) => FAILING,
        (false, Some(_)) => OK,
        (false, None) => NEW,
    };
    HealthView {
        state: state.to_owned(),
        answered_at: health.answered_at.map(time),
        failure: health.failed.map(|(failure, _)| failure.code().to_owned()),
        failed_at: health.failed.map(|(_, at)| time(at)),
        restarts: health.restarts,
    }
}

pub fn list(store: &Store) -> Result<Answer, Fault> {
    let views = store.read(|r| {
        mailbox::list(r)?
            .into_iter()
            .map(|row| {
                Ok(MailboxView {
                    id: row.public_id.to_string(),
                    trained_users: mailbox::trained_users(r, &row)?,
                    health: mailbox_health(r, row.row)?,
                    worker: health_view(&health::of(r, Part::Worker)?),
                    knowledge: health_view(&health::of(r, Part::Knowledge)?),
                    renumbered: mail_state::waiting_for(r, row.row, RENUMBERED)?,
                    name: row.mailbox.name,
                    address: row.mailbox.address,
                    kind: row.mailbox.connection.kind().to_owned(),
                    policy: row.mailbox.policy,
                    policy_version: row.policy_version,
                })
            })
            .collect::<Result<Vec<_>, StoreError>>()
    })?;
    Ok(Answer::done(Body::Mailboxes(views)))
}

pub fn policy(store: &Store, name: &str, change: &PolicyChange, by: &str) -> Result<Answer, Fault> {
    let row = named(store, name)?;
    let policy = change.applied_to(&row.mailbox.policy);
    store.write(|w| {
        let by = actor::named(w, by)?;
        mailbox::set_policy(w, &row, &policy, by, change.reason.as_deref())
    })?;
    Ok(done("done-mailbox-policy", None))
}

/// A new password; what waited for it goes on by itself.
pub fn password(store: &Store, name: &str, password: &Secret<String>, by: &str) -> Result<Answer, Fault> {
    let row = named(store, name)?;
    store.write(|w| {
        let by = actor::named(w, by)?;
        mailbox::set_password(w, &row, password, by)
    })?;
    Ok(done("done-mailbox-password", None))
}

pub fn trained(store: &Store, name: &str, user: &str, by: &str) -> Result<Answer, Fault> {
    let row = named(store, name)?;
    store.write(|w| {
        let (user, by) = (actor::named(w, user)?, actor::named(w, by)?);
        mailbox::record_trained(w, &row, user, by)
    })?;
    Ok(done("done-mailbox-trained", None))
}

/// Tries every step of the connection in turn; the first failure ends it, named in a sentence.
pub fn test(store: &Store, name: &str) -> Result<Answer, Fault> {
    let row = named(store, name)?;
    let password = store.read(|r| mailbox::password(r, &row))?;
    let steps: Vec<TestStep> = runtime()?.block_on(mailbox_test::steps(store, &row, &password));
    let exit = mailbox_test::exit(&steps);
    Ok(Answer { exit, body: Body::MailboxTest(MailboxTestView { name: name.to_owned(), steps }) })
}

/// Makes Drafts and Sent where they are missing, because this person asks for it: the mailbox is the customer's.
pub fn create_folders(store: &Store, name: &str, by: &str) -> Result<Answer, Fault> {
    let row = named(store, name)?;
    let password = store.read(|r| mailbox::password(r, &row))?;
    let made = runtime()?.block_on(async {
        let mut mailbox = connect::open(store, &row, &password).await?;
        let made = mailbox.create_missing().await;
        mailbox.close().await;
        made
    });
    let server = mailbox_test::server(&row.mailbox.connection);
    let made = made.map_err(|error| {
        let exit = if error.is_transient() { Exit::Later } else { Exit::Input };
        Fault { exit, sentence: crate::app::fault::mail::mailbox(&error, &server) }
    })?;
    store.write(|w| -> Result<(), StoreError> {
        let by = actor::named(w, by)?;
        let detail = serde_json::json!({ "folders": made.len() });
        let entry =
            Entry { chain: Chain::Audit, event: "mailbox.folders_created", object: Some(row.public_id), actor: Some(by.public_id), detail };
        record::append(w, &entry)?;
        Ok(())
    })?;
    Ok(done(if made.is_empty() { "done-mailbox-folders-none" } else { "done-mailbox-folders" }, None))
}

fn runtime() -> Result<tokio::runtime::Runtime, Fault> {
    let built = tokio::runtime::Builder::new_current_thread().enable_all().build();
    built.map_err(|error| Fault::later("fault-threads", format!("No thread for the mailbox could be made: {error}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::health::Failure;
    use crate::store::testing::Folder;

    /// F-01: ten minutes without an answer are an alarm; what is known to fail keeps its own words.
    #[test]
    fn a_server_that_keeps_silent_is_shown() {
        let folder = Folder::created();
        let store = folder.store();
        let part = Part::Mailbox(1);
        let state = || store.read(|r| mailbox_health(r, 1)).unwrap().state;
        assert_eq!(state(), NEW);
        store.write(|w| health::answered(w, part)).unwrap();
        folder.clock.set("2026-03-02T09:23:59Z".parse().unwrap());
        assert_eq!(state(), OK);
        folder.clock.set("2026-03-02T09:24:00Z".parse().unwrap());
        assert_eq!(state(), SILENT);
        store.write(|w| health::failed(w, part, Failure::Unreachable)).unwrap();
        assert_eq!(state(), FAILING);
    }
}
