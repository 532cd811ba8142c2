//! `hauspost.toml`: what an admin sets before the first start. Mailboxes and their passwords live in the store.
//!
//! An error names the file, the key, the value and what is allowed; unknown keys are errors, not ignored.

use crate::config::reading::{NumberConfig, PatternProblem};
use crate::domain::Category;
use crate::domain::company::{CompanyParticulars, Missing};
use crate::domain::language::AddressForm;
use crate::domain::limits::CONFIG_BYTES_MAX;
use serde::Deserialize;
use std::path::{Path, PathBuf};

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The data folder. A relative path starts at the folder of this file.
    pub data: PathBuf,
    pub key: KeySource,
    pub company: CompanyParticulars,
    #[serde(default)]
    pub signature: SignatureConfig,
    #[serde(default)]
    pub engine: EngineConfig,
    #[serde(default)]
    pub drafting: DraftingConfig,
    #[serde(default)]
    pub knowledge: KnowledgeConfig,
    #[serde(default)]
    pub review: ReviewConfig,
    /// The company's own categories (F-15).
    #[serde(default)]
    pub category: Vec<Category>,
    /// How its order, invoice and customer numbers look (F-16).
    #[serde(default)]
    pub number: Vec<NumberConfig>,
}

/// Where the key of the data folder comes from.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum KeySource {
    /// A file with 64 hexadecimal digits, mode 0600.
    File(PathBuf),
    /// A file that holds the passphrase, such as a systemd credential.
    PassphraseFile(PathBuf),
    /// Asked for on the terminal, or one line on standard input.
    Ask(True),
}

/// Only `true` makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "bool")]
pub struct True;

impl TryFrom<bool> for True {
    type Error = &'static str;

