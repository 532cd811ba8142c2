use super::*;

#[test]
fn finds_every_ask_and_nothing_else() {
    let mut wrong = Vec::new();
    for (text, expected) in [
        (
            "Guten Tag,\n\nich habe eine Tasche bestellt und möchte sie zurückgeben. Wie lange kann ich das?\n\nViele Grüße\nAnna",
            vec!["Wie lange kann ich das?"],
        ),
        (
            "hallo wann habt ihr samstgas offen? und brauch ich einen termin?\n\ngruss jonas",
            vec!["wann habt ihr samstgas offen?", "brauch ich einen termin?"],
        ),
        ("1. Wie weit komme ich?\n2. Wie schwer ist es?", vec!["Wie weit komme ich?", "Wie schwer ist es?"]),
        ("Was kostet die Inspektion und wie lange dauert sie?", vec!["Was kostet die Inspektion", "wie lange dauert sie?"]),
        ("Bitte senden Sie mir die Rechnung erneut.", vec!["Bitte senden Sie mir die Rechnung erneut."]),
        ("Ich möchte meinen Termin verschieben. Vielen Dank im Voraus!", vec!["Ich möchte meinen Termin verschieben."]),
        ("Außerdem wüsste ich gern, ob Sie Räder vermieten.", vec!["Außerdem wüsste ich gern, ob Sie Räder vermieten."]),
        ("Dear team,\n\nI would like to return my order. How does it work?\n\nThanks in advance\nJane", vec!["How does it work?"]),
        (
            "What does it cost, and how can I book an appointment? When do you open?",
            vec!["What does it cost", "how can I book an appointment?", "When do you open?"],
        ),
        (
            "Sehr geehrte Damen und Herren,\nvielen Dank für die Lieferung. Alles ist gut angekommen.\nMit freundlichen Grüßen\nAnna Muster",
            vec![],
        ),
        ("Wie lange? Wie lange?", vec!["Wie lange?"]),
        ("Hallo Herr Beispiel, können Sie mir den Preis nennen", vec!["können Sie mir den Preis nennen"]),
        ("Hello, could you please tell me the price of a new battery", vec!["could you please tell me the price of a new battery"]),
    ] {
        let seen: Vec<String> = find(text, "").into_iter().map(|a| a.ask).collect();
        if seen != expected {
            wrong.push((text, seen));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_subject_asks_where_the_body_does_not() {
    let seen: Vec<String> = find("Viele Grüße", "AW: Re: Öffnungszeiten").into_iter().map(|a| a.ask).collect();
    assert_eq!(seen, ["Öffnungszeiten"]);
    assert!(find("", "Re:").is_empty());
}

#[test]
fn an_ask_without_subject_searches_with_the_words_before_it() {
    let asks = find("Was kostet die Inspektion und wie lange dauert sie?", "");
    assert!(asks[1].query.contains("Inspektion"), "{:?}", asks[1].query);
}

#[test]
fn hostile_text_is_read_without_panic() {
    for text in [
        "?",
        "? ? ?",
        "İİİ und wie geht das nun?",
        "hallo",
        "Liebe,",
        "\u{0}",
        "1.",
        "und und und wie",
        "Wie\u{301} und wie lange dauert es?",
    ] {
        find(text, text);
    }
}
