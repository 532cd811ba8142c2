//! Drafting and check of one mail: which drafter writes, and which draft is offered.
//!
//! A model's draft that the evidence check does not pass is held, and the extractive one is offered in its place. Every
//! failure of the model ends in a draft without it or in a retry, never in an unchecked text (law 3).

use crate::config::file::{DrafterChoice, DraftingConfig};
use crate::domain::draft::{Ask, AskState, Claim, Draft, Drafter, Verdict, Versions};
use crate::domain::knowledge::Passage;
use crate::domain::overview::Overview;
use crate::domain::reason::{HandOver, Reason};
use crate::domain::{Cleared, Entropy, Message};
use crate::inference::protocol::StopReason;
use crate::inference::{Engine, EngineError, GenerateOptions};
use crate::knowledge::Found;
use crate::pipeline::evidence::{self, Sources};
use crate::pipeline::extractive::{self, Drafted, PIPELINE};
use crate::pipeline::frame::CompanyTone;
use crate::pipeline::guards::leak::{self, Secrets, is_leak};
use crate::pipeline::guards::{Inspection, injection, inspect};
use crate::pipeline::prompting::{self, Answering};
use crate::pipeline::relevance;
use crate::pipeline::understanding::Understanding;
use crate::store::draft::DraftContent;
use std::collections::BTreeMap;

/// What the drafting station works with.
#[derive(Clone, Copy)]
pub struct Material<'a> {
    pub mail: &'a Cleared<Message>,
    pub understood: &'a Understanding,
    /// Search results of each ask.
    pub found: &'a [Vec<Found>],
    pub tone: &'a CompanyTone,
    /// For the frame and the canary of a prompt.
    pub entropy: &'a dyn Entropy,
}

/// What came of it, and why a model's draft was put aside.
#[derive(Debug, Clone)]
pub struct Outcome {
    pub content: DraftContent,
    pub put_aside: Vec<HandOver>,
    /// The model's draft that the check did not pass.
    pub rejected: Option<Box<DraftContent>>,
    /// Per ask, the embedded model's opinion of the sentence that answers it.
    pub relevance: Vec<Option<f64>>,
}

/// Drafts and checks. `Err` only where the same mail should be tried again later.
pub async fn produce(material: &Material<'_>, engine: &Engine, config: &DraftingConfig) -> Result<Outcome, EngineError> {
    let kept = for_machine(material);
    let material = &Material { found: &kept, ..*material };
    let flags = injection::marks(material.mail.get());
    let overview = material.understood.overview();
    let mut put_aside = Vec::new();
    let mut rejected = None;
    let by_model = match config.drafter {
        DrafterChoice::Model => true,
        // The extractive drafter measured better in both languages so far; see models/CARD.md.
        DrafterChoice::Default | DrafterChoice::Extractive => false,
    };
    if by_model && material.understood.needs_person.is_empty() {
        match model_draft(material, engine).await? {
            Ok(content) if content.verdict == Verdict::Release => {
                return Ok(Outcome { content: DraftContent { flags, overview, ..content }, put_aside, rejected, relevance: Vec::new() });
            }
            Ok(content) => {
                put_aside.extend(reasons(&content.verdict));
                rejected = Some(Box::new(content));
            }
            Err(hand_over) => put_aside.push(hand_over),
        }
    }
    let content = DraftContent { flags, overview, ..extractive_draft(material) };
    // A model that gives our secrets away has been talked round: whatever is offered instead, a person looks.
    let leaks: Vec<HandOver> = put_aside.iter().filter(|reason| is_leak(reason)).cloned().collect();
    let content = if leaks.is_empty() { content } else { DraftContent { verdict: held(&content.verdict, leaks), ..content } };
    let relevance = relevance::scores(engine, material.mail, &content.draft).await;
    Ok(Outcome { content, put_aside, rejected, relevance })
}

/// What was found, without that for asks which only a person answers (F-26).
fn for_machine(material: &Material<'_>) -> Vec<Vec<Found>> {
    let keep = |(at, found): (usize, &Vec<Found>)| if material.understood.is_for_person(at) { Vec::new() } else { found.clone() };
    material.found.iter().enumerate().map(keep).collect()
}

fn held(verdict: &Verdict, more: Vec<HandOver>) -> Verdict {
    match verdict {
        Verdict::Release => Verdict::Hold { reasons: more },
        Verdict::Hold { reasons } => Verdict::Hold { reasons: more.into_iter().chain(reasons.clone()).collect() },
        Verdict::HandOver { reasons } => Verdict::HandOver { reasons: more.into_iter().chain(reasons.clone()).collect() },
    }
}

fn reasons(verdict: &Verdict) -> Vec<HandOver> {
    match verdict {
        Verdict::Release => Vec::new(),
        Verdict::Hold { reasons } | Verdict::HandOver { reasons } => reasons.clone(),
    }
}

