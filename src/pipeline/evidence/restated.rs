//! The customer's own words given back as theirs: "Ihre Bestellung 4711", "Sie schreiben, dass …", "your order", "you wrote".
//!
//! Never for what a customer could be led astray with: an account, a link, a contact, a promise, a fact about the company.

use crate::domain::draft::ClaimKind;
use crate::pipeline::evidence::line::Line;
use crate::pipeline::evidence::scan::Fact;
use crate::pipeline::evidence::statements::promises;
use crate::pipeline::evidence::token::{Token, TokenKind};

const POSSESSIVE: [&str; 14] =
    ["ihr", "ihre", "ihren", "ihrem", "ihrer", "ihres", "dein", "deine", "deinen", "deinem", "deiner", "deines", "your", "yours"];
/// Things that are the customer's, as stems; a company's offer ("Ihre Garantie") is not among them.
const THEIRS: [&str; 44] = [
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
    "buchung",
    "rezept",
    "zähler",
    "vertrag",
    "mitglied",
    "reservier",
    "reise",
    "antrag",
    "policy",
    "contract",
    "reservation",
    "wohnung",
    "fahrzeug",
    "nummer",
];
/// What may stand between the thing and its number.
const BETWEEN: [&str; 40] = [
    "vom",
    "von",
    "am",
    "nr",
    "nummer",
    "mit",
    "der",
    "die",
    "das",
    "dem",
    "den",
    "über",
    "in",
    "höhe",
    "no",
    "number",
    "of",
    "from",
    "dated",
    "the",
    "for",
    "zum",
    "zur",
    "um",
    "on",
    "at",
    "with",
    "order",
    "id",
    "neue",
    "new",
    "ist",
    "nach",
    "angaben",
    "lautet",
    "is",
    "ref",
    "reference",
    "auf",
    "zu",
];
/// What people do with their own facts: they write, want, plan, have.
const SAYING: [&str; 69] = [
    "schreiben",
    "schrieben",
    "schreibst",
    "geschrieben",
    "erwähnen",
    "erwähnten",
    "erwähnt",
    "nennen",
    "nannten",
    "nennst",
    "genannt",
    "angegeben",
    "angeben",
    "mitgeteilt",
    "teilen",
    "teilten",
    "berichten",
    "berichtet",
    "berichteten",
    "fragen",
    "fragten",
    "fragst",
    "beziffern",
    "möchten",
    "möchtest",
    "wünschen",
    "wollen",
    "willst",
    "planen",
    "planst",
    "brauchen",
    "benötigen",
    "brauchst",
    "suchen",
    "suchst",
    "vermuten",
    "melden",
    "wrote",
    "write",
    "mention",
    "mentioned",
    "said",
    "say",
    "stated",
    "state",
    "told",
    "tell",
    "asked",
    "ask",
    "asking",
    "report",
    "reported",
    "plan",
    "need",
    "want",
    "enquired",
    "gave",
    "give",
    "geben",
    "plant",
    "hatten",
    "beziehen",
    "warten",
    "denken",
    "thinking",
    "describe",
    "beschreiben",
    "like",
    "looking",
];
const CHANGING: [&str; 12] =
    ["kommen", "kommst", "reisen", "reist", "arriving", "travelling", "reisten", "arrive", "sent", "bought", "ordered", "booked"];
const OURS: [&str; 12] =
    ["wir", "unser", "unsere", "unserem", "unseren", "unserer", "we", "our", "ours", "unseres", "bekommen", "erhalten"];

