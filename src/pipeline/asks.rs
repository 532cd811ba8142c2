//! The questions and requests of a mail, by rules: question marks, question words, and the phrases of requests.
//!
//! Greetings, thanks and statements are none. Never: a question that is dropped because it looks like another one's twin
//! in different words; only the same words count once.

use crate::knowledge::grams;
use crate::knowledge::words::is_content;
use crate::pipeline::sentences;

/// One question or request, and what to search for: its words and, where they name no subject, those before it.
#[derive(Clone, PartialEq, Eq)]
pub struct FoundAsk {
    pub ask: String,
    pub query: String,
}

impl std::fmt::Debug for FoundAsk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "FoundAsk({} bytes)", self.ask.len())
    }
}

const QUESTION_WORDS: [&str; 34] = [
    "wie",
    "was",
    "wann",
    "wo",
    "woher",
    "wohin",
    "warum",
    "wieso",
    "weshalb",
    "wer",
    "wem",
    "wen",
    "welche",
    "welcher",
    "welches",
    "welchen",
    "welchem",
    "wieviel",
    "wieviele",
    "womit",
    "wofür",
    "worauf",
    "ab wann",
    "bis wann",
    "how",
    "what",
    "when",
    "where",
    "why",
    "who",
    "which",
    "until when",
    "ob",
    "whether",
];
const VERBS_FIRST: [&str; 46] = [
    "kann",
    "können",
    "könnt",
    "könnten",
    "könntet",
    "kannst",
    "darf",
    "dürfen",
    "muss",
    "müssen",
    "gibt es",
    "gibt's",
    "habt",
    "haben sie",
    "hast du",
    "ist",
    "sind",
    "brauche",
    "brauch",
    "bieten",
    "bietet",
    "liefern",
    "liefert",
    "wird",
    "werden",
    "würden",
    "würdet",
    "verkaufen",
    "nehmen",
    "macht",
    "machen",
    "can",
    "could",
    "do",
    "does",
    "is",
    "are",
    "will",
    "would",
    "may",
    "should",
    "have you",
    "did",
    "am i",
    "has",
    "shall",
];
/// Phrases that ask for something, wherever they stand.
const REQUESTS: [&str; 44] = [
    "bitte senden",
    "bitte schicken",
    "bitte teilen",
    "bitte nennen",
    "bitte sagen",
    "bitte informieren",
    "bitte stornieren",
    "bitte ändern",
    "bitte bestätigen",
    "bitte prüfen",
    "bitte erklären",
    "bitte geben",
    "senden sie mir",
    "schicken sie mir",
    "sende mir",
    "schick mir",
    "schickt mir",
    "ich bitte um",
    "bitte um",
    "wüsste gern",
    "wüsste ich gern",
    "würde gerne wissen",
    "würde gern wissen",
    "möchte wissen",
    "möchte gerne wissen",
    "mich interessiert",
    "interessieren würde mich",
    "ich frage mich",
    "frage ich mich",
    "ich benötige",
    "ich brauche",
    "could you",
    "can you",
    "would you",
    "please send",
    "please tell",
    "please confirm",
    "please cancel",
    "please change",
    "please check",
    "please explain",
    "i was wondering",
    "i need",
    "let me know",
];
/// What the writer wants to do: a request, unless the question for it follows.
const WISHES: [&str; 16] = [
    "ich möchte",
    "möchte ich",
    "und möchte",
    "ich würde gern",
    "würde ich gern",
    "ich hätte gern",
    "hätte ich gern",
    "ich will",
    "ich wollte",
    "wir möchten",
    "i would like",
    "i'd like",
    "i want to",
    "we would like",
    "i wish to",
    "i am looking for",
];
/// Phrases of courtesy that look like requests.
const COURTESIES: [&str; 26] = [
    "bitte um rückmeldung",
    "bitte um antwort",
    "bitte um kurze rückmeldung",
    "bitte um eine kurze",
    "bitte melden sie sich",
    "bitte antworten sie",
    "freue mich auf",
    "freuen uns auf",
    "vielen dank",
    "danke im voraus",
    "dank im voraus",
    "wie geht es ihnen",
    "wie geht es dir",
    "wie geht's",
    "how are you",
    "looking forward",
    "thank you",
    "thanks in advance",
    "please find attached",
    "please do not hesitate",
    "hope you are",
    "bitte entschuldigen",
    "please excuse",
    "let me know as soon",
    "please get back to me",
    "please let me know.",
];
const GREETINGS: [&str; 22] = [
    "sehr geehrte",
    "sehr geehrter",
    "hallo zusammen",
    "hallo",
    "guten tag",
    "guten morgen",
    "guten abend",
    "liebe",
    "lieber",
    "liebes",
    "moin moin",
    "moin",
    "servus",
    "grüß gott",
    "hi there",
    "hi",
    "hello",
    "dear",
    "good morning",
    "good afternoon",
    "good evening",
    "hey",
];
const PRONOUNS: [&str; 20] = [
    "sie", "er", "es", "das", "diese", "dieser", "dieses", "dafür", "davon", "dazu", "damit", "dabei", "it", "they", "them", "that",
    "this", "those", "these", "ihn",
];

