//! Sync: brings the store level with the inbox. The cursor moves in the transaction that keeps the mail, so that a crash
//! at any point leaves a UID either done with its row or not done at all.

use crate::domain::EmailAddress;
use crate::domain::limits::{FETCH_ATTEMPTS_MAX, SEARCH_RANGE_UIDS, SYNC_BATCH_MAILS_MAX};
use crate::domain::reason::{HandOver, Reason};
use crate::domain::stage::Stage;
use crate::mail::mailbox::{Fetched, FolderRole, Mailbox, UidFault};
use crate::mail::mailbox_error::MailboxError;
use crate::pipeline::intake::{self, Taken, Taking};
use crate::store::health::{self, Part};
use crate::store::ledger::{self, Entered, FolderRow};
use crate::store::mail_state::{self, State, Why};
use crate::store::mailbox::MailboxRow;
use crate::store::record::{self, Chain, Entry};
use crate::store::{Store, StoreError, Writing};
use jiff::Timestamp;
use jiff::tz::TimeZone;

/// How far before the last word of the server a renumbered folder is looked through: servers keep the day of arrival in a
/// time zone of their own, and their clock is not ours.
const RENUMBERED_MARGIN_MS: i64 = 2 * 24 * 60 * 60 * 1000;
/// The name under which the inbox stands in the ledger.
const INBOX: &str = "INBOX";

#[derive(Debug, thiserror::Error)]
pub enum SyncError {
    #[error(transparent)]
    Mailbox(#[from] MailboxError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("The thread that reads mails ended early")]
    Thread,
}

/// What one pass found.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Pass {
    pub takings: Vec<Taking>,
    /// First contact: the cursor was set behind everything that lay there.
    pub first: bool,
    /// The server numbered the folder anew.
    pub renumbered: bool,
    /// UIDs that could not be read this time.
    pub faults: usize,
}

/// How far a pass looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// From the cursor on.
    News,
    /// Every UID that is ours, so that each gap is found whatever IDLE has lost.
    Sweep,
}

/// A mailbox and what belongs to its sync.
pub struct Sync<'a> {
    pub store: &'a Store,
    pub row: &'a MailboxRow,
    /// Every address that the house itself looks after.
    pub own: &'a [EmailAddress],
}

impl Sync<'_> {
    /// Reads everything new into the store, in batches of at most 32 mails.
    pub async fn pass(&self, mailbox: &mut Mailbox, reach: Reach) -> Result<Pass, SyncError> {
        let state = mailbox.select(FolderRole::Inbox).await?;
        let entered = self.store.write(|w| ledger::enter(w, self.row.row, INBOX, state.uid_validity, state.uid_next))?;
        let mut pass =
            Pass { first: matches!(entered, Entered::First(_)), renumbered: matches!(entered, Entered::Renumbered(_)), ..Pass::default() };
        let folder = entered.folder().clone();
        if pass.renumbered {
            self.look_back(mailbox, &folder, &mut pass).await?;
        }
        let start = match reach {
            Reach::News => folder.low_water.saturating_add(1),
            Reach::Sweep => folder.first_uid,
        };
        let mut from = start.max(1);
        while from < state.uid_next {
            let to = from.saturating_add(SEARCH_RANGE_UIDS - 1).min(state.uid_next - 1);
            let present = mailbox.uids(FolderRole::Inbox, from..=to).await?;
            let pending = self.store.read(|r| ledger::pending(r, &folder, &present))?;
            pass.faults += pending.resting;
            self.take(mailbox, &folder, pending.due, &mut pass).await?;
            self.close_gaps(&folder, to, &mut pass)?;
            from = to.saturating_add(1);
        }
        Ok(pass)
    }

    /// After a renumbering: mails that came since the server was last heard are no news to it and unknown to us. Each of them
    /// becomes a person's (see `intake`); those that the ledger knows by their bytes are done.
    async fn look_back(&self, mailbox: &mut Mailbox, folder: &FolderRow, pass: &mut Pass) -> Result<(), SyncError> {
        let heard = self.store.read(|r| -> Result<i64, StoreError> {
            match health::of(r, Part::Mailbox(self.row.row))?.answered_at {
                Some(at) => Ok(at),
                None => ledger::entered_before(r, folder),
            }
        })?;
        let heard = Timestamp::from_millisecond(heard.saturating_sub(RENUMBERED_MARGIN_MS)).unwrap_or_default();
        let since = mailbox.since(FolderRole::Inbox, heard.to_zoned_datetime(TimeZone::UTC).date()).await?;
        let pending = self.store.read(|r| ledger::pending_before(r, folder, &since))?;
        pass.faults += pending.resting;
        let looked_at = pending.due.len();
        self.take(mailbox, folder, pending.due, pass).await?;
        if pass.faults > 0 {
            return Ok(());
        }
        let for_people = self.store.write(|w| -> Result<u32, StoreError> {
            ledger::settle(w, folder)?;
            let for_people = mail_state::waiting_for(&w.reading(), self.row.row, intake::RENUMBERED)?;
            let detail = serde_json::json!({ "looked_at": looked_at, "for_people": for_people });
            let object = Some(self.row.public_id);
            record::append(w, &Entry { chain: Chain::Audit, event: "mailbox.renumbered", object, actor: None, detail })?;
            Ok(for_people)
        })?;
        tracing::warn!(event = "sync.renumbered", mailbox = self.row.row, looked_at, for_people, "the folder was numbered anew");
        Ok(())
    }

    async fn take(&self, mailbox: &mut Mailbox, folder: &FolderRow, mut pending: Vec<u32>, pass: &mut Pass) -> Result<(), SyncError> {
        while !pending.is_empty() {
            let ask: Vec<u32> = pending.iter().copied().take(SYNC_BATCH_MAILS_MAX).collect();
            let fetched = mailbox.fetch(FolderRole::Inbox, &ask).await?;
            let answered: Vec<u32> = fetched.iter().map(|mail| mail.uid).collect();
            pending.retain(|uid| !answered.contains(uid));
            if answered.is_empty() {
                return Err(SyncError::Mailbox(MailboxError::Lost("a fetch")));
            }
            self.write_batch(folder, fetched, pass).await?;
        }
        Ok(())
    }

    async fn write_batch(&self, folder: &FolderRow, fetched: Vec<Fetched>, pass: &mut Pass) -> Result<(), SyncError> {
        let (own, ids) = (self.own.to_vec(), self.row.mailbox.connection.authserv_ids().to_vec());
        let mut faults = Vec::new();
        let mut taken = Vec::new();
        for Fetched { uid, mail } in fetched {
            match mail {
                Ok(mail) => taken.push(Taken { uid, truncated: mail.truncated.is_some(), raw: mail.raw }),
                Err(UidFault::Missing | UidFault::Unreadable) => faults.push(uid),
            }
        }
        let prepare = move || taken.into_iter().map(|taken| intake::prepare(taken, &own, &ids)).collect::<Vec<_>>();
        let prepared = tokio::task::spawn_blocking(prepare).await.map_err(|_| SyncError::Thread)?;
        let takings = self.store.write(|w| -> Result<Vec<Taking>, StoreError> {
            let takings = prepared.iter().map(|prepared| intake::write(w, self.row, folder, prepared)).collect::<Result<_, _>>()?;
            crate::crashpoint!("sync.batch_written");
            for uid in &faults {
                note_fault(w, folder, *uid)?;
            }
            Ok(takings)
        })?;
        crate::crashpoint!("sync.batch_committed");
        pass.takings.extend(takings);
        pass.faults += faults.len();
        Ok(())
    }

    /// UIDs that the server does not have any more are no gap. Only where nothing of the range is still to be read.
    fn close_gaps(&self, folder: &FolderRow, to: u32, pass: &mut Pass) -> Result<(), SyncError> {
        if pass.faults == 0 {
            self.store.write(|w| ledger::close_gap(w, folder, to))?;
        }
        Ok(())
    }
}

