//! The form of a file: a card at its head, a length that one person can hold in mind, a name that says something.

use super::source::{Finding, Source, assert_clean, check, rust_files};
use super::tokens::{Kind, matches};

const LINES_MAX: usize = 600;
const CARD_CHARS_MIN: usize = 20;

/// Names that say nothing: whatever has no place of its own ends up behind them.
const EMPTY_NAMES: [&str; 8] = ["util", "utils", "common", "helper", "helpers", "manager", "managers", "misc"];

/// The head of a file is its card: at least one sentence. Test siblings have the card of the file they test.
fn card(file: &Source) -> Vec<Finding> {
    if file.path.ends_with("_tests.rs") {
        return Vec::new();
    }
    let card: Vec<&str> = file.text.lines().map_while(|line| line.strip_prefix("//!")).map(str::trim).collect();
    let card = card.join(" ");
    if card.trim().chars().count() >= CARD_CHARS_MIN && card.contains(['.', '!', ':']) {
        return Vec::new();
    }
    vec![file.finding(1, "no card: the file must start with `//!` and at least one sentence")]
}

fn length(file: &Source) -> Vec<Finding> {
    let lines = file.text.lines().count();
    if lines <= LINES_MAX {
        return Vec::new();
    }
    vec![file.finding(lines, format!("{lines} lines, {LINES_MAX} are allowed: split the subject"))]
}

fn names(file: &Source) -> Vec<Finding> {
    let is_empty = |name: &str| name.split(['_', '-', '.']).any(|part| EMPTY_NAMES.contains(&part.to_lowercase().as_str()));
    let segments = file.path.split('/').filter(|segment| is_empty(segment));
    let mut out: Vec<Finding> = segments.map(|segment| file.finding(0, format!("{segment} says nothing"))).collect();
    for (i, token) in file.tokens.iter().enumerate() {
        let Some(name) = file.tokens.get(i + 1).filter(|t| t.kind == Kind::Word && is_empty(&t.text)) else { continue };
        if token.is_word("mod") && (matches(&file.tokens, i + 2, &[";"]) || matches(&file.tokens, i + 2, &["{"])) {
            out.push(file.finding(name.line, format!("mod {} says nothing", name.text)));
        }
    }
    out
}

/// `mod.rs` is a card and a list of modules.
fn mod_files(file: &Source) -> Vec<Finding> {
    if !file.path.starts_with("src/") || !file.path.ends_with("/mod.rs") {
        return Vec::new();
    }
    let logic = ["fn", "impl", "struct", "enum", "trait", "static", "macro_rules"];
    let found = file.tokens.iter().find(|t| t.kind == Kind::Word && logic.contains(&t.text.as_str()));
    found.map(|t| file.finding(t.line, format!("`{}` in a mod.rs, which holds the card and re-exports", t.text))).into_iter().collect()
}

fn holds(rule: impl Fn(&Source) -> Vec<Finding>) {
    assert_clean(&rust_files().iter().flat_map(rule).collect::<Vec<_>>());
}

#[test]
fn every_file_has_a_card() {
    holds(card);
}

#[test]
fn every_file_has_a_card_can_fail() {
    check(card, "src/mail/a.rs", "//! Reads one mail and says what is in it.\n", 0);
    check(card, "src/mail/a.rs", "use crate::domain::x;\n//! Too late, for the card comes first.\n", 1);
    check(card, "src/mail/a.rs", "// A comment is no card, however long it is.\n", 1);
    check(card, "src/mail/a.rs", "//! Mail.\n", 1);
    check(card, "src/mail/a.rs", "", 1);
    check(card, "src/mail/a_tests.rs", "use super::*;", 0);
    check(card, "tests/journeys.rs", "mod x;", 1);
}

#[test]
fn no_file_is_too_long() {
    holds(length);
}

#[test]
fn no_file_is_too_long_can_fail() {
    check(length, "src/mail/a.rs", &"\n".repeat(600), 0);
    check(length, "src/mail/a.rs", &"\n".repeat(601), 1);
}

#[test]
fn every_name_says_something() {
    holds(names);
}

#[test]
fn every_name_says_something_can_fail() {
    check(names, "src/mail/mail_utils.rs", "", 1);
    check(names, "src/mail/common/parse.rs", "", 1);
    check(names, "src/mail/session_manager.rs", "", 1);
    check(names, "tests/helpers.rs", "", 1);
    check(names, "src/mail/a.rs", "pub mod helpers; mod test_utils { }", 2);
    check(names, "src/mail/commonplace.rs", "fn manager() {}", 0);
}

#[test]
fn mod_files_hold_no_logic() {
    holds(mod_files);
}

#[test]
fn mod_files_hold_no_logic_can_fail() {
    check(mod_files, "src/mail/mod.rs", "pub mod a; pub use a::B;", 0);
    check(mod_files, "src/mail/mod.rs", "pub mod a; pub fn b() {}", 1);
    check(mod_files, "src/mail/a.rs", "pub fn b() {}", 0);
}
