//! Waiting for mail: IDLE (RFC 2177) where the server has it, a look now and then where it has not.
//!
//! A notice may come before IDLE is agreed, inside it, or with the answer to DONE; all three are read. The sweep of the
//! caller finds what a server forgets to announce.

use super::mailbox::{Access, ImapMailbox};
use crate::mail::mailbox::{FolderRole, Wake};
use crate::mail::mailbox_error::MailboxError;
use std::time::Duration;
use tokio::time::Instant;

impl ImapMailbox {
    /// See [`Mailbox::wait`](crate::mail::Mailbox::wait).
    pub async fn wait(&mut self, timeout: Duration) -> Result<Wake, MailboxError> {
        let until = Instant::now() + timeout;
        self.need(FolderRole::Inbox, Access::ReadOnly).await?;
        loop {
            // NOOP brings what was announced to other commands' time (RFC 3501 §6.1.2).
            self.noop().await?;
            if std::mem::take(&mut self.open.arrived) {
                return Ok(Wake::New);
            }
            if Instant::now() >= until {
                return Ok(Wake::Timeout);
            }
            if self.has("IDLE") && !self.idle_refused {
                self.idle_once(until).await?;
            } else {
                tokio::time::sleep_until(until.min(Instant::now() + self.timing.poll)).await;
            }
        }
    }

    async fn noop(&mut self) -> Result<(), MailboxError> {
        let noop = self.command("NOOP", "NOOP".to_owned());
        self.run(noop, &mut |_| {}).await.map(|_| ())
    }

    /// One IDLE, until something arrives, `until`, or a server that has been silent for `idle_restart`.
    async fn idle_once(&mut self, until: Instant) -> Result<(), MailboxError> {
        let timing = self.timing;
        let open = &mut self.open;
        let tag = match self.wire.begin_idle(timing.command, &mut |answer| open.note(answer)).await {
            Ok(tag) => tag,
            // Announced and refused (full server, proxy): poll from here on.
            Err(MailboxError::No { .. } | MailboxError::Bad { .. }) => {
                self.idle_refused = true;
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        // A server that talks all the time must not talk past the end.
        while !open.arrived && Instant::now() < until {
            let silence = until.min(Instant::now() + timing.idle_restart);
            if !self.wire.hear_idle(&tag, silence, &mut |answer| open.note(answer)).await? {
                break;
            }
        }
        self.wire.end_idle(&tag, timing.done, &mut |answer| open.note(answer)).await
    }
}
