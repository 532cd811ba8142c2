//! Brings a folder of sources, or one file, into the library and says of every entry what became of it.
//!
//! Files are read without a lock, and what was read is written in short transactions, so that a slow file holds up nothing
//! else. Never: a file passed over in silence; a bad file that harms a good one; a link followed out of the folder.

use crate::domain::limits::{CONFIG_BYTES_MAX, KNOWLEDGE_FILE_BYTES_MAX, SOURCE_BYTES_MAX};
use crate::domain::{Clock, Entropy};
use crate::knowledge::cut::CutError;
use crate::knowledge::folder::{self, Entry, Kind};
use crate::knowledge::library::{Library, LibraryError, Put, sha256};
use crate::knowledge::prepare::{PrepareError, Prepared, prepare};
use crate::knowledge::reading::ReadingError;
use crate::knowledge::source::read::Warning;
use crate::knowledge::source::{Format, Reader, Refusal};
use crate::knowledge::terms::{MANIFEST, Manifest, Terms, TermsError};
use crate::store::Store;
use crate::store::record::{self, Chain, Entry as Record};
use std::fs::File;
use std::io::Read;
use std::path::Path;

/// Sources written in one transaction, and the bytes of their passages at which it is closed early.
const BATCH_SOURCES: usize = 32;
const BATCH_BYTES: usize = 1024 * 1024;

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
    /// Named in the manifest and not in the folder.
    pub strangers: Vec<String>,
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
    /// Where neither manifest nor file says otherwise.
    pub terms: &'a Terms,
    /// Remove what was imported from this folder and is not in it any more.
    pub prune: bool,
    /// Nobody gives this order anew, the service repeats it: what a person once said about a source of this folder stays,
    /// so that an internal source cannot become public by itself.
    pub standing: bool,
}

#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    #[error("{MANIFEST}: {0}")]
    Manifest(String),
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

const fn outcome(put: Put, passages: usize) -> Outcome {
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
    let manifest = manifest(base)?;
    store.read(|r| Library::new(r.main, r.search).mailbox_rows(&order.terms.mailboxes))?;
    let mut run = Run { store, reader, origin: base.to_string_lossy().into_owned(), batch: Vec::new(), report: ImportReport::default() };
    for entry in &entries {
        let said = if order.standing { store.read(|r| Library::new(r.main, r.search).terms_of(&entry.name, &run.origin))? } else { None };
        run.entry(entry, &manifest.terms(&entry.name, said.as_ref().unwrap_or(order.terms)))?;
    }
    run.flush()?;
    if whole {
        let names: Vec<&str> = entries.iter().map(|entry| entry.name.as_str()).collect();
        run.report.strangers = manifest.strangers(&names).into_iter().map(str::to_owned).collect();
        run.vanished(&entries, order.prune)?;
    }
    Ok(run.report)
}

fn manifest(folder: &Path) -> Result<Manifest, ImportError> {
    let path = folder.join(MANIFEST);
    let bytes = match bytes_of(&path, CONFIG_BYTES_MAX) {
        Ok(bytes) => bytes,
        Err(_) if !path.exists() => return Ok(Manifest::default()),
        Err(why) => return Err(ImportError::Manifest(why.to_string())),
    };
    let text = String::from_utf8(bytes).map_err(|_| ImportError::Manifest("The file is not UTF-8".to_owned()))?;
    Manifest::parse(&text).map_err(|error| ImportError::Manifest(error.to_string().trim_end().to_owned()))
}

struct Run<'a> {
    store: &'a Store,
    reader: &'a dyn Reader,
    origin: String,
    batch: Vec<Prepared>,
    report: ImportReport,
}

