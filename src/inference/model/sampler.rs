//! Takes the next token from the model's scores.
//!
//! Never: a token out of scores that are no numbers; a damaged model is an error and not an answer.

use crate::inference::protocol::{Fault, Sampling};
use candle_core::{DType, Tensor};
use candle_transformers::generation::{LogitsProcessor, Sampling as Kind};

pub struct Sampler(LogitsProcessor);

impl Sampler {
    pub fn new(sampling: &Sampling) -> Self {
        let kind = if sampling.temperature <= 0.0 {
            Kind::ArgMax
        } else if sampling.top_p < 1.0 {
            Kind::TopP { p: sampling.top_p, temperature: sampling.temperature }
        } else {
            Kind::All { temperature: sampling.temperature }
        };
        Self(LogitsProcessor::from_sampling(sampling.seed, kind))
    }

    pub fn next(&mut self, scores: &Tensor) -> Result<u32, Fault> {
        check(scores)?;
        self.0.sample(scores).map_err(|error| model_fault(&error))
    }
}

/// Natural logarithm of each token's probability.
pub fn log_probabilities(scores: &Tensor) -> Result<Vec<f64>, Fault> {
    let scores = check(scores)?;
    let highest = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let total: f64 = scores.iter().map(|score| f64::from(score - highest).exp()).sum();
    Ok(scores.iter().map(|score| f64::from(score - highest) - total.ln()).collect())
}

fn check(scores: &Tensor) -> Result<Vec<f32>, Fault> {
    let values = scores.to_dtype(DType::F32).and_then(|scores| scores.to_vec1::<f32>()).map_err(|error| model_fault(&error))?;
    if values.is_empty() || values.iter().any(|value| !value.is_finite()) {
        return Err(Fault::Model { reason: "its scores are no numbers".to_owned() });
    }
    Ok(values)
}

pub fn model_fault(error: &candle_core::Error) -> Fault {
    // Candle's errors name shapes and types, never contents.
    Fault::Model { reason: error.to_string().lines().next().unwrap_or_default().chars().take(200).collect() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use candle_core::Device;

    fn sampling(temperature: f64, top_p: f64, seed: u64) -> Sampling {
        Sampling { max_tokens: 1, stop: Vec::new(), seed, temperature, top_p }
    }

    fn draw(scores: &[f32], sampling: &Sampling, count: usize) -> Vec<u32> {
        let scores = Tensor::new(scores, &Device::Cpu).expect("tensor");
        let mut sampler = Sampler::new(sampling);
        (0..count).map(|_| sampler.next(&scores).expect("token")).collect()
    }

    #[test]
    fn temperature_0_takes_the_likeliest() {
        assert_eq!(draw(&[0.0, 3.0, 2.9], &sampling(0.0, 1.0, 1), 5), [1; 5]);
    }

    #[test]
    fn a_seed_repeats_itself_and_another_does_not() {
        let scores = [1.0, 1.1, 0.9, 1.05];
        assert_eq!(draw(&scores, &sampling(1.0, 1.0, 7), 40), draw(&scores, &sampling(1.0, 1.0, 7), 40));
        assert_ne!(draw(&scores, &sampling(1.0, 1.0, 7), 40), draw(&scores, &sampling(1.0, 1.0, 8), 40));
    }

    #[test]
    fn top_p_leaves_the_tail_out() {
        // Probabilities 0.64, 0.24, 0.09, 0.03: the first two hold 0.8.
        assert!(draw(&[3.0, 2.0, 1.0, 0.0], &sampling(1.0, 0.8, 3), 300).iter().all(|token| *token < 2));
        assert!(draw(&[3.0, 2.0, 1.0, 0.0], &sampling(1.0, 1.0, 3), 300).iter().any(|token| *token >= 2));
    }

    #[test]
    fn scores_that_are_no_numbers_are_a_fault() {
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY] {
            let scores = Tensor::new(&[0.0, bad], &Device::Cpu).expect("tensor");
            assert!(matches!(Sampler::new(&sampling(0.0, 1.0, 0)).next(&scores), Err(Fault::Model { .. })));
            assert!(log_probabilities(&scores).is_err());
        }
    }

    #[test]
    fn log_probabilities_sum_to_one() {
        let scores = Tensor::new(&[1000.0_f32, 999.0, 0.0], &Device::Cpu).expect("tensor");
        let sum: f64 = log_probabilities(&scores).expect("numbers").iter().map(|p| p.exp()).sum();
        assert!((sum - 1.0).abs() < 1e-9);
    }
}
