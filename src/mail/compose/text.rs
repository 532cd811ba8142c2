//! The body of a reply: what was approved, one signature, and the mail that is answered below it (F-11).
//!
//! Never: a second signature, a quote of a mail that came encrypted or signed, an order of a text about recipients:
//! text is only text here.

use super::{ComposeError, Quote, Reply, Signature, wire};
use crate::domain::message::Message;
use crate::domain::{Language, Personal};
use jiff::{Timestamp, ZonedDateTime};

/// RFC 3676 §4.3: what mail programs recognise as the start of a signature.
const DELIMITER: &str = "-- ";

const MONTHS_DE: [&str; 12] =
    ["Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"];
const MONTHS_EN: [&str; 12] =
    ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"];

/// The whole body with LF, ending in one.
pub fn body(reply: &Reply<'_>) -> Result<String, ComposeError> {
    let signature = signature_lines(reply.signature, reply.language)?;
    let text = without_signature(&clean(reply.text), &signature);
    if text.trim().is_empty() {
        return Err(ComposeError::EmptyText);
    }
    let mut out = format!("{}\n\n{DELIMITER}\n{}\n", text.trim_end(), signature.join("\n"));
    let wanted = match reply.quote {
        Quote::Original => reply.original.protected.is_none(),
        Quote::None => false,
    };
    if wanted && !reply.original.text.trim().is_empty() {
        out.push('\n');
        out.push_str(&attribution(reply.original, reply.date, reply.language));
        out.push('\n');
        out.push_str(&quote(&reply.original.text));
    }
    Ok(out)
}

/// The company's own lines, then the particulars; a line that is in both stands once.
pub fn signature_lines(signature: &Signature, language: Language) -> Result<Vec<String>, ComposeError> {
    signature.particulars.check()?;
    let mut lines: Vec<String> = Vec::new();
    for line in signature.lines.iter().cloned().chain(signature.particulars.lines(language)) {
        let line = wire::one_line(&line);
        let known = lines.iter().any(|other| same(other, &line));
        if !line.is_empty() && line != DELIMITER.trim_end() && !known {
            lines.push(line);
        }
    }
    Ok(lines)
}

/// The text without a signature of its own: delimiters go, and so do last lines that the signature says anyway.
///
/// A line that the signature does not hold stays, for a person or a guard has approved it.
fn without_signature(text: &str, signature: &[String]) -> String {
    let mut lines: Vec<&str> = text.lines().filter(|line| !matches!(line.trim_end(), "--" | "—")).collect();
    while let Some(last) = lines.last() {
        let repeated = last.trim().is_empty() || signature.iter().any(|line| same(line, last));
        if !repeated {
            break;
        }
        lines.pop();
    }
    lines.join("\n")
}

fn same(one: &str, other: &str) -> bool {
    wire::one_line(one).to_lowercase() == wire::one_line(other).to_lowercase()
}

/// LF line ends, no control characters but tabs.
fn clean(text: &str) -> String {
    let text = text.replace("\r\n", "\n").replace('\r', "\n");
    text.chars().filter(|c| !c.is_control() || matches!(c, '\n' | '\t')).collect()
}

/// `Am 2. März 2026 um 09:14 schrieb Anna Muster:`, in the time of the office.
fn attribution(original: &Message, answered: &ZonedDateTime, language: Language) -> String {
    let who = original.from.as_ref().map_or_else(String::new, |from| {
        let name = from.name.as_ref().map(Personal::reveal).map(|name| wire::one_line(name)).filter(|name| !name.is_empty());
        name.unwrap_or_else(|| from.address.reveal().to_owned())
    });
    let written = original.date.as_deref().and_then(|date| date.parse::<Timestamp>().ok());
    let when = written.map(|moment| moment.to_zoned_datetime(answered.time_zone().clone()));
    match (language, when) {
        (Language::En, Some(at)) => {
            format!("On {} {} {} at {:02}:{:02}, {who} wrote:", at.day(), month(&MONTHS_EN, &at), at.year(), at.hour(), at.minute())
        }
        (Language::En, None) => format!("{who} wrote:"),
        (Language::De | Language::Other | Language::Unknown, Some(at)) => {
            format!("Am {}. {} {} um {:02}:{:02} schrieb {who}:", at.day(), month(&MONTHS_DE, &at), at.year(), at.hour(), at.minute())
        }
        (Language::De | Language::Other | Language::Unknown, None) => format!("{who} schrieb:"),
    }
}

fn month(names: &[&'static str; 12], at: &ZonedDateTime) -> &'static str {
    let index = usize::from(at.month().unsigned_abs()).saturating_sub(1);
    names.get(index).copied().unwrap_or_default()
}

fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + text.len() / 16);
    for line in clean(text).trim_end().lines() {
        // `>>`, not `> >`: depth stays readable (RFC 3676 §4.5).
        out.push_str(if line.is_empty() || line.starts_with('>') { ">" } else { "> " });
        out.push_str(line);
        out.push('\n');
    }
    out
}
