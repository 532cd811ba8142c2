//! What is said about a source: who answers for it, when it holds, for whom, how far it may be shown.
//!
//! Said by the command, by `hauspost-knowledge.toml` in the folder, and by the file's own front matter; the nearer to the
//! file, the more it counts. Never: a value guessed, or a key that is not known and passed over.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Beside the sources; says terms for all of them and for single ones.
pub const MANIFEST: &str = "hauspost-knowledge.toml";

/// How far a source may be shown. Customers get answers from public ones alone; staff searches in all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Classification {
    Public,
    Internal,
    Confidential,
}

impl Classification {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Confidential => "confidential",
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        [Self::Public, Self::Internal, Self::Confidential].into_iter().find(|class| class.code() == code)
    }
}

/// The terms of one source, complete.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Terms {
    /// Who answers for the content.
    pub owner: String,
    /// The first and the last day on which it holds.
    pub valid_from: Option<Date>,
    pub valid_until: Option<Date>,
    /// Names or addresses of the mailboxes that may use it; none: all may.
    pub mailboxes: Vec<String>,
    pub classification: Classification,
    pub personal_data: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TermsError {
    #[error("The date valid_until lies before valid_from")]
    Backwards,
    #[error("A date of validity is out of range")]
    OutOfRange,
    #[error("The owner is empty")]
    NoOwner,
}

impl Terms {
    /// Public, for all mailboxes, without an end: what a folder of answers for customers is.
    pub fn of(owner: &str) -> Self {
        Self {
            owner: owner.to_owned(),
            valid_from: None,
            valid_until: None,
            mailboxes: Vec::new(),
            classification: Classification::Public,
            personal_data: false,
        }
    }

    /// These terms where nothing nearer to the source is said.
    #[must_use]
    pub fn with(mut self, said: &Said) -> Self {
        if let Some(owner) = &said.owner {
            self.owner.clone_from(owner);
        }
        self.valid_from = said.valid_from.or(self.valid_from);
        self.valid_until = said.valid_until.or(self.valid_until);
        if let Some(mailboxes) = &said.mailboxes {
            self.mailboxes.clone_from(mailboxes);
        }
        self.classification = said.classification.unwrap_or(self.classification);
        self.personal_data = said.personal_data.unwrap_or(self.personal_data);
        self
    }

    /// From when and until when (exclusive) it is found. It holds through its last day.
    pub fn validity(&self) -> Result<(Option<Timestamp>, Option<Timestamp>), TermsError> {
        if self.owner.trim().is_empty() {
            return Err(TermsError::NoOwner);
        }
        if let (Some(from), Some(until)) = (self.valid_from, self.valid_until)
            && until < from
        {
            return Err(TermsError::Backwards);
        }
        let midnight = |day: Date| TimeZone::UTC.to_timestamp(day.to_datetime(Time::midnight()));
        let from = self.valid_from.map(midnight).transpose().map_err(|_| TermsError::OutOfRange)?;
        let until = self.valid_until.map(|day| day.tomorrow().and_then(midnight)).transpose().map_err(|_| TermsError::OutOfRange)?;
        Ok((from, until))
    }
}

/// What one place says; the rest stays as it was.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    pub owner: Option<String>,
    #[serde(default, deserialize_with = "day")]
    pub valid_from: Option<Date>,
    #[serde(default, deserialize_with = "day")]
    pub valid_until: Option<Date>,
    pub mailboxes: Option<Vec<String>>,
    pub classification: Option<Classification>,
    pub personal_data: Option<bool>,
}

/// `2026-12-31`, as a date of TOML or as text.
fn day<'de, D: serde::Deserializer<'de>>(from: D) -> Result<Option<Date>, D::Error> {
    let value = toml::Value::deserialize(from)?;
    let text = match &value {
        toml::Value::Datetime(date) => date.to_string(),
        toml::Value::String(text) => text.clone(),
        _ => String::new(),
    };
    text.parse().map(Some).map_err(|_| serde::de::Error::custom("a day is written as YYYY-MM-DD"))
}

/// `hauspost-knowledge.toml`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// For every source of the folder.
    #[serde(default)]
    pub all: Said,
    /// By name within the folder; a name that ends with `/` means all below it.
    #[serde(default)]
    pub files: BTreeMap<String, Said>,
}

impl Manifest {
    pub fn parse(text: &str) -> Result<Self, toml::de::Error> {
        toml::from_str(text)
    }

    /// The terms of a source: folders from the outermost, then the file itself.
    pub fn terms(&self, name: &str, of_command: &Terms) -> Terms {
        let folders = self.files.iter().filter(|(key, _)| key.ends_with('/') && name.starts_with(key.as_str()));
        let terms = folders.fold(of_command.clone().with(&self.all), |terms, (_, said)| terms.with(said));
        match self.files.get(name) {
            Some(said) => terms.with(said),
            None => terms,
        }
    }

    /// Names that stand in it and not in the folder: a slip of the pen would leave a source without its terms.
    pub fn strangers<'a>(&'a self, names: &[&str]) -> Vec<&'a str> {
        let known = |key: &str| names.iter().any(|name| *name == key || (key.ends_with('/') && name.starts_with(key)));
        self.files.keys().map(String::as_str).filter(|key| !known(key)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn the_nearer_place_counts() {
        let manifest = Manifest::parse(
            "[all]\nowner = \"Team\"\n[files.\"intern/\"]\nclassification = \"internal\"\npersonal_data = true\n\
             [files.\"intern/preise.xlsx\"]\nvalid_from = 2026-01-01\nvalid_until = \"2026-12-31\"\nmailboxes = [\"service\"]\n",
        )
        .unwrap();
        let terms = manifest.terms("intern/preise.xlsx", &Terms::of("Import"));
        let expected = Terms {
            owner: "Team".to_owned(),
            valid_from: Some(date(2026, 1, 1)),
            valid_until: Some(date(2026, 12, 31)),
            mailboxes: vec!["service".to_owned()],
            classification: Classification::Internal,
            personal_data: true,
        };
        assert_eq!(terms, expected);
        assert_eq!(manifest.terms("agb.md", &Terms::of("Import")), Terms::of("Team"));
        assert_eq!(manifest.strangers(&["intern/preise.xlsx", "agb.md"]), Vec::<&str>::new());
        assert_eq!(manifest.strangers(&["agb.md"]), ["intern/", "intern/preise.xlsx"]);
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for text in
            ["[all]\nowne = \"x\"", "[all]\nvalid_until = \"31.12.2026\"", "[all]\nvalid_until = 5", "[all]\nclassification = \"secret\""]
        {
            assert!(Manifest::parse(text).is_err(), "{text}");
        }
        let terms = Terms { valid_from: Some(date(2026, 2, 1)), valid_until: Some(date(2026, 1, 1)), ..Terms::of("x") };
        assert_eq!(terms.validity(), Err(TermsError::Backwards));
        assert_eq!(Terms::of(" ").validity(), Err(TermsError::NoOwner));
        let (_, end) = Terms { valid_until: Some(date(2026, 3, 2)), ..Terms::of("x") }.validity().unwrap();
        assert_eq!(end, Some("2026-03-03T00:00:00Z".parse().unwrap()));
    }
}
