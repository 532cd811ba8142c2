//! What was said about a place from which sources come, kept beyond the source itself: a file that is moved away and back, or
//! removed and written anew, is under its old terms.
//!
//! Never: the name of a file or a folder, only the hash of its path.

use rusqlite::{Connection, OptionalExtension, Row, params};

/// Terms are JSON of `knowledge::Terms`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MemoryRow {
    /// Of the bytes last imported from there; none for a folder, and for a file that could not be read.
    pub sha256: Option<[u8; 32]>,
    /// By a person with the command.
    pub said: String,
    /// With what the manifests said; a front matter is part of the bytes.
    pub held: String,
    pub by_manifest: bool,
    /// A person removed the source while its bytes were these.
    pub removed: Option<[u8; 32]>,
}

const MEMORY: &str = "SELECT sha256, said, held, by_manifest, removed FROM source_memory";

fn memory(row: &Row<'_>) -> rusqlite::Result<MemoryRow> {
    Ok(MemoryRow { sha256: row.get(0)?, said: row.get(1)?, held: row.get(2)?, by_manifest: row.get(3)?, removed: row.get(4)? })
}

pub fn find(main: &Connection, place: &[u8; 32]) -> rusqlite::Result<Option<MemoryRow>> {
    main.prepare_cached(&format!("{MEMORY} WHERE place = ?1"))?.query_row([place], memory).optional()
}

/// Terms under which sources with these bytes lay in the knowledge, wherever they came from.
pub fn held_with(main: &Connection, sha256: &[u8; 32]) -> rusqlite::Result<Vec<String>> {
    main.prepare_cached("SELECT held FROM source_memory WHERE sha256 = ?1 ORDER BY place")?.query_map([sha256], |row| row.get(0))?.collect()
}

/// Whether a person removed a source with these bytes.
pub fn is_removed(main: &Connection, sha256: &[u8; 32]) -> rusqlite::Result<bool> {
    main.query_row("SELECT EXISTS (SELECT 1 FROM source_memory WHERE removed = ?1)", [sha256], |row| row.get(0))
}

pub fn put(main: &Connection, place: &[u8; 32], row: &MemoryRow) -> rusqlite::Result<()> {
    main.prepare_cached(
        "INSERT INTO source_memory (place, sha256, said, held, by_manifest, removed) VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (place) DO UPDATE SET sha256 = ?2, said = ?3, held = ?4, by_manifest = ?5, removed = ?6",
    )?
    .execute(params![place, row.sha256, row.said, row.held, row.by_manifest, row.removed])?;
    Ok(())
}

/// A person wants sources with these bytes again.
pub fn take_back_removal(main: &Connection, sha256: &[u8; 32]) -> rusqlite::Result<()> {
    main.execute("UPDATE source_memory SET removed = NULL WHERE removed = ?1", [sha256])?;
    Ok(())
}
