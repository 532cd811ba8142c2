//! What a person is to be told, before it has a language: a key of the catalogue, its values, and the English text of the logs.
//!
//! It travels over the control socket, so that the command speaks the language of who types it and not that of the service.
//!
//! Never: a translated text; a value that is not meant for the person who asked.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// One sentence. `key` is its name in `cli/text/*.ftl`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sentence {
    pub key: String,
    #[serde(default)]
    pub values: BTreeMap<String, Value>,
    /// English, for logs, for `--json`, and for a catalogue that does not know the key.
    pub text: String,
}

/// What stands in a sentence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// Printed as it is: a path, an option, a number.
    Text(String),
    /// Codes of the house, each put into words: `group` is the beginning of their keys.
    Words {
        group: String,
        codes: Vec<String>,
    },
    Sentence(Box<Sentence>),
}

impl Sentence {
    pub fn new(key: &str, text: impl ToString) -> Self {
        Self { key: key.to_owned(), values: BTreeMap::new(), text: text.to_string() }
    }

    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.values.insert(name.to_owned(), Value::Text(value.to_string()));
        self
    }

    pub fn with_word(self, name: &str, group: &str, code: &str) -> Self {
        self.with_words(name, group, &[code])
    }

    pub fn with_words(mut self, name: &str, group: &str, codes: &[&str]) -> Self {
        let codes = codes.iter().map(|code| (*code).to_owned()).collect();
        self.values.insert(name.to_owned(), Value::Words { group: group.to_owned(), codes });
        self
    }

    pub fn because(mut self, name: &str, why: Self) -> Self {
        self.values.insert(name.to_owned(), Value::Sentence(Box::new(why)));
        self
    }

    /// The form of `--json`: code and values, no language but the English text.
    pub fn json(&self) -> serde_json::Value {
        let values: serde_json::Map<String, serde_json::Value> =
            self.values.iter().map(|(name, value)| (name.clone(), value.json())).collect();
        serde_json::json!({ "error": self.text, "code": self.code(), "values": values })
    }

    /// The key without the part that only the catalogue needs.
    pub fn code(&self) -> String {
        self.key.strip_prefix("fault-").unwrap_or(&self.key).replace('-', "_")
    }
}

impl Value {
    fn json(&self) -> serde_json::Value {
        match self {
            Self::Text(text) => text.as_str().into(),
            Self::Words { codes, .. } => match codes.as_slice() {
                [one] => one.as_str().into(),
                several => several.into(),
            },
            Self::Sentence(sentence) => sentence.json(),
        }
    }
}
