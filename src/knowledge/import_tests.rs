use super::*;
use crate::domain::limits::KNOWLEDGE_FILE_BYTES_MAX;
use crate::knowledge::folder::Entry;
use crate::knowledge::library::sha256;
use crate::knowledge::memory::terms_of;
use crate::knowledge::reading::Known;
use crate::knowledge::source::Extracted;
use crate::knowledge::source::read::WithoutWalls;
use crate::knowledge::terms::Classification;
use crate::knowledge::{Query, View};
use crate::store::testing::{self, raw_files_contain};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A data folder, and a folder of sources beside it.
struct House {
    folder: testing::Folder,
    store: Store,
}

impl House {
    fn new() -> Self {
        let folder = testing::Folder::created();
        let store = folder.store();
        std::fs::create_dir_all(folder.path.join("wissen/unter")).unwrap();
        Self { folder, store }
    }

    fn sources(&self) -> PathBuf {
        self.folder.path.join("wissen")
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.sources().join(name), bytes).unwrap();
    }

    fn import(&self, reader: &dyn Reader, prune: bool) -> ImportReport {
        self.import_with(&said_by("Team"), reader, prune)
    }

    fn import_with(&self, said: &Said, reader: &dyn Reader, prune: bool) -> ImportReport {
        import(&self.store, &Order { path: &self.sources(), said, fresh: false, prune, standing: false }, reader).unwrap()
    }

    /// As the service does it.
    fn follow(&self) -> ImportReport {
        import(&self.store, &standing(&self.sources(), &Said::default()), &WithoutWalls).unwrap()
    }

    fn class(&self, name: &str) -> Option<Classification> {
        self.terms(name).map(|terms| terms.classification)
    }

    fn terms(&self, name: &str) -> Option<Terms> {
        let document =
            self.store.read(|r| crate::store::knowledge::document(r.main, name).map_err(crate::store::StoreError::from)).unwrap();
        document.as_ref().map(terms_of)
    }

    /// What a customer's mail would find.
    fn customers_find(&self, words: &str) -> Vec<String> {
        let view = View { now: self.store.clock().now(), language: None };
        let query = Query::by_staff(words).for_customer();
        let found = self.store.read(|r| Library::new(r.main, r.search).search(&query, &view, 9)).unwrap();
        found.into_iter().map(|found| found.hit.passage.source).collect()
    }

    fn records(&self, event: &str) -> i64 {
        let count = "SELECT count(*) FROM record WHERE event = ?1";
        self.store.read(|r| -> Result<i64, crate::store::StoreError> { Ok(r.main.query_row(count, [event], |row| row.get(0))?) }).unwrap()
    }
}

fn said_by(owner: &str) -> Said {
    Said { owner: Some(owner.to_owned()), ..Said::default() }
}

fn internal() -> Said {
    Said { classification: Some(Classification::Internal), ..Said::default() }
}

fn standing<'a>(path: &'a Path, said: &'a Said) -> Order<'a> {
    Order { path, said, fresh: false, prune: true, standing: true }
}

/// Counts how often a foreign file is read.
#[derive(Default)]
struct Counted(AtomicUsize);

impl Reader for Counted {
    fn read(&self, format: Format, bytes: &[u8]) -> Result<Extracted, Refusal> {
        self.0.fetch_add(1, Ordering::Relaxed);
        WithoutWalls.read(format, bytes)
    }
}

fn outcome(report: &ImportReport, name: &str) -> Outcome {
    report.entries.iter().find(|entry| entry.name == name).map(|entry| entry.outcome.clone()).unwrap()
}

