//! One mail as the house sees it: what `mail::parse` produces and every later station reads.
//!
//! The fields are those of `hauspost mail inspect` (a promise to other programs).

use crate::domain::{EmailAddress, Language, MessageId};
use serde::{Serialize, Serializer};

/// A mailbox as written in a header: display name and address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Correspondent {
    #[serde(serialize_with = "reveal_name")]
    pub name: Option<crate::domain::Personal<String>>,
    pub address: EmailAddress,
}

fn reveal_name<S: Serializer>(name: &Option<crate::domain::Personal<String>>, s: S) -> Result<S::Ok, S::Error> {
    name.as_ref().map(crate::domain::Personal::reveal).serialize(s)
}

/// A parsed mail. Text is personal data: `Debug` prints sizes only.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Message {
    pub message_id: Option<MessageId>,
    pub in_reply_to: Vec<MessageId>,
    pub references: Vec<MessageId>,
    /// RFC 3339 with the sender's own offset.
    pub date: Option<String>,
    pub from: Option<Correspondent>,
    pub reply_to: Vec<Correspondent>,
    pub to: Vec<Correspondent>,
    pub cc: Vec<Correspondent>,
    pub subject: String,
    pub language: Language,
    /// Whole body as plain text, LF.
    pub text: String,
    /// What the writer wrote in this mail: no quote, signature, disclaimer.
    pub visible: String,
    /// Cover `text` without gaps.
    pub spans: Vec<Span>,
    pub attachments: Vec<Attachment>,
    pub automatic: Option<Automatic>,
    pub protected: Option<Protection>,
    /// Text that a reader of the mail would not have seen; removed from `text`.
    pub hidden_text: Vec<String>,
    /// What was wrong with the mail, in stable words such as `charset: unknown`.
    pub defects: Vec<String>,
}

impl std::fmt::Debug for Message {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Message")
            .field("text_bytes", &self.text.len())
            .field("attachments", &self.attachments.len())
            .finish_non_exhaustive()
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SpanKind {
    Reply,
    Quote,
    QuoteHeader,
    Signature,
    Disclaimer,
    Forwarded,
}

/// Byte offsets into [`Message::text`], `start` inclusive, `end` exclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Span {
    pub kind: SpanKind,
    pub start: usize,
    pub end: usize,
}

#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct Attachment {
    pub name: Option<String>,
    pub media_type: String,
    pub bytes: usize,
    pub inline: bool,
}

impl std::fmt::Debug for Attachment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Attachment({} bytes)", self.bytes)
    }
}

/// Kinds of mail that no person wrote to us, in the order of precedence of the contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum AutomaticKind {
    /// Delivery failed (RFC 3464, and the text forms of old servers).
    Bounce,
    /// Delivery is late.
    Delayed,
    /// Read or delivery receipt (MDN, RFC 8098).
    Receipt,
    /// A text/calendar part with a METHOD (RFC 5546).
    Calendar,
    /// One of our own addresses.
    Own,
    /// Absence notice, acknowledgement of a ticket system (RFC 3834).
    AutoReply,
    /// Discussion list (RFC 2919, RFC 2369).
    MailingList,
    /// Newsletter, circular.
    Bulk,
    /// A machine's notice from an address nobody reads.
    NoReply,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Automatic {
    pub kind: AutomaticKind,
    /// Where it was seen, for example `header Auto-Submitted: auto-replied`.
    pub reason: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Protection {
    Smime,
    Pgp,
}

/// Outcome of sender authentication (RFC 8601), from a source that we trust.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Authentication {
    /// DMARC-aligned SPF or DKIM passed.
    Pass,
    Fail,
    /// No trusted result in the mail.
    None,
}
