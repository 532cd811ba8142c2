//! What a reviewer sees of a mail before reading it: summary, category, priority, deadlines, numbers (F-15 to F-17).
//!
//! Sealed with the draft. Never: kept about a person beyond the case.

use serde::{Deserialize, Serialize};

/// How soon a person should look.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    #[default]
    Normal,
    High,
    Urgent,
}

impl Priority {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Normal => "normal",
            Self::High => "high",
            Self::Urgent => "urgent",
        }
    }
}

#[derive(Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Overview {
    /// Two sentences of the thread, word for word.
    pub summary: String,
    pub category: Option<String>,
    /// How much the category stands out, 0 to 1.
    pub confidence: f64,
    pub priority: Priority,
    pub deadlines: Vec<DeadlineView>,
    pub numbers: Vec<NumberView>,
}

impl std::fmt::Debug for Overview {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Overview({:?}, {} deadlines, {} numbers)", self.priority, self.deadlines.len(), self.numbers.len())
    }
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeadlineView {
    /// `2026-03-06`, where it can be told.
    pub date: Option<String>,
    pub words: String,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberView {
    pub kind: String,
    pub number: String,
    /// Whether the check digit holds; none where there is none.
    pub checks: Option<bool>,
}
