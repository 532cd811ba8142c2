//! What a fact is about: the words around it, those of its own clause and nearer ones counting more.
//!
//! "30 days" stands in the passage, but for returns and not for the warranty. A draft that took the right value for the
//! wrong subject is found by comparing the words around both.

use crate::knowledge::grams;
use crate::knowledge::lemma::Lemma;
use crate::knowledge::words::is_content;
use crate::pipeline::evidence::line::Line;
use crate::pipeline::evidence::scan::Fact;

/// What a fact is about.
#[derive(Debug, Clone, Default)]
pub struct Subject {
    words: Vec<(Lemma, f64)>,
    /// Words of its own clause, from here on in full weight.
    own_clause: Vec<bool>,
    /// Other facts of its clause: "45 Minuten" is what "112 €" is for.
    beside: Vec<(String, f64)>,
}

/// Words after which half of a word's weight is gone.
const REACH: f64 = 5.0;
/// What a word of an earlier and of a later clause of the sentence counts: what was named before is left out later.
const EARLIER: f64 = 0.4;
const LATER: f64 = 0.2;
/// Verbs that stand beside every fact of a kind tell little about which.
const RELATIONS: [&str; 26] = [
    "kostet", "kosten", "kosteten", "betragt", "betragen", "dauert", "dauern", "gilt", "gelten", "liegt", "liegen", "belauft", "erhalten",
    "bekommen", "cost", "costs", "takes", "take", "lasts", "last", "amounts", "amount", "price", "preis", "zahlen", "pay",
];
const RELATION: f64 = 0.4;
/// What a word behind another value of the clause counts.
const CROSSED: f64 = 0.4;
/// Bytes between the ends of one range.
const RANGE: usize = 6;
/// What a word of the label before a colon counts.
const LABEL: f64 = 0.7;
/// What a word of the heading counts.
const CONTEXT: f64 = 0.35;
const BESIDE: f64 = 0.8;

/// The words around a fact of a line.
pub fn around(line: &Line, fact: &Fact) -> Subject {
    let inside = |start: usize| (fact.start..fact.end).contains(&start);
    let clause = line.clause_of(fact.start);
    let place = line.tokens.iter().filter(|t| t.kind == crate::pipeline::evidence::token::TokenKind::Word && t.start < fact.start).count();
    // What stands behind another value of the kind is about that one.
    let crossed = |start: usize| {
        let between = |other: &&Fact| {
            other.kind == fact.kind
                && other.start != fact.start
                && if start < fact.start {
                    other.start > start && other.end <= fact.start
                } else {
                    other.start >= fact.end && other.end <= start
                }
        };
        let close = |other: &Fact| other.end + RANGE <= fact.start || fact.end + RANGE <= other.start;
        line.facts.iter().filter(between).any(close)
    };
    let weight = |start: usize, at: usize| {
        let distance = at.abs_diff(place) as f64;
        if start < line.label && fact.start > line.label {
            return LABEL;
        }
        let same = line.clause_of(start) == clause;
        let other = if start < fact.start { EARLIER } else { LATER };
        if same {
            (if crossed(start) { CROSSED } else { 1.0 }) / (1.0 + distance / (REACH * 2.0))
        } else {
            other / (1.0 + distance / (REACH * 3.0))
        }
    };
    let mut words: Vec<(Lemma, f64)> = line
        .words
        .iter()
        .filter(|word| !inside(word.start))
        .map(|word| {
            (
                word.lemma.clone(),
                weight(word.start, word.place) * if RELATIONS.contains(&word.lemma.folded.as_str()) { RELATION } else { 1.0 },
            )
        })
        .collect();
    let mut own_clause: Vec<bool> =
        line.words.iter().filter(|word| !inside(word.start)).map(|word| word.clause == clause && word.start >= line.label).collect();
    own_clause.extend(line.context.iter().map(|_| false));
    words.extend(line.context.iter().map(|lemma| (lemma.clone(), CONTEXT)));
    let others = line.facts.iter().chain(&line.marks).chain(&line.names).filter(|other| other.end <= fact.start || other.start >= fact.end);
    let beside = others
        .flat_map(|other| {
            let same = line.clause_of(other.start) == clause;
            let class = crate::pipeline::evidence::classes::class(other);
            let worth = if matches!(class, "per" | "all" | "certain" | "side") { 0.2 } else { BESIDE };
            other.gives.iter().take(1).map(move |value| (value.clone(), if same { worth } else { worth * LATER }))
        })
        .collect();
    Subject { words, own_clause, beside }
}

