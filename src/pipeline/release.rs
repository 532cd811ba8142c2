//! Release: a named person approves a draft or rejects it. Nothing leaves without this.
//!
//! Approval freezes the bytes of the answer; from then on only the outbox moves it.

use crate::crypto::digest;
use crate::domain::draft::Verdict;
use crate::domain::mailbox::Connection;
use crate::domain::message::{Correspondent, Message};
use crate::domain::policy::Delivery;
use crate::domain::reason::{HandOver, Reason};
use crate::domain::stage::Stage;
use crate::domain::{Personal, PublicId};
use crate::mail::compose::{self, Author, ComposeError, Identity, IdentityKey, MailKind, Quote, Reply, Sender, Signature, Token};
use crate::mail::parse;
use crate::pipeline::sent_copy;
use crate::store::draft::{self, DraftRow, DraftState, Review, ReviewAction};
use crate::store::mailbox::{self, MailboxRow};
use crate::store::message::{self, MessageRow};
use crate::store::outbox::{self, FrozenMail, NewOutbox};
use crate::store::record::{self, Chain, Entry};
use crate::store::{Reading, Store, StoreError, Writing, actor, consent, mail_state};
use jiff::ZonedDateTime;

#[derive(Debug, thiserror::Error)]
pub enum ReleaseError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Compose(#[from] ComposeError),
    #[error("This mail is at stage {0}; approve, reject and done are for what waits for a person")]
    Stage(&'static str),
    #[error("There is no draft for this mail; write the answer yourself (--text FILE)")]
    NoDraft,
    #[error("The draft is held ({0}); send your own text instead (--text FILE)")]
    Held(String),
    #[error("The sender's clearance has changed since the draft was made; send your own text (--text FILE)")]
    Void,
    #[error("Mailbox {0} is no longer looked after: answer from your mail program")]
    MailboxRemoved(String),
    #[error("Mailbox {0} has no SMTP server: switch it to --delivery drafts, or add one that can send")]
    NoSmtp(String),
    #[error("Mailbox {0} lays its drafts into the Drafts folder: send it from there, or switch the mailbox to --delivery review")]
    InDrafts(String),
    #[error("The mail that is answered cannot be read")]
    Unreadable,
}

/// How a person's approval turns into bytes.
pub struct Release<'a> {
    pub store: &'a Store,
    pub signature: &'a Signature,
    /// Present moment in the company's time zone.
    pub now: &'a ZonedDateTime,
    pub undo_ms: i64,
}

/// What an answer is written from.
#[derive(Clone, Copy)]
pub struct Answer<'a> {
    pub mailbox: &'a MailboxRow,
    pub original: &'a Message,
    /// The bytes that `original` was read from.
    pub raw: &'a [u8],
    pub body: &'a str,
    pub draft: Option<&'a DraftRow>,
    pub author: Author,
}

