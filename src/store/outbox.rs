//! The outbox: one row per answer, with frozen bytes, state and step (D-14).

use crate::domain::ids::PublicId;
use crate::domain::outbox::{CancelReason, Location, OutboxRow, OutboxState, Proof, SmtpStep};
use crate::domain::{EmailAddress, Personal};
use crate::store::error::column;
use crate::store::message::MessageRow;
use crate::store::{Denial, Reading, Result, StoreError, Writing};
use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, params};
use serde::{Deserialize, Serialize};

/// The epoch of an answer that a person wrote: no change of clearance voids it.
pub const OWN_WORDS: i64 = 0;

/// The row of the state machine with what stands beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    pub row: i64,
    pub message: i64,
    pub draft: Option<i64>,
    pub token: String,
    pub raw_sha256: [u8; 32],
    /// The epoch of the clearance that the draft was made under; an older one is void. [`OWN_WORDS`]: a person's.
    pub epoch: i64,
    pub outbox: OutboxRow,
}

/// The mail as it was frozen at approval. Sealed under the case's key.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FrozenMail {
    pub from: EmailAddress,
    pub to: Vec<EmailAddress>,
    pub message_id: String,
    pub raw: Vec<u8>,
}

/// What is frozen at approval.
pub struct NewOutbox<'a> {
    pub message: &'a MessageRow,
    pub draft: Option<i64>,
    pub token: &'a str,
    pub mail: &'a FrozenMail,
    pub raw_sha256: [u8; 32],
    pub epoch: i64,
    pub not_before: i64,
}

fn place(id: PublicId) -> String {
    format!("outbox.mail:{id}")
}

/// Layout of the sealed value: length of the envelope (u32, big endian), envelope as JSON, raw bytes.
fn pack(mail: &FrozenMail) -> Result<Vec<u8>> {
    let fault = || StoreError::Refused("An answer must be writable".to_owned());
    let head = serde_json::to_vec(&(&mail.from, &mail.to, &mail.message_id)).map_err(|_| fault())?;
    let length = u32::try_from(head.len()).map_err(|_| fault())?;
    Ok([length.to_be_bytes().as_slice(), &head, &mail.raw].concat())
}

fn unpack(bytes: &[u8]) -> Option<FrozenMail> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let (head, raw) = rest.split_at_checked(u32::from_be_bytes(*length) as usize)?;
    let (from, to, message_id) = serde_json::from_slice(head).ok()?;
    Some(FrozenMail { from, to, message_id, raw: raw.to_vec() })
}

/// An answer that a person has approved; `pipeline/release.rs` alone may call it (tidy rule).
pub fn insert_approved(w: &Writing<'_>, new: &NewOutbox<'_>) -> Result<PublicId> {
    // An answer that was never taken by a server makes room for the next one; its way stands in the records.
    w.main.execute(
        "DELETE FROM outbox WHERE message = ?1 AND kind = 'answer' AND state IN ('cancelled', 'refused') AND proof IS NULL",
        [new.message.row],
    )?;
    let id = w.random_id()?;
    let sealed = w.seal(new.message.owner(), &place(id), &pack(new.mail)?)?;
    let inserted = w.main.execute(
        "INSERT INTO outbox (public_id, message, draft, kind, token, sealed_mail, raw_sha256, epoch, state, not_before, next_at, created_at,
           changed_at) VALUES (?1, ?2, ?3, 'answer', ?4, ?5, ?6, ?7, 'approved', ?8, ?8, ?9, ?9)
         ON CONFLICT (message, kind) DO NOTHING",
        params![
            id.as_bytes(),
            new.message.row,
            new.draft,
            new.token,
            sealed,
            new.raw_sha256,
            new.epoch,
            new.not_before,
            w.now()
        ],
    )?;
    if inserted == 0 {
        return Err(Denial::AnswerUnderWay.into());
    }
    Ok(id)
}

/// Whether any try was made to hand an answer to this message over to a server.
pub fn was_offered(r: &Reading<'_>, message: i64) -> Result<bool> {
    Ok(r.main.query_row("SELECT EXISTS (SELECT 1 FROM outbox WHERE message = ?1 AND attempts > 0)", [message], |row| row.get(0))?)
}

const SELECT: &str = "SELECT id, public_id, message, draft, token, raw_sha256, epoch, state, step, not_before, next_at, attempts, failures,
  first_failure_at, last_failure, uncertain_since, searches, person_told, filing_failures, proof, proof_reply, filed_uid_validity, filed_uid,
  cancel FROM outbox";

fn read(row: &Row<'_>) -> Result<Kept> {
    let (state, step): (String, Option<String>) = (row.get(7)?, row.get(8)?);
    let filed: (Option<u32>, Option<u32>) = (row.get(21)?, row.get(22)?);
    let filed_at = filed.0.map(|uid_validity| Location { uid_validity, uid: filed.1 });
    let cancel: Option<String> = row.get(23)?;
    let time = |at: Option<i64>| column(at.map(Timestamp::from_millisecond).transpose().ok(), "outbox time");
    let outbox = OutboxRow {
        id: PublicId::from_bytes(row.get(1)?),
        state: column(OutboxState::parse(&state), "outbox.state")?,
        step: step.as_deref().map(|step| column(SmtpStep::parse(step), "outbox.step")).transpose()?,
        not_before: column(Timestamp::from_millisecond(row.get(9)?).ok(), "outbox.not_before")?,
        next_at: time(row.get(10)?)?,
        attempts: row.get(11)?,
        failures: row.get(12)?,
        first_failure_at: time(row.get(13)?)?,
        last_failure: row.get(14)?,
        uncertain_since: time(row.get(15)?)?,
        searches: row.get(16)?,
        person_told: row.get(17)?,
        filing_failures: row.get(18)?,
        proof: proof(row.get::<_, Option<String>>(19)?.as_deref(), row.get(20)?, filed_at)?,
        filed_at,
        cancel: cancel.as_deref().map(|reason| column(CancelReason::parse(reason), "outbox.cancel")).transpose()?,
    };
    Ok(Kept {
        row: row.get(0)?,
        message: row.get(2)?,
        draft: row.get(3)?,
        token: row.get(4)?,
        raw_sha256: row.get(5)?,
        epoch: row.get(6)?,
        outbox,
    })
}