/// A mail that the server has listed at each attempt and never gave out is a person's. One that is gone is not listed again.
fn note_fault(w: &Writing<'_>, folder: &FolderRow, uid: u32) -> Result<(), StoreError> {
    if ledger::failed_attempt(w, folder, uid)? < FETCH_ATTEMPTS_MAX {
        return Ok(());
    }
    let why = HandOver::new(Reason::TechnicalFailure, "mail.not_fetched");
    mail_state::insert(w, &State { folder, uid, sender: None, stage: Stage::HumanOnly, why: Why::HandOver(&why) })?;
    ledger::mark_done(w, folder, uid)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::limits::FETCH_PAUSE_MS;
    use crate::mail::maildir::{MaildirMailbox, MaildirSettings};
    use crate::pipeline::intake::tests::house;
    use jiff::SignedDuration;

    /// What the server lists and never gives out is a person's after some attempts, which keep a distance. Nothing is lost
    /// without a word.
    #[tokio::test]
    async fn a_mail_that_is_never_given_out_is_a_persons() {
        let house = house();
        let root = house.folder.path.join("Maildir");
        for part in ["new", "cur", "tmp"] {
            std::fs::create_dir_all(root.join(part)).unwrap();
        }
        let settings = MaildirSettings { root: root.clone(), journal: house.folder.path.join("uids"), uid_validity: 7 };
        let mut mailbox = Mailbox::Maildir(MaildirMailbox::open(settings).await.unwrap());
        let sync = Sync { store: &house.store, row: &house.mailbox, own: &[] };
        assert!(sync.pass(&mut mailbox, Reach::News).await.is_ok());
        // An empty file is a delivery that was cut off: it is there, and there is no mail in it.
        std::fs::write(root.join("new/1.torn"), "").unwrap();
        let waiting = || house.store.read(mail_state::waiting).unwrap();
        let mut at = house.store.clock().now();
        for attempt in 1..=FETCH_ATTEMPTS_MAX {
            assert!(waiting().is_empty(), "attempt {attempt}");
            assert_eq!(sync.pass(&mut mailbox, Reach::Sweep).await.unwrap().faults, 1);
            // Too soon: no attempt.
            assert_eq!(sync.pass(&mut mailbox, Reach::Sweep).await.unwrap().faults, usize::from(attempt < FETCH_ATTEMPTS_MAX));
            at += SignedDuration::from_millis(FETCH_PAUSE_MS);
            house.folder.clock.set(at);
        }
        assert_eq!(waiting().iter().map(|row| row.rule.as_str()).collect::<Vec<_>>(), ["mail.not_fetched"]);
        assert_eq!(sync.pass(&mut mailbox, Reach::Sweep).await.unwrap().faults, 0);
    }
}
