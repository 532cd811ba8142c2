//! `evaluate retrieval`: questions, the passages that answer them, and how far up the search puts those.
//!
//! The passages of all languages lie in one index, as they do in a company's; a question is searched for in its own language.
//! Where several passages answer, recall at k counts those among the first k by how many of them could stand there.

use crate::domain::Language;
use crate::knowledge::View;
use crate::pipeline::evaluation::EvaluationError;
use crate::pipeline::evaluation::baseline::Baseline;
use crate::pipeline::evaluation::figures::{Spread, mean, spread};
use crate::pipeline::evaluation::shelf::{Piece, Shelf};
use crate::pipeline::suite::{self, Ids, Problem, SuiteError};
use crate::store::Senses;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

/// Results looked at for each question.
const RESULTS: usize = 10;

#[derive(Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Line {
    Passage(Passage),
    Query(Question),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Passage {
    id: String,
    #[serde(deserialize_with = "suite::language")]
    language: Language,
    title: String,
    text: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Question {
    id: String,
    #[serde(deserialize_with = "suite::language")]
    language: Language,
    text: String,
    relevant: Vec<String>,
}

/// A suite whose references hold.
pub struct Suite {
    passages: Vec<Passage>,
    queries: Vec<Question>,
}

impl std::fmt::Debug for Suite {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Suite({} passages, {} queries)", self.passages.len(), self.queries.len())
    }
}

impl Suite {
    /// Questions.
    pub const fn len(&self) -> usize {
        self.queries.len()
    }

    pub const fn is_empty(&self) -> bool {
        self.queries.is_empty()
    }
}

