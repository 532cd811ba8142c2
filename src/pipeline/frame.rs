//! The words of the house around an answer, German (Sie and du) and English, and how an answer is put together.
//!
//! They carry no fact, so they need no source. Never: a gender, a promise, a word of the customer outside of quotes.

use crate::domain::draft::Sentence;
use crate::domain::language::AddressForm;
use crate::domain::{Language, Personal};

/// How the company writes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompanyTone {
    pub address_form: AddressForm,
    pub closing_de: String,
    pub closing_en: String,
    /// Lines that stand under every answer: particulars and signature. What they name is the company's own.
    pub own_words: Vec<String>,
}

impl Default for CompanyTone {
    fn default() -> Self {
        Self {
            address_form: AddressForm::Sie,
            closing_de: "Mit freundlichen Grüßen".to_owned(),
            closing_en: "Kind regards".to_owned(),
            own_words: Vec::new(),
        }
    }
}

impl CompanyTone {
    pub fn closing(&self, language: Language) -> &str {
        if language == Language::En { &self.closing_en } else { &self.closing_de }
    }
}

/// "Guten Tag Anna Muster,".
pub fn salutation(language: Language, form: AddressForm, name: Option<&Personal<String>>) -> String {
    let greeting = match (language, form) {
        (Language::En, _) => "Hello",
        (_, AddressForm::Sie) => "Guten Tag",
        (_, AddressForm::Du) => "Hallo",
    };
    name.map_or_else(|| format!("{greeting},"), |name| format!("{greeting} {},", name.reveal()))
}

pub const fn opening(language: Language, form: AddressForm) -> &'static str {
    match (language, form) {
        (Language::En, _) => "Thank you for your message.",
        (_, AddressForm::Sie) => "vielen Dank für Ihre Nachricht.",
        (_, AddressForm::Du) => "vielen Dank für deine Nachricht.",
    }
}

/// An ask that the knowledge does not answer, named in the customer's words where they carry no fact.
pub fn open_ask(language: Language, form: AddressForm, ask: Option<&str>) -> String {
    match (language, form, ask) {
        (Language::En, _, Some(ask)) => format!("We will get back to you separately about your question “{ask}”."),
        (Language::En, _, None) => "We will get back to you separately about your other question.".to_owned(),
        (_, AddressForm::Sie, Some(ask)) => format!("Zu Ihrer Frage „{ask}“ melden wir uns gesondert bei Ihnen."),
        (_, AddressForm::Sie, None) => "Zu Ihrer weiteren Frage melden wir uns gesondert bei Ihnen.".to_owned(),
        (_, AddressForm::Du, Some(ask)) => format!("Zu deiner Frage „{ask}“ melden wir uns gesondert bei dir."),
        (_, AddressForm::Du, None) => "Zu deiner weiteren Frage melden wir uns gesondert bei dir.".to_owned(),
    }
}

/// A paragraph: sentences that follow each other, or lines where each stands alone (rows of a table).
#[derive(Default)]
pub struct Paragraph {
    pub lines: Vec<Vec<Sentence>>,
}

/// The text as a person reads it.
pub fn body(salutation: &str, paragraphs: &[Paragraph], closing: &str) -> String {
    let line = |sentences: &Vec<Sentence>| sentences.iter().map(|s| s.text.as_str()).collect::<Vec<_>>().join(" ");
    let text = |paragraph: &Paragraph| paragraph.lines.iter().map(line).collect::<Vec<_>>().join("\n");
    let mut parts = vec![salutation.to_owned()];
    parts.extend(paragraphs.iter().map(text).filter(|text| !text.is_empty()));
    parts.push(closing.to_owned());
    parts.join("\n\n")
}

/// Whether a text addresses its reader with the other form; the answer must keep the company's (D-10).
pub fn breaks_form(text: &str, form: AddressForm) -> bool {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
    match form {
        AddressForm::Sie => words.iter().any(|word| {
            matches!(
                word.to_lowercase().as_str(),
                "du" | "dich" | "dir" | "dein" | "deine" | "deinen" | "deinem" | "deiner" | "deines" | "euch" | "euer" | "eure"
            )
        }),
        // At the beginning of a sentence "Sie" and "Ihr" can be the third person, but a wrong form is worse than a gap.
        AddressForm::Du => {
            words.iter().any(|word| matches!(*word, "Sie" | "Ihnen" | "Ihr" | "Ihre" | "Ihren" | "Ihrem" | "Ihrer" | "Ihres"))
        }
    }
}
