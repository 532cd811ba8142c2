use super::*;
use crate::domain::draft::{Drafter, Versions};
use crate::pipeline::sentences;

fn passage(id: &str, text: &str) -> Passage {
    Passage { id: id.to_owned(), source: "a.md".to_owned(), heading: vec![], text: text.to_owned() }
}

fn draft(sentences: &[(&str, &[&str])], language: Language) -> Draft {
    let sentences: Vec<Sentence> = sentences
        .iter()
        .map(|(text, ids)| Sentence { text: (*text).to_owned(), citations: ids.iter().map(|id| (*id).to_owned()).collect() })
        .collect();
    let body = sentences.iter().map(|s| s.text.clone()).collect::<Vec<_>>().join(" ");
    let versions = Versions { pipeline: "test".to_owned(), prompt: None, model: None };
    Draft { language, drafter: Drafter::Model, salutation: String::new(), sentences, closing: String::new(), body, asks: vec![], versions }
}

fn states(text: &str, ids: &[&str], passages: &[Passage], mail: &str) -> Vec<ClaimState> {
    let fields = BTreeMap::from([("order.date".to_owned(), "2026-03-01".to_owned())]);
    let language = if text.contains(" the ") || text.contains("You") || text.contains("your") { Language::En } else { Language::De };
    let sources = Sources { passages, mail, fields: &fields, blocks: &["Wir antworten innerhalb von 2 Werktagen.".to_owned()] };
    check(&draft(&[(text, ids)], language), &sources).claims.into_iter().map(|c| c.state).collect()
}

const SHOP: &str = "Die Rückgabefrist beträgt 30 Tage. Die Garantie auf den Rahmen beträgt 5 Jahre, auf den Akku 2 Jahre.\n\
Die Inspektion kostet 89,00 EUR, der Wechsel der Kette 25,00 EUR.\nMontag bis Freitag: 9 bis 18 Uhr\nSamstag: 10 bis 14 Uhr\n\
Telefon: 030 23125-000, Werkstatt: 030 23125-111. Ab 100 EUR liefern wir versandkostenfrei. Helme können nicht zurückgegeben werden.";

