//! Screening: rules only, no model. What is automatic is never answered; what a rule doubts goes to a person.

use crate::domain::message::{Authentication, Message};
use crate::domain::reason::{HandOver, Reason};
use crate::mail::compose::recipient_of;
use crate::mail::parse::SEVERAL_SENDERS;

/// What the rules say of a mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Screened {
    /// No person wrote this to us; the rule says which kind it is.
    Ignore(String),
    /// The sender ends the consent by keyword, at any mailbox and without any formality.
    Withdrawal(&'static str),
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
    if let Some(automatic) = &message.automatic {
        return Screened::Ignore(format!("automatic.{}", automatic_code(automatic.kind)));
    }
    if let Some(rule) = withdrawal(message) {
        return Screened::Withdrawal(rule);
    }
    let mut findings = Vec::new();
    let mut find = |reason, rule: &str| findings.push(HandOver::new(reason, rule));
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
    if message.defects.iter().any(|defect| defect == SEVERAL_SENDERS || defect == "from: several fields") {
        find(Reason::PolicyRestriction, "mail.several_senders");
    }
    // the answer goes to the sender; who wants it elsewhere, or writes an address that could be read as two, gets a person.
    if message.from.is_some()
        && let Err(hand_over) = recipient_of(message)
    {
        findings.push(hand_over);
    }
    let mut find = |reason, rule: &str| findings.push(HandOver::new(reason, rule));
    // a mail that fails authentication may be anybody's.
    if arrived.authentication == Authentication::Fail {
        find(Reason::PolicyRestriction, "mail.authentication_failed");
    }
    if message.visible.trim().is_empty() && message.subject.trim().is_empty() {
        find(Reason::Ambiguous, "mail.empty");
    }
    Screened::Candidate(findings)
}

const fn automatic_code(kind: crate::domain::message::AutomaticKind) -> &'static str {
    use crate::domain::message::AutomaticKind::{AutoReply, Bounce, Bulk, Calendar, Delayed, MailingList, NoReply, Own, Receipt};
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

/// "KI NEIN" and its kin as a line of their own or as the subject, or a sentence that takes the consent back. More phrasings
/// come with the consent dialogue. Taking one too many for a withdrawal costs a draft; missing one costs a right.
fn withdrawal(message: &Message) -> Option<&'static str> {
    keyword(message).or_else(|| takes_back(&message.visible).then_some("withdrawal.phrase"))
}

/// "Ich widerrufe meine Einwilligung", "I withdraw my consent". A bare "Widerruf" may mean a purchase (§ 355 BGB) and is none.
fn takes_back(text: &str) -> bool {
    sentences(text).any(|sentence| {
        let has = |words: &[&str]| words.iter().any(|word| sentence.contains(word));
        has(&["einwilligung", "einverständnis", "consent"])
            && (has(&["widerruf", "zurückzieh", "zurückgezogen", "zurücknehm", "withdraw", "revoke"])
                || (has(&["ziehe", "nehme"]) && has(&["zurück"])))
            && !sentence.ends_with('?')
    })
}

/// Lower-cased sentences with their end mark. A single line break wraps a sentence, an empty line ends it.
fn sentences(text: &str) -> impl Iterator<Item = String> + '_ {
    text.split("\n\n").flat_map(|paragraph| {
        let joined = paragraph.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
        joined.split_inclusive(['.', '!', '?']).map(|sentence| sentence.trim().to_owned()).collect::<Vec<_>>()
    })
}

fn keyword(message: &Message) -> Option<&'static str> {
    message
        .visible
        .lines()
        .chain(std::iter::once(message.subject.as_str()))
        .map(|line| line.trim().trim_end_matches(['.', '!']).to_uppercase())
        .find_map(|line| match line.as_str() {
            "KI NEIN" | "KEINE KI" => Some("withdrawal.ki_nein"),
            "KI STOPP" | "KI STOP" => Some("withdrawal.ki_stopp"),
            "NO AI" => Some("withdrawal.no_ai"),
            _ => None,
        })
}

#[cfg(test)]
#[path = "screening_tests.rs"]
mod tests;