/// How rare each word is among the statements of the cited passages.
pub struct Rarity {
    lines: Vec<Vec<Lemma>>,
}

impl Rarity {
    pub fn of(lines: &[&Line]) -> Self {
        Self { lines: lines.iter().map(|line| line.words.iter().map(|word| word.lemma.clone()).collect()).collect() }
    }

    /// 1 for a word of one statement, less the more have it; a word that none has weighs in full.
    pub fn weight(&self, lemma: &Lemma) -> f64 {
        let holders = self.lines.iter().filter(|line| line.iter().any(|other| other.likeness(lemma) >= 0.8)).count();
        1.0 / (1.0 + 0.5 * holders.saturating_sub(1) as f64)
    }
}

/// How much two subjects have in common.
pub fn likeness(draft: &Subject, source: &Subject, rarity: &Rarity) -> f64 {
    let best = |lemma: &Lemma| source.words.iter().map(|(other, weight)| weight * other.likeness(lemma)).fold(0.0, f64::max);
    let words: f64 = draft.words.iter().map(|(lemma, weight)| weight * rarity.weight(lemma) * best(lemma)).sum();
    let beside = |value: &String| source.beside.iter().filter(|(other, _)| other == value).map(|(_, weight)| *weight).fold(0.0, f64::max);
    words + draft.beside.iter().map(|(value, weight)| weight * beside(value)).sum::<f64>()
}

/// From here on two words are one word, not two of one matter.
const SAME_WORD: f64 = 0.9;
/// From this part of its weight on a word is about the other place too: a later item of a list leaves it out.
const SHARED: f64 = 0.3;

/// How strongly a draft's subject names what only one of two places is about: the sum, and the strongest word.
/// Within one line only the clauses of the two places are compared.
fn named_only(draft: &Subject, (place, other): (&Subject, &Subject), one_line: bool, rarity: &Rarity) -> (f64, f64) {
    let (mut sum, mut most) = (0.0, 0.0_f64);
    let mut add = |value: f64| {
        sum += value;
        most = most.max(value);
    };
    for ((lemma, weight), own) in place.words.iter().zip(&place.own_clause) {
        let mut theirs = other.words.iter().zip(&other.own_clause);
        let shared =
            theirs.any(|((word, w), own)| (if one_line { *own } else { *w >= weight * SHARED }) && word.likeness(lemma) >= SAME_WORD);
        if !shared && (*own || !one_line) {
            let best = draft.words.iter().map(|(word, w)| w * word.likeness(lemma)).fold(0.0, f64::max);
            add(best * weight * rarity.weight(lemma).max(0.5));
        }
    }
    for (value, weight) in &place.beside {
        if !other.beside.iter().any(|(theirs, w)| theirs == value && *w >= weight * SHARED) {
            add(draft.beside.iter().filter(|(own, _)| own == value).map(|(_, w)| w.min(1.0)).fold(0.0, f64::max) * weight.min(1.0));
        }
    }
    (sum, most)
}

/// How much stronger the words of another place have to be, beside those of a value's own place.
const CLEARLY: f64 = 1.4;
const CLEARLY_MARGIN: f64 = 0.15;

/// Less is a coincidence.
const NAMED: f64 = 0.24;

/// Whether the draft's words name what the rival is about and not what the value's own place is about.
pub fn names_the_rival(draft: &Subject, own: &Subject, rival: &Subject, one_line: bool, rarity: &Rarity) -> bool {
    let (own_sum, own_most) = named_only(draft, (own, rival), one_line, rarity);
    let (rival_sum, rival_most) = named_only(draft, (rival, own), one_line, rarity);
    rival_sum > own_sum * CLEARLY + CLEARLY_MARGIN && rival_most > own_most && rival_most >= NAMED
}

/// Content words of a whole text.
pub fn all_words(text: &str) -> Vec<Lemma> {
    grams::words(text).iter().filter(|word| word.chars().count() > 1 && is_content(word)).map(|word| Lemma::of(word)).collect()
}

/// Share of the words that the other text also has.
pub fn shared(words: &[Lemma], others: &[Lemma]) -> f64 {
    if words.is_empty() {
        return 0.0;
    }
    words.iter().filter(|word| others.iter().any(|other| other.is_like(word))).count() as f64 / words.len() as f64
}
