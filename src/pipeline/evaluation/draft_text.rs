//! A draft that a suite gives as running text with `[n]` marks, taken apart into what the evidence check works on.
//!
//! The marks are read by the code that reads a model's answer. The greeting and the closing formula with the names under it are
//! the frame; every other line, also one that hides below the closing, is a sentence and is checked as one.

use crate::domain::Language;
use crate::domain::draft::{Draft, Drafter, Sentence, Versions};
use crate::pipeline::evidence::scan::facts;
use crate::pipeline::evidence::statements::promises;
use crate::pipeline::extractive::PIPELINE;
use crate::pipeline::prompting::marked;

/// Words of a greeting with title and name, and of a line below the closing.
const FRAME_WORDS_MAX: usize = 6;
const GREETINGS: [&str; 18] = [
    "sehr geehrte",
    "guten tag",
    "guten morgen",
    "guten abend",
    "hallo",
    "liebe",
    "lieber",
    "liebes",
    "moin",
    "servus",
    "grüß gott",
    "dear",
    "hello",
    "hi",
    "hey",
    "good morning",
    "good afternoon",
    "good evening",
];
const FORMULAS: [&str; 17] = [
    "mit freundlichen grüßen",
    "mit freundlichem gruß",
    "freundliche grüße",
    "viele grüße",
    "beste grüße",
    "herzliche grüße",
    "liebe grüße",
    "schöne grüße",
    "mit besten grüßen",
    "kind regards",
    "best regards",
    "warm regards",
    "regards",
    "yours sincerely",
    "yours faithfully",
    "best wishes",
    "sincerely",
];

/// A draft, and the marks that name no passage of the case.
#[derive(Debug)]
pub struct Taken {
    pub draft: Draft,
    pub unknown_marks: Vec<usize>,
}

/// `passages` are the ids that the marks count from 1.
pub fn take(text: &str, language: Language, passages: &[String]) -> Taken {
    let (salutation, rest) = salutation(text);
    let (middle, closing) = closing(rest);
    let mut unknown_marks = Vec::new();
    let mut sentences = Vec::new();
    for piece in marked(middle) {
        let mut citations = Vec::new();
        for number in piece.numbers {
            match number.checked_sub(1).and_then(|index| passages.get(index)) {
                Some(id) => citations.push(id.clone()),
                None => unknown_marks.push(number),
            }
        }
        sentences.push(Sentence { text: piece.text, citations });
    }
    let lines = sentences.iter().map(|sentence: &Sentence| sentence.text.as_str());
    let all: Vec<&str> = std::iter::once(salutation).chain(lines).chain(std::iter::once(closing)).collect();
    let body = all.join("\n");
    let versions = Versions { pipeline: PIPELINE.to_owned(), prompt: None, model: None };
    let (salutation, closing) = (salutation.to_owned(), closing.to_owned());
    let draft = Draft { language, drafter: Drafter::Model, salutation, sentences, closing, body, asks: Vec::new(), versions };
    Taken { draft, unknown_marks }
}

/// The greeting at the head, up to its comma or exclamation mark, where it is no more than a greeting and a name.
fn salutation(text: &str) -> (&str, &str) {
    let text = text.trim_start();
    let lower = text.to_lowercase();
    let greets = GREETINGS.iter().any(|greeting| lower.strip_prefix(greeting).is_some_and(|rest| !rest.starts_with(char::is_lowercase)));
    let greets = greets || lower.starts_with("sehr geehrte");
    let end = text.find([',', '!', '\n']).map(|at| if text.get(at..).is_some_and(|rest| rest.starts_with('\n')) { at } else { at + 1 });
    match end.and_then(|end| text.split_at_checked(end)) {
        Some((head, rest)) if greets && is_frame(head) => (head, rest),
        Some(_) | None => ("", text),
    }
}

