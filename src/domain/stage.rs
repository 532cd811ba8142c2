//! The stations of an inbound message and its side exits, as they are persisted.

use serde::{Deserialize, Serialize};

/// Where an inbound message stands. A tag and, for side exits, why; the why is kept beside it in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    Received,
    Screened,
    Understood,
    Retrieved,
    Drafted,
    Checked,
    AwaitingReview,
    Approved,
    Dispatching,
    Sent,
    FiledAsDraft,
    /// An automatic mail, a loop, or a mail from before go-live.
    Ignored,
    /// A rule dealt with it: consent, withdrawal, rights request.
    Handled,
    HumanOnly,
    Deferred,
    Failed,
    Erased,
}

impl Stage {
    pub const ALL: [Self; 17] = [
        Self::Received,
        Self::Screened,
        Self::Understood,
        Self::Retrieved,
        Self::Drafted,
        Self::Checked,
        Self::AwaitingReview,
        Self::Approved,
        Self::Dispatching,
        Self::Sent,
        Self::FiledAsDraft,
        Self::Ignored,
        Self::Handled,
        Self::HumanOnly,
        Self::Deferred,
        Self::Failed,
        Self::Erased,
    ];

    /// The name in the store and in `--json` output.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Received => "received",
            Self::Screened => "screened",
            Self::Understood => "understood",
            Self::Retrieved => "retrieved",
            Self::Drafted => "drafted",
            Self::Checked => "checked",
            Self::AwaitingReview => "awaiting_review",
            Self::Approved => "approved",
            Self::Dispatching => "dispatching",
            Self::Sent => "sent",
            Self::FiledAsDraft => "filed_as_draft",
            Self::Ignored => "ignored",
            Self::Handled => "handled",
            Self::HumanOnly => "human_only",
            Self::Deferred => "deferred",
            Self::Failed => "failed",
            Self::Erased => "erased",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|stage| stage.code() == code)
    }
}
