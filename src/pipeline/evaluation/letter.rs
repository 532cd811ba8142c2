//! A mail made of the fields of a suite, as RFC 5322 text, so that it is read by the product's own parser: quotes, signatures
//! and reply headers in its body are treated as in life.

use crate::crypto::digest;
use crate::pipeline::evaluation::drafts::Mail;
use data_encoding::BASE64;

/// Bytes of UTF-8 in one encoded word (RFC 2047 §2: 75 characters with its marks).
const WORD_BYTES: usize = 42;
/// Base64 characters in one line (RFC 2045 §6.8).
const LINE_CHARS: usize = 76;

/// The raw mail. The same fields always make the same bytes.
pub fn compose(mail: &Mail, case: &str) -> Vec<u8> {
    let id = digest::hex(&digest::sha256(case.as_bytes()));
    let body = mail.body.replace("\r\n", "\n").replace('\n', "\r\n");
    let encoded = BASE64.encode(body.as_bytes());
    let lines: Vec<&str> = encoded.as_bytes().chunks(LINE_CHARS).filter_map(|line| std::str::from_utf8(line).ok()).collect();
    format!(
        "From: {}\r\nTo: <service@suite.example>\r\nSubject: {}\r\nDate: Mon, 02 Mar 2026 09:14:00 +0100\r\nMessage-ID: <{}@suite.example>\r\n\
         MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n{}\r\n",
        from(&mail.from),
        words(&mail.subject),
        id.get(..32).unwrap_or(&id),
        lines.join("\r\n")
    )
    .into_bytes()
}

/// `Anna Muster <anna@example.org>` or an address alone.
fn from(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    match text.rsplit_once('<') {
        Some((name, address)) if !name.trim().trim_matches('"').is_empty() => {
            format!("{} <{}", words(name.trim().trim_matches('"')), address.trim())
        }
        Some(_) | None => text.trim().to_owned(),
    }
}

/// RFC 2047, encoding B, folded; no character is split between two words.
fn words(text: &str) -> String {
    let mut all: Vec<String> = Vec::new();
    let mut word = String::new();
    for c in text.chars().map(|c| if c.is_control() { ' ' } else { c }) {
        if word.len() + c.len_utf8() > WORD_BYTES {
            all.push(std::mem::take(&mut word));
        }
        word.push(c);
    }
    if !word.is_empty() {
        all.push(word);
    }
    all.iter().map(|word| format!("=?utf-8?B?{}?=", BASE64.encode(word.as_bytes()))).collect::<Vec<_>>().join("\r\n ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pipeline::intake::read_safely;

    #[test]
    fn the_parser_reads_back_what_was_written() {
        let subject = "Rückfrage zur Bestellung 4711 — bitte um schnelle Antwort, größter Dank im Voraus für Ihre Mühe";
        for (from, name, address) in [
            ("Anna Muster <anna@example.org>", Some("Anna Muster"), "anna@example.org"),
            ("\"Müller, Änne\" <aenne@example.org>", Some("Müller, Änne"), "aenne@example.org"),
            ("anna@example.org", None, "anna@example.org"),
            ("<anna@example.org>", None, "anna@example.org"),
            ("Anna\r\nBcc: x@example.org <anna@example.org>", Some("Anna Bcc: x@example.org"), "anna@example.org"),
        ] {
            let body = "Hallo,\n\nwie lange dauert der Versand?\n\nViele Grüße\nAnna Muster\n\n> Am 1. März schrieb Radhaus:\n> Gern.\n";
            let mail = Mail { from: from.to_owned(), subject: subject.to_owned(), body: body.to_owned() };
            let read = read_safely(&compose(&mail, "c1"), &[]).expect("a mail");
            assert_eq!(read.subject, subject);
            let sender = read.from.expect("a sender");
            assert_eq!(sender.name.as_ref().map(|name| name.reveal().as_str()), name);
            assert_eq!(sender.address.reveal(), address);
            assert!(read.visible.contains("wie lange dauert der Versand?") && !read.visible.contains("Gern."), "{}", read.visible);
        }
    }
}
