//! The company's sources in the store: put, list, remove, and the index kept in step with them.
//!
//! Never: a source without owner, classification and scope; a trace of a removed one.

use crate::domain::{Entropy, Language, PublicId};
use crate::knowledge::cut::Cut;
use crate::knowledge::search::{index_text, index_version};
use crate::store::knowledge as rows;
use crate::store::knowledge::{DocumentRow, ListedDocument, PassageRow};
use data_encoding::HEXLOWER;
use jiff::Timestamp;
use rusqlite::Connection;
use serde::{Deserialize, Serialize};
use std::collections::HashSet;

/// How far a source may be shown. What customers read comes from all of them; the register names the class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Classification {
    Public,
    Internal,
    Confidential,
}

impl Classification {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Confidential => "confidential",
        }
    }
}

/// What the person who imports says about the sources.
#[derive(Debug, Clone)]
pub struct Terms {
    /// Who answers for the content; a file's own front matter goes before.
    pub owner: String,
    pub classification: Classification,
    pub personal_data: bool,
    /// Name of the only mailbox that may use it; none: all may.
    pub mailbox: Option<String>,
}

/// A source, read and cut.
#[derive(Debug, Clone)]
pub struct Source {
    pub name: String,
    pub sha256: [u8; 32],
    pub language: Language,
    /// From then on it is not found any more.
    pub valid_until: Option<Timestamp>,
    pub cuts: Vec<Cut>,
    /// Ids of the passages where they are given, as in suites; none: `<stem>-<n>`.
    pub codes: Option<Vec<String>>,
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
    #[error("The folder cannot be read: {0}")]
    Folder(std::io::Error),
    #[error("Headings of a passage in the store cannot be read")]
    Damaged,
    #[error(transparent)]
    Entropy(#[from] crate::domain::clock::EntropyError),
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
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

    /// Puts one source in the place of an older state of it. Call [`Self::forget`] once after the last one.
    pub fn put(&self, source: &Source, terms: &Terms, now: Timestamp, entropy: &dyn Entropy) -> Result<Put, LibraryError> {
        let mailbox = match &terms.mailbox {
            None => None,
            Some(name) => Some(rows::mailbox_row(self.main, name)?.ok_or(LibraryError::UnknownMailbox)?),
        };
        let id = PublicId::random(entropy)?;
        let document = DocumentRow {
            public_id: *id.as_bytes(),
            source: &source.name,
            sha256: source.sha256,
            language: source.language.code(),
            owner: &terms.owner,
            classification: terms.classification.code(),
            personal_data: terms.personal_data,
            mailbox,
            valid_until: source.valid_until.map(Timestamp::as_millisecond),
            imported_at: now.as_millisecond(),
        };
        if rows::is_unchanged(self.main, &document)? {
            return Ok(Put::Unchanged);
        }
        let known = rows::has_document(self.main, &source.name)?;
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
        Ok(if known { Put::Replaced } else { Put::Added })
    }

    /// Passage ids of a source. Two files with one stem are told apart by four digits of the name's hash.
    fn codes(&self, source: &Source) -> Result<Vec<String>, LibraryError> {
        if let Some(codes) = &source.codes {
            for code in codes {
                if rows::code_is_taken(self.main, code, &source.name)? {
                    return Err(LibraryError::CodeTaken);
                }
            }
            return if codes.len() == source.cuts.len() { Ok(codes.clone()) } else { Err(LibraryError::CodeTaken) };
        }
        let file = source.name.rsplit('/').next().unwrap_or(&source.name);
        let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
        let mut stem: String = stem.chars().map(|c| if c.is_alphanumeric() || "-_.".contains(c) { c } else { '_' }).collect();
        let numbered = |stem: &str| (1..=source.cuts.len()).map(|n| format!("{stem}-{n}")).collect::<Vec<_>>();
        for code in numbered(&stem) {
            if rows::code_is_taken(self.main, &code, &source.name)? {
                let hash = HEXLOWER.encode(&sha256(source.name.as_bytes()));
                stem = format!("{stem}~{}", hash.get(..4).unwrap_or_default());
                break;
            }
        }
        Ok(numbered(&stem))
    }

    /// Removes a source with its passages and grams; false where there was none.
    pub fn remove(&self, name: &str) -> Result<bool, LibraryError> {
        let known = rows::has_document(self.main, name)?;
        let gone = rows::atomically(self.main, |main| rows::remove_document(main, name))?;
        rows::atomically(self.search, |search| rows::unindex_passages(search, &gone))?;
        self.forget()?;
        Ok(known)
    }

    /// Clears what deleted passages left in the index.
    pub fn forget(&self) -> Result<(), LibraryError> {
        Ok(rows::forget_grams(self.search)?)
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

pub(super) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    let mut out = [0; 32];
    out.copy_from_slice(digest.as_ref());
    out
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
