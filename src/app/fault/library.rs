//! Faults of the knowledge, and why a file of a folder was not read.

use crate::app::fault::system::{io, kind};
use crate::app::fault::{Exit, Fault};
use crate::app::sentence::Sentence;
use crate::domain::limits::KNOWLEDGE_FILE_BYTES_MAX;
use crate::knowledge::LibraryError;
use crate::knowledge::import::Unread;
use crate::knowledge::reading::{Known, ReadingError};

impl From<LibraryError> for Fault {
    fn from(error: LibraryError) -> Self {
        match &error {
            LibraryError::UnknownMailbox => Self::input("fault-knowledge-mailbox", &error),
            LibraryError::Folder(source) => Self::input("fault-knowledge-folder-read", &error).because("why", io(source)),
            LibraryError::CodeTaken => Self::input("fault-knowledge-code", &error),
            LibraryError::Damaged => Self { exit: Exit::Damaged, sentence: damaged(&error) },
            LibraryError::Entropy(_) => Self::later("fault-no-entropy", &error),
            LibraryError::Sqlite(detail) => Self::later("fault-store-database", &error).with("detail", detail),
        }
    }
}

/// Why a file was not read.
pub fn unread(reason: &Unread) -> Sentence {
    let said = |key: &str| Sentence::new(key, reason);
    match reason {
        Unread::Content(ReadingError::NotText) => said("unread-no-text"),
        Unread::Content(ReadingError::Empty) => said("unread-empty"),
        Unread::Content(ReadingError::OpenFrontMatter) => said("unread-open-front-matter"),
        Unread::Content(ReadingError::UnknownKey(key)) => said("unread-front-matter-key").with("key", key),
        Unread::Content(ReadingError::BadValue(Known::Language)) => said("unread-language"),
        Unread::Content(ReadingError::BadValue(Known::Owner)) => said("unread-owner"),
        Unread::Content(ReadingError::BadValue(Known::ValidUntil)) | Unread::DateOutOfRange => said("unread-valid-until"),
        Unread::TooLarge => said("unread-large").with("mib", KNOWLEDGE_FILE_BYTES_MAX / (1024 * 1024)),
        Unread::Io(error) => kind(*error, error),
        Unread::Library(detail) => said("unread-other").with("detail", detail),
    }
}

fn damaged(error: &LibraryError) -> Sentence {
    Sentence::new("fault-store-damaged", error).with_word("file", "damaged-file", "main.db").with("detail", error)
}
