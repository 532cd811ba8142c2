//! Which number each file has, in an append-only text file: `hauspost-uids 1 VALIDITY`, then `ROLE UID NAME` per line.
//!
//! A number is on disk (fsync) before anyone hears of it. A last line without its end was never told to anyone, so it is cut
//! off; a broken line anywhere else is an error, for guessing would hand a number out twice.

use crate::mail::mailbox::FolderRole;
use crate::mail::mailbox_error::MailboxError;
use std::collections::{BTreeMap, HashMap};
use std::fs::{File, OpenOptions};
use std::io::{Read, Seek, SeekFrom, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

const MAGIC: &str = "hauspost-uids 1 ";

pub(super) struct Journal {
    file: File,
    pub uid_validity: u32,
    folders: HashMap<FolderRole, Numbers>,
}

#[derive(Default)]
struct Numbers {
    by_uid: BTreeMap<u32, String>,
    by_name: HashMap<String, u32>,
    next: u32,
}

pub(super) fn disk(error: std::io::Error) -> MailboxError {
    MailboxError::Disk(error.kind())
}

impl Journal {
    /// Reads the journal, or begins one with `uid_validity`.
    #[expect(clippy::verbose_file_reads, reason = "the same open file is written to afterwards")]
    pub(super) fn open(path: &Path, uid_validity: u32) -> Result<Self, MailboxError> {
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path).map_err(disk)?;
        let mut text = Vec::new();
        file.read_to_end(&mut text).map_err(disk)?;
        let whole = text.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        file.set_len(whole as u64).map_err(disk)?;
        file.seek(SeekFrom::End(0)).map_err(disk)?;
        text.truncate(whole);
        let mut journal = Self { file, uid_validity: uid_validity.max(1), folders: HashMap::new() };
        if whole == 0 {
            journal.write(&format!("{MAGIC}{}\n", journal.uid_validity))?;
            sync_parent(path)?;
        } else {
            journal.read(&text)?;
        }
        Ok(journal)
    }

    fn read(&mut self, text: &[u8]) -> Result<(), MailboxError> {
        let text = std::str::from_utf8(text).map_err(|_| MailboxError::UidJournal(0))?;
        for (index, line) in text.lines().enumerate() {
            let damaged = || MailboxError::UidJournal(index + 1);
            if index == 0 {
                let number = line.strip_prefix(MAGIC).and_then(|rest| rest.parse().ok());
                self.uid_validity = number.filter(|value| *value > 0).ok_or_else(damaged)?;
                continue;
            }
            let (role, uid, name) = entry(line).ok_or_else(damaged)?;
            if !self.folders.entry(role).or_default().note(uid, name) {
                return Err(damaged());
            }
        }
        Ok(())
    }

    fn write(&mut self, lines: &str) -> Result<(), MailboxError> {
        self.file.write_all(lines.as_bytes()).and_then(|()| self.file.sync_data()).map_err(disk)
    }

    /// Gives numbers to the names that have none, in the order given.
    pub(super) fn number(&mut self, role: FolderRole, names: &[String]) -> Result<(), MailboxError> {
        let numbers = self.folders.entry(role).or_default();
        let fresh: Vec<&String> = names.iter().filter(|name| !numbers.by_name.contains_key(*name)).collect();
        if fresh.is_empty() {
            return Ok(());
        }
        let mut lines = String::new();
        let mut next = numbers.next.max(1);
        for name in &fresh {
            lines.push_str(&format!("{} {next} {name}\n", letter(role)));
            next = next.checked_add(1).ok_or(MailboxError::UidValidityChanged)?;
        }
        let first = numbers.next.max(1);
        let before = self.file.stream_position().map_err(disk)?;
        if let Err(error) = self.write(&lines) {
            // A half-written line followed by a later one would be damage in the middle.
            self.file.set_len(before).and_then(|()| self.file.seek(SeekFrom::Start(before))).map_err(disk)?;
            return Err(error);
        }
        let numbers = self.folders.entry(role).or_default();
        for (uid, name) in (first..).zip(fresh) {
            numbers.note(uid, name.clone());
        }
        Ok(())
    }

    pub(super) fn uid(&self, role: FolderRole, name: &str) -> Option<u32> {
        self.folders.get(&role)?.by_name.get(name).copied()
    }

    pub(super) fn name(&self, role: FolderRole, uid: u32) -> Option<&str> {
        self.folders.get(&role)?.by_uid.get(&uid).map(String::as_str)
    }

    pub(super) fn next(&self, role: FolderRole) -> u32 {
        self.folders.get(&role).map_or(1, |numbers| numbers.next.max(1))
    }
}

impl Numbers {
    /// False where the number or the name is taken, or the numbers do not rise.
    fn note(&mut self, uid: u32, name: String) -> bool {
        if uid < self.next.max(1) || self.by_name.contains_key(&name) || uid == u32::MAX {
            return false;
        }
        self.by_name.insert(name.clone(), uid);
        self.by_uid.insert(uid, name);
        self.next = uid + 1;
        true
    }
}

const fn letter(role: FolderRole) -> char {
    match role {
        FolderRole::Inbox => 'I',
        FolderRole::Drafts => 'D',
        FolderRole::Sent => 'S',
    }
}

fn entry(line: &str) -> Option<(FolderRole, u32, String)> {
    let mut words = line.splitn(3, ' ');
    let role = match words.next()? {
        "I" => FolderRole::Inbox,
        "D" => FolderRole::Drafts,
        "S" => FolderRole::Sent,
        _ => return None,
    };
    let uid = words.next()?.parse().ok()?;
    Some((role, uid, words.next().filter(|name| !name.is_empty())?.to_owned()))
}

pub(super) fn sync_parent(path: &Path) -> Result<(), MailboxError> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    File::open(parent).and_then(|folder| folder.sync_all()).map_err(disk)
}

#[cfg(test)]
#[path = "journal_tests.rs"]
mod tests;
