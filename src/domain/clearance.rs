//! The consent gate (law 2): without clearance no model, no retrieval, no embedding.
//!
//! [`clear`] is the only way to a [`Cleared`]; it is pure. The [`Evidence`] it asks for is attested in two places
//! alone, `store/consent.rs` and the suite loader; `tests/tidy/` holds that.
//!
//! The compiler holds the rest. A mail as it came is refused where a cleared one is asked for:
//!
//! ```compile_fail
//! use hauspost::domain::{Cleared, Message};
//! fn to_the_model(_: &Cleared<Message>) {}
//! fn pass(mail: &Message) { to_the_model(mail) }
//! ```
//!
//! The same with the one type changed compiles:
//!
//! ```
//! use hauspost::domain::{Cleared, Message};
//! fn to_the_model(_: &Cleared<Message>) {}
//! fn pass(mail: &Cleared<Message>) { to_the_model(mail) }
//! ```
//!
//! A clearance cannot be written by hand, its fields are private:
//!
//! ```compile_fail
//! use hauspost::domain::{Cleared, Message, clearance::Clearance};
//! fn forge(inner: Message, clearance: Clearance) -> Cleared<Message> { Cleared { inner, clearance } }
//! ```
//!
//! The twin that only takes one compiles:
//!
//! ```
//! use hauspost::domain::{Cleared, Message, clearance::Clearance};
//! fn forge(inner: Cleared<Message>, clearance: Clearance) -> Cleared<Message> { let _ = clearance; inner }
//! ```

use crate::domain::ids::PublicId;
use crate::domain::message::Authentication;
use crate::domain::policy::{LegalBasis, Policy};
use crate::domain::reason::{HandOver, Reason};
use serde::{Deserialize, Serialize};

/// Counts changes of a person's standing. A clearance of an older epoch is void (R-020).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Epoch(pub u64);

/// What a person has agreed to, separately (R-024).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Scope {
    /// AI assistance for replies.
    S1,
    /// Special categories of data.
    S2,
    /// Storing beyond the case.
    S3,
}

impl Scope {
    pub const fn code(self) -> &'static str {
        match self {
            Self::S1 => "S1",
            Self::S2 => "S2",
            Self::S3 => "S3",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        [Self::S1, Self::S2, Self::S3].into_iter().find(|scope| scope.code() == code)
    }
}

/// The consent state of a person (legal.md §5). `Informed` is called `asked` in suites.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ConsentState {
    Unknown,
    Informed,
    Granted,
    Refused,
    Expired,
    Withdrawn,
    Stale,
    NeedsRenewal,
}

impl ConsentState {
    pub const ALL: [Self; 8] =
        [Self::Unknown, Self::Informed, Self::Granted, Self::Refused, Self::Expired, Self::Withdrawn, Self::Stale, Self::NeedsRenewal];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Unknown => "unknown",
            Self::Informed => "informed",
            Self::Granted => "granted",
            Self::Refused => "refused",
            Self::Expired => "expired",
            Self::Withdrawn => "withdrawn",
            Self::Stale => "stale",
            Self::NeedsRenewal => "needs_renewal",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.code() == code)
    }
}

/// A mark on a person that always wins over consent (legal.md §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Overlay {
    Paused,
    Objected,
    Restricted,
    Minor,
    RoleAddress,
    HumanOnly,
}

impl Overlay {
    pub const ALL: [Self; 6] = [Self::Paused, Self::Objected, Self::Restricted, Self::Minor, Self::RoleAddress, Self::HumanOnly];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Paused => "paused",
            Self::Objected => "objected",
            Self::Restricted => "restricted",
            Self::Minor => "minor",
            Self::RoleAddress => "role_address",
            Self::HumanOnly => "human_only",
        }
    }

    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|overlay| overlay.code() == code)
    }
}

/// What is known about the sender, read from the store in one transaction.
#[derive(Debug, Clone)]
pub struct Attestation {
    pub person: PublicId,
    pub epoch: Epoch,
    pub consent: ConsentState,
    pub scopes: Vec<Scope>,
    pub overlays: Vec<Overlay>,
    /// The consent record in force.
    pub consent_id: Option<PublicId>,
    /// The sender's record in the imported customer list.
    pub customer_record: Option<PublicId>,
    /// The documented assessment of Art. 6(1)(f) for this mailbox (R-005).
    pub interest_assessment: Option<PublicId>,
}

/// Proof that an [`Attestation`] was read where it may be read. Not `Clone`: one reading clears one mail.
#[derive(Debug)]
pub struct Evidence {
    source: Source,
}

#[derive(Debug)]
enum Source {
    Store(Attestation),
    /// A mail of a public suite: no person stands behind it.
    Synthetic(PublicId),
}

impl Evidence {
    /// Only `store/consent.rs` may call this (tidy rule `evidence`).
    pub fn attested_by_store(attestation: Attestation) -> Self {
        Self { source: Source::Store(attestation) }
    }

    /// Only the suite loader may call this (tidy rule `evidence`).
    pub fn synthetic(case: PublicId) -> Self {
        Self { source: Source::Synthetic(case) }
    }
}

/// The basis that a clearance rests on; `Mixed` has been resolved to one of the others.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ClearanceBasis {
    Consent,
    Contract,
    LegitimateInterest,
    Synthetic,
}

