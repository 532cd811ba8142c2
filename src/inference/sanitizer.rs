//! The one way of text into a prompt (R-130): [`crate::inference::Prompt`] takes nothing that has not been through here.
//!
//! What a reader does not see but a model would read is taken out, what poses as a role or a frame is defused, and every
//! hit is named. Never: a hit dropped in silence, a word of the text in the marks.

use std::collections::BTreeMap;
use unicode_normalization::UnicodeNormalization;

/// Characters of one part of a prompt.
pub const PART_CHARS_MAX: usize = 24_000;

/// What was found, by kind, and how often.
pub type Marks = BTreeMap<&'static str, usize>;

/// Text that may stand in a prompt.
#[derive(Clone, PartialEq, Eq)]
pub struct Sanitized {
    text: String,
    marks: Marks,
}

impl Sanitized {
    pub fn text(&self) -> &str {
        &self.text
    }

    pub const fn marks(&self) -> &Marks {
        &self.marks
    }

    pub(crate) fn into_parts(self) -> (String, Marks) {
        (self.text, self.marks)
    }
}

impl std::fmt::Debug for Sanitized {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sanitized({} bytes, {:?})", self.text.len(), self.marks)
    }
}

/// NFKC, then everything invisible out, look-alikes of other scripts to their Latin letter, markers defused, cut to length.
pub fn sanitize(text: &str) -> Sanitized {
    let mut marks = Marks::new();
    let normal: String = text.replace("\r\n", "\n").nfkc().collect();
    let mut visible = String::with_capacity(normal.len());
    for c in normal.chars() {
        match kind_of(c) {
            None => visible.push(c),
            Some("separator") => visible.push('\n'),
            Some(kind) => *marks.entry(kind).or_insert(0) += 1,
        }
    }
    // What stood apart may now compose.
    let composed: String = visible.nfkc().collect();
    // A letter that took the place of its double may compose too.
    let latin: String = unconfused(&composed, &mut marks).nfkc().collect();
    let mut defused = latin.lines().map(|line| defuse(line, &mut marks)).collect::<Vec<_>>().join("\n");
    if latin.ends_with('\n') {
        defused.push('\n');
    }
    if let Some((cut, _)) = defused.char_indices().nth(PART_CHARS_MAX) {
        defused.truncate(cut);
        marks.insert("length", 1);
    }
    Sanitized { text: defused, marks }
}

/// The kind of a character that must not reach a model; `None` for all others.
pub const fn kind_of(c: char) -> Option<&'static str> {
    Some(match c {
        '\n' | '\t' => return None,
        '\0'..='\u{1f}' | '\u{7f}'..='\u{9f}' => "control",
        '\u{2028}' | '\u{2029}' => "separator",
        '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}' | '\u{61c}' => "bidi",
        '\u{200b}'..='\u{200d}'
        | '\u{2060}'..='\u{2065}'
        | '\u{206a}'..='\u{206f}'
        | '\u{feff}'
        | '\u{ad}'
        | '\u{34f}'
        | '\u{180b}'..='\u{180f}' => "zero_width",
        '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{3164}' | '\u{ffa0}' | '\u{2800}' => "filler",
        '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' => "variation",
        '\u{e0000}'..='\u{e007f}' => "tag",
        // Other format characters (Cf), interlinear notes, musical and shorthand controls.
        '\u{600}'..='\u{605}'
        | '\u{6dd}'
        | '\u{70f}'
        | '\u{890}'
        | '\u{891}'
        | '\u{8e2}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{110bd}'
        | '\u{110cd}'
        | '\u{13430}'..='\u{1345f}'
        | '\u{1bca0}'..='\u{1bca3}'
        | '\u{1d173}'..='\u{1d17a}' => "format",
        '\u{e000}'..='\u{f8ff}' | '\u{f0000}'..='\u{10ffff}' => "private",
        '\u{fdd0}'..='\u{fdef}' | '\u{fffe}' | '\u{ffff}' => "private",
        _ => return None,
    })
}

