//! Whether a fact, or a forbidden string, stands in a text.
//!
//! Upper case, no-break spaces and line breaks make no difference, and a number does not stand in a longer one: "3 Tage" is not
//! in "13 Tage". A fact also stands where the product's own reading finds the same value in other words ("14 Tage", "zwei
//! Wochen") and the words around it are there too.

use crate::knowledge::lemma::lemmas;
use crate::pipeline::evidence::bind::shared;
use crate::pipeline::evidence::scan::facts;

/// Share of the words around a value that must be there as well.
const WORDS_AROUND: f64 = 0.5;

/// Lower case, one space between words, without soft hyphens and invisible joints.
pub fn normal(text: &str) -> String {
    let visible: String = text.chars().filter(|c| !matches!(c, '\u{ad}' | '\u{200b}' | '\u{200d}' | '\u{2060}' | '\u{feff}')).collect();
    visible.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// Whether the string occurs, not as a part of a longer number. An empty string occurs nowhere.
pub fn occurs(wanted: &str, text: &str) -> bool {
    let (wanted, text) = (normal(wanted), normal(text));
    if wanted.is_empty() {
        return false;
    }
    let digit_first = wanted.starts_with(|c: char| c.is_ascii_digit());
    let digit_last = wanted.ends_with(|c: char| c.is_ascii_digit());
    text.match_indices(&wanted).any(|(at, found)| {
        let before = text.get(..at).unwrap_or("");
        let after = text.get(at + found.len()..).unwrap_or("");
        !(digit_first && goes_on(before.chars().rev()) || digit_last && goes_on(after.chars()))
    })
}

/// A digit, or a separator and a digit: the number is a longer one.
fn goes_on(mut beyond: impl Iterator<Item = char>) -> bool {
    match beyond.next() {
        Some(c) if c.is_ascii_digit() => true,
        Some('.' | ',' | ':') => beyond.next().is_some_and(|c| c.is_ascii_digit()),
        Some(_) | None => false,
    }
}

/// Whether the fact stands in the text, in these words or by value.
pub fn is_present(fact: &str, text: &str) -> bool {
    if occurs(fact, text) {
        return true;
    }
    let wanted = facts(fact);
    if wanted.is_empty() {
        return false;
    }
    let found = facts(text);
    let mut around = String::new();
    let mut at = 0;
    for value in &wanted {
        around.push_str(fact.get(at..value.start).unwrap_or(""));
        around.push(' ');
        at = value.end.max(at);
    }
    around.push_str(fact.get(at..).unwrap_or(""));
    let words = lemmas(&around);
    wanted.iter().all(|value| found.iter().any(|other| value.is_given_by(other)))
        && (words.is_empty() || shared(&words, &lemmas(text)) >= WORDS_AROUND)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(fact: &str, text: &str, expected: bool) {
        assert_eq!(is_present(fact, text), expected, "{fact} in {text}");
    }

    #[test]
    fn facts_are_found_by_words_and_by_value() {
        check("30 Tage", "Sie haben 30\u{a0}Tage Zeit.", true);
        check("30 Tage", "innerhalb von 30\nTagen", true);
        check("30 Tage", "Sie haben 130 Tage Zeit.", false);
        check("14 Tage", "zwei Wochen lang", true);
        check("14 Tage", "drei Wochen lang", false);
        check("4,90 EUR", "Der Versand kostet 4,90 €.", true);
        check("4,90 EUR", "Der Versand kostet 14,90 €.", false);
        check("kostenlos", "Kostenlos abzuholen", true);
        check("kostenlos", "gratis abzuholen", false);
        check("30 Tage ab Lieferung", "30 Tagen nach der Lieferung", true);
        check("30 Tage ab Lieferung", "30 Tage", false);
        check("9 bis 18 Uhr", "von 9:00–18:00 Uhr", true);
        check("", "30 Tage", false);
    }

    #[test]
    fn a_number_is_not_in_a_longer_one() {
        for (wanted, text, expected) in [
            ("3 Tage", "nach 13 Tagen", false),
            ("3 Tage", "nach 3 Tagen", true),
            ("5", "1,5 kg", false),
            ("5", "5,90 EUR", false),
            ("5", "5. März", true),
            ("5", "Es sind 5.", true),
            ("garantiert", "Das ist GARANTIERT\nso", true),
            ("", "Text", false),
        ] {
            assert_eq!(occurs(wanted, text), expected, "{wanted} in {text}");
        }
    }
}