/// The asks of a mail's visible text; of its subject where the text has none.
pub fn find(visible: &str, subject: &str) -> Vec<FoundAsk> {
    let pieces = pieces(visible);
    let kinds: Vec<Kind> = pieces.iter().map(|piece| kind(piece)).collect();
    let mut asks: Vec<FoundAsk> = Vec::new();
    let mut context = String::new();
    for (index, (piece, kind)) in pieces.iter().zip(&kinds).enumerate() {
        let followed = kinds.get(index + 1) == Some(&Kind::Question);
        match kind {
            Kind::Question | Kind::Request => push(&mut asks, piece, &context),
            Kind::Wish if !followed => push(&mut asks, piece, &context),
            Kind::Wish | Kind::Statement => {}
        }
        if content_words(piece) > 0 {
            context.clone_from(piece);
        }
    }
    if asks.is_empty() {
        let bare = bare_subject(subject);
        if content_words(bare) > 0 {
            let query = format!("{bare} {}", pieces.iter().take(3).cloned().collect::<Vec<_>>().join(" "));
            asks.push(FoundAsk { ask: bare.to_owned(), query });
        }
    }
    asks
}

fn push(asks: &mut Vec<FoundAsk>, piece: &str, context: &str) {
    let words = grams::words(piece);
    if asks.iter().any(|known| grams::words(&known.ask) == words) || words.len() < 2 && content_words(piece) == 0 {
        return;
    }
    let lower = piece.to_lowercase();
    let pronoun = lower.split(|c: char| !c.is_alphanumeric()).any(|word| PRONOUNS.contains(&word));
    // "Sie" is also the reader: it points back only where little else names the matter.
    let needs_context = content_words(piece) < 2 || pronoun && content_words(piece) < 3;
    let query = if needs_context { format!("{piece} {context}") } else { piece.to_owned() };
    asks.push(FoundAsk { ask: piece.to_owned(), query });
}

fn content_words(text: &str) -> usize {
    grams::words(text).iter().filter(|word| word.len() > 2 && is_content(word)).count()
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Question,
    Request,
    Wish,
    Statement,
}

fn kind(piece: &str) -> Kind {
    let lower = piece.to_lowercase();
    let has = |phrases: &[&str]| phrases.iter().any(|phrase| lower.contains(phrase));
    if has(&COURTESIES) && !lower.contains('?') || lower.split_whitespace().count() < 2 && !lower.ends_with('?') {
        return Kind::Statement;
    }
    if has(&COURTESIES) && content_words(piece) < 3 {
        return Kind::Statement;
    }
    let starts = |words: &[&str]| {
        words.iter().any(|word| lower.strip_prefix(word).is_some_and(|rest| rest.starts_with(|c: char| !c.is_alphanumeric())))
    };
    let without_joint =
        ["und ", "oder ", "and ", "also ", "außerdem ", "ausserdem ", "dann "].iter().find_map(|joint| lower.strip_prefix(joint));
    let starts_question = starts(&QUESTION_WORDS)
        || without_joint.is_some_and(|rest| QUESTION_WORDS.iter().any(|word| rest.split_whitespace().next() == Some(*word)));
    if lower.ends_with('?') || starts_question && !lower.ends_with(':') {
        return Kind::Question;
    }
    if has(&REQUESTS) {
        return Kind::Request;
    }
    let verb_first = starts(&VERBS_FIRST)
        && (lower.contains(" ich") || lower.contains(" sie") || lower.contains(" ihr") || lower.contains(" you") || lower.contains(" i "));
    if verb_first {
        return Kind::Question;
    }
    if has(&WISHES) { Kind::Wish } else { Kind::Statement }
}

