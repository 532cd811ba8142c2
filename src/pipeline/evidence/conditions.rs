//! Conditions that a draft leaves out or turns into their opposite.
//!
//! "Die Lieferung ist kostenlos" where the source says "ab 20 €", and "ohne Absprache" where it says "nur nach Absprache".

use crate::pipeline::evidence::bind::Rarity;
use crate::pipeline::evidence::bounds::{Bound, bound};
use crate::pipeline::evidence::classes::class;
use crate::pipeline::evidence::line::{Line, Word};
use crate::pipeline::evidence::polarity::stance;

/// Nouns that a draft does without and its sources ask for: "ohne Absprache möglich" against "nur nach Absprache".
pub fn done_without(draft: &Line, sources: &[&Line]) -> Vec<String> {
    let mut found = Vec::new();
    for (i, token) in draft.tokens.iter().enumerate().skip(1) {
        if !matches!(token.lower.as_str(), "ohne" | "without")
            || stance(&draft.tokens, draft.clause_span(draft.clause_of(token.start))).denied
        {
            continue;
        }
        // At the head of a sentence it sets a case and promises nothing.
        if draft.tokens.get(i - 1).is_some_and(|t| t.is('.') || t.is(':')) {
            continue;
        }
        let Some(noun) = draft.words.iter().find(|word| word.start > token.start) else { continue };
        let named: Vec<(&Line, &Word)> = sources
            .iter()
            .flat_map(|line| line.words.iter().filter(|t| t.lemma.likeness(&noun.lemma) >= 0.8).map(move |t| (*line, t)))
            .collect();
        let denied = |(line, word): &(&Line, &Word)| {
            let stance = stance(&line.tokens, line.clause_span(word.clause));
            stance.denied || stance.apart || line.text.to_lowercase().contains("frei")
        };
        if !named.is_empty() && !named.iter().any(denied) {
            found.push(format!("{} {}", token.text, noun.text));
        }
    }
    found
}

/// Words that bind a statement to a condition.
const BINDING: [&str; 26] = [
    "nur",
    "ausschließlich",
    "wenn",
    "sofern",
    "falls",
    "soweit",
    "vorausgesetzt",
    "voraussetzung",
    "außer",
    "ausgenommen",
    "only",
    "if",
    "unless",
    "provided",
    "except",
    "ab",
    "bis",
    "bei",
    "from",
    "over",
    "up",
    "within",
    "innerhalb",
    "solange",
    "when",
    "subject",
];

/// Whether a sentence leaves out the condition of the only source line that says the same: "Die Lieferung ist kostenlos" against
/// "ab 20 € kostenlos". A sentence that names any condition or fact is left to the other rules.
pub fn drops_condition(draft: &Line, sources: &[&Line], rarity: &Rarity) -> bool {
    let binds = |line: &Line| line.tokens.iter().any(|t| BINDING.contains(&t.lower.as_str()));
    let span = (0, draft.text.len());
    if !draft.facts.is_empty() || draft.words.len() < 2 || binds(draft) || stance(&draft.tokens, span).denied {
        return false;
    }
    let whole: f64 = draft.words.iter().map(|word| rarity.weight(&word.lemma)).sum();
    let score = |line: &&Line| {
        let held = draft.words.iter().map(|word| line.speaks_of(&word.lemma) * rarity.weight(&word.lemma)).sum::<f64>();
        held / whole.max(0.01)
    };
    let scored: Vec<(f64, &&Line)> = sources.iter().map(|line| (score(line), line)).collect();
    let best = scored.iter().map(|(score, _)| *score).fold(0.0, f64::max);
    best >= SAME_STATEMENT && scored.iter().filter(|(score, _)| *score >= best * 0.9).all(|(_, line)| is_bound(line))
}

const SAME_STATEMENT: f64 = 0.6;

/// Whether a source line holds only under a condition: a word for it beside a fact, or "nur".
fn is_bound(line: &Line) -> bool {
    let bounded = line.facts.iter().any(|fact| bound(&line.tokens, fact) != Bound::None);
    let strict = line.tokens.iter().any(|t| {
        matches!(
            t.lower.as_str(),
            "nur" | "only" | "wenn" | "sofern" | "falls" | "if" | "unless" | "provided" | "ausschließlich" | "vorausgesetzt"
        )
    });
    strict || bounded && line.marks.iter().any(|mark| class(mark) == "price")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(draft: &str, source: &str, left_out: bool, turned: bool) {
        let line = Line::read(source);
        let sources = [&line];
        let draft_line = Line::read(draft);
        let seen = (drops_condition(&draft_line, &sources, &Rarity::of(&sources)), !done_without(&draft_line, &sources).is_empty());
        assert_eq!(seen, (left_out, turned), "{draft} | {source}");
    }

    #[test]
    fn a_condition_stays() {
        check("Die Lieferung ist kostenlos.", "Die Lieferung ist ab 20 € kostenlos.", true, false);
        check("Ab 20 € ist die Lieferung kostenlos.", "Die Lieferung ist ab 20 € kostenlos.", false, false);
        check("Die Lieferung ist kostenlos.", "Die Lieferung ist kostenlos.", false, false);
        check("Zubehör nehmen wir zurück.", "Zubehör nehmen wir nur ungeöffnet zurück.", true, false);
        check("Eine Anreise ist ohne Absprache möglich.", "Späte Anreise nur nach Absprache.", true, true);
        check("Das geht ohne Absprache.", "Das geht ohne Absprache.", false, false);
    }
}
