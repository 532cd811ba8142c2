//! Words that mean the same matter in business letters, German and English: one concept each.
//!
//! A customer writes "zurückschicken", the passage says "Widerruf" or "return": no shared letters tell it. The list is
//! small and written for this product; it can only make two words alike, never two facts.

use crate::knowledge::grams::words;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Number of a concept.
pub type Concept = u16;

struct Table {
    whole: HashMap<String, Concept>,
    beginnings: HashMap<String, Concept>,
}

/// A longer rest makes another word: "Monatsende" is not "monatlich".
const ENDING_CHARS: usize = 4;

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table { whole: HashMap::new(), beginnings: HashMap::new() };
    let lines = include_str!("concepts.txt").lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    for (number, line) in (0..).zip(lines) {
        for entry in line.split_whitespace() {
            let folded = words(entry).concat();
            if entry.ends_with('*') {
                table.beginnings.entry(folded).or_insert(number);
            } else {
                table.whole.entry(folded).or_insert(number);
            }
        }
    }
    table
});

/// The concept of a folded word ([`words`]); the longest beginning that fits decides.
pub fn of(word: &str) -> Option<Concept> {
    if let Some(concept) = TABLE.whole.get(word) {
        return Some(*concept);
    }
    // From the end: at most a few letters may be left over.
    let ends = word.char_indices().map(|(at, _)| at).skip(1).chain(std::iter::once(word.len())).collect::<Vec<_>>();
    ends.iter().rev().take(ENDING_CHARS + 1).find_map(|end| TABLE.beginnings.get(word.get(..*end)?)).copied()
}

/// The concept of a word that stands in the list as it is, with or without its star.
pub fn exactly(word: &str) -> Option<Concept> {
    TABLE.whole.get(word).or_else(|| TABLE.beginnings.get(word)).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_one_matter_are_one_concept() {
        let concept = |word: &str| of(&words(word).concat());
        for (left, right) in [
            ("zurückschicken", "Rückgabe"),
            ("Rückgabe", "returns"),
            ("kaputt", "Schaden"),
            ("Lieferung", "delivered"),
            ("Kassenbon", "receipt"),
        ] {
            assert!(concept(left).is_some() && concept(left) == concept(right), "{left} {right}");
        }
        for (left, right) in [("Mieter", "Vermieter"), ("Garantie", "Gewährleistung"), ("Fax", "Telefon"), ("Anreise", "Abreise")] {
            assert_ne!(concept(left), concept(right), "{left} {right}");
        }
    }
}
