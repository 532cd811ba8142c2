//! Why a mail goes to a person (F-27), and which rule said so.

use serde::{Deserialize, Serialize};

/// The reason codes of F-27. They stand in records, in the queue and in `--json` output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    CustomerRequest,
    MissingKnowledge,
    UnsupportedRequest,
    PolicyRestriction,
    SensitiveContent,
    NoConsent,
    Ambiguous,
    TechnicalFailure,
}

impl Reason {
    pub const ALL: [Self; 8] = [
        Self::CustomerRequest,
        Self::MissingKnowledge,
        Self::UnsupportedRequest,
        Self::PolicyRestriction,
        Self::SensitiveContent,
        Self::NoConsent,
        Self::Ambiguous,
        Self::TechnicalFailure,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::CustomerRequest => "customer_request",
            Self::MissingKnowledge => "missing_knowledge",
            Self::UnsupportedRequest => "unsupported_request",
            Self::PolicyRestriction => "policy_restriction",
            Self::SensitiveContent => "sensitive_content",
            Self::NoConsent => "no_consent",
            Self::Ambiguous => "ambiguous",
            Self::TechnicalFailure => "technical_failure",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}

/// A hand-over: the code, and the id of the rule or guard that gave it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandOver {
    pub reason: Reason,
    /// A stable id such as `evidence.unsupported` or `mail.protected`; never text of the mail.
    pub rule: String,
}

impl HandOver {
    pub fn new(reason: Reason, rule: impl Into<String>) -> Self {
        Self { reason, rule: rule.into() }
    }
}