impl Run<'_> {
    fn entry(&mut self, entry: &Entry, terms: &Terms) -> Result<(), ImportError> {
        let outcome = match entry.kind {
            Kind::File => match self.file(entry, terms)? {
                Ok(prepared) => {
                    self.batch.push(prepared);
                    let bytes: usize = self
                        .batch
                        .iter()
                        .flat_map(|p| &p.source.cuts)
                        .map(|cut| cut.text.len() + cut.heading.iter().map(String::len).sum::<usize>())
                        .sum();
                    return if self.batch.len() >= BATCH_SOURCES || bytes >= BATCH_BYTES { self.flush() } else { Ok(()) };
                }
                Err(outcome) => outcome,
            },
            Kind::Manifest => return Ok(()),
            Kind::Hidden => Outcome::Hidden,
            Kind::SymbolicLink => Outcome::SymbolicLink,
            Kind::NotAFile => Outcome::NotAFile,
            Kind::Unreadable(kind) => Outcome::Failed(Unread::File(kind)),
        };
        let mut warnings = Vec::new();
        if matches!(outcome, Outcome::Failed(_)) && self.store.write(|w| Library::new(&w.main, &w.search).note_older_state(&entry.name))? {
            warnings.push(Warning::OlderStateKept);
        }
        self.report.entries.push(Imported { name: entry.name.clone(), outcome, warnings });
        Ok(())
    }

    /// A source that is new or has changed, or what became of the file otherwise.
    fn file(&self, entry: &Entry, terms: &Terms) -> Result<Result<Prepared, Outcome>, ImportError> {
        let Some(format) = Format::of(&entry.name) else {
            return Ok(Err(Outcome::UnknownFormat { extension: crate::knowledge::source::format::extension(&entry.name) }));
        };
        let limit = match format {
            Format::Markdown | Format::Text => KNOWLEDGE_FILE_BYTES_MAX,
            Format::Csv | Format::Html | Format::Pdf | Format::Docx | Format::Xlsx => SOURCE_BYTES_MAX,
        };
        let bytes = match bytes_of(&entry.path, limit) {
            Ok(bytes) => bytes,
            Err(why) => return Ok(Err(Outcome::Failed(why))),
        };
        // Only a text file speaks about itself, so the others are known by their bytes and the terms from outside.
        if format.is_foreign() {
            let known = self.store.read(|r| Library::new(r.main, r.search).holds(&entry.name, sha256(&bytes), &self.origin, terms));
            match known {
                Ok(true) => return Ok(Err(Outcome::Unchanged)),
                Ok(false) => {}
                Err(LibraryError::UnknownMailbox) => return Ok(Err(Outcome::Failed(Unread::UnknownMailbox))),
                Err(LibraryError::Terms(why)) => return Ok(Err(Outcome::Failed(why.into()))),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(match prepare(&entry.name, &bytes, terms, self.reader) {
            Ok(mut prepared) => {
                prepared.source.origin.clone_from(&self.origin);
                Ok(prepared)
            }
            Err(error) => Err(error.into()),
        })
    }

    /// Writes what was read, with its record, in one transaction.
    fn flush(&mut self) -> Result<(), ImportError> {
        let batch = std::mem::take(&mut self.batch);
        if batch.is_empty() {
            return Ok(());
        }
        let senses = self.store.senses();
        let written = self.store.write(|w| -> Result<Vec<Imported>, LibraryError> {
            let library = Library::new(&w.main, &w.search);
            let (mut written, mut passages, mut sources, mut replaced) = (Vec::new(), 0, 0, false);
            for Prepared { source, terms } in &batch {
                let outcome = match library.put(source, terms, senses.clock.now(), &*senses.entropy) {
                    Ok(put) => {
                        replaced |= put == Put::Replaced;
                        outcome(put, source.cuts.len())
                    }
                    // The file's own word about itself is wrong; the others are not.
                    Err(LibraryError::UnknownMailbox) => Outcome::Failed(Unread::UnknownMailbox),
                    Err(LibraryError::Terms(why)) => Outcome::Failed(why.into()),
                    Err(LibraryError::CodeTaken) => Outcome::Failed(Unread::CodeTaken),
                    // The store is ours: without it nothing else can be written either.
                    Err(error) => return Err(error),
                };
                if matches!(outcome, Outcome::Added { .. } | Outcome::Replaced { .. }) {
                    sources += 1;
                    passages += source.cuts.len();
                }
                written.push(Imported { name: source.name.clone(), outcome, warnings: source.warnings.clone() });
            }
            if replaced {
                library.forget()?;
            }
            if sources > 0 {
                let detail = serde_json::json!({ "sources": sources, "passages": passages });
                record::append(w, &Record { chain: Chain::Audit, event: "knowledge.imported", object: None, actor: None, detail })?;
            }
            Ok(written)
        })?;
        self.report.entries.extend(written);
        Ok(())
    }

    fn vanished(&mut self, entries: &[Entry], prune: bool) -> Result<(), ImportError> {
        let known = self.store.read(|r| Library::new(r.main, r.search).sources_of(&self.origin))?;
        let gone: Vec<String> = known.into_iter().filter(|source| !entries.iter().any(|entry| entry.may_hold(source))).collect();
        // A share that is not mounted looks like a folder from which everything was taken.
        if !prune || gone.is_empty() || entries.is_empty() {
            self.report.not_in_folder = gone;
            return Ok(());
        }
        self.store.write(|w| -> Result<(), LibraryError> {
            let library = Library::new(&w.main, &w.search);
            for source in &gone {
                library.remove(source)?;
            }
            let detail = serde_json::json!({ "sources": gone.len(), "because": "not in the folder" });
            record::append(w, &Record { chain: Chain::Audit, event: "knowledge.removed", object: None, actor: None, detail })?;
            Ok(())
        })?;
        self.report.removed = gone;
        Ok(())
    }
}

/// The size is taken while reading: the one in the folder may be out of date.
fn bytes_of(path: &Path, limit: u64) -> Result<Vec<u8>, Unread> {
    let file = File::open(path).map_err(|error| Unread::File(error.kind()))?;
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| Unread::File(error.kind()))?;
    if bytes.len() as u64 > limit {
        return Err(Unread::TooLarge(limit));
    }
    Ok(bytes)
}

#[cfg(test)]
#[path = "import_tests.rs"]
mod tests;
