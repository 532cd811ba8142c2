//! Floor 3: the company's own sources, cut into passages and found again.
//!
//! Never: a passage about a person in a file that is not encrypted.

pub mod concepts;
pub mod cut;
pub mod folder;
pub mod front_matter;
pub mod grams;
pub mod import;
pub mod importing;
pub mod language;
pub mod lemma;
pub mod library;
pub mod manifest;
pub mod markdown;
pub mod memory;
pub mod pieces;
pub mod plain_file;
pub mod prepare;
pub mod query;
pub mod reading;
pub mod search;
pub mod source;
pub mod terms;
pub mod themes;
pub mod words;

pub use library::{Library, LibraryError, Terms};
pub use query::Query;
pub use search::{FITS, Found, View};