#[test]
fn every_entry_is_reported_and_a_bad_one_harms_none() {
    let house = House::new();
    house.write("agb.md", "# Rückgabe\n30 Tage.\n".as_bytes());
    house.write("unter/alt.txt", b"Gr\xfc\xdfe");
    house.write("bild.md", b"\x89PNG\0\0");
    house.write("front.md", b"---\nvalid_until: morgen\n---\nText");
    house.write("fremd.md", b"---\nmailboxes: nobody\n---\nText");
    house.write("kaputt.pdf", b"%PDF");
    house.write("bild.png", b"x");
    house.write(".versteckt.md", b"x");
    house.write("gross.txt", &vec![b'a'; usize::try_from(KNOWLEDGE_FILE_BYTES_MAX).unwrap() + 1]);
    std::os::unix::fs::symlink("/etc/hostname", house.sources().join("link.md")).unwrap();
    let report = house.import(&WithoutWalls, false);
    assert_eq!(outcome(&report, "agb.md"), Outcome::Added { passages: 1 });
    assert_eq!(outcome(&report, "unter/alt.txt"), Outcome::Added { passages: 1 });
    assert!(report.entries.iter().any(|e| e.name == "unter/alt.txt" && e.warnings == [Warning::Latin1]));
    assert_eq!(outcome(&report, "bild.png"), Outcome::UnknownFormat { extension: "png".to_owned() });
    assert_eq!(outcome(&report, ".versteckt.md"), Outcome::Hidden);
    assert_eq!(outcome(&report, "link.md"), Outcome::SymbolicLink);
    for (name, unread) in [
        ("bild.md", Unread::Text(ReadingError::NotText)),
        ("front.md", Unread::Text(ReadingError::BadValue(Known::ValidUntil))),
        ("fremd.md", Unread::UnknownMailbox),
        ("kaputt.pdf", Unread::Foreign(Refusal::Damaged)),
        ("gross.txt", Unread::TooLarge(KNOWLEDGE_FILE_BYTES_MAX)),
    ] {
        assert_eq!(outcome(&report, name), Outcome::Failed(unread), "{name}");
    }
    assert_eq!((report.entries.len(), report.failed()), (10, 5));
    let missing = house.folder.path.join("nicht-da");
    assert!(
        import(&house.store, &Order { path: &missing, said: &said_by("x"), fresh: false, prune: false, standing: false }, &WithoutWalls)
            .is_err()
    );
}

#[test]
fn only_what_changed_is_read_and_written() {
    let house = House::new();
    let reader = Counted::default();
    house.write("seite.html", b"<h1>Versand</h1><p>4,90 EUR</p>");
    house.write("agb.md", b"Text");
    house.import(&reader, false);
    assert_eq!((reader.0.load(Ordering::Relaxed), house.records("knowledge.imported")), (1, 1));
    let again = house.import(&reader, true);
    assert!(again.entries.iter().all(|entry| entry.outcome == Outcome::Unchanged), "{again:?}");
    assert_eq!((reader.0.load(Ordering::Relaxed), house.records("knowledge.imported")), (1, 1));

    // A state that cannot be read leaves the older one, with a note that goes when the file is good again.
    house.write("seite.html", b"<script>x</script>");
    house.import(&reader, true);
    let noted = || house.store.read(|r| Library::new(r.main, r.search).warnings("seite.html")).unwrap();
    assert_eq!(noted(), [Warning::OlderStateKept]);
    house.write("seite.html", b"<h1>Versand</h1><p>4,90 EUR</p>");
    assert_eq!(outcome(&house.import(&reader, true), "seite.html"), Outcome::Replaced { passages: 1 });
    assert_eq!(noted(), []);

    // Terms from outside count as a change of the source.
    house.write("hauspost-knowledge.toml", b"[files.\"seite.html\"]\nowner = \"Anna\"\n");
    assert_eq!(outcome(&house.import(&reader, true), "seite.html"), Outcome::Replaced { passages: 1 });
}

