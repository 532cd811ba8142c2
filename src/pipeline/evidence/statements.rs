//! What a sentence commits the company to without a number: promises, denials, names.
//!
//! Lists of words, written for this product. A promise needs the same promise in the source; a denial needs a denial.

use crate::pipeline::evidence::bind::{all_words, shared};
use crate::pipeline::evidence::token::{Token, TokenKind, tokens};
use crate::pipeline::sentences;

/// Stems that promise the same thing, German and English, lower case.
const PROMISES: [&[&str]; 15] = [
    &["erstatt", "rückzahl", "zurückzahl", "refund", "reimburs", "geld zurück", "money back", "überweisen ihnen"],
    &["garantie", "garantier", "guarantee", "warrant", "zusicher", "zugesichert"],
    &["verspr", "versprech", "promise", "sichern ihnen", "zusagen"],
    &[
        "kostenlos",
        "kostenfrei",
        "gratis",
        "unentgeltlich",
        "ohne kosten",
        "keine kosten",
        "ohne aufpreis",
        "versandkostenfrei",
        "free of charge",
        "for free",
        "at no cost",
        "no extra cost",
        "no charge",
        "free shipping",
        "free delivery",
        "free return",
        "free collection",
        "is free",
        "are free",
    ],
    &["gutschein", "voucher", "gutschrift", "store credit"],
    &["rabatt", "nachlass", "ermäßig", "discount", "reduced price", "skonto"],
    &["kulanz", "goodwill"],
    &["ersatzrad", "leihrad", "ersatzgerät", "loan bike", "replacement bike", "ersatzlieferung", "replacement"],
    &["umgehend", "sofort", "unverzüglich", "immediately", "right away", "at once"],
    &["lebenslang", "unbegrenzt", "unbefristet", "lifetime", "unlimited"],
    &["jederzeit", "rund um die uhr", "at any time", "around the clock", "anytime"],
    &["schadenersatz", "schadensersatz", "entschädig", "compensat"],
    &["übernehmen die kosten", "übernehmen wir", "kosten tragen wir", "tragen wir", "cover the cost", "bear the cost", "we pay"],
    &["verzicht", "waive"],
    &["auf jeden fall", "in jedem fall", "in any case", "definitely"],
];

/// The promises of a text, by number of their group.
pub fn promises(text: &str) -> Vec<usize> {
    let lower = text.to_lowercase();
    let said = |stem: &str| {
        lower.match_indices(stem).any(|(at, _)| {
            let before = lower.get(..at).and_then(|head| head.chars().next_back());
            // Inside of a word only behind a hyphen or in a German compound of some length.
            before.is_none_or(|c| !c.is_alphanumeric()) || stem.chars().count() >= 6 && !stem.contains(' ')
        })
    };
    PROMISES.iter().enumerate().filter(|(_, stems)| stems.iter().any(|stem| said(stem))).map(|(group, _)| group).collect()
}

