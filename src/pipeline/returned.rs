//! Bounces: a report about one of our own answers reopens the matter for a person (F-02).
//!
//! The report itself is a machine's mail and is not kept; what counts is which answer it names and what became of it.

use crate::domain::reason::{HandOver, Reason};
use crate::domain::stage::Stage;
use crate::mail::bounce::{self, Outcome};
use crate::mail::compose::Token;
use crate::store::record::{self, Chain, Entry};
use crate::store::{StoreError, Writing, message, outbox};

/// What a report says about one of our answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Returned {
    /// Tokens of our answers that the report names, surest first.
    tokens: Vec<String>,
    outcome: Option<Outcome>,
    status: Option<String>,
}

/// Reads a report. By form alone: whether an answer of this token exists is for the store to say.
pub fn read(raw: &[u8]) -> Option<Returned> {
    let report = bounce::read(raw, &|id| Token::parse(id.as_str()).is_some());
    let tokens: Vec<String> =
        report.ours.iter().filter_map(|id| Token::parse(id.as_str())).map(|token| token.as_str().to_owned()).collect();
    (!tokens.is_empty()).then_some(Returned { tokens, outcome: report.outcome, status: report.status })
}

/// Notes the report at the answer that it is about. Returns whether there is one.
pub fn note(w: &Writing<'_>, returned: &Returned) -> Result<bool, StoreError> {
    let r = w.reading();
    for token in &returned.tokens {
        let Some(kept) = outbox::by_token(&r, token)? else { continue };
        let message = message::by_row(&r, kept.message)?;
        let failed = match returned.outcome {
            Some(Outcome::Failed) => Some("bounce.failed"),
            Some(Outcome::Delayed | Outcome::Delivered) => None,
            // A report that cannot be read is a doubt, and a doubt is a person's.
            None => Some("bounce.unclear"),
        };
        if let Some(rule) = failed {
            message::set_stage(w, message.row, Stage::HumanOnly, Some(&HandOver::new(Reason::TechnicalFailure, rule)))?;
            message::reopen(w, message::TicketRef { row: message.ticket, public_id: message.ticket_id })?;
        }
        let detail = serde_json::json!({ "outbox": kept.outbox.id, "rule": failed, "status": returned.status });
        record::append(
            w,
            &Entry { chain: Chain::Decision, event: "answer.reported", object: Some(message.public_id), actor: None, detail },
        )?;
        return Ok(true);
    }
    Ok(false)
}
