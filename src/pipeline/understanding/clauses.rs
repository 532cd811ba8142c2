//! Takes one sentence apart: which of its clauses ask, which request, which only tell.
//!
//! A question shows in the order of its words ("was kostet das", "does it cost"), a clause that is asked about in the word
//! before it ("ich wüsste gern, ob …"). Hasty writers leave out marks, so the order counts also where no mark stands.
//! Never: an ask of words that the writer did not put in this order.

use crate::pipeline::understanding::ask_words::TABLE;

/// A part of a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    Question(String),
    Request(String),
    /// `acts`: for something that the company has to do.
    Wish {
        text: String,
        acts: bool,
    },
    Statement(String),
}

impl Asked {
    pub fn text(&self) -> &str {
        match self {
            Self::Question(text) | Self::Request(text) | Self::Statement(text) | Self::Wish { text, .. } => text,
        }
    }
}

/// Words that a part needs to stand for itself.
const OWN_WORDS: usize = 2;
/// May stand between a joint and its question.
const SHADES: [&str; 12] = ["auch", "etwa", "ungefähr", "vor", "allem", "genau", "roughly", "also", "about", "then", "exactly", "dann"];
/// Words after which a hasty writer may begin the next question without any mark.
const RUN_ON_WORDS: usize = 4;

struct Token {
    start: usize,
    end: usize,
    lower: String,
    /// Written with a capital, as German nouns are.
    capital: bool,
}

/// How the words of a clause stand: as in a main clause that asks, or below another one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Order {
    Main,
    Below,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Begin,
    Joint,
    Mark,
    RunOn,
}

#[derive(Debug, Clone, Copy)]
struct Opener {
    token: usize,
    order: Order,
    place: Place,
}

struct Sentence<'t> {
    text: &'t str,
    lower: String,
    tokens: Vec<Token>,
    /// Ends with a question mark.
    asks: bool,
    /// Ends without any mark.
    hasty: bool,
}

/// The parts of a sentence, in their order.
pub fn read(text: &str) -> Vec<Asked> {
    let sentence = Sentence::of(text);
    let courtesy = sentence.has(&TABLE.courtesies);
    if !sentence.asks && (courtesy || sentence.tokens.len() < OWN_WORDS) {
        return vec![Asked::Statement(text.to_owned())];
    }
    sentence.parts()
}

impl<'t> Sentence<'t> {
    fn of(text: &'t str) -> Self {
        let mut tokens: Vec<Token> = Vec::new();
        let is_word = |c: char| c.is_alphanumeric() || c == '\'' || c == '’';
        let mut start = None;
        for (at, c) in text.char_indices().chain(std::iter::once((text.len(), ' '))) {
            match (start, is_word(c)) {
                (None, true) => start = Some(at),
                (Some(from), false) => {
                    let word = text.get(from..at).unwrap_or("");
                    let lower = word.to_lowercase().replace('’', "'");
                    let capital = word.starts_with(char::is_uppercase);
                    tokens.push(Token { start: from, end: at, lower: lower.trim_matches('\'').to_owned(), capital });
                    start = None;
                }
                (None, false) | (Some(_), true) => {}
            }
        }
        let bare = text.trim_end_matches(|c: char| c.is_whitespace() || matches!(c, ')' | '"' | '“' | '!'));
        let asks = bare.ends_with('?');
        let hasty = !text.trim_end().ends_with(['.', '!', '?', ':', ';', '…']);
        Self { text, lower: text.to_lowercase().replace('’', "'"), tokens, asks, hasty }
    }

    fn parts(&self) -> Vec<Asked> {
        let openers = self.openers();
        if self.asks {
            return self.questions(&openers);
        }
        if let Some(parts) = self.asked_about(&openers) {
            return parts;
        }
        let begins = |opener: &&Opener| {
            opener.place == Place::Begin && (opener.order == Order::Main || self.hasty && self.is_question(opener.token))
        };
        let hurried = |opener: &&Opener| self.hasty && opener.order == Order::Main;
        if let Some(first) = openers.iter().find(|opener| begins(opener) || hurried(opener)) {
            return self.questions_from(&openers, first.token);
        }
        if self.is_request() {
            return self.requests();
        }
        if self.has(&TABLE.wishes) {
            return vec![Asked::Wish { text: self.text.to_owned(), acts: self.has(&TABLE.actions) }];
        }
        vec![Asked::Statement(self.text.to_owned())]
    }

