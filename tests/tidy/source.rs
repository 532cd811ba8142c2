//! The files that the house rules look at, and what a rule returns.
//!
//! A rule is a pure function over one file or over all of them, so that a bad sample can be fed to it: a rule that was
//! never seen failing holds nothing. Never: a rule that reads the disk by itself.

use super::tokens::{Kind, Token, closing, matches, tokens};
use std::fs;
use std::path::{Path, PathBuf};

/// What a rule objects to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub path: String,
    pub line: usize,
    pub what: String,
}

/// One file, with `/` in its path and relative to the root of the repository.
#[derive(Debug, Clone)]
pub struct Source {
    pub path: String,
    pub text: String,
    pub tokens: Vec<Token>,
    /// The whole file is compiled for tests alone.
    pub is_test: bool,
}

impl Source {
    pub fn new(path: &str, text: &str) -> Self {
        let tokens = tokens(text);
        let is_test =
            path.starts_with("tests/") || path.ends_with("_tests.rs") || (0..tokens.len()).any(|i| is_test_attribute(&tokens, i, true));
        Self { path: path.to_owned(), text: text.to_owned(), tokens, is_test }
    }

    pub fn finding(&self, line: usize, what: impl Into<String>) -> Finding {
        Finding { path: self.path.clone(), line, what: what.into() }
    }

    /// The tokens that are shipped: without the items behind `#[cfg(test)]`; none of a test file.
    pub fn shipped(&self) -> Vec<Token> {
        if self.is_test {
            return Vec::new();
        }
        let mut out = Vec::new();
        let mut i = 0;
        while let Some(token) = self.tokens.get(i) {
            if is_test_attribute(&self.tokens, i, false) {
                i = end_of_item(&self.tokens, i);
            } else {
                out.push(token.clone());
                i += 1;
            }
        }
        out
    }

    /// The files of modules that this file declares for tests alone, without a `#[path]`: `a/b.rs` and `a/b/mod.rs`.
    fn test_modules(&self) -> Vec<String> {
        let folder = ["/mod.rs", "/lib.rs", "/main.rs"].iter().find_map(|end| self.path.strip_suffix(end));
        let folder = folder.or_else(|| self.path.strip_suffix(".rs")).unwrap_or_default();
        let mut out = Vec::new();
        for i in (0..self.tokens.len()).filter(|i| is_test_attribute(&self.tokens, *i, false)) {
            let item = &self.tokens[i..end_of_item(&self.tokens, i).min(self.tokens.len())];
            let Some(at) = (0..item.len()).find(|k| item[*k].is_word("mod")) else { continue };
            if let (Some(name), true) = (item.get(at + 1), item.get(at + 2).is_some_and(|t| t.is_sign(";"))) {
                out.extend([format!("{folder}/{}.rs", name.text), format!("{folder}/{}/mod.rs", name.text)]);
            }
        }
        out
    }
}

/// `#[cfg(test)]` or `#[cfg(all(test, …))]` at `i`; with `inner`, the `#![…]` form that covers a whole file.
fn is_test_attribute(tokens: &[Token], i: usize, inner: bool) -> bool {
    let start = if inner { &["#", "!", "[", "cfg", "("][..] } else { &["#", "[", "cfg", "("] };
    let open = i + start.len() - 1;
    matches(tokens, i, start) && (matches(tokens, open + 1, &["test", ")"]) || matches(tokens, open + 1, &["all", "(", "test"]))
}

/// The index behind the item whose first attribute stands at `i`.
fn end_of_item(tokens: &[Token], mut i: usize) -> usize {
    while matches(tokens, i, &["#", "["]) {
        i = closing(tokens, i + 1) + 1;
    }
    while let Some(token) = tokens.get(i) {
        match token.text.as_str() {
            ";" if token.kind == Kind::Sign => return i + 1,
            "{" if token.kind == Kind::Sign => return closing(tokens, i) + 1,
            "(" | "[" if token.kind == Kind::Sign => i = closing(tokens, i) + 1,
            _ => i += 1,
        }
    }
    i
}

