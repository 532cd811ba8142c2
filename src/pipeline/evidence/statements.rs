//! What a sentence commits the company to without a number.
//!
//! Lists of words, written for this product. A promise needs the same promise in the source.

/// Stems that promise the same thing, German and English, lower case.
const PROMISES: [&[&str]; 16] = [
    &["erstatt", "rückzahl", "zurückzahl", "refund", "reimburs", "geld zurück", "money back", "überweisen ihnen"],
    &["garantie", "garantier", "guarantee", "warrant", "zusicher", "zugesichert"],
    &["verspr", "versprech", "we promise", "sichern ihnen", "zusagen"],
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
    &["gutschein", "voucher", "gutschrift", "store credit"],
    &["rabatt", "nachlass", "ermäßig", "discount", "reduced price", " skonto", "% off", "percent off", "per cent off"],
    &["kulanz", "goodwill"],
    &["ersatzrad", "leihrad", "ersatzgerät", "loan bike", "replacement bike", "ersatzlieferung"],
    &["umgehend", "sofort", "unverzüglich", "immediately", "right away", "at once"],
    &["lebenslang", "unbegrenzt", "unbefristet", "lifetime", "unlimited"],
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
    &["schadenersatz", "schadensersatz", "entschädig", "compensat"],
    &["übernehmen die kosten", "kosten übernehmen wir", "kosten tragen wir", "tragen die kosten", "cover the cost", "bear the cost"],
    &["wir ersetzen", "ersetzen wir", "we will replace", "we replace", "we will reprint", "we reprint", "wir reparieren kostenlos"],
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
            // "You are free to submit" gives nothing away.
            if lower.get(at + stem.len()..).is_some_and(|rest| rest.starts_with(" to ")) {
                return false;
            }
            before.is_none_or(|c| !c.is_alphanumeric()) || stem.chars().count() >= 6 && !stem.contains(' ')
        })
    };
    // "Rufen Sie sofort an" asks; "wir kommen sofort" promises.
    let ours = lower.split(|c: char| !c.is_alphanumeric()).any(|word| matches!(word, "wir" | "we" | "uns" | "us"));
    let mut groups: Vec<usize> = PROMISES
        .iter()
        .enumerate()
        .filter(|(_, stems)| stems.iter().any(|stem| said(stem)))
        .map(|(group, _)| group)
        .filter(|group| ours || *group != AT_ONCE)
        .collect();
    if bears_the_cost(&lower) {
        groups.push(COST);
    }
    groups
}

/// "Die Kosten übernehmen in diesem Fall wir": verb, money and "wir" in one sentence.
fn bears_the_cost(lower: &str) -> bool {
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphanumeric()).collect();
    let has = |all: &[&str]| words.iter().any(|word| all.contains(word));
    let money = words
        .iter()
        .any(|word| ["kosten", "prämie", "gebühr", "porto", "fee", "cost", "charge", "premium"].iter().any(|money| word.contains(money)));
    has(&["wir", "we"])
        && has(&["übernehmen", "tragen", "zahlen", "bezahlen", "cover", "bear", "pay"])
        && money
        && !has(&["nicht", "not", "sie", "you", "keine"])
}

/// Number of the promise to be quick.
const AT_ONCE: usize = 8;
/// Number of the promise to bear a cost.
const COST: usize = 12;

/// Whether a source keeps a promise of this group, also where it says so in other words.
pub fn keeps(source: &str, group: usize) -> bool {
    const OTHERWISE: [(usize, &[&str]); 3] = [
        (CLOCK, &["24 hours", "24 stunden", "24 h", "jederzeit", "any hour"]),
        (
            FREE,
            &[
                " nichts",
                "0 €",
                "0,00",
                "keine gebühr",
                "entfällt",
                "inbegriffen",
                "inklusive",
                " frei",
                "no fee",
                "included",
                "nothing",
                "free",
            ],
        ),
        (DISCOUNT, &["% weniger", "% günstiger", " off ", "% auf"]),
    ];
    let lower = source.to_lowercase();
    promises(source).contains(&group) || OTHERWISE.iter().any(|(of, words)| *of == group && words.iter().any(|word| lower.contains(word)))
}

const FREE: usize = 3;
const DISCOUNT: usize = 5;
const CLOCK: usize = 10;

/// The words by which a text makes the promise of a group.
pub fn promise_words(text: &str, group: usize) -> String {
    let lower = text.to_lowercase();
    let stems = PROMISES.get(group).copied().unwrap_or_default();
    let stem = stems.iter().find(|stem| lower.contains(**stem)).copied().unwrap_or_default();
    let word = lower.split_whitespace().find(|word| word.contains(stem)).unwrap_or(stem);
    word.trim_matches(|c: char| !c.is_alphanumeric()).to_owned()
}
