//! `evaluate evidence`: drafts with and without a fault, and whether the evidence check finds it.
//!
//! The verdict is about support alone; what else would hold the draft stands beside it. The customer's own words given back as
//! theirs count as clean.

use crate::domain::Language;
use crate::domain::draft::Claim;
use crate::domain::knowledge::Passage;
use crate::domain::language::AddressForm;
use crate::pipeline::evaluation::draft_text::{self, Taken};
use crate::pipeline::evaluation::drafts::Mail;
use crate::pipeline::evaluation::figures::{mean, share};
use crate::pipeline::evaluation::letter;
use crate::pipeline::evidence::{self, EvidenceReport, Sources, Support};
use crate::pipeline::frame::CompanyTone;
use crate::pipeline::guards::{Inspection, inspect_text};
use crate::pipeline::intake;
use crate::pipeline::suite::{self, Ids, Problem, SuiteError};
use crate::pipeline::understanding::understand;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line {
    Case(Case),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
    #[serde(deserialize_with = "suite::language")]
    language: Language,
    mail: String,
    passages: Vec<Given>,
    fields: BTreeMap<String, String>,
    blocks: Vec<String>,
    draft: String,
    #[serde(rename = "expect")]
    expected: Expect,
    #[serde(default)]
    fault: Option<Fault>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    id: String,
    text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Expect {
    Clean,
    Faulty,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Fault {
    kind: String,
    span: String,
}

/// A suite whose cases hold together.
pub struct Suite {
    cases: Vec<Case>,
}

impl std::fmt::Debug for Suite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Suite({} cases)", self.cases.len())
    }
}

impl Suite {
    pub const fn len(&self) -> usize {
        self.cases.len()
    }

    pub const fn is_empty(&self) -> bool {
        self.cases.is_empty()
    }
}

pub fn load(files: &[PathBuf]) -> Result<Suite, SuiteError> {
    let mut ids = Ids::default();
    let mut cases = Vec::new();
    for (place, Line::Case(case)) in suite::read::<Line>(files)? {
        ids.take(&case.id, &place)?;
        let mut passages = Ids::default();
        for passage in &case.passages {
            passages.take(&passage.id, &place)?;
        }
        match (case.expected, &case.fault) {
            (Expect::Faulty, None) => return Err(SuiteError::at(&place, Problem::FaultyWithout)),
            (Expect::Clean, Some(_)) => return Err(SuiteError::at(&place, Problem::CleanWith)),
            (Expect::Faulty, Some(_)) | (Expect::Clean, None) => cases.push(case),
        }
    }
    if cases.is_empty() {
        return Err(SuiteError::Empty("case"));
    }
    Ok(Suite { cases })
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub kind: &'static str,
    pub cases: usize,
    pub faulty: usize,
    pub clean: usize,
    /// Faulty cases that were found, by all faulty ones.
    pub recall: Option<f64>,
    pub recall_by_kind: BTreeMap<String, Option<f64>>,
    /// Faulty cases in which a claim that was objected to overlaps the span of the fault, by all faulty ones.
    pub recall_by_span: Option<f64>,
    /// Clean cases that were objected to, by all clean ones.
    pub false_alarm_share: Option<f64>,
    /// Mean.
    pub milliseconds_per_draft: Option<f64>,
}

/// One case's result.
#[derive(Debug, Clone, Serialize)]
pub struct Detail {
    pub id: String,
    pub verdict: Support,
    pub claims: Vec<Claim>,
    /// Ids of what else would hold the draft.
    pub gates: Vec<String>,
    pub milliseconds: f64,
}

/// Checks every draft.
pub fn run(suite: &Suite, progress: &dyn Fn(usize)) -> (Report, Vec<Detail>) {
    let mut details = Vec::with_capacity(suite.cases.len());
    for (number, case) in suite.cases.iter().enumerate() {
        details.push(judge(case));
        progress(number + 1);
    }
    (report(&suite.cases, &details), details)
}