    /// A sentence with a question mark; it always asks.
    fn questions(&self, openers: &[Opener]) -> Vec<Asked> {
        let first = openers.iter().find(|opener| opener.order == Order::Main || opener.place == Place::Begin);
        // What stands before the first question leads to it: kept with it where it asks too, told apart where it only tells.
        match first {
            Some(first) if !self.has_before(&TABLE.heads, first.token) && !self.has_before(&TABLE.requests, first.token) => {
                self.questions_from(openers, first.token)
            }
            Some(_) | None => self.cut(0, openers, Asked::Question),
        }
    }

    fn questions_from(&self, openers: &[Opener], first: usize) -> Vec<Asked> {
        let mut parts = Vec::new();
        let lead = self.slice(0, first);
        if first > 0 && lead.chars().any(char::is_alphanumeric) {
            parts.push(Asked::Statement(lead.to_owned()));
        }
        parts.extend(self.cut(first, openers, Asked::Question));
        parts
    }

    /// "Ich wüsste gern, was es kostet und ob …": each clause behind the word that asks.
    fn asked_about(&self, openers: &[Opener]) -> Option<Vec<Asked>> {
        let about = |opener: &&Opener| opener.token > 0 && self.has_before(&TABLE.heads, opener.token) && self.opens_clause(opener);
        let first = openers.iter().find(about)?;
        if !(self.is_request() || self.has_before(&TABLE.requests, first.token) || self.hasty) {
            return None;
        }
        let start = self.clause_of_head(first.token);
        let mut parts = Vec::new();
        let lead = self.slice(0, start);
        if start > 0 && lead.chars().any(char::is_alphanumeric) {
            parts.push(Asked::Statement(lead.to_owned()));
        }
        let mut cuts: Vec<Opener> =
            openers.iter().copied().filter(|opener| opener.token != first.token).chain(self.further_requests()).collect();
        cuts.sort_by_key(|cut| cut.token);
        parts.extend(self.cut(start, &cuts, Asked::Request));
        Some(parts)
    }

    fn opens_clause(&self, opener: &Opener) -> bool {
        opener.place != Place::RunOn || self.is_question(opener.token) || self.is_whether(opener.token)
    }

    /// Where the clause begins that holds the asking word before a token.
    fn clause_of_head(&self, token: usize) -> usize {
        let marks: Vec<usize> = (1..token).filter(|i| self.place(*i) == Some(Place::Mark)).collect();
        let holds = |from: usize| {
            let text = self.slice(from, token).to_lowercase();
            [&TABLE.heads, &TABLE.requests].iter().any(|phrases| phrases.iter().any(|phrase| text.contains(phrase)))
        };
        marks.into_iter().rev().find(|from| holds(*from)).unwrap_or(0)
    }

    fn requests(&self) -> Vec<Asked> {
        self.cut(0, &self.further_requests().collect::<Vec<_>>(), Asked::Request)
    }

    /// "… und bestätigen Sie mir das", "… and delete my account".
    fn further_requests(&self) -> impl Iterator<Item = Opener> {
        (1..self.tokens.len())
            .filter(|i| self.place(*i) == Some(Place::Joint) && (self.is_imperative(*i) || self.begins_demand(*i)))
            .map(|token| Opener { token, order: Order::Main, place: Place::Joint })
    }

    /// From a token on, cut where a further clause begins. The joint stays with neither side.
    fn cut(&self, from: usize, openers: &[Opener], made: fn(String) -> Asked) -> Vec<Asked> {
        let mut starts = vec![from];
        for opener in openers.iter().filter(|opener| opener.token > from) {
            let counts = match opener.place {
                Place::Begin | Place::Joint => true,
                Place::Mark => opener.order == Order::Main,
                Place::RunOn => {
                    let last = starts.last().copied().unwrap_or(0);
                    opener.order == Order::Main
                        && opener.token >= last + RUN_ON_WORDS
                        && self.has_verb(last, opener.token)
                        && !self.has_right_before(opener.token)
                }
            };
            let words_before = opener.token - starts.last().copied().unwrap_or(0);
            let joint = usize::from(opener.place == Place::Joint);
            if counts && words_before >= OWN_WORDS + joint && self.tokens.len() - opener.token >= OWN_WORDS {
                starts.push(opener.token);
            }
        }
        let ends = starts.iter().skip(1).map(|start| Some(*start)).chain(std::iter::once(None));
        let parts = starts.iter().zip(ends).map(|(start, end)| {
            let end = end.map(|end| self.without_joint(end));
            self.slice(*start, end.unwrap_or(self.tokens.len())).to_owned()
        });
        parts.filter(|part| !part.is_empty()).map(made).collect()
    }

