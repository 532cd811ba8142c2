//! What a fact is about: the words around it, nearer ones counting more.
//!
//! "30 days" stands in the passage, but for returns and not for the warranty. A draft that took the right value for the
//! wrong subject is found by comparing the words around both.

use crate::knowledge::grams;
use crate::knowledge::words::is_content;
use crate::pipeline::evidence::scan::Fact;
use crate::pipeline::evidence::token::{TokenKind, tokens};

/// Words of a subject with their weight.
pub type Subject = Vec<(String, f64)>;

/// Words after which half of a word's weight is gone.
const REACH: f64 = 3.0;
/// Words before a fact name it more often than words after it.
const AFTER: f64 = 0.8;
/// Verbs that stand beside every fact of a kind tell little about which.
const RELATIONS: [&str; 24] = [
    "kostet", "kosten", "kosteten", "betragt", "betragen", "dauert", "dauern", "gilt", "gelten", "liegt", "liegen", "belauft", "erhalten",
    "bekommen", "cost", "costs", "takes", "take", "lasts", "last", "amounts", "amount", "price", "preis",
];
const RELATION: f64 = 0.3;

/// Folded content words of a text with the byte offset where each begins.
fn content(text: &str) -> Vec<(String, usize, usize)> {
    let words = tokens(text, &[]).into_iter().filter(|t| t.kind == TokenKind::Word);
    words
        .enumerate()
        .map(|(place, token)| (grams::words(&token.text).concat(), token.start, place))
        .filter(|(word, ..)| word.chars().count() > 1 && is_content(word))
        .collect()
}

/// Content words of a whole text, each counting alike.
pub fn all_words(text: &str) -> Vec<String> {
    content(text).into_iter().map(|(word, ..)| word).collect()
}

/// The words around a fact of a sentence.
pub fn around(sentence: &str, fact: &Fact) -> Subject {
    let words = content(sentence);
    let all: Vec<usize> = tokens(sentence, &[]).into_iter().filter(|t| t.kind == TokenKind::Word).map(|t| t.start).collect();
    let place = all.iter().filter(|start| **start < fact.start).count();
    let inside = all.iter().filter(|start| (fact.start..fact.end).contains(*start)).count();
    words
        .into_iter()
        .filter(|(_, start, _)| !(fact.start..fact.end).contains(start))
        .map(|(word, start, at)| {
            let before = start < fact.start;
            let distance = if before { place.saturating_sub(at + 1) } else { at.saturating_sub(place + inside) } as f64;
            let marks = sentence.get(start.min(fact.start)..start.max(fact.start)).unwrap_or("").matches([',', ';', ':']).count() as f64;
            let side = if before { 1.0 } else { AFTER };
            let kind = if RELATIONS.contains(&word.as_str()) { RELATION } else { 1.0 };
            (word, kind * side / (1.0 + (distance + 2.0 * marks) / REACH))
        })
        .collect()
}

/// How much two subjects have in common.
pub fn likeness(draft: &Subject, source: &Subject) -> f64 {
    let best = |word: &str| {
        let matches = source.iter().filter(|(other, _)| alike(word, other)).map(|(_, weight)| *weight);
        matches.fold(0.0, f64::max)
    };
    draft.iter().map(|(word, weight)| weight * best(word)).sum()
}

/// Share of the words that the other text also has.
pub fn shared(words: &[String], others: &[String]) -> f64 {
    if words.is_empty() {
        return 0.0;
    }
    words.iter().filter(|word| others.iter().any(|other| alike(word, other))).count() as f64 / words.len() as f64
}

/// The same word in another form, or a part of a compound.
pub fn alike(a: &str, b: &str) -> bool {
    if a == b {
        return true;
    }
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if short.chars().count() >= 5 && long.contains(short) {
        return true;
    }
    let common = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count();
    common >= 4 && common * 4 >= short.chars().count() * 3
}
