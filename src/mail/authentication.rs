//! Is the mail from the domain in its `From`? (R-119, RFC 8601, RFC 7489 §3.1)
//!
//! Never: a result that did not come from our own mail server. Everybody can write `Authentication-Results`; only fields with the
//! authserv-id learned for this mailbox count, and only where our server put them: above the first `Received` that another host wrote.
//! Limit: the organisational domain is found with a short list of public suffixes, not with the whole Public Suffix List. An unlisted
//! suffix of two labels (`firma.something.xy`) makes alignment too generous by one label.

use crate::domain::EmailAddress;
use crate::domain::message::Authentication;
use crate::mail::parse::header::{self, Headers};

/// Suffixes of two labels under which anybody may register.
const SECOND_LEVEL: [&str; 12] = ["co", "com", "org", "net", "gov", "edu", "ac", "or", "ne", "gv", "go", "ltd"];
/// Hosts whose subdomains belong to different people.
const SHARED: [&str; 14] = [
    "github.io",
    "blogspot.com",
    "herokuapp.com",
    "azurewebsites.net",
    "cloudfront.net",
    "amazonaws.com",
    "appspot.com",
    "web.app",
    "pages.dev",
    "netlify.app",
    "vercel.app",
    "onmicrosoft.com",
    "de.com",
    "uk.com",
];

/// Reads the trusted results at the top of a mail. `from` is the address of the `From` field.
pub fn evaluate(raw: &[u8], trusted_authserv_ids: &[String], from: Option<&EmailAddress>) -> Authentication {
    let Some(from) = from else { return Authentication::None };
    let (raw, _) = header::repair(raw);
    let headers = Headers::read(&raw);
    // A mail with two From fields shows one and is checked by the other.
    if headers.all("from").count() > 1 {
        return Authentication::Fail;
    }
    let verdicts: Vec<Verdict> = trusted_fields(&headers, trusted_authserv_ids).iter().flat_map(|field| results(field)).collect();
    judge(&verdicts, from.domain())
}

/// The topmost fields of a trusted server, if they stand above the first `Received` of a foreign host. A server may write one
/// for each check; below the next `Received` they may be anybody's.
fn trusted_fields(headers: &Headers, trusted: &[String]) -> Vec<String> {
    let mut found = Vec::new();
    let is_trusted = |id: &str| trusted.iter().any(|t| t.trim().eq_ignore_ascii_case(id));
    for field in headers.fields() {
        match field.name.as_str() {
            "authentication-results" => {
                let value = without_comments(&field.value);
                let id = value.split(';').next().unwrap_or("").split_whitespace().next().unwrap_or("").trim_matches('"').to_owned();
                if is_trusted(&id) {
                    found.push(value);
                }
            }
            "received" => {
                let by = received_by(&field.value);
                let own = by.as_deref().is_some_and(|host| trusted.iter().any(|t| same_house(host, t.trim())));
                if !own || !found.is_empty() {
                    break;
                }
            }
            _ => {}
        }
    }
    found
}

/// The host behind `by` in a Received field (RFC 5321 §4.4).
fn received_by(value: &str) -> Option<String> {
    let value = without_comments(value);
    let mut words = value.split_whitespace();
    words.find(|w| w.eq_ignore_ascii_case("by"))?;
    words.next().map(|w| w.trim_end_matches([';', '.']).to_lowercase())
}

/// One organisation runs the server that checked and the one that took the mail on.
fn same_house(host: &str, authserv_id: &str) -> bool {
    let id = authserv_id.to_lowercase();
    host == id || (organisational_domain(host) == organisational_domain(&id) && host.contains('.') && id.contains('.'))
}

#[derive(Debug, PartialEq, Eq)]
struct Verdict {
    method: String,
    result: String,
    /// `header.d`, `smtp.mailfrom` …, lower case, domain part only.
    properties: Vec<(String, String)>,
}

