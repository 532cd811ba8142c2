//! The outbox as a state machine: never twice by our hand, never silently lost, every doubt shown (D-14, R-123).
//!
//! Pure: a row, an event and the time go in, the next row and what is to be done come out. The worker commits the row
//! first and performs the effects after it, so that a crash between the two repeats an effect and never forgets one;
//! every effect is written so that it may be repeated.
//! Never: a delivery while a final dot is unexplained. From `Uncertain` only a proof or a person leads on.

pub mod caps;
mod failure;
pub mod row;
pub mod schedule;

pub use caps::{CapReached, SentAutomatically, may_send_automatically};
pub use row::{Alarm, CancelReason, Decision, Effect, Event, Location, Matter, OutboxRow, Proof};

use crate::domain::outbox::{OutboxState, SmtpStep};
use crate::mail::smtp::{Accepted, DeliveryError, Failure};
use jiff::Timestamp;

/// The next row and the effects, in their order.
pub fn transition(row: OutboxRow, event: Event, now: Timestamp) -> (OutboxRow, Vec<Effect>) {
    match row.state {
        OutboxState::Approved => approved(row, event, now),
        OutboxState::Sending => sending(row, event, now),
        OutboxState::Accepted => accepted(row, event, now),
        OutboxState::Filed => filed(row, event),
        OutboxState::Uncertain => uncertain(row, event, now),
        OutboxState::Refused => refused(row, event, now),
        OutboxState::Cancelled => cancelled(row, event, now),
    }
}

fn approved(mut row: OutboxRow, event: Event, now: Timestamp) -> (OutboxRow, Vec<Effect>) {
    match event {
        Event::Due if row.is_due(now) && now >= row.not_before => {
            row.state = OutboxState::Sending;
            row.step = None;
            row.next_at = None;
            row.attempts = row.attempts.saturating_add(1);
            (row, vec![Effect::Deliver])
        }
        Event::Due | Event::ProofAbsent | Event::SearchFailed | Event::Filed(_) | Event::FilingFailed => (row, vec![]),
        Event::Entering(_) => (row, vec![Effect::Abort]),
        Event::Accepted(answer) => contradicted_by_acceptance(row, answer, now),
        Event::Failed(error) => contradicted_by_doubt(row, &error, now),
        Event::Restarted => {
            // A clock that was ahead for a while must not park a mail in next year.
            let latest = schedule::after(now, schedule::RETRY_DELAY_MAX).max(row.not_before);
            row.next_at = row.next_at.map(|at| at.min(latest));
            (row, vec![])
        }
        // After a restore from an old backup the mail may be out already.
        Event::ProofFound(proof) => proven(row, proof, now),
        Event::Cancel(reason) => cancel(row, reason),
        Event::AccountResumed => {
            row.next_at = Some(row.next_at.unwrap_or(now).max(row.not_before));
            (row, vec![])
        }
        Event::Person(Decision::SendAgain) => {
            row.next_at = Some(now.max(row.not_before));
            (row, vec![])
        }
        Event::Person(Decision::GiveUp) => cancel(row, CancelReason::Person),
        Event::Person(Decision::ConsiderSent) => (row, vec![]),
    }
}

fn sending(mut row: OutboxRow, event: Event, now: Timestamp) -> (OutboxRow, Vec<Effect>) {
    let at_dot = row.step == Some(SmtpStep::Dot);
    match event {
        Event::Due
        | Event::ProofAbsent
        | Event::SearchFailed
        | Event::Filed(_)
        | Event::FilingFailed
        | Event::AccountResumed
        | Event::Person(Decision::SendAgain | Decision::ConsiderSent) => (row, vec![]),
        Event::Entering(step) => {
            // Step after step: a session that skips or repeats one is not the one this row knows.
            if Some(step) != row::step_after(row.step) {
                return (row, vec![Effect::Abort]);
            }
            row.step = Some(step);
            (row, vec![])
        }
        Event::Accepted(answer) if at_dot => proven(row, Proof::Reply(answer.reply), now),
        Event::Accepted(answer) => contradicted_by_acceptance(row, answer, now),
        Event::Failed(error) => failure::after(row, &error, now),
        Event::Restarted if at_dot => doubt(row, now),
        Event::Restarted => match row.cancel {
            Some(reason) => cancel(row, reason),
            None => {
                row.state = OutboxState::Approved;
                row.step = None;
                row.next_at = Some(now.max(row.not_before));
                (row, vec![])
            }
        },
        // The self-copy can arrive before the 250 is read; nothing is amiss then.
        Event::ProofFound(proof) if at_dot => proven(row, proof, now),
        Event::ProofFound(proof) => {
            let (row, mut effects) = proven(row, proof, now);
            effects.extend([Effect::Abort, Effect::Alarm(Alarm::Contradiction)]);
            (row, effects)
        }
        Event::Cancel(reason) if at_dot => too_late(row, reason),
        Event::Person(Decision::GiveUp) if at_dot => too_late(row, CancelReason::Person),
        Event::Cancel(reason) => stop_session(row, reason),
        Event::Person(Decision::GiveUp) => stop_session(row, CancelReason::Person),
    }
}

