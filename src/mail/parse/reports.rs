//! Machine-readable reports: delivery status (RFC 3464), disposition notification (RFC 8098).
//!
//! Never: a judgement of free text (see `notices`).

use crate::mail::parse::body::Report;

/// What happened to a mail of ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Outcome {
    Delivered,
    Delayed,
    Failed,
}

/// Worst outcome of all recipients and its enhanced status code (RFC 3463), such as `5.1.1`.
pub fn delivery(reports: &[Report]) -> Option<(Outcome, Option<String>)> {
    reports
        .iter()
        .filter(|r| r.media_type.ends_with("delivery-status"))
        .flat_map(|r| recipients(&r.text))
        .max_by_key(|(outcome, _)| *outcome)
}

/// Outcomes in the text of a message/delivery-status part; some servers write it into a plain part.
pub fn recipients(text: &str) -> Vec<(Outcome, Option<String>)> {
    let mut found: Vec<(Outcome, Option<String>)> = Vec::new();
    for block in text.replace("\r\n", "\n").split("\n\n") {
        let field = |name: &str| {
            block.lines().find_map(|l| {
                let (n, v) = l.split_once(':')?;
                n.trim().eq_ignore_ascii_case(name).then(|| v.trim().to_ascii_lowercase())
            })
        };
        let status = field("status").and_then(|s| status_code(&s));
        let action = field("action").unwrap_or_default();
        let outcome = match (action.split_whitespace().next().unwrap_or(""), status.as_deref().and_then(|s| s.chars().next())) {
            ("failed" | "failure", _) => Outcome::Failed,
            ("delayed", _) => Outcome::Delayed,
            ("delivered" | "relayed" | "expanded", _) => Outcome::Delivered,
            (_, Some('5')) => Outcome::Failed,
            (_, Some('4')) => Outcome::Delayed,
            (_, Some('2')) => Outcome::Delivered,
            _ => continue,
        };
        found.push((outcome, status));
    }
    found
}

/// First `x.y.z` of RFC 3463 §2 in a text.
pub fn status_code(text: &str) -> Option<String> {
    text.split(|c: char| !(c.is_ascii_digit() || c == '.')).map(|t| t.trim_matches('.')).find_map(|token| {
        let parts: Vec<&str> = token.split('.').collect();
        let [class, subject, detail] = parts[..] else { return None };
        let fits = matches!(class, "2" | "4" | "5") && (1..=3).contains(&subject.len()) && (1..=3).contains(&detail.len());
        fits.then(|| token.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(Outcome, Option<&str>)>) {
        let report = Report { media_type: "message/delivery-status".into(), text: text.into() };
        let found = delivery(&[report]);
        assert_eq!(found.as_ref().map(|(o, s)| (*o, s.as_deref())), expected, "{text}");
    }

    #[test]
    fn reads_delivery_status() {
        check(
            "Reporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822;a@b.de\nAction: failed\nStatus: 5.1.1",
            Some((Outcome::Failed, Some("5.1.1"))),
        );
        check("Reporting-MTA: dns; mx.example\r\n\r\nAction: delayed\r\nStatus: 4.4.1", Some((Outcome::Delayed, Some("4.4.1"))));
        check(
            "X: y\n\nAction: relayed\nStatus: 2.0.0\n\nAction: failed\nStatus: 5.0.0 (undefined)",
            Some((Outcome::Failed, Some("5.0.0"))),
        );
        check("X: y\n\nStatus: 5.7.1", Some((Outcome::Failed, Some("5.7.1"))));
        check("nothing", None);
    }
}
