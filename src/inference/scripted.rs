//! An engine that follows a table instead of a model: for tests and torture runs.
//!
//! Never: a surprise. The first rule whose `contains` occurs in any part of the prompt acts, and when none does the
//! request fails. The JSON:
//!
//! ```json
//! {"pace_ms":0,
//!  "rules":[{"contains":"Lieferung","times":1,"act":"die"},
//!           {"contains":"","act":{"answer":"Guten Tag, Sie schrieben: {untrusted}"}}],
//!  "scores":[{"contains":"zurück","values":{"return":-0.1}}]}
//! ```
//!
//! `act` is `{"answer":TEXT}`, `{"fault":FAULT}`, `"hang"`, `"die"` or `"garbage"`. A rule with `times` acts that often in
//! the life of one worker. A label without a value in `scores` gets [`UNLIKELY`]; with no `scores` rule at all, a label
//! that stands in the untrusted words is likely.

use crate::inference::prompt::{Part, Trust};
use crate::inference::protocol::{EngineIdentity, Fault, Sampling, StopReason, Usage};
use crate::inference::responder::{Responder, Trouble, Turn};
use crate::inference::stops::{Passed, StopFilter};
use crate::sandbox::Confinement;
use serde::Deserialize;
use std::collections::HashMap;
use std::time::Duration;

const LIKELY: f64 = -0.1;
const UNLIKELY: f64 = -10.0;
const HANG_STEP: Duration = Duration::from_millis(20);

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// Pause before each word.
    #[serde(default)]
    pub pace_ms: u64,
    #[serde(default)]
    pub rules: Vec<Rule>,
    #[serde(default)]
    pub scores: Vec<ScoreRule>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rule {
    pub contains: String,
    #[serde(default)]
    pub times: Option<u32>,
    pub act: Act,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// `{system}`, `{trusted}` and `{untrusted}` stand for the words of that kind.
    Answer(String),
    Fault(Fault),
    /// Does not react any more, not even to a cancellation.
    Hang,
    Die,
    Garbage,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreRule {
    pub contains: String,
    pub values: HashMap<String, f64>,
}

impl Script {
    pub fn parse(json: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(json)
    }

    /// One answer to everything.
    pub fn answering(answer: &str) -> Self {
        Self { rules: vec![Rule { contains: String::new(), times: None, act: Act::Answer(answer.to_owned()) }], ..Self::default() }
    }

    pub fn identity(sandbox: Confinement) -> EngineIdentity {
        EngineIdentity {
            name: "scripted".to_owned(),
            architecture: "scripted".to_owned(),
            sha256: String::new(),
            context_tokens: usize::MAX,
            sandbox,
        }
    }
}

/// A script on its way through a conversation.
#[derive(Debug)]
pub struct Scripted {
    script: Script,
}

impl Scripted {
    pub const fn new(script: Script) -> Self {
        Self { script }
    }

    fn act_on(&mut self, parts: &[Part]) -> Option<Act> {
        let rule = self
            .script
            .rules
            .iter_mut()
            .find(|rule| rule.times != Some(0) && parts.iter().any(|part| part.text.contains(&rule.contains)))?;
        rule.times = rule.times.map(|times| times.saturating_sub(1));
        Some(rule.act.clone())
    }

    fn speak(&self, answer: &str, sampling: &Sampling, turn: &mut Turn<'_>) -> Result<(usize, StopReason), Trouble> {
        let mut filter = StopFilter::new(&sampling.stop);
        let mut words = 0;
        for word in answer.split_inclusive(' ') {
            turn.go_on()?;
            if words == sampling.max_tokens {
                turn.text(&filter.finish());
                return Ok((words, StopReason::Length));
            }
            std::thread::sleep(Duration::from_millis(self.script.pace_ms));
            words += 1;
            match filter.push(word) {
                Passed::Text(text) => turn.text(&text),
                Passed::Stopped(text) => {
                    turn.text(&text);
                    return Ok((words, StopReason::StopString));
                }
            }
        }
        turn.text(&filter.finish());
        Ok((words, StopReason::End))
    }
}

impl Responder for Scripted {
    fn generate(&mut self, parts: &[Part], sampling: &Sampling, turn: &mut Turn<'_>) -> Result<(Usage, StopReason), Trouble> {
        let prompt_tokens = count_words(parts);
        match self.act_on(parts) {
            Some(Act::Answer(answer)) => {
                let (output_tokens, stop_reason) = self.speak(&fill_in(&answer, parts), sampling, turn)?;
                Ok((Usage { prompt_tokens, output_tokens }, stop_reason))
            }
            Some(Act::Fault(fault)) => Err(fault.into()),
            Some(Act::Die) => Err(Trouble::Sever(Vec::new())),
            Some(Act::Garbage) => Err(Trouble::Sever(b"\x08\0\0\0no json!".to_vec())),
            Some(Act::Hang) => loop {
                std::thread::sleep(HANG_STEP);
            },
            None => Err(Fault::Model { reason: "no rule of the script fits".to_owned() }.into()),
        }
    }

    fn score(&mut self, parts: &[Part], labels: &[String], turn: &mut Turn<'_>) -> Result<(Vec<f64>, Usage), Trouble> {
        turn.go_on()?;
        let usage = Usage { prompt_tokens: count_words(parts), output_tokens: 0 };
        let rule = self.script.scores.iter().find(|rule| parts.iter().any(|part| part.text.contains(&rule.contains)));
        let value = |label: &String| match rule {
            Some(rule) => rule.values.get(label).copied().unwrap_or(UNLIKELY),
            None if parts.iter().any(|part| part.trust == Trust::Untrusted && part.text.contains(label.as_str())) => LIKELY,
            None => UNLIKELY,
        };
        Ok((labels.iter().map(value).collect(), usage))
    }
}

fn count_words(parts: &[Part]) -> usize {
    parts.iter().map(|part| part.text.split_whitespace().count()).sum()
}

fn fill_in(answer: &str, parts: &[Part]) -> String {
    use crate::inference::prompt::Role;
    let words = |wanted: fn(&Part) -> bool| {
        let texts: Vec<&str> = parts.iter().filter(|part| wanted(part)).map(|part| part.text.as_str()).collect();
        texts.join("\n")
    };
    // Untrusted words last, so that a placeholder inside them stays what it is.
    answer
        .replace("{system}", &words(|part| part.role == Role::System))
        .replace("{trusted}", &words(|part| part.trust == Trust::Trusted && part.role != Role::System))
        .replace("{untrusted}", &words(|part| part.trust == Trust::Untrusted))
}
