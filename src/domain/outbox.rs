//! The states of one answer on its way out (D-14). Proven by killing it.

use crate::domain::{Personal, PublicId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

/// `Approved → Sending(step) → Accepted → Filed`, or the exits `Uncertain`, `Refused`, `Cancelled`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutboxState {
    /// Frozen bytes wait for `not_before`.
    Approved,
    /// An SMTP session is or was under way; [`SmtpStep`] says how far it may have come.
    Sending,
    /// The server answered 250 to the final dot.
    Accepted,
    /// The copy lies in Sent, byte-identical.
    Filed,
    /// The final dot may have been seen and no 250 came back. Resolved by proof, never resent by itself.
    Uncertain,
    /// A permanent refusal; a person decides.
    Refused,
    Cancelled,
}

/// Committed before the step is entered, so that after a crash it says the farthest point that can have been reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SmtpStep {
    Connect,
    Mail,
    Rcpt,
    Data,
    /// From here on the server may have accepted the mail.
    Dot,
}

impl OutboxState {
    pub const ALL: [Self; 7] =
        [Self::Approved, Self::Sending, Self::Accepted, Self::Filed, Self::Uncertain, Self::Refused, Self::Cancelled];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Approved => "approved",
            Self::Sending => "sending",
            Self::Accepted => "accepted",
            Self::Filed => "filed",
            Self::Uncertain => "uncertain",
            Self::Refused => "refused",
            Self::Cancelled => "cancelled",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

impl SmtpStep {
    pub const ALL: [Self; 5] = [Self::Connect, Self::Mail, Self::Rcpt, Self::Data, Self::Dot];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Mail => "mail",
            Self::Rcpt => "rcpt",
            Self::Data => "data",
            Self::Dot => "dot",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|step| step.code() == code)
    }
}

/// One answer on its way out. Bytes and envelope lie beside it in the store, frozen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    pub id: PublicId,
    pub state: OutboxState,
    /// While `Sending`: the last step that was committed. `Dot` while `Uncertain`.
    pub step: Option<SmtpStep>,
    /// The undo window: nothing is sent before.
    pub not_before: Timestamp,
    /// When [`Event::Due`] is to be raised. `None`: something from outside is waited for.
    pub next_at: Option<Timestamp>,
    /// Sessions begun.
    pub attempts: u32,
    /// Sessions that ended without the mail being taken, since the last decision of a person.
    pub failures: u32,
    pub first_failure_at: Option<Timestamp>,
    /// The last failure in words without personal data.
    pub last_failure: Option<String>,
    pub uncertain_since: Option<Timestamp>,
    /// Searches for a proof that found nothing.
    pub searches: u32,
    /// A person has been told of the doubt or the refusal.
    pub person_told: bool,
    pub filing_failures: u32,
    pub proof: Option<Proof>,
    pub filed_at: Option<Location>,
    /// Once set, nothing is sent any more.
    pub cancel: Option<CancelReason>,
}

impl OutboxRow {
    pub fn approved(id: PublicId, not_before: Timestamp) -> Self {
        Self {
            id,
            state: OutboxState::Approved,
            step: None,
            not_before,
            next_at: Some(not_before),
            attempts: 0,
            failures: 0,
            first_failure_at: None,
            last_failure: None,
            uncertain_since: None,
            searches: 0,
            person_told: false,
            filing_failures: 0,
            proof: None,
            filed_at: None,
            cancel: None,
        }
    }

    pub fn is_due(&self, now: Timestamp) -> bool {
        self.next_at.is_some_and(|at| at <= now)
    }
}

/// Where a copy lies in the Sent folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Location {
    pub uid_validity: u32,
    /// `None` where the server did not say (no UIDPLUS).
    pub uid: Option<u32>,
}

/// Why we say that the server has taken the mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// The words of its 250.
    Reply(Personal<String>),
    /// The provider files what it takes: the copy lies in Sent.
    InSent(Location),
    /// The copy to ourselves came in; one 250 stood for all recipients.
    SelfCopy,
    /// A person says so.
    Person,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelReason {
    /// Consent was withdrawn, or the person objected.
    Withdrawn,
    AiOff,
    /// A person answered the customer by another way.
    AnsweredByPerson,
    Erased,
    /// A person took the answer back.
    Person,
}

impl CancelReason {
    const ALL: [Self; 5] = [Self::Withdrawn, Self::AiOff, Self::AnsweredByPerson, Self::Erased, Self::Person];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Withdrawn => "withdrawn",
            Self::AiOff => "ai_off",
            Self::AnsweredByPerson => "answered_by_person",
            Self::Erased => "erased",
            Self::Person => "person",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.code() == code)
    }
}
