//! The one place that reads the wall clock.

use crate::domain::Clock;
use jiff::Timestamp;

#[derive(Debug, Clone, Copy)]
pub struct WallClock;

impl Clock for WallClock {
    #[expect(clippy::disallowed_methods, reason = "this is the implementation that all others are given")]
    fn now(&self) -> Timestamp {
        let now = Timestamp::now();
        #[cfg(debug_assertions)]
        let now = now.checked_add(ahead()).unwrap_or(now);
        now
    }
}

/// How far torture runs set the clock ahead (`HAUSPOST_CLOCK_AHEAD_S`), and how much faster it then goes
/// (`HAUSPOST_CLOCK_RATE`), so that hours of retries and searches pass in a minute. Under `debug_assertions` only.
#[cfg(debug_assertions)]
fn ahead() -> jiff::SignedDuration {
    use std::sync::OnceLock;
    static ASKED: OnceLock<(i64, i32, std::time::Instant)> = OnceLock::new();
    let (seconds, rate, started) = ASKED.get_or_init(|| {
        let seconds = std::env::var("HAUSPOST_CLOCK_AHEAD_S").ok().and_then(|text| text.parse().ok()).unwrap_or(0);
        let rate = std::env::var("HAUSPOST_CLOCK_RATE").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
        (seconds, rate, std::time::Instant::now())
    });
    let passed = jiff::SignedDuration::try_from(started.elapsed()).unwrap_or_default();
    jiff::SignedDuration::from_secs(*seconds).saturating_add(passed.saturating_mul(rate - 1))
}

/// Wall clock and the operating system's random bytes.
pub fn senses() -> crate::store::Senses {
    crate::store::Senses { clock: std::sync::Arc::new(WallClock), entropy: std::sync::Arc::new(crate::crypto::SystemEntropy::new()) }
}
