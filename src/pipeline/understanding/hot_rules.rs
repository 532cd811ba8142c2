//! The table of `hot_rules.txt`, read once: rules, their lines, and how a line fits a sentence.
//!
//! A typing error of one letter is forgiven in long words. Never: a line that is dropped in silence; a test reads the table.

use crate::domain::reason::Reason;
use crate::knowledge::grams;
use crate::pipeline::understanding::mood::{Mood, Said};
use std::sync::LazyLock;

/// Terms of a line stand at most this many words apart.
const WINDOW: usize = 12;
/// Words before a hit in which a "nicht" denies it.
const DENIED_WITHIN: usize = 3;
/// A typing error is forgiven from this many letters on.
const TYPO_CHARS: usize = 8;

/// How much of a mail a rule takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    Mail,
    Ask,
}

#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// `hot.legal` and so on: stable.
    pub id: String,
    pub reason: Reason,
    pub reach: Reach,
    lines: Vec<Line>,
}

#[derive(Debug, PartialEq, Eq)]
struct Line {
    weight: i32,
    in_questions: bool,
    only_questions: bool,
    only_statements: bool,
    though_denied: bool,
    terms: Vec<Term>,
}

#[derive(Debug, PartialEq, Eq)]
struct Term {
    must: bool,
    /// Each a run of neighbours.
    choices: Vec<Vec<Shape>>,
}

#[derive(Debug, PartialEq, Eq)]
enum Shape {
    Whole(String),
    Beginning(String),
    Within(String),
    Minor,
    Code,
}

static RULES: LazyLock<Vec<Rule>> = LazyLock::new(|| read(include_str!("hot_rules.txt")).0);

pub fn rules() -> &'static [Rule] {
    &RULES
}

/// The rules, and the lines that say nothing.
fn read(table: &str) -> (Vec<Rule>, Vec<String>) {
    let (mut rules, mut bad): (Vec<Rule>, Vec<String>) = (Vec::new(), Vec::new());
    for text in table.lines().map(str::trim).filter(|text| !text.is_empty() && !text.starts_with('#')) {
        let read = match text.strip_prefix('[').and_then(|head| head.strip_suffix(']')) {
            Some(head) => head_of(head).map(|rule| rules.push(rule)),
            None => line_of(text).zip(rules.last_mut()).map(|(line, rule)| rule.lines.push(line)),
        };
        if read.is_none() {
            bad.push(text.to_owned());
        }
    }
    (rules, bad)
}

fn head_of(head: &str) -> Option<Rule> {
    let mut words = head.split_whitespace();
    let (id, reason, reach) = (words.next()?, Reason::parse(words.next()?)?, words.next()?);
    let reach = match reach {
        "mail" => Reach::Mail,
        "ask" => Reach::Ask,
        _ => return None,
    };
    Some(Rule { id: format!("hot.{id}"), reason, reach, lines: Vec::new() })
}

fn line_of(text: &str) -> Option<Line> {
    let (head, pattern) = text.split_once(' ')?;
    let digits = head.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let flags = head.get(digits.len()..)?;
    let terms: Vec<Term> = pattern.split_whitespace().map(term_of).collect::<Option<_>>()?;
    let known = flags.chars().all(|flag| "qQsn".contains(flag));
    (known && terms.iter().any(|term| term.must)).then_some(Line {
        weight: digits.parse().ok()?,
        in_questions: flags.contains(['q', 'Q']),
        only_questions: flags.contains('Q'),
        only_statements: flags.contains('s'),
        though_denied: flags.contains('n'),
        terms,
    })
}

fn term_of(text: &str) -> Option<Term> {
    let (must, text) = text.strip_prefix('!').map_or((true, text), |rest| (false, rest));
    let choices = text.split('|').map(|choice| choice.split('_').map(shape_of).collect::<Option<Vec<_>>>());
    Some(Term { must, choices: choices.collect::<Option<_>>()? })
}

fn shape_of(text: &str) -> Option<Shape> {
    match text {
        "#minor" => return Some(Shape::Minor),
        "#code" => return Some(Shape::Code),
        _ => {}
    }
    let folded = grams::words(text).concat();
    if folded.is_empty() {
        return None;
    }
    Some(match (text.starts_with('*'), text.ends_with('*')) {
        (true, _) => Shape::Within(folded),
        (false, true) => Shape::Beginning(folded),
        (false, false) => Shape::Whole(folded),
    })
}

impl Rule {
    /// What the lines that fit a sentence add up to.
    pub fn weigh(&self, said: &Said) -> i32 {
        self.lines.iter().filter(|line| line.fits(said)).map(|line| line.weight).sum()
    }
}

