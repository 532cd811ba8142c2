//! Drafting and check of one mail: which drafter writes, and which draft is offered.
//!
//! A model's draft that the evidence check does not pass is held, and the extractive one is offered in its place. Every
//! failure of the model ends in a draft without it or in a retry, never in an unchecked text (law 3).

use crate::config::file::{DrafterChoice, DraftingConfig};
use crate::domain::draft::{Ask, Claim, Draft, Drafter, Verdict, Versions};
use crate::domain::knowledge::Passage;
use crate::domain::reason::HandOver;
use crate::domain::{Cleared, Message};
use crate::inference::protocol::StopReason;
use crate::inference::{Engine, EngineError, GenerateOptions};
use crate::knowledge::Found;
use crate::pipeline::evidence::{self, Sources};
use crate::pipeline::extractive::{self, Drafted, PIPELINE};
use crate::pipeline::frame::CompanyTone;
use crate::pipeline::prompting::{self, Answering};
use crate::pipeline::relevance;
use crate::pipeline::understanding::Understanding;
use crate::store::draft::DraftContent;
use std::collections::BTreeMap;

/// What the drafting station works with.
pub struct Material<'a> {
    pub mail: &'a Cleared<Message>,
    pub understood: &'a Understanding,
    /// Search results of each ask.
    pub found: &'a [Vec<Found>],
    pub tone: &'a CompanyTone,
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
                return Ok(Outcome { content, put_aside, rejected, relevance: Vec::new() });
            }
            Ok(content) => {
                put_aside.extend(reasons(&content.verdict));
                rejected = Some(Box::new(content));
            }
            Err(hand_over) => put_aside.push(hand_over),
        }
    }
    let content = extractive_draft(material);
    let relevance = relevance::scores(engine, material.mail, &content.draft).await;
    Ok(Outcome { content, put_aside, rejected, relevance })
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
        Drafted::Person { reason, asks } => nothing(material, reason, asks),
    }
}

/// No draft: the asks and what was found for them lie ready for a person.
fn nothing(material: &Material<'_>, reason: HandOver, asks: Vec<Ask>) -> DraftContent {
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
    DraftContent { draft, claims: Vec::new(), verdict: Verdict::HandOver { reasons: vec![reason] } }
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

/// D-01: the verdict is the check's, whoever wrote the draft.
fn checked(draft: Draft, material: &Material<'_>, passages: &[Passage]) -> DraftContent {
    let message = material.mail.get();
    let mail = format!("{}\n{}", message.subject, message.visible);
    let sources = Sources { passages, mail: &mail, fields: &BTreeMap::new(), blocks: &[] };
    let report = evidence::check(&draft, &sources);
    let reasons = report.reasons();
    let claims: Vec<Claim> = report.claims;
    let verdict = if reasons.is_empty() { Verdict::Release } else { Verdict::Hold { reasons } };
    DraftContent { draft, claims, verdict }
}

/// The inner error is a hand-over: the model said nothing usable.
async fn model_draft(material: &Material<'_>, engine: &Engine) -> Result<Result<DraftContent, HandOver>, EngineError> {
    let sources = prompting::offered(material.found);
    if sources.is_empty() {
        return Ok(Err(HandOver::new(crate::domain::reason::Reason::MissingKnowledge, "drafting.no_fit")));
    }
    let prompt = prompting::prompt(material.mail, material.understood, &sources);
    let generation = match engine.generate(&prompt, &GenerateOptions::default(), |_| {}).await {
        Ok(generation) => generation,
        // The same model would take as long again, and the person waits.
        Err(EngineError::DeadlineExceeded) => {
            return Ok(Err(HandOver::new(crate::domain::reason::Reason::TechnicalFailure, "drafting.deadline")));
        }
        Err(error) if error.is_transient() || error == EngineError::Cancelled => return Err(error),
        Err(error) => {
            tracing::warn!(event = "drafting.model_failed", %error, "the model gave no draft");
            return Ok(Err(HandOver::new(crate::domain::reason::Reason::TechnicalFailure, "drafting.model_failed")));
        }
    };
    let model = engine.identity().map_or_else(|| "unknown".to_owned(), |identity| format!("{} sha256:{}", identity.name, identity.sha256));
    let finished = match generation.stop_reason {
        StopReason::End | StopReason::StopString => true,
        StopReason::Length => false,
    };
    let answering = Answering { understood: material.understood, sources: &sources, tone: material.tone, model: &model };
    Ok(prompting::read_answer(&generation.text, finished, &answering).map(|draft| checked(draft, material, &sources)))
}
