//! Two sentences that say what a thread is about, taken from it word for word (F-17).
//!
//! One of what the writer asks, one of what else the thread tells. Never: a word that is not in the thread.

use crate::domain::Message;
use crate::domain::message::SpanKind;
use crate::knowledge::grams;
use crate::knowledge::words::is_content;
use crate::pipeline::sentences;
use crate::pipeline::understanding::asks::FoundAsk;
use std::collections::HashMap;

/// Sentences that are weighed; a thread's matter shows long before.
const SENTENCES_MAX: usize = 200;
/// A longer sentence is no summary.
const SENTENCE_CHARS_MAX: usize = 300;
/// What the writer wrote now counts more than what is quoted.
const NOW: f64 = 1.5;

/// Chronological: what is quoted stands before what was written now. Empty where the thread says nothing.
pub fn of(message: &Message, asks: &[FoundAsk]) -> String {
    let now = sentences::split(&message.visible);
    let before = sentences::split(&quoted(message));
    let from_before = before.len();
    let all: Vec<&String> =
        before.iter().chain(&now).filter(|text| text.chars().count() <= SENTENCE_CHARS_MAX).take(SENTENCES_MAX).collect();
    let mut counts: HashMap<String, f64> = HashMap::new();
    for word in all.iter().flat_map(|text| content(text)) {
        *counts.entry(word).or_insert(0.0) += 1.0;
    }
    let weight = |at: usize, text: &str| {
        let words = content(text);
        let sum: f64 = words.iter().filter_map(|word| counts.get(word)).sum();
        let share = if words.len() < 2 { 0.0 } else { sum / (words.len() as f64).sqrt() };
        if at >= from_before { share * NOW } else { share }
    };
    let is_ask = |text: &str| asks.iter().any(|ask| text.contains(&ask.ask) || ask.ask.contains(text));
    let best = |wanted: &dyn Fn(usize, &str) -> bool| {
        let fitting = all.iter().enumerate().filter(|(at, text)| wanted(*at, text) && weight(*at, text) > 0.0);
        fitting.fold(None, |best: Option<(usize, f64)>, (at, text)| match best {
            Some((_, known)) if known >= weight(at, text) => best,
            Some(_) | None => Some((at, weight(at, text))),
        })
    };
    let asked = best(&|at, text| at >= from_before && is_ask(text)).map(|(at, _)| at);
    let other = best(&|at, text| Some(at) != asked && all.get(at).is_some() && !all.iter().take(at).any(|known| known.as_str() == text));
    let mut chosen: Vec<usize> = asked.into_iter().chain(other.map(|(at, _)| at)).collect();
    chosen.sort_unstable();
    chosen.iter().filter_map(|at| all.get(*at)).map(|text| text.as_str()).collect::<Vec<_>>().join(" ")
}

fn content(text: &str) -> Vec<String> {
    grams::words(text).into_iter().filter(|word| word.chars().count() > 2 && is_content(word)).collect()
}

/// What earlier mails said, without the marks of quoting.
fn quoted(message: &Message) -> String {
    let of_interest = |kind: SpanKind| match kind {
        SpanKind::Quote | SpanKind::Forwarded => true,
        SpanKind::Reply | SpanKind::QuoteHeader | SpanKind::Signature | SpanKind::Disclaimer => false,
    };
    let parts = message.spans.iter().filter(|span| of_interest(span.kind)).filter_map(|span| message.text.get(span.start..span.end));
    parts.flat_map(str::lines).map(|line| line.trim_start_matches(['>', ' '])).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::message::Span;
    use crate::pipeline::samples::message;
    use crate::pipeline::understanding::asks;

    #[test]
    fn f17_two_sentences_of_the_thread() {
        let mut mail = message(
            "Anna Muster",
            "Helm",
            "Guten Tag,\n\nmein Helm hat einen Riss in der Schale. Ich fahre jeden Tag. Kann ich den Helm noch umtauschen?\n\nViele Grüße\nAnna Muster",
        );
        let asks = asks::find(&mail.visible, &mail.subject);
        let summary = of(&mail, &asks);
        assert!(summary.ends_with("Kann ich den Helm noch umtauschen?"), "{summary}");
        assert!(summary.contains("Riss in der Schale"), "{summary}");
        mail.visible = "Ja, gern.".to_owned();
        mail.text = "Ja, gern.\n> Wir können den Helm gegen einen neuen Helm tauschen.".to_owned();
        mail.spans =
            vec![Span { kind: SpanKind::Reply, start: 0, end: 10 }, Span { kind: SpanKind::Quote, start: 10, end: mail.text.len() }];
        assert_eq!(of(&mail, &[]), "Wir können den Helm gegen einen neuen Helm tauschen.");
        assert_eq!(of(&message("", "", ""), &[]), "");
    }
}
