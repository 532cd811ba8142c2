//! Intake: a mail is parsed, authenticated and screened in memory; then one transaction writes the ledger together with
//! either the sealed mail or, without clearance, only its state row.

use crate::domain::clearance::{Clearance, Gate, clear};
use crate::domain::message::{Authentication, AutomaticKind, Message};
use crate::domain::reason::{HandOver, Reason};
use crate::domain::stage::Stage;
use crate::domain::{Cleared, EmailAddress};
use crate::knowledge::grams;
use crate::mail::{authentication, parse, threading};
use crate::pipeline::returned::{self, Returned};
use crate::pipeline::screening::{Arrived, Screened, screen};
use crate::store::consent as consents;
use crate::store::ledger::{self, FolderRow};
use crate::store::mail_state::{self, State, Why};
use crate::store::mailbox::MailboxRow;
use crate::store::message::{self, Inbound};
use crate::store::record::{self, Chain, Entry};
use crate::store::{StoreError, Writing, job, mail_index, person, setting};

/// The rule of a mail that came while the server numbered its folder anew.
pub const RENUMBERED: &str = "sync.renumbered";

/// A mail as it came out of the mailbox.
pub struct Taken {
    pub uid: u32,
    pub raw: Vec<u8>,
    /// Only the head was read, the mail exceeds the limit.
    pub truncated: bool,
}

/// A mail after all that needs no store.
pub struct Prepared {
    taken: Taken,
    read: Option<Read>,
}

impl Prepared {
    /// What makes two deliveries one mail: Message-ID, writer, subject and body. Trace fields (RFC 5322 §3.6.7) differ
    /// between deliveries. A Message-ID alone is no proof: programs give the same to two mails. A mail without one counts by
    /// all its bytes.
    fn fingerprint(&self) -> Vec<u8> {
        let raw = &self.taken.raw;
        let Some(message) = self.read.as_ref().map(|read| &read.message) else { return raw.clone() };
        let Some(id) = message.message_id.as_ref() else { return raw.clone() };
        let from = message.from.as_ref().map_or("", |from| from.address.reveal());
        let body = raw.get(parse::header::body_offset(raw)..).unwrap_or_default();
        [id.as_str().as_bytes(), b"\0", from.as_bytes(), b"\0", message.subject.as_bytes(), b"\0", body].concat()
    }
}

struct Read {
    message: Message,
    authentication: Authentication,
    screened: Screened,
    grams: String,
    /// The mail reports about an answer of ours.
    returned: Option<Returned>,
}

/// What became of a mail at intake.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taking {
    /// Sealed, with a job to draft an answer.
    Kept,
    /// Only the state row is kept; a person reads it in the mailbox.
    ToPerson(HandOver),
    Ignored(String),
    Withdrawn,
    /// These bytes were dealt with before.
    Known,
}

/// Reads a mail. A parser that panics on it is a mail that cannot be read, not the end of the mailbox.
pub fn read_safely(raw: &[u8], own: &[EmailAddress]) -> Option<Message> {
    std::panic::catch_unwind(|| parse::parse(raw, own).ok()).ok().flatten()
}

/// Parses and screens. Touches no store; never fails: what cannot be read is for a person.
pub fn prepare(taken: Taken, own: &[EmailAddress], authserv_ids: &[String]) -> Prepared {
    let read = std::panic::catch_unwind(|| read(&taken, own, authserv_ids)).ok().flatten();
    Prepared { taken, read }
}

fn read(taken: &Taken, own: &[EmailAddress], authserv_ids: &[String]) -> Option<Read> {
    let message = parse::parse(&taken.raw, own).ok()?;
    let from = message.from.as_ref().map(|from| &from.address);
    let authentication = authentication::evaluate(&taken.raw, authserv_ids, from);
    let screened = screen(&Arrived { message: &message, authentication, truncated: taken.truncated });
    let grams = grams::of_mail(&message.subject, &message.visible);
    let is_report =
        message.automatic.as_ref().is_some_and(|automatic| matches!(automatic.kind, AutomaticKind::Bounce | AutomaticKind::Delayed));
    let returned = is_report.then(|| returned::read(&taken.raw)).flatten();
    Some(Read { message, authentication, screened, grams, returned })
}

/// Writes one mail. All of a batch share one transaction.
pub fn write(w: &Writing<'_>, mailbox: &MailboxRow, folder: &FolderRow, prepared: &Prepared) -> Result<Taking, StoreError> {
    let uid = prepared.taken.uid;
    let r = w.reading();
    let raw_hmac = r.raw_hmac(&prepared.fingerprint());
    if ledger::seen_before(&r, mailbox.row, &raw_hmac)? {
        ledger::mark_done(w, folder, uid)?;
        return Ok(Taking::Known);
    }
    let message_id = prepared.read.as_ref().and_then(|read| read.message.message_id.as_ref());
    ledger::remember(w, folder, uid, message_id, &raw_hmac)?;
    ledger::mark_done(w, folder, uid)?;
    let place = Place { w, mailbox, folder, uid };
    let Some(read) = &prepared.read else {
        return place.to_person(None, HandOver::new(Reason::TechnicalFailure, "mail.unreadable"));
    };
    place.decide(read, &prepared.taken.raw)
}

