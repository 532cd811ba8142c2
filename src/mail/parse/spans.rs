//! Which part of a mail's text is the writer's own, and what the rest is.
//!
//! Never: removal of text; a gap between spans. Two layers speak: marks from the HTML (exact) and marker lines (by `markers`).
//! What is quoted line by line (`>` or a marked block) ends with its last line, so answers written between quotes stay `reply`;
//! what is quoted without any mark (Outlook) goes on to the end.

use crate::domain::message::{Span, SpanKind};
use crate::mail::parse::html_marks::{Mark, MarkKind};
use crate::mail::parse::{markers, signature};

/// Marks other than quotes that are looked at; a mail has a handful.
const MARKS_MAX: usize = 200;

/// What is known about the mail beside its text.
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// The subject begins with `Fwd:`, `WG:` …
    pub forwarded: bool,
    pub sender_name: Option<&'a str>,
    pub sender_address: Option<&'a str>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segmented {
    pub spans: Vec<Span>,
    pub visible: String,
    /// Everything that is not quoted or forwarded.
    pub unquoted: String,
}

pub fn segment(text: &str, marks: &[Mark], context: &Context<'_>) -> Segmented {
    let lines = Lines::of(text, marks);
    let mut kinds = lines.quotes(context);
    lines.boiler_plate(&mut kinds);
    lines.signatures(&mut kinds, context);
    lines.blanks(&mut kinds);
    let spans = lines.join(&kinds);
    let visible = joined(text, &spans, &[SpanKind::Reply]);
    let unquoted = joined(text, &spans, &[SpanKind::Reply, SpanKind::Signature, SpanKind::Disclaimer]);
    Segmented { spans, visible, unquoted }
}

fn joined(text: &str, spans: &[Span], kinds: &[SpanKind]) -> String {
    let pieces =
        spans.iter().filter(|s| kinds.contains(&s.kind)).filter_map(|s| text.get(s.start..s.end)).map(str::trim).filter(|t| !t.is_empty());
    pieces.collect::<Vec<_>>().join("\n\n")
}

/// Kind of each line; `None` for an empty line, which takes the kind of its neighbour.
type Kinds = Vec<Option<SpanKind>>;

struct Lines<'a> {
    /// Without line end.
    text: Vec<&'a str>,
    /// Offset behind the line end.
    end: Vec<usize>,
    mark: Vec<Option<MarkKind>>,
    /// From this line on Outlook's HTML says that all is quoted.
    quoted_from: Option<usize>,
}

impl<'a> Lines<'a> {
    fn of(text: &'a str, marks: &[Mark]) -> Self {
        let mut lines = Self { text: Vec::new(), end: Vec::new(), mark: Vec::new(), quoted_from: None };
        let here = marks.iter().filter(|m| m.kind == MarkKind::QuoteFromHere).map(|m| m.start).min();
        let quotes = union(marks, MarkKind::Quote);
        let mut others: Vec<Mark> =
            marks.iter().copied().filter(|m| !matches!(m.kind, MarkKind::Quote | MarkKind::QuoteFromHere)).collect();
        others.sort_unstable_by_key(|m| m.start);
        others.truncate(MARKS_MAX);
        let (mut start, mut passed) = (0, 0);
        for piece in text.split_inclusive('\n') {
            let line = piece.strip_suffix('\n').unwrap_or(piece);
            let first = start + (line.len() - line.trim_start().len());
            while quotes.get(passed).is_some_and(|(_, e)| *e <= first) {
                passed += 1;
            }
            let quote = quotes.get(passed).filter(|(s, _)| *s <= first);
            let other = others.iter().find(|m| m.start <= first && first < m.end);
            let mark = match (quote, other) {
                // The introduction may stand inside the quoted container, at its start.
                (Some((s, _)), Some(m)) if m.kind == MarkKind::QuoteHeader && m.start <= s + 4 => Some(m.kind),
                (Some(_), _) => Some(MarkKind::Quote),
                (None, other) => other.map(|m| m.kind),
            };
            if lines.quoted_from.is_none() && here.is_some_and(|h| h <= first) && !line.trim().is_empty() {
                lines.quoted_from = Some(lines.text.len());
            }
            start += piece.len();
            lines.text.push(line);
            lines.end.push(start);
            lines.mark.push(mark);
        }
        lines
    }

