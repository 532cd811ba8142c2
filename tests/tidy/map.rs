//! What must agree with the tree: the map of the house, and the list of crash points.

use super::source::{Finding, Source, assert_clean, read, room_folders, rust_files};
use super::tokens::{Kind, matches};

/// Every place where the crash tests stop the process, sorted. One name stands at one place, or a test would not know
/// which of the two it has proven.
const CRASH_POINTS: &[&str] = hauspost::domain::crashpoint::NAMES;

/// ARCHITECTURE.md names every room as `room/`.
fn map(rooms: &[String], text: &str) -> Vec<Finding> {
    let unnamed = rooms.iter().filter(|room| !text.contains(&format!("{room}/`")));
    unnamed.map(|room| Finding { path: "ARCHITECTURE.md".to_owned(), line: 0, what: format!("does not name `{room}/`") }).collect()
}

fn crash_points(files: &[Source], listed: &[&str]) -> Vec<Finding> {
    let mut seen: Vec<String> = Vec::new();
    let mut out = Vec::new();
    for file in files.iter().filter(|f| f.path.starts_with("src/")) {
        for (i, token) in file.tokens.iter().enumerate().filter(|(i, _)| matches(&file.tokens, *i, &["crashpoint", "!", "("])) {
            match file.tokens.get(i + 3) {
                Some(name) if name.kind == Kind::Literal && seen.contains(&name.text) => {
                    out.push(file.finding(token.line, format!("a second crash point {}", name.text)));
                }
                Some(name) if name.kind == Kind::Literal => {
                    if !listed.contains(&name.text.as_str()) {
                        out.push(file.finding(token.line, format!("the crash point {} is not listed", name.text)));
                    }
                    seen.push(name.text.clone());
                }
                _ => out.push(file.finding(token.line, "a crash point is named by a literal")),
            }
        }
    }
    let gone = listed.iter().filter(|name| !seen.iter().any(|s| s == *name));
    out.extend(gone.map(|name| Finding { path: "tests/tidy/map.rs".to_owned(), line: 0, what: format!("the crash point {name} is gone") }));
    out
}

#[test]
fn the_map_names_every_room() {
    if let Some(text) = read("ARCHITECTURE.md") {
        assert_clean(&map(&room_folders(), &text));
    }
}

#[test]
fn the_map_names_every_room_can_fail() {
    let rooms = ["mail".to_owned(), "store".to_owned()];
    assert_eq!(map(&rooms, "`mail/` and `src/store/`"), []);
    assert_eq!(map(&rooms, "`mail/` and the store").len(), 1);
}

#[test]
fn crash_points_are_listed_and_unique() {
    assert_clean(&crash_points(&rust_files(), CRASH_POINTS));
}

#[test]
fn crash_points_are_listed_and_unique_can_fail() {
    let count = |text: &str, listed: &[&str]| crash_points(&[Source::new("src/a.rs", text)], listed).len();
    assert_eq!(count("crashpoint!(\"a\"); crashpoint!(\"b\")", &["a", "b"]), 0);
    assert_eq!(count("crashpoint!(\"a\"); crashpoint!(\"a\")", &["a"]), 1);
    assert_eq!(count("crashpoint!(\"a\")", &[]), 1);
    assert_eq!(count("crashpoint!(name)", &[]), 1);
    assert_eq!(count("macro_rules! crashpoint { }", &[]), 0);
    assert_eq!(count("", &["a"]), 1);
}
