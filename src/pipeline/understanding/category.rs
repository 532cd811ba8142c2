//! Which of the company's own categories a mail belongs to (F-15), by the words and letters that both share.
//!
//! A category is known by its name, its description and its examples. Whole words, five-letter pieces of words, and matters
//! that have many names count; what few categories know counts more. Never: a model, a category that the company does not have.

use crate::domain::{Cleared, Message};
use crate::knowledge::grams;
use crate::knowledge::words::is_content;
use crate::pipeline::understanding::asks;
use crate::pipeline::understanding::hot_words::{self, Finding, Reach};
use std::collections::HashMap;
use std::sync::LazyLock;

pub use crate::domain::Category;

/// The best category, and how much it stands out: 0 to 1. It measures words, not truth.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Guess<'c> {
    pub category: &'c Category,
    pub confidence: f64,
}

/// What a word counts: in the name of a category, its description, an example.
const NAME: f64 = 2.0;
const DESCRIPTION: f64 = 1.5;
const EXAMPLE: f64 = 1.0;
/// In the subject or an ask of the mail, elsewhere.
const ASKED: f64 = 2.0;
const TOLD: f64 = 0.6;
/// A matter beside the word itself; a five-letter piece beside a word.
const MATTER: f64 = 0.9;
const PIECES: f64 = 0.6;
/// What a finding of the rules for people adds to the matter of complaints and single cases.
/// Matters that every category can be about, such as prices.
const COMMON: f64 = 0.4;
/// A matter inside of a compound: "Wartungsvertrag".
const INSIDE: f64 = 0.7;
/// Shorter stems stand inside of too many words.
const INSIDE_BYTES: usize = 5;
const FOUND: f64 = 8.0;
/// The subject of a mail shows in far fewer words.
const WORDS_MAX: usize = 400;
/// A score of which half is confidence.
const HALF: f64 = 2.0;

/// Words of a category for what a person decides.
const FOR_PERSON: [&str; 18] = [
    "person",
    "mensch",
    "menschen",
    "beschwerde",
    "beschwerden",
    "complaint",
    "complaints",
    "einzelfalle",
    "einzelfall",
    "rechtliches",
    "legal",
    "streit",
    "konflikte",
    "hartefalle",
    "reklamationen",
    "matters",
    "human",
    "bereavement",
];
/// Names of the category for what fits no other.
const REST: [&str; 10] = ["other", "others", "sonstige", "sonstiges", "anderes", "allgemein", "allgemeines", "general", "misc", "rest"];

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Feature {
    Word(String),
    Piece(String),
    Matter(usize),
    Person,
}

type Features = HashMap<Feature, f64>;

/// A word or a beginning, and the line it stands in.
struct Stem {
    text: String,
    open: bool,
    matter: usize,
    weight: f64,
}

static MATTERS: LazyLock<Vec<Stem>> = LazyLock::new(|| {
    let lines = include_str!("matters.txt").lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    let stems = lines.enumerate().flat_map(|(matter, line)| {
        let weight = if line.starts_with('~') { COMMON } else { 1.0 };
        let words = line.trim_start_matches('~').split_whitespace();
        words.map(move |word| Stem { text: grams::words(word).concat(), open: word.ends_with('*'), matter, weight })
    });
    stems.collect()
});

/// The category that fits best; none where the company has none or no word fits.
pub fn category<'c>(mail: &Cleared<Message>, categories: &'c [Category]) -> Option<&'c Category> {
    guess(mail, categories).map(|guess| guess.category)
}

pub fn guess<'c>(mail: &Cleared<Message>, categories: &'c [Category]) -> Option<Guess<'c>> {
    if categories.is_empty() {
        return None;
    }
    let message = mail.get();
    guess_with(message, categories, &hot_words::find(&message.subject, &message.visible))
}

