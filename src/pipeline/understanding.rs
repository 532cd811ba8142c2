//! What a cleared mail is about, by rules alone: its language, its asks, how to address its writer.
//!
//! Never: a gender inferred, a model asked. What cannot be told goes to a person.

use crate::domain::language::AddressForm;
use crate::domain::reason::{HandOver, Reason};
use crate::domain::{Cleared, Language, Message, Personal};
use crate::knowledge::language;
use crate::pipeline::asks::{self, FoundAsk};

pub use crate::pipeline::category::{Category, category};

/// What the rules read off a mail.
#[derive(Debug, Clone)]
pub struct Understanding {
    pub language: Language,
    /// The company's own form; the writer's does not change it (F-23).
    pub address_form: AddressForm,
    pub asks: Vec<FoundAsk>,
    /// First and last name as the writer gave them; none: a neutral salutation.
    pub salutation_name: Option<Personal<String>>,
    /// Why a person has to answer; empty: a draft may be tried.
    pub needs_person: Vec<HandOver>,
}

/// A name longer than this is no name.
const NAME_CHARS_MAX: usize = 60;

pub fn understand(mail: &Cleared<Message>, address_form: AddressForm) -> Understanding {
    let message = mail.get();
    let language = match message.language {
        Language::De | Language::En | Language::Other => message.language,
        Language::Unknown => language::of(&format!("{}\n{}", message.visible, message.subject)),
    };
    let asks = asks::find(&message.visible, &message.subject);
    let mut needs_person = Vec::new();
    match language {
        Language::De | Language::En => {}
        Language::Other | Language::Unknown => needs_person.push(HandOver::new(Reason::UnsupportedRequest, "understanding.language")),
    }
    if asks.is_empty() {
        needs_person.push(HandOver::new(Reason::Ambiguous, "understanding.no_ask"));
    }
    Understanding { language, address_form, asks, salutation_name: signed_name(message), needs_person }
}

/// The name under the mail, else the display name of the sender.
fn signed_name(message: &Message) -> Option<Personal<String>> {
    let signed = message.visible.lines().rev().map(str::trim).find(|line| !line.is_empty()).and_then(name);
    let shown = || message.from.as_ref().and_then(|from| from.name.as_ref()).and_then(|shown| name(shown.reveal()));
    signed.or_else(shown).map(Personal::new)
}

/// Two to four capitalised words of letters; "Muster, Anna" is turned round. Titles and companies are left to people.
fn name(text: &str) -> Option<String> {
    const NO_NAMES: [&str; 26] = [
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
    ];
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

#[cfg(test)]
#[path = "understanding_tests.rs"]
mod tests;
