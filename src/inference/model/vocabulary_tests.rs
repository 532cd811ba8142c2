use super::*;
use crate::inference::model::shape::Shape;
use crate::inference::model::tiny_model::{SPECIALS, TinyModel};
use std::io::Cursor;

fn vocabulary(change: impl FnOnce(&mut TinyModel)) -> Vocabulary {
    let mut model = TinyModel::new(1);
    change(&mut model);
    let mut content = Content::read(&mut Cursor::new(model.bytes())).expect("header");
    let rows = Shape::settle(&mut content).expect("shape").vocabulary;
    Vocabulary::build(&content, rows, None).expect("vocabulary")
}

fn splitting(pre: &str) -> Vocabulary {
    vocabulary(|model| drop(model.metadata.insert("tokenizer.ggml.pre".to_owned(), Value::String(pre.to_owned()))))
}

/// Each token's text, so that a wrong border shows.
fn pieces(vocabulary: &Vocabulary, text: &str) -> Vec<String> {
    let ids = vocabulary.encode(text).expect("ids");
    ids.iter().map(|id| String::from_utf8_lossy(vocabulary.bytes(*id)).into_owned()).collect()
}

/// Qwen's own tokenizer composes characters first; llama.cpp does not, and SmolLM's own does not either.
#[test]
fn qwen2_composes_characters_and_smollm_does_not() {
    let (qwen2, smollm) = (splitting("qwen2"), splitting("smollm"));
    assert_eq!(qwen2.encode("Gru\u{308}\u{df}e").expect("ids"), qwen2.encode("Gr\u{fc}\u{df}e").expect("ids"));
    assert_ne!(smollm.encode("Gru\u{308}\u{df}e").expect("ids"), smollm.encode("Gr\u{fc}\u{df}e").expect("ids"));
}

#[test]
fn a_merge_stays_within_the_borders_of_its_splitting() {
    // `im`, `an` and ` D` are the merges that the vocabulary knows.
    for (pre, text, expected) in [
        ("qwen2", "im Dan", ["im", " D", "an"].as_slice()),
        ("smollm", "im Dan", &["im", " D", "an"]),
        ("qwen2", "an  D", &["an", " ", " D"]),
        ("smollm", "an  D", &["an", " ", " D"]),
        ("qwen2", "i\nm 12", &["i", "\n", "m", " ", "1", "2"]),
        ("smollm", "i\nm 12", &["i", "\n", "m", " ", "1", "2"]),
    ] {
        assert_eq!(pieces(&splitting(pre), text), expected, "{pre} {text:?}");
    }
}

/// llama.cpp finds tokens of the user-defined kind (`<think>`, `<tool_call>`) in plain text too; here only the template does.
#[test]
fn r131_no_kind_of_added_token_comes_out_of_plain_text() {
    for kind in [KIND_CONTROL, KIND_USER] {
        let vocabulary = vocabulary(|model| {
            let Some(Value::Array(kinds)) = model.metadata.get_mut("tokenizer.ggml.token_type") else { panic!("kinds") };
            kinds.iter_mut().rev().take(SPECIALS.len()).for_each(|known| *known = Value::I32(kind));
        });
        for special in SPECIALS {
            let id = vocabulary.next_special(special).expect("known").1;
            let ids = vocabulary.encode(&format!("a{special}b")).expect("ids");
            assert!(!ids.contains(&id), "{kind} {special}");
            assert_eq!(pieces(&vocabulary, special).concat(), special);
        }
    }
}
