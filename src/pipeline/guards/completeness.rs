//! Every ask is answered, open or handed over (D-13): one that the draft passes over in silence holds it.

use crate::domain::draft::{Ask, AskState};
use crate::domain::reason::{HandOver, Reason};
use crate::pipeline::guards::inspection::{Inspection, own_words};

pub fn check(inspection: &Inspection<'_>) -> Vec<HandOver> {
    let draft = inspection.draft;
    let hold = |rule: &str| vec![HandOver::new(Reason::MissingKnowledge, rule)];
    let found = &inspection.understood.asks;
    let listed = |ask: &str| draft.asks.iter().filter(|known| known.ask == ask).count();
    if found.iter().any(|ask| listed(&ask.ask) == 0) || draft.asks.len() != found.len() {
        return hold("guard.completeness.missing");
    }
    if draft.asks.iter().any(|ask| !is_honest(inspection, ask)) {
        return hold("guard.completeness.state");
    }
    // What only a person decides is never answered beside the rest (F-26).
    let answered = |at: usize, ask: &Ask| ask.state == AskState::Answered && inspection.understood.is_for_person(at);
    if draft.asks.iter().enumerate().any(|(at, ask)| answered(at, ask)) {
        return hold("guard.completeness.for_person");
    }
    Vec::new()
}

/// An answered ask has a cited sentence; one that is not answered is told to the customer.
fn is_honest(inspection: &Inspection<'_>, ask: &Ask) -> bool {
    let sentences = &inspection.draft.sentences;
    match ask.state {
        AskState::Answered => sentences.iter().any(|sentence| sentence.citations.iter().any(|id| ask.passages.contains(id))),
        AskState::Open | AskState::HandedOver => sentences.iter().any(|sentence| {
            sentence.citations.is_empty() && (own_words(&sentence.text).contains("gesondert") || sentence.text.contains("separately"))
        }),
    }
}
