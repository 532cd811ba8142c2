//! The passages that a draft cites, as a reviewer sees them beside the sentence.
//!
//! The text is the one that stands in the knowledge now. A passage that is gone keeps its id and has no text: the reviewer is
//! told, for what it said cannot be compared any more.

use crate::app::request::Citation;
use crate::domain::draft::Sentence;
use crate::knowledge::{Library, LibraryError};
use crate::store::{Reading, StoreError};

/// One entry for each sentence and passage, in their order.
pub fn citations(r: &Reading<'_>, sentences: &[Sentence]) -> Result<Vec<Citation>, StoreError> {
    let library = Library::new(r.main, r.search);
    let mut all = Vec::new();
    for (number, sentence) in (1..).zip(sentences) {
        for id in &sentence.citations {
            let passage = library.passage(id).map_err(failed)?;
            let (source, heading, text) = match passage {
                Some(passage) => (Some(passage.source), passage.heading, Some(passage.text)),
                None => (None, Vec::new(), None),
            };
            all.push(Citation { sentence: number, passage: id.clone(), source, heading, text });
        }
    }
    Ok(all)
}

fn failed(error: LibraryError) -> StoreError {
    match error {
        LibraryError::Store(error) => error,
        LibraryError::Sqlite(error) => error.into(),
        LibraryError::UnknownMailbox
        | LibraryError::CodeTaken
        | LibraryError::OtherOrigin { .. }
        | LibraryError::Folder(_)
        | LibraryError::Damaged
        | LibraryError::Terms(_)
        | LibraryError::Entropy(_) => StoreError::damaged("main.db", error.to_string()),
    }
}
