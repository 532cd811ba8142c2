//! Screening: rules only, no model. What is automatic is never answered; what a rule doubts goes to a person.

use crate::domain::message::{Authentication, AutomaticKind, Message};
use crate::domain::reason::{HandOver, Reason};
use crate::mail::compose::recipient_of;
use crate::mail::parse::{SEVERAL_FROM_FIELDS, SEVERAL_SENDERS, UNCLEAR_REPLY_TO, is_weak};
use crate::pipeline::understanding::asks;
use crate::pipeline::withdrawal;

/// What the rules say of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Screened {
    /// No person wrote this to us; the rule says which kind it is.
    Ignore(String),
    /// The sender ends the consent, at any mailbox and without any formality. `is_all`: the mail says nothing else.
    Withdrawal { rule: &'static str, is_all: bool },
    /// A person's mail. Findings close the gate before it is asked.
    Candidate(Vec<HandOver>),
}

/// A mail with what is known of its transport.
#[derive(Debug)]
pub struct Arrived<'a> {
    pub message: &'a Message,
    pub authentication: Authentication,
    /// The mail was larger than the limit and only its head was read.
    pub truncated: bool,
}

pub fn screen(arrived: &Arrived<'_>) -> Screened {
    let message = arrived.message;
    let keyword = withdrawal::keyword(message);
    let withdrawal = keyword.or_else(|| withdrawal::phrase(message));
    let unsigned = message.from.is_none() || has_several_senders(message);
    if let Some(automatic) = &message.automatic {
        // A person may write from behind a list or a web form; what a machine says on its own withdraws nothing.
        let may_be_a_person = matches!(automatic.kind, AutomaticKind::MailingList | AutomaticKind::Bulk | AutomaticKind::NoReply);
        if is_weak(automatic) && asks_us(message) {
            return Screened::Candidate(vec![HandOver::new(Reason::Ambiguous, "automatic.doubtful")]);
        }
        if !(may_be_a_person && keyword.is_some()) {
            return Screened::Ignore(format!("automatic.{}", automatic_code(automatic.kind)));
        }
    }
    if let Some(rule) = withdrawal.filter(|_| !unsigned) {
        return Screened::Withdrawal { rule, is_all: withdrawal::is_all(message) };
    }
    let mut findings = Vec::new();
    let mut find = |reason, rule: &str| findings.push(HandOver::new(reason, rule));
    // Whose consent it ends cannot be told: a person finds out.
    if let Some(rule) = withdrawal {
        find(Reason::CustomerRequest, rule);
    }
    if message.from.is_none() {
        find(Reason::TechnicalFailure, "mail.no_sender");
    }
    if arrived.truncated {
        find(Reason::TechnicalFailure, "mail.too_large");
    }
    // a reply to an encrypted mail would tell its content in clear.
    if message.protected.is_some() {
        find(Reason::PolicyRestriction, "mail.protected");
    }
    if has_several_senders(message) {
        find(Reason::PolicyRestriction, "mail.several_senders");
    }
    // the answer goes to the sender; who wants it elsewhere, or writes an address that could be read as two, gets a person.
    if message.from.is_some()
        && let Err(hand_over) = recipient_of(message)
    {
        findings.push(hand_over);
    }
    let mut find = |reason, rule: &str| findings.push(HandOver::new(reason, rule));
    if message.defects.iter().any(|defect| defect == UNCLEAR_REPLY_TO) {
        find(Reason::PolicyRestriction, "mail.reply_to_differs");
    }
    // a mail that fails authentication may be anybody's.
    if arrived.authentication == Authentication::Fail {
        find(Reason::PolicyRestriction, "mail.authentication_failed");
    }
    if message.visible.trim().is_empty() && message.subject.trim().is_empty() {
        find(Reason::Ambiguous, "mail.empty");
    }
    Screened::Candidate(findings)
}

fn asks_us(message: &Message) -> bool {
    asks::find(&message.visible, "").iter().any(|ask| ask.ask.ends_with('?'))
}

fn has_several_senders(message: &Message) -> bool {
    message.defects.iter().any(|defect| defect == SEVERAL_SENDERS || defect == SEVERAL_FROM_FIELDS)
}

const fn automatic_code(kind: AutomaticKind) -> &'static str {
    use AutomaticKind::{AutoReply, Bounce, Bulk, Calendar, Delayed, MailingList, NoReply, Own, Receipt};
    match kind {
        Bounce => "bounce",
        Delayed => "delayed",
        Receipt => "receipt",
        Calendar => "calendar",
        Own => "own",
        AutoReply => "auto_reply",
        MailingList => "mailing_list",
        Bulk => "bulk",
        NoReply => "no_reply",
    }
}

#[cfg(test)]
#[path = "screening_tests.rs"]
mod tests;
