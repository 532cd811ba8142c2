//! The questions and requests of a mail, by rules: question marks, the order of words, and the phrases of `asks.txt`.
//!
//! Greetings, thanks and statements are none; a wish is one where nothing else is asked. Never: a question that is dropped
//! because it looks like another one's twin in different words; only the same words count once.

use crate::knowledge::grams;
use crate::knowledge::words::is_content;
use crate::pipeline::sentences;
use crate::pipeline::understanding::ask_words::{TABLE, Table};
use crate::pipeline::understanding::clauses::{self, Asked};

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

/// The asks of a mail's visible text; of its subject where the text has none.
pub fn find(visible: &str, subject: &str) -> Vec<FoundAsk> {
    let sentences = pieces(visible);
    let read: Vec<Asked> = sentences.iter().flat_map(|sentence| clauses::read(sentence)).collect();
    let plain = read.iter().any(|asked| matches!(asked, Asked::Question(_) | Asked::Request(_)));
    let mut asks: Vec<FoundAsk> = Vec::new();
    let mut context = "";
    for asked in &read {
        match asked {
            Asked::Question(text) | Asked::Request(text) => push(&mut asks, text, context),
            Asked::Wish { text, .. } if !plain => push(&mut asks, text, context),
            Asked::Wish { text, acts: true } if !leads_to_question(&read, text) => push(&mut asks, text, context),
            Asked::Wish { .. } | Asked::Statement(_) => {}
        }
        if content_words(asked.text()) > 0 {
            context = asked.text();
        }
    }
    if asks.is_empty() {
        let bare = bare_subject(subject);
        if content_words(bare) > 0 {
            let query = format!("{bare} {}", sentences.iter().take(3).cloned().collect::<Vec<_>>().join(" "));
            asks.push(FoundAsk { ask: bare.to_owned(), query });
        }
    }
    asks
}

/// "I would like to return my order. How does it work?" asks once.
fn leads_to_question(read: &[Asked], wish: &str) -> bool {
    let after = read.iter().skip_while(|asked| asked.text() != wish).nth(1);
    matches!(after, Some(Asked::Question(_) | Asked::Request(_)))
}

fn push(asks: &mut Vec<FoundAsk>, piece: &str, context: &str) {
    let words = grams::words(piece);
    if asks.iter().any(|known| grams::words(&known.ask) == words) || words.len() < 2 && content_words(piece) == 0 {
        return;
    }
    let lower = piece.to_lowercase();
    let pronoun = lower.split(|c: char| !c.is_alphanumeric()).any(|word| TABLE.pronouns.contains(word));
    // "Sie" is also the reader: it points back only where little else names the matter.
    let needs_context = content_words(piece) < 2 || pronoun && content_words(piece) < 3;
    let query = if needs_context { format!("{piece} {context}") } else { piece.to_owned() };
    asks.push(FoundAsk { ask: piece.to_owned(), query });
}

fn content_words(text: &str) -> usize {
    grams::words(text).iter().filter(|word| word.len() > 2 && is_content(word)).count()
}

/// Sentences without greeting and list mark, each with one question mark at most.
fn pieces(visible: &str) -> Vec<String> {
    let mut all = Vec::new();
    for sentence in sentences::split(visible) {
        for part in at_stops(&sentence) {
            let piece = without_greeting(&TABLE, without_mark(part.trim()));
            let piece = piece.trim().trim_start_matches([',', ';', '-', '–', ')', ']', '}']).trim();
            if piece.chars().any(char::is_alphanumeric) {
                all.push(piece.to_owned());
            }
        }
    }
    all
}

/// Cut behind each question mark, and behind a full stop that a hasty writer followed with a small letter.
fn at_stops(sentence: &str) -> Vec<&str> {
    /// Letters before a full stop that are no abbreviation any more.
    const WORD_CHARS: usize = 4;
    let mut parts = Vec::new();
    let mut start = 0;
    for (at, mark) in sentence.match_indices(['?', '.', '!']) {
        let (before, after) = (sentence.get(start..at).unwrap_or(""), sentence.get(at + mark.len()..).unwrap_or(""));
        let word = before.rsplit(|c: char| !c.is_alphabetic()).next().unwrap_or("");
        let ends = match mark {
            "?" => !after.starts_with(['?', '!']),
            _ => word.chars().count() >= WORD_CHARS && after.starts_with(' ') && after.trim_start().starts_with(char::is_lowercase),
        };
        if ends {
            parts.extend(sentence.get(start..at + mark.len()));
            start = at + mark.len();
        }
    }
    parts.extend(sentence.get(start..));
    parts.retain(|part| part.chars().any(char::is_alphanumeric));
    parts
}

fn without_mark(piece: &str) -> &str {
    let rest = piece.trim_start_matches(|c: char| c.is_ascii_digit());
    let digits = piece.len() - rest.len();
    if (1..=2).contains(&digits) && rest.starts_with(['.', ')']) {
        return rest.get(1..).unwrap_or("").trim_start();
    }
    piece.trim_start_matches(['-', '*', '•', '–', ' '])
}

fn without_greeting<'t>(table: &Table, piece: &'t str) -> &'t str {
    const FORMAL: [&str; 5] = ["sehr geehrte", "sehr geehrter", "liebe", "lieber", "dear"];
    let lower = piece.to_lowercase();
    let fits = |greeting: &&&str| lower.strip_prefix(**greeting).is_some_and(|rest| !rest.starts_with(char::is_alphanumeric));
    let Some(greeting) = table.greetings.iter().filter(fits).max_by_key(|greeting| greeting.len()) else { return piece };
    // Lower case can change the length of a text; then the greeting is left alone.
    let rest = piece.get(greeting.len()..).unwrap_or(piece);
    match rest.split_once([',', '!']) {
        Some((name, after)) if name.split_whitespace().count() <= 6 => after.trim_start(),
        _ if FORMAL.contains(greeting) => "",
        _ => rest.trim_start(),
    }
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
