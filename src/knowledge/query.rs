//! What may be searched for. A customer's words reach the retriever only through a clearance (law 2).

use crate::domain::{Cleared, Message};

/// Text to search the knowledge with.
#[derive(Clone)]
pub struct Query {
    text: String,
    /// The mail that the question stands in; empty where there is none.
    around: String,
    mailbox: Option<String>,
    customer: bool,
}

impl Query {
    /// A part of a cleared mail, for example one ask. `text` must come from that mail.
    pub fn from_mail(mail: &Cleared<Message>, text: &str) -> Self {
        let mail = mail.get();
        Self { text: text.to_owned(), around: format!("{}\n{}", mail.subject, mail.visible), mailbox: None, customer: true }
    }

    /// Words that a member of staff typed. Only commands and suites call this (tidy rule `staff`).
    pub fn by_staff(text: &str) -> Self {
        Self { text: text.to_owned(), around: String::new(), mailbox: None, customer: false }
    }

    /// Only passages whose source is open to this mailbox.
    #[must_use]
    pub fn within(mut self, mailbox: &str) -> Self {
        self.mailbox = Some(mailbox.to_owned());
        self
    }

    /// Only passages that a customer may be answered from, to see what his mail would find.
    #[must_use]
    pub fn for_customer(mut self) -> Self {
        self.customer = true;
        self
    }

    pub fn text(&self) -> &str {
        &self.text
    }

    pub fn around(&self) -> &str {
        &self.around
    }

    /// Whether a customer reads what is found: then internal sources are closed.
    pub const fn is_for_customer(&self) -> bool {
        self.customer
    }

    pub fn mailbox(&self) -> Option<&str> {
        self.mailbox.as_deref()
    }
}