impl Release<'_> {
    /// Freezes the draft, or the person's own text, and puts it into the outbox.
    pub fn approve(&self, id: PublicId, by: &str, text: Option<&str>) -> Result<PublicId, ReleaseError> {
        self.store.write(|w| {
            let r = w.reading();
            let row = message::by_id(&r, id)?;
            let mailbox = mailbox::by_row(&r, row.mailbox)?;
            if mailbox.is_removed {
                return Err(ReleaseError::MailboxRemoved(mailbox.mailbox.name));
            }
            if matches!(mailbox.mailbox.connection, Connection::Maildir { .. }) {
                return Err(ReleaseError::NoSmtp(mailbox.mailbox.name));
            }
            // Two ways out for one draft would be two answers.
            if mailbox.mailbox.policy.delivery == Delivery::Drafts && text.is_none() {
                return Err(ReleaseError::InDrafts(mailbox.mailbox.name));
            }
            let draft = draft::newest(&r, row.row)?;
            let body = approved_text(&r, &row, draft.as_ref(), text)?;
            let raw = message::raw(&r, &row)?;
            let original = parse::parse(&raw, &[]).map_err(|_| ReleaseError::Unreadable)?;
            let author = author(text, draft.as_ref());
            let answer = Answer { mailbox: &mailbox, original: &original, raw: &raw, body: &body, draft: draft.as_ref(), author };
            let frozen = self.freeze(&answer)?;
            // A draft that was rejected or taken back stays so: the person's own words are no approval of it.
            let draft = draft.filter(|draft| draft.state == DraftState::Open);
            // A person's own words need no clearance; a draft falls with it.
            let epoch = if text.is_some() { outbox::OWN_WORDS } else { row.epoch };
            let new = NewOutbox {
                message: &row,
                draft: draft.as_ref().map(|draft| draft.row),
                token: frozen.1.as_str(),
                raw_sha256: digest::sha256(&frozen.0.raw),
                mail: &frozen.0,
                epoch,
                not_before: w.now() + self.undo_ms,
            };
            let outbox = outbox::insert_approved(w, &new)?;
            let by = actor::named(w, by)?;
            if let Some(draft) = &draft {
                draft::set_state(w, draft.row, DraftState::Approved)?;
                let review = Review { action: ReviewAction::Approve, actor: Some(by), edited: text.is_some(), reason: None };
                draft::review(w, draft.row, review)?;
            }
            message::set_stage(w, row.row, Stage::Approved, None)?;
            let detail =
                serde_json::json!({ "outbox": outbox, "draft": draft.as_ref().map(|draft| draft.public_id), "edited": text.is_some() });
            record::append(
                w,
                &Entry { chain: Chain::Decision, event: "draft.approved", object: Some(id), actor: Some(by.public_id), detail },
            )?;
            Ok(outbox)
        })
    }

    fn freeze(&self, answer: &Answer<'_>) -> Result<(FrozenMail, String), ReleaseError> {
        let composed = self.compose(answer)?;
        let mail = FrozenMail {
            from: composed.envelope_from,
            to: composed.envelope_to,
            message_id: composed.message_id.as_str().to_owned(),
            raw: composed.raw,
        };
        Ok((mail, composed.token.as_str().to_owned()))
    }

    /// The reply as bytes; also what is laid into Drafts.
    pub fn compose(&self, answer: &Answer<'_>) -> Result<compose::Composed, ReleaseError> {
        let Answer { mailbox, original, raw, body, draft, author } = *answer;
        let (account, inbound_sha256) = (mailbox.public_id.to_string(), digest::sha256(raw));
        let from =
            Correspondent { name: Some(Personal::new(mailbox.mailbox.display_name.clone())), address: mailbox.mailbox.address.clone() };
        let reply = Reply {
            mailbox: &from,
            original,
            identity: identity(&account, &inbound_sha256, draft),
            text: body,
            language: draft.map_or(original.language, |draft| draft.content.draft.language),
            signature: self.signature,
            date: self.now,
            sender: Sender::Person,
            author,
            quote: Quote::Original,
            self_copy: false,
        };
        Ok(compose::compose(&reply, &self.identity_key())?)
    }

    /// The mark of an answer, without composing it.
    pub fn token(&self, mailbox: &MailboxRow, raw: &[u8], draft: Option<&DraftRow>) -> Token {
        self.identity_key().token(&identity(&mailbox.public_id.to_string(), &digest::sha256(raw), draft))
    }

    fn identity_key(&self) -> IdentityKey {
        IdentityKey::new(self.store.message_id_key().reveal())
    }
}

fn identity<'a>(account: &'a str, inbound_sha256: &'a [u8; 32], draft: Option<&DraftRow>) -> Identity<'a> {
    Identity { account, inbound_sha256, kind: MailKind::Answer, revision: draft.map_or(0, |draft| draft.revision) }
}

/// A person's text that keeps a sentence of the draft is the machine's still.
fn author(text: Option<&str>, draft: Option<&DraftRow>) -> Author {
    let draws_on = |text: &str| draft.is_some_and(|draft| sent_copy::keeps_a_sentence(text, &draft.content.draft.sentences));
    if text.is_none_or(draws_on) { Author::Machine } else { Author::Person }
}

