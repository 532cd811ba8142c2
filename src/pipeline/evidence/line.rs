//! A sentence, a row of a table or an item of a list as the check sees it: its words, its facts, its clauses, and what
//! stands around it (headings, the question before an answer, the head of a column).

use crate::domain::draft::ClaimKind;
use crate::domain::knowledge::Passage;
use crate::knowledge::grams;
use crate::knowledge::lemma::{Lemma, lemmas};
use crate::knowledge::words::{is_english, is_german};
use crate::pipeline::evidence::classes::marks;
use crate::pipeline::evidence::names::names;
use crate::pipeline::evidence::scan::{Fact, facts};
use crate::pipeline::evidence::token::{Token, TokenKind, tokens};
use crate::pipeline::sentences;

/// A content word with its place.
#[derive(Debug, Clone)]
pub struct Word {
    pub lemma: Lemma,
    pub text: String,
    pub start: usize,
    pub end: usize,
    /// Place among all words of the line.
    pub place: usize,
    pub clause: usize,
    pub capital: bool,
    /// Whether a capital says nothing here.
    pub opens: bool,
}

/// One statement of a text.
#[derive(Debug, Clone)]
pub struct Line {
    pub text: String,
    pub tokens: Vec<Token>,
    pub words: Vec<Word>,
    pub facts: Vec<Fact>,
    /// What it says without a number: net or gross, per month, always.
    pub marks: Vec<Fact>,
    /// Names of people, firms and products.
    pub names: Vec<Fact>,
    /// Byte offset where each clause begins.
    pub clauses: Vec<usize>,
    /// Words of headings, of the question, of the column's head.
    pub context: Vec<Lemma>,
    /// Where a label before a colon ends: "Preise pro Nacht: Einzelzimmer 84 €, …" is about all that follows.
    pub label: usize,
}

impl Line {
    pub fn read(text: &str) -> Self {
        let facts = facts(text);
        let tokens = tokens(text, &[]);
        let clauses = clauses(text, &tokens, &facts);
        let clause_of = |at: usize| clause_at(&clauses, at);
        let mut words = Vec::new();
        let mut opens = true;
        let mut place = 0;
        for token in &tokens {
            match token.kind {
                TokenKind::Word => {
                    let folded = grams::words(&token.text).concat();
                    if folded.chars().count() > 1 && !is_german(&folded) && !is_english(&folded) && !ADVERBS.contains(&token.lower.as_str())
                    {
                        words.push(Word {
                            lemma: Lemma::of(&folded),
                            text: token.text.clone(),
                            start: token.start,
                            end: token.end,
                            place,
                            clause: clause_of(token.start),
                            capital: token.text.starts_with(char::is_uppercase),
                            opens,
                        });
                    }
                    place += 1;
                    opens = false;
                }
                TokenKind::Number => opens = false,
                TokenKind::Mark => {
                    opens = opens || ['.', '?', '!', ':', '„', '"', '“', '•', '|', '-', '–', '*'].iter().any(|mark| token.is(*mark))
                }
            }
        }
        let marks = marks(&tokens);
        let names = names(text, &tokens);
        let label = tokens.iter().find(|t| t.is(':')).map_or(0, |t| t.start);
        let label = if facts.iter().any(|fact| fact.start < label) { 0 } else { label };
        Self { text: text.to_owned(), tokens, words, facts, marks, names, clauses, context: Vec::new(), label }
    }

    pub fn clause_of(&self, at: usize) -> usize {
        clause_at(&self.clauses, at)
    }

    /// How far the line, or what stands above it, speaks of a word; 0: not at all.
    pub fn speaks_of(&self, lemma: &Lemma) -> f64 {
        let own = self.words.iter().map(|word| word.lemma.likeness(lemma)).fold(0.0, f64::max);
        let above = || self.context.iter().map(|other| other.likeness(lemma)).fold(0.0, f64::max) * ABOVE;
        if own > 0.0 { own } else { above() }
    }

    /// Byte range of a clause.
    pub fn clause_span(&self, clause: usize) -> (usize, usize) {
        let start = self.clauses.get(clause).copied().unwrap_or(0);
        (start, self.clauses.get(clause + 1).copied().unwrap_or(self.text.len()))
    }
}

fn clause_at(clauses: &[usize], at: usize) -> usize {
    clauses.iter().filter(|start| **start <= at).count().saturating_sub(1)
}

/// What a word of the heading counts beside one of the line.
const ABOVE: f64 = 0.5;

