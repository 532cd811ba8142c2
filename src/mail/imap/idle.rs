//! Waiting for mail: IDLE (RFC 2177) where the server has it, a look now and then where it has not.
//!
//! A notice may come before IDLE is agreed, inside it, or with the answer to DONE; all three are read. The sweep of the
//! caller finds what a server forgets to announce.

use super::mailbox::{Access, ImapMailbox};
use crate::mail::mailbox::{FolderRole, Wake, call};
use crate::mail::mailbox_error::MailboxError;
use async_imap::imap_proto::Response;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

impl ImapMailbox {
    /// See [`Mailbox::wait_or_called`](crate::mail::Mailbox::wait_or_called).
    pub async fn wait(&mut self, timeout: Duration, called: &mut watch::Receiver<u64>) -> Result<Wake, MailboxError> {
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
            let is_called = if self.has("IDLE") && !self.idle_refused {
                self.idle_once(until, called).await?
            } else {
                tokio::select! {
                    () = call(called) => true,
                    () = tokio::time::sleep_until(until.min(Instant::now() + self.timing.poll)) => false,
                }
            };
            if is_called {
                return Ok(Wake::Called);
            }
        }
    }

    async fn noop(&mut self) -> Result<(), MailboxError> {
        let noop = self.command("NOOP", "NOOP".to_owned());
        self.run(noop, &mut |_| {}).await.map(|_| ())
    }

    /// One IDLE, until something arrives, `until`, or a server that has been silent for `idle_restart`. True: somebody called.
    async fn idle_once(&mut self, until: Instant, called: &mut watch::Receiver<u64>) -> Result<bool, MailboxError> {
        let timing = self.timing;
        let open = &mut self.open;
        let tag = match self.wire.begin_idle(timing.command, &mut |answer| open.note(answer)).await {
            Ok(tag) => tag,
            // Announced and refused (full server, proxy): poll from here on.
            Err(MailboxError::No { .. } | MailboxError::Bad { .. }) => {
                self.idle_refused = true;
                return Ok(false);
            }
            Err(error) => return Err(error),
        };
        // A server that talks all the time must not talk past the end.
        let mut is_called = false;
        while !open.arrived && !is_called && Instant::now() < until {
            let silence = until.min(Instant::now() + timing.idle_restart);
            // Hearing may be dropped at any moment, as its own deadline does: what has come stays in the buffer for DONE.
            let mut note = |answer: &Response<'_>| open.note(answer);
            tokio::select! {
                () = call(called) => is_called = true,
                heard = self.wire.hear_idle(&tag, silence, &mut note) => if !heard? { break },
            }
        }
        self.wire.end_idle(&tag, timing.done, &mut |answer| open.note(answer)).await?;
        Ok(is_called)
    }
}
