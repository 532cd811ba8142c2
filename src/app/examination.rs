//! The daily look at every page of the store, and the end of the service where one is damaged.
//!
//! Never: a service that goes on writing into a damaged store, a look skipped because the box was switched off at the hour.

use crate::app::service::Common;
use crate::store::health::{self, Part};
use crate::store::{Store, StoreError, StoreErrorKind};
use std::time::Duration;
use tokio::sync::mpsc;

const EVERY: Duration = Duration::from_hours(24);
/// After a look that could not be made, the store being busy.
const AGAIN: Duration = Duration::from_mins(10);

/// Looks when a day has gone by since the last look, and tells `damaged` what it found. Ends with the service.
pub async fn run(common: Common, damaged: mpsc::Sender<StoreError>) {
    loop {
        let wait = match look(&common.store).await {
            Ok(wait) => wait,
            Err(error) if error.kind() == StoreErrorKind::Damaged => {
                tracing::error!(event = "store.damaged", %error, "a page of the store is damaged; the service ends");
                let _ = damaged.send(error).await;
                return;
            }
            Err(error) => {
                tracing::error!(event = "store.not_examined", %error, "the store could not be looked through");
                AGAIN
            }
        };
        if !common.pause(wait).await {
            return;
        }
    }
}

/// Returns how long until the next look.
async fn look(store: &Store) -> Result<Duration, StoreError> {
    let last = store.read(|r| health::of(r, Part::Examination))?.answered_at;
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
    store.write(|w| health::answered(w, Part::Examination))?;
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
        assert_eq!(look(&store).await.unwrap(), EVERY, "the first look is due at once");
        let file = OpenOptions::new().write(true).open(folder.data().join("main.db")).unwrap();
        file.write_all_at(&[0xa5; 64], 4096 * 3 + 512).unwrap();
        folder.clock.set("2026-03-03T08:14:00Z".parse().unwrap());
        assert_eq!(look(&store).await.unwrap(), Duration::from_hours(1), "not looked at before its time");
        folder.clock.set("2026-03-03T09:14:00Z".parse().unwrap());
        let error = look(&store).await.unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Damaged, "{error}");
        assert!(error.to_string().contains("main.db"), "{error}");
    }
}
