//! The lines by which mail programs introduce a quote or a forwarded mail.
//!
//! Never: a decision about what follows them (`spans` decides); a match on one weak word. A person may write "On Monday he wrote:".
//! Sources: what the programs write, seen in mails; RFC 3676 §4.5 for ">".

use regex::Regex;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Lines that an introduction may be wrapped over.
const WRAPPED_LINES_MAX: usize = 5;
const INTRODUCTION_BYTES_MAX: usize = 420;
/// Lines that a header block may have, wrapped recipients included.
const BLOCK_LINES_MAX: usize = 30;

#[expect(clippy::expect_used, reason = "the patterns are constants, a test compiles each")]
fn regex(pattern: &str) -> Regex {
    // Unicode word boundaries would keep the fast automaton out.
    Regex::new(&pattern.replace(r"\b", r"(?-u:\b)")).expect("Pattern is a constant")
}

/// An introduction such as `Am … schrieb …:` and how sure we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Introduction {
    pub lines: usize,
    /// Names an address, or a day and a time: a program wrote it, even where the quote carries no `>`.
    pub certain: bool,
}

static ADDRESS: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)[^\s<>]+@[^\s<>]+\.[a-z]{2,}|mailto:"));
static TIME: LazyLock<Regex> = LazyLock::new(|| regex(r"\b\d{1,2}[:.h]\d{2}\b|\b\d{1,2} ?(?:AM|PM|Uhr)\b"));
static DAY: LazyLock<Regex> =
    LazyLock::new(|| regex(r"\b(?:19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-](?:\d{2}|\d{4})\b|\b\d{4}[-/.年]|\d{1,2}\. ?\p{L}+ "));
static OPENING: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^(?:[>*_\s]*)(?:am|on|le|el|il|op|em|den|dne|dnia|w dniu|på|pe|a|at|in data|ven|lun|mar|mer|gio|mo|di|mi|do|fr|sa|so|mon|tue|wed|thu|fri|sat|sun|vào|tarihinde|(?:19|20)\d\d|\d{1,2}[./-]|\d{1,2}\.? \p{L}{3,})\b",
    )
});
static VERB: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)\b(?:schrieb(?:en)?|geschrieben|wrote|writes|said|schreef|escribio|escreveu|skrev|kirjoitti|yazdı|napsal|schrijft|scritto|scrisse|geschreven)\b|\bsent\s*:|escribió|napísal|пише|a écrit|a ecrit|napisał|написа|írta|ha scritto|пишет|写道|のメール|đã viết",
    )
});
static OLD_GMAIL: LazyLock<Regex> = LazyLock::new(|| regex(r"^(?:19|20)\d\d[-/]\d\d?[-/]\d\d?.{0,80}<\s?[^<>\s]+@[^<>\s]+>\s*:?$"));
static YOU_WROTE: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)\byou wrote\s*:|\bschrieb(?:en|st) (?:sie|du)\s*:"));
static ENDING: LazyLock<Regex> = LazyLock::new(|| regex(r"(?:[:：]|(?:wrote|schrieb|écrit)\s*[:：]?)[\s*_>]*$"));

/// `lines` starts at the candidate; `quoted_after(n)` says whether a quote follows after `n` lines.
pub fn introduction(lines: &[&str], quoted_after: impl Fn(usize) -> bool) -> Option<Introduction> {
    let first = lines.first()?.trim();
    if first.is_empty() || first.len() > INTRODUCTION_BYTES_MAX {
        return None;
    }
    let opens = OPENING.is_match(first);
    let mut joined = String::new();
    for (n, line) in lines.iter().take(WRAPPED_LINES_MAX).enumerate() {
        let line = line.trim().trim_start_matches(['*', '_']);
        if line.is_empty() || joined.len() + line.len() > INTRODUCTION_BYTES_MAX {
            return None;
        }
        if n > 0 {
            joined.push(' ');
        }
        joined.push_str(line);
        if OLD_GMAIL.is_match(&joined) && (joined.ends_with(':') || quoted_after(n + 1)) {
            return Some(Introduction { lines: n + 1, certain: true });
        }
        if !ENDING.is_match(&joined) {
            // Only a line that opens like an introduction, or names an address, may go on.
            if opens || ADDRESS.is_match(&joined) || (n == 0 && DAY.is_match(&joined)) { continue } else { return None }
        }
        let (address, time, day) = (ADDRESS.is_match(&joined), TIME.is_match(&joined), DAY.is_match(&joined));
        if !VERB.is_match(&joined) {
            // `26.06.2026, 14:41, "Anna" <anna@example.org>:`
            if address && day && quoted_after(n + 1) {
                return Some(Introduction { lines: n + 1, certain: false });
            }
            if opens && n + 1 < WRAPPED_LINES_MAX { continue } else { return None }
        }
        let certain = (address && (day || time || opens)) || (day && (time || YOU_WROTE.is_match(&joined)));
        let words = joined.split_whitespace().count();
        let plausible = certain || ((address || (opens && day) || words <= 6) && quoted_after(n + 1));
        return plausible.then_some(Introduction { lines: n + 1, certain });
    }
    None
}

