use super::*;

const PERSON: PublicId = PublicId::from_bytes([1; 16]);
const PROOF: PublicId = PublicId::from_bytes([2; 16]);

fn known() -> Attestation {
    Attestation {
        person: PERSON,
        epoch: Epoch(3),
        consent: ConsentState::Unknown,
        scopes: vec![],
        overlays: vec![],
        consent_id: None,
        customer_record: None,
        interest_assessment: None,
    }
}

fn granted() -> Attestation {
    Attestation { consent: ConsentState::Granted, scopes: vec![Scope::S1], consent_id: Some(PROOF), ..known() }
}

fn outcome(basis: LegalBasis, attestation: Attestation) -> Result<ClearanceBasis, String> {
    let policy = Policy { basis, ..Policy::default() };
    let gate = Gate { policy: &policy, authentication: Authentication::Pass, ai_off: false, findings: &[] };
    clear((), &gate, Evidence::attested_by_store(attestation)).map(|c| c.clearance().basis()).map_err(|(_, refusal)| refusal.rule)
}

/// each basis asks for its own proof and none falls through to another.
#[test]
fn r001_each_basis_asks_for_its_own_proof() {
    let customer = Attestation { customer_record: Some(PROOF), ..known() };
    let assessed = Attestation { interest_assessment: Some(PROOF), ..known() };
    let ok = Ok::<_, String>;
    let no = |rule: &str| Err::<ClearanceBasis, _>(rule.to_owned());
    for (basis, attestation, expected) in [
        (LegalBasis::Consent, granted(), ok(ClearanceBasis::Consent)),
        (LegalBasis::Consent, known(), no("gate.no_consent")),
        (LegalBasis::Consent, customer.clone(), no("gate.no_consent")),
        (LegalBasis::Consent, assessed.clone(), no("gate.no_consent")),
        (LegalBasis::Contract, customer.clone(), ok(ClearanceBasis::Contract)),
        (LegalBasis::Contract, granted(), no("gate.no_customer")),
        (LegalBasis::Contract, assessed.clone(), no("gate.no_customer")),
        (LegalBasis::LegitimateInterest, assessed.clone(), ok(ClearanceBasis::LegitimateInterest)),
        (LegalBasis::LegitimateInterest, customer.clone(), no("gate.no_assessment")),
        (LegalBasis::LegitimateInterest, granted(), no("gate.no_assessment")),
        (LegalBasis::Mixed, customer, ok(ClearanceBasis::Contract)),
        (LegalBasis::Mixed, assessed, ok(ClearanceBasis::LegitimateInterest)),
        (LegalBasis::Mixed, granted(), no("gate.no_assessment")),
    ] {
        assert_eq!(outcome(basis, attestation.clone()), expected, "{basis:?} {attestation:?}");
    }
}

/// every consent state other than granted with scope S1 and a record is refused.
#[test]
fn r003_only_a_granted_consent_clears() {
    for consent in ConsentState::ALL {
        let attestation = Attestation { consent, ..granted() };
        assert_eq!(outcome(LegalBasis::Consent, attestation).is_ok(), consent == ConsentState::Granted, "{consent:?}");
    }
    assert!(outcome(LegalBasis::Consent, Attestation { scopes: vec![Scope::S2], ..granted() }).is_err());
    assert!(outcome(LegalBasis::Consent, Attestation { consent_id: None, ..granted() }).is_err());
}

/// refusal and withdrawal survive a change of basis.
#[test]
fn r006_no_basis_takes_over_after_a_withdrawal() {
    for basis in LegalBasis::ALL {
        for consent in [ConsentState::Refused, ConsentState::Withdrawn] {
            let all = Attestation { consent, customer_record: Some(PROOF), interest_assessment: Some(PROOF), ..granted() };
            assert!(outcome(basis, all).is_err(), "{basis:?} {consent:?}");
        }
    }
}

#[test]
fn every_overlay_wins_over_consent() {
    for overlay in Overlay::ALL {
        let rule = format!("gate.overlay.{}", overlay.code());
        assert_eq!(outcome(LegalBasis::Consent, Attestation { overlays: vec![overlay], ..granted() }), Err(rule));
    }
}

/// the stop switch closes the gate; R-119: so does failed authentication; a finding of the rules is passed on.
#[test]
fn r072_r119_switch_authentication_and_findings_close_the_gate() {
    let policy = Policy::default();
    let found = [HandOver::new(Reason::SensitiveContent, "rule.x")];
    let open = Gate { policy: &policy, authentication: Authentication::None, ai_off: false, findings: &[] };
    let rule = |gate: &Gate<'_>| clear((), gate, Evidence::attested_by_store(granted())).err().map(|(_, refusal)| refusal.rule);
    assert_eq!(rule(&open), None);
    assert_eq!(rule(&Gate { ai_off: true, ..open }).as_deref(), Some("gate.ai_off"));
    let open = Gate { policy: &policy, authentication: Authentication::Fail, ai_off: false, findings: &[] };
    assert_eq!(rule(&open).as_deref(), Some("gate.authentication_failed"));
    let open = Gate { policy: &policy, authentication: Authentication::Pass, ai_off: false, findings: &found };
    assert_eq!(rule(&open).as_deref(), Some("rule.x"));
}

#[test]
fn special_categories_need_policy_and_scope() {
    for (allowed, scopes, expected) in
        [(true, vec![Scope::S1, Scope::S2], true), (false, vec![Scope::S1, Scope::S2], false), (true, vec![Scope::S1], false)]
    {
        let policy = Policy { special_categories: allowed, ..Policy::default() };
        let gate = Gate { policy: &policy, authentication: Authentication::Pass, ai_off: false, findings: &[] };
        let cleared = clear((), &gate, Evidence::attested_by_store(Attestation { scopes, ..granted() })).unwrap();
        assert_eq!(cleared.clearance().special_categories(), expected);
    }
}
