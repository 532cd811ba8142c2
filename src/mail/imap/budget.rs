//! A stream that brings only so many bytes per command.
//!
//! The parser allocates what a literal announces, up to 512 MiB, before a byte of it has come. So the announcements are read
//! here, one layer below: a literal that does not fit, or a line without end, is an error before the parser sees it.

use crate::domain::limits::IMAP_LINE_BYTES_MAX;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

#[derive(Debug)]
pub(super) struct Budget<T> {
    inner: T,
    left: u64,
    /// Bytes that have come in all: whether a slow answer makes progress.
    total: u64,
    spent: bool,
    scan: Scan,
}

/// Where the scanner stands in the server's stream.
#[derive(Debug, Default)]
struct Scan {
    /// Bytes of a literal still to come.
    literal: u64,
    line_bytes: u64,
    announced: Announced,
}

#[derive(Debug, Default, Clone, Copy)]
enum Announced {
    #[default]
    None,
    Digits(u64),
    Closed(u64),
}

impl<T> Budget<T> {
    pub(super) fn new(inner: T, bytes: u64) -> Self {
        Self { inner, left: bytes, total: 0, spent: false, scan: Scan::default() }
    }

    /// Sets what the next answer may bring.
    pub(super) fn refill(&mut self, bytes: u64) {
        self.left = bytes;
    }

    pub(super) fn total(&self) -> u64 {
        self.total
    }

    pub(super) fn is_spent(&self) -> bool {
        self.spent
    }

    pub(super) fn get_ref(&self) -> &T {
        &self.inner
    }

    pub(super) fn into_inner(self) -> T {
        self.inner
    }

    fn charge(&mut self, bytes: &[u8]) -> bool {
        let count = bytes.len() as u64;
        self.total = self.total.saturating_add(count);
        if count > self.left {
            return false;
        }
        self.left -= count;
        self.scan.feed(bytes, self.left)
    }
}

impl Scan {
    /// False where a literal larger than `left` (plus what has come with it) is announced or a line is too long.
    fn feed(&mut self, bytes: &[u8], left: u64) -> bool {
        let mut rest = bytes;
        while !rest.is_empty() {
            if self.literal > 0 {
                let skip = usize::try_from(self.literal).unwrap_or(usize::MAX).min(rest.len());
                self.literal -= skip as u64;
                rest = rest.get(skip..).unwrap_or_default();
                continue;
            }
            let Some((byte, tail)) = rest.split_first() else { break };
            rest = tail;
            if !self.step(*byte, left.saturating_add(rest.len() as u64)) {
                return false;
            }
        }
        true
    }

    fn step(&mut self, byte: u8, room: u64) -> bool {
        self.line_bytes += 1;
        self.announced = match (byte, self.announced) {
            (b'{', _) => Announced::Digits(0),
            (b'0'..=b'9', Announced::Digits(n)) => Announced::Digits(n.saturating_mul(10).saturating_add(u64::from(byte - b'0'))),
            (b'+', Announced::Digits(n)) => Announced::Digits(n),
            (b'}', Announced::Digits(n)) => Announced::Closed(n),
            (b'\r', closed @ Announced::Closed(_)) => closed,
            (b'\n', Announced::Closed(n)) => {
                self.literal = n;
                Announced::None
            }
            _ => Announced::None,
        };
        if byte == b'\n' {
            self.line_bytes = 0;
        }
        self.literal <= room && self.line_bytes <= IMAP_LINE_BYTES_MAX
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Budget<T> {
    fn poll_read(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let before = buf.filled().len();
        if this.spent {
            return Poll::Ready(Err(io::ErrorKind::FileTooLarge.into()));
        }
        let result = Pin::new(&mut this.inner).poll_read(cx, buf);
        if let Poll::Ready(Ok(())) = &result {
            let fits = this.charge(buf.filled().get(before..).unwrap_or_default());
            if !fits {
                this.spent = true;
                return Poll::Ready(Err(io::ErrorKind::FileTooLarge.into()));
            }
        }
        result
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Budget<T> {
    fn poll_write(self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.get_mut().inner).poll_write(cx, buf)
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_flush(cx)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.get_mut().inner).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(parts: &[&str], bytes: u64, expected: bool) {
        let mut budget = Budget::new((), bytes);
        assert_eq!(parts.iter().all(|part| budget.charge(part.as_bytes())), expected, "{parts:?}");
    }

    #[test]
    fn a_literal_that_fits_passes() {
        check(&["* 1 FETCH (BODY[] {5}\r\nab", "cde)\r\n"], 100, true);
        // Braces inside a literal announce nothing.
        check(&["* 1 FETCH (BODY[] {12}\r\n{999999}\r\nab)\r\n"], 100, true);
    }

    #[test]
    fn a_bomb_is_refused_before_it_comes() {
        check(&["* 1 FETCH (BODY[] {400000000}\r\n"], 4096, false);
        check(&["* 1 FETCH (BODY[] {4000", "00000}\r", "\n"], 4096, false);
        check(&["* 1 FETCH (BODY[] {99999999999999999999999}\r\n"], 4096, false);
    }

    #[test]
    fn an_endless_answer_and_an_endless_line_are_refused() {
        check(&["* OK a\r\n"; 20], 100, false);
        let line = "a".repeat(1024 * 1024 + 1);
        check(&[&line], u64::MAX, false);
    }
}