    fn try_from(value: bool) -> Result<Self, Self::Error> {
        if value { Ok(Self) } else { Err("only true is allowed here; leave the key out otherwise") }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EngineConfig {
    /// `embedded`, a GGUF file, or `scripted:FILE` for tests.
    #[serde(default = "embedded")]
    pub model: String,
}

fn embedded() -> String {
    "embedded".to_owned()
}

impl Default for EngineConfig {
    fn default() -> Self {
        Self { model: embedded() }
    }
}

/// Which drafter writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DrafterChoice {
    /// The one that measured better for the language of the mail. Today that is the extractive one for both.
    #[default]
    Default,
    Extractive,
    Model,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DraftingConfig {
    #[serde(default)]
    pub drafter: DrafterChoice,
    /// How answers address the customer in German (F-23).
    #[serde(default = "formal")]
    pub address_form: AddressForm,
}

const fn formal() -> AddressForm {
    AddressForm::Sie
}

impl Default for DraftingConfig {
    fn default() -> Self {
        Self { drafter: DrafterChoice::Default, address_form: formal() }
    }
}

/// Lines of our own under every answer, above the particulars.
#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignatureConfig {
    #[serde(default)]
    pub lines: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KnowledgeConfig {
    /// Watched while the service runs: what is new or changed is imported, what is gone is removed.
    #[serde(default)]
    pub folder: Option<PathBuf>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewConfig {
    /// Seconds between approval and sending, in which it can be taken back.
    #[serde(default = "undo_seconds")]
    pub undo_seconds: u32,
}

const fn undo_seconds() -> u32 {
    10
}

const UNDO_SECONDS_MAX: u32 = 3600;

impl Default for ReviewConfig {
    fn default() -> Self {
        Self { undo_seconds: undo_seconds() }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("Configuration {} cannot be read: {source}", .file.display())]
    Read { file: PathBuf, source: std::io::Error },
    #[error("Configuration {} is larger than {CONFIG_BYTES_MAX} bytes", .0.display())]
    TooLarge(PathBuf),
    #[error("Configuration {}: {}", .0.file.display(), .0.problem)]
    Syntax(Box<Syntax>),
    #[error("Configuration {}: {key} = {value}: allowed is {allowed}", .file.display())]
    Value { file: PathBuf, key: &'static str, value: String, allowed: Allowed },
}

/// Where the parser stopped, and its words.
#[derive(Debug)]
pub struct Syntax {
    pub file: PathBuf,
    /// Counted from 1; a missing key has no line.
    pub line: Option<usize>,
    /// That line.
    pub source: Option<String>,
    /// The reason alone.
    pub message: String,
    /// The reason with the place, as logs show it.
    pub problem: String,
}

/// What would be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Allowed {
    #[error("a company with its {0}, as the law asks for on every letter")]
    Company(Missing),
    #[error("lines of text without control characters")]
    PlainLines,
    #[error("0 to {UNDO_SECONDS_MAX}")]
    UndoSeconds,
    #[error("embedded, a GGUF file, or scripted:FILE")]
    Model,
    #[error("lines without advertising, for they stand under every answer")]
    NoAdvertising,
    #[error("a name of its own for each category")]
    OwnName,
    #[error("{0}")]
    Pattern(PatternProblem),
}

impl Config {
    /// Reads and checks a file. Relative paths in it are resolved against its folder.
    pub fn read(file: &Path) -> Result<Self, ConfigError> {
        let read = |source| ConfigError::Read { file: file.to_owned(), source };
        if std::fs::metadata(file).map_err(read)?.len() > CONFIG_BYTES_MAX {
            return Err(ConfigError::TooLarge(file.to_owned()));
        }
        let text = std::fs::read_to_string(file).map_err(read)?;
        Self::parse(&text, file)
    }

    pub fn parse(text: &str, file: &Path) -> Result<Self, ConfigError> {
        // The message of the parser holds line, column, key, value and what it expected.
        let mut config: Self = toml::from_str(text).map_err(|error| ConfigError::Syntax(Box::new(syntax(&error, text, file))))?;
        config.check(file)?;
        let base = file.parent().unwrap_or_else(|| Path::new("."));
        // By its components, so that no message shows `./data/.`.
        let absolute = |path: &mut PathBuf| *path = base.join(&*path).components().collect();
        absolute(&mut config.data);
        match &mut config.key {
            KeySource::File(path) | KeySource::PassphraseFile(path) => absolute(path),
            KeySource::Ask(_) => {}
        }
        if let Some(folder) = &mut config.knowledge.folder {
            absolute(folder);
        }
        if config.engine.model != "embedded" && !config.engine.model.starts_with("scripted:") {
            config.engine.model = base.join(&config.engine.model).to_string_lossy().into_owned();
        }
        Ok(config)
    }

    fn check(&self, file: &Path) -> Result<(), ConfigError> {
        let refuse =
            |key, value: &str, allowed| Err(ConfigError::Value { file: file.to_owned(), key, value: format!("{value:?}"), allowed });
        if let Err(missing) = self.company.check() {
            // The same may be missing of the liable company that stands inside.
            let inner = self.company.general_partner.as_deref().and_then(|partner| partner.check().err());
            let key = if inner == Some(missing) { "company.general_partner" } else { missing.key() };
            return refuse(key, &self.company.written(missing), Allowed::Company(missing));
        }
        if let Some(line) = self.signature.lines.iter().find(|line| line.chars().any(char::is_control)) {
            return refuse("signature.lines", line, Allowed::PlainLines);
        }
        if self.review.undo_seconds > UNDO_SECONDS_MAX {
            return refuse("review.undo_seconds", &self.review.undo_seconds.to_string(), Allowed::UndoSeconds);
        }
        if self.engine.model.trim().is_empty() {
            return refuse("engine.model", &self.engine.model, Allowed::Model);
        }
        let twice = |name: &str| self.category.iter().filter(|category| category.name == name).count() > 1;
        if let Some(category) = self.category.iter().find(|category| category.name.trim().is_empty() || twice(&category.name)) {
            return refuse("category.name", &category.name, Allowed::OwnName);
        }
        if let Some((number, problem)) = self.number.iter().find_map(|number| Some((number, number.problem()?))) {
            return refuse("number.pattern", &number.pattern, Allowed::Pattern(problem));
        }
        Ok(())
    }
}

fn syntax(error: &toml::de::Error, text: &str, file: &Path) -> Syntax {
    let line = error.span().and_then(|span| text.get(..span.start)).map(|before| before.matches('\n').count() + 1);
    Syntax {
        file: file.to_owned(),
        line,
        source: line.and_then(|line| text.lines().nth(line - 1)).map(str::to_owned),
        message: error.message().to_owned(),
        problem: error.to_string().trim_end().to_owned(),
    }
}

#[cfg(test)]
#[path = "file_tests.rs"]
mod tests;
