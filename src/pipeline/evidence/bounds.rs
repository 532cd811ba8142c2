//! Which way a value bounds: "ab 20 €" and "bis 20 €" are two different facts of one number.

use crate::pipeline::evidence::scan::Fact;
use crate::pipeline::evidence::token::{Token, TokenKind};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    None,
    /// At least, from, over.
    Least,
    /// At most, up to, under.
    Most,
}

const LEAST: [&str; 20] = [
    "mindestens",
    "wenigstens",
    "ab",
    "minimum",
    "least",
    "from",
    "mehr",
    "über",
    "more",
    "over",
    "frühestens",
    "earliest",
    "erst",
    "exceeding",
    "öffnen",
    "öffnet",
    "beginnt",
    "above",
    "mind",
    "starting",
];
const MOST: [&str; 25] = [
    "höchstens",
    "maximal",
    "bis",
    "längstens",
    "most",
    "to",
    "until",
    "till",
    "weniger",
    "unter",
    "less",
    "under",
    "below",
    "spätestens",
    "latest",
    "max",
    "by",
    "schließen",
    "schließt",
    "fewer",
    "maximum",
    "up",
    "within",
    "innerhalb",
    "binnen",
];
/// What may stand between the bound and its value.
const BETWEEN: [&str; 36] = [
    "zu",
    "zum",
    "zur",
    "von",
    "dem",
    "den",
    "der",
    "einem",
    "einer",
    "einen",
    "a",
    "an",
    "of",
    "the",
    "als",
    "than",
    "at",
    "um",
    "eines",
    "no",
    "uhr",
    "wert",
    "betrag",
    "zirka",
    "ca",
    "etwa",
    "rund",
    "about",
    "insgesamt",
    "jeweils",
    "wir",
    "€",
    "eur",
    "age",
    "£",
    "$",
];

/// The bound of a fact in its text.
pub fn bound(tokens: &[Token], fact: &Fact) -> Bound {
    let before: Vec<&Token> = tokens.iter().filter(|t| t.end <= fact.start).collect();
    let after: Vec<&Token> = tokens.iter().filter(|t| t.start >= fact.end).collect();
    // "9–18 Uhr", "9 bis 18 Uhr": the first is where it begins, the second where it ends.
    let joint =
        |t: Option<&&Token>| t.is_some_and(|t| t.is('–') || t.is('-') || t.is('—') || matches!(t.lower.as_str(), "bis" | "to" | "until"));
    if joint(before.last()) && before.iter().rev().nth(1).is_some_and(|t| t.kind == TokenKind::Number || is_number_word(&t.lower)) {
        return Bound::Most;
    }
    if joint(after.first()) && after.get(1).is_some_and(|t| t.kind == TokenKind::Number || is_number_word(&t.lower)) {
        return Bound::Least;
    }
    let (mut negated, mut nouns) = (false, 0);
    let mut found = Bound::None;
    for token in before.iter().rev().take(5) {
        let word = token.lower.as_str();
        if found != Bound::None {
            negated = matches!(word, "nicht" | "not" | "no" | "kein" | "keine");
            break;
        }
        if LEAST.contains(&word) {
            found = Bound::Least;
        } else if MOST.contains(&word) {
            found = Bound::Most;
        } else if word.starts_with("mindest") || word.starts_with("minimum") {
            found = Bound::Least;
        } else if word.starts_with("höchst") {
            found = Bound::Most;
        } else if nouns < 1 && token.kind == TokenKind::Word && token.text.starts_with(char::is_uppercase) {
            // "ab einem Bestellwert von 20 €".
            nouns += 1;
        } else if !(BETWEEN.contains(&word) || token.is('(') || token.is(':')) {
            break;
        }
    }
    if found == Bound::None {
        let next: Vec<&str> = after.iter().take(2).map(|t| t.lower.as_str()).collect();
        found = match next.as_slice() {
            ["or", "more"] | ["and", "more"] | ["oder", "mehr"] | ["und", "mehr"] | ["und", "älter"] | ["or", "over"] | ["and", "over"] => {
                Bound::Least
            }
            ["or", "less"] | ["oder", "weniger"] | ["or", "under"] => Bound::Most,
            _ => Bound::None,
        };
    }
    // "spätestens 24 Stunden vorher" is at least 24 hours.
    let ahead = after
        .iter()
        .take(2)
        .any(|t| matches!(t.lower.as_str(), "vor" | "vorher" | "before" | "voraus" | "advance" | "vorab" | "prior" | "im" | "in"))
        && before.iter().rev().take(3).any(|t| matches!(t.lower.as_str(), "spätestens" | "latest" | "frühestens" | "earliest"));
    let negated = negated != ahead;
    match (found, negated) {
        (Bound::Least, true) => Bound::Most,
        (Bound::Most, true) => Bound::Least,
        (bound, _) => bound,
    }
}

fn is_number_word(word: &str) -> bool {
    crate::pipeline::evidence::numbers::of_word(word).is_some()
}

impl Bound {
    /// Whether two statements of one value can both be true.
    pub fn agrees(self, other: Self) -> bool {
        !matches!((self, other), (Self::Least, Self::Most) | (Self::Most, Self::Least))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::evidence::scan::facts;
    use crate::pipeline::evidence::token::tokens;

    #[test]
    fn a_value_bounds_one_way() {
        for (text, expected) in [
            ("ab einem Bestellwert von 20 €", Bound::Least),
            ("bis 20 € Bestellwert", Bound::Most),
            ("mindestens 14 Tage", Bound::Least),
            ("höchstens 14 Tage", Bound::Most),
            ("nicht mehr als 14 Tage", Bound::Most),
            ("no less than 14 days", Bound::Least),
            // Ahead of a date the latest moment is the shortest time.
            ("spätestens 24 Stunden vorher", Bound::Least),
            ("Mindestmenge 50 kg", Bound::Least),
            ("14 Tage", Bound::None),
            ("16 or over", Bound::Least),
        ] {
            let fact = facts(text).remove(0);
            assert_eq!(bound(&tokens(text, &[]), &fact), expected, "{text}");
        }
    }

    #[test]
    fn a_range_begins_and_ends() {
        let text = "9 bis 18 Uhr";
        let seen: Vec<Bound> = facts(text).iter().map(|fact| bound(&tokens(text, &[]), fact)).collect();
        assert_eq!(seen, [Bound::Least, Bound::Most]);
        assert!(Bound::None.agrees(Bound::Most) && !Bound::Least.agrees(Bound::Most));
    }
}
