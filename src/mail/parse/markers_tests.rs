use super::*;

fn intro(text: &str, quoted: bool) -> Option<(usize, bool)> {
    let lines: Vec<&str> = text.lines().collect();
    introduction(&lines, |_| quoted).map(|i| (i.lines, i.certain))
}

#[test]
fn introductions_of_mail_programs() {
    for (text, lines) in [
        ("Am Mo., 2. März 2026 um 09:14 Uhr schrieb Anna Muster <anna@example.org>:", 1),
        ("Am 02.03.26 um 09:14 schrieb Anna:", 1),
        ("Am 02.03.2026 um 09:14 schrieb Anna Muster <anna@example.org>:", 1),
        ("Am Montag, 2. März 2026, 09:14:03 CET schrieb Anna Muster:", 1),
        ("Anna Muster <anna@example.org> schrieb am 9:14 Montag, 2.März 2026:", 1),
        ("Am Montag, 2. März 2026 um 09:14:00 MEZ hat Anna Muster <anna@example.org> Folgendes geschrieben:", 1),
        ("Anna Muster <anna@example.org> schrieb am Mo., 2. März 2026,\n09:14:", 2),
        ("On Mon, Mar 2, 2026 at 9:14 AM Anna Muster <anna@example.org>\nwrote:", 2),
        ("On Mon, Mar 2, 2026 at 9:14 AM\nAnna Muster\n<anna@example.org> wrote:", 3),
        ("2026-03-02 9:14 GMT+01:00 Anna Muster <anna@example.org>:", 1),
        ("Le lun. 2 mars 2026 à 09:14, Anna Muster <anna@example.org> a écrit :", 1),
        ("On Monday, March 2nd, 2026 at 9:14 AM, Anna Muster <anna@example.org> wrote:", 1),
        ("El lun, 2 mar 2026 a las 9:14, Anna (<anna@example.org>) escribió:", 1),
    ] {
        assert_eq!(intro(text, false), Some((lines, true)), "{text}");
    }
    assert_eq!(intro("Anna Muster wrote:", true), Some((1, false)));
    assert_eq!(intro("On 3/2/26, Anna wrote:", true), Some((1, false)));
}

#[test]
fn prose_is_no_introduction() {
    for text in [
        "On the other hand he wrote:",
        "Am 3. März habe ich bestellt.",
        "Am Montag schrieb mir Ihr Kollege:",
        "Ihr Kollege schrieb:",
        "On Monday I received the parcel, see below:",
        "Anna Muster wrote:",
    ] {
        assert_eq!(intro(text, false), None, "{text}");
    }
}

#[test]
fn header_blocks() {
    let block = |text: &str| header_block(&text.lines().collect::<Vec<_>>());
    assert_eq!(
        block("Von: Anna Muster <anna@example.org>\nGesendet: Montag, 2. März 2026 09:14\nAn: Service\nBetreff: Rad\n\nText"),
        Some(4)
    );
    assert_eq!(
        block(
            "________________________________\nFrom: Anna\nSent: Monday, March 2, 2026 9:14 AM\nTo: Service; a@b.de;\n c@d.de\nSubject: Rad\nText"
        ),
        Some(6)
    );
    assert_eq!(block("*Von:* Anna\n*Datum:* 2. März 2026\n*An:* x@y.de\n*Betreff:* z"), Some(4));
    assert_eq!(block("Gesendet: Montag, 02. März 2026 um 09:14 Uhr\nVon: \"Anna\" <a@b.de>\nAn: c@d.de\nBetreff: x"), Some(4));
    for none in ["Von: Berlin\nNach: Hamburg\nDatum: 3.3.2026", "Von: Anna <a@b.de>\nBetreff: Frage\n\nNachricht", "An: alle\nBetreff: x"] {
        assert_eq!(block(none), None, "{none}");
    }
}

#[test]
fn forwards_and_originals() {
    for line in [
        "---------- Forwarded message ---------",
        "-------- Weitergeleitete Nachricht --------",
        "Anfang der weitergeleiteten Nachricht:",
        "Begin forwarded message:",
    ] {
        assert!(is_forward(line), "{line}");
    }
    for line in [
        "-----Ursprüngliche Nachricht-----",
        "-----Original Message-----",
        "-------- Original-Nachricht --------",
        "‐‐‐‐‐‐‐ Original Message ‐‐‐‐‐‐‐",
        "##- Please type your reply above this line -##",
    ] {
        assert!(is_original(line), "{line}");
    }
    for line in ["The original message was lost", "Die weitergeleitete Nachricht kam nicht an", "-----"] {
        assert!(!is_forward(line) && !is_original(line), "{line}");
    }
}

#[test]
fn every_pattern_compiles() {
    for pattern in [&ADDRESS, &TIME, &DAY, &OPENING, &VERB, &OLD_GMAIL, &ENDING, &FORWARD, &ORIGINAL, &DASHED, &ABOVE_LINE] {
        assert!(!pattern.as_str().is_empty());
    }
}
