//! Words of one matter, German and English (`themes.txt`): what customers say beside what companies write.
//!
//! Wider than a concept: "Labrador" and "Hund", "loswerden" and "Kündigung". It helps to find a passage. Never: a ground
//! to believe that two facts are one; the evidence check does not know it.

use crate::knowledge::grams::words;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

/// Number of a line.
pub type Theme = u16;

const TEXT: &str = include_str!("themes.txt");
/// A beginning leaves at most so many letters over; with more it is another word.
const ENDING_CHARS: usize = 5;
/// From this length on the last part of a compound is looked for.
const PART_CHARS: usize = 5;

#[derive(Default)]
struct Table {
    whole: HashMap<String, Vec<Theme>>,
    beginnings: HashMap<String, Vec<Theme>>,
}

static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let mut table = Table::default();
    let lines = TEXT.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty());
    for (theme, line) in (0..).zip(lines) {
        for entry in line.split_whitespace() {
            let known = if entry.ends_with('*') { &mut table.beginnings } else { &mut table.whole };
            let themes = known.entry(words(entry).concat()).or_default();
            if !themes.contains(&theme) {
                themes.push(theme);
            }
        }
    }
    table
});

/// The themes of a folded word ([`words`]); of a compound those of its last part.
pub fn of(word: &str) -> &'static [Theme] {
    let starts: Vec<usize> = word.char_indices().map(|(at, _)| at).collect();
    let longest = starts.len().saturating_sub(PART_CHARS);
    // The whole word first, then its ends from the longest on; two letters are no part.
    let ends = starts.iter().take(longest + 1).enumerate().filter(|(number, _)| *number == 0 || *number > 2);
    for (_, start) in ends {
        let found = of_part(word.get(*start..).unwrap_or(""), *start > 0);
        if !found.is_empty() {
            return found;
        }
    }
    &[]
}

fn of_part(word: &str, is_end: bool) -> &'static [Theme] {
    if let Some(themes) = TABLE.whole.get(word) {
        return themes;
    }
    let cuts = word.char_indices().map(|(at, _)| at).skip(if is_end { PART_CHARS } else { 1 }).chain(std::iter::once(word.len()));
    let cuts: Vec<usize> = cuts.collect();
    let found = cuts.iter().rev().take(ENDING_CHARS + 1).find_map(|end| TABLE.beginnings.get(word.get(..*end)?));
    found.map_or(&[], Vec::as_slice)
}

/// Changes with the table: an index that was made with another one has to be made anew.
pub fn fingerprint() -> u64 {
    let mut hasher = DefaultHasher::new();
    TEXT.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    fn shares_a_theme(left: &str, right: &str) -> bool {
        let themes = |word: &str| of(&words(word).concat());
        themes(left).iter().any(|theme| themes(right).contains(theme))
    }

    #[test]
    fn words_of_one_matter_meet() {
        for (left, right) in [
            ("Labrador", "Hunde"),
            ("loswerden", "Kündigung"),
            ("Enkel", "Kinder"),
            ("Puncture", "Reifen"),
            ("Rückenmassage", "durchkneten"),
            ("abstellen", "Parkplätze"),
            ("refunds", "Erstattung"),
        ] {
            assert!(shares_a_theme(left, right), "{left} {right}");
        }
        for (left, right) in [("Hund", "Katze"), ("Anreise", "Abreise"), ("Rechnung", "Kündigung"), ("Kaffee", "Kasse")] {
            assert!(!shares_a_theme(left, right), "{left} {right}");
        }
        assert!(of("").is_empty() && of("x").is_empty());
    }

    #[test]
    fn the_table_is_well_formed() {
        for line in TEXT.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            let entries: Vec<&str> = line.split_whitespace().collect();
            let distinct: HashSet<&str> = entries.iter().copied().collect();
            assert!(entries.len() >= 3 && distinct.len() == entries.len() && line == line.to_lowercase(), "{line}");
            let bare = |entry: &&str| entry.ends_with('*') && words(entry).concat().len() < 4;
            assert!(!entries.iter().any(bare), "a beginning of less than four letters: {line}");
        }
    }
}
