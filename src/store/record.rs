//! Audit, security and decision records: append-only, one hash chain per retention class.
//!
//! A record holds ids, codes and keyed HMACs only. Its hash covers the previous one; the head of each chain is signed,
//! so that a removed end is noticed too. Expiry replaces a prefix by a signed checkpoint.

use crate::crypto::digest::{self, Digest};
use crate::domain::clock::rfc3339;
use crate::domain::ids::PublicId;
use crate::store::error::column;
use crate::store::{Reading, Result, StoreError, Writing, setting};
use data_encoding::HEXLOWER;
use rusqlite::{OptionalExtension, params};
use serde::Serialize;
use serde_json::Value;

const GENESIS: Digest = [0; 32];

/// One chain per retention class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Chain {
    /// What people changed: 12 months.
    Audit,
    /// Logins, keys, refusals: 90 days.
    Security,
    /// What was decided about a mail: 12 months.
    Decision,
}

impl Chain {
    pub const ALL: [Self; 3] = [Self::Audit, Self::Security, Self::Decision];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Audit => "audit",
            Self::Security => "security",
            Self::Decision => "decision",
        }
    }
}

/// A record before it has its place in the chain. `detail` holds codes and ids, never words of a mail.
#[derive(Debug, Clone)]
pub struct Entry<'a> {
    pub chain: Chain,
    pub event: &'a str,
    pub object: Option<PublicId>,
    pub actor: Option<PublicId>,
    pub detail: Value,
}

#[derive(Debug, Clone, Serialize)]
pub struct Record {
    pub id: PublicId,
    pub chain: String,
    pub seq: i64,
    /// Unix milliseconds.
    pub at: i64,
    /// The same as RFC 3339.
    pub at_time: String,
    pub event: String,
    pub object: Option<PublicId>,
    pub actor: Option<PublicId>,
    pub detail: Value,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verification {
    pub records: u64,
    /// `chain:seq` of the first record that does not hold.
    pub first_broken: Option<String>,
    pub checkpoints: u64,
    /// RFC 3339.
    pub last_checkpoint: Option<String>,
}

struct Link {
    seq: i64,
    hash: Digest,
}

/// What the hash of a record covers, in this order and form.
#[derive(Serialize)]
struct Hashed<'a> {
    id: &'a str,
    chain: &'a str,
    seq: i64,
    at: i64,
    event: &'a str,
    object: Option<String>,
    actor: Option<String>,
    detail: &'a str,
}

fn link_hash(previous: &Digest, hashed: &Hashed<'_>) -> Result<Digest> {
    let body = serde_json::to_vec(hashed).map_err(|_| StoreError::damaged("main.db", "a record cannot be written as JSON"))?;
    Ok(digest::sha256(&[previous.as_slice(), &body].concat()))
}

fn signed_head(chain: Chain, seq: i64, hash: &Digest) -> Vec<u8> {
    format!("hauspost chain head {} {seq} {}", chain.code(), digest::hex(hash)).into_bytes()
}

fn signed_checkpoint(chain: &str, seq: i64, hash: &Digest, at: i64) -> Vec<u8> {
    format!("hauspost checkpoint {chain} {seq} {} {at}", digest::hex(hash)).into_bytes()
}

fn head_setting(chain: Chain) -> String {
    format!("chain.{}.head", chain.code())
}

