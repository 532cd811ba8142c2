//! What was said about a place, kept beyond the source that came from it, so that no source becomes public by itself.
//!
//! A file that is moved away and back, renamed, removed and written anew, or added without a word keeps the terms that a person
//! gave it; a new file has those of its folder. What cannot be known is the stricter. Never: a term loosened unless a
//! person says so.

use crate::knowledge::library::{Library, LibraryError, sha256};
use crate::knowledge::terms::{Classification, IMPORT, Terms, day_of, last_day_of};
use crate::store::knowledge as rows;
use crate::store::knowledge::ListedDocument;
use crate::store::source_memory::{self, MemoryRow};

/// A folder, or a file in one, by its whole path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place(String);

impl Place {
    pub fn folder(origin: &str) -> Self {
        Self(origin.to_owned())
    }

    pub fn of(origin: &str, name: &str) -> Self {
        Self(format!("{origin}/{name}"))
    }

    fn key(&self) -> [u8; 32] {
        sha256(self.0.as_bytes())
    }

    /// The folders above it, the nearest first.
    fn above(&self) -> impl Iterator<Item = Self> {
        let slashes: Vec<usize> = self.0.rmatch_indices('/').map(|(at, _)| at).collect();
        slashes.into_iter().filter_map(|at| Some(Self(self.0.get(..at.max(1))?.to_owned())))
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Memory {
    pub sha256: Option<[u8; 32]>,
    /// By a person with the command.
    pub said: Terms,
    /// With the manifests. What a file says itself goes where its bytes go.
    pub held: Terms,
    pub by_manifest: bool,
    pub removed: Option<[u8; 32]>,
}

/// Everything that is known of a file before it is read.
#[derive(Debug, Clone, Default)]
pub struct Known {
    pub own: Option<Memory>,
    /// Of sources with the same bytes.
    pub same: Vec<Terms>,
    /// Of the nearest folder of which somebody said something.
    pub folder: Option<Terms>,
    /// A person removed it, and it is what it was.
    pub removed: bool,
}

impl Library<'_> {
    pub fn known(&self, origin: &str, name: &str, bytes: &[u8; 32]) -> Result<Known, LibraryError> {
        let place = Place::of(origin, name);
        let documents = rows::documents_with(self.main, bytes)?;
        let own = self.memory(origin, name)?;
        let mut same: Vec<Terms> = source_memory::held_with(self.main, bytes)?.iter().map(|json| terms_from_json(json)).collect();
        if same.is_empty() {
            same.extend(documents.iter().map(terms_of));
        }
        let mut folder = None;
        for above in place.above() {
            if let Some(row) = source_memory::find(self.main, &above.key())? {
                folder = Some(terms_from_json(&row.said));
                break;
            }
        }
        let removed = match &own {
            Some(own) => own.removed == Some(*bytes),
            // Moved since; but a copy that is still in the knowledge was not meant.
            None => documents.is_empty() && source_memory::is_removed(self.main, bytes)?,
        };
        Ok(Known { own, same, folder, removed })
    }

    /// Of a source; where nothing was remembered, its terms in the library were said.
    pub fn memory(&self, origin: &str, name: &str) -> Result<Option<Memory>, LibraryError> {
        if let Some(row) = source_memory::find(self.main, &Place::of(origin, name).key())? {
            return Ok(Some(Memory {
                sha256: row.sha256,
                said: terms_from_json(&row.said),
                held: terms_from_json(&row.held),
                by_manifest: row.by_manifest,
                removed: row.removed,
            }));
        }
        let lies = rows::document(self.main, name)?.filter(|document| document.origin == origin || document.origin.is_empty());
        Ok(lies.map(|document| {
            let terms = terms_of(&document);
            Memory { sha256: Some(document.sha256), said: terms.clone(), held: terms, by_manifest: false, removed: None }
        }))
    }

    pub fn remember(&self, place: &Place, memory: &Memory) -> Result<(), LibraryError> {
        let row = MemoryRow {
            sha256: memory.sha256,
            said: terms_to_json(&memory.said),
            held: terms_to_json(&memory.held),
            by_manifest: memory.by_manifest,
            removed: memory.removed,
        };
        let key = place.key();
        if source_memory::find(self.main, &key)?.as_ref() != Some(&row) {
            source_memory::put(self.main, &key, &row)?;
        }
        Ok(())
    }

    /// What a person says of a folder holds for every file that will lie in it.
    pub fn remember_folder(&self, origin: &str, said: &Terms) -> Result<(), LibraryError> {
        let memory = Memory { sha256: None, said: said.clone(), held: said.clone(), by_manifest: false, removed: None };
        self.remember(&Place::folder(origin), &memory)
    }

    pub fn said_of_folder(&self, origin: &str) -> Result<Option<Terms>, LibraryError> {
        Ok(source_memory::find(self.main, &Place::folder(origin).key())?.map(|row| terms_from_json(&row.said)))
    }

    /// A person wants a removed source again.
    pub fn take_back_removal(&self, bytes: &[u8; 32]) -> Result<(), LibraryError> {
        Ok(source_memory::take_back_removal(self.main, bytes)?)
    }

    /// Keeps what was said of a source that leaves the library. `removed`: a person wants it away, also if the file stays.
    pub(super) fn remember_gone(&self, document: &ListedDocument, removed: bool) -> Result<(), LibraryError> {
        if document.origin.is_empty() {
            return Ok(());
        }
        let Some(mut memory) = self.memory(&document.origin, &document.source)? else { return Ok(()) };
        if removed {
            memory.removed = Some(document.sha256);
        }
        self.remember(&Place::of(&document.origin, &document.source), &memory)
    }
}

/// The terms under which a source lies in the library.
pub fn terms_of(document: &ListedDocument) -> Terms {
    Terms {
        owner: document.owner.clone(),
        valid_from: document.valid_from.and_then(day_of),
        valid_until: document.valid_until.and_then(last_day_of),
        mailboxes: document.mailboxes.clone(),
        classification: Classification::from_code(&document.classification).unwrap_or(Classification::Confidential),
        personal_data: document.personal_data,
    }
}

fn terms_to_json(terms: &Terms) -> String {
    serde_json::to_string(terms).unwrap_or_default()
}

fn terms_from_json(json: &str) -> Terms {
    serde_json::from_str(json).unwrap_or_else(|_| Terms { classification: Classification::Confidential, ..Terms::of(IMPORT) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_above_from_the_nearest() {
        let above = |place: Place| place.above().map(|place| place.0).collect::<Vec<_>>();
        assert_eq!(above(Place::of("/a/b", "c/d.md")), ["/a/b/c", "/a/b", "/a", "/"]);
        assert_eq!(above(Place::of("/", "d.md")), ["/", "/"]);
        assert_eq!(terms_from_json("?").classification, Classification::Confidential);
    }
}
