//! Search in the company's knowledge, and the removal of a source. Import and list are in `sources`.

use crate::app::fault::Fault;
use crate::app::request::{Answer, Body, HitView};
use crate::knowledge::{FITS, Library, LibraryError, Query, View};
use crate::pipeline::worker;
use crate::store::record::{self, Chain, Entry};
use crate::store::{Store, StoreError, actor};

/// Removes a source with every trace of it. One that lies in the watched folder stays out until its file changes.
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

/// Passages that fit, best first. With `explain` those below the threshold are shown too, marked. With a mailbox only what
/// a customer's mail to it would find.
pub fn search(store: &Store, query: &str, limit: usize, (explain, mailbox): (bool, Option<&str>)) -> Result<Answer, Fault> {
    let view = View { now: store.clock().now(), language: None };
    let found = store.read(|r| -> Result<_, Fault> {
        let library = Library::new(r.main, r.search);
        let query = match mailbox {
            None => Query::by_staff(query),
            Some(name) => Query::by_staff(query).for_customer().within(&library.mailbox_name(name)?),
        };
        Ok(library.search(&query, &view, limit)?)
    })?;
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
/// What was lost or damaged goes on record: an index that has to be mended again and again is a disk that dies.
pub fn mend_indexes(store: &Store) -> Result<(), StoreError> {
    let outdated = store.read(|r| Library::new(r.main, r.search).is_outdated()).map_err(broken)?;
    let (passages, mails) = (repair(store)?, worker::repair_index(store)?);
    if outdated && mails == 0 {
        tracing::info!(event = "search.renewed", passages, "the search index was made anew by the rules of this version");
        return Ok(());
    }
    if passages + mails == 0 {
        return Ok(());
    }
    tracing::warn!(event = "search.mended", passages, mails, "the search index was brought in step with the store");
    let detail = serde_json::json!({ "passages": passages, "mails": mails });
    store.write(|w| record::append(w, &Entry { chain: Chain::Audit, event: "search.mended", object: None, actor: None, detail }))?;
    Ok(())
}

/// Brings search.db in step with main.db after a crash or when it was made anew.
fn repair(store: &Store) -> Result<usize, StoreError> {
    store.write(|w| Library::new(&w.main, &w.search).repair().map_err(broken))
}

fn broken(error: LibraryError) -> StoreError {
    StoreError::damaged("search.db", error.to_string())
}
