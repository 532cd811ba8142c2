//! Nobody is called Herr or Frau who did not sign so (R-011; EuGH C-394/23): the neutral salutation is the default.

use crate::domain::reason::{HandOver, Reason};
use crate::pipeline::guards::inspection::{Inspection, own_words, text_of};

const GENDERED: [&str; 10] = ["herr", "herrn", "frau", "mr", "mrs", "ms", "miss", "sir", "madam", "fräulein"];

pub fn check(inspection: &Inspection<'_>) -> Vec<HandOver> {
    let draft = inspection.draft;
    let pairs = |text: &str| -> Vec<String> {
        let words: Vec<String> =
            text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).map(str::to_lowercase).collect();
        let pair = |pair: &[String]| match pair {
            [title, name] if GENDERED.contains(&title.as_str()) => Some(format!("{title} {name}")),
            _ => None,
        };
        words.windows(2).filter_map(pair).collect()
    };
    let mut known = pairs(&inspection.mail_text());
    inspection.passages.iter().for_each(|passage| known.extend(pairs(&text_of(passage))));
    inspection.tone.own_words.iter().for_each(|line| known.extend(pairs(line)));
    let texts = std::iter::once(draft.salutation.clone()).chain(draft.sentences.iter().map(|sentence| own_words(&sentence.text)));
    // "Sehr geehrte Damen und Herren" names nobody.
    let made_up = texts.into_iter().flat_map(|text| pairs(&text)).any(|pair| !known.contains(&pair));
    if made_up { vec![HandOver::new(Reason::PolicyRestriction, "guard.gender")] } else { Vec::new() }
}
