//! Configuration and key files in sentences: file, line, key, value, what is allowed.
//!
//! The parser speaks English. Its few forms (serde's) are taken apart; what has another form is quoted as it is.

use crate::app::fault::Fault;
use crate::app::fault::release::missing_particular;
use crate::app::fault::system::io;
use crate::app::locate::LocateError;
use crate::app::sentence::Sentence;
use crate::config::reading::PatternProblem;
use crate::config::{Allowed, ConfigError, Syntax};
use std::path::Path;

pub fn locate(error: &LocateError) -> Fault {
    let about = |key: &str, file: &Path| Fault::input(key, error).with("file", file.display());
    match error {
        LocateError::Nothing => Fault::input("fault-nowhere", error),
        LocateError::NoData => Fault::input("fault-init-nowhere", error),
        LocateError::Config(error) => fault(error),
        LocateError::ConfigGone { data, file } => about("fault-config-gone", file).with("folder", data.display()),
        LocateError::KeyGone(file) => about("fault-key-gone", file),
        LocateError::KeyFile { file, source } => about("fault-key-read", file).because("why", io(source)),
        LocateError::KeyFormat(file) => about("fault-key-format", file),
        LocateError::KeyMode { file, mode } => about("fault-key-mode", file).with("mode", format!("{mode:03o}")),
        LocateError::NoPassphrase => Fault::input("fault-no-passphrase", error),
    }
}

pub fn fault(error: &ConfigError) -> Fault {
    let about = |key: &str, file: &Path| Fault::input(key, error).with("file", file.display());
    match error {
        ConfigError::Read { file, source } if source.kind() == std::io::ErrorKind::NotFound => about("fault-config-none", file),
        ConfigError::Read { file, source } => about("fault-config-read", file).because("why", io(source)),
        ConfigError::TooLarge(file) => {
            about("fault-config-large", file).with("mib", crate::domain::limits::CONFIG_BYTES_MAX / (1024 * 1024))
        }
        ConfigError::Syntax(syntax) => about("fault-config-syntax", &syntax.file).because("problem", problem(syntax)),
        ConfigError::Value { file, key, value, allowed } => {
            about("fault-config-value", file).with("key", key).with("value", value).because("allowed", allowed_values(*allowed))
        }
    }
}

fn allowed_values(allowed: Allowed) -> Sentence {
    let say = |key: &str| Sentence::new(key, allowed);
    match allowed {
        Allowed::Company(missing) => say("allowed-company").because("missing", missing_particular(missing)),
        Allowed::PlainLines => say("allowed-plain-lines"),
        Allowed::UndoSeconds => say("allowed-undo-seconds"),
        Allowed::Model => say("allowed-model"),
        Allowed::NoAdvertising => say("allowed-no-advertising"),
        Allowed::OwnName => say("allowed-own-name"),
        Allowed::Pattern(PatternProblem::NoKind) => say("allowed-kind"),
        Allowed::Pattern(PatternProblem::FitsNothing) => say("allowed-no-empty"),
        Allowed::Pattern(PatternProblem::Syntax) => say("allowed-pattern"),
    }
}

/// One clause: `line 8: the key "seet" is unknown; allowed are …`.
fn problem(syntax: &Syntax) -> Sentence {
    let line = syntax.line.unwrap_or(1);
    let key = syntax.source.as_deref().and_then(|source| source.split_once('=')).map(|(key, _)| key.trim().to_owned());
    let value = syntax.source.as_deref().and_then(|source| source.split_once('=')).map(|(_, value)| value.trim().to_owned());
    let say = |code: &str| Sentence::new(code, &syntax.message).with("line", line);
    let (key, value) = (key.unwrap_or_default(), value.unwrap_or_default());
    match Shape::of(&syntax.message) {
        Shape::UnknownKey { key, allowed } => say("config-unknown-key").with("key", key).with("allowed", allowed.join(", ")),
        Shape::MissingKey(key) => say("config-missing-key").with("key", within(syntax.source.as_deref(), &key)),
        Shape::UnknownValue { value, allowed } => {
            say("config-unknown-value").with("key", key).with("value", value).with("allowed", allowed.join(", "))
        }
        Shape::WrongType { expected } => {
            say("config-wrong-type").with("key", key).with("value", value).with_word("expected", "type", kind_of_value(&expected))
        }
        Shape::Duplicate => say("config-duplicate").with("key", key),
        Shape::Other => say("config-other").with("detail", &syntax.message),
    }
}