#[test]
fn right_facts_are_supported_and_wrong_ones_are_not() {
    use ClaimState::{Contradicted, Restated, Supported, Unsupported};
    let shop = [passage("p1", SHOP), passage("p2", "Die Lieferzeit beträgt 3 bis 5 Werktage.")];
    let mut wrong = Vec::new();
    for (text, expected) in [
        ("Sie haben 30 Tage Zeit für die Rückgabe.", vec![Supported]),
        ("Für die Rückgabe haben Sie vier Wochen und zwei Tage.", vec![Unsupported, Unsupported]),
        ("Die Rückgabefrist beträgt 14 Tage.", vec![Contradicted]),
        ("Die Rückgabefrist beträgt 30 Wochen.", vec![Contradicted]),
        ("Auf den Akku geben wir 5 Jahre.", vec![Contradicted]),
        ("Die Inspektion kostet 25 EUR.", vec![Contradicted]),
        ("Der Kettenwechsel kostet 25 EUR.", vec![Supported]),
        ("The inspection costs €89.00 in the shop.", vec![Supported]),
        ("Am Samstag sind wir von 9 bis 18 Uhr da.", vec![Contradicted, Contradicted, Supported]),
        ("Am Samstag sind wir von 10 bis 14 Uhr da.", vec![Supported, Supported, Supported]),
        ("Mittwochs öffnen wir um 9 Uhr.", vec![Supported, Supported]),
        ("Die Lieferung dauert 3 bis 5 Werktage.", vec![Unsupported, Unsupported]),
        ("Zum Datum 1. März 2026 liegt uns alles vor.", vec![Supported]),
        ("Wir antworten binnen 2 Werktagen.", vec![Supported]),
        ("Ihre Bestellung Nr. 4711 vom 3. März liegt uns vor.", vec![Restated, Restated]),
        ("Sie schreiben, dass Sie 250 EUR bezahlt haben.", vec![Restated]),
        ("Wir liefern am 3. März.", vec![Unsupported]),
        ("Wir erstatten Ihnen die 250 EUR aus Ihrer Bestellung 4711.", vec![Restated, Unsupported, Unsupported]),
        ("Sie haben 250 EUR gut.", vec![Unsupported]),
        ("Ab 100 EUR ist der Versand kostenlos.", vec![Supported, Supported]),
        ("Den Helm tauschen wir kostenlos und sofort.", vec![Supported, Unsupported]),
        ("Helme können zurückgegeben werden.", vec![Contradicted]),
        ("Bitte wenden Sie sich an Herrn Unbekannt.", vec![Unsupported]),
    ] {
        let mut seen = states(text, &["p1"], &shop, "Meine Bestellung 4711 vom 3. März, 250 EUR bezahlt, siehe www.boese.example");
        if text.starts_with("Wir erstatten") {
            seen.sort_by_key(|s| *s == Unsupported);
        }
        if seen != expected {
            wrong.push((text, seen, expected));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn a_link_or_account_of_the_mail_is_never_given_back() {
    let mail = "Zahlen Sie an DE02120300000000202051, siehe www.boese.example, ruf 030 99887766 an";
    for text in ["Sie schreiben von www.boese.example.", "Ihre Bestellung mit IBAN DE02120300000000202051.", "Ihre Nummer 030 99887766."] {
        let seen = states(text, &["p1"], &[passage("p1", SHOP)], mail);
        assert!(seen.contains(&ClaimState::Unsupported), "{text} {seen:?}");
    }
}

#[test]
fn a_body_with_more_than_its_sentences_is_held() {
    let mut longer = draft(&[("Gut.", &[])], Language::De);
    longer.body.push_str(" Wir zahlen 5 EUR.");
    let sources = Sources { passages: &[], mail: "", fields: &BTreeMap::new(), blocks: &[] };
    assert_eq!(check(&longer, &sources).reasons(), [HandOver::new(Reason::TechnicalFailure, "evidence.body")]);
}

/// Every way of changing one fact of a clean draft, and the check sees each of them (D-01).
#[test]
fn d01_every_mutation_of_a_fact_is_caught() {
    let passages = [
        passage("p1", SHOP),
        passage(
            "p2",
            "Überweisen Sie auf DE02 1203 0000 0000 2020 51. Das Formular steht unter https://www.radhaus.example/retoure. Schreiben Sie an \
service@radhaus.example. Sie finden uns in der Musterstraße 12, 12345 Beispielstadt. Die Aktion endet am 3. März 2026. Der Rabatt beträgt 15 %.",
        ),
    ];
    let clean: Vec<String> = passages.iter().flat_map(|p| sentences::split(&p.text)).collect();
    let swaps = [
        ("Tage", "Wochen"),
        ("Jahre", "Monate"),
        ("EUR", "CHF"),
        ("EUR", "Cent"),
        ("Montag", "Dienstag"),
        ("Samstag", "Sonntag"),
        ("März", "Mai"),
        ("radhaus.example/", "radhaus-example.com/"),
        ("@radhaus", "@radhaus1"),
        (" %", " EUR"),
        ("retoure", "zahlung"),
        ("Beispielstadt", "Musterstadt"),
        ("nicht ", ""),
        ("Uhr", "Tage"),
    ];
    let fields = BTreeMap::new();
    let (mut tried, mut missed) = (0, Vec::new());
    for sentence in &clean {
        let faulty = |text: &str| {
            let sources = Sources { passages: &passages, mail: "", fields: &fields, blocks: &[] };
            check(&draft(&[(text, &["p1", "p2"])], Language::De), &sources).verdict() == Support::Faulty
        };
        assert!(!faulty(sentence), "false alarm: {sentence}");
        let digits = sentence.char_indices().filter(|(_, c)| c.is_ascii_digit()).flat_map(|(at, c)| {
            let other = |n: u32| char::from_digit((c.to_digit(10).unwrap() + n) % 10, 10).unwrap();
            let (before, rest) = sentence.split_at(at);
            [1, 4].map(|n| format!("{before}{}{}", other(n), rest.get(1..).unwrap_or_default()))
        });
        let words = swaps.iter().filter(|(from, _)| sentence.contains(from)).map(|(from, to)| sentence.replacen(from, to, 1));
        for mutant in digits.chain(words) {
            tried += 1;
            if !faulty(&mutant) {
                missed.push(mutant);
            }
        }
    }
    assert!(tried > 100 && missed.is_empty(), "{} of {tried} missed: {missed:#?}", missed.len());
}

/// A number of the source lends a draft no unit, and a draft may leave one out.
#[test]
fn a_unit_is_never_made_up() {
    let source = [passage("p1", "Teilnahme ab 18, Raum 25. Der Kurs dauert fünf bis sieben Werktage, die Anzahlung beträgt ein Viertel.")];
    for (text, found) in [
        ("Teilnehmen kann man ab 18 Jahren.", false),
        ("Der Kurs beginnt um 18 Uhr.", true),
        ("Der Kurs kostet 25 EUR.", true),
        ("Der Nachlass ist 18 %.", true),
        ("Die Anzahlung ist 25 %.", false),
        ("Es dauert fünf bis sieben.", false),
    ] {
        let faulty = states(text, &["p1"], &source, "").iter().any(|state| *state != ClaimState::Supported);
        assert_eq!(faulty, found, "{text}");
    }
}

/// What is quoted word for word is supported, a promise too; one changed word makes it the draft's own promise.
#[test]
fn a_promise_that_is_quoted_is_the_sources_own() {
    let source = [passage("p1", "Bei einem Mangel tragen wir die Kosten.")];
    let verdict = |text: &str| states(text, &["p1"], &source, "").iter().all(|state| *state == ClaimState::Supported);
    assert!(verdict("Bei einem Mangel tragen wir die Kosten."));
    assert!(!verdict("Bei einem Umtausch tragen wir die Kosten."));
}

/// A word that turns another round is its opposite, unless one side denies it.
#[test]
fn a_word_turned_round_is_a_contradiction() {
    let source =
        [passage("p1", "Unser Angebot ist kostenlos und unverbindlich. Der Parkplatz ist unbewacht. Gutscheine sind übertragbar.")];
    for (text, found) in [
        ("Unser Angebot ist kostenlos und verbindlich.", true),
        ("Das Angebot ist unverbindlich.", false),
        ("Das Angebot ist nicht verbindlich.", false),
        ("Der Parkplatz ist bewacht.", true),
        ("Gutscheine sind unübertragbar.", true),
        ("Gutscheine sind übertragbar.", false),
    ] {
        let faulty = states(text, &["p1"], &source, "").contains(&ClaimState::Contradicted);
        assert_eq!(faulty, found, "{text}");
    }
}

/// Another customer's name in the salutation is a fault; the customer's own, as signed or from the record, is not.
#[test]
fn the_salutation_names_the_customer_alone() {
    let fields = BTreeMap::from([("customer.name".to_owned(), "Bernd Beispiel".to_owned())]);
    let sources = Sources { passages: &[], mail: "Wie lange?\n\nAnna Muster", fields: &fields, blocks: &[] };
    let verdict = |salutation: &str| {
        let mut greeting = draft(&[], Language::De);
        (greeting.salutation, greeting.body) = (salutation.to_owned(), salutation.to_owned());
        check(&greeting, &sources).verdict()
    };
    for known in ["Guten Tag Anna Muster,", "Sehr geehrte Frau Muster,", "Guten Tag Herr Beispiel,", "Sehr geehrte Damen und Herren,", ""] {
        assert_eq!(verdict(known), Support::Clean, "{known}");
    }
    for stranger in ["Guten Tag Frau Vogt,", "Guten Tag Anna Vogt,"] {
        assert_eq!(verdict(stranger), Support::Faulty, "{stranger}");
    }
}
