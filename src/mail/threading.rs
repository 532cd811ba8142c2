//! Which conversation does a mail belong to (F-07)?
//!
//! Never: a thread by subject text alone. An order is "Frage" for many customers; the subject counts only among the same participants.

use crate::domain::message::Message;
use crate::domain::{EmailAddress, MessageId};
use regex::Regex;
use std::sync::LazyLock;

/// Message-IDs looked up for one inbound mail.
const LOOKUPS_MAX: usize = 50;
/// Subjects shorter than this say nothing.
const SUBJECT_CHARS_MIN: usize = 4;
/// Prefixes stripped from one subject.
const PREFIXES_MAX: usize = 20;

#[expect(clippy::expect_used, reason = "the patterns are constants, a test compiles each")]
fn regex(pattern: &str) -> Regex {
    Regex::new(pattern).expect("Pattern is a constant")
}

static REPLY: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^(?:re|aw|antw|antwort|sv|vs|ref|rif|r|odp|ynt|res|vá|回复|答复|回覆|返信)(?:\s?\[\d+\]|\s?\(\d+\)|\^\d+|\*\d+)?\s?[:：]\s*",
    )
});
static FORWARD: LazyLock<Regex> = LazyLock::new(|| {
    regex(r"(?i)^(?:fwd?|wg|wtr|tr|rv|enc|i|vb|vl|doorst|pd|továbbítás|weitergeleitet|转发|轉寄|転送)(?:\s?\[\d+\]|\s?\(\d+\))?\s?[:：]\s*")
});
static MARK: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^(?:\[(?:ext(?:ern(?:al)?)?(?:e mail)?|spam|suspected spam|secure|#[^\]]{1,40})\]|\*+\s?(?:spam|ext(?:ern(?:al)?)?)\s?\*+|<ext>)[\s:]*",
    )
});

/// A subject without its prefixes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stripped<'a> {
    pub base: &'a str,
    pub reply: bool,
    pub forward: bool,
    /// The outermost prefix is a forward's.
    pub forward_outermost: bool,
}

pub fn strip(subject: &str) -> Stripped<'_> {
    let mut found = Stripped { base: subject.trim(), reply: false, forward: false, forward_outermost: false };
    for _ in 0..PREFIXES_MAX {
        let (pattern, kind) = [(&REPLY, 'r'), (&FORWARD, 'f'), (&MARK, 'm')]
            .into_iter()
            .find(|(p, _)| p.is_match(found.base))
            .map_or((None, ' '), |(p, k)| (Some(p), k));
        let Some(end) = pattern.and_then(|p| p.find(found.base)).map(|m| m.end()) else { break };
        found.forward_outermost |= kind == 'f' && !found.reply && !found.forward;
        found.reply |= kind == 'r';
        found.forward |= kind == 'f';
        found.base = found.base.get(end..).unwrap_or("").trim_start();
    }
    found
}

pub fn is_forward_subject(subject: &str) -> bool {
    strip(subject).forward_outermost
}

/// The form under which two subjects are the same: no prefixes, no `[#…]` marks, lower case, single spaces.
pub fn subject_key(subject: &str) -> String {
    strip(subject).base.to_lowercase().split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Message-IDs that name the conversation, most telling first: In-Reply-To, then References from the newest back.
pub fn references_of(message: &Message) -> Vec<MessageId> {
    let mut ids: Vec<MessageId> = Vec::new();
    for id in message.in_reply_to.iter().chain(message.references.iter().rev()) {
        if ids.len() >= LOOKUPS_MAX {
            break;
        }
        if !ids.contains(id) && message.message_id.as_ref() != Some(id) {
            ids.push(id.clone());
        }
    }
    ids
}

/// A conversation as the store knows it.
#[derive(Debug, Clone, Copy)]
pub struct Known<'a, T> {
    pub id: T,
    pub message_ids: &'a [MessageId],
    /// Our own marks (address tag, subject token) that were checked to be ours.
    pub tokens: &'a [String],
    /// As [`subject_key`] makes it.
    pub subject_key: &'a str,
    pub participants: &'a [EmailAddress],
}

/// Why a mail belongs to a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    Reference,
    Token,
    Subject,
}

/// The rule of F-07 over candidates, newest conversation first. `tokens` are the marks found in the mail.
pub fn conversation_of<T: Copy>(message: &Message, tokens: &[String], known: &[Known<'_, T>]) -> Option<(T, Basis)> {
    for reference in references_of(message) {
        if let Some(k) = known.iter().find(|k| k.message_ids.contains(&reference)) {
            return Some((k.id, Basis::Reference));
        }
    }
    if let Some(k) = known.iter().find(|k| k.tokens.iter().any(|t| tokens.contains(t))) {
        return Some((k.id, Basis::Token));
    }
    // A mail that names other mails as its parents is no orphan of this conversation by its subject.
    let stripped = strip(&message.subject);
    let key = subject_key(&message.subject);
    let sender = &message.from.as_ref()?.address;
    if !stripped.reply || key.chars().count() < SUBJECT_CHARS_MIN {
        return None;
    }
    known.iter().find(|k| k.subject_key == key && k.participants.iter().any(|p| p.same_as(sender))).map(|k| (k.id, Basis::Subject))
}

#[cfg(test)]
#[path = "threading_tests.rs"]
mod tests;
