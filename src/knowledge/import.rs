//! Brings a folder of sources, or one file, into the library and says of every entry what became of it.
//!
//! Files are read without a lock, and what was read is written in short transactions, so that a slow file holds up nothing
//! else. Never: a file passed over in silence; a bad file that harms a good one; a link followed out of the folder; a source
//! that becomes public by itself (`memory`); a knowledge emptied because a share is not there.

use crate::domain::{Clock, Entropy};
use crate::knowledge::cut::CutError;
use crate::knowledge::folder;
use crate::knowledge::importing::{Run, Sources};
use crate::knowledge::library::{Library, LibraryError, Put};
use crate::knowledge::manifest::{MANIFEST, ManifestError, Manifests};
use crate::knowledge::prepare::{PrepareError, prepare};
use crate::knowledge::reading::ReadingError;
use crate::knowledge::source::read::Warning;
use crate::knowledge::source::{Format, Reader, Refusal};
use crate::knowledge::terms::{Said, Terms, TermsError};
use crate::store::Store;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

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
    /// A person removed it, and the file is what it was: it stays out.
    Removed,
    /// A format that is not read.
    UnknownFormat {
        extension: String,
    },
    Hidden,
    SymbolicLink,
    /// A device, a socket, a folder too deep.
    NotAFile,
    Failed(Unread),
}

/// Why a file was not taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unread {
    #[error(transparent)]
    Text(#[from] ReadingError),
    #[error(transparent)]
    Foreign(#[from] Refusal),
    #[error(transparent)]
    Cut(#[from] CutError),
    #[error("The file is larger than {} MiB", .0 / (1024 * 1024))]
    TooLarge(u64),
    #[error(transparent)]
    Terms(#[from] TermsError),
    #[error("The file is meant for a mailbox that is not set up")]
    UnknownMailbox,
    #[error("Ids of its passages are taken")]
    CodeTaken,
    #[error("A source of this name came from {there}, this one comes from {here}")]
    OtherOrigin { there: String, here: String },
    #[error("Two files of the folder have this name")]
    SameName,
    #[error("Not a plain file")]
    NotPlain,
    #[error("The file is not where it was a moment ago")]
    Exchanged,
    #[error("The file or folder cannot be read: {0}")]
    File(std::io::ErrorKind),
}

impl From<PrepareError> for Outcome {
    fn from(error: PrepareError) -> Self {
        match error {
            PrepareError::UnknownFormat(extension) => Self::UnknownFormat { extension },
            PrepareError::Text(why) => Self::Failed(why.into()),
            PrepareError::Foreign(why) => Self::Failed(why.into()),
            PrepareError::Cut(why) => Self::Failed(why.into()),
        }
    }
}

/// One line of the report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Imported {
    /// Path within the folder, with `/`.
    pub name: String,
    pub outcome: Outcome,
    pub warnings: Vec<Warning>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportReport {
    pub entries: Vec<Imported>,
    /// Imported from this folder once and not in it any more: kept.
    pub not_in_folder: Vec<String>,
    /// The same, and removed with every trace because that was asked for.
    pub removed: Vec<String>,
    /// So many of the folder's sources were gone that nothing was removed: perhaps a share is not there.
    pub held_back: bool,
    /// Named in a manifest and not in the folder.
    pub strangers: Vec<String>,
    /// Stricter than this order says, because somebody said so before.
    pub kept_terms: Vec<String>,
}

impl Unread {
    /// Whether the file would have said, or is, something whose terms nobody can know now.
    pub const fn hides_terms(&self) -> bool {
        match self {
            Self::Text(why) => why.is_of_front_matter(),
            Self::Terms(_) | Self::UnknownMailbox | Self::NotPlain => true,
            Self::Foreign(_)
            | Self::Cut(_)
            | Self::TooLarge(_)
            | Self::CodeTaken
            | Self::OtherOrigin { .. }
            | Self::SameName
            | Self::Exchanged
            | Self::File(_) => false,
        }
    }
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

/// What is to be imported.
pub struct Order<'a> {
    /// A folder, or one file.
    pub path: &'a Path,
    /// What a person says with the command. Manifest and file count more; what was said before stays where this says nothing.
    pub said: &'a Said,
    /// What was said before no longer counts.
    pub fresh: bool,
    /// Remove what was imported from this folder and is not in it any more.
    pub prune: bool,
    /// Nobody gives this order anew, the service repeats it: it removes no more than a person would notice.
    pub standing: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("{}: {why}", path.display())]
    Manifest { path: PathBuf, why: ManifestError },
    #[error(transparent)]
    Library(#[from] LibraryError),
}

impl From<crate::store::StoreError> for ImportError {
    fn from(error: crate::store::StoreError) -> Self {
        Self::Library(error.into())
    }
}

impl Library<'_> {
    /// Imports one text source that is in memory already, for example an embedded sample.
    pub fn import_bytes(&self, name: &str, bytes: &[u8], terms: &Terms, world: World<'_>) -> Result<Outcome, LibraryError> {
        match prepare(name, bytes, terms, &NoReader) {
            Ok(prepared) => {
                let passages = prepared.source.cuts.len();
                let put = self.put(&prepared.source, &prepared.terms, world.clock.now(), world.entropy)?;
                Ok(outcome(put, passages))
            }
            Err(error) => Ok(error.into()),
        }
    }
}

/// Text alone is read from memory.
struct NoReader;

impl Reader for NoReader {
    fn read(&self, _: Format, _: &[u8]) -> Result<crate::knowledge::source::Extracted, Refusal> {
        Err(Refusal::NoReader)
    }
}

pub(super) const fn outcome(put: Put, passages: usize) -> Outcome {
    match put {
        Put::Added => Outcome::Added { passages },
        Put::Replaced => Outcome::Replaced { passages },
        Put::Unchanged => Outcome::Unchanged,
    }
}

/// Imports what the order names. Text and tables are read here, foreign formats by `reader`.
pub fn import(store: &Store, order: &Order<'_>, reader: &dyn Reader) -> Result<ImportReport, ImportError> {
    // One folder has one name, however it was called: its sources are known by it.
    let path = std::fs::canonicalize(order.path).map_err(LibraryError::Folder)?;
    let whole = path.is_dir();
    let (base, entries) = if whole {
        (path.as_path(), folder::walk(&path).map_err(LibraryError::Folder)?)
    } else {
        (path.parent().unwrap_or(&path), vec![folder::single(&path).map_err(LibraryError::Folder)?])
    };
    store.read(|r| Library::new(r.main, r.search).mailbox_rows(order.said.mailboxes.as_deref().unwrap_or_default()))?;
    let is_manifest = |path: &&Path| path.file_name().is_some_and(|name| name == MANIFEST);
    let inside = entries.iter().map(|entry| entry.path.as_path()).filter(is_manifest);
    let manifests = Manifests::read(base, inside).map_err(|(path, why)| ImportError::Manifest { path, why })?;
    let mut run = Run::new(Sources { store, reader, manifests, origin: folder::written(base) }, order);
    if whole {
        run.begin_folder(&entries)?;
    }
    let mut names = HashSet::new();
    for entry in &entries {
        run.entry(entry, names.insert(&entry.name))?;
    }
    run.flush()?;
    if whole {
        run.end_folder(base, &entries)?;
    }
    Ok(run.report)
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;
