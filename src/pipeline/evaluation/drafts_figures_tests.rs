use super::*;
use crate::domain::draft::ClaimKind;
use crate::domain::language::AddressForm;
use crate::pipeline::evaluation::drafts::Mail;

fn company(form: AddressForm) -> Company {
    Company {
        id: "rad".to_owned(),
        name: "Radhaus".to_owned(),
        language: Language::De,
        address_form: Some(form),
        signature: "Ihr Radhaus-Team".to_owned(),
        categories: vec![],
    }
}

fn ask(text: &str, passages: &[&str], facts: &[&str]) -> Ask {
    let owned = |list: &[&str]| list.iter().map(|text| (*text).to_owned()).collect();
    Ask { ask: text.to_owned(), passages: owned(passages), facts: owned(facts) }
}

fn case(outcome: Outcome, asks: &[Ask]) -> Case {
    Case {
        company: "rad".to_owned(),
        id: "c1".to_owned(),
        language: Language::De,
        _address_form: None,
        _tags: vec![],
        mail: Mail { from: String::new(), subject: String::new(), body: String::new() },
        asks: asks.to_vec(),
        category: "return".to_owned(),
        outcome,
        forbidden: vec!["garantiert".to_owned(), "3 Tage".to_owned()],
    }
}

fn detail(decision: Decision, draft: &str, claims: &[ClaimState]) -> Detail {
    let claim = |state: &ClaimState| Claim { text: "x".to_owned(), kind: ClaimKind::Number, state: *state, by: None };
    Detail {
        id: "c1".to_owned(),
        decision,
        reasons: vec![],
        draft: draft.to_owned(),
        citations: vec![],
        asks: vec![],
        claims: claims.iter().map(claim).collect(),
        category: Some("return".to_owned()),
        language: Language::De,
        seconds: 1.0,
        drafter: None,
        put_aside: vec![],
        rejected_claims: vec![],
    }
}

/// Four cases: answered with all facts, released with one of two, held, rightly handed over; and one wrongly handed over.
fn sample() -> (Company, Vec<Case>, Vec<Detail>) {
    use ClaimState::{Restated, Supported, Unsupported};
    let two = [ask("Wie lange?", &["p1"], &["30 Tage"]), ask("Wie teuer?", &["p2"], &["4,90 EUR"]), ask("Wer?", &[], &["niemand"])];
    let cases = vec![
        case(Outcome::Answer, &two),
        case(Outcome::Partial, &two),
        case(Outcome::Answer, &two),
        case(Outcome::HandOver, &[ask("Wer?", &[], &[])]),
        case(Outcome::Partial, &two),
    ];
    let mut details = vec![
        detail(Decision::Release, "Sie haben 30 Tage, der Versand kostet 4,90 €.", &[Supported, Restated]),
        detail(Decision::Release, "Sie haben 30 Tage. Das ist garantiert.", &[Supported]),
        detail(Decision::Hold, "Du hast 30 Tage für 4,90 EUR, das dauert 3 Tage.", &[Supported, Unsupported]),
        detail(Decision::HandOver, "", &[]),
        detail(Decision::HandOver, "", &[]),
    ];
    details[1].rejected_claims = detail(Decision::Hold, "", &[ClaimState::Contradicted]).claims;
    details[1].category = Some("other".to_owned());
    details[3].category = None;
    details[2].language = Language::De;
    details[0].drafter = Some(Drafter::Model);
    details[1].drafter = Some(Drafter::Extractive);
    details[2].drafter = Some(Drafter::Extractive);
    (company(AddressForm::Sie), cases, details)
}

