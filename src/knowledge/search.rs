//! Finds the passages that fit a question: candidates from the rarest tokens of the question, then BM25 over all of them.
//!
//! A token is a gram of a word or a theme ([`themes`]): a word counts by its own letters or by what it speaks of, whichever
//! says more. Most of a question's grams are in thousands of passages and tell little; reading their postings is what costs.
//! So the frequency of a token is read off its first postings, only the rarest are read whole, and the few passages that
//! share the most of them are scored exactly. What is expired, not yet valid, kept for another mailbox or not for customers
//! is out before any ranking.

use crate::domain::Language;
use crate::domain::knowledge::{Hit, Passage};
use crate::knowledge::Query;
use crate::knowledge::grams::{grams_of, words};
use crate::knowledge::library::{Library, LibraryError, headings_from_json};
use crate::knowledge::themes;
use crate::knowledge::words::is_content;
use crate::store::knowledge as rows;
use jiff::Timestamp;
use std::collections::{BTreeSet, HashMap, HashSet};

/// From this score on a passage is shown to staff as fitting. Measured, see `search_tests`.
pub const FITS: f64 = 0.34;
/// From this confidence on a passage answers a customer; below it the product says that nothing fits.
pub const ANSWERS: f64 = 0.5;

/// In fewer passages than this, how many of them hold a word tells little about how rare the word is: the rest are taken as there.
const PASSAGES_TELLING: f64 = 20.0;
/// Postings read to learn how frequent a token is.
const PROBE_POSTINGS: u32 = 256;
/// Tokens of a question whose postings are read whole.
const TOKENS_READ: usize = 48;
/// Passages scored exactly.
const CANDIDATES: usize = 128;
/// A question's subject stands in far fewer words than this; the rest of a long text is not searched for.
const QUERY_WORDS_MAX: usize = 160;
/// The same of the mail around the question.
const AROUND_WORDS_MAX: usize = 60;
/// BM25: how much a second occurrence adds, and how much a long passage loses.
const K1: f64 = 0.6;
const B: f64 = 0.3;
/// What a passage in another language keeps of its score when one in the customer's language fits too.
const FOREIGN: f64 = 0.5;
/// What a theme is worth beside the word's own letters.
const THEME: f64 = 0.6;
/// What the mail around the question counts in the order of the passages, and what its words count in their headings.
const AROUND: f64 = 2.9;
const HEADED: f64 = 2.5;
/// The confidence is a logistic function of the question's share, the lead before the next passage, and the share of the things
/// named in the question that the passage does not speak of. Fitted on the public drafting suite, one company left out at a time.
const LOGIT: f64 = 0.14;
const LOGIT_SCORE: f64 = 1.4;
const LOGIT_LEAD: f64 = 0.95;
const LOGIT_UNSPOKEN: f64 = -1.4;
/// The share of unspoken things where the question names none.
const NOTHING_NAMED: f64 = 0.3;
/// Less than this share of a word is not the word.
const SPOKEN: f64 = 0.3;
/// Before the number of a theme in the index; no word of ours begins so.
const THEME_MARK: &str = "ðt";

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
    /// How likely it is that the passage answers the question of the mail, 0 to 1; see [`ANSWERS`].
    #[serde(skip)]
    pub confidence: f64,
}

impl Found {
    pub fn answers(&self) -> bool {
        self.confidence >= ANSWERS
    }

    /// Whether the passage may be laid before a person or a model.
    pub fn is_near(&self) -> bool {
        self.answers() || self.hit.score >= FITS
    }
}

/// What is stored in the index for a passage: the grams and the themes of its headings and its text, separated by spaces.
pub fn index_text(heading: &[String], text: &str) -> String {
    let mut tokens = Vec::new();
    let mut spoken_of = BTreeSet::new();
    for word in heading.iter().map(String::as_str).chain(std::iter::once(text)).flat_map(words) {
        tokens.extend(grams_of(&word));
        spoken_of.extend(themes::of(&word));
    }
    tokens.extend(spoken_of.into_iter().map(theme_token));
    tokens.join(" ")
}

/// Stands in the index beside the passages, and in no index that was made by other rules or another table.
pub fn index_version() -> String {
    format!("ðv1{:x}", themes::fingerprint())
}

