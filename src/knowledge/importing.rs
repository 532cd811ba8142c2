//! One import under way: the terms of each file, what is written of it, and what became of sources whose files are gone.
//!
//! Never: a file read twice for nothing; a removal that nobody would notice.

use crate::domain::limits::{KNOWLEDGE_FILE_BYTES_MAX, SOURCE_BYTES_MAX};
use crate::knowledge::folder::{Entry, Kind};
use crate::knowledge::import::{ImportError, ImportReport, Imported, Order, Outcome, Unread, outcome};
use crate::knowledge::library::{Closing, Library, LibraryError, Put, sha256};
use crate::knowledge::manifest::Manifests;
use crate::knowledge::memory::{Known, Memory, Place};
use crate::knowledge::plain_file;
use crate::knowledge::prepare::{Prepared, prepare};
use crate::knowledge::source::{Format, Reader, format};
use crate::knowledge::terms::{IMPORT, Said, Terms};
use crate::store::record::{self, Chain, Entry as Record};
use crate::store::{Store, Writing};
use std::collections::HashSet;
use std::path::Path;

/// Sources written in one transaction, and the bytes of their passages at which it is closed early.
const BATCH_SOURCES: usize = 32;
const BATCH_BYTES: usize = 1024 * 1024;
/// From so many sources on the loss of more than half of them is not believed.
const MASS_SOURCES: usize = 4;

/// Where sources come from and go to.
pub struct Sources<'a> {
    pub store: &'a Store,
    pub reader: &'a dyn Reader,
    pub manifests: Manifests,
    /// The folder.
    pub origin: String,
}

/// Terms of a file before it speaks itself.
struct Asked {
    /// By a person, now or before.
    said: Terms,
    /// With the manifests.
    terms: Terms,
    by_manifest: bool,
    sha256: [u8; 32],
    known: Known,
}

/// A source of this folder whose file is gone.
struct Gone {
    name: String,
    memory: Option<Memory>,
}

pub struct Run<'a> {
    of: Sources<'a>,
    order: &'a Order<'a>,
    /// All sources of the folder that the library has, and those that are gone from it.
    sources: usize,
    gone: Vec<Gone>,
    /// Bytes met in this run: a source that has them was moved.
    met: HashSet<[u8; 32]>,
    batch: Vec<(Prepared, Memory)>,
    /// Of files that were not read again, or could not be.
    notes: Vec<(Place, Memory)>,
    pub report: ImportReport,
}

impl<'a> Run<'a> {
    pub fn new(of: Sources<'a>, order: &'a Order<'a>) -> Self {
        let (gone, batch, notes) = (Vec::new(), Vec::new(), Vec::new());
        Self { of, order, sources: 0, gone, met: HashSet::new(), batch, notes, report: ImportReport::default() }
    }

    /// Finds out what is gone, and remembers what a person says of the folder for files to come.
    pub fn begin_folder(&mut self, entries: &[Entry]) -> Result<(), ImportError> {
        let origin = &self.of.origin;
        let (sources, gone, before) = self.of.store.read(|r| -> Result<_, LibraryError> {
            let library = Library::new(r.main, r.search);
            let sources = library.sources_of(origin)?;
            let gone = sources.iter().filter(|source| !entries.iter().any(|entry| entry.may_hold(source)));
            let gone = gone.map(|name| Ok(Gone { name: name.clone(), memory: library.memory(origin, name)? }));
            Ok((sources.len(), gone.collect::<Result<Vec<_>, LibraryError>>()?, library.said_of_folder(origin)?))
        })?;
        (self.sources, self.gone) = (sources, gone);
        if !self.order.standing && (self.order.fresh || *self.order.said != Said::default()) {
            let usual = before.filter(|_| !self.order.fresh).unwrap_or_else(|| Terms::of(IMPORT));
            let said = usual.with(self.order.said);
            self.of.store.write(|w| Library::new(&w.main, &w.search).remember_folder(origin, &said))?;
        }
        Ok(())
    }