fn last_link(r: &Reading<'_>, chain: Chain) -> Result<Link> {
    let last: Option<(i64, Digest)> = r
        .main
        .prepare_cached("SELECT seq, hash FROM record WHERE chain = ?1 ORDER BY seq DESC LIMIT 1")?
        .query_row([chain.code()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    match last {
        Some((seq, hash)) => Ok(Link { seq, hash }),
        None => last_checkpoint(r, chain),
    }
}

fn last_checkpoint(r: &Reading<'_>, chain: Chain) -> Result<Link> {
    let last: Option<(i64, Digest)> = r
        .main
        .prepare_cached("SELECT seq, hash FROM checkpoint WHERE chain = ?1 ORDER BY seq DESC LIMIT 1")?
        .query_row([chain.code()], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    Ok(last.map_or(Link { seq: 0, hash: GENESIS }, |(seq, hash)| Link { seq, hash }))
}

/// Appends to a chain, in the transaction of what it records.
pub fn append(w: &Writing<'_>, entry: &Entry<'_>) -> Result<PublicId> {
    let r = w.reading();
    let last = last_link(&r, entry.chain)?;
    let (id, seq, at) = (w.random_id()?, last.seq + 1, w.now());
    let detail = entry.detail.to_string();
    let hash = link_hash(
        &last.hash,
        &Hashed {
            id: &id.to_string(),
            chain: entry.chain.code(),
            seq,
            at,
            event: entry.event,
            object: entry.object.map(|object| object.to_string()),
            actor: entry.actor.map(|actor| actor.to_string()),
            detail: &detail,
        },
    )?;
    w.main
        .prepare_cached(
            "INSERT INTO record (public_id, chain, seq, at, event, object, actor, detail, previous, hash)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )?
        .execute(params![
            id.as_bytes(),
            entry.chain.code(),
            seq,
            at,
            entry.event,
            entry.object.as_ref().map(PublicId::as_bytes),
            entry.actor.as_ref().map(PublicId::as_bytes),
            detail,
            last.hash,
            hash
        ])?;
    let signature = r.signing_key().sign(&signed_head(entry.chain, seq, &hash));
    setting::set(w, &head_setting(entry.chain), &format!("{seq} {}", HEXLOWER.encode(&signature)))?;
    Ok(id)
}

/// Replaces all records up to `seq` by a signed checkpoint (R-099: expiry is the only deletion).
pub fn expire(w: &Writing<'_>, chain: Chain, seq: i64) -> Result<usize> {
    let r = w.reading();
    let hash: Digest = w
        .main
        .query_row("SELECT hash FROM record WHERE chain = ?1 AND seq = ?2", params![chain.code(), seq], |row| row.get(0))
        .optional()?
        .ok_or(StoreError::NotFound("The record to expire up to"))?;
    let at = w.now();
    let signature = r.signing_key().sign(&signed_checkpoint(chain.code(), seq, &hash, at));
    w.main.execute(
        "INSERT INTO checkpoint (chain, seq, hash, at, signature) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![chain.code(), seq, hash, at, signature],
    )?;
    Ok(w.main.execute("DELETE FROM record WHERE chain = ?1 AND seq <= ?2", params![chain.code(), seq])?)
}

/// Walks every chain from its last checkpoint to its signed head.
pub fn verify(r: &Reading<'_>) -> Result<Verification> {
    let mut outcome = Verification { records: 0, first_broken: None, checkpoints: 0, last_checkpoint: None };
    verify_checkpoints(r, &mut outcome)?;
    for chain in Chain::ALL {
        verify_chain(r, chain, &mut outcome)?;
    }
    Ok(outcome)
}

fn break_at(outcome: &mut Verification, chain: &str, seq: i64) {
    outcome.first_broken.get_or_insert_with(|| format!("{chain}:{seq}"));
}

fn verify_checkpoints(r: &Reading<'_>, outcome: &mut Verification) -> Result<()> {
    let mut statement = r.main.prepare("SELECT chain, seq, hash, at, signature FROM checkpoint ORDER BY at, id")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        let (chain, seq, hash, at): (String, i64, Digest, i64) = (row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?);
        let signature: Vec<u8> = row.get(4)?;
        outcome.checkpoints += 1;
        outcome.last_checkpoint = Some(rfc3339(at));
        if !r.signing_key().verifies(&signed_checkpoint(&chain, seq, &hash, at), &signature) {
            break_at(outcome, &chain, seq);
        }
    }
    Ok(())
}

fn verify_chain(r: &Reading<'_>, chain: Chain, outcome: &mut Verification) -> Result<()> {
    let mut expected = last_checkpoint(r, chain)?;
    let mut statement = r
        .main
        .prepare("SELECT public_id, seq, at, event, object, actor, detail, previous, hash FROM record WHERE chain = ?1 ORDER BY seq")?;
    let mut rows = statement.query([chain.code()])?;
    while let Some(row) = rows.next()? {
        let (id, seq): ([u8; 16], i64) = (row.get(0)?, row.get(1)?);
        let (object, actor): (Option<[u8; 16]>, Option<[u8; 16]>) = (row.get(4)?, row.get(5)?);
        let (event, detail): (String, String) = (row.get(3)?, row.get(6)?);
        let (previous, hash): (Digest, Digest) = (row.get(7)?, row.get(8)?);
        let computed = link_hash(
            &expected.hash,
            &Hashed {
                id: &PublicId::from_bytes(id).to_string(),
                chain: chain.code(),
                seq,
                at: row.get(2)?,
                event: &event,
                object: object.map(|id| PublicId::from_bytes(id).to_string()),
                actor: actor.map(|id| PublicId::from_bytes(id).to_string()),
                detail: &detail,
            },
        )?;
        outcome.records += 1;
        if seq != expected.seq + 1 || previous != expected.hash || hash != computed {
            break_at(outcome, chain.code(), seq);
        }
        expected = Link { seq, hash };
    }
    verify_head(r, chain, &expected, outcome)
}

fn verify_head(r: &Reading<'_>, chain: Chain, last: &Link, outcome: &mut Verification) -> Result<()> {
    let head = setting::get(r, &head_setting(chain))?;
    let holds = match head.as_deref().and_then(|head| head.split_once(' ')) {
        None => last.seq == 0,
        Some((seq, signature)) => {
            let signature = HEXLOWER.decode(signature.as_bytes()).unwrap_or_default();
            seq.parse() == Ok(last.seq) && r.signing_key().verifies(&signed_head(chain, last.seq, &last.hash), &signature)
        }
    };
    if !holds {
        break_at(outcome, chain.code(), last.seq);
    }
    Ok(())
}

/// The records about one object, oldest first.
pub fn about(r: &Reading<'_>, object: PublicId) -> Result<Vec<Record>> {
    let mut statement = r
        .main
        .prepare_cached("SELECT public_id, chain, seq, at, event, object, actor, detail FROM record WHERE object = ?1 ORDER BY at, id")?;
    let rows = statement.query_map([object.as_bytes()], |row| {
        let detail: String = row.get(7)?;
        Ok(column(serde_json::from_str(&detail).ok(), "record.detail").and_then(|detail| {
            Ok(Record {
                id: PublicId::from_bytes(row.get(0)?),
                chain: row.get(1)?,
                seq: row.get(2)?,
                at: row.get(3)?,
                at_time: rfc3339(row.get(3)?),
                event: row.get(4)?,
                object: row.get::<_, Option<[u8; 16]>>(5)?.map(PublicId::from_bytes),
                actor: row.get::<_, Option<[u8; 16]>>(6)?.map(PublicId::from_bytes),
                detail,
            })
        }))
    })?;
    rows.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().collect()
}
