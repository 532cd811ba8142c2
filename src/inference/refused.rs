//! Why an engine cannot serve at all, in a form that reaches the person who chose the model: a code beside the words.
//!
//! Never: a value that is longer than a person reads; a foreign file's header may hold anything.

use crate::inference::model::ModelError;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A name out of a foreign file is cut here.
const VALUE_CHARS_MAX: usize = 80;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Refused {
    /// English, for logs.
    pub reason: String,
    /// `other` where only the reason says it.
    pub code: String,
    /// The name or number that the code is about; empty where there is none.
    pub value: String,
}

impl Refused {
    pub fn other(reason: impl ToString) -> Self {
        Self { reason: reason.to_string(), code: "other".to_owned(), value: String::new() }
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl From<ModelError> for Refused {
    fn from(error: ModelError) -> Self {
        let (code, value) = match &error {
            ModelError::Io(source) if source.kind() == std::io::ErrorKind::NotFound => ("not-found", String::new()),
            ModelError::Io(source) if source.kind() == std::io::ErrorKind::PermissionDenied => ("permission", String::new()),
            ModelError::Io(source) => ("io", source.to_string()),
            ModelError::TooLarge { bytes, .. } => ("too-large", bytes.to_string()),
            ModelError::NotGguf => ("not-gguf", String::new()),
            ModelError::Truncated => ("truncated", String::new()),
            ModelError::Damaged(what) => ("damaged", what.clone()),
            ModelError::Architecture(name) => ("architecture", name.clone()),
            ModelError::Unsupported(what) => ("unsupported", what.clone()),
            ModelError::Value { key } => ("value", key.clone()),
            ModelError::Tensor { name } => ("tensor", name.clone()),
            ModelError::Tokenizer(name) => ("tokenizer", name.clone()),
            ModelError::TokenizerDamaged(what) => ("tokenizer-damaged", what.clone()),
            ModelError::Template(what) => ("template", what.clone()),
            ModelError::Candle(source) => ("build", source.to_string()),
        };
        let plain = value.chars().map(|c| if c.is_control() { ' ' } else { c });
        Self { reason: error.to_string(), code: code.to_owned(), value: plain.take(VALUE_CHARS_MAX).collect() }
    }
}
