//! What may be searched for. A customer's words reach the retriever only through a clearance (law 2).

use crate::domain::{Cleared, Message};

/// Text to search the knowledge with.
#[derive(Clone)]
pub struct Query {
    text: String,
    mailbox: Option<String>,
}

impl Query {
    /// A part of a cleared mail, for example one ask. `text` must come from that mail.
    pub fn from_mail(_mail: &Cleared<Message>, text: &str) -> Self {
        Self { text: text.to_owned(), mailbox: None }
    }

    /// Words that a member of staff typed. Only commands and suites call this (tidy rule `staff`).
    pub fn by_staff(text: &str) -> Self {
        Self { text: text.to_owned(), mailbox: None }
    }

    /// Only passages whose source is open to this mailbox.
    #[must_use]
    pub fn within(mut self, mailbox: &str) -> Self {
        self.mailbox = Some(mailbox.to_owned());
        self
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn mailbox(&self) -> Option<&str> {
        self.mailbox.as_deref()
    }
}
