//! Import and search of the company's knowledge.

use crate::app::answers::dispatch::Refusal;
use crate::app::request::{Added, Answer, Body, HitView, Refused};
use crate::knowledge::import::{ImportReport, Outcome, World};
use crate::knowledge::library::Classification;
use crate::knowledge::{FITS, Library, LibraryError, Query, Terms, View};
use crate::store::record::{self, Chain, Entry};
use crate::store::{Store, StoreError, actor};
use std::path::Path;

/// Who answers for sources that name nobody themselves.
const OWNER: &str = "Import";

fn terms() -> Terms {
    Terms { owner: OWNER.to_owned(), classification: Classification::Internal, personal_data: false, mailbox: None }
}

impl From<LibraryError> for Refusal {
    fn from(error: LibraryError) -> Self {
        Self::Input(error.to_string())
    }
}

/// Imports a folder; a file that cannot be read is reported by name and harms nothing.
pub fn import(store: &Store, folder: &Path) -> Result<Added, Refusal> {
    if !folder.is_dir() {
        return Err(Refusal::Input(format!("{} is no folder", folder.display())));
    }
    store.write(|w| -> Result<Added, Refusal> {
        let senses = store.senses();
        let world = World { clock: &*senses.clock, entropy: &*senses.entropy };
        let report = Library::new(&w.main, &w.search).import_folder(folder, &terms(), world)?;
        let added = added(report);
        let detail =
            serde_json::json!({ "imported": added.imported.len(), "unchanged": added.unchanged.len(), "refused": added.refused.len() });
        record::append(w, &Entry { chain: Chain::Audit, event: "knowledge.imported", object: None, actor: None, detail })?;
        Ok(added)
    })
}

pub fn add(store: &Store, folder: &Path) -> Result<Answer, Refusal> {
    let added = import(store, folder)?;
    let exit = if added.refused.is_empty() { 0 } else { 1 };
    Ok(Answer { exit, body: Body::KnowledgeAdded(added) })
}

fn added(report: ImportReport) -> Added {
    let mut added = Added { not_in_folder: report.not_in_folder, ..Added::default() };
    for entry in report.entries {
        let mut refuse = |reason: String| added.refused.push(Refused { file: entry.name.clone(), reason });
        match entry.outcome {
            Outcome::Added { passages } | Outcome::Replaced { passages } => {
                added.passages += passages;
                added.imported.push(entry.name);
            }
            Outcome::ReadAsLatin1 { passages } => {
                added.passages += passages;
                added.read_as_latin1.push(entry.name.clone());
                added.imported.push(entry.name);
            }
            Outcome::Unchanged => added.unchanged.push(entry.name),
            Outcome::NotReadYet { extension } => refuse(format!("{extension} is not read by this version")),
            // A `.DS_Store` is no source and no fault.
            Outcome::Hidden => added.skipped.push(entry.name),
            Outcome::SymbolicLink => refuse("symbolic link".to_owned()),
            Outcome::NotAFile => refuse("no file, or too deep".to_owned()),
            Outcome::Failed { reason } => refuse(reason),
        }
    }
    added
}

/// Removes a source with every trace of it.
pub fn remove(store: &Store, source: &str, by: &str) -> Result<Answer, Refusal> {
    store.write(|w| -> Result<(), Refusal> {
        if !Library::new(&w.main, &w.search).remove(source)? {
            return Err(Refusal::Input(format!("Source {source:?} is not in the knowledge")));
        }
        let by = actor::named(w, by)?;
        let detail = serde_json::json!({ "source": source });
        record::append(w, &Entry { chain: Chain::Audit, event: "knowledge.removed", object: None, actor: Some(by.public_id), detail })?;
        Ok(())
    })?;
    Ok(Answer::done(Body::Done { what: "done-knowledge-removed".to_owned(), id: None }))
}

/// Passages that fit, best first. With `explain` those below the threshold are shown too, marked.
pub fn search(store: &Store, query: &str, limit: usize, explain: bool) -> Result<Answer, Refusal> {
    let view = View { now: store.clock().now(), language: None };
    let found =
        store.read(|r| -> Result<_, Refusal> { Ok(Library::new(r.main, r.search).search(&Query::by_staff(query), &view, limit)?) })?;
    let hits = found
        .into_iter()
        .filter(|found| explain || found.hit.score >= FITS)
        .map(|found| {
            let fits = found.hit.score >= FITS;
            let mut view = HitView::from(found.hit);
            view.explain = explain.then(|| serde_json::json!({ "fits": fits, "threshold": FITS, "language": found.language }));
            view
        })
        .collect();
    Ok(Answer::done(Body::Hits(hits)))
}

/// Brings search.db in step with main.db after a crash or when it was made anew.
pub fn repair(store: &Store) -> Result<usize, StoreError> {
    store.write(|w| Library::new(&w.main, &w.search).repair().map_err(|error| StoreError::damaged("search.db", error.to_string())))
}
