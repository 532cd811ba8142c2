//! SQL: its text stands in the store alone and is never glued together from values.
//!
//! A heuristic over literals and calls, on purpose: it asks for upper-case SQL, as the house writes it, and would be
//! fooled by a statement spelled letter by letter. The store's own tests feed it hostile values.

use super::source::{Finding, Source, assert_clean, check, rust_files};
use super::tokens::{Kind, Token, closing, matches};

/// Methods of the database that take a statement first.
const CALLS: [&str; 10] = [
    "prepare",
    "prepare_cached",
    "execute",
    "execute_batch",
    "query_row",
    "query_one",
    "query",
    "query_map",
    "prepare_with_flags",
    "query_row_and_then",
];

/// Macros that glue text.
const GLUE: [&str; 4] = ["format", "write", "writeln", "format_args"];

/// Does a literal start like a statement? The second word keeps IMAP's `SELECT` and `DELETE` out.
fn is_sql(text: &str) -> bool {
    let words: Vec<&str> = text.split_whitespace().map(|w| w.trim_matches(|c: char| !c.is_ascii_alphabetic())).collect();
    let has = |word: &str| words.contains(&word);
    let second = |options: &[&str]| words.get(1).is_some_and(|w| options.contains(w));
    match words.first().copied().unwrap_or_default() {
        "SELECT" => has("FROM"),
        "WITH" => has("AS") && has("SELECT"),
        "INSERT" | "REPLACE" => second(&["INTO", "OR"]),
        "UPDATE" => has("SET"),
        "DELETE" => second(&["FROM"]),
        "CREATE" => second(&["TABLE", "INDEX", "UNIQUE", "VIRTUAL", "TRIGGER", "VIEW", "TEMP"]),
        "ALTER" | "DROP" => second(&["TABLE", "INDEX", "TRIGGER", "VIEW"]),
        "BEGIN" => second(&["IMMEDIATE", "EXCLUSIVE", "DEFERRED", "TRANSACTION"]),
        "ATTACH" | "DETACH" => second(&["DATABASE"]),
        "PRAGMA" => words.len() > 1,
        _ => false,
    }
}

/// A gluing macro, unless all that it glues are constants named in the text: `format!("{COLUMNS} WHERE id = ?1")`.
fn is_glue(tokens: &[Token], i: usize) -> bool {
    let is_macro = tokens[i].kind == Kind::Word && GLUE.contains(&tokens[i].text.as_str()) && matches(tokens, i + 1, &["!"]);
    let constant = tokens.get(i + 3).is_some_and(|t| t.kind == Kind::Literal && names_constants_alone(&t.text));
    is_macro && !(constant && matches(tokens, i + 4, &[")"]))
}

fn names_constants_alone(text: &str) -> bool {
    let is_constant = |name: &str| {
        name.chars().any(char::is_alphabetic) && name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
    };
    text.split('{').skip(1).all(|rest| rest.split_once('}').is_some_and(|(name, _)| is_constant(name)))
}

/// A statement is a constant; values go in as parameters.
fn glued(file: &Source) -> Vec<Finding> {
    if !file.path.starts_with("src/") {
        return Vec::new();
    }
    let tokens = &file.tokens;
    let mut out = Vec::new();
    for i in 0..tokens.len() {
        let called = i > 0 && (tokens[i - 1].is_sign(".") || tokens[i - 1].is_sign("::")) && CALLS.contains(&tokens[i].text.as_str());
        if called && matches(tokens, i + 1, &["("]) {
            let statement = first_argument(tokens, i + 1);
            if (0..statement.len()).any(|k| is_glue(statement, k) || statement[k].is_sign("+")) {
                out.push(file.finding(tokens[i].line, format!("a statement glued together in {}()", tokens[i].text)));
            }
        } else if is_glue(tokens, i)
            && tokens[i + 1..closing(tokens, i + 2).min(tokens.len())].iter().any(|t| t.kind == Kind::Literal && is_sql(&t.text))
        {
            out.push(file.finding(tokens[i].line, format!("a statement glued together by {}!", tokens[i].text)));
        }
    }
    out
}

/// The tokens between the bracket at `open` and its first comma.
fn first_argument(tokens: &[Token], open: usize) -> &[Token] {
    let end = closing(tokens, open);
    let mut i = open + 1;
    while i < end && !tokens[i].is_sign(",") {
        i = if ["(", "[", "{"].iter().any(|s| tokens[i].is_sign(s)) { closing(tokens, i) + 1 } else { i + 1 };
    }
    tokens.get(open + 1..i.min(end)).unwrap_or_default()
}

fn outside_of_the_store(file: &Source) -> Vec<Finding> {
    if !file.path.starts_with("src/") || file.path.starts_with("src/store/") {
        return Vec::new();
    }
    // Tests of other rooms may look into the tables: what they read is their own.
    let shipped = file.shipped();
    let found = shipped.iter().filter(|t| t.kind == Kind::Literal && is_sql(&t.text));
    found.map(|t| file.finding(t.line, "SQL outside of the store")).collect()
}

fn holds(rule: impl Fn(&Source) -> Vec<Finding>) {
    assert_clean(&rust_files().iter().flat_map(rule).collect::<Vec<_>>());
}

#[test]
fn r109_no_statement_is_glued_together() {
    holds(glued);
}

#[test]
fn r109_no_statement_is_glued_together_can_fail() {
    for (text, expected) in [
        ("db.execute(\"DELETE FROM mail WHERE id = ?1\", [id])", 0),
        ("db.execute(&format!(\"DELETE FROM mail WHERE id = {id}\"), [])", 2),
        ("db.query_row(SQL, [&format!(\"%{x}%\")], |r| r.get(0))", 0),
        ("db.prepare_cached(&(START.to_owned() + end))", 1),
        ("db.prepare(&format!(\"{START} {x}\"))", 1),
        ("db.prepare(&format!(\"{START} WHERE id = ?1\"))", 0),
        ("db.prepare(&format!(\"{START} {}\", x))", 1),
        ("db.prepare(&format!(\"{START} {OTHER}\", OTHER = x))", 1),
        ("db.execute_batch(START.to_owned() + end)", 1),
        ("let sql = format!(\"SELECT a FROM {table}\");", 1),
        ("write!(out, \"UPDATE mail SET a = {a}\")", 1),
        ("format!(\"SELECT {folder}\")", 0),
        ("Connection::execute(&db, SQL, [])", 0),
    ] {
        check(glued, "src/store/a.rs", text, expected);
    }
}

#[test]
fn r109_sql_stands_in_the_store_alone() {
    holds(outside_of_the_store);
}

#[test]
fn r109_sql_stands_in_the_store_alone_can_fail() {
    for (text, expected) in [
        ("\"SELECT id FROM mail\"", 1),
        ("\"\n  INSERT INTO mail(id) VALUES (?1)\"", 1),
        ("r#\"CREATE TABLE a(b) STRICT\"#; \"PRAGMA user_version\"; \"DELETE FROM a\"", 3),
        ("\"SELECT INBOX\"; \"UPDATE available\"; \"CREATE Drafts\"; \"Select a model from the list\"", 0),
        ("// SELECT id FROM mail", 0),
    ] {
        check(outside_of_the_store, "src/mail/a.rs", text, expected);
        check(outside_of_the_store, "src/store/a.rs", text, 0);
        check(outside_of_the_store, "src/mail/a_tests.rs", text, 0);
    }
}
