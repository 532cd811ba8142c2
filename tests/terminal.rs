//! What stands on the terminal: one JSON document per command, errors in one language, the exit codes of contracts §1.

use super::support::desk::Desk;
use hauspost::crypto::slots::Unlock;
use hauspost::domain::Secret;
use hauspost::store::open;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const BERTA: [&str; 2] = ["--as", "Berta Beispiel"];

/// Exit code, a word of the German sentence on stderr, and the command. `~` is a space within a word, `@` a file of the desk,
/// `+` the person who does it, `ID` an entry that is not there.
const COMMANDS: &str = "
0 |                           | recover +
2 | ist schon ein Datenordner | init
0 |                           | mailbox list
2 | keine Maildir             | mailbox add haus --address a@firma.example --maildir @nirgends +
0 |                           | mailbox add haus --address a@firma.example --maildir @post --create +
2 | gibt es schon             | mailbox add haus --address a@firma.example --maildir @post +
2 | kein Name                 | mailbox add a~b --address a@firma.example --maildir @post +
0 |                           | mailbox add fern --address b@firma.example --imap localhost:1 --smtp localhost:1 --password-file @password +
2 | kein Server               | mailbox add x --address b@firma.example --imap a:0 --smtp b --password-file @password +
2 | das @ fehlt               | mailbox add x --address bfirma --maildir @post +
2 | schon das Postfach        | mailbox add nah --address c@firma.example --imap localhost:1 --smtp localhost:1 --user b@firma.example --password-file @password +
2 | CA-Datei                  | mailbox add nah --address c@firma.example --imap localhost:2 --smtp localhost:1 --ca-file @weg --password-file @password +
2 | Daran würde sich nichts   | mailbox change fern --user b@firma.example +
0 |                           | mailbox change fern --imap localhost:3 --display-name Fern +
0 |                           | mailbox list
3 |                           | mailbox test fern
0 |                           | mailbox test haus
2 | Vorhanden: haus, fern     | mailbox test weg
2 | nicht gefunden            | mailbox password fern --password-file @weg +
2 | kein Kennwort             | mailbox password fern +
0 |                           | mailbox password fern --password-file @password +
2 | --reason                  | mailbox policy haus --delivery drafts +
2 | was sich ändern soll      | mailbox policy haus --reason x +
2 | Erlaubt: review, drafts   | mailbox policy haus --delivery nirgends +
0 |                           | mailbox trained haus Carl~Muster +
2 | gibt es nicht             | mailbox remove weg +
0 |                           | knowledge add @wissen
2 | Die Wissensquelle         | knowledge add @weg
2 | weder ein Ordner          | knowledge add /dev/null
2 | keine Datei               | knowledge add @leer
0 |                           | knowledge add @wissen --valid-until 2020-12-31
2 | liegt vor dem ersten      | knowledge add @wissen --valid-from 2026-02-01 --valid-until 2026-01-01
2 | JJJJ-MM-TT                | knowledge add @wissen --valid-until morgen
2 | dieses Postfach           | knowledge add @wissen --mailbox weg
2 | Erlaubt: public           | knowledge add @wissen --classification geheim
0 |                           | knowledge add @wissen --owner Berta~Beispiel --valid-until 2099-12-31 --mailbox haus --prune
0 |                           | knowledge list
0 |                           | knowledge search Rückgabe --mailbox haus
2 | dieses Postfach           | knowledge search Rückgabe --mailbox weg
0 |                           | knowledge search Wie~lange~kann~ich~zurückgeben? --explain
2 | steht nicht im Wissen     | knowledge remove weg.md +
0 |                           | consent grant anna@example.org --channel paper --wording Ja. --evidence @consent.txt +
2 | das @ fehlt               | consent grant anna --channel paper --wording Ja. --evidence @consent.txt +
2 | Erlaubt: paper            | consent grant anna@example.org --channel brief --wording Ja. --evidence @consent.txt +
2 | Die Nachweisdatei         | consent grant anna@example.org --channel paper --wording Ja. --evidence @weg +
0 |                           | consent list
0 |                           | consent withdraw anna@example.org +
0 |                           | customers import @kunden.txt +
2 | Zeile 1                   | customers import @consent.txt +
2 | keine Adresse             | customers import @niemand.txt +
0 |                           | customers import @niemand.txt --allow-empty +
0 |                           | queue list
2 | keine Kennung             | queue show abc
2 | keinen Eintrag            | queue show ID
2 | keinen Eintrag            | queue approve ID +
2 | keinen Eintrag            | queue reject ID --reason x +
2 | keinen Eintrag            | queue done ID +
2 | keinen Eintrag            | queue settle ID stop +
2 | Erlaubt: sent, again, stop| queue settle ID vielleicht +
0 |                           | audit verify
0 |                           | ai
0 |                           | ai off +
2 | Es fehlt: --as            | ai off
0 |                           | mail inspect @mail.eml
2 | eigenen Firma             | run
2 | ist schon ein Datenordner | init --passphrase
2 | Meinten Sie „list“        | queue lits
2 | gibt es hier nicht        | queue list --weit
2 | kein GGUF-Modell          | demo --keep @neu --model @mail.eml
0 |                           | demo --keep @demo
0 |                           | completions bash
";

