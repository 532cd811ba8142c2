//! Consent records and the standing of a person. The one place where evidence for the gate is attested (tidy rule).
//!
//! Consents recorded by hand carry the wording, the channel, a piece of evidence and the recording person.

use crate::crypto::digest;
use crate::domain::EmailAddress;
use crate::domain::clearance::{Attestation, ConsentState, Epoch, Evidence, Scope};
use crate::domain::clock::rfc3339;
use crate::domain::ids::PublicId;
use crate::store::actor::Actor;
use crate::store::error::column;
use crate::store::mailbox::MailboxRow;
use crate::store::record::{self, Chain, Entry};
use crate::store::{Denial, Reading, Result, Writing, person, setting};
use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;

/// How a consent reached us when it did not come by mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    Paper,
    Phone,
    WebForm,
}

impl Channel {
    pub const ALL: [Self; 3] = [Self::Paper, Self::Phone, Self::WebForm];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Paper => "paper",
            Self::Phone => "phone",
            Self::WebForm => "web_form",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|channel| channel.code() == code)
    }
}

/// A consent recorded by a member of staff.
#[derive(Debug)]
pub struct Grant<'a> {
    pub address: &'a EmailAddress,
    pub channel: Channel,
    /// The complete declaration as it was made.
    pub wording: &'a str,
    pub language: &'a str,
    pub evidence_name: &'a str,
    pub evidence: &'a [u8],
}

#[derive(Debug, Clone, Serialize)]
pub struct ConsentRow {
    pub id: PublicId,
    pub address: EmailAddress,
    pub scopes: String,
    pub channel: String,
    pub state: String,
    pub wording_sha256: String,
    pub evidence_name: String,
    pub evidence_sha256: String,
    pub granted_at: String,
    pub ended_at: Option<String>,
}

/// Records a consent for scope S1. Without evidence or wording it is refused.
pub fn grant(w: &Writing<'_>, grant: &Grant<'_>, actor: Actor) -> Result<PublicId> {
    if grant.evidence.is_empty() {
        return Err(Denial::NoEvidence.into());
    }
    if grant.wording.trim().is_empty() {
        return Err(Denial::NoWording.into());
    }
    let person = person::find_or_create(w, grant.address)?;
    w.main.execute(
        "UPDATE consent_record SET ended_at = ?2, ended_by = 'renewed' WHERE person = ?1 AND ended_at IS NULL",
        params![person.row, w.now()],
    )?;
    let id = w.random_id()?;
    w.main.execute(
        "INSERT INTO consent_record (public_id, person, address, scopes, channel, language, wording, wording_sha256, evidence_name,
           evidence, evidence_sha256, actor, granted_at) VALUES (?1, ?2, ?3, 'S1', ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        params![
            id.as_bytes(),
            person.row,
            grant.address.reveal(),
            grant.channel.code(),
            grant.language,
            grant.wording,
            digest::sha256(grant.wording.as_bytes()),
            grant.evidence_name,
            grant.evidence,
            digest::sha256(grant.evidence),
            actor.row,
            w.now()
        ],
    )?;
    person::set_consent(w, person.row, ConsentState::Granted)?;
    let detail = serde_json::json!({
        "person": person.public_id, "channel": grant.channel, "scopes": ["S1"],
        "wording_sha256": digest::hex(&digest::sha256(grant.wording.as_bytes())),
        "evidence_sha256": digest::hex(&digest::sha256(grant.evidence)),
    });
    record::append(w, &Entry { chain: Chain::Audit, event: "consent.granted", object: Some(id), actor: Some(actor.public_id), detail })?;
    Ok(id)
}

/// Ends a consent. `rule` says what it rests on: a phrase in a mail or a member of staff. Returns whether there was one.
pub fn withdraw(w: &Writing<'_>, address: &EmailAddress, rule: &str, actor: Option<Actor>) -> Result<bool> {
    let person = person::find_or_create(w, address)?;
    let ended = w.main.execute(
        "UPDATE consent_record SET ended_at = ?2, ended_by = 'withdrawn' WHERE person = ?1 AND ended_at IS NULL",
        params![person.row, w.now()],
    )?;
    person::set_consent(w, person.row, ConsentState::Withdrawn)?;
    let detail = serde_json::json!({ "rule": rule });
    record::append(
        w,
        &Entry {
            chain: Chain::Audit,
            event: "consent.withdrawn",
            object: Some(person.public_id),
            actor: actor.map(|actor| actor.public_id),
            detail,
        },
    )?;
    Ok(ended > 0)
}

