use super::*;

fn all(rule: impl Fn(&str) -> bool, yes: &[&str], no: &[&str]) {
    for text in yes {
        assert!(rule(text), "should match: {text}");
    }
    for text in no {
        assert!(!rule(text), "should not match: {text}");
    }
}

#[test]
fn subjects_of_bounces_and_delays() {
    all(
        is_bounce_subject,
        &[
            "Undelivered Mail Returned to Sender",
            "failure notice",
            "Mail delivery failed: returning message to sender",
            "Unzustellbar: Angebot",
            "Undeliverable: Offer",
            "Delivery Status Notification (Failure)",
            "Returned mail: see transcript for details",
            "Nachricht nicht zustellbar",
            "Zustellung fehlgeschlagen",
        ],
        &[
            "Mein Paket wurde nicht zugestellt",
            "Delivery of my bike",
            "Returned goods",
            "Fehler in der Rechnung",
            "Mail",
            "Delivery Status Notification (Delay)",
        ],
    );
    all(
        is_delay_subject,
        &[
            "Delivery Status Notification (Delay)",
            "Warning: message 1abc-00 delayed 24 hours",
            "Delayed Mail (still being retried)",
            "Zustellung verzögert: Angebot",
        ],
        &["Verzug der Lieferung", "Delivery date", "Warning: your bike"],
    );
}

#[test]
fn subjects_of_receipts() {
    all(
        is_receipt_subject,
        &[
            "Gelesen: Angebot",
            "Lesebestätigung: Angebot",
            "Read: Offer",
            "Return Receipt (displayed) - Offer",
            "Empfangsbestätigung (angezeigt) - Rad",
            "Nicht gelesen: x",
        ],
        &["Gelesenes Buch", "Reading list", "Readme fehlt", "Ludwig", "Lu"],
    );
}

#[test]
fn absence() {
    all(
        is_absence_subject,
        &[
            "Abwesenheitsnotiz",
            "Abwesenheitsnotiz: Angebot",
            "Automatische Antwort: Rad",
            "Automatic reply: Bike",
            "Out of Office",
            "Out of Office AutoReply: Bike",
            "Autoreply: x",
            "Auto: Bestellung",
        ],
        &[
            "Urlaub",
            "Abwesenheit am Liefertag",
            "Auto kaputt",
            "Automatische Antwort einrichten",
            "Out of office chairs",
            "Autohaus",
            "Automatisches Tor",
        ],
    );
    let ooo = head(
        "Guten Tag,\nich bin bis zum 10. August nicht im Büro. In dringenden Fällen wenden Sie sich bitte an Herrn Beispiel.\nIhre E-Mail wird nicht weitergeleitet.",
    );
    assert!(is_absence_text("Re: Angebot", &ooo));
    let person = head("Hallo, ich bin ab Montag im Urlaub. Bitte liefern Sie vorher oder nach meiner Rückkehr am 20.\nDanke");
    assert!(!is_absence_text("Lieferung", &person));
    assert!(!is_absence_text("Urlaub", &head("Ich bin vom 3. bis 9. im Urlaub. Ist das Ferienhaus frei? Wohin wenden Sie sich?")));
}

#[test]
fn acknowledgements() {
    all(
        |t| calls_itself_automatic(&head(t)),
        &[
            "Dies ist eine automatisch generierte E-Mail.",
            "Diese Nachricht wurde automatisch erstellt.",
            "*** This is an automated response ***",
            "Text\nThis email was automatically generated.",
        ],
        &["Ich habe eine automatisch generierte E-Mail bekommen.", "Die Tür öffnet automatisch.", "This is a bike."],
    );
    all(
        |t| asks_not_to_answer(&head(t)),
        &["Bitte antworten Sie nicht auf diese E-Mail.", "Please do not reply to this email.", "Bitte nicht auf diese Mail antworten"],
        &["Bitte antworten Sie mir bald.", "Warum antworten Sie nicht?", "Please reply."],
    );
    all(
        |t| acknowledges(&head(t)),
        &[
            "Wir haben Ihre Anfrage erhalten.",
            "Ihre Nachricht ist bei uns eingegangen.",
            "We have received your request.",
            "Your ticket has been created.",
        ],
        &["Haben Sie meine Anfrage erhalten?", "Ich habe Ihre Ware.", "Did you receive my mail?"],
    );
    all(
        is_ticket_subject,
        &["[Ticket#2026030210000123] Rad", "Re: [#12345] Rad", "Ticket 12345: Rad", "[SUP-1234] x"],
        &["Rechnung 12345", "Bestellung RX-8812", "[Newsletter] Rad"],
    );
}

#[test]
fn every_pattern_compiles() {
    for p in [
        &BOUNCE_SUBJECT,
        &DELAY_SUBJECT,
        &BOUNCE_TEXT,
        &DELAY_TEXT,
        &RECEIPT_SUBJECT,
        &RECEIPT_TEXT,
        &ABSENCE_SUBJECT,
        &HOLIDAY_SUBJECT,
        &ABSENT,
        &STAND_IN,
    ] {
        assert!(!p.as_str().is_empty());
    }
    for p in [&FIRM_STAND_IN, &SELF_AUTOMATIC, &DO_NOT_ANSWER, &ACKNOWLEDGES, &TICKET_SUBJECT, &UNSUBSCRIBE] {
        assert!(!p.as_str().is_empty());
    }
}
