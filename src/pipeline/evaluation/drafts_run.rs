//! The way of each mail of a suite through the stations of the service: parsed, screened, cleared, understood, looked up,
//! drafted, checked.
//!
//! All mails are cleared; what the rules of screening find still goes to a person, as in life. Never: the store of a company, a
//! mail sent, another order of the stations than the worker's.

use crate::config::file::{DrafterChoice, DraftingConfig};
use crate::crypto::digest;
use crate::domain::clock::EntropyError;
use crate::domain::draft::{AskState, Claim, Drafter, Verdict};
use crate::domain::message::Authentication;
use crate::domain::reason::{HandOver, Reason};
use crate::domain::{Cleared, Entropy, Language, Message};
use crate::inference::{Engine, EngineError};
use crate::knowledge::language;
use crate::pipeline::drafting::{self, Material, Outcome};
use crate::pipeline::evaluation::EvaluationError;
use crate::pipeline::evaluation::drafts::{Case, Desk, Suite};
use crate::pipeline::evaluation::letter;
use crate::pipeline::evaluation::shelf::{Piece, Shelf};
use crate::pipeline::evaluation::tone::tone;
use crate::pipeline::frame::CompanyTone;
use crate::pipeline::screening::{Arrived, Screened, screen};
use crate::pipeline::understanding::{Category, category, understand};
use crate::pipeline::{intake, retrieval, suite};
use crate::store::Senses;
use serde::Serialize;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// An engine that is away is asked again so often; then a person takes over, as in the service.
const ATTEMPTS_MAX: u32 = 3;

/// What the mails meet.
#[derive(Clone, Copy)]
pub struct Setup<'a> {
    pub engine: &'a Engine,
    pub drafter: DrafterChoice,
    pub senses: &'a Senses,
}

/// What may happen with a draft; `release` is what a reviewer gets as a finished one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Decision {
    Release,
    Hold,
    HandOver,
}

/// One case's result; every figure can be counted from these and the suite.
#[derive(Debug, Clone, Serialize)]
pub struct Detail {
    pub id: String,
    pub decision: Decision,
    /// Codes of F-27 and ids of the guards.
    pub reasons: Vec<String>,
    pub draft: String,
    pub citations: Vec<Citation>,
    pub asks: Vec<AskResult>,
    pub claims: Vec<Claim>,
    pub category: Option<String>,
    /// Of the draft's text; of the mail where there is no draft.
    pub language: Language,
    pub seconds: f64,
    pub drafter: Option<Drafter>,
    /// Ids of what spoke against a model's draft that was put aside, and the claims of that draft.
    pub put_aside: Vec<String>,
    pub rejected_claims: Vec<Claim>,
}

/// `sentence` counts from 1, the greeting left out.
#[derive(Debug, Clone, Serialize)]
pub struct Citation {
    pub sentence: usize,
    pub passage: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AskResult {
    pub ask: String,
    pub state: AskState,
}

/// Runs all cases; the details come in the order of the suite.
pub async fn run(suite: &Suite, setup: Setup<'_>, progress: &dyn Fn(usize)) -> Result<Vec<Detail>, EvaluationError> {
    let mut numbered = Vec::with_capacity(suite.cases);
    for desk in &suite.desks {
        let office = Office::open(desk, setup)?;
        for (number, case) in &desk.cases {
            let started = Instant::now();
            let mut detail = office.answer(case).await?;
            detail.seconds = started.elapsed().as_secs_f64();
            numbered.push((*number, detail));
            progress(numbered.len());
        }
    }
    numbered.sort_by_key(|(number, _)| *number);
    Ok(numbered.into_iter().map(|(_, detail)| detail).collect())
}

/// A company at work.
struct Office<'a> {
    shelf: Shelf,
    tone: CompanyTone,
    categories: Vec<Category>,
    config: DraftingConfig,
    setup: Setup<'a>,
}

impl<'a> Office<'a> {
    fn open(desk: &Desk, setup: Setup<'a>) -> Result<Self, EvaluationError> {
        let pieces: Vec<Piece<'_>> = desk
            .passages
            .iter()
            .map(|passage| {
                // A passage alone may be too short to tell; then it is in the language that the company writes.
                let language = match language::of(&passage.text) {
                    known @ (Language::De | Language::En) => known,
                    Language::Other | Language::Unknown => desk.company.language,
                };
                Piece { id: &passage.id, title: &passage.title, text: &passage.text, language }
            })
            .collect();
        let categories = desk.company.categories.iter();
        let category =
            |name: &str, description: &str| Category { name: name.to_owned(), description: description.to_owned(), examples: Vec::new() };
        Ok(Self {
            shelf: Shelf::of(&pieces, setup.senses)?,
            tone: tone(&desk.company),
            categories: categories.map(|c| category(&c.name, &c.description)).collect(),
            config: DraftingConfig { drafter: setup.drafter, address_form: desk.company.form() },
            setup,
        })
    }

