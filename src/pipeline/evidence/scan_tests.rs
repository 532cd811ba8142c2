use super::*;

fn check(text: &str, expected: &[(ClaimKind, &str)]) {
    let found = facts(text);
    let seen: Vec<(ClaimKind, &str)> = found.iter().map(|f| (f.kind, f.needs.first().map_or("-", String::as_str))).collect();
    assert_eq!(seen, expected, "{text}");
}

#[test]
fn reads_facts_in_both_languages() {
    use ClaimKind::{Address, Amount, Date, Duration, Email, Iban, Number, Percent, Phone, Time, Url};
    for (text, expected) in [
        ("Sie haben 30 Tage Zeit.", vec![(Duration, "day 30")]),
        ("innerhalb von sechs Wochen", vec![(Duration, "day 42")]),
        ("a 14-day period", vec![(Duration, "day 14")]),
        ("eine 14-tägige Frist, zweiwöchig", vec![(Duration, "day 14"), (Duration, "day 14")]),
        ("3 bis 5 Werktage", vec![(Duration, "workday 3"), (Duration, "workday 5")]),
        ("3-5 business days", vec![(Duration, "workday 3"), (Duration, "workday 5")]),
        ("zwei Jahre Garantie, eine Woche", vec![(Duration, "month 24"), (Duration, "day 7")]),
        ("half an hour, anderthalb Stunden", vec![(Duration, "minute 30"), (Duration, "minute 90")]),
        ("Das kostet 1.234,56 € oder EUR 89,00.", vec![(Amount, "EUR 1234.56"), (Amount, "EUR 89")]),
        ("€1,234.56 and 50 Cent, 89,- Euro", vec![(Amount, "EUR 1234.56"), (Amount, "EUR 0.5"), (Amount, "EUR 89")]),
        ("neunundachtzig Euro", vec![(Amount, "EUR 89")]),
        ("Preis (EUR): 89", vec![(Amount, "EUR 89")]),
        ("19 % MwSt., 5,5 Prozent, 3 percent", vec![(Percent, "19"), (Percent, "5.5"), (Percent, "3")]),
        ("am 3. März 2026", vec![(Date, "2026-03-03")]),
        ("am 03.03.2026, 2026-03-03", vec![(Date, "2026-03-03"), (Date, "2026-03-03")]),
        ("March 3, 2026 or 3rd of March", vec![(Date, "2026-03-03"), (Date, "--03-03")]),
        ("im August, Ende Mai 2026", vec![(Date, "month 08"), (Date, "month 2026-05")]),
        ("You may come.", vec![]),
        ("Montag bis Freitag von 9 bis 18 Uhr", vec![(Date, "weekdays 0-4"), (Date, "weekday 4"), (Time, "09:00"), (Time, "18:00")]),
        ("Mo–Fr 9:30–18:00 Uhr", vec![(Date, "weekdays 0-4"), (Date, "weekday 4"), (Time, "09:30"), (Time, "18:00")]),
        ("So geht das. Do not.", vec![]),
        ("from 10 am to 6 pm, 9.30 Uhr", vec![(Time, "10:00"), (Time, "18:00"), (Time, "09:30")]),
        ("um 9 Uhr am Montag", vec![(Time, "09:00"), (Date, "weekday 0")]),
        ("IBAN DE02 1203 0000 0000 2020 51.", vec![(Iban, "DE02120300000000202051")]),
        ("IBAN DE02120300000000202052", vec![(Iban, "-")]),
        ("Siehe www.radhaus.example/retoure.", vec![(Url, "radhaus.example/retoure")]),
        ("https://radhaus.example/ (radhaus.example)", vec![(Url, "radhaus.example"), (Url, "radhaus.example")]),
        ("Schreiben Sie an Service@Radhaus.example!", vec![(Email, "service@radhaus.example")]),
        ("Tel. +49 (0)30 23125-000 oder 030/23125000", vec![(Phone, "03023125000"), (Phone, "03023125000")]),
        ("Musterstraße 12a, 12345 Beispielstadt", vec![(Address, "street musterstr 12a"), (Address, "plz 12345 beispielstadt")]),
        ("Ihre Bestellung 4711, Modell RB-700", vec![(Number, "4711"), (Number, "code rb-700")]),
        ("Wir haben drei Filialen und twenty-one bikes.", vec![(Number, "3"), (Number, "21")]),
        ("bis 120 kg, 25 km/h", vec![(Number, "kg 120"), (Number, "kmh 25")]),
        ("Eine Frage: ein Rad. One of them.", vec![]),
        ("z. B. am Rad", vec![]),
        ("1. Rad putzen", vec![]),
    ] {
        check(text, &expected);
    }
}

#[test]
fn hostile_text_is_read_without_panic() {
    for text in [
        "€", "+", "(0", "DE", "DE00", "0,", "1.", "\u{0}5", "http://", "@", "a@", "٣ ½ ²", "1'", "9:", "–5–", "ä5ö", "Mo–", "3.", "half",
        "zwanzig",
    ] {
        facts(text);
        facts(&text.repeat(300));
    }
}
