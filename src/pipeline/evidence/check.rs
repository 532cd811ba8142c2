//! Compares every fact of a draft with its sources and says what it found.
//!
//! A fact is supported by a passage that its sentence cites, an allowed field or an approved block; else it is the customer's
//! own word given back; else it is a fault, also where some passage that is not cited happens to hold it.

use crate::domain::Language;
use crate::domain::draft::{Claim, ClaimKind, ClaimState, Draft, Sentence};
use crate::domain::knowledge::Passage;
use crate::domain::reason::{HandOver, Reason};
use crate::knowledge::grams;
use crate::pipeline::evidence::bind::{Subject, around, likeness};
use crate::pipeline::evidence::restated::is_restated;
use crate::pipeline::evidence::scan::{Fact, facts};
use crate::pipeline::evidence::statements::{contradicts, names, promise_words, promises};
use crate::pipeline::sentences;
use std::collections::BTreeMap;

/// What a draft may rest on.
#[derive(Clone, Copy)]
pub struct Sources<'a> {
    /// All passages that were offered; a sentence rests only on those that it cites.
    pub passages: &'a [Passage],
    /// What the customer wrote in this mail and its subject.
    pub mail: &'a str,
    /// Fields of the customer's record that may be told to this customer, by name.
    pub fields: &'a BTreeMap<String, String>,
    /// Text blocks that a person approved.
    pub blocks: &'a [String],
}

/// What the check saw.
#[derive(Clone, PartialEq, Eq, serde::Serialize)]
pub struct EvidenceReport {
    pub claims: Vec<Claim>,
    /// The text that would be sent is made of the checked sentences and nothing else.
    pub body_is_checked: bool,
}

/// The verdict about support alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Support {
    Clean,
    Faulty,
}

impl EvidenceReport {
    pub fn verdict(&self) -> Support {
        if self.reasons().is_empty() { Support::Clean } else { Support::Faulty }
    }

    /// Why the draft must not go as it is; empty: it may as far as this guard is concerned.
    pub fn reasons(&self) -> Vec<HandOver> {
        let any = |state| self.claims.iter().any(|claim| claim.state == state);
        let mut reasons = Vec::new();
        if any(ClaimState::Contradicted) {
            reasons.push(HandOver::new(Reason::MissingKnowledge, "evidence.contradicted"));
        }
        if any(ClaimState::Unsupported) {
            reasons.push(HandOver::new(Reason::MissingKnowledge, "evidence.unsupported"));
        }
        if !self.body_is_checked {
            reasons.push(HandOver::new(Reason::TechnicalFailure, "evidence.body"));
        }
        reasons
    }
}

impl std::fmt::Debug for EvidenceReport {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "EvidenceReport({:?}, {} claims)", self.verdict(), self.claims.len())
    }
}

/// Checks a draft. Salutation and closing are the house's own words and carry no facts.
pub fn check(draft: &Draft, sources: &Sources<'_>) -> EvidenceReport {
    let known: Vec<Known<'_>> = sources.passages.iter().map(Known::read).collect();
    let ours = Ours {
        mail: facts(sources.mail),
        fields: sources.fields.iter().map(|(name, value)| (name.clone(), facts(value))).collect(),
        blocks: sources.blocks.iter().map(|block| facts(block)).collect(),
    };
    let mut claims = Vec::new();
    for sentence in &draft.sentences {
        let cited: Vec<&Known<'_>> = known.iter().filter(|k| sentence.citations.contains(&k.passage.id)).collect();
        claims.extend(facts(&sentence.text).iter().map(|fact| judge(sentence, fact, &cited, &ours)));
        claims.extend(unnumbered(sentence, draft.language, &cited, sources));
    }
    let frame = facts(&format!("{}\n{}", draft.salutation, draft.closing));
    claims.extend(frame.iter().map(|fact| claim(fact, ClaimState::Unsupported, None)));
    EvidenceReport { claims, body_is_checked: body_is_checked(draft) }
}

fn body_is_checked(draft: &Draft) -> bool {
    let parts = std::iter::once(&draft.salutation).chain(draft.sentences.iter().map(|s| &s.text)).chain(std::iter::once(&draft.closing));
    let expected: Vec<&str> = parts.flat_map(|part| part.split_whitespace()).collect();
    draft.body.split_whitespace().eq(expected)
}

/// A passage with its facts and what each is about.
struct Known<'a> {
    passage: &'a Passage,
    facts: Vec<(Fact, Subject)>,
    folded: String,
}

impl<'a> Known<'a> {
    fn read(passage: &'a Passage) -> Self {
        let heading: Subject = passage.heading.iter().flat_map(|title| grams::words(title)).map(|word| (word, HEADING)).collect();
        let mut all = Vec::new();
        for line in passage.heading.iter().cloned().chain(sentences::split(&passage.text)) {
            for fact in facts(&line) {
                let mut subject = around(&line, &fact);
                subject.extend(heading.iter().cloned());
                all.push((fact, subject));
            }
        }
        let parts = passage.heading.iter().chain(std::iter::once(&passage.text));
        let folded = parts.map(|part| format!(" {} ", grams::words(part).join(" "))).collect::<Vec<_>>().join("|");
        Self { passage, facts: all, folded }
    }