fn theme_token(theme: &themes::Theme) -> String {
    format!("{THEME_MARK}{theme}")
}

impl Library<'_> {
    /// The best passages, best first. A score is the share of the question (by weight of its words) found in the passage,
    /// 0 to 1. The mail around the question helps to decide between passages.
    pub fn search(&self, query: &Query, view: &View, limit: usize) -> Result<Vec<Found>, LibraryError> {
        self.ranked(query, view, Effort { tokens: TOKENS_READ, candidates: CANDIDATES }, limit)
    }

    pub(super) fn ranked(&self, query: &Query, view: &View, effort: Effort, limit: usize) -> Result<Vec<Found>, LibraryError> {
        let mut asked = Asked::of(query);
        self.weigh(&mut asked)?;
        let standpoint = rows::Standpoint { now: view.now.as_millisecond(), mailbox: query.mailbox(), customer: query.is_for_customer() };
        let closed = rows::closed_passages(self.main, standpoint)?;
        let candidates = self.candidates(&mut asked, &closed, effort)?;
        let mut scored = score(&asked, self.read(&candidates)?, view.language);
        scored.truncate(limit);
        Ok(scored)
    }

    /// How rare each token of the question is.
    fn weigh(&self, asked: &mut Asked) -> Result<(), LibraryError> {
        let (passages, last) = rows::index_extent(self.search)?;
        let total = (passages as f64).max(PASSAGES_TELLING);
        for token in &mut asked.tokens {
            token.postings = rows::postings(self.search, &token.text, PROBE_POSTINGS)?;
            token.whole = token.postings.len() < PROBE_POSTINGS as usize;
            token.frequency = match token.postings.last() {
                // Rows ascend: where the probe ended tells how dense the token is.
                Some(end) if !token.whole => (token.postings.len() as f64 * last as f64 / (*end).max(1) as f64).min(total),
                _ => token.postings.len() as f64,
            };
            token.rarity = (1.0 + (total - token.frequency + 0.5).max(0.5) / (token.frequency + 0.5)).ln();
        }
        Ok(())
    }

    /// Passages that share the most weight among the rarest tokens.
    fn candidates(&self, asked: &mut Asked, closed: &HashSet<i64>, effort: Effort) -> Result<Vec<i64>, LibraryError> {
        let weights = asked.token_weights();
        let mut order: Vec<usize> = (0..asked.tokens.len()).collect();
        order.sort_by(|a, b| match (asked.tokens.get(*a), asked.tokens.get(*b)) {
            (Some(a), Some(b)) => a.frequency.total_cmp(&b.frequency).then_with(|| a.text.cmp(&b.text)),
            _ => a.cmp(b),
        });
        let mut sums: HashMap<i64, f64> = HashMap::new();
        let mut left = effort.tokens;
        for index in order {
            let (Some(token), Some(weight)) = (asked.tokens.get_mut(index), weights.get(index)) else { continue };
            if token.postings.is_empty() || left == 0 {
                continue;
            }
            left -= 1;
            if !token.whole {
                token.postings = rows::postings(self.search, &token.text, u32::MAX)?;
            }
            for row in token.postings.iter().filter(|row| !closed.contains(row)) {
                *sums.entry(*row).or_default() += weight;
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
    pub tokens: usize,
    pub candidates: usize,
}

/// A gram or a theme, and where it stands.
struct Token {
    text: String,
    frequency: f64,
    rarity: f64,
    postings: Vec<i64>,
    whole: bool,
}

/// A word of the question: its grams share one weight, so that a long word does not drown a short one.
struct Word {
    grams: Vec<usize>,
    themes: Vec<usize>,
    /// Written with a capital within a sentence: a noun of German, a name.
    names: bool,
}

impl Word {
    fn share(&self) -> f64 {
        1.0 / (self.grams.len().max(1) as f64).sqrt()
    }
}

/// The words of the question and of the mail around it; each token once.
#[derive(Default)]
struct Asked {
    tokens: Vec<Token>,
    at: HashMap<String, usize>,
    question: Vec<Word>,
    around: Vec<Word>,
}

impl Asked {
    fn of(query: &Query) -> Self {
        let mut asked = Self::default();
        asked.question = asked.words(query.text(), QUERY_WORDS_MAX);
        asked.around = asked.words(query.around(), AROUND_WORDS_MAX);
        asked
    }

    /// The distinct words that say something; all words where none does.
    fn words(&mut self, text: &str, most: usize) -> Vec<Word> {
        let all = words(text);
        let mut content: Vec<&String> = all.iter().filter(|word| is_content(word)).collect();
        if content.is_empty() {
            content = all.iter().collect();
        }
        let mut seen = HashSet::new();
        content.retain(|word| seen.insert(word.as_str()));
        content.truncate(most);
        let named = named(text);
        let word = |word: &String| Word {
            grams: grams_of(word).into_iter().map(|gram| self.token(gram)).collect(),
            themes: themes::of(word).iter().map(|theme| self.token(theme_token(theme))).collect(),
            names: named.contains(word),
        };
        content.into_iter().map(word).collect()
    }

    fn token(&mut self, text: String) -> usize {
        let next = self.tokens.len();
        let at = *self.at.entry(text.clone()).or_insert(next);
        if at == next {
            self.tokens.push(Token { text, frequency: 0.0, rarity: 0.0, postings: Vec::new(), whole: true });
        }
        at
    }

    fn rarity(&self, token: usize) -> f64 {
        self.tokens.get(token).map_or(0.0, |token| token.rarity)
    }

    /// What a passage gets that has every word once.
    fn whole(&self, words: &[Word]) -> f64 {
        words.iter().map(|word| word.grams.iter().map(|gram| self.rarity(*gram)).sum::<f64>() * word.share()).sum()
    }

    /// What each token adds to a candidate.
    fn token_weights(&self) -> Vec<f64> {
        let mut weights = vec![0.0_f64; self.tokens.len()];
        for (words, counts) in [(&self.question, 1.0), (&self.around, AROUND)] {
            let whole = self.whole(words).max(f64::MIN_POSITIVE);
            for word in words {
                let share = word.share() * counts / whole;
                let themes = word.themes.iter().map(|theme| (*theme, THEME * word.grams.len() as f64));
                for (token, worth) in word.grams.iter().map(|gram| (*gram, 1.0)).chain(themes) {
                    if let Some(weight) = weights.get_mut(token) {
                        *weight += worth * share * self.rarity(token);
                    }
                }
            }
        }
        weights
    }

    /// What a passage speaks of a word. `counts`: how often each token occurs in it; `norm`: BM25's length.
    fn spoken(&self, word: &Word, counts: &HashMap<usize, f64>, norm: f64) -> f64 {
        let token = |token: &usize| counts.get(token).map_or(0.0, |count| self.rarity(*token) * count * (K1 + 1.0) / (count + norm));
        let letters = word.grams.iter().map(token).sum::<f64>() * word.share();
        let matter = word.themes.iter().map(token).fold(0.0, f64::max) * THEME * (word.grams.len() as f64).sqrt();
        letters.max(matter)
    }

    /// The share of the words that a passage speaks of.
    fn share(&self, words: &[Word], counts: &HashMap<usize, f64>, norm: f64) -> f64 {
        let whole = self.whole(words);
        if whole <= 0.0 { 0.0 } else { words.iter().map(|word| self.spoken(word, counts, norm)).sum::<f64>() / whole }
    }

    /// The share of the things named in the question that a passage does not speak of.
    fn unspoken(&self, counts: &HashMap<usize, f64>, norm: f64) -> f64 {
        let named: Vec<&Word> = self.question.iter().filter(|word| word.names).collect();
        if named.is_empty() {
            return NOTHING_NAMED;
        }
        let is_spoken = |word: &&&Word| self.spoken(word, counts, norm) >= SPOKEN * self.whole(std::slice::from_ref(**word));
        1.0 - named.iter().filter(is_spoken).count() as f64 / named.len() as f64
    }
}

/// Folded words that are written with a capital and do not begin a sentence.
fn named(text: &str) -> HashSet<String> {
    let mut named = HashSet::new();
    let mut begins = true;
    for piece in text.split_whitespace() {
        let word = piece.trim_matches(|c: char| !c.is_alphanumeric());
        if !begins && word.starts_with(char::is_uppercase) {
            named.extend(words(word));
        }
        begins = if word.is_empty() { begins } else { piece.ends_with(['.', '?', '!', ':']) };
    }
    named
}

/// How often each token of the question stands in a passage.
#[derive(Default)]
struct Counted {
    all: HashMap<usize, f64>,
    headings: HashMap<usize, f64>,
    /// Grams of its text.
    length: f64,
}

impl Counted {
    /// One count for each block of a passage: a list of questions and answers speaks of many things, each answer of one.
    fn of(asked: &Asked, passage: &Passage) -> Vec<Self> {
        let block = |text: &str| {
            let mut counted = Self::default();
            // Headings say what a passage is about, so they count like the text, and once more by themselves.
            for heading in &passage.heading {
                counted.count(asked, heading, true);
            }
            counted.count(asked, text, false);
            counted
        };
        paragraphs(&passage.text).into_iter().map(block).collect()
    }

    fn count(&mut self, asked: &Asked, text: &str, heads: bool) {
        for word in words(text) {
            let grams = grams_of(&word);
            self.length += if heads { 0.0 } else { grams.len() as f64 };
            for token in grams.into_iter().chain(themes::of(&word).iter().map(theme_token)) {
                let Some(index) = asked.at.get(&token) else { continue };
                *self.all.entry(*index).or_default() += 1.0;
                if heads {
                    *self.headings.entry(*index).or_default() += 1.0;
                }
            }
        }
    }
}

/// The paragraphs of a passage where each could stand for itself; else the whole.
fn paragraphs(text: &str) -> Vec<&str> {
    /// A line of so many words says something by itself.
    const WORDS: usize = 8;
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let stands = |line: &&str| line.split_whitespace().count() >= WORDS && line.trim_end().ends_with(['.', '!']);
    if lines.len() > 1 && lines.iter().all(stands) { lines } else { vec![text] }
}

/// A passage with what decides about it.
struct Scored {
    found: Found,
    rank: f64,
    unspoken: f64,
}

fn score(asked: &Asked, candidates: Vec<(Passage, Language)>, language: Option<Language>) -> Vec<Found> {
    let read: Vec<Vec<Counted>> = candidates.iter().map(|(passage, _)| Counted::of(asked, passage)).collect();
    let blocks = read.iter().flatten();
    let average = blocks.clone().map(|counted| counted.length).sum::<f64>() / (blocks.count().max(1) as f64);
    let judge = |counted: &Counted| {
        let norm = K1 * (1.0 - B + B * counted.length / average.max(1.0));
        let score = asked.share(&asked.question, &counted.all, norm);
        let around = AROUND * asked.share(&asked.around, &counted.all, norm) + HEADED * asked.share(&asked.around, &counted.headings, K1);
        (score + around, score, asked.unspoken(&counted.all, norm))
    };
    let scored = candidates.into_iter().zip(&read).map(|((passage, language), blocks)| {
        let best = blocks.iter().map(judge).max_by(|a, b| a.0.total_cmp(&b.0));
        let (rank, score, unspoken) = best.unwrap_or((0.0, 0.0, 1.0));
        Scored { found: Found { hit: Hit { passage, score }, language, confidence: 0.0 }, rank, unspoken }
    });
    let mut scored: Vec<Scored> = scored.collect();
    if let Some(language) = language
        && scored.iter().any(|s| s.found.language == language && s.found.hit.score >= FITS)
    {
        for other in scored.iter_mut().filter(|s| s.found.language != language) {
            other.found.hit.score *= FOREIGN;
            other.rank *= FOREIGN;
        }
    }
    scored.sort_by(|a, b| b.rank.total_cmp(&a.rank).then_with(|| a.found.hit.passage.id.cmp(&b.found.hit.passage.id)));
    let next: Vec<f64> = scored.iter().skip(1).map(|s| s.rank).chain(std::iter::once(0.0)).collect();
    let finish = |(mut s, next): (Scored, f64)| {
        let logit = LOGIT + LOGIT_SCORE * s.found.hit.score + LOGIT_LEAD * (s.rank - next) + LOGIT_UNSPOKEN * s.unspoken;
        s.found.confidence = 1.0 / (1.0 + (-logit).exp());
        s.found.hit.score = s.found.hit.score.min(1.0);
        s.found
    };
    scored.into_iter().zip(next).map(finish).collect()
}

#[cfg(test)]
#[path = "search_tests.rs"]
mod tests;
