//! What a text says without a number and still must not be exchanged: net or gross, per month or per year, always or
//! sometimes, by fax or by telephone, in writing or by word of mouth. Each is read as a fact with a class and a member.

use crate::domain::draft::ClaimKind;
use crate::knowledge::grams;
use crate::knowledge::lemma::Lemma;
use crate::pipeline::evidence::scan::Fact;
use crate::pipeline::evidence::token::{Token, TokenKind};

/// Class, member, and phrases; a word that ends in `*` stands for every word that begins so.
const CLASSES: &[(&str, &str, &[&str])] = &[
    (
        "tax",
        "net",
        &[
            "netto",
            "nettopreis*",
            "zzgl mwst",
            "zuzüglich * mwst",
            "zzgl * mwst",
            "zuzüglich mehrwertsteuer",
            "zuzüglich umsatzsteuer",
            "zuzüglich der gesetzlichen",
            "zzgl ust",
            "zzgl umsatzsteuer",
            "zzgl mehrwertsteuer",
            "zuzüglich * mehrwertsteuer",
            "zuzüglich * umsatzsteuer",
            "plus vat",
            "excluding vat",
            "ex vat",
            "excl vat",
            "net",
            "exkl mwst",
            "ohne mehrwertsteuer",
            "ohne umsatzsteuer",
            "exclusive of vat",
            "before vat",
            "without vat",
        ],
    ),
    (
        "tax",
        "gross",
        &[
            "brutto",
            "bruttopreis*",
            "inkl mwst",
            "inklusive mehrwertsteuer",
            "inklusive umsatzsteuer",
            "einschließlich mehrwertsteuer",
            "einschließlich umsatzsteuer",
            "inkl ust",
            "inklusive mwst",
            "inklusive * mehrwertsteuer",
            "inkl * mwst",
            "einschließlich * mehrwertsteuer",
            "including vat",
            "incl vat",
            "inclusive of vat",
            "gross",
            "mit mehrwertsteuer",
            "enthalten die mehrwertsteuer",
            "vat included",
            "with vat",
            "include vat",
            "includes vat",
            "vat is included",
            "enthalten * mehrwertsteuer",
            "inklusive der gesetzlichen",
            "enthält die mehrwertsteuer",
        ],
    ),
    ("form", "written", &["schriftlich*", "in writing", "written", "textform", "unterschrieben*", "in schriftform"]),
    ("form", "oral", &["mündlich*", "formlos*", "verbal*", "orally", "by word of mouth", "informally"]),
    (
        "day",
        "same",
        &[
            "am selben tag",
            "am gleichen tag",
            "noch am selben *tag",
            "selben tag*",
            "gleichen tag*",
            "same day",
            "same business day",
            "same working day",
            "noch am selben geschäftstag",
            "selben geschäftstag",
            "selben werktag",
            "taggleich",
            "noch heute",
        ],
    ),
    (
        "day",
        "next",
        &[
            "am nächsten tag",
            "am folgenden tag",
            "nächsten tag*",
            "folgenden tag*",
            "folgetag*",
            "next day",
            "following day",
            "next business day",
            "next working day",
            "nächsten geschäftstag",
            "nächsten werktag*",
            "tag darauf",
            "tag nach",
            "day after",
        ],
    ),
    ("extent", "half", &["halben preis*", "half price", "half the price", "hälfte", "zur hälfte", "half of"]),
    (
        "extent",
        "full",
        &[
            "vollen preis*",
            "full price",
            "in voller höhe",
            "in full",
            "vollständig*",
            "komplett*",
            "vollumfänglich",
            "completely",
            "entirely",
            "voller",
        ],
    ),
    ("extent", "part", &["teilweise*", "anteilig*", "partial*", "partly", "pro rata", "proportionate*", "teilbetrag*"]),
    (
        "point",
        "end",
        &[
            "monatsende*",
            "ende des monats",
            "end of the month",
            "end of month",
            "month end",
            "zum ende eines monats",
            "ende eines monats",
            "end of a month",
            "end of any month",
            "end of each month",
            "end of every month",
        ],
    ),
    (
        "point",
        "begin",
        &[
            "monatsanfang*",
            "monatserst*",
            "anfang des monats",
            "beginning of the month",
            "start of the month",
            "first of the month",
            "monatsbeginn*",
        ],
    ),
    ("point", "middle", &["monatsmitte*", "mitte des monats", "middle of the month", "mid month"]),
    (
        "point",
        "quarter",
        &["quartalsende*", "ende des quartals", "end of the quarter", "end of a quarter", "zum quartal*", "kalendervierteljahr*"],
    ),
    (
        "point",
        "year",
        &[
            "jahresende*",
            "ende des jahres",
            "end of the year",
            "kalenderjahr*",
            "end of a year",
            "calendar year",
            "ende des kalenderjahres",
            "jahreswechsel*",
        ],
    ),
    ("point", "policy year", &["versicherungsjahr*", "policy year", "insurance year", "vertragsjahr*"]),
    ("warranty", "voluntary", &["garantie*", "garantiezeit*", "herstellergarantie*", "guarantee*"]),
    ("warranty", "legal", &["gewährleist*", "sachmängelhaft*", "statutory *", "mängelhaft*", "gesetzliche gewährleist*"]),
    ("side", "before", &["vor", "vorher", "before", "prior", "im voraus", "in advance", "vorab"]),
    ("side", "after", &["nachher", "nach", "nachdem", "after", "following"]),
    ("order", "first", &["erste*", "first", "1st"]),
    ("order", "second", &["zweite", "zweiten", "zweiter", "zweites", "zweitem", "second"]),
    ("order", "third", &["dritte", "dritten", "dritter", "drittes", "drittem"]),
    ("order", "last", &["letzte*", "last"]),
    ("late", "earliest", &["frühestens", "at the earliest", "no earlier", "nicht früher"]),
    ("late", "latest", &["spätestens", "at the latest", "no later", "nicht später"]),
    ("deal", "new", &["neukund*", "new customer*", "neukundin*"]),
    ("deal", "known", &["bestandskund*", "stammkund*", "existing customer*", "regular customer*"]),
    (
        "certain",
        "sure",
        &[
            "immer",
            "stets",
            "jederzeit",
            "ausnahmslos",
            "always",
            "anytime",
            "at any time",
            "auf jeden fall",
            "in jedem fall",
            "in any case",
            "definitely",
            "certainly",
            "bestimmt",
            "ganz sicher",
            "in every case",
            "without exception",
            "ohne ausnahme",
            "unbegrenzt*",
            "unlimited",
            "ohne obergrenze",
            "without limit",
            "no limit",
            "unbefristet*",
            "uneingeschränkt*",
            "lebenslang*",
            "lifetime",
            "weltweit*",
            "worldwide",
            "ausnahmsweise",
            "ohne einschränkung*",
            "without restriction*",
            "bedingungslos*",
            "unconditional*",
        ],
    ),
    (
        "all",
        "all",
        &[
            "alle",
            "allen",
            "aller",
            "alles",
            "sämtlich*",
            "jede",
            "jeder",
            "jedes",
            "jeden",
            "jedem",
            "every",
            "all",
            "any",
            "jegliche*",
            "everyone",
            "everything",
        ],
    ),
    (
        "all",
        "some",
        &[
            "einige",
            "einigen",
            "einiger",
            "manche*",
            "ausgewählte*",
            "bestimmte",
            "bestimmten",
            "some",
            "selected",
            "certain",
            "several",
            "mehrere",
            "einzelne",
            "einzelnen",
        ],
    ),
    ("compare", "up", &["höher*", "teurer*", "higher", "dearer", "above", "größer*", "länger*", "longer", "später*"]),
    (
        "compare",
        "down",
        &["niedriger*", "günstiger*", "billiger*", "lower", "cheaper", "below", "kleiner*", "kürzer*", "shorter", "früher*"],
    ),
    (
        "run",
        "extend",
        &[
            "verlängert sich",
            "verlängern sich",
            "sich automatisch",
            "renews",
            "renew automatically",
            "renewed automatically",
            "extends automatically",
        ],
    ),
    ("run", "end", &["endet", "enden", "läuft aus", "ends", "expires", "läuft automatisch aus"]),
    ("move", "bring", &["bringen", "abgeben", "anliefern", "drop off", "dropoff", "bring"]),
    ("move", "fetch", &["abholen", "abgeholt", "fahrzeugausgabe", "collect", "pick up", "abholung", "collection"]),
    ("scope", "in", &["einschließlich", "inklusive", "inkl", "including", "incl", "eingeschlossen", "mitversichert"]),
    ("scope", "out", &["außer", "ausgenommen", "bis auf", "excluding", "except", "exkl", "mit ausnahme", "ohne", "without", "exklusive"]),
    (
        "price",
        "charged",
        &[
            "kostenpflichtig*",
            "gegen gebühr",
            "gegen aufpreis",
            "gegen entgelt",
            "gegen bezahlung",
            "at a charge",
            "at a cost",
            "for a fee",
            "chargeable",
            "at extra cost",
            "berechnet wird",
        ],
    ),
    (
        "price",
        "free",
        &[
            "kostenlos*",
            "kostenfrei*",
            "gratis",
            "unentgeltlich*",
            "free of charge",
            "for free",
            "is free",
            "are free",
            "at no cost",
            "ohne aufpreis",
            "portofrei",
            "umsonst",
            "beitragsfrei",
        ],
    ),
    (
        "payer",
        "we",
        &[
            "wir tragen",
            "tragen wir",
            "zahlen wir",
            "wir zahlen",
            "wir übernehmen",
            "übernehmen wir",
            "bezahlen wir",
            "bezahlen zunächst wir",
            "wir bezahlen",
            "we pay",
            "we cover",
            "we bear",
            "paid by us",
            "at our expense",
            "auf unsere kosten",
            "auf unsere gefahr",
            "auf unser risiko",
            "at our risk",
            "borne by us",
            "landlord pays",
            "vermieter trägt",
            "trägt der vermieter",
            "zahlt der vermieter",
        ],
    ),
    (
        "payer",
        "you",
        &[
            "tragen sie",
            "sie tragen",
            "trägt der *",
            "trägt zunächst der *",
            "zahlt der mieter",
            "zahlt der käufer",
            "zahlt der kunde",
            "bezahlt der *",
            "bezahlt zunächst der *",
            "der käufer trägt",
            "der kunde trägt",
            "der mieter trägt",
            "auftraggeber trägt",
            "buyer pays",
            "buyer bears",
            "tenant pays",
            "customer pays",
            "customer bears",
            "you pay",
            "you bear",
            "at your expense",
            "auf ihre kosten",
            "auf ihre gefahr",
            "gefahr des *",
            "kosten des *",
            "at your risk",
            "at the buyer's",
            "paid by the *",
            "paid by you",
            "borne by the *",
        ],
    ),
    (
        "certain",
        "even",
        &[
            "auch ohne",
            "even without",
            "selbst ohne",
            "even if",
            "auch benutzt*",
            "auch ungeöffnet*",
            "auch geöffnet*",
            "auch bei jeder",
            "auch wenn",
            "whenever you pay",
            "in any event",
            "regardless",
            "egal",
        ],
    ),
];