/// what is pruned leaves no row, no gram and no byte.
#[test]
fn r137_what_is_pruned_leaves_no_trace() {
    let house = House::new();
    house.write("bleibt.md", b"Versand kostenlos");
    house.write("geht.html", b"<h1>Xqzwjkvy</h1><p>Geheimwort Pfxbrgqu gilt.</p>");
    house.import(&WithoutWalls, false);
    let other = house.folder.path.join("anderswo.md");
    std::fs::write(&other, "Leasing").unwrap();
    import(&house.store, &Order { path: &other, said: &said_by("x"), fresh: false, prune: true, standing: false }, &WithoutWalls).unwrap();
    std::fs::remove_file(house.sources().join("geht.html")).unwrap();
    assert_eq!(house.import(&WithoutWalls, false).not_in_folder, ["geht.html"]);
    assert_eq!(house.import(&WithoutWalls, true).removed, ["geht.html"]);
    let left = |sql: &str| {
        house.store.read(|r| -> Result<i64, crate::store::StoreError> { Ok(r.main.query_row(sql, [], |row| row.get(0))?) }).unwrap()
    };
    assert_eq!(left("SELECT count(*) FROM document"), 2, "what came from elsewhere stays");
    assert_eq!(left("SELECT count(*) FROM passage WHERE text LIKE '%Pfxb%' OR heading LIKE '%Xqzw%'"), 0);
    let blocks: Vec<Vec<u8>> = house
        .store
        .read(|r| -> Result<_, crate::store::StoreError> {
            let mut select = r.search.prepare("SELECT block FROM passage_gram_data")?;
            Ok(select.query_map([], |row| row.get(0))?.collect::<Result<_, _>>()?)
        })
        .unwrap();
    for trace in [b"pfxbr".as_slice(), b"xqzwj", b"zwjkv"] {
        assert!(!blocks.iter().any(|block| block.windows(trace.len()).any(|window| window == trace)), "a gram is left");
    }
    for word in [b"Pfxbrgqu".as_slice(), b"Xqzwjkvy", b"pfxbr"] {
        assert!(!raw_files_contain(&house.folder.data(), word));
    }
    // An empty folder is a share that is away, until a person says that it is not.
    std::fs::remove_file(house.sources().join("bleibt.md")).unwrap();
    let away = house.follow();
    assert_eq!((away.removed.len(), away.held_back, away.not_in_folder), (0, true, vec!["bleibt.md".to_owned()]));
    assert_eq!(house.import(&WithoutWalls, true).removed, ["bleibt.md"]);
}

/// What cannot be seen is not gone: a folder without rights, or with a path that the system does not take.
#[test]
fn what_cannot_be_looked_into_is_refused_and_not_pruned() {
    let house = House::new();
    house.write("bleibt.md", b"Versand kostenlos");
    house.write("unter/geschlossen.md", b"Leasing");
    house.write("unter-weg.md", b"Altes");
    house.import(&WithoutWalls, false);
    std::fs::remove_file(house.sources().join("unter-weg.md")).unwrap();
    let unseen = |name: &str| Entry::unreadable(name, std::io::ErrorKind::PermissionDenied);
    let entries = [folder::walk(&house.sources()).unwrap().remove(0), unseen("unter")];
    let origin = std::fs::canonicalize(house.sources()).unwrap().to_string_lossy().into_owned();
    let of = Sources { store: &house.store, reader: &WithoutWalls, manifests: Manifests::default(), origin };
    let (path, said) = (house.sources(), said_by("Team"));
    let order = standing(&path, &said);
    let mut run = Run::new(of, &order);
    run.begin_folder(&entries).unwrap();
    for entry in &entries {
        run.entry(entry, true).unwrap();
    }
    run.flush().unwrap();
    run.end_folder(&path, &entries).unwrap();
    assert_eq!(outcome(&run.report, "unter"), Outcome::Failed(Unread::File(std::io::ErrorKind::PermissionDenied)));
    assert_eq!(run.report.removed, ["unter-weg.md"]);
}

/// Many folders of a website hold an `index.html`; two of these names share the first four digits of their hash.
#[test]
fn files_of_one_name_in_many_folders_are_told_apart() {
    let mut seen = std::collections::HashMap::new();
    let name = |n: u32| format!("{n}/index.md");
    let (first, second) = (0..)
        .find_map(|n| {
            let digits = sha256(name(n).as_bytes()).get(..2).unwrap().to_vec();
            seen.insert(digits, n).map(|before| (before, n))
        })
        .unwrap();
    let house = House::new();
    // The first in the order of names takes the bare one.
    for folder in ["-".to_owned(), first.to_string(), second.to_string()] {
        std::fs::create_dir(house.sources().join(&folder)).unwrap();
        house.write(&format!("{folder}/index.md"), folder.as_bytes());
    }
    let report = house.import(&WithoutWalls, false);
    assert!(report.entries.iter().all(|entry| entry.outcome == Outcome::Added { passages: 1 }), "{report:?}");
}

