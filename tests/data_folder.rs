//! A data folder under hard conditions: damage to what is derived, and commands that come together.

use super::support::desk::Desk;
use std::fs::{File, TryLockError};
use std::process::Output;
use std::time::Duration;

fn json(said: &Output) -> serde_json::Value {
    assert_eq!(said.status.code(), Some(0), "{}", String::from_utf8_lossy(&said.stderr));
    serde_json::from_slice(&said.stdout).expect("One JSON document")
}

fn found(desk: &Desk) -> usize {
    json(&desk.run(&["knowledge", "search", "Wie lange kann ich zurückgeben?", "--json"], "de")).as_array().expect("Hits").len()
}

/// search.db is derived: what happens to it costs nothing but a moment, and is told.
#[test]
fn a_damaged_search_index_is_made_anew() {
    let desk = Desk::new();
    json(&desk.run(&["knowledge", "add", "@wissen", "--json"], "de"));
    assert_eq!(found(&desk), 1);
    let file = desk.folder.join("data/search.db");
    let sound = std::fs::read(&file).expect("The index");
    let mut torn = sound.clone();
    torn[sound.len() / 2..sound.len() / 2 + 64].fill(0);
    let records = || json(&desk.run(&["audit", "verify", "--json"], "de"))["records"].as_u64().expect("A number");
    let mut before = records();
    for bytes in [&b"no database"[..], &[], &sound[..sound.len() / 2], &torn] {
        std::fs::write(&file, bytes).expect("The index can be written");
        assert_eq!(found(&desk), 1, "{} bytes", bytes.len());
        let after = records();
        assert!(after > before, "{} bytes", bytes.len());
        before = after;
    }
    std::fs::remove_file(&file).expect("The index can be removed");
    assert_eq!(found(&desk), 1);
}

/// While one command holds the folder, the next one waits for it.
#[test]
fn a_command_waits_for_the_one_before() {
    let desk = Desk::new();
    json(&desk.run(&["queue", "list", "--json"], "de"));
    let lock = File::options().write(true).open(desk.folder.join("data/lock")).expect("The lock");
    assert!(!matches!(lock.try_lock(), Err(TryLockError::WouldBlock)), "A command that has ended holds the folder");
    let said = std::thread::scope(|scope| {
        let asking = scope.spawn(|| desk.run(&["queue", "list", "--json"], "de"));
        std::thread::sleep(Duration::from_secs(1));
        assert!(!asking.is_finished(), "The command did not wait");
        lock.unlock().expect("The lock can be given back");
        asking.join().expect("The command ended")
    });
    json(&said);
}
