use super::*;
use crate::knowledge::reading::Known;
use crate::knowledge::source::Extracted;
use crate::knowledge::source::read::WithoutWalls;
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
        import(&self.store, &Order { path: &self.sources(), terms: &Terms::of("Team"), prune, standing: false }, reader).unwrap()
    }

    fn records(&self, event: &str) -> i64 {
        let count = "SELECT count(*) FROM record WHERE event = ?1";
        self.store.read(|r| -> Result<i64, crate::store::StoreError> { Ok(r.main.query_row(count, [event], |row| row.get(0))?) }).unwrap()
    }
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
    assert!(import(&house.store, &Order { path: &missing, terms: &Terms::of("x"), prune: false, standing: false }, &WithoutWalls).is_err());
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
    import(&house.store, &Order { path: &other, terms: &Terms::of("x"), prune: true, standing: false }, &WithoutWalls).unwrap();
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
    // An empty folder is a share that is away.
    std::fs::remove_file(house.sources().join("bleibt.md")).unwrap();
    let away = house.import(&WithoutWalls, true);
    assert_eq!((away.removed.len(), away.not_in_folder), (0, vec!["bleibt.md".to_owned()]));
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
    let origin = house.sources().to_string_lossy().into_owned();
    let mut run = Run { store: &house.store, reader: &WithoutWalls, origin, batch: Vec::new(), report: ImportReport::default() };
    for entry in &entries {
        run.entry(entry, &Terms::of("Team")).unwrap();
    }
    run.flush().unwrap();
    run.vanished(&entries, true).unwrap();
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

/// the service repeats an import; what a person said about a source does not fall back to the usual terms.
#[test]
fn r136_a_repeated_import_keeps_what_was_said() {
    let house = House::new();
    house.write("intern.md", b"Einkaufspreise");
    let day = |text: &str| Some(text.parse().unwrap());
    let said =
        Terms { classification: crate::knowledge::library::Classification::Internal, valid_until: day("2026-12-31"), ..Terms::of("Anna") };
    import(&house.store, &Order { path: &house.sources(), terms: &said, prune: false, standing: false }, &WithoutWalls).unwrap();
    house.write("intern.md", b"Einkaufspreise neu");
    house.write("neu.md", b"Neues");
    let usual = Terms::of("Import");
    import(&house.store, &Order { path: &house.sources(), terms: &usual, prune: true, standing: true }, &WithoutWalls).unwrap();
    let origin = house.sources().to_string_lossy().into_owned();
    let terms = |name: &str| house.store.read(|r| Library::new(r.main, r.search).terms_of(name, &origin)).unwrap();
    assert_eq!((terms("intern.md"), terms("neu.md")), (Some(said), Some(usual)));
}

#[test]
fn a_manifest_that_is_not_understood_stops_everything() {
    let house = House::new();
    house.write("agb.md", b"Text");
    house.write("hauspost-knowledge.toml", b"[all]\nvalid_untill = 2026-01-01\n");
    let order = Order { path: &house.sources(), terms: &Terms::of("x"), prune: false, standing: false };
    assert!(matches!(import(&house.store, &order, &WithoutWalls), Err(ImportError::Manifest(_))));
}