impl Line {
    fn fits(&self, said: &Said) -> bool {
        let mood_fits = match said.mood {
            Mood::Question => (self.in_questions || self.weight < 0) && !self.only_statements,
            Mood::Request => !self.only_questions && !self.only_statements,
            Mood::Statement => !self.only_questions,
        };
        mood_fits
            && !self.terms.iter().any(|term| !term.must && !term.places(&said.words).is_empty())
            && self.found(&said.words).is_some_and(|at| self.though_denied || self.weight < 0 || !is_denied(&said.words, at))
    }

    /// The place of the first term, where all terms stand near each other.
    fn found(&self, words: &[String]) -> Option<usize> {
        let places: Vec<Vec<usize>> = self.terms.iter().filter(|term| term.must).map(|term| term.places(words)).collect();
        let (first, others) = places.split_first()?;
        first.iter().copied().find(|at| others.iter().all(|other| other.iter().any(|place| place.abs_diff(*at) <= WINDOW)))
    }
}

impl Term {
    fn places(&self, words: &[String]) -> Vec<usize> {
        let fits = |at: usize| {
            self.choices
                .iter()
                .any(|choice| choice.iter().enumerate().all(|(step, shape)| words.get(at + step).is_some_and(|word| shape.fits(word))))
        };
        (0..words.len()).filter(|at| fits(*at)).collect()
    }
}

impl Shape {
    fn fits(&self, word: &str) -> bool {
        match self {
            Self::Whole(whole) => word == whole || is_typo(word, whole),
            Self::Beginning(stem) => word.starts_with(stem.as_str()) || begins_nearly(word, stem),
            Self::Within(part) => word.contains(part.as_str()),
            Self::Minor => word.parse::<u8>().is_ok_and(|age| (6..=17).contains(&age)),
            Self::Code => word.chars().filter(char::is_ascii_digit).count() >= 4,
        }
    }
}

/// "nicht", "kein", "not" shortly before, or "nicht" right behind ("ich kündige nicht").
fn is_denied(words: &[String], at: usize) -> bool {
    let denies = |word: &String| {
        matches!(word.as_str(), "nicht" | "nie" | "niemals" | "not" | "never" | "no" | "without" | "ohne" | "weder" | "t")
            || word.starts_with("kein") && word.len() <= 6
    };
    let before = words.iter().take(at).rev().take(DENIED_WITHIN).any(denies);
    let behind = words.iter().skip(at + 1).take(1).any(|word| matches!(word.as_str(), "nicht" | "not" | "nie"));
    before || behind
}

fn is_typo(word: &str, whole: &str) -> bool {
    whole.len() >= TYPO_CHARS && begins_alike(word, whole) && differs_by_one(word, whole)
}

/// The beginning of the word, give or take a letter, is the stem with one error.
fn begins_nearly(word: &str, stem: &str) -> bool {
    let length = stem.chars().count();
    if length < TYPO_CHARS || word.len() + 1 < stem.len() || !begins_alike(word, stem) {
        return false;
    }
    (length - 1..=length + 1).any(|taken| {
        let head: String = word.chars().take(taken).collect();
        head.chars().count() == taken && differs_by_one(&head, stem)
    })
}

/// Nobody mistypes the first two letters; the comparison of all others is dear.
fn begins_alike(word: &str, stem: &str) -> bool {
    word.chars().take(2).eq(stem.chars().take(2))
}

/// One letter replaced, added, lost, or two neighbours exchanged.
fn differs_by_one(left: &str, right: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    if a.len().abs_diff(b.len()) > 1 || a == b {
        return false;
    }
    let head = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let tail = a.iter().rev().zip(b.iter().rev()).take_while(|(x, y)| x == y).count();
    let (in_a, in_b) = (a.len().saturating_sub(head + tail), b.len().saturating_sub(head + tail));
    let swapped = in_a == 2 && in_b == 2 && a.get(head) == b.get(head + 1) && a.get(head + 1) == b.get(head);
    in_a <= 1 && in_b <= 1 || swapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_no_line_that_says_nothing() {
        let (rules, bad) = read(include_str!("hot_rules.txt"));
        assert_eq!(bad, Vec::<String>::new());
        assert!(rules.len() >= 15 && rules.iter().all(|rule| !rule.lines.is_empty()));
        for broken in ["10 x", "[a b mail]", "[a ambiguous all]", "x abc", "[a ambiguous mail]\n10z abc", "[a ambiguous mail]\n10 !abc"] {
            assert_eq!(read(broken).1.len(), 1, "{broken}");
        }
    }

    #[test]
    fn one_letter_is_forgiven() {
        for (word, whole, expected) in [
            ("rechtsanwat", "rechtsanwalt", true),
            ("rehctsanwalt", "rechtsanwalt", true),
            ("rechtsannwalt", "rechtsanwalt", true),
            ("rechtsanwalt", "rechtsanwalt", false),
            ("rechtsamwelt", "rechtsanwalt", false),
        ] {
            assert_eq!(differs_by_one(word, whole), expected, "{word}");
        }
    }
}
