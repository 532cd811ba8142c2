//! The files of a Maildir: which are there, under which number, and their bytes. Blocking; the mailbox runs it aside.

use super::journal::{Journal, disk};
use crate::domain::limits::{FETCH_BATCH_BYTES_MAX, MAIL_BYTES_MAX, MAIL_HEAD_BYTES};
use crate::mail::folder_names::{self, ListedFolder};
use crate::mail::mailbox::{Fetched, FolderRole, FolderState, OwnMark, RawMail, UidFault};
use crate::mail::mailbox_error::MailboxError;
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Read;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

pub(super) struct Store {
    root: PathBuf,
    pub(super) journal: Journal,
    /// The next number of the inbox as the last [`Store::select`] told it; what is numbered later is news, for every list
    /// gives numbers to what it finds.
    told: u32,
}

/// A mail that is there now.
pub(super) struct Entry {
    pub path: PathBuf,
    pub bytes: u64,
}

/// When the two folders in which mail lies were last changed. A look at them is cheap, a list of a large folder is not.
pub(super) type Stamp = [Option<SystemTime>; 2];

impl Store {
    pub(super) fn open(root: &Path, journal: &Path, uid_validity: u32) -> Result<Self, MailboxError> {
        for name in ["new", "cur"] {
            if !root.join(name).is_dir() {
                return Err(MailboxError::NoFolder(FolderRole::Inbox));
            }
        }
        Ok(Self { root: root.to_owned(), journal: Journal::open(journal, uid_validity)?, told: u32::MAX })
    }

    pub(super) fn select(&mut self, role: FolderRole) -> Result<FolderState, MailboxError> {
        let exists = self.scan(role)?.len();
        if role == FolderRole::Inbox {
            self.told = self.journal.next(role);
        }
        Ok(FolderState {
            uid_validity: self.journal.uid_validity,
            uid_next: self.journal.next(role),
            exists: u32::try_from(exists).unwrap_or(u32::MAX),
        })
    }

    /// Every mail of the folder by number; new files get theirs first.
    pub(super) fn scan(&mut self, role: FolderRole) -> Result<BTreeMap<u32, Entry>, MailboxError> {
        let folder = self.folder(role)?.ok_or(MailboxError::NoFolder(role))?;
        // A mail program may move a file from new to cur between the two lists: cur last, and cur wins.
        let mut found = BTreeMap::new();
        for part in ["new", "cur"] {
            list(&folder.join(part), &mut found)?;
        }
        let mut names: Vec<String> = found.keys().cloned().collect();
        names.sort_by(|a, b| arrival(a).cmp(&arrival(b)).then_with(|| a.cmp(b)));
        self.journal.number(role, &names)?;
        let numbered = found.into_iter().filter_map(|(name, entry)| Some((self.journal.uid(role, &name)?, entry)));
        Ok(numbered.collect())
    }

    pub(super) fn uids(&mut self, role: FolderRole, range: &RangeInclusive<u32>) -> Result<Vec<u32>, MailboxError> {
        Ok(self.scan(role)?.into_keys().filter(|uid| range.contains(uid)).collect())
    }

    /// By the time of the file, which a mail program keeps when it changes flags; a file that does not tell is taken along.
    pub(super) fn since(&mut self, role: FolderRole, day: jiff::civil::Date) -> Result<Vec<u32>, MailboxError> {
        let seconds = day.to_zoned_datetime(jiff::tz::TimeZone::UTC).map_or(0, |at| at.timestamp().as_second());
        let from = SystemTime::UNIX_EPOCH + Duration::from_secs(u64::try_from(seconds).unwrap_or(0));
        let recent = |entry: &Entry| entry.path.metadata().and_then(|meta| meta.modified()).map_or(true, |at| at >= from);
        Ok(self.scan(role)?.into_iter().filter(|(_, entry)| recent(entry)).map(|(uid, _)| uid).collect())
    }

    pub(super) fn sizes(&mut self, role: FolderRole, uids: &[u32]) -> Result<Vec<(u32, u64)>, MailboxError> {
        let all = self.scan(role)?;
        Ok(uids.iter().filter_map(|uid| all.get(uid).map(|entry| (*uid, entry.bytes))).collect())
    }

    pub(super) fn fetch(&mut self, role: FolderRole, uids: &[u32]) -> Result<Vec<Fetched>, MailboxError> {
        let all = self.scan(role)?;
        let mut batch = Vec::new();
        let mut bytes = 0_usize;
        for uid in uids {
            if bytes >= FETCH_BATCH_BYTES_MAX {
                break;
            }
            let mail = all.get(uid).ok_or(UidFault::Missing).and_then(|entry| read_mail(&entry.path));
            bytes = bytes.saturating_add(mail.as_ref().map_or(0, |mail| mail.raw.len()));
            batch.push(Fetched { uid: *uid, mail });
        }
        Ok(batch)
    }

    pub(super) fn find_by_mark(&mut self, role: FolderRole, mark: &OwnMark) -> Result<Vec<u32>, MailboxError> {
        let all = self.scan(role)?;
        let carries = |entry: &Entry| read_head(&entry.path).is_ok_and(|head| mark.is_on(&head));
        Ok(all.into_iter().filter(|(_, entry)| carries(entry)).map(|(uid, _)| uid).collect())
    }

