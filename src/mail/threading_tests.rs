use super::*;
use crate::mail::parse::parse;

#[test]
fn prefixes_are_stripped() {
    for (subject, base, reply, forward) in [
        ("Re: AW: Rad", "Rad", true, false),
        ("WG: Rad", "Rad", false, true),
        ("RE[2]: Rad", "Rad", true, false),
        ("Antwort: [#A1B2] Rad", "Rad", true, false),
        ("[EXTERN] Fwd: Re: Rad", "Rad", true, true),
        ("SV: Rad", "Rad", true, false),
        ("Rechnung: 12", "Rechnung: 12", false, false),
        ("Reifen", "Reifen", false, false),
        ("", "", false, false),
    ] {
        let s = strip(subject);
        assert_eq!((s.base, s.reply, s.forward), (base, reply, forward), "{subject}");
    }
    assert_eq!(subject_key("AW:  Mein   RAD"), "mein rad");
    assert!(is_forward_subject("WG: AW: Rad") && !is_forward_subject("AW: WG: Rad"));
}

fn mail(extra: &str, subject: &str) -> Message {
    parse(format!("From: anna@example.org\nMessage-ID: <n@x>\nSubject: {subject}\n{extra}\n\nText").as_bytes(), &[]).unwrap()
}

#[test]
fn f07_references_then_tokens_then_subject_among_participants() {
    let anna = [EmailAddress::parse("anna@example.org").unwrap()];
    let bob = [EmailAddress::parse("bob@example.org").unwrap()];
    let id = |t: &str| MessageId::parse(t).unwrap();
    let (first, second) = ([id("a@x")], [id("b@x")]);
    let token = ["T1".to_owned()];
    let known = [
        Known { id: 1, message_ids: &first, tokens: &[], subject_key: "rad", participants: &bob },
        Known { id: 2, message_ids: &second, tokens: &token, subject_key: "helm", participants: &anna },
    ];
    let find = |m: &Message, t: &[String]| conversation_of(m, t, &known);
    assert_eq!(find(&mail("References: <q@x> <a@x>", "neu"), &[]), Some((1, Basis::Reference)));
    assert_eq!(find(&mail("References: <q@x>", "neu"), &token), Some((2, Basis::Token)));
    assert_eq!(find(&mail("X: y", "Re: Helm"), &[]), Some((2, Basis::Subject)));
    assert_eq!(find(&mail("X: y", "Re: Rad"), &[]), None, "Bob's thread is not Anna's");
    assert_eq!(find(&mail("X: y", "Helm"), &[]), None, "a new mail is a new matter");
}

#[test]
fn references_newest_first_and_bounded() {
    let many: String = (0..300).map(|n| format!(" <{n}@x>")).collect();
    let ids = references_of(&mail(&format!("In-Reply-To: <p@x>\nReferences:{many}"), "x"));
    assert_eq!(ids.first().map(MessageId::as_str), Some("p@x"));
    assert_eq!(ids.len(), 50);
}
