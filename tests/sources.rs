//! Sources as an office has them: good ones, bad ones and hostile ones, read by the real binary in its children.

use crate::support::documents::{
    deep_pdf, docx, encrypted_pdf, huge_xlsx, looping_pdf, paragraph, pdf, pdf_bomb, scanned_pdf, xlsx, zip_of,
};
use crate::support::folder::Folder;
use crate::support::house::{House, Said, command, text};
use hauspost::knowledge::source::{ChildReader, Format, Reader, Refusal};
use std::io::{Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

fn reader() -> ChildReader {
    ChildReader { program: env!("CARGO_BIN_EXE_hauspost").into(), wall: Duration::from_secs(60) }
}

/// A data folder made by the real command, without mail servers.
struct Desk {
    folder: Folder,
    service: Option<Child>,
}

impl Desk {
    fn new() -> Self {
        let desk = Self { folder: Folder::new("sources"), service: None };
        command(&["init", "--json", "--data", &text(&desk.folder.join("data"))]).done();
        let config = desk.config();
        let template = std::fs::read_to_string(&config).expect("The configuration");
        let filled =
            super::support::filled_in(&template, "Radhaus Beispiel GmbH").replacen("# folder = \"wissen\"", "folder = \"../wissen\"", 1);
        std::fs::write(&config, filled).expect("The configuration can be written");
        std::fs::create_dir(desk.folder.join("wissen")).expect("A folder");
        for name in ["service", "werkstatt"] {
            let maildir = desk.folder.join(name);
            for part in ["new", "cur", "tmp"] {
                std::fs::create_dir_all(maildir.join(part)).expect("A Maildir");
            }
            let address = format!("{name}@radhaus.example");
            let add = ["mailbox", "add", name, "--address", &address, "--maildir", &text(&maildir), "--as", "Berta Beispiel"];
            desk.ask(&add).done();
        }
        desk
    }

    fn config(&self) -> std::path::PathBuf {
        self.folder.join("data").join("hauspost.toml")
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        let path = self.folder.join("wissen").join(name);
        std::fs::create_dir_all(path.parent().expect("A folder")).expect("A folder");
        std::fs::write(path, bytes).expect("A source can be written");
    }

    fn ask(&self, arguments: &[&str]) -> Said {
        command(&[arguments, &["--json", "--config", &text(&self.config())]].concat())
    }

    fn add(&self, more: &[&str]) -> Said {
        self.ask(&[&["knowledge", "add", &text(&self.folder.join("wissen"))], more].concat())
    }

    fn found(&self, query: &str, more: &[&str]) -> Vec<String> {
        let hits = self.ask(&[&["knowledge", "search", query], more].concat()).done();
        hits.as_array().expect("hits").iter().map(|hit| hit["source"].as_str().expect("a source").to_owned()).collect()
    }

    fn start(&mut self) {
        let child = Command::new(env!("CARGO_BIN_EXE_hauspost"))
            .args(["run", "--config", &text(&self.config())])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("The service can be started");
        self.service = Some(child);
        let socket = self.folder.join("data").join("control.sock");
        House::within(Duration::from_secs(30), || std::os::unix::net::UnixStream::connect(&socket).ok()).expect("The service answers");
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        if let Some(mut child) = self.service.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn refused(said: &serde_json::Value) -> Vec<(String, String)> {
    let list = said["refused"].as_array().expect("a list");
    list.iter().map(|r| (r["file"].as_str().unwrap_or("").to_owned(), r["code"].as_str().unwrap_or("").to_owned())).collect()
}

#[test]
fn good_bad_and_hostile_files_of_one_folder() {
    let desk = Desk::new();
    desk.put("agb.md", "---\nowner: Team Recht\nvalid_until: 2099-12-31\n---\n# Rückgabe\nSie haben 30 Tage Zeit.\n".as_bytes());
    desk.put("fragen.csv", "Frage;Antwort\nWas kostet der Gepäckträger?;Der Gepäckträger kostet 49,00 EUR.\n".as_bytes());
    let manual = [paragraph("berschrift1", None, "Kettenpflege"), paragraph("", None, "Die Kette wird alle 300 km geölt.")].concat();
    desk.put("werk/handbuch.docx", &docx(&manual));
    desk.put("preise.xlsx", &xlsx(&[("Preise", "visible", "<row><c t=\"str\"><v>Leistung</v></c><c t=\"str\"><v>Preis</v></c></row><row><c t=\"str\"><v>Zentrieren</v></c><c><v>25</v></c></row>")], &[], &[]));
    desk.put("broschüre.pdf", &pdf(&[vec![(20, 20, "Leasing"), (11, 30, "Leasing bieten wir ab 800 Euro Kaufpreis an.")]]));
    desk.put("seite.html", "<h1>Anfahrt</h1><p>Die Buslinie 7 hält vor der Tür.</p>".as_bytes());
    desk.put("x-geheim.pdf", &encrypted_pdf());
    desk.put("x-scan.pdf", &scanned_pdf());
    desk.put("x-kaputt.docx", b"PK\x03\x04 kaputt");
    desk.put("x-bild.png", b"\x89PNG\0");
    desk.put("x-alt.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
    let said = desk.add(&["--owner", "Berta Beispiel"]).done();
    assert_eq!(said["imported"].as_array().map(Vec::len), Some(6), "{said:#}");
    let expected = [
        ("x-alt.xlsx", "encrypted"),
        ("x-bild.png", "unknown-format"),
        ("x-geheim.pdf", "encrypted"),
        ("x-kaputt.docx", "damaged"),
        ("x-scan.pdf", "no-text"),
    ];
    let mut bad = refused(&said);
    bad.sort();
    assert_eq!(bad, expected.map(|(file, code)| (file.to_owned(), code.to_owned())));
    for (query, source) in [
        ("Rückgabe", "agb.md"),
        ("Gepäckträger", "fragen.csv"),
        ("Kettenpflege", "werk/handbuch.docx"),
        ("Zentrieren", "preise.xlsx"),
        ("Leasing Kaufpreis", "broschüre.pdf"),
        ("Buslinie", "seite.html"),
    ] {
        assert_eq!(desk.found(query, &[]).first().map(String::as_str), Some(source), "{query}");
    }
    let list = desk.ask(&["knowledge", "list"]).done();
    let document = |name: &str| list.as_array().and_then(|all| all.iter().find(|d| d["source"] == name)).expect("listed").clone();
    let agb = document("agb.md");
    assert_eq!(
        (agb["owner"].as_str(), agb["valid_until"].as_str(), agb["state"].as_str()),
        (Some("Team Recht"), Some("2099-12-31"), Some("valid"))
    );
    assert_eq!(document("preise.xlsx")["owner"], "Berta Beispiel");

    // Nothing is read twice; what changed is replaced; what is gone goes only when asked.
    let again = desk.add(&["--owner", "Berta Beispiel"]).done();
    assert_eq!((again["unchanged"].as_array().map(Vec::len), again["imported"].as_array().map(Vec::len)), (Some(6), Some(0)), "{again:#}");
    desk.put("preise.xlsx", b"kaputt");
    desk.put("seite.html", "<h1>Anfahrt</h1><p>Die Straßenbahn 4 hält vor der Tür.</p>".as_bytes());
    std::fs::remove_file(desk.folder.join("wissen/fragen.csv")).expect("removed");
    let changed = desk.add(&["--owner", "Berta Beispiel"]).done();
    assert_eq!(
        (changed["imported"].to_string(), changed["not_in_folder"].to_string()),
        ("[\"seite.html\"]".to_owned(), "[\"fragen.csv\"]".to_owned()),
        "{changed:#}"
    );
    assert!(desk.found("Buslinie", &[]).is_empty());
    assert_eq!(desk.found("Zentrieren", &[]).first().map(String::as_str), Some("preise.xlsx"), "the older state stays");
    let list = desk.ask(&["knowledge", "list"]).done();
    let prices = list.as_array().and_then(|all| all.iter().find(|d| d["source"] == "preise.xlsx")).expect("listed");
    assert_eq!(prices["warnings"].to_string(), "[\"older_state_kept\"]");
    let pruned = desk.add(&["--owner", "Berta Beispiel", "--prune"]).done();
    assert_eq!(pruned["removed"].to_string(), "[\"fragen.csv\"]");
    assert!(desk.found("Gepäckträger", &[]).is_empty());
}

#[test]
fn nothing_but_bad_files_is_bad_input() {
    let desk = Desk::new();
    desk.put("scan.pdf", &scanned_pdf());
    assert_eq!(desk.add(&[]).exit, 2);
    desk.put("hauspost-knowledge.toml", b"[all]\nowner = 5\n");
    let said = desk.add(&[]);
    assert!(said.exit == 2 && said.errors.contains("hauspost-knowledge.toml"), "{}", said.errors);
    std::fs::remove_file(desk.folder.join("wissen/hauspost-knowledge.toml")).expect("removed");
    desk.put("agb.md", b"Text");
    assert_eq!(desk.add(&["--mailbox", "nobody@radhaus.example"]).exit, 2);
    assert_eq!(desk.add(&["--valid-from", "2026-02-01", "--valid-until", "2026-01-01"]).exit, 2);
}

/// the terms decide what a customer's mail can find, whatever place says them.
#[test]
fn r136_terms_of_command_manifest_and_file() {
    let desk = Desk::new();
    desk.put("hauspost-knowledge.toml", b"[all]\nowner = \"Team\"\n[files.\"intern.pdf\"]\nclassification = \"internal\"\n[files.\"werk/\"]\nmailboxes = [\"werkstatt@radhaus.example\"]\npersonal_data = true\n[files.\"fehlt.md\"]\nowner = \"x\"\n");
    desk.put("offen.md", b"Die Inspektion kostet 89 EUR.");
    desk.put("intern.pdf", &pdf(&[vec![(11, 20, "Die Inspektion kostet im Einkauf 40 EUR.")]]));
    desk.put("werk/plan.md", b"Die Inspektion macht Anna Muster.");
    desk.put("alt.md", b"---\nvalid_until: 2020-12-31\n---\nDie Inspektion kostete 49 EUR.");
    desk.put("neu.md", b"---\nvalid_from: 2999-01-01\n---\nDie Inspektion kostet dann 99 EUR.");
    let said = desk.add(&[]).done();
    assert_eq!(said["strangers"].to_string(), "[\"fehlt.md\"]");
    let sorted = |more: &[&str]| {
        let mut found = desk.found("Inspektion", more);
        found.sort();
        found
    };
    assert_eq!(sorted(&["--mailbox", "service"]), ["offen.md"]);
    assert_eq!(sorted(&["--mailbox", "werkstatt"]), ["offen.md", "werk/plan.md"]);
    assert_eq!(sorted(&["--mailbox", "Werkstatt@radhaus.example"]), ["offen.md", "werk/plan.md"]);
    assert_eq!(sorted(&[]), ["intern.pdf", "offen.md", "werk/plan.md"]);
    let list = desk.ask(&["knowledge", "list"]).done();
    let states: Vec<_> = list
        .as_array()
        .expect("a list")
        .iter()
        .map(|d| (d["source"].as_str(), d["state"].as_str(), d["personal_data"].as_bool()))
        .collect();
    assert!(states.contains(&(Some("alt.md"), Some("expired"), Some(false))), "{states:?}");
    assert!(
        states.contains(&(Some("neu.md"), Some("not_yet"), Some(false)))
            && states.contains(&(Some("werk/plan.md"), Some("valid"), Some(true))),
        "{states:?}"
    );
}

#[test]
fn bombs_are_refused_within_limits_while_the_service_answers() {
    let mut desk = Desk::new();
    desk.put("agb.md", "# Rückgabe\nSie haben 30 Tage Zeit.\n".as_bytes());
    desk.start();
    House::within(Duration::from_secs(30), || (desk.found("Rückgabe", &[]) == ["agb.md"]).then_some(())).expect("The first import");
    let body = b"<w:p><w:r><w:t>Bombe</w:t></w:r></w:p>";
    let bomb = zip_of([("word/document.xml", 4_000_000, body.as_slice())].into_iter());
    desk.put("../bomben/bombe.docx", &bomb);
    desk.put("../bomben/gross.xlsx", &huge_xlsx(200));
    desk.put("../bomben/bombe.pdf", &pdf_bomb(700));
    desk.put("../bomben/schleife.pdf", &looping_pdf());
    desk.put("../bomben/tief.pdf", &deep_pdf(2_000_000));
    let sparse = std::fs::File::create(desk.folder.join("bomben/echt.xlsx")).expect("a file");
    sparse.set_len(200 * 1024 * 1024).expect("a sparse file");
    let began = Instant::now();
    let adding = std::thread::scope(|scope| {
        let adding = scope.spawn(|| desk.ask(&["knowledge", "add", &text(&desk.folder.join("bomben"))]));
        let mut slowest = Duration::ZERO;
        while !adding.is_finished() {
            let asked = Instant::now();
            assert_eq!(desk.found("Rückgabe", &[]), ["agb.md"]);
            slowest = slowest.max(asked.elapsed());
        }
        assert!(slowest < Duration::from_secs(10), "an answer took {slowest:?}");
        adding.join().expect("a thread")
    });
    // Nothing of that folder could be read.
    assert_eq!(adding.exit, 2, "{adding:?}");
    let said = adding.json;
    let code = |file: &str| refused(&said).into_iter().find(|(name, _)| name == file).map(|(_, code)| code).unwrap_or_default();
    assert_eq!(code("bombe.docx"), "bomb");
    assert_eq!(code("gross.xlsx"), "bomb");
    assert_eq!(code("echt.xlsx"), "too-large");
    assert_eq!(code("schleife.pdf"), "damaged");
    assert!(["memory", "too-slow"].contains(&code("bombe.pdf").as_str()), "{said:#}");
    assert!(!code("tief.pdf").is_empty(), "{said:#}");
    assert!(began.elapsed() < Duration::from_secs(120), "{:?}", began.elapsed());
}

/// Files that each take a child to its limits must not keep the service from ending, and the data folder stays whole.
#[test]
fn a_long_import_does_not_hold_up_the_end() {
    let mut desk = Desk::new();
    desk.put("a.md", "# Rückgabe\nSie haben 30 Tage Zeit.\n".as_bytes());
    desk.start();
    House::within(Duration::from_secs(30), || (desk.found("Rückgabe", &[]) == ["a.md"]).then_some(())).expect("The first import");
    let bomb = pdf_bomb(700);
    for n in 0..60 {
        desk.put(&format!("../bomben/{n}.pdf"), &bomb);
    }
    let began = std::thread::scope(|scope| {
        let adding = scope.spawn(|| desk.ask(&["knowledge", "add", &text(&desk.folder.join("bomben"))]));
        std::thread::sleep(Duration::from_secs(2));
        assert!(!adding.is_finished(), "the import has to be under way");
        let service = desk.service.as_ref().expect("a service").id().to_string();
        assert!(Command::new("kill").args(["-TERM", &service]).status().expect("kill").success());
        let began = Instant::now();
        assert_ne!(adding.join().expect("a thread").exit, 0, "its caller hears that it was not finished");
        began
    });
    let mut service = desk.service.take().expect("a service");
    let ended = House::within(Duration::from_secs(60), || service.try_wait().expect("a child")).expect("an end");
    assert!(ended.success() && began.elapsed() < Duration::from_secs(20), "{ended:?} after {:?}", began.elapsed());
    assert_eq!(desk.found("Rückgabe", &[]), ["a.md"]);
}

#[test]
fn a_watched_folder_is_followed() {
    let mut desk = Desk::new();
    desk.put("agb.md", "# Rückgabe\nSie haben 30 Tage Zeit.\n".as_bytes());
    desk.start();
    let soon = |what: &str, probe: &dyn Fn() -> bool| {
        House::within(Duration::from_secs(30), || probe().then_some(())).unwrap_or_else(|| panic!("Waited in vain for: {what}"));
    };
    soon("the first import", &|| desk.found("Rückgabe", &[]) == ["agb.md"]);
    let single = desk.folder.write("einzeln.md", "# Leasing\nLeasing ab 800 EUR.\n");
    desk.ask(&["knowledge", "add", &text(&single)]).done();
    desk.put("neu.pdf", &pdf(&[vec![(11, 20, "Der Gepäckträger kostet 49 EUR.")]]));
    soon("a new file", &|| desk.found("Gepäckträger", &[]) == ["neu.pdf"]);
    std::fs::remove_file(desk.folder.join("wissen/neu.pdf")).expect("removed");
    soon("its removal", &|| desk.found("Gepäckträger", &[]).is_empty());
    // What came from elsewhere, and everything once the folder is empty, stays.
    std::fs::remove_file(desk.folder.join("wissen/agb.md")).expect("removed");
    std::thread::sleep(Duration::from_secs(8));
    assert_eq!((desk.found("Rückgabe", &[]), desk.found("Leasing", &[])), (vec!["agb.md".to_owned()], vec!["einzeln.md".to_owned()]));
}

/// the reader of foreign files stands behind the same walls as the model, and within its limits.
#[test]
fn r134_the_reader_stands_behind_its_walls() {
    let (mut child, mut wire) = reader().start(Format::Html).expect("a child");
    let proc = Path::new("/proc").join(child.id().to_string());
    let walled = House::within(Duration::from_secs(10), || {
        let status = std::fs::read_to_string(proc.join("status")).ok()?;
        status.contains("Seccomp:\t2").then_some(status)
    });
    assert!(walled.expect("walls before the first byte").contains("NoNewPrivs:\t1"));
    let limits = std::fs::read_to_string(proc.join("limits")).unwrap_or_default();
    for (name, soft_and_hard) in
        [("Max address space", ["536870912", "536870912"]), ("Max cpu time", ["20", "21"]), ("Max core file size", ["0", "0"])]
    {
        let set = limits.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        assert!(set.split_whitespace().take(2).eq(soft_and_hard), "{limits}");
    }
    wire.write_all(b"<p>Hallo</p>").expect("written");
    wire.shutdown(std::net::Shutdown::Write).expect("the end");
    let mut answer = String::new();
    wire.read_to_string(&mut answer).expect("an answer");
    assert!(answer.contains("Hallo"), "{answer}");
    assert!(child.wait().expect("its end").success());
}

#[test]
fn a_child_that_computes_for_ever_or_swells_is_ended() {
    let swelling = reader().read(Format::Pdf, &pdf_bomb(700));
    assert_eq!(swelling, Err(Refusal::Memory));
    let hurried = ChildReader { wall: Duration::from_millis(1), ..reader() };
    assert_eq!(hurried.read(Format::Html, "<p>x</p>".repeat(1_000_000).as_bytes()), Err(Refusal::TooSlow));
}