/// Where clauses begin: after the marks that part them, and at a joint between two that hold a fact each.
fn clauses(text: &str, tokens: &[Token], facts: &[Fact]) -> Vec<usize> {
    let mut starts = vec![0];
    for (i, token) in tokens.iter().enumerate() {
        let begun = starts.last().copied().unwrap_or(0);
        let parts = match token.kind {
            TokenKind::Mark => parts_by_mark(token, begun, tokens, facts),
            TokenKind::Word => parts_by_joint(text, tokens, i, (begun, facts)),
            TokenKind::Number => false,
        };
        if let Some(next) = tokens.get(i + 1).filter(|_| parts) {
            starts.push(next.start);
        }
    }
    starts.dedup();
    // "Service: Anna Muster, Tel. 15; Teile: Carl Muster, Tel. 18": between semicolons stands one item.
    let marks: Vec<usize> = tokens.iter().filter(|t| t.is(';')).map(|t| t.end).collect();
    let mut items = std::iter::once(0).chain(marks.iter().copied()).zip(marks.iter().copied().chain(std::iter::once(text.len())));
    if !marks.is_empty() && items.all(|(from, to)| facts.iter().any(|fact| fact.start >= from && fact.end <= to)) {
        starts.retain(|start| *start == 0 || marks.iter().any(|mark| start.abs_diff(*mark) <= 1));
    }
    starts
}

fn is_inside(facts: &[Fact], at: usize) -> bool {
    facts.iter().any(|fact| (fact.start..fact.end).contains(&at))
}

fn parts_by_mark(token: &Token, begun: usize, tokens: &[Token], facts: &[Fact]) -> bool {
    let mark = [',', ';', ':', '|', '–', '—', '.', '!', '?'].iter().any(|mark| token.is(*mark));
    if !mark || is_inside(facts, token.start) {
        return false;
    }
    // Between two numbers or weekdays a dash or a comma makes a range or a list.
    let left = facts.iter().find(|fact| fact.end <= token.start && token.start <= fact.end + 1);
    let right = facts.iter().find(|fact| fact.start >= token.end && fact.start <= token.end + 1);
    if left.zip(right).is_some_and(|(left, right)| left.kind == right.kind) && !token.is(';') && !token.is('|') {
        return false;
    }
    let passed = || tokens.iter().filter(|t| t.start >= begun && t.start < token.start && t.kind == TokenKind::Word);
    let mut held = facts.iter().filter(|fact| fact.start >= begun && fact.end <= token.start).peekable();
    let short = passed().count() < CLAUSE_WORDS;
    // An item of a list; "Samstag: 10 bis 14 Uhr" is one clause too.
    let item = token.is(',') && held.peek().is_none() && !passed().any(|t| OPENERS.contains(&t.lower.as_str()));
    let day = token.is(':') && held.peek().is_some() && held.all(|fact| fact.kind == ClaimKind::Date);
    !(short && (item || day))
}

fn parts_by_joint(text: &str, tokens: &[Token], i: usize, (begun, facts): (usize, &[Fact])) -> bool {
    let Some(token) = tokens.get(i).filter(|t| JOINTS.contains(&t.lower.as_str())) else { return false };
    let next = tokens.get(i + 1);
    let ends = |t: &&Token| t.start > token.start && [',', ';', '.', '|'].iter().any(|mark| t.is(*mark)) && !is_inside(facts, t.start);
    let end = tokens.iter().find(ends).map_or(text.len(), |t| t.start);
    let fact_in = |from: usize, to: usize| facts.iter().any(|fact| fact.start >= from && fact.end <= to);
    let word_first = next.is_some_and(|t| t.kind == TokenKind::Word && !is_inside(facts, t.start));
    let after_comma = i > 0 && tokens.get(i - 1).is_some_and(|t| t.is(','));
    match token.lower.as_str() {
        "but" | "while" | "whereas" => true,
        "aber" | "sondern" | "während" if after_comma => true,
        _ => {
            next.is_some_and(|t| OPENERS.contains(&t.lower.as_str()))
                || word_first && fact_in(begun, token.start) && fact_in(token.end, end)
        }
    }
}

