//! Links and markup, denied by default: an address of the net may stand in an answer only where the cited passage or
//! the company's particulars hold it; images, HTML and `data:` never.

use crate::domain::reason::{HandOver, Reason};
use crate::pipeline::guards::inspection::{Inspection, own_words};

/// What fetches or runs something in a reader's program, whatever a source says.
const NEVER: [&str; 12] = ["![", "data:", "javascript:", "vbscript:", "file:", "xn--", "&#", "&lt;", "<img", "<script", "<iframe", "cid:"];
/// Marks that a plain answer has no use for, unless the passage is quoted with them.
const MARKUP: [&str; 6] = ["](", "`", "**", "</", "__", "{{"];

pub fn check(inspection: &Inspection<'_>) -> Vec<HandOver> {
    let mut reasons = Vec::new();
    let mut hold = |rule: &str| reasons.push(HandOver::new(Reason::PolicyRestriction, rule));
    let draft = inspection.draft;
    for text in [&draft.salutation, &draft.closing].into_iter().chain(draft.sentences.iter().map(|sentence| &sentence.text)) {
        let lower = text.to_lowercase();
        if NEVER.iter().any(|mark| lower.contains(mark)) || is_html(&lower) {
            hold("guard.link.markup");
        }
    }
    for sentence in &draft.sentences {
        let text = own_words(&sentence.text);
        if MARKUP.iter().any(|mark| text.contains(mark)) && !inspection.is_verbatim(sentence) {
            hold("guard.link.markup");
        }
        let allowed = inspection.allowed(sentence);
        let known: Vec<String> = hosts(&allowed);
        if hosts(&text).iter().any(|host| !known.contains(host) && !known.iter().any(|page| page.starts_with(&format!("{host}/")))) {
            hold("guard.link.unknown");
        }
    }
    if hosts(&draft.salutation).iter().chain(&hosts(&draft.closing)).next().is_some() {
        hold("guard.link.unknown");
    }
    reasons
}

/// `<` before a letter or a slash.
fn is_html(lower: &str) -> bool {
    lower.match_indices('<').any(|(at, _)| {
        lower.get(at + 1..).is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!')))
    })
}

/// Addresses of the net without scheme, `www.` and last slash; a mail address is none.
fn hosts(text: &str) -> Vec<String> {
    let between = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | '"' | '„' | '“' | '”' | '[' | ']' | '|' | ',' | ';');
    text.split(between).filter_map(address).collect()
}

fn address(piece: &str) -> Option<String> {
    let piece = piece.trim_matches(|c: char| !c.is_alphanumeric() && c != '/').to_lowercase();
    let (scheme, rest) = piece.split_once("://").map_or((false, piece.as_str()), |(_, rest)| (true, rest));
    let rest = rest.strip_prefix("www.").unwrap_or(rest).trim_end_matches('/');
    if rest.contains('@') && !scheme {
        return None;
    }
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let labels: Vec<&str> = host.split('.').collect();
    let is_label = |label: &&str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    let top = labels.last().is_some_and(|top| top.len() >= 2 && top.chars().all(char::is_alphabetic));
    let name = labels.iter().rev().nth(1).is_some_and(|label| label.len() >= 2 && label.chars().any(char::is_alphabetic));
    let is_host = labels.len() >= 2 && labels.iter().all(is_label) && top && name;
    (scheme || is_host).then(|| rest.to_owned())
}