/// Whether a fact of the mail is given back as the customer's.
pub fn is_restated(line: &Line, fact: &Fact, mail: &[Fact]) -> bool {
    let kind = match fact.kind {
        ClaimKind::Number | ClaimKind::Date | ClaimKind::Time | ClaimKind::Duration | ClaimKind::Amount | ClaimKind::Percent => true,
        ClaimKind::Iban | ClaimKind::Url | ClaimKind::Email | ClaimKind::Phone | ClaimKind::Address => false,
        ClaimKind::Name | ClaimKind::Promise | ClaimKind::Statement => false,
    };
    // A number of an order says nothing about money or time, also beside a promise.
    let identifies = fact.kind == ClaimKind::Number && (fact.gives.iter().any(|v| v.starts_with("code ")) || fact.text.len() >= 4);
    if !kind || !mail.iter().any(|theirs| fact.is_given_by(theirs)) || !identifies && !promises(&line.text).is_empty() {
        return false;
    }
    let before: Vec<&Token> = line.tokens.iter().filter(|t| t.end <= fact.start).collect();
    is_possessed(&before) || is_said(line, fact) || is_left_open(line)
}

/// "Ihre Bestellung Nr. 4711": from the number back only fillers and nouns up to the possessive, one of them theirs.
fn is_possessed(before: &[&Token]) -> bool {
    let mut theirs = false;
    for token in before.iter().rev().take(10) {
        match token.lower.as_str() {
            word if POSSESSIVE.contains(&word) => return theirs,
            word if THEIRS.iter().any(|stem| word.contains(stem)) => theirs = true,
            word if BETWEEN.contains(&word) => {}
            _ if token.kind == TokenKind::Mark && !token.is(',') && !token.is(';') => {}
            // "E-Mail", "Bestellung vom 3. März 2026", "FW-20931": nouns and the parts of another of their numbers.
            word if token.kind == TokenKind::Number
                || word.chars().count() <= 2 && token.text.chars().all(char::is_uppercase)
                || word == "e"
                || crate::pipeline::evidence::dates::is_month(word) => {}
            _ => return false,
        }
    }
    false
}

/// "Dazu liegt uns nichts vor": what the customer named stays theirs.
fn is_left_open(line: &Line) -> bool {
    const OPEN: [&str; 12] = [
        "liegt uns nichts vor",
        "liegen uns keine",
        "geht aus unseren unterlagen nicht",
        "nichts sagen",
        "keine angabe",
        "keine auskunft",
        "nicht bekannt",
        "no information",
        "cannot say",
        "can't say",
        "do not know",
        "nothing on",
    ];
    let lower = line.text.to_lowercase();
    OPEN.iter().any(|phrase| lower.contains(phrase))
}

/// "Sie schreiben, dass …", "nach Ihren Angaben", in one sentence part without a word about us.
fn is_said(line: &Line, fact: &Fact) -> bool {
    let part: Vec<&Token> = {
        let start = line.tokens.iter().filter(|t| t.end <= fact.start && (t.is(';') || t.is('.'))).map(|t| t.end).max().unwrap_or(0);
        let end =
            line.tokens.iter().filter(|t| t.start >= fact.end && (t.is(';') || t.is(':'))).map(|t| t.start).min().unwrap_or(usize::MAX);
        line.tokens.iter().filter(|t| t.start >= start && t.start < end).collect()
    };
    let has = |words: &[&str]| part.iter().any(|t| words.contains(&t.lower.as_str()));
    let persons = part.iter().enumerate().filter(|(_, t)| matches!(t.lower.as_str(), "sie" | "du" | "you")).map(|(at, _)| at);
    let verbs: Vec<usize> = (0..part.len())
        .filter(|at| part.get(*at).is_some_and(|t| SAYING.contains(&t.lower.as_str()) || CHANGING.contains(&t.lower.as_str())))
        .collect();
    let said = persons.into_iter().any(|person| verbs.iter().any(|verb| person.abs_diff(*verb) <= 3));
    let quoted = has(&["laut", "gemäß", "according", "nach", "in", "from"])
        && has(&["ihrer", "deiner", "your", "ihren", "deinen", "eigener", "eigenen"])
        && has(&["nachricht", "mail", "angabe", "angaben", "message", "email", "details", "information", "beschreibung", "worten", "own"]);
    (said || quoted) && !has(&OURS)
}
