//! Inbound and outbound messages of cleared persons, their tickets, their stages, and the jobs that move them on.

use crate::domain::clearance::ClearanceBasis;
use crate::domain::ids::PublicId;
use crate::domain::reason::{HandOver, Reason};
use crate::domain::stage::Stage;
use crate::domain::{Language, MessageId};
use crate::store::error::column;
use crate::store::ledger::FolderRow;
use crate::store::person::{self, PersonRow};
use crate::store::{Owner, Reading, Result, StoreError, Writing, consent};
use rusqlite::{OptionalExtension, Row, params};

/// A message row, without its sealed bytes.
#[derive(Debug, Clone)]
pub struct MessageRow {
    pub row: i64,
    pub public_id: PublicId,
    pub ticket: i64,
    pub ticket_id: PublicId,
    pub person: i64,
    pub person_id: PublicId,
    pub mailbox: i64,
    pub folder: Option<i64>,
    pub uid: Option<u32>,
    /// Unix milliseconds.
    pub received_at: i64,
    pub stage: Stage,
    pub reason: Option<Reason>,
    pub rule: Option<String>,
    pub epoch: i64,
}

impl MessageRow {
    pub const fn owner(&self) -> Owner {
        Owner { person: self.person_id, case: self.ticket_id }
    }
}

/// What intake knows of a cleared mail.
#[derive(Debug)]
pub struct Inbound<'a> {
    pub folder: &'a FolderRow,
    pub uid: u32,
    pub person: PersonRow,
    pub ticket: TicketRef,
    pub message_id: Option<&'a MessageId>,
    pub basis: ClearanceBasis,
    pub proof: PublicId,
    pub epoch: i64,
    pub language: Language,
    pub raw: &'a [u8],
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TicketRef {
    pub row: i64,
    pub public_id: PublicId,
}

fn raw_place(id: PublicId) -> String {
    format!("message.raw:{id}")
}

/// The ticket of this person that one of these mails belongs to (F-07: by id, never by subject alone).
pub fn ticket_of(r: &Reading<'_>, person: i64, references: &[MessageId]) -> Result<Option<TicketRef>> {
    let mut statement = r.main.prepare_cached(
        "SELECT ticket.id, ticket.public_id FROM message JOIN ticket ON ticket.id = message.ticket
         WHERE message.message_id_hmac = ?1 AND message.person = ?2 ORDER BY message.id DESC LIMIT 1",
    )?;
    for reference in references {
        let found = statement
            .query_row(params![r.message_id_hmac(reference), person], |row| {
                Ok(TicketRef { row: row.get(0)?, public_id: PublicId::from_bytes(row.get(1)?) })
            })
            .optional()?;
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

pub fn open_ticket(w: &Writing<'_>, mailbox: i64, person: i64) -> Result<TicketRef> {
    let public_id = w.random_id()?;
    w.main
        .prepare_cached("INSERT INTO ticket (public_id, mailbox, person, state, opened_at) VALUES (?1, ?2, ?3, 'open', ?4)")?
        .execute(params![public_id.as_bytes(), mailbox, person, w.now()])?;
    Ok(TicketRef { row: w.main.last_insert_rowid(), public_id })
}

/// After so long without a reply an answered ticket is closed.
const CLOSED_AFTER_MS: i64 = 14 * 24 * 3600 * 1000;

/// Closes the tickets whose last answer is two weeks old. Returns how many.
pub fn close_answered(w: &Writing<'_>) -> Result<usize> {
    let now = w.now();
    let sql = "UPDATE ticket SET state = 'closed', closed_at = ?1 WHERE state = 'waiting' AND answered_at <= ?2";
    Ok(w.main.execute(sql, params![now, now - CLOSED_AFTER_MS])?)
}

/// A reply reopens its ticket.
pub fn reopen(w: &Writing<'_>, ticket: TicketRef) -> Result<()> {
    w.main.prepare_cached("UPDATE ticket SET state = 'open', closed_at = NULL WHERE id = ?1")?.execute([ticket.row])?;
    Ok(())
}

/// Seals and stores a cleared mail at stage `Screened`.
pub fn insert_inbound(w: &Writing<'_>, mail: &Inbound<'_>) -> Result<MessageRow> {
    let id = w.random_id()?;
    let owner = Owner { person: mail.person.public_id, case: mail.ticket.public_id };
    let sealed = w.seal(owner, &raw_place(id), mail.raw)?;
    let message_id = mail.message_id.map(|id| w.reading().message_id_hmac(id));
    let now = w.now();
    w.main
        .prepare_cached(
            "INSERT INTO message (public_id, ticket, person, mailbox, direction, folder, uid, message_id_hmac, received_at, stage, basis,
               proof, epoch, language, sealed_raw, changed_at)
             VALUES (?1, ?2, ?3, ?4, 'in', ?5, ?6, ?7, ?8, 'screened', ?9, ?10, ?11, ?12, ?13, ?8)",
        )?
        .execute(params![
            id.as_bytes(),
            mail.ticket.row,
            mail.person.row,
            mail.folder.mailbox,
            mail.folder.row,
            mail.uid,
            message_id,
            now,
            mail.basis.code(),
            mail.proof.as_bytes(),
            mail.epoch,
            mail.language.code(),
            sealed
        ])?;
    let row = w.main.last_insert_rowid();
    for stage in [Stage::Received, Stage::Screened] {
        note_stage(w, row, stage, None)?;
    }
    by_id(&w.reading(), id)
}

/// Our own answer, kept beside the mail it answers.
pub fn insert_outbound(w: &Writing<'_>, answered: &MessageRow, message_id: &MessageId, raw: &[u8]) -> Result<PublicId> {
    let id = w.random_id()?;
    let sealed = w.seal(answered.owner(), &raw_place(id), raw)?;
    w.main.execute(
        "INSERT INTO message (public_id, ticket, person, mailbox, direction, message_id_hmac, received_at, stage, basis, epoch, language,
           sealed_raw, changed_at) VALUES (?1, ?2, ?3, ?4, 'out', ?5, ?6, 'sent', 'human', ?7, 'unknown', ?8, ?6)",
        params![
            id.as_bytes(),
            answered.ticket,
            answered.person,
            answered.mailbox,
            w.reading().message_id_hmac(message_id),
            w.now(),
            answered.epoch,
            sealed
        ],
    )?;
    w.main.execute("UPDATE ticket SET state = 'waiting', answered_at = ?2 WHERE id = ?1", params![answered.ticket, w.now()])?;
    Ok(id)
}

