use super::*;
use crate::domain::clock::EntropyError;
use crate::knowledge::{Query, View};
use crate::store::schema::{Database, migrate};
use std::sync::atomic::{AtomicU8, Ordering};

/// Ids that differ, the same in every run.
#[derive(Default)]
pub struct Counting(AtomicU8, AtomicU8);

impl Entropy for Counting {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        let low = self.0.fetch_add(1, Ordering::Relaxed);
        if low == u8::MAX {
            self.1.fetch_add(1, Ordering::Relaxed);
        }
        buffer.fill(low);
        if let Some(first) = buffer.first_mut() {
            *first = self.1.load(Ordering::Relaxed);
        }
        Ok(())
    }
}

pub fn databases() -> (Connection, Connection) {
    let mut main = Connection::open_in_memory().unwrap();
    let mut search = Connection::open_in_memory().unwrap();
    migrate(&mut main, Database::Main).unwrap();
    migrate(&mut search, Database::Search).unwrap();
    (main, search)
}

pub fn terms() -> Terms {
    Terms::of("Team Service")
}

pub fn now() -> Timestamp {
    "2026-03-02T09:00:00Z".parse().unwrap()
}

pub fn source(name: &str, texts: &[&str]) -> Source {
    Source {
        name: name.to_owned(),
        sha256: sha256(texts.concat().as_bytes()),
        language: Language::De,
        cuts: texts.iter().map(|text| Cut { heading: vec![], text: (*text).to_owned() }).collect(),
        codes: None,
        origin: String::new(),
        warnings: vec![],
    }
}

fn found(library: Library<'_>, query: Query) -> Vec<String> {
    let view = View { now: now(), language: None };
    library.search(&query, &view, 5).unwrap().into_iter().map(|f| f.hit.passage.id).collect()
}

fn add_mailbox(main: &Connection, name: &str) {
    main.execute(
        "INSERT INTO mailbox (public_id, name, address, display_name, kind, connection, secret, basis, delivery, added_at)
         VALUES (randomblob(16), ?1, 'a@example.org', 'A', 'maildir', '', x'', 'consent', 'review', 0)",
        [name],
    )
    .unwrap();
}

#[test]
fn the_same_source_twice_is_skipped_and_a_new_state_replaces() {
    let (main, search) = databases();
    let library = Library::new(&main, &search);
    let entropy = Counting::default();
    let put = |s: &Source| library.put(s, &terms(), now(), &entropy).unwrap();
    assert_eq!(put(&source("agb.md", &["Rückgabe in 30 Tagen", "Versand kostenlos"])), Put::Added);
    assert_eq!(put(&source("agb.md", &["Rückgabe in 30 Tagen", "Versand kostenlos"])), Put::Unchanged);
    assert_eq!(found(library, Query::by_staff("Versand")), ["agb-2"]);
    assert_eq!(put(&source("agb.md", &["Rückgabe in 14 Tagen"])), Put::Replaced);
    assert!(found(library, Query::by_staff("Versand")).is_empty());
    assert_eq!(library.list().unwrap().len(), 1);
}

#[test]
fn two_files_with_one_stem_keep_apart() {
    let (main, search) = databases();
    let library = Library::new(&main, &search);
    let entropy = Counting::default();
    for name in ["agb.md", "alt/agb.md", "agb.txt"] {
        library.put(&source(name, &["Rückgabe"]), &terms(), now(), &entropy).unwrap();
    }
    let mut ids = found(library, Query::by_staff("Rückgabe"));
    ids.dedup();
    assert_eq!(ids.len(), 3);
    assert!(ids.contains(&"agb-1".to_owned()));
}

