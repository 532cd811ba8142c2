//! The language a mail is written in, and how it addresses the reader.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    De,
    En,
    /// A language that is neither German nor English: a person answers.
    Other,
    /// Too little text to tell.
    Unknown,
}

impl Language {
    pub const fn code(self) -> &'static str {
        match self {
            Self::De => "de",
            Self::En => "en",
            Self::Other => "other",
            Self::Unknown => "unknown",
        }
    }
}

/// German distinguishes formal and familiar address; an answer keeps the company's form (F-23).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum AddressForm {
    Sie,
    #[serde(rename = "du")]
    Du,
}
