use super::*;
use crate::mail::parse::parse;

fn mail(subject: &str, body: &str) -> Message {
    let raw = format!(
        "From: anna@example.org\r\nTo: service@firma.example\r\nSubject: {subject}\r\nMessage-ID: <a@example.org>\r\n\
         Date: Mon, 2 Mar 2026 09:14:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n",
        body.replace('\n', "\r\n")
    );
    parse(raw.as_bytes(), &[]).unwrap()
}

fn withdraws(subject: &str, body: &str) -> bool {
    let message = mail(subject, body);
    keyword(&message).or_else(|| phrase(&message)).is_some()
}

/// the keyword counts however it is written and wherever the writer put it.
#[test]
fn r019_the_keyword_is_seen_in_every_form() {
    for body in [
        "KI NEIN",
        "ki nein",
        "KI  NEIN",
        "KI-NEIN",
        "\"KI NEIN\"",
        "„KI NEIN“",
        "KI NEIN, danke.",
        "KI NEIN!!!",
        "Wann öffnen Sie?\n\nKI NEIN bitte",
        "Wann öffnen Sie?\n\n-- \nAnna Muster\nKI NEIN",
        "KI Stopp",
        "NO AI",
        "No AI please",
        "Opt-out.",
    ] {
        assert!(withdraws("Anfrage", body), "{body}");
    }
    for subject in ["KI NEIN", "AW: KI NEIN", "Re: No AI", "KI NEIN - Frage", "AW: Re: ki nein"] {
        assert!(withdraws(subject, "Wie lange dauert die Lieferung?"), "{subject}");
    }
}

/// nobody has to know the keyword.
#[test]
fn r019_a_sentence_of_ones_own_counts() {
    for body in [
        "Ich widerrufe meine Einwilligung.",
        "Ich ziehe meine Zustimmung zurück.",
        "Ich entziehe Ihnen die Einwilligung.",
        "Hiermit nehme ich mein Einverständnis zurück.",
        "Ich möchte nicht, dass eine KI meine Mails liest.",
        "Bitte ohne KI.",
        "Meine Anfrage soll nicht von einer KI beantwortet werden.",
        "Keine künstliche Intelligenz bitte!",
        "Ich will keinen Chatbot, bitte keine KI für meine Mails.",
        "I withdraw my permission.",
        "I take my consent back.",
        "I do not want AI to read my mails.",
        "Please don't use AI for my messages.",
        "I hereby revoke the consent I gave.",
    ] {
        assert!(withdraws("Anfrage", body), "{body}");
    }
    for body in [
        "Ich widerrufe meine Einwilligung nicht.",
        "Mein Bruder hat seine Einwilligung widerrufen, ich nicht.",
        "Ich ziehe den Helm mit Ihrem Einverständnis aus dem Karton und schicke ihn zurück.",
        "Geht das auch ohne KI?",
        "Wie kann ich meine Einwilligung widerrufen?",
        "Hiermit widerrufe ich meinen Kaufvertrag.",
        "Mein KI-Kurs findet nicht statt.",
        "Unser Roboter fährt nicht mehr an.",
        "Ich bin nicht zufrieden mit der Lieferung.",
    ] {
        assert!(!withdraws("Anfrage", body), "{body}");
    }
}
