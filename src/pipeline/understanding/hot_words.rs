//! Words and intents that are never answered without a person (F-26, R-059, R-065, R-127).
//!
//! Read before a clearance as well as after it: rules alone, no model. Where a rule doubts, a person reads. Never: a word
//! of the mail in what is stored or logged; only the id of the rule goes there.

use crate::domain::Personal;
use crate::domain::reason::HandOver;
use crate::pipeline::understanding::hot_rules::{Rule, rules};
use crate::pipeline::understanding::mood::{Said, said};

pub use crate::pipeline::understanding::hot_rules::Reach;

/// From here on a sentence hits.
const HIT: i32 = 10;

/// A rule, and the sentence in which it was found.
#[derive(Debug, Clone)]
pub struct Finding {
    pub rule: &'static Rule,
    sentence: Personal<String>,
}

impl Finding {
    pub fn hand_over(&self) -> HandOver {
        HandOver::new(self.rule.reason, self.rule.id.as_str())
    }

    /// Whether the sentence is this ask, or holds it.
    pub fn stands_in(&self, ask: &str) -> bool {
        let plain = |text: &str| text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
        let (ask, sentence) = (plain(ask), plain(self.sentence.reveal()));
        !ask.is_empty() && !sentence.is_empty() && (sentence.contains(&ask) || ask.contains(&sentence))
    }
}

/// One finding for each rule and sentence that hit, in the order of the rules.
pub fn find(subject: &str, visible: &str) -> Vec<Finding> {
    let said = said(subject, visible);
    let hits =
        |rule: &'static Rule| said.iter().filter(|sentence| rule.weigh(sentence) >= HIT).map(move |sentence| finding(rule, sentence));
    rules().iter().flat_map(hits).collect()
}

fn finding(rule: &'static Rule, sentence: &Said) -> Finding {
    Finding { rule, sentence: Personal::new(sentence.text.clone()) }
}

#[cfg(test)]
#[path = "hot_words_tests.rs"]
mod tests;