/// Words after which any noun makes a class of its own: 30 € per person is not 30 € per booking.
const PER: [&str; 4] = ["pro", "je", "per", "/"];
/// Rates in one word, and what they are per.
const RATES: &[(&str, &[&str])] = &[
    (
        "monat",
        &[
            "monatlich",
            "monatliche",
            "monatlichen",
            "monatlicher",
            "monatliches",
            "monthly",
            "im monat",
            "a month",
            "den monat",
            "each month",
            "every month",
            "monatsentgelt*",
            "monatspreis*",
            "monatsbeitrag*",
            "monatsmiete*",
            "monatsgebühr*",
        ],
    ),
    (
        "jahr",
        &[
            "jährlich",
            "jährliche",
            "jährlichen",
            "jährlicher",
            "yearly",
            "annually",
            "annual",
            "im jahr",
            "a year",
            "each year",
            "every year",
            "p a",
            "jahrespreis*",
            "jahresbeitrag*",
            "jahresgebühr*",
            "jahresmiete*",
        ],
    ),
    ("woch", &["wöchentlich", "wöchentliche", "wöchentlichen", "weekly", "in der woche", "a week", "die woche", "each week", "every week"]),
    ("tag", &["täglich", "tägliche", "daily", "am tag", "a day", "each day", "every day", "tagespreis*", "tagessatz*", "tagesmiete*"]),
    ("stund", &["stündlich", "hourly", "an hour", "die stunde", "stundensatz*", "stundenlohn*", "in der stunde"]),
    ("nacht", &["a night", "die nacht"]),
    ("kopf", &["a head"]),
];

