//! The ledger: which UIDs are done, without personal data. It outlives retention and erasure, so that the sweep never
//! fetches, asks or answers an erased mail again.

use crate::crypto::digest::Digest;
use crate::domain::MessageId;
use crate::domain::limits::FETCH_PAUSE_MS;
use crate::store::{Reading, Result, StoreError, Writing};
use rusqlite::{OptionalExtension, params};
use std::collections::HashSet;

/// One incarnation of a folder: a new UIDVALIDITY makes a new row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FolderRow {
    pub row: i64,
    pub mailbox: i64,
    pub uid_validity: u32,
    /// The first UID that is ours; what lies below came before go-live or before a change of UIDVALIDITY (F-06).
    pub first_uid: u32,
    /// Every UID from `first_uid` to here is done.
    pub low_water: u32,
}

/// What `enter` found.
#[derive(Debug, PartialEq, Eq)]
pub enum Entered {
    Known(FolderRow),
    /// First contact with this folder: nothing that lies in it is answered.
    First(FolderRow),
    /// The server numbered the folder anew: nothing received before is processed by itself. So it is said until [`settle`],
    /// so that a crash while the mails of the gap are looked for loses none of them.
    Renumbered(FolderRow),
}

impl Entered {
    pub const fn folder(&self) -> &FolderRow {
        match self {
            Self::Known(folder) | Self::First(folder) | Self::Renumbered(folder) => folder,
        }
    }
}

/// The incarnation in force, and whether its mails of the gap are still to be looked for.
fn current(r: &Reading<'_>, mailbox: i64, name: &str) -> Result<Option<(FolderRow, bool)>> {
    Ok(r.main
        .prepare_cached(
            "SELECT id, mailbox, uid_validity, first_uid, low_water, state = 'resync' FROM folder
             WHERE mailbox = ?1 AND name = ?2 AND state IN ('current', 'resync')",
        )?
        .query_row(params![mailbox, name], |row| {
            let folder = FolderRow {
                row: row.get(0)?,
                mailbox: row.get(1)?,
                uid_validity: row.get(2)?,
                first_uid: row.get(3)?,
                low_water: row.get(4)?,
            };
            Ok((folder, row.get(5)?))
        })
        .optional()?)
}

/// Enters a folder with what the server says of it. The first run starts at the present UIDNEXT.
pub fn enter(w: &Writing<'_>, mailbox: i64, name: &str, uid_validity: u32, uid_next: u32) -> Result<Entered> {
    let before = current(&w.reading(), mailbox, name)?;
    match &before {
        // UIDNEXT below our cursor is the same event as a new UIDVALIDITY: the server forgot (RFC 3501 §2.3.1.1).
        Some((folder, resync)) if folder.uid_validity == uid_validity && uid_next > folder.low_water => {
            return Ok(if *resync { Entered::Renumbered(folder.clone()) } else { Entered::Known(folder.clone()) });
        }
        Some((folder, _)) => {
            w.main.execute("UPDATE folder SET state = 'past' WHERE id = ?1", [folder.row])?;
        }
        None => {}
    }
    // A UIDVALIDITY that comes back is a new incarnation with a ledger of its own: the old one keeps another name.
    w.main.execute(
        "UPDATE folder SET name = name || '#' || id WHERE mailbox = ?1 AND name = ?2 AND uid_validity = ?3",
        params![mailbox, name, uid_validity],
    )?;
    w.main.execute(
        "INSERT INTO folder (mailbox, name, uid_validity, first_uid, low_water, state, opened_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
        params![
            mailbox,
            name,
            uid_validity,
            uid_next,
            uid_next.saturating_sub(1),
            if before.is_some() { "resync" } else { "current" },
            w.now()
        ],
    )?;
    let (folder, resync) = current(&w.reading(), mailbox, name)?.ok_or(StoreError::NotFound("The folder"))?;
    Ok(if resync { Entered::Renumbered(folder) } else { Entered::First(folder) })
}

/// The mails of the gap are found; from now on the folder counts as known.
pub fn settle(w: &Writing<'_>, folder: &FolderRow) -> Result<()> {
    w.main.execute("UPDATE folder SET state = 'current' WHERE id = ?1 AND state = 'resync'", [folder.row])?;
    Ok(())
}

/// When the incarnation before this one was entered, in Unix milliseconds. 0: there was none.
pub fn entered_before(r: &Reading<'_>, folder: &FolderRow) -> Result<i64> {
    let sql = "SELECT coalesce(max(opened_at), 0) FROM folder WHERE mailbox = ?1 AND id < ?2";
    Ok(r.main.prepare_cached(sql)?.query_row(params![folder.mailbox, folder.row], |row| row.get(0))?)
}

/// Marks one UID done and moves the cursor over every UID that is now done without a gap.
pub fn mark_done(w: &Writing<'_>, folder: &FolderRow, uid: u32) -> Result<()> {
    let mut from = uid;
    let mut to = uid;
    let mut statement = w
        .main
        .prepare_cached("SELECT id, uid_from, uid_to FROM ledger_range WHERE folder = ?1 AND uid_to >= ?2 - 1 AND uid_from <= ?2 + 1")?;
    let touching: Vec<(i64, u32, u32)> = statement
        .query_map(params![folder.row, uid], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
        .collect::<rusqlite::Result<_>>()?;
    for (id, range_from, range_to) in touching {
        from = from.min(range_from);
        to = to.max(range_to);
        w.main.prepare_cached("DELETE FROM ledger_range WHERE id = ?1")?.execute([id])?;
    }
    w.main
        .prepare_cached("INSERT INTO ledger_range (folder, uid_from, uid_to) VALUES (?1, ?2, ?3)")?
        .execute(params![folder.row, from, to])?;
    w.main.prepare_cached("DELETE FROM fetch_attempt WHERE folder = ?1 AND uid = ?2")?.execute(params![folder.row, uid])?;
    w.main
        .prepare_cached(
            "UPDATE folder SET low_water = max(low_water, coalesce((SELECT max(uid_to) FROM ledger_range
               WHERE folder = ?1 AND uid_from <= low_water + 1), low_water)) WHERE id = ?1",
        )?
        .execute([folder.row])?;
    Ok(())
}

