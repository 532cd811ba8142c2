//! What the outbox keeps of one answer, what can happen to it, and what is to be done about it.

use crate::domain::outbox::SmtpStep;
pub use crate::domain::outbox::{CancelReason, Location, OutboxRow, Proof};
use crate::mail::smtp::{Accepted, DeliveryError};

/// The step that a session must announce next.
pub const fn step_after(step: Option<SmtpStep>) -> Option<SmtpStep> {
    match step {
        None => Some(SmtpStep::Connect),
        Some(SmtpStep::Connect) => Some(SmtpStep::Mail),
        Some(SmtpStep::Mail) => Some(SmtpStep::Rcpt),
        Some(SmtpStep::Rcpt) => Some(SmtpStep::Data),
        Some(SmtpStep::Data) => Some(SmtpStep::Dot),
        Some(SmtpStep::Dot) => None,
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// `next_at` has come.
    Due,
    /// The session asks whether it may enter a step. Granted unless [`Effect::Abort`] is among the effects.
    Entering(SmtpStep),
    Accepted(Accepted),
    Failed(DeliveryError),
    /// The process has started; whatever was under way is gone. Raised once for every row.
    Restarted,
    /// Found by Message-ID or `X-Hauspost-ID`: by a search, or because the sync came across it.
    ProofFound(Proof),
    /// The search ran to its end and found nothing.
    ProofAbsent,
    /// The search could not be carried out; it says nothing.
    SearchFailed,
    Filed(Location),
    FilingFailed,
    Cancel(CancelReason),
    /// A person has repaired the login of the account.
    AccountResumed,
    Person(Decision),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    SendAgain,
    ConsiderSent,
    GiveUp,
}

/// To be performed after the row is committed. Each may be performed twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Start one SMTP session. The worker runs at most one per row.
    Deliver,
    /// Answer the session with `StepRefused`; nothing more of it may be sent.
    Abort,
    /// Look in Sent for Message-ID and `X-Hauspost-ID`, then raise `ProofFound`, `ProofAbsent` or `SearchFailed`.
    SearchForProof,
    /// Look in Sent first; only where the mail is missing APPEND the same bytes. Then raise `Filed` or `FilingFailed`.
    FileInSent,
    /// The inbound mail counts as answered.
    MarkAnswered,
    /// No session for this account until [`Event::AccountResumed`].
    StopAccount,
    TellPerson(Matter),
    Alarm(Alarm),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matter {
    /// No proof was found; the person decides.
    DeliveryUncertain,
    /// The server refused for good.
    Refused,
    /// Two days of temporary refusals.
    GaveUpRetrying,
    TooLateToCancel,
    /// Sending again was asked for, but the answer was cancelled in the meantime.
    IsCancelled,
    LoginRefused,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alarm {
    /// The copy is still not in Sent.
    NotFiled,
    /// No protected connection: certificate, or STARTTLS taken away.
    Tls,
    /// Something happened that this row says cannot happen.
    Contradiction,
}
