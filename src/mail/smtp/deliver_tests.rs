use super::*;

#[test]
fn only_a_clean_mail_can_be_sent() {
    let long = format!("{}\r\n", "x".repeat(999));
    for (raw, expected) in [
        ("a\r\n.\r\n", Ok(3 + 1)),
        ("a\r\n", Ok(1)),
        ("a", Err(Unsendable::LineEnd)),
        ("a\n\r\n", Err(Unsendable::LineEnd)),
        ("a\rb\r\n", Err(Unsendable::LineEnd)),
        ("a\n.\r\nMAIL FROM:<x@y>\r\n", Err(Unsendable::LineEnd)),
        ("a\r\r\n", Err(Unsendable::LineEnd)),
        ("ü\r\n", Err(Unsendable::NotAscii)),
        ("", Err(Unsendable::LineEnd)),
        (long.as_str(), Err(Unsendable::LineLength)),
    ] {
        assert_eq!(body_of(raw.as_bytes()).map(<[u8]>::len), expected, "{raw:?}");
    }
}

#[test]
fn the_announced_size_is_read() {
    for (heard, expected) in [
        ("220 x\r\n250-x\r\n250-SIZE 1000\r\n250 HELP\r\n", Some(1000)),
        ("250-x\r\n250 size 7\r\n", Some(7)),
        ("250-x\r\n250 SIZE\r\n", Some(0)),
        ("250-SIZEABLE\r\n250 HELP\r\n", None),
        ("", None),
    ] {
        assert_eq!(announced_size(heard), expected, "{heard:?}");
    }
}

#[test]
fn the_enhanced_code_is_read() {
    for (text, expected) in [
        ("5.5.0 Error", Some((5, 5, 0))),
        ("4.7.1 greylisted", Some((4, 7, 1))),
        ("5.1", None),
        ("9.1.1 x", None),
        ("no such user", None),
        ("", None),
    ] {
        assert_eq!(Refusal::read(550, text).enhanced, expected, "{text}");
    }
    assert!(Refusal::read(550, "5.5.0 x").is_spurious_permanent() && !Refusal::read(550, "5.5.1 x").is_spurious_permanent());
}
