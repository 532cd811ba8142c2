//! Drafts, sealed, with their verdict; and the review that a named person gave.

use crate::domain::draft::{Claim, Draft, Drafter, Verdict};
use crate::domain::ids::PublicId;
use crate::domain::overview::Overview;
use crate::domain::reason::HandOver;
use crate::store::actor::Actor;
use crate::store::error::column;
use crate::store::message::MessageRow;
use crate::store::{Reading, Result, StoreError, Writing};
use rusqlite::{OptionalExtension, params};
use serde::{Deserialize, Serialize};

/// What is sealed of one draft: the text, its facts, what was decided.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct DraftContent {
    pub draft: Draft,
    pub claims: Vec<Claim>,
    pub verdict: Verdict,
    /// What a reviewer is told about the mail itself, such as orders to the machine in it.
    #[serde(default)]
    pub flags: Vec<HandOver>,
    #[serde(default)]
    pub overview: Overview,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DraftState {
    Open,
    Approved,
    Rejected,
    Superseded,
    /// Lies in the mailbox's Drafts folder.
    Filed,
    /// A person sent it from there.
    Used,
    Discarded,
}

impl DraftState {
    pub const ALL: [Self; 7] = [Self::Open, Self::Approved, Self::Rejected, Self::Superseded, Self::Filed, Self::Used, Self::Discarded];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Rejected => "rejected",
            Self::Superseded => "superseded",
            Self::Filed => "filed",
            Self::Used => "used",
            Self::Discarded => "discarded",
        }
    }

    fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

#[derive(Debug, Clone)]
pub struct DraftRow {
    pub row: i64,
    pub public_id: PublicId,
    pub revision: u32,
    pub state: DraftState,
    /// The decision record that was written with it.
    pub record: PublicId,
    pub content: DraftContent,
    pub filed_as: Option<(u32, u32)>,
}

fn place(id: PublicId) -> String {
    format!("draft.content:{id}")
}

/// Stores a new revision; an open one before it is superseded.
pub fn insert(w: &Writing<'_>, message: &MessageRow, content: &DraftContent, record: PublicId) -> Result<PublicId> {
    w.main.execute("UPDATE draft SET state = 'superseded' WHERE message = ?1 AND state = 'open'", [message.row])?;
    let id = w.random_id()?;
    let json = serde_json::to_vec(content).map_err(|_| StoreError::Refused("A draft must be writable as JSON".to_owned()))?;
    let sealed = w.seal(message.owner(), &place(id), &json)?;
    let drafter = match content.draft.drafter {
        Drafter::Extractive => "extractive",
        Drafter::Model => "model",
    };
    let decision = match content.verdict {
        Verdict::Release => "release",
        Verdict::Hold { .. } => "hold",
        Verdict::HandOver { .. } => "hand_over",
    };
    w.main.execute(
        "INSERT INTO draft (public_id, message, revision, drafter, decision, state, sealed_draft, record, created_at)
         VALUES (?1, ?2, (SELECT coalesce(max(revision), 0) + 1 FROM draft WHERE message = ?2), ?3, ?4, 'open', ?5, ?6, ?7)",
        params![id.as_bytes(), message.row, drafter, decision, sealed, record.as_bytes(), w.now()],
    )?;
    Ok(id)
}

/// The newest draft of a message.
pub fn newest(r: &Reading<'_>, message: i64) -> Result<Option<DraftRow>> {
    let found = r
        .main
        .prepare_cached(
            "SELECT id, public_id, revision, state, record, sealed_draft, filed_uid_validity, filed_uid FROM draft
             WHERE message = ?1 ORDER BY revision DESC LIMIT 1",
        )?
        .query_row([message], |row| {
            let filed: (Option<u32>, Option<u32>) = (row.get(6)?, row.get(7)?);
            Ok((
                (row.get::<_, i64>(0)?, PublicId::from_bytes(row.get(1)?), row.get::<_, u32>(2)?),
                row.get::<_, String>(3)?,
                PublicId::from_bytes(row.get(4)?),
                row.get::<_, Vec<u8>>(5)?,
                filed.0.zip(filed.1),
            ))
        })
        .optional()?;
    let Some(((row, public_id, revision), state, record, sealed, filed_as)) = found else { return Ok(None) };
    let json = r.open(&place(public_id), &sealed)?;
    Ok(Some(DraftRow {
        row,
        public_id,
        revision,
        state: column(DraftState::parse(&state), "draft.state")?,
        record,
        content: column(serde_json::from_slice(&json).ok(), "draft.sealed_draft")?,
        filed_as,
    }))
}

pub fn set_state(w: &Writing<'_>, draft: i64, state: DraftState) -> Result<()> {
    w.main.execute("UPDATE draft SET state = ?2 WHERE id = ?1", params![draft, state.code()])?;
    Ok(())
}

/// Where the copy lies in the Drafts folder, so that it can be recognised as ours.
pub fn set_filed(w: &Writing<'_>, draft: i64, filed_as: Option<(u32, u32)>) -> Result<()> {
    let (uid_validity, uid) = filed_as.unzip();
    w.main.execute(
        "UPDATE draft SET state = 'filed', filed_uid_validity = ?2, filed_uid = ?3 WHERE id = ?1",
        params![draft, uid_validity, uid],
    )?;
    Ok(())
}

/// What a reviewer did. Booleans only: no reading times, no figures per person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewAction {
    Approve,
    Reject,
    SentFromDrafts,
}

impl ReviewAction {
    const fn code(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::SentFromDrafts => "sent_from_drafts",
        }
    }
}

/// What is kept of one review.
#[derive(Debug, Clone, Copy)]
pub struct Review<'a> {
    pub action: ReviewAction,
    /// Nobody is named where the mail program of a person sent it.
    pub actor: Option<Actor>,
    pub edited: bool,
    pub reason: Option<&'a str>,
}

pub fn review(w: &Writing<'_>, draft: i64, review: Review<'_>) -> Result<PublicId> {
    let id = w.random_id()?;
    w.main.execute(
        "INSERT INTO review (public_id, draft, actor, action, edited, reason, at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![id.as_bytes(), draft, review.actor.map(|actor| actor.row), review.action.code(), review.edited, review.reason, w.now()],
    )?;
    Ok(id)
}
