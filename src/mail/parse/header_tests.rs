use super::*;

#[test]
fn unfolds_and_keeps_order() {
    for raw in ["A: 1\nSubject: x\n  y\nA: 2\n\nB: no", "A: 1\r\nSubject: x\r\n  y\r\nA: 2\r\n\r\nB: no"] {
        let h = Headers::read(raw.as_bytes());
        assert_eq!(h.first("subject"), Some("x y"));
        assert_eq!(h.all("a").collect::<Vec<_>>(), ["1", "2"]);
        assert!(!h.has("b"));
    }
}

#[test]
fn raw_latin1_becomes_utf8() {
    let (fixed, repaired) = repair(b"Subject: Gr\xfc\xdfe \x80\n\nbody \xff");
    assert!(repaired);
    assert_eq!(Headers::read(&fixed).first("subject"), Some("Grüße €"));
    assert!(fixed.ends_with(b"body \xff"));
}

#[test]
fn ids_with_and_without_brackets() {
    let ids = |v: &str| message_ids(v).iter().map(|i| i.as_str().to_owned()).collect::<Vec<_>>();
    assert_eq!(ids("<a@b> (comment) <c\td@e>"), ["a@b", "cd@e"]);
    assert_eq!(ids("a@b"), ["a@b"]);
    assert_eq!(ids("Your message of Monday"), [] as [&str; 0]);
    assert_eq!(ids("<a@b><a@b>"), ["a@b"]);
}
