use super::*;
use crate::mail::parse::parse;

fn screened(headers: &str, body: &str) -> Screened {
    let raw = format!(
        "{headers}To: service@firma.example\r\nSubject: Anfrage\r\nMessage-ID: <a@example.org>\r\nDate: Mon, 2 Mar 2026 09:14:00 +0100\r\n\r\n{body}\r\n"
    );
    let message = parse(raw.as_bytes(), &[]).unwrap();
    screen(&Arrived { message: &message, authentication: Authentication::None, truncated: false })
}

fn is_withdrawal(body: &str) -> bool {
    matches!(screened("From: anna@example.org\r\n", body), Screened::Withdrawal(_))
}

/// A consent is taken back in one's own words, wrapped or not; a question about it takes nothing back.
#[test]
fn a_withdrawal_is_seen_in_its_own_words() {
    for body in [
        "KI NEIN",
        "Guten Tag,\r\n\r\nKI Stopp!\r\n",
        "Ich widerrufe meine Einwilligung in die Bearbeitung mit KI.",
        "Hiermit widerrufe ich meine Einwilligung sowie alle Zusagen.",
        "hiermit widerrufe ich die Ihnen, wie besprochen, von mir erteilte\r\nEinwilligung so bald wie m\u{f6}glich",
        "Ich ziehe mein Einverst\u{e4}ndnis zur\u{fc}ck.",
        "I withdraw my consent. Please show me how it was stored.",
    ] {
        assert!(is_withdrawal(body), "{body}");
    }
    for body in [
        "Wie kann ich meine Einwilligung widerrufen?",
        "Hiermit widerrufe ich meinen Kaufvertrag.",
        "Ich beziehe mich auf meine Einwilligung vom M\u{e4}rz.",
        "Wie lange dauert die Lieferung?",
    ] {
        assert!(!is_withdrawal(body), "{body}");
    }
}

fn finding(headers: &str) -> Vec<String> {
    match screened(headers, "Wie lange dauert das?") {
        Screened::Candidate(findings) => findings.into_iter().map(|finding| finding.rule).collect(),
        Screened::Ignore(rule) => vec![rule],
        Screened::Withdrawal(rule) => vec![rule.to_owned()],
    }
}

/// who is answered is the one writer in From, or nobody before a person has looked.
#[test]
fn r124_only_one_plain_writer_is_answered() {
    assert!(finding("From: Anna <anna@example.org>\r\n").is_empty());
    assert_eq!(finding("From: anna@example.org, evil@example.net\r\n"), ["mail.several_senders"]);
    assert_eq!(finding("From: undisclosed\r\nSender: anna@example.org\r\n"), ["mail.no_sender"]);
    assert_eq!(finding("From: anna@example.org\r\nReply-To: evil@example.net\r\n"), ["mail.reply_to_differs"]);
    assert_eq!(finding("From: k@b\u{fc}ro.example\r\n"), ["mail.sender_address_unusual"]);
}
