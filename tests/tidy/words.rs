//! Words that must not stand in the code, or only in one place: unsafe code, switched-off lints and tests, output by the
//! side door, panics, unfinished work, and the machines we build on.
//!
//! Clippy holds some of these as well; here they hold for every target and feature, and nobody can switch them off.

use super::source::{Finding, Source, assert_clean, check, rust_files, text_files};
use super::tokens::{Kind, Token, closing, matches};

const KERNELS: &str = "src/inference/kernels";

/// Panics that shipped code may hold: (file, how many). It may only shrink; a new entry needs a reason in its commit.
const PANICS: [(&str, usize); 4] = [
    // Patterns that are constants; a test compiles each.
    ("src/mail/parse/markers.rs", 1),
    ("src/mail/parse/notices.rs", 1),
    ("src/mail/parse/signature.rs", 1),
    ("src/mail/threading.rs", 1),
];

fn unsafe_code(file: &Source) -> Vec<Finding> {
    if file.path.starts_with(KERNELS) {
        return Vec::new();
    }
    let found = file.tokens.iter().filter(|t| t.is_word("unsafe"));
    found.map(|t| file.finding(t.line, format!("unsafe code outside {KERNELS}"))).collect()
}

/// Each attribute of a file, with its line.
fn attributes(tokens: &[Token]) -> impl Iterator<Item = (usize, &[Token])> {
    (0..tokens.len()).filter_map(move |i| {
        let open = if matches(tokens, i, &["#", "["]) { i + 1 } else { i + 2 };
        let starts = matches(tokens, i, &["#", "["]) || matches(tokens, i, &["#", "!", "["]);
        starts.then(|| (tokens[i].line, &tokens[(open + 1).min(tokens.len())..closing(tokens, open)]))
    })
}

/// `#[expect(…, reason = "…")]` is the way: it fails once it is no longer needed.
fn switched_off(file: &Source) -> Vec<Finding> {
    let mut out = Vec::new();
    for (line, inside) in attributes(&file.tokens) {
        for (i, token) in inside.iter().enumerate().filter(|(_, t)| t.kind == Kind::Word) {
            match token.text.as_str() {
                "allow" if matches(inside, i + 1, &["("]) => out.push(file.finding(line, "#[allow]: say #[expect] with a reason")),
                "expect" if matches(inside, i + 1, &["("]) && !inside[i..].iter().any(|t| t.is_word("reason")) => {
                    out.push(file.finding(line, "#[expect] without a reason"));
                }
                "ignore" => out.push(file.finding(line, "#[ignore]: a test runs or does not exist")),
                _ => {}
            }
        }
    }
    let fence = |line: &str| ["//!", "///"].iter().any(|doc| line.starts_with(doc)) && line.contains("```") && line.contains("ignore");
    let doctests = file.text.lines().enumerate().filter(|(_, line)| fence(line.trim_start()));
    out.extend(doctests.map(|(n, _)| file.finding(n + 1, "an ignored doctest")));
    out
}

fn output(file: &Source) -> Vec<Finding> {
    const MACROS: [&str; 5] = ["println", "eprintln", "print", "eprint", "dbg"];
    let speaks = file.path.starts_with("src/cli/") || file.path == "src/main.rs";
    let mut out = Vec::new();
    for (i, token) in file.tokens.iter().enumerate().filter(|(_, t)| t.kind == Kind::Word && MACROS.contains(&t.text.as_str())) {
        let is_macro = matches(&file.tokens, i + 1, &["!"]);
        let in_library = file.path.starts_with("src/") && !speaks;
        if is_macro && (in_library || token.text == "dbg") {
            out.push(file.finding(token.line, format!("{}! outside of the commands", token.text)));
        }
    }
    out
}

