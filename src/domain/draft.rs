//! A drafted answer: sentences with their sources, and what the evidence check said of its facts.

use crate::domain::Language;
use crate::domain::reason::HandOver;
use serde::{Deserialize, Serialize};

/// One sentence of an answer and the passages it rests on (F-18).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    pub text: String,
    /// Ids of passages ([`crate::domain::knowledge::Passage::id`]).
    pub citations: Vec<String>,
}

/// Who wrote a draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Drafter {
    Extractive,
    Model,
}

/// What the writer asked, and what became of it (D-13).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ask {
    pub ask: String,
    pub state: AskState,
    /// Ids of the passages that answer it.
    pub passages: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AskState {
    Answered,
    Open,
    HandedOver,
}

/// An answer before review. `body` is what would be sent, without quote and signature.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    pub language: Language,
    pub drafter: Drafter,
    /// Salutation line, without line break.
    pub salutation: String,
    pub sentences: Vec<Sentence>,
    /// Closing line(s) before the signature.
    pub closing: String,
    /// The text as a person reads it: salutation, paragraphs, closing; LF; no citation marks.
    pub body: String,
    pub asks: Vec<Ask>,
    /// F-30: what made it.
    pub versions: Versions,
}

impl std::fmt::Debug for Draft {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Draft({:?}, {} sentences)", self.drafter, self.sentences.len())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Versions {
    pub pipeline: String,
    pub prompt: Option<String>,
    /// Name and SHA-256 of the model file.
    pub model: Option<String>,
}

/// What kind of fact a claim is (D-01).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimKind {
    Number,
    Date,
    Time,
    Duration,
    Amount,
    Percent,
    Iban,
    Url,
    Email,
    Phone,
    Address,
    /// A person or product that no source names.
    Name,
    /// A commitment without a number ("kostenlos", "we refund").
    Promise,
    /// A sentence that says the opposite of its source.
    Statement,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClaimState {
    Supported,
    /// The customer's own words given back as theirs.
    Restated,
    Contradicted,
    Unsupported,
}

/// A fact of the draft, and what supports it. `by` is a passage id, a field name or `mail`.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claim {
    pub text: String,
    pub kind: ClaimKind,
    pub state: ClaimState,
    pub by: Option<String>,
}

impl std::fmt::Debug for Claim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Claim({:?}, {:?})", self.kind, self.state)
    }
}

/// What may happen with a draft. Every guard defaults to hold (law 3).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "snake_case")]
pub enum Verdict {
    Release,
    /// A draft exists and a guard names why it must not go as it is.
    Hold {
        reasons: Vec<HandOver>,
    },
    /// No draft is offered.
    HandOver {
        reasons: Vec<HandOver>,
    },
}
