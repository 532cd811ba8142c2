//! The gate of the house (law 2): who may say that a mail is cleared, and who may speak to the model without a mail.
//!
//! The compiler holds that only `Cleared` reaches the model. What it cannot hold is *where* the evidence for a clearance
//! is made, because a room has no visibility of its own for one file of another room; so these rules hold it by name.

use super::source::{Finding, Source, assert_clean, check, rust_files};
use super::tokens::{Kind, Token, matches};

/// A constructor and the places that may name it; a place ends with `/` for a folder or is the start of a file's path.
struct Guarded {
    name: &'static str,
    places: &'static [&'static str],
    /// Tests may name it too.
    in_tests: bool,
}

const GUARDED: [Guarded; 4] = [
    // Even a test of another room gets its evidence by way of the store, or takes a synthetic case.
    Guarded { name: "attested_by_store", places: &["src/store/consent", "src/domain/clearance"], in_tests: false },
    Guarded { name: "synthetic", places: &["src/pipeline/suite", "src/domain/clearance"], in_tests: true },
    // Commands that staff type, the suites, and the model's own self-test and benchmark: no customer's words.
    Guarded {
        name: "by_staff",
        places: &[
            "src/cli/",
            "src/app/answers/knowledge",
            "src/pipeline/suite",
            "src/inference/self_test",
            "src/inference/bench",
            "src/inference/warm_up",
        ],
        in_tests: true,
    },
    // an answer enters the outbox with the name of who approved it, or not at all.
    Guarded { name: "insert_approved", places: &["src/pipeline/release", "src/store/outbox"], in_tests: true },
];

fn guarded(file: &Source) -> Vec<Finding> {
    let shipped = file.shipped();
    let mut out = Vec::new();
    for guard in GUARDED {
        if guard.places.iter().any(|place| file.path.starts_with(place)) {
            continue;
        }
        let tokens = if guard.in_tests { &shipped } else { &file.tokens };
        out.extend(uses(tokens, guard.name).map(|line| file.finding(line, format!("`{}` must not be named here", guard.name))));
    }
    out
}

/// Where `Type::name` or a macro's `$t::name` stands, called or passed on.
fn uses<'a>(tokens: &'a [Token], name: &'a str) -> impl Iterator<Item = usize> + 'a {
    (1..tokens.len()).filter(move |i| tokens[i - 1].is_sign("::") && tokens[*i].is_word(name)).map(|i| tokens[i].line)
}

/// A second name for the evidence would hide it from whoever greps for the first.
fn aliases(file: &Source) -> Vec<Finding> {
    let mut out = Vec::new();
    for (i, token) in file.tokens.iter().enumerate() {
        let renamed = matches(&file.tokens, i, &["Evidence", "as"]);
        let aliased = token.is_word("type") && {
            let item: Vec<&Token> = file.tokens[i..].iter().take_while(|t| !t.is_sign(";")).collect();
            // `evidence/` has words of its own that end alike; only the type of the gate is meant.
            item.iter().any(|t| t.kind == Kind::Word && t.text == "Evidence")
        };
        if renamed || aliased {
            out.push(file.finding(token.line, "another name for Evidence"));
        }
    }
    out
}

/// The rules of the way, and whom they may ask. `mail` stands beside `inference` and cannot know it (see `floors`); of
/// their own room they ask rules alone.
const RULES: [(&str, &[&str]); 4] = [
    ("src/pipeline/screening", &["domain", "mail", "pipeline::withdrawal", "pipeline::understanding::asks"]),
    ("src/pipeline/withdrawal", &["domain"]),
    (
        "src/pipeline/understanding/",
        &[
            "domain",
            "config",
            "knowledge::grams",
            "knowledge::language",
            "knowledge::words",
            "pipeline::understanding",
            "pipeline::sentences",
        ],
    ),
    ("src/pipeline/sentences", &["domain"]),
];

/// Rules decide about mail that no model may see, so that they must not be able to reach one.
fn rules_without_model(file: &Source) -> Vec<Finding> {
    let Some((_, known)) = RULES.iter().find(|(place, _)| file.path.starts_with(place)) else { return Vec::new() };
    let tokens = file.shipped();
    let mut out = Vec::new();
    for (i, token) in tokens.iter().enumerate() {
        let sibling = token.is_word("super");
        let asks = |path: &str| {
            let steps: Vec<&str> = path.split("::").flat_map(|step| ["::", step]).collect();
            matches(&tokens, i + 1, &steps)
        };
        let stranger = token.is_word("crate") && matches(&tokens, i + 1, &["::"]) && !known.iter().any(|path| asks(path));
        if sibling || stranger {
            out.push(file.finding(token.line, format!("a rule asks {known:?} and nothing else")));
        }
    }
    out
}