pub fn list(r: &Reading<'_>) -> Result<Vec<ConsentRow>> {
    let mut statement = r.main.prepare(
        "SELECT consent_record.public_id, address, scopes, channel, person.consent, wording_sha256, evidence_name, evidence_sha256,
           granted_at, ended_at FROM consent_record JOIN person ON person.id = consent_record.person ORDER BY consent_record.id",
    )?;
    let rows = statement.query_map([], |row| Ok(read_record(row)))?;
    rows.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().collect()
}

/// Every record is shown or the list fails: one that silently drops out is a consent that nobody can prove.
fn read_record(row: &Row<'_>) -> Result<ConsentRow> {
    let time = |at: i64| column(jiff::Timestamp::from_millisecond(at).ok(), "consent_record time").map(|at| rfc3339(at.as_millisecond()));
    let ended: Option<i64> = row.get(9)?;
    let address: String = row.get(1)?;
    Ok(ConsentRow {
        id: PublicId::from_bytes(row.get(0)?),
        address: column(EmailAddress::parse(&address).ok(), "consent_record.address")?,
        scopes: row.get(2)?,
        channel: row.get(3)?,
        state: if ended.is_some() { "ended".to_owned() } else { row.get(4)? },
        wording_sha256: digest::hex(&row.get::<_, [u8; 32]>(5)?),
        evidence_name: row.get(6)?,
        evidence_sha256: digest::hex(&row.get::<_, [u8; 32]>(7)?),
        granted_at: time(row.get(8)?)?,
        ended_at: ended.map(time).transpose()?,
    })
}

/// The person's present epoch: their own changes and the stop switch, both only ever growing.
pub fn present_epoch(r: &Reading<'_>, person_epoch: i64) -> Result<Epoch> {
    Ok(Epoch(column(u64::try_from(person_epoch).ok(), "person.epoch")? + setting::ai_epoch(r)?))
}

/// How a clearance of an earlier moment stands now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Current,
    /// Void, and nothing but the stop switch has voided it.
    Switched,
    /// Void: the person's own standing has changed.
    Changed,
}

/// Compares the epoch of a clearance with the present one.
pub fn standing(r: &Reading<'_>, person: i64, epoch: i64) -> Result<Standing> {
    let present = present_epoch(r, person::by_row(r, person)?.epoch)?.0;
    let Ok(epoch) = u64::try_from(epoch) else { return Ok(Standing::Changed) };
    Ok(if epoch == present {
        Standing::Current
    } else if epoch % setting::AI_EPOCH_STEP == present % setting::AI_EPOCH_STEP {
        Standing::Switched
    } else {
        Standing::Changed
    })
}

/// Whether nothing has changed for this person since a clearance of this epoch.
pub fn is_current(r: &Reading<'_>, person: i64, epoch: i64) -> Result<bool> {
    Ok(standing(r, person, epoch)? == Standing::Current)
}

/// Reads all that the gate wants to know about a sender. `None`: nobody we have ever heard of.
pub fn evidence(r: &Reading<'_>, address: &EmailAddress, mailbox: &MailboxRow) -> Result<Evidence> {
    let known = person::find(r, address)?;
    let customer_record = r
        .main
        .prepare_cached("SELECT public_id FROM customer WHERE address_hmac = ?1")?
        .query_row([r.address_hmac(address)], |row| row.get::<_, [u8; 16]>(0))
        .optional()?
        .map(PublicId::from_bytes);
    let interest_assessment = mailbox.interest_assessment;
    let Some(person) = known else {
        // A stranger has no row yet; the gate can still say yes on a basis that asks for no consent.
        return Ok(Evidence::attested_by_store(Attestation {
            person: PublicId::from_bytes([0; 16]),
            epoch: present_epoch(r, FIRST_EPOCH)?,
            consent: ConsentState::Unknown,
            scopes: Vec::new(),
            overlays: Vec::new(),
            consent_id: None,
            customer_record,
            interest_assessment,
        }));
    };
    let in_force: Option<([u8; 16], String)> = r
        .main
        .prepare_cached("SELECT public_id, scopes FROM consent_record WHERE person = ?1 AND ended_at IS NULL ORDER BY id DESC LIMIT 1")?
        .query_row([person.row], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (consent_id, scopes) = in_force.map_or((None, String::new()), |(id, scopes)| (Some(PublicId::from_bytes(id)), scopes));
    Ok(Evidence::attested_by_store(Attestation {
        person: person.public_id,
        epoch: present_epoch(r, person.epoch)?,
        consent: person.consent,
        scopes: scopes.split(' ').filter_map(Scope::parse).collect(),
        overlays: person::overlays(r, person.row)?,
        consent_id,
        customer_record,
        interest_assessment,
    }))
}

/// The epoch of a person row when it is made (see the schema's default).
const FIRST_EPOCH: i64 = 1;
