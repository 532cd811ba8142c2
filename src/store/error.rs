//! What can go wrong with the store, sorted by what a person can do about it.

use crate::crypto::envelope::EnvelopeError;
use crate::crypto::slots::SlotError;
use crate::store::schema::SchemaError;
use std::path::PathBuf;

pub type Result<T> = std::result::Result<T, StoreError>;

/// Sorts errors for exit codes (contracts §1).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreErrorKind {
    /// Exit 2.
    Input,
    /// Exit 3.
    Busy,
    /// Exit 4.
    Damaged,
}

#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{} is no Hauspost data folder: {missing} is missing (create one with `hauspost init`)", .folder.display())]
    NoStore { folder: PathBuf, missing: &'static str },
    #[error("{} holds data already; nothing was changed", .0.display())]
    NotEmpty(PathBuf),
    #[error("The key or passphrase opens no slot of {}", .0.display())]
    WrongKey(PathBuf),
    #[error("{} is in use by another Hauspost process", .0.display())]
    Locked(PathBuf),
    #[error("Others may write into {} (mode {mode:03o}; chmod 700)", .folder.display())]
    Writable { folder: PathBuf, mode: u32 },
    #[error("Others can read {} (mode {mode:03o}; chmod 600)", .file.display())]
    Readable { file: PathBuf, mode: u32 },
    #[error("{file} is damaged: {detail}; nothing was written (restore it from a backup)")]
    Damaged { file: String, detail: String },
    #[error("The key of this mail was destroyed")]
    KeyDestroyed,
    #[error("{0} does not exist")]
    NotFound(&'static str),
    /// Our own side cannot do it; nothing that a person typed leads here.
    #[error("{0}")]
    Refused(String),
    #[error(transparent)]
    Denied(#[from] Denial),
    #[error(transparent)]
    Schema(SchemaError),
    #[error(transparent)]
    Slots(SlotError),
    #[error(transparent)]
    Envelope(#[from] EnvelopeError),
    #[error("The operating system gave no random bytes")]
    NoEntropy,
    #[error("{} cannot be read or written: {source}", .path.display())]
    Io { path: PathBuf, source: std::io::Error },
    #[error("The database refused a statement: {0}")]
    Sqlite(rusqlite::Error),
}

/// What a person asked for and the rules of the house do not allow. Each has a sentence in the language catalogue.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Denial {
    #[error("A mailbox of this name exists already")]
    MailboxExists,
    #[error("Mailbox {0} looks after this address or account already")]
    AccountTaken(String),
    #[error("Answers from this mailbox are still under way; settle them first (hauspost queue list)")]
    MailboxBusy,
    #[error("Loosening {} needs a reason (--reason)", .0.join(", "))]
    Loosening(Vec<&'static str>),
    #[error("{0} cannot be switched on in this version")]
    NotBuilt(&'static str),
    #[error("This mail has an answer on its way or sent already")]
    AnswerUnderWay,
    #[error("The name of a person is 1 to {0} bytes without control characters")]
    PersonName(usize),
    #[error("A consent without evidence is none: the evidence file is empty")]
    NoEvidence,
    #[error("A consent needs the wording that was agreed to")]
    NoWording,
}

impl StoreError {
    pub const fn kind(&self) -> StoreErrorKind {
        match self {
            Self::NoStore { .. }
            | Self::NotEmpty(_)
            | Self::WrongKey(_)
            | Self::Writable { .. }
            | Self::Readable { .. }
            | Self::NotFound(_)
            | Self::Refused(_)
            | Self::Denied(_)
            | Self::KeyDestroyed
            | Self::Io { .. } => StoreErrorKind::Input,
            Self::Locked(_) | Self::NoEntropy | Self::Sqlite(_) => StoreErrorKind::Busy,
            Self::Damaged { .. } | Self::Envelope(_) => StoreErrorKind::Damaged,
            Self::Schema(SchemaError::Newer { .. }) => StoreErrorKind::Input,
            Self::Schema(SchemaError::Sqlite(_)) => StoreErrorKind::Damaged,
            Self::Slots(SlotError::WrongKey | SlotError::LastSlot) => StoreErrorKind::Input,
            Self::Slots(SlotError::Format | SlotError::Cost | SlotError::Envelope(_)) => StoreErrorKind::Damaged,
        }
    }

    pub fn damaged(file: &str, detail: impl Into<String>) -> Self {
        Self::Damaged { file: file.to_owned(), detail: detail.into() }
    }
}

impl From<rusqlite::Error> for StoreError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode::{DatabaseCorrupt, NotADatabase};
        match error.sqlite_error_code() {
            Some(DatabaseCorrupt | NotADatabase) => Self::damaged("The database", "a page does not verify"),
            _ => Self::Sqlite(error),
        }
    }
}

impl From<SchemaError> for StoreError {
    fn from(error: SchemaError) -> Self {
        match error {
            SchemaError::Sqlite(error) => Self::from(error),
            newer @ SchemaError::Newer { .. } => Self::Schema(newer),
        }
    }
}

impl From<crate::domain::clock::EntropyError> for StoreError {
    fn from(_: crate::domain::clock::EntropyError) -> Self {
        Self::NoEntropy
    }
}

/// A column of our own that does not parse is damage, not input.
pub fn column<T>(value: Option<T>, name: &'static str) -> Result<T> {
    value.ok_or_else(|| StoreError::damaged("The database", format!("column {name} holds an unknown value")))
}
