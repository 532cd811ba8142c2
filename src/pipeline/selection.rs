//! Chooses which sentences of a passage answer an ask.
//!
//! A sentence counts by the words it shares with the ask and by what the ask wants to know: a price, a time, a span.
//! Never: a sentence changed.

use crate::domain::draft::ClaimKind;
use crate::domain::knowledge::Passage;
use crate::knowledge::grams::{grams_of, words};
use crate::knowledge::words::is_content;
use crate::pipeline::evidence::scan::facts;
use crate::pipeline::evidence::statements::promises;
use crate::pipeline::sentences;
use crate::pipeline::understanding::asks::FoundAsk;
use std::collections::HashSet;

/// Sentences of one answer out of a long block.
const SENTENCES_MAX: usize = 3;
/// A block of so many sentences is quoted whole.
const BLOCK_MAX: usize = 5;
/// What the right kind of fact is worth beside the words.
const KIND_BONUS: f64 = 0.35;
/// A second sentence has to be at least this good beside the first.
const SECOND: f64 = 0.75;

/// What an ask wants to know.
pub struct Wanted {
    /// Per word of the ask its grams and what it weighs.
    words: Vec<(HashSet<String>, f64)>,
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
    pub fn of(ask: &FoundAsk, passages: &[&Passage]) -> Self {
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
        Self { words: words.collect(), kinds, price }
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

    /// Whether a text holds the kind of fact that was asked for.
    fn has_kind(&self, text: &str) -> bool {
        facts(text).iter().any(|fact| self.kinds.contains(&fact.kind)) || self.price && !promises(text).is_empty()
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

/// The sentences of a passage that answer, in their order; nothing where none is usable.
///
/// A block (a paragraph, a question with its answer) says one thing: it is quoted whole, for half of it would leave a condition
/// out. Only of a long one the sentences around the best are taken.
pub fn select(wanted: &Wanted, passage: &Passage, usable: &dyn Fn(&str) -> bool) -> Option<Vec<String>> {
    let mut best: Option<(f64, Vec<String>)> = None;
    for block in blocks(&passage.text) {
        let score = |line: &String| {
            let bonus = if wanted.has_kind(line) { KIND_BONUS } else { 0.0 };
            if usable(line) { wanted.shared(line) + bonus } else { 0.0 }
        };
        let scores: Vec<f64> = block.iter().map(score).collect();
        let Some(first) = (0..block.len()).max_by(|a, b| value(&scores, *a).total_cmp(&value(&scores, *b)).then(b.cmp(a))) else {
            continue;
        };
        let total = value(&scores, first) + wanted.shared(&block.join(" "));
        if best.as_ref().is_none_or(|(known, ..)| total > *known) {
            let chosen = if block.len() <= BLOCK_MAX { (0..block.len()).collect() } else { around(&block, &scores, first, usable) };
            // The question of a list of questions was the company's own.
            let line = |i: usize| block.get(i).filter(|line| usable(line) && !line.ends_with('?')).cloned();
            best = Some((total, chosen.into_iter().filter_map(line).collect()));
        }
    }
    best.map(|(_, lines)| lines).filter(|lines| !lines.is_empty())
}

/// The paragraphs of a passage, each as its sentences. A heading line of its own stays with what follows.
fn blocks(text: &str) -> Vec<Vec<String>> {
    let sentences = |part: &str| -> Vec<String> { sentences::split(part).iter().map(|line| without_mark(line)).collect() };
    let whole = sentences(text);
    if whole.len() <= BLOCK_MAX {
        return vec![whole];
    }
    let mut blocks: Vec<Vec<String>> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        let found = sentences(line);
        match blocks.last_mut() {
            Some(last) if open || line.starts_with(['-', '*', '•', '|', ' ']) => last.extend(found),
            _ if found.is_empty() => {}
            _ => blocks.push(found),
        }
        open = !line.trim().is_empty() && !line.trim_end().ends_with(['.', '!', '?']);
    }
    blocks
}

fn value(scores: &[f64], index: usize) -> f64 {
    scores.get(index).copied().unwrap_or(0.0)
}

/// The best sentence, what it leans on, what leans on it, and others that are nearly as good.
fn around(lines: &[String], scores: &[f64], first: usize, usable: &dyn Fn(&str) -> bool) -> Vec<usize> {
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
    for other in others {
        let leans_on_nothing = leans(line(other)) && !chosen.contains(&other.wrapping_sub(1));
        if chosen.len() < SENTENCES_MAX && !leans_on_nothing {
            chosen.push(other);
        }
    }
    chosen.sort_unstable();
    chosen.truncate(SENTENCES_MAX);
    chosen
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
