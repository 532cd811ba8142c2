//! Legal traceability: each requirement that the way of a mail must meet has a test that carries its id in its name.
//!
//! [`OPEN`] is a ratchet. An id leaves it with its first test and never comes back.

use super::source::{Finding, Source, assert_clean, rust_files};
use super::tokens::{Kind, Token, matches};

/// The requirements that the way of a mail owns.
const OWNED: [&str; 36] = [
    "R-001", "R-002", "R-003", "R-034", "R-048", "R-072", "R-088", "R-089", "R-091", "R-109", "R-118", "R-119", "R-121", "R-122", "R-123",
    "R-124", "R-125", "R-128", "R-129", "R-134", "R-169", "R-009", "R-011", "R-025", "R-059", "R-060", "R-062", "R-063", "R-065", "R-127",
    "R-130", "R-131", "R-132", "R-133", "R-138", "R-140",
];

/// Those that have no test yet. May only shrink.
const OPEN: [&str; 0] = [];

/// The names of all test functions: a `fn` behind an attribute whose path ends in `test`.
fn tests(file: &Source) -> Vec<&str> {
    let names = file.tokens.iter().enumerate().filter(|(_, t)| t.is_word("fn"));
    names.filter(|(i, _)| is_test(&file.tokens, *i)).filter_map(|(i, _)| Some(file.tokens.get(i + 1)?.text.as_str())).collect()
}

/// Looks back from a `fn` over its attributes.
fn is_test(tokens: &[Token], mut i: usize) -> bool {
    while i > 0 && ["async", "pub"].iter().any(|word| tokens[i - 1].is_word(word)) {
        i -= 1;
    }
    while i > 0 && tokens[i - 1].is_sign("]") {
        let Some(start) = (0..i).rev().find(|k| matches(tokens, *k, &["#", "["])) else { return false };
        let path = tokens[start + 2..i].iter().take_while(|t| t.kind == Kind::Word || t.is_sign("::"));
        if path.last().is_some_and(|t| t.is_word("test")) {
            return true;
        }
        i = start;
    }
    false
}

fn traceability(files: &[Source], owned: &[&str], open: &[&str]) -> Vec<Finding> {
    let names: Vec<&str> = files.iter().flat_map(tests).collect();
    let about = |id: &str, what: &str| Finding { path: id.to_owned(), line: 0, what: what.to_owned() };
    let mut out = Vec::new();
    for id in owned {
        let key = id.replace('-', "").to_lowercase();
        let tested = names.iter().any(|name| name.split('_').any(|part| part == key));
        match (tested, open.contains(id)) {
            (true, true) => out.push(about(id, "has a test: take it off the open list")),
            (false, false) => out.push(about(id, "has no test")),
            (true, false) | (false, true) => {}
        }
    }
    out.extend(open.iter().filter(|id| !owned.contains(id)).map(|id| about(id, "is open but not owned")));
    out
}

#[test]
fn each_legal_id_has_a_test_or_is_open() {
    assert_clean(&traceability(&rust_files(), &OWNED, &OPEN));
}

#[test]
fn each_legal_id_has_a_test_or_is_open_can_fail() {
    let count = |text: &str, open: &[&str]| traceability(&[Source::new("src/a_tests.rs", text)], &["R-122"], open).len();
    assert_eq!(count("#[test] fn r122_no_expunge() {}", &[]), 0);
    assert_eq!(count("#[tokio::test(flavor = \"current_thread\")]\nasync fn the_loop_r119_r122() {}", &[]), 0);
    assert_eq!(count("#[test] #[should_panic] fn r122_no_expunge() {}", &[]), 0);
    assert_eq!(count("", &["R-122"]), 0);
    assert_eq!(count("", &[]), 1);
    assert_eq!(count("fn r122_is_no_test() {}", &[]), 1);
    assert_eq!(count("#[test] fn r1220_is_another() {}", &[]), 1);
    assert_eq!(count("#[test] fn r122_no_expunge() {}", &["R-122"]), 1);
    assert_eq!(count("", &["R-122", "R-999"]), 1);
}
