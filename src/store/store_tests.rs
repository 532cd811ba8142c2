use crate::crypto::Key;
use crate::crypto::slots::Unlock;
use crate::domain::clearance::{Gate, clear};
use crate::domain::ids::PublicId;
use crate::domain::mailbox::{Connection, Mailbox};
use crate::domain::message::Authentication;
use crate::domain::policy::{Delivery, LegalBasis, Policy};
use crate::domain::{EmailAddress, Secret};
use crate::store::consent::{Channel, Grant};
use crate::store::record::{Chain, Entry};
use crate::store::schema::Database;
use crate::store::testing::{CHEAP, Folder, raw_files_contain};
use crate::store::vault::Owner;
use crate::store::{Store, StoreError, StoreErrorKind, actor, consent, customer, ledger, mailbox, open, person, record, setting};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.file_name().unwrap() != "lock")
        .map(|path| (path.clone(), std::fs::read(&path).unwrap()))
        .collect()
}

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn shop(basis: LegalBasis) -> Mailbox {
    Mailbox {
        name: "service".to_owned(),
        address: address("service@firma.example"),
        display_name: "Firma".to_owned(),
        connection: Connection::Maildir { path: "/nowhere".into(), authserv_ids: vec![] },
        policy: Policy { basis, ..Policy::default() },
    }
}

fn with_mailbox(store: &Store, basis: LegalBasis) -> mailbox::MailboxRow {
    store
        .write(|w| -> Result<_, StoreError> {
            let admin = actor::named(w, "Berta Beispiel")?;
            mailbox::add(w, &shop(basis), &Secret::new("geheim-4711".to_owned()), admin, Some("Testgrund"))?;
            mailbox::find(&w.reading(), "service")
        })
        .unwrap()
        .unwrap()
}

/// Opens, expects an error, and expects that not one byte has changed.
fn refused(folder: &Folder, unlock: &Unlock) -> StoreError {
    let before = files(&folder.data());
    let error = Store::open(&folder.data(), unlock, folder.senses()).expect_err("must be refused");
    let after = files(&folder.data());
    for (path, bytes) in &before {
        assert_eq!(after.get(path), Some(bytes), "{} changed", path.display());
    }
    error
}

#[test]
fn a_wrong_key_is_bad_input_and_changes_nothing() {
    let folder = Folder::created();
    let before = files(&folder.data());
    let error = refused(&folder, &Unlock::KeyFile(Key::from_bytes([1; 32])));
    assert!(matches!(error, StoreError::WrongKey(_)), "{error:?}");
    assert_eq!(error.kind(), StoreErrorKind::Input);
    let error = refused(&folder, &Unlock::Passphrase(Secret::new("x".into())));
    assert!(matches!(error, StoreError::WrongKey(_)), "{error:?}");
    assert!(files(&folder.data()) == before, "nothing is added either");
}