#[test]
fn figures_by_hand() {
    let (company, cases, details) = sample();
    let all: Vec<Judged<'_>> = cases.iter().zip(&details).map(|(case, detail)| Judged { company: &company, case, detail }).collect();
    let all = all.as_slice();
    assert_eq!(drafted_by(all), DraftedBy { model: 1, extractive: 2 });
    // One of the four that want a draft holds both facts.
    assert_eq!(answered_share(all), Some(0.25));
    // Two and one of four times two.
    assert_eq!(fact_recall(all), Some(3.0 / 8.0));
    assert_eq!(released_with_unsupported_claim(all), 0);
    assert_eq!(grounded_precision_before_check(all), Some(4.0 / 6.0));
    assert_eq!(grounded_precision_after_check(all), Some(1.0));
    assert_eq!(hand_over_recall(all), Some(1.0));
    assert_eq!(false_hand_over_share(all), Some(0.25));
    assert_eq!(forbidden_hits(all), 2);
    assert_eq!(language_kept(all), Some(1.0));
    assert_eq!(address_form_kept(all), Some(2.0 / 3.0));
    assert_eq!(category_accuracy(all), Some(3.0 / 5.0));
    let report = report(all, "default", "m");
    assert_eq!(report.cases, 5);
    assert_eq!(report.seconds_per_draft, Some(Spread { median: 1.0, p95: 1.0 }));
    assert_eq!(report.decisions["partial"], BTreeMap::from([("release", 1), ("hand_over", 1)]));
}

#[test]
fn a_released_draft_with_an_unsupported_claim_counts() {
    let (company, cases, mut details) = sample();
    details[1].claims = detail(Decision::Release, "", &[ClaimState::Contradicted, ClaimState::Supported]).claims;
    let all: Vec<Judged<'_>> = cases.iter().zip(&details).map(|(case, detail)| Judged { company: &company, case, detail }).collect();
    assert_eq!(released_with_unsupported_claim(&all), 1);
    assert_eq!(grounded_precision_after_check(&all), Some(0.75));
}

#[test]
fn nothing_is_no_figure() {
    assert_eq!(answered_share(&[]), None);
    assert_eq!(grounded_precision_after_check(&[]), None);
    assert_eq!(forbidden_hits(&[]), 0);
}

fn complete(expected: &[Ask], outcome: Outcome, found: &[(&str, AskState)], wanted: bool) {
    let found: Vec<AskResult> = found.iter().map(|(ask, state)| AskResult { ask: (*ask).to_owned(), state: *state }).collect();
    let seen = is_complete(expected, outcome, &found);
    assert_eq!(seen, wanted, "{found:?}");
}

#[test]
fn an_ask_is_complete_in_the_expected_state_with_none_left_over() {
    use AskState::{Answered, HandedOver, Open};
    let asks = [ask("Wie lange kann ich zurückgeben?", &["p1"], &[]), ask("Haben Sie eine Hundeschule?", &[], &[])];
    let (first, second) = ("Wie lange kann ich das zurückgeben?", "haben sie eine Hundeschule");
    complete(&asks, Outcome::Partial, &[(first, Answered), (second, Open)], true);
    complete(&asks, Outcome::Partial, &[(second, HandedOver), (first, Answered)], true);
    complete(&asks, Outcome::Partial, &[(first, Open), (second, Open)], false);
    complete(&asks, Outcome::Partial, &[(first, Answered), (second, Answered)], false);
    complete(&asks, Outcome::Partial, &[(first, Answered)], false);
    complete(&asks, Outcome::Partial, &[(first, Answered), (second, Open), ("Was noch?", Open)], false);
    complete(&asks, Outcome::Partial, &[(first, Answered), ("Wann öffnet der Laden am Montag?", Open)], false);
    complete(&asks, Outcome::HandOver, &[(first, HandedOver), (second, HandedOver)], true);
    complete(&asks, Outcome::HandOver, &[(first, Answered), (second, Open)], false);
    complete(&[], Outcome::HandOver, &[], true);
}

#[test]
fn what_is_not_said_to_the_reader_breaks_no_form() {
    assert_eq!(
        said("Gern.\nZu deiner Frage „Haben Sie offen?“ später.\nIhr Radhaus-Team", "Ihr Radhaus-Team"),
        "Gern.\nZu deiner Frage  später."
    );
    assert_eq!(said("„nie zu", ""), "");
}
