//! Laying down mails of our own, and removing exactly those again (law 5, R-122).
//!
//! `\Deleted` and UID EXPUNGE stand in this file alone. Both name one UID that our own append returned, after its UIDVALIDITY
//! and our mark on the server's copy were checked. Plain EXPUNGE does not exist: it would take the customer's deleted mails along.

use super::mailbox::{Access, ImapMailbox};
use super::wire::Command;
use crate::mail::mailbox::{FolderRole, MailUid, OwnFolder, OwnMail, Removed};
use crate::mail::mailbox_error::MailboxError;

impl ImapMailbox {
    /// See [`Mailbox::append`](crate::mail::Mailbox::append).
    pub async fn append(&mut self, folder: OwnFolder, raw: &[u8]) -> Result<Option<MailUid>, MailboxError> {
        if raw.is_empty() || raw.contains(&0) {
            // RFC 3501 §4.3.1: a literal holds no zero byte.
            return Err(MailboxError::BadInput("An empty mail or one with a zero byte"));
        }
        let name = super::folders::mailbox_argument(&self.folder_name(FolderRole::from(folder)).await?)?;
        let flags = match folder {
            OwnFolder::Drafts => " (\\Draft)",
            OwnFolder::Sent => " (\\Seen)",
        };
        let append = self.command("APPEND", format!("APPEND {name}{flags} {{{}}}", raw.len()));
        let done = self.run(Command { literal: Some(raw), patient: true, ..append }, &mut |_| {}).await;
        if matches!(done, Err(MailboxError::No { .. })) {
            // Perhaps a person has renamed the folder; the next attempt looks for it again.
            self.folders = None;
        }
        let done = done?;
        Ok(done.append_uid.map(|(uid_validity, uid)| MailUid { uid_validity, uid }))
    }

    /// See [`Mailbox::remove_own`](crate::mail::Mailbox::remove_own).
    pub async fn remove_own(&mut self, own: &OwnMail) -> Result<Removed, MailboxError> {
        if !self.has("UIDPLUS") {
            return Ok(Removed::NotPossible);
        }
        let role = FolderRole::from(own.folder);
        match self.need(role, Access::ReadWrite).await {
            Ok(()) => {}
            // The number means another mail now, or none.
            Err(MailboxError::UidValidityChanged) => return Ok(Removed::NotThere),
            Err(error) => return Err(error),
        }
        if self.selected_uid_validity() != own.uid.uid_validity {
            return Ok(Removed::NotThere);
        }
        match self.carries(own.uid.uid, &own.mark).await? {
            None => return Ok(Removed::NotThere),
            Some(false) => return Err(MailboxError::NotOurs),
            Some(true) => {}
        }
        let uid = own.uid.uid;
        let store = self.command("UID STORE", format!("UID STORE {uid} +FLAGS.SILENT (\\Deleted)"));
        self.run(store, &mut |_| {}).await?;
        let expunge = self.command("UID EXPUNGE", format!("UID EXPUNGE {uid}"));
        match self.run(expunge, &mut |_| {}).await {
            Ok(_) => {}
            Err(MailboxError::No { .. } | MailboxError::Bad { .. }) => return Ok(Removed::OnlyMarked),
            Err(error) => return Err(error),
        }
        // Some bridges answer OK and keep the mail; only its absence is proof.
        match self.carries(uid, &own.mark).await? {
            None => Ok(Removed::Gone),
            Some(_) => Ok(Removed::OnlyMarked),
        }
    }
}
