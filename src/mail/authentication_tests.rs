use super::*;

const OURS: &str = "mx.firma.example";

fn check(headers: &str, expected: Authentication) {
    let from = EmailAddress::parse("anna@mail.example.org").unwrap();
    for raw in [headers.to_owned(), headers.replace('\n', "\r\n")] {
        let raw = format!("{raw}From: anna@mail.example.org\n\nText");
        assert_eq!(evaluate(raw.as_bytes(), &[OURS.to_owned()], Some(&from)), expected, "{headers}");
    }
}

#[test]
fn r119_trusted_results_are_read() {
    check("Authentication-Results: mx.firma.example; dmarc=pass header.from=mail.example.org\n", Authentication::Pass);
    check(
        "Authentication-Results: mx.firma.example;\n dkim=pass (2048-bit key; secure) header.d=example.org header.i=@example.org;\n spf=fail smtp.mailfrom=other.example\n",
        Authentication::Pass,
    );
    check("Authentication-Results: MX.Firma.Example 1; spf=pass smtp.mailfrom=x@example.org\n", Authentication::Pass);
    check(
        "Authentication-Results: mx.firma.example; dmarc=fail header.from=mail.example.org; dkim=pass header.d=example.org\n",
        Authentication::Fail,
    );
    check(
        "Authentication-Results: mx.firma.example; dkim=fail header.d=example.org; spf=softfail smtp.mailfrom=example.org\n",
        Authentication::Fail,
    );
    check(
        "Authentication-Results: mx.firma.example; dkim=pass header.d=mailer.example; spf=pass smtp.mailfrom=mailer.example\n",
        Authentication::None,
    );
    check("Authentication-Results: mx.firma.example; none\n", Authentication::None);
    check("Authentication-Results: mx.firma.example; dmarc=none; spf=pass smtp.mailfrom=mail.example.org\n", Authentication::Pass);
    check("", Authentication::None);
    // One field for each check, blanks and comments where the RFC allows them, and a server that has read another writer.
    check(
        "Authentication-Results: mx.firma.example; dkim=none\nAuthentication-Results: mx.firma.example; dmarc=fail header.from=example.org\n",
        Authentication::Fail,
    );
    check("Authentication-Results: mx.firma.example; dmarc (a) = fail (b) header.from = example.org\n", Authentication::Fail);
    check("Authentication-Results: mx.firma.example; dmarc=pass header.from=evil.example\n", Authentication::Fail);
}

#[test]
fn r119_results_from_outside_are_ignored() {
    check("Authentication-Results: evil.example; dmarc=pass header.from=mail.example.org\n", Authentication::None);
    check(
        "Received: from evil.example by relay.evil.example; Mon, 2 Mar 2026 09:14:00 +0100\nAuthentication-Results: mx.firma.example; dmarc=pass header.from=mail.example.org\n",
        Authentication::None,
    );
    check(
        "Received: from x by imap.firma.example with LMTP; Mon\nAuthentication-Results: mx.firma.example; dmarc=fail\nReceived: from evil by mx.firma.example; Mon\nAuthentication-Results: mx.firma.example; dmarc=pass\n",
        Authentication::Fail,
    );
    check("Authentication-Results: evil.example (mx.firma.example; dmarc=pass); dmarc=pass\n", Authentication::None);
    check("X-Authentication-Results: mx.firma.example; dmarc=pass\n", Authentication::None);
    check("From: boss@firma.example\nAuthentication-Results: mx.firma.example; dmarc=pass\n", Authentication::Fail);
}

#[test]
fn r119_without_a_sender_or_a_trusted_server_there_is_no_result() {
    let raw = b"Authentication-Results: mx.firma.example; dmarc=pass\nFrom: a@b.de\n\n";
    let from = EmailAddress::parse("a@b.de").unwrap();
    assert_eq!(evaluate(raw, &[], Some(&from)), Authentication::None);
    assert_eq!(evaluate(raw, &[OURS.to_owned()], None), Authentication::None);
}

#[test]
fn organisational_domains() {
    for (domain, expected) in [
        ("a.b.example.org", "example.org"),
        ("shop.example.co.uk", "example.co.uk"),
        ("example.de", "example.de"),
        ("x.firma.onmicrosoft.com", "firma.onmicrosoft.com"),
        ("localhost", "localhost"),
    ] {
        assert_eq!(organisational_domain(domain), expected);
    }
    assert!(!aligned("evil.co.uk", "example.co.uk"));
}
