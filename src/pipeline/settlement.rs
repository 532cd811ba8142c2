//! A person decides about an answer under way: takes the approval back, ends a doubt, has it sent again.
//!
//! One transaction holds the name, the transition and the record, so that nothing moves without the name of who moved it.
//! Effects are left to the dispatcher, which finds the row due.

use crate::domain::PublicId;
use crate::domain::draft::Verdict;
use crate::domain::outbox::{CancelReason, OutboxState};
use crate::domain::stage::Stage;
use crate::pipeline::dispatch::row::Matter;
use crate::pipeline::dispatch::{Decision, Effect, Event};
use crate::pipeline::dispatcher;
use crate::store::draft::{self, DraftState};
use crate::store::outbox::{self, Kept};
use crate::store::record::{self, Chain, Entry};
use crate::store::{Store, StoreError, Writing, actor, message};

/// What came of the decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    Done,
    /// The mail is with the server already, or may be; the wish forbids every later attempt.
    TooLate,
}

#[derive(Debug, thiserror::Error)]
pub enum SettleError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("This mail has no answer under way")]
    NoAnswer,
    #[error("In state {} this decision changes nothing", .0.code())]
    NothingToDecide(OutboxState),
}

impl Decision {
    /// The word on the command line and in records.
    pub const fn code(self) -> &'static str {
        match self {
            Self::ConsiderSent => "sent",
            Self::SendAgain => "again",
            Self::GiveUp => "stop",
        }
    }

    pub fn parse(word: &str) -> Option<Self> {
        [Self::ConsiderSent, Self::SendAgain, Self::GiveUp].into_iter().find(|decision| decision.code() == word)
    }
}

pub fn settle(store: &Store, id: PublicId, decision: Decision, by: &str) -> Result<Settled, SettleError> {
    store.write(|w| {
        let by = actor::named(w, by)?;
        let message = message::by_id(&w.reading(), id)?;
        let before = outbox::of_message(&w.reading(), message.row)?.ok_or(SettleError::NoAnswer)?;
        let (mut after, effects) = dispatcher::apply_in(w, before.row, &Event::Person(decision))?;
        if after.outbox == before.outbox {
            return Err(SettleError::NothingToDecide(before.outbox.state));
        }
        if after.outbox.state == OutboxState::Accepted {
            // The copy in Sent is laid down at the next look at the outbox, not only when the lease of an effect has run out.
            (after, _) = dispatcher::apply_in(w, before.row, &Event::AccountResumed)?;
        }
        let settled = if effects.contains(&Effect::TellPerson(Matter::TooLateToCancel)) { Settled::TooLate } else { Settled::Done };
        if is_taken_back(&after) {
            lay_before_again(w, &after)?;
        }
        let detail = serde_json::json!({ "outbox": after.outbox.id, "decision": decision.code(), "too_late": settled == Settled::TooLate });
        record::append(w, &Entry { chain: Chain::Decision, event: "outbox.settled", object: Some(id), actor: Some(by.public_id), detail })?;
        Ok(settled)
    })
}

/// No server was ever offered the answer, and a person has stopped it.
fn is_taken_back(kept: &Kept) -> bool {
    kept.outbox.state == OutboxState::Cancelled && kept.outbox.cancel == Some(CancelReason::Person) && kept.outbox.attempts == 0
}

/// The draft waits for its review as before the approval.
fn lay_before_again(w: &Writing<'_>, kept: &Kept) -> Result<(), StoreError> {
    let r = w.reading();
    let Some(newest) = draft::newest(&r, kept.message)? else { return Ok(()) };
    if Some(newest.row) != kept.draft || newest.state != DraftState::Approved {
        return Ok(());
    }
    draft::set_state(w, newest.row, DraftState::Open)?;
    match &newest.content.verdict {
        Verdict::Release => message::set_stage(w, kept.message, Stage::AwaitingReview, None),
        Verdict::Hold { reasons } => message::set_stage(w, kept.message, Stage::AwaitingReview, reasons.first()),
        // It stays with people, for the reason it came to them.
        Verdict::HandOver { reasons } => message::set_stage(w, kept.message, Stage::HumanOnly, reasons.first()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::outbox::SmtpStep;
    use crate::mail::compose::Signature;
    use crate::pipeline::intake::tests::{house, mail, particulars};
    use crate::pipeline::release::Release;

    /// Behind the final dot a stop is too late, which the person is told; the wish is kept, and no later attempt is made.
    #[test]
    fn a_stop_at_the_final_dot_is_too_late() {
        let house = house();
        house.take(1, mail("anna@example.org", "a1@example.org", "", "Hallo?"));
        let id = house.store.read(|r| message::list(r, false)).unwrap()[0].public_id;
        house.store.write(|w| message::set_stage(w, 1, Stage::AwaitingReview, None)).unwrap();
        let now = house.store.clock().now().to_zoned_datetime(jiff::tz::TimeZone::UTC);
        let signature = Signature { lines: vec![], particulars: particulars() };
        let release = Release { store: &house.store, signature: &signature, now: &now, undo_ms: 0 };
        assert!(matches!(settle(&house.store, id, Decision::GiveUp, "Berta Beispiel"), Err(SettleError::NoAnswer)));
        release.approve(id, "Berta Beispiel", Some("Guten Tag,\n\nja.\n")).unwrap();
        let row = house.store.read(|r| outbox::of_message(r, 1)).unwrap().unwrap().row;
        dispatcher::apply(&house.store, row, &Event::Due).unwrap();
        for step in [SmtpStep::Connect, SmtpStep::Mail, SmtpStep::Rcpt, SmtpStep::Data, SmtpStep::Dot] {
            dispatcher::apply(&house.store, row, &Event::Entering(step)).unwrap();
        }
        let records = || house.store.read(|r| record::about(r, id)).unwrap().iter().filter(|kept| kept.event == "outbox.settled").count();
        assert!(matches!(settle(&house.store, id, Decision::GiveUp, ""), Err(SettleError::Store(_))));
        assert_eq!(house.store.read(|r| outbox::by_row(r, row)).unwrap().outbox.cancel, None, "a nameless wish was kept");
        assert_eq!(records(), 0);
        assert_eq!(settle(&house.store, id, Decision::GiveUp, "Berta Beispiel").unwrap(), Settled::TooLate);
        let kept = house.store.read(|r| outbox::by_row(r, row)).unwrap().outbox;
        assert_eq!((kept.state, kept.cancel), (OutboxState::Sending, Some(CancelReason::Person)));
        assert_eq!(records(), 1);
    }
}