/// the service repeats an import; what a person said about a folder holds for what comes into it.
#[test]
fn r136_a_repeated_import_keeps_what_was_said() {
    let house = House::new();
    house.write("intern.md", b"Einkaufspreise");
    let day = |text: &str| Some(text.parse().unwrap());
    let said = Said { owner: Some("Anna".to_owned()), valid_until: day("2026-12-31"), ..internal() };
    house.import_with(&said, &WithoutWalls, false);
    house.write("intern.md", b"Einkaufspreise neu");
    house.write("unter/neu.md", b"Neues");
    house.follow();
    let expected = Terms { classification: Classification::Internal, valid_until: day("2026-12-31"), ..Terms::of("Anna") };
    assert_eq!((house.terms("intern.md"), house.terms("unter/neu.md")), (Some(expected.clone()), Some(expected)));
}

/// whatever way an internal file takes, nobody but a person makes it public.
#[test]
fn r136_no_source_becomes_public_by_itself() {
    let house = House::new();
    for name in ["a.md", "b.md", "c.md", "d.md"] {
        house.write(name, format!("Einkaufspreis {name}").as_bytes());
        let path = house.sources().join(name);
        import(&house.store, &Order { path: &path, said: &internal(), fresh: false, prune: false, standing: false }, &WithoutWalls)
            .unwrap();
    }
    for n in 0..9 {
        house.write(&format!("offen{n}.md"), format!("Preis {n}").as_bytes());
    }
    house.follow();
    assert_eq!((house.class("a.md"), house.class("offen1.md")), (Some(Classification::Internal), Some(Classification::Public)));
    // Moved away and back, with another content.
    let at = |name: &str| house.sources().join(name);
    std::fs::remove_file(at("a.md")).unwrap();
    assert_eq!(house.follow().removed, ["a.md"]);
    house.write("a.md", b"Einkaufspreis 2027");
    // Renamed; renamed and changed; copied over a public one.
    std::fs::rename(at("b.md"), at("b2.md")).unwrap();
    std::fs::remove_file(at("c.md")).unwrap();
    house.write("c2.md", b"Einkaufspreis neu");
    std::fs::copy(at("d.md"), at("offen1.md")).unwrap();
    let report = house.follow();
    assert_eq!(report.removed, ["b.md", "c.md"]);
    for name in ["a.md", "b2.md", "c2.md", "offen1.md"] {
        assert_eq!(house.class(name), Some(Classification::Internal), "{name}");
    }
    house.write("spaeter.md", b"Neuer Preis");
    house.follow();
    assert_eq!((house.class("spaeter.md"), house.class("offen2.md")), (Some(Classification::Public), Some(Classification::Public)));
    // Added without a word; and with one.
    let plain = house.import_with(&Said::default(), &WithoutWalls, false);
    assert_eq!(plain.kept_terms, ["a.md", "b2.md", "c2.md", "d.md", "offen1.md"]);
    let open = Said { classification: Some(Classification::Public), ..Said::default() };
    assert!(house.import_with(&open, &WithoutWalls, false).kept_terms.is_empty());
    assert_eq!(house.class("a.md"), Some(Classification::Public));
    house.follow();
    assert_eq!(house.class("a.md"), Some(Classification::Public));
}

#[test]
fn r136_only_what_is_said_now_holds_where_a_person_wants_it_so() {
    let house = House::new();
    house.write("a.md", b"Preis");
    let said = Said { valid_until: Some("2026-12-31".parse().unwrap()), ..internal() };
    house.import_with(&said, &WithoutWalls, false);
    let order = Order { path: &house.sources(), said: &Said::default(), fresh: true, prune: false, standing: false };
    assert!(import(&house.store, &order, &WithoutWalls).unwrap().kept_terms.is_empty());
    assert_eq!(house.terms("a.md"), Some(Terms::of("Import")));
    house.write("b.md", b"Neu");
    house.follow();
    assert_eq!(house.class("b.md"), Some(Classification::Public));
}

