//! Each `tests/corpus/FOLDER/NAME.eml` beside `NAME.json`: the fields that must come out, read with LF and with CRLF.

use super::*;
use serde_json::Value;
use std::path::Path;

/// Every field of `expected` is in `found`; `defects` and `hidden_text` are subsets.
fn check(name: &str, found: &Value, expected: &Value) {
    for (field, value) in expected.as_object().unwrap() {
        let got = &found[field];
        if matches!(field.as_str(), "defects" | "hidden_text") {
            for entry in value.as_array().unwrap() {
                assert!(got.as_array().unwrap().contains(entry), "{name}: {field} lacks {entry}, has {got}");
            }
        } else if field == "kinds" {
            let kinds: Vec<&Value> = found["spans"].as_array().unwrap().iter().map(|s| &s["kind"]).collect();
            assert_eq!(kinds, value.as_array().unwrap().iter().collect::<Vec<_>>(), "{name}: kinds");
        } else if field == "automatic" && value.is_string() {
            assert_eq!(&got["kind"], value, "{name}: automatic");
        } else {
            assert_eq!(got, value, "{name}: {field}");
        }
    }
}

#[test]
fn the_corpus_is_read_as_expected() {
    let own = [EmailAddress::parse("service@firma.example").unwrap()];
    for folder in ["rfc", "german", "malformed", "hostile"] {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/corpus").join(folder);
        let mut cases = 0;
        for entry in std::fs::read_dir(&dir).unwrap() {
            let path = entry.unwrap().path();
            if path.extension().is_none_or(|e| e != "eml") {
                continue;
            }
            let name = format!("{folder}/{}", path.file_stem().unwrap().to_string_lossy());
            let expected: Value = serde_json::from_slice(&std::fs::read(path.with_extension("json")).unwrap()).unwrap();
            let lf: Vec<u8> = std::fs::read(&path).unwrap().into_iter().filter(|&b| b != b'\r').collect();
            let crlf: Vec<u8> = lf.iter().flat_map(|&b| if b == b'\n' { vec![b'\r', b'\n'] } else { vec![b] }).collect();
            for raw in [lf, crlf] {
                let message = parse(&raw, &own).unwrap_or_else(|e| panic!("{name}: {e}"));
                check(&name, &serde_json::to_value(&message).unwrap(), &expected);
            }
            cases += 1;
        }
        assert!(cases > 0, "{folder} is empty");
    }
}
