//! Chooses which sentences of which passage answer an ask.
//!
//! A sentence counts by the words it shares with the ask and by what the ask wants to know: a price, a time, a span. An ask for a
//! price is not answered by a passage without one. Never: a sentence changed.

use crate::domain::Language;
use crate::domain::draft::ClaimKind;
use crate::domain::knowledge::Passage;
use crate::knowledge::grams::{grams_of, words};
use crate::knowledge::lemma::Lemma;
use crate::knowledge::words::is_content;
use crate::pipeline::asks::FoundAsk;
use crate::pipeline::evidence::scan::facts;
use crate::pipeline::evidence::statements::promises;
use crate::pipeline::sentences;
use std::collections::HashSet;

/// Sentences of one answer.
const SENTENCES_MAX: usize = 3;
/// What the right kind of fact is worth beside the words.
const KIND_BONUS: f64 = 0.35;
/// A second sentence has to be at least this good beside the first.
const SECOND: f64 = 0.75;
/// What the words of a heading count for each sentence below it.
const HEADING: f64 = 0.5;

/// What an ask wants to know.
pub struct Wanted {
    /// Per word of the ask its grams and what it weighs.
    words: Vec<(HashSet<String>, f64)>,
    /// The things that the ask names, where capitals tell them.
    things: Vec<String>,
    kinds: &'static [ClaimKind],
    price: bool,
}

const PRICE: [&str; 16] = [
    "kostet",
    "kosten ",
    "preis",
    "teuer",
    "gebühr",
    "how much is",
    "how much does",
    "how much are",
    "how much do",
    "cost",
    "price",
    "fee",
    "charge",
    "was nehmen sie",
    "wieviel euro",
    "bezahlen muss",
];
const SPAN: [&str; 15] = [
    "wie lange",
    "dauert",
    "frist",
    "lieferzeit",
    "wartezeit",
    "how long",
    "wie schnell",
    "how soon",
    "how fast",
    "bis wann",
    "how many days",
    "wie viele tage",
    "delivery time",
    "wie lang ",
    "until when",
];
const HOURS: [&str; 12] = [
    "öffnungszeit",
    "offnungszeit",
    "oeffnungszeit",
    "geöffnet",
    "offen",
    "wann habt",
    "wann haben sie",
    "opening hours",
    "open",
    "ab wann",
    "um wie viel uhr",
    "what time",
];
const REACH: [&str; 8] =
    ["wie erreiche", "telefonnummer", "telefonisch", "e-mail-adresse", "phone number", "email address", "how can i reach", "contact"];

impl Wanted {
    /// `passages` are all that were found: a word that is in each of them does not tell them apart.
    pub fn of(ask: &FoundAsk, language: Language, passages: &[&Passage]) -> Self {
        let lower = ask.ask.to_lowercase();
        let has = |phrases: &[&str]| phrases.iter().any(|phrase| lower.contains(phrase));
        let price = has(&PRICE);
        let kinds: &'static [ClaimKind] = if price {
            &[ClaimKind::Amount]
        } else if has(&SPAN) {
            &[ClaimKind::Duration, ClaimKind::Date]
        } else if has(&HOURS) {
            &[ClaimKind::Time]
        } else if has(&REACH) {
            &[ClaimKind::Phone, ClaimKind::Email]
        } else {
            &[]
        };
        let all = words(&ask.query);
        let content: Vec<&String> = all.iter().filter(|word| is_content(word)).collect();
        let chosen = if content.is_empty() { all.iter().collect() } else { content };
        let folded: Vec<HashSet<String>> = passages.iter().map(|p| gram_set(&format!("{} {}", p.heading.join(" "), p.text))).collect();
        let words = chosen.into_iter().map(|word| {
            let grams: HashSet<String> = grams_of(word).into_iter().collect();
            let holders = folded.iter().filter(|text| overlap(&grams, text) >= SAME_WORD).count();
            (grams, 1.0 / (1.0 + holders as f64))
        });
        let things = if language == Language::De { things(&ask.ask) } else { Vec::new() };
        Self { words: words.collect(), things, kinds, price }
    }

    /// Share of the ask's words that a text has, a word counting by its weight and the share of its grams.
    fn shared(&self, text: &str) -> f64 {
        let text = gram_set(text);
        let whole: f64 = self.words.iter().map(|(_, weight)| weight).sum();
        let share = |(grams, weight): &(HashSet<String>, f64)| {
            let share = overlap(grams, &text);
            if share >= SAME_WORD { share * weight } else { 0.0 }
        };
        if whole > 0.0 { self.words.iter().map(share).sum::<f64>() / whole } else { 0.0 }
    }

    /// Whether a passage speaks of more than half of the things that the ask names. "May my dog come into the shop?" is
    /// not answered by what is said of the shop.
    pub fn names_its_things(&self, passage: &Passage) -> bool {
        let text = words(&format!("{} {}", passage.heading.join(" "), passage.text));
        let known = self.things.iter().filter(|thing| text.iter().any(|word| Lemma::of(thing).is_like(&Lemma::of(word)))).count();
        self.things.is_empty() || known * 2 > self.things.len()
    }

    /// Whether a text holds the kind of fact that was asked for.
    fn has_kind(&self, text: &str) -> bool {
        self.kinds.is_empty() || facts(text).iter().any(|fact| self.kinds.contains(&fact.kind)) || self.price && !promises(text).is_empty()
    }
}

/// From this share of its grams on a word is found.
const SAME_WORD: f64 = 0.4;