/// Where shipped code of one file may panic on purpose.
fn panics(file: &Source) -> Vec<Finding> {
    const MACROS: [&str; 4] = ["panic", "unreachable", "todo", "unimplemented"];
    const METHODS: [&str; 4] = ["unwrap", "expect", "unwrap_err", "expect_err"];
    if !file.path.starts_with("src/") {
        return Vec::new();
    }
    let tokens = file.shipped();
    let mut out = Vec::new();
    for i in (0..tokens.len()).filter(|i| tokens[*i].kind == Kind::Word) {
        let name = tokens[i].text.as_str();
        let called = i > 0 && (tokens[i - 1].is_sign(".") || tokens[i - 1].is_sign("::"));
        if (MACROS.contains(&name) && matches(&tokens, i + 1, &["!"])) || (METHODS.contains(&name) && called) {
            out.push(file.finding(tokens[i].line, format!("`{name}` in shipped code")));
        }
    }
    out
}

/// The ratchet: findings beyond what is allowed, and entries of the list that are too large by now.
fn ratchet(files: &[Source], allowed: &[(&str, usize)]) -> Vec<Finding> {
    let mut out = Vec::new();
    for file in files {
        let found = panics(file);
        let limit = allowed.iter().find(|(path, _)| *path == file.path).map_or(0, |(_, n)| *n);
        if found.len() > limit {
            out.extend(found);
        } else if found.len() < limit {
            out.push(file.finding(0, format!("{limit} panics are allowed, {} are left: shrink the list", found.len())));
        }
    }
    let gone = allowed.iter().filter(|(path, _)| !files.iter().any(|f| f.path == *path));
    out.extend(gone.map(|(path, _)| Finding { path: (*path).to_owned(), line: 0, what: "is gone: shrink the list".to_owned() }));
    out
}

/// Work is finished, or it stands in an issue.
fn unfinished(file: &Source) -> Vec<Finding> {
    if !file.path.starts_with("src/") {
        return Vec::new();
    }
    const MARKS: [&str; 3] = ["TODO", "FIXME", "XXX"];
    let marked = |line: &str| line.split(|c: char| !c.is_alphanumeric()).any(|word| MARKS.contains(&word));
    let found = file.text.lines().enumerate().filter(|(_, line)| marked(line));
    found.map(|(n, _)| file.finding(n + 1, "unfinished work")).collect()
}

/// Folders of the machines that this was built on say nothing to a reader.
fn machines(path: &str, text: &str) -> Vec<Finding> {
    let places = [["/wo", "rk/"].concat(), ["/ro", "ot/"].concat(), ["/tmp/", "wt/"].concat(), ["/home/", "runner/"].concat()];
    let names_one = |line: &str| places.iter().any(|place| line.match_indices(place.as_str()).any(|(at, _)| starts_a_path(line, at)));
    let found = text.lines().enumerate().filter(|(_, line)| names_one(line));
    found.map(|(n, _)| Finding { path: path.to_owned(), line: n + 1, what: "a path of a build machine".to_owned() }).collect()
}

/// `https://example.org/…` and `docs/…` go on where a path starts.
fn starts_a_path(line: &str, at: usize) -> bool {
    !line.get(..at).is_some_and(|before| before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-' | '~' | '}')))
}

fn holds(rule: impl Fn(&Source) -> Vec<Finding>) {
    assert_clean(&rust_files().iter().flat_map(rule).collect::<Vec<_>>());
}

#[test]
fn unsafe_code_stays_in_the_kernels() {
    holds(unsafe_code);
}

#[test]
fn unsafe_code_can_fail() {
    check(unsafe_code, "src/inference/kernels/avx2.rs", "unsafe { f() }", 0);
    check(unsafe_code, "src/inference/engine.rs", "unsafe { f() }", 1);
    check(unsafe_code, "src/crypto/a.rs", "unsafe extern \"C\" { } // unsafe", 1);
    check(unsafe_code, "tests/a.rs", "unsafe { f() }", 1);
    check(unsafe_code, "src/crypto/a.rs", "#![deny(unsafe_code)] const A: &str = \"unsafe\";", 0);
}

