//! The measures of a model, and whether its tensors keep to them.
//!
//! Candle trusts both: a head count of 0 divides by zero, a context of a billion is allocated, a bias it does not know is
//! left out without a word. So each measure has its range and each tensor must be one that is used.

use crate::inference::model::error::ModelError;
use candle_core::quantized::gguf_file::{Content, Value};

/// Prompt and answer together; the tables and caches grow with it.
pub const CONTEXT_TOKENS_MAX: usize = 8_192;
/// `quantized_llama` builds its rotation tables for this many positions, whatever the file says.
const LLAMA_CONTEXT_TOKENS: usize = candle_transformers::models::quantized_llama::MAX_SEQ_LEN;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Architecture {
    Qwen3,
    Llama,
}

impl Architecture {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Qwen3 => "qwen3",
            Self::Llama => "llama",
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    pub architecture: Architecture,
    pub layers: usize,
    pub width: usize,
    pub heads: usize,
    pub kv_heads: usize,
    pub head: usize,
    pub inner: usize,
    pub vocabulary: usize,
    /// What this house uses of the model's context.
    pub context: usize,
}

impl Shape {
    /// Reads and checks the measures, and writes those back that candle has to see in another way.
    pub fn settle(content: &mut Content) -> Result<Self, ModelError> {
        let architecture = match text(content, "general.architecture")?.as_str() {
            "qwen3" => Architecture::Qwen3,
            "llama" => Architecture::Llama,
            other => return Err(ModelError::Architecture(other.chars().take(40).collect())),
        };
        let name = architecture.name();
        let measure = |content: &Content, key: &str, limit: u64| number(content, &format!("{name}.{key}"), limit);
        let width = measure(content, "embedding_length", 65_536)?;
        let heads = measure(content, "attention.head_count", 1_024)?;
        let kv_heads = measure(content, "attention.head_count_kv", 1_024)?;
        let head = match architecture {
            Architecture::Qwen3 => measure(content, "attention.key_length", 1_024)?,
            // The loader derives it, so the file must not say anything else.
            Architecture::Llama => width / heads,
        };
        let told = measure(content, "context_length", u64::from(u32::MAX))?;
        let shape = Self {
            architecture,
            layers: measure(content, "block_count", 1_024)?,
            width,
            heads,
            kv_heads,
            head,
            inner: measure(content, "feed_forward_length", 1_048_576)?,
            vocabulary: rows(content, "token_embd.weight")?,
            context: match architecture {
                Architecture::Qwen3 => told.min(CONTEXT_TOKENS_MAX),
                Architecture::Llama => told.min(LLAMA_CONTEXT_TOKENS),
            },
        };
        shape.check_measures(content)?;
        shape.check_tensors(content)?;
        shape.write_back(content);
        Ok(shape)
    }

    fn check_measures(&self, content: &Content) -> Result<(), ModelError> {
        let name = self.architecture.name();
        let wrong = |key: &str| ModelError::Value { key: format!("{name}.{key}") };
        if !self.heads.is_multiple_of(self.kv_heads) {
            return Err(wrong("attention.head_count_kv"));
        }
        if self.head < 2 || !self.head.is_multiple_of(2) {
            return Err(wrong("attention.key_length"));
        }
        if self.context < 2 {
            return Err(wrong("context_length"));
        }
        for key in ["attention.layer_norm_rms_epsilon", "rope.freq_base"] {
            let value = content.metadata.get(&format!("{name}.{key}"));
            let given = match (value, self.architecture) {
                (Some(Value::F32(number)), _) => number.is_finite() && *number > 0.0,
                (None, Architecture::Llama) => key == "rope.freq_base",
                (None, Architecture::Qwen3) | (Some(_), _) => false,
            };
            if !given {
                return Err(wrong(key));
            }
        }
        if self.architecture == Architecture::Llama {
            if self.heads * self.head != self.width {
                return Err(wrong("attention.head_count"));
            }
            for key in ["llama.rope.dimension_count", "llama.attention.key_length", "llama.attention.value_length"] {
                let told = content.metadata.get(key).map(|_| number(content, key, 1_024)).transpose()?;
                if told.is_some_and(|told| told != self.head) || (told.is_none() && key == "llama.rope.dimension_count") {
                    return Err(ModelError::Value { key: key.to_owned() });
                }
            }
            if content.metadata.get("llama.expert_count").is_some_and(|value| value.to_u32().map_or(true, |count| count > 0)) {
                return Err(ModelError::Unsupported("several experts".to_owned()));
            }
        }
        match content.metadata.get(&format!("{name}.rope.scaling.type")) {
            None => Ok(()),
            Some(Value::String(kind)) if kind == "none" => Ok(()),
            Some(_) => Err(ModelError::Unsupported("a stretched context (rope scaling)".to_owned())),
        }
    }

