//! Case keys: what belongs to one person's case is sealed under a key of its own, kept in keys.db.
//!
//! A sealed value is 16 bytes key id and an envelope. Destroying the key row makes every copy of it blind (D-06).

use crate::crypto::{Key, envelope};
use crate::domain::ids::PublicId;
use crate::store::error::{Result, StoreError};
use rusqlite::{Connection, OptionalExtension, params};

const KEY_ID_BYTES: usize = 16;

/// Whose value it is. A closed case and a whole person can both be destroyed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    pub person: PublicId,
    pub case: PublicId,
}

pub struct CaseKey {
    id: [u8; KEY_ID_BYTES],
    key: Key,
}

impl CaseKey {
    pub const fn new(id: [u8; KEY_ID_BYTES], key: Key) -> Self {
        Self { id, key }
    }
}

pub fn find(keys: &Connection, wrapping: &Key, owner: Owner) -> Result<Option<CaseKey>> {
    let row: Option<([u8; KEY_ID_BYTES], Vec<u8>)> = keys
        .prepare_cached("SELECT key_id, wrapped FROM case_key WHERE person = ?1 AND case_id = ?2")?
        .query_row(params![owner.person.as_bytes(), owner.case.as_bytes()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    row.map(|(id, wrapped)| unwrap_key(wrapping, id, &wrapped)).transpose()
}

fn by_id(keys: &Connection, wrapping: &Key, id: [u8; KEY_ID_BYTES]) -> Result<CaseKey> {
    let wrapped: Option<Vec<u8>> =
        keys.prepare_cached("SELECT wrapped FROM case_key WHERE key_id = ?1")?.query_row([id], |row| row.get(0)).optional()?;
    unwrap_key(wrapping, id, &wrapped.ok_or(StoreError::KeyDestroyed)?)
}

fn unwrap_key(wrapping: &Key, id: [u8; KEY_ID_BYTES], wrapped: &[u8]) -> Result<CaseKey> {
    let bytes = envelope::open(wrapping, &key_place(id), wrapped)?;
    let key = Key::from_slice(&bytes).ok_or_else(|| StoreError::damaged("keys.db", "a case key has the wrong length"))?;
    Ok(CaseKey { id, key })
}

fn key_place(id: [u8; KEY_ID_BYTES]) -> Vec<u8> {
    [b"case_key.wrapped:".as_slice(), &id].concat()
}

/// A case key in the form in which it is kept.
pub fn wrap(fresh: &CaseKey, wrapping: &Key, entropy: &dyn crate::domain::Entropy) -> Result<Vec<u8>> {
    Ok(envelope::seal(wrapping, &key_place(fresh.id), fresh.key.reveal(), entropy)?)
}

/// Writes a new case key. The caller commits keys.db before the data that it seals.
pub fn insert(keys: &Connection, owner: Owner, fresh: CaseKey, wrapped: &[u8], at: i64) -> Result<CaseKey> {
    keys.prepare_cached("INSERT INTO case_key (key_id, person, case_id, wrapped, created_at) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![fresh.id, owner.person.as_bytes(), owner.case.as_bytes(), wrapped, at])?;
    Ok(fresh)
}

pub fn seal(key: &CaseKey, place: &str, plain: &[u8], entropy: &dyn crate::domain::Entropy) -> Result<Vec<u8>> {
    let mut sealed = key.id.to_vec();
    sealed.extend(envelope::seal(&key.key, place.as_bytes(), plain, entropy)?);
    Ok(sealed)
}

pub fn open(keys: &Connection, wrapping: &Key, place: &str, sealed: &[u8]) -> Result<Vec<u8>> {
    let damaged = || StoreError::damaged("main.db", "a sealed value is too short");
    let (id, body) = sealed.split_at_checked(KEY_ID_BYTES).ok_or_else(damaged)?;
    let key = by_id(keys, wrapping, id.try_into().map_err(|_| damaged())?)?;
    Ok(envelope::open(&key.key, place.as_bytes(), body)?)
}

/// Destroys the keys of a person, or of one case, and leaves a tombstone. Returns how many keys are gone.
pub fn destroy(keys: &Connection, person: PublicId, case: Option<PublicId>, at: i64) -> Result<usize> {
    let gone = match case {
        Some(case) => {
            keys.execute("DELETE FROM case_key WHERE person = ?1 AND case_id = ?2", params![person.as_bytes(), case.as_bytes()])?
        }
        None => keys.execute("DELETE FROM case_key WHERE person = ?1", params![person.as_bytes()])?,
    };
    keys.execute(
        "INSERT INTO tombstone (person, case_id, counter, at) VALUES (?1, ?2, (SELECT coalesce(max(counter), 0) + 1 FROM tombstone), ?3)",
        params![person.as_bytes(), case.map(|case| *case.as_bytes()), at],
    )?;
    Ok(gone)
}