fn accepted(mut row: OutboxRow, event: Event, now: Timestamp) -> (OutboxRow, Vec<Effect>) {
    match event {
        Event::Due if row.is_due(now) => {
            row.next_at = Some(schedule::after(now, schedule::EFFECT_LEASE));
            // Marked again, for the first time may have been cut short.
            (row, vec![Effect::MarkAnswered, Effect::FileInSent])
        }
        Event::Due
        | Event::Accepted(_)
        | Event::Failed(_)
        | Event::ProofFound(Proof::Reply(_) | Proof::SelfCopy | Proof::Person)
        | Event::ProofAbsent
        | Event::SearchFailed
        | Event::Person(Decision::SendAgain | Decision::ConsiderSent | Decision::GiveUp) => (row, vec![]),
        Event::Entering(_) => (row, vec![Effect::Abort]),
        Event::Restarted | Event::AccountResumed => {
            row.next_at = Some(now);
            (row, vec![])
        }
        Event::ProofFound(Proof::InSent(location)) | Event::Filed(location) => (file(row, location), vec![]),
        Event::FilingFailed => {
            row.filing_failures = row.filing_failures.saturating_add(1);
            row.next_at = Some(schedule::after(now, schedule::retry_delay(row.filing_failures)));
            let alarm = schedule::is_filing_alarm(row.filing_failures).then_some(Effect::Alarm(Alarm::NotFiled));
            (row, alarm.into_iter().collect())
        }
        Event::Cancel(reason) => too_late(row, reason),
    }
}

fn filed(row: OutboxRow, event: Event) -> (OutboxRow, Vec<Effect>) {
    match event {
        Event::Due
        | Event::Accepted(_)
        | Event::Failed(_)
        | Event::Restarted
        | Event::ProofFound(_)
        | Event::ProofAbsent
        | Event::SearchFailed
        | Event::Filed(_)
        | Event::FilingFailed
        | Event::AccountResumed
        | Event::Person(Decision::SendAgain | Decision::ConsiderSent | Decision::GiveUp) => (row, vec![]),
        Event::Entering(_) => (row, vec![Effect::Abort]),
        Event::Cancel(reason) => too_late(row, reason),
    }
}

fn uncertain(mut row: OutboxRow, event: Event, now: Timestamp) -> (OutboxRow, Vec<Effect>) {
    match event {
        Event::Due if row.is_due(now) => {
            row.next_at = Some(schedule::after(now, schedule::EFFECT_LEASE));
            (row, vec![Effect::SearchForProof])
        }
        // A failure reported late does not take a doubt away.
        Event::Due | Event::Failed(_) | Event::Filed(_) | Event::FilingFailed | Event::AccountResumed => (row, vec![]),
        Event::Entering(_) => (row, vec![Effect::Abort]),
        Event::Accepted(answer) => proven(row, Proof::Reply(answer.reply), now),
        Event::Restarted => {
            row.next_at = row.next_at.and_then(|_| schedule::next_search(row.searches, row.uncertain_since, now));
            (row, vec![])
        }
        Event::ProofFound(proof) => proven(row, proof, now),
        Event::ProofAbsent => {
            row.searches = row.searches.saturating_add(1);
            row.next_at = schedule::next_search(row.searches, row.uncertain_since, now);
            let over = row.next_at.is_none();
            tell_of_doubt(row, over)
        }
        Event::SearchFailed => {
            row.next_at = Some(schedule::after(now, schedule::SEARCH_AGAIN));
            let over = schedule::is_search_over(row.uncertain_since, now);
            tell_of_doubt(row, over)
        }
        Event::Cancel(reason) => too_late(row, reason),
        Event::Person(Decision::SendAgain) if row.cancel.is_some() => (row, vec![Effect::TellPerson(Matter::IsCancelled)]),
        Event::Person(Decision::SendAgain) => (again(row, now), vec![]),
        Event::Person(Decision::ConsiderSent) => proven(row, Proof::Person, now),
        // Nobody can say that it was not delivered, so the state stays what it is.
        Event::Person(Decision::GiveUp) => {
            row.next_at = None;
            row.person_told = true;
            (row, vec![])
        }
    }
}

fn refused(row: OutboxRow, event: Event, now: Timestamp) -> (OutboxRow, Vec<Effect>) {
    match event {
        Event::Due
        | Event::Restarted
        | Event::ProofAbsent
        | Event::SearchFailed
        | Event::Filed(_)
        | Event::FilingFailed
        | Event::AccountResumed
        | Event::Person(Decision::ConsiderSent) => (row, vec![]),
        Event::Entering(_) => (row, vec![Effect::Abort]),
        Event::Accepted(answer) => contradicted_by_acceptance(row, answer, now),
        Event::Failed(error) => contradicted_by_doubt(row, &error, now),
        Event::ProofFound(proof) => contradicted_by_proof(row, proof, now),
        Event::Cancel(reason) => cancel(row, reason),
        Event::Person(Decision::SendAgain) => (again(row, now), vec![]),
        Event::Person(Decision::GiveUp) => cancel(row, CancelReason::Person),
    }
}

