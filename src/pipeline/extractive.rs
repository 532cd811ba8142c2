//! The drafter that writes nothing of its own: per ask the sentences of the best passage, word for word, in a frame.
//!
//! Grounded by construction, works without a model, and is the fallback when a model's draft is rejected. Never: a
//! translation, a sentence that the sources do not hold, an ask left out.

use crate::domain::Language;
use crate::domain::draft::{Ask, AskState, Draft, Drafter, Sentence, Versions};
use crate::domain::knowledge::Passage;
use crate::domain::reason::{HandOver, Reason};
use crate::knowledge::Found;
use crate::pipeline::evidence::scan::facts;
use crate::pipeline::evidence::statements::promises;
use crate::pipeline::frame::{self, CompanyTone, Paragraph};
use crate::pipeline::selection::{Wanted, select};
use crate::pipeline::understanding::Understanding;
use crate::pipeline::understanding::asks::FoundAsk;

/// Version of the stations, for every draft and record (F-30).
pub const PIPELINE: &str = concat!("hauspost ", env!("CARGO_PKG_VERSION"));
/// Passages laid ready for the person who answers an open ask.
const PASSAGES_PER_ASK: usize = 3;
/// A longer question is not repeated to its writer.
const QUOTED_CHARS_MAX: usize = 110;

/// What came of a mail: a draft, or a person with what was found laid ready.
#[derive(Clone, PartialEq, Eq)]
pub enum Drafted {
    Draft(Box<Draft>),
    Person { reason: HandOver, asks: Vec<Ask> },
}

impl std::fmt::Debug for Drafted {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Draft(draft) => draft.fmt(f),
            Self::Person { reason, asks } => write!(f, "Person({reason:?}, {} asks)", asks.len()),
        }
    }
}

/// Drafts an answer. `found` holds the search result of each ask, in their order.
pub fn draft(understood: &Understanding, found: &[Vec<Found>], tone: &CompanyTone) -> Drafted {
    let language = understood.language;
    let answers: Vec<Answer> =
        understood.asks.iter().enumerate().map(|(i, ask)| answer(ask, found.get(i).map_or(&[], Vec::as_slice), language, tone)).collect();
    let asks: Vec<Ask> = understood.asks.iter().zip(&answers).map(|(ask, answer)| answer.as_ask(&ask.ask)).collect();
    if let Some(reason) = understood.needs_person.first() {
        return Drafted::Person { reason: reason.clone(), asks: handed_over(asks) };
    }
    if !answers.iter().any(|answer| !answer.lines.is_empty()) {
        // Never translated: the passages lie ready for the person who can.
        let foreign = answers.iter().any(|answer| answer.foreign);
        let rule = if foreign { "drafting.other_language" } else { "drafting.no_fit" };
        return Drafted::Person { reason: HandOver::new(Reason::MissingKnowledge, rule), asks: handed_over(asks) };
    }
    let paragraphs = paragraphs(understood, answers, tone);
    let salutation = frame::salutation(language, tone.address_form, understood.salutation_name.as_ref());
    let closing = tone.closing(language).to_owned();
    let body = frame::body(&salutation, &paragraphs, &closing);
    let sentences = paragraphs.into_iter().flat_map(|p| p.lines).flatten().collect();
    let versions = Versions { pipeline: PIPELINE.to_owned(), prompt: None, model: None };
    Drafted::Draft(Box::new(Draft { language, drafter: Drafter::Extractive, salutation, sentences, closing, body, asks, versions }))
}

fn handed_over(asks: Vec<Ask>) -> Vec<Ask> {
    asks.into_iter().map(|ask| Ask { state: AskState::HandedOver, ..ask }).collect()
}

/// What answers one ask.
#[derive(Default)]
struct Answer {
    label: Option<Sentence>,
    lines: Vec<Sentence>,
    /// Whether the lines stand under each other, as rows of a table do.
    rows: bool,
    passages: Vec<String>,
    foreign: bool,
}

impl Answer {
    fn as_ask(&self, ask: &str) -> Ask {
        let state = if self.lines.is_empty() { AskState::Open } else { AskState::Answered };
        Ask { ask: ask.to_owned(), state, passages: self.passages.clone() }
    }
}