    fn check_tensors(&self, content: &Content) -> Result<(), ModelError> {
        let (query, key_value) = (self.heads * self.head, self.kv_heads * self.head);
        let mut expected =
            vec![("token_embd.weight".to_owned(), vec![self.vocabulary, self.width]), ("output_norm.weight".to_owned(), vec![self.width])];
        for layer in 0..self.layers {
            let mut tensor = |name: &str, shape: Vec<usize>| expected.push((format!("blk.{layer}.{name}.weight"), shape));
            tensor("attn_norm", vec![self.width]);
            tensor("attn_q", vec![query, self.width]);
            tensor("attn_k", vec![key_value, self.width]);
            tensor("attn_v", vec![key_value, self.width]);
            tensor("attn_output", vec![self.width, query]);
            tensor("ffn_norm", vec![self.width]);
            tensor("ffn_gate", vec![self.inner, self.width]);
            tensor("ffn_up", vec![self.inner, self.width]);
            tensor("ffn_down", vec![self.width, self.inner]);
            if self.architecture == Architecture::Qwen3 {
                tensor("attn_q_norm", vec![self.head]);
                tensor("attn_k_norm", vec![self.head]);
            }
        }
        if content.tensor_infos.contains_key("output.weight") {
            expected.push(("output.weight".to_owned(), vec![self.vocabulary, self.width]));
        }
        for (name, shape) in &expected {
            if content.tensor_infos.get(name).is_none_or(|info| info.shape.dims() != shape.as_slice()) {
                return Err(ModelError::Tensor { name: name.clone() });
            }
        }
        let known: std::collections::HashSet<&str> = expected.iter().map(|(name, _)| name.as_str()).collect();
        match content.tensor_infos.keys().find(|name| !known.contains(name.as_str())) {
            Some(name) => Err(ModelError::Unsupported(format!("a tensor `{}`", name.chars().take(60).collect::<String>()))),
            None => Ok(()),
        }
    }

    fn write_back(&self, content: &mut Content) {
        match self.architecture {
            Architecture::Qwen3 => {
                // Without this key (no file of llama.cpp has it) candle 0.11 builds its rotation tables in half precision:
                // beyond some thousand tokens the positions are noise. 0 is F32 in `quantized_qwen3::from_gguf`.
                content.metadata.insert("general.dtype".to_owned(), Value::U32(0));
                let context = u32::try_from(self.context).unwrap_or(u32::MAX);
                content.metadata.insert("qwen3.context_length".to_owned(), Value::U32(context));
            }
            Architecture::Llama => {}
        }
    }
}

pub fn text(content: &Content, key: &str) -> Result<String, ModelError> {
    match content.metadata.get(key) {
        Some(Value::String(text)) => Ok(text.clone()),
        Some(_) | None => Err(ModelError::Value { key: key.to_owned() }),
    }
}

/// A whole number from 1 to `limit`. Candle reads these as u32 and nothing else.
fn number(content: &Content, key: &str, limit: u64) -> Result<usize, ModelError> {
    match content.metadata.get(key) {
        Some(Value::U32(number)) if (1..=limit).contains(&u64::from(*number)) => Ok(*number as usize),
        Some(_) | None => Err(ModelError::Value { key: key.to_owned() }),
    }
}

fn rows(content: &Content, name: &str) -> Result<usize, ModelError> {
    match content.tensor_infos.get(name).map(|info| info.shape.dims()) {
        Some([rows, _]) => Ok(*rows),
        Some(_) | None => Err(ModelError::Tensor { name: name.to_owned() }),
    }
}