static FORWARD: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^[\s>*_]*(?:[-‐–—_*=]{2,}\s*(?:(?:begin )?forwarded (?:message|mail|email|by .{1,120})|weitergeleitete(?:r|s)? (?:nachricht|e-?mail|mail|mitteilung)|weitergeleitet (?:von|durch) .{1,120}|anfang (?:der )?weitergeleitete[nr]? .{1,20}|message transféré|mensaje reenviado|messaggio inoltrato|doorgestuurd bericht|mensagem encaminhada|vidarebefordrat meddelande|videresendt (?:melding|besked)|wiadomość przekazana|пересылаемое сообщение)\s*[-‐–—_*=]*|(?:begin forwarded message|start of forwarded message|anfang der weitergeleiteten (?:nachricht|e-?mail|mail)|beginn der weitergeleiteten (?:nachricht|e-?mail|mail)|début du message (?:transféré|réexpédié)|inizio messaggio inoltrato|inicio del mensaje reenviado|begin doorgestuurd bericht)\s*:?)\s*$",
    )
});
static ORIGINAL: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^[\s*_]*[-‐–—_*=]{2,}\s*(?:original(?:e|al)?[ -]?(?:message|mail|e-mail|email|nachricht|meldung|appointment)(?: follows)?|ursprüngliche(?:r|s)? (?:nachricht|mail|e-?mail|mitteilung|termin)|urspruengliche nachricht|originalnachricht|reply message|message d.origine|message original|mensaje original|messaggio originale|oorspronkelijk bericht|mensagem original|ursprungligt meddelande|originalmeddelande|oprindelig meddelelse|opprinnelig melding|alkuperäinen viesti|исходное сообщение|wiadomość oryginalna|původní zpráva)\s*[-‐–—_*=]{2,}[\s*_]*$",
    )
});
/// Android's form.
static DASHED: LazyLock<Regex> = LazyLock::new(|| regex(r"(?i)^-{2,}\s?.{2,160} (?:wrote|schrieb|a écrit)\s?-{2,}$"));
static ABOVE_LINE: LazyLock<Regex> = LazyLock::new(|| {
    regex(
        r"(?i)^[\s#*_=>-]*(?:(?:please )?(?:type|write|enter|reply) (?:your (?:reply|answer|response) )?above this line|bitte (?:geben|schreiben|antworten|fügen) sie .{0,40}(?:oberhalb|über) dieser (?:zeile|linie).{0,20}|(?:bitte )?(?:antwort(?:en)?|schreiben) .{0,20}(?:oberhalb|über) dieser (?:zeile|linie).{0,20})[\s#*_=.-]*$",
    )
});

pub fn is_forward(line: &str) -> bool {
    line.len() < 200 && FORWARD.is_match(line)
}

