//! What lies in a folder of sources, and what of it has changed since somebody looked.
//!
//! Never: an entry that is not listed, a link that is followed, a file that is opened. A folder below that cannot be entered is
//! an entry too: what was in it is unknown, which is not the same as gone.

use crate::knowledge::manifest::MANIFEST;
use std::ffi::OsStr;
use std::fmt::Write;
use std::fs::{DirEntry, Metadata};
use std::io::{ErrorKind, Result};
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Folders within folders deeper than this are listed, not entered.
const DEPTH_MAX: usize = 16;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    File,
    /// `hauspost-knowledge.toml`: terms and no source.
    Manifest,
    Hidden,
    SymbolicLink,
    /// A device, a socket, a folder too deep.
    NotAFile,
    /// The system does not let us look at it, or into it.
    Unreadable(ErrorKind),
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Path within the folder, with `/`.
    pub name: String,
    pub path: PathBuf,
    pub kind: Kind,
    bytes: u64,
    changed: Option<SystemTime>,
}

impl Entry {
    pub(super) fn unreadable(name: &str, kind: ErrorKind) -> Self {
        Self { name: name.to_owned(), path: PathBuf::new(), kind: Kind::Unreadable(kind), bytes: 0, changed: None }
    }

    /// Whether this source is the entry, or may lie in it without our seeing it.
    pub fn may_hold(&self, source: &str) -> bool {
        let closed = matches!(self.kind, Kind::Unreadable(_));
        source.strip_prefix(&self.name).is_some_and(|rest| rest.is_empty() || (closed && rest.starts_with('/')))
    }
}

/// Everything below a folder, in the order of its names. An equal list means that nothing has changed.
pub fn walk(folder: &Path) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    below(folder, "", 0, &mut entries).map(|()| entries)
}

/// One file as if it were alone in its folder.
pub fn single(path: &Path) -> Result<Entry> {
    let name = path.file_name().unwrap_or_default();
    Ok(entry(name, String::new(), path.to_owned(), &std::fs::symlink_metadata(path)?))
}

/// A path as a name. Bytes that are no UTF-8 are written out, so that two names stay two.
pub fn written(path: &Path) -> String {
    let mut name = String::new();
    for chunk in path.as_os_str().as_encoded_bytes().utf8_chunks() {
        name.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(name, "\\x{byte:02X}");
        }
    }
    name
}

/// Of the system or of an office program that has a file open.
fn is_hidden(name: &str) -> bool {
    name.starts_with('.') || name.starts_with("~$")
}

fn below(folder: &Path, prefix: &str, depth: usize, entries: &mut Vec<Entry>) -> Result<()> {
    let mut found: Vec<DirEntry> = std::fs::read_dir(folder)?.collect::<Result<_>>()?;
    found.sort_by_key(DirEntry::file_name);
    for inside in found {
        let file = inside.file_name();
        let name = written(Path::new(&file));
        let hidden = is_hidden(&name);
        let unreadable = match inside.metadata() {
            Ok(about) if about.is_dir() && !hidden && depth < DEPTH_MAX => {
                below(&inside.path(), &format!("{prefix}{name}/"), depth + 1, entries)
            }
            Ok(about) => {
                entries.push(entry(&file, prefix.to_owned(), inside.path(), &about));
                Ok(())
            }
            Err(error) => Err(error),
        };
        match unreadable.map_err(|error| error.kind()) {
            // It was removed a moment ago.
            Ok(()) | Err(ErrorKind::NotFound) => {}
            Err(kind) => entries.push(Entry::unreadable(&format!("{prefix}{name}"), kind)),
        }
    }
    Ok(())
}

fn entry(file: &OsStr, prefix: String, path: PathBuf, about: &Metadata) -> Entry {
    let file = written(Path::new(file));
    let kind = if is_hidden(&file) {
        Kind::Hidden
    } else if about.is_symlink() {
        Kind::SymbolicLink
    } else if !about.is_file() {
        Kind::NotAFile
    } else if file == MANIFEST {
        Kind::Manifest
    } else {
        Kind::File
    };
    Entry { name: format!("{prefix}{file}"), path, kind, bytes: about.len(), changed: about.modified().ok() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A path longer than the system takes cannot be entered by anybody, root included.
    #[test]
    fn a_folder_that_cannot_be_entered_is_listed_and_harms_none() {
        let top = crate::store::testing::Folder::created();
        let name = "n".repeat(255);
        let mut deepest = top.path.clone();
        for _ in 0..DEPTH_MAX {
            // From within: the whole path of the last one (4096 bytes and more) could not be named.
            let made = std::process::Command::new("mkdir").arg(&name).current_dir(&deepest).status();
            if !made.is_ok_and(|status| status.success()) {
                break;
            }
            deepest.push(&name);
        }
        std::fs::write(top.path.join("z.md"), "Text").unwrap();
        let entries = walk(&top.path).unwrap();
        let closed = entries.iter().find(|entry| matches!(entry.kind, Kind::Unreadable(_))).expect("a folder that cannot be entered");
        assert!(closed.name.starts_with(&format!("{name}/{name}/")), "{closed:?}");
        assert!(entries.iter().any(|entry| entry.name == "z.md" && entry.kind == Kind::File), "{entries:?}");
        assert!(walk(&top.path.join("away")).is_err());
    }

    #[test]
    fn names_that_are_no_utf8_stay_apart() {
        use std::os::unix::ffi::OsStrExt;
        let folder = crate::store::testing::Folder::created();
        let top = folder.path.join("wissen");
        std::fs::create_dir(&top).unwrap();
        for name in [b"pr\xe4.md".as_slice(), b"pr\xf6.md", b"~$pr.docx"] {
            std::fs::write(top.join(OsStr::from_bytes(name)), "Text").unwrap();
        }
        let entries: Vec<(String, Kind)> = walk(&top).unwrap().into_iter().map(|entry| (entry.name, entry.kind)).collect();
        let expected = [("pr\\xE4.md", Kind::File), ("pr\\xF6.md", Kind::File), ("~$pr.docx", Kind::Hidden)];
        assert_eq!(entries, expected.map(|(name, kind)| (name.to_owned(), kind)));
    }
}
