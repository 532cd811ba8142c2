//! Finds the passages that fit a question: candidates from the rarest grams of the question, then BM25 over all of them.
//!
//! Most of a question's grams are in thousands of passages and tell little; reading their postings is what costs. So the
//! frequency of a gram is read off its first postings, only the rarest are read whole, and the few passages that
//! share the most of them are scored exactly. What is expired or kept for another mailbox is out before any ranking.

use crate::domain::Language;
use crate::domain::knowledge::{Hit, Passage};
use crate::knowledge::Query;
use crate::knowledge::grams::{grams, grams_of, words};
use crate::knowledge::library::{Library, LibraryError, headings_from_json};
use crate::knowledge::words::is_content;
use crate::store::knowledge as rows;
use jiff::Timestamp;
use std::collections::{HashMap, HashSet};

/// Below this score nothing fits, and the product says so instead of answering. Measured, see `search_tests`.
pub const FITS: f64 = 0.34;

/// Postings read to learn how frequent a gram is.
const PROBE_POSTINGS: u32 = 256;
/// Grams of a question whose postings are read whole.
const GRAMS_READ: usize = 40;
/// Passages scored exactly.
const CANDIDATES: usize = 128;
/// A question's subject stands in far fewer words than this; the rest of a long text is not searched for.
const QUERY_WORDS_MAX: usize = 160;
/// BM25: how much a second occurrence adds, and how much a long passage loses.
const K1: f64 = 0.6;
const B: f64 = 0.3;
/// What a passage in another language keeps of its score when one in the customer's language fits too.
const FOREIGN: f64 = 0.5;

/// What people ask with, and the word that companies answer with; folded. It can only add to a score.
const RELATED: [(&str, &str); 14] = [
    ("offen", "offnungszeiten"),
    ("geoffnet", "offnungszeiten"),
    ("aufmachen", "offnungszeiten"),
    ("umtauschen", "ruckgabe umtausch"),
    ("zuruckschicken", "rucksendung ruckgabe"),
    ("zurucksenden", "rucksendung ruckgabe"),
    ("stornieren", "widerruf stornierung"),
    ("kaputt", "garantie schaden defekt"),
    ("defekt", "garantie schaden"),
    ("teuer", "preis"),
    ("erreichbar", "telefon kontakt"),
    ("open", "opening hours"),
    ("broken", "warranty damage"),
    ("post", "versand lieferung"),
];
/// What a related word is worth beside the customer's own.
const RELATED_SHARE: f64 = 0.6;

/// From where a search looks.
#[derive(Debug, Clone, Copy)]
pub struct View {
    pub now: Timestamp,
    /// The customer's language: passages in it go before.
    pub language: Option<Language>,
}

/// A passage that was found, and the language of its source.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Found {
    #[serde(flatten)]
    pub hit: Hit,
    pub language: Language,
}

impl Library<'_> {
    /// The best passages, best first. A score is the share of the question (by weight of its grams) found in the passage,
    /// 0 to 1; below [`FITS`] it is no answer.
    pub fn search(&self, query: &Query, view: &View, limit: usize) -> Result<Vec<Found>, LibraryError> {
        self.ranked(query, view, Effort { grams: GRAMS_READ, candidates: CANDIDATES }, limit)
    }

    pub(super) fn ranked(&self, query: &Query, view: &View, effort: Effort, limit: usize) -> Result<Vec<Found>, LibraryError> {
        let mut weighed = self.weigh(&query_grams(query.text()))?;
        let closed = rows::closed_passages(self.main, query.mailbox(), view.now.as_millisecond())?;
        let candidates = self.candidates(&mut weighed, &closed, effort)?;
        let mut scored = score(&weighed, self.read(&candidates)?, view.language);
        scored.truncate(limit);
        Ok(scored)
    }

    /// The weight of each gram of the question: how rare it is, shared among the grams of its word.
    fn weigh(&self, query: &[Asked]) -> Result<Vec<Weighed>, LibraryError> {
        let (passages, last) = rows::index_extent(self.search)?;
        let total = passages as f64;
        let mut weighed = Vec::with_capacity(query.len());
        for Asked { gram, share, own } in query {
            let postings = rows::postings(self.search, gram, PROBE_POSTINGS)?;
            let whole = postings.len() < PROBE_POSTINGS as usize;
            let frequency = match postings.last() {
                // Rows ascend: where the probe ended tells how dense the gram is.
                Some(end) if !whole => (postings.len() as f64 * last as f64 / (*end).max(1) as f64).min(total),
                _ => postings.len() as f64,
            };
            let idf = (1.0 + (total - frequency + 0.5).max(0.5) / (frequency + 0.5)).ln();
            weighed.push(Weighed { gram: gram.clone(), frequency, weight: idf * share, own: *own, postings, whole });
        }
        weighed.sort_by(|a, b| a.frequency.total_cmp(&b.frequency).then_with(|| a.gram.cmp(&b.gram)));
        Ok(weighed)
    }

    /// Passages that share the most weight among the rarest grams.
    fn candidates(&self, weighed: &mut [Weighed], closed: &HashSet<i64>, effort: Effort) -> Result<Vec<i64>, LibraryError> {
        let mut sums: HashMap<i64, f64> = HashMap::new();
        for gram in weighed.iter_mut().filter(|gram| !gram.postings.is_empty()).take(effort.grams) {
            if !gram.whole {
                gram.postings = rows::postings(self.search, &gram.gram, u32::MAX)?;
            }
            for row in gram.postings.iter().filter(|row| !closed.contains(row)) {
                *sums.entry(*row).or_default() += gram.weight;
            }
        }
        let mut best: Vec<(i64, f64)> = sums.into_iter().collect();
        best.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        Ok(best.into_iter().take(effort.candidates).map(|(row, _)| row).collect())
    }

    fn read(&self, candidates: &[i64]) -> Result<Vec<(Passage, Language)>, LibraryError> {
        let mut read = Vec::with_capacity(candidates.len());
        for stored in rows::passages(self.main, candidates)? {
            let language = match stored.language.as_str() {
                "de" => Language::De,
                "en" => Language::En,
                "other" => Language::Other,
                _ => Language::Unknown,
            };
            let heading = headings_from_json(&stored.heading)?;
            read.push((Passage { id: stored.code, source: stored.source, heading, text: stored.text }, language));
        }
        Ok(read)
    }
}

