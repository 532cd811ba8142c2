//! Documents and passages in main.db, and their grams in search.db.
//!
//! Connections are handed in: the two files have no common transaction, so the caller commits main first. A crash in
//! between leaves passages without grams, which `repair` of the library finds; the other order would leave grams that
//! a later row could inherit. Never: a query built from text that came from outside.

use rusqlite::{Connection, OptionalExtension, Row, params};
use std::collections::HashSet;

/// A source as it is written.
#[derive(Debug, Clone)]
pub struct DocumentRow<'a> {
    pub public_id: [u8; 16],
    /// File name within the knowledge folder, with `/` between folders.
    pub source: &'a str,
    pub sha256: [u8; 32],
    pub language: &'a str,
    pub owner: &'a str,
    pub classification: &'a str,
    pub personal_data: bool,
    /// Rows of the mailboxes that may use it, ascending; none: all may.
    pub mailboxes: &'a [i64],
    /// Unix milliseconds; before it is not found yet.
    pub valid_from: Option<i64>,
    /// Unix milliseconds; from then on it is not found any more.
    pub valid_until: Option<i64>,
    pub imported_at: i64,
    /// The folder that it was imported from; empty for what came another way.
    pub origin: &'a str,
    /// JSON array.
    pub warnings: String,
}

/// A passage as it is written.
#[derive(Debug, Clone)]
pub struct PassageRow<'a> {
    pub code: String,
    /// JSON array, outermost heading first.
    pub heading: String,
    pub text: &'a str,
}

/// A source as it is listed.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ListedDocument {
    pub source: String,
    pub language: String,
    pub owner: String,
    pub classification: String,
    pub personal_data: bool,
    /// Names of the mailboxes that may use it; none: all may.
    pub mailboxes: Vec<String>,
    /// Unix milliseconds.
    pub valid_from: Option<i64>,
    /// Unix milliseconds.
    pub valid_until: Option<i64>,
    /// Unix milliseconds.
    pub imported_at: i64,
    pub origin: String,
    /// JSON array.
    pub warnings: String,
    pub passages: i64,
    pub sha256: [u8; 32],
    /// Kept from customers, whatever its class.
    pub closed: bool,
}

/// A passage as it is read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredPassage {
    pub row: i64,
    pub code: String,
    pub source: String,
    /// JSON array.
    pub heading: String,
    pub text: String,
    pub language: String,
}

/// Rows that a change took away and brought.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Replaced {
    pub gone: Vec<i64>,
    pub new: Vec<i64>,
}

/// Whether exactly this source, with these terms, is already there. `language` and `warnings` are known only after the file
/// was read; without them the rest is compared.
pub fn is_unchanged(main: &Connection, document: &DocumentRow<'_>, was_read: bool) -> rusqlite::Result<bool> {
    let found: Option<i64> = main
        .query_row(
            "SELECT id FROM document WHERE source = ?1 AND sha256 = ?2 AND owner = ?3 AND classification = ?4 AND personal_data = ?5
               AND valid_from IS ?6 AND valid_until IS ?7 AND origin = ?8 AND NOT closed AND (NOT ?9 OR (language = ?10 AND warnings = ?11))",
            params![
                document.source,
                document.sha256,
                document.owner,
                document.classification,
                document.personal_data,
                document.valid_from,
                document.valid_until,
                document.origin,
                was_read,
                document.language,
                document.warnings
            ],
            |row| row.get(0),
        )
        .optional()?;
    let Some(id) = found else { return Ok(false) };
    let mut select = main.prepare_cached("SELECT mailbox FROM document_mailbox WHERE document = ?1 ORDER BY mailbox")?;
    let mailboxes = select.query_map([id], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
    Ok(mailboxes == document.mailboxes)
}

/// Puts a document in the place of the one with the same source. To be called in a transaction.
pub fn put_document(main: &Connection, document: &DocumentRow<'_>, passages: &[PassageRow<'_>]) -> rusqlite::Result<Replaced> {
    let gone = remove_document(main, document.source)?;
    main.execute(
        "INSERT INTO document (public_id, source, sha256, language, owner, classification, personal_data, valid_from, valid_until,
           imported_at, origin, warnings) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        params![
            document.public_id,
            document.source,
            document.sha256,
            document.language,
            document.owner,
            document.classification,
            document.personal_data,
            document.valid_from,
            document.valid_until,
            document.imported_at,
            document.origin,
            document.warnings
        ],
    )?;
    let id = main.last_insert_rowid();
    for mailbox in document.mailboxes {
        main.prepare_cached("INSERT INTO document_mailbox (document, mailbox) VALUES (?1, ?2)")?.execute(params![id, mailbox])?;
    }
    let mut insert = main.prepare_cached("INSERT INTO passage (document, code, ordinal, heading, text) VALUES (?1, ?2, ?3, ?4, ?5)")?;
    let mut new = Vec::with_capacity(passages.len());
    for (ordinal, passage) in passages.iter().enumerate() {
        let ordinal = i64::try_from(ordinal).unwrap_or(i64::MAX);
        new.push(insert.insert(params![id, passage.code, ordinal, passage.heading, passage.text])?);
    }
    Ok(Replaced { gone, new })
}

