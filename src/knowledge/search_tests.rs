use super::*;
use crate::knowledge::cut::Cut;
use crate::knowledge::library::tests::{Counting, databases, now, source, terms};
use crate::knowledge::library::{Library, Source};
use std::time::Instant;

fn view() -> View {
    View { now: now(), language: None }
}

fn best(texts: &[&str], query: &str) -> Option<String> {
    let (main, search) = databases();
    let library = Library::new(&main, &search);
    library.put(&source("a.md", texts), &terms(), now(), &Counting::default()).unwrap();
    library.search(&Query::by_staff(query), &view(), 5).unwrap().into_iter().next().map(|f| f.hit.passage.text)
}

#[test]
fn finds_what_words_alone_would_miss() {
    let texts = [
        "Unsere Wärmepumpenversicherung deckt Schäden durch Überspannung.",
        "Die Kündigungsfrist beträgt drei Monate zum Jahresende.",
        "Sie finden uns in der Musterstraße in Beispielstadt.",
        "Die Öffnungszeiten der Werkstatt stehen an der Tür.",
    ];
    for (query, expected) in [
        ("versicherung", 0),
        ("Was deckt die Versicherung?", 0),
        ("kundigung", 1),
        ("Wie lange ist die Kuendigungsfrist", 1),
        ("strasse", 2),
        ("Oeffnungszeit?", 3),
        ("öfnungszeiten", 3),
    ] {
        assert_eq!(best(&texts, query).as_deref(), texts.get(expected).copied(), "{query}");
    }
    assert_eq!(best(&texts, "\" OR * NEAR("), None);
}

#[test]
fn a_passage_in_the_customers_language_goes_before() {
    let (main, search) = databases();
    let library = Library::new(&main, &search);
    let entropy = Counting::default();
    library.put(&source("de.md", &["Garantie auf den Rahmen: 5 Jahre. Service im Radhaus."]), &terms(), now(), &entropy).unwrap();
    let english =
        Source { language: Language::En, ..source("en.md", &["The service and the garantie for the frame cost nothing at all."]) };
    library.put(&english, &terms(), now(), &entropy).unwrap();
    let first = |language| {
        let view = View { now: now(), language };
        library.search(&Query::by_staff("Garantie Service"), &view, 5).unwrap().first().map(|f| f.language)
    };
    assert_eq!(first(Some(Language::De)), Some(Language::De));
    assert_eq!(first(Some(Language::En)), Some(Language::En));
}

#[test]
fn headings_count() {
    let (main, search) = databases();
    let library = Library::new(&main, &search);
    let cuts = vec![
        Cut { heading: vec!["Rückgabe".to_owned()], text: "Sie haben 30 Tage Zeit.".to_owned() },
        Cut { heading: vec!["Zahlung".to_owned()], text: "Sie haben 14 Tage Zeit.".to_owned() },
    ];
    library.put(&Source { cuts, ..source("a.md", &[]) }, &terms(), now(), &Counting::default()).unwrap();
    let found = library.search(&Query::by_staff("Rückgabe"), &view(), 5).unwrap();
    assert_eq!(found.first().map(|f| f.hit.passage.id.as_str()), Some("a-1"));
}

/// A repeatable sequence; not random in any other sense.
struct Sequence(u64);

impl Sequence {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// 2,400 passages of compounds and everyday words with the skew of real text.
fn sample(sequence: &mut Sequence) -> Vec<String> {
    let parts: Vec<&str> = "fahrrad brems licht rahmen sattel ketten schalt reifen felgen lenker pedal gabel akku motor display schloss \
        helm taschen gepäck träger schutz blech werk statt termin preis liefer rück versand garantie rechnung zahlung \
        konto kunden dienst ersatz teil prüfung wartung montage inspektion frist kosten anleitung sicherung öffnung \
        zeiten bestellung"
        .split(' ')
        .collect();
    let small: Vec<&str> =
        "die der und wird nach für ist mit innerhalb Werktagen unsere Kunden erhalten bei ohne auch".split(' ').collect();
    let square = |s: &mut Sequence, n: usize| s.below(n) * s.below(n) / n;
    (0..2_400)
        .map(|_| {
            let mut words = Vec::new();
            for _ in 0..60 {
                if sequence.below(2) == 0 {
                    words.push(small[square(sequence, small.len())].to_owned());
                } else {
                    words.push(format!("{}{}", parts[square(sequence, parts.len())], parts[sequence.below(parts.len())]));
                }
            }
            words.join(" ")
        })
        .collect()
}

/// The rarest grams find what all grams find: recall at 5 of the pruned against the whole search, and its time.
#[test]
fn pruning_keeps_the_best_five() {
    let (main, search) = databases();
    let library = Library::new(&main, &search);
    let mut sequence = Sequence(7);
    let texts = sample(&mut sequence);
    let refs: Vec<&str> = texts.iter().map(String::as_str).collect();
    library.put(&source("s.md", &refs), &terms(), now(), &Counting::default()).unwrap();
    let (mut kept, mut all, mut times) = (0, 0, Vec::new());
    for _ in 0..15 {
        let text = &texts[sequence.below(texts.len())];
        let words: Vec<&str> = text.split(' ').collect();
        let from = sequence.below(words.len() - 8);
        let query = Query::by_staff(&words[from..from + 8].join(" "));
        let ids =
            |effort| -> Vec<String> { library.ranked(&query, &view(), effort, 5).unwrap().into_iter().map(|f| f.hit.passage.id).collect() };
        let whole = ids(Effort { tokens: usize::MAX, candidates: 4_000 });
        let start = Instant::now();
        let pruned = ids(Effort { tokens: TOKENS_READ, candidates: CANDIDATES });
        times.push(start.elapsed());
        kept += pruned.iter().filter(|id| whole.contains(id)).count();
        all += whole.len();
    }
    times.sort();
    let recall = kept as f64 / all as f64;
    assert!(recall >= 0.95, "recall at 5 {recall:.3}, p50 {:?}, p95 {:?}", times[times.len() / 2], times[times.len() * 95 / 100]);
}