    async fn answer(&self, case: &Case) -> Result<Detail, EvaluationError> {
        let raw = letter::compose(&case.mail, &case.id);
        let Some(message) = intake::read_safely(&raw, &[]) else {
            return Ok(refused(case, Language::Unknown, &HandOver::new(Reason::TechnicalFailure, "mail.unreadable")));
        };
        let language = message.language;
        let screened = screen(&Arrived { message: &message, authentication: Authentication::None, truncated: false });
        let findings = match screened {
            Screened::Ignore(rule) => return Ok(refused(case, language, &HandOver::new(Reason::UnsupportedRequest, rule))),
            Screened::Withdrawal { rule, .. } => return Ok(refused(case, language, &HandOver::new(Reason::CustomerRequest, rule))),
            Screened::Candidate(findings) => findings,
        };
        match suite::cleared(&case.id, message, &findings) {
            Ok(cleared) => self.draft(case, &cleared).await,
            Err(refusal) => Ok(refused(case, language, &refusal)),
        }
    }

    async fn draft(&self, case: &Case, mail: &Cleared<Message>) -> Result<Detail, EvaluationError> {
        let understood = understand(mail, self.tone.address_form);
        let now = self.setup.senses.clock.now();
        let found = retrieval::look_up(self.shelf.knowledge(), mail, &understood, None, now)?;
        let category = category(mail, &self.categories).map(|category| category.name.clone());
        let entropy = CaseEntropy::new(&case.id);
        let material = Material { mail, understood: &understood, found: &found, tone: &self.tone, entropy: &entropy };
        let detail = match self.produce(&material).await? {
            Some(outcome) => detail_of(case, outcome),
            None => refused(case, understood.language, &HandOver::new(Reason::TechnicalFailure, "engine.away")),
        };
        Ok(Detail { category, ..detail })
    }

    /// `None`: the engine stayed away.
    async fn produce(&self, material: &Material<'_>) -> Result<Option<Outcome>, EngineError> {
        for _ in 0..ATTEMPTS_MAX {
            match drafting::produce(material, self.setup.engine, &self.config).await {
                Ok(outcome) => return Ok(Some(outcome)),
                Err(error) => {
                    tracing::info!(event = "evaluation.retry", %error, "the case waits for the model");
                    self.setup.engine.ready().await?;
                }
            }
        }
        Ok(None)
    }
}

/// Evaluation gives the same result twice, so frame and canary of a case follow from its id.
struct CaseEntropy {
    seed: String,
    asked: AtomicU64,
}

impl CaseEntropy {
    fn new(id: &str) -> Self {
        Self { seed: id.to_owned(), asked: AtomicU64::new(0) }
    }
}

impl Entropy for CaseEntropy {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        for chunk in buffer.chunks_mut(32) {
            let block = digest::sha256(format!("{}:{}", self.seed, self.asked.fetch_add(1, Ordering::Relaxed)).as_bytes());
            chunk.iter_mut().zip(block).for_each(|(byte, fresh)| *byte = fresh);
        }
        Ok(())
    }
}

fn codes(reasons: &[HandOver]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for code in reasons.iter().flat_map(|why| [why.reason.code(), why.rule.as_str()]) {
        if !all.iter().any(|known| known == code) {
            all.push(code.to_owned());
        }
    }
    all
}

/// No station behind the gate has seen the mail.
fn refused(case: &Case, language: Language, why: &HandOver) -> Detail {
    Detail {
        id: case.id.clone(),
        decision: Decision::HandOver,
        reasons: codes(std::slice::from_ref(why)),
        draft: String::new(),
        citations: Vec::new(),
        asks: Vec::new(),
        claims: Vec::new(),
        category: None,
        language,
        seconds: 0.0,
        drafter: None,
        put_aside: Vec::new(),
        rejected_claims: Vec::new(),
    }
}

fn detail_of(case: &Case, outcome: Outcome) -> Detail {
    let content = outcome.content;
    let (decision, reasons) = match &content.verdict {
        Verdict::Release => (Decision::Release, Vec::new()),
        Verdict::Hold { reasons } => (Decision::Hold, codes(reasons)),
        Verdict::HandOver { reasons } => (Decision::HandOver, codes(reasons)),
    };
    let draft = content.draft;
    let sentences: Vec<&str> = draft.sentences.iter().map(|sentence| sentence.text.as_str()).collect();
    let language = match language::of(&sentences.join("\n")) {
        Language::Unknown => draft.language,
        known @ (Language::De | Language::En | Language::Other) => known,
    };
    let citations = draft.sentences.iter().zip(1..);
    let citations = citations.flat_map(|(s, sentence)| s.citations.iter().map(move |id| Citation { sentence, passage: id.clone() }));
    Detail {
        id: case.id.clone(),
        decision,
        reasons,
        citations: citations.collect(),
        asks: draft.asks.into_iter().map(|ask| AskResult { ask: ask.ask, state: ask.state }).collect(),
        claims: content.claims,
        category: None,
        language,
        seconds: 0.0,
        drafter: (decision != Decision::HandOver).then_some(draft.drafter),
        draft: draft.body,
        put_aside: outcome.put_aside.into_iter().map(|why| why.rule).collect(),
        rejected_claims: outcome.rejected.map(|rejected| rejected.claims).unwrap_or_default(),
    }
}
