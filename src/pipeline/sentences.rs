//! Splits running text into sentences, German and English.
//!
//! A full stop ends a sentence only where nothing speaks against it: "z. B.", "Nr. 5", "3. März", "1.000 EUR" and
//! "Dr. Muster" go on. A wrong cut would tear a fact from its subject, a missed one only makes a sentence longer, so doubt joins.

/// Abbreviations after which a sentence goes on, lower case, without the last full stop.
const ABBREVIATIONS: [&str; 58] = [
    "z", "b", "d", "h", "u", "a", "o", "s", "i", "e", "g", "bzw", "ca", "nr", "no", "tel", "str", "inkl", "exkl", "zzgl", "abzgl", "usw",
    "evtl", "ggf", "max", "min", "mind", "std", "art", "abs", "dr", "prof", "hr", "fr", "mr", "mrs", "ms", "st", "vgl", "bspw", "etc",
    "vs", "mo", "di", "mi", "do", "sa", "so", "tgl", "wg", "zz", "approx", "incl", "excl", "p", "vol", "gem", "lt",
];

/// Words after a number with a full stop that make it an ordinal ("3. März", "2. Stock").
const AFTER_ORDINALS: [&str; 26] = [
    "januar",
    "februar",
    "märz",
    "april",
    "mai",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "dezember",
    "jan",
    "feb",
    "mär",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "okt",
    "nov",
    "dez",
    "stock",
    "og",
];

/// The sentences of a text, trimmed, in order. A line break ends one only before a list item or an empty line, or where
/// the line already ended one; see [`lines_joined`].
pub fn split(text: &str) -> Vec<String> {
    let mut all = Vec::new();
    for line in lines_joined(text) {
        split_line(&line, &mut all);
    }
    all
}

/// Lines that were broken for width become one again; list items and short lines without an end (rows of a table) stay apart.
fn lines_joined(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    let mut open = false;
    for line in text.lines() {
        let bare = line.trim();
        if bare.is_empty() {
            open = false;
            continue;
        }
        let goes_on = open && bare.starts_with(|c: char| c.is_lowercase() || c.is_ascii_digit() || c == '(') && !starts_item(bare);
        match all.last_mut() {
            Some(last) if goes_on || (open && line_is_wrapped(last) && !starts_item(bare)) => {
                last.push(' ');
                last.push_str(bare);
            }
            _ => all.push(bare.to_owned()),
        }
        open = !bare.ends_with(['.', '?', '!', ':', ';']);
    }
    all
}

/// A line this long without an end was broken for width.
fn line_is_wrapped(line: &str) -> bool {
    line.rsplit('\n').next().is_some_and(|last| last.chars().count() >= 50) && !line.contains(" – ") && !starts_item(line)
}

fn starts_item(line: &str) -> bool {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    line.starts_with(['-', '*', '•', '–', '|']) || (rest.len() < line.len() && rest.starts_with(')'))
}

fn split_line(line: &str, all: &mut Vec<String>) {
    let chars: Vec<(usize, char)> = line.char_indices().collect();
    let mut start = 0;
    for (index, (at, c)) in chars.iter().enumerate() {
        let after = at + c.len_utf8();
        if !matches!(c, '.' | '?' | '!' | '…') || !ends_here(line, &chars, index, start) {
            continue;
        }
        // Closing quotes and citation marks belong to the sentence before them.
        let rest = line.get(after..).unwrap_or("");
        let tail = closing(rest);
        let end = after + tail;
        push(line.get(start..end), all);
        start = end;
    }
    push(line.get(start..), all);
}

fn push(piece: Option<&str>, all: &mut Vec<String>) {
    let Some(piece) = piece.map(str::trim).filter(|piece| piece.chars().any(char::is_alphanumeric)) else { return };
    all.push(piece.to_owned());
}

/// Bytes of closing quotes, brackets and citations such as ` [1][2]` at the beginning of the rest.
fn closing(rest: &str) -> usize {
    let mut taken = 0;
    loop {
        let left = rest.get(taken..).unwrap_or("");
        if let Some(c) = left.chars().next().filter(|c| matches!(c, '"' | '“' | '”' | ')' | '«' | '\'' | '.' | '!' | '?')) {
            taken += c.len_utf8();
            continue;
        }
        let bare = left.trim_start();
        let number = bare.strip_prefix('[').and_then(|inner| inner.split_once(']'));
        match number {
            Some((n, after)) if !n.is_empty() && n.len() <= 24 && n.chars().all(|c| c.is_ascii_digit() || c == ',' || c == ' ') => {
                taken = rest.len() - after.len();
            }
            _ => return taken,
        }
    }
}

