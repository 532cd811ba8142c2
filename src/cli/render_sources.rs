//! The sources of a draft as text: which sentence rests on which passage, and the lines of it that say so.
//!
//! A reviewer compares two texts, so the second one has to stand there. A passage may be a page long: shown are the lines that
//! share most words with a sentence, or its beginning where none does. A passage stands once, with all sentences that cite it.

use crate::app::request::{Citation, ShownDraft};
use crate::cli::layout::printable;
use crate::cli::output::Output;
use crate::knowledge::grams::words;
use crate::pipeline::sentences::split;
use std::collections::BTreeSet;
use std::fmt::Write;

/// From this share of its words in the sentence on, a line of the passage is what the sentence rests on.
const QUOTED: f64 = 0.5;
/// A longer line is looked at sentence by sentence.
const LINE_CHARS: usize = 200;
/// Lines shown of one passage where none fits well.
const FIRST_LINES: usize = 3;

/// One block for each passage. Where a sentence is not known, the beginning of the passage is shown.
pub fn block(out: &Output, citations: &[Citation], draft: Option<&ShownDraft>) -> String {
    let mut text = String::new();
    for (at, first) in citations.iter().enumerate() {
        let of_passage = || citations.iter().filter(|citation| citation.passage == first.passage);
        if citations.iter().take(at).any(|before| before.passage == first.passage) {
            continue;
        }
        let numbers = of_passage().map(|citation| citation.sentence.to_string()).collect::<Vec<_>>().join(", ");
        let place = first.source.as_ref().map_or_else(|| out.say("shown-source-gone", &[]), |source| place(source, &first.heading));
        let count = of_passage().count().to_string();
        let said = [("count", count.as_str()), ("sentences", &numbers), ("passage", &first.passage), ("place", &place)];
        let _ = writeln!(text, "{}", out.wrapped(&out.say("shown-source", &said), "  "));
        let sentences = of_passage().filter_map(|citation| draft?.sentences.get(citation.sentence.checked_sub(1)?));
        let sentences: Vec<&str> = sentences.map(String::as_str).collect();
        for line in first.text.as_deref().map(|passage| cited(passage, &sentences)).unwrap_or_default() {
            let _ = writeln!(text, "{}", out.wrapped(&printable(&line), "    » "));
        }
    }
    text
}

/// `agb.md · Rückgabe › Fristen`.
pub fn place(source: &str, heading: &[String]) -> String {
    printable(&if heading.is_empty() { source.to_owned() } else { format!("{source} · {}", heading.join(" › ")) })
}

/// The lines of a passage that these sentences rest on, in their order.
fn cited(passage: &str, sentences: &[&str]) -> Vec<String> {
    let lines = passage.lines().map(str::trim).filter(|line| !line.is_empty());
    let lines: Vec<String> =
        lines.flat_map(|line| if line.chars().count() > LINE_CHARS { split(line) } else { vec![line.to_owned()] }).collect();
    let set = |text: &str| words(text).into_iter().collect::<BTreeSet<String>>();
    let said: Vec<BTreeSet<String>> = sentences.iter().map(|sentence| set(sentence)).collect();
    let fits = |line: &&String| {
        let of_line = set(line);
        let shares = |said: &BTreeSet<String>| {
            let smaller = of_line.len().min(said.len());
            smaller > 0 && of_line.intersection(said).count() as f64 >= QUOTED * smaller as f64
        };
        said.iter().any(shares)
    };
    let fitting: Vec<String> = lines.iter().filter(fits).cloned().collect();
    if fitting.is_empty() { lines.into_iter().take(FIRST_LINES).collect() } else { fitting }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::catalogue::{Catalogue, Lang};

    const PASSAGE: &str = "Sie können binnen 30 Tagen zurückgeben.\n\nDie Ware muss unbenutzt sein.\nDie Rücksendung ist kostenlos.";

    #[test]
    fn the_lines_that_a_sentence_rests_on() {
        let (free, days) = ("Die Rücksendung ist kostenlos.", "Sie können binnen 30 Tagen zurückgeben.");
        assert_eq!(cited(PASSAGE, &[free]), [free]);
        assert_eq!(cited(PASSAGE, &["Zurückgeben können Sie binnen 30 Tagen."]), [days]);
        assert_eq!(cited(PASSAGE, &[free, days]), [days, free]);
        assert_eq!(cited(PASSAGE, &[]).len(), 3);
        assert!(cited("", &["Ja."]).is_empty());
    }

    #[test]
    fn a_reviewer_sees_the_source_beside_the_sentence() {
        let citation = |sentence, source: Option<&str>| Citation {
            sentence,
            passage: "agb-1".to_owned(),
            source: source.map(str::to_owned),
            heading: vec!["Rückgabe".to_owned()],
            text: source.map(|_| PASSAGE.to_owned()),
        };
        let out = Output::new(false, Catalogue::new(Lang::De));
        let text = block(&out, &[citation(1, Some("agb.md"))], None);
        assert!(text.starts_with("  Satz 1 stützt sich auf agb-1 (agb.md · Rückgabe)\n    » Sie können"), "{text}");
        let text = block(&out, &[citation(2, None), citation(4, None)], None);
        assert_eq!(text, "  Die Sätze 2, 4 stützen sich auf agb-1 (steht nicht mehr im Wissen)\n");
    }
}
