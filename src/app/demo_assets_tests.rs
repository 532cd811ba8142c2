//! A sample mail's way through the rooms: understanding, search over the sample company, extractive draft, evidence.

use crate::app::demo_assets::{KNOWLEDGE, MAILS};
use crate::domain::clock::FixedClock;
use crate::domain::draft::AskState;
use crate::domain::knowledge::Passage;
use crate::domain::language::AddressForm;
use crate::knowledge::import::World;
use crate::knowledge::library::tests::{Counting, databases, now, terms};
use crate::knowledge::{Library, Query, View};
use crate::pipeline::evidence::{Sources, Support, check};
use crate::pipeline::extractive::{Drafted, draft};
use crate::pipeline::frame::CompanyTone;
use crate::pipeline::samples::cleared;
use crate::pipeline::understanding::understand;
use rusqlite::Connection;
use std::collections::BTreeMap;

struct Shop {
    main: Connection,
    search: Connection,
}

impl Shop {
    fn open() -> Self {
        let (main, search) = databases();
        let (clock, entropy) = (FixedClock::at(now()), Counting::default());
        let world = World { clock: &clock, entropy: &entropy };
        for (name, bytes) in KNOWLEDGE {
            Library::new(&main, &search).import_bytes(name, bytes, &terms(), world).unwrap();
        }
        Self { main, search }
    }

    fn draft(&self, from: &str, subject: &str, body: &str) -> (Drafted, Vec<Passage>) {
        let mail = cleared(from, subject, body);
        let understood = understand(&mail, AddressForm::Sie);
        let library = Library::new(&self.main, &self.search);
        let view = View { now: now(), language: Some(understood.language) };
        let found: Vec<_> =
            understood.asks.iter().map(|ask| library.search(&Query::from_mail(&mail, &ask.query), &view, 5).unwrap()).collect();
        let drafted = draft(&understood, &found, &CompanyTone::default());
        (drafted, found.into_iter().flatten().map(|f| f.hit.passage).collect())
    }

    /// The draft, which is always clean.
    fn answer(&self, from: &str, subject: &str, body: &str) -> Drafted {
        let (drafted, passages) = self.draft(from, subject, body);
        if let Drafted::Draft(draft) = &drafted {
            let fields = BTreeMap::new();
            let report = check(draft, &Sources { passages: &passages, mail: body, fields: &fields, blocks: &[] });
            let faults: Vec<_> = report.claims.iter().filter(|c| c.by.is_none()).map(|c| c.text.clone()).collect();
            assert_eq!(report.verdict(), Support::Clean, "{faults:?}\n{}", draft.body);
        }
        drafted
    }
}

/// The body of the sample mail with this number, without signature block and quote (those are taken off by `mail`).
fn sample(number: &str) -> (String, String, String) {
    let (_, bytes) = MAILS.iter().find(|(name, _)| name.starts_with(number)).unwrap();
    let text = String::from_utf8(bytes.to_vec()).unwrap().replace("\r\n", "\n");
    let (head, body) = text.split_once("\n\n").unwrap();
    let body = body.split("\n--\n").next().unwrap();
    let field = |name: &str| head.lines().find_map(|line| line.strip_prefix(name)).unwrap().to_owned();
    (field("From: ").split(" <").next().unwrap().to_owned(), field("Subject: "), body.to_owned())
}

/// What came of an answer: the facts that stand in it, or the rule that handed it over.
fn check_sample(shop: &Shop, number: &str, holds: &[&str], states: &[AskState]) {
    let (from, subject, body) = sample(number);
    match shop.answer(&from, &subject, &body) {
        Drafted::Draft(draft) => {
            for fact in holds {
                assert!(draft.body.contains(fact), "{number}: {fact}\n{}", draft.body);
            }
            assert_eq!(draft.asks.iter().map(|ask| ask.state).collect::<Vec<_>>(), states, "{number}\n{}", draft.body);
        }
        Drafted::Person { reason, .. } => assert_eq!(holds, [reason.rule.as_str()], "{number}"),
    }
}

