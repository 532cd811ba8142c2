use super::*;

fn visible(text: &str) -> String {
    segment(text, &[], &Context::default()).visible
}

fn check(text: &str, expected: &str) {
    assert_eq!(visible(text), expected, "{text}");
    let spans = segment(text, &[], &Context::default()).spans;
    assert_eq!(spans.first().map(|s| s.start), Some(0));
    assert_eq!(spans.last().map(|s| s.end), Some(text.len()));
    assert!(spans.windows(2).all(|w| w[0].end == w[1].start && w[0].kind != w[1].kind));
}

#[test]
fn quotes_go() {
    check("Ja, gern.\n\nAm 02.03.26 um 09:14 schrieb Anna:\n> Passt Montag?\n> Anna", "Ja, gern.");
    check("Ja, gern.\n\nAm Mo., 2. März 2026 um 09:14 Uhr schrieb Anna <a@example.org>:\nPasst Montag?", "Ja, gern.");
    check("Ja.\n\nVon: Service\nGesendet: Montag, 2. März 2026 09:14\nAn: Anna\nBetreff: Rad\n\nPasst Montag?", "Ja.");
    check("Ja.\n\n-----Ursprüngliche Nachricht-----\nVon: Service\nText", "Ja.");
    check("Ja.\n\n> > älter\n> neu\n", "Ja.");
}

#[test]
fn answers_between_quotes_stay() {
    check(
        "Hallo,\n\nAm 02.03.26 um 09:14 schrieb Anna:\n> Passt Montag?\n\nJa.\n\n> Und Dienstag?\n\nNein.\n\nViele Grüße\nBob",
        "Hallo,\n\nJa.\n\nNein.",
    );
}

#[test]
fn signatures_and_disclaimers_go() {
    check("Hallo,\nwo ist es?\n\nViele Grüße\nAnna", "Hallo,\nwo ist es?");
    check("Text.\n\nMfG\nAnna\n\nP.S. Bitte anrufen.", "Text.\n\nP.S. Bitte anrufen.");
    check("Text.\n\nDiese E-Mail enthält vertrauliche Informationen.", "Text.");
    check("Text.\n\nVon meinem iPhone gesendet\n\nAm 02.03.2026 um 09:14 schrieb Anna <a@b.de>:\n\n> x", "Text.");
}

#[test]
fn a_pure_forward_has_no_own_text() {
    let s = segment("---------- Forwarded message ---------\nVon: Anna <a@b.de>\n\nText", &[], &Context::default());
    assert_eq!((s.visible.as_str(), s.spans.len(), s.spans[0].kind), ("", 1, SpanKind::Forwarded));
    let forwarded = Context { forwarded: true, ..Context::default() };
    let s = segment("Bitte erledigen.\n\nVon: Anna <a@b.de>\nGesendet: 2.3.2026 09:14\nAn: x\nBetreff: y\n\nText", &[], &forwarded);
    assert_eq!(s.visible, "Bitte erledigen.");
    assert_eq!(s.spans.last().map(|s| s.kind), Some(SpanKind::Forwarded));
}

#[test]
fn kinds_in_order() {
    let s = segment("Ja.\n\nMfG\nA\n\nDiese E-Mail ist vertraulich.\n\nAm 02.03.26 um 09:14 schrieb Anna:\n> x", &[], &Context::default());
    let kinds: Vec<SpanKind> = s.spans.iter().map(|s| s.kind).collect();
    assert_eq!(kinds, [SpanKind::Reply, SpanKind::Signature, SpanKind::Disclaimer, SpanKind::QuoteHeader, SpanKind::Quote]);
}

#[test]
fn an_empty_text_has_no_span() {
    assert_eq!(segment("", &[], &Context::default()).spans, []);
}
