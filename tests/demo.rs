//! `hauspost demo --model FILE` with files that are no model of ours: one sentence, exit code 2, nothing left behind.

use crate::support::folder::Folder;
use crate::tiny_model::TinyModel;
use candle_core::quantized::gguf_file::Value;
use std::path::Path;
use std::process::{Command, Stdio};

fn check(model: &Path, expected: &str) {
    let temporary = Folder::new("demo");
    let mut command = Command::new(env!("CARGO_BIN_EXE_hauspost"));
    command.args(["demo", "--lang", "en", "--model"]).arg(model).env("TMPDIR", temporary.path());
    let output = command.stdin(Stdio::null()).output().expect("The binary can be started");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{model:?} {errors}");
    assert!(errors.contains(expected) && errors.trim_end().lines().count() == 1, "{model:?} {errors}");
    assert!(errors.contains(&model.display().to_string()), "the model is not named: {errors}");
    let left = std::fs::read_dir(temporary.path()).expect("folder").count();
    assert_eq!(left, 0, "{model:?} left something behind");
}

#[test]
fn r168_a_file_that_cannot_serve_ends_the_demo_before_it_begins() {
    let folder = Folder::new("models");
    let put = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        std::fs::write(&path, bytes).expect("written");
        path
    };
    let honest = TinyModel::new(1).bytes();
    let named = |key: &str, value: &str| {
        let mut model = TinyModel::new(1);
        model.metadata.insert(key.to_owned(), Value::String(value.to_owned()));
        model.bytes()
    };
    let mut other_magic = honest.clone();
    other_magic[0] ^= 1;
    let mut many_tensors = honest.clone();
    many_tensors[15] ^= 0xff;
    check(&put("empty.gguf", b""), "no GGUF model");
    check(&put("magic.gguf", &other_magic), "no GGUF model");
    check(&put("count.gguf", &many_tensors), "damaged");
    check(&put("half.gguf", &honest[..honest.len() / 2]), "incomplete");
    check(&put("header.gguf", &honest[..300]), "incomplete");
    check(&put("mamba.gguf", &named("general.architecture", "mamba")), "mamba");
    check(&put("bpe.gguf", &named("tokenizer.ggml.pre", "llama-bpe")), "gpt2/llama-bpe");
    check(folder.path(), "no GGUF model");
    check(&folder.join("missing.gguf"), "does not exist");
}