fn cancelled(row: OutboxRow, event: Event, now: Timestamp) -> (OutboxRow, Vec<Effect>) {
    match event {
        Event::Due
        | Event::Restarted
        | Event::ProofAbsent
        | Event::SearchFailed
        | Event::Filed(_)
        | Event::FilingFailed
        | Event::Cancel(_)
        | Event::AccountResumed
        // What was cancelled needs a new approval, not a repeat.
        | Event::Person(Decision::SendAgain | Decision::ConsiderSent | Decision::GiveUp) => (row, vec![]),
        Event::Entering(_) => (row, vec![Effect::Abort]),
        Event::Accepted(answer) => contradicted_by_acceptance(row, answer, now),
        Event::Failed(error) => contradicted_by_doubt(row, &error, now),
        Event::ProofFound(proof) => contradicted_by_proof(row, proof, now),
    }
}

/// The server has the mail. From here no way leads back to a delivery.
fn proven(mut row: OutboxRow, proof: Proof, now: Timestamp) -> (OutboxRow, Vec<Effect>) {
    row.step = None;
    if let Proof::InSent(location) = proof {
        row.proof = Some(Proof::InSent(location));
        return (file(row, location), vec![Effect::MarkAnswered]);
    }
    row.state = OutboxState::Accepted;
    row.proof = Some(proof);
    row.next_at = Some(schedule::after(now, schedule::EFFECT_LEASE));
    (row, vec![Effect::MarkAnswered, Effect::FileInSent])
}

fn file(mut row: OutboxRow, location: Location) -> OutboxRow {
    row.state = OutboxState::Filed;
    row.filed_at = Some(location);
    row.next_at = None;
    row
}

/// The final dot may have been read and no sound answer to it is known.
fn doubt(mut row: OutboxRow, now: Timestamp) -> (OutboxRow, Vec<Effect>) {
    row.state = OutboxState::Uncertain;
    row.step = Some(SmtpStep::Dot);
    row.uncertain_since = Some(now);
    row.searches = 0;
    row.person_told = false;
    row.next_at = schedule::next_search(0, Some(now), now);
    (row, vec![])
}

fn tell_of_doubt(mut row: OutboxRow, over: bool) -> (OutboxRow, Vec<Effect>) {
    if !over || row.person_told {
        return (row, vec![]);
    }
    row.person_told = true;
    (row, vec![Effect::TellPerson(Matter::DeliveryUncertain)])
}

fn cancel(mut row: OutboxRow, reason: CancelReason) -> (OutboxRow, Vec<Effect>) {
    row.state = OutboxState::Cancelled;
    row.step = None;
    row.cancel = Some(reason);
    row.next_at = None;
    (row, vec![])
}

fn stop_session(row: OutboxRow, reason: CancelReason) -> (OutboxRow, Vec<Effect>) {
    let (row, mut effects) = cancel(row, reason);
    effects.push(Effect::Abort);
    (row, effects)
}

/// The dot is out or the mail is. The wish is kept: it forbids every later attempt.
fn too_late(mut row: OutboxRow, reason: CancelReason) -> (OutboxRow, Vec<Effect>) {
    row.cancel.get_or_insert(reason);
    (row, vec![Effect::TellPerson(Matter::TooLateToCancel)])
}

/// A person takes the doubt, or the refusal, upon themselves.
fn again(mut row: OutboxRow, now: Timestamp) -> OutboxRow {
    row.state = OutboxState::Approved;
    row.step = None;
    row.failures = 0;
    row.first_failure_at = None;
    row.uncertain_since = None;
    row.searches = 0;
    row.person_told = false;
    row.next_at = Some(now.max(row.not_before));
    row
}

/// A 250 that the row cannot explain is believed all the same: the mail is out.
fn contradicted_by_acceptance(row: OutboxRow, answer: Accepted, now: Timestamp) -> (OutboxRow, Vec<Effect>) {
    contradicted_by_proof(row, Proof::Reply(answer.reply), now)
}

fn contradicted_by_proof(row: OutboxRow, proof: Proof, now: Timestamp) -> (OutboxRow, Vec<Effect>) {
    let (row, mut effects) = proven(row, proof, now);
    effects.push(Effect::Alarm(Alarm::Contradiction));
    (row, effects)
}

/// A failure that the row cannot explain counts where it is a doubt, and is late news otherwise.
fn contradicted_by_doubt(row: OutboxRow, error: &DeliveryError, now: Timestamp) -> (OutboxRow, Vec<Effect>) {
    match error.failure {
        Failure::Uncertain(_) => {
            let (row, mut effects) = doubt(row, now);
            effects.push(Effect::Alarm(Alarm::Contradiction));
            (row, effects)
        }
        Failure::Transient(_)
        | Failure::Permanent(_)
        | Failure::Authentication(_)
        | Failure::Tls(_)
        | Failure::Connection(_)
        | Failure::Unsendable(_)
        | Failure::StepRefused => (row, vec![]),
    }
}

#[cfg(test)]
#[path = "dispatch_tests.rs"]
mod tests;