#[test]
fn sample_mails_are_answered_from_the_samples_knowledge_alone() {
    use AskState::{Answered, Open};
    let shop = Shop::open();
    for (number, holds, states) in [
        ("01", vec!["30 Tagen", "kostenlos", "39,00 EUR", "Guten Tag Anna Muster,"], vec![Answered, Answered]),
        ("02", vec!["60 bis 90 Kilometer", "2 Jahren", "140 kg"], vec![Answered, Answered, Answered]),
        ("03", vec!["Guten Tag,\n", "Probefahrten sind ohne Termin"], vec![Answered, Answered]),
        ("04", vec!["119,00 EUR", "3 Werktage", "12,00 EUR"], vec![Answered, Answered, Answered]),
        ("05", vec!["EUR 4.90", "3 to 5 business days", "30 days", "Hello David Sample,"], vec![Answered, Answered, Answered]),
        ("08", vec!["drafting.no_fit"], vec![]),
        ("09", vec!["unter dem Tretlager"], vec![Answered]),
        ("11", vec!["https://www.radhaus.example/konto", "melden wir uns gesondert"], vec![Answered, Open]),
        ("12", vec!["EUR 119.00", "https://www.radhaus.example/termin", "8 am to 5 pm"], vec![Answered, Answered, Answered]),
    ] {
        check_sample(&shop, number, &holds, &states);
    }
}

/// what the knowledge does not hold is handed over.
#[test]
fn r138_questions_outside_of_the_knowledge_are_handed_over() {
    let shop = Shop::open();
    let outside = [
        "Verkaufen Sie Pizza?",
        "Wie wird das Wetter am Wochenende?",
        "Do you ship to Canada?",
        "Can I rent a cargo bike?",
        "Welche Versicherung empfehlen Sie?",
        "Wer hat die Fußball-WM gewonnen?",
        "Suchen Sie noch Mitarbeiter?",
        "Darf mein Hund mit in den Laden?",
        "Haben Sie auch Motorräder?",
        "Wie alt ist der Geschäftsführer?",
        "Gibt es bei Ihnen ein Café?",
        "Reparieren Sie auch Rollstühle?",
        "What is the capital of France?",
        "Do you sell skis?",
        "Kann ich mit Bitcoin bezahlen?",
        "Bieten Sie Fahrradkurse für Kinder an?",
        "Wann fährt der nächste Bus?",
        "Haben Sie Erfahrung mit Tandems?",
        "Which helmet is the best for children?",
        "Wo kann ich in Hamburg parken?",
    ];
    let answered: Vec<&str> = outside.into_iter().filter(|ask| matches!(shop.answer("Anna Muster", "", ask), Drafted::Draft(_))).collect();
    assert!(answered.len() * 20 <= outside.len(), "{answered:?}");
}

/// D-01: whatever the drafter takes over, a changed digit in it is seen.
#[test]
fn d01_every_changed_digit_of_a_sample_draft_is_caught() {
    let shop = Shop::open();
    let mut missed = Vec::new();
    let mut tried = 0;
    for number in ["01", "02", "04", "05", "12"] {
        let (from, subject, body) = sample(number);
        let (drafted, passages) = shop.draft(&from, &subject, &body);
        let Drafted::Draft(clean) = drafted else { panic!("{number}") };
        for (index, sentence) in clean.sentences.iter().enumerate() {
            for (at, digit) in sentence.text.char_indices().filter(|(_, c)| c.is_ascii_digit()) {
                let other = char::from_digit((digit.to_digit(10).unwrap() + 3) % 10, 10).unwrap();
                let mut mutant = (*clean).clone();
                mutant.sentences[index].text = format!("{}{other}{}", &sentence.text[..at], &sentence.text[at + 1..]);
                mutant.body = clean.body.replacen(&sentence.text, &mutant.sentences[index].text, 1);
                let fields = BTreeMap::new();
                let report = check(&mutant, &Sources { passages: &passages, mail: &body, fields: &fields, blocks: &[] });
                tried += 1;
                if report.verdict() == Support::Clean || !report.body_is_checked {
                    missed.push(mutant.sentences[index].text.clone());
                }
            }
        }
    }
    assert!(tried > 40 && missed.is_empty(), "{} of {tried}: {missed:#?}", missed.len());
}