fn results(value: &str) -> Vec<Verdict> {
    value
        .split(';')
        .skip(1)
        .filter_map(|part| {
            let mut tokens = without_blanks_at_equals(part).split_whitespace().map(str::to_lowercase).collect::<Vec<_>>().into_iter();
            let (method, result) =
                tokens.next()?.split_once('=').map(|(m, r)| (m.split('/').next().unwrap_or(m).to_owned(), r.to_owned()))?;
            let properties = tokens
                .filter_map(|t| {
                    let (name, value) = t.split_once('=')?;
                    let value = value.trim_matches(['"', '<', '>']);
                    Some((name.to_owned(), value.rsplit('@').next().unwrap_or(value).trim_end_matches('.').to_owned()))
                })
                .collect();
            Some(Verdict { method, result, properties })
        })
        .collect()
}

/// RFC 8601 §2.2 allows blanks and comments around an equals sign.
fn without_blanks_at_equals(part: &str) -> String {
    part.split('=').map(str::trim).collect::<Vec<_>>().join("=")
}

/// DMARC decides, a failure before a pass; without it, any aligned pass is a pass and aligned failures alone are a failure.
fn judge(verdicts: &[Verdict], from: &str) -> Authentication {
    let (mut dmarc_passed, mut failed) = (false, false);
    for verdict in verdicts.iter().filter(|v| v.method == "dmarc") {
        // The server has read another writer than we did: whom it vouches for is not whom we would answer.
        failed |= property(verdict, &["header.from"]).is_some_and(|domain| !aligned(domain, from));
        match verdict.result.as_str() {
            "pass" | "bestguesspass" => dmarc_passed = true,
            "fail" | "permerror" => failed = true,
            _ => {}
        }
    }
    if failed {
        return Authentication::Fail;
    }
    if dmarc_passed {
        return Authentication::Pass;
    }
    let (mut passed, mut failures) = (false, 0);
    for verdict in verdicts {
        let domain = match verdict.method.as_str() {
            "dkim" => property(verdict, &["header.d", "header.i"]),
            "spf" => property(verdict, &["smtp.mailfrom", "smtp.mfrom", "smtp.helo"]),
            _ => continue,
        };
        if !domain.is_some_and(|d| aligned(d, from)) {
            continue;
        }
        match verdict.result.as_str() {
            "pass" => passed = true,
            "fail" | "hardfail" | "permerror" | "policy" => failures += 1,
            _ => {}
        }
    }
    if passed {
        Authentication::Pass
    } else if failures > 0 {
        Authentication::Fail
    } else {
        Authentication::None
    }
}

fn property<'a>(verdict: &'a Verdict, names: &[&str]) -> Option<&'a str> {
    names.iter().find_map(|n| verdict.properties.iter().find(|(name, _)| name == n)).map(|(_, v)| v.as_str())
}

/// Relaxed alignment (RFC 7489 §3.1.1).
fn aligned(domain: &str, from: &str) -> bool {
    !domain.is_empty() && organisational_domain(domain) == organisational_domain(from)
}

fn organisational_domain(domain: &str) -> String {
    let domain = domain.trim_end_matches('.').to_lowercase();
    let labels: Vec<&str> = domain.split('.').collect();
    let suffix = match labels[..] {
        [.., second, top] if (top.len() == 2 && SECOND_LEVEL.contains(&second)) || SHARED.contains(&format!("{second}.{top}").as_str()) => {
            2
        }
        _ => 1,
    };
    let keep = labels.len().min(suffix + 1);
    labels.get(labels.len() - keep..).unwrap_or_default().join(".")
}

/// RFC 8601 §2.2 allows comments anywhere, and they may hold semicolons.
fn without_comments(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    let (mut depth, mut quoted, mut escaped) = (0_usize, false, false);
    for c in value.chars() {
        let plain = !escaped;
        escaped = plain && c == '\\';
        match c {
            '"' if depth == 0 && plain => {
                quoted = !quoted;
                out.push(c);
            }
            '(' if !quoted && plain => depth += 1,
            ')' if !quoted && depth > 0 && plain => depth -= 1,
            _ if depth == 0 => out.push(c),
            _ => {}
        }
    }
    out
}

#[cfg(test)]
#[path = "authentication_tests.rs"]
mod tests;
