use super::*;
use crate::domain::draft::{ClaimKind, ClaimState};

fn case(expect: Expect, fault: Option<(&str, &str)>, draft: &str) -> Case {
    Case {
        id: "e1".to_owned(),
        language: Language::De,
        mail: "Wie lange kann ich zurückgeben? Bestellung 4711.\n\nAnna Muster".to_owned(),
        passages: vec![Given { id: "p1".to_owned(), text: "Die Rückgabe ist 30 Tage lang möglich.".to_owned() }],
        fields: BTreeMap::new(),
        blocks: vec![],
        draft: draft.to_owned(),
        expected: expect,
        fault: fault.map(|(kind, span)| Fault { kind: kind.to_owned(), span: span.to_owned() }),
    }
}

fn detail(verdict: Support, objected: &[&str], milliseconds: f64) -> Detail {
    let claim = |text: &&str| Claim { text: (*text).to_owned(), kind: ClaimKind::Duration, state: ClaimState::Unsupported, by: None };
    Detail { id: "e1".to_owned(), verdict, claims: objected.iter().map(claim).collect(), gates: vec![], milliseconds }
}

#[test]
fn figures_by_hand() {
    let faulty = |kind| case(Expect::Faulty, Some((kind, "14 Tage")), "");
    let cases = [faulty("duration"), faulty("duration"), faulty("amount"), case(Expect::Clean, None, ""), case(Expect::Clean, None, "")];
    let details = [
        detail(Support::Faulty, &["14 Tage"], 1.0),
        detail(Support::Clean, &[], 2.0),
        detail(Support::Faulty, &["5 EUR"], 3.0),
        detail(Support::Faulty, &["x"], 4.0),
        detail(Support::Clean, &[], 5.0),
    ];
    let seen = report(&cases, &details);
    assert_eq!((seen.cases, seen.faulty, seen.clean), (5, 3, 2));
    assert_eq!(seen.recall, Some(2.0 / 3.0));
    assert_eq!(seen.recall_by_kind, BTreeMap::from([("duration".to_owned(), Some(0.5)), ("amount".to_owned(), Some(1.0))]));
    assert_eq!(seen.recall_by_span, Some(1.0 / 3.0));
    assert_eq!(seen.false_alarm_share, Some(0.5));
    assert_eq!(seen.milliseconds_per_draft, Some(3.0));
}

#[test]
fn the_check_of_the_product_gives_the_verdict() {
    for (draft, expected) in [
        ("Sehr geehrte Frau Muster,\n\nSie haben 30 Tage Zeit [1].\n\nMit freundlichen Grüßen\nIhr Radhaus-Team", Support::Clean),
        ("Zu Ihrer Bestellung 4711: Die Rückgabe ist 30 Tage möglich [1].", Support::Clean),
        ("Sie haben 14 Tage Zeit [1].", Support::Faulty),
        ("Sie haben 30 Tage Zeit.", Support::Faulty),
        ("Gern [1].\n\nViele Grüße\nTel. 030 23125000", Support::Faulty),
    ] {
        assert_eq!(judge(&case(Expect::Clean, None, draft)).verdict, expected, "{draft}");
    }
    assert_eq!(judge(&case(Expect::Clean, None, "Gern [7].")).gates, ["drafting.unknown_source"]);
}