fn ends_here(line: &str, chars: &[(usize, char)], index: usize, start: usize) -> bool {
    let Some((at, mark)) = chars.get(index).copied() else { return false };
    let after = line.get(at + mark.len_utf8()..).unwrap_or("");
    let rest = after.get(closing(after)..).unwrap_or("");
    if rest.trim().is_empty() {
        return true;
    }
    // Inside of a number, an address, an ellipsis.
    if !rest.starts_with(char::is_whitespace) {
        return false;
    }
    let next = rest.trim_start();
    if mark != '.' {
        return !next.starts_with(char::is_lowercase);
    }
    if next.starts_with(|c: char| c.is_lowercase() || c == ',') {
        return false;
    }
    let before = line.get(start..at).unwrap_or("");
    let word: String = before.chars().rev().take_while(|c| c.is_alphanumeric()).collect::<Vec<_>>().into_iter().rev().collect();
    if word.is_empty() {
        return true;
    }
    let lower = word.to_lowercase();
    if ABBREVIATIONS.contains(&lower.as_str()) {
        // "… bis 18 Uhr. Sa." is rare; "ca. 5", "Nr. 5", "z. B. Helme" are not.
        return false;
    }
    if word.chars().all(|c| c.is_ascii_digit()) {
        let follows: String = next.chars().take_while(|c| c.is_alphabetic()).collect::<String>().to_lowercase();
        let ordinal = AFTER_ORDINALS.contains(&follows.as_str()) || next.starts_with(|c: char| c.is_ascii_digit());
        return word.len() > 2 && !ordinal || word.len() <= 2 && !ordinal && ends_with_amount(before);
    }
    true
}

/// "um 18. Bitte" is doubtful, "kostet EUR 18. Bitte" is not.
fn ends_with_amount(before: &str) -> bool {
    let words: Vec<&str> = before.split_whitespace().collect();
    words.len() >= 2 && words.get(words.len() - 2).is_some_and(|w| matches!(*w, "EUR" | "€" | "Nr." | "Nummer" | "number" | "is" | "sind"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_where_a_reader_would() {
        for (text, expected) in [
            ("Das geht. Bitte kommen Sie.", vec!["Das geht.", "Bitte kommen Sie."]),
            ("Zubehör, z. B. Helme, ist dabei. Ja!", vec!["Zubehör, z. B. Helme, ist dabei.", "Ja!"]),
            ("Am 3. März kostet es 1.000 EUR. Mehr nicht.", vec!["Am 3. März kostet es 1.000 EUR.", "Mehr nicht."]),
            ("Siehe Nr. 5 bzw. Dr. Muster. Danke.", vec!["Siehe Nr. 5 bzw. Dr. Muster.", "Danke."]),
            ("Am 03.03.2026 um 9.30 Uhr. Gut?", vec!["Am 03.03.2026 um 9.30 Uhr.", "Gut?"]),
            ("30 Tage [1]. Versand 4,90 EUR [2][3]. Ende", vec!["30 Tage [1].", "Versand 4,90 EUR [2][3].", "Ende"]),
            ("30 Tage. [1] Versand. [2]", vec!["30 Tage. [1]", "Versand. [2]"]),
            ("Ein Satz, der um\ngebrochen ist. Zwei.", vec!["Ein Satz, der um gebrochen ist.", "Zwei."]),
            ("Montag: 9 Uhr\nDienstag: 10 Uhr", vec!["Montag: 9 Uhr", "Dienstag: 10 Uhr"]),
            ("- eins\n- zwei", vec!["- eins", "- zwei"]),
            ("Mail an service@radhaus.example. Danke", vec!["Mail an service@radhaus.example.", "Danke"]),
            ("Wirklich?! Ja…", vec!["Wirklich?!", "Ja…"]),
            ("", vec![]),
        ] {
            assert_eq!(split(text), expected, "{text}");
        }
    }
}
