//! Text to token ids and back.
//!
//! Never: a special token out of text. The pipeline that encodes text knows no special tokens at all; ids of special tokens
//! come from the chat template alone, so nobody can write himself into the system role (R-131).
//!
//! The pipelines are built here and not by candle, which takes every `tokenizer.ggml.pre` that it does not know for GPT-2
//! with a leading space.

use crate::inference::model::error::ModelError;
use candle_core::quantized::gguf_file::{Content, Value};
use std::collections::HashMap;
use tokenizers::models::bpe::{BPE, Vocab};
use tokenizers::normalizers::unicode::NFC;
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::digits::Digits;
use tokenizers::pre_tokenizers::sequence::Sequence;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::{PreTokenizerWrapper, SplitDelimiterBehavior, Tokenizer};

/// The splitting rule of the Qwen2 family: contractions, words with one leading mark, single digits, marks, white space.
const QWEN2: &str = r"(?:'[sS]|'[tT]|'[rR][eE]|'[vV][eE]|'[mM]|'[lL][lL]|'[dD])|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+";

/// Tokens that end an answer wherever they exist, beside the ones the file names.
const ENDS: [&str; 3] = ["<|im_end|>", "<|endoftext|>", "<|eot_id|>"];

#[derive(Debug, Clone, PartialEq, Eq)]
enum Token {
    /// Stands for these bytes in an answer.
    Bytes(Vec<u8>),
    /// Steers the model and is not shown.
    Hidden,
}

pub struct Vocabulary {
    plain: Tokenizer,
    tokens: Vec<Token>,
    specials: HashMap<String, u32>,
    ends: Vec<u32>,
    pub bos: Option<String>,
    pub eos: Option<String>,
}

/// What a tokenizer is built from.
struct Parts {
    plain: Tokenizer,
    texts: HashMap<u32, String>,
    specials: HashMap<String, u32>,
    hidden: Vec<u32>,
}

impl Vocabulary {
    /// `rows` is the height of the embedding; `beside` the text of a tokenizer file, which wins.
    pub fn build(content: &Content, rows: usize, beside: Option<&str>) -> Result<Self, ModelError> {
        let parts = match beside {
            Some(json) => from_tokenizer_json(json)?,
            None => from_gguf(content, rows)?,
        };
        let bytes_of = byte_table();
        let mut tokens = vec![Token::Hidden; rows];
        for (id, text) in &parts.texts {
            let place = tokens.get_mut(*id as usize).ok_or_else(|| damaged("it has more tokens than the model"))?;
            let special = parts.specials.contains_key(text);
            *place = Token::Bytes(if special { text.clone().into_bytes() } else { to_bytes(text, &bytes_of) });
        }
        for id in &parts.hidden {
            if let Some(place) = tokens.get_mut(*id as usize) {
                *place = Token::Hidden;
            }
        }
        let named = |key: &str| match content.metadata.get(key) {
            Some(Value::U32(id)) => Some(*id),
            Some(_) | None => None,
        };
        let mut ends: Vec<u32> =
            [named("tokenizer.ggml.eos_token_id"), named("tokenizer.ggml.eot_token_id")].into_iter().flatten().collect();
        ends.extend(ENDS.iter().filter_map(|text| parts.specials.get(*text)));
        if ends.is_empty() || ends.iter().any(|id| *id as usize >= rows) {
            return Err(ModelError::Value { key: "tokenizer.ggml.eos_token_id".to_owned() });
        }
        let text_of = |key: &str| named(key).and_then(|id| parts.texts.get(&id).cloned());
        let (bos, eos) = (text_of("tokenizer.ggml.bos_token_id"), text_of("tokenizer.ggml.eos_token_id"));
        Ok(Self { plain: parts.plain, tokens, specials: parts.specials, ends, bos, eos })
    }

    /// Ids of a text that means nothing but itself.
    pub fn encode(&self, text: &str) -> Result<Vec<u32>, ModelError> {
        let encoding = self.plain.encode_fast(text, false).map_err(|error| ModelError::TokenizerDamaged(error.to_string()))?;
        let ids = encoding.get_ids().to_vec();
        // A vocabulary with merges that lead to a special token would open the door again.
        if ids.iter().any(|id| self.tokens.get(*id as usize).is_none_or(|token| *token == Token::Hidden)) {
            return Err(damaged("plain text became a special token"));
        }
        Ok(ids)
    }

