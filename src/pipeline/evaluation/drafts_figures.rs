//! The figures of `evaluate drafts`, each a small function over cases and what became of them (contracts §3).
//!
//! What the contract leaves open is settled here: shares are by the cases that they are about (`answered_share` by those that
//! the suite wants a draft for), language and form are counted over all drafts with text, held ones too, and an ask is the
//! product's where most of its 5-grams are the same.

use crate::domain::Language;
use crate::domain::draft::{AskState, Claim, ClaimState, Drafter};
use crate::knowledge::grams::{grams, words};
use crate::pipeline::evaluation::drafts::{Ask, Case, Company, Outcome, Suite};
use crate::pipeline::evaluation::drafts_run::{AskResult, Decision, Detail};
use crate::pipeline::evaluation::figures::{Spread, share, spread};
use crate::pipeline::evaluation::presence::{is_present, occurs};
use crate::pipeline::frame::breaks_form;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A case with its company and its result.
#[derive(Clone, Copy)]
pub struct Judged<'a> {
    pub company: &'a Company,
    pub case: &'a Case,
    pub detail: &'a Detail,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub kind: &'static str,
    /// As it was asked for.
    pub drafter: &'static str,
    pub model: String,
    /// Who wrote the drafts that there are: a model's draft that was put aside is the extractive drafter's in the end.
    pub drafted_by: DraftedBy,
    pub cases: usize,
    pub answered_share: Option<f64>,
    pub fact_recall: Option<f64>,
    pub released_with_unsupported_claim: usize,
    pub grounded_precision_before_check: Option<f64>,
    pub grounded_precision_after_check: Option<f64>,
    pub hand_over_recall: Option<f64>,
    pub false_hand_over_share: Option<f64>,
    pub completeness: Option<f64>,
    pub forbidden_hits: usize,
    pub language_kept: Option<f64>,
    pub address_form_kept: Option<f64>,
    pub category_accuracy: Option<f64>,
    pub seconds_per_draft: Option<Spread>,
    /// How many cases of each expected outcome came to which decision.
    pub decisions: BTreeMap<&'static str, BTreeMap<&'static str, usize>>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct DraftedBy {
    pub model: usize,
    pub extractive: usize,
}

