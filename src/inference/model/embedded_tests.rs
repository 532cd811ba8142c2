use super::*;
use crate::inference::model::load;
use crate::inference::model::source::ModelSource;
use serde::Deserialize;

/// Written by the exporter from the weights as they are in the file, in f32.
const REFERENCE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/models/training/reference.json"));

#[derive(Deserialize)]
struct Reference {
    tolerance: f32,
    cases: Vec<Case>,
}

#[derive(Deserialize)]
struct Case {
    /// The whole prompt with its special tokens written out.
    prompt: String,
    ids: Vec<u32>,
    argmax: usize,
    first_logits: Vec<f32>,
    logit_of_argmax: f32,
}

#[test]
fn the_embedded_model_computes_what_its_training_computed() {
    let reference: Reference = serde_json::from_str(REFERENCE).expect("reference");
    assert!(!reference.cases.is_empty());
    let mut model = load::load(&mut ModelSource::embedded(), MODEL.len() as u64).expect("embedded model");
    for case in reference.cases {
        let mut ids = Vec::new();
        let mut rest = case.prompt.as_str();
        while let Some((before, special, after)) = model.vocabulary.next_special(rest) {
            ids.extend(model.vocabulary.encode(before).expect("ids"));
            ids.push(special);
            rest = after;
        }
        ids.extend(model.vocabulary.encode(rest).expect("ids"));
        assert_eq!(ids, case.ids);
        model.decoder.reset();
        let scores: Vec<f32> = model.decoder.feed(&ids, 0).and_then(|scores| scores.to_vec1()).expect("scores");
        let argmax = (0..scores.len()).max_by(|a, b| scores[*a].total_cmp(&scores[*b]));
        assert_eq!(argmax, Some(case.argmax));
        for (found, expected) in scores.iter().zip(&case.first_logits) {
            assert!((found - expected).abs() < reference.tolerance, "{found} {expected}");
        }
        assert!((scores[case.argmax] - case.logit_of_argmax).abs() < reference.tolerance);
    }
}
