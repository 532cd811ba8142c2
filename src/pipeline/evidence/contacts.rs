//! What a customer could click, dial, pay to or drive to: addresses of the net, IBANs, telephone numbers, postal addresses.
//!
//! Read off the raw text first, so that their digits are not taken for numbers.

use crate::domain::draft::ClaimKind;
use crate::pipeline::evidence::scan::Fact;

/// Ends of host names without a scheme that are taken for one; what has a scheme or `www.` needs no such proof.
const TOP_LEVELS: [&str; 30] = [
    "de", "com", "org", "net", "eu", "at", "ch", "info", "biz", "shop", "io", "co", "uk", "example", "test", "invalid", "app", "dev",
    "online", "store", "berlin", "hamburg", "koeln", "bayern", "fr", "nl", "it", "pl", "cc", "me",
];

/// E-mail addresses, URLs, IBANs and telephone numbers.
pub fn contacts(text: &str) -> Vec<Fact> {
    let mut facts = Vec::new();
    for (start, chunk) in chunks(text) {
        facts.extend(net(start, chunk));
    }
    let taken = facts.iter().map(|f| (f.start, f.end)).collect::<Vec<_>>();
    let free = |start: usize, end: usize| !taken.iter().any(|(from, to)| start < *to && *from < end);
    let ibans: Vec<Fact> = ibans(text).into_iter().filter(|f| free(f.start, f.end)).collect();
    let outside = |f: &Fact| !ibans.iter().any(|iban| f.start < iban.end && iban.start < f.end);
    let phones: Vec<Fact> = phones(text).into_iter().filter(|f| free(f.start, f.end) && outside(f)).collect();
    facts.extend(ibans);
    facts.extend(phones);
    facts
}

/// Pieces between white space and brackets, without the marks of the sentence around them.
fn chunks(text: &str) -> Vec<(usize, &str)> {
    let mut all = Vec::new();
    let mut start = 0;
    for piece in
        text.split(|c: char| c.is_whitespace() || matches!(c, '<' | '>' | '(' | ')' | '"' | '„' | '“' | '”' | '|' | '[' | ']' | '{' | '}'))
    {
        let head = piece.len() - piece.trim_start_matches(['\'', '*', '_', ',', ';']).len();
        let chunk =
            piece.trim_start_matches(['\'', '*', '_', ',', ';']).trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_', '…']);
        if !chunk.is_empty() {
            all.push((start + head, chunk));
        }
        start += piece.len();
        start += text.get(start..).and_then(|rest| rest.chars().next()).map_or(0, char::len_utf8);
    }
    all
}

fn net(start: usize, chunk: &str) -> Option<Fact> {
    let lower = chunk.to_lowercase();
    let fact = |kind, needs: Vec<String>, gives| Some(Fact { kind, needs, gives, start, end: start + chunk.len(), text: chunk.to_owned() });
    let bare = lower.strip_prefix("mailto:").unwrap_or(&lower);
    if let Some((local, domain)) = bare.split_once('@')
        && !local.is_empty()
        && domain.contains('.')
        && !bare.contains("://")
    {
        return fact(ClaimKind::Email, vec![bare.to_owned()], vec![bare.to_owned()]);
    }
    let schemed = lower.contains("://") || lower.starts_with("www.");
    let rest = lower.split_once("://").map_or(lower.as_str(), |(_, rest)| rest);
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or("");
    let labels: Vec<&str> = host.split('.').collect();
    let known = labels.len() >= 2
        && labels.last().is_some_and(|top| TOP_LEVELS.contains(top))
        && labels.iter().all(|label| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-'))
        && labels.iter().any(|label| label.len() > 2);
    if !(schemed || known) {
        return None;
    }
    let canonical = rest.strip_prefix("www.").unwrap_or(rest).trim_end_matches('/').to_owned();
    let host = host.strip_prefix("www.").unwrap_or(host).to_owned();
    // A page gives its host; a host never gives a page.
    fact(ClaimKind::Url, vec![canonical.clone()], vec![canonical, host])
}

/// Two letters, two digits and 11 to 30 more, in groups or not; the check digits have to be right (ISO 7064, mod 97).
fn ibans(text: &str) -> Vec<Fact> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut all = Vec::new();
    let mut index = 0;
    while index < chars.len() {
        let at = |n: usize| chars.get(n).map(|(_, c)| *c);
        let fresh = index == 0 || !at(index - 1).is_some_and(char::is_alphanumeric);
        let upper = |n: usize| at(n).is_some_and(|c| c.is_ascii_uppercase());
        let digit = |n: usize| at(n).is_some_and(|c| c.is_ascii_digit());
        if !(fresh && upper(index) && upper(index + 1) && digit(index + 2) && digit(index + 3)) {
            index += 1;
            continue;
        }
        let mut iban = String::new();
        let mut next = index;
        while let Some(c) = at(next) {
            let group = matches!(c, ' ' | '\u{a0}')
                && iban.len() < 34
                && (at(next + 1).is_some_and(|n| n.is_ascii_digit() || n.is_ascii_uppercase() && digit(next + 2))
                    || iban.len() == 4 && (1..=4).all(|n| upper(next + n) || digit(next + n)));
            if c.is_ascii_digit() || c.is_ascii_uppercase() {
                iban.push(c);
            } else if !group {
                break;
            }
            next += 1;
        }
        if (15..=34).contains(&iban.len()) {
            let start = chars.get(index).map_or(0, |(at, _)| *at);
            let end = chars.get(next).map_or(text.len(), |(at, _)| *at);
            let written = text.get(start..end).unwrap_or("").to_owned();
            // A number that cannot be an account is never supported, wherever it stands.
            let needs = if check_digits_hold(&iban) { vec![iban.clone()] } else { vec![] };
            all.push(Fact { kind: ClaimKind::Iban, needs, gives: vec![iban], start, end, text: written });
            index = next;
        } else {
            index += 1;
        }
    }
    all
}