/// Removes a document and its passages from main.db; the rows returned have to leave search.db.
pub fn remove_document(main: &Connection, source: &str) -> rusqlite::Result<Vec<i64>> {
    let mut select = main.prepare_cached(
        "SELECT passage.id FROM passage JOIN document ON document.id = passage.document WHERE document.source = ?1 ORDER BY passage.id",
    )?;
    let gone = select.query_map([source], |row| row.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
    // Not left to the cascade: `foreign_keys` is a setting of the connection.
    main.execute("DELETE FROM passage WHERE document IN (SELECT id FROM document WHERE source = ?1)", [source])?;
    main.execute("DELETE FROM document_mailbox WHERE document IN (SELECT id FROM document WHERE source = ?1)", [source])?;
    main.execute("DELETE FROM document WHERE source = ?1", [source])?;
    Ok(gone)
}

/// Whether a passage code belongs to a source other than this one.
pub fn code_is_taken(main: &Connection, code: &str, source: &str) -> rusqlite::Result<bool> {
    main.query_row(
        "SELECT EXISTS (SELECT 1 FROM passage JOIN document ON document.id = passage.document
           WHERE passage.code = ?1 AND document.source <> ?2)",
        [code, source],
        |row| row.get(0),
    )
}

/// A mailbox by its name or its address.
pub fn mailbox_row(main: &Connection, name: &str) -> rusqlite::Result<Option<i64>> {
    let mut select =
        main.prepare_cached("SELECT id FROM mailbox WHERE name = ?1 OR lower(address) = lower(?1) ORDER BY name <> ?1 LIMIT 1")?;
    select.query_row([name], |row| row.get(0)).optional()
}

/// The name of a mailbox given by its name or its address.
pub fn mailbox_name(main: &Connection, name: &str) -> rusqlite::Result<Option<String>> {
    let Some(row) = mailbox_row(main, name)? else { return Ok(None) };
    main.query_row("SELECT name FROM mailbox WHERE id = ?1", [row], |row| row.get(0)).optional()
}

/// Notes on a document that something about it is to be looked at.
pub fn set_warnings(main: &Connection, source: &str, warnings: &str) -> rusqlite::Result<()> {
    main.execute("UPDATE document SET warnings = ?2 WHERE source = ?1", [source, warnings])?;
    Ok(())
}

pub fn warnings(main: &Connection, source: &str) -> rusqlite::Result<Option<String>> {
    main.query_row("SELECT warnings FROM document WHERE source = ?1", [source], |row| row.get(0)).optional()
}

/// Keeps a source from customers until it is put anew.
pub fn close(main: &Connection, source: &str) -> rusqlite::Result<()> {
    main.execute("UPDATE document SET closed = 1 WHERE source = ?1", [source])?;
    Ok(())
}

/// Sources with these bytes.
pub fn documents_with(main: &Connection, sha256: &[u8; 32]) -> rusqlite::Result<Vec<ListedDocument>> {
    let mut scope = main.prepare_cached(SCOPE)?;
    let mut select = main.prepare_cached(&format!("{DOCUMENT} WHERE document.sha256 = ?1 ORDER BY document.source"))?;
    select.query_map([sha256], |row| listed(row, &mut scope))?.collect()
}