fn gram_set(text: &str) -> HashSet<String> {
    words(text).iter().flat_map(|word| grams_of(word)).collect()
}

fn overlap(grams: &HashSet<String>, text: &HashSet<String>) -> f64 {
    grams.intersection(text).count() as f64 / grams.len().max(1) as f64
}

/// German writes nouns with a capital; the first word of a sentence says nothing.
fn things(ask: &str) -> Vec<String> {
    let named = ask.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|word| !word.is_empty()).skip(1);
    named.filter(|word| word.starts_with(char::is_uppercase)).flat_map(words).filter(|word| word.len() > 2 && is_content(word)).collect()
}

/// The passage and its sentences, in their order; nothing where none fits what was asked.
pub fn select<'p>(wanted: &Wanted, passages: &[&'p Passage], usable: &dyn Fn(&str) -> bool) -> Option<(&'p Passage, Vec<String>)> {
    let mut best: Option<(f64, &Passage, Vec<String>)> = None;
    for (place, passage) in passages.iter().enumerate() {
        let lines: Vec<String> = sentences::split(&passage.text).iter().map(|line| without_mark(line)).collect();
        let heading = wanted.shared(&passage.heading.join(" ")) * HEADING;
        let score = |line: &String| {
            let bonus = if wanted.has_kind(line) && !wanted.kinds.is_empty() { KIND_BONUS } else { 0.0 };
            if usable(line) { wanted.shared(line) + heading + bonus } else { 0.0 }
        };
        let scores: Vec<f64> = lines.iter().map(score).collect();
        let Some(first) = (0..lines.len()).max_by(|a, b| value(&scores, *a).total_cmp(&value(&scores, *b)).then(b.cmp(a))) else {
            continue;
        };
        if value(&scores, first) <= 0.0 || !lines.get(first).is_some_and(|line| wanted.has_kind(line)) {
            continue;
        }
        // The search has ranked the whole passages; its order counts where sentences are alike.
        let total = value(&scores, first) - 0.05 * place as f64;
        if best.as_ref().is_none_or(|(known, ..)| total > *known) {
            best = Some((total, passage, around(&lines, &scores, first, usable)));
        }
    }
    best.map(|(_, passage, lines)| (passage, lines))
}

fn value(scores: &[f64], index: usize) -> f64 {
    scores.get(index).copied().unwrap_or(0.0)
}

/// The best sentence, what it leans on, what leans on it, and others that are nearly as good.
fn around(lines: &[String], scores: &[f64], first: usize, usable: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut chosen = vec![first];
    let line = |index: usize| lines.get(index).map_or("", String::as_str);
    if first > 0 && leans(line(first)) && usable(line(first - 1)) {
        chosen.push(first - 1);
    }
    if leans(line(first + 1)) && usable(line(first + 1)) {
        chosen.push(first + 1);
    }
    let mut others: Vec<usize> =
        (0..lines.len()).filter(|i| !chosen.contains(i) && value(scores, *i) >= value(scores, first) * SECOND).collect();
    others.sort_by(|a, b| value(scores, *b).total_cmp(&value(scores, *a)).then(a.cmp(b)));
    // A short passage says one thing; half of it would leave a condition out.
    if lines.len() <= 2 {
        others = (0..lines.len()).filter(|i| !chosen.contains(i) && usable(line(*i))).collect();
    }
    for other in others {
        let leans_on_nothing = leans(line(other)) && !chosen.contains(&other.wrapping_sub(1));
        if chosen.len() < SENTENCES_MAX && !leans_on_nothing {
            chosen.push(other);
        }
    }
    chosen.sort_unstable();
    chosen.truncate(SENTENCES_MAX);
    chosen.into_iter().map(|i| line(i).to_owned()).collect()
}

/// Whether a sentence points back to the one before it, or restricts it.
fn leans(sentence: &str) -> bool {
    const POINTERS: [&str; 32] = [
        "das",
        "dies",
        "diese",
        "dieser",
        "dieses",
        "dafür",
        "dabei",
        "damit",
        "dort",
        "er",
        "es",
        "dann",
        "danach",
        "außerdem",
        "hierfür",
        "bei",
        "deshalb",
        "ausgenommen",
        "jedoch",
        "it",
        "this",
        "these",
        "they",
        "then",
        "there",
        "however",
        "except",
        "for",
        "if",
        "wir",
        "dazu",
        "allerdings",
    ];
    let first = sentence.split(|c: char| !c.is_alphabetic()).next().unwrap_or("").to_lowercase();
    let pointer = POINTERS.contains(&first.as_str());
    match first.as_str() {
        // Only with an object that was named before.
        "wir" => sentence.starts_with("Wir verrechnen ihn") || sentence.starts_with("Wir verrechnen es"),
        "bei" => sentence.starts_with("Bei späterer") || sentence.starts_with("Bei früherer"),
        "for" | "if" | "das" => {
            sentence.split_whitespace().nth(1).is_some_and(|word| matches!(word, "this" | "that" | "it" | "gilt" | "ist" | "sind" | "geht"))
        }
        _ => pointer,
    }
}

fn without_mark(line: &str) -> String {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = line.len() - rest.len();
    if (1..=2).contains(&digits) && rest.starts_with([')', '.']) && rest.get(1..).is_some_and(|r| r.starts_with(' ')) {
        return rest.get(2..).unwrap_or("").trim().to_owned();
    }
    line.trim_start_matches(['-', '*', '•', ' ']).to_owned()
}
