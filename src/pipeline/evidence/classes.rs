//! What a text says without a number and still must not be exchanged: net or gross, per month or per year, always or
//! sometimes, by fax or by telephone, in writing or by word of mouth. Each is read as a fact with a class and a member.

use crate::domain::draft::ClaimKind;
use crate::knowledge::grams;
use crate::knowledge::lemma::Lemma;
use crate::pipeline::evidence::scan::Fact;
use crate::pipeline::evidence::token::{Token, TokenKind};
use std::sync::LazyLock;

/// A member of a class and its phrases, each as its words.
struct Member {
    class: &'static str,
    member: &'static str,
    phrases: Vec<Vec<Part>>,
}

/// A word of a phrase.
enum Part {
    Any,
    Is(&'static str),
    Begins(&'static str),
    Ends(&'static str),
}

impl Part {
    fn of(word: &'static str) -> Self {
        match (word, word.strip_prefix('*'), word.strip_suffix('*')) {
            ("*", ..) => Self::Any,
            (_, Some(end), _) => Self::Ends(end),
            (_, _, Some(begin)) => Self::Begins(begin),
            _ => Self::Is(word),
        }
    }

    fn fits(&self, word: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Is(exactly) => word == *exactly,
            Self::Begins(begin) => word.starts_with(begin),
            Self::Ends(end) => word.ends_with(end),
        }
    }
}

static MEMBERS: LazyLock<Vec<Member>> = LazyLock::new(|| {
    let lines = include_str!("classes.txt").lines().filter(|line| !line.starts_with('#'));
    let member = |line: &'static str| {
        let (name, phrases) = line.split_once(" | ")?;
        let (class, member) = name.split_once(' ')?;
        let phrases = phrases.split(" | ").map(|phrase| phrase.split(' ').map(Part::of).collect()).collect();
        Some(Member { class, member, phrases })
    };
    lines.filter_map(member).collect()
});

/// The class of what an amount is per.
const RATE: &str = "per";
/// Words after which any noun makes a class of its own: 30 € per person is not 30 € per booking.
const PER: [&str; 4] = ["pro", "je", "per", "/"];
/// The marks of a text.
pub fn marks(tokens: &[Token]) -> Vec<Fact> {
    // A slash behind a currency says "per": 5,80 €/m².
    let is_per = |i: usize| {
        tokens.get(i).is_some_and(|t| t.is('/'))
            && i.checked_sub(1)
                .and_then(|p| tokens.get(p))
                .is_some_and(|t| t.is('€') || matches!(t.lower.as_str(), "eur" | "ct" | "cent" | "euro" | "chf"))
    };
    let words: Vec<&Token> = tokens.iter().enumerate().filter(|(i, t)| t.kind != TokenKind::Mark || is_per(*i)).map(|(_, t)| t).collect();
    let folded: Vec<String> = words.iter().map(|t| t.lower.clone()).collect();
    let mut all: Vec<Fact> = Vec::new();
    let mut push = |class: &str, member: &str, from: usize, count: usize| {
        let (Some(first), Some(last)) = (words.get(from), words.get(from + count - 1)) else { return };
        let value = format!("{class} {member}");
        let text = words.iter().skip(from).take(count).map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ");
        all.push(Fact {
            kind: ClaimKind::Statement,
            needs: vec![value.clone()],
            gives: vec![value],
            start: first.start,
            end: last.end,
            text,
        });
    };
    for at in 0..folded.len() {
        let led = at.checked_sub(1).and_then(|p| folded.get(p)).is_some_and(|word| {
            matches!(word.as_str(), "for" | "within" | "in" | "of" | "about" | "than" | "after" | "over" | "binnen" | "innerhalb")
        });
        // "for a month" is a time, "5 € a month" a rate.
        for known in MEMBERS.iter().filter(|known| !(led && known.class == RATE)) {
            let rest = folded.get(at..).unwrap_or_default();
            let longest = known.phrases.iter().filter(|phrase| begins_with(rest, phrase)).map(Vec::len).max();
            if let Some(count) = longest {
                push(known.class, known.member, at, count);
            }
        }
        if folded.get(at).is_some_and(|word| PER.contains(&word.as_str()))
            && let Some(next) = words.get(at + 1).filter(|t| t.kind == TokenKind::Word && t.lower != "cent")
        {
            push(RATE, &unit(&next.lower), at, 2);
            let joint = words.get(at + 2).is_some_and(|t| matches!(t.lower.as_str(), "und" | "and" | "pro" | "per" | "je"));
            if let Some(second) = words.get(at + 3).filter(|t| joint && (is_unit(&t.lower) || t.text.starts_with(char::is_uppercase))) {
                push(RATE, &unit(&second.lower), at + 3, 1);
            }
        }
    }
    all
}

fn is_unit(word: &str) -> bool {
    [
        "monat", "jahr", "woche", "tag", "stunde", "nacht", "person", "nutzer", "stück", "month", "year", "week", "day", "hour", "night",
        "user", "seat",
    ]
    .contains(&word)
}

/// One name for what a rate is per, in both languages.
fn unit(word: &str) -> String {
    let same = [
        ("monat", &["month", "months", "monats", "monate"] as &[&str]),
        ("jahr", &["year", "years", "jahres"]),
        ("woch", &["week", "weeks", "woche", "wochen"]),
        ("tag", &["day", "days", "tage"]),
        ("stund", &["hour", "hours", "stunde", "std", "h"]),
        ("nacht", &["night", "nights"]),
        ("person", &["person", "people", "head", "kopf", "teilnehmer", "gast", "guest", "participant", "personen"]),
        ("stuck", &["stück", "piece", "item", "stk"]),
        ("nutzer", &["user", "nutzer", "benutzer", "anwender"]),
        ("buch", &["booking", "buchung"]),
        ("kwh", &["kwh", "kilowattstunde", "kilowattstunden"]),
        ("m", &["m", "qm", "quadratmeter", "meter", "metre"]),
        ("fall", &["fall", "einzelfall", "case"]),
        ("copy", &["copy", "exemplar"]),
    ];
    let found = same.iter().find(|(name, words)| *name == word || words.contains(&word)).map(|(name, _)| (*name).to_owned());
    found.unwrap_or_else(|| Lemma::of(&grams::words(word).concat()).stem)
}

fn begins_with(words: &[String], phrase: &[Part]) -> bool {
    words.len() >= phrase.len() && words.iter().zip(phrase).all(|(word, part)| part.fits(word))
}

/// Classes that a draft may not name at all where its sources do not.
pub fn is_strict(mark: &Fact) -> bool {
    let class = class(mark);
    matches!(class, "tax" | "certain" | "day" | "warranty") || mark.needs.first().is_some_and(|value| value == "form oral")
}

pub fn class(mark: &Fact) -> &str {
    mark.gives.first().and_then(|value| value.split_once(' ')).map_or("", |(class, _)| class)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::evidence::token::tokens;

    #[test]
    fn what_is_said_without_a_number() {
        for (text, expected) in [
            ("38 € netto je Nutzer und Monat", vec!["tax net", "per nutzer", "per monat"]),
            ("zzgl. MwSt.", vec!["tax net"]),
            ("prices include VAT", vec!["tax gross"]),
            ("5,80 €/m²", vec!["per m"]),
            ("for a month", vec![]),
            ("£39 a month", vec!["per monat"]),
            ("am nächsten Tag", vec!["day next"]),
            ("zum Monatsende", vec!["point end"]),
            ("spätestens", vec!["late latest"]),
            ("Das gilt immer.", vec!["certain sure"]),
            ("Auch ohne Kassenbon", vec!["certain even", "scope out"]),
        ] {
            let mut seen: Vec<String> = marks(&tokens(text, &[])).into_iter().flat_map(|mark| mark.gives).collect();
            // "am nächsten Tag" holds "nächsten Tag".
            seen.dedup();
            assert_eq!(seen, expected, "{text}");
        }
    }

    #[test]
    fn every_line_of_the_list_is_read() {
        let lines = include_str!("classes.txt").lines().filter(|line| !line.starts_with('#')).count();
        assert_eq!(MEMBERS.len(), lines);
        assert!(MEMBERS.iter().flat_map(|member| &member.phrases).all(|phrase| !phrase.is_empty()));
    }
}