/// How much is read for one search.
#[derive(Debug, Clone, Copy)]
pub(super) struct Effort {
    pub grams: usize,
    pub candidates: usize,
}

/// A gram of the question; `own`: of the customer's words, not of a related one.
struct Asked {
    gram: String,
    share: f64,
    own: bool,
}

struct Weighed {
    gram: String,
    own: bool,
    frequency: f64,
    weight: f64,
    postings: Vec<i64>,
    whole: bool,
}

/// Distinct grams of the words that say something, each with its share: a long word must not drown a short one.
fn query_grams(text: &str) -> Vec<Asked> {
    let all = words(text);
    let mut content: Vec<&String> = all.iter().filter(|word| is_content(word)).collect();
    if content.is_empty() {
        content = all.iter().collect();
    }
    let mut seen = HashSet::new();
    content.retain(|word| seen.insert(word.as_str()));
    content.truncate(QUERY_WORDS_MAX);
    let related =
        content.iter().flat_map(|word| RELATED.iter().filter(move |(asked, _)| asked == word)).flat_map(|(_, answer)| answer.split(' '));
    let own = content.iter().map(|word| (word.as_str(), 1.0, true));
    let mut grams: Vec<Asked> = Vec::new();
    let mut at: HashMap<String, usize> = HashMap::new();
    for (word, worth, own) in own.chain(related.map(|word| (word, RELATED_SHARE, false))) {
        let parts = grams_of(word);
        let share = worth / (parts.len() as f64).sqrt();
        for gram in parts {
            match at.get(&gram).and_then(|index| grams.get_mut(*index)) {
                Some(known) => known.share = known.share.max(share),
                None => {
                    at.insert(gram.clone(), grams.len());
                    grams.push(Asked { gram, share, own });
                }
            }
        }
    }
    grams
}

/// BM25 of every candidate over all grams of the question, as a share of what a perfect passage would get.
fn score(weighed: &[Weighed], candidates: Vec<(Passage, Language)>, language: Option<Language>) -> Vec<Found> {
    let whole: f64 = weighed.iter().filter(|gram| gram.own).map(|gram| gram.weight).sum();
    let asked: HashSet<&str> = weighed.iter().map(|gram| gram.gram.as_str()).collect();
    let counted: Vec<(HashMap<String, f64>, f64)> = candidates
        .iter()
        .map(|(passage, _)| {
            let mut counts: HashMap<String, f64> = HashMap::new();
            let text = grams(&passage.text);
            let length = text.len() as f64;
            // Headings say what a passage is about, so they count like the text.
            for gram in passage.heading.iter().flat_map(|title| grams(title)).chain(text).filter(|gram| asked.contains(gram.as_str())) {
                *counts.entry(gram).or_default() += 1.0;
            }
            (counts, length)
        })
        .collect();
    let average = counted.iter().map(|(_, length)| length).sum::<f64>() / (counted.len().max(1) as f64);
    let mut found: Vec<Found> = candidates
        .into_iter()
        .zip(&counted)
        .map(|((passage, language), (counts, length))| {
            let norm = K1 * (1.0 - B + B * length / average.max(1.0));
            let sum: f64 = weighed
                .iter()
                .filter_map(|gram| counts.get(&gram.gram).map(|count| gram.weight * count * (K1 + 1.0) / (count + norm)))
                .sum();
            let score = if whole > 0.0 { sum / whole } else { 0.0 };
            Found { hit: Hit { passage, score }, language }
        })
        .collect();
    if let Some(language) = language
        && found.iter().any(|f| f.language == language && f.hit.score >= FITS)
    {
        for other in found.iter_mut().filter(|f| f.language != language) {
            other.hit.score *= FOREIGN;
        }
    }
    found.sort_by(|a, b| b.hit.score.total_cmp(&a.hit.score).then_with(|| a.hit.passage.id.cmp(&b.hit.passage.id)));
    for f in &mut found {
        f.hit.score = f.hit.score.min(1.0);
    }
    found
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
