use super::*;
use crate::pipeline::samples::cleared;

fn categories() -> Vec<Category> {
    let one = |name: &str, description: &str, examples: &[&str]| Category {
        name: name.to_owned(),
        description: description.to_owned(),
        examples: examples.iter().map(|example| (*example).to_owned()).collect(),
    };
    vec![
        one("return", "Rückgabe, Umtausch, Widerruf eines Kaufs", &[]),
        one("delivery", "Versand, Lieferzeit, Sendungsverfolgung", &["Wo bleibt mein Päckchen?"]),
        one("repair", "Werkstatt, Reparatur, Inspektion", &[]),
        one("hours", "Öffnungszeiten, Anfahrt, Parken", &[]),
        one("complaint", "Beschwerden und was ein Mensch entscheiden muss", &[]),
        one("other", "Alles andere", &[]),
    ]
}

#[test]
fn f15_words_letters_and_matters_lead_to_the_category() {
    for (subject, body, expected) in [
        ("Helm", "Kann ich den Helm zurückgeben?", "return"),
        ("", "Can I send the helmet back, or exchange it?", "return"),
        ("", "Wann kommt mein Paket an?", "delivery"),
        ("", "Wie lange dauert der Versannd?", "delivery"),
        ("Inspektion", "Was kostet das?", "repair"),
        ("", "How long does delivery take?", "delivery"),
        ("", "Haben Sie samstags geöffnet?", "hours"),
        ("", "Where can I park?", "hours"),
        ("", "Kann ich den Kauf widerrufen?", "return"),
        ("Reparatur", "Das geht jetzt an meinen Anwalt.", "complaint"),
        ("", "Wie heißt euer Hund?", "other"),
    ] {
        let mail = cleared("Anna Muster", subject, body);
        assert_eq!(category(&mail, &categories()).map(|c| c.name.as_str()), Some(expected), "{subject} {body}");
    }
}

#[test]
fn nothing_fits_where_there_is_nothing() {
    let mail = cleared("Anna Muster", "", "Wie heißt euer Hund?");
    assert_eq!(category(&mail, &[]), None);
    assert_eq!(category(&mail, &categories()[..2]), None);
}

#[test]
fn a_clear_mail_is_surer_than_a_vague_one() {
    let all = categories();
    let sure = |body: &str| guess(&cleared("Anna Muster", "", body), &all).map_or(0.0, |guess| guess.confidence);
    assert!(sure("Kann ich den Helm zurückgeben oder umtauschen?") > sure("Kann ich den Helm in der Werkstatt zurückgeben?"));
}
