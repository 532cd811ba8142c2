//! People who act in the house. Records name them by a random id only.

use crate::domain::ids::PublicId;
use crate::store::{Denial, Reading, Result, Writing};
use rusqlite::{OptionalExtension, params};

const NAME_BYTES_MAX: usize = 200;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Actor {
    pub row: i64,
    pub public_id: PublicId,
}

pub fn find(r: &Reading<'_>, name: &str) -> Result<Option<Actor>> {
    Ok(r.main
        .prepare_cached("SELECT id, public_id FROM actor WHERE name = ?1")?
        .query_row([name], |row| Ok(Actor { row: row.get(0)?, public_id: PublicId::from_bytes(row.get(1)?) }))
        .optional()?)
}

/// The actor of this name, made where it is new.
pub fn named(w: &Writing<'_>, name: &str) -> Result<Actor> {
    let name = name.trim();
    if name.is_empty() || name.len() > NAME_BYTES_MAX || name.chars().any(char::is_control) {
        return Err(Denial::PersonName(NAME_BYTES_MAX).into());
    }
    if let Some(actor) = find(&w.reading(), name)? {
        return Ok(actor);
    }
    let public_id = w.random_id()?;
    w.main.execute("INSERT INTO actor (public_id, name, created_at) VALUES (?1, ?2, ?3)", params![public_id.as_bytes(), name, w.now()])?;
    Ok(Actor { row: w.main.last_insert_rowid(), public_id })
}
