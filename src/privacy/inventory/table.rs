//! The shape of an entry: a table with its terms, a column with its kind.
//!
//! Every field of a table has a type without an empty value, so that no table can lack a class or an erasure action.

use crate::privacy::inventory::{Basis, Erasure, RetentionClass, Role};
use crate::store::schema::Database;

#[derive(Debug)]
pub struct Table {
    pub database: Database,
    pub name: &'static str,
    /// One German sentence.
    pub purpose: &'static str,
    pub basis: Basis,
    pub retention: RetentionClass,
    /// Rows of this table that follow another class.
    pub exceptions: &'static [Exception],
    /// What becomes of the rows when the person they are about is erased (Art. 17 GDPR).
    pub erasure: Erasure,
    /// Who answers for it.
    pub owner: Role,
    pub columns: &'static [Column],
}

impl Table {
    pub fn column(&self, name: &str) -> Option<&'static Column> {
        self.columns.iter().find(|column| column.name == name)
    }

    /// All classes that rows of this table can follow.
    pub fn classes(&self) -> impl Iterator<Item = RetentionClass> {
        std::iter::once(self.retention).chain(self.exceptions.iter().map(|exception| exception.class))
    }
}

/// Rows that follow another class than their table.
#[derive(Debug)]
pub struct Exception {
    /// German: which rows.
    pub rows: &'static str,
    pub class: RetentionClass,
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Row numbers, counters, sizes, UIDs, random ids of things.
    Technical,
    /// One of a closed list of words, or the id of a rule.
    Code,
    /// A keyed HMAC, or the random id or row of a person.
    Pseudonym,
    /// A digest without a key: whoever has the content can tell that it is this one.
    Fingerprint,
    /// Readable within the encrypted database.
    Personal,
    /// Encrypted once more, under the key of one person's case.
    Sealed,
    /// Key material or a password.
    Secret,
    /// What the company set.
    Configuration,
    /// Unix milliseconds.
    Time,
}

impl Kind {
    /// Data about a person in the sense of Art. 4(1) and (5) GDPR.
    pub const fn is_about_a_person(self) -> bool {
        match self {
            Self::Pseudonym | Self::Personal | Self::Sealed => true,
            Self::Technical | Self::Code | Self::Fingerprint | Self::Secret | Self::Configuration | Self::Time => false,
        }
    }

    pub const fn german(self) -> &'static str {
        match self {
            Self::Technical => "technische Angabe",
            Self::Code => "Schlüsselwort",
            Self::Pseudonym => "Pseudonym",
            Self::Fingerprint => "Prüfsumme",
            Self::Personal => "personenbezogen",
            Self::Sealed => "personenbezogen, je Vorgang verschlüsselt",
            Self::Secret => "Geheimnis",
            Self::Configuration => "Einstellung",
            Self::Time => "Zeitpunkt",
        }
    }
}

#[derive(Debug)]
pub struct Column {
    pub name: &'static str,
    pub kind: Kind,
    /// German: what it says about a person, or why it is needed.
    pub note: Option<&'static str>,
}

impl Column {
    const fn plain(name: &'static str, kind: Kind) -> Self {
        Self { name, kind, note: None }
    }

    const fn noted(name: &'static str, kind: Kind, note: &'static str) -> Self {
        Self { name, kind, note: Some(note) }
    }

    pub const fn technical(name: &'static str) -> Self {
        Self::plain(name, Kind::Technical)
    }

    pub const fn code(name: &'static str) -> Self {
        Self::plain(name, Kind::Code)
    }

    /// A code that says something about a person.
    pub const fn telling_code(name: &'static str, note: &'static str) -> Self {
        Self::noted(name, Kind::Code, note)
    }

    pub const fn pseudonym(name: &'static str, note: &'static str) -> Self {
        Self::noted(name, Kind::Pseudonym, note)
    }

    pub const fn fingerprint(name: &'static str, note: &'static str) -> Self {
        Self::noted(name, Kind::Fingerprint, note)
    }

    pub const fn personal(name: &'static str, note: &'static str) -> Self {
        Self::noted(name, Kind::Personal, note)
    }

    pub const fn sealed(name: &'static str, note: &'static str) -> Self {
        Self::noted(name, Kind::Sealed, note)
    }

    pub const fn secret(name: &'static str, note: &'static str) -> Self {
        Self::noted(name, Kind::Secret, note)
    }

    pub const fn configuration(name: &'static str) -> Self {
        Self::plain(name, Kind::Configuration)
    }

    pub const fn time(name: &'static str) -> Self {
        Self::plain(name, Kind::Time)
    }
}