fn commands() -> impl Iterator<Item = (Vec<String>, i32, &'static str)> {
    COMMANDS.lines().filter(|line| !line.is_empty()).map(|line| {
        let mut parts = line.splitn(3, '|').map(str::trim);
        let exit = parts.next().and_then(|exit| exit.parse().ok()).expect("An exit code");
        let words = parts.next().expect("A word");
        let arguments = parts.next().expect("A command").split(' ').flat_map(|word| match word {
            "+" => BERTA.map(str::to_owned).to_vec(),
            "ID" => vec!["0123456789abcdef".repeat(2)],
            word => vec![word.replace('~', " ")],
        });
        (arguments.collect(), exit, words)
    })
}

/// Words of our English texts that no German line may hold.
const ENGLISH: [&str; 9] = [" the ", " is ", " cannot ", " allowed", " exists", "required", "Usage", "error", " not "];

#[test]
fn every_command_speaks_german_and_one_document() {
    let desk = Desk::new();
    let english = Desk::new();
    for (arguments, exit, words) in commands() {
        let said = desk.run(&arguments, "de");
        let (out, err) = (String::from_utf8_lossy(&said.stdout), String::from_utf8_lossy(&said.stderr));
        assert_eq!(said.status.code(), Some(exit), "{arguments:?}\n{out}\n{err}");
        assert!(err.contains(words), "{arguments:?}: {words:?} is missing in\n{err}");
        assert_eq!(err.contains("Fehler: "), exit == 2, "{arguments:?}\n{err}");
        let german = format!("{out}\n{err}");
        // Some sample mails of the demo are English, and so are their drafts; a script has words of the shell.
        let samples = exit == 0 && arguments.first().is_some_and(|word| word == "demo" || word == "completions");
        for word in ENGLISH.iter().filter(|_| !samples) {
            assert!(!german.contains(word), "{arguments:?}: {word:?} in\n{german}");
        }
        let json = english.run(&[&arguments[..], &["--json".to_owned()]].concat(), "en");
        let (out, err) = (String::from_utf8_lossy(&json.stdout), String::from_utf8_lossy(&json.stderr));
        assert_eq!(json.status.code(), Some(exit), "{arguments:?}\n{out}\n{err}");
        let document: serde_json::Value = serde_json::from_str(&out).unwrap_or_else(|why| panic!("{arguments:?}: {why}\n{out}\n{err}"));
        if exit == 2 {
            assert!(document["error"].is_string() && document["code"].is_string(), "{document}");
            assert!(err.contains("Error: ") && !err.contains("ä") && !err.contains('„'), "{arguments:?}\n{err}");
        }
    }
}

#[test]
fn a_mailbox_test_names_server_and_port() {
    let desk = Desk::new();
    let add = [
        "mailbox",
        "add",
        "fern",
        "--address",
        "b@firma.example",
        "--imap",
        "localhost:1",
        "--smtp",
        "localhost:2",
        "--password-file",
        "@password",
    ];
    assert_eq!(desk.run(&[&add[..], &BERTA].concat(), "de").status.code(), Some(0));
    let said = desk.run(&["mailbox", "test", "fern"], "de");
    let out = String::from_utf8_lossy(&said.stdout);
    assert!(out.contains("localhost:1 ist nicht erreichbar: die Verbindung wird abgewiesen"), "{out}");
    assert!(out.contains("localhost:2 ist nicht erreichbar"), "{out}");
}

/// What was removed stays out although its file lies in the folder that is read again; once the file has changed, it is another.
#[test]
fn a_removed_source_comes_back_only_changed() {
    let desk = Desk::new();
    let add = || desk.run(&["knowledge", "add", "@wissen"], "de");
    let listed = || String::from_utf8_lossy(&desk.run(&["knowledge", "list"], "de").stdout).contains("rückgabe.md");
    let config = desk.folder.join("data/hauspost.toml");
    let text = std::fs::read_to_string(&config).expect("A configuration").replace("# folder = \"wissen\"", "folder = \"../wissen\"");
    std::fs::write(&config, text).expect("A configuration");
    assert_eq!(add().status.code(), Some(0));
    assert!(listed());
    assert_eq!(desk.run(&[&["knowledge", "remove", "rückgabe.md"][..], &BERTA].concat(), "de").status.code(), Some(0));
    assert!(!listed());
    desk.folder.write("wissen/rückgabe.md", "# Rückgabe\n\nSie können binnen 60 Tagen zurückgeben.\n");
    assert_eq!(add().status.code(), Some(0));
    assert!(listed());
}

