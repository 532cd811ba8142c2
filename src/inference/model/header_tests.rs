use super::*;
use crate::inference::model::load;
use crate::inference::model::source::ModelSource;
use crate::inference::model::tiny_model::TinyModel;
use candle_core::quantized::gguf_file::Value;
use std::io::Cursor;

const LIMIT: u64 = 1 << 24;

fn examine(bytes: Vec<u8>) -> Result<String, ModelError> {
    let length = bytes.len() as u64;
    load::examine(&mut ModelSource::of_bytes(Cursor::new(bytes), length), LIMIT).map(|plan| plan.sha256)
}

fn build(bytes: Vec<u8>) -> Result<(), ModelError> {
    let length = bytes.len() as u64;
    load::load(&mut ModelSource::of_bytes(Cursor::new(bytes), length), LIMIT).map(drop)
}

fn refused(bytes: Vec<u8>) -> String {
    let message = build(bytes).expect_err("refused").to_string();
    assert!(!message.ends_with('.') && !message.contains('\n'), "{message}");
    message
}

#[test]
fn r168_an_honest_file_is_named_by_its_hash() {
    let bytes = TinyModel::new(1).bytes();
    let expected = data_encoding::HEXLOWER.encode(ring::digest::digest(&ring::digest::SHA256, &bytes).as_ref());
    assert_eq!(examine(bytes.clone()).expect("honest"), expected);
    build(bytes).expect("builds");
}

#[test]
fn r168_every_truncation_is_refused_before_it_is_built() {
    let bytes = TinyModel::new(1).bytes();
    let cuts = (0..2_000).chain((2_000..bytes.len()).step_by(1_999));
    for cut in cuts {
        // The padding behind the last tensor is no part of the model.
        if cut + 32 < bytes.len() {
            let error = examine(bytes[..cut].to_vec()).err().unwrap_or_else(|| panic!("{cut} bytes accepted"));
            assert!(matches!(error, ModelError::Truncated | ModelError::NotGguf), "{cut}: {error}");
        }
    }
}

#[test]
fn r168_flipped_bytes_never_panic() {
    let bytes = TinyModel::new(1).bytes();
    for place in (0..12_000).step_by(23) {
        for flip in [0xff_u8, 0x80, 0x01] {
            let mut damaged = bytes.clone();
            damaged[place] ^= flip;
            let _ = examine(damaged);
        }
    }
}

#[test]
fn r168_absurd_counts_are_refused_by_name() {
    let bytes = TinyModel::new(1).bytes();
    for (place, expected) in [(8, "tensors"), (16, "values"), (24, "bytes in one text")] {
        let mut absurd = bytes.clone();
        absurd[place..place + 8].copy_from_slice(&u64::MAX.to_le_bytes());
        let message = refused(absurd);
        assert!(message.contains(expected), "{message}");
    }
    assert!(refused(b"GGML\x03\0\0\0".to_vec()).contains("not a GGUF"));
    assert!(refused(Vec::new()).contains("not a GGUF"));
    let limit = load::examine(&mut ModelSource::of_bytes(Cursor::new(bytes.clone()), bytes.len() as u64), 100).err();
    assert!(matches!(limit, Some(ModelError::TooLarge { limit: 100, .. })));
}

#[test]
fn r168_measures_that_would_break_the_loader_are_refused() {
    fn check(key: &str, value: Option<Value>, expected: &str) {
        let mut model = TinyModel::new(1);
        match value {
            Some(value) => drop(model.metadata.insert(key.to_owned(), value)),
            None => drop(model.metadata.remove(key)),
        }
        let message = refused(model.bytes());
        assert!(message.contains(expected), "{key}: {message}");
    }
    check("general.architecture", Some(Value::String("mamba".into())), "mamba");
    check("general.architecture", None, "general.architecture");
    check("general.alignment", Some(Value::U32(0)), "alignment");
    check("general.alignment", Some(Value::U8(0)), "alignment");
    check("qwen3.attention.head_count", Some(Value::U32(0)), "head_count");
    check("qwen3.attention.head_count_kv", Some(Value::U32(3)), "head_count_kv");
    check("qwen3.attention.key_length", Some(Value::U32(u32::MAX)), "key_length");
    check("qwen3.block_count", Some(Value::U32(u32::MAX)), "block_count");
    check("qwen3.block_count", Some(Value::U32(3)), "blk.2.");
    check("qwen3.block_count", Some(Value::U32(1)), "blk.1.");
    check("qwen3.context_length", Some(Value::U32(0)), "context_length");
    check("qwen3.rope.freq_base", Some(Value::F32(f32::NAN)), "freq_base");
    check("qwen3.attention.layer_norm_rms_epsilon", Some(Value::F32(-1.0)), "epsilon");
    check("qwen3.rope.scaling.type", Some(Value::String("yarn".into())), "scaling");
    check("qwen3.feed_forward_length", Some(Value::U32(47)), "ffn_");
    check("tokenizer.ggml.pre", Some(Value::String("llama-bpe".into())), "gpt2/llama-bpe");
    check("tokenizer.ggml.model", Some(Value::String("llama".into())), "llama/qwen2");
    check("tokenizer.ggml.eos_token_id", Some(Value::U32(9_999)), "eos_token_id");
    check("tokenizer.ggml.tokens", Some(Value::Array(vec![Value::String("a".into())])), "tokens");
    check("tokenizer.ggml.merges", Some(Value::Array(vec![Value::String("ab".into())])), "merge");
    check("tokenizer.ggml.merges", Some(Value::Array(vec![Value::String("zz qq".into())])), "tokenizer");
    check("tokenizer.chat_template", Some(Value::String("{% if".into())), "template");
    check("tokenizer.chat_template", Some(Value::String("{{ raise_exception('no') }}".into())), "template");
}

#[test]
fn a_tensor_that_would_be_ignored_is_refused() {
    let mut model = TinyModel::new(1);
    model.weights.insert("blk.0.attn_q.bias".to_owned(), (vec![32], vec![0.0; 32]));
    assert!(refused(model.bytes()).contains("blk.0.attn_q.bias"));
}

#[test]
fn a_huge_context_is_used_only_in_part() {
    let mut model = TinyModel::new(1);
    model.metadata.insert("qwen3.context_length".to_owned(), Value::U32(u32::MAX));
    build(model.bytes()).expect("builds");
}
