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
    matches!(screened("From: anna@example.org\r\n", body), Screened::Withdrawal { .. })
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

/// what cannot be laid to one writer's account is a person's; a list or a form in between swallows no keyword.
#[test]
fn r019_no_withdrawal_is_swallowed() {
    let unsigned = screened("From: \"anna muster\"@example.org\r\n", "KI NEIN");
    assert!(matches!(&unsigned, Screened::Candidate(f) if f.iter().any(|f| f.rule == "withdrawal.ki_nein")), "{unsigned:?}");
    let several = screened("From: other@example.net, anna@example.org\r\n", "KI NEIN");
    assert!(matches!(&several, Screened::Candidate(f) if f.iter().any(|f| f.rule == "withdrawal.ki_nein")), "{several:?}");
    for header in ["List-Unsubscribe: <mailto:x@example.org>", "Precedence: bulk", "List-Id: <a.example.org>"] {
        let seen = screened(&format!("From: anna@example.org\r\n{header}\r\n"), "KI NEIN");
        assert!(matches!(seen, Screened::Withdrawal { .. }), "{header} {seen:?}");
    }
}

/// A customer may write the words of a machine; only their mail asks something.
#[test]
fn words_of_a_machine_in_a_question_are_a_persons() {
    let with_subject = |subject: &str, body: &str| {
        let raw = format!(
            "From: anna@example.org\r\nTo: service@firma.example\r\nSubject: {subject}\r\nMessage-ID: <a@example.org>\r\n\r\n{body}\r\n"
        );
        let message = parse(raw.as_bytes(), &[]).unwrap();
        screen(&Arrived { message: &message, authentication: Authentication::None, truncated: false })
    };
    for (subject, body) in [
        ("Zustellung fehlgeschlagen", "Die Zustellung meines Pakets ist fehlgeschlagen. Wann kommt es?"),
        ("Out of office", "I am out of the office until Monday, can you deliver later?"),
    ] {
        let seen = with_subject(subject, body);
        let doubtful = |findings: &[HandOver]| findings.iter().any(|finding| finding.rule == "automatic.doubtful");
        assert!(matches!(&seen, Screened::Candidate(findings) if doubtful(findings)), "{subject} {seen:?}");
    }
    let rule = |from: &str| {
        let raw =
            format!("From: {from}\r\nTo: service@firma.example\r\nSubject: Anfrage\r\nMessage-ID: <a@example.org>\r\n\r\nWie lange?\r\n");
        let message = parse(raw.as_bytes(), &[]).unwrap();
        screen(&Arrived { message: &message, authentication: Authentication::None, truncated: false })
    };
    let doubtful = Screened::Candidate(vec![HandOver::new(Reason::Ambiguous, "automatic.doubtful")]);
    assert_eq!(rule("Konrad Automat <automat@example.org>"), doubtful);
    assert_eq!(rule("root@example.org"), doubtful);
    assert_eq!(rule("no-reply@example.org"), Screened::Ignore("automatic.no_reply".to_owned()));
    let absent = with_subject("Out of office", "I am out of the office until Monday and will answer then.");
    assert_eq!(absent, Screened::Ignore("automatic.auto_reply".to_owned()));
}

fn finding(headers: &str) -> Vec<String> {
    match screened(headers, "Wie lange dauert das?") {
        Screened::Candidate(findings) => findings.into_iter().map(|finding| finding.rule).collect(),
        Screened::Ignore(rule) => vec![rule],
        Screened::Withdrawal { rule, .. } => vec![rule.to_owned()],
    }
}

/// who is answered is the one writer in From, or nobody before a person has looked.
#[test]
fn r124_only_one_plain_writer_is_answered() {
    assert!(finding("From: Anna <anna@example.org>\r\n").is_empty());
    assert_eq!(finding("From: anna@example.org, evil@example.net\r\n"), ["mail.several_senders"]);
    for headers in [
        "From: \"x y\"@evil.example, anna@example.org\r\n",
        "From: a%b@evil.example, Anna <anna@example.org>\r\n",
        "From: mallory, anna@example.org\r\n",
        "From: mallory@evil.example\rFrom: anna@example.org\r\n",
    ] {
        let rules = finding(headers);
        assert!(rules.iter().any(|rule| rule == "mail.several_senders" || rule == "mail.no_sender"), "{headers:?} {rules:?}");
    }
    for reply_to in ["\"x y\"@evil.example", "=?utf-8?q?mallory=40evil.example?=", "evil@example.net\r\nReply-To: anna@example.org"] {
        let rules = finding(&format!("From: anna@example.org\r\nReply-To: {reply_to}\r\n"));
        assert!(rules.iter().any(|rule| rule == "mail.reply_to_differs"), "{reply_to} {rules:?}");
    }
    assert_eq!(finding("From: undisclosed\r\nSender: anna@example.org\r\n"), ["mail.no_sender"]);
    assert_eq!(finding("From: anna@example.org\r\nReply-To: evil@example.net\r\n"), ["mail.reply_to_differs"]);
    assert_eq!(finding("From: k@b\u{fc}ro.example\r\n"), ["mail.sender_address_unusual"]);
}
