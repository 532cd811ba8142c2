//! The answer is in the language of the mail (F-23), all of it: one foreign sentence holds the draft.

use crate::domain::Language;
use crate::domain::reason::{HandOver, Reason};
use crate::knowledge::grams;
use crate::knowledge::language;
use crate::knowledge::words::{is_english, is_german};
use crate::pipeline::guards::inspection::{Inspection, own_words};

/// Small words of the other language in one sentence, with none of the own, from which on it is foreign.
const FOREIGN_WORDS: usize = 3;

pub fn check(inspection: &Inspection<'_>) -> Vec<HandOver> {
    let wanted = inspection.understood.language;
    let draft = inspection.draft;
    let text = own_words(&draft.sentences.iter().map(|sentence| sentence.text.as_str()).collect::<Vec<_>>().join(" "));
    let as_whole = match language::of(&text) {
        Language::Unknown => false,
        found @ (Language::De | Language::En | Language::Other) => found != wanted,
    };
    let foreign = draft.sentences.iter().any(|sentence| is_foreign(&own_words(&sentence.text), wanted));
    if draft.language != wanted || as_whole || foreign {
        return vec![HandOver::new(Reason::UnsupportedRequest, "guard.language")];
    }
    Vec::new()
}

fn is_foreign(sentence: &str, wanted: Language) -> bool {
    let words = grams::words(sentence);
    let german = words.iter().filter(|word| is_german(word) && !is_english(word)).count();
    let english = words.iter().filter(|word| is_english(word) && !is_german(word)).count();
    match wanted {
        Language::De => english >= FOREIGN_WORDS && german == 0,
        Language::En => german >= FOREIGN_WORDS && english == 0,
        Language::Other | Language::Unknown => true,
    }
}