fn answer(ask: &FoundAsk, found: &[Found], language: Language, tone: &CompanyTone) -> Answer {
    let laid_ready = found.iter().filter(|f| f.is_near()).take(PASSAGES_PER_ASK).map(|f| f.hit.passage.id.clone()).collect();
    let ours = |f: &&Found| f.language == language || f.language == Language::Unknown;
    let best = found.first().filter(|f| f.answers());
    let foreign = best.is_some_and(|f| !ours(&f));
    let all: Vec<&Passage> = found.iter().map(|f| &f.hit.passage).collect();
    let usable = |text: &str| language != Language::De || !frame::breaks_form(text, tone.address_form);
    let wanted = Wanted::of(ask, &all);
    let picked = best.filter(ours).and_then(|f| Some((&f.hit.passage, select(&wanted, &f.hit.passage, &usable)?)));
    let Some((passage, picked)) = picked else {
        return Answer { foreign, passages: laid_ready, ..Answer::default() };
    };
    let sentence = |text: &str| Sentence { text: text.to_owned(), citations: vec![passage.id.clone()] };
    let rows = picked.iter().any(|text| !text.ends_with(['.', '!', '?']));
    Answer {
        label: passage.heading.last().map(|title| sentence(&format!("{}:", title.trim_end_matches([':', '?', '.'])))),
        lines: picked.iter().map(|text| sentence(text)).collect(),
        rows,
        passages: vec![passage.id.clone()],
        foreign: false,
    }
}

/// Opening, an answer each, then what stays open.
fn paragraphs(understood: &Understanding, answers: Vec<Answer>, tone: &CompanyTone) -> Vec<Paragraph> {
    let (language, form) = (understood.language, tone.address_form);
    let plain = |text: String| Sentence { text, citations: vec![] };
    let several = answers.iter().filter(|answer| !answer.lines.is_empty()).count() > 1;
    let mut all = vec![Paragraph { lines: vec![vec![plain(frame::opening(language, form).to_owned())]] }];
    let mut open: Vec<Sentence> = Vec::new();
    let mut said: Vec<Sentence> = Vec::new();
    for (ask, answer) in understood.asks.iter().zip(answers) {
        if answer.lines.is_empty() {
            let sentence = plain(frame::open_ask(language, form, quotable(&ask.ask).as_deref()));
            if !open.contains(&sentence) {
                open.push(sentence);
            }
            continue;
        }
        let new: Vec<Sentence> = answer.lines.into_iter().filter(|line| !said.contains(line)).collect();
        said.extend(new.iter().cloned());
        if new.is_empty() {
            continue;
        }
        let mut paragraph = Paragraph::default();
        if several || answer.rows {
            paragraph.lines.extend(answer.label.map(|label| vec![label]));
        }
        if answer.rows {
            paragraph.lines.extend(new.into_iter().map(|line| vec![line]));
        } else {
            paragraph.lines.push(new);
        }
        all.push(paragraph);
    }
    let lines = open.into_iter().map(|sentence| vec![sentence]).collect();
    all.push(Paragraph { lines });
    all
}

/// The customer's question in quotes, where it holds no fact that would look like ours.
fn quotable(ask: &str) -> Option<String> {
    let text = ask.split_whitespace().collect::<Vec<_>>().join(" ");
    let text = text.trim_end_matches(['.', '!']);
    let joints = ["Außerdem ", "Ausserdem ", "Und ", "und ", "And ", "and ", "Also ", "also ", "Zudem ", "Ferner "];
    let text = joints.iter().find_map(|joint| text.strip_prefix(joint)).unwrap_or(text);
    let strange = text.contains(['„', '“', '”', '"', '<', '>', '[', ']', '{', '}', '|', '*', '#']);
    // What is no question would stand in quotes without its first words.
    (!strange && text.ends_with('?') && text.chars().count() <= QUOTED_CHARS_MAX && facts(text).is_empty() && promises(text).is_empty())
        .then(|| text.to_owned())
}
