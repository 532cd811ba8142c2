//! Writes a reply as frozen bytes: a pure function, so that approving the same answer twice gives the same mail (D-14).
//!
//! Never: a recipient other than the sender of the mail that is answered, an attachment, HTML, a second signature,
//! a quote of a protected mail, a mail without the particulars the law demands.
//! Why written here and not by a builder: each byte is ours, plain ASCII with short lines, so no server has a reason to
//! rewrite it, and what lies in Sent is what was approved.

pub mod identity;
pub mod recipient;
pub mod subject;
pub mod text;
pub mod wire;

pub use crate::domain::company::{CompanyParticulars, LegalForm, Missing, Register};
use crate::domain::message::{Correspondent, Message};
use crate::domain::reason::HandOver;
use crate::domain::{EmailAddress, Language, MessageId, Personal};
pub use identity::{Identity, IdentityKey, MailKind, Token};
use jiff::ZonedDateTime;
pub use recipient::recipient_of;

/// Header that repeats the token of the Message-ID: some providers replace the Message-ID, none this one.
pub const ID_HEADER: &str = "X-Hauspost-ID";

/// What stands under every mail, once.
#[derive(Debug, Clone)]
pub struct Signature {
    /// The company's own lines: department, telephone, web address. May be empty.
    pub lines: Vec<String>,
    pub particulars: CompanyParticulars,
}

/// Who lets the mail go. RFC 3834 §2 marks only what a machine sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sender {
    Person,
    Machine,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Quote {
    /// Below the signature, as German offices do. A protected original is left out all the same.
    Original,
    None,
}

/// Who wrote the text; what a model or a drafter wrote stays so when a person has reviewed or changed it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Author {
    Machine,
    Person,
}

/// Everything that a reply is made of. Same values, same bytes.
#[derive(Debug)]
pub struct Reply<'a> {
    /// The mailbox that answers, with its display name.
    pub mailbox: &'a Correspondent,
    pub original: &'a Message,
    pub identity: Identity<'a>,
    /// Salutation, paragraphs and closing, as approved; LF.
    pub text: &'a str,
    pub language: Language,
    pub signature: &'a Signature,
    /// The moment of approval, in the company's time zone.
    pub date: &'a ZonedDateTime,
    pub sender: Sender,
    pub author: Author,
    pub quote: Quote,
    /// Adds the mailbox itself to the envelope: the arrival of the copy proves that the server took the mail.
    pub self_copy: bool,
}

/// A mail that will not change any more.
#[derive(Clone, PartialEq, Eq)]
pub struct Composed {
    /// ASCII, CRLF, lines of at most 998 octets.
    pub raw: Vec<u8>,
    pub message_id: MessageId,
    /// The value of [`ID_HEADER`].
    pub token: Token,
    pub envelope_from: EmailAddress,
    /// The recipient, and after it the mailbox itself where a self-copy is asked for.
    pub envelope_to: Vec<EmailAddress>,
}

impl std::fmt::Debug for Composed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Composed({} bytes)", self.raw.len())
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ComposeError {
    #[error("The answer has no text")]
    EmptyText,
    #[error("The company particulars are incomplete: {0}")]
    Particulars(#[from] Missing),
    #[error("The address of the mailbox cannot be written into a mail without extensions")]
    MailboxAddress,
    #[error("The date cannot be written as RFC 5322 asks")]
    Date,
    /// A person decides to whom this answer may go.
    #[error("A person must decide on the recipient ({})", .0.rule)]
    HandOver(HandOver),
}

/// Writes the reply. The same bytes serve as a draft in the Drafts folder, with [`MailKind::Draft`] and [`Sender::Person`].
pub fn compose(reply: &Reply<'_>, key: &IdentityKey) -> Result<Composed, ComposeError> {
    let recipient = recipient_of(reply.original).map_err(ComposeError::HandOver)?;
    let mailbox = &reply.mailbox.address;
    if !recipient::is_plain(mailbox) {
        return Err(ComposeError::MailboxAddress);
    }
    if recipient.same_as(mailbox) {
        return Err(ComposeError::HandOver(HandOver::new(crate::domain::reason::Reason::PolicyRestriction, "mail.recipient_is_ourselves")));
    }
    let body = text::body(reply)?;
    let token = key.token(&reply.identity);
    let message_id = token.message_id(mailbox.domain()).ok_or(ComposeError::MailboxAddress)?;
    let mut out = headers(reply, &recipient, &message_id, &token)?;
    let (encoding, lines) = wire::encode_body(&body);
    wire::token_header("Content-Transfer-Encoding", encoding, &mut out);
    out.push_str("\r\n");
    out.push_str(&lines);
    let raw = out.into_bytes();
    let mut envelope_to = vec![recipient];
    if reply.self_copy {
        envelope_to.push(mailbox.clone());
    }
    Ok(Composed { raw, message_id, token, envelope_from: mailbox.clone(), envelope_to })
}

fn headers(reply: &Reply<'_>, recipient: &EmailAddress, message_id: &MessageId, token: &Token) -> Result<String, ComposeError> {
    let mut out = String::with_capacity(2_048);
    let original = reply.original;
    let date = jiff::fmt::rfc2822::to_string(reply.date).map_err(|_| ComposeError::Date)?;
    wire::token_header("Date", &date, &mut out);
    wire::mailbox_header("From", name_of(reply.mailbox), &reply.mailbox.address, &mut out);
    wire::mailbox_header("To", original.from.as_ref().and_then(name_of), recipient, &mut out);
    wire::text_header("Subject", &subject::reply_to(&original.subject), &mut out);
    wire::ids_header("Message-ID", std::slice::from_ref(message_id), &mut out);
    if let Some(id) = original.message_id.as_ref().filter(|id| wire::id_fits(id)) {
        wire::ids_header("In-Reply-To", std::slice::from_ref(id), &mut out);
    }
    wire::ids_header("References", &subject::references_of(original), &mut out);
    match reply.sender {
        Sender::Machine => wire::token_header("Auto-Submitted", "auto-replied", &mut out),
        Sender::Person => {}
    }
    wire::token_header("X-Auto-Response-Suppress", "OOF, AutoReply", &mut out);
    match reply.author {
        Author::Machine => wire::token_header("X-AI-Generated", "yes", &mut out),
        Author::Person => {}
    }
    wire::token_header(ID_HEADER, token.as_str(), &mut out);
    wire::token_header("MIME-Version", "1.0", &mut out);
    wire::token_header("Content-Type", "text/plain; charset=utf-8", &mut out);
    Ok(out)
}

fn name_of(who: &Correspondent) -> Option<&str> {
    who.name.as_ref().map(Personal::reveal).map(String::as_str)
}

#[cfg(test)]
#[path = "compose_tests.rs"]
mod tests;
