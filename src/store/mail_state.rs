//! What is kept of a mail whose sender has no clearance: UID, keyed HMAC of the address, state, rule, time.

use crate::crypto::digest::Digest;
use crate::domain::ids::PublicId;
use crate::domain::reason::{HandOver, Reason};
use crate::domain::stage::Stage;
use crate::store::error::column;
use crate::store::ledger::FolderRow;
use crate::store::{Reading, Result, Writing};
use rusqlite::params;

#[derive(Debug, Clone)]
pub struct MailStateRow {
    pub public_id: PublicId,
    pub mailbox: i64,
    pub folder: i64,
    pub uid: u32,
    pub stage: Stage,
    pub reason: Option<Reason>,
    pub rule: String,
    /// Unix milliseconds.
    pub seen_at: i64,
}

/// A state row to be. Nothing of subject, body or address goes in.
#[derive(Debug)]
pub struct State<'a> {
    pub folder: &'a FolderRow,
    pub uid: u32,
    /// Keyed HMAC of the sender's address.
    pub sender: Option<Digest>,
    pub stage: Stage,
    pub why: Why<'a>,
}

pub fn insert(w: &Writing<'_>, state: &State<'_>) -> Result<PublicId> {
    let id = w.random_id()?;
    let (reason, rule) = state.why.parts();
    w.main
        .prepare_cached(
            "INSERT INTO mail_state (public_id, mailbox, folder, uid, address_hmac, stage, reason, rule, seen_at, done_at)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            id.as_bytes(),
            state.folder.mailbox,
            state.folder.row,
            state.uid,
            state.sender,
            state.stage.code(),
            reason.map(Reason::code),
            rule,
            w.now(),
            (state.stage != Stage::HumanOnly).then(|| w.now())
        ])?;
    Ok(id)
}

/// Why a mail left the way.
#[derive(Debug)]
pub enum Why<'a> {
    HandOver(&'a HandOver),
    /// A rule that is no hand-over, such as `automatic.bulk`.
    Rule(&'a str),
}

impl Why<'_> {
    fn parts(&self) -> (Option<Reason>, &str) {
        match self {
            Self::HandOver(hand_over) => (Some(hand_over.reason), &hand_over.rule),
            Self::Rule(rule) => (None, rule),
        }
    }
}

/// Mails that wait for a person, oldest first.
pub fn waiting(r: &Reading<'_>) -> Result<Vec<MailStateRow>> {
    let mut statement = r.main.prepare_cached(
        "SELECT public_id, mailbox, folder, uid, stage, reason, rule, seen_at FROM mail_state
         WHERE stage = 'human_only' AND done_at IS NULL ORDER BY seen_at, id",
    )?;
    let rows: Vec<(MailStateRow, String, Option<String>)> = statement
        .query_map([], |row| {
            let stage: String = row.get(4)?;
            Ok((
                MailStateRow {
                    public_id: PublicId::from_bytes(row.get(0)?),
                    mailbox: row.get(1)?,
                    folder: row.get(2)?,
                    uid: row.get(3)?,
                    stage: Stage::HumanOnly,
                    reason: None,
                    rule: row.get(6)?,
                    seen_at: row.get(7)?,
                },
                stage,
                row.get(5)?,
            ))
        })?
        .collect::<rusqlite::Result<_>>()?;
    rows.into_iter()
        .map(|(mut found, stage, reason)| {
            found.stage = column(Stage::parse(&stage), "mail_state.stage")?;
            found.reason = reason.as_deref().map(|code| column(Reason::parse(code), "mail_state.reason")).transpose()?;
            Ok(found)
        })
        .collect()
}

/// How many mails of a mailbox wait for a person because of this rule.
pub fn waiting_for(r: &Reading<'_>, mailbox: i64, rule: &str) -> Result<u32> {
    let sql = "SELECT count(*) FROM mail_state WHERE mailbox = ?1 AND rule = ?2 AND stage = 'human_only' AND done_at IS NULL";
    Ok(r.main.prepare_cached(sql)?.query_row(params![mailbox, rule], |row| row.get(0))?)
}

/// A person has dealt with it.
pub fn done(w: &Writing<'_>, id: PublicId) -> Result<bool> {
    Ok(w.main.execute("UPDATE mail_state SET done_at = ?2 WHERE public_id = ?1 AND done_at IS NULL", params![id.as_bytes(), w.now()])? > 0)
}
