//! Lost key files, lost configurations, missing files of the data folder: what helps is named, and nothing more is lost.

use super::support::desk::Desk;
use std::process::Output;

const AS: [&str; 2] = ["--as", "Berta Beispiel"];

fn ends(said: &Output, exit: i32) -> String {
    let shown = format!("{}{}", String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
    assert_eq!(said.status.code(), Some(exit), "{shown}");
    shown
}

fn opens(desk: &Desk) -> bool {
    desk.run(&["queue", "list", "--json"], "de").status.success()
}

/// The code as a tired person types it off the sheet.
fn typed(code: &str) -> String {
    format!("{}\n", code.to_lowercase().replace('-', " "))
}

#[test]
fn the_recovery_code_replaces_a_lost_key_file() {
    let desk = Desk::new();
    let key = desk.folder.join("data.key");
    let lost = std::fs::read(&key).expect("The key file");
    std::fs::remove_file(&key).expect("The key file is lost");
    assert!(ends(&desk.run(&["queue", "list"], "de"), 2).contains("hauspost recover"));
    assert!(ends(&desk.run(&["init"], "de"), 2).contains("hauspost recover"));

    for wrong in ["", "AAAA-BBBB", "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA"] {
        ends(&desk.run_with(&["recover", AS[0], AS[1]], "de", &format!("{wrong}\n")), 2);
        assert!(!key.exists(), "{wrong:?} made a key");
    }
    ends(&desk.run_with(&["recover", AS[0], AS[1]], "de", &typed(&desk.recovery_code)), 0);
    assert!(opens(&desk));
    let shown: serde_json::Value = serde_json::from_slice(&desk.run(&["audit", "verify", "--json"], "de").stdout).expect("A document");
    assert!(shown["first_broken"].is_null(), "{shown}");

    // What was lost may be in strange hands.
    let fresh = std::fs::read(&key).expect("The new key file");
    std::fs::write(&key, lost).expect("The old key file");
    ends(&desk.run(&["queue", "list"], "de"), 2);
    std::fs::write(&key, fresh).expect("The new key file");
    assert!(opens(&desk));
    // The code still helps the next time.
    std::fs::remove_file(&key).expect("The key file is lost");
    ends(&desk.run_with(&["recover", AS[0], AS[1]], "de", &typed(&desk.recovery_code)), 0);
    assert!(opens(&desk));
}

#[test]
fn a_lost_configuration_is_written_anew_and_asks_for_nothing() {
    let desk = Desk::new();
    let config = desk.folder.join("data/hauspost.toml");
    let key = std::fs::read(desk.folder.join("data.key")).expect("The key file");
    std::fs::remove_file(&config).expect("The configuration is lost");
    let shown = ends(&desk.run(&["queue", "list"], "de"), 2);
    assert!(shown.contains("hauspost recover") && !shown.contains("hauspost init"), "{shown}");
    ends(&desk.run(&["recover", AS[0], AS[1]], "de"), 0);
    assert!(opens(&desk));
    assert_eq!(std::fs::read(desk.folder.join("data.key")).expect("The key file"), key);
    // Where nothing is lost, nothing is done.
    let written = std::fs::read(&config).expect("The configuration");
    assert!(ends(&desk.run(&["recover", AS[0], AS[1]], "de"), 0).contains("nichts wiederherzustellen"));
    assert_eq!(std::fs::read(&config).expect("The configuration"), written);
}

#[test]
fn a_lost_passphrase_is_replaced_with_the_recovery_code() {
    let desk = Desk::new();
    let toml = desk.folder.join("data/hauspost.toml");
    let text = std::fs::read_to_string(&toml).expect("The configuration");
    let line = text.lines().find(|line| line.starts_with("key.file")).expect("The line of the key");
    std::fs::write(&toml, text.replace(line, "key.ask = true")).expect("The configuration");
    let recover = ["recover", AS[0], AS[1]];
    let short = format!("{}kurz\n", typed(&desk.recovery_code));
    assert!(ends(&desk.run_with(&recover, "de", &short), 2).contains("mindestens"));
    let input = format!("{}ein langer neuer Satz\n", typed(&desk.recovery_code));
    ends(&desk.run_with(&recover, "de", &input), 0);
    ends(&desk.run_with(&["queue", "list"], "de", "ein langer neuer Satz\n"), 0);
    ends(&desk.run_with(&["queue", "list"], "de", &format!("{}\n", desk.recovery_code)), 0);
    ends(&desk.run_with(&["queue", "list"], "de", "ein alter langer Satz\n"), 2);
}

#[test]
fn the_key_of_another_folder_is_never_overwritten() {
    let (desk, other) = (Desk::new(), Desk::new());
    let key = desk.folder.join("data.key");
    let foreign = std::fs::read(other.folder.join("data.key")).expect("The other key");
    std::fs::write(&key, &foreign).expect("The keys are mixed up");
    let shown = ends(&desk.run_with(&["recover", AS[0], AS[1]], "de", &typed(&desk.recovery_code)), 2);
    assert!(shown.contains("--key-file"), "{shown}");
    assert_eq!(std::fs::read(&key).expect("The other key"), foreign);
    // Nor is anyone told to remove what may open something.
    for command in [&["init"][..], &["queue", "list"]] {
        let shown = ends(&desk.run(command, "de"), 2);
        assert!(!shown.contains("entfernen") && !shown.contains("löschen"), "{shown}");
    }
    ends(&desk.run_with(&["recover", "--key-file", "@neu.key", AS[0], AS[1]], "de", &typed(&desk.recovery_code)), 0);
    assert!(desk.folder.join("neu.key").exists());
}

/// A folder that has lost a part is damaged (exit 4), and nobody is sent to `init`.
#[test]
fn a_missing_part_is_damage() {
    for part in ["main.db", "keys.db", "slots.json"] {
        let desk = Desk::new();
        std::fs::rename(desk.folder.join("data").join(part), desk.folder.join("away")).expect("The part is lost");
        let shown = ends(&desk.run(&["queue", "list"], "de"), 4);
        assert!(shown.contains(part) && !shown.contains("hauspost init"), "{shown}");
        assert!(!desk.folder.join("data").join(part).exists(), "{part} was made anew");
        std::fs::rename(desk.folder.join("away"), desk.folder.join("data").join(part)).expect("The part is back");
        assert!(opens(&desk), "{part}");
    }
}
