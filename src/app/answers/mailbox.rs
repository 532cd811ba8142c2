//! Mailboxes: add, list, test, policy, trained users.

use crate::app::fault::Fault;
use crate::app::request::{Answer, Body, MailboxTestView, MailboxView, PolicyChange, TestStep};
use crate::domain::Secret;
use crate::domain::mailbox::Mailbox;
use crate::store::mailbox::MailboxRow;
use crate::store::{Store, StoreError, actor, mailbox};

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
    let id = store.write(|w| {
        let by = actor::named(w, by)?;
        mailbox::add(w, &new, password, by, reason)
    })?;
    Ok(done("done-mailbox-added", Some(id.to_string())))
}

pub fn list(store: &Store) -> Result<Answer, Fault> {
    let views = store.read(|r| {
        mailbox::list(r)?
            .into_iter()
            .map(|row| {
                Ok(MailboxView {
                    id: row.public_id.to_string(),
                    trained_users: mailbox::trained_users(r, &row)?,
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
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Fault::later("fault-threads", format!("No thread for the test could be made: {error}")))?;
    let steps: Vec<TestStep> = runtime.block_on(crate::app::mailbox_test::steps(store, &row, &password));
    let exit = if steps.iter().all(|step| step.ok) { 0 } else { 1 };
    Ok(Answer { exit, body: Body::MailboxTest(MailboxTestView { name: name.to_owned(), steps }) })
}
