//! The Maildir behind the mailbox's shape: every operation of the store, run beside the async threads.

use super::store::{Stamp, Store};
use crate::mail::mailbox::{Fetched, FolderRole, FolderState, MailUid, Marked, OwnFolder, OwnMail, OwnMark, Profile, Removed, Wake, call};
use crate::mail::mailbox_error::MailboxError;
use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

/// Between two looks at the folder's time of change.
const LOOK_MILLISECONDS: u64 = 500;
/// Every so many looks the folder is listed even if its time has not changed: two deliveries can share one tick of the clock.
const LIST_EVERY: u32 = 10;

/// Where a Maildir is.
#[derive(Debug, Clone)]
pub struct MaildirSettings {
    /// The folder that holds `new`, `cur` and `tmp`.
    pub root: PathBuf,
    /// The file of numbers, in our data folder, one per Maildir.
    pub journal: PathBuf,
    /// The UIDVALIDITY of a journal that does not exist yet, for instance the present in Unix seconds.
    pub uid_validity: u32,
}

#[derive(Clone)]
pub struct MaildirMailbox {
    store: Arc<Mutex<Store>>,
}

impl MaildirMailbox {
    pub async fn open(settings: MaildirSettings) -> Result<Self, MailboxError> {
        let open = move || Store::open(&settings.root, &settings.journal, settings.uid_validity);
        let store = tokio::task::spawn_blocking(open).await.map_err(|_| MailboxError::Poisoned)??;
        Ok(Self { store: Arc::new(Mutex::new(store)) })
    }

    async fn with<R: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Store) -> Result<R, MailboxError> + Send + 'static,
    ) -> Result<R, MailboxError> {
        let store = Arc::clone(&self.store);
        let run = move || work(&mut store.lock().unwrap_or_else(PoisonError::into_inner));
        tokio::task::spawn_blocking(run).await.map_err(|_| MailboxError::Poisoned)?
    }

    /// See [`Mailbox::select`](crate::mail::Mailbox::select).
    pub async fn select(&mut self, role: FolderRole) -> Result<FolderState, MailboxError> {
        self.with(move |store| store.select(role)).await
    }

    /// See [`Mailbox::uids`](crate::mail::Mailbox::uids).
    pub async fn uids(&mut self, role: FolderRole, range: RangeInclusive<u32>) -> Result<Vec<u32>, MailboxError> {
        self.with(move |store| store.uids(role, &range)).await
    }

    /// See [`Mailbox::since`](crate::mail::Mailbox::since).
    pub async fn since(&mut self, role: FolderRole, day: jiff::civil::Date) -> Result<Vec<u32>, MailboxError> {
        self.with(move |store| store.since(role, day)).await
    }

    /// See [`Mailbox::sizes`](crate::mail::Mailbox::sizes).
    pub async fn sizes(&mut self, role: FolderRole, uids: &[u32]) -> Result<Vec<(u32, u64)>, MailboxError> {
        let uids = uids.to_vec();
        self.with(move |store| store.sizes(role, &uids)).await
    }

    /// See [`Mailbox::fetch`](crate::mail::Mailbox::fetch).
    pub async fn fetch(&mut self, role: FolderRole, uids: &[u32]) -> Result<Vec<Fetched>, MailboxError> {
        let uids = uids.to_vec();
        self.with(move |store| store.fetch(role, &uids)).await
    }

    /// See [`Mailbox::find_by_header`](crate::mail::Mailbox::find_by_header).
    pub async fn find_by_header(&mut self, role: FolderRole, name: &str, value: &str) -> Result<Vec<u32>, MailboxError> {
        let mark = OwnMark::header(name, value).ok_or(MailboxError::BadInput("A header field with other than ASCII letters"))?;
        self.with(move |store| store.find_by_mark(role, &mark)).await
    }

    /// See [`Mailbox::create_missing`](crate::mail::Mailbox::create_missing).
    pub async fn create_missing(&mut self) -> Result<Vec<String>, MailboxError> {
        self.with(|store| store.create_missing()).await
    }

    /// See [`Mailbox::append`](crate::mail::Mailbox::append).
    pub async fn append(&mut self, folder: OwnFolder, raw: &[u8]) -> Result<Option<MailUid>, MailboxError> {
        let raw = raw.to_vec();
        self.with(move |store| store.append(folder, &raw)).await.map(Some)
    }

    /// See [`Mailbox::remove_own`](crate::mail::Mailbox::remove_own).
    pub async fn remove_own(&mut self, own: &OwnMail) -> Result<Removed, MailboxError> {
        let own = own.clone();
        self.with(move |store| store.remove_own(&own)).await
    }

    /// See [`Mailbox::mark_answered`](crate::mail::Mailbox::mark_answered).
    pub async fn mark_answered(&mut self, _: MailUid) -> Result<Marked, MailboxError> {
        Ok(Marked { answered: false, keyword: false })
    }

    /// See [`Mailbox::wait_or_called`](crate::mail::Mailbox::wait_or_called).
    pub async fn wait(&mut self, timeout: Duration, called: &mut watch::Receiver<u64>) -> Result<Wake, MailboxError> {
        let until = Instant::now() + timeout;
        let mut seen: Option<Stamp> = None;
        let mut looks = 0_u32;
        loop {
            let stamp = self.with(|store| Ok(store.stamp())).await?;
            let list = seen != Some(stamp) || looks.is_multiple_of(LIST_EVERY);
            if list && self.with(|store| store.has_arrivals()).await? {
                return Ok(Wake::New);
            }
            seen = Some(stamp);
            looks = looks.wrapping_add(1);
            if Instant::now() >= until {
                return Ok(Wake::Timeout);
            }
            tokio::select! {
                () = call(called) => return Ok(Wake::Called),
                () = tokio::time::sleep_until(until.min(Instant::now() + Duration::from_millis(LOOK_MILLISECONDS))) => {}
            }
        }
    }

    /// See [`Mailbox::profile`](crate::mail::Mailbox::profile).
    pub async fn profile(&mut self) -> Result<Profile, MailboxError> {
        let (drafts, sent) = self.with(|store| Ok((store.clear_name(FolderRole::Drafts)?, store.clear_name(FolderRole::Sent)?))).await?;
        Ok(Profile { server: None, capabilities: Vec::new(), drafts, sent, tls: None, idle: true, can_remove_own: true })
    }
}
