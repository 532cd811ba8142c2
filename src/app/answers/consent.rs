//! Consents recorded by hand, and the customer list.

use crate::app::fault::Fault;
use crate::app::request::{Answer, Body, ConsentView, GrantRequest};
use crate::domain::EmailAddress;
use crate::store::consent::{self, Channel, Grant};
use crate::store::{Store, actor, customer};

/// channel, wording, evidence and the recording person, or it is refused.
pub fn grant(store: &Store, request: &GrantRequest) -> Result<Answer, Fault> {
    let Some(channel) = Channel::parse(&request.channel) else {
        let allowed = Channel::ALL.map(Channel::code).join(", ");
        return Err(crate::app::fault::system::option("--channel", &request.channel, &allowed));
    };
    let grant = Grant {
        address: &request.address,
        channel,
        wording: &request.wording,
        language: &request.language,
        evidence_name: &request.evidence_name,
        evidence: &request.evidence,
    };
    let id = store.write(|w| {
        let by = actor::named(w, &request.actor)?;
        consent::grant(w, &grant, by)
    })?;
    Ok(Answer::done(Body::Done { what: "done-consent-granted".to_owned(), id: Some(id.to_string()) }))
}

pub fn list(store: &Store) -> Result<Answer, Fault> {
    let rows = store.read(consent::list)?;
    let views = rows
        .into_iter()
        .map(|row| ConsentView {
            id: row.id.to_string(),
            address: row.address,
            scopes: row.scopes,
            channel: row.channel,
            state: row.state,
            wording_sha256: row.wording_sha256,
            evidence_name: row.evidence_name,
            evidence_sha256: row.evidence_sha256,
            granted_at: row.granted_at,
            ended_at: row.ended_at,
        })
        .collect();
    Ok(Answer::done(Body::Consents(views)))
}

pub fn withdraw(store: &Store, address: &EmailAddress, by: &str) -> Result<Answer, Fault> {
    let ended = store.write(|w| {
        let by = actor::named(w, by)?;
        consent::withdraw(w, address, "staff", Some(by))
    })?;
    // The objection is kept in any case; where there was nothing to end, the address may be a mistyped one.
    let what = if ended { "done-consent-withdrawn" } else { "done-consent-none" };
    Ok(Answer::done(Body::Done { what: what.to_owned(), id: None }))
}

pub fn customers(store: &Store, addresses: &[EmailAddress], by: &str) -> Result<Answer, Fault> {
    store.write(|w| {
        let by = actor::named(w, by)?;
        customer::replace(w, addresses, by)
    })?;
    Ok(Answer::done(Body::Done { what: "done-customers-imported".to_owned(), id: None }))
}
