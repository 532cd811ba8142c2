//! `hauspost evaluate` as an auditor runs it: the real command over small suites, twice, and over suites that are at fault.

use crate::support::folder::Folder;
use serde_json::Value;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

struct Said {
    exit: i32,
    out: String,
    errors: String,
}

fn hauspost(args: &[&str], home: &Path) -> Said {
    let run = Command::new(env!("CARGO_BIN_EXE_hauspost"))
        .arg("evaluate")
        .args(args)
        .current_dir(home)
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .output()
        .expect("the command runs");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("UTF-8");
    Said { exit: run.status.code().unwrap_or(-1), out: text(run.stdout), errors: text(run.stderr) }
}

fn mini(kind: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/evaluation/mini").join(format!("{kind}.jsonl"))
}

/// The figures and the details of one run, without the times, which no two runs share.
fn figures(kind: &str, more: &[&str], folder: &Folder) -> (Value, Vec<Value>) {
    let (suite, details) = (mini(kind), folder.join("details.jsonl"));
    let paths = [suite.to_str().expect("path"), details.to_str().expect("path")];
    let args = [&[kind, "--suite", paths[0], "--details", paths[1], "--json"], more].concat();
    let said = hauspost(&args, folder.path());
    assert_eq!(said.exit, 0, "{} {}", said.out, said.errors);
    let mut report: Value = serde_json::from_str(&said.out).expect("one document");
    timeless(&mut report);
    let lines = std::fs::read_to_string(&details).expect("details");
    let mut details: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).expect("an object a line")).collect();
    details.iter_mut().for_each(timeless);
    (report, details)
}

fn timeless(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !name.starts_with("milliseconds") && !name.starts_with("seconds"));
            fields.values_mut().for_each(timeless);
        }
        Value::Array(items) => items.iter_mut().for_each(timeless),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// What the public suites are known to give (`FIGURES.md`). Whoever makes it better raises it here; nobody lowers it in silence.
#[test]
fn the_public_suites_give_no_less_than_they_gave() {
    let folder = Folder::new("evaluate-public");
    let report = |kind: &str| -> Value {
        let suite = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/evaluation").join(format!("{kind}.jsonl"));
        let said = hauspost(&[kind, "--suite", suite.to_str().expect("path"), "--json"], folder.path());
        assert_eq!(said.exit, 0, "{} {}", said.out, said.errors);
        serde_json::from_str(&said.out).expect("one document")
    };
    let number = |value: &Value| value.as_f64().expect("a number");
    let at_least = |report: &Value, floors: &[(&str, f64)]| {
        for (name, floor) in floors {
            assert!(number(&report[*name]) >= *floor, "{name} is {}, was {floor}", report[*name]);
        }
    };
    let at_most = |report: &Value, ceilings: &[(&str, f64)]| {
        for (name, ceiling) in ceilings {
            assert!(number(&report[*name]) <= *ceiling, "{name} is {}, was {ceiling}", report[*name]);
        }
    };

    let evidence = report("evidence");
    at_least(&evidence, &[("recall", 0.86), ("recall_by_span", 0.815)]);
    at_most(&evidence, &[("false_alarm_share", 0.05)]);

    let retrieval = report("retrieval");
    at_least(&retrieval, &[("recall_at_1", 0.76), ("recall_at_5", 0.905), ("mrr_at_10", 0.825)]);
    for figure in ["recall_at_1", "recall_at_5", "mrr_at_10"] {
        assert!(number(&retrieval[figure]) >= number(&retrieval["baseline"][figure]), "{figure} is below plain BM25");
    }

    let drafts = report("drafts");
    let whole = [("grounded_precision_after_check", 1.0), ("language_kept", 1.0), ("address_form_kept", 1.0)];
    at_least(&drafts, &whole);
    at_most(&drafts, &[("released_with_unsupported_claim", 0.0), ("forbidden_hits", 12.0), ("false_hand_over_share", 0.21)]);
    at_least(&drafts, &[("answered_share", 0.63), ("fact_recall", 0.635), ("hand_over_recall", 0.885), ("completeness", 0.52)]);
}

