//! What is done once a day: every page of the store is looked at, and tickets that were answered long ago are closed.
//!
//! Never: a service that goes on writing into a damaged store, a day left out because the box was switched off at the hour.

use crate::app::service::Common;
use crate::store::health::{self, Part};
use crate::store::{Store, StoreError, StoreErrorKind, message};
use std::time::Duration;
use tokio::sync::mpsc;

const EVERY: Duration = Duration::from_hours(24);
/// After a day's work that could not be done, the store being busy.
const AGAIN: Duration = Duration::from_mins(10);

/// Works when a day has gone by since the last time, and tells `damaged` what it found. Ends with the service.
pub async fn run(common: Common, damaged: mpsc::Sender<StoreError>) {
    loop {
        let wait = match work(&common.store).await {
            Ok(wait) => wait,
            Err(error) if error.kind() == StoreErrorKind::Damaged => {
                tracing::error!(event = "store.damaged", %error, "a page of the store is damaged; the service ends");
                let _ = damaged.send(error).await;
                return;
            }
            Err(error) => {
                tracing::error!(event = "daily.failed", %error, "the work of the day could not be done");
                AGAIN
            }
        };
        if !common.pause(wait).await {
            return;
        }
    }
}

/// Returns how long until the next time.
async fn work(store: &Store) -> Result<Duration, StoreError> {
    let last = store.read(|r| health::of(r, Part::Daily))?.answered_at;
    let now = store.clock().now().as_millisecond();
    let since = last.map(|last| Duration::from_millis(u64::try_from(now - last).unwrap_or(u64::MAX)));
    if let Some(left) = since.and_then(|since| EVERY.checked_sub(since)).filter(|left| !left.is_zero()) {
        return Ok(left);
    }
    let blocking = store.clone();
    match tokio::task::spawn_blocking(move || blocking.verify_pages()).await {
        Ok(verified) => verified?,
        Err(_) => return Ok(AGAIN),
    }
    let closed = store.write(|w| {
        health::answered(w, Part::Daily)?;
        message::close_answered(w)
    })?;
    tracing::info!(event = "daily.done", closed, "every page verifies");
    Ok(EVERY)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::testing::Folder;
    use std::fs::OpenOptions;
    use std::os::unix::fs::FileExt;

    /// a page that is damaged while the service runs is found within a day.
    #[tokio::test]
    async fn r109_a_page_damaged_while_the_service_runs_is_found_the_next_day() {
        let folder = Folder::created();
        let store = folder.store();
        assert_eq!(work(&store).await.unwrap(), EVERY, "the first look is due at once");
        let file = OpenOptions::new().write(true).open(folder.data().join("main.db")).unwrap();
        file.write_all_at(&[0xa5; 64], 4096 * 3 + 512).unwrap();
        folder.clock.set("2026-03-03T08:14:00Z".parse().unwrap());
        assert_eq!(work(&store).await.unwrap(), Duration::from_hours(1), "not looked at before its time");
        folder.clock.set("2026-03-03T09:14:00Z".parse().unwrap());
        let error = work(&store).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Damaged, "{error}");
        assert!(error.to_string().contains("main.db"), "{error}");
    }
}
