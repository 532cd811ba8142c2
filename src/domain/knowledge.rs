//! A passage of the company's own knowledge, the unit that is found and cited.

use serde::{Deserialize, Serialize};

/// Some sentences of one source that belong together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Passage {
    /// Stable within a source as long as its text does not move, for example `agb-12`.
    pub id: String,
    /// File name within the knowledge folder, for example `agb.md`.
    pub source: String,
    /// Headings above it, outermost first.
    pub heading: Vec<String>,
    pub text: String,
}

/// A passage with its rank score. Higher is better; scores of two queries are not comparable.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Hit {
    #[serde(flatten)]
    pub passage: Passage,
    pub score: f64,
}