pub fn load(files: &[PathBuf]) -> Result<Suite, SuiteError> {
    let (mut passages, mut queries) = (Vec::new(), Vec::new());
    let (mut passage_ids, mut query_ids) = (Ids::default(), Ids::default());
    for (place, line) in suite::read::<Line>(files)? {
        match line {
            Line::Passage(passage) => {
                passage_ids.take(&passage.id, &place)?;
                passages.push(passage);
            }
            Line::Query(query) => {
                query_ids.take(&query.id, &place)?;
                if query.relevant.is_empty() {
                    return Err(SuiteError::at(&place, Problem::NothingRelevant));
                }
                queries.push((place, query));
            }
        }
    }
    for (place, query) in &queries {
        if let Some(unknown) = query.relevant.iter().find(|id| !passage_ids.has(id)) {
            return Err(SuiteError::at(place, Problem::NoPassage(unknown.clone())));
        }
    }
    if passages.is_empty() {
        return Err(SuiteError::Empty("passage"));
    }
    if queries.is_empty() {
        return Err(SuiteError::Empty("query"));
    }
    Ok(Suite { passages, queries: queries.into_iter().map(|(_, query)| query).collect() })
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    pub kind: &'static str,
    /// Of all languages.
    #[serde(flatten)]
    pub total: Figures,
    pub languages: BTreeMap<&'static str, Figures>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Figures {
    pub queries: usize,
    pub passages: usize,
    pub recall_at_1: Option<f64>,
    pub recall_at_5: Option<f64>,
    pub mrr_at_10: Option<f64>,
    pub milliseconds: Option<Spread>,
    pub index_bytes: u64,
    /// The same questions by a plain BM25 over 5-grams.
    pub baseline: Ranks,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Ranks {
    pub recall_at_1: Option<f64>,
    pub recall_at_5: Option<f64>,
    pub mrr_at_10: Option<f64>,
}

/// One question's result.
#[derive(Debug, Clone, Serialize)]
pub struct Detail {
    pub id: String,
    pub language: Language,
    pub results: Vec<Scored>,
    pub baseline: Vec<String>,
    pub milliseconds: f64,
}

#[derive(Debug, Clone, Serialize)]
pub struct Scored {
    pub id: String,
    pub score: f64,
}

/// Share of the relevant passages among the first `k`, by how many of them could be there.
pub fn recall_at(k: usize, ranked: &[&str], relevant: &[String]) -> f64 {
    let wanted: std::collections::BTreeSet<&str> = relevant.iter().map(String::as_str).collect();
    let hits = ranked.iter().take(k).filter(|id| wanted.contains(**id)).count();
    hits as f64 / wanted.len().min(k).max(1) as f64
}

/// One by the rank of the first relevant passage among the first ten; 0 where there is none.
pub fn reciprocal_rank(ranked: &[&str], relevant: &[String]) -> f64 {
    let first = ranked.iter().take(RESULTS).position(|id| relevant.iter().any(|other| other == id));
    first.map_or(0.0, |at| 1.0 / (at + 1) as f64)
}

pub fn run(suite: &Suite, senses: &Senses, progress: &dyn Fn(usize)) -> Result<(Report, Vec<Detail>), EvaluationError> {
    let shelf = shelf_of(suite, None, senses)?;
    let texts: Vec<String> = suite.passages.iter().map(|passage| format!("{}\n{}", passage.title, passage.text)).collect();
    let baseline = Baseline::of(texts.iter().map(String::as_str));
    let mut details = Vec::with_capacity(suite.queries.len());
    for (number, query) in suite.queries.iter().enumerate() {
        let view = View { now: senses.clock.now(), language: Some(query.language) };
        let started = Instant::now();
        let found = shelf.knowledge().search(&suite::query(&query.text), &view, RESULTS)?;
        let milliseconds = started.elapsed().as_secs_f64() * 1000.0;
        let plain = baseline.search(&query.text, RESULTS).into_iter().filter_map(|n| suite.passages.get(n)).map(|p| p.id.clone());
        details.push(Detail {
            id: query.id.clone(),
            language: query.language,
            results: found.into_iter().map(|f| Scored { id: f.hit.passage.id, score: f.hit.score }).collect(),
            baseline: plain.collect(),
            milliseconds,
        });
        progress(number + 1);
    }
    let mut languages = BTreeMap::new();
    for language in [Language::De, Language::En, Language::Other, Language::Unknown] {
        if suite.queries.iter().any(|query| query.language == language) {
            let bytes = shelf_of(suite, Some(language), senses)?.index_bytes()?;
            languages.insert(language.code(), figures(suite, &details, Some(language), bytes));
        }
    }
    let total = figures(suite, &details, None, shelf.index_bytes()?);
    Ok((Report { kind: "retrieval", total, languages }, details))
}

/// The index of all passages, or of those in one language alone.
fn shelf_of(suite: &Suite, only: Option<Language>, senses: &Senses) -> Result<Shelf, EvaluationError> {
    let wanted = suite.passages.iter().filter(|passage| only.is_none_or(|language| passage.language == language));
    let pieces: Vec<Piece<'_>> = wanted.map(|p| Piece { id: &p.id, title: &p.title, text: &p.text, language: p.language }).collect();
    Shelf::of(&pieces, senses)
}

fn figures(suite: &Suite, details: &[Detail], only: Option<Language>, index_bytes: u64) -> Figures {
    let of_it = |language: Language| only.is_none_or(|wanted| wanted == language);
    let pairs: Vec<(&Question, &Detail)> = suite.queries.iter().zip(details).filter(|(query, _)| of_it(query.language)).collect();
    let product = ranks(&pairs, |detail| detail.results.iter().map(|scored| scored.id.as_str()).collect());
    let times: Vec<f64> = pairs.iter().map(|(_, detail)| detail.milliseconds).collect();
    Figures {
        queries: pairs.len(),
        passages: suite.passages.iter().filter(|passage| of_it(passage.language)).count(),
        recall_at_1: product.recall_at_1,
        recall_at_5: product.recall_at_5,
        mrr_at_10: product.mrr_at_10,
        milliseconds: spread(&times),
        index_bytes,
        baseline: ranks(&pairs, |detail| detail.baseline.iter().map(String::as_str).collect()),
    }
}

fn ranks<'a>(pairs: &[(&'a Question, &'a Detail)], ranked: impl Fn(&'a Detail) -> Vec<&'a str>) -> Ranks {
    let over = |value: &dyn Fn(&[&str], &[String]) -> f64| {
        mean(&pairs.iter().map(|(query, detail)| value(&ranked(detail), &query.relevant)).collect::<Vec<_>>())
    };
    Ranks {
        recall_at_1: over(&|ids, relevant| recall_at(1, ids, relevant)),
        recall_at_5: over(&|ids, relevant| recall_at(5, ids, relevant)),
        mrr_at_10: over(&|ids, relevant| reciprocal_rank(ids, relevant)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ranked: &[&str], relevant: &[&str], expected: (f64, f64, f64)) {
        let relevant: Vec<String> = relevant.iter().map(|id| (*id).to_owned()).collect();
        let seen = (recall_at(1, ranked, &relevant), recall_at(5, ranked, &relevant), reciprocal_rank(ranked, &relevant));
        assert_eq!(seen, expected, "{ranked:?} {relevant:?}");
    }

    #[test]
    fn ranks_by_hand() {
        check(&["a", "b", "c"], &["a"], (1.0, 1.0, 1.0));
        check(&["b", "a", "c"], &["a"], (0.0, 1.0, 0.5));
        check(&["b", "c", "d", "e", "f", "a"], &["a"], (0.0, 0.0, 1.0 / 6.0));
        check(&["a", "c", "b"], &["a", "b"], (1.0, 1.0, 1.0));
        check(&["c", "a"], &["a", "b", "b"], (0.0, 0.5, 0.5));
        check(&[], &["a"], (0.0, 0.0, 0.0));
        check(&["1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "a"], &["a"], (0.0, 0.0, 0.0));
    }
}
