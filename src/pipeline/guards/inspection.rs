//! What the guards look at, and the list of all guards. A guard that is not in [`GUARDS`] does not exist; a test plants an
//! offence for each and fails when one is taken off the list.

use crate::domain::Message;
use crate::domain::draft::{Draft, Sentence};
use crate::domain::knowledge::Passage;
use crate::domain::reason::HandOver;
use crate::knowledge::Found;
use crate::pipeline::frame::CompanyTone;
use crate::pipeline::guards::{
    address_form, advertising, binding, completeness, contacts, disclosure, gender, injection, language, links, personal_data, sources,
};
use crate::pipeline::understanding::Understanding;

/// A finished draft with all that it may rest on.
#[derive(Clone, Copy)]
pub struct Inspection<'a> {
    pub mail: &'a Message,
    pub understood: &'a Understanding,
    pub draft: &'a Draft,
    /// Those that were offered to the drafter.
    pub passages: &'a [Passage],
    /// What the search found for each ask.
    pub found: &'a [Vec<Found>],
    pub tone: &'a CompanyTone,
}

/// A guard: its stable id, under which all its reasons begin, and its check.
pub type Guard = (&'static str, fn(&Inspection<'_>) -> Vec<HandOver>);

pub const GUARDS: [Guard; 12] = [
    ("guard.link", links::check),
    ("guard.contact", contacts::check),
    ("guard.personal_data", personal_data::check),
    ("guard.language", language::check),
    ("guard.address_form", address_form::check),
    ("guard.gender", gender::check),
    ("guard.advertising", advertising::check),
    ("guard.binding", binding::check),
    ("guard.disclosure", disclosure::check),
    ("guard.source", sources::check),
    ("guard.completeness", completeness::check),
    ("guard.injection", injection::check),
];

/// Every reason of every guard, each once.
pub fn inspect(inspection: &Inspection<'_>) -> Vec<HandOver> {
    let mut all: Vec<HandOver> = Vec::new();
    for reason in GUARDS.iter().flat_map(|(_, check)| check(inspection)) {
        if !all.contains(&reason) {
            all.push(reason);
        }
    }
    all
}

/// The guards that look at nothing but text, passages and mail: for drafts without a search behind them.
const OF_TEXT: [&str; 7] =
    ["guard.link", "guard.contact", "guard.personal_data", "guard.gender", "guard.advertising", "guard.binding", "guard.disclosure"];

/// What the guards of [`OF_TEXT`] say, each rule once.
pub fn inspect_text(inspection: &Inspection<'_>) -> Vec<String> {
    let of_text = GUARDS.iter().filter(|(id, _)| OF_TEXT.contains(id));
    let mut rules: Vec<String> = of_text.flat_map(|(_, check)| check(inspection)).map(|reason| reason.rule).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

impl<'a> Inspection<'a> {
    pub fn cited(&self, sentence: &Sentence) -> Vec<&'a Passage> {
        self.passages.iter().filter(|passage| sentence.citations.contains(&passage.id)).collect()
    }

    /// Whether a sentence stands word for word in a passage that it cites.
    pub fn is_verbatim(&self, sentence: &Sentence) -> bool {
        let wanted = flat(sentence.text.trim_end_matches([':', '.']));
        !wanted.is_empty() && self.cited(sentence).iter().any(|passage| flat(&text_of(passage)).contains(&wanted))
    }

    /// What the cited passages and the company's own particulars say, in lower case.
    pub fn allowed(&self, sentence: &Sentence) -> String {
        let passages = self.cited(sentence).into_iter().map(text_of);
        passages.chain(self.tone.own_words.iter().cloned()).collect::<Vec<_>>().join("\n").to_lowercase()
    }

    /// The subject and what the writer wrote.
    pub fn mail_text(&self) -> String {
        format!("{}\n{}", self.mail.subject, self.mail.visible)
    }
}

pub fn text_of(passage: &Passage) -> String {
    format!("{}\n{}", passage.heading.join("\n"), passage.text)
}

pub fn flat(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A sentence without the question that it gives back in quotes: those words are the customer's.
pub fn own_words(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once(['„', '“']) {
        out.push_str(before);
        let Some((_, tail)) = after.split_once(['“', '”']) else {
            rest = after;
            continue;
        };
        rest = tail;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
#[path = "inspection_tests.rs"]
mod tests;