/// The draft as it stands where nothing speaks against it, or the person's own words.
fn approved_text(r: &Reading<'_>, row: &MessageRow, draft: Option<&DraftRow>, text: Option<&str>) -> Result<String, ReleaseError> {
    match row.stage {
        Stage::AwaitingReview | Stage::HumanOnly => {}
        Stage::Received
        | Stage::Screened
        | Stage::Understood
        | Stage::Retrieved
        | Stage::Drafted
        | Stage::Checked
        | Stage::Approved
        | Stage::Dispatching
        | Stage::Sent
        | Stage::FiledAsDraft
        | Stage::Ignored
        | Stage::Handled
        | Stage::Deferred
        | Stage::Failed
        | Stage::Erased => return Err(ReleaseError::Stage(row.stage.code())),
    }
    if let Some(text) = text {
        return Ok(text.replace("\r\n", "\n"));
    }
    let draft = draft.filter(|draft| draft.state == DraftState::Open).ok_or(ReleaseError::NoDraft)?;
    match &draft.content.verdict {
        Verdict::Release => {}
        Verdict::Hold { reasons } | Verdict::HandOver { reasons } => {
            let rules: Vec<&str> = reasons.iter().map(|reason| reason.rule.as_str()).collect();
            return Err(ReleaseError::Held(rules.join(", ")));
        }
    }
    if !consent::is_current(r, row.person, row.epoch)? {
        return Err(ReleaseError::Void);
    }
    Ok(draft.content.draft.body.clone())
}

/// A person has dealt with the mail by another way: by telephone, from another mail program.
pub fn done(w: &Writing<'_>, id: PublicId, by: &str) -> Result<(), ReleaseError> {
    let r = w.reading();
    if mail_state::done(w, id)? {
        return note_done(w, id, by);
    }
    let row = message::by_id(&r, id)?;
    match row.stage {
        Stage::HumanOnly | Stage::AwaitingReview | Stage::FiledAsDraft => {}
        Stage::Received
        | Stage::Screened
        | Stage::Understood
        | Stage::Retrieved
        | Stage::Drafted
        | Stage::Checked
        | Stage::Approved
        | Stage::Dispatching
        | Stage::Sent
        | Stage::Ignored
        | Stage::Handled
        | Stage::Deferred
        | Stage::Failed
        | Stage::Erased => return Err(ReleaseError::Stage(row.stage.code())),
    }
    if let Some(draft) = draft::newest(&r, row.row)?.filter(|draft| draft.state == DraftState::Open) {
        draft::set_state(w, draft.row, DraftState::Discarded)?;
    }
    message::set_stage(w, row.row, Stage::Handled, None)?;
    note_done(w, id, by)
}

fn note_done(w: &Writing<'_>, id: PublicId, by: &str) -> Result<(), ReleaseError> {
    let by = actor::named(w, by)?;
    let entry = Entry {
        chain: Chain::Decision,
        event: "mail.done_by_person",
        object: Some(id),
        actor: Some(by.public_id),
        detail: serde_json::json!({}),
    };
    record::append(w, &entry)?;
    Ok(())
}

/// A person rejects the draft; the mail stays with people.
pub fn reject(w: &Writing<'_>, id: PublicId, by: &str, reason: &str) -> Result<(), ReleaseError> {
    let r = w.reading();
    let row = message::by_id(&r, id)?;
    if row.stage != Stage::AwaitingReview {
        return Err(ReleaseError::Stage(row.stage.code()));
    }
    let draft = draft::newest(&r, row.row)?.ok_or(ReleaseError::NoDraft)?;
    let by = actor::named(w, by)?;
    draft::set_state(w, draft.row, DraftState::Rejected)?;
    draft::review(w, draft.row, Review { action: ReviewAction::Reject, actor: Some(by), edited: false, reason: Some(reason) })?;
    message::set_stage(w, row.row, Stage::HumanOnly, Some(&HandOver::new(Reason::Ambiguous, "review.rejected")))?;
    record::append(
        w,
        &Entry {
            chain: Chain::Decision,
            event: "draft.rejected",
            object: Some(id),
            actor: Some(by.public_id),
            detail: serde_json::json!({ "draft": draft.public_id }),
        },
    )?;
    Ok(())
}
