//! Keeps a part of the service running: a panic ends the part's present run and nothing else, and after a pause it runs anew.
//!
//! Never: a restart without a line in the log and a note that `mailbox list` shows; an end of the others.
//! Why caught here: the parts talk to hostile servers and read hostile mail; a bug found by one of them must not silence a mailbox.

use crate::app::service::Common;
use crate::store::health::{self, Part};
use futures::FutureExt;
use std::panic::AssertUnwindSafe;
use std::time::{Duration, Instant};

const BACKOFF_FIRST: Duration = Duration::from_secs(1);
const BACKOFF_MAX: Duration = Duration::from_secs(300);

/// Runs `part` until it ends by itself or the service stops. A run that lasted starts the back-off from the beginning.
pub async fn keep<F: Future<Output = ()>>(common: Common, part: Part, run: impl Fn() -> F) {
    let mut backoff = BACKOFF_FIRST;
    loop {
        let started = Instant::now();
        // The store's locks outlive a panic, and its transactions roll back: see `store/session.rs`.
        if AssertUnwindSafe(run()).catch_unwind().await.is_ok() {
            return;
        }
        if started.elapsed() > BACKOFF_MAX {
            backoff = BACKOFF_FIRST;
        }
        tracing::error!(event = "part.panicked", part = part.name(), again_in_s = backoff.as_secs(), "a part of the service broke down");
        if let Err(error) = common.store.write(|w| health::restarted(w, part)) {
            tracing::error!(event = "part.not_noted", part = part.name(), %error, "the restart could not be noted");
        }
        if !common.pause(backoff).await {
            return;
        }
        backoff = (backoff * 2).min(BACKOFF_MAX);
    }
}
