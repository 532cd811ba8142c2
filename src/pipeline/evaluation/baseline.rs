//! A plain BM25 over character 5-grams, the reference that a search has to be measured against.
//!
//! Every gram of the query counts, no word is left out, no language preferred, nothing pruned. It shares the folding of words
//! with the product's search and nothing else. Never: used by the product.

use crate::knowledge::grams::grams;
use std::collections::HashMap;

/// The usual constants (Robertson and Zaragoza).
const K1: f64 = 1.2;
const B: f64 = 0.75;

/// The index: per gram the passages that hold it and how often.
pub struct Baseline {
    postings: HashMap<String, Vec<(usize, f64)>>,
    lengths: Vec<f64>,
    average: f64,
}

impl Baseline {
    pub fn of<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let mut postings: HashMap<String, Vec<(usize, f64)>> = HashMap::new();
        let mut lengths = Vec::new();
        for (number, text) in texts.enumerate() {
            let all = grams(text);
            lengths.push(all.len() as f64);
            for gram in all {
                let holders = postings.entry(gram).or_default();
                match holders.last_mut() {
                    Some((last, count)) if *last == number => *count += 1.0,
                    Some(_) | None => holders.push((number, 1.0)),
                }
            }
        }
        let average = lengths.iter().sum::<f64>() / lengths.len().max(1) as f64;
        Self { postings, lengths, average: average.max(1.0) }
    }

    /// The numbers of the best passages, best first; equal scores in the order of the suite.
    pub fn search(&self, query: &str, limit: usize) -> Vec<usize> {
        let total = self.lengths.len() as f64;
        let mut scores: HashMap<usize, f64> = HashMap::new();
        for gram in grams(query) {
            let Some(holders) = self.postings.get(&gram) else { continue };
            let held = holders.len() as f64;
            let weight = (1.0 + (total - held + 0.5) / (held + 0.5)).ln();
            for (number, count) in holders {
                let length = self.lengths.get(*number).copied().unwrap_or_default();
                let norm = K1 * (1.0 - B + B * length / self.average);
                *scores.entry(*number).or_default() += weight * count * (K1 + 1.0) / (count + norm);
            }
        }
        let mut best: Vec<(usize, f64)> = scores.into_iter().collect();
        best.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        best.into_iter().take(limit).map(|(number, _)| number).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::Baseline;

    #[test]
    fn the_passage_with_the_rarer_words_comes_first() {
        let texts = ["Der Versand kostet 4,90 EUR", "Die Rückgabe ist 30 Tage möglich", "Der Versand der Rückgabe ist frei"];
        let index = Baseline::of(texts.into_iter());
        assert_eq!(index.search("Rückgabe 30 Tage", 10).first(), Some(&1));
        assert_eq!(index.search("Versand Rückgabe", 1), [2]);
        assert!(index.search("xyz", 10).is_empty());
        assert!(Baseline::of(std::iter::empty()).search("Versand", 10).is_empty());
    }
}