pub fn is_original(line: &str) -> bool {
    line.len() < 200 && (ORIGINAL.is_match(line) || DASHED.is_match(line.trim()) || ABOVE_LINE.is_match(line))
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Label {
    From,
    Date,
    To,
    Subject,
    Other,
}

const LABELS: [(Label, &str); 5] = [
    (Label::From, "von|from|de|van|da|från|fra|od|от|expéditeur|absender|gesendet von|sent by|lähettäjä"),
    (
        Label::Date,
        "gesendet|gesendet am|sent|sent at|date|datum|envoyé|envoyé le|verzonden|inviato|enviado|enviado el|fecha|data|skickat|sendt|дата|отправлено|datum/uhrzeit|erstellt am|lähetetty|wysłano|odesláno",
    ),
    (Label::To, "an|to|à|a|aan|para|till|til|empfänger|кому|vastaanottaja|do|komu"),
    (Label::Subject, "betreff|betr|betr.|subject|objet|onderwerp|oggetto|asunto|assunto|ämne|emne|тема|aihe|temat|předmět"),
    (
        Label::Other,
        "cc|bcc|kopie|kopie an|copie|copy|reply-to|antwort an|antworten an|priorität|priority|importance|wichtigkeit|anlage|anlagen|anhänge|attachment|attachments|organisation|newsgroups|required attendees|when|where|zeit|ort",
    ),
];
/// Longest label in bytes, decoration included.
const LABEL_BYTES_MAX: usize = 40;

static LABEL: LazyLock<HashMap<&str, Label>> =
    LazyLock::new(|| LABELS.iter().flat_map(|(kind, words)| words.split('|').map(move |w| (w, *kind))).collect());

fn label(line: &str) -> Option<(Label, &str)> {
    let decoration = |c: char| c.is_whitespace() || matches!(c, '*' | '_' | '>' | '|');
    let colon = line.find([':', '：']).filter(|&at| at <= LABEL_BYTES_MAX)?;
    let (name, value) = line.split_at(colon);
    let name = name.trim_matches(decoration).to_lowercase();
    let kind = LABEL.get(name.as_str())?;
    Some((*kind, value.trim_start_matches([':', '：']).trim_matches(decoration)))
}

/// Number of lines of a header block (`Von:` `Gesendet:` `An:` `Betreff:`) at the start of `lines`, a rule above it included.
pub fn header_block(lines: &[&str]) -> Option<usize> {
    let skipped = match lines.first() {
        Some(line) if is_rule(line) => 1 + lines.iter().skip(1).take(2).take_while(|l| l.trim().is_empty()).count(),
        _ => 0,
    };
    let block = lines.get(skipped..)?;
    let (first, _) = label(block.first()?)?;
    if first == Label::Other {
        return None;
    }
    let mut seen: Vec<Label> = Vec::new();
    let (mut end, mut address, mut dated, mut blank, mut wrapped) = (0, false, false, 0, 0);
    for (n, line) in block.iter().take(BLOCK_LINES_MAX).enumerate() {
        if line.trim().is_empty() {
            blank += 1;
            // Some programs set each field as a paragraph.
            if blank > 1 || seen.contains(&Label::Subject) { break } else { continue }
        }
        if let Some((kind, value)) = label(line) {
            if kind != Label::Other && seen.contains(&kind) {
                break;
            }
            seen.push(kind);
            address |= kind == Label::From && ADDRESS.is_match(value);
            dated |= kind == Label::Date && (DAY.is_match(value) || TIME.is_match(value));
            (end, wrapped) = (n + 1, 0);
        } else {
            wrapped += 1;
            // Wrapped recipients go on; prose does not.
            if blank > 0 || wrapped > 6 || seen.is_empty() {
                break;
            }
            address |= seen.last() == Some(&Label::From) && ADDRESS.is_match(line);
            if seen.last() != Some(&Label::Subject)
                || wrapped == 1 && line.len() < 60 && block.get(n + 1).is_some_and(|l| label(l).is_some())
            {
                end = n + 1;
            }
        }
        blank = 0;
    }
    let has = |l| seen.contains(&l);
    let main = [Label::From, Label::Date, Label::To, Label::Subject].into_iter().filter(|&l| has(l)).count();
    let enough =
        has(Label::From) && main >= 3 && (dated || address || has(Label::Subject) && has(Label::To)) || (main >= 2 && address && dated);
    (enough && end > 0).then_some(skipped + end)
}

/// A line drawn with one character.
pub fn is_rule(line: &str) -> bool {
    let line = line.trim();
    let mut chars = line.chars();
    let Some(first) = chars.next() else { return false };
    "-_=*‐–—─".contains(first) && line.chars().count() >= 5 && chars.all(|c| c == first)
}

/// RFC 3676 §4.5: a quoted line. Up to three spaces before the mark are seen in the wild.
pub fn is_quoted(line: &str) -> bool {
    let trimmed = line.trim_start_matches(' ');
    line.len() - trimmed.len() <= 3 && trimmed.starts_with('>') && !trimmed.starts_with(">>>=")
}

#[cfg(test)]
#[path = "markers_tests.rs"]
mod tests;