/// A key with its table, where the line that the parser names is the head of one: `company.name`.
fn within(line: Option<&str>, key: &str) -> String {
    let table = line.map(str::trim).filter(|line| line.starts_with('[')).map(|line| line.trim_matches(['[', ']']).trim());
    table.map_or_else(|| key.to_owned(), |table| format!("{table}.{key}"))
}

/// The forms in which serde and the TOML parser say what is wrong.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Shape {
    UnknownKey { key: String, allowed: Vec<String> },
    MissingKey(String),
    UnknownValue { value: String, allowed: Vec<String> },
    WrongType { expected: String },
    Duplicate,
    Other,
}

impl Shape {
    pub(super) fn of(message: &str) -> Self {
        let mut named = message.split('`').skip(1).step_by(2).map(str::to_owned);
        let expected = message.split_once("expected ").map(|(_, expected)| expected.to_owned());
        match (named.next(), expected) {
            (Some(key), _) if message.starts_with("unknown field") => Self::UnknownKey { key, allowed: named.collect() },
            (Some(key), _) if message.starts_with("missing field") => Self::MissingKey(key),
            (Some(value), _) if message.starts_with("unknown variant") => Self::UnknownValue { value, allowed: named.collect() },
            (_, Some(expected)) if message.starts_with("invalid type") || message.starts_with("invalid value") => {
                Self::WrongType { expected }
            }
            _ if message.starts_with("duplicate key") => Self::Duplicate,
            _ => Self::Other,
        }
    }
}

/// serde's name of a type, as a code of ours.
fn kind_of_value(expected: &str) -> &'static str {
    match expected {
        "a string" | "path string" => "text",
        "a boolean" => "truth",
        "a sequence" => "list",
        "u16" | "u32" | "u64" | "usize" => "number",
        _ if expected.starts_with("struct") || expected.starts_with("a map") => "table",
        _ => "other",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    /// The key of the clause, and its values, for a configuration in which one line is wrong.
    fn clause(line: &str) -> (String, serde_json::Value) {
        let text = format!("data = \".\"\nkey.ask = true\n{line}\n");
        let error = Config::parse(&text, Path::new("/etc/hauspost.toml")).unwrap_err();
        let json = fault(&error).sentence.json();
        (json["values"]["problem"]["code"].as_str().unwrap_or_default().to_owned(), json["values"]["problem"]["values"].clone())
    }

    #[test]
    fn the_parsers_words_are_taken_apart() {
        let company = "[company]\nname = \"A GmbH\"\nform = \"gmbh\"\nseat = \"B\"\n";
        for (line, code, key, value) in [
            ("dta = 1".to_owned(), "config_unknown_key", "key", "dta"),
            (String::new(), "config_missing_key", "key", "company"),
            ("[company]\nform = \"gmbh\"\nseat = \"B\"".to_owned(), "config_missing_key", "key", "company.name"),
            ("data = \"x\"".to_owned(), "config_duplicate", "key", "data"),
            (format!("{company}[engine]\nmodel = 7"), "config_wrong_type", "key", "model"),
            (format!("{company}[review]\nundo_seconds = \"x\""), "config_wrong_type", "expected", "number"),
            (format!("{company}[drafting]\ndrafter = \"gpt\""), "config_unknown_value", "value", "gpt"),
            ("[company".to_owned(), "config_other", "line", "3"),
        ] {
            let (found, values) = clause(&line);
            assert_eq!((found.as_str(), values[key].as_str()), (code, Some(value)), "{line}: {values}");
        }
    }
}
