//! How well the chosen sentence fits each ask, in the model's opinion. Written to the decision record and shown; it
//! decides nothing (law 3).

use crate::domain::draft::Draft;
use crate::domain::{Cleared, Message};
use crate::inference::{Engine, Prompt};

/// The name under which the embedded model introduces itself: only it was trained on this task.
const TRAINED: &str = "hauspost-embedded";
/// Asks that are scored at most; each costs one pass of the model.
const ASKS_MAX: usize = 8;

/// One value per ask, 0 to 1; `None` where nothing was scored.
pub async fn scores(engine: &Engine, mail: &Cleared<Message>, draft: &Draft) -> Vec<Option<f64>> {
    let mut scores = vec![None; draft.asks.len()];
    if engine.identity().is_none_or(|identity| identity.name != TRAINED) {
        return scores;
    }
    let labels = ["ja".to_owned(), "nein".to_owned()];
    for (ask, score) in draft.asks.iter().zip(scores.iter_mut()).take(ASKS_MAX) {
        let cited = draft.sentences.iter().find(|sentence| sentence.citations.iter().any(|id| ask.passages.contains(id)));
        let Some(sentence) = cited else { continue };
        let prompt = Prompt::about(mail).system("relevance").untrusted(&format!("Frage: {}\nSatz: {}", ask.ask, sentence.text));
        match engine.score(&prompt, &labels).await {
            Ok(values) => *score = share(&values),
            Err(error) => {
                tracing::debug!(event = "relevance.failed", %error, "the model gave no score");
                return scores;
            }
        }
    }
    scores
}

/// The share of the first label.
fn share(log_probabilities: &[f64]) -> Option<f64> {
    let [yes, no] = log_probabilities else { return None };
    let share = 1.0 / (1.0 + (no - yes).exp());
    share.is_finite().then_some(share)
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn a_share_is_between_zero_and_one() {
        assert_eq!(share(&[-1.0, -1.0]), Some(0.5));
        assert!(share(&[-0.1, -3.0]).unwrap() > 0.9);
        assert_eq!(share(&[-1.0]), None);
        assert_eq!(share(&[f64::NAN, 0.0]), None);
    }
}
