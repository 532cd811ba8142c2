//! The suite loader: JSON Lines that an auditor or a customer brings, read line by line, and the clearance of their mails.
//!
//! Several files are one suite. What is wrong is named by file and line; nothing is passed over in silence, for a figure over
//! half a suite looks like one over the whole. This is the one place that declares a mail synthetic. Never: a data folder.

use crate::crypto::digest;
use crate::domain::clearance::{Evidence, Gate, clear};
use crate::domain::limits::{SUITE_FILE_BYTES_MAX, SUITE_LINE_BYTES_MAX};
use crate::domain::message::Authentication;
use crate::domain::policy::Policy;
use crate::domain::reason::HandOver;
use crate::domain::{Cleared, Language, Message, PublicId};
use crate::knowledge::Query;
use serde::de::{DeserializeOwned, Error};
use serde::{Deserialize, Deserializer};
use std::collections::HashMap;
use std::fmt;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A line of a suite.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    pub file: Arc<Path>,
    pub line: usize,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file.display(), self.line)
    }
}

#[derive(Debug, thiserror::Error)]
pub enum SuiteError {
    #[error("Suite {} cannot be read: {source}", .file.display())]
    Read { file: PathBuf, source: std::io::Error },
    #[error("Suite {} is larger than {SUITE_FILE_BYTES_MAX} bytes", .0.display())]
    TooLarge(PathBuf),
    #[error("{place}: {problem}")]
    Line { place: Place, problem: Problem },
    #[error("The suite holds no line of type {0}")]
    Empty(&'static str),
}

/// What is wrong with a line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    #[error("The line is longer than {SUITE_LINE_BYTES_MAX} bytes")]
    TooLong,
    #[error("The line is not UTF-8")]
    NotText,
    #[error("Not JSON: {detail} (column {column})")]
    NotJson { detail: String, column: usize },
    /// The parser's words.
    #[error("Not a line of this suite: {0}")]
    Shape(String),
    #[error("The id is empty")]
    EmptyId,
    #[error("The id {id:?} is used twice, first in {before}")]
    IdTwice { id: String, before: Place },
    #[error("The suite has no company {0:?}")]
    NoCompany(String),
    #[error("The suite has no passage {0:?}")]
    NoPassage(String),
    #[error("The company {company:?} has no passage {id:?}")]
    NoPassageOf { company: String, id: String },
    #[error("Category {category:?} is none of company {company:?}: allowed is {allowed}")]
    NoCategory { category: String, company: String, allowed: String },
    #[error("A faulty case names its fault")]
    FaultyWithout,
    #[error("A clean case has no fault")]
    CleanWith,
    #[error("The query has no relevant passage")]
    NothingRelevant,
}

impl SuiteError {
    pub fn at(place: &Place, problem: Problem) -> Self {
        Self::Line { place: place.clone(), problem }
    }
}

/// Reads all lines of all files, in order. Empty lines are none.
pub fn read<T: DeserializeOwned>(files: &[PathBuf]) -> Result<Vec<(Place, T)>, SuiteError> {
    let mut items = Vec::new();
    for file in files {
        let opened = std::fs::File::open(file).map_err(|source| SuiteError::Read { file: file.clone(), source })?;
        read_one(opened, file, &mut items)?;
    }
    Ok(items)
}

fn read_one<T: DeserializeOwned>(source: impl Read, file: &Path, items: &mut Vec<(Place, T)>) -> Result<(), SuiteError> {
    let failed = |source| SuiteError::Read { file: file.to_owned(), source };
    let name: Arc<Path> = Arc::from(file);
    let mut reader = BufReader::new(source.take(SUITE_FILE_BYTES_MAX + 1));
    let (mut bytes, mut line, mut total) = (Vec::new(), 0, 0_u64);
    loop {
        bytes.clear();
        let taken = reader.read_until(b'\n', &mut bytes).map_err(failed)?;
        if taken == 0 {
            return Ok(());
        }
        line += 1;
        total += taken as u64;
        if total > SUITE_FILE_BYTES_MAX {
            return Err(SuiteError::TooLarge(file.to_owned()));
        }
        let place = Place { file: Arc::clone(&name), line };
        if taken > SUITE_LINE_BYTES_MAX {
            return Err(SuiteError::at(&place, Problem::TooLong));
        }
        let text = std::str::from_utf8(&bytes).map_err(|_| SuiteError::at(&place, Problem::NotText))?;
        // Editors on Windows put a byte order mark before the first line.
        let text = text.strip_prefix('\u{feff}').filter(|_| line == 1).unwrap_or(text).trim();
        if !text.is_empty() {
            items.push((place.clone(), parse(text).map_err(|problem| SuiteError::at(&place, problem))?));
        }
    }
}

/// The message says what is wrong and what is allowed; the place within the line helps nobody, for a line is one object.
fn parse<T: DeserializeOwned>(text: &str) -> Result<T, Problem> {
    serde_json::from_str(text).map_err(|error| {
        let said = error.to_string();
        let place = format!(" at line {} column {}", error.line(), error.column());
        let detail = said.strip_suffix(&place).unwrap_or(&said).to_owned();
        if error.is_data() { Problem::Shape(detail) } else { Problem::NotJson { detail, column: error.column() } }
    })
}

/// A language of a suite; what the house does not speak is `Other`, whatever its code.
pub fn language<'de, D: Deserializer<'de>>(from: D) -> Result<Language, D::Error> {
    let code = String::deserialize(from)?;
    match code.as_str() {
        "de" => Ok(Language::De),
        "en" => Ok(Language::En),
        "unknown" => Ok(Language::Unknown),
        _ if (2..=8).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase() || b == b'-') => Ok(Language::Other),
        _ => Err(D::Error::custom(format!("language {code:?}: allowed are de, en and other codes of languages"))),
    }
}

/// Ids that were seen, each with its line.
#[derive(Default)]
pub struct Ids(HashMap<String, Place>);

impl Ids {
    /// Takes an id, or says where it was taken before.
    pub fn take(&mut self, id: &str, place: &Place) -> Result<(), SuiteError> {
        if id.trim().is_empty() {
            return Err(SuiteError::at(place, Problem::EmptyId));
        }
        match self.0.insert(id.to_owned(), place.clone()) {
            None => Ok(()),
            Some(before) => Err(SuiteError::at(place, Problem::IdTwice { id: id.to_owned(), before })),
        }
    }

    pub fn has(&self, id: &str) -> bool {
        self.0.contains_key(id)
    }
}

/// Clears a mail of a suite: no person stands behind it. Only what the rules of screening found can still refuse it.
pub fn cleared(case: &str, message: Message, findings: &[HandOver]) -> Result<Cleared<Message>, HandOver> {
    let hash = digest::sha256(case.as_bytes());
    let mut id = [0; 16];
    id.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
    let policy = Policy::default();
    let gate = Gate { policy: &policy, authentication: Authentication::None, ai_off: false, findings };
    clear(message, &gate, Evidence::synthetic(PublicId::from_bytes(id))).map_err(|(_, refusal)| refusal)
}

/// The query of a suite, which no customer wrote.
pub fn query(text: &str) -> Query {
    Query::by_staff(text)
}

#[cfg(test)]
#[path = "suite_tests.rs"]
mod tests;