#[test]
fn nothing_is_switched_off() {
    holds(switched_off);
}

#[test]
fn nothing_is_switched_off_can_fail() {
    check(switched_off, "src/a.rs", "#[allow(dead_code)] fn f() {}", 1);
    check(switched_off, "src/a.rs", "#![allow(clippy::all)]", 1);
    check(switched_off, "src/a.rs", "#[cfg_attr(test, allow(dead_code))] fn f() {}", 1);
    check(switched_off, "src/a.rs", "#[expect(dead_code)] fn f() {}", 1);
    check(switched_off, "src/a.rs", "#[expect(dead_code, reason = \"the next migration reads it\")] fn f() {}", 0);
    check(switched_off, "tests/a.rs", "#[test]\n#[ignore = \"slow\"]\nfn f() {}", 1);
    check(switched_off, "src/a.rs", "/// ```ignore\n/// f()\n/// ```\nfn f() { allow(1) }", 1);
}

#[test]
fn only_commands_print() {
    holds(output);
}

#[test]
fn only_commands_print_can_fail() {
    check(output, "src/mail/a.rs", "println!(\"{x}\"); std::eprint!(\"\")", 2);
    check(output, "src/mail/a_tests.rs", "dbg!(x)", 1);
    check(output, "src/cli/a.rs", "println!(\"{x}\"); dbg!(x)", 1);
    check(output, "src/main.rs", "eprintln!(\"{x}\")", 0);
    check(output, "tests/a.rs", "println!(\"{x}\")", 0);
    check(output, "src/mail/a.rs", "/// println!(\"{x}\")\nfn print() {}", 0);
}

#[test]
fn shipped_code_does_not_panic_on_purpose() {
    assert_clean(&ratchet(&rust_files(), &PANICS));
}

#[test]
fn shipped_code_does_not_panic_on_purpose_can_fail() {
    check(panics, "src/mail/a.rs", "x.unwrap(); y.expect(\"\"); panic!(); core::unreachable!(); a.map(Option::unwrap)", 5);
    check(panics, "src/mail/a.rs", "x.unwrap_or(1); fn expect() {} #[expect(dead_code, reason = \"r\")] // x.unwrap()\nstruct A;", 0);
    check(panics, "src/mail/a.rs", "#[cfg(test)] mod tests { fn f() { x.unwrap() } }", 0);
    check(panics, "src/mail/a_tests.rs", "x.unwrap()", 0);
    let two = [Source::new("src/a.rs", "x.unwrap(); y.unwrap()")];
    assert_eq!(ratchet(&two, &[("src/a.rs", 2)]), []);
    assert_eq!(ratchet(&two, &[("src/a.rs", 1)]).len(), 2);
    assert_eq!(ratchet(&two, &[("src/a.rs", 3)]).len(), 1);
    assert_eq!(ratchet(&two, &[("src/a.rs", 2), ("src/b.rs", 1)]).len(), 1);
}

#[test]
fn nothing_is_unfinished() {
    holds(unfinished);
}

#[test]
fn nothing_is_unfinished_can_fail() {
    check(unfinished, "src/a.rs", "// TODO: later\n/* FIXME */ let a = \"XXX\";", 2);
    check(unfinished, "src/a.rs", "// todos, XXXL\n", 0);
}

#[test]
fn no_build_machine_is_named() {
    assert_clean(&text_files().iter().flat_map(|(path, text)| machines(path, text)).collect::<Vec<_>>());
}

#[test]
fn no_build_machine_is_named_can_fail() {
    let count = |text: &str| machines("docs/a.md", text).len();
    assert_eq!(count(&["see /wo", "rk/a\nand \"/ro", "ot/b\""].concat()), 2);
    assert_eq!(count(&["https://example.org/wo", "rk/a"].concat()), 0);
    assert_eq!(count("/var/lib/hauspost"), 0);
}
