use super::*;
use crate::domain::clock::FixedClock;
use crate::knowledge::library::tests::{Counting, databases, now, terms};
use crate::knowledge::reading::Known;
use std::path::PathBuf;

/// A folder of its own for one test, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("hauspost-import-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(path.join("unter")).unwrap();
        Self(path)
    }

    fn write(&self, name: &str, bytes: &[u8]) {
        std::fs::write(self.0.join(name), bytes).unwrap();
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn every_entry_is_reported_and_a_bad_one_harms_none() {
    let folder = Folder::new("report");
    folder.write("agb.md", "# Rückgabe\n30 Tage.\n".as_bytes());
    folder.write("unter/alt.txt", b"Gr\xfc\xdfe");
    folder.write("bild.md", b"\x89PNG\0\0");
    folder.write("front.md", b"---\nvalid_until: morgen\n---\nText");
    folder.write("liste.pdf", b"%PDF");
    folder.write(".versteckt.md", b"x");
    folder.write("gross.txt", &vec![b'a'; usize::try_from(KNOWLEDGE_FILE_BYTES_MAX).unwrap() + 1]);
    std::os::unix::fs::symlink("/etc/hostname", folder.0.join("link.md")).unwrap();
    let (main, search) = databases();
    let library = Library::new(&main, &search);
    let (clock, entropy) = (FixedClock::at(now()), Counting::default());
    let world = World { clock: &clock, entropy: &entropy };
    let report = library.import_folder(&folder.0, &terms(), world).unwrap();
    let outcome = |name: &str| report.entries.iter().find(|e| e.name == name).map(|e| e.outcome.clone()).unwrap();
    assert_eq!(outcome("agb.md"), Outcome::Added { passages: 1 });
    assert_eq!(outcome("unter/alt.txt"), Outcome::ReadAsLatin1 { passages: 1 });
    assert_eq!(outcome("liste.pdf"), Outcome::NotReadYet { extension: "pdf".to_owned() });
    assert_eq!(outcome(".versteckt.md"), Outcome::Hidden);
    assert_eq!(outcome("link.md"), Outcome::SymbolicLink);
    for (name, unread) in [
        ("bild.md", Unread::Content(ReadingError::NotText)),
        ("front.md", Unread::Content(ReadingError::BadValue(Known::ValidUntil))),
        ("gross.txt", Unread::TooLarge),
    ] {
        assert_eq!(outcome(name), Outcome::Failed(unread), "{name}");
    }
    assert_eq!((report.entries.len(), report.failed()), (8, 3));

    std::fs::remove_file(folder.0.join("agb.md")).unwrap();
    let again = library.import_folder(&folder.0, &terms(), world).unwrap();
    assert_eq!(again.not_in_folder, ["agb.md"]);
    assert!(again.entries.iter().any(|e| e.name == "unter/alt.txt" && e.outcome == Outcome::Unchanged));
    assert!(library.import_folder(&folder.0.join("nicht-da"), &terms(), world).is_err());
}