/// a manifest holds from wherever the import begins, and as it is now.
#[test]
fn r136_a_manifest_holds_for_a_file_a_folder_and_what_lies_below() {
    let house = House::new();
    std::fs::create_dir(house.sources().join("intern")).unwrap();
    house.write("intern/preise.md", b"Einkaufspreise");
    house.write("unter/plan.md", b"Dienstplan");
    house.write("hauspost-knowledge.toml", b"[files.intern]\nclassification = \"internal\"\n");
    house.write("unter/hauspost-knowledge.toml", b"[all]\nclassification = \"confidential\"\n[files.\"fehlt.md\"]\nowner = \"x\"\n");
    for path in ["intern/preise.md", "intern", "."] {
        let (path, said) = (house.sources().join(path), Said::default());
        let order = Order { path: &path, said: &said, fresh: true, prune: false, standing: false };
        let report = import(&house.store, &order, &WithoutWalls).unwrap();
        let name = report.entries.first().unwrap().name.clone();
        assert_eq!(house.class(&name), Some(Classification::Internal), "{name}");
    }
    assert_eq!(house.class("unter/plan.md"), Some(Classification::Confidential));
    assert_eq!(house.follow().strangers, ["unter/fehlt.md"]);
    // Taken back, it takes effect; gone as a whole, it was hardly meant so.
    house.write("hauspost-knowledge.toml", b"[all]\nowner = \"Team\"\n");
    std::fs::remove_file(house.sources().join("unter/hauspost-knowledge.toml")).unwrap();
    std::fs::remove_file(house.sources().join("hauspost-knowledge.toml")).unwrap();
    house.follow();
    assert_eq!(house.class("unter/plan.md"), Some(Classification::Confidential));
    house.write("hauspost-knowledge.toml", b"[all]\nowner = \"Team\"\n");
    let order = Order { path: &house.sources(), said: &Said::default(), fresh: true, prune: false, standing: false };
    import(&house.store, &order, &WithoutWalls).unwrap();
    house.write("hauspost-knowledge.toml", b"[all]\nclassification = \"internal\"\n");
    house.follow();
    assert_eq!(house.class("unter/plan.md"), Some(Classification::Internal));
    house.write("hauspost-knowledge.toml", b"[all]\nowner = \"Team\"\n");
    house.follow();
    assert_eq!(house.class("unter/plan.md"), Some(Classification::Public));
}

#[test]
fn a_source_is_replaced_from_its_own_place_alone() {
    let house = House::new();
    house.write("unter/preise.md", "Händlerpreise".as_bytes());
    let add = |path: &Path| {
        let order = Order { path, said: &Said::default(), fresh: false, prune: false, standing: false };
        outcome(&import(&house.store, &order, &WithoutWalls).unwrap(), "preise.md")
    };
    assert_eq!(add(&house.sources().join("unter")), Outcome::Added { passages: 1 });
    house.write("preise.md", b"Ladenpreise");
    let base = std::fs::canonicalize(house.sources()).unwrap().to_string_lossy().into_owned();
    let refused = Outcome::Failed(Unread::OtherOrigin { there: format!("{base}/unter"), here: base });
    assert_eq!(add(&house.sources().join("preise.md")), refused);
    assert_eq!(house.customers_find("Händlerpreise"), ["preise.md"]);
    // The same bytes may move.
    std::fs::copy(house.sources().join("unter/preise.md"), house.sources().join("preise.md")).unwrap();
    assert_eq!(add(&house.sources().join("preise.md")), Outcome::Replaced { passages: 1 });
}

#[test]
fn what_a_person_removed_stays_out_until_it_changes() {
    let house = House::new();
    house.write("alt.md", b"Altes Angebot");
    house.write("bleibt.md", b"Leasing");
    house.import(&WithoutWalls, false);
    house.store.write(|w| Library::new(&w.main, &w.search).remove("alt.md")).unwrap();
    house.write("neu.md", b"Neues");
    assert_eq!(outcome(&house.follow(), "alt.md"), Outcome::Removed);
    std::fs::rename(house.sources().join("alt.md"), house.sources().join("anders.md")).unwrap();
    assert_eq!(outcome(&house.follow(), "anders.md"), Outcome::Removed);
    assert!(house.customers_find("Altes Angebot").is_empty());
    std::fs::rename(house.sources().join("anders.md"), house.sources().join("alt.md")).unwrap();
    house.write("alt.md", b"Altes Angebot, neue Fassung");
    assert_eq!(outcome(&house.follow(), "alt.md"), Outcome::Added { passages: 1 });
    house.store.write(|w| Library::new(&w.main, &w.search).remove("alt.md")).unwrap();
    let path = house.sources().join("alt.md");
    let order = Order { path: &path, said: &Said::default(), fresh: false, prune: false, standing: false };
    assert_eq!(outcome(&import(&house.store, &order, &WithoutWalls).unwrap(), "alt.md"), Outcome::Added { passages: 1 });
    assert_eq!(outcome(&house.follow(), "alt.md"), Outcome::Unchanged);
}

