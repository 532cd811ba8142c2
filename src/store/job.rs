//! Jobs: one row per message that has to be moved on. Idempotent, leased, retried with back-off.

use crate::store::{Result, Writing};
use rusqlite::{OptionalExtension, params};

/// A job that was leased belongs to its worker for this long; after a crash it is free again.
pub const LEASE_MS: i64 = 15 * 60 * 1000;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Job {
    pub row: i64,
    pub message: i64,
    pub attempts: u32,
}

pub fn enqueue(w: &Writing<'_>, message: i64, not_before: i64) -> Result<()> {
    w.main
        .prepare_cached(
            "INSERT INTO job (message, not_before) VALUES (?1, ?2) ON CONFLICT (message) DO UPDATE SET not_before = excluded.not_before",
        )?
        .execute(params![message, not_before])?;
    Ok(())
}

/// The next job that is due, leased to the caller.
pub fn lease(w: &Writing<'_>) -> Result<Option<Job>> {
    let now = w.now();
    let due = w
        .main
        .prepare_cached(
            "SELECT id, message, attempts FROM job WHERE not_before <= ?1 AND (leased_until IS NULL OR leased_until <= ?1)
             ORDER BY not_before, id LIMIT 1",
        )?
        .query_row([now], |row| Ok(Job { row: row.get(0)?, message: row.get(1)?, attempts: row.get(2)? }))
        .optional()?;
    if let Some(job) = due {
        let until = now.saturating_add(LEASE_MS);
        w.main.prepare_cached("UPDATE job SET leased_until = ?2 WHERE id = ?1")?.execute(params![job.row, until])?;
    }
    Ok(due)
}

pub fn finish(w: &Writing<'_>, job: Job) -> Result<()> {
    w.main.prepare_cached("DELETE FROM job WHERE id = ?1")?.execute([job.row])?;
    Ok(())
}

/// A person has the mail now: nothing is left to do for it.
pub fn cancel(w: &Writing<'_>, message: i64) -> Result<()> {
    w.main.prepare_cached("DELETE FROM job WHERE message = ?1")?.execute([message])?;
    Ok(())
}

/// Puts a job back. `error` is a code, never text of a mail.
pub fn retry(w: &Writing<'_>, job: Job, not_before: i64, error: &str) -> Result<()> {
    w.main
        .prepare_cached("UPDATE job SET leased_until = NULL, not_before = ?2, attempts = attempts + 1, last_error = ?3 WHERE id = ?1")?
        .execute(params![job.row, not_before, error])?;
    Ok(())
}

/// The jobs under way, each with the code of its last error.
pub fn leased(w: &Writing<'_>) -> Result<Vec<(Job, Option<String>)>> {
    let mut statement = w.main.prepare_cached("SELECT id, message, attempts, last_error FROM job WHERE leased_until IS NOT NULL")?;
    let rows = statement.query_map([], |row| Ok((Job { row: row.get(0)?, message: row.get(1)?, attempts: row.get(2)? }, row.get(3)?)))?;
    Ok(rows.collect::<rusqlite::Result<_>>()?)
}

/// After a start nothing is under way: every lease is void.
pub fn release_all(w: &Writing<'_>) -> Result<usize> {
    Ok(w.main.execute("UPDATE job SET leased_until = NULL WHERE leased_until IS NOT NULL", [])?)
}
