//! Answers requests with a model.
//!
//! Never: a cut prompt. What does not fit is an error with both numbers, because the part that would be left out could be
//! the rule that matters.

use crate::inference::model::decoder::Decoder;
use crate::inference::model::error::ModelError;
use crate::inference::model::load::Model;
use crate::inference::model::sampler::{Sampler, log_probabilities, model_fault};
use crate::inference::model::text::Utf8Assembler;
use crate::inference::prompt::Part;
use crate::inference::protocol::{EngineIdentity, Fault, Sampling, StopReason, Usage};
use crate::inference::responder::{Responder, Trouble, Turn};
use crate::inference::stops::{Passed, StopFilter};
use crate::sandbox::Confinement;
use candle_core::Tensor;

/// Prompts are fed in pieces, so that a cancellation does not wait for a long one.
const PIECE_TOKENS: usize = 64;

pub struct Runner {
    model: Model,
}

impl Runner {
    pub const fn new(model: Model) -> Self {
        Self { model }
    }

    pub fn identity(&self, sandbox: Confinement) -> EngineIdentity {
        EngineIdentity {
            name: self.model.name.clone(),
            architecture: self.model.shape.architecture.name().to_owned(),
            sha256: self.model.sha256.clone(),
            context_tokens: self.model.shape.context,
            sandbox,
        }
    }

    fn encode(&self, parts: &[Part], room: usize) -> Result<Vec<u32>, Fault> {
        let ids = self.model.template.encode(parts, &self.model.vocabulary).map_err(|error| own_fault(&error))?;
        let (tokens, limit) = (ids.len().saturating_add(room), self.model.shape.context);
        if tokens > limit {
            return Err(Fault::PromptTooLong { tokens, limit });
        }
        if ids.is_empty() {
            return Err(Fault::BadRequest { reason: "the prompt is empty".to_owned() });
        }
        Ok(ids)
    }

    /// Feeds a prompt from the start; returns the scores of the token after it.
    fn read(&mut self, ids: &[u32], turn: &Turn<'_>) -> Result<Tensor, Fault> {
        self.model.decoder.reset();
        let mut scores = None;
        let mut position = 0;
        for piece in ids.chunks(PIECE_TOKENS) {
            turn.go_on()?;
            scores = Some(feed(&mut *self.model.decoder, piece, position)?);
            position += piece.len();
        }
        scores.ok_or_else(|| Fault::BadRequest { reason: "the prompt is empty".to_owned() })
    }

    fn write(&mut self, ids: &[u32], sampling: &Sampling, turn: &mut Turn<'_>) -> Result<(usize, StopReason), Fault> {
        let mut scores = self.read(ids, turn)?;
        let mut sampler = Sampler::new(sampling);
        let mut characters = Utf8Assembler::default();
        let mut filter = StopFilter::new(&sampling.stop);
        let mut written = 0;
        let reason = loop {
            turn.go_on()?;
            let token = sampler.next(&scores)?;
            if self.model.vocabulary.ends(token) {
                break StopReason::End;
            }
            written += 1;
            match filter.push(&characters.push(self.model.vocabulary.bytes(token))) {
                Passed::Text(text) => turn.text(&text),
                Passed::Stopped(text) => {
                    turn.text(&text);
                    return Ok((written, StopReason::StopString));
                }
            }
            if written == sampling.max_tokens {
                break StopReason::Length;
            }
            scores = feed(&mut *self.model.decoder, &[token], ids.len() + written - 1)?;
        };
        match filter.push(&characters.finish()) {
            Passed::Text(text) => turn.text(&(text + &filter.finish())),
            Passed::Stopped(text) => {
                turn.text(&text);
                return Ok((written, StopReason::StopString));
            }
        }
        Ok((written, reason))
    }

    /// Sum of the logarithms of the label's tokens after the prompt.
    fn weigh(&self, label: &[u32], first: &[f64], position: usize) -> Result<f64, Fault> {
        let (Some((head, rest)), last) = (label.split_first(), label.len().saturating_sub(1)) else {
            return Err(Fault::BadRequest { reason: "a label is empty".to_owned() });
        };
        let mut sum = at(first, *head)?;
        if !rest.is_empty() {
            let mut branch = self.model.decoder.fork();
            let steps = label.iter().take(last).zip(rest).zip(position..);
            for ((fed, expected), place) in steps {
                sum += at(&log_probabilities(&feed(&mut *branch, &[*fed], place)?)?, *expected)?;
            }
        }
        Ok(sum)
    }
}

fn at(values: &[f64], token: u32) -> Result<f64, Fault> {
    values.get(token as usize).copied().ok_or_else(|| Fault::Model { reason: "a token is not in its vocabulary".to_owned() })
}

fn feed(decoder: &mut dyn Decoder, tokens: &[u32], position: usize) -> Result<Tensor, Fault> {
    decoder.feed(tokens, position).map_err(|error| model_fault(&error))
}

fn own_fault(error: &ModelError) -> Fault {
    Fault::Model { reason: error.to_string() }
}

impl Responder for Runner {
    fn generate(&mut self, parts: &[Part], sampling: &Sampling, turn: &mut Turn<'_>) -> Result<(Usage, StopReason), Trouble> {
        let ids = self.encode(parts, sampling.max_tokens)?;
        let outcome = self.write(&ids, sampling, turn);
        // The next request must find nothing of this one.
        self.model.decoder.reset();
        let (output_tokens, stop_reason) = outcome?;
        Ok((Usage { prompt_tokens: ids.len(), output_tokens }, stop_reason))
    }

    fn score(&mut self, parts: &[Part], labels: &[String], turn: &mut Turn<'_>) -> Result<(Vec<f64>, Usage), Trouble> {
        let encode = |label: &String| self.model.vocabulary.encode(label).map_err(|error| own_fault(&error));
        let tokens: Vec<Vec<u32>> = labels.iter().map(encode).collect::<Result<_, _>>()?;
        let ids = self.encode(parts, tokens.iter().map(Vec::len).max().unwrap_or_default())?;
        let first = self.read(&ids, turn).and_then(|scores| log_probabilities(&scores));
        let values = first.and_then(|first| {
            let weigh = |label: &Vec<u32>| turn.go_on().and_then(|()| self.weigh(label, &first, ids.len()));
            tokens.iter().map(weigh).collect::<Result<Vec<f64>, Fault>>()
        });
        self.model.decoder.reset();
        Ok((values?, Usage { prompt_tokens: ids.len(), output_tokens: tokens.iter().map(Vec::len).sum() }))
    }
}

#[cfg(test)]
#[path = "runner_tests.rs"]
mod tests;
