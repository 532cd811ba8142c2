//! What a text file says about itself, between two `---` lines at its beginning.
//!
//! Never: a value guessed, or a front matter taken for text. One that cannot be understood refuses the file, for an internal
//! source that is found by customers is worse than one that is not found.

use crate::domain::Language;
use crate::knowledge::reading::{Known, ReadingError};
use crate::knowledge::terms::{Classification, Said};

/// Lines in which a front matter is looked for where it does not belong.
const PROBE_LINES: usize = 200;

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FrontMatter {
    pub language: Option<Language>,
    pub terms: Said,
}

/// Without what no editor shows: byte order marks and spaces of all kinds.
fn bare(line: &str) -> &str {
    line.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}' | '\u{2060}'))
}

fn is_fence(line: &str) -> bool {
    let line = bare(line);
    line.len() >= 3 && line.chars().all(|c| c == '-')
}

fn ends(line: &str) -> bool {
    is_fence(line) || bare(line) == "..."
}

/// What a line says, if it says something that is known.
fn known(line: &str) -> Option<Known> {
    let (key, _) = bare(line).split_once([':', '='])?;
    Known::of_key(&key.trim().to_lowercase())
}

/// Of these a line in the middle of a text hardly speaks by chance.
const fn is_telling(known: Known) -> bool {
    match known {
        Known::ValidFrom | Known::ValidUntil | Known::Mailboxes | Known::Classification | Known::PersonalData => true,
        Known::Language | Known::Owner => false,
    }
}

/// Whether a line between the fences says something; the others are empty or a comment.
fn says(line: &str) -> bool {
    !bare(line).is_empty() && !bare(line).starts_with('#')
}

/// The front matter, and the text behind it.
pub fn split(text: &str) -> Result<(FrontMatter, &str), ReadingError> {
    let (head, body) = parted(text);
    // A thematic break at the beginning is no front matter, as long as nothing behind it looks like one.
    let first = head.iter().copied().find(|line| says(line));
    if !first.is_some_and(|line| line.contains(':')) && !head.iter().any(|line| known(line).is_some()) {
        return if is_misplaced(text) { Err(ReadingError::Misplaced) } else { Ok((FrontMatter::default(), text)) };
    }
    let body = body.ok_or(ReadingError::OpenFrontMatter)?;
    let mut front = FrontMatter::default();
    let mut seen = Vec::new();
    for line in head.into_iter().filter(|line| says(line)).map(bare) {
        let (key, value) = line.split_once(':').unwrap_or((line, ""));
        let known = Known::of_key(key.trim()).ok_or_else(|| ReadingError::UnknownKey(key.trim().chars().take(40).collect()))?;
        if seen.contains(&known) {
            return Err(ReadingError::Twice(known));
        }
        seen.push(known);
        entry(&mut front, known, bare(value).trim_matches(['"', '\'']))?;
    }
    if is_misplaced(body) { Err(ReadingError::Misplaced) } else { Ok((front, body)) }
}

/// The lines between the first fence and the next, and what follows; no lines where the text does not begin with a fence.
fn parted(text: &str) -> (Vec<&str>, Option<&str>) {
    let mut at = 0;
    let mut head = Vec::new();
    let mut opened = false;
    for line in text.split_inclusive('\n') {
        at += line.len();
        if !opened {
            opened = is_fence(line);
            if !opened && !bare(line).is_empty() {
                break;
            }
        } else if ends(line) {
            return (head, text.get(at..));
        } else {
            head.push(line);
        }
    }
    (head, None)
}

/// Whether a line of dashes or of plus signs is followed by one that only a front matter has.
fn is_misplaced(text: &str) -> bool {
    let mut lines = text.lines().take(PROBE_LINES).filter(|line| !bare(line).is_empty()).peekable();
    while let Some(line) = lines.next() {
        let fence = is_fence(line) || (bare(line).len() >= 3 && bare(line).chars().all(|c| c == '+'));
        if fence && lines.peek().and_then(|next| known(next)).is_some_and(is_telling) {
            return true;
        }
    }
    false
}

