//! Faults of the knowledge, and why a file of a folder was not read.

use crate::app::fault::system::io;
use crate::app::fault::{Exit, Fault};
use crate::app::sentence::Sentence;
use crate::knowledge::LibraryError;

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

/// Why a file was not read. The import reports in English words; those it has today have a sentence, another text is quoted.
pub fn unread(reason: &str) -> Sentence {
    use crate::knowledge::reading::ReadingError;
    for (error, key) in [
        (ReadingError::NotText, "unread-no-text"),
        (ReadingError::Empty, "unread-empty"),
        (ReadingError::OpenFrontMatter, "unread-open-front-matter"),
        (ReadingError::BadValue("language"), "unread-language"),
        (ReadingError::BadValue("valid_until"), "unread-valid-until"),
    ] {
        if error.to_string() == reason {
            return Sentence::new(key, reason);
        }
    }
    if reason.starts_with("The file is larger than") {
        let mib = crate::domain::limits::KNOWLEDGE_FILE_BYTES_MAX / (1024 * 1024);
        return Sentence::new("unread-large", reason).with("mib", mib);
    }
    if let Some(key) = reason.strip_prefix("The front matter has the key '").and_then(|rest| rest.split('\'').next()) {
        return Sentence::new("unread-front-matter-key", reason).with("key", key);
    }
    Sentence::new("unread-other", reason).with("detail", reason)
}

fn damaged(error: &LibraryError) -> Sentence {
    Sentence::new("fault-store-damaged", error).with_word("file", "damaged-file", "main.db").with("detail", error)
}