impl ClearanceBasis {
    pub const fn code(self) -> &'static str {
        match self {
            Self::Consent => "consent",
            Self::Contract => "contract",
            Self::LegitimateInterest => "legitimate_interest",
            Self::Synthetic => "synthetic",
        }
    }
}

/// Why a mail may be processed. Written to every decision record (SC-39).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clearance {
    person: PublicId,
    basis: ClearanceBasis,
    proof: PublicId,
    epoch: Epoch,
    special_categories: bool,
}

impl Clearance {
    pub const fn person(&self) -> PublicId {
        self.person
    }

    pub const fn basis(&self) -> ClearanceBasis {
        self.basis
    }

    /// The consent, customer or assessment record that it rests on.
    pub const fn proof(&self) -> PublicId {
        self.proof
    }

    pub const fn epoch(&self) -> Epoch {
        self.epoch
    }

    pub const fn special_categories(&self) -> bool {
        self.special_categories
    }
}

/// A value that may be shown to retriever and model. There is no way to put another value in.
#[derive(Clone)]
pub struct Cleared<T> {
    inner: T,
    clearance: Clearance,
}

impl<T> Cleared<T> {
    pub const fn get(&self) -> &T {
        &self.inner
    }

    pub const fn clearance(&self) -> &Clearance {
        &self.clearance
    }
}

impl<T> std::fmt::Debug for Cleared<T> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Cleared({:?})", self.clearance)
    }
}

/// What the gate looks at beside the evidence.
#[derive(Debug)]
pub struct Gate<'a> {
    pub policy: &'a Policy,
    pub authentication: Authentication,
    /// "KI aus" (R-072).
    pub ai_off: bool,
    /// Hand-overs that rules have already decided on (automatic mail, protection, hot words).
    pub findings: &'a [HandOver],
}

/// The gate. Defaults to no: every path that is not written out below refuses.
///
/// The value comes back with the refusal, so that rules and a person can go on with it.
pub fn clear<T>(value: T, gate: &Gate<'_>, evidence: Evidence) -> Result<Cleared<T>, (T, HandOver)> {
    match decide(gate, evidence) {
        Ok(clearance) => Ok(Cleared { inner: value, clearance }),
        Err(refusal) => Err((value, refusal)),
    }
}

fn decide(gate: &Gate<'_>, evidence: Evidence) -> Result<Clearance, HandOver> {
    if gate.ai_off {
        return Err(HandOver::new(Reason::PolicyRestriction, "gate.ai_off"));
    }
    if let Some(finding) = gate.findings.first() {
        return Err(finding.clone());
    }
    let known = match evidence.source {
        Source::Synthetic(case) => {
            return Ok(Clearance {
                person: case,
                basis: ClearanceBasis::Synthetic,
                proof: case,
                epoch: Epoch(0),
                special_categories: true,
            });
        }
        Source::Store(known) => known,
    };
    // R-119: a mail that fails authentication may be anybody's, so nobody's consent covers it.
    if gate.authentication == Authentication::Fail {
        return Err(HandOver::new(Reason::PolicyRestriction, "gate.authentication_failed"));
    }
    if let Some(overlay) = known.overlays.first() {
        return Err(HandOver::new(Reason::PolicyRestriction, format!("gate.overlay.{}", overlay.code())));
    }
    let (basis, proof) = resolve_basis(gate.policy.basis, &known)?;
    Ok(Clearance {
        person: known.person,
        basis,
        proof,
        epoch: known.epoch,
        special_categories: gate.policy.special_categories && known.scopes.contains(&Scope::S2),
    })
}

fn resolve_basis(basis: LegalBasis, known: &Attestation) -> Result<(ClearanceBasis, PublicId), HandOver> {
    let refuse = |rule: &str| Err(HandOver::new(Reason::NoConsent, rule));
    // R-006: after a refusal, withdrawal or objection no other basis takes over.
    match known.consent {
        ConsentState::Refused => return refuse("gate.refused"),
        ConsentState::Withdrawn => return refuse("gate.withdrawn"),
        ConsentState::Unknown
        | ConsentState::Informed
        | ConsentState::Granted
        | ConsentState::Expired
        | ConsentState::Stale
        | ConsentState::NeedsRenewal => {}
    }
    match basis {
        LegalBasis::Consent => match (known.consent, known.consent_id) {
            (ConsentState::Granted, Some(id)) if known.scopes.contains(&Scope::S1) => Ok((ClearanceBasis::Consent, id)),
            _ => refuse("gate.no_consent"),
        },
        LegalBasis::Contract => known.customer_record.map_or_else(|| refuse("gate.no_customer"), |id| Ok((ClearanceBasis::Contract, id))),
        LegalBasis::LegitimateInterest => {
            known.interest_assessment.map_or_else(|| refuse("gate.no_assessment"), |id| Ok((ClearanceBasis::LegitimateInterest, id)))
        }
        LegalBasis::Mixed => match (known.customer_record, known.interest_assessment) {
            (Some(id), _) => Ok((ClearanceBasis::Contract, id)),
            (None, Some(id)) => Ok((ClearanceBasis::LegitimateInterest, id)),
            (None, None) => refuse("gate.no_assessment"),
        },
    }
}

#[cfg(test)]
#[path = "clearance_tests.rs"]
mod tests;