const JOINTS: [&str; 12] = ["und", "and", "oder", "or", "aber", "but", "sondern", "während", "while", "whereas", "sowie", "bzw"];
/// Words that colour a sentence and say nothing of its matter.
const ADVERBS: [&str; 45] = [
    "ebenfalls",
    "ebenso",
    "natürlich",
    "selbstverständlich",
    "dagegen",
    "allerdings",
    "jedoch",
    "leider",
    "gern",
    "gerne",
    "übrigens",
    "zunächst",
    "also",
    "hingegen",
    "zudem",
    "außerdem",
    "dabei",
    "dazu",
    "davon",
    "dort",
    "dafür",
    "hier",
    "bitte",
    "unfortunately",
    "however",
    "course",
    "too",
    "well",
    "please",
    "afraid",
    "sorry",
    "happy",
    "glad",
    "gladly",
    "certainly",
    "sure",
    "simply",
    "einfach",
    "direkt",
    "ganz",
    "beide",
    "beiden",
    "both",
    "rund",
    "etwa",
];
/// Fewer words before a comma are an item of a list, no clause.
const CLAUSE_WORDS: usize = 4;
/// Words after "und" that begin a clause of their own.
const OPENERS: [&str; 36] = [
    "werden", "wird", "sind", "ist", "haben", "hat", "können", "kann", "dürfen", "darf", "müssen", "muss", "bleiben", "bleibt", "gelten",
    "gilt", "are", "is", "will", "can", "may", "must", "have", "has", "do", "does", "we", "you", "it", "they", "sie", "wir", "du", "don",
    "cannot", "werde",
];

/// A passage as its statements.
pub fn lines_of(passage: &Passage) -> Vec<Line> {
    let heading: Vec<Lemma> = passage.heading.iter().flat_map(|title| lemmas(title)).collect();
    let mut all: Vec<Line> = passage.heading.iter().map(|title| Line::read(title)).collect();
    let mut title = named(&passage.text);
    let mut question: Vec<Lemma> = Vec::new();
    let (mut running, mut table) = (String::new(), Vec::new());
    let flush = |running: &mut String, title: &mut Vec<Lemma>, question: &mut Vec<Lemma>, all: &mut Vec<Line>| {
        for sentence in sentences::split(running) {
            let mut line = Line::read(&sentence);
            line.context.extend(heading.iter().chain(title.iter()).chain(question.iter()).cloned());
            if sentence.trim_end().ends_with('?') {
                *question = lemmas(&sentence);
            } else if is_title(&line) {
                *title = lemmas(&sentence);
                question.clear();
            }
            all.push(line);
        }
        running.clear();
    };
    for raw in passage.text.lines().chain(std::iter::once("")) {
        if raw.trim_start().starts_with('|') || raw.matches('|').count() >= 2 {
            flush(&mut running, &mut title, &mut question, &mut all);
            table.push(raw.to_owned());
            continue;
        }
        if !table.is_empty() {
            all.extend(rows(&table, &heading.iter().chain(&title).cloned().collect::<Vec<_>>()));
            table.clear();
        }
        running.push_str(raw);
        running.push('\n');
    }
    flush(&mut running, &mut title, &mut question, &mut all);
    all
}

/// "Rückgabe: Ungetragene Kleidung …" names its matter before a colon.
fn named(text: &str) -> Vec<Lemma> {
    let first = text.lines().next().unwrap_or("");
    match first.split_once(':') {
        Some((name, _)) if name.split_whitespace().count() <= 6 && facts(name).is_empty() => lemmas(name),
        _ => Vec::new(),
    }
}

fn is_title(line: &Line) -> bool {
    let text = line.text.trim();
    !text.ends_with(['.', '!', '?', ';', ',']) && line.facts.is_empty() && text.split_whitespace().count() <= 7
        || text.ends_with(':') && line.facts.is_empty()
}

/// Each cell of a table with the name of its row and the head of its column.
fn rows(table: &[String], around: &[Lemma]) -> Vec<Line> {
    let cells = |row: &String| -> Vec<String> { row.trim().trim_matches('|').split('|').map(|cell| cell.trim().to_owned()).collect() };
    let is_rule = |cells: &[String]| cells.iter().all(|cell| cell.chars().all(|c| matches!(c, '-' | ':' | ' ' | '=')));
    let parsed: Vec<Vec<String>> = table.iter().map(cells).filter(|row| !is_rule(row)).collect();
    let ruled = table.get(1).is_some_and(|row| is_rule(&cells(row)));
    let plain = || parsed.first().is_some_and(|head| head.iter().all(|cell| facts(cell).is_empty()));
    let has_head = parsed.len() > 1 && (ruled || plain());
    let empty = Vec::new();
    let head = if has_head { parsed.first().unwrap_or(&empty) } else { &empty };
    let mut all = Vec::new();
    for row in parsed.iter().skip(usize::from(has_head)) {
        let name = row.first().cloned().unwrap_or_default();
        for (column, cell) in row.iter().enumerate().skip(1) {
            let title = head.get(column).cloned().unwrap_or_default();
            let mut line = Line::read(&format!("{name} {title} {cell}"));
            line.context.extend(around.iter().cloned());
            all.push(line);
        }
        if row.len() == 1 {
            all.push(Line::read(&name));
        }
    }
    if has_head {
        all.push(Line::read(&head.join(" | ")));
    }
    all
}

#[cfg(test)]
#[path = "line_tests.rs"]
mod tests;