fn proof(code: Option<&str>, reply: Option<String>, filed_at: Option<Location>) -> Result<Option<Proof>> {
    let Some(code) = code else { return Ok(None) };
    let known = match code {
        "reply" => Some(Proof::Reply(Personal::new(reply.unwrap_or_default()))),
        // The place may not have been told; then the folder is not known either.
        "in_sent" => Some(Proof::InSent(filed_at.unwrap_or(Location { uid_validity: 0, uid: None }))),
        "self_copy" => Some(Proof::SelfCopy),
        "person" => Some(Proof::Person),
        _ => None,
    };
    column(known, "outbox.proof").map(Some)
}

const fn proof_code(proof: &Proof) -> &'static str {
    match proof {
        Proof::Reply(_) => "reply",
        Proof::InSent(_) => "in_sent",
        Proof::SelfCopy => "self_copy",
        Proof::Person => "person",
    }
}

fn all(r: &Reading<'_>, filter: &'static str, value: i64) -> Result<Vec<Kept>> {
    let mut statement = r.main.prepare_cached(&[SELECT, filter].concat())?;
    let rows = statement.query_map([value], |row| Ok(read(row)))?.collect::<rusqlite::Result<Vec<_>>>()?;
    rows.into_iter().collect()
}

/// Rows of a mailbox that still have something before them, the longest waiting first.
pub fn open(r: &Reading<'_>, mailbox: i64) -> Result<Vec<Kept>> {
    all(
        r,
        " WHERE state IN ('approved', 'sending', 'accepted', 'uncertain') AND message IN (SELECT id FROM message WHERE mailbox = ?1)
          ORDER BY next_at, id",
        mailbox,
    )
}

pub fn of_message(r: &Reading<'_>, message: i64) -> Result<Option<Kept>> {
    Ok(all(r, " WHERE message = ?1 ORDER BY id DESC LIMIT 1", message)?.pop())
}

pub fn by_row(r: &Reading<'_>, row: i64) -> Result<Kept> {
    all(r, " WHERE id = ?1", row)?.pop().ok_or(StoreError::NotFound("The outbox row"))
}

pub fn by_token(r: &Reading<'_>, token: &str) -> Result<Option<Kept>> {
    let mut statement = r.main.prepare_cached(&[SELECT, " WHERE token = ?1"].concat())?;
    statement.query_row([token], |row| Ok(read(row))).optional()?.transpose()
}

/// The frozen bytes. Their hash is checked at every reading: what is sent is what was approved.
pub fn mail(r: &Reading<'_>, row: &Kept) -> Result<FrozenMail> {
    let sealed: Vec<u8> = r.main.query_row("SELECT sealed_mail FROM outbox WHERE id = ?1", [row.row], |found| found.get(0))?;
    let mail = column(unpack(&r.open(&place(row.outbox.id), &sealed)?), "outbox.sealed_mail")?;
    if crate::crypto::digest::sha256(&mail.raw) != row.raw_sha256 {
        return Err(StoreError::damaged("main.db", "the bytes of an answer are not those that were approved"));
    }
    Ok(mail)
}

/// Writes what the state machine has decided. The bytes never change.
pub fn update(w: &Writing<'_>, kept: &Kept) -> Result<()> {
    let row = &kept.outbox;
    let reply = match &row.proof {
        Some(Proof::Reply(reply)) => Some(reply.reveal().as_str()),
        Some(Proof::InSent(_) | Proof::SelfCopy | Proof::Person) | None => None,
    };
    let filed = match (&row.filed_at, &row.proof) {
        (Some(at), _) | (None, Some(Proof::InSent(at))) => Some(*at),
        (None, Some(Proof::Reply(_) | Proof::SelfCopy | Proof::Person) | None) => None,
    };
    w.main.execute(
        "UPDATE outbox SET state = ?2, step = ?3, next_at = ?4, attempts = ?5, failures = ?6, first_failure_at = ?7, last_failure = ?8,
           uncertain_since = ?9, searches = ?10, person_told = ?11, filing_failures = ?12, proof = ?13, proof_reply = ?14,
           filed_uid_validity = ?15, filed_uid = ?16, cancel = ?17, changed_at = ?18 WHERE id = ?1",
        params![
            kept.row,
            row.state.code(),
            row.step.map(SmtpStep::code),
            row.next_at.map(Timestamp::as_millisecond),
            row.attempts,
            row.failures,
            row.first_failure_at.map(Timestamp::as_millisecond),
            row.last_failure,
            row.uncertain_since.map(Timestamp::as_millisecond),
            row.searches,
            row.person_told,
            row.filing_failures,
            row.proof.as_ref().map(proof_code),
            reply,
            filed.map(|at| at.uid_validity),
            filed.and_then(|at| at.uid),
            row.cancel.map(CancelReason::code),
            w.now()
        ],
    )?;
    Ok(())
}
