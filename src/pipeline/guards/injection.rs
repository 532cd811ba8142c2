//! Mails that give orders to the machine: told to the reviewer always; a model's draft about such a mail is held,
//! for nobody can see what it heeded. The extractive drafter takes no orders: it copies sentences of the company's own.
//!
//! Never: a change of recipients; the answer goes to the one address in From, whatever the text says.

use crate::domain::Message;
use crate::domain::draft::Drafter;
use crate::domain::reason::{HandOver, Reason};
use crate::inference::sanitizer::sanitize;
use crate::knowledge::grams;
use crate::pipeline::guards::inspection::Inspection;

/// A run of letters without a space from which on it can carry hidden orders.
const BLOB_CHARS: usize = 80;

/// Orders to a machine: all words of an entry near each other. Folded beginnings.
const ORDERS: [&[&str]; 34] = [
    &["ignorier", "anweisung"],
    &["ignorier", "regel"],
    &["ignorier", "bisherig"],
    &["ignorier", "vorherig"],
    &["vergiss", "anweisung"],
    &["vergiss", "regel"],
    &["missacht", "regel"],
    &["ignore", "instruction"],
    &["ignore", "rules"],
    &["ignore", "previous"],
    &["disregard", "instruction"],
    &["disregard", "previous"],
    &["forget", "instruction"],
    &["override", "instruction"],
    &["system", "prompt"],
    &["systemprompt"],
    &["an", "die", "ki", "schreib"],
    &["an", "den", "assistent"],
    &["an", "das", "ki", "system"],
    &["hinweis", "ki", "system"],
    &["anweisung", "assistent"],
    &["der", "assistent", "bestatig"],
    &["assistent", "vollmacht"],
    &["du", "bist", "jetzt", "modus"],
    &["you", "are", "now", "mode"],
    &["wartungsmodus"],
    &["developer", "mode"],
    &["jailbreak"],
    &["antworte", "nur", "mit"],
    &["reply", "only", "with"],
    &["reply", "with", "only"],
    &["instruction", "assistant"],
    &["to", "the", "ai", "assistant"],
    &["assistant", "must"],
];
/// How far apart the words of an order may stand.
const NEAR: usize = 8;

pub fn check(inspection: &Inspection<'_>) -> Vec<HandOver> {
    match inspection.draft.drafter {
        Drafter::Model => marks(inspection.mail),
        Drafter::Extractive => Vec::new(),
    }
}

/// What a reviewer is told about the mail, each kind once.
pub fn marks(mail: &Message) -> Vec<HandOver> {
    let text = format!("{}\n{}", mail.subject, mail.text);
    let shown = format!("{}\n{}", mail.subject, mail.visible);
    let cleaned = sanitize(&format!("{text}\n{shown}"));
    let mut kinds: Vec<&str> = Vec::new();
    if gives_orders(&text) || gives_orders(cleaned.text()) {
        kinds.push("orders");
    }
    if !mail.hidden_text.is_empty() {
        kinds.push("hidden_text");
        if mail.hidden_text.iter().any(|hidden| gives_orders(hidden)) {
            kinds.push("orders");
        }
    }
    // One soft hyphen is typography; what the parser has taken out already is in `hidden_text`.
    let few = |kind: &str| matches!(kind, "zero_width" | "variation" | "filler" | "control" | "format");
    for (kind, hits) in cleaned.marks() {
        if *kind == "role_marker" && poses(&text) || matches!(*kind, "tag" | "bidi" | "private" | "confusable") || few(kind) && *hits > 8 {
            kinds.push(kind);
        }
    }
    if text.split_whitespace().any(is_blob) {
        kinds.push("blob");
    }
    kinds.sort_unstable();
    kinds.dedup();
    kinds.into_iter().map(|kind| HandOver::new(Reason::PolicyRestriction, format!("guard.injection.{kind}"))).collect()
}

fn gives_orders(text: &str) -> bool {
    let words = grams::words(text);
    let near = |order: &[&str]| {
        let places = |stem: &str| words.iter().enumerate().filter(|(_, word)| begins(word, stem)).map(|(at, _)| at).collect::<Vec<_>>();
        let Some((first, rest)) = order.split_first() else { return false };
        places(first).into_iter().any(|at| rest.iter().all(|stem| places(stem).into_iter().any(|other| other.abs_diff(at) <= NEAR)))
    };
    ORDERS.iter().any(|order| near(order))
}

/// Short words are whole words.
fn begins(word: &str, stem: &str) -> bool {
    if stem.len() <= 4 { word == stem } else { word.starts_with(stem) }
}

/// Tokens of chat formats are no part of a letter; a line "System: Windows" may be one.
fn poses(text: &str) -> bool {
    ["<|", "[INST]", "<<SYS", "[[", "### System", "### Assistant", "SYSTEM:", "Assistant:", "<system", "</"]
        .iter()
        .any(|token| text.contains(token))
}

/// A long run in the alphabet of base64 or hexadecimal that is no address of the net.
fn is_blob(word: &str) -> bool {
    let encoded = word.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '-' | '_'));
    let varied = word.chars().any(|c| c.is_ascii_digit()) && word.chars().any(|c| c.is_ascii_alphabetic());
    encoded && varied && word.len() >= BLOB_CHARS && !word.contains("://")
}