/// The marks of a text.
pub fn marks(tokens: &[Token]) -> Vec<Fact> {
    // A slash behind a currency says "per": 5,80 €/m².
    let is_per = |i: usize| {
        tokens.get(i).is_some_and(|t| t.is('/'))
            && i.checked_sub(1)
                .and_then(|p| tokens.get(p))
                .is_some_and(|t| t.is('€') || matches!(t.lower.as_str(), "eur" | "ct" | "cent" | "euro" | "chf"))
    };
    let words: Vec<&Token> = tokens.iter().enumerate().filter(|(i, t)| t.kind != TokenKind::Mark || is_per(*i)).map(|(_, t)| t).collect();
    let folded: Vec<String> = words.iter().map(|t| t.lower.clone()).collect();
    let mut all: Vec<Fact> = Vec::new();
    let mut push = |class: &str, member: &str, from: usize, count: usize| {
        let (Some(first), Some(last)) = (words.get(from), words.get(from + count - 1)) else { return };
        let value = format!("{class} {member}");
        let text = words.iter().skip(from).take(count).map(|t| t.text.as_str()).collect::<Vec<_>>().join(" ");
        all.push(Fact {
            kind: ClaimKind::Statement,
            needs: vec![value.clone()],
            gives: vec![value],
            start: first.start,
            end: last.end,
            text,
        });
    };
    for at in 0..folded.len() {
        for (class, member, phrases) in CLASSES {
            if let Some(count) = phrases.iter().filter_map(|phrase| matches(phrase, &folded, at)).max() {
                push(class, member, at, count);
            }
        }
        let led = at.checked_sub(1).and_then(|p| folded.get(p)).is_some_and(|word| {
            matches!(word.as_str(), "for" | "within" | "in" | "of" | "about" | "than" | "after" | "over" | "binnen" | "innerhalb")
        });
        for (unit, phrases) in RATES.iter().filter(|_| !led) {
            if let Some(count) = phrases.iter().filter_map(|phrase| matches(phrase, &folded, at)).max() {
                push("per", unit, at, count);
            }
        }
        if folded.get(at).is_some_and(|word| PER.contains(&word.as_str()))
            && let Some(next) = words.get(at + 1).filter(|t| t.kind == TokenKind::Word && t.lower != "cent")
        {
            push("per", &unit(&next.lower), at, 2);
            let joint = words.get(at + 2).is_some_and(|t| matches!(t.lower.as_str(), "und" | "and" | "pro" | "per" | "je"));
            if let Some(second) = words.get(at + 3).filter(|t| joint && (is_unit(&t.lower) || t.text.starts_with(char::is_uppercase))) {
                push("per", &unit(&second.lower), at + 3, 1);
            }
        }
    }
    all
}

