//! What a mail is about, by rules alone: language, asks, category, priority, deadlines, numbers, and what only a person answers.
//!
//! Never: a gender inferred, a model asked, a word of the mail outside of what is returned.

pub mod ask_words;
pub mod asks;
pub mod category;
pub mod clauses;
pub mod dates;
pub mod deadline;
pub mod hot_rules;
pub mod hot_words;
pub mod mood;
pub mod priority;
pub mod reading;
pub mod references;
pub mod salutation;
pub mod summary;

pub use category::{Category, Guess, category, guess};
pub use deadline::Deadline;
pub use hot_words::{Finding, Reach};
pub use priority::Priority;
pub use reading::{Guide, Understanding, understand, understand_with};
pub use references::{NumberPattern, Reference};