/// Where a mail stands while it is written.
struct Place<'a, 'w> {
    w: &'a Writing<'w>,
    mailbox: &'a MailboxRow,
    folder: &'a FolderRow,
    uid: u32,
}

impl Place<'_, '_> {
    fn decide(&self, read: &Read, raw: &[u8]) -> Result<Taking, StoreError> {
        let from = read.message.from.as_ref().map(|from| &from.address);
        let findings = match &read.screened {
            Screened::Ignore(rule) => {
                if let Some(returned) = &read.returned {
                    returned::note(self.w, returned)?;
                }
                self.state_row(from, Stage::Ignored, Why::Rule(rule))?;
                return Ok(Taking::Ignored(rule.clone()));
            }
            Screened::Withdrawal { rule, is_all } => {
                let ended = from.map(|from| consents::withdraw(self.w, from, rule, None)).transpose()?;
                if ended == Some(true) && *is_all {
                    self.state_row(from, Stage::Handled, Why::Rule(rule))?;
                } else {
                    // The mail may ask something too, or withdraw something else than the consent to the AI. Or there was no
                    // consent at this address: it may stand under another one of the same person.
                    self.to_person(from, HandOver::new(Reason::CustomerRequest, *rule))?;
                }
                return Ok(Taking::Withdrawn);
            }
            Screened::Candidate(findings) => findings,
        };
        // From before the cursor, and in no ledger: it came while the server numbered the folder anew. A person looks at it;
        // nothing received before the cursor is processed by itself.
        if self.uid < self.folder.first_uid {
            return self.to_person(from, HandOver::new(Reason::TechnicalFailure, RENUMBERED));
        }
        let Some(from) = from else {
            return self.to_person(None, HandOver::new(Reason::TechnicalFailure, "mail.no_sender"));
        };
        let r = self.w.reading();
        let gate =
            Gate { policy: &self.mailbox.mailbox.policy, authentication: read.authentication, ai_off: setting::ai_off(&r)?, findings };
        match clear(&read.message, &gate, consents::evidence(&r, from, self.mailbox)?) {
            Ok(cleared) => self.keep(&cleared, from, read, raw),
            Err((_, refusal)) => self.to_person(Some(from), refusal),
        }
    }

    fn keep(&self, cleared: &Cleared<&Message>, from: &EmailAddress, read: &Read, raw: &[u8]) -> Result<Taking, StoreError> {
        let w = self.w;
        let person = person::find_or_create(w, from)?;
        let references = threading::references_of(cleared.get());
        let ticket = match message::ticket_of(&w.reading(), person.row, &references)? {
            Some(ticket) => {
                message::reopen(w, ticket)?;
                ticket
            }
            None => message::open_ticket(w, self.mailbox.row, person.row)?,
        };
        let clearance = cleared.clearance();
        let row = message::insert_inbound(
            w,
            &Inbound {
                folder: self.folder,
                uid: self.uid,
                person,
                ticket,
                message_id: read.message.message_id.as_ref(),
                basis: clearance.basis(),
                proof: clearance.proof(),
                epoch: i64::try_from(clearance.epoch().0).unwrap_or(i64::MAX),
                language: read.message.language,
                raw,
            },
        )?;
        mail_index::put(w, row.row, &read.grams)?;
        self.record_decision(row.public_id, clearance)?;
        job::enqueue(w, row.row, w.now())?;
        Ok(Taking::Kept)
    }

    /// SC-39: the clearance stands in the record of every mail that the model may see.
    fn record_decision(&self, id: crate::domain::PublicId, clearance: &Clearance) -> Result<(), StoreError> {
        let detail = serde_json::json!({
            "basis": clearance.basis(), "proof": clearance.proof(), "epoch": clearance.epoch().0,
            "mailbox": self.mailbox.public_id, "policy_version": self.mailbox.policy_version,
        });
        record::append(self.w, &Entry { chain: Chain::Decision, event: "mail.cleared", object: Some(id), actor: None, detail })?;
        Ok(())
    }

    fn to_person(&self, from: Option<&EmailAddress>, why: HandOver) -> Result<Taking, StoreError> {
        self.state_row(from, Stage::HumanOnly, Why::HandOver(&why))?;
        Ok(Taking::ToPerson(why))
    }

    fn state_row(&self, from: Option<&EmailAddress>, stage: Stage, why: Why<'_>) -> Result<(), StoreError> {
        let sender = from.map(|from| self.w.reading().address_hmac(from));
        mail_state::insert(self.w, &State { folder: self.folder, uid: self.uid, sender, stage, why })?;
        Ok(())
    }
}

#[cfg(test)]
#[path = "intake_tests.rs"]
pub(crate) mod tests;