    /// Whether the passage holds the sentence word for word.
    fn holds(&self, sentence: &str) -> bool {
        let words = grams::words(sentence);
        words.len() >= 2 && self.folded.contains(&format!(" {} ", words.join(" ")))
    }
}

/// What the words of a heading count beside those of the sentence.
const HEADING: f64 = 0.4;
/// How much better another value of the passage may fit the draft's words before the draft's own is misbound.
const MISBOUND: f64 = 1.1;
/// From here on two facts are about the same, so that another value is a contradiction and not merely missing.
const SAME_SUBJECT: f64 = 0.6;

struct Ours {
    mail: Vec<Fact>,
    fields: Vec<(String, Vec<Fact>)>,
    blocks: Vec<Vec<Fact>>,
}

fn claim(fact: &Fact, state: ClaimState, by: Option<&str>) -> Claim {
    Claim { text: fact.text.clone(), kind: fact.kind, state, by: by.map(str::to_owned) }
}

fn judge(sentence: &Sentence, fact: &Fact, cited: &[&Known<'_>], ours: &Ours) -> Claim {
    let given_in = |known: &Known<'_>| known.facts.iter().any(|(other, _)| fact.is_given_by(other));
    if let Some(known) = cited.iter().find(|known| known.holds(&sentence.text) && given_in(known)) {
        return claim(fact, ClaimState::Supported, Some(&known.passage.id));
    }
    let subject = around(&sentence.text, fact);
    let (mut same, mut other): (Option<(f64, &str)>, f64) = (None, 0.0);
    for known in cited {
        for (candidate, about) in &known.facts {
            let fits = likeness(&subject, about);
            if fact.is_given_by(candidate) {
                if same.is_none_or(|(best, _)| fits > best) {
                    same = Some((fits, &known.passage.id));
                }
            } else if fact.could_be(candidate) && fits > other {
                other = fits;
            }
        }
    }
    if let Some((best, by)) = same {
        let misbound = other > best * MISBOUND + 0.05;
        return claim(fact, if misbound { ClaimState::Contradicted } else { ClaimState::Supported }, Some(by));
    }
    let given = |facts: &Vec<Fact>| facts.iter().any(|other| fact.is_given_by(other));
    if let Some((name, _)) = ours.fields.iter().find(|(_, facts)| given(facts)) {
        return claim(fact, ClaimState::Supported, Some(name));
    }
    if ours.blocks.iter().any(given) {
        return claim(fact, ClaimState::Supported, Some("block"));
    }
    if is_restated(&sentence.text, fact, &ours.mail) {
        return claim(fact, ClaimState::Restated, Some("mail"));
    }
    let state = if other >= SAME_SUBJECT { ClaimState::Contradicted } else { ClaimState::Unsupported };
    claim(fact, state, None)
}

/// Promises, denials and names, which no number gives away.
fn unnumbered(sentence: &Sentence, language: Language, cited: &[&Known<'_>], sources: &Sources<'_>) -> Vec<Claim> {
    let mut claims = Vec::new();
    let texts: Vec<String> = cited.iter().map(|k| format!("{}\n{}", k.passage.heading.join("\n"), k.passage.text)).collect();
    let approved = || texts.iter().map(String::as_str).chain(sources.blocks.iter().map(String::as_str));
    let made = |kind, text: String, supported: bool, doubt| {
        let state = if supported { ClaimState::Supported } else { doubt };
        Claim { text, kind, state, by: supported.then(|| sentence.citations.first().cloned().unwrap_or_else(|| "block".to_owned())) }
    };
    for group in promises(&sentence.text) {
        let kept = approved().any(|text| promises(text).contains(&group));
        claims.push(made(ClaimKind::Promise, promise_words(&sentence.text, group), kept, ClaimState::Unsupported));
    }
    let verbatim = cited.iter().any(|known| known.holds(&sentence.text));
    let bodies: Vec<&str> = approved().collect();
    if !verbatim && contradicts(&sentence.text, &bodies) {
        claims.push(made(ClaimKind::Statement, sentence.text.clone(), false, ClaimState::Contradicted));
    }
    let fields: Vec<&str> = sources.fields.values().map(String::as_str).collect();
    let words = grams::words(&[&bodies.join("\n"), &fields.join("\n"), sources.mail].map(|s| (*s).to_owned()).join("\n"));
    for name in names(&sentence.text, language == Language::En) {
        let known = grams::words(&name).iter().all(|part| words.iter().any(|word| crate::pipeline::evidence::bind::alike(part, word)));
        if !known {
            claims.push(made(ClaimKind::Name, name, false, ClaimState::Unsupported));
        }
    }
    claims
}

#[cfg(test)]
#[path = "check_tests.rs"]
mod tests;