#[test]
fn an_expired_source_is_said_to_be_one() {
    let desk = Desk::new();
    let said = desk.run(&["knowledge", "add", "@wissen", "--valid-until", "2020-12-31"], "de");
    let out = String::from_utf8_lossy(&said.stdout);
    assert!(said.status.code() == Some(0) && out.contains("schon abgelaufen, wird nicht gefunden: rückgabe.md"), "{out}");
}

#[test]
fn a_key_that_others_can_read_is_refused() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    for (mode, exit) in [(0o600, 0), (0o400, 0), (0o640, 2), (0o604, 2)] {
        std::fs::set_permissions(desk.folder.join("data.key"), std::fs::Permissions::from_mode(mode)).expect("A mode");
        let said = desk.run(&["queue", "list"], "de");
        let err = String::from_utf8_lossy(&said.stderr);
        assert_eq!(said.status.code(), Some(exit), "{mode:o} {err}");
        assert_eq!(err.contains("chmod 600"), exit == 2, "{err}");
    }
}

/// the code of the recovery sheet costs whoever guesses it 64 MiB and three passes at least (RFC 9106 §4), and it opens the store
/// of somebody who has lost the key file.
#[test]
fn r089_the_recovery_code_is_memory_hard_and_opens_the_store() {
    let desk = Desk::new();
    let file = std::fs::read(desk.folder.join("data/slots.json")).expect("The slots");
    let file: serde_json::Value = serde_json::from_slice(&file).expect("JSON");
    let slots: Vec<_> = file["slots"].as_array().expect("Slots").iter().filter(|slot| slot["kind"] == "passphrase").collect();
    let least = |name: &str, least: u64| slots.iter().all(|slot| slot[name].as_u64().is_some_and(|found| found >= least));
    assert!(slots.len() == 1 && least("memory_kib", 64 * 1024) && least("passes", 3), "{file}");
    std::fs::remove_file(desk.folder.join("data.key")).expect("The key file is lost");
    let code = Unlock::Passphrase(Secret::new(desk.recovery_code.clone()));
    open::unlock_databases(&desk.folder.join("data"), &code).expect("The sheet opens it");
}

/// The same holds for a password on its way in, for the databases, and for the folder that they lie in.
#[test]
fn what_others_can_reach_is_not_opened() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::new();
    let with = |name: &str, mode: u32, arguments: &[&str]| {
        let path = desk.folder.join(name);
        let before = path.metadata().expect("A file").permissions();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).expect("A mode");
        let said = desk.run(arguments, "de");
        std::fs::set_permissions(&path, before).expect("A mode");
        (said.status.code(), String::from_utf8_lossy(&said.stderr).into_owned())
    };
    let add = ["mailbox", "add", "fern", "--address", "b@firma.example", "--imap", "localhost:1", "--smtp", "localhost:2"];
    let add = [&add[..], &["--password-file", "@password"], &BERTA].concat();
    for (name, mode, arguments, help) in [
        ("password", 0o640, &add[..], "chmod 600"),
        ("data/main.db", 0o644, &["queue", "list"], "chmod 600"),
        ("data/keys.db", 0o640, &["queue", "list"], "chmod 600"),
        ("data/search.db", 0o604, &["queue", "list"], "chmod 600"),
        ("data", 0o770, &["queue", "list"], "chmod 700"),
        ("data", 0o702, &["queue", "list"], "chmod 700"),
    ] {
        let (code, err) = with(name, mode, arguments);
        assert!(code == Some(2) && err.contains(help) && err.contains(name), "{name} {mode:o}: {code:?} {err}");
    }
    assert_eq!(with("data", 0o750, &["queue", "list"]).0, Some(0), "a group may look at the names");
    assert_eq!(with("password", 0o400, &add).0, Some(0));
}

#[test]
fn init_writes_where_config_says_and_never_over_anything() {
    let desk = Desk::empty("init");
    let config = desk.folder.join("etc/hauspost.toml");
    assert_eq!(desk.run(&["init", "--config", "@etc/hauspost.toml"], "de").status.code(), Some(0));
    assert!(config.is_file() && !desk.folder.join("data/hauspost.toml").exists());
    let read = Command::new(env!("CARGO_BIN_EXE_hauspost")).args(["queue", "list", "--config"]).arg(&config).output();
    assert_eq!(read.expect("The binary").status.code(), Some(0));
    // The second time nothing is made, not even a key.
    let before = std::fs::read(&config).expect("A configuration");
    let mut again = Command::new(env!("CARGO_BIN_EXE_hauspost"));
    let again = again
        .args(["init", "--lang", "de", "--data"])
        .arg(desk.folder.join("zwei"))
        .arg("--config")
        .arg(&config)
        .output()
        .expect("The binary");
    let err = String::from_utf8_lossy(&again.stderr);
    assert!(again.status.code() == Some(2) && err.contains("etc/hauspost.toml gibt es schon"), "{err}");
    assert!(
        std::fs::read(&config).expect("A configuration") == before
            && !desk.folder.join("zwei").exists()
            && !desk.folder.join("zwei.key").exists()
    );
}

