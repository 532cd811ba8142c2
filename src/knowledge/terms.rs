//! What is said about a source: who answers for it, when it holds, for whom, how far it may be shown.
//!
//! Said by the command, by `hauspost-knowledge.toml` in the folder, and by the file's own front matter; the nearer to the
//! file, the more it counts. Never: a value guessed, or a key that is not known and passed over.

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

/// Who answers for sources that name nobody themselves.
pub const IMPORT: &str = "Import";

/// How far a source may be shown. Customers get answers from public ones alone; staff searches in all of them.
/// The later, the stricter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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

    /// These terms, nowhere wider than the others. Who answers for the source stays.
    #[must_use]
    pub fn no_wider_than(mut self, other: &Self) -> Self {
        self.classification = self.classification.max(other.classification);
        self.personal_data |= other.personal_data;
        let (from, until) = (self.valid_from.max(other.valid_from), self.valid_until.into_iter().chain(other.valid_until).min());
        let both: Vec<String> = self.mailboxes.iter().filter(|name| other.mailboxes.contains(name)).cloned().collect();
        // What no day or no mailbox has in common cannot be said as such, so it is no customer's.
        let apart = !self.mailboxes.is_empty() && !other.mailboxes.is_empty() && both.is_empty();
        if apart || from.zip(until).is_some_and(|(from, until)| until < from) {
            self.classification = self.classification.max(Classification::Internal);
        } else {
            (self.valid_from, self.valid_until) = (from, until);
            if self.mailboxes.is_empty() {
                self.mailboxes.clone_from(&other.mailboxes);
            } else if !other.mailboxes.is_empty() {
                self.mailboxes = both;
            }
        }
        self
    }

    /// Whether the other terms would let anybody see it who must not under these.
    pub fn is_stricter_than(&self, other: &Self) -> bool {
        let bound = other.clone().no_wider_than(self);
        (bound.classification, bound.personal_data, bound.valid_from, bound.valid_until, &bound.mailboxes)
            != (other.classification, other.personal_data, other.valid_from, other.valid_until, &other.mailboxes)
    }

    /// From when and until when (exclusive) it is found, in the time zone of the machine. It holds through its last day.
    pub fn validity(&self) -> Result<(Option<Timestamp>, Option<Timestamp>), TermsError> {
        self.validity_in(&TimeZone::system())
    }

    fn validity_in(&self, zone: &TimeZone) -> Result<(Option<Timestamp>, Option<Timestamp>), TermsError> {
        if self.owner.trim().is_empty() {
            return Err(TermsError::NoOwner);
        }
        if let (Some(from), Some(until)) = (self.valid_from, self.valid_until)
            && until < from
        {
            return Err(TermsError::Backwards);
        }
        let midnight = |day: Date| zone.to_timestamp(day.to_datetime(Time::midnight()));
        let from = self.valid_from.map(midnight).transpose().map_err(|_| TermsError::OutOfRange)?;
        let until = self.valid_until.map(|day| day.tomorrow().and_then(midnight)).transpose().map_err(|_| TermsError::OutOfRange)?;
        Ok((from, until))
    }
}

/// The day on which a stored moment lies, in the time zone of the machine.
pub fn day_of(milliseconds: i64) -> Option<Date> {
    Some(Timestamp::from_millisecond(milliseconds).ok()?.to_zoned_datetime(TimeZone::system()).date())
}

/// The last day of what is stored as the moment after it.
pub fn last_day_of(milliseconds: i64) -> Option<Date> {
    day_of(milliseconds.saturating_sub(1))
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

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_contradiction_is_refused() {
        let terms = Terms { valid_from: Some(date(2026, 2, 1)), valid_until: Some(date(2026, 1, 1)), ..Terms::of("x") };
        assert_eq!(terms.validity(), Err(TermsError::Backwards));
        assert_eq!(Terms::of(" ").validity(), Err(TermsError::NoOwner));
    }

    /// An offer that ends on Saturday ends when Saturday ends here, not in Greenwich.
    #[test]
    fn days_begin_where_the_machine_stands() {
        let terms = Terms { valid_from: Some(date(2026, 7, 1)), valid_until: Some(date(2026, 12, 31)), ..Terms::of("x") };
        let berlin = TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3").unwrap();
        let at = |text: &str| Some(text.parse().unwrap());
        assert_eq!(terms.validity_in(&berlin).unwrap(), (at("2026-06-30T22:00:00Z"), at("2026-12-31T23:00:00Z")));
        assert_eq!(terms.validity_in(&TimeZone::UTC).unwrap(), (at("2026-07-01T00:00:00Z"), at("2027-01-01T00:00:00Z")));
    }

    #[test]
    fn r136_the_stricter_of_two_terms() {
        let boxes = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
        let open = Terms::of("Anna");
        let internal = Terms { classification: Classification::Internal, personal_data: true, ..Terms::of("Berta") };
        let both = open.clone().no_wider_than(&internal);
        assert_eq!(both, Terms { owner: "Anna".to_owned(), ..internal.clone() });
        assert!(internal.is_stricter_than(&open) && !open.is_stricter_than(&internal) && !open.is_stricter_than(&open));
        let dated = |from, until| Terms { valid_from: from, valid_until: until, ..Terms::of("Anna") };
        let (early, late) = (Some(date(2026, 1, 1)), Some(date(2026, 6, 1)));
        assert_eq!(dated(early, late).no_wider_than(&dated(None, early)), dated(early, early));
        assert_eq!(dated(late, None).no_wider_than(&dated(None, early)).classification, Classification::Internal);
        let scoped = |names: &[&str]| Terms { mailboxes: boxes(names), ..Terms::of("Anna") };
        assert_eq!(open.clone().no_wider_than(&scoped(&["a"])).mailboxes, ["a"]);
        assert_eq!(scoped(&["a", "b"]).no_wider_than(&scoped(&["b", "c"])).mailboxes, ["b"]);
        assert_eq!(scoped(&["a"]).no_wider_than(&scoped(&["b"])).classification, Classification::Internal);
        assert!(scoped(&["a"]).is_stricter_than(&open) && scoped(&["a"]).is_stricter_than(&scoped(&["a", "b"])));
    }
}
