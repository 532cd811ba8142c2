//! Delivery of our own mails into Drafts and Sent, and the removal of exactly those (law 5, R-122).
//!
//! The way of a file is tmp, fsync, number, link, fsync of the folder: at no moment can a reader see half a mail, and a kill
//! leaves at most a file in tmp that no mail program shows.

use super::journal::{disk, sync_parent};
use super::store::{Store, read_head};
use crate::mail::mailbox::{FolderRole, MailUid, OwnFolder, OwnMail, Removed, UidFault};
use crate::mail::mailbox_error::MailboxError;
use std::fs::{DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// Names tried before a folder counts as unusable.
const NAME_ATTEMPTS_MAX: u32 = 1000;

impl Store {
    pub(super) fn append(&mut self, folder: OwnFolder, raw: &[u8]) -> Result<MailUid, MailboxError> {
        if raw.is_empty() {
            return Err(MailboxError::BadInput("An empty mail"));
        }
        let role = FolderRole::from(folder);
        let path = self.folder(role)?.ok_or(MailboxError::NoFolder(role))?;
        // Mails that others have put there keep the lower numbers.
        self.scan(role)?;
        let hash = ring::digest::digest(&ring::digest::SHA256, raw);
        let stem = data_encoding::HEXLOWER.encode(hash.as_ref().get(..8).unwrap_or_default());
        let flags = match folder {
            OwnFolder::Drafts => ":2,D",
            OwnFolder::Sent => ":2,S",
        };
        let (name, temporary) = write_temporary(&path, &stem, self.journal.next(role), raw)?;
        let target = path.join("cur").join(format!("{name}{flags}"));
        self.journal.number(role, std::slice::from_ref(&name))?;
        publish(&temporary, &target)?;
        sync_parent(&target)?;
        let uid = self.journal.uid(role, &name).ok_or(MailboxError::NotOurs)?;
        Ok(MailUid { uid_validity: self.journal.uid_validity, uid })
    }

    pub(super) fn remove_own(&mut self, own: &OwnMail) -> Result<Removed, MailboxError> {
        let role = FolderRole::from(own.folder);
        if own.uid.uid_validity != self.journal.uid_validity || self.journal.name(role, own.uid.uid).is_none() {
            return Ok(Removed::NotThere);
        }
        let all = match self.scan(role) {
            Err(MailboxError::NoFolder(_)) => return Ok(Removed::NotThere),
            all => all?,
        };
        let Some(entry) = all.get(&own.uid.uid) else { return Ok(Removed::NotThere) };
        match read_head(&entry.path) {
            Ok(head) if own.mark.is_on(&head) => {}
            Ok(_) | Err(UidFault::Unreadable) => return Err(MailboxError::NotOurs),
            Err(UidFault::Missing) => return Ok(Removed::NotThere),
        }
        match std::fs::remove_file(&entry.path) {
            Ok(()) => sync_parent(&entry.path).map(|()| Removed::Gone),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Removed::NotThere),
            Err(error) => Err(disk(error)),
        }
    }

    /// Maildir++ subfolders, for mail programs to show.
    pub(super) fn create_missing(&mut self) -> Result<Vec<String>, MailboxError> {
        let mut made = Vec::new();
        for (role, name) in [(FolderRole::Drafts, "Drafts"), (FolderRole::Sent, "Sent")] {
            if self.folder(role)?.is_none() {
                self.make_folder(&self.root().join(format!(".{name}")))?;
                made.push(name.to_owned());
            }
        }
        Ok(made)
    }

    fn make_folder(&self, path: &Path) -> Result<(), MailboxError> {
        let mut builder = DirBuilder::new();
        builder.recursive(true).mode(0o700);
        for part in ["tmp", "new", "cur"] {
            builder.create(path.join(part)).map_err(disk)?;
        }
        OpenOptions::new().create(true).append(true).mode(0o600).open(path.join("maildirfolder")).map_err(disk)?;
        sync_parent(path)
    }
}

/// Gives the file its place. A link fails where the name is taken, so it is tried first; shares that have no links get a rename,
/// which is safe as well, for the name holds a number that is given once.
fn publish(temporary: &Path, target: &Path) -> Result<(), MailboxError> {
    match std::fs::hard_link(temporary, target) {
        Err(error) if matches!(error.kind(), ErrorKind::Unsupported | ErrorKind::PermissionDenied) => {
            std::fs::rename(temporary, target).map_err(disk)
        }
        linked => {
            // What lies in tmp is shown by no mail program, so a leftover is no reason to fail.
            let _ = std::fs::remove_file(temporary);
            linked.map_err(disk)
        }
    }
}

/// The mail in tmp, on disk, and the name it will have. The same bytes get the same stem, so that a leftover is recognised.
fn write_temporary(folder: &Path, stem: &str, number: u32, raw: &[u8]) -> Result<(String, PathBuf), MailboxError> {
    for attempt in 0..NAME_ATTEMPTS_MAX {
        let name = format!("{stem}.{number}.{attempt}.hauspost");
        let path = folder.join("tmp").join(&name);
        match OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path) {
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(disk(error)),
            Ok(mut file) => {
                file.write_all(raw).and_then(|()| file.sync_all()).map_err(disk)?;
                return Ok((name, path));
            }
        }
    }
    Err(MailboxError::Disk(ErrorKind::AlreadyExists))
}
