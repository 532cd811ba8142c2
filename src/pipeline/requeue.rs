//! After the stop switch: the switch voids everything under way, and once it is released what was only interrupted is
//! drafted anew, so that neither a finished draft nor a mail that waited for one becomes a dead entry.
//!
//! Never: a mail of a person whose own standing has changed since, a mail that came while the AI was off, or one that a person
//! has dealt with: those stay with people. Never past the gate: the message gets the present epoch and its first station, and
//! the worker asks for the clearance with today's evidence before anything is read.

use crate::domain::reason::{HandOver, Reason};
use crate::domain::stage::Stage;
use crate::store::consent::{self, Standing};
use crate::store::draft::{self, DraftState};
use crate::store::message::{self, MessageRow};
use crate::store::record::{self, Chain, Entry};
use crate::store::{Reading, StoreError, Writing, job, outbox, setting};

/// The rule of a mail that the stop switch sent to a person.
pub const AI_OFF: &str = "gate.ai_off";
/// The rule of an approved answer that the stop switch cancelled.
const CANCELLED: &str = "outbox.cancelled.ai_off";

/// What a person reads of a clearance that does not hold; `None`: it holds.
pub fn why_void(standing: Standing, ai_off: bool) -> Option<HandOver> {
    match (standing, ai_off) {
        (Standing::Current, false) => None,
        (Standing::Changed, _) => Some(HandOver::new(Reason::NoConsent, "gate.epoch_changed")),
        (Standing::Current, true) | (Standing::Switched, _) => Some(HandOver::new(Reason::PolicyRestriction, AI_OFF)),
    }
}

/// Whether nothing but the released switch keeps this message from being drafted. An answer that a server was ever offered
/// may have arrived (D-14): what becomes of it a person decides, and no second one is written.
pub fn is_due(r: &Reading<'_>, message: &MessageRow) -> Result<bool, StoreError> {
    let switched = consent::standing(r, message.person, message.epoch)? == Standing::Switched;
    Ok(switched && !setting::ai_off(r)? && !outbox::was_offered(r, message.row)?)
}

/// Puts a message back to its first station, if that is due. Its old draft is void and stays in the records.
pub fn again(w: &Writing<'_>, message: &MessageRow) -> Result<bool, StoreError> {
    let r = w.reading();
    if !is_due(&r, message)? {
        return Ok(false);
    }
    if let Some(draft) = draft::newest(&r, message.row)?.filter(|draft| draft.state == DraftState::Open) {
        draft::set_state(w, draft.row, DraftState::Discarded)?;
    }
    let epoch = message::renew_epoch(w, message)?;
    message::set_stage(w, message.row, Stage::Screened, None)?;
    job::enqueue(w, message.row, w.now())?;
    let detail = serde_json::json!({ "epoch": epoch, "rule": AI_OFF });
    record::append(w, &Entry { chain: Chain::Decision, event: "mail.requeued", object: Some(message.public_id), actor: None, detail })?;
    Ok(true)
}

/// Everything that the switch interrupted. Called in the transaction that releases it. Returns how many.
pub fn after_switch(w: &Writing<'_>) -> Result<usize, StoreError> {
    let mut count = 0;
    for message in message::list(&w.reading(), true)?.iter().filter(|message| is_interrupted(message)) {
        count += usize::from(again(w, message)?);
    }
    Ok(count)
}

fn is_interrupted(message: &MessageRow) -> bool {
    match message.stage {
        Stage::Screened | Stage::Understood | Stage::Retrieved | Stage::Drafted | Stage::Checked | Stage::AwaitingReview => true,
        Stage::HumanOnly => matches!(message.rule.as_deref(), Some(AI_OFF | CANCELLED)),
        // A filed draft is taken out of the folder first, an answer under way is cancelled first: both come back here then.
        Stage::FiledAsDraft | Stage::Approved | Stage::Dispatching => false,
        Stage::Received | Stage::Sent | Stage::Ignored | Stage::Handled | Stage::Deferred | Stage::Failed | Stage::Erased => false,
    }
}