/// Sentences without greeting and list mark, cut again where one sentence asks twice.
fn pieces(visible: &str) -> Vec<String> {
    let mut all = Vec::new();
    for sentence in sentences::split(visible) {
        for part in after_question_marks(&sentence) {
            let part = without_greeting(without_mark(part.trim()));
            for piece in split_double(part) {
                let piece = piece.trim().trim_start_matches([',', ';', '-', '–']).trim();
                if !piece.is_empty() {
                    all.push(piece.to_owned());
                }
            }
        }
    }
    all
}

fn after_question_marks(sentence: &str) -> Vec<&str> {
    sentence.split_inclusive('?').filter(|part| part.chars().any(char::is_alphanumeric)).collect()
}

fn without_mark(piece: &str) -> &str {
    let rest = piece.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = piece.len() - rest.len();
    if (1..=2).contains(&digits) && rest.starts_with(['.', ')']) {
        return rest.get(1..).unwrap_or("").trim_start();
    }
    piece.trim_start_matches(['-', '*', '•', '–', ' '])
}

fn without_greeting(piece: &str) -> &str {
    let lower = piece.to_lowercase();
    let Some(greeting) = GREETINGS.iter().find(|g| lower.strip_prefix(**g).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric)))
    else {
        return piece;
    };
    // Lower case can change the length of a text; then the greeting is left alone.
    let rest = piece.get(greeting.len()..).unwrap_or(piece);
    match rest.split_once([',', '!']) {
        Some((name, after)) if name.split_whitespace().count() <= 6 => after.trim_start(),
        _ if ["sehr geehrte", "sehr geehrter", "liebe", "lieber", "dear"].contains(greeting) => "",
        _ => rest.trim_start(),
    }
}

/// "Was kostet das und wie lange dauert es?" asks twice.
fn split_double(piece: &str) -> Vec<&str> {
    if kind(piece) != Kind::Question {
        return vec![piece];
    }
    let lower = piece.to_lowercase();
    if lower.len() != piece.len() {
        return vec![piece];
    }
    for joint in [" und ", " and ", " sowie ", " bzw. "] {
        for (at, _) in lower.match_indices(joint) {
            let rest = lower.get(at + joint.len()..).unwrap_or("");
            let first = rest.split_whitespace().next().unwrap_or("");
            let asks = QUESTION_WORDS.contains(&first) && first != "ob"
                || VERBS_FIRST.contains(&first)
                    && !["machen", "nehmen", "werden", "liefern", "bieten", "verkaufen", "sind"].contains(&first);
            let (left, right) = piece.split_at(at);
            if asks && left.split_whitespace().count() >= 3 && rest.split_whitespace().count() >= 3 {
                let mut parts = vec![left.trim_end_matches(',')];
                parts.extend(split_double(right.get(joint.len()..).unwrap_or("")));
                return parts;
            }
        }
    }
    vec![piece]
}

/// Without the prefixes of replies and forwards.
fn bare_subject(subject: &str) -> &str {
    let mut rest = subject.trim();
    while let Some((head, after)) = rest.split_once(':') {
        if !matches!(head.trim().to_lowercase().as_str(), "re" | "aw" | "wg" | "fw" | "fwd" | "antwort" | "weitergeleitet") {
            break;
        }
        rest = after.trim();
    }
    rest
}

#[cfg(test)]
#[path = "asks_tests.rs"]
mod tests;