const COLUMNS: &str =
    "SELECT message.id, message.public_id, message.ticket, ticket.public_id, message.person, person.public_id, message.mailbox,
  message.folder, message.uid, message.received_at, message.stage, message.reason, message.rule, message.epoch
  FROM message JOIN ticket ON ticket.id = message.ticket JOIN person ON person.id = message.person";

fn read(row: &Row<'_>) -> Result<MessageRow> {
    let (stage, reason): (String, Option<String>) = (row.get(10)?, row.get(11)?);
    Ok(MessageRow {
        row: row.get(0)?,
        public_id: PublicId::from_bytes(row.get(1)?),
        ticket: row.get(2)?,
        ticket_id: PublicId::from_bytes(row.get(3)?),
        person: row.get(4)?,
        person_id: PublicId::from_bytes(row.get(5)?),
        mailbox: row.get(6)?,
        folder: row.get(7)?,
        uid: row.get(8)?,
        received_at: row.get(9)?,
        stage: column(Stage::parse(&stage), "message.stage")?,
        reason: reason.as_deref().map(|code| column(Reason::parse(code), "message.reason")).transpose()?,
        rule: row.get(12)?,
        epoch: row.get(13)?,
    })
}

pub fn by_id(r: &Reading<'_>, id: PublicId) -> Result<MessageRow> {
    let mut statement = r.main.prepare_cached(&[COLUMNS, " WHERE message.public_id = ?1"].concat())?;
    statement.query_row([id.as_bytes()], |row| Ok(read(row))).optional()?.ok_or(StoreError::NotFound("The message"))?
}

pub fn by_row(r: &Reading<'_>, row: i64) -> Result<MessageRow> {
    let mut statement = r.main.prepare_cached(&[COLUMNS, " WHERE message.id = ?1"].concat())?;
    statement.query_row([row], |row| Ok(read(row))).optional()?.ok_or(StoreError::NotFound("The message"))?
}

