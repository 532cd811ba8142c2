//! The customer's own words given back as theirs: "Ihre Bestellung 4711", "Sie schreiben, dass …", "your order", "you wrote".
//!
//! Never for what a customer could be led astray with: an account, a link, a contact, a promise, a fact about the company.

use crate::domain::draft::ClaimKind;
use crate::pipeline::evidence::scan::Fact;
use crate::pipeline::evidence::statements::promises;
use crate::pipeline::evidence::token::{Token, TokenKind, tokens};

/// Things that are the customer's, as stems; a company's offer ("Ihre Garantie") is not among them.
const THEIRS: [&str; 30] = [
    "bestell",
    "auftrag",
    "rechnung",
    "kundennummer",
    "nachricht",
    "mail",
    "schreiben",
    "anfrage",
    "frage",
    "termin",
    "sendung",
    "paket",
    "kauf",
    "rad",
    "rahmennummer",
    "order",
    "invoice",
    "number",
    "message",
    "request",
    "enquiry",
    "inquiry",
    "booking",
    "appointment",
    "purchase",
    "bike",
    "parcel",
    "shipment",
    "ticket",
    "vorgang",
];
/// What may stand between the thing and its number.
const BETWEEN: [&str; 31] = [
    "vom", "von", "am", "nr", "nummer", "mit", "der", "die", "das", "dem", "den", "über", "in", "höhe", "no", "number", "of", "from",
    "dated", "the", "for", "zum", "zur", "um", "on", "at", "with", "order", "id", "neue", "new",
];
const SAYING: [&str; 22] = [
    "schreiben",
    "schrieben",
    "schreibst",
    "geschrieben",
    "erwähnen",
    "erwähnten",
    "erwähnt",
    "nennen",
    "nannten",
    "genannt",
    "angegeben",
    "mitgeteilt",
    "berichten",
    "berichtet",
    "wrote",
    "write",
    "mention",
    "mentioned",
    "said",
    "stated",
    "told",
    "asked",
];
const OURS: [&str; 12] = ["wir", "uns", "unser", "unsere", "unserem", "unseren", "unserer", "we", "us", "our", "ours", "unseres"];

/// Whether a fact of the mail is given back as the customer's.
pub fn is_restated(sentence: &str, fact: &Fact, mail: &[Fact]) -> bool {
    let kind = match fact.kind {
        ClaimKind::Number | ClaimKind::Date | ClaimKind::Time | ClaimKind::Duration | ClaimKind::Amount | ClaimKind::Percent => true,
        ClaimKind::Iban | ClaimKind::Url | ClaimKind::Email | ClaimKind::Phone | ClaimKind::Address => false,
        ClaimKind::Name | ClaimKind::Promise | ClaimKind::Statement => false,
    };
    if !kind || !mail.iter().any(|theirs| fact.is_given_by(theirs)) || !promises(sentence).is_empty() {
        return false;
    }
    let all = tokens(sentence, &[]);
    let before: Vec<&Token> = all.iter().filter(|t| t.end <= fact.start).collect();
    is_possessed(&before) || is_said(&before, &all)
}

/// "Ihre Bestellung Nr. 4711": from the number back only fillers and nouns up to the possessive, one of them theirs.
fn is_possessed(before: &[&Token]) -> bool {
    let mut theirs = false;
    for token in before.iter().rev().take(8) {
        match token.lower.as_str() {
            "ihr" | "ihre" | "ihren" | "ihrem" | "ihrer" | "ihres" | "dein" | "deine" | "deinen" | "deinem" | "deiner" | "deines"
            | "your" => return theirs,
            word if THEIRS.iter().any(|stem| word.contains(stem)) => theirs = true,
            word if BETWEEN.contains(&word) => {}
            _ if token.kind == TokenKind::Mark && !token.is(',') && !token.is(';') => {}
            // "E-Mail", "Bestellung vom 3. März 2026": nouns and the parts of another of their numbers.
            _ if token.kind == TokenKind::Number || token.lower == "e" || crate::pipeline::evidence::dates::is_month(&token.lower) => {}
            _ => return false,
        }
    }
    false
}

/// "Sie schreiben, dass …", in one clause without a word about us.
fn is_said(before: &[&Token], all: &[Token]) -> bool {
    let clause: Vec<&&Token> = before.iter().rev().take_while(|t| !t.is(';') && !t.is('.')).collect();
    let has = |words: &[&str]| clause.iter().any(|t| words.contains(&t.lower.as_str()));
    let person = has(&["sie", "du", "you"]);
    let quoted = has(&["laut", "gemäß", "according", "in"])
        && has(&["ihrer", "deiner", "your"])
        && has(&["nachricht", "mail", "angabe", "angaben", "message", "email"]);
    (person && has(&SAYING) || quoted) && !all.iter().any(|t| OURS.contains(&t.lower.as_str()))
}
