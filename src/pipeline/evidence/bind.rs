//! What a fact is about: the words around it, those of its own clause and nearer ones counting more.
//!
//! "30 days" stands in the passage, but for returns and not for the warranty. A draft that took the right value for the
//! wrong subject is found by comparing the words around both.

use crate::knowledge::lemma::Lemma;
use crate::pipeline::evidence::classes::class;
use crate::pipeline::evidence::line::{Line, Word};
use crate::pipeline::evidence::scan::Fact;
use crate::pipeline::evidence::token::TokenKind;

/// What a fact is about.
#[derive(Debug, Clone, Default)]
pub struct Subject {
    words: Vec<Topic>,
    /// Other facts of its clause: "45 Minuten" is what "112 €" is for.
    beside: Vec<(String, f64)>,
}

#[derive(Debug, Clone)]
struct Topic {
    lemma: Lemma,
    weight: f64,
    /// Whether it stands in the clause of the fact.
    own: bool,
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
/// What another fact of the clause counts, and one that stands beside many facts: a rate, "always", "before".
const BESIDE: f64 = 0.8;
const BESIDE_MANY: f64 = 0.2;

/// The words around a fact of a line.
pub fn around(line: &Line, fact: &Fact) -> Subject {
    let clause = line.clause_of(fact.start);
    let place = line.tokens.iter().filter(|t| t.kind == TokenKind::Word && t.start < fact.start).count();
    let outside = line.words.iter().filter(|word| !(fact.start..fact.end).contains(&word.start));
    let words = outside.map(|word| Topic {
        lemma: word.lemma.clone(),
        weight: weight(line, fact, word, (clause, place)) * if RELATIONS.contains(&word.lemma.folded.as_str()) { RELATION } else { 1.0 },
        own: word.clause == clause && word.start >= line.label,
    });
    let context = line.context.iter().map(|lemma| Topic { lemma: lemma.clone(), weight: CONTEXT, own: false });
    let others = line.facts.iter().chain(&line.marks).chain(&line.names).filter(|other| other.end <= fact.start || other.start >= fact.end);
    let beside = others.filter_map(|other| {
        let worth = if matches!(class(other), "per" | "all" | "certain" | "side") { BESIDE_MANY } else { BESIDE };
        let near = if line.clause_of(other.start) == clause { 1.0 } else { LATER };
        other.gives.first().map(|value| (value.clone(), worth * near))
    });
    Subject { words: words.chain(context).collect(), beside: beside.collect() }
}

fn weight(line: &Line, fact: &Fact, word: &Word, (clause, place): (usize, usize)) -> f64 {
    let distance = word.place.abs_diff(place) as f64;
    if word.start < line.label && fact.start > line.label {
        return LABEL;
    }
    if line.clause_of(word.start) == clause {
        return (if is_crossed(line, fact, word.start) { CROSSED } else { 1.0 }) / (1.0 + distance / (REACH * 2.0));
    }
    (if word.start < fact.start { EARLIER } else { LATER }) / (1.0 + distance / (REACH * 3.0))
}

/// What stands behind another value of the kind is about that one; the other end of one range is none.
fn is_crossed(line: &Line, fact: &Fact, start: usize) -> bool {
    let others = line.facts.iter().filter(|other| other.kind == fact.kind && other.start != fact.start);
    let mut between = others.filter(|other| {
        if start < fact.start { other.start > start && other.end <= fact.start } else { other.start >= fact.end && other.end <= start }
    });
    between.any(|other| other.end + RANGE <= fact.start || fact.end + RANGE <= other.start)
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
    let words: f64 = draft.words.iter().map(|topic| topic.weight * rarity.weight(&topic.lemma) * source.speaks_of(&topic.lemma)).sum();
    words + draft.beside.iter().map(|(value, weight)| weight * source.stands_beside(value)).sum::<f64>()
}

impl Subject {
    fn speaks_of(&self, lemma: &Lemma) -> f64 {
        self.words.iter().map(|topic| topic.weight * topic.lemma.likeness(lemma)).fold(0.0, f64::max)
    }

    fn stands_beside(&self, value: &str) -> f64 {
        self.beside.iter().filter(|(other, _)| other == value).map(|(_, weight)| *weight).fold(0.0, f64::max)
    }
}

/// From here on two words are one word, not two of one matter.
const SAME_WORD: f64 = 0.9;
/// From this part of its weight on a word is about the other place too: a later item of a list leaves it out.
const SHARED: f64 = 0.3;

/// A word that tells two places apart is not common, however many lines have it.
const RARITY_LEAST: f64 = 0.5;

/// How strongly a draft's subject names what only one of two places is about: the sum, and the strongest word.
/// Within one line only the clauses of the two places are compared.
fn named_only(draft: &Subject, (place, other): (&Subject, &Subject), one_line: bool, rarity: &Rarity) -> (f64, f64) {
    let (mut sum, mut most) = (0.0, 0.0_f64);
    let mut add = |value: f64| {
        sum += value;
        most = most.max(value);
    };
    for topic in place.words.iter().filter(|topic| topic.own || !one_line) {
        let counts = |theirs: &Topic| if one_line { theirs.own } else { theirs.weight >= topic.weight * SHARED };
        if !other.words.iter().any(|theirs| counts(theirs) && theirs.lemma.likeness(&topic.lemma) >= SAME_WORD) {
            add(draft.speaks_of(&topic.lemma) * topic.weight * rarity.weight(&topic.lemma).max(RARITY_LEAST));
        }
    }
    for (value, weight) in &place.beside {
        if other.stands_beside(value) < weight * SHARED {
            add(draft.stands_beside(value) * weight);
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

/// Share of the words that the other text also has.
pub fn shared(words: &[Lemma], others: &[Lemma]) -> f64 {
    if words.is_empty() {
        return 0.0;
    }
    words.iter().filter(|word| others.iter().any(|other| other.is_like(word))).count() as f64 / words.len() as f64
}
