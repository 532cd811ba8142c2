//! The task of one mailbox: connect, sweep, wait for news, lay down drafts, see what people sent; again with back-off.

use crate::app::fault::mail::failure;
use crate::app::mailbox_test;
use crate::app::service::{Common, Pause};
use crate::domain::Secret;
use crate::domain::mailbox::Connection;
use crate::mail::{Mailbox, MailboxError};
use crate::pipeline::connect;
use crate::pipeline::filing::{self, FilingError};
use crate::pipeline::intake::Taking;
use crate::pipeline::release::Release;
use crate::pipeline::sync::{Pass, Reach, Sync, SyncError};
use crate::store::StoreError;
use crate::store::health::{self, Failure, Part};
use crate::store::mailbox::{self, MailboxRow};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::watch;

const BACKOFF_FIRST: Duration = Duration::from_secs(1);
const BACKOFF_MAX: Duration = Duration::from_secs(300);
/// Every UID is compared with the ledger this often and after each connect.
const SWEEP_EVERY: Duration = Duration::from_secs(15 * 60);
/// While drafts lie in the folder or wait to be laid there, the mailbox is looked at this often.
const FILING_EVERY: Duration = Duration::from_secs(2);
const SENT_EVERY: Duration = Duration::from_secs(30);
/// The longest wait for news; IDLE is renewed below this by the mailbox itself.
const WAIT_MAX: Duration = Duration::from_secs(5 * 60);

pub struct Reader {
    pub common: Common,
    pub row: i64,
}

/// What became of the drafts that are ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Filed {
    Drafts(usize),
    /// The mailbox has no Drafts folder.
    NoFolder,
}

