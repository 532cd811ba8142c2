//! The floors: a room imports only from rooms that stand lower, so that the house has no cycle.
//!
//! [`FLOORS`] is the one list of rooms. A folder that is not in it, or an entry without a folder, fails as well.

use super::source::{Finding, Source, assert_clean, check, room_folders, rust_files};
use super::tokens::{Kind, Token, closing, matches};

const FLOORS: [(&str, u8); 13] = [
    ("domain", 0),
    ("crypto", 1),
    ("config", 1),
    ("telemetry", 1),
    ("sandbox", 1),
    ("store", 2),
    ("mail", 3),
    ("knowledge", 3),
    ("inference", 3),
    ("privacy", 3),
    ("pipeline", 4),
    ("app", 6),
    ("cli", 6),
];

/// Declared doors between rooms of one floor: (from, to).
const SIDE_DOORS: [(&str, &str); 2] = [("knowledge", "inference"), ("cli", "app")];

/// Macros that `#[macro_export]` puts at the root of the crate: (macro, the room that owns it).
const ROOT_MACROS: [(&str, &str); 1] = [("crashpoint", "domain")];

fn floor(room: &str) -> Option<u8> {
    FLOORS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor)
}

fn may_import(from: &str, to: &str) -> bool {
    from == to || SIDE_DOORS.contains(&(from, to)) || matches!((floor(from), floor(to)), (Some(from), Some(to)) if to < from)
}

/// The room of a file in `src`; `lib.rs` and `main.rs` stand above all rooms and have none.
fn room(path: &str) -> Option<&str> {
    let rest = path.strip_prefix("src/")?;
    match rest {
        "lib.rs" | "main.rs" => None,
        _ => Some(rest.split_once('/').map_or_else(|| rest.trim_end_matches(".rs"), |(room, _)| room)),
    }
}

fn floors(file: &Source) -> Vec<Finding> {
    let Some(room) = room(&file.path) else { return Vec::new() };
    if floor(room).is_none() {
        return vec![file.finding(1, format!("the room {room} is not in the table of floors"))];
    }
    let mut out = Vec::new();
    let mut depths = Depths::new(&file.path);
    for (i, token) in file.tokens.iter().enumerate() {
        depths.step(&file.tokens, i);
        let from_root = match token.text.as_str() {
            _ if token.kind != Kind::Word => continue,
            "crate" | "hauspost" if matches(&file.tokens, i + 1, &["as"]) => {
                out.push(file.finding(token.line, "the root of the crate under another name"));
                continue;
            }
            "crate" | "hauspost" => i,
            "super" if matches(&file.tokens, i, &["super", "::", "super"]) => {
                out.push(file.finding(token.line, "super::super"));
                continue;
            }
            "super" if depths.super_is_root() => i,
            "include" if matches(&file.tokens, i, &["include", "!"]) => {
                out.push(file.finding(token.line, "include! hides what a file imports"));
                continue;
            }
            "path" if matches(&file.tokens, i.saturating_sub(2), &["#", "[", "path", "="]) => {
                // What tests support is shared with the journeys and holds no product code.
                if file.tokens.get(i + 2).is_some_and(|t| t.text.contains('/') && !t.text.contains("/tests/support/")) {
                    out.push(file.finding(token.line, "#[path] leads into another folder"));
                }
                continue;
            }
            _ => continue,
        };
        if matches(&file.tokens, from_root + 1, &["::"]) {
            out.extend(targets(&file.tokens, from_root + 2).into_iter().filter_map(|target| objection(file, room, target)));
        }
    }
    out.extend(second_super(file));
    out
}

/// The first segments of the path or the use group at `i`.
fn targets(tokens: &[Token], i: usize) -> Vec<usize> {
    if !tokens.get(i).is_some_and(|t| t.is_sign("{")) {
        return vec![i];
    }
    let end = closing(tokens, i);
    let mut out = vec![i + 1];
    let mut k = i + 1;
    while k < end {
        if tokens[k].is_sign("{") {
            k = closing(tokens, k);
        } else if tokens[k].is_sign(",") {
            out.push(k + 1);
        }
        k += 1;
    }
    out.retain(|k| *k < end);
    out.into_iter().flat_map(|k| if tokens[k].is_sign("{") { targets(tokens, k) } else { vec![k] }).collect()
}

fn objection(file: &Source, room: &str, i: usize) -> Option<Finding> {
    let target = file.tokens.get(i)?;
    let name = target.text.as_str();
    let is_macro = matches(&file.tokens, i + 1, &["!"]);
    let owner = ROOT_MACROS.iter().find(|(root_macro, _)| is_macro && *root_macro == name).map_or(name, |(_, owner)| *owner);
    match name {
        "*" | "self" => Some(file.finding(target.line, "the whole crate is imported, its rooms are hidden")),
        _ if floor(owner).is_none() => Some(file.finding(target.line, format!("{name} is no room"))),
        _ if may_import(room, owner) => None,
        _ => Some(file.finding(target.line, format!("{room} must not import from {owner}"))),
    }
}