    /// The special tokens inside a text of the house, longest first where several begin at one place.
    pub fn next_special<'t>(&self, text: &'t str) -> Option<(&'t str, u32, &'t str)> {
        let found = self.specials.iter().filter_map(|(special, id)| text.find(special.as_str()).map(|at| (at, special.len(), *id)));
        let (at, length, id) = found.min_by_key(|(at, length, _)| (*at, std::cmp::Reverse(*length)))?;
        Some((text.get(..at)?, id, text.get(at + length..)?))
    }

    pub fn has_special(&self, text: &str) -> bool {
        self.specials.contains_key(text)
    }

    pub fn ends(&self, id: u32) -> bool {
        self.ends.contains(&id)
    }

    /// The bytes that a token writes into an answer.
    pub fn bytes(&self, id: u32) -> &[u8] {
        match self.tokens.get(id as usize) {
            Some(Token::Bytes(bytes)) => bytes,
            Some(Token::Hidden) | None => &[],
        }
    }
}

fn damaged(what: &str) -> ModelError {
    ModelError::TokenizerDamaged(what.to_owned())
}

fn from_gguf(content: &Content, rows: usize) -> Result<Parts, ModelError> {
    let name = |key: &str| match content.metadata.get(key) {
        Some(Value::String(text)) => text.chars().take(40).collect(),
        Some(_) | None => "none".to_owned(),
    };
    let (model, pre) = (name("tokenizer.ggml.model"), name("tokenizer.ggml.pre"));
    let nfc = match (model.as_str(), pre.as_str()) {
        ("gpt2", "qwen2") => true,
        ("gpt2", "smollm") => false,
        _ => return Err(ModelError::Tokenizer(format!("{model}/{pre}"))),
    };
    let tokens = strings(content, "tokenizer.ggml.tokens")?;
    if tokens.len() != rows {
        return Err(damaged("it has not as many tokens as the model"));
    }
    let vocab: Vocab = (0_u32..).zip(&tokens).map(|(id, text)| (text.clone(), id)).collect();
    if vocab.len() != tokens.len() {
        return Err(damaged("a token occurs twice"));
    }
    let split = |merge: String| match merge.split_once(' ') {
        Some((left, right)) => Ok((left.to_owned(), right.to_owned())),
        None => Err(damaged("a merge has not two parts")),
    };
    let merges = strings(content, "tokenizer.ggml.merges")?.into_iter().map(split).collect::<Result<Vec<_>, _>>()?;
    let bpe = BPE::builder().vocab_and_merges(vocab, merges).build().map_err(|error| ModelError::TokenizerDamaged(error.to_string()))?;
    let mut plain = Tokenizer::new(bpe);
    plain.with_pre_tokenizer(Some(splitter(&pre)?));
    if nfc {
        plain.with_normalizer(Some(NFC)).map_err(|error| ModelError::TokenizerDamaged(error.to_string()))?;
    }
    let kinds = kinds(content, tokens.len())?;
    let mut specials = HashMap::new();
    let mut hidden = Vec::new();
    for ((id, text), kind) in (0_u32..).zip(&tokens).zip(kinds) {
        match kind {
            KIND_NORMAL | KIND_BYTE => {}
            KIND_USER => drop(specials.insert(text.clone(), id)),
            KIND_CONTROL => {
                specials.insert(text.clone(), id);
                hidden.push(id);
            }
            _ => hidden.push(id),
        }
    }
    specials.retain(|text, _| !text.is_empty());
    Ok(Parts { plain, texts: (0_u32..).zip(tokens).collect(), specials, hidden })
}

/// `llama_token_type`; 2 (unknown) and 5 (unused) are neither written nor read.
const KIND_NORMAL: i32 = 1;
const KIND_CONTROL: i32 = 3;
const KIND_USER: i32 = 4;
const KIND_BYTE: i32 = 6;

fn kinds(content: &Content, count: usize) -> Result<Vec<i32>, ModelError> {
    let key = "tokenizer.ggml.token_type";
    let wrong = || ModelError::Value { key: key.to_owned() };
    let Some(Value::Array(values)) = content.metadata.get(key) else { return Err(wrong()) };
    let kinds: Vec<i32> = values.iter().map(|value| value.to_i32()).collect::<Result<_, _>>().map_err(|_| wrong())?;
    if kinds.len() == count { Ok(kinds) } else { Err(wrong()) }
}