fn twice(kind: &str) -> (Value, Vec<Value>) {
    let folder = Folder::new("evaluate");
    let first = figures(kind, &[], &folder);
    assert_eq!(first, figures(kind, &[], &folder), "the same suite gives the same result");
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("folder").map(|entry| entry.expect("entry").file_name()).collect();
    assert_eq!(left, ["details.jsonl"], "nothing but the details is written");
    first
}

#[test]
fn evidence_is_measured() {
    let (report, details) = twice("evidence");
    assert_eq!(report["cases"], 4);
    assert_eq!(report["recall"], 1.0);
    assert_eq!(report["recall_by_kind"], serde_json::json!({"duration": 1.0, "phone": 1.0}));
    assert_eq!(report["false_alarm_share"], 0.0);
    assert_eq!(details[1]["verdict"], "faulty");
    assert_eq!(details[1]["claims"][0]["text"], "14 Tage");
    // "Frau" is not how Anna Muster signed (R-011); the verdict is about support alone.
    assert_eq!(details[0]["gates"], serde_json::json!(["guard.gender"]));
}

#[test]
fn retrieval_is_measured() {
    let (report, details) = twice("retrieval");
    assert_eq!(report["recall_at_1"], 1.0);
    assert_eq!(report["languages"]["de"]["queries"], 2);
    assert_eq!(report["languages"]["en"]["recall_at_5"], 1.0);
    assert!(report["index_bytes"].as_u64().expect("bytes") > 0);
    assert!(report["languages"]["de"]["baseline"]["recall_at_5"].is_number());
    assert_eq!(details[0]["results"][0]["id"], "p1");
}

#[test]
fn drafts_are_measured() {
    let (report, details) = twice("drafts");
    assert_eq!(report["cases"], 4);
    for (figure, expected) in [
        ("answered_share", 1.0),
        ("fact_recall", 1.0),
        ("grounded_precision_after_check", 1.0),
        ("hand_over_recall", 1.0),
        ("false_hand_over_share", 0.0),
        ("completeness", 1.0),
        ("language_kept", 1.0),
        ("address_form_kept", 1.0),
        ("category_accuracy", 1.0),
    ] {
        assert_eq!(report[figure], expected, "{figure} {details:#?}");
    }
    assert_eq!(report["released_with_unsupported_claim"], 0);
    assert_eq!(report["forbidden_hits"], 0);
    assert_eq!(details[0]["decision"], "release");
    assert_eq!(details[0]["citations"][0]["passage"], "rad-1");
    assert_eq!(details[1]["decision"], "hand_over");
    assert_eq!(details[1]["draft"], "");
    assert!(details[3]["draft"].as_str().expect("draft").ends_with("Dein Teekontor"));
}

