//! How an answer may address its reader: by the name as signed, and never by a gender.

use crate::domain::{Message, Personal};

/// A name longer than this is no name.
const NAME_CHARS_MAX: usize = 60;
/// Lines at the end of a mail that are looked at for a name; a greeting or a telephone number may stand below it.
const LINES_MAX: usize = 4;

/// The name under the mail, else the display name of the sender.
pub fn signed_name(message: &Message) -> Option<Personal<String>> {
    let last = message.visible.lines().rev().map(str::trim).filter(|line| !line.is_empty());
    let signed = last.take(LINES_MAX).find_map(|line| name(line).or_else(|| behind_greeting(line)));
    let shown = || message.from.as_ref().and_then(|from| from.name.as_ref()).and_then(|shown| name(shown.reveal()));
    signed.or_else(shown).map(Personal::new)
}

/// "Viele Grüße, Anna Muster" on one line.
fn behind_greeting(line: &str) -> Option<String> {
    const GREETINGS: [&str; 9] = ["gruß", "grüße", "grüßen", "gruss", "regards", "wishes", "dank", "thanks", "lg"];
    let lower = line.to_lowercase();
    let at = GREETINGS.iter().filter_map(|greeting| lower.rfind(greeting).map(|at| at + greeting.len())).max()?;
    // Lower case can change the length of a text; then nothing is found.
    name(line.get(at..)?.trim_start_matches([',', ':', ' ', '-', '–', '!']))
}

const NO_NAMES: [&str; 30] = [
    "gmbh",
    "ag",
    "kg",
    "ohg",
    "ug",
    "e.v.",
    "ltd",
    "inc",
    "team",
    "support",
    "service",
    "kundendienst",
    "grüße",
    "grüßen",
    "gruß",
    "regards",
    "wishes",
    "dank",
    "thanks",
    "herr",
    "frau",
    "familie",
    "mr",
    "mrs",
    "ms",
    "info",
    "vielen",
    "guten",
    "kind",
    "best",
];

/// Two to four capitalised words of letters; "Muster, Anna" is turned round. Titles and companies are left to people.
fn name(text: &str) -> Option<String> {
    let text = text.trim().trim_matches('"');
    let turned = text.split_once(", ").map(|(last, first)| format!("{first} {last}"));
    let text = turned.as_deref().unwrap_or(text);
    let words: Vec<&str> = text.split_whitespace().collect();
    let particle = |word: &str| matches!(word, "von" | "van" | "der" | "de" | "zu" | "zur" | "la" | "el" | "al" | "bin");
    let fits = |word: &&str| {
        let letters = word.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’'));
        letters && (word.starts_with(char::is_uppercase) || particle(word)) && !NO_NAMES.contains(&word.to_lowercase().as_str())
    };
    let capitals = words.iter().filter(|word| word.starts_with(char::is_uppercase)).count();
    ((2..=4).contains(&words.len()) && capitals >= 2 && words.iter().all(fits) && text.chars().count() <= NAME_CHARS_MAX)
        .then(|| words.join(" "))
}
