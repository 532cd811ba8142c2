use super::*;

fn check(raw: &str, outcome: Option<Outcome>, status: Option<&str>) {
    let ours = |id: &MessageId| id.as_str().ends_with(".v1@firma.example");
    for raw in [raw.to_owned(), raw.replace('\n', "\r\n")] {
        let bounce = read(raw.as_bytes(), &ours);
        assert_eq!(bounce.ours.iter().map(MessageId::as_str).collect::<Vec<_>>(), ["abc.v1@firma.example"], "{raw}");
        assert_eq!((bounce.outcome, bounce.status.as_deref()), (outcome, status), "{raw}");
    }
}

#[test]
fn a_standard_report() {
    check(
        "From: MAILER-DAEMON@mx.example\nSubject: Undelivered Mail\nMIME-Version: 1.0\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\n\nText\n\n--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; anna@example.org\nAction: failed\nStatus: 5.1.1\n\n--b\nContent-Type: message/rfc822\n\nMessage-ID: <abc.v1@firma.example>\nFrom: service@firma.example\n\nText\n--b--\n",
        Some(Outcome::Failed),
        Some("5.1.1"),
    );
    check(
        "From: MAILER-DAEMON@mx.example\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: message/delivery-status\n\nX: y\n\nAction: delayed\nStatus: 4.4.1\n\n--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: <abc.v1@firma.example>\n\n--b--\n",
        Some(Outcome::Delayed),
        Some("4.4.1"),
    );
}

#[test]
fn text_forms() {
    check(
        "From: MAILER-DAEMON@qmail.example\nSubject: failure notice\n\nHi. This is the qmail-send program at qmail.example.\nI'm afraid I wasn't able to deliver your message.\n\n<anna@example.org>:\n550 5.1.1 User unknown\n\n--- Below this line is a copy of the message.\n\nReturn-Path: <service@firma.example>\nMessage-ID: <abc.v1@firma.example>\n",
        Some(Outcome::Failed),
        Some("5.1.1"),
    );
    check(
        "From: Mail Delivery System <Mailer-Daemon@exim.example>\nSubject: Warning: message 1abc delayed 24 hours\nReferences: <abc.v1@firma.example>\n\nThis message was created automatically by mail delivery software.\nA message that you sent has not yet been delivered.\n",
        Some(Outcome::Delayed),
        None,
    );
}

#[test]
fn foreign_ids_are_not_ours() {
    let bounce = read(b"From: a@b.de\nIn-Reply-To: <x@evil.example>\n\n<y@evil.example>", &|_| false);
    assert_eq!(bounce.ours, []);
}
