//! Personal data that is in no source: people, streets, long numbers that a model made up. What the customer wrote,
//! what the passages hold and the company's own particulars are sources.

use crate::domain::reason::{HandOver, Reason};
use crate::knowledge::grams;
use crate::pipeline::guards::contacts::plain;
use crate::pipeline::guards::inspection::{Inspection, own_words, text_of};

/// Digits from which on a number can be an account, a date of birth, a customer.
const DIGITS_MIN: usize = 5;
const TITLES: [&str; 13] = ["herr", "herrn", "frau", "mr", "mrs", "ms", "miss", "dr", "prof", "familie", "fräulein", "sir", "madam"];
const STREETS: [&str; 12] = ["straße", "strasse", "str.", "weg", "allee", "platz", "gasse", "ring", "ufer", "street", "road", "avenue"];

pub fn check(inspection: &Inspection<'_>) -> Vec<HandOver> {
    let sources = sources(inspection);
    let words = grams::words(&sources);
    let known = |word: &str| grams::words(word).iter().all(|part| words.contains(part));
    let digits = plain(&sources);
    let mut reasons = Vec::new();
    let mut hold = |rule: &str| reasons.push(HandOver::new(Reason::SensitiveContent, rule));
    let draft = inspection.draft;
    let texts = draft.sentences.iter().map(|sentence| own_words(&sentence.text));
    for text in std::iter::once(draft.salutation.clone()).chain(texts).chain(std::iter::once(draft.closing.clone())) {
        let pieces: Vec<&str> = text.split_whitespace().collect();
        if people(&pieces).into_iter().any(|name| !name.iter().all(|part| known(part))) {
            hold("guard.personal_data.name");
        }
        if streets(&pieces).into_iter().any(|street| !known(street)) {
            hold("guard.personal_data.address");
        }
        if numbers(&text).iter().any(|number| !digits.contains(number)) {
            hold("guard.personal_data.number");
        }
    }
    reasons
}

fn sources(inspection: &Inspection<'_>) -> String {
    let mut all = inspection.mail_text();
    let from = inspection.mail.from.as_ref().and_then(|from| from.name.as_ref());
    let own = [&inspection.tone.closing_de, &inspection.tone.closing_en];
    for text in inspection.passages.iter().map(text_of).chain(inspection.tone.own_words.iter().cloned()).chain(own.into_iter().cloned()) {
        all.push('\n');
        all.push_str(&text);
    }
    all.push('\n');
    all.push_str(from.map_or("", |name| name.reveal().as_str()));
    all
}

fn bare(piece: &str) -> &str {
    piece.trim_matches(|c: char| !c.is_alphanumeric())
}

/// What follows a title, and two capitalised words in a row inside of a sentence of which the second is followed by none.
fn people<'a>(pieces: &[&'a str]) -> Vec<Vec<&'a str>> {
    let is_name = |at: usize| {
        pieces.get(at).map(|piece| bare(piece)).is_some_and(|word| {
            word.chars().count() > 1
                && word.starts_with(char::is_uppercase)
                && word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\''))
        })
    };
    let is_title = |at: usize| pieces.get(at).is_some_and(|piece| TITLES.contains(&bare(piece).to_lowercase().as_str()));
    let mut all = Vec::new();
    for at in 0..pieces.len() {
        if is_title(at) && is_name(at + 1) && !is_title(at + 1) {
            all.push(pieces.iter().skip(at + 1).take(1).map(|piece| bare(piece)).collect());
        }
        // "Guten Tag Sabine Beispiel,": a name that the salutation brings in.
        let greeted =
            at == 0 && pieces.first().is_some_and(|first| matches!(*first, "Hallo" | "Hello" | "Guten" | "Dear" | "Liebe" | "Lieber"));
        if greeted {
            let skip = if pieces.get(1).is_some_and(|second| matches!(bare(second), "Tag" | "Morgen" | "Abend")) { 2 } else { 1 };
            let name: Vec<&str> =
                (skip..pieces.len()).take_while(|at| is_name(*at)).filter_map(|at| pieces.get(at)).map(|piece| bare(piece)).collect();
            if !name.is_empty() {
                all.push(name);
            }
        }
    }
    all
}

/// "Musterstraße 5": a street with a number behind it.
fn streets<'a>(pieces: &[&'a str]) -> Vec<&'a str> {
    let numbered = |at: usize| pieces.get(at + 1).is_some_and(|next| next.starts_with(|c: char| c.is_ascii_digit()));
    let street = |piece: &str| {
        let lower = piece.to_lowercase();
        piece.starts_with(char::is_uppercase) && STREETS.iter().any(|ending| lower.ends_with(ending) && lower.len() > ending.len() + 1)
    };
    pieces.iter().enumerate().filter(|(at, piece)| street(piece) && numbered(*at)).map(|(_, piece)| *piece).collect()
}

fn numbers(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    let mut run = String::new();
    for c in text.chars().chain(std::iter::once('\n')) {
        if c.is_ascii_digit() {
            run.push(c);
        } else {
            if run.len() >= DIGITS_MIN {
                all.push(std::mem::take(&mut run));
            }
            run.clear();
        }
    }
    all
}