/// `use super::{super::x}` says the same as `super::super`.
fn second_super(file: &Source) -> Vec<Finding> {
    let mut out = Vec::new();
    for (i, token) in file.tokens.iter().enumerate().filter(|(_, t)| t.is_word("use")) {
        let statement = file.tokens[i..].iter().take_while(|t| !t.is_sign(";"));
        if statement.filter(|t| t.is_word("super")).count() > 1 && !matches(&file.tokens, i + 1, &["super", "::", "super"]) {
            out.push(file.finding(token.line, "super::super"));
        }
    }
    out
}

/// How many modules lie between the root of the crate and the present token.
struct Depths {
    file: usize,
    /// For each open brace: does it belong to an inline module?
    open: Vec<bool>,
}

impl Depths {
    fn new(path: &str) -> Self {
        let segments = path.trim_start_matches("src/").split('/').count();
        Self { file: segments - usize::from(path.ends_with("/mod.rs")), open: Vec::new() }
    }

    fn step(&mut self, tokens: &[Token], i: usize) {
        if tokens[i].is_sign("{") {
            self.open.push(i >= 2 && tokens[i - 2].is_word("mod"));
        } else if tokens[i].is_sign("}") {
            self.open.pop();
        }
    }

    fn super_is_root(&self) -> bool {
        self.file + self.open.iter().filter(|inline| **inline).count() == 1
    }
}

/// The table and the folders of `src` name the same rooms.
fn rooms(folders: &[String]) -> Vec<Finding> {
    let about = |room: &str, what: &str| Finding { path: format!("src/{room}"), line: 0, what: what.to_owned() };
    let undeclared = folders.iter().filter(|room| floor(room).is_none()).map(|room| about(room, "a room without a floor"));
    let empty = FLOORS.iter().filter(|(room, _)| !folders.iter().any(|f| f == room)).map(|(room, _)| about(room, "a floor without a room"));
    undeclared.chain(empty).collect()
}

#[test]
fn every_room_imports_only_from_lower_floors() {
    assert_clean(&rust_files().iter().flat_map(floors).collect::<Vec<_>>());
}

#[test]
fn every_room_has_a_floor() {
    assert_clean(&rooms(&room_folders()));
}

#[test]
fn every_room_has_a_floor_can_fail() {
    let all = || FLOORS.iter().map(|(room, _)| (*room).to_owned());
    assert_eq!(rooms(&all().collect::<Vec<_>>()), []);
    assert_eq!(rooms(&all().chain(["gadgets".to_owned()]).collect::<Vec<_>>()).len(), 1);
    assert_eq!(rooms(&all().skip(1).collect::<Vec<_>>()).len(), 1);
    check(floors, "src/gadgets/a.rs", "//! A card.", 1);
    check(floors, "src/gadgets.rs", "//! A card.", 1);
}

#[test]
fn floors_can_fail() {
    for (path, text, expected) in [
        ("src/store/a.rs", "use crate::domain::Message;", 0),
        ("src/store/a.rs", "use crate::store::b;", 0),
        ("src/store/a.rs", "use crate::mail::Session;", 1),
        ("src/domain/a.rs", "fn f() { let x = crate::store::open(); }", 1),
        ("src/domain/a.rs", "pub(crate) use crate::{domain::b, store::{c, d}, mail};", 2),
        ("src/domain/a.rs", "pub use crate::{\n  store as s,\n  {mail::x, crypto},\n};", 3),
        ("src/domain/a.rs", "use ::hauspost::store::x;", 1),
        ("src/domain/a.rs", "macro_rules! m { () => { $crate::store::x!() } }", 1),
        ("src/domain/a.rs", "use crate::*;", 1),
        ("src/domain/a.rs", "use crate as house; use crate::{self as h};", 2),
        ("src/domain/a.rs", "crate::unknown!();", 1),
        ("src/domain/a.rs", "pub(in crate::domain) fn f() {} pub(crate) fn g() {}", 0),
        ("src/mail/a.rs", "use crate::privacy::x;", 1),
        ("src/knowledge/a.rs", "use crate::inference::Engine;", 0),
        ("src/inference/a.rs", "use crate::knowledge::Query;", 1),
        ("src/store/a_tests.rs", "use crate::pipeline::x;", 1),
        ("src/mail/imap/a.rs", "use super::super::parse;", 1),
        ("src/mail/imap/a.rs", "use super::{b, super::parse};", 1),
        ("src/mail/mod.rs", "use super::store::x;", 0),
        ("src/mail/mod.rs", "use super::pipeline::x;", 1),
        ("src/mail/mod.rs", "use super::{privacy, domain};", 1),
        ("src/mail/mod.rs", "mod tests { use super::*; }", 0),
        ("src/mail/a.rs", "use super::b::c;", 0),
        ("src/mail/a.rs", "include!(\"../store/x.rs\");", 1),
        ("src/mail/a.rs", "#[path = \"../store/x.rs\"] mod x;", 1),
        ("src/mail/a.rs", "#[cfg(test)] #[path = \"a_tests.rs\"] mod tests;", 0),
        ("src/domain/a.rs", "// use crate::store;\n/* crate::store::x */ const A: &str = \"crate::store::x\";", 0),
        ("src/main.rs", "use hauspost::cli;", 0),
    ] {
        check(floors, path, text, expected);
    }
}
