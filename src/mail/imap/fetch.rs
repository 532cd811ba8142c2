//! Finding and reading mails: plain UID SEARCH in ranges, sizes first, bodies by PEEK in pieces.
//!
//! Never: a flag touched, a partial list taken for a whole one, a mail larger than the limit in memory.

use super::login::quoted;
use super::mailbox::{Access, ImapMailbox};
use super::wire::{Command, fetched_uid};
use crate::domain::limits::{
    FETCH_BATCH_BYTES_MAX, IMAP_CHUNK_BYTES, IMAP_SET_UIDS_MAX, MAIL_BYTES_MAX, MAIL_HEAD_BYTES, SEARCH_RANGE_UIDS,
};
use crate::mail::mailbox::{Fetched, FolderRole, OwnMark, RawMail, UidFault};
use crate::mail::mailbox_error::MailboxError;
use async_imap::imap_proto::{AttributeValue, MailboxDatum, Response};
use std::collections::BTreeMap;
use std::ops::RangeInclusive;

/// RFC 3501 §9 `date-month`.
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/// What one piece of a body was.
enum Piece {
    Bytes(Vec<u8>),
    /// No answer for this UID.
    Missing,
    /// An answer without bytes (NIL), or NO.
    Unreadable,
}

impl ImapMailbox {
    /// See [`Mailbox::uids`](crate::mail::Mailbox::uids). The reply parser is quadratic, so a large folder is asked in ranges.
    pub async fn uids(&mut self, role: FolderRole, range: RangeInclusive<u32>) -> Result<Vec<u32>, MailboxError> {
        self.search_range(role, range, "").await
    }

    /// See [`Mailbox::since`](crate::mail::Mailbox::since).
    pub async fn since(&mut self, role: FolderRole, day: jiff::civil::Date) -> Result<Vec<u32>, MailboxError> {
        let month = MONTHS.get(usize::from(day.month().unsigned_abs()).saturating_sub(1)).copied().unwrap_or("Jan");
        let key = format!(" SINCE {}-{month}-{:04}", day.day(), day.year());
        match self.search_range(role, 1..=u32::MAX, &key).await {
            // RFC 3501 makes every server know SINCE; where one does not, looking at every mail loses nothing.
            Err(MailboxError::No { .. } | MailboxError::Bad { .. }) => self.search_range(role, 1..=u32::MAX, "").await,
            other => other,
        }
    }

    /// The UIDs of a range that `also` (a search key with a space before it) lets through.
    async fn search_range(&mut self, role: FolderRole, range: RangeInclusive<u32>, also: &str) -> Result<Vec<u32>, MailboxError> {
        self.need(role, Access::ReadOnly).await?;
        let (first, last) = ((*range.start()).max(1), *range.end());
        let mut found = Vec::new();
        if first > last {
            return Ok(found);
        }
        if self.open.exists <= SEARCH_RANGE_UIDS {
            self.search_into(&format!("UID {first}:{last}{also}"), &mut found).await?;
        } else {
            // Beyond the last UID there is nothing to divide.
            let highest = self.last_uid().await?;
            let mut from = first;
            while from <= last.min(highest) {
                let to = from.saturating_add(SEARCH_RANGE_UIDS - 1).min(last);
                self.search_into(&format!("UID {from}:{to}{also}"), &mut found).await?;
                let Some(next) = to.checked_add(1) else { break };
                from = next;
            }
        }
        found.retain(|uid| range.contains(uid));
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    async fn last_uid(&mut self) -> Result<u32, MailboxError> {
        let mut found = Vec::new();
        self.search_into("UID *", &mut found).await?;
        Ok(found.into_iter().max().unwrap_or(0))
    }

    async fn search_into(&mut self, key: &str, found: &mut Vec<u32>) -> Result<(), MailboxError> {
        let search = self.command("UID SEARCH", format!("UID SEARCH {key}"));
        self.run(search, &mut |answer| {
            if let Response::MailboxData(MailboxDatum::Search(uids)) = answer {
                found.extend_from_slice(uids);
            }
        })
        .await?;
        Ok(())
    }

    /// See [`Mailbox::sizes`](crate::mail::Mailbox::sizes).
    pub async fn sizes(&mut self, role: FolderRole, uids: &[u32]) -> Result<Vec<(u32, u64)>, MailboxError> {
        self.need(role, Access::ReadOnly).await?;
        let mut sizes = BTreeMap::new();
        for part in uids.chunks(IMAP_SET_UIDS_MAX) {
            let fetch = self.command("UID FETCH", format!("UID FETCH {} (UID RFC822.SIZE)", set(part)));
            let on = &mut |answer: &Response<'_>| {
                let Response::Fetch(_, attributes) = answer else { return };
                let size = attributes.iter().find_map(|a| if let AttributeValue::Rfc822Size(size) = a { Some(*size) } else { None });
                if let (Some(uid), Some(size)) = (fetched_uid(attributes), size) {
                    sizes.insert(uid, u64::from(size));
                }
            };
            self.run(Command { patient: true, ..fetch }, on).await?;
        }
        Ok(uids.iter().filter_map(|uid| sizes.get(uid).map(|size| (*uid, *size))).collect())
    }

