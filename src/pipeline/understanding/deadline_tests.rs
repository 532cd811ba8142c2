use super::*;

/// A Monday.
const WRITTEN: &str = "2026-03-02T09:14:00+01:00";

fn dates(text: &str) -> Vec<String> {
    find(text, Some(WRITTEN)).into_iter().map(|found| found.date.map_or("open".to_owned(), |date| date.to_string())).collect()
}

#[test]
fn f16_deadlines_are_counted_from_the_day_of_the_mail() {
    for (text, expected) in [
        ("Bitte antworten Sie bis Freitag.", "2026-03-06"),
        ("Ich brauche das Rad bis nächsten Montag zurück.", "2026-03-09"),
        ("Ich erwarte Ihre Antwort bis zum 15.3.", "2026-03-15"),
        ("Bitte senden Sie mir die Rechnung bis 03.04.2026 zu.", "2026-04-03"),
        ("Spätestens am 3. März brauche ich eine Zusage.", "2026-03-03"),
        ("Bitte liefern Sie spätestens bis zum 3. April 2026.", "2026-04-03"),
        ("Ich erwarte die Überweisung binnen einer Woche, sonst Klage.", "2026-03-09"),
        ("Bitte antworten Sie innerhalb von 14 Tagen.", "2026-03-16"),
        ("Ich fordere Sie auf, innerhalb von zwei Wochen zu zahlen.", "2026-03-16"),
        ("Bitte melden Sie sich innerhalb von 3 Werktagen.", "2026-03-05"),
        ("Ich setze Ihnen eine Frist bis Montag, danach klage ich.", "2026-03-09"),
        ("Bitte erledigen Sie das bis Ende der Woche.", "2026-03-06"),
        ("Ich brauche es bis Ende März.", "2026-03-31"),
        ("Bitte bis zum Monatsende antworten!", "2026-03-31"),
        ("Bitte noch heute antworten.", "2026-03-02"),
        ("Können Sie mir bitte bis morgen Bescheid geben?", "2026-03-03"),
        ("Schaffen Sie das bis Mittwoch?", "2026-03-04"),
        ("Ich fordere die Zahlung von 890 € bis zum 15. Andernfalls klage ich.", "2026-03-15"),
        ("I want an apology in writing by Friday, or else.", "2026-03-06"),
        ("Please reply by the end of the week.", "2026-03-06"),
        ("I need this by 15 March.", "2026-03-15"),
        ("Please send it no later than March 10, 2026.", "2026-03-10"),
        ("Take it down within 48 hours, please.", "2026-03-04"),
        ("Could you let me know by tomorrow?", "2026-03-03"),
        ("Please answer within the next 10 working days.", "2026-03-16"),
        ("We need it before the 3rd of April.", "2026-04-03"),
        ("Please respond by 2026-04-01.", "2026-04-01"),
    ] {
        assert_eq!(dates(text), [expected], "{text}");
    }
}

#[test]
fn what_is_no_deadline_for_us() {
    for text in [
        "Haben Sie bis Freitag geöffnet?",
        "Haben Sie am Samstag bis 18 Uhr offen?",
        "Kann ich innerhalb von 14 Tagen zurückgeben?",
        "Darf ich den Helm bis Freitag behalten?",
        "Bis wann kann ich zurückgeben?",
        "Gilt die Aktion bis zum 31.3.2026?",
        "Ich war bis Freitag im Urlaub.",
        "Der Laden hat bis Ende März zu, habe ich gelesen.",
        "Can I return it within 30 days?",
        "Are you open until Friday?",
        "I bought it two weeks ago.",
        "Ich habe das Rad vor dem Haus abgestellt.",
        "Bitte senden Sie 3.5 Meter bis zur Haustür.",
    ] {
        assert_eq!(dates(text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn without_a_day_of_the_mail_the_words_stay() {
    let found = find("Bitte antworten Sie bis Freitag.", None);
    assert_eq!(found.iter().map(|deadline| (deadline.date, deadline.words.reveal().as_str())).collect::<Vec<_>>(), [(None, "bis Freitag")]);
    assert_eq!(day_of(Some("no date at all")), None);
    assert_eq!(dates("Bitte antworten Sie bis 31.2.2026."), Vec::<String>::new());
}