#[derive(Debug, thiserror::Error)]
enum ReadError {
    #[error(transparent)]
    Mailbox(#[from] MailboxError),
    #[error("The mail server refuses the login")]
    Refused(Secret<String>, Box<Connection>),
    #[error(transparent)]
    Sync(#[from] SyncError),
    #[error(transparent)]
    Filing(#[from] FilingError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ReadError {
    const fn failure(&self) -> Failure {
        match self {
            Self::Refused(..) => Failure::LoginRefused,
            Self::Mailbox(error) | Self::Sync(SyncError::Mailbox(error)) | Self::Filing(FilingError::Mailbox(error)) => failure(error),
            Self::Sync(SyncError::Store(_) | SyncError::Thread)
            | Self::Filing(FilingError::Store(_) | FilingError::Release(_))
            | Self::Store(_) => Failure::Internal,
        }
    }
}

/// Why a connection was given up without a fault.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ended {
    /// The service ends, or nobody looks after the mailbox any more.
    ForGood,
    /// A person has changed how the mailbox is reached.
    Changed,
}

/// Reads the mailbox until the service ends or the mailbox is removed.
pub async fn run(reader: Arc<Reader>) {
    let mut called = reader.common.called.clone();
    let mut backoff = BACKOFF_FIRST;
    loop {
        let started = Instant::now();
        let error = match reader.session(&mut called).await {
            Ok(Ended::ForGood) => return,
            Ok(Ended::Changed) => continue,
            Err(error) => error,
        };
        let server = reader.server();
        tracing::warn!(event = "mailbox.lost", mailbox = reader.row, server, %error, "the mailbox is opened anew");
        reader.note_failure(error.failure());
        if started.elapsed() > BACKOFF_MAX {
            backoff = BACKOFF_FIRST;
        }
        let go_on = match error {
            ReadError::Refused(tried, connection) => reader.pause_until_another_login(&tried, &connection, &mut called).await,
            ReadError::Mailbox(_) | ReadError::Sync(_) | ReadError::Filing(_) | ReadError::Store(_) => {
                let pause = reader.common.pause_until_called(backoff, &mut called).await;
                backoff = (backoff * 2).min(BACKOFF_MAX);
                pause != Pause::Stopped
            }
        };
        if !go_on {
            return;
        }
    }
}

impl Reader {
    /// One connection from login to loss.
    async fn session(&self, called: &mut watch::Receiver<u64>) -> Result<Ended, ReadError> {
        let row = self.row()?;
        if row.is_removed {
            return Ok(Ended::ForGood);
        }
        let opened = row.mailbox.connection.clone();
        let password = self.common.store.read(|r| mailbox::password(r, &row))?;
        let mut mailbox = match connect::open(&self.common.store, &row, &password).await {
            Ok(mailbox) => mailbox,
            Err(error) if error.is_authentication() => return Err(ReadError::Refused(password, Box::new(opened))),
            Err(error) => return Err(error.into()),
        };
        drop(password);
        let (mut swept, mut looked) = (None::<Instant>, None::<Instant>);
        loop {
            // Seen before the row is read: what changes from here on ends the wait below at once.
            called.borrow_and_update();
            let row = self.row()?;
            if row.is_removed || row.mailbox.connection != opened {
                mailbox.close().await;
                return Ok(if row.is_removed { Ended::ForGood } else { Ended::Changed });
            }
            let due = swept.is_none_or(|at| at.elapsed() >= SWEEP_EVERY);
            let pass = self.pass(&row, &mut mailbox, if due { Reach::Sweep } else { Reach::News }).await?;
            if due {
                swept = Some(Instant::now());
            }
            let filed = self.file(&row, &mut mailbox).await?;
            if looked.is_none_or(|at| at.elapsed() >= SENT_EVERY) {
                self.look_at_sent(&row, &mut mailbox).await?;
                looked = Some(Instant::now());
            }
            self.note(&pass, filed)?;
            if !self.wait(&row, &mut mailbox, called, filed).await? {
                mailbox.close().await;
                return Ok(Ended::ForGood);
            }
        }
    }

    /// Host and port for a log line. The path of a Maildir may hold a person's name and is left out.
    fn server(&self) -> String {
        match self.row().map(|row| row.mailbox.connection) {
            Ok(connection @ Connection::Imap(_)) => mailbox_test::server(&connection),
            Ok(Connection::Maildir { .. }) | Err(_) => String::new(),
        }
    }

    /// Asking again and again with a password that was refused locks the account at many providers; a new one, or another server
    /// or user, is tried at once. Returns whether the service goes on.
    async fn pause_until_another_login(&self, tried: &Secret<String>, at: &Connection, called: &mut watch::Receiver<u64>) -> bool {
        let until = Instant::now() + BACKOFF_MAX;
        loop {
            match self.common.pause_until_called(until.saturating_duration_since(Instant::now()), called).await {
                Pause::Stopped => return false,
                Pause::Over => return true,
                Pause::Called => {}
            }
            let Ok(row) = self.row() else { continue };
            let now = self.common.store.read(|r| mailbox::password(r, &row));
            if row.is_removed || row.mailbox.connection != *at || now.is_ok_and(|now| now.reveal() != tried.reveal()) {
                return true;
            }
        }
    }

    fn note_failure(&self, failure: Failure) {
        if let Err(error) = self.common.store.write(|w| health::failed(w, Part::Mailbox(self.row), failure)) {
            tracing::warn!(event = "health.not_noted", %error, "the state of a mailbox could not be noted");
        }
    }

    fn row(&self) -> Result<MailboxRow, StoreError> {
        self.common.store.read(|r| mailbox::by_row(r, self.row))
    }

    async fn pass(&self, row: &MailboxRow, mailbox: &mut Mailbox, reach: Reach) -> Result<Pass, ReadError> {
        let own = self.common.own_addresses()?;
        Ok(Sync { store: &self.common.store, row, own: &own }.pass(mailbox, reach).await?)
    }

    async fn file(&self, row: &MailboxRow, mailbox: &mut Mailbox) -> Result<Filed, ReadError> {
        let now = self.common.store.clock().now().to_zoned_datetime(jiff::tz::TimeZone::system());
        let release = Release { store: &self.common.store, signature: &self.common.desk.signature, now: &now, undo_ms: 0 };
        let discarded = filing::take_back_drafts(&release, mailbox, row).await?;
        if discarded > 0 {
            tracing::info!(event = "mailbox.discarded", mailbox = self.row, drafts = discarded, "drafts without clearance were taken back");
        }
        match filing::file_drafts(&release, mailbox, row).await {
            Ok(count) => Ok(Filed::Drafts(count)),
            // The folder is the customer's to make; the drafts wait, and reading goes on.
            Err(FilingError::Mailbox(MailboxError::NoFolder(_))) => Ok(Filed::NoFolder),
            Err(error) => Err(error.into()),
        }
    }

    async fn look_at_sent(&self, row: &MailboxRow, mailbox: &mut Mailbox) -> Result<usize, ReadError> {
        let now = self.common.store.clock().now().to_zoned_datetime(jiff::tz::TimeZone::system());
        let release = Release { store: &self.common.store, signature: &self.common.desk.signature, now: &now, undo_ms: 0 };
        Ok(filing::reconcile_sent(&release, mailbox, row).await?)
    }

    fn note(&self, pass: &Pass, filed: Filed) -> Result<(), StoreError> {
        // Effective before the next inference and during a running one.
        if pass.takings.contains(&Taking::Withdrawn) {
            self.common.engine.cancel_all();
        }
        let drafts = match filed {
            Filed::Drafts(count) => count,
            Filed::NoFolder => 0,
        };
        if !pass.takings.is_empty() || drafts > 0 || pass.renumbered || pass.first {
            tracing::info!(
                event = "mailbox.pass",
                mailbox = self.row,
                mails = pass.takings.len(),
                filed = drafts,
                first = pass.first,
                renumbered = pass.renumbered,
                "read"
            );
        }
        self.common.store.write(|w| {
            health::answered(w, Part::Mailbox(self.row))?;
            match filed {
                Filed::Drafts(_) => Ok(()),
                Filed::NoFolder => health::failed(w, Part::Mailbox(self.row), Failure::NoDraftsFolder),
            }
        })
    }

    /// Waits for news, at most until drafts may have to be laid down. `false`: the service ends.
    async fn wait(
        &self,
        row: &MailboxRow,
        mailbox: &mut Mailbox,
        called: &mut watch::Receiver<u64>,
        filed: Filed,
    ) -> Result<bool, ReadError> {
        let drafts = row.mailbox.policy.delivery == crate::domain::policy::Delivery::Drafts;
        let mut stop = self.common.stop.clone();
        if *stop.borrow() {
            return Ok(false);
        }
        let longest = match (drafts, filed) {
            (true, Filed::Drafts(_)) => FILING_EVERY,
            // A folder that is missing is looked for as often as Sent.
            (true, Filed::NoFolder) => SENT_EVERY,
            (false, _) => WAIT_MAX,
        };
        tokio::select! {
            _ = stop.changed() => Ok(false),
            wake = mailbox.wait_or_called(longest, called) => {
                wake?;
                Ok(true)
            }
        }
    }
}
