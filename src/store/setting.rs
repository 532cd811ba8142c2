//! Switches of the whole house. The stop switch "KI aus" is one of them.

use crate::store::error::column;
use crate::store::{Reading, Result, Writing};
use rusqlite::{OptionalExtension, params};

const AI_OFF: &str = "ai.off";
const AI_EPOCH: &str = "ai.epoch";

pub fn get(r: &Reading<'_>, name: &str) -> Result<Option<String>> {
    Ok(r.main.prepare_cached("SELECT value FROM setting WHERE name = ?1")?.query_row([name], |row| row.get(0)).optional()?)
}

pub fn set(w: &Writing<'_>, name: &str, value: &str) -> Result<()> {
    w.main
        .prepare_cached(
            "INSERT INTO setting (name, value, changed_at) VALUES (?1, ?2, ?3)
             ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_at = excluded.changed_at",
        )?
        .execute(params![name, value, w.now()])?;
    Ok(())
}

/// A switch that cannot be read counts as thrown.
pub fn ai_off(r: &Reading<'_>) -> Result<bool> {
    Ok(get(r, AI_OFF)?.is_some_and(|value| value != "0"))
}

/// A turn of the switch counts as much as no person's changes ever come to, so that the sum of both tells which of them has moved.
pub const AI_EPOCH_STEP: u64 = 1 << 20;

/// Grows by a step whenever the switch is thrown or released; part of every epoch, so that it voids what is under way. One that
/// cannot be read is damage: counted anew it would make old clearances current again.
pub fn ai_epoch(r: &Reading<'_>) -> Result<u64> {
    get(r, AI_EPOCH)?.map_or(Ok(0), |value| column(value.parse().ok(), "setting.ai.epoch"))
}

/// Throws or releases the stop switch. Returns whether anything changed.
pub fn set_ai_off(w: &Writing<'_>, off: bool) -> Result<bool> {
    let r = w.reading();
    if ai_off(&r)? == off {
        return Ok(false);
    }
    set(w, AI_EPOCH, &(ai_epoch(&r)? + AI_EPOCH_STEP).to_string())?;
    set(w, AI_OFF, if off { "1" } else { "0" })?;
    Ok(true)
}
