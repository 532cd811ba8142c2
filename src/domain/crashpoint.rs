//! Named points at which a torture run kills the process. Present under `debug_assertions` only.

/// Ends the process without any clean-up when the environment asks for this point.
///
/// `HAUSPOST_CRASH_AT=store.main_committed:3` ends it at the third passage.
#[macro_export]
macro_rules! crashpoint {
    ($name:literal) => {{
        #[cfg(debug_assertions)]
        {
            $crate::domain::crashpoint::passed($name)
        }
    }};
}

/// Every crash point of the house, for torture runs to choose from.
pub const NAMES: &[&str] = &[
    "filing.appended",
    "smtp.answered",
    "smtp.connect_committed",
    "smtp.data_committed",
    "smtp.dot_committed",
    "smtp.mail_committed",
    "smtp.rcpt_committed",
    "store.keys_committed",
    "store.main_committed",
    "sync.batch_committed",
    "sync.batch_written",
    "worker.drafted",
    "worker.leased",
];

#[cfg(debug_assertions)]
#[expect(clippy::disallowed_methods, reason = "a crash point is there to end the process without any clean-up")]
pub fn passed(name: &str) {
    use std::sync::atomic::{AtomicU32, Ordering};
    static PASSAGES: AtomicU32 = AtomicU32::new(0);
    static ASKED: std::sync::OnceLock<Option<(String, u32)>> = std::sync::OnceLock::new();
    let asked = ASKED.get_or_init(|| {
        let text = std::env::var("HAUSPOST_CRASH_AT").ok()?;
        let (name, count) = text.split_once(':')?;
        Some((name.to_owned(), count.parse().ok()?))
    });
    if let Some((at, count)) = asked
        && at == name
        && PASSAGES.fetch_add(1, Ordering::SeqCst) + 1 == *count
    {
        std::process::abort();
    }
}