    pub fn entry(&mut self, entry: &Entry, first_of_its_name: bool) -> Result<(), ImportError> {
        let mut asked = None;
        let outcome = match entry.kind {
            Kind::File if !first_of_its_name => Outcome::Failed(Unread::SameName),
            Kind::File => match self.file(entry, &mut asked)? {
                Ok(prepared) => {
                    self.batch.push(prepared);
                    let cuts = self.batch.iter().flat_map(|(prepared, _)| &prepared.source.cuts);
                    let bytes: usize = cuts.map(|cut| cut.text.len() + cut.heading.iter().map(String::len).sum::<usize>()).sum();
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
        let terms = asked.as_ref().map_or_else(|| Terms::of(IMPORT), |asked| asked.terms.clone());
        if let Some(closing) = closing(&outcome, &terms) {
            let noted =
                self.of.store.write(|w| Library::new(&w.main, &w.search).note_older_state(&entry.name, &self.of.origin, closing))?;
            warnings.extend(noted);
        }
        if let Some(asked) = asked.filter(|_| matches!(outcome, Outcome::Unchanged | Outcome::Failed(_))) {
            let memory = asked.memory(outcome == Outcome::Unchanged);
            self.notes.push((Place::of(&self.of.origin, &entry.name), memory));
        }
        self.report.entries.push(Imported { name: entry.name.clone(), outcome, warnings });
        Ok(())
    }

    /// The terms of a file, from what was said before, what is said now, and the manifests.
    fn asked(&self, entry: &Entry, sha256: [u8; 32]) -> Result<Asked, ImportError> {
        let known = self.of.store.read(|r| Library::new(r.main, r.search).known(&self.of.origin, &entry.name, &sha256))?;
        let by_manifest = self.of.manifests.speak_of(&entry.path);
        let mut base = Terms::of(IMPORT);
        if !self.order.fresh {
            let own = known.own.as_ref();
            if let Some(said) = own.map(|own| &own.said).or(known.folder.as_ref()) {
                base.clone_from(said);
            }
            if own.is_none_or(|own| own.sha256 != Some(sha256)) {
                base = known.same.iter().fold(base, Terms::no_wider_than);
            }
            // Nobody knows whether it is one of those that are gone, under another name and changed. Their days are their own.
            if own.is_none() && known.same.is_empty() {
                let lost = self.gone.iter().filter_map(|gone| gone.memory.as_ref());
                base =
                    lost.fold(base, |base, lost| base.no_wider_than(&Terms { valid_from: None, valid_until: None, ..lost.said.clone() }));
            }
            // A manifest that was changed counts as it is now; one that is not there any more was hardly meant to open all.
            if let Some(own) = own.filter(|own| own.by_manifest && !by_manifest) {
                base = base.no_wider_than(&own.held);
            }
        }
        let said = base.with(self.order.said);
        let terms = self.of.manifests.terms(&entry.path, &said);
        Ok(Asked { said, terms, by_manifest, sha256, known })
    }

    /// A source that is new or has changed, or what became of the file otherwise.
    fn file(&mut self, entry: &Entry, out: &mut Option<Asked>) -> Result<Result<(Prepared, Memory), Outcome>, ImportError> {
        let Some(format) = Format::of(&entry.name) else {
            return Ok(Err(Outcome::UnknownFormat { extension: format::extension(&entry.name) }));
        };
        let limit = match format {
            Format::Markdown | Format::Text => KNOWLEDGE_FILE_BYTES_MAX,
            Format::Csv | Format::Html | Format::Pdf | Format::Docx | Format::Xlsx => SOURCE_BYTES_MAX,
        };
        let bytes = match plain_file::read(&entry.path, limit) {
            Ok(bytes) => bytes,
            Err(why) => return Ok(Err(Outcome::Failed(why))),
        };
        let asked = &*out.insert(self.asked(entry, sha256(&bytes))?);
        self.met.insert(asked.sha256);
        if asked.known.removed {
            if self.order.standing || self.order.path.is_dir() {
                return Ok(Err(Outcome::Removed));
            }
            // Named by a person, alone.
            self.of.store.write(|w| Library::new(&w.main, &w.search).take_back_removal(&asked.sha256))?;
        }
        let plain = self.of.manifests.terms(&entry.path, &Terms::of(IMPORT).with(self.order.said));
        if !self.order.standing && asked.terms.is_stricter_than(&plain) {
            self.report.kept_terms.push(entry.name.clone());
        }
        // Only a text file speaks about itself, so the others are known by their bytes and the terms from outside.
        if format.is_foreign() {
            let of = &self.of;
            match of.store.read(|r| Library::new(r.main, r.search).holds(&entry.name, asked.sha256, &of.origin, &asked.terms)) {
                Ok(true) => return Ok(Err(Outcome::Unchanged)),
                Ok(false) => {}
                Err(error) => return own_fault(error).map(|why| Err(Outcome::Failed(why))),
            }
        }
        Ok(match prepare(&entry.name, &bytes, &asked.terms, self.of.reader) {
            Ok(mut prepared) => {
                prepared.source.origin.clone_from(&self.of.origin);
                Ok((prepared, asked.memory(true)))
            }
            Err(error) => Err(error.into()),
        })
    }

    /// Writes what was read, with its record, in one transaction.
    pub fn flush(&mut self) -> Result<(), ImportError> {
        let (batch, notes) = (std::mem::take(&mut self.batch), std::mem::take(&mut self.notes));
        if batch.is_empty() && notes.is_empty() {
            return Ok(());
        }
        let written = self.of.store.write(|w| self.write(w, &batch, &notes))?;
        self.report.entries.extend(written);
        Ok(())
    }

    fn write(&self, w: &Writing<'_>, batch: &[(Prepared, Memory)], notes: &[(Place, Memory)]) -> Result<Vec<Imported>, ImportError> {
        let senses = self.of.store.senses();
        let library = Library::new(&w.main, &w.search);
        let (mut written, mut passages, mut sources, mut replaced) = (Vec::new(), 0, 0, false);
        for (Prepared { source, terms }, memory) in batch {
            let mut warnings = source.warnings.clone();
            let outcome = match library.put(source, terms, senses.clock.now(), &*senses.entropy) {
                Ok(put) => {
                    replaced |= put == Put::Replaced;
                    library.remember(&Place::of(&self.of.origin, &source.name), memory)?;
                    outcome(put, source.cuts.len())
                }
                // The file's own word about itself is wrong; the others are not.
                Err(error) => Outcome::Failed(own_fault(error)?),
            };
            if let Some(closing) = closing(&outcome, terms) {
                warnings.extend(library.note_older_state(&source.name, &self.of.origin, closing)?);
            }
            if matches!(outcome, Outcome::Added { .. } | Outcome::Replaced { .. }) {
                sources += 1;
                passages += source.cuts.len();
            }
            written.push(Imported { name: source.name.clone(), outcome, warnings });
        }
        for (place, memory) in notes {
            library.remember(place, memory)?;
        }
        if replaced {
            library.forget()?;
        }
        if sources > 0 {
            let detail = serde_json::json!({ "sources": sources, "passages": passages });
            record::append(w, &Record { chain: Chain::Audit, event: "knowledge.imported", object: None, actor: None, detail })?;
        }
        Ok(written)
    }

    /// Removes what is gone, where that was asked for and can be believed.
    pub fn end_folder(&mut self, base: &Path, entries: &[Entry]) -> Result<(), ImportError> {
        let paths: Vec<&Path> = entries.iter().map(|entry| entry.path.as_path()).collect();
        self.report.strangers = self.of.manifests.strangers(base, &paths);
        let moved = |gone: &Gone| gone.memory.as_ref().and_then(|memory| memory.sha256).is_some_and(|bytes| self.met.contains(&bytes));
        let (moved, lost): (Vec<Gone>, Vec<Gone>) = std::mem::take(&mut self.gone).into_iter().partition(moved);
        let known = self.sources - moved.len();
        let readable = entries.iter().any(|entry| entry.kind == Kind::File && Format::of(&entry.name).is_some());
        // A share that is not mounted looks like a folder from which everything was taken.
        let mass = !lost.is_empty() && (!readable || lost.len() == known || (known >= MASS_SOURCES && lost.len() * 2 > known));
        let names = |gone: Vec<Gone>| gone.into_iter().map(|gone| gone.name).collect::<Vec<_>>();
        let (mut moved, lost) = (names(moved), names(lost));
        self.report.held_back = self.order.prune && self.order.standing && mass;
        if !self.order.prune {
            self.report.not_in_folder = [moved, lost].concat();
            self.report.not_in_folder.sort();
            return Ok(());
        }
        if self.report.held_back {
            self.report.not_in_folder = lost;
        } else {
            moved.extend(lost);
        }
        moved.sort();
        self.remove(&moved)?;
        self.report.removed = moved;
        Ok(())
    }

    fn remove(&self, gone: &[String]) -> Result<(), ImportError> {
        if gone.is_empty() {
            return Ok(());
        }
        self.of.store.write(|w| -> Result<(), ImportError> {
            let library = Library::new(&w.main, &w.search);
            for source in gone {
                library.remove_vanished(source)?;
            }
            let detail = serde_json::json!({ "sources": gone.len(), "because": "not in the folder" });
            record::append(w, &Record { chain: Chain::Audit, event: "knowledge.removed", object: None, actor: None, detail })?;
            Ok(())
        })
    }
}

impl Asked {
    /// `read`: these bytes lie in the library afterwards.
    fn memory(&self, read: bool) -> Memory {
        let own = self.known.own.as_ref();
        Memory {
            sha256: if read { Some(self.sha256) } else { own.and_then(|own| own.sha256) },
            said: self.said.clone(),
            held: own.filter(|_| !read).map_or_else(|| self.terms.clone(), |own| own.held.clone()),
            by_manifest: self.by_manifest,
            removed: own.filter(|_| !read).and_then(|own| own.removed),
        }
    }
}

/// Whether customers may have the older state of a source that came to this; none where nothing is to be noted.
fn closing<'a>(outcome: &Outcome, terms: &'a Terms) -> Option<Closing<'a>> {
    match outcome {
        Outcome::SymbolicLink | Outcome::NotAFile => Some(Closing::Yes),
        Outcome::Failed(why) if why.hides_terms() => Some(Closing::Yes),
        Outcome::Failed(_) => Some(Closing::Unless(terms)),
        Outcome::Added { .. } | Outcome::Replaced { .. } | Outcome::Unchanged | Outcome::Removed => None,
        Outcome::UnknownFormat { .. } | Outcome::Hidden => None,
    }
}

/// The fault of a file; the store is ours, and without it nothing else can be written either.
fn own_fault(error: LibraryError) -> Result<Unread, ImportError> {
    Ok(match error {
        LibraryError::UnknownMailbox => Unread::UnknownMailbox,
        LibraryError::Terms(why) => why.into(),
        LibraryError::CodeTaken => Unread::CodeTaken,
        LibraryError::OtherOrigin { there, here } => Unread::OtherOrigin { there, here },
        error @ (LibraryError::Folder(_)
        | LibraryError::Damaged
        | LibraryError::Store(_)
        | LibraryError::Entropy(_)
        | LibraryError::Sqlite(_)) => return Err(error.into()),
    })
}