/// A folder without slots is no store: it is told so, and not even a lock file is laid into it.
#[test]
fn a_folder_without_a_slot_file_is_left_alone() {
    let folder = Folder::empty();
    std::fs::create_dir(folder.data()).unwrap();
    let error = Store::open(&folder.data(), &folder.unlock(), folder.senses()).unwrap_err();
    assert!(matches!(error, StoreError::NoStore { missing: "slots.json", .. }), "{error:?}");
    let left: Vec<_> = std::fs::read_dir(folder.data()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_missing_slot_file_or_database_is_named() {
    for missing in ["slots.json", "main.db", "keys.db"] {
        let folder = Folder::created();
        std::fs::remove_file(folder.data().join(missing)).unwrap();
        let error = refused(&folder, &folder.unlock());
        assert!(matches!(&error, StoreError::Damaged { file, .. } if file == missing), "{error:?}");
        assert!(error.to_string().contains(missing), "{error}");
        assert!(!folder.data().join(missing).exists(), "nothing is made anew");
    }
}

/// the pages are authenticated, so that a changed one is told from a true one.
#[test]
fn r088_a_flipped_bit_in_any_page_is_damage() {
    for (database, at_page) in [("main.db", 0_usize), ("main.db", 3), ("main.db", 20), ("keys.db", 0), ("keys.db", 1)] {
        let folder = Folder::created();
        let path = folder.data().join(database);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes[at_page * 4096 + 2000] ^= 4;
        std::fs::write(&path, bytes).unwrap();
        let error = refused(&folder, &folder.unlock());
        assert_eq!(error.kind(), StoreErrorKind::Damaged, "{database} page {at_page}: {error}");
        assert!(error.to_string().contains(database), "{error}");
    }
}

/// SQLite would take an empty file for a new database and lose every key in silence.
#[test]
fn an_emptied_database_is_damage() {
    for database in ["main.db", "keys.db"] {
        let folder = Folder::created();
        std::fs::write(folder.data().join(database), b"").unwrap();
        let error = Store::open(&folder.data(), &folder.unlock(), folder.senses()).unwrap_err();
        assert_eq!(error.kind(), StoreErrorKind::Damaged, "{error}");
        assert!(error.to_string().contains(database));
    }
}

#[test]
fn a_damaged_search_index_is_made_anew() {
    let folder = Folder::created();
    std::fs::write(folder.data().join("search.db"), b"no database").unwrap();
    folder.store().verify_pages().unwrap();
}

#[test]
fn a_second_process_finds_the_lock() {
    let folder = Folder::created();
    let store = folder.store();
    let error = Store::open(&folder.data(), &folder.unlock(), folder.senses()).unwrap_err();
    assert!(matches!(error, StoreError::Locked(_)), "{error:?}");
    assert_eq!(error.kind(), StoreErrorKind::Busy);
    drop(store);
    folder.store();
}

#[test]
fn create_refuses_a_folder_that_holds_anything() {
    let folder = Folder::created();
    let before = files(&folder.data());
    assert!(matches!(open::create(&folder.data(), &folder.unlock(), CHEAP, &folder.senses()), Err(StoreError::NotEmpty(_))));
    assert_eq!(files(&folder.data()), before);
}

/// no planted word stands in the raw files; R-089: a destroyed key leaves the sealed data unreadable.
#[test]
fn r088_r089_sealed_data_is_unreadable_in_files_and_without_its_key() {
    let folder = Folder::created();
    let store = folder.store();
    let owner = Owner { person: PublicId::from_bytes([1; 16]), case: PublicId::from_bytes([2; 16]) };
    let sealed = store.write(|w| w.seal(owner, "test:1", "Kanarienwort".as_bytes())).unwrap();
    store.write(|w| setting::set(w, "canary", "Kanarienwort")).unwrap();
    assert_eq!(store.read(|r| r.open("test:1", &sealed)).unwrap(), "Kanarienwort".as_bytes());
    assert!(!sealed.windows(12).any(|window| window == b"Kanarienwort"), "sealed a second time, below the encrypted pages");
    assert!(!raw_files_contain(&folder.data(), b"Kanarienwort"));
    assert!(!raw_files_contain(&folder.data(), b"SQLite format 3"));
    std::fs::write(folder.data().join("leak.txt"), "Kanarienwort").unwrap();
    assert!(raw_files_contain(&folder.data(), b"Kanarienwort"), "the scan can fail");
    assert_eq!(store.write(|w| w.destroy_keys(owner.person, Some(owner.case))).unwrap(), 1);
    assert!(matches!(store.read(|r| r.open("test:1", &sealed)), Err(StoreError::KeyDestroyed)));
}

/// each database has a key of its own, and a case key lies wrapped in keys.db.
#[test]
fn r089_case_keys_are_wrapped_and_each_database_has_its_own_key() {
    let folder = Folder::created();
    let store = folder.store();
    let owner = |case: u8| Owner { person: PublicId::from_bytes([1; 16]), case: PublicId::from_bytes([case; 16]) };
    for case in [2, 3] {
        store.write(|w| w.seal(owner(case), "test:1", b"eins")).unwrap();
    }
    drop(store);
    let keys = open::unlock_databases(&folder.data(), &folder.unlock()).unwrap();
    let connection = open::connect(&folder.data(), Database::Keys, &keys, false).unwrap();
    let wrapped: Vec<Vec<u8>> = {
        let mut select = connection.prepare("SELECT wrapped FROM case_key ORDER BY case_id").unwrap();
        select.query_map([], |row| row.get(0)).unwrap().collect::<rusqlite::Result<_>>().unwrap()
    };
    // Nonce, 32 bytes of key, tag: not the key itself.
    assert_eq!(wrapped.iter().map(Vec::len).collect::<Vec<_>>(), [12 + 32 + 16; 2]);
    drop(connection);
    // The key of one database opens no other: the pages of keys.db in the place of main.db do not verify.
    std::fs::copy(folder.data().join("keys.db"), folder.data().join("main.db")).unwrap();
    let error = Store::open(&folder.data(), &folder.unlock(), folder.senses()).unwrap_err();
    let StoreError::Damaged { file, detail } = error else { panic!("{error:?}") };
    assert_eq!((file.as_str(), detail.as_str()), ("main.db", "its first page does not verify"));
}

/// a slot can be exchanged; what is stored stays readable, and the old way in is shut.
#[test]
fn r089_a_new_slot_opens_the_same_data_and_the_old_one_no_more() {
    let folder = Folder::created();
    folder.store().write(|w| setting::set(w, "kept", "ja")).unwrap();
    let fresh = || Unlock::Passphrase(Secret::new("ein langer neuer Satz".to_owned()));
    let root = open::unlock_root(&folder.data(), &folder.unlock()).unwrap();
    let mut slots = open::read_slots(&folder.data()).unwrap();
    slots.add(&root, &fresh(), CHEAP, &*folder.senses().entropy).unwrap();
    slots.remove(&folder.unlock()).unwrap();
    open::write_slots(&folder.data(), &slots).unwrap();
    let error = refused(&folder, &folder.unlock());
    assert!(matches!(error, StoreError::WrongKey(_)), "{error:?}");
    let store = Store::open(&folder.data(), &fresh(), folder.senses()).unwrap();
    assert_eq!(store.read(|r| setting::get(r, "kept")).unwrap().as_deref(), Some("ja"));
}

/// the settings of every connection to every database; R-088: what SQLite puts aside stays in memory.
#[test]
fn r109_r088_every_connection_is_hardened() {
    let folder = Folder::created();
    drop(folder.store());
    let keys = open::unlock_databases(&folder.data(), &folder.unlock()).unwrap();
    for database in Database::ALL {
        for writing in [true, false] {
            let connection = open::connect(&folder.data(), database, &keys, writing).unwrap();
            let number = |name: &str| connection.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
            let both = [("foreign_keys", 1), ("trusted_schema", 0), ("cell_size_check", 1), ("temp_store", 2)];
            let more = if writing { &[("secure_delete", 1), ("synchronous", 2), ("query_only", 0)][..] } else { &[("query_only", 1)] };
            for (name, expected) in both.iter().chain(more) {
                assert_eq!(number(name), *expected, "{name} of {database:?}, writing: {writing}");
            }
            let mode: String = connection.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
            assert_eq!(mode, "wal", "{database:?}");
            let refusal = connection.query_row("SELECT load_extension('x')", [], |_| Ok(())).unwrap_err().to_string();
            // A library that were let in would fail for another reason: there is no file x.
            assert!(refusal.contains("not authorized") || refusal.contains("no such function"), "{refusal}");
            if !writing {
                let refusal = connection.execute("CREATE TABLE extra (a INTEGER) STRICT", []).unwrap_err().to_string();
                assert!(refusal.contains("readonly"), "{refusal}");
            }
        }
    }
}

/// pages that verify, each by itself, and do not belong together are damage too.
#[test]
fn r109_a_broken_structure_is_damage() {
    let folder = Folder::created();
    let keys = open::unlock_databases(&folder.data(), &folder.unlock()).unwrap();
    let connection = open::connect(&folder.data(), Database::Main, &keys, true).unwrap();
    connection.pragma_update(None, "writable_schema", true).unwrap();
    let two_on_one_page =
        "UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'actor') WHERE name = 'ticket'";
    assert_eq!(connection.execute(two_on_one_page, []).unwrap(), 1);
    drop(connection);
    let error = Store::open(&folder.data(), &folder.unlock(), folder.senses()).unwrap_err();
    assert!(matches!(&error, StoreError::Damaged { detail, .. } if detail == "its structure is broken"), "{error:?}");
}

/// a row that points nowhere cannot be written.
#[test]
fn r109_foreign_keys_are_held() {
    let folder = Folder::created();
    let store = folder.store();
    let orphan = store.write(|w| {
        let sql = "INSERT INTO person_address (person, address_hmac) VALUES (4711, randomblob(32))";
        Ok::<_, StoreError>(w.main.execute(sql, [])?)
    });
    assert!(orphan.as_ref().is_err_and(|error| error.to_string().contains("FOREIGN KEY")), "{orphan:?}");
}

/// nothing in the data folder is for others, nor the folder itself.
#[test]
fn r109_files_are_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::empty();
    std::fs::create_dir(folder.data()).unwrap();
    std::fs::set_permissions(folder.data(), std::fs::Permissions::from_mode(0o755)).unwrap();
    open::create(&folder.data(), &folder.unlock(), CHEAP, &folder.senses()).unwrap();
    let _store = folder.store();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder.data()), 0o700, "a folder that stood open before is shut");
    let mut seen = Vec::new();
    for entry in std::fs::read_dir(folder.data()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
        seen.push(path.file_name().unwrap().to_string_lossy().into_owned());
    }
    for name in ["slots.json", "lock", "main.db", "keys.db", "search.db", "main.db-wal"] {
        assert!(seen.iter().any(|known| known == name), "{name} of {seen:?}");
    }
}