/// Letters of Greek and Cyrillic that look Latin, inside of words that are otherwise Latin (UTS 39).
fn unconfused(text: &str, marks: &mut Marks) -> String {
    let mut out = String::with_capacity(text.len());
    for piece in text.split_inclusive(|c: char| !c.is_alphabetic()) {
        let mixed = piece.chars().any(|c| c.is_ascii_alphabetic()) && piece.chars().any(|c| latin_of(c).is_some());
        if mixed {
            *marks.entry("confusable").or_insert(0) += 1;
            out.extend(piece.chars().map(|c| latin_of(c).unwrap_or(c)));
        } else {
            out.push_str(piece);
        }
    }
    out
}

const fn latin_of(c: char) -> Option<char> {
    Some(match c {
        'а' | 'α' => 'a',
        'А' | 'Α' => 'A',
        'В' | 'Β' => 'B',
        'с' => 'c',
        'С' => 'C',
        'ԁ' => 'd',
        'е' => 'e',
        'Е' | 'Ε' => 'E',
        'һ' => 'h',
        'Н' | 'Η' => 'H',
        'і' | 'ι' => 'i',
        'І' | 'Ι' => 'I',
        'ј' => 'j',
        'К' | 'Κ' => 'K',
        'М' | 'Μ' => 'M',
        'Ν' => 'N',
        'о' | 'ο' => 'o',
        'О' | 'Ο' => 'O',
        'р' | 'ρ' => 'p',
        'Р' | 'Ρ' => 'P',
        'ѕ' => 's',
        'Ѕ' => 'S',
        'Т' | 'Τ' => 'T',
        'у' => 'y',
        'х' => 'x',
        'Х' | 'Χ' => 'X',
        'Ζ' => 'Z',
        _ => return None,
    })
}

/// Names under which chat formats let somebody speak.
const ROLES: [&str; 12] = [
    "system",
    "assistant",
    "user",
    "human",
    "ai",
    "developer",
    "tool",
    "function",
    "instruction",
    "instructions",
    "anweisung",
    "assistent",
];

/// A line that poses as a role gets a mark before it; brackets of tokens and fences become others that no format knows.
fn defuse(line: &str, marks: &mut Marks) -> String {
    let mut out = line.to_owned();
    for (token, harmless) in [
        ("<|", "‹¦"),
        ("|>", "¦›"),
        ("<<", "‹‹"),
        (">>>", "›››"),
        ("[INST]", "(INST)"),
        ("[/INST]", "(/INST)"),
        ("<s>", "‹s›"),
        ("</s>", "‹/s›"),
        ("```", "'''"),
        ("~~~", "---"),
        ("[[", "(("),
        ("]]", "))"),
    ] {
        let hits = out.matches(token).count();
        if hits > 0 {
            *marks.entry("role_marker").or_insert(0) += hits;
            out = out.replace(token, harmless);
        }
    }
    for name in ["system", "user", "assistant", "instruction", "untrusted", "mail", "tool"] {
        for (open, shown) in [("<", "‹"), ("</", "‹/")] {
            out = replace_tag(&out, open, name, shown, marks);
        }
    }
    let bare = out.trim_start_matches(|c: char| !c.is_alphanumeric());
    let role = bare
        .split_once(':')
        .is_some_and(|(head, _)| ROLES.contains(&head.trim_end_matches(|c: char| !c.is_alphanumeric()).to_lowercase().as_str()));
    if role && !out.starts_with("› ") {
        *marks.entry("role_marker").or_insert(0) += 1;
        return format!("› {out}");
    }
    out
}

/// `<system>` in any case becomes `‹system>`.
fn replace_tag(text: &str, open: &str, name: &str, shown: &str, marks: &mut Marks) -> String {
    let (lower, tag) = (text.to_ascii_lowercase(), format!("{open}{name}"));
    let Some(at) = lower.find(&tag) else { return text.to_owned() };
    let ends = lower.get(at + tag.len()..).and_then(|rest| rest.chars().next()).is_none_or(|c| !c.is_ascii_alphanumeric());
    let (Some(before), Some(after)) = (text.get(..at), text.get(at + open.len()..)) else { return text.to_owned() };
    if !ends {
        return text.to_owned();
    }
    *marks.entry("role_marker").or_insert(0) += 1;
    format!("{before}{shown}{}", replace_tag(after, open, name, shown, marks))
}

#[cfg(test)]
#[path = "sanitizer_tests.rs"]
mod tests;