/// Inbound messages, newest last. `open_only` leaves out those that wait for nobody any more.
pub fn list(r: &Reading<'_>, open_only: bool) -> Result<Vec<MessageRow>> {
    let filter = if open_only { " AND message.stage NOT IN ('sent', 'ignored', 'handled', 'erased')" } else { "" };
    let mut statement = r.main.prepare(&[COLUMNS, " WHERE message.direction = 'in'", filter, " ORDER BY message.id"].concat())?;
    let rows = statement.query_map([], |row| Ok(read(row)))?.collect::<rusqlite::Result<Vec<_>>>()?;
    rows.into_iter().collect()
}

pub fn raw(r: &Reading<'_>, message: &MessageRow) -> Result<Vec<u8>> {
    let sealed: Vec<u8> =
        r.main.prepare_cached("SELECT sealed_raw FROM message WHERE id = ?1")?.query_row([message.row], |row| row.get(0))?;
    r.open(&raw_place(message.public_id), &sealed)
}

/// Moves a message on. The history keeps every step.
pub fn set_stage(w: &Writing<'_>, message: i64, stage: Stage, why: Option<&HandOver>) -> Result<()> {
    w.main.prepare_cached("UPDATE message SET stage = ?2, reason = ?3, rule = ?4, changed_at = ?5 WHERE id = ?1")?.execute(params![
        message,
        stage.code(),
        why.map(|why| why.reason.code()),
        why.map(|why| why.rule.as_str()),
        w.now()
    ])?;
    note_stage(w, message, stage, why.map(|why| why.rule.as_str()))
}

/// Gives a message the present epoch of its person. The clearance itself is asked for anew by whoever reads it next.
pub fn renew_epoch(w: &Writing<'_>, message: &MessageRow) -> Result<u64> {
    let r = w.reading();
    let epoch = consent::present_epoch(&r, person::by_row(&r, message.person)?.epoch)?.0;
    w.main.execute("UPDATE message SET epoch = ?2 WHERE id = ?1", params![message.row, i64::try_from(epoch).unwrap_or(i64::MAX)])?;
    Ok(epoch)
}

fn note_stage(w: &Writing<'_>, message: i64, stage: Stage, rule: Option<&str>) -> Result<()> {
    w.main.prepare_cached("INSERT INTO stage_history (message, stage, rule, at) VALUES (?1, ?2, ?3, ?4)")?.execute(params![
        message,
        stage.code(),
        rule,
        w.now()
    ])?;
    Ok(())
}

/// `(stage, rule, Unix milliseconds)`, oldest first.
pub fn history(r: &Reading<'_>, message: i64) -> Result<Vec<(String, Option<String>, i64)>> {
    let mut statement = r.main.prepare_cached("SELECT stage, rule, at FROM stage_history WHERE message = ?1 ORDER BY id")?;
    Ok(statement.query_map([message], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?.collect::<rusqlite::Result<_>>()?)
}

/// Inbound messages of a mailbox at one stage, oldest first.
pub fn at_stage(r: &Reading<'_>, mailbox: i64, stage: Stage) -> Result<Vec<MessageRow>> {
    let mut statement = r.main.prepare_cached(
        &[COLUMNS, " WHERE message.mailbox = ?1 AND message.stage = ?2 AND message.direction = 'in' ORDER BY message.id"].concat(),
    )?;
    let rows = statement.query_map(params![mailbox, stage.code()], |row| Ok(read(row)))?.collect::<rusqlite::Result<Vec<_>>>()?;
    rows.into_iter().collect()
}

/// Inbound messages of a mailbox that are dealt with while a draft for them still lies in the folder.
pub fn with_draft_left(r: &Reading<'_>, mailbox: i64) -> Result<Vec<MessageRow>> {
    let mut statement = r.main.prepare_cached(
        &[
            COLUMNS,
            " WHERE message.mailbox = ?1 AND message.stage = ?2 AND message.direction = 'in'
               AND EXISTS (SELECT 1 FROM draft WHERE draft.message = message.id AND draft.state = 'filed') ORDER BY message.id",
        ]
        .concat(),
    )?;
    let rows = statement.query_map(params![mailbox, Stage::Handled.code()], |row| Ok(read(row)))?.collect::<rusqlite::Result<Vec<_>>>()?;
    rows.into_iter().collect()
}
