//! Cleared mails for tests of the stations, cleared as a suite's are.

use crate::domain::clearance::{Evidence, Gate, clear};
use crate::domain::message::{Authentication, Correspondent};
use crate::domain::policy::Policy;
use crate::domain::{Cleared, EmailAddress, Language, Message, Personal, PublicId};

pub fn message(from: &str, subject: &str, body: &str) -> Message {
    Message {
        message_id: None,
        in_reply_to: vec![],
        references: vec![],
        date: None,
        from: Some(Correspondent {
            name: (!from.is_empty()).then(|| Personal::new(from.to_owned())),
            address: EmailAddress::parse("anna@example.org").unwrap(),
        }),
        reply_to: vec![],
        to: vec![],
        cc: vec![],
        subject: subject.to_owned(),
        language: Language::Unknown,
        text: body.to_owned(),
        visible: body.to_owned(),
        spans: vec![],
        attachments: vec![],
        automatic: None,
        protected: None,
        hidden_text: vec![],
        defects: vec![],
    }
}

pub fn cleared(from: &str, subject: &str, body: &str) -> Cleared<Message> {
    let policy = Policy::default();
    let gate = Gate { policy: &policy, authentication: Authentication::None, ai_off: false, findings: &[] };
    clear(message(from, subject, body), &gate, Evidence::synthetic(PublicId::from_bytes([7; 16]))).unwrap()
}