/// Pairs the details, which stand in the order of the suite, with their cases.
pub fn judged<'a>(suite: &'a Suite, details: &'a [Detail]) -> Vec<Judged<'a>> {
    let mut all: Vec<(usize, Judged<'a>)> = Vec::with_capacity(details.len());
    for desk in &suite.desks {
        let pairs = desk.cases.iter().filter_map(|(number, case)| details.get(*number).map(|detail| (*number, case, detail)));
        all.extend(pairs.map(|(number, case, detail)| (number, Judged { company: &desk.company, case, detail })));
    }
    all.sort_by_key(|(number, _)| *number);
    all.into_iter().map(|(_, judged)| judged).collect()
}

/// All figures. `drafter` and `model` are what was asked for.
pub fn report(all: &[Judged<'_>], drafter: &'static str, model: &str) -> Report {
    let seconds: Vec<f64> = all.iter().map(|j| j.detail.seconds).collect();
    Report {
        kind: "drafts",
        drafter,
        model: model.to_owned(),
        drafted_by: drafted_by(all),
        cases: all.len(),
        answered_share: answered_share(all),
        fact_recall: fact_recall(all),
        released_with_unsupported_claim: released_with_unsupported_claim(all),
        grounded_precision_before_check: grounded_precision_before_check(all),
        grounded_precision_after_check: grounded_precision_after_check(all),
        hand_over_recall: hand_over_recall(all),
        false_hand_over_share: false_hand_over_share(all),
        completeness: completeness(all),
        forbidden_hits: forbidden_hits(all),
        language_kept: language_kept(all),
        address_form_kept: address_form_kept(all),
        category_accuracy: category_accuracy(all),
        seconds_per_draft: spread(&seconds),
        decisions: decisions(all),
    }
}

fn count(all: &[Judged<'_>], is: impl Fn(&Judged<'_>) -> bool) -> usize {
    all.iter().filter(|j| is(j)).count()
}

fn share_of(all: &[Judged<'_>], among: impl Fn(&Judged<'_>) -> bool, is: impl Fn(&Judged<'_>) -> bool) -> Option<f64> {
    share(count(all, |j| among(j) && is(j)), count(all, among))
}

/// Drafts by their drafter; a case that went to a person has none.
pub fn drafted_by(all: &[Judged<'_>]) -> DraftedBy {
    let by = |drafter| count(all, |j| j.detail.drafter == Some(drafter));
    DraftedBy { model: by(Drafter::Model), extractive: by(Drafter::Extractive) }
}

fn released(j: &Judged<'_>) -> bool {
    j.detail.decision == Decision::Release
}

fn facts<'a>(case: &'a Case) -> impl Iterator<Item = &'a String> {
    case.asks.iter().filter(|ask| ask.is_answerable()).flat_map(|ask: &'a Ask| &ask.facts)
}

/// Released with every fact of the answerable asks, by the cases that the suite wants a draft for.
pub fn answered_share(all: &[Judged<'_>]) -> Option<f64> {
    let answered = |j: &Judged<'_>| released(j) && facts(j.case).all(|fact| is_present(fact, &j.detail.draft));
    share_of(all, |j| j.case.outcome.wants_draft(), answered)
}

/// Facts of answerable asks that stand in released drafts, by all facts of answerable asks.
pub fn fact_recall(all: &[Judged<'_>]) -> Option<f64> {
    let present = |j: &Judged<'_>| if released(j) { facts(j.case).filter(|fact| is_present(fact, &j.detail.draft)).count() } else { 0 };
    share(all.iter().map(present).sum(), all.iter().map(|j| facts(j.case).count()).sum())
}

const fn is_grounded(claim: &Claim) -> bool {
    match claim.state {
        ClaimState::Supported | ClaimState::Restated => true,
        ClaimState::Contradicted | ClaimState::Unsupported => false,
    }
}

/// Released drafts in which a claim is contradicted or without support.
pub fn released_with_unsupported_claim(all: &[Judged<'_>]) -> usize {
    count(all, |j| released(j) && !j.detail.claims.iter().all(is_grounded))
}

fn grounded<'a>(claims: impl Iterator<Item = &'a Claim>) -> Option<f64> {
    let (mut sound, mut total) = (0, 0);
    for claim in claims {
        total += 1;
        sound += usize::from(is_grounded(claim));
    }
    share(sound, total)
}

/// Grounded claims by all claims of all drafts that were written, a model's that was put aside too.
pub fn grounded_precision_before_check(all: &[Judged<'_>]) -> Option<f64> {
    grounded(all.iter().flat_map(|j| j.detail.rejected_claims.iter().chain(&j.detail.claims)))
}

/// Grounded claims by all claims of the released drafts.
pub fn grounded_precision_after_check(all: &[Judged<'_>]) -> Option<f64> {
    grounded(all.iter().filter(|j| released(j)).flat_map(|j| &j.detail.claims))
}

/// Cases without a draft, by those that the suite wants none for.
pub fn hand_over_recall(all: &[Judged<'_>]) -> Option<f64> {
    share_of(all, |j| !j.case.outcome.wants_draft(), |j| j.detail.decision == Decision::HandOver)
}

/// Cases without a draft, by those that the suite wants one for.
pub fn false_hand_over_share(all: &[Judged<'_>]) -> Option<f64> {
    share_of(all, |j| j.case.outcome.wants_draft(), |j| j.detail.decision == Decision::HandOver)
}

/// Cases in which every ask has a twin in the state that the suite expects, and no ask is left over on either side.
pub fn completeness(all: &[Judged<'_>]) -> Option<f64> {
    share_of(all, |_| true, |j| is_complete(&j.case.asks, j.case.outcome, &j.detail.asks))
}

fn is_complete(expected: &[Ask], outcome: Outcome, found: &[AskResult]) -> bool {
    let pairs = matched(expected, found);
    let fits = |(ask, at): (&Ask, &Option<usize>)| {
        let state = at.and_then(|at| found.get(at)).map(|result| result.state);
        let answerable = outcome.wants_draft() && ask.is_answerable();
        match state {
            Some(AskState::Answered) => answerable,
            Some(AskState::Open | AskState::HandedOver) => !answerable,
            None => false,
        }
    };
    expected.len() == found.len() && expected.iter().zip(&pairs).all(fits)
}

/// From this share of their grams on two asks are the same one.
const SAME_ASK: f64 = 0.5;

/// Per expected ask the place of its twin; the most alike are paired first, each once.
fn matched(expected: &[Ask], found: &[AskResult]) -> Vec<Option<usize>> {
    let mut pairs: Vec<(f64, usize, usize)> = Vec::new();
    for (i, ask) in expected.iter().enumerate() {
        pairs.extend(found.iter().enumerate().map(|(k, other)| (likeness(&ask.ask, &other.ask), i, k)));
    }
    pairs.retain(|(likeness, ..)| *likeness >= SAME_ASK);
    pairs.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    let mut twins = vec![None; expected.len()];
    let mut taken = BTreeSet::new();
    for (_, i, k) in pairs {
        if let Some(twin) = twins.get_mut(i).filter(|twin| twin.is_none() && !taken.contains(&k)) {
            *twin = Some(k);
            taken.insert(k);
        }
    }
    twins
}

/// 1 for the same words, a little less where one holds the other, else the share of common grams (Dice).
fn likeness(a: &str, b: &str) -> f64 {
    let joined = |text: &str| format!(" {} ", words(text).join(" "));
    let (left, right) = (joined(a), joined(b));
    if left == right {
        return 1.0;
    }
    let held = |short: &str, long: &str| short.split_whitespace().count() >= 3 && long.contains(short);
    if held(&left, &right) || held(&right, &left) {
        return 0.95;
    }
    let (left, right): (BTreeSet<String>, BTreeSet<String>) = (grams(a).into_iter().collect(), grams(b).into_iter().collect());
    2.0 * left.intersection(&right).count() as f64 / (left.len() + right.len()).max(1) as f64
}

/// Forbidden strings that stand in a draft, held ones too.
pub fn forbidden_hits(all: &[Judged<'_>]) -> usize {
    all.iter().map(|j| j.case.forbidden.iter().filter(|text| occurs(text, &j.detail.draft)).count()).sum()
}

fn has_text(j: &Judged<'_>) -> bool {
    !j.detail.draft.is_empty()
}

/// Drafts in the language of the customer, by all drafts.
pub fn language_kept(all: &[Judged<'_>]) -> Option<f64> {
    share_of(all, has_text, |j| j.detail.language == j.case.language)
}

/// German drafts that keep the company's form, by all German drafts. The customer's own words in quotes and the lines of the
/// signature are not what is said to the reader.
pub fn address_form_kept(all: &[Judged<'_>]) -> Option<f64> {
    let german = |j: &Judged<'_>| has_text(j) && j.detail.language == Language::De;
    share_of(all, german, |j| !breaks_form(&said(&j.detail.draft, &j.company.signature), j.company.form()))
}

fn said(draft: &str, signature: &str) -> String {
    let lines: Vec<&str> = draft.lines().filter(|line| !signature.lines().any(|own| own.trim() == line.trim())).collect();
    let text = lines.join("\n");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('„') {
        out.push_str(before);
        rest = after.split_once(['“', '”']).map_or("", |(_, tail)| tail);
    }
    out.push_str(rest);
    out
}

/// Cases in the category that the suite names, by all cases.
pub fn category_accuracy(all: &[Judged<'_>]) -> Option<f64> {
    share_of(all, |_| true, |j| j.detail.category.as_deref() == Some(j.case.category.as_str()))
}

fn decisions(all: &[Judged<'_>]) -> BTreeMap<&'static str, BTreeMap<&'static str, usize>> {
    let mut table: BTreeMap<&'static str, BTreeMap<&'static str, usize>> = BTreeMap::new();
    for j in all {
        let expected = match j.case.outcome {
            Outcome::Answer => "answer",
            Outcome::Partial => "partial",
            Outcome::HandOver => "hand_over",
        };
        let decided = match j.detail.decision {
            Decision::Release => "release",
            Decision::Hold => "hold",
            Decision::HandOver => "hand_over",
        };
        *table.entry(expected).or_default().entry(decided).or_default() += 1;
    }
    table
}

#[cfg(test)]
#[path = "drafts_figures_tests.rs"]
mod tests;
