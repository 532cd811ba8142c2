//! `[[category]]` and `[[number]]` of the configuration: how the company reads its own mail.
//!
//! Never: a pattern that does not compile, or that takes seconds; the crate `regex` runs in linear time.

use regex::RegexBuilder;
use serde::Deserialize;

/// Bytes that a compiled pattern may take.
const PATTERN_BYTES_MAX: usize = 256 * 1024;

/// How the last digit of a number is computed from the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckDigit {
    /// Luhn.
    Mod10,
    /// Weights 2, 3, 4 … from the right; X is ten.
    Mod11,
    /// ISO 7064 MOD 97-10: two digits.
    Mod97,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NumberConfig {
    /// `order`, `invoice`, `customer`, or a word of your own.
    pub kind: String,
    /// A regular expression; its first group is the number, else all of it.
    pub pattern: String,
    #[serde(default)]
    pub check: Option<CheckDigit>,
}

/// What is wrong with a `[[number]]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum PatternProblem {
    #[error("a number with a kind, such as order")]
    NoKind,
    #[error("a pattern that does not fit the empty text")]
    FitsNothing,
    #[error("a regular expression")]
    Syntax,
}

impl NumberConfig {
    pub fn problem(&self) -> Option<PatternProblem> {
        if self.kind.trim().is_empty() {
            return Some(PatternProblem::NoKind);
        }
        match RegexBuilder::new(&self.pattern).size_limit(PATTERN_BYTES_MAX).build() {
            Ok(pattern) if pattern.is_match("") => Some(PatternProblem::FitsNothing),
            Ok(_) => None,
            Err(_) => Some(PatternProblem::Syntax),
        }
    }
}
