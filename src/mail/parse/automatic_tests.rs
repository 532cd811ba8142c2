use crate::domain::EmailAddress;
use crate::domain::message::AutomaticKind as Kind;
use crate::mail::parse::parse;

fn kind(header: &str, body: &str) -> Option<Kind> {
    let own = [EmailAddress::parse("service@firma.example").unwrap()];
    let from = if header.contains("From:") { "" } else { "From: Anna Muster <anna@example.org>\n" };
    parse(format!("{from}To: service@firma.example\n{header}\n\n{body}").as_bytes(), &own).unwrap().automatic.map(|a| a.kind)
}

fn check(header: &str, body: &str, expected: Option<Kind>) {
    assert_eq!(kind(header, body), expected, "{header}\n\n{body}");
}

#[test]
fn r017_bounces_and_delays() {
    check(
        "From: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail Returned to Sender",
        "This is the mail system at host mx.example.",
        Some(Kind::Bounce),
    );
    check("From: Mail Delivery System <x@mx.example>\nSubject: Delivery", "550 5.1.1 user unknown", Some(Kind::Bounce));
    check(
        "From: postmaster@t-online.de\nSubject: Nachricht nicht zustellbar",
        "Ihre Nachricht konnte nicht zugestellt werden.",
        Some(Kind::Bounce),
    );
    check(
        "Return-Path: <>\nFrom: postmaster@exchange.example\nSubject: Unzustellbar: Angebot",
        "Fehler bei der Zustellung an folgende Empfänger",
        Some(Kind::Bounce),
    );
    check(
        "X-Failed-Recipients: a@b.de\nFrom: robot@exim.example\nSubject: Mail delivery failed: returning message to sender",
        "A message",
        Some(Kind::Bounce),
    );
    check(
        "From: MAILER-DAEMON@mx.example\nSubject: Warning: message 1abc delayed 24 hours",
        "has not yet been delivered",
        Some(Kind::Delayed),
    );
    check("From: postmaster@exchange.example\nSubject: Zustellung verzögert: Angebot", "wird weiterhin versucht", Some(Kind::Delayed));
    for (action, expected) in [("failed", Kind::Bounce), ("delayed", Kind::Delayed), ("relayed", Kind::Receipt)] {
        check(
            "From: postmaster@mx.example\nSubject: x\nContent-Type: multipart/report; report-type=delivery-status; boundary=b",
            &format!("--b\n\nText\n--b\nContent-Type: message/delivery-status\n\nX: y\n\nAction: {action}\nStatus: 0.0.0\n--b--"),
            Some(expected),
        );
    }
}

#[test]
fn r017_receipts_and_calendars() {
    check(
        "Subject: Gelesen: Angebot",
        "Ihre Nachricht\n\nAn: Service\nBetreff: Angebot\n\nwurde am 2. März 2026 gelesen.",
        Some(Kind::Receipt),
    );
    check("Subject: Lesebestätigung: Angebot", "Dies ist eine Lesebestätigung.", Some(Kind::Receipt));
    check("Subject: Read: Offer", "Your message\n\nTo: x\n\nwas read on Monday.", Some(Kind::Receipt));
    check(
        "Subject: x\nContent-Type: multipart/report; report-type=disposition-notification; boundary=b",
        "--b\n\nText\n--b--",
        Some(Kind::Receipt),
    );
    check(
        "Subject: Termin\nContent-Type: text/calendar; method=REQUEST",
        "BEGIN:VCALENDAR\nMETHOD:REQUEST\nEND:VCALENDAR",
        Some(Kind::Calendar),
    );
    check("Subject: Read: my question", "I have read: the manual. What now?", None);
}

#[test]
fn r017_own_addresses_come_before_other_signs() {
    check("From: Service <SERVICE@firma.example>\nAuto-Submitted: auto-replied\nSubject: x", "Text", Some(Kind::Own));
    check("Reply-To: service@firma.example\nSubject: x", "Text", Some(Kind::Own));
}

#[test]
fn r017_auto_replies() {
    for header in [
        "Auto-Submitted: auto-replied",
        "Auto-Submitted: auto-replied (vacation)",
        "X-Autoreply: yes",
        "X-Autorespond: 1",
        "Precedence: auto_reply",
        "Subject: Abwesenheitsnotiz",
        "Subject: Automatische Antwort: Ihr Angebot",
        "Subject: Automatic reply: Offer",
        "Subject: Out of Office: Offer",
        "Subject: Autoreply: Offer",
        "X-Auto-Response-Suppress: All\nX-MS-Exchange-Inbox-Rules-Loop: anna@example.org\nSubject: x",
    ] {
        check(header, "Ich bin nicht da. JA KI 7QX4", Some(Kind::AutoReply));
    }
    let away = "Guten Tag,\nich bin bis 10. August nicht im Büro. In dringenden Fällen wenden Sie sich bitte an die Zentrale.\nIhre Nachricht wird nicht weitergeleitet.";
    check("Subject: Re: Angebot", away, Some(Kind::AutoReply));
    check(
        "Subject: Urlaub",
        "I am out of the office until Monday. For urgent matters please contact Bob. I will reply on my return.",
        Some(Kind::AutoReply),
    );
    check(
        "Subject: [Ticket#2026030210000123] Rad\nX-OTRS-Loop: yes",
        "Wir haben Ihre Anfrage erhalten. Ihre Ticketnummer ist 2026030210000123.",
        Some(Kind::AutoReply),
    );
    check(
        "From: Support <support@shop.example>\nIn-Reply-To: <a@b>\nSubject: Re: Rad",
        "Dies ist eine automatische Eingangsbestätigung. Ihre Nachricht ist bei uns eingegangen.",
        Some(Kind::AutoReply),
    );
    check(
        "From: noreply@desk.example\nSubject: [#12345] Bike",
        "We have received your request. A ticket has been created.",
        Some(Kind::AutoReply),
    );
}

