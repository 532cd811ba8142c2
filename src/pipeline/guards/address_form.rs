//! A German answer addresses its reader as the company does, Sie or du, throughout (F-23).

use crate::domain::Language;
use crate::domain::reason::{HandOver, Reason};
use crate::pipeline::frame::breaks_form;
use crate::pipeline::guards::inspection::{Inspection, own_words};

pub fn check(inspection: &Inspection<'_>) -> Vec<HandOver> {
    let draft = inspection.draft;
    if draft.language != Language::De {
        return Vec::new();
    }
    let texts = [&draft.salutation, &draft.closing].into_iter().chain(draft.sentences.iter().map(|sentence| &sentence.text));
    let broken = texts.into_iter().any(|text| breaks_form(&own_words(text), inspection.tone.address_form));
    if broken { vec![HandOver::new(Reason::PolicyRestriction, "guard.address_form")] } else { Vec::new() }
}