/// A model that invents a fact: its draft is put aside, and the figures before the check say so.
#[test]
fn a_models_invention_lowers_the_precision_before_the_check_alone() {
    let folder = Folder::new("evaluate-model");
    let script = folder.write("lies.json", r#"{"rules":[{"contains":"","act":{"answer":"Sie haben 99 Tage Zeit [1]."}}]}"#);
    let model = format!("scripted:{}", script.display());
    let (report, details) = figures("drafts", &["--model", &model, "--drafter", "model"], &folder);
    assert_eq!(report["grounded_precision_after_check"], 1.0);
    assert!(report["grounded_precision_before_check"].as_f64().expect("a share") < 1.0);
    assert_eq!(report["released_with_unsupported_claim"], 0);
    assert_eq!(details[0]["rejected_claims"][0]["text"], "99 Tage");
    assert_eq!(details[0]["drafter"], "extractive");
}

#[test]
fn several_files_are_one_suite() {
    let folder = Folder::new("evaluate-files");
    let text = std::fs::read_to_string(mini("retrieval")).expect("suite");
    let (queries, passages): (Vec<&str>, Vec<&str>) = text.lines().partition(|line| line.contains("\"query\""));
    folder.write("a.jsonl", &queries.join("\n"));
    folder.write("b.jsonl", &passages.join("\r\n"));
    let said = hauspost(&["retrieval", "--suite", "a.jsonl", "b.jsonl", "--json"], folder.path());
    assert_eq!(said.exit, 0, "{}", said.errors);
    assert_eq!(hauspost(&["retrieval", "--suite", "a.jsonl", "--suite", "b.jsonl"], folder.path()).exit, 0);
    let alone = hauspost(&["retrieval", "--suite", "a.jsonl"], folder.path());
    assert_eq!(alone.exit, 2);
    assert!(alone.errors.contains("Testreihe a.jsonl, Zeile 1: den Abschnitt „p1“ gibt es"), "{}", alone.errors);
}

#[test]
fn a_faulty_suite_is_refused_by_file_and_line() {
    let folder = Folder::new("evaluate-faults");
    for (kind, from, to, expected) in [
        (
            "evidence",
            "\"type\": \"case\", \"id\": \"e2\"",
            "\"type\": \"what\", \"id\": \"e2\"",
            "s.jsonl:2: Not a line of this suite: unknown variant `what`",
        ),
        ("evidence", "\"id\": \"e2\"", "\"id\": \"e1\"", "s.jsonl:2: The id \"e1\" is used twice, first in s.jsonl:1"),
        ("evidence", "\"id\": \"e2\"", "\"id\": \"e2\", \"more\": 1", "s.jsonl:2: Not a line of this suite: unknown field `more`"),
        ("evidence", "\"expect\": \"faulty\", ", "", "s.jsonl:2: Not a line of this suite: missing field `expect`"),
        ("evidence", "\"expect\": \"clean\"}", "\"expect\": \"clean\"", "s.jsonl:1: Not JSON"),
        ("retrieval", "[\"p4\"]", "[\"p9\"]", "s.jsonl:8: The suite has no passage \"p9\""),
        ("drafts", "[\"rad-1\"]", "[\"tee-1\"]", "s.jsonl:7: The company \"rad\" has no passage \"tee-1\""),
        (
            "drafts",
            "\"company\": \"tee\", \"id\": \"tee-1\"",
            "\"company\": \"no\", \"id\": \"tee-1\"",
            "s.jsonl:6: The suite has no company \"no\"",
        ),
        (
            "drafts",
            "\"category\": \"other\"",
            "\"category\": \"dogs\"",
            "s.jsonl:8: Category \"dogs\" is none of company \"rad\": allowed is return, delivery, other",
        ),
        ("drafts", "\"outcome\": \"hand_over\"", "\"outcome\": \"maybe\"", "s.jsonl:8: Not a line of this suite: unknown variant `maybe`"),
    ] {
        let text = std::fs::read_to_string(mini(kind)).expect("suite");
        assert!(text.contains(from), "{kind} has no {from}");
        folder.write("s.jsonl", &text.replacen(from, to, 1));
        let said = hauspost(&[kind, "--suite", "s.jsonl", "--details", "d.jsonl", "--json"], folder.path());
        assert_eq!(said.exit, 2, "{kind} {to}: {}", said.errors);
        let document: Value = serde_json::from_str(&said.out).expect("One JSON document");
        assert!(document["error"].as_str().is_some_and(|error| error.contains(expected)), "{kind} {to}: {document}");
        let (line, _) = expected.split_once(": ").expect("A line");
        let german = format!("Testreihe s.jsonl, Zeile {}: ", line.trim_start_matches("s.jsonl:"));
        assert!(said.errors.contains(&german) && !said.errors.contains(" is "), "{kind} {to}: {}", said.errors);
        assert!(!folder.join("d.jsonl").exists(), "no details of a faulty suite");
    }
    folder.write("s.jsonl", "\n");
    for kind in ["evidence", "retrieval", "drafts"] {
        let said = hauspost(&[kind, "--suite", "s.jsonl"], folder.path());
        assert_eq!((said.exit, said.errors.contains("enthält keine Zeile")), (2, true), "{}", said.errors);
    }
    assert_eq!(hauspost(&["screening", "--suite", "s.jsonl"], folder.path()).exit, 2);
    assert_eq!(hauspost(&["evidence"], folder.path()).exit, 2);
}

#[test]
fn people_read_a_table_in_their_language() {
    let folder = Folder::new("evaluate-table");
    let suite = mini("evidence");
    let suite = suite.to_str().expect("path");
    let german = hauspost(&["evidence", "--suite", suite, "--lang", "de"], folder.path());
    assert!(german.out.contains("gefundene Fehler") && german.out.contains("100,0 %"), "{}", german.out);
    let english = hauspost(&["evidence", "--suite", suite, "--lang", "en"], folder.path());
    assert!(english.out.contains("faults found") && english.out.contains("100.0 %"), "{}", english.out);
}
