//! Import of sources into the company's knowledge, and the list of what is there.
//!
//! Exit codes: 0 where something stands in the knowledge afterwards, bad files being reported by name; 2 where nothing could
//! be read at all, for then the folder or the terms are wrong.

use crate::app::fault::system::io;
use crate::app::fault::{Exit, Fault, library};
use crate::app::request::{Added, Answer, Body, DocumentView, Refused, SourcesOrder, Warned};
use crate::app::sentence::Sentence;
use crate::domain::clock::rfc3339;
use crate::knowledge::import::{self, ImportReport, Order, Outcome};
use crate::knowledge::library::warnings_from_json;
use crate::knowledge::source::read::Warning;
use crate::knowledge::source::{ChildReader, Reader};
use crate::knowledge::terms::{IMPORT, Said, day_of, last_day_of};
use crate::knowledge::{Library, Terms};
use crate::store::Store;
use crate::store::knowledge::ListedDocument;

impl SourcesOrder {
    /// The folder that the service watches.
    pub fn standing(path: std::path::PathBuf) -> Self {
        Self {
            path,
            owner: None,
            valid_from: None,
            valid_until: None,
            mailboxes: Vec::new(),
            classification: None,
            personal_data: None,
            fresh: false,
            prune: true,
            standing: true,
        }
    }

    fn said(&self) -> Said {
        Said {
            owner: self.owner.clone(),
            valid_from: self.valid_from,
            valid_until: self.valid_until,
            mailboxes: Some(self.mailboxes.clone()).filter(|names| !names.is_empty()),
            classification: self.classification,
            personal_data: self.personal_data,
        }
    }
}

/// Imports a folder or a file; foreign formats are read by children of this binary.
pub fn import(store: &Store, order: &SourcesOrder) -> Result<Added, Fault> {
    let reader = ChildReader::of_this_binary().map_err(|error| {
        let text = format!("This program cannot be found: {error}");
        Fault::later("fault-no-program", text).because("why", io(&error))
    })?;
    import_by(store, order, &reader)
}

pub fn import_by(store: &Store, order: &SourcesOrder, reader: &dyn Reader) -> Result<Added, Fault> {
    if !order.path.is_dir() && !order.path.is_file() {
        let text = format!("{} is neither a folder nor a file", order.path.display());
        return Err(Fault::input("fault-knowledge-path", text).with("path", order.path.display()));
    }
    let said = order.said();
    Terms::of(IMPORT).with(&said).validity().map_err(library::terms)?;
    let order = Order { path: &order.path, said: &said, fresh: order.fresh, prune: order.prune, standing: order.standing };
    Ok(added(import::import(store, &order, reader)?))
}

pub fn add(store: &Store, order: &SourcesOrder) -> Result<Answer, Fault> {
    let mut added = import(store, order)?;
    let nothing = added.imported.is_empty() && added.unchanged.is_empty() && added.removed.is_empty();
    if nothing && added.refused.is_empty() && added.not_in_folder.is_empty() && added.strangers.is_empty() {
        let text = format!("{} holds no file that can be read; nothing was imported", order.path.display());
        return Err(Fault::input("fault-knowledge-nothing", text).with("path", order.path.display()));
    }
    added.expired = expired(store, &added)?;
    let exit = if nothing { Exit::Input.code() } else { 0 };
    Ok(Answer { exit, body: Body::KnowledgeAdded(Box::new(added)) })
}

/// Of the sources that were just named, those that nobody finds any more.
fn expired(store: &Store, added: &Added) -> Result<Vec<String>, Fault> {
    let now = store.clock().now().as_millisecond();
    let documents = store.read(|r| -> Result<_, Fault> { Ok(Library::new(r.main, r.search).list()?) })?;
    let named = |source: &String| added.imported.contains(source) || added.unchanged.contains(source);
    let over = documents.into_iter().filter(|document| document.valid_until.is_some_and(|until| until <= now));
    Ok(over.map(|document| document.source).filter(named).collect())
}

fn added(report: ImportReport) -> Added {
    let mut added = Added {
        not_in_folder: report.not_in_folder,
        removed: report.removed,
        held_back: report.held_back,
        strangers: report.strangers,
        kept_terms: report.kept_terms,
        ..Added::default()
    };
    for entry in report.entries {
        let mut refuse = |said: Sentence| {
            let code = said.key.trim_start_matches("unread-").to_owned();
            added.refused.push(Refused { file: entry.name.clone(), code, reason: said.text.clone(), said });
        };
        match entry.outcome {
            Outcome::Added { passages } | Outcome::Replaced { passages } => {
                added.passages += passages;
                added.imported.push(entry.name.clone());
            }
            Outcome::Unchanged => added.unchanged.push(entry.name.clone()),
            Outcome::Removed => added.left_out.push(entry.name.clone()),
            Outcome::UnknownFormat { extension } => {
                let text = format!("Files with the ending {extension:?} are not read");
                refuse(Sentence::new("unread-unknown-format", text).with("extension", extension));
            }
            // A `.DS_Store` is no source and no fault.
            Outcome::Hidden => added.skipped.push(entry.name.clone()),
            Outcome::SymbolicLink => refuse(Sentence::new("unread-symbolic-link", "Symbolic links are not followed")),
            Outcome::NotAFile => refuse(Sentence::new("unread-not-a-file", "Not a file, or in folders too deep")),
            Outcome::Failed(why) => refuse(library::unread(&why)),
        }
        for warning in entry.warnings {
            if warning == Warning::Latin1 {
                added.read_as_latin1.push(entry.name.clone());
            }
            added.warnings.push(Warned { file: entry.name.clone(), warning });
        }
    }
    added
}

pub fn list(store: &Store) -> Result<Answer, Fault> {
    let now = store.clock().now().as_millisecond();
    let documents = store.read(|r| -> Result<_, Fault> { Ok(Library::new(r.main, r.search).list()?) })?;
    Ok(Answer::done(Body::Documents(documents.into_iter().map(|document| view(document, now)).collect())))
}

fn view(document: ListedDocument, now: i64) -> DocumentView {
    let state = if document.valid_until.is_some_and(|until| until <= now) {
        "expired"
    } else if document.valid_from.is_some_and(|from| from > now) {
        "not_yet"
    } else {
        "valid"
    };
    DocumentView {
        state: state.to_owned(),
        passages: document.passages,
        language: document.language,
        owner: document.owner,
        classification: document.classification,
        personal_data: document.personal_data,
        mailboxes: document.mailboxes,
        valid_from: document.valid_from.and_then(day_of),
        valid_until: document.valid_until.and_then(last_day_of),
        imported_at: rfc3339(document.imported_at),
        origin: document.origin,
        warnings: warnings_from_json(&document.warnings),
        source: document.source,
    }
}
