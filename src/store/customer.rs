//! The imported customer list: proof for the basis `contract`. Addresses are kept as keyed HMACs only.

use crate::domain::EmailAddress;
use crate::store::actor::Actor;
use crate::store::record::{self, Chain, Entry};
use crate::store::{Result, Writing};
use rusqlite::params;

/// Replaces the list. Whoever is not on it any more has no clearance from now on.
pub fn replace(w: &Writing<'_>, addresses: &[EmailAddress], actor: Actor) -> Result<usize> {
    let r = w.reading();
    let wanted: std::collections::BTreeSet<[u8; 32]> = addresses.iter().map(|address| r.address_hmac(address)).collect();
    let mut known = w.main.prepare("SELECT address_hmac FROM customer")?;
    let present: Vec<[u8; 32]> = known.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    for gone in present.iter().filter(|hmac| !wanted.contains(*hmac)) {
        w.main.execute("DELETE FROM customer WHERE address_hmac = ?1", [gone])?;
        // Voids what is under way for this person.
        w.main.execute(
            "UPDATE person SET epoch = epoch + 1, changed_at = ?2 WHERE id = (SELECT person FROM person_address WHERE address_hmac = ?1)",
            params![gone, w.now()],
        )?;
    }
    for hmac in wanted.iter().filter(|hmac| !present.contains(hmac)) {
        w.main.execute(
            "INSERT INTO customer (public_id, address_hmac, imported_at, imported_by) VALUES (?1, ?2, ?3, ?4)",
            params![w.random_id()?.as_bytes(), hmac, w.now(), actor.row],
        )?;
    }
    let detail = serde_json::json!({ "customers": wanted.len() });
    record::append(w, &Entry { chain: Chain::Audit, event: "customers.replaced", object: None, actor: Some(actor.public_id), detail })?;
    Ok(wanted.len())
}
