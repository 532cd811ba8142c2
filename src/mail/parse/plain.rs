//! text/plain: line ends, format=flowed, armour of clear signatures.
//!
//! Never: a decision what is a quote (see `spans`).

use crate::domain::limits::MAIL_TEXT_BYTES_MAX;
use crate::mail::parse::cleaning;

/// LF line ends, tabs kept, no white space at line ends (except `-- `), no invisible characters.
pub fn normalise(text: &str, hidden: &mut Vec<String>) -> String {
    let text = cleaning::clean(text, hidden);
    let mut out = String::with_capacity(text.len());
    let text = text.replace("\r\n", "\n").replace(['\r', '\u{85}', '\u{2028}', '\u{2029}'], "\n").replace('\u{a0}', " ");
    for line in text.split('\n') {
        out.push_str(if line == "-- " { line } else { line.trim_end() });
        out.push('\n');
    }
    let end = out.trim_end().len();
    out.truncate(end);
    let start = out.len() - out.trim_start_matches('\n').len();
    out.drain(..start);
    out
}

/// RFC 3676: joins soft line breaks, per quote depth, and undoes space stuffing.
pub fn unflow(text: &str, delsp: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut open: Option<usize> = None;
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let depth = line.bytes().take_while(|&b| b == b'>').count();
        let body = line.get(depth..).unwrap_or("");
        let body = body.strip_prefix(' ').unwrap_or(body);
        // §4.3: the signature separator is never flowed.
        let separator = body == "-- ";
        if open.take_if(|d| *d == depth && !separator).is_none() {
            if !out.is_empty() {
                out.push('\n');
            }
            out.extend(std::iter::repeat_n('>', depth));
            if depth > 0 && !body.is_empty() {
                out.push(' ');
            }
        }
        if body.ends_with(' ') && !separator {
            out.push_str(if delsp { body.strip_suffix(' ').unwrap_or(body) } else { body });
            open = Some(depth);
        } else {
            out.push_str(body);
            open = None;
        }
    }
    out
}

/// Cuts at the text limit, at a character boundary; `true` where something was cut.
pub fn cut(text: &mut String) -> bool {
    if text.len() <= MAIL_TEXT_BYTES_MAX {
        return false;
    }
    let mut end = MAIL_TEXT_BYTES_MAX;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    text.truncate(end);
    true
}

/// A text part that only says that the real text is in the HTML part.
pub fn is_stub(text: &str) -> bool {
    let text = text.trim();
    if text.is_empty() {
        return true;
    }
    if text.len() > 400 || text.contains("\n>") {
        return false;
    }
    let lower = text.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    has(&["html"])
        && has(&["mail", "nachricht", "message", "newsletter"])
        && has(&[
            "anzeig",
            "darstell",
            "ansehen",
            "view",
            "display",
            "client",
            "programm",
            "browser",
            "this is an html",
            "this is a html",
            "support",
            "format",
            "eine html",
        ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flowed_text_is_joined_within_its_depth() {
        assert_eq!(
            unflow("Das ist \r\nein Satz.\r\n> quoted \r\n> text\r\n-- \r\nAnna", false),
            "Das ist ein Satz.\n> quoted text\n-- \nAnna"
        );
        assert_eq!(unflow("Donau \ndampf", true), "Donaudampf");
        assert_eq!(unflow(" >kein Zitat", false), ">kein Zitat");
    }

    #[test]
    fn stubs_are_told_from_mails() {
        for stub in [
            "",
            "This is an HTML mail",
            "Ihr E-Mail-Programm kann keine HTML-Nachrichten anzeigen.",
            "Please view this message in an HTML client.",
        ] {
            assert!(is_stub(stub), "{stub}");
        }
        for mail in ["Danke!", "Wo kann ich den Newsletter abbestellen?", "Die Mail kam ohne Anhang."] {
            assert!(!is_stub(mail), "{mail}");
        }
    }

    #[test]
    fn line_ends_become_lf() {
        assert_eq!(normalise("\r\na \r\nb\rc\u{a0}d\n\n", &mut Vec::new()), "a\nb\nc d");
    }
}
