//! Whether two words are the same one in another form: inflected, part of a compound, or of one concept.
//!
//! Light endings instead of a dictionary. Where the endings do not explain a difference the words are different: "Wendt"
//! and "Wendler" are two people.

use crate::knowledge::concepts::{self, Concept};
use crate::knowledge::grams::words;
use crate::knowledge::words::is_content;

/// A folded word, its stem and its concept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lemma {
    pub folded: String,
    pub stem: String,
    /// Its own, or those of the parts of a compound.
    pub concepts: Vec<Concept>,
    /// Whether the concepts say all that the word says.
    is_whole: bool,
}

impl Lemma {
    /// Of a word as [`crate::knowledge::grams::words`] folds it.
    pub fn of(folded: &str) -> Self {
        let (concepts, is_whole) = concepts_of(folded);
        Self { folded: folded.to_owned(), stem: stem(folded).to_owned(), concepts, is_whole }
    }

    /// How far two words are the same: 1 the same, less for a part of a compound or another word of the matter, 0 not at all.
    pub fn likeness(&self, other: &Self) -> f64 {
        if self.folded == other.folded || self.stem == other.stem {
            return 1.0;
        }
        if derived(&self.stem, &other.stem) {
            return 0.95;
        }
        if self.is_part_of(other) || other.is_part_of(self) {
            return 0.8;
        }
        if self.concepts.iter().all(|concept| !other.concepts.contains(concept)) {
            return 0.0;
        }
        // Of "Privatrezept" and "Kassenrezept" only a part is the same.
        if self.is_whole && other.is_whole && self.concepts.len() == other.concepts.len() && self.concepts == other.concepts {
            0.8
        } else {
            0.4
        }
    }

    /// Whether a compound holds this word: "Linsen" in "Kontaktlinsen".
    pub fn is_part_of(&self, compound: &Self) -> bool {
        let (short, long) = (self.stem.as_str(), compound.folded.as_str());
        if short.len() >= long.len() {
            return false;
        }
        // A word with "un-" says the opposite of the word in it.
        let opposite = long.starts_with("un") && long.get(2..).is_some_and(|rest| rest.starts_with(short));
        let letters = short.chars().count();
        let inside = letters >= 5 && long.contains(short) || letters == 4 && (long.starts_with(short) || compound.stem.ends_with(short));
        !opposite && (inside || self.folded.chars().count() >= 5 && long.contains(self.folded.as_str()))
    }

    pub fn is_like(&self, other: &Self) -> bool {
        self.likeness(other) > 0.0
    }
}

/// The content words of a text.
pub fn lemmas(text: &str) -> Vec<Lemma> {
    words(text).iter().filter(|word| word.chars().count() > 1 && is_content(word)).map(|word| Lemma::of(word)).collect()
}

/// Shortest part of a compound that is looked up.
const PART_CHARS: usize = 4;

fn concepts_of(word: &str) -> (Vec<Concept>, bool) {
    if let Some(concept) = concepts::of(word) {
        return (vec![concept], true);
    }
    let ends: Vec<usize> = word.char_indices().map(|(at, _)| at).collect();
    let cuts = ends.iter().filter(|at| **at >= PART_CHARS && word.len() - **at >= PART_CHARS);
    let parts = cuts.filter_map(|at| {
        let (head, tail) = word.split_at_checked(*at)?;
        // The "s" that joins is no part of the first word.
        let head = concepts::exactly(head).or_else(|| concepts::exactly(head.strip_suffix('s')?));
        Some((head, concepts::of(tail)))
    });
    let best = parts.max_by_key(|(head, tail)| usize::from(head.is_some()) + usize::from(tail.is_some()));
    best.map_or_else(|| (Vec::new(), false), |(head, tail)| (head.into_iter().chain(tail).collect(), head.is_some() && tail.is_some()))
}

/// Endings of German and English inflection, folded, longest first.
const ENDINGS: [&str; 22] = [
    "ungen", "ingen", "innen", "tung", "ung", "erin", "ing", "ern", "est", "ten", "tet", "em", "en", "er", "es", "ed", "et", "te", "ly",
    "e", "n", "s",
];

fn stem(word: &str) -> &str {
    let count = word.chars().count();
    ENDINGS
        .iter()
        .find_map(|ending| word.strip_suffix(ending).filter(|_| count >= ending.len() + 4))
        .or_else(|| word.strip_suffix('t').filter(|_| count >= 6))
        .unwrap_or(word)
}

/// "liefer" and "lieferant", "kalibrier" and "kalibrierung": a long common beginning and an ending of derivation.
fn derived(a: &str, b: &str) -> bool {
    const DERIVED: [&str; 26] = [
        "", "t", "st", "er", "el", "bar", "lich", "ig", "isch", "keit", "heit", "schaft", "los", "ant", "ung", "ion", "ier", "iert",
        "ment", "able", "ation", "al", "ly", "ness", "d", "e",
    ];
    let common = a.chars().zip(b.chars()).take_while(|(x, y)| x == y).map(|(x, _)| x.len_utf8()).sum::<usize>();
    let rest = |word: &str| word.get(common..).unwrap_or("").to_owned();
    a.chars().zip(b.chars()).take_while(|(x, y)| x == y).count() >= 5
        && DERIVED.contains(&rest(a).as_str())
        && DERIVED.contains(&rest(b).as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn alike(a: &str, b: &str) -> bool {
        Lemma::of(&words(a).concat()).is_like(&Lemma::of(&words(b).concat()))
    }

    #[test]
    fn the_same_word_in_another_form() {
        for (a, b) in [
            ("Tagen", "Tage"),
            ("Kettenwechsel", "Kette"),
            ("geliefert", "Lieferung"),
            ("kalibrieren", "Kalibrierung"),
            ("Verlängerung", "verlängert"),
            ("bikes", "bike"),
        ] {
            assert!(alike(a, b), "{a} {b}");
        }
        for (a, b) in [("Wendt", "Wendler"), ("benutzt", "unbenutzt"), ("Adler", "Wolters"), ("Katze", "Hund")] {
            assert!(!alike(a, b), "{a} {b}");
        }
    }
}
