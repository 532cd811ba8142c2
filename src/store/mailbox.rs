//! The mailboxes that the house looks after, with their policy and their sealed password.

use crate::domain::ids::PublicId;
use crate::domain::mailbox::{Connection, Mailbox};
use crate::domain::policy::{Delivery, LegalBasis, Policy};
use crate::domain::{EmailAddress, Secret};
use crate::store::actor::Actor;
use crate::store::error::column;
use crate::store::record::{self, Chain, Entry};
use crate::store::{Denial, Reading, Result, StoreError, Writing};
use rusqlite::{OptionalExtension, Row, params};

#[derive(Debug, Clone)]
pub struct MailboxRow {
    pub row: i64,
    pub public_id: PublicId,
    pub mailbox: Mailbox,
    pub policy_version: i64,
    pub interest_assessment: Option<PublicId>,
    /// No longer looked after; its mails stay with people.
    pub is_removed: bool,
}

const COLUMNS: &str = "id, public_id, name, address, display_name, connection, basis, delivery, automatic_sending, special_categories, crm_write_back, attachments, policy_version, interest_assessment, removed_at";
/// Between the name of a removed mailbox and its row; no name holds it, so the name is free again.
const REMOVED_MARK: char = '~';

fn secret_place(id: PublicId) -> String {
    format!("mailbox.secret:{id}")
}

/// Adds a mailbox. A policy looser than the default needs a reason.
pub fn add(w: &Writing<'_>, mailbox: &Mailbox, password: &Secret<String>, actor: Actor, reason: Option<&str>) -> Result<PublicId> {
    for other in list(&w.reading())? {
        refuse_double(mailbox, &other.mailbox)?;
    }
    let loosened = mailbox.policy.loosened_from(&Policy::default());
    refuse_loosening(&loosened, reason)?;
    refuse_what_is_not_built(&mailbox.policy)?;
    let id = w.random_id()?;
    let connection = connection_json(&mailbox.connection)?;
    let secret = w.seal_own(&secret_place(id), password.reveal().as_bytes())?;
    let policy = &mailbox.policy;
    w.main.execute(
        "INSERT INTO mailbox (public_id, name, address, display_name, kind, connection, secret, basis, delivery, automatic_sending,
           special_categories, crm_write_back, attachments, added_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
        params![
            id.as_bytes(),
            mailbox.name,
            mailbox.address.reveal(),
            mailbox.display_name,
            mailbox.connection.kind(),
            connection,
            secret,
            policy.basis.code(),
            policy.delivery.code(),
            policy.automatic_sending,
            policy.special_categories,
            policy.crm_write_back,
            policy.attachments,
            w.now()
        ],
    )?;
    let detail = serde_json::json!({ "policy": policy, "loosened": loosened, "reason": reason });
    record::append(w, &Entry { chain: Chain::Audit, event: "mailbox.added", object: Some(id), actor: Some(actor.public_id), detail })?;
    Ok(id)
}

/// Changes the policy. Loosening without a reason is refused; every change is recorded.
pub fn set_policy(w: &Writing<'_>, row: &MailboxRow, policy: &Policy, actor: Actor, reason: Option<&str>) -> Result<()> {
    let loosened = policy.loosened_from(&row.mailbox.policy);
    refuse_loosening(&loosened, reason)?;
    refuse_what_is_not_built(policy)?;
    w.main.execute(
        "UPDATE mailbox SET basis = ?2, delivery = ?3, automatic_sending = ?4, special_categories = ?5, crm_write_back = ?6,
           attachments = ?7, policy_version = policy_version + 1 WHERE id = ?1",
        params![
            row.row,
            policy.basis.code(),
            policy.delivery.code(),
            policy.automatic_sending,
            policy.special_categories,
            policy.crm_write_back,
            policy.attachments
        ],
    )?;
    let detail = serde_json::json!({ "policy": policy, "loosened": loosened, "reason": reason });
    record::append(
        w,
        &Entry { chain: Chain::Audit, event: "mailbox.policy", object: Some(row.public_id), actor: Some(actor.public_id), detail },
    )?;
    Ok(())
}

