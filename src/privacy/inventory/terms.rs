//! Legal bases, erasure actions and roles, with the German words that the documents print.
//!
//! The texts name the article; which basis holds for a mailbox is decided by its policy, never here.

/// Why the data may be processed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Basis {
    /// The basis that the policy of the mailbox names.
    MailboxPolicy,
    /// A mail without clearance, answered by people.
    HumanAnswer,
    Contract,
    ConsentProof,
    /// Refusals, withdrawals and objections must be known to be honoured.
    Standing,
    Accountability,
    Security,
    /// The duty to keep what was erased from coming back.
    ErasureDuty,
    /// AI literacy of the staff.
    Training,
    /// Running the company's own mailboxes.
    Operation,
    CompanyKnowledge,
    NoPersonalData,
}

impl Basis {
    pub const fn german(self) -> &'static str {
        match self {
            Self::MailboxPolicy => {
                "Rechtsgrundlage des Postfachs: Einwilligung (Art. 6 Abs. 1 lit. a DSGVO), Vertrag (lit. b) oder berechtigtes Interesse (lit. f)"
            }
            Self::HumanAnswer => "Art. 6 Abs. 1 lit. b oder f DSGVO: Bearbeitung der Anfrage durch Menschen",
            Self::Contract => "Art. 6 Abs. 1 lit. b DSGVO: Vertrag mit der betroffenen Person",
            Self::ConsentProof => {
                "Art. 6 Abs. 1 lit. c in Verbindung mit Art. 7 Abs. 1 DSGVO; Aufbewahrung nach Art. 17 Abs. 3 lit. e DSGVO"
            }
            Self::Standing => "Art. 6 Abs. 1 lit. c in Verbindung mit Art. 7 Abs. 3, Art. 18 und Art. 21 DSGVO",
            Self::Accountability => "Art. 6 Abs. 1 lit. c in Verbindung mit Art. 5 Abs. 2 und Art. 24 DSGVO",
            Self::Security => "Art. 6 Abs. 1 lit. c in Verbindung mit Art. 32 DSGVO",
            Self::ErasureDuty => "Art. 6 Abs. 1 lit. c in Verbindung mit Art. 17 und Art. 25 DSGVO",
            Self::Training => "Art. 6 Abs. 1 lit. c DSGVO in Verbindung mit Art. 4 KI-VO",
            Self::Operation => "Art. 6 Abs. 1 lit. f DSGVO: Betrieb der eigenen Postfächer",
            Self::CompanyKnowledge => "Art. 6 Abs. 1 lit. f DSGVO, soweit Unterlagen Ansprechpartner nennen",
            Self::NoPersonalData => "keine personenbezogenen Daten",
        }
    }
}

/// What becomes of the rows about a person when that person is erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Erasure {
    /// Every copy goes blind, in backups as well.
    DestroyKeyAndDelete,
    DeleteRow,
    /// The row stays; nothing in the house says any more whom it means.
    KeepPseudonymous,
    /// Art. 17(3)(e) GDPR: the proof of consent stays until its own period ends.
    ReducedToProof,
    /// An objection or refusal stays as a keyed HMAC, or nobody could honour it; it goes too if the person asks for that.
    ReducedToStanding,
    /// Members of staff: their name stays as long as a record has to say who acted.
    WithLastProof,
    NoPersonalData,
}

impl Erasure {
    pub const fn german(self) -> &'static str {
        match self {
            Self::DestroyKeyAndDelete => "Schlüssel des Vorgangs vernichten und Zeilen löschen",
            Self::DeleteRow => "Zeilen löschen und überschreiben",
            Self::KeepPseudonymous => "bleibt ohne Bezug zur Person: Kennungen und Hashwerte, deren Zuordnung gelöscht ist",
            Self::ReducedToProof => "auf den Nachweis der Einwilligung verringern, bis dessen Frist endet",
            Self::ReducedToStanding => {
                "Zeilen löschen; nur ein Widerspruch oder eine Ablehnung bleibt als Hashwert der Adresse, bis die Person auch das nicht mehr will"
            }
            Self::WithLastProof => "löschen, sobald der letzte Nachweis abgelaufen ist, der die Person nennt",
            Self::NoPersonalData => "keine personenbezogenen Daten",
        }
    }
}

/// Who answers for a table in the company.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    Administration,
    DataProtection,
    TeamLead,
}

impl Role {
    pub const fn german(self) -> &'static str {
        match self {
            Self::Administration => "Administration",
            Self::DataProtection => "Datenschutz",
            Self::TeamLead => "Teamleitung",
        }
    }
}
