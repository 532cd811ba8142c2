//! The table of `asks.txt`, read once.
//!
//! Never: a section or a word that is dropped in silence; a test reads the table.

use std::collections::HashSet;
use std::sync::LazyLock;

type Words = HashSet<&'static str>;
type Phrases = Vec<&'static str>;

pub struct Table {
    pub question: Words,
    pub before_question: Words,
    pub whether: Words,
    pub verbs: Words,
    pub first: Words,
    pub subjects: Words,
    pub no_verb: Words,
    pub joints: Words,
    pub imperatives: Words,
    pub pronouns: Words,
    pub heads: Phrases,
    pub requests: Phrases,
    pub demands: Phrases,
    pub wishes: Phrases,
    pub actions: Phrases,
    pub courtesies: Phrases,
    pub greetings: Phrases,
}

const TEXT: &str = include_str!("asks.txt");

pub static TABLE: LazyLock<Table> = LazyLock::new(|| {
    let words = |name: &str| section(name).flat_map(str::split_whitespace).collect();
    let phrases = |name: &str| section(name).filter_map(|line| line.strip_prefix("- ")).collect();
    Table {
        question: words("question"),
        before_question: words("before question"),
        whether: words("whether"),
        verbs: words("verbs"),
        first: words("first"),
        subjects: words("subjects"),
        no_verb: words("no verb"),
        joints: words("joints"),
        imperatives: words("imperatives"),
        pronouns: words("pronouns"),
        heads: phrases("heads"),
        requests: phrases("requests"),
        demands: phrases("demands"),
        wishes: phrases("wishes"),
        actions: phrases("actions"),
        courtesies: phrases("courtesies"),
        greetings: phrases("greetings"),
    }
});

/// The lines of a section.
fn section(name: &str) -> impl Iterator<Item = &'static str> {
    let mark = format!("[{name}]");
    let lines = TEXT.lines().skip_while(move |line| *line != mark).skip(1).take_while(|line| !line.starts_with('['));
    lines.map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_section_is_read() {
        let names: Vec<&str> = TEXT.lines().filter(|line| line.starts_with('[')).collect();
        let table = &*TABLE;
        let words = [
            &table.question,
            &table.before_question,
            &table.whether,
            &table.verbs,
            &table.first,
            &table.subjects,
            &table.no_verb,
            &table.joints,
            &table.imperatives,
            &table.pronouns,
        ];
        let phrases = [&table.heads, &table.requests, &table.demands, &table.wishes, &table.actions, &table.courtesies, &table.greetings];
        assert_eq!(names.len(), words.len() + phrases.len());
        assert!(words.iter().all(|words| !words.is_empty() && words.iter().all(|word| *word == word.to_lowercase() && *word != "-")));
        assert!(phrases.iter().all(|phrases| !phrases.is_empty() && phrases.iter().all(|phrase| *phrase == phrase.to_lowercase())));
    }
}
