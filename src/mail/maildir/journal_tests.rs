use super::*;

struct Scratch(std::path::PathBuf);

impl Scratch {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("hauspost-journal-{name}-{}", std::process::id()));
        let _ = std::fs::remove_file(&path);
        Self(path)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

fn names(list: &[&str]) -> Vec<String> {
    list.iter().map(|name| (*name).to_owned()).collect()
}

#[test]
fn numbers_survive_and_rise() {
    let scratch = Scratch::new("rise");
    let mut journal = Journal::open(&scratch.0, 77).unwrap();
    journal.number(FolderRole::Inbox, &names(&["a", "b"])).unwrap();
    journal.number(FolderRole::Drafts, &names(&["a"])).unwrap();
    drop(journal);
    let mut journal = Journal::open(&scratch.0, 99).unwrap();
    journal.number(FolderRole::Inbox, &names(&["b", "c", "a"])).unwrap();
    assert_eq!(journal.uid_validity, 77);
    let uid = |name| journal.uid(FolderRole::Inbox, name);
    assert_eq!((uid("a"), uid("b"), uid("c"), uid("d")), (Some(1), Some(2), Some(3), None));
    assert_eq!((journal.uid(FolderRole::Drafts, "a"), journal.next(FolderRole::Inbox)), (Some(1), 4));
    assert_eq!(journal.name(FolderRole::Inbox, 3), Some("c"));
}

/// A kill can cut the file at any byte: what was told before stays, and the next number is never one that was told.
#[test]
fn every_torn_end_is_tolerated() {
    let scratch = Scratch::new("torn");
    let mut journal = Journal::open(&scratch.0, 5).unwrap();
    journal.number(FolderRole::Inbox, &names(&["anna", "berta", "carla"])).unwrap();
    drop(journal);
    let whole = std::fs::read(&scratch.0).unwrap();
    for cut in 0..=whole.len() {
        std::fs::write(&scratch.0, &whole[..cut]).unwrap();
        let mut journal = Journal::open(&scratch.0, 6).unwrap();
        let lines = whole[..cut].iter().filter(|byte| **byte == b'\n').count();
        assert_eq!(journal.next(FolderRole::Inbox) as usize, lines.max(1), "{cut}");
        journal.number(FolderRole::Inbox, &names(&["dora"])).unwrap();
        drop(journal);
        let again = Journal::open(&scratch.0, 7).unwrap();
        assert_eq!(again.uid(FolderRole::Inbox, "dora").unwrap() as usize, lines.max(1), "{cut}");
        assert_eq!(again.uid_validity, if lines == 0 { 6 } else { 5 });
    }
}

#[test]
fn damage_in_the_middle_is_an_error_with_its_line() {
    let scratch = Scratch::new("damage");
    for (text, line) in [
        ("something else\n", 1),
        ("hauspost-uids 1 0\n", 1),
        ("hauspost-uids 1 5\nI 1 a\nX 2 b\nI 3 c\n", 3),
        ("hauspost-uids 1 5\nI 2 a\nI 1 b\n", 3),
        ("hauspost-uids 1 5\nI 1 a\nI 2 a\n", 3),
        ("hauspost-uids 1 5\nI 1\n", 2),
        ("hauspost-uids 1 5\nI 4294967295 a\n", 2),
    ] {
        std::fs::write(&scratch.0, text).unwrap();
        assert_eq!(Journal::open(&scratch.0, 1).err(), Some(MailboxError::UidJournal(line)), "{text}");
    }
}