fn strings(content: &Content, key: &str) -> Result<Vec<String>, ModelError> {
    let wrong = || ModelError::Value { key: key.to_owned() };
    let Some(Value::Array(values)) = content.metadata.get(key) else { return Err(wrong()) };
    values.iter().map(|value| value.to_string().cloned().map_err(|_| wrong())).collect()
}

fn splitter(pre: &str) -> Result<PreTokenizerWrapper, ModelError> {
    let steps: Vec<PreTokenizerWrapper> = if pre == "qwen2" {
        let split = Split::new(SplitPattern::Regex(QWEN2.to_owned()), SplitDelimiterBehavior::Isolated, false);
        let split = split.map_err(|error| ModelError::TokenizerDamaged(error.to_string()))?;
        vec![split.into(), ByteLevel::new(false, false, false).into()]
    } else {
        // SmolLM: digits one by one, then GPT-2's own expression.
        vec![Digits::new(true).into(), ByteLevel::new(false, false, true).into()]
    };
    Ok(Sequence::new(steps).into())
}

/// A `tokenizer.json` of the byte-level kind. Its special tokens are taken out of the pipeline and kept in the table.
fn from_tokenizer_json(json: &str) -> Result<Parts, ModelError> {
    let mut value: serde_json::Value = serde_json::from_str(json).map_err(|_| damaged("the tokenizer file is not JSON"))?;
    let kind = value.pointer("/decoder/type").and_then(serde_json::Value::as_str).unwrap_or("none").to_owned();
    if kind != "ByteLevel" {
        return Err(ModelError::Tokenizer(kind.chars().take(40).collect()));
    }
    let object = value.as_object_mut().ok_or_else(|| damaged("the tokenizer file is no object"))?;
    let added = object.insert("added_tokens".to_owned(), serde_json::Value::Array(Vec::new()));
    object.insert("post_processor".to_owned(), serde_json::Value::Null);
    object.insert("truncation".to_owned(), serde_json::Value::Null);
    object.insert("padding".to_owned(), serde_json::Value::Null);
    let bytes = serde_json::to_vec(&value).map_err(|_| damaged("the tokenizer file is not JSON"))?;
    let plain = Tokenizer::from_bytes(bytes).map_err(|error| ModelError::TokenizerDamaged(error.to_string()))?;
    let added: Vec<Added> = match added {
        Some(list) => serde_json::from_value(list).map_err(|_| damaged("its added tokens cannot be read"))?,
        None => Vec::new(),
    };
    let mut texts: HashMap<u32, String> = plain.get_vocab(false).into_iter().map(|(text, id)| (id, text)).collect();
    texts.extend(added.iter().map(|token| (token.id, token.content.clone())));
    let hidden = added.iter().filter(|token| token.special).map(|token| token.id).collect();
    let specials = added.into_iter().filter(|token| !token.content.is_empty()).map(|token| (token.content, token.id)).collect();
    Ok(Parts { plain, texts, specials, hidden })
}

#[derive(serde::Deserialize)]
struct Added {
    id: u32,
    content: String,
    #[serde(default)]
    special: bool,
}

/// GPT-2 writes each byte as a printable character: printable Latin-1 as itself, the others from U+0100 on, in order.
fn byte_table() -> HashMap<char, u8> {
    let mut next = 256;
    (0..=u8::MAX)
        .map(|byte| {
            let code = if matches!(byte, 33..=126 | 161..=172 | 174..=255) {
                u32::from(byte)
            } else {
                next += 1;
                next - 1
            };
            (char::from_u32(code).unwrap_or(char::REPLACEMENT_CHARACTER), byte)
        })
        .collect()
}

fn to_bytes(text: &str, table: &HashMap<char, u8>) -> Vec<u8> {
    let bytes: Option<Vec<u8>> = text.chars().map(|character| table.get(&character).copied()).collect();
    bytes.unwrap_or_else(|| text.as_bytes().to_vec())
}

#[cfg(test)]
#[path = "vocabulary_tests.rs"]
mod tests;
