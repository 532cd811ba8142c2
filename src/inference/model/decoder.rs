//! One small face for candle's model types: feed tokens, get the scores of the next one.
//!
//! Never: two prompts in one cache.

use crate::inference::model::shape::Architecture;
use crate::inference::model::source::Bytes;
use candle_core::quantized::gguf_file::Content;
use candle_core::{Device, Result, Tensor};
use candle_transformers::models::{quantized_llama, quantized_qwen3};

pub trait Decoder {
    /// Feeds tokens that follow the `position` tokens fed before; returns one score per token of the vocabulary.
    fn feed(&mut self, tokens: &[u32], position: usize) -> Result<Tensor>;

    /// Forgets every token.
    fn reset(&mut self);

    /// The same with the same memory, to go on in two ways.
    fn fork(&self) -> Box<dyn Decoder>;
}

pub fn build(architecture: Architecture, content: Content, mut bytes: &mut dyn Bytes) -> Result<Box<dyn Decoder>> {
    Ok(match architecture {
        Architecture::Qwen3 => Box::new(Qwen3(quantized_qwen3::ModelWeights::from_gguf(content, &mut bytes, &Device::Cpu)?)),
        Architecture::Llama => {
            let pristine = quantized_llama::ModelWeights::from_gguf(content, &mut bytes, &Device::Cpu)?;
            Box::new(Llama { work: pristine.clone(), pristine })
        }
    })
}

fn row(tokens: &[u32]) -> Result<Tensor> {
    Tensor::new(tokens, &Device::Cpu)?.unsqueeze(0)
}

/// Its decode cache and its prompt cache are two: after a single token no longer piece may follow. Prompts are fed first
/// and token by token afterwards, so this holds; a last piece of one token is fine.
struct Qwen3(quantized_qwen3::ModelWeights);

impl Decoder for Qwen3 {
    fn feed(&mut self, tokens: &[u32], position: usize) -> Result<Tensor> {
        self.0.forward(&row(tokens)?, position)?.flatten_all()
    }

    fn reset(&mut self) {
        self.0.clear_kv_cache();
    }

    fn fork(&self) -> Box<dyn Decoder> {
        Box::new(Self(self.0.clone()))
    }
}

/// Keeps an attention mask for each length it has ever seen, so each prompt starts with a fresh copy. Weights are shared
/// between copies.
struct Llama {
    pristine: quantized_llama::ModelWeights,
    work: quantized_llama::ModelWeights,
}

impl Decoder for Llama {
    fn feed(&mut self, tokens: &[u32], position: usize) -> Result<Tensor> {
        self.work.forward(&row(tokens)?, position)?.flatten_all()
    }

    fn reset(&mut self) {
        self.work = self.pristine.clone();
    }

    fn fork(&self) -> Box<dyn Decoder> {
        Box::new(Self { pristine: self.pristine.clone(), work: self.work.clone() })
    }
}

#[cfg(test)]
#[path = "decoder_tests.rs"]
mod tests;