/// hostile text is a value, never SQL.
#[test]
fn r109_hostile_text_is_a_value() {
    let folder = Folder::created();
    let store = folder.store();
    let hostile = "x'); DROP TABLE actor; --";
    store.write(|w| actor::named(w, hostile)).unwrap();
    assert!(store.read(|r| actor::find(r, hostile)).unwrap().is_some());
}

/// a mailbox row without a known basis cannot exist.
#[test]
fn r001_a_mailbox_without_a_basis_cannot_exist() {
    let folder = Folder::created();
    let store = folder.store();
    let mailbox = with_mailbox(&store, LegalBasis::Consent);
    for basis in [None, Some(""), Some("none")] {
        let result = store.write(|w| -> Result<usize, StoreError> {
            Ok(w.main.execute("UPDATE mailbox SET basis = ?2 WHERE id = ?1", rusqlite::params![mailbox.row, basis])?)
        });
        assert!(result.is_err(), "{basis:?}");
    }
}

/// loosening without a reason is refused; with one it stands in the audit chain.
#[test]
fn r002_loosening_needs_a_reason_and_is_recorded() {
    let folder = Folder::created();
    let store = folder.store();
    let row = with_mailbox(&store, LegalBasis::Consent);
    let loose = Policy { basis: LegalBasis::LegitimateInterest, ..Policy::default() };
    let set = |reason: Option<&str>| {
        store.write(|w| {
            let admin = actor::named(w, "Berta Beispiel")?;
            mailbox::set_policy(w, &row, &loose, admin, reason)
        })
    };
    assert!(matches!(set(None), Err(StoreError::Denied(_))));
    assert!(matches!(set(Some("  ")), Err(StoreError::Denied(_))));
    assert_eq!(store.read(|r| mailbox::by_row(r, row.row)).unwrap().mailbox.policy.basis, LegalBasis::Consent);
    set(Some("Vom DSB am 1. März freigegeben")).unwrap();
    assert_eq!(store.read(|r| mailbox::by_row(r, row.row)).unwrap().mailbox.policy.basis, LegalBasis::LegitimateInterest);
    let records = store.read(|r| record::about(r, row.public_id)).unwrap();
    let last = records.last().unwrap();
    assert_eq!((last.event.as_str(), &last.detail["loosened"]), ("mailbox.policy", &serde_json::json!(["basis"])));
    assert_eq!(last.detail["reason"], "Vom DSB am 1. März freigegeben");
    assert!(last.actor.is_some());
}