/// Sources that were imported from this folder.
pub fn sources_of(main: &Connection, origin: &str) -> rusqlite::Result<Vec<String>> {
    let mut select = main.prepare_cached("SELECT source FROM document WHERE origin = ?1 ORDER BY source")?;
    select.query_map([origin], |row| row.get(0))?.collect()
}

const DOCUMENT: &str =
    "SELECT document.source, document.language, document.owner, document.classification, document.personal_data, document.id,
            document.valid_from, document.valid_until, document.imported_at, document.origin, document.warnings,
            (SELECT count(*) FROM passage WHERE passage.document = document.id), document.sha256, document.closed FROM document";

fn listed(row: &Row<'_>, scope: &mut rusqlite::CachedStatement<'_>) -> rusqlite::Result<ListedDocument> {
    let id: i64 = row.get(5)?;
    Ok(ListedDocument {
        source: row.get(0)?,
        language: row.get(1)?,
        owner: row.get(2)?,
        classification: row.get(3)?,
        personal_data: row.get(4)?,
        mailboxes: scope.query_map([id], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?,
        valid_from: row.get(6)?,
        valid_until: row.get(7)?,
        imported_at: row.get(8)?,
        origin: row.get(9)?,
        warnings: row.get(10)?,
        passages: row.get(11)?,
        sha256: row.get(12)?,
        closed: row.get(13)?,
    })
}

const SCOPE: &str = "SELECT mailbox.name FROM document_mailbox JOIN mailbox ON mailbox.id = document_mailbox.mailbox
   WHERE document_mailbox.document = ?1 ORDER BY mailbox.name";

pub fn list_documents(main: &Connection) -> rusqlite::Result<Vec<ListedDocument>> {
    let mut scope = main.prepare_cached(SCOPE)?;
    let mut select = main.prepare_cached(&format!("{DOCUMENT} ORDER BY document.source"))?;
    select.query_map([], |row| listed(row, &mut scope))?.collect()
}

pub fn document(main: &Connection, source: &str) -> rusqlite::Result<Option<ListedDocument>> {
    let mut scope = main.prepare_cached(SCOPE)?;
    main.prepare_cached(&format!("{DOCUMENT} WHERE document.source = ?1"))?.query_row([source], |row| listed(row, &mut scope)).optional()
}

const PASSAGE: &str = "SELECT passage.id, passage.code, document.source, passage.heading, passage.text, document.language
   FROM passage JOIN document ON document.id = passage.document";

fn stored(row: &Row<'_>) -> rusqlite::Result<StoredPassage> {
    Ok(StoredPassage {
        row: row.get(0)?,
        code: row.get(1)?,
        source: row.get(2)?,
        heading: row.get(3)?,
        text: row.get(4)?,
        language: row.get(5)?,
    })
}

/// The passages with these rows, in their order; rows that are gone are left out.
pub fn passages(main: &Connection, rows: &[i64]) -> rusqlite::Result<Vec<StoredPassage>> {
    let mut select = main.prepare_cached(&format!("{PASSAGE} WHERE passage.id = ?1"))?;
    let mut found = Vec::with_capacity(rows.len());
    for row in rows {
        found.extend(select.query_row([row], stored).optional()?);
    }
    Ok(found)
}

/// One passage by its code, for display of a citation.
pub fn passage_by_code(main: &Connection, code: &str) -> rusqlite::Result<Option<StoredPassage>> {
    main.query_row(&format!("{PASSAGE} WHERE passage.code = ?1"), [code], stored).optional()
}

/// From where somebody looks at the knowledge.
#[derive(Debug, Clone, Copy)]
pub struct Standpoint<'a> {
    /// Unix milliseconds.
    pub now: i64,
    /// Name of the mailbox that is asked for; sources kept for others are closed. None: staff looks at all of them.
    pub mailbox: Option<&'a str>,
    /// A customer reads the answer: what is internal or confidential is closed.
    pub customer: bool,
}