/// Two mailboxes over one account would answer each mail twice.
fn refuse_double(new: &Mailbox, other: &Mailbox) -> Result<()> {
    let same_account = match (&new.connection, &other.connection) {
        (Connection::Imap(new), Connection::Imap(other)) => {
            new.imap.host.eq_ignore_ascii_case(&other.imap.host) && new.imap.port == other.imap.port && new.user == other.user
        }
        (Connection::Maildir { path: new, .. }, Connection::Maildir { path: other, .. }) => new == other,
        (Connection::Imap(_), Connection::Maildir { .. }) | (Connection::Maildir { .. }, Connection::Imap(_)) => false,
    };
    if new.name.to_lowercase() == other.name.to_lowercase() {
        Err(Denial::MailboxExists.into())
    } else if new.address.same_as(&other.address) || same_account {
        Err(Denial::AccountTaken(other.name.clone()).into())
    } else {
        Ok(())
    }
}

/// Replaces how the mailbox is reached and how it calls itself.
pub fn set_connection(w: &Writing<'_>, row: &MailboxRow, connection: &Connection, display_name: &str, actor: Actor) -> Result<()> {
    let new = Mailbox { connection: connection.clone(), display_name: display_name.to_owned(), ..row.mailbox.clone() };
    for other in list(&w.reading())?.iter().filter(|other| other.row != row.row) {
        refuse_double(&new, &other.mailbox)?;
    }
    w.main.execute(
        "UPDATE mailbox SET connection = ?2, kind = ?3, display_name = ?4 WHERE id = ?1",
        params![row.row, connection_json(connection)?, connection.kind(), display_name],
    )?;
    let entry = Entry {
        chain: Chain::Audit,
        event: "mailbox.changed",
        object: Some(row.public_id),
        actor: Some(actor.public_id),
        detail: serde_json::json!({ "connection": row.mailbox.connection != *connection, "display_name": row.mailbox.display_name != display_name }),
    };
    record::append(w, &entry)?;
    Ok(())
}

/// Ends the care of a mailbox: its password is forgotten, its name is free.
pub fn remove(w: &Writing<'_>, row: &MailboxRow, actor: Actor) -> Result<()> {
    let secret = w.seal_own(&secret_place(row.public_id), b"")?;
    w.main.execute(
        "UPDATE mailbox SET removed_at = ?2, secret = ?3, name = ?4 WHERE id = ?1",
        params![row.row, w.now(), secret, format!("{}{REMOVED_MARK}{}", row.mailbox.name, row.row)],
    )?;
    let entry = Entry {
        chain: Chain::Audit,
        event: "mailbox.removed",
        object: Some(row.public_id),
        actor: Some(actor.public_id),
        detail: serde_json::json!({}),
    };
    record::append(w, &entry)?;
    Ok(())
}

fn connection_json(connection: &Connection) -> Result<String> {
    serde_json::to_string(connection).map_err(|_| StoreError::Refused("The connection of a mailbox must be writable as JSON".to_owned()))
}

/// Replaces the password.
pub fn set_password(w: &Writing<'_>, row: &MailboxRow, password: &Secret<String>, actor: Actor) -> Result<()> {
    let secret = w.seal_own(&secret_place(row.public_id), password.reveal().as_bytes())?;
    w.main.execute("UPDATE mailbox SET secret = ?2 WHERE id = ?1", params![row.row, secret])?;
    let entry = Entry {
        chain: Chain::Audit,
        event: "mailbox.password",
        object: Some(row.public_id),
        actor: Some(actor.public_id),
        detail: serde_json::json!({}),
    };
    record::append(w, &entry)?;
    Ok(())
}