/// The last closing formula that stands at the beginning of a line, with the names below it.
fn closing(text: &str) -> (&str, &str) {
    let mut starts: Vec<usize> = text.match_indices('\n').map(|(at, _)| at + 1).collect();
    starts.insert(0, 0);
    let found = starts.into_iter().rev().find(|at| text.get(*at..).is_some_and(|tail| tail.lines().next().is_some_and(is_formula)));
    match found.and_then(|at| text.split_at_checked(at)) {
        Some((middle, tail)) if tail.lines().all(is_frame) => (middle, tail.trim()),
        Some(_) | None => (text, ""),
    }
}

fn is_formula(line: &str) -> bool {
    let bare = line.trim().to_lowercase();
    FORMULAS.iter().any(|formula| bare.trim_end_matches(['.', ',', '!']) == *formula || bare.starts_with(&format!("{formula},")))
}

/// Nothing but a greeting, a formula or a name: no fact, no promise, no source, no more words than that takes.
fn is_frame(line: &str) -> bool {
    let words = line.split_whitespace().count();
    words <= FRAME_WORDS_MAX
        && facts(line).is_empty()
        && promises(line).is_empty()
        && !line.contains('[')
        && !line.trim_end().ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, salutation: &str, sentences: &[(&str, &[&str])], closing: &str) {
        let ids = ["p1".to_owned(), "p2".to_owned()];
        let taken = take(text, Language::De, &ids);
        let seen: Vec<(&str, Vec<&str>)> =
            taken.draft.sentences.iter().map(|s| (s.text.as_str(), s.citations.iter().map(String::as_str).collect())).collect();
        let expected: Vec<(&str, Vec<&str>)> = sentences.iter().map(|(text, ids)| (*text, ids.to_vec())).collect();
        assert_eq!((taken.draft.salutation.as_str(), seen, taken.draft.closing.as_str()), (salutation, expected, closing), "{text}");
    }

    #[test]
    fn marks_stand_anywhere_in_a_sentence() {
        check("Sie haben 30 Tage Zeit [1].", "", &[("Sie haben 30 Tage Zeit.", &["p1"])], "");
        check("Sie haben 30 Tage Zeit. [1][2] Gern!", "", &[("Sie haben 30 Tage Zeit.", &["p1", "p2"]), ("Gern!", &[])], "");
        check("Die Frist [1, 2] ist 30 Tage.", "", &[("Die Frist ist 30 Tage.", &["p1", "p2"])], "");
        check("Ohne Beleg.", "", &[("Ohne Beleg.", &[])], "");
        assert_eq!(take("Text [3][0].", Language::De, &["p1".to_owned()]).unknown_marks, [0, 3]);
    }

    #[test]
    fn greeting_and_closing_are_the_frame() {
        let middle: &[(&str, &[&str])] = &[("Sie haben 30 Tage Zeit.", &["p1"])];
        let text = "Sehr geehrte Frau Muster,\n\nSie haben 30 Tage Zeit [1].\n\nMit freundlichen Grüßen\nIhr Radhaus-Team";
        check(text, "Sehr geehrte Frau Muster,", middle, "Mit freundlichen Grüßen\nIhr Radhaus-Team");
        check("Guten Tag Anna Muster, Sie haben 30 Tage Zeit [1].", "Guten Tag Anna Muster,", middle, "");
        check("Liebesbriefe sind frei.", "", &[("Liebesbriefe sind frei.", &[])], "");
    }

    #[test]
    fn a_fact_in_the_frame_is_a_sentence() {
        for closing in ["Viele Grüße\nTel. 030 23125000", "Viele Grüße\nErstattung garantiert", "Viele Grüße\nIn 3 Tagen ist alles da"]
        {
            let taken = take(&format!("Gern.\n{closing}"), Language::De, &[]);
            assert_eq!(taken.draft.closing, "", "{closing}");
            assert!(taken.draft.sentences.len() > 1, "{closing}");
        }
        assert_eq!(take("Hallo, in 3 Tagen ist es da.", Language::De, &[]).draft.salutation, "Hallo,");
        assert_eq!(take("Hallo nach 3 Tagen, es ist da.", Language::De, &[]).draft.salutation, "");
    }
}
