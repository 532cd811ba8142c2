//! What a person made of a draft that was laid down: sent it as it was, sent it changed, or wrote an answer of their own.
//!
//! Our mark says whose text it was; where a mail program has dropped it, the sentences that carry the facts do. Greeting, thanks
//! and closing say nothing: every answer of an office has them.

use crate::domain::draft::{Draft, Sentence};
use crate::domain::message::Message;
use std::collections::HashSet;

/// Words in a row that are compared. Pairs, so that a changed figure, the edit that matters most, costs two of them and no more.
const RUN_WORDS: usize = 2;
/// Hundredths of a sentence's runs that must have stayed for the sentence to count as kept.
const KEPT_PERCENT: usize = 50;

/// What a copy in Sent is to our draft.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Made {
    /// Word by word.
    Matched,
    Edited,
    /// The person answered without the draft.
    OwnAnswer,
}

impl Made {
    /// The name in records.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::Edited => "edited",
            Self::OwnAnswer => "own_answer",
        }
    }
}

/// Compares a copy with the draft. `marked`: it carries our token or our Message-ID, so it grew out of the draft in any case.
/// A copy that cannot be read is `None`.
pub fn judge(sent: Option<&Message>, draft: &Draft, marked: bool) -> Made {
    match sent {
        Some(sent) if is_unchanged(sent, &draft.body) => Made::Matched,
        _ if marked => Made::Edited,
        Some(sent) if keeps_a_sentence(&sent.visible, &draft.sentences) => Made::Edited,
        Some(_) | None => Made::OwnAnswer,
    }
}

/// Whether what was sent begins with the draft, white space apart. The signature below it is not the draft.
fn is_unchanged(sent: &Message, body: &str) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let (sent, drafted) = (words(&sent.text), words(body));
    sent.len() >= drafted.len() && sent.get(..drafted.len()) == Some(drafted.as_slice())
}

/// Whether a sentence with a source stands in the text, changed words apart.
pub fn keeps_a_sentence(text: &str, sentences: &[Sentence]) -> bool {
    let sent: HashSet<Vec<String>> = runs(text).into_iter().collect();
    sentences.iter().filter(|sentence| !sentence.citations.is_empty()).any(|sentence| {
        let drafted = runs(&sentence.text);
        let kept = drafted.iter().filter(|run| sent.contains(*run)).count();
        !drafted.is_empty() && kept * 100 >= drafted.len() * KEPT_PERCENT
    })
}

/// Every run of [`RUN_WORDS`] words, lower case, without punctuation; a shorter text is one run.
fn runs(text: &str) -> Vec<Vec<String>> {
    let words: Vec<String> = text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
    if words.len() <= RUN_WORDS {
        return if words.is_empty() { Vec::new() } else { vec![words] };
    }
    words.windows(RUN_WORDS).map(<[String]>::to_vec).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Language;
    use crate::domain::draft::{Drafter, Versions};
    use crate::mail::parse;

    const FACT: &str = "Sie können die Ware innerhalb von 30 Tagen zurückgeben.";

    fn draft() -> Draft {
        let sentence = |text: &str, citation: Option<&str>| Sentence {
            text: text.to_owned(),
            citations: citation.map(str::to_owned).into_iter().collect(),
        };
        Draft {
            language: Language::De,
            drafter: Drafter::Extractive,
            salutation: "Guten Tag Anna Muster,".to_owned(),
            sentences: vec![sentence("vielen Dank für Ihre Nachricht.", None), sentence(FACT, Some("rad-07"))],
            closing: "Mit freundlichen Grüßen".to_owned(),
            body: format!("Guten Tag Anna Muster,\n\nvielen Dank für Ihre Nachricht. {FACT}\n\nMit freundlichen Grüßen"),
            asks: Vec::new(),
            versions: Versions { pipeline: "test".to_owned(), prompt: None, model: None },
        }
    }

    fn check(body: &str, marked: bool, expected: Made) {
        let quote = "Am 2. März 2026 schrieb Anna Muster:\n> Wie lange kann ich die Ware zurückgeben?";
        let raw = format!(
            "From: service@firma.example\r\nTo: anna@example.org\r\nSubject: Re: Frage\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}\n\n{quote}\n"
        );
        let sent = parse::parse(raw.as_bytes(), &[]).unwrap();
        assert_eq!(judge(Some(&sent), &draft(), marked), expected, "{body}");
    }

    #[test]
    fn the_sentences_with_the_facts_tell_whose_answer_it_is() {
        check(&draft().body, false, Made::Matched);
        check(&format!("{}\n-- \nFirma Beispiel GmbH", draft().body), true, Made::Matched);
        check(&format!("Hallo Frau Muster,\n\ngern. {FACT} Rufen Sie sonst an.\n\nIhr Carl"), false, Made::Edited);
        check("Hallo,\n\nSie können die Ware innerhalb von 45 Tagen zurückgeben.\n\nCarl", false, Made::Edited);
        check("Hallo,\n\nLeider können Sie die Ware nicht mehr zurückgeben.\n\nCarl", false, Made::OwnAnswer);
        let own = "Guten Tag Anna Muster,\n\nvielen Dank für Ihre Nachricht. Ich rufe Sie morgen dazu an.\n\nMit freundlichen Grüßen\nCarl";
        check(own, false, Made::OwnAnswer);
        check(own, true, Made::Edited);
        assert_eq!((judge(None, &draft(), false), judge(None, &draft(), true)), (Made::OwnAnswer, Made::Edited));
    }
}
