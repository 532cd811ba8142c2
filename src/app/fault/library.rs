//! Faults of the knowledge, and why a file of a folder was not read.

use crate::app::fault::system::{io, kind};
use crate::app::fault::{Exit, Fault};
use crate::app::sentence::Sentence;
use crate::domain::limits::{SOURCE_BYTES_MAX, SOURCE_TITLE_CHARS_MAX};
use crate::knowledge::LibraryError;
use crate::knowledge::cut::CutError;
use crate::knowledge::import::{ImportError, Unread};
use crate::knowledge::manifest::ManifestError;
use crate::knowledge::reading::{Known, ReadingError};
use crate::knowledge::source::Refusal;
use crate::knowledge::terms::TermsError;

const MIB: u64 = 1024 * 1024;

impl From<LibraryError> for Fault {
    fn from(error: LibraryError) -> Self {
        match error {
            LibraryError::UnknownMailbox => Self::input("fault-knowledge-mailbox", &error),
            LibraryError::Folder(ref source) => Self::input("fault-knowledge-folder-read", &error).because("why", io(source)),
            LibraryError::CodeTaken => Self::input("fault-knowledge-code", &error),
            LibraryError::OtherOrigin { ref there, ref here } => {
                Self::input("fault-knowledge-origin", &error).with("there", there).with("here", here)
            }
            LibraryError::Damaged => Self { exit: Exit::Damaged, sentence: damaged(&error) },
            LibraryError::Terms(why) => terms(why),
            LibraryError::Store(error) => error.into(),
            LibraryError::Entropy(_) => Self::later("fault-no-entropy", &error),
            LibraryError::Sqlite(ref detail) => Self::later("fault-store-database", &error).with("detail", detail),
        }
    }
}

impl From<ImportError> for Fault {
    fn from(error: ImportError) -> Self {
        match error {
            // What the file says goes to the person who asked, and not into a log.
            ImportError::Manifest { ref path, ref why } => {
                let fault = Self::input("fault-knowledge-manifest", &error).with("file", path.display());
                match why {
                    ManifestError::Wrong { line, what } => fault.with("detail", format!("{line}: {what}")),
                    ManifestError::Unread(_) | ManifestError::NotText => fault.with("detail", why),
                }
            }
            ImportError::Library(error) => error.into(),
        }
    }
}

/// Terms that contradict themselves.
pub fn terms(why: TermsError) -> Fault {
    Fault::input("fault-knowledge-terms", why).because("why", unfit(why))
}

fn unfit(why: TermsError) -> Sentence {
    let key = match why {
        TermsError::Backwards => "unread-backwards",
        TermsError::OutOfRange => "unread-out-of-range",
        TermsError::NoOwner => "unread-no-owner",
    };
    Sentence::new(key, why)
}

/// Why a file was not read.
pub fn unread(why: &Unread) -> Sentence {
    match why {
        Unread::Text(error) => text(error),
        Unread::Foreign(Refusal::TooLarge) => too_large(why, SOURCE_BYTES_MAX),
        Unread::Foreign(refusal) => Sentence::new(&format!("unread-{}", refusal.code()), why),
        Unread::TooLarge(limit) => too_large(why, *limit),
        Unread::Cut(CutError::Title) => Sentence::new("unread-title", why).with("chars", SOURCE_TITLE_CHARS_MAX),
        Unread::Cut(CutError::TooMany) => Sentence::new("unread-too-many-passages", why),
        Unread::Terms(error) => unfit(*error),
        Unread::UnknownMailbox => Sentence::new("unread-mailbox", why),
        Unread::CodeTaken => Sentence::new("unread-code", why),
        Unread::OtherOrigin { there, here } => Sentence::new("unread-other-origin", why).with("there", there).with("here", here),
        Unread::SameName => Sentence::new("unread-same-name", why),
        Unread::NotPlain => Sentence::new("unread-not-plain", why),
        Unread::Exchanged => Sentence::new("unread-exchanged", why),
        Unread::File(error) => Sentence::new("unread-file", why).because("why", kind(*error, error)),
    }
}

fn too_large(why: &Unread, limit: u64) -> Sentence {
    Sentence::new("unread-too-large", why).with("mib", limit / MIB)
}

fn text(error: &ReadingError) -> Sentence {
    let say = |key: &str| Sentence::new(key, error);
    match error {
        ReadingError::NotText => say("unread-not-text"),
        ReadingError::Empty => say("unread-empty"),
        ReadingError::TooMuchText => say("unread-too-much-text"),
        ReadingError::OpenFrontMatter => say("unread-open-front-matter"),
        ReadingError::UnknownKey(key) => say("unread-front-matter-key").with("key", key),
        ReadingError::Twice(key) => say("unread-front-matter-twice").with("key", key),
        ReadingError::Misplaced => say("unread-front-matter-misplaced"),
        ReadingError::BadValue(Known::Mailboxes) => say("unread-mailboxes"),
        ReadingError::BadValue(Known::Language) => say("unread-language"),
        ReadingError::BadValue(Known::Owner) => say("unread-owner"),
        ReadingError::BadValue(key @ (Known::ValidFrom | Known::ValidUntil)) => say("unread-day").with("key", key),
        ReadingError::BadValue(Known::Classification) => say("unread-classification"),
        ReadingError::BadValue(Known::PersonalData) => say("unread-personal-data"),
    }
}

fn damaged(error: &LibraryError) -> Sentence {
    Sentence::new("fault-store-damaged", error).with_word("file", "damaged-file", "main.db").with("detail", error)
}
