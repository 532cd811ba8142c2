//! Every sentence rests on a passage that the search found fitting: no source, or one that merely lay near,
//! and the draft is held. The house's own frame needs none.

use crate::domain::draft::Sentence;
use crate::domain::reason::{HandOver, Reason};
use crate::pipeline::frame;
use crate::pipeline::guards::inspection::{Inspection, flat, own_words};

pub fn check(inspection: &Inspection<'_>) -> Vec<HandOver> {
    let mut reasons = Vec::new();
    if inspection.draft.sentences.iter().any(|sentence| sentence.citations.is_empty() && !is_frame(inspection, sentence)) {
        reasons.push(HandOver::new(Reason::MissingKnowledge, "guard.source.none"));
    }
    let fits = |id: &String| inspection.found.iter().flatten().any(|found| found.hit.passage.id == *id && found.is_near());
    if inspection.draft.sentences.iter().flat_map(|sentence| &sentence.citations).any(|id| !fits(id)) {
        reasons.push(HandOver::new(Reason::MissingKnowledge, "guard.source.unfit"));
    }
    reasons
}

/// The opening, and the sentences about what stays open, with the customer's question in quotes or not.
fn is_frame(inspection: &Inspection<'_>, sentence: &Sentence) -> bool {
    let (language, form) = (inspection.draft.language, inspection.tone.address_form);
    let text = flat(&own_words(&sentence.text));
    let opens = text == flat(frame::opening(language, form));
    let open = [None, Some("?")].iter().any(|ask| text == flat(&own_words(&frame::open_ask(language, form, *ask))));
    opens || open
}
