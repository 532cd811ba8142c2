//! Order, invoice and customer numbers of a mail (F-16), by the company's own patterns, with check digits where it uses them.
//!
//! Never: a number that is looked up or kept here. A number whose check digit is wrong is shown as such, not dropped.

use crate::config::reading::{CheckDigit, NumberConfig};
use crate::domain::Personal;
use regex::Regex;

/// A compiled pattern of the configuration.
#[derive(Debug, Clone)]
pub struct NumberPattern {
    kind: String,
    pattern: Regex,
    check: Option<CheckDigit>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// As the company calls it: `order`, `invoice`, `customer`.
    pub kind: String,
    pub number: Personal<String>,
    /// Whether the check digit holds; none where the pattern has none.
    pub checks: Option<bool>,
}

/// Numbers kept of one mail; a list of a thousand orders is no mail for a machine.
const NUMBERS_MAX: usize = 20;

/// What a company without patterns of its own is read by: the word, then the number.
const USUAL: [(&str, &str); 3] = [
    (
        "order",
        r"(?i)\b(?:bestell(?:ung|nummer|nr)?|auftrag(?:snummer|snr)?|order(?:\s+number)?)\b[\s.:#]*(?:nr|nummer|no|number)?[\s.:#]*((?:[A-Z]{1,4}[-/]?)?\d[\dA-Z/-]{2,18})\b",
    ),
    (
        "invoice",
        r"(?i)\b(?:rechnung(?:snummer|snr)?|invoice(?:\s+number)?|bill)\b[\s.:#]*(?:nr|nummer|no|number)?[\s.:#]*((?:[A-Z]{1,4}[-/]?)?\d[\dA-Z/-]{2,18})\b",
    ),
    (
        "customer",
        r"(?i)\b(?:kunden?(?:nummer|nr)|customer(?:\s+number|\s+id)?|mitgliedsnummer|vertragsnummer)\b[\s.:#]*(?:nr|nummer|no|number|lautet|ist|is)?[\s.:#]*((?:[A-Z]{1,4}[-/]?)?\d[\dA-Z/-]{2,18})\b",
    ),
];

impl NumberPattern {
    /// The patterns of the configuration, which were tried when it was read; the usual ones where it has none.
    pub fn of(configured: &[NumberConfig]) -> Vec<Self> {
        if configured.is_empty() {
            let usual = USUAL.iter().filter_map(|(kind, pattern)| Some((kind, Regex::new(pattern).ok()?)));
            return usual.map(|(kind, pattern)| Self { kind: (*kind).to_owned(), pattern, check: None }).collect();
        }
        let compiled = configured.iter().filter_map(|number| Some((number, Regex::new(&number.pattern).ok()?)));
        compiled.map(|(number, pattern)| Self { kind: number.kind.clone(), pattern, check: number.check }).collect()
    }
}

/// Each number once, in the order of the text. The first group of a pattern is the number, else all of it.
pub fn find(text: &str, patterns: &[NumberPattern]) -> Vec<Reference> {
    let mut found: Vec<(usize, Reference)> = Vec::new();
    for pattern in patterns {
        for hit in pattern.pattern.captures_iter(text) {
            let Some(number) = hit.get(1).or_else(|| hit.get(0)) else { continue };
            let reference = Reference {
                kind: pattern.kind.clone(),
                number: Personal::new(number.as_str().to_owned()),
                checks: pattern.check.map(|check| holds(check, number.as_str())),
            };
            if found.len() < NUMBERS_MAX && !found.iter().any(|(_, known)| known.number == reference.number && known.kind == reference.kind)
            {
                found.push((number.start(), reference));
            }
        }
    }
    found.sort_by_key(|(at, _)| *at);
    found.into_iter().map(|(_, reference)| reference).collect()
}

/// Whether the last digit (two for mod 97) fits the digits before it.
fn holds(check: CheckDigit, number: &str) -> bool {
    let ends_in_x = number.to_uppercase().ends_with('X');
    let mut digits: Vec<u32> = number.chars().filter_map(|c| c.to_digit(10)).collect();
    match check {
        // Luhn, ISO/IEC 7812-1.
        CheckDigit::Mod10 => {
            let doubled = |at: usize, digit: u32| if at % 2 == 1 { digit * 2 / 10 + digit * 2 % 10 } else { digit };
            digits.len() > 1 && digits.iter().rev().enumerate().map(|(at, digit)| doubled(at, *digit)).sum::<u32>() % 10 == 0
        }
        // Weights 2, 3, 4 … from the right, as in an ISBN-10; ten is written X.
        CheckDigit::Mod11 => {
            if ends_in_x {
                digits.push(10);
            }
            digits.len() > 1 && digits.iter().rev().zip(1_u32..).map(|(digit, weight)| digit * weight).sum::<u32>() % 11 == 0
        }
        // ISO 7064 MOD 97-10, without letters.
        CheckDigit::Mod97 => digits.len() > 2 && digits.iter().fold(0, |rest, digit| (rest * 10 + digit) % 97) == 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(text: &str, patterns: &[NumberPattern]) -> Vec<(String, String, Option<bool>)> {
        find(text, patterns).into_iter().map(|found| (found.kind, found.number.reveal().clone(), found.checks)).collect()
    }

    #[test]
    fn the_usual_numbers_are_read() {
        let usual = NumberPattern::of(&[]);
        assert_eq!(usual.len(), USUAL.len());
        for (text, kind, number) in [
            ("Meine Bestellung 40388 fehlt.", "order", "40388"),
            ("Bestellnr.: RK-2031/4", "order", "RK-2031/4"),
            ("order number 12345", "order", "12345"),
            ("order FG90417 has not come", "order", "FG90417"),
            ("Rechnung Nr. 2026-0815", "invoice", "2026-0815"),
            ("invoice LH-20331 shows two amounts", "invoice", "LH-20331"),
            ("Kundennummer 88213", "customer", "88213"),
            ("Meine Kundennummer lautet: K4711", "customer", "K4711"),
        ] {
            assert_eq!(seen(text, &usual), [(kind.to_owned(), number.to_owned(), None)], "{text}");
        }
        assert_eq!(seen("Die Bestellung kam am 3. März an, 2 Teile fehlen.", &usual), []);
    }

    #[test]
    fn own_patterns_with_check_digits() {
        for (check, good, bad) in [
            (CheckDigit::Mod10, "79927398713", "79927398714"),
            (CheckDigit::Mod11, "3-499-13599-X", "3-499-13598-X"),
            (CheckDigit::Mod97, "12345676", "12345677"),
        ] {
            let own = NumberConfig { kind: "order".to_owned(), pattern: r"#([\dX-]+)".to_owned(), check: Some(check) };
            let patterns = NumberPattern::of(&[own]);
            assert_eq!(seen(&format!("#{good}"), &patterns)[0].2, Some(true), "{check:?}");
            assert_eq!(seen(&format!("#{bad}"), &patterns)[0].2, Some(false), "{check:?}");
        }
    }
}
