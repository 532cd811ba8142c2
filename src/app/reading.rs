//! The task of one mailbox: connect, sweep, wait for news, lay down drafts, see what people sent; again with back-off.

use crate::app::mailbox_test;
use crate::app::service::Common;
use crate::domain::mailbox::Connection;
use crate::mail::{Mailbox, MailboxError};
use crate::pipeline::connect;
use crate::pipeline::filing::{self, FilingError};
use crate::pipeline::intake::Taking;
use crate::pipeline::release::Release;
use crate::pipeline::sync::{Pass, Reach, Sync, SyncError};
use crate::store::mailbox::{self, MailboxRow};
use crate::store::{StoreError, setting};
use std::time::{Duration, Instant};

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

#[derive(Debug, thiserror::Error)]
enum ReadError {
    #[error(transparent)]
    Mailbox(#[from] MailboxError),
    #[error(transparent)]
    Sync(#[from] SyncError),
    #[error(transparent)]
    Filing(#[from] FilingError),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl ReadError {
    const fn is_authentication(&self) -> bool {
        match self {
            Self::Mailbox(error) | Self::Sync(SyncError::Mailbox(error)) | Self::Filing(FilingError::Mailbox(error)) => {
                error.is_authentication()
            }
            Self::Sync(SyncError::Store(_) | SyncError::Thread)
            | Self::Filing(FilingError::Store(_) | FilingError::Release(_))
            | Self::Store(_) => false,
        }
    }
}

pub async fn run(reader: Reader) {
    let mut backoff = BACKOFF_FIRST;
    loop {
        let started = Instant::now();
        match reader.session().await {
            Ok(()) => return,
            Err(error) => {
                let server = reader.server();
                tracing::warn!(event = "mailbox.lost", mailbox = reader.row, server, %error, "the mailbox is opened anew");
                if error.is_authentication() {
                    // Asking again and again locks the account at many providers.
                    backoff = BACKOFF_MAX;
                } else if started.elapsed() > BACKOFF_MAX {
                    backoff = BACKOFF_FIRST;
                }
            }
        }
        if !reader.common.pause(backoff).await {
            return;
        }
        backoff = (backoff * 2).min(BACKOFF_MAX);
    }
}

impl Reader {
    /// One connection from login to loss. `Ok`: the service ends.
    async fn session(&self) -> Result<(), ReadError> {
        let row = self.row()?;
        let password = self.common.store.read(|r| mailbox::password(r, &row))?;
        let mut mailbox = connect::open(&self.common.store, &row, &password).await?;
        drop(password);
        let (mut swept, mut looked) = (None::<Instant>, None::<Instant>);
        loop {
            let row = self.row()?;
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
            if !self.wait(&row, &mut mailbox).await? {
                mailbox.close().await;
                return Ok(());
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

    fn row(&self) -> Result<MailboxRow, StoreError> {
        self.common.store.read(|r| mailbox::by_row(r, self.row))
    }

    async fn pass(&self, row: &MailboxRow, mailbox: &mut Mailbox, reach: Reach) -> Result<Pass, ReadError> {
        let own = self.common.own_addresses()?;
        Ok(Sync { store: &self.common.store, row, own: &own }.pass(mailbox, reach).await?)
    }

    async fn file(&self, row: &MailboxRow, mailbox: &mut Mailbox) -> Result<usize, ReadError> {
        let now = self.common.store.clock().now().to_zoned_datetime(jiff::tz::TimeZone::system());
        let release = Release { store: &self.common.store, signature: &self.common.desk.signature, now: &now, undo_ms: 0 };
        let discarded = filing::discard_void(&release, mailbox, row).await?;
        if discarded > 0 {
            tracing::info!(event = "mailbox.discarded", mailbox = self.row, drafts = discarded, "drafts without clearance were taken back");
        }
        Ok(filing::file_drafts(&release, mailbox, row).await?)
    }

    async fn look_at_sent(&self, row: &MailboxRow, mailbox: &mut Mailbox) -> Result<usize, ReadError> {
        let now = self.common.store.clock().now().to_zoned_datetime(jiff::tz::TimeZone::system());
        let release = Release { store: &self.common.store, signature: &self.common.desk.signature, now: &now, undo_ms: 0 };
        Ok(filing::reconcile_sent(&release, mailbox, row).await?)
    }

    fn note(&self, pass: &Pass, filed: usize) -> Result<(), StoreError> {
        // Effective before the next inference and during a running one.
        if pass.takings.contains(&Taking::Withdrawn) {
            self.common.engine.cancel_all();
        }
        if !pass.takings.is_empty() || filed > 0 || pass.renumbered || pass.first {
            tracing::info!(
                event = "mailbox.pass",
                mailbox = self.row,
                mails = pass.takings.len(),
                filed,
                first = pass.first,
                renumbered = pass.renumbered,
                "read"
            );
        }
        // The last word of the server, for the liveness alarm (F-01).
        let now = self.common.store.clock().now().as_millisecond().to_string();
        self.common.store.write(|w| setting::set(w, &format!("mailbox.{}.answered_at", self.row), &now))
    }

    /// Waits for news, at most until drafts may have to be laid down. `false`: the service ends.
    async fn wait(&self, row: &MailboxRow, mailbox: &mut Mailbox) -> Result<bool, ReadError> {
        let drafts = row.mailbox.policy.delivery == crate::domain::policy::Delivery::Drafts;
        let mut stop = self.common.stop.clone();
        if *stop.borrow() {
            return Ok(false);
        }
        let longest = if drafts { FILING_EVERY } else { WAIT_MAX };
        tokio::select! {
            _ = stop.changed() => Ok(false),
            wake = mailbox.wait(longest) => {
                wake?;
                Ok(true)
            }
        }
    }
}
