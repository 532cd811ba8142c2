//! Mail addresses, telephone numbers and accounts: only those of the cited passage or the company's particulars. The
//! customer's own mail is no source for them, or anybody could have his account written into our letter.

use crate::domain::reason::{HandOver, Reason};
use crate::pipeline::guards::inspection::Inspection;

/// A telephone number has at least so many digits.
const PHONE_DIGITS_MIN: usize = 7;
/// The shortest IBAN (Norway) has 15 characters.
const IBAN_CHARS_MIN: usize = 15;

pub fn check(inspection: &Inspection<'_>) -> Vec<HandOver> {
    let mut reasons = Vec::new();
    let draft = inspection.draft;
    let frame =
        [&draft.salutation, &draft.closing].into_iter().map(|text| (text.as_str(), inspection.tone.own_words.join("\n").to_lowercase()));
    let body = draft.sentences.iter().map(|sentence| (sentence.text.as_str(), inspection.allowed(sentence)));
    for (text, allowed) in frame.chain(body) {
        let known = plain(&allowed);
        let mut hold = |rule: &str, found: bool| {
            if found {
                reasons.push(HandOver::new(Reason::PolicyRestriction, rule));
            }
        };
        hold("guard.contact.mail", mails(text).iter().any(|mail| !mails(&allowed).contains(mail)));
        hold("guard.contact.account", accounts(text).iter().any(|account| !known.contains(account)));
        hold("guard.contact.phone", phones(text).iter().any(|phone| !known.contains(phone)));
    }
    reasons
}

/// Letters and digits alone: "030 / 12 34" and "0301234" are one.
pub fn plain(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

fn mails(text: &str) -> Vec<String> {
    let between = |c: char| c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | '"' | ',' | ';' | '[' | ']' | ':');
    let pieces = text.split(between).map(|piece| piece.trim_matches(|c: char| !c.is_alphanumeric()).to_lowercase());
    pieces.filter(|piece| piece.split_once('@').is_some_and(|(local, domain)| !local.is_empty() && domain.contains('.'))).collect()
}

/// Two capitals, two digits, and enough behind them, in groups or not.
fn accounts(text: &str) -> Vec<String> {
    let chars: Vec<char> = text.chars().collect();
    let at = |n: usize| chars.get(n).copied().unwrap_or(' ');
    let starts = |n: &usize| {
        let fresh = *n == 0 || !at(n - 1).is_alphanumeric();
        fresh && at(*n).is_ascii_uppercase() && at(n + 1).is_ascii_uppercase() && at(n + 2).is_ascii_digit() && at(n + 3).is_ascii_digit()
    };
    let run = |n: usize| -> String {
        let tail = chars.iter().skip(n).take_while(|c| c.is_ascii_digit() || c.is_ascii_uppercase() || matches!(**c, ' ' | '\u{a0}' | '-'));
        tail.filter(|c| c.is_ascii_alphanumeric()).flat_map(|c| c.to_lowercase()).take(34).collect()
    };
    (0..chars.len()).filter(starts).map(run).filter(|run| run.len() >= IBAN_CHARS_MIN).collect()
}

/// Runs of digits that begin with `+` or `0`, without the prefix that may or may not be dialled.
fn phones(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    let (mut run, mut before) = (String::new(), ' ');
    for c in text.chars().chain(std::iter::once('\n')) {
        let goes_on = c.is_ascii_digit()
            || c == '+' && run.is_empty()
            || !run.is_empty() && matches!(c, ' ' | '\u{a0}' | '/' | '-' | '–' | '(' | ')');
        if goes_on && !(run.is_empty() && (before.is_alphanumeric() || matches!(before, '.' | ',' | '-'))) {
            run.push(c);
        } else {
            let digits: String = run.chars().filter(char::is_ascii_digit).collect();
            if run.starts_with(['+', '0']) && digits.len() >= PHONE_DIGITS_MIN {
                all.push(national(&digits));
            }
            run.clear();
        }
        before = c;
    }
    all
}

fn national(digits: &str) -> String {
    let rest = digits.strip_prefix("0049").or_else(|| digits.strip_prefix("49")).unwrap_or(digits);
    rest.trim_start_matches('0').to_owned()
}
