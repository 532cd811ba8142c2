//! Import and search of the company's knowledge.

use crate::app::fault::{Fault, library};
use crate::app::request::{Added, Answer, Body, HitView, Refused};
use crate::app::sentence::Sentence;
use crate::knowledge::import::{ImportReport, Outcome, World};
use crate::knowledge::library::Classification;
use crate::knowledge::{FITS, Library, Query, Terms, View};
use crate::pipeline::worker;
use crate::store::record::{self, Chain, Entry};
use crate::store::{Store, StoreError, actor};
use std::path::Path;

/// Who answers for sources that name nobody themselves.
const OWNER: &str = "Import";

fn terms() -> Terms {
    Terms { owner: OWNER.to_owned(), classification: Classification::Internal, personal_data: false, mailbox: None }
}

/// Imports a folder; a file that cannot be read is reported by name and harms nothing.
pub fn import(store: &Store, folder: &Path) -> Result<Added, Fault> {
    if !folder.is_dir() {
        return Err(Fault::input("fault-knowledge-folder", format!("{} is no folder", folder.display())).with("folder", folder.display()));
    }
    store.write(|w| -> Result<Added, Fault> {
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

pub fn add(store: &Store, folder: &Path) -> Result<Answer, Fault> {
    let added = import(store, folder)?;
    let exit = if added.refused.is_empty() { 0 } else { 1 };
    Ok(Answer { exit, body: Body::KnowledgeAdded(added) })
}

fn added(report: ImportReport) -> Added {
    let mut added = Added { not_in_folder: report.not_in_folder, ..Added::default() };
    for entry in report.entries {
        let mut refuse = |said: Sentence| added.refused.push(Refused { file: entry.name.clone(), reason: said.text.clone(), said });
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
            Outcome::NotReadYet { extension } => {
                let text = format!("{extension} is not read by this version");
                refuse(Sentence::new("unread-kind", text).with("extension", extension));
            }
            // A `.DS_Store` is no source and no fault.
            Outcome::Hidden => added.skipped.push(entry.name),
            Outcome::SymbolicLink => refuse(Sentence::new("unread-link", "symbolic link")),
            Outcome::NotAFile => refuse(Sentence::new("unread-no-file", "no file, or too deep")),
            Outcome::Failed(reason) => refuse(library::unread(&reason)),
        }
    }
    added
}

/// Removes a source with every trace of it.
pub fn remove(store: &Store, source: &str, by: &str) -> Result<Answer, Fault> {
    store.write(|w| -> Result<(), Fault> {
        if !Library::new(&w.main, &w.search).remove(source)? {
            return Err(Fault::input("fault-knowledge-source", format!("Source {source:?} is not in the knowledge")).with("source", source));
        }
        let by = actor::named(w, by)?;
        let detail = serde_json::json!({ "source": source });
        record::append(w, &Entry { chain: Chain::Audit, event: "knowledge.removed", object: None, actor: Some(by.public_id), detail })?;
        Ok(())
    })?;
    Ok(Answer::done(Body::Done { what: "done-knowledge-removed".to_owned(), id: None }))
}

/// Passages that fit, best first. With `explain` those below the threshold are shown too, marked.
pub fn search(store: &Store, query: &str, limit: usize, explain: bool) -> Result<Answer, Fault> {
    let view = View { now: store.clock().now(), language: None };
    let found =
        store.read(|r| -> Result<_, Fault> { Ok(Library::new(r.main, r.search).search(&Query::by_staff(query), &view, limit)?) })?;
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

/// Brings both indexes in step with what is stored: after a crash, after damage, after an update of the rules they are made by.
pub fn mend_indexes(store: &Store) -> Result<(), StoreError> {
    repair(store)?;
    worker::repair_index(store)?;
    Ok(())
}

/// Brings search.db in step with main.db after a crash or when it was made anew.
fn repair(store: &Store) -> Result<usize, StoreError> {
    store.write(|w| Library::new(&w.main, &w.search).repair().map_err(|error| StoreError::damaged("search.db", error.to_string())))
}
