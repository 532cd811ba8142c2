//! When the outbox tries again, searches again, and stops doing so.

use jiff::{SignedDuration, Timestamp};

const fn minutes(count: i64) -> SignedDuration {
    SignedDuration::from_secs(count * 60)
}

/// After the first, second, third temporary refusal; from the fourth on [`RETRY_DELAY_MAX`].
const RETRY_DELAYS: [SignedDuration; 3] = [minutes(1), minutes(5), minutes(15)];
pub const RETRY_DELAY_MAX: SignedDuration = minutes(60);
/// RFC 5321 §4.5.4.1 asks for days; after two of them a customer has waited long enough for a person to look.
pub const RETRY_WINDOW: SignedDuration = minutes(48 * 60);

/// After the doubt arose: what a provider files by itself, and a self-copy, arrive within these times.
const SEARCHES: [SignedDuration; 4] = [SignedDuration::from_secs(30), minutes(2), minutes(10), minutes(30)];
/// Between two searches, also where time was lost to a restart.
const SEARCH_PAUSE: SignedDuration = SignedDuration::from_secs(30);
/// After a search that could not be carried out.
pub const SEARCH_AGAIN: SignedDuration = minutes(2);

/// An effect that has not reported back by then is repeated.
pub const EFFECT_LEASE: SignedDuration = minutes(15);

const FILING_ALARM_AFTER: u32 = 3;
/// About one more alarm a day.
const FILING_ALARM_EVERY: u32 = 24;

pub fn after(now: Timestamp, delay: SignedDuration) -> Timestamp {
    now.checked_add(delay).unwrap_or(Timestamp::MAX)
}

/// `failures`: how many there have been, this one included.
pub fn retry_delay(failures: u32) -> SignedDuration {
    let index = usize::try_from(failures).unwrap_or(usize::MAX).saturating_sub(1);
    RETRY_DELAYS.get(index).copied().unwrap_or(RETRY_DELAY_MAX)
}

pub fn is_retry_over(first_failure: Timestamp, now: Timestamp) -> bool {
    now >= after(first_failure, RETRY_WINDOW)
}

/// The time of the next search; `None` when all have been made.
pub fn next_search(made: u32, since: Option<Timestamp>, now: Timestamp) -> Option<Timestamp> {
    let delay = SEARCHES.get(usize::try_from(made).ok()?)?;
    let planned = after(since.unwrap_or(now), *delay);
    // Never earlier than planned, never twice at once, never beyond the plan because a clock ran wild.
    Some(planned.max(after(now, SEARCH_PAUSE)).min(after(now, *delay)))
}

pub fn is_search_over(since: Option<Timestamp>, now: Timestamp) -> bool {
    let longest = SEARCHES.iter().max().copied().unwrap_or(SEARCH_PAUSE);
    since.is_none_or(|since| now >= after(since, longest))
}

pub const fn is_filing_alarm(failures: u32) -> bool {
    failures >= FILING_ALARM_AFTER && (failures - FILING_ALARM_AFTER).is_multiple_of(FILING_ALARM_EVERY)
}
