//! What a failed session means for the answer that it carried.

use super::row::{Alarm, Effect, Matter, OutboxRow};
use super::{cancel, doubt, schedule};
use crate::domain::outbox::{OutboxState, SmtpStep};
use crate::mail::smtp::{DeliveryError, Failure};
use jiff::Timestamp;

/// The row was `Sending`.
pub fn after(mut row: OutboxRow, error: &DeliveryError, now: Timestamp) -> (OutboxRow, Vec<Effect>) {
    row.last_failure = Some(error.to_string());
    // The row knows that the dot was announced; a report that stops before it is not believed.
    let unexplained = row.step == Some(SmtpStep::Dot) && error.step != Some(SmtpStep::Dot);
    match &error.failure {
        Failure::Uncertain(_) => doubt(row, now),
        // The gate was shut before the dot, whatever was committed.
        Failure::StepRefused => retry(row, now),
        Failure::Transient(_)
        | Failure::Permanent(_)
        | Failure::Authentication(_)
        | Failure::Tls(_)
        | Failure::Connection(_)
        | Failure::Unsendable(_)
            if unexplained =>
        {
            doubt(row, now)
        }
        Failure::Transient(_) => retry(row, now),
        Failure::Permanent(refusal) if refusal.is_spurious_permanent() => retry(row, now),
        Failure::Permanent(_) => give_up(row, Matter::Refused),
        // At the dot only the server's own words are an answer.
        Failure::Authentication(_) | Failure::Tls(_) | Failure::Connection(_) | Failure::Unsendable(_)
            if row.step == Some(SmtpStep::Dot) =>
        {
            doubt(row, now)
        }
        Failure::Authentication(_) => hold_account(row),
        Failure::Tls(_) => {
            let first = row.failures == 0;
            let (row, mut effects) = retry(row, now);
            effects.extend(first.then_some(Effect::Alarm(Alarm::Tls)));
            (row, effects)
        }
        Failure::Connection(_) => retry(row, now),
        Failure::Unsendable(_) => give_up(row, Matter::Refused),
    }
}

/// The mail was not taken, later it may be.
fn retry(mut row: OutboxRow, now: Timestamp) -> (OutboxRow, Vec<Effect>) {
    if let Some(reason) = row.cancel {
        return cancel(row, reason);
    }
    row.failures = row.failures.saturating_add(1);
    let first = *row.first_failure_at.get_or_insert(now);
    if schedule::is_retry_over(first, now) {
        return give_up(row, Matter::GaveUpRetrying);
    }
    row.state = OutboxState::Approved;
    row.step = None;
    row.next_at = Some(schedule::after(now, schedule::retry_delay(row.failures)).max(row.not_before));
    (row, vec![])
}

fn give_up(mut row: OutboxRow, matter: Matter) -> (OutboxRow, Vec<Effect>) {
    if let Some(reason) = row.cancel {
        return cancel(row, reason);
    }
    row.state = OutboxState::Refused;
    row.step = None;
    row.next_at = None;
    row.person_told = true;
    (row, vec![Effect::TellPerson(matter)])
}

/// Trying a password again and again locks the account at many providers.
fn hold_account(mut row: OutboxRow) -> (OutboxRow, Vec<Effect>) {
    if let Some(reason) = row.cancel {
        return cancel(row, reason);
    }
    row.state = OutboxState::Approved;
    row.step = None;
    row.next_at = None;
    row.person_told = true;
    (row, vec![Effect::StopAccount, Effect::TellPerson(Matter::LoginRefused)])
}
