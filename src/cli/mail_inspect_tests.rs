use super::*;
use crate::cli::catalogue::Lang;

fn inspect_text(name: &str, content: &[u8], people: Option<Lang>) -> String {
    let dir = std::env::temp_dir().join(format!("hauspost-inspect-{}-{name}", std::process::id()));
    std::fs::create_dir_all(&dir).unwrap();
    let file = dir.join("mail");
    std::fs::write(&file, content).unwrap();
    let mut out = Vec::new();
    let code = run(&[file, dir.join("missing")], &[], people.map(Catalogue::new).as_ref(), &mut out).unwrap();
    std::fs::remove_dir_all(&dir).unwrap();
    assert_eq!(code, 0);
    String::from_utf8(out).unwrap()
}

#[test]
fn json_lines_carry_every_field_of_the_contract() {
    let out = inspect_text(
        "json",
        "From: Anna Muster <anna@example.org>\nSubject: =?utf-8?q?R=C3=BCckgabe?=\n\nHallo\n\n-- \nAnna".as_bytes(),
        None,
    );
    let lines: Vec<serde_json::Value> = out.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(lines.len(), 2);
    for field in [
        "file",
        "message_id",
        "in_reply_to",
        "references",
        "date",
        "from",
        "reply_to",
        "to",
        "cc",
        "subject",
        "language",
        "text",
        "visible",
        "spans",
        "attachments",
        "automatic",
        "protected",
        "hidden_text",
        "defects",
    ] {
        assert!(lines[0].get(field).is_some(), "{field}");
    }
    assert_eq!(lines[0]["from"], serde_json::json!({"name": "Anna Muster", "address": "anna@example.org"}));
    assert_eq!(lines[0]["visible"], "Hallo");
    assert_eq!(lines[0]["spans"][1], serde_json::json!({"kind": "signature", "start": 7, "end": 15}));
    assert!(lines[1]["error"].as_str().unwrap().starts_with("File is not readable"));
}

#[test]
fn an_mbox_is_one_object_per_mail() {
    let out = inspect_text(
        "mbox",
        b"From a Mon Mar  2 09:14:00 2026\nFrom: a@b.de\n\n1\n\nFrom c Mon Mar  2 09:14:00 2026\nFrom: c@d.de\n\n2\n",
        None,
    );
    assert_eq!(out.lines().count(), 3);
}

#[test]
fn people_get_their_language_and_no_control_characters() {
    let mail = b"From: a@b.de\nSubject: \x1b[31mrot\n\nHallo \x1b[2J\n";
    for (lang, words) in [(Lang::De, ["Betreff", "nicht lesbar"]), (Lang::En, ["Subject", "not readable"])] {
        let out = inspect_text("people", mail, Some(lang));
        assert!(words.iter().all(|word| out.contains(word)) && out.contains("│ Hallo") && !out.contains('\x1b'), "{out}");
    }
}