fn is_unit(word: &str) -> bool {
    [
        "monat", "jahr", "woche", "tag", "stunde", "nacht", "person", "nutzer", "stück", "month", "year", "week", "day", "hour", "night",
        "user", "seat",
    ]
    .contains(&word)
}

/// One name for what a rate is per, in both languages.
fn unit(word: &str) -> String {
    let same = [
        ("monat", &["month", "months", "monats", "monate"] as &[&str]),
        ("jahr", &["year", "years", "jahres"]),
        ("woch", &["week", "weeks", "woche", "wochen"]),
        ("tag", &["day", "days", "tage"]),
        ("stund", &["hour", "hours", "stunde", "std", "h"]),
        ("nacht", &["night", "nights"]),
        ("person", &["person", "people", "head", "kopf", "teilnehmer", "gast", "guest", "participant", "personen"]),
        ("stuck", &["stück", "piece", "item", "stk"]),
        ("nutzer", &["user", "nutzer", "benutzer", "anwender"]),
        ("buch", &["booking", "buchung"]),
        ("kwh", &["kwh", "kilowattstunde", "kilowattstunden"]),
        ("m", &["m", "qm", "quadratmeter", "meter", "metre"]),
        ("fall", &["fall", "einzelfall", "case"]),
        ("copy", &["copy", "exemplar"]),
    ];
    let found = same.iter().find(|(name, words)| *name == word || words.contains(&word)).map(|(name, _)| (*name).to_owned());
    found.unwrap_or_else(|| Lemma::of(&grams::words(word).concat()).stem)
}

/// How many words a phrase takes from `at` on.
fn matches(phrase: &str, words: &[String], at: usize) -> Option<usize> {
    let mut count = 0;
    for part in phrase.split(' ') {
        let word = words.get(at + count)?;
        let fits = match (part.strip_prefix('*'), part.strip_suffix('*')) {
            _ if part == "*" => true,
            (Some(end), _) => word.ends_with(end),
            (_, Some(begin)) => word.starts_with(begin),
            _ => word == part,
        };
        if !fits {
            return None;
        }
        count += 1;
    }
    Some(count)
}

/// Classes that a draft may not name at all where its sources do not.
pub fn is_strict(mark: &Fact) -> bool {
    let class = class(mark);
    matches!(class, "tax" | "certain" | "day" | "warranty") || mark.needs.first().is_some_and(|value| value == "form oral")
}

pub fn class(mark: &Fact) -> &str {
    mark.gives.first().and_then(|value| value.split_once(' ')).map_or("", |(class, _)| class)
}