/// A mass removal is a share that is not there, or half there; one by one files may go.
#[test]
fn the_service_does_not_empty_the_knowledge() {
    let house = House::new();
    for n in 0..5 {
        house.write(&format!("{n}.md"), format!("Angebot {n}").as_bytes());
    }
    house.follow();
    let go = |n: i32| std::fs::remove_file(house.sources().join(format!("{n}.md"))).unwrap();
    go(0);
    assert_eq!(house.follow().removed, ["0.md"]);
    // Renamed all at once is not gone.
    for n in 1..5 {
        std::fs::rename(house.sources().join(format!("{n}.md")), house.sources().join(format!("neu{n}.md"))).unwrap();
    }
    assert_eq!(house.follow().removed.len(), 4);
    for n in 1..5 {
        std::fs::remove_file(house.sources().join(format!("neu{n}.md"))).unwrap();
    }
    // What a server leaves behind is no source.
    house.write("LIESMICH", b"nicht da");
    house.write(".versteckt.md", b"x");
    let report = house.follow();
    assert_eq!((report.held_back, report.removed.len(), report.not_in_folder.len()), (true, 0, 4));
    assert_eq!(house.customers_find("Angebot").len(), 4);
    assert_eq!(house.import(&WithoutWalls, true).removed.len(), 4);
}

/// where nobody can know the terms of the newer state, customers do not get the older one.
#[test]
fn r136_an_older_state_is_closed_with_the_newer_one() {
    let house = House::new();
    let names = ["vorspann.md", "link.md", "postfach.md", "kaputt.html", "offen.html", "manifest.html"];
    for name in names {
        house.write(name, b"<p>Sommerangebot</p>");
    }
    house.follow();
    assert_eq!(house.customers_find("Sommerangebot").len(), names.len());
    house.write("vorspann.md", b"---\nclasification: internal\n---\nSommerangebot");
    house.write("postfach.md", b"---\nmailboxes: niemand\n---\nSommerangebot");
    std::fs::remove_file(house.sources().join("link.md")).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", house.sources().join("link.md")).unwrap();
    house.write("kaputt.html", b"<script>x</script>");
    house.write("manifest.html", b"<script>y</script>");
    house.write("hauspost-knowledge.toml", b"[files.\"manifest.html\"]\nclassification = \"internal\"\n");
    let report = house.follow();
    let noted = |name: &str| report.entries.iter().find(|entry| entry.name == name).unwrap().warnings.clone();
    for name in ["vorspann.md", "link.md", "postfach.md", "manifest.html"] {
        assert_eq!(noted(name), [Warning::OlderStateClosed], "{name}");
    }
    assert_eq!(noted("kaputt.html"), [Warning::OlderStateKept]);
    let mut found = house.customers_find("Sommerangebot");
    found.sort();
    assert_eq!(found, ["kaputt.html", "offen.html"]);
    house.write("vorspann.md", b"Sommerangebot");
    house.follow();
    assert_eq!(house.customers_find("Sommerangebot").len(), 3);
}

#[test]
fn a_manifest_that_is_not_understood_stops_everything() {
    let house = House::new();
    house.write("agb.md", b"Text");
    house.write("hauspost-knowledge.toml", b"[all]\nvalid_untill = 2026-01-01\n");
    let order = Order { path: &house.sources(), said: &said_by("x"), fresh: false, prune: false, standing: false };
    let is_refused = || matches!(import(&house.store, &order, &WithoutWalls), Err(ImportError::Manifest { .. }));
    assert!(is_refused());
    // A link could lead to anything, and a pipe would be waited for.
    let manifest = house.sources().join("hauspost-knowledge.toml");
    std::fs::remove_file(&manifest).unwrap();
    std::os::unix::fs::symlink("/etc/passwd", &manifest).unwrap();
    assert!(is_refused());
    std::fs::remove_file(&manifest).unwrap();
    assert!(std::process::Command::new("mkfifo").arg(&manifest).status().unwrap().success());
    assert!(is_refused());
}
