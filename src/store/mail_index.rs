//! Full text of cleared mails in search.db: derived, encrypted, rebuilt from main.db.

use crate::store::{Reading, Result, Writing};
use rusqlite::params;

/// `grams` is the text as character 5-grams, made by the room that searches.
pub fn put(w: &Writing<'_>, message: i64, grams: &str) -> Result<()> {
    w.search.prepare_cached("DELETE FROM mail_gram WHERE rowid = ?1")?.execute([message])?;
    w.search.prepare_cached("INSERT INTO mail_gram (rowid, grams) VALUES (?1, ?2)")?.execute(params![message, grams])?;
    w.search.prepare_cached("INSERT OR IGNORE INTO indexed_mail (message) VALUES (?1)")?.execute([message])?;
    Ok(())
}

/// Inbound messages of main.db that the index does not hold, after a crash or with a fresh search.db.
pub fn missing(r: &Reading<'_>, limit: usize) -> Result<Vec<i64>> {
    let mut kept = r.main.prepare("SELECT id FROM message WHERE direction = 'in' ORDER BY id")?;
    let mut known = r.search.prepare("SELECT 1 FROM indexed_mail WHERE message = ?1")?;
    let mut missing = Vec::new();
    let mut rows = kept.query([])?;
    while let Some(row) = rows.next()? {
        let id: i64 = row.get(0)?;
        if !known.exists([id])? {
            missing.push(id);
            if missing.len() == limit {
                break;
            }
        }
    }
    Ok(missing)
}

/// Rows of messages that hold every gram of the query.
pub fn find(r: &Reading<'_>, query: &str, limit: usize) -> Result<Vec<i64>> {
    let mut statement = r.search.prepare_cached("SELECT rowid FROM mail_gram WHERE mail_gram MATCH ?1 ORDER BY rank LIMIT ?2")?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    Ok(statement.query_map(params![query, limit], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?)
}
