//! Retention classes with start, default period and technique (R-146 to R-149, DIN 66398).
//!
//! The periods are defaults of ours, no law; the company can change them. Duties to keep business letters for six, eight or
//! ten years are met by the archive that the company names, never by this working copy.

/// How long rows of a class stay, counted from [`RetentionClass::start`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Period {
    Days(u16),
    Months(u16),
    /// So many years, then to the end of that calendar year.
    YearsToYearEnd(u16),
    AsLongAsUsed,
    UntilRevoked,
    /// Until no record names it any more.
    WithLastProof,
    /// Until the last backup that holds the erased data has expired; so many days unless set otherwise.
    LastBackup {
        days: u16,
    },
    Unlimited,
}

impl Period {
    pub fn german(self) -> String {
        match self {
            Self::Days(days) => format!("{days} Tage"),
            Self::Months(months) => format!("{months} Monate"),
            Self::YearsToYearEnd(years) => format!("{years} Jahre zum Jahresende"),
            Self::AsLongAsUsed => "solange benutzt".to_owned(),
            Self::UntilRevoked => "bis zum Widerruf durch die Person".to_owned(),
            Self::WithLastProof => "bis zum Ablauf des letzten Nachweises, der sie nennt".to_owned(),
            Self::LastBackup { days } => format!("bis die letzte Sicherung mit den gelöschten Daten abgelaufen ist (Vorgabe {days} Tage)"),
            Self::Unlimited => "unbegrenzt".to_owned(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RetentionClass {
    /// Mails of a case, in and out, and all that hangs on them.
    CaseCopy,
    UnclearedMailState,
    /// A draft that was not sent, with its prompt.
    Draft,
    ConsentProof,
    /// What a person wants or refuses.
    PersonStanding,
    CustomerList,
    DecisionRecord,
    SecurityLog,
    AuditLog,
    TrainingRecord,
    /// Names of members of staff who acted.
    Staff,
    Configuration,
    /// What is done, without content; keeps erased mail from coming back.
    Ledger,
    KnowledgeDocument,
    /// Which keys must stay destroyed after a restore.
    Tombstone,
}

impl RetentionClass {
    pub const ALL: [Self; 15] = [
        Self::CaseCopy,
        Self::UnclearedMailState,
        Self::Draft,
        Self::ConsentProof,
        Self::PersonStanding,
        Self::CustomerList,
        Self::DecisionRecord,
        Self::SecurityLog,
        Self::AuditLog,
        Self::TrainingRecord,
        Self::Staff,
        Self::Configuration,
        Self::Ledger,
        Self::KnowledgeDocument,
        Self::Tombstone,
    ];

    pub const fn german(self) -> &'static str {
        match self {
            Self::CaseCopy => "Vorgang: Kopien der Mails",
            Self::UnclearedMailState => "Stand einer Mail ohne Freigabe",
            Self::Draft => "Entwurf, nicht versandt",
            Self::ConsentProof => "Nachweis der Einwilligung",
            Self::PersonStanding => "Ablehnung, Widerspruch und Vermerke zu einer Person",
            Self::CustomerList => "Kundenliste",
            Self::DecisionRecord => "Protokoll der Entscheidungen",
            Self::SecurityLog => "Sicherheitsprotokoll",
            Self::AuditLog => "Änderungsprotokoll",
            Self::TrainingRecord => "Schulungsnachweis",
            Self::Staff => "Mitarbeitende",
            Self::Configuration => "Einstellungen",
            Self::Ledger => "Verzeichnis des Erledigten, ohne Inhalte",
            Self::KnowledgeDocument => "Wissen des Unternehmens",
            Self::Tombstone => "Löschvermerk",
        }
    }

    /// What the period counts from, in German.
    pub const fn start(self) -> &'static str {
        match self {
            Self::CaseCopy => "Abschluss des Vorgangs",
            Self::UnclearedMailState => "letzte Mail der Person",
            Self::Draft | Self::DecisionRecord | Self::SecurityLog | Self::AuditLog => "Entstehung",
            Self::ConsentProof => "Ende der Nutzung der Einwilligung",
            Self::PersonStanding => "letzter Kontakt",
            Self::CustomerList => "Übernahme der Liste",
            Self::TrainingRecord | Self::Staff => "Ausscheiden",
            Self::Configuration => "Einrichtung",
            Self::Ledger => "Erledigung",
            Self::KnowledgeDocument => "Ende der Gültigkeit; gefunden wird es ab dann nicht mehr",
            Self::Tombstone => "Löschung",
        }
    }

    /// The default.
    pub const fn period(self) -> Period {
        match self {
            Self::CaseCopy | Self::SecurityLog => Period::Days(90),
            Self::UnclearedMailState | Self::KnowledgeDocument => Period::Days(180),
            Self::Draft => Period::Days(30),
            Self::ConsentProof | Self::TrainingRecord => Period::YearsToYearEnd(3),
            Self::PersonStanding => Period::UntilRevoked,
            Self::CustomerList | Self::Configuration => Period::AsLongAsUsed,
            Self::DecisionRecord | Self::AuditLog => Period::Months(12),
            Self::Staff => Period::WithLastProof,
            Self::Ledger => Period::Unlimited,
            Self::Tombstone => Period::LastBackup { days: 35 },
        }
    }

    /// How the rows go when the period is over, in German.
    pub const fn technique(self) -> &'static str {
        match self {
            Self::CaseCopy => "Schlüssel des Vorgangs vernichten, Zeilen löschen, Suchindex bereinigen",
            Self::Draft => "Zeile löschen und überschreiben; der Schlüssel fällt mit dem Vorgang",
            Self::UnclearedMailState | Self::ConsentProof | Self::TrainingRecord | Self::Staff | Self::Tombstone => {
                "Zeile löschen und überschreiben"
            }
            Self::PersonStanding => "auf Verlangen der Person löschen",
            Self::CustomerList => "durch die nächste Liste ersetzen",
            Self::DecisionRecord | Self::SecurityLog | Self::AuditLog => {
                "Anfang der Kette löschen; ein unterschriebener Prüfpunkt tritt an seine Stelle"
            }
            Self::Configuration => "mit der Einrichtung entfernen",
            Self::Ledger => "bleibt",
            Self::KnowledgeDocument => "Quelle mit allen Abschnitten und Indexeinträgen löschen",
        }
    }
}
