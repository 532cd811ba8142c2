//! What a sentence commits the company to without a number.
//!
//! Lists of words, written for this product. A promise needs the same promise in the source.

use crate::domain::draft::ClaimKind;
use crate::pipeline::evidence::scan::facts;

/// A commitment; the words for it say the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Promise {
    Refund,
    Guarantee,
    Pledge,
    Free,
    Voucher,
    Discount,
    Goodwill,
    Substitute,
    AtOnce,
    Unlimited,
    AroundTheClock,
    Damages,
    Cost,
    Replacement,
    Waiver,
    Certainly,
}

/// Stems, German and English, lower case.
const PROMISES: [(Promise, &[&str]); 16] = [
    (Promise::Refund, &["erstatt", "rückzahl", "zurückzahl", "refund", "reimburs", "geld zurück", "money back", "überweisen ihnen"]),
    (Promise::Guarantee, &["garantie", "garantier", "guarantee", "warrant", "zusicher", "zugesichert"]),
    (Promise::Pledge, &["verspr", "versprech", "we promise", "sichern ihnen", "zusagen"]),
    (
        Promise::Free,
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
            "portofrei",
            "beitragsfrei",
            "gebührenfrei",
            "umsonst",
        ],
    ),
    (Promise::Voucher, &["gutschein", "voucher", "gutschrift", "store credit"]),
    (Promise::Discount, &["rabatt", "nachlass", "ermäßig", "discount", "reduced price", " skonto", "% off", "percent off", "per cent off"]),
    (Promise::Goodwill, &["kulanz", "goodwill"]),
    (Promise::Substitute, &["ersatzrad", "leihrad", "ersatzgerät", "loan bike", "replacement bike", "ersatzlieferung"]),
    (Promise::AtOnce, &["umgehend", "sofort", "unverzüglich", "immediately", "right away", "at once"]),
    (Promise::Unlimited, &["lebenslang", "unbegrenzt", "unbefristet", "lifetime", "unlimited"]),
    (
        Promise::AroundTheClock,
        &[
            "rund um die uhr",
            "around the clock",
            "tag und nacht",
            "day and night",
            "day or night",
            "24 stunden am tag",
            "24 hours a day",
            "24/7",
        ],
    ),
    (Promise::Damages, &["schadenersatz", "schadensersatz", "entschädig", "compensat"]),
    (
        Promise::Cost,
        &["übernehmen die kosten", "kosten übernehmen wir", "kosten tragen wir", "tragen die kosten", "cover the cost", "bear the cost"],
    ),
    (
        Promise::Replacement,
        &["wir ersetzen", "ersetzen wir", "we will replace", "we replace", "we will reprint", "we reprint", "wir reparieren kostenlos"],
    ),
    (Promise::Waiver, &["verzicht", "waive"]),
    (Promise::Certainly, &["auf jeden fall", "in jedem fall", "in any case", "definitely"]),
];

/// The promises of a text.
pub fn promises(text: &str) -> Vec<Promise> {
    let lower = text.to_lowercase();
    let said = |stem: &str| {
        lower.match_indices(stem).any(|(at, _)| {
            // "You are free to submit" gives nothing away.
            let goes_on = lower.get(at + stem.len()..).is_some_and(|rest| rest.starts_with(" to "));
            let before = lower.get(..at).and_then(|head| head.chars().next_back());
            // Inside of a word only behind a hyphen or in a German compound of some length.
            !goes_on && (before.is_none_or(|c| !c.is_alphanumeric()) || stem.chars().count() >= 6 && !stem.contains(' '))
        })
    };
    // "Rufen Sie sofort an" asks; "wir kommen sofort" promises.
    let ours = lower.split(|c: char| !c.is_alphanumeric()).any(|word| matches!(word, "wir" | "we" | "uns" | "us"));
    let made = PROMISES.iter().filter(|(promise, stems)| {
        (ours || *promise != Promise::AtOnce) && stems.iter().any(|stem| said(stem)) || *promise == Promise::Cost && bears_the_cost(&lower)
    });
    made.map(|(promise, _)| *promise).collect()
}