    /// Whether the inbox holds a file that was not there when it was last selected.
    pub(super) fn has_arrivals(&self) -> Result<bool, MailboxError> {
        let role = FolderRole::Inbox;
        let folder = self.folder(role)?.ok_or(MailboxError::NoFolder(role))?;
        let mut found = BTreeMap::new();
        for part in ["new", "cur"] {
            list(&folder.join(part), &mut found)?;
        }
        Ok(found.keys().any(|name| self.journal.uid(role, name).is_none_or(|uid| uid >= self.told)))
    }

    pub(super) fn stamp(&self) -> Stamp {
        ["new", "cur"].map(|part| self.root.join(part).metadata().and_then(|meta| meta.modified()).ok())
    }

    /// The folder of a role: the root, or a Maildir++ subfolder, found like an IMAP folder by its name.
    pub(super) fn folder(&self, role: FolderRole) -> Result<Option<PathBuf>, MailboxError> {
        if role == FolderRole::Inbox {
            return Ok(Some(self.root.clone()));
        }
        let folders = self.subfolders()?;
        Ok(folder_names::find(&folders, role).map(|folder| self.root.join(format!(".{}", folder.wire))))
    }

    pub(super) fn clear_name(&self, role: FolderRole) -> Result<Option<String>, MailboxError> {
        let folders = self.subfolders()?;
        Ok(folder_names::find(&folders, role).map(ListedFolder::clear))
    }

    fn subfolders(&self) -> Result<Vec<ListedFolder>, MailboxError> {
        let mut folders = Vec::new();
        for entry in std::fs::read_dir(&self.root).map_err(disk)? {
            let entry = entry.map_err(disk)?;
            let name = entry.file_name();
            let Some(wire) = name.to_str().and_then(|name| name.strip_prefix('.')).filter(|name| !name.is_empty()) else { continue };
            let selectable = ["new", "cur", "tmp"].iter().all(|part| entry.path().join(part).is_dir());
            folders.push(ListedFolder { wire: wire.to_owned(), delimiter: Some('.'), uses: Vec::new(), selectable });
        }
        folders.sort_by(|a, b| a.wire.cmp(&b.wire));
        Ok(folders)
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }
}

fn list(folder: &Path, found: &mut BTreeMap<String, Entry>) -> Result<(), MailboxError> {
    for entry in std::fs::read_dir(folder).map_err(disk)? {
        let entry = entry.map_err(disk)?;
        // A file that goes between the list and the look is not there: that is an answer, not a fault.
        let Ok(meta) = entry.metadata() else { continue };
        let Some(name) = base_name(entry.file_name().as_encoded_bytes()) else { continue };
        if meta.is_file() {
            found.insert(name, Entry { path: entry.path(), bytes: meta.len() });
        }
    }
    Ok(())
}

/// The part of a file name that mail programs keep when they change flags (everything before `:2,`), one word of ASCII.
pub(super) fn base_name(name: &[u8]) -> Option<String> {
    if name.first() == Some(&b'.') {
        return None;
    }
    let base = name.split(|byte| *byte == b':').next().filter(|base| !base.is_empty())?;
    let mut text = String::with_capacity(base.len());
    for byte in base {
        if byte.is_ascii_graphic() && *byte != b'%' {
            text.push(char::from(*byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    Some(text)
}

/// Names begin with the second of delivery, so that they sort by arrival.
fn arrival(name: &str) -> u64 {
    let digits: String = name.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().unwrap_or(u64::MAX)
}

fn fault(error: &std::io::Error) -> UidFault {
    if error.kind() == std::io::ErrorKind::NotFound { UidFault::Missing } else { UidFault::Unreadable }
}

fn read_mail(path: &Path) -> Result<RawMail, UidFault> {
    let file = File::open(path).map_err(|error| fault(&error))?;
    let bytes = file.metadata().map_err(|error| fault(&error))?.len();
    let mut raw = Vec::new();
    // One byte more than allowed tells a file that grows while it is read.
    file.take(MAIL_BYTES_MAX as u64 + 1).read_to_end(&mut raw).map_err(|error| fault(&error))?;
    if raw.len() > MAIL_BYTES_MAX {
        raw.truncate(MAIL_HEAD_BYTES);
        return Ok(RawMail { raw, truncated: Some(bytes.max(MAIL_BYTES_MAX as u64 + 1)) });
    }
    // An empty file is a delivery that was cut off; there is no mail in it.
    if raw.is_empty() { Err(UidFault::Unreadable) } else { Ok(RawMail { raw, truncated: None }) }
}

pub(super) fn read_head(path: &Path) -> Result<Vec<u8>, UidFault> {
    let mut head = Vec::new();
    let file = File::open(path).map_err(|error| fault(&error))?;
    file.take(MAIL_HEAD_BYTES as u64).read_to_end(&mut head).map_err(|error| fault(&error))?;
    Ok(head)
}
