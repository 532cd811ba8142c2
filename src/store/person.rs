//! Persons: a random id with one or more addresses, looked up by a keyed HMAC of the address.

use crate::domain::EmailAddress;
use crate::domain::clearance::{ConsentState, Overlay};
use crate::domain::ids::PublicId;
use crate::store::error::column;
use crate::store::{Reading, Result, StoreError, Writing};
use rusqlite::{OptionalExtension, params};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PersonRow {
    pub row: i64,
    pub public_id: PublicId,
    pub consent: ConsentState,
    /// Counts every change of standing.
    pub epoch: i64,
}

pub fn find(r: &Reading<'_>, address: &EmailAddress) -> Result<Option<PersonRow>> {
    r.main
        .prepare_cached(
            "SELECT person.id, person.public_id, person.consent, person.epoch FROM person
             JOIN person_address ON person_address.person = person.id WHERE person_address.address_hmac = ?1",
        )?
        .query_row([r.address_hmac(address)], |row| Ok(read(row)))
        .optional()?
        .transpose()
}

pub fn by_row(r: &Reading<'_>, id: i64) -> Result<PersonRow> {
    r.main
        .prepare_cached("SELECT id, public_id, consent, epoch FROM person WHERE id = ?1")?
        .query_row([id], |row| Ok(read(row)))
        .optional()?
        .ok_or(StoreError::NotFound("The person"))?
}

fn read(row: &rusqlite::Row<'_>) -> Result<PersonRow> {
    let consent: String = row.get(2)?;
    Ok(PersonRow {
        row: row.get(0)?,
        public_id: PublicId::from_bytes(row.get(1)?),
        consent: column(ConsentState::parse(&consent), "person.consent")?,
        epoch: row.get(3)?,
    })
}

/// The person behind an address, made where it is new.
pub fn find_or_create(w: &Writing<'_>, address: &EmailAddress) -> Result<PersonRow> {
    let r = w.reading();
    if let Some(person) = find(&r, address)? {
        return Ok(person);
    }
    let id = w.random_id()?;
    w.main
        .prepare_cached("INSERT INTO person (public_id, created_at, changed_at) VALUES (?1, ?2, ?2)")?
        .execute(params![id.as_bytes(), w.now()])?;
    let row = w.main.last_insert_rowid();
    w.main
        .prepare_cached("INSERT INTO person_address (person, address_hmac) VALUES (?1, ?2)")?
        .execute(params![row, r.address_hmac(address)])?;
    by_row(&r, row)
}

/// A change of standing voids every clearance given before.
pub fn set_consent(w: &Writing<'_>, person: i64, state: ConsentState) -> Result<()> {
    w.main.execute(
        "UPDATE person SET consent = ?2, epoch = epoch + 1, changed_at = ?3 WHERE id = ?1",
        params![person, state.code(), w.now()],
    )?;
    Ok(())
}

pub fn overlays(r: &Reading<'_>, person: i64) -> Result<Vec<Overlay>> {
    let mut statement = r.main.prepare_cached("SELECT overlay FROM person_overlay WHERE person = ?1 ORDER BY id")?;
    let codes = statement.query_map([person], |row| row.get::<_, String>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
    codes.iter().map(|code| column(Overlay::parse(code), "person_overlay.overlay")).collect()
}

/// Marks a person. Returns whether the mark is new.
pub fn add_overlay(w: &Writing<'_>, person: i64, overlay: Overlay, rule: &str) -> Result<bool> {
    let added = w.main.execute(
        "INSERT OR IGNORE INTO person_overlay (person, overlay, rule, since) VALUES (?1, ?2, ?3, ?4)",
        params![person, overlay.code(), rule, w.now()],
    )?;
    if added > 0 {
        w.main.execute("UPDATE person SET epoch = epoch + 1, changed_at = ?2 WHERE id = ?1", params![person, w.now()])?;
    }
    Ok(added > 0)
}
