//! Reads a folder of sources into the library and says of every entry what became of it.
//!
//! Never: a file passed over in silence; a bad file that harms a good one; a link followed out of the folder.

use crate::domain::limits::KNOWLEDGE_FILE_BYTES_MAX;
use crate::domain::{Clock, Entropy};
use crate::knowledge::cut;
use crate::knowledge::language;
use crate::knowledge::library::{Library, LibraryError, Put, Source, Terms, sha256};
use crate::knowledge::reading::{ReadingError, read};
use jiff::civil::Time;
use jiff::tz::TimeZone;
use std::fs::{DirEntry, File};
use std::io::{ErrorKind, Read};
use std::path::Path;

/// Folders within folders deeper than this are reported, not entered.
const FOLDER_DEPTH_MAX: usize = 16;

/// What became of one entry of the folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Added {
        passages: usize,
    },
    Replaced {
        passages: usize,
    },
    Unchanged,
    /// Not valid UTF-8, taken as Windows-1252: a look at the umlauts is due.
    ReadAsLatin1 {
        passages: usize,
    },
    /// PDF, DOCX, HTML, CSV and whatever else: not read by this version.
    NotReadYet {
        extension: String,
    },
    Hidden,
    SymbolicLink,
    /// A device, a socket, a folder too deep.
    NotAFile,
    Failed(Unread),
}

/// Why a file was not read, though its kind is one that is.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    #[error(transparent)]
    Content(#[from] ReadingError),
    #[error("The date valid_until is out of range")]
    DateOutOfRange,
    #[error("The file is larger than {} MiB", KNOWLEDGE_FILE_BYTES_MAX / (1024 * 1024))]
    TooLarge,
    #[error("The file or folder cannot be read: {0}")]
    Io(ErrorKind),
    #[error("A passage of it cannot be stored: {0}")]
    Library(String),
}

impl From<std::io::Error> for Unread {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error.kind())
    }
}

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Path within the folder, with `/`.
    pub name: String,
    pub outcome: Outcome,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    pub entries: Vec<Imported>,
    /// In the library, but not in this folder: kept, and removed only by name.
    pub not_in_folder: Vec<String>,
}

impl ImportReport {
    pub fn failed(&self) -> usize {
        self.entries.iter().filter(|entry| matches!(entry.outcome, Outcome::Failed(_))).count()
    }
}

/// The present and chance, as every station takes them.
#[derive(Clone, Copy)]
pub struct World<'a> {
    pub clock: &'a dyn Clock,
    pub entropy: &'a dyn Entropy,
}

impl Library<'_> {
    /// Imports every `.md` and `.txt` file below `folder`.
    pub fn import_folder(&self, folder: &Path, terms: &Terms, world: World<'_>) -> Result<ImportReport, LibraryError> {
        let mut report = ImportReport::default();
        self.walk(folder, "", &mut Walk { terms, world, report: &mut report, depth: 0 })?;
        self.forget()?;
        let seen = |name: &str| report.entries.iter().any(|entry| entry.name == name);
        report.not_in_folder = self.list()?.into_iter().map(|d| d.source).filter(|source| !seen(source)).collect();
        Ok(report)
    }

    /// Imports one source that is in memory already, for example an embedded sample.
    pub fn import_bytes(&self, name: &str, bytes: &[u8], terms: &Terms, world: World<'_>) -> Result<Outcome, LibraryError> {
        let reading = match read(bytes) {
            Ok(reading) => reading,
            Err(error) => return Ok(Outcome::Failed(error.into())),
        };
        let cuts = if extension(name) == "md" { cut::markdown(&reading.body) } else { cut::plain(&reading.body) };
        let passages = cuts.len();
        // It holds through its last day.
        let end = |day: jiff::civil::Date| day.tomorrow().and_then(|next| TimeZone::UTC.to_timestamp(next.to_datetime(Time::midnight())));
        let valid_until = match reading.front.valid_until.map(end) {
            None => None,
            Some(Ok(end)) => Some(end),
            Some(Err(_)) => return Ok(Outcome::Failed(Unread::DateOutOfRange)),
        };
        let source = Source {
            name: name.to_owned(),
            sha256: sha256(bytes),
            language: reading.front.language.unwrap_or_else(|| language::of(&reading.body)),
            valid_until,
            cuts,
            codes: None,
        };
        let terms = Terms { owner: reading.front.owner.unwrap_or_else(|| terms.owner.clone()), ..terms.clone() };
        Ok(match self.put(&source, &terms, world.clock.now(), world.entropy)? {
            Put::Unchanged => Outcome::Unchanged,
            Put::Added | Put::Replaced if reading.latin1 => Outcome::ReadAsLatin1 { passages },
            Put::Added => Outcome::Added { passages },
            Put::Replaced => Outcome::Replaced { passages },
        })
    }

    fn walk(&self, folder: &Path, prefix: &str, walk: &mut Walk<'_>) -> Result<(), LibraryError> {
        let mut entries: Vec<DirEntry> = std::fs::read_dir(folder).and_then(Iterator::collect).map_err(LibraryError::Folder)?;
        entries.sort_by_key(DirEntry::file_name);
        for entry in entries {
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let outcome = match self.entry(&entry, &name, walk) {
                Ok(Some(outcome)) => outcome,
                Ok(None) => continue,
                // The store is ours: without it nothing else can be imported either.
                Err(error @ (LibraryError::Sqlite(_) | LibraryError::Entropy(_) | LibraryError::UnknownMailbox)) => return Err(error),
                Err(LibraryError::Folder(error)) => Outcome::Failed(error.into()),
                Err(error @ (LibraryError::CodeTaken | LibraryError::Damaged)) => Outcome::Failed(Unread::Library(error.to_string())),
            };
            walk.report.entries.push(Imported { name, outcome });
        }
        Ok(())
    }

    fn entry(&self, entry: &DirEntry, name: &str, walk: &mut Walk<'_>) -> Result<Option<Outcome>, LibraryError> {
        let kind = entry.file_type().map_err(LibraryError::Folder)?;
        if entry.file_name().to_string_lossy().starts_with('.') {
            return Ok(Some(Outcome::Hidden));
        }
        if kind.is_symlink() {
            return Ok(Some(Outcome::SymbolicLink));
        }
        if kind.is_dir() && walk.depth < FOLDER_DEPTH_MAX {
            walk.depth += 1;
            let result = self.walk(&entry.path(), &format!("{name}/"), walk);
            walk.depth -= 1;
            return result.map(|()| None);
        }
        if !kind.is_file() {
            return Ok(Some(Outcome::NotAFile));
        }
        let extension = extension(name);
        if !matches!(extension.as_str(), "md" | "txt") {
            return Ok(Some(Outcome::NotReadYet { extension }));
        }
        match bytes_of(&entry.path()) {
            Ok(bytes) => self.import_bytes(name, &bytes, walk.terms, walk.world).map(Some),
            Err(unread) => Ok(Some(Outcome::Failed(unread))),
        }
    }
}

struct Walk<'a> {
    terms: &'a Terms,
    world: World<'a>,
    report: &'a mut ImportReport,
    depth: usize,
}

fn extension(name: &str) -> String {
    let file = name.rsplit('/').next().unwrap_or(name);
    file.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default()
}

/// The size is taken while reading: the one in the folder may be out of date.
fn bytes_of(path: &Path) -> Result<Vec<u8>, Unread> {
    let mut bytes = Vec::new();
    File::open(path)?.take(KNOWLEDGE_FILE_BYTES_MAX + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > KNOWLEDGE_FILE_BYTES_MAX {
        return Err(Unread::TooLarge);
    }
    Ok(bytes)
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;
