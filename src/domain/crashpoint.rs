//! Named points at which a torture run kills the process or makes a part of it panic. Present under `debug_assertions` only.

/// Ends the process without any clean-up when the environment asks for this point.
///
/// `HAUSPOST_CRASH_AT=store.main_committed:3` ends it at the third passage; `HAUSPOST_PANIC_AT=worker.drafted:2` makes the first
/// two passages panic.
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

/// A point and a number of passages, as the environment names them.
#[cfg(debug_assertions)]
struct Asked {
    at: Option<(String, u32)>,
    passages: std::sync::atomic::AtomicU32,
}

#[cfg(debug_assertions)]
impl Asked {
    fn of(variable: &str) -> Self {
        let read = || {
            let text = std::env::var(variable).ok()?;
            let (name, count) = text.split_once(':')?;
            Some((name.to_owned(), count.parse().ok()?))
        };
        Self { at: read(), passages: std::sync::atomic::AtomicU32::new(0) }
    }

    /// The number of this passage and the number asked for, where this point was asked for.
    fn passage(&self, name: &str) -> Option<(u32, u32)> {
        let (_, count) = self.at.as_ref().filter(|(at, _)| at == name)?;
        Some((self.passages.fetch_add(1, std::sync::atomic::Ordering::SeqCst) + 1, *count))
    }
}

#[cfg(debug_assertions)]
#[expect(clippy::disallowed_methods, reason = "a crash point is there to end the process without any clean-up")]
#[expect(clippy::panic, reason = "a breakdown that supervision has to mend is asked for by name, in builds for tests alone")]
pub fn passed(name: &str) {
    use std::sync::LazyLock;
    static CRASH: LazyLock<Asked> = LazyLock::new(|| Asked::of("HAUSPOST_CRASH_AT"));
    static PANIC: LazyLock<Asked> = LazyLock::new(|| Asked::of("HAUSPOST_PANIC_AT"));
    if CRASH.passage(name).is_some_and(|(passage, count)| passage == count) {
        std::process::abort();
    }
    if PANIC.passage(name).is_some_and(|(passage, count)| passage <= count) {
        std::panic::panic_any("asked for by the environment");
    }
}