    /// See [`Mailbox::fetch`](crate::mail::Mailbox::fetch).
    pub async fn fetch(&mut self, role: FolderRole, uids: &[u32]) -> Result<Vec<Fetched>, MailboxError> {
        let sizes: BTreeMap<u32, u64> = self.sizes(role, uids).await?.into_iter().collect();
        let mut batch = Vec::new();
        let mut bytes = 0_usize;
        for uid in uids {
            if bytes >= FETCH_BATCH_BYTES_MAX {
                break;
            }
            let mail = match sizes.get(uid) {
                None => Err(UidFault::Missing),
                Some(size) => self.fetch_one(*uid, *size).await?,
            };
            bytes = bytes.saturating_add(mail.as_ref().map_or(0, |mail| mail.raw.len()));
            batch.push(Fetched { uid: *uid, mail });
        }
        Ok(batch)
    }

    async fn fetch_one(&mut self, uid: u32, told: u64) -> Result<Result<RawMail, UidFault>, MailboxError> {
        let limit = if told > MAIL_BYTES_MAX as u64 { MAIL_HEAD_BYTES } else { MAIL_BYTES_MAX };
        let mut raw = Vec::new();
        // The size a server tells can be wrong, so the end is where the server has no more bytes, not where the size says.
        loop {
            let small = raw.is_empty() && told <= IMAP_CHUNK_BYTES as u64;
            let (what, asked) = if small {
                ("BODY.PEEK[]".to_owned(), IMAP_CHUNK_BYTES.max(usize::try_from(told).unwrap_or(usize::MAX)))
            } else {
                (format!("BODY.PEEK[]<{}.{IMAP_CHUNK_BYTES}>", raw.len()), IMAP_CHUNK_BYTES)
            };
            let piece = match self.piece(uid, &what).await? {
                Piece::Bytes(piece) => piece,
                Piece::Missing => return Ok(Err(UidFault::Missing)),
                Piece::Unreadable => return Ok(Err(UidFault::Unreadable)),
            };
            if piece.len() > asked && !small {
                return Err(MailboxError::Protocol("UID FETCH"));
            }
            let end = small || piece.len() < asked;
            raw.extend_from_slice(&piece);
            if raw.len() > limit || (raw.len() == limit && limit == MAIL_HEAD_BYTES) {
                let seen = raw.len() as u64;
                raw.truncate(MAIL_HEAD_BYTES);
                return Ok(Ok(RawMail { raw, truncated: Some(told.max(seen)) }));
            }
            if end {
                return Ok(Ok(RawMail { raw, truncated: None }));
            }
        }
    }

    /// One body section of one mail. A NO is a fault of this mail alone; everything else is one of the connection.
    async fn piece(&mut self, uid: u32, what: &str) -> Result<Piece, MailboxError> {
        let mut found = Piece::Missing;
        let fetch = self.command("UID FETCH", format!("UID FETCH {uid} (UID {what})"));
        let done = self
            .run(Command { patient: true, ..fetch }, &mut |answer| {
                let Response::Fetch(_, attributes) = answer else { return };
                if fetched_uid(attributes) != Some(uid) {
                    return;
                }
                for attribute in attributes {
                    if let AttributeValue::BodySection { data, .. } = attribute {
                        found = data.as_ref().map_or(Piece::Unreadable, |data| Piece::Bytes(data.to_vec()));
                    }
                }
            })
            .await;
        match done {
            Ok(_) => Ok(found),
            Err(MailboxError::No { .. }) => Ok(Piece::Unreadable),
            Err(error) => Err(error),
        }
    }

    /// The header block of one mail that carries `mark`, if it is there: `None` gone, `Some(false)` not ours.
    pub(super) async fn carries(&mut self, uid: u32, mark: &OwnMark) -> Result<Option<bool>, MailboxError> {
        match self.piece(uid, &format!("BODY.PEEK[HEADER.FIELDS ({})]", mark.name())).await? {
            Piece::Bytes(header) => Ok(Some(mark.is_on(&header))),
            Piece::Missing => Ok(None),
            Piece::Unreadable => Ok(Some(false)),
        }
    }

    /// See [`Mailbox::find_by_header`](crate::mail::Mailbox::find_by_header). SEARCH finds substrings (RFC 3501 §6.4.4), so each
    /// candidate's field is read and compared.
    pub async fn find_by_header(&mut self, role: FolderRole, name: &str, value: &str) -> Result<Vec<u32>, MailboxError> {
        let mark = OwnMark::header(name, value).ok_or(MailboxError::BadInput("A header field with other than ASCII letters"))?;
        let text = quoted(mark.value()).ok_or(MailboxError::BadInput("A header value with other than ASCII letters"))?;
        self.need(role, Access::ReadOnly).await?;
        let mut candidates = Vec::new();
        self.search_into(&format!("HEADER {} {text}", mark.name()), &mut candidates).await?;
        candidates.sort_unstable();
        candidates.dedup();
        let mut found = Vec::new();
        for uid in candidates {
            if self.carries(uid, &mark).await? == Some(true) {
                found.push(uid);
            }
        }
        Ok(found)
    }
}

fn set(uids: &[u32]) -> String {
    uids.iter().map(u32::to_string).collect::<Vec<_>>().join(",")
}