fn refuse_loosening(loosened: &[&'static str], reason: Option<&str>) -> Result<()> {
    if !loosened.is_empty() && reason.is_none_or(|reason| reason.trim().is_empty()) {
        return Err(Denial::Loosening(loosened.to_vec()).into());
    }
    Ok(())
}

/// A switch that nothing reads yet must not look switched on.
fn refuse_what_is_not_built(policy: &Policy) -> Result<()> {
    for (name, on) in [
        ("automatic_sending", policy.automatic_sending),
        ("crm_write_back", policy.crm_write_back),
        ("attachments", policy.attachments),
        ("special_categories", policy.special_categories),
    ] {
        if on {
            return Err(Denial::NotBuilt(name).into());
        }
    }
    Ok(())
}

/// The mailboxes that are looked after.
pub fn list(r: &Reading<'_>) -> Result<Vec<MailboxRow>> {
    Ok(list_all(r)?.into_iter().filter(|row| !row.is_removed).collect())
}

/// Removed ones too: their addresses stay ours.
pub fn list_all(r: &Reading<'_>) -> Result<Vec<MailboxRow>> {
    let mut statement = r.main.prepare(&["SELECT ", COLUMNS, " FROM mailbox ORDER BY id"].concat())?;
    let rows = statement.query_map([], |row| Ok(read(row)))?.collect::<rusqlite::Result<Vec<_>>>()?;
    rows.into_iter().collect()
}

pub fn find(r: &Reading<'_>, name: &str) -> Result<Option<MailboxRow>> {
    let mut statement = r.main.prepare(&["SELECT ", COLUMNS, " FROM mailbox WHERE name = ?1"].concat())?;
    statement.query_row([name], |row| Ok(read(row))).optional()?.transpose()
}

pub fn by_row(r: &Reading<'_>, id: i64) -> Result<MailboxRow> {
    let mut statement = r.main.prepare(&["SELECT ", COLUMNS, " FROM mailbox WHERE id = ?1"].concat())?;
    statement.query_row([id], |row| Ok(read(row))).optional()?.ok_or(StoreError::NotFound("The mailbox"))?
}

/// The password, opened for a login and for nothing else.
pub fn password(r: &Reading<'_>, row: &MailboxRow) -> Result<Secret<String>> {
    let sealed: Vec<u8> = r.main.query_row("SELECT secret FROM mailbox WHERE id = ?1", [row.row], |found| found.get(0))?;
    let bytes = r.open_own(&secret_place(row.public_id), &sealed)?;
    Ok(Secret::new(String::from_utf8(bytes).map_err(|_| StoreError::damaged("main.db", "a password is no text"))?))
}

fn read(row: &Row<'_>) -> Result<MailboxRow> {
    let basis: String = row.get(6)?;
    let delivery: String = row.get(7)?;
    let address: String = row.get(3)?;
    let connection: String = row.get(5)?;
    let name: String = row.get(2)?;
    Ok(MailboxRow {
        row: row.get(0)?,
        public_id: PublicId::from_bytes(row.get(1)?),
        mailbox: Mailbox {
            name: name.split(REMOVED_MARK).next().unwrap_or_default().to_owned(),
            address: column(EmailAddress::parse(&address).ok(), "mailbox.address")?,
            display_name: row.get(4)?,
            connection: column(serde_json::from_str::<Connection>(&connection).ok(), "mailbox.connection")?,
            policy: Policy {
                basis: column(LegalBasis::parse(&basis), "mailbox.basis")?,
                delivery: column(Delivery::parse(&delivery), "mailbox.delivery")?,
                automatic_sending: row.get(8)?,
                special_categories: row.get(9)?,
                crm_write_back: row.get(10)?,
                attachments: row.get(11)?,
            },
        },
        policy_version: row.get(12)?,
        interest_assessment: row.get::<_, Option<[u8; 16]>>(13)?.map(PublicId::from_bytes),
        is_removed: row.get::<_, Option<i64>>(14)?.is_some(),
    })
}

/// Records that an actor has passed the training for this mailbox (R-064, R-068: drafts mode needs the list).
pub fn record_trained(w: &Writing<'_>, mailbox: &MailboxRow, trained: Actor, recorded_by: Actor) -> Result<()> {
    w.main.execute(
        "INSERT INTO trained_user (mailbox, actor, trained_on, recorded_by, recorded_at) VALUES (?1, ?2, ?3, ?4, ?3)
         ON CONFLICT (mailbox, actor) DO UPDATE SET trained_on = excluded.trained_on, recorded_by = excluded.recorded_by,
           recorded_at = excluded.recorded_at",
        params![mailbox.row, trained.row, w.now(), recorded_by.row],
    )?;
    let detail = serde_json::json!({ "trained": trained.public_id });
    record::append(
        w,
        &Entry {
            chain: Chain::Audit,
            event: "mailbox.trained_user",
            object: Some(mailbox.public_id),
            actor: Some(recorded_by.public_id),
            detail,
        },
    )?;
    Ok(())
}

pub fn trained_users(r: &Reading<'_>, mailbox: &MailboxRow) -> Result<Vec<String>> {
    let mut statement = r.main.prepare(
        "SELECT actor.name FROM trained_user JOIN actor ON actor.id = trained_user.actor WHERE trained_user.mailbox = ?1 ORDER BY actor.name",
    )?;
    Ok(statement.query_map([mailbox.row], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}
