//! Which of our mails is a delivery report about, and what became of it?
//!
//! Never: an answer from the report's words alone; the outbox decides by its own ids which candidate is real. A report can be forged,
//! so the caller reopens a case for a person and does not resend.
//! Sources: RFC 3464, RFC 6522; GMX, Yahoo, qmail and Exchange put the returned header into the text or into an attachment.

use crate::domain::MessageId;
use crate::mail::parse::body::Body;
use crate::mail::parse::header::{self, Headers};
pub use crate::mail::parse::reports::Outcome;
use crate::mail::parse::{notices, reports};
use crate::mail::threading;
use mail_parser::MessageParser;
use std::sync::LazyLock;

/// Candidates of one report.
const CANDIDATES_MAX: usize = 50;
/// Our own header fields that some gateways keep when they rewrite Message-ID.
const OUR_FIELDS: [&str; 3] = ["x-hauspost-id", "x-microsoft-original-message-id", "original-message-id"];

static PARSER: LazyLock<MessageParser> = LazyLock::new(MessageParser::default);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bounce {
    /// Ids of our mails that the report names, surest first.
    pub ours: Vec<MessageId>,
    pub outcome: Option<Outcome>,
    /// Enhanced status code (RFC 3463).
    pub status: Option<String>,
}

/// `is_ours` knows the ids of the outbox (or at least their form).
pub fn read(raw: &[u8], is_ours: &dyn Fn(&MessageId) -> bool) -> Bounce {
    let (raw, _) = header::repair(raw);
    let headers = Headers::read(&raw);
    let mut candidates = Candidates { found: Vec::new(), is_ours };
    let Some(tree) = PARSER.parse(raw.as_ref()) else { return Bounce { ours: Vec::new(), outcome: None, status: None } };
    let body = Body::read(&tree);
    for report in &body.reports {
        if report.media_type.ends_with("delivery-status") || report.media_type.ends_with("disposition-notification") {
            candidates.header_blob(&report.text, &OUR_FIELDS);
        } else {
            candidates.header_blob(&report.text, &["message-id"]);
            candidates.header_blob(&report.text, &OUR_FIELDS);
        }
    }
    for name in ["in-reply-to", "references"] {
        for id in headers.all(name).flat_map(header::message_ids) {
            candidates.offer(id);
        }
    }
    candidates.text(&body.text);
    // Returned mails in parts that no type names.
    candidates.text(&String::from_utf8_lossy(raw.get(header::body_offset(&raw)..).unwrap_or_default()));
    let (outcome, status) = outcome(&headers, &body);
    Bounce { ours: candidates.found, outcome, status }
}

fn outcome(headers: &Headers, body: &Body) -> (Option<Outcome>, Option<String>) {
    if let Some((outcome, status)) = reports::delivery(&body.reports) {
        return (Some(outcome), status);
    }
    let head = notices::head(&body.text);
    let subject = headers.first("subject").unwrap_or_default();
    let subject = threading::strip(subject).base;
    let status = reports::status_code(&head);
    let outcome = if notices::is_delay_subject(subject) || (notices::says_delay(&head) && !notices::is_bounce_subject(subject)) {
        Some(Outcome::Delayed)
    } else if notices::is_bounce_subject(subject) || notices::says_bounce(&head) || headers.has("x-failed-recipients") {
        Some(Outcome::Failed)
    } else {
        None
    };
    (outcome, status)
}

struct Candidates<'a> {
    found: Vec<MessageId>,
    is_ours: &'a dyn Fn(&MessageId) -> bool,
}

impl Candidates<'_> {
    fn offer(&mut self, id: MessageId) {
        if self.found.len() < CANDIDATES_MAX && !self.found.contains(&id) && (self.is_ours)(&id) {
            self.found.push(id);
        }
    }

    fn header_blob(&mut self, text: &str, names: &[&str]) {
        let fields = Headers::read(text.as_bytes());
        for name in names {
            for value in fields.all(name) {
                for id in header::message_ids(value).into_iter().chain(MessageId::parse(value)) {
                    self.offer(id);
                }
            }
        }
    }

    /// Anything in angle brackets with an `@`; quoted-printable may have cut it (`=\n`), quoting may have put `> ` before it.
    fn text(&mut self, text: &str) {
        let joined = text.replace("=\r\n", "").replace("=\n", "").replace("=3D", "=");
        for piece in joined.split('<').skip(1) {
            let Some((id, _)) = piece.split_once('>') else { continue };
            if id.len() < 250
                && id.contains('@')
                && let Some(id) = MessageId::parse(id)
            {
                self.offer(id);
            }
        }
    }
}

#[cfg(test)]
#[path = "bounce_tests.rs"]
mod tests;
