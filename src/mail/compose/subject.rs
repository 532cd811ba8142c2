//! Subject and thread of a reply (RFC 5322 §3.6.4, §3.6.5).

use super::wire;
use crate::domain::MessageId;
use crate::domain::limits::REFERENCES_MAX;
use crate::domain::message::Message;

/// A longer subject is cut with a visible `…`: servers cut whole headers when they grow.
pub const SUBJECT_CHARS_MAX: usize = 250;

/// Reply and forward marks of German, English, Scandinavian and Dutch mail programs.
const MARKS: [&str; 9] = ["re", "aw", "antwort", "antw", "sv", "wg", "fw", "fwd", "weitergeleitet"];

/// `Re: ` once before what the subject says; other marks fall away.
pub fn reply_to(subject: &str) -> String {
    let line = wire::one_line(subject);
    let mut rest = line.as_str();
    while let Some(shorter) = without_mark(rest) {
        rest = shorter;
    }
    let mut bare: String = rest.chars().take(SUBJECT_CHARS_MAX).collect();
    if bare.len() < rest.len() {
        bare.push('…');
    }
    format!("Re: {bare}").trim_end().to_owned()
}

/// `AW: x` → `x`, `Re[2]: x` → `x`; `None` where no mark stands in front.
fn without_mark(subject: &str) -> Option<&str> {
    let (mark, rest) = subject.split_once(':')?;
    let mark = mark.trim_end();
    let word = match mark.split_once(['[', '(']) {
        Some((word, count)) if count.trim_end_matches([']', ')']).bytes().all(|b| b.is_ascii_digit()) => word,
        Some(_) => return None,
        None => mark,
    };
    MARKS.iter().any(|known| known.eq_ignore_ascii_case(word.trim_end())).then(|| rest.trim_start())
}

/// Their references and their Message-ID; where there are too many, the first and the last ones.
pub fn references_of(original: &Message) -> Vec<MessageId> {
    let chain = match (original.references.is_empty(), original.in_reply_to.as_slice()) {
        // RFC 5322 §3.6.4: without References, a single In-Reply-To stands in for them.
        (true, [only]) => std::slice::from_ref(only),
        (_, _) => original.references.as_slice(),
    };
    let mut ids: Vec<MessageId> = Vec::with_capacity(chain.len() + 1);
    for id in chain.iter().filter(|id| wire::id_fits(id) && Some(*id) != original.message_id.as_ref()) {
        if !ids.contains(id) {
            ids.push(id.clone());
        }
    }
    ids.extend(original.message_id.iter().filter(|id| wire::id_fits(id)).cloned());
    if ids.len() > REFERENCES_MAX {
        let surplus = ids.len() - REFERENCES_MAX;
        ids.drain(1..=surplus);
    }
    ids
}