/// a new mailbox is no way around the reason, and what is not built cannot be switched on with any.
#[test]
fn r002_a_new_mailbox_is_strict_and_unbuilt_switches_stay_off() {
    let folder = Folder::created();
    let store = folder.store();
    let add = |policy: &Policy, reason: Option<&str>| {
        store.write(|w| {
            let admin = actor::named(w, "Berta Beispiel")?;
            let mailbox = Mailbox { policy: policy.clone(), ..shop(LegalBasis::Consent) };
            mailbox::add(w, &mailbox, &Secret::new("geheim-4711".to_owned()), admin, reason)
        })
    };
    let strict = Policy::default;
    for loose in [Policy { basis: LegalBasis::Contract, ..strict() }, Policy { delivery: Delivery::Drafts, ..strict() }] {
        let refused = add(&loose, None);
        assert!(refused.as_ref().is_err_and(|error| error.to_string().contains("needs a reason")), "{loose:?} {refused:?}");
    }
    for unbuilt in [
        Policy { automatic_sending: true, ..strict() },
        Policy { special_categories: true, ..strict() },
        Policy { crm_write_back: true, ..strict() },
        Policy { attachments: true, ..strict() },
    ] {
        let refused = add(&unbuilt, Some("Trotzdem"));
        assert!(refused.as_ref().is_err_and(|error| error.to_string().contains("cannot be switched on")), "{unbuilt:?} {refused:?}");
    }
    assert!(store.read(mailbox::list).unwrap().is_empty());
    add(&strict(), None).unwrap();
    let row = store.read(|r| mailbox::find(r, "service")).unwrap().unwrap();
    let refused = store.write(|w| {
        let admin = actor::named(w, "Berta Beispiel")?;
        mailbox::set_policy(w, &row, &Policy { automatic_sending: true, ..strict() }, admin, Some("Trotzdem"))
    });
    assert!(refused.as_ref().is_err_and(|error| error.to_string().contains("cannot be switched on")), "{refused:?}");
    assert_eq!(store.read(|r| mailbox::by_row(r, row.row)).unwrap().mailbox.policy, strict());
}