/// The words by which a text makes the promise of a group.
pub fn promise_words(text: &str, group: usize) -> String {
    let lower = text.to_lowercase();
    let stems = PROMISES.get(group).copied().unwrap_or_default();
    let stem = stems.iter().find(|stem| lower.contains(**stem)).copied().unwrap_or_default();
    let word = lower.split_whitespace().find(|word| word.contains(stem)).unwrap_or(stem);
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

/// Whether a sentence denies something.
pub fn denies(sentence: &str) -> bool {
    let all = tokens(sentence, &[]);
    all.iter().enumerate().any(|(i, token)| {
        let next = all.get(i + 1).map_or("", |t| t.lower.as_str());
        match token.lower.as_str() {
            "nicht" | "not" => !matches!(next, "nur" | "only"),
            "kein" | "keine" | "keinen" | "keinem" | "keiner" | "keines" | "nie" | "niemals" | "never" | "cannot" | "neither" | "nor"
            | "weder" => true,
            "no" => {
                i > 0
                    && !next.is_empty()
                    && !matches!(next, "problem" | "matter" | "later" | "longer")
                    && all.get(i + 1).is_some_and(|t| t.kind == TokenKind::Word)
            }
            "t" => i > 0 && all.get(i - 1).is_some_and(|t| t.is('\'') || t.is('’')),
            _ => false,
        }
    })
}

/// Below this share of common words two sentences are not about the same.
const SAME_MATTER: f64 = 0.7;
const SAME_TOPIC: f64 = 0.34;

/// Whether a sentence says the opposite of what its sources say.
pub fn contradicts(sentence: &str, sources: &[&str]) -> bool {
    let words = all_words(sentence);
    if words.len() < 2 || sources.is_empty() {
        return false;
    }
    let lines: Vec<String> = sources.iter().flat_map(|text| sentences::split(text)).collect();
    let scored: Vec<(f64, bool)> = lines.iter().map(|line| (shared(&words, &all_words(line)), denies(line))).collect();
    if denies(sentence) {
        return !scored.iter().any(|(share, denied)| *denied && *share >= SAME_TOPIC);
    }
    let best = scored.iter().map(|(share, _)| *share).fold(0.0, f64::max);
    best >= SAME_MATTER && scored.iter().filter(|(share, _)| *share >= best).all(|(_, denied)| *denied)
}

const TITLES: [&str; 9] = ["herr", "herrn", "frau", "mr", "mrs", "ms", "dr", "prof", "miss"];

/// Names of people and products that a sentence brings in: after a title, or two capitals in a row inside of a sentence,
/// in English also one.
pub fn names(sentence: &str, english: bool) -> Vec<String> {
    let all = tokens(sentence, &[]);
    let mut found = Vec::new();
    let mut i = 0;
    while i < all.len() {
        let run = capitals(&all, i);
        let titled = i > 0 && titled(&all, i);
        let enough = if titled || english { 1 } else { 2 };
        if run >= enough && (i > 0) && !begins_sentence(&all, i) {
            let words: Vec<&str> = all.iter().skip(i).take(run).map(|t| t.text.as_str()).collect();
            found.push(words.join(" "));
        }
        i += run.max(1);
    }
    found
}

fn titled(all: &[Token], i: usize) -> bool {
    let before = |n: usize| i.checked_sub(n).and_then(|p| all.get(p));
    let title = |t: Option<&Token>| t.is_some_and(|t| TITLES.contains(&t.lower.as_str()));
    title(before(1)) || before(1).is_some_and(|t| t.is('.')) && title(before(2))
}

fn begins_sentence(all: &[Token], i: usize) -> bool {
    i.checked_sub(1)
        .and_then(|p| all.get(p))
        .is_some_and(|t| ['.', '?', '!', ':', '„', '"', '-', '–', '•', '(', '|'].iter().any(|m| t.is(*m)) && !titled(all, i))
}

fn capitals(all: &[Token], i: usize) -> usize {
    all.iter().skip(i).take_while(|t| t.kind == TokenKind::Word && t.text.starts_with(char::is_uppercase) && !is_common_capital(t)).count()
}

/// Capitals that are no names: forms of address, days, months, currencies, units.
fn is_common_capital(token: &Token) -> bool {
    const COMMON: [&str; 37] = [
        "i",
        "sie",
        "ihr",
        "ihre",
        "ihren",
        "ihrem",
        "ihrer",
        "ihnen",
        "du",
        "dein",
        "uhr",
        "eur",
        "euro",
        "iban",
        "mwst",
        "tag",
        "tage",
        "tagen",
        "werktage",
        "werktagen",
        "wochen",
        "monate",
        "monaten",
        "jahre",
        "jahren",
        "ende",
        "anfang",
        "mitte",
        "german",
        "english",
        "germany",
        "e",
        "ok",
        "pdf",
        "nr",
        "no",
        "art",
    ];
    const CALENDAR: [&str; 19] = [
        "monday",
        "tuesday",
        "wednesday",
        "thursday",
        "friday",
        "saturday",
        "sunday",
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    COMMON.contains(&token.lower.as_str())
        || CALENDAR.contains(&token.lower.trim_end_matches('s'))
        || CALENDAR.contains(&token.lower.as_str())
}