fn extractive_draft(material: &Material<'_>) -> DraftContent {
    match extractive::draft(material.understood, material.found, material.tone) {
        Drafted::Draft(draft) => checked(*draft, material, &all_passages(material.found)),
        Drafted::Person { reason, asks } => {
            let all = &material.understood.needs_person;
            nothing(material, if all.is_empty() { vec![reason] } else { all.clone() }, asks)
        }
    }
}

/// No draft: the asks and what was found for them lie ready for a person.
fn nothing(material: &Material<'_>, reasons: Vec<HandOver>, asks: Vec<Ask>) -> DraftContent {
    let draft = Draft {
        language: material.understood.language,
        drafter: Drafter::Extractive,
        salutation: String::new(),
        sentences: Vec::new(),
        closing: String::new(),
        body: String::new(),
        asks,
        versions: Versions { pipeline: PIPELINE.to_owned(), prompt: None, model: None },
    };
    DraftContent { draft, claims: Vec::new(), verdict: Verdict::HandOver { reasons }, flags: Vec::new(), overview: Overview::default() }
}

fn all_passages(found: &[Vec<Found>]) -> Vec<Passage> {
    let mut all: Vec<Passage> = Vec::new();
    for hit in found.iter().flatten() {
        if !all.iter().any(|known| known.id == hit.hit.passage.id) {
            all.push(hit.hit.passage.clone());
        }
    }
    all
}

/// D-01: the verdict is the check's and the guards', whoever wrote the draft.
fn checked(mut draft: Draft, material: &Material<'_>, passages: &[Passage]) -> DraftContent {
    for (at, ask) in draft.asks.iter_mut().enumerate() {
        if ask.state == AskState::Open && material.understood.is_for_person(at) {
            ask.state = AskState::HandedOver;
        }
    }
    let message = material.mail.get();
    // The name under which the customer writes is theirs as much as what they write.
    let writer = message.from.as_ref().and_then(|from| from.name.as_ref()).map_or("", |name| name.reveal());
    let mail = format!("{}\n{}\n{writer}", message.subject, message.visible);
    let sources = Sources { passages, mail: &mail, fields: &BTreeMap::new(), blocks: &[] };
    let report = evidence::check(&draft, &sources);
    let mut reasons = report.reasons();
    let inspection =
        Inspection { mail: message, understood: material.understood, draft: &draft, passages, found: material.found, tone: material.tone };
    reasons.extend(inspect(&inspection));
    let claims: Vec<Claim> = report.claims;
    let verdict = if reasons.is_empty() { Verdict::Release } else { Verdict::Hold { reasons } };
    DraftContent { draft, claims, verdict, flags: Vec::new(), overview: Overview::default() }
}

/// The inner error is a hand-over: the model said nothing usable.
async fn model_draft(material: &Material<'_>, engine: &Engine) -> Result<Result<DraftContent, HandOver>, EngineError> {
    let sources = prompting::offered(material.found);
    if sources.is_empty() {
        return Ok(Err(HandOver::new(Reason::MissingKnowledge, "drafting.no_fit")));
    }
    // Without a fresh frame nothing is asked.
    let Some(secrets) = Secrets::fresh(material.entropy) else {
        return Ok(Err(HandOver::new(Reason::TechnicalFailure, "drafting.no_entropy")));
    };
    let prompt = prompting::prompt(material.mail, material.understood, &sources, &secrets);
    if !prompt.marks().is_empty() {
        tracing::info!(event = "prompt.sanitized", marks = ?prompt.marks(), "the sanitizer changed what the model is shown");
    }
    let generation = match engine.generate(&prompt, &GenerateOptions::default(), |_| {}).await {
        Ok(generation) => generation,
        // The same model would take as long again, and the person waits.
        Err(EngineError::DeadlineExceeded) => {
            return Ok(Err(HandOver::new(Reason::TechnicalFailure, "drafting.deadline")));
        }
        Err(error) if error.is_transient() || error == EngineError::Cancelled => return Err(error),
        Err(error) => {
            tracing::warn!(event = "drafting.model_failed", %error, "the model gave no draft");
            return Ok(Err(HandOver::new(Reason::TechnicalFailure, "drafting.model_failed")));
        }
    };
    let model = engine.identity().map_or_else(|| "unknown".to_owned(), |identity| format!("{} sha256:{}", identity.name, identity.sha256));
    let finished = match generation.stop_reason {
        StopReason::End | StopReason::StopString => true,
        StopReason::Length => false,
    };
    if let Some(leak) = leak::check(&generation.text, &secrets, prompting::instructions(material.understood)).into_iter().next() {
        return Ok(Err(leak));
    }
    let answering = Answering { understood: material.understood, sources: &sources, tone: material.tone, model: &model };
    Ok(prompting::read_answer(&generation.text, finished, &answering).map(|draft| checked(draft, material, &sources)))
}