#[test]
fn r034_the_rules_know_no_model() {
    let files = rust_files();
    for (place, _) in RULES {
        assert!(files.iter().any(|file| file.path.starts_with(place)), "{place} is gone");
    }
    assert_clean(&files.iter().flat_map(rules_without_model).collect::<Vec<_>>());
}

#[test]
fn r034_the_rules_know_no_model_can_fail() {
    for (path, text, expected) in [
        ("src/pipeline/screening.rs", "use crate::domain::Message; use crate::mail::parse::x;", 0),
        ("src/pipeline/screening.rs", "use crate::inference::Engine;", 1),
        ("src/pipeline/screening.rs", "fn f() { crate::knowledge::grams::grams(x) }", 1),
        ("src/pipeline/screening.rs", "use crate::{domain::Message, inference::Engine};", 1),
        ("src/pipeline/screening.rs", "use crate::pipeline::worker::Worker; use super::drafting;", 2),
        ("src/pipeline/screening/words.rs", "use crate::inference::Engine;", 1),
        ("src/pipeline/screening.rs", "use crate::pipeline::withdrawal;", 0),
        ("src/pipeline/withdrawal.rs", "use crate::pipeline::understanding::category;", 1),
        ("src/pipeline/understanding/asks.rs", "use crate::pipeline::{sentences, worker};", 1),
        ("src/pipeline/screening.rs", "#[cfg(test)] mod tests { use super::*; use crate::inference::Engine; }", 0),
        ("src/pipeline/worker.rs", "use crate::inference::Engine;", 0),
    ] {
        check(rules_without_model, path, text, expected);
    }
}

#[test]
fn r003_evidence_and_staff_prompts_are_made_in_their_places_alone() {
    assert_clean(&rust_files().iter().flat_map(guarded).collect::<Vec<_>>());
}

#[test]
fn r003_evidence_and_staff_prompts_can_fail() {
    for (path, text, expected) in [
        ("src/store/consent.rs", "Evidence::attested_by_store(a)", 0),
        ("src/store/consent_tests.rs", "Evidence::attested_by_store(a)", 0),
        ("src/store/outbox.rs", "Evidence::attested_by_store(a)", 1),
        ("src/pipeline/worker.rs", "x.map(crate::domain::clearance::Evidence\n  ::\n attested_by_store)", 1),
        ("src/pipeline/worker_tests.rs", "Evidence::attested_by_store(a)", 1),
        ("tests/consent.rs", "Evidence::attested_by_store(a)", 1),
        ("src/pipeline/suite.rs", "Evidence::synthetic(a)", 0),
        ("src/pipeline/worker.rs", "Evidence::synthetic(a)", 1),
        ("src/pipeline/worker.rs", "<Evidence>::synthetic(a)", 1),
        ("src/pipeline/worker.rs", "#[cfg(test)] mod tests { fn f() { Evidence::synthetic(a) } }", 0),
        ("src/pipeline/worker_tests.rs", "Evidence::synthetic(a)", 0),
        ("src/pipeline/worker.rs", "Basis::Synthetic; let synthetic = 1;", 0),
        ("src/cli/search.rs", "Query::by_staff(q)", 0),
        ("src/inference/self_test.rs", "Prompt::by_staff()", 0),
        ("src/inference/prompt.rs", "pub const fn by_staff() -> Self { }", 0),
        ("src/pipeline/drafting.rs", "Prompt::by_staff()", 1),
        ("src/knowledge/search.rs", "q.map(Query::by_staff)", 1),
        ("src/knowledge/search.rs", "// Query::by_staff(q)", 0),
        ("src/pipeline/release.rs", "outbox::insert_approved(w, &new)", 0),
        ("src/pipeline/worker.rs", "outbox::insert_approved(w, &new)", 1),
    ] {
        check(guarded, path, text, expected);
    }
}

#[test]
fn evidence_has_one_name() {
    assert_clean(&rust_files().iter().flat_map(aliases).collect::<Vec<_>>());
}

#[test]
fn evidence_has_one_name_can_fail() {
    check(aliases, "src/mail/a.rs", "use crate::domain::clearance::Evidence as E;", 1);
    check(aliases, "src/mail/a.rs", "use crate::domain::clearance::{Epoch, Evidence as E};", 1);
    check(aliases, "src/mail/a.rs", "type E = crate::domain::clearance::Evidence;", 1);
    check(aliases, "src/mail/a.rs", "use crate::domain::clearance::Evidence;", 0);
}
