//! The company's sources in the store: put, list, remove, and the index kept in step with them.
//!
//! Never: a source without owner, classification and scope; a trace of a removed one.

use crate::domain::knowledge::Passage;
use crate::domain::{Entropy, Language, PublicId};
use crate::knowledge::cut::Cut;
use crate::knowledge::memory::terms_of;
use crate::knowledge::search::{index_text, index_version};
use crate::knowledge::source::read::Warning;
use crate::knowledge::terms::TermsError;
pub use crate::knowledge::terms::{Classification, Terms};
use crate::store::knowledge as rows;
use crate::store::knowledge::{DocumentRow, ListedDocument, PassageRow};
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use rusqlite::Connection;
use serde::Serialize;
use std::collections::HashSet;

/// A source, read and cut.
#[derive(Debug, Clone)]
pub struct Source {
    pub name: String,
    pub sha256: [u8; 32],
    pub language: Language,
    pub cuts: Vec<Cut>,
    /// Ids of the passages where they are given, as in suites; none: `<stem>-<n>`.
    pub codes: Option<Vec<String>>,
    /// The folder that it was imported from; empty for what came another way.
    pub origin: String,
    pub warnings: Vec<Warning>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Put {
    Added,
    Replaced,
    Unchanged,
}

#[derive(Debug, thiserror::Error)]
pub enum LibraryError {
    #[error("No mailbox of this name is set up")]
    UnknownMailbox,
    #[error("A passage id is used twice")]
    CodeTaken,
    #[error("A source of this name came from {there}, this one comes from {here}")]
    OtherOrigin { there: String, here: String },
    #[error("The folder cannot be read: {0}")]
    Folder(std::io::Error),
    #[error("Headings of a passage in the store cannot be read")]
    Damaged,
    #[error(transparent)]
    Terms(#[from] TermsError),
    #[error(transparent)]
    Store(#[from] crate::store::StoreError),
    #[error(transparent)]
    Entropy(#[from] crate::domain::clock::EntropyError),
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
}

/// Whether an older state is kept from customers when the newer one cannot be read.
#[derive(Debug, Clone, Copy)]
pub enum Closing<'a> {
    /// It would have come with terms that nobody can know.
    Yes,
    /// Unless these terms, which would have held, are as wide.
    Unless(&'a Terms),
}

/// The knowledge of one installation: documents in `main`, grams in `search`.
#[derive(Clone, Copy)]
pub struct Library<'a> {
    pub(super) main: &'a Connection,
    pub(super) search: &'a Connection,
}

impl<'a> Library<'a> {
    pub const fn new(main: &'a Connection, search: &'a Connection) -> Self {
        Self { main, search }
    }

    pub fn list(&self) -> Result<Vec<ListedDocument>, LibraryError> {
        Ok(rows::list_documents(self.main)?)
    }

    /// The passage with this id as it stands now; nothing where it is gone.
    pub fn passage(&self, id: &str) -> Result<Option<Passage>, LibraryError> {
        let Some(stored) = rows::passage_by_code(self.main, id)? else { return Ok(None) };
        let heading = headings_from_json(&stored.heading)?;
        Ok(Some(Passage { id: stored.code, source: stored.source, heading, text: stored.text }))
    }

    /// Puts one source in the place of an older state of it. Call [`Self::forget`] once after the last one.
    pub fn put(&self, source: &Source, terms: &Terms, now: Timestamp, entropy: &dyn Entropy) -> Result<Put, LibraryError> {
        let mailboxes = self.mailbox_rows(&terms.mailboxes)?;
        let document = DocumentRow {
            public_id: *PublicId::random(entropy)?.as_bytes(),
            language: source.language.code(),
            imported_at: now.as_millisecond(),
            warnings: warnings_to_json(&source.warnings),
            ..known_by(&source.name, source.sha256, &source.origin, terms, &mailboxes)?
        };
        if rows::is_unchanged(self.main, &document, true)? {
            return Ok(Put::Unchanged);
        }
        let known = rows::document(self.main, &source.name)?;
        // The same bytes may have moved; others would take the place of something else, and of its terms.
        if let Some(known) = &known
            && ![known.origin.as_str(), source.origin.as_str()].contains(&"")
            && known.origin != source.origin
            && known.sha256 != source.sha256
        {
            return Err(LibraryError::OtherOrigin { there: known.origin.clone(), here: source.origin.clone() });
        }
        let codes = self.codes(source)?;
        let passages: Vec<PassageRow<'_>> = source
            .cuts
            .iter()
            .zip(codes)
            .map(|(cut, code)| PassageRow { code, heading: headings_to_json(&cut.heading), text: &cut.text })
            .collect();
        let changed = rows::atomically(self.main, |main| rows::put_document(main, &document, &passages))?;
        rows::atomically(self.search, |search| -> Result<(), LibraryError> {
            rows::unindex_passages(search, &changed.gone)?;
            for (row, cut) in changed.new.iter().zip(&source.cuts) {
                rows::index_passage(search, *row, &index_text(&cut.heading, &cut.text))?;
            }
            Ok(())
        })?;
        Ok(if known.is_some() { Put::Replaced } else { Put::Added })
    }

    /// Whether these bytes lie in the library under these terms, so that they need not be read again.
    pub fn holds(&self, name: &str, sha256: [u8; 32], origin: &str, terms: &Terms) -> Result<bool, LibraryError> {
        let mailboxes = self.mailbox_rows(&terms.mailboxes)?;
        let document = known_by(name, sha256, origin, terms, &mailboxes)?;
        // A note that the file could not be read goes once it can be.
        let noted = self.warnings(name)?.iter().any(|warning| matches!(warning, Warning::OlderStateKept | Warning::OlderStateClosed));
        Ok(!noted && rows::is_unchanged(self.main, &document, false)?)
    }

    /// Rows of mailboxes given by name or address.
    pub fn mailbox_rows(&self, names: &[String]) -> Result<Vec<i64>, LibraryError> {
        let find = |name: &String| rows::mailbox_row(self.main, name)?.ok_or(LibraryError::UnknownMailbox);
        let mut found = names.iter().map(find).collect::<Result<Vec<i64>, LibraryError>>()?;
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    pub fn warnings(&self, name: &str) -> Result<Vec<Warning>, LibraryError> {
        Ok(rows::warnings(self.main, name)?.map_or_else(Vec::new, |json| warnings_from_json(&json)))
    }

    /// Name of a mailbox given by name or address.
    pub fn mailbox_name(&self, name: &str) -> Result<String, LibraryError> {
        rows::mailbox_name(self.main, name)?.ok_or(LibraryError::UnknownMailbox)
    }

    /// Notes that a newer state of a source of this folder cannot be read; none where there is no older one. Customers get the
    /// older one no more where `closed`, or where the terms are known that would have held and are stricter.
    pub fn note_older_state(&self, name: &str, origin: &str, closed: Closing<'_>) -> Result<Option<Warning>, LibraryError> {
        let Some(document) = rows::document(self.main, name)?.filter(|document| document.origin == origin) else { return Ok(None) };
        let closes = document.closed
            || match closed {
                Closing::Yes => true,
                Closing::Unless(terms) => terms.is_stricter_than(&terms_of(&document)),
            };
        let note = if closes { Warning::OlderStateClosed } else { Warning::OlderStateKept };
        let mut warnings = warnings_from_json(&document.warnings);
        if !warnings.contains(&note) {
            warnings.retain(|warning| *warning != Warning::OlderStateKept);
            warnings.push(note.clone());
            rows::set_warnings(self.main, name, &warnings_to_json(&warnings))?;
        }
        if closes && !document.closed {
            rows::close(self.main, name)?;
        }
        Ok(Some(note))
    }

    /// Sources that were imported from this folder.
    pub fn sources_of(&self, origin: &str) -> Result<Vec<String>, LibraryError> {
        Ok(rows::sources_of(self.main, origin)?)
    }

    /// Passage ids of a source. Files with one stem are told apart by digits of the name's hash, as many as it takes.
    fn codes(&self, source: &Source) -> Result<Vec<String>, LibraryError> {
        if let Some(codes) = &source.codes {
            let fit = codes.len() == source.cuts.len() && !self.is_any_taken(codes, &source.name)?;
            return if fit { Ok(codes.clone()) } else { Err(LibraryError::CodeTaken) };
        }
        let file = source.name.rsplit('/').next().unwrap_or(&source.name);
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let stem: String = stem.chars().map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect();
        let hash = HEXLOWER.encode(&sha256(source.name.as_bytes()));
        // A website has an `index.html` in each of its folders; among three hundred of them two share four digits.
        for digits in [0, 4, 8, 16, 64] {
            let stem = hash.get(..digits).filter(|digits| !digits.is_empty()).map_or_else(|| stem.clone(), |hash| format!("{stem}~{hash}"));
            let codes: Vec<String> = (1..=source.cuts.len()).map(|n| format!("{stem}-{n}")).collect();
            if !self.is_any_taken(&codes, &source.name)? {
                return Ok(codes);
            }
        }
        Err(LibraryError::CodeTaken)
    }

    fn is_any_taken(&self, codes: &[String], source: &str) -> Result<bool, LibraryError> {
        for code in codes {
            if rows::code_is_taken(self.main, code, source)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Removes a source with its passages and grams, because a person wants it away; false where there was none.
    pub fn remove(&self, name: &str) -> Result<bool, LibraryError> {
        self.take_out(name, true)
    }

    /// The same, because its file is gone.
    pub fn remove_vanished(&self, name: &str) -> Result<bool, LibraryError> {
        self.take_out(name, false)
    }

    fn take_out(&self, name: &str, by_a_person: bool) -> Result<bool, LibraryError> {
        let known = rows::document(self.main, name)?;
        if let Some(document) = &known {
            self.remember_gone(document, by_a_person)?;
        }
        let gone = rows::atomically(self.main, |main| rows::remove_document(main, name))?;
        rows::atomically(self.search, |search| rows::unindex_passages(search, &gone))?;
        self.forget()?;
        Ok(known.is_some())
    }

    /// Clears what deleted passages left in the index.
    pub fn forget(&self) -> Result<(), LibraryError> {
        Ok(rows::forget_grams(self.search)?)
    }

    /// The index was made by other rules than today's, and lost nothing.
    pub fn is_outdated(&self) -> Result<bool, LibraryError> {
        Ok(rows::postings(self.search, &index_version(), 1)?.is_empty() && !rows::indexed_rows(self.search)?.is_empty())
    }

    /// Brings search.db in step with main.db: after a crash, a restore, or when the file is new. Returns how many passages it touched.
    pub fn repair(&self) -> Result<usize, LibraryError> {
        let version = index_version();
        let is_current = !rows::postings(self.search, &version, 1)?.is_empty();
        let wanted = rows::passage_rows(self.main)?;
        let present = rows::indexed_rows(self.search)?;
        if !is_current {
            rows::atomically(self.search, |search| -> rusqlite::Result<()> {
                rows::unindex_passages(search, &present.iter().copied().collect::<Vec<_>>())?;
                rows::mark_index(search, &version)
            })?;
        }
        let present = if is_current { present } else { HashSet::new() };
        let orphans: Vec<i64> = present.difference(&wanted).copied().collect();
        let mut missing: Vec<i64> = wanted.difference(&present).copied().collect();
        missing.sort_unstable();
        if orphans.is_empty() && missing.is_empty() {
            return Ok(0);
        }
        rows::atomically(self.search, |search| -> Result<(), LibraryError> {
            rows::unindex_passages(search, &orphans)?;
            for batch in missing.chunks(500) {
                for passage in rows::passages(self.main, batch)? {
                    let heading = headings_from_json(&passage.heading)?;
                    rows::index_passage(search, passage.row, &index_text(&heading, &passage.text))?;
                }
            }
            Ok(())
        })?;
        if !orphans.is_empty() {
            self.forget()?;
        }
        Ok(orphans.len() + missing.len())
    }
}

/// A document by what decides whether it is known: its bytes, its place and its terms.
fn known_by<'a>(
    name: &'a str,
    sha256: [u8; 32],
    origin: &'a str,
    terms: &'a Terms,
    mailboxes: &'a [i64],
) -> Result<DocumentRow<'a>, LibraryError> {
    let (valid_from, valid_until) = terms.validity()?;
    Ok(DocumentRow {
        public_id: [0; 16],
        source: name,
        sha256,
        language: "",
        owner: &terms.owner,
        classification: terms.classification.code(),
        personal_data: terms.personal_data,
        mailboxes,
        valid_from: valid_from.map(Timestamp::as_millisecond),
        valid_until: valid_until.map(Timestamp::as_millisecond),
        imported_at: 0,
        origin,
        warnings: String::new(),
    })
}

pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    let mut out = [0; 32];
    out.copy_from_slice(digest.as_ref());
    out
}

fn warnings_to_json(warnings: &[Warning]) -> String {
    serde_json::to_string(warnings).unwrap_or_else(|_| "[]".to_owned())
}

/// A kind of warning that this version does not know is not worth an error.
pub fn warnings_from_json(json: &str) -> Vec<Warning> {
    serde_json::from_str(json).unwrap_or_default()
}

fn headings_to_json(heading: &[String]) -> String {
    serde_json::Value::from(heading.to_vec()).to_string()
}

pub(super) fn headings_from_json(json: &str) -> Result<Vec<String>, LibraryError> {
    serde_json::from_str(json).map_err(|_| LibraryError::Damaged)
}

#[cfg(test)]
#[path = "library_tests.rs"]
pub(crate) mod tests;
