//! No binding declaration, admission or commitment of the company that an approved source does not make itself (R-060,
//! §§ 145 ff. BGB): a person declares, a machine only tells what holds for all.

use crate::domain::draft::Sentence;
use crate::domain::reason::{HandOver, Reason};
use crate::knowledge::grams;
use crate::pipeline::guards::inspection::{Inspection, own_words, text_of};
use crate::pipeline::sentences;

/// Declarations: all words of one entry, in order, at most three others between them. Folded; `*` at the end of a beginning.
const DECLARES: [&str; 74] = [
    "hiermit bestatig*",
    "hiermit kundig*",
    "hiermit erstatt*",
    "hiermit verlanger*",
    "hiermit stornier*",
    "hiermit erklar*",
    "hiermit sag*",
    "hiermit versicher*",
    "hiermit akzeptier*",
    "hiermit nehm*",
    "wir bestatigen ihnen",
    "wir bestatigen dir",
    "wir bestatigen ihre*",
    "wir bestatigen hiermit",
    "bestatigen wir ihnen",
    "bestatigen wir ihre*",
    "wir erkennen an",
    "erkennen wir an",
    "wir erkennen ihre*",
    "wir ubernehmen haftung",
    "ubernehmen wir haftung",
    "wir haften",
    "haften wir",
    "unser fehler",
    "unser verschulden",
    "unsere schuld",
    "unser versehen",
    "wir sind schuld",
    "wir sind verantwortlich",
    "wir verpflichten uns",
    "verpflichten wir uns",
    "wir verzichten",
    "wir stornieren",
    "haben wir storniert",
    "ist storniert",
    "wurde storniert",
    "wir kundigen",
    "ist gekundigt",
    "wurde gekundigt",
    "wir verlangern ihre*",
    "wir erstatten ihnen",
    "erstatten wir ihnen",
    "wir erstatten dir",
    "erstatten wir dir",
    "wir uberweisen ihnen",
    "wir gewahren ihnen",
    "gewahren wir ihnen",
    "wir sichern zu",
    "sichern wir zu",
    "wir sagen zu",
    "wir versprechen",
    "versprechen wir",
    "wir akzeptieren ihre*",
    "wir nehmen ihr* angebot an",
    "wir stimmen zu",
    "sie bekommen von uns",
    "sie erhalten von uns",
    "we hereby",
    "we confirm your",
    "we confirm that your",
    "we accept liability",
    "we accept responsibility",
    "we are liable",
    "our fault",
    "our mistake",
    "we admit",
    "we will refund you",
    "we ll refund you",
    "we have cancelled",
    "has been cancelled",
    "we promise",
    "we guarantee you",
    "we waive",
    "we undertake",
];
/// Declarations that a denial takes back.
const DENIABLE: [&str; 6] =
    ["wir haften", "haften wir", "wir ubernehmen haftung", "ubernehmen wir haftung", "we are liable", "we accept liability"];
/// Words that turn a rule for all into a declaration to this reader.
const PERSONAL: [&str; 6] = ["hiermit", "hereby", "herewith", "in ihrem fall", "in your case", "fur sie personlich"];

pub fn check(inspection: &Inspection<'_>) -> Vec<HandOver> {
    let held = inspection.draft.sentences.iter().any(|sentence| binds(inspection, sentence));
    let framed = [&inspection.draft.salutation, &inspection.draft.closing].into_iter().any(|text| !declared(text).is_empty());
    if held || framed { vec![HandOver::new(Reason::PolicyRestriction, "guard.binding")] } else { Vec::new() }
}

/// A declaration that no cited sentence makes, or that is made to this reader in particular.
fn binds(inspection: &Inspection<'_>, sentence: &Sentence) -> bool {
    let made = declared(&own_words(&sentence.text));
    if made.is_empty() {
        return false;
    }
    if inspection.is_verbatim(sentence) {
        return false;
    }
    let sources: Vec<String> = inspection.cited(sentence).into_iter().flat_map(|passage| sentences::split(&text_of(passage))).collect();
    let folded = grams::words(&sentence.text).join(" ");
    let approved = |entry: &&str| sources.iter().any(|source| declared(source).contains(entry));
    PERSONAL.iter().any(|word| folded.contains(word)) || !made.iter().all(approved)
}

fn declared(text: &str) -> Vec<&'static str> {
    let words = grams::words(text);
    // "Haften wir nicht" commits to nothing; "verzichten wir nicht" likewise.
    let denied = words.iter().any(|word| matches!(word.as_str(), "nicht" | "not" | "kein" | "keine" | "keinen"));
    DECLARES.iter().copied().filter(|entry| !(denied && DENIABLE.contains(entry)) && stands_in(entry, &words)).collect()
}

fn stands_in(entry: &str, words: &[String]) -> bool {
    const BETWEEN: usize = 3;
    let fits = |term: &str, word: &String| term.strip_suffix('*').map_or_else(|| word == term, |stem| word.starts_with(stem));
    (0..words.len()).any(|start| {
        let mut at = start;
        entry.split(' ').enumerate().all(|(step, term)| {
            let reach = if step == 0 { 0 } else { BETWEEN };
            let found = (at..=at + reach).find(|place| words.get(*place).is_some_and(|word| fits(term, word)));
            found.inspect(|place| at = place + 1).is_some()
        })
    })
}