/// a mailbox that is looser from its first day on stands in the audit chain with who wanted it so, and why.
#[test]
fn r002_a_new_mailbox_that_is_looser_is_recorded() {
    let folder = Folder::created();
    let store = folder.store();
    let row = with_mailbox(&store, LegalBasis::Contract);
    let records = store.read(|r| record::about(r, row.public_id)).unwrap();
    let [added] = &records[..] else { panic!("{records:?}") };
    assert_eq!((added.event.as_str(), added.actor.is_some()), ("mailbox.added", true));
    assert_eq!((&added.detail["loosened"], &added.detail["reason"]), (&serde_json::json!(["basis"]), &"Testgrund".into()));
}

/// Every decision of a person is recorded under a name, and blanks are none.
#[test]
fn a_person_has_a_name() {
    let folder = Folder::created();
    let store = folder.store();
    for name in ["", "  ", "\n", "a\u{7}b"] {
        let refused = store.write(|w| actor::named(w, name));
        assert!(matches!(refused, Err(StoreError::Denied(_))), "{name:?} {refused:?}");
    }
    assert!(store.write(|w| actor::named(w, " Berta Beispiel ")).is_ok());
}

/// the password is sealed and stands nowhere in clear.
#[test]
fn r125_the_password_is_sealed() {
    let folder = Folder::created();
    let store = folder.store();
    let row = with_mailbox(&store, LegalBasis::Consent);
    assert_eq!(store.read(|r| mailbox::password(r, &row)).unwrap().reveal(), "geheim-4711");
    let stored: Vec<u8> =
        store.read(|r| Ok::<_, StoreError>(r.main.query_row("SELECT secret FROM mailbox", [], |row| row.get(0))?)).unwrap();
    assert!(!stored.windows(6).any(|window| window == b"geheim"));
    assert!(!format!("{row:?}").contains("geheim"));
    let admin = store.write(|w| actor::named(w, "Berta Beispiel")).unwrap();
    store.write(|w| mailbox::set_password(w, &row, &Secret::new("geheim-4712".to_owned()), admin)).unwrap();
    assert_eq!(store.read(|r| mailbox::password(r, &row)).unwrap().reveal(), "geheim-4712");
    assert_eq!(tables_that_hold(&store, b"geheim"), Vec::<String>::new());
    assert_eq!(tables_that_hold(&store, b"service@firma"), ["mailbox"], "the search can fail");
}

/// The tables of main.db in which a value holds these bytes, read with its key.
fn tables_that_hold(store: &Store, word: &[u8]) -> Vec<String> {
    let found = store.read(|r| -> Result<_, StoreError> {
        let mut found = Vec::new();
        for name in crate::store::schema::live(r.main)?.into_keys() {
            let mut rows = r.main.prepare(&["SELECT * FROM ", &name].concat())?;
            let columns = rows.column_count();
            let mut rows = rows.query([])?;
            while let Some(row) = rows.next()? {
                let bytes = (0..columns).filter_map(|column| row.get_ref(column).unwrap().as_bytes().ok());
                if bytes.into_iter().any(|bytes| bytes.windows(word.len()).any(|window| window == word)) {
                    found.push(name.clone());
                }
            }
        }
        Ok(found)
    });
    found.unwrap()
}