    fn line(&self, n: usize) -> &'a str {
        self.text.get(n).copied().unwrap_or("")
    }

    fn from(&self, n: usize) -> &[&'a str] {
        self.text.get(n..).unwrap_or_default()
    }

    fn is_blank(&self, n: usize) -> bool {
        self.line(n).trim().is_empty()
    }

    fn is_quoted(&self, n: usize) -> bool {
        self.mark.get(n).copied().flatten() == Some(MarkKind::Quote) || markers::is_quoted(self.line(n))
    }

    /// Is the first filled line from `n` on quoted by itself?
    fn quote_follows(&self, n: usize) -> bool {
        (n..self.text.len()).find(|&i| !self.is_blank(i)).is_some_and(|i| self.is_quoted(i))
    }

    /// The end of a quoted line that a program wrapped without a new `>`: short, and squeezed between quoted lines, the one before long.
    fn is_wrapped_rest(&self, n: usize) -> bool {
        let Some(before) = n.checked_sub(1).map(|b| self.line(b)) else { return false };
        let after = self.line(n + 1);
        markers::is_quoted(before) && before.len() >= 60 && self.line(n).len() <= 40 && markers::is_quoted(after)
    }

    fn quotes(&self, context: &Context<'_>) -> Kinds {
        let mut kinds: Kinds = vec![None; self.text.len()];
        let mut set = |from: usize, to: usize, kind: SpanKind| {
            for slot in kinds.iter_mut().take(to).skip(from) {
                *slot = Some(kind);
            }
        };
        let all = self.text.len();
        let mut n = 0;
        let mut in_quote = false;
        while n < all {
            if self.is_blank(n) {
                n += 1;
                continue;
            }
            let mark = self.mark.get(n).copied().flatten();
            let starts = !in_quote || mark == Some(MarkKind::QuoteHeader);
            if starts && markers::is_forward(self.line(n)) {
                set(n, all, SpanKind::Forwarded);
                break;
            }
            let outlook = self.quoted_from == Some(n);
            if let Some(found) = starts.then(|| self.introduction(n, outlook)).flatten() {
                let after = n + found.lines;
                let lasts = found.lasting && !self.quote_follows(after);
                if context.forwarded && (lasts || found.block) {
                    set(n, all, SpanKind::Forwarded);
                    break;
                }
                set(n, after, SpanKind::QuoteHeader);
                if lasts {
                    set(after, all, SpanKind::Quote);
                    break;
                }
                (n, in_quote) = (after, true);
                continue;
            }
            in_quote = self.is_quoted(n) || self.is_wrapped_rest(n);
            let kind = match mark {
                Some(MarkKind::Quote) => SpanKind::Quote,
                Some(MarkKind::QuoteHeader) => SpanKind::QuoteHeader,
                Some(MarkKind::Forwarded) => SpanKind::Forwarded,
                _ if in_quote => SpanKind::Quote,
                Some(MarkKind::Signature) => SpanKind::Signature,
                Some(MarkKind::QuoteFromHere) | None => SpanKind::Reply,
            };
            set(n, n + 1, kind);
            n += 1;
        }
        kinds
    }

    fn introduction(&self, n: usize, outlook: bool) -> Option<Found> {
        let rest = self.from(n);
        let line = self.line(n);
        if markers::is_original(line) {
            let skip = rest.iter().skip(1).take_while(|l| l.trim().is_empty()).count();
            let block = markers::header_block(rest.get(1 + skip..).unwrap_or_default());
            let introduced = || {
                markers::introduction(rest.get(1 + skip..).unwrap_or_default(), |k| self.quote_follows(n + 1 + skip + k)).map(|i| i.lines)
            };
            let more = block.or_else(introduced).map_or(0, |b| skip + b);
            return Some(Found { lines: 1 + more, lasting: true, block: true });
        }
        if let Some(lines) = markers::header_block(rest) {
            return Some(Found { lines, lasting: true, block: true });
        }
        if outlook {
            return markers::introduction(rest, |_| true).map(|i| Found { lines: i.lines, lasting: true, block: false });
        }
        let found = markers::introduction(rest, |k| self.quote_follows(n + k))?;
        Some(Found { lines: found.lines, lasting: found.certain, block: false })
    }

    /// Paragraphs of legal text in what is not quoted.
    fn boiler_plate(&self, kinds: &mut Kinds) {
        let mut n = 0;
        while n < self.text.len() {
            let end = (n..self.text.len()).find(|&i| self.is_blank(i) || !own(kinds, i)).unwrap_or(self.text.len());
            if end == n {
                n += 1;
                continue;
            }
            let paragraph = self.text.get(n..end).unwrap_or_default();
            // A paragraph may begin with a name block and end in boiler plate.
            let joined = paragraph.join(" ");
            if joined.len() < 6_000 && signature::is_disclaimer(&joined) {
                let from = (n..end)
                    .find(|&i| signature::is_disclaimer(&self.text.get(i..end.min(i + 4)).unwrap_or_default().join(" ")))
                    .unwrap_or(n);
                let from = if from > n && paragraph.len() <= 8 && self.line(n).len() > 60 { n } else { from };
                for slot in kinds.iter_mut().take(end).skip(from) {
                    *slot = Some(SpanKind::Disclaimer);
                }
            }
            n = end;
        }
    }

    fn signatures(&self, kinds: &mut Kinds, context: &Context<'_>) {
        let mut n = 0;
        while n < self.text.len() {
            let open = |i: usize| matches!(kinds.get(i).copied().flatten(), None | Some(SpanKind::Reply | SpanKind::Disclaimer));
            let end = (n..self.text.len()).find(|&i| !open(i)).unwrap_or(self.text.len());
            // Lines of a disclaimer are no part of the count, so they are read as empty.
            let region: Vec<&str> =
                (n..end).map(|i| if kinds.get(i).copied().flatten() == Some(SpanKind::Reply) { self.line(i) } else { "" }).collect();
            if let Some(at) = signature::start(&region, context.sender_name, context.sender_address, n > 0) {
                self.sign(kinds, n + at, end);
            }
            n = end.max(n) + 1;
        }
    }

    /// Everything from `from` on is signature, but a postscript is text.
    fn sign(&self, kinds: &mut Kinds, from: usize, to: usize) {
        let mut postscript = false;
        for n in from..to {
            if self.is_blank(n) {
                postscript = false;
                continue;
            }
            let start = self.line(n).trim_start();
            let is_ps = ["PS:", "P.S.", "PS ", "P.S:", "Ps:", "PPS", "NB:", "Nachtrag:"].iter().any(|p| start.starts_with(p));
            postscript = (postscript || is_ps) && !signature::is_mobile_footer(start);
            if !postscript
                && let Some(slot) = kinds.get_mut(n)
                && *slot == Some(SpanKind::Reply)
            {
                *slot = Some(SpanKind::Signature);
            }
        }
    }

    /// An empty line belongs to what stands before it.
    fn blanks(&self, kinds: &mut Kinds) {
        let first = kinds.iter().copied().flatten().next().unwrap_or(SpanKind::Reply);
        let mut last = first;
        for slot in kinds.iter_mut() {
            last = slot.unwrap_or(last);
            *slot = Some(last);
        }
    }

    fn join(&self, kinds: &Kinds) -> Vec<Span> {
        let mut spans: Vec<Span> = Vec::new();
        let mut start = 0;
        for (kind, &end) in kinds.iter().zip(&self.end) {
            let kind = kind.unwrap_or(SpanKind::Reply);
            match spans.last_mut() {
                Some(last) if last.kind == kind => last.end = end,
                _ => spans.push(Span { kind, start, end }),
            }
            start = end;
        }
        spans
    }
}

struct Found {
    lines: usize,
    /// Without line-wise quotes the rest of the mail is the quote.
    lasting: bool,
    /// A header block, as forwards have it.
    block: bool,
}

fn own(kinds: &Kinds, n: usize) -> bool {
    matches!(kinds.get(n).copied().flatten(), Some(SpanKind::Reply | SpanKind::Signature))
}

/// Merged, sorted regions of one kind.
fn union(marks: &[Mark], kind: MarkKind) -> Vec<(usize, usize)> {
    let mut regions: Vec<(usize, usize)> = marks.iter().filter(|m| m.kind == kind).map(|m| (m.start, m.end)).collect();
    regions.sort_unstable();
    let mut merged: Vec<(usize, usize)> = Vec::new();
    for (start, end) in regions {
        match merged.last_mut() {
            Some(last) if start <= last.1 => last.1 = last.1.max(end),
            _ => merged.push((start, end)),
        }
    }
    merged
}

#[cfg(test)]
#[path = "spans_tests.rs"]
mod tests;