    /// Where a part ends whose successor begins at a token.
    fn without_joint(&self, next: usize) -> usize {
        let shaded = next > 1 && self.word(next - 1).is_some_and(|word| SHADES.contains(&word)) && self.is_joint(next - 2);
        next - if shaded { 2 } else { usize::from(self.is_joint(next - 1)) }
    }

    /// The text of tokens, with the marks behind the last one where the sentence ends there.
    fn slice(&self, from: usize, to: usize) -> &'t str {
        let start = if from == 0 { 0 } else { self.tokens.get(from).map_or(self.text.len(), |token| token.start) };
        let end = if to >= self.tokens.len() {
            self.text.len()
        } else {
            to.checked_sub(1).and_then(|i| self.tokens.get(i)).map_or(0, |token| token.end)
        };
        self.text.get(start..end.max(start)).unwrap_or("").trim()
    }

    fn openers(&self) -> Vec<Opener> {
        let mut openers: Vec<Opener> = Vec::new();
        for token in 0..self.tokens.len() {
            let Some(order) = self.order(token) else { continue };
            let place = self.place(token).unwrap_or(Place::RunOn);
            // The preposition before a question word has opened the clause.
            if token > 0 && self.is_question(token) && self.order(token - 1).is_some() && self.is_before_question(token - 1) {
                continue;
            }
            if place == Place::RunOn && !self.may_run_on(token, order, openers.last()) {
                continue;
            }
            openers.push(Opener { token, order, place });
        }
        openers
    }

    /// Without a mark before it, a clause is believed to begin only where the writer leaves marks out, or below an asking word.
    fn may_run_on(&self, token: usize, order: Order, last: Option<&Opener>) -> bool {
        if order == Order::Below {
            return self.has_right_before(token);
        }
        let question = self.is_question(token) || self.is_before_question(token);
        let auxiliary = self.word(token).is_some_and(|word| TABLE.first.contains(word)) && self.is_subject(token + 1);
        let apart = last.is_none_or(|last| token >= last.token + RUN_ON_WORDS);
        apart
            && (question && (self.hasty || self.has_right_before(token))
                || auxiliary && last.is_some() && (self.hasty || self.asks) && self.is_english(token))
    }

    /// English does not put an auxiliary before its subject inside of a clause.
    fn is_english(&self, token: usize) -> bool {
        const AUXILIARIES: [&str; 9] = ["is", "are", "do", "does", "did", "can", "could", "will", "would"];
        self.word(token).is_some_and(|word| AUXILIARIES.contains(&word))
            && !token.checked_sub(1).and_then(|i| self.word(i)).is_some_and(|word| TABLE.question.contains(word))
    }

    /// Whether one of the few words before a token asks.
    fn has_right_before(&self, token: usize) -> bool {
        const NEAR: usize = 4;
        let text = self.slice(token.saturating_sub(NEAR), token).to_lowercase();
        TABLE.heads.iter().any(|head| text.ends_with(head) || text.contains(&format!("{head} ")))
    }

    fn order(&self, token: usize) -> Option<Order> {
        if self.is_question(token) {
            return Some(self.order_behind(token));
        }
        if self.is_before_question(token) && self.is_question(token + 1) {
            return Some(self.order_behind(token + 1));
        }
        if self.is_whether(token) {
            return Some(Order::Below);
        }
        self.is_verb_first(token).then_some(Order::Main)
    }

    /// "wie lange dauert es" is of the order of a question, "wie lange es dauert" is not.
    fn order_behind(&self, question: usize) -> Order {
        if self.word(question).is_some_and(|word| {
            word.contains('\'') || word.ends_with("ts") && word.len() > 4 || matches!(word, "whats" | "hows" | "wheres" | "whens")
        }) {
            return Order::Main;
        }
        for token in question + 1..question + 5 {
            let Some(word) = self.word(token) else { return if token == question + 1 { Order::Main } else { Order::Below } };
            if TABLE.subjects.contains(word) || self.place(token) == Some(Place::Mark) {
                return Order::Below;
            }
            if TABLE.verbs.contains(word) || self.is_subject(token + 1) && !TABLE.no_verb.contains(word) && !self.is_capital(token) {
                return Order::Main;
            }
        }
        Order::Below
    }

    fn is_verb_first(&self, token: usize) -> bool {
        let Some(word) = self.word(token) else { return false };
        let subject = self.is_subject(token + 1) && !TABLE.subjects.contains(word);
        match self.place(token) {
            Some(Place::Begin) => subject && TABLE.verbs.contains(word) || TABLE.first.contains(word) && (self.asks || self.hasty),
            Some(Place::Joint) => {
                subject && !TABLE.no_verb.contains(word) && self.asks
                    || TABLE.verbs.contains(word) && (subject || TABLE.first.contains(word)) && (self.asks || self.hasty)
            }
            Some(Place::Mark) => subject && TABLE.verbs.contains(word) && (self.asks || self.hasty),
            Some(Place::RunOn) | None => subject && TABLE.first.contains(word),
        }
    }

    /// What stands before a token; `None`: only a blank.
    fn place(&self, token: usize) -> Option<Place> {
        let Some(before) = token.checked_sub(1).and_then(|i| self.tokens.get(i)) else { return Some(Place::Begin) };
        let gap = self.text.get(before.end..self.tokens.get(token)?.start).unwrap_or("");
        if gap.contains([',', ';', ':', '(', '–', '—', '…', '.', '!', '/']) || gap.contains(" - ") {
            return Some(Place::Mark);
        }
        // "… and roughly how long it takes".
        let shaded = token > 2 && SHADES.contains(&before.lower.as_str()) && self.is_joint(token - 2);
        if token > 1 && self.is_joint(token - 1) || shaded {
            return Some(Place::Joint);
        }
        // "Und was kostet das" begins with its joint.
        (self.is_joint(token - 1) && token == 1).then_some(Place::Begin)
    }

    fn is_request(&self) -> bool {
        self.has(&TABLE.requests)
            || self.has(&TABLE.demands)
            || (0..self.tokens.len())
                .any(|token| matches!(self.place(token), Some(Place::Begin | Place::Mark)) && self.is_imperative(token))
    }

    /// "Nennen Sie …", "bitte gib …", "send me …".
    fn is_imperative(&self, token: usize) -> bool {
        let Some(word) = self.word(token) else { return false };
        if matches!(word, "bitte" | "please" | "dann" | "then" | "also" | "kindly") {
            return self.is_imperative(token + 1);
        }
        let formal =
            word.ends_with("en") && self.word(token + 1) == Some("sie") && !TABLE.no_verb.contains(word) && !TABLE.verbs.contains(word);
        let stem = ["senden", "schicken", "nehmen", "machen", "kommen"].contains(&word) && self.word(token + 1) == Some("sie");
        let told = self.is_subject(token + 1) && self.word(token + 1) != Some("it");
        formal || stem || TABLE.imperatives.contains(word) && !told
    }

    fn begins_demand(&self, token: usize) -> bool {
        self.word(token).is_some_and(|word| {
            [
                "möchte",
                "möchten",
                "würde",
                "würden",
                "wüsste",
                "fordere",
                "fordern",
                "verlange",
                "verlangen",
                "erwarte",
                "bitte",
                "my",
                "want",
            ]
            .contains(&word)
        })
    }

    fn has_verb(&self, from: usize, to: usize) -> bool {
        (from..to).any(|token| self.word(token).is_some_and(|word| TABLE.verbs.contains(word)))
    }

    fn is_capital(&self, token: usize) -> bool {
        self.tokens.get(token).is_some_and(|token| token.capital)
    }

    fn word(&self, token: usize) -> Option<&str> {
        self.tokens.get(token).map(|token| token.lower.as_str())
    }

    fn is_question(&self, token: usize) -> bool {
        self.word(token).is_some_and(|word| TABLE.question.contains(word))
    }

    fn is_before_question(&self, token: usize) -> bool {
        self.word(token).is_some_and(|word| TABLE.before_question.contains(word)) && self.is_question(token + 1)
    }

    fn is_whether(&self, token: usize) -> bool {
        self.word(token).is_some_and(|word| TABLE.whether.contains(word))
    }

    fn is_subject(&self, token: usize) -> bool {
        self.word(token).is_some_and(|word| TABLE.subjects.contains(word))
    }

    fn is_joint(&self, token: usize) -> bool {
        let Some(word) = self.word(token) else { return false };
        // "an" for "and", where an English question follows.
        TABLE.joints.contains(word)
            || word == "an"
                && (self.is_english(token + 1)
                    || self.word(token + 1).is_some_and(|next| matches!(next, "what" | "how" | "when" | "where")))
    }

    fn has(&self, phrases: &[&str]) -> bool {
        phrases.iter().any(|phrase| holds(&self.lower, phrase))
    }

    fn has_before(&self, phrases: &[&str], token: usize) -> bool {
        let text = self.slice(0, token).to_lowercase().replace('’', "'");
        phrases.iter().any(|phrase| holds(&text, phrase))
    }
}

/// Whether a text has a phrase from the beginning of a word on.
fn holds(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, _)| !text.get(..at).unwrap_or("").ends_with(char::is_alphanumeric))
}