/// Rows that must not be found: not yet valid, expired, kept for another mailbox, or not for customers.
pub fn closed_passages(main: &Connection, from: Standpoint<'_>) -> rusqlite::Result<HashSet<i64>> {
    let mut select = main.prepare_cached(
        "SELECT passage.id FROM document JOIN passage ON passage.document = document.id
         WHERE document.valid_from > ?1 OR document.valid_until <= ?1 OR (?3 AND (document.classification <> 'public' OR document.closed))
            OR ((?3 OR ?2 IS NOT NULL)
                AND EXISTS (SELECT 1 FROM document_mailbox WHERE document_mailbox.document = document.id)
                AND NOT EXISTS (SELECT 1 FROM document_mailbox JOIN mailbox ON mailbox.id = document_mailbox.mailbox
                                WHERE document_mailbox.document = document.id AND mailbox.name = ?2))",
    )?;
    select.query_map(params![from.now, from.mailbox, from.customer], |row| row.get(0))?.collect()
}

pub fn passage_rows(main: &Connection) -> rusqlite::Result<HashSet<i64>> {
    main.prepare_cached("SELECT id FROM passage")?.query_map([], |row| row.get(0))?.collect()
}

pub fn indexed_rows(search: &Connection) -> rusqlite::Result<HashSet<i64>> {
    search.prepare_cached("SELECT passage FROM indexed_passage")?.query_map([], |row| row.get(0))?.collect()
}

/// Adds the grams of one passage. To be called in a transaction.
pub fn index_passage(search: &Connection, row: i64, grams: &str) -> rusqlite::Result<()> {
    search.prepare_cached("INSERT INTO passage_gram (rowid, grams) VALUES (?1, ?2)")?.execute(params![row, grams])?;
    search.prepare_cached("INSERT INTO indexed_passage (passage) VALUES (?1)")?.execute([row])?;
    Ok(())
}

/// Takes the grams of these passages out. To be called in a transaction; [`forget_grams`] then clears the tombstones.
pub fn unindex_passages(search: &Connection, rows: &[i64]) -> rusqlite::Result<()> {
    for row in rows {
        search.prepare_cached("DELETE FROM passage_gram WHERE rowid = ?1")?.execute([row])?;
        search.prepare_cached("DELETE FROM indexed_passage WHERE passage = ?1")?.execute([row])?;
    }
    Ok(())
}

/// A deleted row of a contentless FTS5 table leaves its terms in the segments until they are merged.
pub fn forget_grams(search: &Connection) -> rusqlite::Result<()> {
    search.execute("INSERT INTO passage_gram (passage_gram) VALUES ('optimize')", [])?;
    Ok(())
}

/// Number of passages and the highest row, the measure for frequencies.
pub fn index_extent(search: &Connection) -> rusqlite::Result<(i64, i64)> {
    search.query_row("SELECT count(*), coalesce(max(passage), 0) FROM indexed_passage", [], |row| Ok((row.get(0)?, row.get(1)?)))
}

/// Puts the version of the index into a row of its own, which no passage has.
pub fn mark_index(search: &Connection, version: &str) -> rusqlite::Result<()> {
    search.execute("DELETE FROM passage_gram WHERE rowid = 0", [])?;
    search.execute("INSERT INTO passage_gram (rowid, grams) VALUES (0, ?1)", [version])?;
    Ok(())
}

/// Rows whose passages hold this gram, ascending, at most `limit`. `gram` is a token of our own making.
pub fn postings(search: &Connection, gram: &str, limit: u32) -> rusqlite::Result<Vec<i64>> {
    // An FTS5 string literal: quotes doubled, so that no operator can hide in it.
    let phrase = format!("\"{}\"", gram.replace('"', "\"\""));
    let mut select = search.prepare_cached("SELECT rowid FROM passage_gram WHERE passage_gram MATCH ?1 ORDER BY rowid LIMIT ?2")?;
    select.query_map(params![phrase, limit], |row| row.get(0))?.collect()
}

/// Runs `work` in a transaction of its own, or within the one that the caller holds.
pub fn atomically<T, E: From<rusqlite::Error>>(connection: &Connection, work: impl FnOnce(&Connection) -> Result<T, E>) -> Result<T, E> {
    if !connection.is_autocommit() {
        return work(connection);
    }
    let tx = connection.unchecked_transaction()?;
    let value = work(&tx)?;
    tx.commit()?;
    Ok(value)
}