#[test]
fn the_demo_leaves_nothing_unless_it_is_asked_to() {
    let desk = Desk::empty("demo");
    std::fs::create_dir_all(desk.folder.join("tmp")).expect("A folder");
    let temporary = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hauspost"));
        let said = command.args(arguments).env("TMPDIR", desk.folder.join("tmp")).env("LANG", "de_DE.UTF-8").output().expect("The binary");
        let left = std::fs::read_dir(desk.folder.join("tmp")).expect("A folder").count();
        (said.status.code(), left, String::from_utf8_lossy(&said.stdout).into_owned())
    };
    let (code, left, out) = temporary(&["demo"]);
    assert_eq!((code, left), (Some(0), 0), "{out}");
    assert!(out.contains("wieder gelöscht"), "{out}");
    let (code, left, _) = temporary(&["demo", "--model", "/nowhere.gguf"]);
    assert_eq!((code, left), (Some(2), 0));
    let kept = desk.path("behalten");
    let (code, _, out) = temporary(&["demo", "--data", &kept]);
    assert!(code == Some(0) && out.contains(&kept) && desk.folder.join("behalten/hauspost.toml").is_file(), "{out}");
    let config = desk.path("behalten/hauspost.toml");
    let after = Command::new(env!("CARGO_BIN_EXE_hauspost")).args(["queue", "list", "--config", &config]).output().expect("The binary");
    assert_eq!((after.status.code(), String::from_utf8_lossy(&after.stderr).into_owned()), (Some(0), String::new()));
}

/// Whatever ends the demo, its folder goes.
#[test]
fn a_demo_that_is_ended_leaves_nothing() {
    for (signal, exit) in [("-INT", 130), ("-TERM", 143), ("-HUP", 129)] {
        let desk = Desk::empty("demo-signal");
        std::fs::create_dir_all(desk.folder.join("tmp")).expect("A folder");
        let folder = || std::fs::read_dir(desk.folder.join("tmp")).expect("A folder").flatten().next();
        let mut command = Command::new(env!("CARGO_BIN_EXE_hauspost"));
        command.arg("demo").env("TMPDIR", desk.folder.join("tmp")).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        let child = command.spawn().expect("The binary can be started");
        let until = Instant::now() + Duration::from_secs(60);
        while folder().is_none_or(|folder| !folder.path().join("Maildir").exists()) {
            assert!(Instant::now() < until, "No demo");
            std::thread::sleep(Duration::from_millis(10));
        }
        let sent = Command::new("kill").arg(signal).arg(child.id().to_string()).status().expect("kill");
        let ended = child.wait_with_output().expect("The demo ended");
        let err = String::from_utf8_lossy(&ended.stderr);
        assert!(sent.success() && ended.status.code() == Some(exit), "{signal}: {:?} {err}", ended.status);
        assert!(folder().is_none() && !err.contains("WARN"), "{signal}: {err}");
    }
}

/// A full disk is told; a reader that has seen enough is none.
#[test]
fn what_was_not_printed_is_an_error() {
    let desk = Desk::new();
    let data = desk.path("data");
    let mail = desk.path("mail.eml");
    for arguments in [
        &["queue", "list", "--data", &data][..],
        &["queue", "list", "--json", "--data", &data],
        &["--help"],
        &["--version"],
        &["completions", "bash"],
        &["mail", "inspect", &mail],
    ] {
        let command = || {
            let mut command = Command::new(env!("CARGO_BIN_EXE_hauspost"));
            command.args(arguments).args(["--lang", "de"]);
            command
        };
        let full = std::fs::File::options().write(true).open("/dev/full").expect("A full device");
        let said = command().stdout(full).stderr(Stdio::piped()).output().expect("The binary");
        let err = String::from_utf8_lossy(&said.stderr);
        assert_eq!(
            (said.status.code(), err.as_ref()),
            (Some(1), "Fehler: Die Ausgabe ließ sich nicht schreiben: der Datenträger ist voll.\n")
        );
        let (reader, writer) = std::io::pipe().expect("A pipe");
        drop(reader);
        let said = command().stdout(writer).stderr(Stdio::piped()).output().expect("The binary");
        assert_eq!((said.status.code(), String::from_utf8_lossy(&said.stderr).into_owned()), (Some(0), String::new()), "{arguments:?}");
    }
}
