//! Deadlines that the writer sets us, read off the text and counted from the day of the mail (F-16).
//!
//! "Bitte antworten Sie bis Freitag" is one, "Haben Sie bis Freitag geöffnet?" and "Kann ich innerhalb von 14 Tagen
//! zurückgeben?" are none. Never: a date that is not written there.

use crate::domain::Personal;
use crate::pipeline::sentences;
use crate::pipeline::understanding::dates::{Word, when, words};
use jiff::civil::Date;

/// The last day, where it can be told, and the words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Deadline {
    pub date: Option<Date>,
    pub words: Personal<String>,
}

/// What introduces a last day. The strong ones set a deadline by themselves.
const STRONG: [&[&str]; 15] = [
    &["spätestens", "bis"],
    &["spätestens", "am"],
    &["spätestens"],
    &["allerspätestens"],
    &["letzte", "frist"],
    &["frist", "bis"],
    &["frist", "von"],
    &["fristablauf"],
    &["binnen"],
    &["no", "later", "than"],
    &["not", "later", "than"],
    &["at", "the", "latest"],
    &["deadline", "is"],
    &["deadline"],
    &["frist"],
];
const WEAK: [&[&str]; 12] = [
    &["bis", "spätestens"],
    &["bis"],
    &["innerhalb", "von"],
    &["innerhalb"],
    &["in", "den", "nächsten"],
    &["vor", "dem"],
    &["noch"],
    &["by"],
    &["before"],
    &["until"],
    &["within", "the", "next"],
    &["within"],
];

/// Stems by which a sentence wants something of us.
const DEMANDS: [&str; 46] = [
    "bitte",
    "brauche",
    "brauchen",
    "bräuchte",
    "benötig",
    "erwart",
    "forder",
    "verlang",
    "muss",
    "müssen",
    "antwort",
    "rückmeld",
    "sonst",
    "andernfalls",
    "anderenfalls",
    "ansonsten",
    "setze",
    "schicken sie",
    "senden sie",
    "liefern sie",
    "können sie",
    "könnten sie",
    "könnt ihr",
    "könntet ihr",
    "schaffen",
    "dringend",
    "wünsche",
    "teilen sie",
    "melden sie",
    "überweis",
    "please",
    "need",
    "must",
    "require",
    "expect",
    "could you",
    "can you",
    "would you",
    "have to",
    "otherwise",
    "urgent",
    "demand",
    "want",
    "reply",
    "respond",
    "zurück,",
];
/// Beginnings of questions that only want to know.
const ASKING: [&str; 30] = [
    "kann ich",
    "darf ich",
    "muss ich",
    "habe ich",
    "hab ich",
    "können wir",
    "dürfen wir",
    "bis wann",
    "wie lange",
    "wie lang",
    "haben sie",
    "habt ihr",
    "sind sie",
    "seid ihr",
    "gilt",
    "ist ",
    "gibt es",
    "wann ",
    "was ",
    "can i",
    "may i",
    "do i",
    "do you",
    "is ",
    "are you",
    "how ",
    "when ",
    "must i",
    "does ",
    "wie ",
];

pub fn find(visible: &str, date: Option<&str>) -> Vec<Deadline> {
    let written = day_of(date);
    let mut all: Vec<Deadline> = Vec::new();
    for sentence in sentences::split(visible) {
        for found in in_sentence(&sentence, written) {
            if !all.iter().any(|known| known.date == found.date && (found.date.is_some() || known.words == found.words)) {
                all.push(found);
            }
        }
    }
    all
}

/// The day of an RFC 3339 date, by the writer's own clock.
pub fn day_of(date: Option<&str>) -> Option<Date> {
    date?.get(..10)?.parse().ok()
}

fn in_sentence(sentence: &str, written: Option<Date>) -> Vec<Deadline> {
    let lower = sentence.to_lowercase();
    let asks = lower.trim_end().ends_with('?') && ASKING.iter().any(|start| lower.trim_start_matches(['-', ' ', '•']).starts_with(start));
    if asks {
        return Vec::new();
    }
    let demands = DEMANDS
        .iter()
        .any(|stem| lower.match_indices(stem).any(|(at, _)| lower.get(..at).is_none_or(|head| !head.ends_with(char::is_alphanumeric))));
    let words = words(sentence);
    let mut all = Vec::new();
    let mut at = 0;
    while at < words.len() {
        let cue = STRONG.iter().map(|cue| (cue, true)).chain(WEAK.iter().map(|cue| (cue, demands)));
        let found = cue.filter(|(cue, counts)| *counts && begins(&words, at, cue)).find_map(|(cue, _)| {
            let start = at + cue.len();
            let (date, taken) = when(words.get(start..)?, written)?;
            Some((start + taken, date))
        });
        match found {
            Some((end, date)) => {
                let text = words.get(at..end).unwrap_or_default().iter().map(|word| word.text).collect::<Vec<_>>().join(" ");
                all.push(Deadline { date, words: Personal::new(text.trim_end_matches(['.', ',', '!', ';', ':', '?']).to_owned()) });
                at = end;
            }
            None => at += 1,
        }
    }
    all
}

fn begins(words: &[Word<'_>], at: usize, cue: &[&str]) -> bool {
    cue.iter().enumerate().all(|(step, cue)| words.get(at + step).is_some_and(|word| word.lower == *cue))
}

#[cfg(test)]
#[path = "deadline_tests.rs"]
mod tests;
