//! What one mailbox may do with the mail it receives. The compiled-in default is the strictest.

use serde::{Deserialize, Serialize};

/// Exactly one legal basis per mailbox (R-001, Art. 6(1) GDPR). There is no fall-through between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LegalBasis {
    /// Art. 6(1)(a): the sender said yes.
    Consent,
    /// Art. 6(1)(b): the sender is in the imported customer list.
    Contract,
    /// Art. 6(1)(f): documented assessment, everyone who has not objected.
    LegitimateInterest,
    /// Contract where the sender is a customer, legitimate interest otherwise.
    Mixed,
}

impl LegalBasis {
    pub const ALL: [Self; 4] = [Self::Consent, Self::Contract, Self::LegitimateInterest, Self::Mixed];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Contract => "contract",
            Self::LegitimateInterest => "legitimate_interest",
            Self::Mixed => "mixed",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|basis| basis.code() == code)
    }
}

/// Where an approved answer goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Delivery {
    /// Wait in the queue until a named person approves; then send.
    Review,
    /// Lay the draft into the mailbox's Drafts folder. Needs the recorded list of trained users.
    Drafts,
}

impl Delivery {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Review => "review",
            Self::Drafts => "drafts",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        [Self::Review, Self::Drafts].into_iter().find(|delivery| delivery.code() == code)
    }
}

/// The switches of one mailbox. Loosening one needs an admin, a reason and an audit record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Policy {
    pub basis: LegalBasis,
    pub delivery: Delivery,
    /// Sending without a person. Cannot be switched on in this version.
    pub automatic_sending: bool,
    /// Special categories of data (Art. 9 GDPR) in front of the model.
    pub special_categories: bool,
    pub crm_write_back: bool,
    /// Text of customers' attachments in front of the model.
    pub attachments: bool,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            basis: LegalBasis::Consent,
            delivery: Delivery::Review,
            automatic_sending: false,
            special_categories: false,
            crm_write_back: false,
            attachments: false,
        }
    }
}

impl Policy {
    /// Names of the switches in which `self` is looser than `before`. Empty: no reason text is needed.
    pub fn loosened_from(&self, before: &Self) -> Vec<&'static str> {
        let mut names = Vec::new();
        let looser_basis = match before.basis {
            LegalBasis::Consent => self.basis != LegalBasis::Consent,
            LegalBasis::Contract => matches!(self.basis, LegalBasis::LegitimateInterest | LegalBasis::Mixed),
            LegalBasis::LegitimateInterest | LegalBasis::Mixed => false,
        };
        if looser_basis {
            names.push("basis");
        }
        // Drafts gives the review to people outside the console, so it counts as looser than Review.
        if before.delivery == Delivery::Review && self.delivery == Delivery::Drafts {
            names.push("delivery");
        }
        for (name, was, is) in [
            ("automatic_sending", before.automatic_sending, self.automatic_sending),
            ("special_categories", before.special_categories, self.special_categories),
            ("crm_write_back", before.crm_write_back, self.crm_write_back),
            ("attachments", before.attachments, self.attachments),
        ] {
            if !was && is {
                names.push(name);
            }
        }
        names
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// the factory default is the strictest policy.
    #[test]
    fn r002_default_is_strictest() {
        let policy = Policy::default();
        assert_eq!(policy.basis, LegalBasis::Consent);
        assert_eq!(policy.delivery, Delivery::Review);
        assert!(!policy.automatic_sending && !policy.special_categories && !policy.crm_write_back && !policy.attachments);
        for basis in LegalBasis::ALL {
            let other = Policy { basis, ..Policy::default() };
            assert_eq!(other.loosened_from(&policy).is_empty(), basis == LegalBasis::Consent);
        }
    }

    /// each switch that is turned looser is named.
    #[test]
    fn r002_each_loosening_is_named() {
        let strict = Policy::default();
        let loose = Policy {
            basis: LegalBasis::Mixed,
            delivery: Delivery::Drafts,
            automatic_sending: true,
            special_categories: true,
            crm_write_back: true,
            attachments: true,
        };
        assert_eq!(
            loose.loosened_from(&strict),
            ["basis", "delivery", "automatic_sending", "special_categories", "crm_write_back", "attachments"]
        );
        assert!(strict.loosened_from(&loose).is_empty());
    }
}