/// The root of the repository.
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// All Rust files of `src` and `tests`, sorted by path.
pub fn rust_files() -> Vec<Source> {
    let mut paths = Vec::new();
    walk(&root().join("src"), &mut paths);
    walk(&root().join("tests"), &mut paths);
    paths.retain(|p| p.extension().is_some_and(|e| e == "rs"));
    let files: Vec<Source> = paths.iter().filter_map(|p| Some(Source::new(&relative(p), &fs::read_to_string(p).ok()?))).collect();
    assert!(files.len() > 10, "The tree was not found");
    mark_test_modules(files)
}

/// A module that its parent declares for tests alone is a test file, and so are its children.
fn mark_test_modules(mut files: Vec<Source>) -> Vec<Source> {
    let tests: Vec<String> = files.iter().flat_map(Source::test_modules).collect();
    for file in &mut files {
        let inside = |test: &String| *test == file.path || test.strip_suffix("mod.rs").is_some_and(|folder| file.path.starts_with(folder));
        file.is_test |= tests.iter().any(inside);
    }
    files
}

/// Every text file that the repository carries, whatever its language.
pub fn text_files() -> Vec<(String, String)> {
    const FOLDERS: [&str; 9] = ["src", "tests", "benches", "docs", "scripts", ".ci", "models", "appliance-image", "examples"];
    const BYTES_MAX: u64 = 4 << 20;
    let mut paths = Vec::new();
    for folder in FOLDERS {
        walk(&root().join(folder), &mut paths);
    }
    paths.extend(entries(&root()).into_iter().filter(|p| p.is_file() && !p.ends_with(".git")));
    paths.retain(|p| p.metadata().is_ok_and(|m| m.len() <= BYTES_MAX));
    paths.iter().filter_map(|p| Some((relative(p), fs::read_to_string(p).ok()?))).collect()
}

/// The folders directly under `src`.
pub fn room_folders() -> Vec<String> {
    let folders = entries(&root().join("src")).into_iter().filter(|p| p.is_dir());
    folders.filter_map(|p| Some(p.file_name()?.to_string_lossy().into_owned())).collect()
}

/// The text of a file, or nothing where there is none.
pub fn read(path: &str) -> Option<String> {
    fs::read_to_string(root().join(path)).ok()
}

fn relative(path: &Path) -> String {
    path.strip_prefix(root()).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut list: Vec<PathBuf> = fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    list.sort();
    list
}

fn walk(folder: &Path, out: &mut Vec<PathBuf>) {
    for path in entries(folder) {
        if path.is_dir() {
            walk(&path, out);
        } else {
            out.push(path);
        }
    }
}

/// Fails with every finding on a line of its own.
pub fn assert_clean(findings: &[Finding]) {
    let lines: Vec<String> = findings.iter().map(|f| format!("{}:{}: {}", f.path, f.line, f.what)).collect();
    assert!(findings.is_empty(), "\n{}\n", lines.join("\n"));
}

/// Feeds a sample to a rule and compares the number of findings.
pub fn check(rule: impl Fn(&Source) -> Vec<Finding>, path: &str, text: &str, expected: usize) {
    let found = rule(&Source::new(path, text));
    assert_eq!(found.len(), expected, "{path}\n{text}\n{found:?}");
}

#[test]
fn shipped_tokens_are_those_outside_of_tests() {
    let words = |text: &str| Source::new("src/a.rs", text).shipped().iter().map(|t| t.text.clone()).collect::<Vec<_>>().join(" ");
    assert_eq!(words("a #[cfg(test)] mod tests { b } c"), "a c");
    assert_eq!(words("a #[cfg(test)] #[path = \"x\"] mod tests; c"), "a c");
    assert_eq!(words("a #[cfg(all(test, unix))] fn f(x: [u8; 2]) -> u8 { b } c"), "a c");
    assert_eq!(words("a #[cfg(not(test))] b"), "a # [ cfg ( not ( test ) ) ] b");
    assert_eq!(words("#![cfg(test)] a"), "");
}

#[test]
fn a_module_declared_for_tests_is_a_test_file() {
    let files = [
        ("src/a/mod.rs", "#[cfg(test)] pub mod fake; mod real;"),
        ("src/a/fake.rs", ""),
        ("src/a/fake/mod.rs", ""),
        ("src/a/fake/b.rs", ""),
        ("src/a/real.rs", ""),
    ];
    let marked = mark_test_modules(files.iter().map(|(path, text)| Source::new(path, text)).collect());
    assert_eq!(marked.iter().map(|f| f.is_test).collect::<Vec<_>>(), [false, true, true, true, false]);
}
