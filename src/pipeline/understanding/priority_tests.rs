use super::*;
use crate::pipeline::samples::message;
use crate::pipeline::understanding::{deadline, hot_words};

fn priority(subject: &str, body: &str) -> Priority {
    let mut mail = message("Anna Muster", subject, body);
    mail.date = Some("2026-03-02T09:14:00+01:00".to_owned());
    let findings = hot_words::find(subject, body);
    of(&mail, &findings, &deadline::find(body, mail.date.as_deref()))
}

/// what runs against a clock stands at the top.
#[test]
fn r127_time_critical_mails_come_first() {
    for (subject, body, expected) in [
        ("Frage", "Wie lange ist die Lieferzeit?", Priority::Normal),
        ("Letzte Frist", "Sonst gehe ich zum Anwalt.", Priority::Urgent),
        ("Kündigung", "Hiermit kündige ich meinen Vertrag.", Priority::Urgent),
        ("Amtsgericht", "Anbei der Mahnbescheid.", Priority::Urgent),
        ("Anfrage", "Auskunftsersuchen der Staatsanwaltschaft.", Priority::Urgent),
        ("Helm", "Bitte antworten Sie bis morgen.", Priority::Urgent),
        ("Helm", "Bitte antworten Sie bis Freitag.", Priority::High),
        ("Helm", "Bitte antworten Sie bis zum 30. April.", Priority::Normal),
        ("WO BLEIBT MEIN RAD", "Das ist eine Frechheit!!!", Priority::High),
        ("Dringend", "Können Sie mir helfen?", Priority::High),
        ("", "Haben Sie heute geöffnet?", Priority::Normal),
        ("Mahnung", "Wie bezahle ich die Mahnung?", Priority::High),
    ] {
        assert_eq!(priority(subject, body), expected, "{subject}: {body}");
    }
    assert_eq!(of_rule("hot.legal"), Priority::Urgent);
    assert_eq!(of_rule("mail.no_sender"), Priority::Normal);
}