/// Moves the cursor over UIDs that the server does not have any more, up to and including `uid`. They stay open in the
/// ranges: should one of them turn up after all, the sweep finds it.
pub fn close_gap(w: &Writing<'_>, folder: &FolderRow, uid: u32) -> Result<()> {
    w.main.execute("UPDATE folder SET low_water = max(low_water, ?2) WHERE id = ?1", params![folder.row, uid])?;
    Ok(())
}

/// UIDs that are ours and not done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pending {
    /// Ascending.
    pub due: Vec<u32>,
    /// How many more there are whose last attempt failed a moment ago.
    pub resting: usize,
}

/// Of these UIDs the ones that are ours and not done.
pub fn pending(r: &Reading<'_>, folder: &FolderRow, uids: &[u32]) -> Result<Pending> {
    let open = open(r, folder, uids)?.into_iter().filter(|uid| *uid >= folder.first_uid).collect();
    without_resting(r, folder, open)
}

/// Of these UIDs the ones below our first that nobody has looked at, as [`pending`]: only after a renumbering.
pub fn pending_before(r: &Reading<'_>, folder: &FolderRow, uids: &[u32]) -> Result<Pending> {
    let open = open(r, folder, uids)?.into_iter().filter(|uid| *uid < folder.first_uid).collect();
    without_resting(r, folder, open)
}

/// A server that is rebuilding its index needs seconds, not another question at once.
fn without_resting(r: &Reading<'_>, folder: &FolderRow, open: Vec<u32>) -> Result<Pending> {
    let mut statement = r.main.prepare_cached("SELECT uid FROM fetch_attempt WHERE folder = ?1 AND last_at > ?2")?;
    let since = r.now().saturating_sub(FETCH_PAUSE_MS);
    let resting: HashSet<u32> = statement.query_map(params![folder.row, since], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
    let before = open.len();
    let due: Vec<u32> = open.into_iter().filter(|uid| !resting.contains(uid)).collect();
    Ok(Pending { resting: before - due.len(), due })
}

fn open(r: &Reading<'_>, folder: &FolderRow, uids: &[u32]) -> Result<Vec<u32>> {
    let mut statement = r.main.prepare_cached("SELECT uid_from, uid_to FROM ledger_range WHERE folder = ?1 ORDER BY uid_from")?;
    let done: Vec<(u32, u32)> =
        statement.query_map([folder.row], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<rusqlite::Result<_>>()?;
    let is_done = |uid: u32| {
        let after = done.partition_point(|&(from, _)| from <= uid);
        after.checked_sub(1).and_then(|at| done.get(at)).is_some_and(|&(_, to)| uid <= to)
    };
    let mut open: Vec<u32> = uids.iter().copied().filter(|&uid| !is_done(uid)).collect();
    open.sort_unstable();
    open.dedup();
    Ok(open)
}

/// Remembers a mail by keyed HMACs.
pub fn remember(w: &Writing<'_>, folder: &FolderRow, uid: u32, message_id: Option<&MessageId>, raw: &Digest) -> Result<()> {
    let message_id = message_id.map(|id| w.reading().message_id_hmac(id));
    w.main
        .prepare_cached("INSERT INTO ledger_mail (mailbox, folder, uid, message_id_hmac, raw_hmac) VALUES (?1, ?2, ?3, ?4, ?5)")?
        .execute(params![folder.mailbox, folder.row, uid, message_id, raw])?;
    Ok(())
}

/// Whether these very bytes have been dealt with in this mailbox before, erased mail included.
pub fn seen_before(r: &Reading<'_>, mailbox: i64, raw: &Digest) -> Result<bool> {
    Ok(r.main
        .prepare_cached("SELECT EXISTS (SELECT 1 FROM ledger_mail WHERE mailbox = ?1 AND raw_hmac = ?2)")?
        .query_row(params![mailbox, raw], |row| row.get(0))?)
}

/// Counts a failed attempt to read a UID; returns how many there were.
pub fn failed_attempt(w: &Writing<'_>, folder: &FolderRow, uid: u32) -> Result<u32> {
    w.main.execute(
        "INSERT INTO fetch_attempt (folder, uid, attempts, last_at) VALUES (?1, ?2, 1, ?3)
         ON CONFLICT (folder, uid) DO UPDATE SET attempts = attempts + 1, last_at = excluded.last_at",
        params![folder.row, uid, w.now()],
    )?;
    Ok(w.main.query_row("SELECT attempts FROM fetch_attempt WHERE folder = ?1 AND uid = ?2", params![folder.row, uid], |row| row.get(0))?)
}

pub fn uid_validity(r: &Reading<'_>, folder: i64) -> Result<u32> {
    Ok(r.main.query_row("SELECT uid_validity FROM folder WHERE id = ?1", [folder], |row| row.get(0))?)
}
