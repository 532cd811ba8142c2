use super::*;
use crate::inference::model::load;
use crate::inference::model::source::ModelSource;
use crate::inference::model::tiny_model::TinyModel;
use crate::inference::prompt::Prompt;
use candle_core::quantized::gguf_file::Value;
use std::cell::Cell;
use std::io::Cursor;

fn runner(context: u32) -> Runner {
    let mut tiny = TinyModel::new(11);
    tiny.metadata.insert("qwen3.context_length".to_owned(), Value::U32(context));
    let bytes = tiny.bytes();
    let length = bytes.len() as u64;
    Runner::new(load::load(&mut ModelSource::of_bytes(Cursor::new(bytes), length), length).expect("model"))
}

fn sampling(max_tokens: usize) -> Sampling {
    Sampling { max_tokens, stop: Vec::new(), seed: 1, temperature: 0.0, top_p: 1.0 }
}

fn parts(text: &str) -> Vec<Part> {
    Prompt::by_staff().system("S").untrusted(text).parts().to_vec()
}

fn generate(runner: &mut Runner, text: &str, sampling: &Sampling) -> Result<(String, Usage, StopReason), Trouble> {
    let mut out = String::new();
    let mut emit = |piece: &str| out.push_str(piece);
    let (usage, reason) = runner.generate(&parts(text), sampling, &mut Turn { cancelled: &|| false, emit: &mut emit })?;
    Ok((out, usage, reason))
}

fn score(runner: &mut Runner, text: &str, labels: &[&str]) -> Vec<f64> {
    let labels: Vec<String> = labels.iter().map(|&label| label.to_owned()).collect();
    let mut turn = Turn { cancelled: &|| false, emit: &mut |_| {} };
    runner.score(&parts(text), &labels, &mut turn).map_err(|trouble| format!("{trouble:?}")).expect("scores").0
}

#[test]
fn an_answer_ends_at_its_length_and_is_the_same_again() {
    let mut runner = runner(4096);
    let (first, usage, reason) = generate(&mut runner, "Guten Tag", &sampling(12)).expect("answer");
    assert_eq!(usage.output_tokens, 12);
    assert_eq!(reason, StopReason::Length);
    generate(&mut runner, "Etwas ganz anderes", &sampling(5)).expect("answer");
    // what lay between leaves no trace.
    assert_eq!(generate(&mut runner, "Guten Tag", &sampling(12)).expect("answer").0, first);
}

#[test]
fn a_prompt_that_does_not_fit_is_an_error_with_both_numbers() {
    let mut runner = runner(64);
    let trouble = generate(&mut runner, &"Wort ".repeat(40), &sampling(8)).expect_err("too long");
    assert!(matches!(trouble, Trouble::Fault(Fault::PromptTooLong { tokens, limit: 64 }) if tokens > 200), "{trouble:?}");
    let trouble = generate(&mut runner, "kurz", &sampling(60)).expect_err("too long");
    assert!(matches!(trouble, Trouble::Fault(Fault::PromptTooLong { .. })), "{trouble:?}");
    generate(&mut runner, "kurz", &sampling(8)).expect("answer");
}

#[test]
fn a_cancellation_counts_between_pieces_and_between_tokens() {
    let mut runner = runner(4096);
    for allowed in [0, 3, 9] {
        let asked = Cell::new(0);
        let cancelled = || {
            asked.set(asked.get() + 1);
            asked.get() > allowed
        };
        let mut pieces = 0;
        let mut emit = |_: &str| pieces += 1;
        let long = "Wort ".repeat(60);
        let outcome = runner.generate(&parts(&long), &sampling(50), &mut Turn { cancelled: &cancelled, emit: &mut emit });
        assert!(matches!(outcome, Err(Trouble::Fault(Fault::Cancelled))));
        assert_eq!(asked.get(), allowed + 1, "asked again after the cancellation");
        assert!(pieces <= allowed);
    }
}

#[test]
fn a_label_weighs_what_its_tokens_weigh() {
    let mut runner = runner(4096);
    let labels = ["ja", "nein", "j", "jan"];
    let found = score(&mut runner, "Ist das so?", &labels);
    for (label, value) in labels.iter().zip(&found) {
        // The slow way: the prompt with the label's beginning is read from the start for each token.
        let ids = runner.encode(&parts("Ist das so?"), 10).expect("prompt");
        let tokens = runner.model.vocabulary.encode(label).expect("label");
        let turn = Turn { cancelled: &|| false, emit: &mut |_| {} };
        let mut expected = 0.0;
        for (number, token) in tokens.iter().enumerate() {
            let so_far = [ids.as_slice(), &tokens[..number]].concat();
            let scores = runner.read(&so_far, &turn).expect("read");
            expected += log_probabilities(&scores).expect("numbers")[*token as usize];
        }
        assert!((value - expected).abs() < 1e-3, "{label}: {value} {expected}");
        assert!(*value < 0.0);
    }
    assert_eq!(found, score(&mut runner, "Ist das so?", &labels));
}