#[test]
fn r017_lists_bulk_and_machines() {
    check(
        "List-Id: <l.example.org>\nList-Post: <mailto:l@example.org>\nList-Unsubscribe: <mailto:x@y.z>\nPrecedence: bulk",
        "Hi",
        Some(Kind::MailingList),
    );
    check("Precedence: list", "Hi", Some(Kind::MailingList));
    check("List-Unsubscribe: <https://n.example/u>", "Angebote", Some(Kind::Bulk));
    check("Precedence: bulk", "Angebote", Some(Kind::Bulk));
    check("Subject: Angebote", "Neu!\n\nNewsletter abbestellen: https://n.example/u", Some(Kind::Bulk));
    check("From: no-reply@shop.example\nSubject: Ihre Bestellung", "Danke für Ihren Einkauf.", Some(Kind::NoReply));
    check("Auto-Submitted: auto-generated", "Backup done", Some(Kind::NoReply));
    check("From: root@server.example\nSubject: Cron", "ok", Some(Kind::NoReply));
    check(
        "From: Shop <shop@shop.example>\nSubject: Ihre Bestellung",
        "Versandt.\n\nDiese E-Mail wurde automatisch erstellt. Bitte antworten Sie nicht auf diese E-Mail.",
        Some(Kind::NoReply),
    );
}

#[test]
fn people_are_people() {
    for (header, body) in [
        ("Subject: Urlaub", "Hallo, ich bin vom 3. bis 9. Mai im Urlaub. Ist das Ferienhaus dann frei?"),
        ("Subject: Abwesenheit am Liefertag", "Hallo, am Montag bin ich nicht zu Hause. Bitte liefern Sie am Dienstag."),
        ("Subject: Lieferung", "Ich bin ab Montag nicht im Büro, bitte liefern Sie vorher."),
        ("Subject: AW: Automatische Antwort: Rad", "Danke für die Info, dann melde ich mich nächste Woche."),
        ("Subject: Re: Undelivered Mail Returned to Sender", "Kannst Du mir die Mail noch einmal schicken?"),
        (
            "Subject: Fwd: Undelivered Mail Returned to Sender",
            "Das kam zurück, was ist da los?\n\n---------- Forwarded message ---------\nFrom: MAILER-DAEMON@x.example\n\nThis is the mail system. User unknown.",
        ),
        ("Auto-Submitted: no\nSubject: Frage", "Wo ist mein Paket?"),
        ("X-Auto-Response-Suppress: All\nSubject: Frage", "Wo ist mein Paket?"),
        ("X-Auto-Response-Suppress: DR, OOF, AutoReply\nSubject: Frage", "Wo ist mein Paket?"),
        ("Subject: Paket nicht zustellbar", "Laut DHL ist das Paket nicht zustellbar. Was nun?"),
        ("Subject: Newsletter", "Bitte melden Sie mich vom Newsletter ab."),
        (
            "In-Reply-To: <n@shop>\nSubject: Re: Angebote",
            "Bitte abmelden!\n\nAm 02.03.26 um 09:14 schrieb Shop:\n> Newsletter abbestellen: https://n.example/u",
        ),
        (
            "Subject: Frage",
            "Ich habe eine automatisch generierte E-Mail bekommen, in der steht, dass ich nicht antworten soll. Stimmt das?",
        ),
        (
            "From: WordPress <wordpress@firma-web.example>\nReply-To: anna@example.org\nSubject: Kontaktformular",
            "Name: Anna\nNachricht: Wo ist mein Paket?\n\nDiese E-Mail wurde automatisch vom Kontaktformular erzeugt.",
        ),
        ("From: no-reply@form.example\nReply-To: anna@example.org\nSubject: Kontakt", "Wo ist mein Paket?"),
        ("From: postmaster@kunde.example\nSubject: Frage", "Wo ist mein Paket?"),
        ("Precedence: normal\nSubject: x", "Wo ist mein Paket?"),
        ("Subject: Delivery", "When will you deliver? The last parcel could not be delivered."),
        ("Subject: Ticket 12345", "Haben Sie meine Anfrage erhalten? Ich warte auf Antwort."),
        ("Subject: Geschlossen?", "Ist Ihr Geschäft am Samstag geschlossen?"),
        ("Return-Path: <>\nSubject: Frage", "Wo ist mein Paket?"),
        ("Content-Type: text/plain; charset=utf-8\nSubject: Termin", "Können wir einen Termin machen?"),
    ] {
        check(header, body, None);
    }
}