fn judge(case: &Case) -> Detail {
    let passages: Vec<Passage> = case
        .passages
        .iter()
        .map(|given| Passage { id: given.id.clone(), source: "suite".to_owned(), heading: Vec::new(), text: given.text.clone() })
        .collect();
    let ids: Vec<String> = passages.iter().map(|passage| passage.id.clone()).collect();
    let started = Instant::now();
    let taken = draft_text::take(&case.draft, case.language, &ids);
    let sources = Sources { passages: &passages, mail: &case.mail, fields: &case.fields, blocks: &case.blocks };
    let report = evidence::check(&taken.draft, &sources);
    let milliseconds = started.elapsed().as_secs_f64() * 1000.0;
    let mut gates = gates(&taken, &report);
    gates.extend(guarded(case, &taken, &passages));
    Detail { id: case.id.clone(), verdict: report.verdict(), gates, claims: report.claims, milliseconds }
}

/// What the guards say of the text; fields and blocks are the company's own words here.
fn guarded(case: &Case, taken: &Taken, passages: &[Passage]) -> Vec<String> {
    let mail = Mail { from: "Kunde <kunde@example.org>".to_owned(), subject: String::new(), body: case.mail.clone() };
    let read = intake::read_safely(&letter::compose(&mail, &case.id), &[]);
    let Some(Ok(cleared)) = read.map(|message| suite::cleared(&case.id, message, &[])) else { return vec!["mail.unreadable".to_owned()] };
    let understood = understand(&cleared, AddressForm::Sie);
    let own_words = case.fields.values().chain(&case.blocks).cloned().collect();
    let tone = CompanyTone { own_words, ..CompanyTone::default() };
    let inspection = Inspection { mail: cleared.get(), understood: &understood, draft: &taken.draft, passages, found: &[], tone: &tone };
    inspect_text(&inspection)
}

/// What holds a draft beside support; a model's answer with such a mark is put aside.
fn gates(taken: &Taken, report: &EvidenceReport) -> Vec<String> {
    let unknown = (!taken.unknown_marks.is_empty()).then(|| "drafting.unknown_source".to_owned());
    let body = (!report.body_is_checked).then(|| "evidence.body".to_owned());
    unknown.into_iter().chain(body).collect()
}

fn report(cases: &[Case], details: &[Detail]) -> Report {
    let pairs: Vec<(&Case, &Detail)> = cases.iter().zip(details).collect();
    let faulty: Vec<(&Case, &Detail)> = pairs.iter().copied().filter(|(case, _)| case.expected == Expect::Faulty).collect();
    let clean: Vec<&Detail> = pairs.iter().filter(|(case, _)| case.expected == Expect::Clean).map(|(_, detail)| *detail).collect();
    let found = |of: &[&(&Case, &Detail)]| share(of.iter().filter(|(_, d)| d.verdict == Support::Faulty).count(), of.len());
    let mut by_kind: BTreeMap<String, Vec<&(&Case, &Detail)>> = BTreeMap::new();
    for pair in &faulty {
        if let Some(fault) = &pair.0.fault {
            by_kind.entry(fault.kind.clone()).or_default().push(pair);
        }
    }
    let at_span = faulty.iter().filter(|(case, detail)| case.fault.as_ref().is_some_and(|fault| names(detail, &fault.span))).count();
    let times: Vec<f64> = details.iter().map(|detail| detail.milliseconds).collect();
    Report {
        kind: "evidence",
        cases: cases.len(),
        faulty: faulty.len(),
        clean: clean.len(),
        recall: found(&faulty.iter().collect::<Vec<_>>()),
        recall_by_kind: by_kind.into_iter().map(|(kind, pairs)| (kind, found(&pairs))).collect(),
        recall_by_span: share(at_span, faulty.len()),
        false_alarm_share: share(clean.iter().filter(|d| d.verdict == Support::Faulty).count(), clean.len()),
        milliseconds_per_draft: mean(&times),
    }
}

/// Whether a claim that was objected to holds the span or is a part of it.
fn names(detail: &Detail, span: &str) -> bool {
    use crate::domain::draft::ClaimState::{Contradicted, Restated, Supported, Unsupported};
    let span = span.to_lowercase();
    let objected = detail.claims.iter().filter(|claim| match claim.state {
        Contradicted | Unsupported => true,
        Supported | Restated => false,
    });
    objected.map(|claim| claim.text.to_lowercase()).any(|text| !text.is_empty() && (text.contains(&span) || span.contains(&text)))
}

#[cfg(test)]
#[path = "evidence_tests.rs"]
mod tests;
