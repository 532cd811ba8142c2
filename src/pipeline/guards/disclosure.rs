//! Who wrote it: an answer never denies being made by a machine, and never calls itself "automatisch erstellt" or the
//! like where the law wants "KI". The notice itself is a fixed line of the house.

use crate::domain::Language;
use crate::domain::reason::{HandOver, Reason};
use crate::knowledge::grams;
use crate::pipeline::guards::inspection::{Inspection, own_words};

/// Claims of a human hand.
const DENIALS: [&str; 36] = [
    "ich bin ein mensch",
    "ich bin ein echter",
    "ich bin eine echte",
    "ich bin kein bot",
    "ich bin keine ki",
    "ich bin keine maschine",
    "ich bin kein roboter",
    "ich bin kein computer",
    "wir sind keine ki",
    "wir sind kein bot",
    "hier schreibt ein mensch",
    "hier antwortet ein mensch",
    "von einem menschen geschrieben",
    "von einem menschen verfasst",
    "von einem menschen beantwortet",
    "keine ki geschrieben",
    "nicht von einer ki",
    "nicht von einem bot",
    "ohne ki",
    "kein chatbot",
    "echter mitarbeiter",
    "echte mitarbeiterin",
    "i am a human",
    "i m a human",
    "i am human",
    "i am a real",
    "i m a real",
    "i am not a bot",
    "i m not a bot",
    "i am not an ai",
    "i m not an ai",
    "not a robot",
    "not a machine",
    "written by a human",
    "written by a person",
    "real person here",
];
/// Wordings that are no disclosure (guidelines Rn. 30 i, 38).
const EVASIONS: [&str; 16] = [
    "automatisch erstellt",
    "automatisch generiert",
    "automatisch verfasst",
    "automatisch erzeugt",
    "automatisiert erstellt",
    "maschinell erstellt",
    "virtueller assistent",
    "virtuelle assistentin",
    "digitaler assistent",
    "digitale assistentin",
    "ihr assistent",
    "automatically generated",
    "automatically created",
    "auto generated",
    "virtual assistant",
    "digital assistant",
];

pub fn check(inspection: &Inspection<'_>) -> Vec<HandOver> {
    let draft = inspection.draft;
    let texts: Vec<String> =
        [&draft.salutation, &draft.closing].into_iter().cloned().chain(draft.sentences.iter().map(|s| own_words(&s.text))).collect();
    let mut reasons = Vec::new();
    if texts.iter().any(|text| says(text, &DENIALS)) {
        reasons.push(HandOver::new(Reason::PolicyRestriction, "guard.disclosure.denial"));
    }
    if texts.iter().any(|text| misleads(text)) {
        reasons.push(HandOver::new(Reason::PolicyRestriction, "guard.disclosure.wording"));
    }
    reasons
}

/// whether a text discloses in words that are none.
pub fn misleads(text: &str) -> bool {
    says(text, &EVASIONS)
}

fn says(text: &str, phrases: &[&str]) -> bool {
    let folded = format!(" {} ", grams::words(text).join(" "));
    phrases.iter().any(|phrase| folded.contains(&format!(" {}", grams::words(phrase).join(" "))))
}

/// the first line of every mail that no person has read before it went, for whom it acts.
pub fn notice(language: Language, company: &str) -> String {
    match language {
        Language::En => format!("This reply was written by an AI system on behalf of {company}, without review by a person."),
        Language::De | Language::Other | Language::Unknown => {
            format!(
                "Diese Antwort wurde im Auftrag der Firma {company} von einem KI-System (künstliche Intelligenz) ohne Prüfung durch einen Menschen verfasst."
            )
        }
    }
}

/// whether the first line of a text is a disclosure: it names KI or AI and the company, and does not evade.
pub fn discloses(text: &str, company: &str) -> bool {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty()).unwrap_or_default();
    let named =
        first.split(|c: char| !c.is_alphanumeric()).any(|word| matches!(word, "KI" | "AI")) || first.contains("künstliche Intelligenz");
    named && !company.trim().is_empty() && first.contains(company.trim()) && !misleads(first)
}