fn clears(store: &Store, mailbox: &mailbox::MailboxRow, who: &EmailAddress) -> Result<u64, String> {
    let evidence = store.read(|r| consent::evidence(r, who, mailbox)).unwrap();
    let gate = Gate { policy: &mailbox.mailbox.policy, authentication: Authentication::Pass, ai_off: false, findings: &[] };
    clear((), &gate, evidence).map(|cleared| cleared.clearance().epoch().0).map_err(|(_, refusal)| refusal.rule)
}

#[test]
fn a_grant_clears_and_a_withdrawal_voids_it() {
    let folder = Folder::created();
    let store = folder.store();
    let mailbox = with_mailbox(&store, LegalBasis::Consent);
    let anna = address("Anna@Example.org");
    assert_eq!(clears(&store, &mailbox, &anna), Err("gate.no_consent".to_owned()));
    let grant = |evidence: &[u8], wording: &str| {
        store.write(|w| {
            let clerk = actor::named(w, "Berta Beispiel")?;
            let anna = address("anna@example.org");
            let grant = Grant { address: &anna, channel: Channel::Paper, wording, language: "de", evidence_name: "scan.pdf", evidence };
            consent::grant(w, &grant, clerk)
        })
    };
    assert!(matches!(grant(b"", "Ich willige ein"), Err(StoreError::Denied(_))));
    assert!(matches!(grant(b"scan", " "), Err(StoreError::Denied(_))));
    grant(b"scan", "Ich willige ein").unwrap();
    let epoch = clears(&store, &mailbox, &anna).unwrap();
    store.write(|w| setting::set_ai_off(w, true)).unwrap();
    assert!(clears(&store, &mailbox, &anna).unwrap() > epoch, "the stop switch voids earlier clearances");
    store.write(|w| consent::withdraw(w, &anna, "test", None)).unwrap();
    assert_eq!(clears(&store, &mailbox, &anna), Err("gate.withdrawn".to_owned()));
    let listed = store.read(consent::list).unwrap();
    assert_eq!((listed.len(), listed[0].state.as_str()), (1, "ended"));
}

#[test]
fn contract_asks_for_the_customer_list() {
    let folder = Folder::created();
    let store = folder.store();
    let mailbox = with_mailbox(&store, LegalBasis::Contract);
    let (anna, carl) = (address("anna@example.org"), address("carl@example.org"));
    let import = |list: &[EmailAddress]| {
        store
            .write(|w| {
                let clerk = actor::named(w, "Berta Beispiel")?;
                customer::replace(w, list, clerk)
            })
            .unwrap()
    };
    assert!(clears(&store, &mailbox, &anna).is_err());
    import(std::slice::from_ref(&anna));
    assert!(clears(&store, &mailbox, &anna).is_ok());
    assert!(clears(&store, &mailbox, &carl).is_err());
    import(&[carl]);
    assert!(clears(&store, &mailbox, &anna).is_err());
}