/// As [`guess`], where the rules have already been asked.
pub fn guess_with<'c>(message: &Message, categories: &'c [Category], findings: &[Finding]) -> Option<Guess<'c>> {
    let known: Vec<Features> = categories.iter().map(of_category).collect();
    let wanted = of_mail(message, findings);
    let mut scored: Vec<(usize, f64)> = known.iter().map(|own| score(&wanted, own, &known)).enumerate().collect();
    scored.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let (best, top) = *scored.first()?;
    if top <= 0.0 {
        let rest = |category: &&Category| content(&category.name).iter().any(|word| REST.contains(&word.as_str()));
        return categories.iter().find(rest).map(|category| Guess { category, confidence: 0.0 });
    }
    let second = scored.get(1).map_or(0.0, |(_, score)| *score);
    let confidence = (top - second) / top * (top / (top + HALF));
    categories.get(best).map(|category| Guess { category, confidence })
}

fn content(text: &str) -> Vec<String> {
    let plain = text.replace(['_', '-'], " ");
    grams::words(&plain).into_iter().filter(|word| word.chars().count() > 1 && is_content(word)).collect()
}

fn add(features: &mut Features, text: &str, weight: f64) {
    for word in content(text).into_iter().take(WORDS_MAX) {
        for (matter, share) in matters_of(&word) {
            keep(features, Feature::Matter(matter), weight * MATTER * share);
        }
        let pieces = grams::grams_of(&word);
        if pieces.len() > 1 {
            let each = weight * PIECES / (pieces.len() as f64).sqrt();
            pieces.into_iter().for_each(|piece| keep(features, Feature::Piece(piece), each));
        }
        keep(features, Feature::Word(word), weight);
    }
}

/// The strongest reading counts; a word ten times is no stronger than once.
fn keep(features: &mut Features, feature: Feature, weight: f64) {
    let known = features.entry(feature).or_insert(0.0);
    *known = known.max(weight);
}

/// Matters of a word with what each counts.
fn matters_of(word: &str) -> Vec<(usize, f64)> {
    let fits = |stem: &&Stem| if stem.open { word.starts_with(stem.text.as_str()) } else { word == stem.text };
    let mut found: Vec<&Stem> = MATTERS.iter().filter(fits).collect();
    // "Rücksendung" is no "Rückruf": only the longest beginnings speak.
    let longest = found.iter().map(|stem| stem.text.len()).max().unwrap_or(0);
    found.retain(|stem| stem.text.len() == longest);
    let inside = |stem: &&Stem| stem.text.len() >= INSIDE_BYTES && word.len() > stem.text.len() && word.contains(stem.text.as_str());
    let compounds = MATTERS.iter().filter(inside).map(|stem| (stem.matter, stem.weight * INSIDE));
    found.iter().map(|stem| (stem.matter, stem.weight)).chain(compounds).collect()
}

fn of_category(category: &Category) -> Features {
    let mut features = Features::new();
    add(&mut features, &category.name, NAME);
    add(&mut features, &category.description, DESCRIPTION);
    category.examples.iter().for_each(|example| add(&mut features, example, EXAMPLE));
    let words = content(&format!("{} {}", category.name, category.description));
    if words.iter().any(|word| FOR_PERSON.contains(&word.as_str())) {
        features.insert(Feature::Person, 1.0);
    }
    features
}

fn of_mail(message: &Message, findings: &[Finding]) -> Features {
    let mut features = Features::new();
    add(&mut features, &message.visible, TOLD);
    add(&mut features, &message.subject, ASKED);
    asks::find(&message.visible, &message.subject).iter().for_each(|ask| add(&mut features, &ask.ask, ASKED));
    if findings.iter().any(|finding| finding.rule.reach == Reach::Mail) {
        features.insert(Feature::Person, FOUND);
    }
    features
}

/// What both share, each by how few of the categories know it.
fn score(mail: &Features, own: &Features, all: &[Features]) -> f64 {
    let rarity = |feature: &Feature| {
        let knowing = all.iter().filter(|other| other.contains_key(feature)).count() as f64;
        ((1.0 + all.len() as f64) / (0.5 + knowing)).ln().max(0.1)
    };
    // In a fixed order, so that the sum is the same at every run.
    let mut shares: Vec<f64> = mail.iter().filter_map(|(feature, weight)| Some(weight * own.get(feature)? * rarity(feature))).collect();
    shares.sort_by(f64::total_cmp);
    shares.iter().sum()
}

#[cfg(test)]
#[path = "category_tests.rs"]
mod tests;