fn entry(front: &mut FrontMatter, known: Known, value: &str) -> Result<(), ReadingError> {
    let bad = || ReadingError::BadValue(known);
    let terms = &mut front.terms;
    match known {
        Known::Language => {
            front.language = Some(match value {
                "de" => Language::De,
                "en" => Language::En,
                _ => return Err(bad()),
            });
        }
        Known::Owner if value.is_empty() => return Err(bad()),
        Known::Owner => terms.owner = Some(value.to_owned()),
        Known::ValidFrom => terms.valid_from = Some(value.parse().map_err(|_| bad())?),
        Known::ValidUntil => terms.valid_until = Some(value.parse().map_err(|_| bad())?),
        Known::Mailboxes => {
            let names = value.trim_matches(['[', ']']).split(',').map(|name| name.trim().trim_matches(['"', '\'']).to_owned());
            let names: Vec<String> = names.filter(|name| !name.is_empty()).collect();
            if names.is_empty() {
                return Err(bad());
            }
            terms.mailboxes = Some(names);
        }
        Known::Classification => terms.classification = Some(Classification::from_code(value).ok_or_else(bad)?),
        Known::PersonalData => {
            terms.personal_data = Some(match value {
                "true" | "ja" | "yes" => true,
                "false" | "nein" | "no" => false,
                _ => return Err(bad()),
            });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said() {
        let text = "---\nlanguage: en\nowner: \"Team\"\nvalid_until: 2026-12-31\nclassification: internal\n\
                    mailboxes: [a, b@example.org]\n---\n# Hello\n";
        let (front, body) = split(text).unwrap();
        let expected = Said {
            owner: Some("Team".to_owned()),
            valid_until: Some(jiff::civil::date(2026, 12, 31)),
            classification: Some(Classification::Internal),
            mailboxes: Some(vec!["a".to_owned(), "b@example.org".to_owned()]),
            ..Said::default()
        };
        assert_eq!((front, body), (FrontMatter { language: Some(Language::En), terms: expected }, "# Hello\n"));
    }

    /// what an editor shows as a front matter is one.
    #[test]
    fn r136_no_front_matter_becomes_text() {
        for text in [
            "---\n# Metadaten\nclassification: internal\n---\nx",
            "---\n\nclassification: internal\n---\nx",
            "\n\n---\nclassification: internal\n---\nx",
            "--- \nclassification: internal\n--- \nx",
            "\u{a0}---\nclassification: internal\n---\nx",
            "\u{feff}\u{feff}---\nclassification: internal\n\t---\nx",
            "---\nclassification: internal\n...\nx",
            "-----\nclassification:\u{a0}internal\n-----\nx",
            "---\nclassification: internal\n---",
        ] {
            let (front, _) = split(text).expect(text);
            assert_eq!(front.terms.classification, Some(Classification::Internal), "{text}");
        }
    }

    #[test]
    fn what_is_not_understood_refuses_the_file() {
        let unknown = |key: &str| ReadingError::UnknownKey(key.to_owned());
        for (text, expected) in [
            ("---\nlanguage: fr\n---\nx", ReadingError::BadValue(Known::Language)),
            ("---\nvalid_until: 31.12.2026\n---\nx", ReadingError::BadValue(Known::ValidUntil)),
            ("---\nclassification: geheim\n---\nx", ReadingError::BadValue(Known::Classification)),
            ("---\nclassification: internal # nur intern\n---\nx", ReadingError::BadValue(Known::Classification)),
            ("---\nmailboxes:\n---\nx", ReadingError::BadValue(Known::Mailboxes)),
            ("---\nmailboxes: []\n---\nx", ReadingError::BadValue(Known::Mailboxes)),
            ("---\nmailboxes:\n  - a\n---\nx", ReadingError::BadValue(Known::Mailboxes)),
            ("---\nclassification: internal\nclassification: public\n---\nx", ReadingError::Twice(Known::Classification)),
            ("---\nowner: a\nverantwortlich: b\n---\nx", ReadingError::Twice(Known::Owner)),
            ("---\ncolour: red\n---\nx", unknown("colour")),
            ("---\nClassification: internal\n---\nx", unknown("Classification")),
            ("---\nEin Satz\nclassification: internal\n---\nx", unknown("Ein Satz")),
            ("---\nlanguage: de\nx", ReadingError::OpenFrontMatter),
            ("+++\nclassification = \"internal\"\n+++\nx", ReadingError::Misplaced),
            ("# Preise\n---\nclassification: internal\n---\nx", ReadingError::Misplaced),
        ] {
            assert_eq!(split(text), Err(expected), "{text}");
        }
        for text in ["---\nA rule first.\n", "# Titel\n\n---\n\nSprache: Deutsch\n", "Titel\n---\nText", "---", ""] {
            assert_eq!(split(text), Ok((FrontMatter::default(), text)), "{text}");
        }
    }
}
