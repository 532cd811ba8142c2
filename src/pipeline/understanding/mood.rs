//! Sentences in the form that the rules read: folded words, and whether the writer states, requests or only asks to know.
//!
//! "Ich kündige" ends a contract, "Wie kann ich kündigen?" asks for a page of the terms. Never: a verdict of its own.

use crate::knowledge::grams;
use crate::pipeline::sentences;

/// What a sentence does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mood {
    /// Tells, declares, threatens.
    Statement,
    /// Wants something done.
    Request,
    /// Wants to know something.
    Question,
}

/// A sentence, folded ([`grams::words`]).
#[derive(Clone, PartialEq, Eq)]
pub struct Said {
    pub words: Vec<String>,
    pub mood: Mood,
    /// As written, for whoever has to find it again.
    pub text: String,
}

impl std::fmt::Debug for Said {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Said({:?}, {} words)", self.mood, self.words.len())
    }
}

/// The subject and the sentences of a mail. The subject states: "Kündigung" is one, "Kündigungsfrist?" asks.
pub fn said(subject: &str, visible: &str) -> Vec<Said> {
    let mut all: Vec<Said> = Vec::new();
    let texts = std::iter::once(subject.to_owned()).chain(sentences::split(visible));
    for text in texts {
        for piece in text.split_inclusive(['?', '!', ';']) {
            let piece = without_greeting(piece);
            let words = grams::words(piece);
            if !words.is_empty() {
                all.push(Said { mood: mood(&words, piece.trim_end().ends_with('?')), words, text: piece.trim().to_owned() });
            }
        }
    }
    all
}

/// "Guten Tag, …" says nothing about what follows.
fn without_greeting(piece: &str) -> &str {
    const GREETINGS: [&str; 16] = [
        "hallo", "guten", "sehr", "hi", "hello", "hey", "dear", "moin", "liebe", "lieber", "liebes", "good", "servus", "grüezi", "huhu",
        "grüß",
    ];
    let first = piece.split(|c: char| !c.is_alphabetic()).find(|word| !word.is_empty()).unwrap_or_default().to_lowercase();
    match piece.split_once(',') {
        Some((greeting, rest)) if GREETINGS.contains(&first.as_str()) && greeting.split_whitespace().count() <= 6 && rest.len() > 1 => rest,
        Some(_) | None => piece,
    }
}

const QUESTION_WORDS: [&str; 30] = [
    "wie", "was", "wann", "wo", "woher", "wohin", "warum", "wieso", "weshalb", "wer", "wem", "wen", "welche", "welcher", "welches",
    "welchen", "welchem", "wieviel", "womit", "wofur", "ob", "how", "what", "when", "where", "why", "who", "which", "whether", "gibt",
];
/// Second words after which "ich …?" asks and does not tell.
const MAY: [&str; 14] =
    ["kann", "konnte", "darf", "durfte", "muss", "musste", "soll", "sollte", "can", "could", "may", "must", "should", "bekomme"];
/// Words by which a sentence wants to know, whatever its form.
const KNOWING: [&str; 26] = [
    "wissen",
    "wusste",
    "sagen",
    "verraten",
    "erklaren",
    "erlautern",
    "interessiert",
    "interessieren",
    "frage",
    "fragen",
    "fragte",
    "know",
    "tell",
    "explain",
    "wonder",
    "wondering",
    "wondered",
    "qustion",
    "ask",
    "erfahren",
    "mitteilen",
    "informieren",
    "auskunft",
    "klaren",
    "weiss",
    "unsicher",
];
/// Who acts when somebody is asked to do something.
const READER: [&str; 8] = ["sie", "ihr", "du", "you", "man", "somebody", "jemand", "someone"];
const WILLING: [&str; 22] = [
    "konnen", "konnten", "konnt", "konntet", "kannst", "konntest", "wurden", "wurdet", "wurdest", "wollen", "durfen", "can", "could",
    "would", "will", "machen", "geben", "gehen", "macht", "gebt", "geht", "schicken",
];
const FIRST_PERSON: [&str; 12] = ["ich", "wir", "i", "we", "hiermit", "hereby", "im", "ive", "id", "mein", "meine", "my"];

fn mood(words: &[String], marked: bool) -> Mood {
    let first = words.first().map_or("", String::as_str);
    let second = words.get(1).map_or("", String::as_str);
    let holds = |list: &[&str]| words.iter().any(|word| list.contains(&word.as_str()));
    let question_word = holds(&QUESTION_WORDS);
    if QUESTION_WORDS.contains(&first) && (marked || words.len() > 2) {
        return Mood::Question;
    }
    if marked && words.iter().take(3).any(|word| QUESTION_WORDS.contains(&word.as_str())) {
        return Mood::Question;
    }
    if holds(&KNOWING) && question_word {
        return Mood::Question;
    }
    let joined = ["und", "oder", "and", "also", "aber", "but", "or"].contains(&first);
    if joined && QUESTION_WORDS.contains(&second) {
        return Mood::Question;
    }
    let (first, second) = if joined { (second, words.get(2).map_or("", String::as_str)) } else { (first, second) };
    if WILLING.contains(&first) && (READER.contains(&second) || second == "mir" || second == "uns") {
        return Mood::Request;
    }
    if first == "bitte" || first == "please" || second == "bitte" || second == "please" {
        return Mood::Request;
    }
    if !marked {
        return if holds(&["bitte", "please"]) { Mood::Request } else { Mood::Statement };
    }
    if FIRST_PERSON.contains(&first) && !MAY.contains(&second) {
        return Mood::Statement;
    }
    Mood::Question
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tells_what_a_sentence_does() {
        for (text, expected) in [
            ("Ich kündige meinen Vertrag.", Mood::Statement),
            ("Hiermit kündige ich.", Mood::Statement),
            ("Ich möchte kündigen, wie geht das?", Mood::Statement),
            ("Wie kann ich kündigen?", Mood::Question),
            ("Kann ich jederzeit kündigen?", Mood::Question),
            ("Ich kann jederzeit kündigen, oder?", Mood::Question),
            ("Können Sie mir sagen, wie ich kündige?", Mood::Question),
            ("Ich wüsste gern, ob ich kündigen kann.", Mood::Question),
            ("Können Sie meinen Vertrag kündigen?", Mood::Request),
            ("Bitte kündigen Sie meinen Vertrag", Mood::Request),
            ("Could you cancel my contract?", Mood::Request),
            ("Could you tell me how to cancel?", Mood::Question),
            ("I want to cancel my contract.", Mood::Statement),
            ("Kündigungsfrist?", Mood::Question),
            ("Und was kostet das", Mood::Question),
            ("Guten Tag, bis wann hätte ich kündigen müssen?", Mood::Question),
            ("Hallo Frau Muster, ich kündige.", Mood::Statement),
        ] {
            let all = said("", text);
            assert_eq!(all.first().map(|said| said.mood), Some(expected), "{text}");
        }
        assert_eq!(said("Kündigung", "").first().map(|said| said.mood), Some(Mood::Statement));
    }
}