#[test]
fn the_cursor_moves_over_a_gapless_run_only() {
    let folder = Folder::created();
    let store = folder.store();
    let mailbox = with_mailbox(&store, LegalBasis::Consent);
    store
        .write(|w| -> Result<(), StoreError> {
            let entered = ledger::enter(w, mailbox.row, "INBOX", 7, 100)?;
            assert!(matches!(entered, ledger::Entered::First(_)));
            let inbox = entered.folder().clone();
            assert_eq!((inbox.first_uid, inbox.low_water), (100, 99));
            let pending = |w: &crate::store::Writing<'_>| ledger::pending(&w.reading(), &inbox, &[98, 99, 100, 101, 102, 103]).unwrap();
            assert_eq!(pending(w).due, [100, 101, 102, 103], "mail from before go-live is never touched");
            ledger::mark_done(w, &inbox, 102)?;
            ledger::mark_done(w, &inbox, 100)?;
            assert_eq!(pending(w).due, [101, 103]);
            ledger::mark_done(w, &inbox, 101)?;
            assert_eq!(pending(w).due, [103]);
            let known = ledger::enter(w, mailbox.row, "INBOX", 7, 104)?;
            assert_eq!(known.folder().low_water, 102);
            let renumbered = ledger::enter(w, mailbox.row, "INBOX", 8, 5)?;
            assert!(matches!(renumbered, ledger::Entered::Renumbered(_)));
            assert_eq!(renumbered.folder().first_uid, 5);
            let found = ledger::pending_before(&w.reading(), renumbered.folder(), &[2, 4, 5])?;
            assert_eq!(found.due, [2, 4], "what may have come in the gap");
            ledger::mark_done(w, renumbered.folder(), 2)?;
            let again = ledger::enter(w, mailbox.row, "INBOX", 8, 6)?;
            assert!(matches!(again, ledger::Entered::Renumbered(_)), "until the gap is settled");
            assert_eq!(again.folder().low_water, 4, "what lies below the cursor does not move it back");
            assert_eq!(ledger::pending_before(&w.reading(), again.folder(), &[2, 4, 5])?.due, [4]);
            ledger::settle(w, again.folder())?;
            assert!(matches!(ledger::enter(w, mailbox.row, "INBOX", 8, 6)?, ledger::Entered::Known(_)));
            assert!(matches!(ledger::enter(w, mailbox.row, "INBOX", 8, 3)?, ledger::Entered::Renumbered(_)), "UIDNEXT went back");
            let back = ledger::enter(w, mailbox.row, "INBOX", 7, 90)?.folder().clone();
            assert_eq!(
                ledger::pending(&w.reading(), &back, &[89, 90, 100])?.due,
                [90, 100],
                "an old UIDVALIDITY brings no old ledger back"
            );
            Ok(())
        })
        .unwrap();
}

#[test]
fn the_chain_notices_a_change_a_gap_and_a_cut_end() {
    let folder = Folder::created();
    let store = folder.store();
    let append = |n: u32| {
        store
            .write(|w| {
                let entry =
                    Entry { chain: Chain::Decision, event: "test", object: None, actor: None, detail: serde_json::json!({ "n": n }) };
                record::append(w, &entry)
            })
            .unwrap();
    };
    (0..6).for_each(append);
    let verify = || store.read(record::verify).unwrap();
    assert_eq!((verify().records, verify().first_broken), (6, None));
    let tampered = |sql: &str| {
        let outcome = store.write(|w| -> Result<_, StoreError> {
            w.main.execute_batch("DROP TRIGGER record_is_append_only; DROP TRIGGER record_expires_behind_a_checkpoint;")?;
            w.main.execute_batch(sql)?;
            let outcome = record::verify(&w.reading())?;
            Err::<(), _>(StoreError::Refused(outcome.first_broken.unwrap_or_default()))
        });
        outcome.unwrap_err().to_string()
    };
    assert_eq!(tampered("UPDATE record SET detail = '{\"n\":9}' WHERE seq = 3"), "decision:3");
    assert_eq!(tampered("DELETE FROM record WHERE seq = 4"), "decision:5");
    assert_eq!(tampered("DELETE FROM record WHERE seq = 6"), "decision:5");
    assert_eq!(tampered("UPDATE record SET at = at + 1 WHERE seq = 6"), "decision:6");
    assert!(store.write(|w| Ok::<_, StoreError>(w.main.execute("UPDATE record SET at = 0", [])?)).is_err(), "append-only");
    assert!(store.write(|w| Ok::<_, StoreError>(w.main.execute("DELETE FROM record", [])?)).is_err(), "append-only");
    assert_eq!(store.write(|w| record::expire(w, Chain::Decision, 4)).unwrap(), 4);
    let after = verify();
    assert_eq!((after.records, after.first_broken, after.checkpoints), (2, None, 1));
    append(7);
    assert_eq!(verify().first_broken, None);
}

#[test]
fn one_person_may_be_found_by_any_spelling_of_an_address() {
    let folder = Folder::created();
    let store = folder.store();
    let anna = store.write(|w| person::find_or_create(w, &address("Anna@Example.ORG"))).unwrap();
    assert_eq!(store.read(|r| person::find(r, &address("anna@example.org"))).unwrap(), Some(anna));
    assert_eq!(store.read(|r| person::find(r, &address("bert@example.org"))).unwrap(), None);
}