/// what is expired, not yet valid, for another mailbox, or not for customers is never found.
#[test]
fn r136_what_is_closed_is_not_found() {
    let (main, search) = databases();
    add_mailbox(&main, "service");
    add_mailbox(&main, "werkstatt");
    let library = Library::new(&main, &search);
    let entropy = Counting::default();
    let day = |text: &str| Some(text.parse().unwrap());
    for (name, terms) in [
        ("gestern.md", Terms { valid_until: day("2026-03-01"), ..terms() }),
        ("heute.md", Terms { valid_from: day("2026-03-02"), valid_until: day("2026-03-02"), ..terms() }),
        ("morgen.md", Terms { valid_from: day("2026-03-03"), ..terms() }),
        ("werkstatt.md", Terms { mailboxes: vec!["werkstatt".to_owned()], ..terms() }),
        ("beide.md", Terms { mailboxes: vec!["werkstatt".to_owned(), "service".to_owned()], ..terms() }),
        ("intern.md", Terms { classification: Classification::Internal, ..terms() }),
        ("geheim.md", Terms { classification: Classification::Confidential, ..terms() }),
    ] {
        library.put(&source(name, &["Inspektion für 89 EUR"]), &terms, now(), &entropy).unwrap();
    }
    let ids = |query: Query| {
        let mut ids = found(library, query);
        ids.sort();
        ids
    };
    let ask = || Query::by_staff("Inspektion").for_customer();
    assert_eq!(ids(ask()), ["heute-1"]);
    assert_eq!(ids(ask().within("service")), ["beide-1", "heute-1"]);
    assert_eq!(ids(ask().within("werkstatt")), ["beide-1", "heute-1", "werkstatt-1"]);
    // Staff finds whatever holds today, also what is kept for a mailbox.
    assert_eq!(ids(Query::by_staff("Inspektion")), ["beide-1", "geheim-1", "heute-1", "intern-1", "werkstatt-1"]);
    let stranger = Terms { mailboxes: vec!["nobody".to_owned()], ..terms() };
    assert!(matches!(library.put(&source("x.md", &["x"]), &stranger, now(), &entropy), Err(LibraryError::UnknownMailbox)));
    let by_address = Terms { mailboxes: vec!["A@example.org".to_owned()], ..terms() };
    library.put(&source("x.md", &["x"]), &by_address, now(), &entropy).unwrap();
}

/// a removed source leaves no passage, no gram and no byte in the index.
#[test]
fn r137_a_removed_source_leaves_no_trace() {
    let (main, search) = databases();
    let library = Library::new(&main, &search);
    let entropy = Counting::default();
    library.put(&source("bleibt.md", &["Versand kostenlos"]), &terms(), now(), &entropy).unwrap();
    library.put(&source("geht.md", &["Geheimwort Xqzwjkvy"]), &terms(), now(), &entropy).unwrap();
    assert!(holds_bytes(&search, b"qzwjk"));
    assert!(library.remove("geht.md").unwrap());
    assert!(found(library, Query::by_staff("Xqzwjkvy")).is_empty());
    assert!(!holds_bytes(&search, b"qzwjk") && !holds_bytes(&search, b"zwjkv"));
    assert_eq!(found(library, Query::by_staff("Versand")), ["bleibt-1"]);
    let left: i64 = main.query_row("SELECT count(*) FROM passage WHERE text LIKE '%Xqz%'", [], |row| row.get(0)).unwrap();
    assert_eq!(left, 0);
    assert!(!library.remove("geht.md").unwrap());
}

fn holds_bytes(search: &Connection, needle: &[u8]) -> bool {
    let mut select = search.prepare("SELECT block FROM passage_gram_data").unwrap();
    let blocks = select.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
    blocks.map(Result::unwrap).any(|block| block.windows(needle.len()).any(|window| window == needle))
}

#[test]
fn repair_brings_a_new_or_stale_index_in_step() {
    let (main, search) = databases();
    let library = Library::new(&main, &search);
    let entropy = Counting::default();
    assert_eq!(library.repair().unwrap(), 0, "a new index is marked with its version");
    library.put(&source("agb.md", &["Rückgabe", "Versand"]), &terms(), now(), &entropy).unwrap();
    assert_eq!(library.repair().unwrap(), 0);
    let (_, empty) = databases();
    let fresh = Library::new(&main, &empty);
    assert_eq!(fresh.repair().unwrap(), 2);
    assert_eq!(found(fresh, Query::by_staff("Versand")), ["agb-2"]);
    main.execute("DELETE FROM passage WHERE code = 'agb-2'", []).unwrap();
    assert_eq!(fresh.repair().unwrap(), 1);
    assert!(found(fresh, Query::by_staff("Versand")).is_empty());
}

#[test]
fn given_codes_are_kept_and_never_used_twice() {
    let (main, search) = databases();
    let library = Library::new(&main, &search);
    let entropy = Counting::default();
    let named = |name: &str| Source { codes: Some(vec!["p1".to_owned()]), ..source(name, &["Rückgabe"]) };
    library.put(&named("a"), &terms(), now(), &entropy).unwrap();
    assert_eq!(found(library, Query::by_staff("Rückgabe")), ["p1"]);
    assert!(matches!(library.put(&named("b"), &terms(), now(), &entropy), Err(LibraryError::CodeTaken)));
}