/// "Die Kosten übernehmen in diesem Fall wir": verb, money and "wir" in one sentence.
fn bears_the_cost(lower: &str) -> bool {
    const MONEY: [&str; 8] = ["kosten", "prämie", "gebühr", "porto", "fee", "cost", "charge", "premium"];
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    let has = |all: &[&str]| words.iter().any(|word| all.contains(word));
    has(&["wir", "we"])
        && has(&["übernehmen", "tragen", "zahlen", "bezahlen", "cover", "bear", "pay"])
        && words.iter().any(|word| MONEY.iter().any(|money| word.contains(money)))
        && !has(&["nicht", "not", "sie", "you", "keine"])
}

/// Whether a source keeps a promise, also where it says so in other words.
pub fn keeps(source: &str, promise: Promise) -> bool {
    const OTHERWISE: [(Promise, &[&str]); 3] = [
        (Promise::AroundTheClock, &["24 hours", "24 stunden", "24 h", "jederzeit", "any hour"]),
        (
            Promise::Free,
            &["nichts", "keine gebühr", "entfällt", "inbegriffen", "inklusive", "frei", "no fee", "included", "nothing", "free"],
        ),
        (Promise::Discount, &["% weniger", "% günstiger", "off"]),
    ];
    let lower = source.to_lowercase();
    let nothing =
        || facts(source).iter().any(|fact| fact.kind == ClaimKind::Amount && fact.gives.iter().any(|value| value.ends_with(" 0")));
    promises(source).contains(&promise)
        || OTHERWISE.iter().any(|(of, phrases)| *of == promise && phrases.iter().any(|phrase| stands_alone(&lower, phrase)))
        || promise == Promise::Free && nothing()
}

/// Whether a phrase stands in a text as words of its own: "frei" not in "Freitag", "24 h" not in "124 hPa".
fn stands_alone(text: &str, phrase: &str) -> bool {
    text.match_indices(phrase).any(|(at, found)| {
        let outside = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        let first_is_word = phrase.starts_with(char::is_alphanumeric);
        let before = text.get(..at).and_then(|head| head.chars().next_back());
        (!first_is_word || outside(before)) && outside(text.get(at + found.len()..).and_then(|rest| rest.chars().next()))
    })
}

/// The words by which a text makes a promise; the whole text where no single word does.
pub fn promise_words(text: &str, promise: Promise) -> String {
    let lower = text.to_lowercase();
    let stems = PROMISES.iter().filter(|(known, _)| *known == promise).flat_map(|(_, stems)| *stems);
    let Some(stem) = stems.into_iter().find(|stem| lower.contains(**stem)) else { return text.to_owned() };
    let word = lower.split_whitespace().find(|word| word.contains(stem)).unwrap_or(stem);
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn promises_are_read_off() {
        for (text, expected) in [
            ("Wir erstatten Ihnen alles.", vec![Promise::Refund]),
            ("Rufen Sie sofort an.", vec![]),
            ("Wir kommen sofort.", vec![Promise::AtOnce]),
            ("You are free to submit elsewhere.", vec![]),
            ("Delivery is free.", vec![Promise::Free]),
            ("Die Kosten übernehmen in diesem Fall wir.", vec![Promise::Cost]),
            ("Bitte auf das Vereinskonto.", vec![]),
        ] {
            assert_eq!(promises(text), expected, "{text}");
        }
    }

    #[test]
    fn a_source_keeps_only_what_it_says() {
        for (source, promise, expected) in [
            ("Mitglieder zahlen nichts.", Promise::Free, true),
            ("Der Versand kostet 0,00 €.", Promise::Free, true),
            // None of these gives anything away.
            ("Der Versand kostet 30 €, am Freitag 100,00 €.", Promise::Free, false),
            ("Die Freigabe dauert.", Promise::Free, false),
            ("Störungsdienst (24 Stunden)", Promise::AroundTheClock, true),
            ("Das Gerät hält 124 Stunden.", Promise::AroundTheClock, false),
            ("Wir haben offen.", Promise::Discount, false),
        ] {
            assert_eq!(keeps(source, promise), expected, "{source} {promise:?}");
        }
    }
}