fn check_digits_hold(iban: &str) -> bool {
    let Some((head, body)) = iban.split_at_checked(4) else { return false };
    let rest = body.chars().chain(head.chars()).try_fold(0_u32, |rest, c| {
        let value = c.to_digit(36)?;
        Some(if value < 10 { (rest * 10 + value) % 97 } else { (rest * 100 + value) % 97 })
    });
    rest == Some(1)
}

/// A leading `+` or `0` and at least six more digits, with the marks that people put between.
fn phones(text: &str) -> Vec<Fact> {
    let chars: Vec<(usize, char)> = text.char_indices().collect();
    let mut all = Vec::new();
    let mut index = 0;
    while let Some((start, c)) = chars.get(index).copied() {
        let at = |n: usize| chars.get(n).map(|(_, c)| *c);
        let fresh = index == 0 || !at(index - 1).is_some_and(|p| p.is_alphanumeric() || matches!(p, '.' | ',' | ':' | '/' | '-'));
        let begins = match c {
            '+' => at(index + 1).is_some_and(|n| n.is_ascii_digit()),
            '(' => at(index + 1) == Some('0'),
            '0' => true,
            _ => false,
        };
        if !(fresh && begins) {
            index += 1;
            continue;
        }
        let (mut digits, mut next, mut end) = (String::new(), index, index);
        while let Some(c) = at(next) {
            if c.is_ascii_digit() {
                digits.push(c);
                end = next + 1;
            } else if next - end > 2
                || !((c == '+' && next == index)
                    || matches!(c, ' ' | '\u{a0}' | '/' | '-' | '–' | ')')
                    || c == '(' && (at(next + 1) == Some('0') && at(next + 2) == Some(')') || next == index))
            {
                break;
            }
            next += 1;
        }
        let decimal = at(end).is_some_and(|n| matches!(n, '.' | ',' | ':')) && at(end + 1).is_some_and(|n| n.is_ascii_digit());
        if (7..=16).contains(&digits.len()) && !decimal {
            let end = chars.get(end).map_or(text.len(), |(at, _)| *at);
            let value = national(&digits, c == '+');
            let written = text.get(start..end).unwrap_or("").to_owned();
            all.push(Fact { kind: ClaimKind::Phone, needs: vec![value.clone()], gives: vec![value], start, end, text: written });
        }
        index = next.max(index + 1);
    }
    all
}

/// Digits alone; +49 (0)30 1234 and 0049 30 1234 become 0301234.
fn national(digits: &str, plus: bool) -> String {
    let country = if plus { digits.strip_prefix("49") } else { digits.strip_prefix("0049") };
    match country {
        Some(rest) => format!("0{}", rest.strip_prefix('0').unwrap_or(rest)),
        None if plus => format!("00{digits}"),
        None => digits.to_owned(),
    }
}
