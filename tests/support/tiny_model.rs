//! A model of random numbers, small enough to be written by a test: the byte alphabet, three special tokens, two layers.

use candle_core::quantized::gguf_file::{self, Value};
use candle_core::quantized::{GgmlDType, QTensor};
use candle_core::{Device, Tensor};
use std::collections::BTreeMap;
use std::io::Cursor;

pub const WIDTH: usize = 32;
pub const HEADS: usize = 2;
pub const KV_HEADS: usize = 1;
pub const HEAD: usize = 16;
pub const INNER: usize = 48;
pub const LAYERS: usize = 2;
pub const EPSILON: f32 = 1e-6;
pub const BASE: f32 = 10_000.0;
/// Sharp attention, so that a wrong position shows in the scores.
const QUERY_GAIN: f32 = 4.0;
pub const SPECIALS: [&str; 3] = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"];
pub const VOCABULARY: usize = 256 + MERGES.len() + SPECIALS.len();
const MERGES: [(&str, &str); 3] = [("i", "m"), ("a", "n"), ("Ġ", "D")];

pub struct TinyModel {
    pub metadata: BTreeMap<String, Value>,
    pub weights: BTreeMap<String, (Vec<usize>, Vec<f32>)>,
}

impl TinyModel {
    pub fn new(seed: u64) -> Self {
        let mut random = Random(seed);
        let mut weights = BTreeMap::new();
        let mut matrix = |name: String, rows: usize, columns: usize| {
            let scale = 2.0 / (columns as f32).sqrt();
            weights.insert(name, (vec![rows, columns], (0..rows * columns).map(|_| random.next() * scale).collect()));
        };
        matrix("token_embd.weight".into(), VOCABULARY, WIDTH);
        for layer in 0..LAYERS {
            let name = |part: &str| format!("blk.{layer}.{part}.weight");
            matrix(name("attn_q"), HEADS * HEAD, WIDTH);
            matrix(name("attn_k"), KV_HEADS * HEAD, WIDTH);
            matrix(name("attn_v"), KV_HEADS * HEAD, WIDTH);
            matrix(name("attn_output"), WIDTH, HEADS * HEAD);
            matrix(name("ffn_gate"), INNER, WIDTH);
            matrix(name("ffn_up"), INNER, WIDTH);
            matrix(name("ffn_down"), WIDTH, INNER);
        }
        let mut vector = |name: String, length: usize, value: f32| weights.insert(name, (vec![length], vec![value; length]));
        vector("output_norm.weight".into(), WIDTH, 1.0);
        for layer in 0..LAYERS {
            vector(format!("blk.{layer}.attn_norm.weight"), WIDTH, 1.0);
            vector(format!("blk.{layer}.ffn_norm.weight"), WIDTH, 1.0);
            vector(format!("blk.{layer}.attn_q_norm.weight"), HEAD, QUERY_GAIN);
            vector(format!("blk.{layer}.attn_k_norm.weight"), HEAD, 1.0);
        }
        Self { metadata: metadata(), weights }
    }

    pub fn bytes(&self) -> Vec<u8> {
        let tensor = |(shape, values): &(Vec<usize>, Vec<f32>)| {
            let tensor = Tensor::from_slice(values, shape.as_slice(), &Device::Cpu).expect("tensor");
            QTensor::quantize(&tensor, GgmlDType::F32).expect("tensor")
        };
        let tensors: Vec<(&str, QTensor)> = self.weights.iter().map(|(name, weight)| (name.as_str(), tensor(weight))).collect();
        let tensors: Vec<(&str, &QTensor)> = tensors.iter().map(|(name, tensor)| (*name, tensor)).collect();
        let metadata: Vec<(&str, &Value)> = self.metadata.iter().map(|(key, value)| (key.as_str(), value)).collect();
        let mut out = Cursor::new(Vec::new());
        gguf_file::write(&mut out, &metadata, &tensors).expect("written");
        out.into_inner()
    }
}

fn metadata() -> BTreeMap<String, Value> {
    let number = |value: usize| Value::U32(u32::try_from(value).expect("small"));
    let text = |value: &str| Value::String(value.to_owned());
    let tokens = tokens();
    let kinds = (0..tokens.len()).map(|id| Value::I32(if id < tokens.len() - SPECIALS.len() { 1 } else { 3 }));
    let special = |name: &str| number(tokens.iter().position(|token| token == name).expect("known"));
    BTreeMap::from([
        ("general.architecture".into(), text("qwen3")),
        ("general.name".into(), text("tiny")),
        ("qwen3.block_count".into(), number(LAYERS)),
        ("qwen3.context_length".into(), number(4096)),
        ("qwen3.embedding_length".into(), number(WIDTH)),
        ("qwen3.feed_forward_length".into(), number(INNER)),
        ("qwen3.attention.head_count".into(), number(HEADS)),
        ("qwen3.attention.head_count_kv".into(), number(KV_HEADS)),
        ("qwen3.attention.key_length".into(), number(HEAD)),
        ("qwen3.attention.layer_norm_rms_epsilon".into(), Value::F32(EPSILON)),
        ("qwen3.rope.freq_base".into(), Value::F32(BASE)),
        ("tokenizer.ggml.model".into(), text("gpt2")),
        ("tokenizer.ggml.pre".into(), text("qwen2")),
        ("tokenizer.ggml.eos_token_id".into(), special("<|im_end|>")),
        ("tokenizer.ggml.token_type".into(), Value::Array(kinds.collect())),
        ("tokenizer.ggml.tokens".into(), Value::Array(tokens.iter().map(|token| text(token)).collect())),
        ("tokenizer.ggml.merges".into(), Value::Array(MERGES.iter().map(|(a, b)| text(&format!("{a} {b}"))).collect())),
    ])
}

fn tokens() -> Vec<String> {
    let mut next = 256_u32;
    let mut tokens: Vec<String> = (0_u32..256)
        .map(|byte| {
            let own = matches!(byte, 33..=126 | 161..=172 | 174..=255);
            next += u32::from(!own);
            char::from_u32(if own { byte } else { next - 1 }).expect("character").to_string()
        })
        .collect();
    tokens.extend(MERGES.iter().map(|(a, b)| format!("{a}{b}")));
    tokens.extend(SPECIALS.map(str::to_owned));
    tokens
}

/// A linear congruential generator; the weights only have to be uneven.
struct Random(u64);

impl Random {
    fn next(&mut self) -> f32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 40) as f32 / (1_u64 << 24) as f32) - 0.5
    }
}
