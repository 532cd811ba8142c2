//! Why a file is not taken in. Crosses the wall as its code and is shown to a person in his language.
//!
//! Never: a word of the file. What a parser says about a broken file may quote it, so only the kind of fault is kept.

use crate::domain::limits::{
    SOURCE_BYTES_MAX, SOURCE_CHARS_MAX, SOURCE_MEMORY_BYTES_MAX, SOURCE_PAGES_MAX, SOURCE_RATIO_MAX, SOURCE_UNPACKED_BYTES_MAX,
};
use serde::{Deserialize, Serialize};

const MIB: u64 = 1024 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    #[error("The file is protected by a password")]
    Encrypted,
    #[error("The file has no text layer, only pictures of pages")]
    NoText,
    #[error("The file holds no text")]
    Empty,
    #[error("The file is damaged or not what its name says")]
    Damaged,
    #[error("The file is larger than {} MiB", SOURCE_BYTES_MAX / MIB)]
    TooLarge,
    #[error("The file unpacks to more than {} MiB or {SOURCE_RATIO_MAX} times its size, as bombs do", SOURCE_UNPACKED_BYTES_MAX / MIB)]
    Bomb,
    #[error("The file has more than {SOURCE_PAGES_MAX} pages")]
    TooManyPages,
    #[error("The file has more than {SOURCE_CHARS_MAX} characters of text")]
    TooMuchText,
    #[error("Reading the file took too long")]
    TooSlow,
    #[error("Reading the file took more memory than the reader may have ({} MiB)", SOURCE_MEMORY_BYTES_MAX / MIB)]
    Memory,
    #[error("The reader broke down on the file")]
    Crashed,
    #[error("The reading process could not be started or walled in")]
    NoReader,
}

impl Refusal {
    /// Key of its sentence in the catalogue.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Encrypted => "encrypted",
            Self::NoText => "no-text",
            Self::Empty => "empty",
            Self::Damaged => "damaged",
            Self::TooLarge => "too-large",
            Self::Bomb => "bomb",
            Self::TooManyPages => "too-many-pages",
            Self::TooMuchText => "too-much-text",
            Self::TooSlow => "too-slow",
            Self::Memory => "memory",
            Self::Crashed => "crashed",
            Self::NoReader => "no-reader",
        }
    }
}
