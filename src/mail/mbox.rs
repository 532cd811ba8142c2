//! Splits an mbox (RFC 4155, and the older dialects) into mails.
//!
//! Never: the whole file in memory; more of one mail than the size limit allows (what is over it is dropped and `parse` says so).
//! A `From ` line counts only after an empty line and with a time and a year in it, for mboxo files hold unescaped "From my side …".

use crate::domain::limits::MAIL_BYTES_MAX;
use std::io::{self, BufRead};

/// Longest line kept in one piece; longer ones are handed on in pieces.
const LINE_BYTES_MAX: u64 = 1024 * 1024;

/// A file is an mbox when it starts with `From `.
pub fn is_mbox(start: &[u8]) -> bool {
    start.starts_with(b"From ")
}

/// Iterates over the mails of an mbox, without their `From ` lines and with `>From ` unescaped (mboxrd).
pub struct Mbox<R> {
    reader: R,
    started: bool,
    done: bool,
}

impl<R: BufRead> Mbox<R> {
    pub const fn new(reader: R) -> Self {
        Self { reader, started: false, done: false }
    }

    fn line(&mut self, line: &mut Vec<u8>) -> io::Result<usize> {
        line.clear();
        io::Read::take(&mut self.reader, LINE_BYTES_MAX).read_until(b'\n', line)
    }

    fn next_mail(&mut self) -> io::Result<Option<Vec<u8>>> {
        let (mut mail, mut line) = (Vec::new(), Vec::new());
        let mut after_blank = true;
        let mut whole_before = true;
        loop {
            if self.line(&mut line)? == 0 {
                self.done = true;
                return Ok((self.started && !mail.is_empty()).then_some(mail));
            }
            let blank = matches!(line.as_slice(), b"\n" | b"\r\n");
            if whole_before && after_blank && is_separator(&line) {
                if self.started {
                    return Ok(Some(mail));
                }
                self.started = true;
                after_blank = false;
                continue;
            }
            self.started = true;
            if mail.len() <= MAIL_BYTES_MAX {
                mail.extend_from_slice(if whole_before { unescaped(&line) } else { &line });
            }
            after_blank = blank;
            whole_before = line.ends_with(b"\n");
        }
    }
}

impl<R: BufRead> Iterator for Mbox<R> {
    type Item = io::Result<Vec<u8>>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.done {
            return None;
        }
        let mail = self.next_mail();
        self.done |= mail.is_err();
        mail.transpose()
    }
}

/// `From sender weekday month day time year`.
fn is_separator(line: &[u8]) -> bool {
    let Some(rest) = line.strip_prefix(b"From ") else { return false };
    let text = String::from_utf8_lossy(rest);
    let digits = |t: &str, n: usize| t.len() == n && t.bytes().all(|b| b.is_ascii_digit());
    let year = text.split_whitespace().any(|t| digits(t, 4) && (t.starts_with("19") || t.starts_with("20")));
    let time = text.split_whitespace().any(|t| {
        t.split(':').count() >= 2 && t.split(':').take(2).all(|p| (1..=2).contains(&p.len()) && p.bytes().all(|b| b.is_ascii_digit()))
    });
    // Some writers leave the date out altogether: one token and nothing else.
    let bare = text.split_whitespace().count() <= 1;
    (year && time) || bare
}

/// mboxrd: one `>` was put before every `>*From `.
fn unescaped(line: &[u8]) -> &[u8] {
    let quotes = line.iter().take_while(|&&b| b == b'>').count();
    if quotes > 0 && line.get(quotes..).is_some_and(|r| r.starts_with(b"From ")) { line.get(1..).unwrap_or(line) } else { line }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(mbox: &str, expected: &[&str]) {
        for text in [mbox.to_owned(), mbox.replace('\n', "\r\n")] {
            let mails: Vec<String> = Mbox::new(text.as_bytes())
                .map(|m| String::from_utf8(m.unwrap()).unwrap().replace("\r\n", "\n").trim_end().to_owned())
                .collect();
            assert_eq!(mails, expected, "{mbox}");
        }
    }

    #[test]
    fn splits_and_unescapes() {
        check(
            "From a@b Mon Mar  2 09:14:00 2026\nSubject: 1\n\nText\n>From here\n>>From there\n\nFrom c@d Tue Mar  3 09:14:00 2026\nSubject: 2\n\nText\n",
            &["Subject: 1\n\nText\nFrom here\n>From there", "Subject: 2\n\nText"],
        );
        check(
            "From a Mon Mar  2 09:14:00 2026\nSubject: 1\n\nHallo,\n\nFrom my side it is fine.\n",
            &["Subject: 1\n\nHallo,\n\nFrom my side it is fine."],
        );
        check("From a Mon Mar  2 09:14:00 2026\n", &[]);
        check("", &[]);
    }
}
