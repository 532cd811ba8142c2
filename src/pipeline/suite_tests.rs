use super::*;
use serde::Deserialize;

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum Sample {
    Case(Case),
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    id: String,
}

fn check(text: &[u8], expected: Result<usize, &str>) {
    let mut items: Vec<(Place, Sample)> = Vec::new();
    let seen = read_one(text, Path::new("a.jsonl"), &mut items);
    match expected {
        Ok(count) => {
            assert!(seen.is_ok(), "{seen:?}");
            assert_eq!(items.len(), count);
        }
        Err(part) => {
            let error = seen.expect_err("an error").to_string();
            assert!(error.contains(part), "{error} does not say {part}");
        }
    }
}

#[test]
fn lines_are_read_and_faults_named_by_line() {
    let good = "{\"type\":\"case\",\"id\":\"a\"}\n";
    check(format!("\u{feff}{good}\r\n\n{good}").as_bytes(), Ok(2));
    check(b"", Ok(0));
    for (line, problem) in [
        ("{\"type\":\"case\"}", "a.jsonl:3: Not a line of this suite: missing field `id`"),
        ("{\"id\":\"a\"}", "a.jsonl:3: Not a line of this suite: missing field `type`"),
        ("{\"type\":\"what\",\"id\":\"a\"}", "a.jsonl:3: Not a line of this suite: unknown variant `what`"),
        ("{\"type\":\"case\",\"id\":\"a\",\"x\":1}", "a.jsonl:3: Not a line of this suite: unknown field `x`"),
        ("{\"type\":\"case\",\"id\":\"a\",\"id\":\"b\"}", "a.jsonl:3: Not a line of this suite: duplicate field `id`"),
        ("{\"type\":\"case\",\"id\":7}", "a.jsonl:3: Not a line of this suite: invalid type"),
        ("{\"type\":\"case\",", "a.jsonl:3: Not JSON"),
        ("[]", "a.jsonl:3: Not a line of this suite"),
        ("nonsense", "a.jsonl:3: Not JSON"),
    ] {
        check(format!("{good}{good}{line}\n{good}").as_bytes(), Err(problem));
    }
    check(b"\xff\n", Err("a.jsonl:1: The line is not UTF-8"));
    check(&[b' '; SUITE_LINE_BYTES_MAX + 1], Err("a.jsonl:1: The line is longer"));
}

#[test]
fn an_id_is_taken_once() {
    let place = |line| Place { file: Arc::from(Path::new("a.jsonl")), line };
    let mut ids = Ids::default();
    assert!(ids.take("a", &place(1)).is_ok());
    assert!(ids.take("b", &place(2)).is_ok());
    assert_eq!(ids.take("a", &place(3)).unwrap_err().to_string(), "a.jsonl:3: The id \"a\" is used twice, first in a.jsonl:1");
    assert!(ids.take(" ", &place(4)).is_err());
    assert!(ids.has("b") && !ids.has("c"));
}

#[test]
fn a_file_that_is_missing_is_named() {
    let error = read::<Sample>(&[PathBuf::from("/nowhere/suite.jsonl")]).unwrap_err();
    assert!(error.to_string().starts_with("Suite /nowhere/suite.jsonl cannot be read"), "{error}");
}
