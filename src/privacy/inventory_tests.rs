use super::*;
use crate::store::schema;
use rusqlite::Connection;

/// The schema as the migrations make it, after `change` had its way with one database.
fn live_after(changed: Database, change: &str) -> Live {
    let mut live = Live::new();
    for database in Database::ALL {
        let mut connection = Connection::open_in_memory().unwrap();
        schema::migrate(&mut connection, database).unwrap();
        if database == changed {
            connection.execute_batch(change).unwrap();
        }
        live.extend(schema::live(&connection).unwrap().into_iter().map(|(table, columns)| ((database, table), columns)));
    }
    live
}

fn check(database: Database, change: &str, expected: &[&str]) {
    let found: Vec<String> = differences(&live_after(database, change)).iter().map(ToString::to_string).collect();
    assert_eq!(found, expected, "after: {change}");
}

#[test]
fn r149_schema_and_inventory_name_the_same_tables_and_columns() {
    check(Database::Main, "", &[]);
}

#[test]
fn r149_schema_and_inventory_can_fail() {
    check(Database::Main, "CREATE TABLE extra (a TEXT) STRICT", &["main.db: table extra is missing from the data inventory"]);
    check(
        Database::Search,
        "CREATE VIRTUAL TABLE extra_gram USING fts5(grams)",
        &["search.db: table extra_gram is missing from the data inventory"],
    );
    check(
        Database::Keys,
        "CREATE VIEW all_keys AS SELECT wrapped FROM case_key",
        &["keys.db: table all_keys is missing from the data inventory"],
    );
    check(
        Database::Main,
        "ALTER TABLE customer ADD COLUMN phone TEXT",
        &["main.db: column customer.phone is missing from the data inventory"],
    );
    check(Database::Main, "DROP TABLE job", &["main.db: table job of the data inventory is not in the schema"]);
    check(Database::Search, "DROP TABLE mail_gram", &["search.db: table mail_gram of the data inventory is not in the schema"]);
    check(
        Database::Keys,
        "ALTER TABLE tombstone DROP COLUMN at",
        &["keys.db: column tombstone.at of the data inventory is not in the schema"],
    );
    check(
        Database::Main,
        "ALTER TABLE setting RENAME COLUMN value TO content",
        &[
            "main.db: column setting.content is missing from the data inventory",
            "main.db: column setting.value of the data inventory is not in the schema",
        ],
    );
    // The same name in another database is another table.
    check(Database::Keys, "CREATE TABLE job (id INTEGER PRIMARY KEY) STRICT", &["keys.db: table job is missing from the data inventory"]);
}

#[test]
fn the_virtual_tables_are_seen_and_their_shadows_are_not() {
    let mut connection = Connection::open_in_memory().unwrap();
    schema::migrate(&mut connection, Database::Search).unwrap();
    let tables = schema::live(&connection).unwrap();
    assert_eq!(tables.keys().collect::<Vec<_>>(), ["indexed_mail", "indexed_passage", "mail_gram", "passage_gram"]);
    assert_eq!(tables["mail_gram"], BTreeSet::from(["grams".to_owned()]));
}

#[test]
fn nothing_is_listed_twice() {
    let mut seen = BTreeSet::new();
    for table in tables() {
        assert!(seen.insert((table.database, table.name, "")), "{}", table.name);
        for column in table.columns {
            assert!(seen.insert((table.database, table.name, column.name)), "{}.{}", table.name, column.name);
        }
    }
}

/// What a column of this name may be; none: the name says nothing. The first word that fits counts.
fn kinds_of_name(name: &str) -> Option<&'static [Kind]> {
    const WORDS: [(&str, &[Kind]); 12] = [
        ("sealed_", &[Kind::Sealed]),
        ("hmac", &[Kind::Pseudonym]),
        ("sha256", &[Kind::Fingerprint]),
        ("secret", &[Kind::Secret]),
        ("_key", &[Kind::Secret]),
        ("wrapped", &[Kind::Secret]),
        ("address", &[Kind::Personal]),
        ("evidence", &[Kind::Personal]),
        ("wording", &[Kind::Personal]),
        ("_raw", &[Kind::Personal]),
        ("grams", &[Kind::Personal]),
        ("name", &[Kind::Personal, Kind::Configuration]),
    ];
    WORDS.into_iter().find(|(word, _)| name.contains(word)).map(|(_, kinds)| kinds)
}

fn is_classified(column: &Column) -> bool {
    kinds_of_name(column.name).is_none_or(|kinds| kinds.contains(&column.kind))
}

#[test]
fn r149_a_column_is_of_the_kind_that_its_name_says() {
    for table in tables() {
        for column in table.columns {
            assert!(is_classified(column), "{}.{} is no {:?}", table.name, column.name, column.kind);
        }
    }
}

#[test]
fn r149_a_column_is_of_the_kind_that_its_name_says_can_fail() {
    for (column, expected) in [
        (Column::sealed("sealed_raw", "x"), true),
        (Column::personal("sealed_raw", "x"), false),
        (Column::technical("address_hmac"), false),
        (Column::personal("address_hmac", "x"), false),
        (Column::configuration("address"), false),
        (Column::code("display_name"), false),
        (Column::configuration("secret"), false),
        (Column::technical("evidence"), false),
        (Column::technical("wording_sha256"), false),
        (Column::technical("lookup_key"), false),
        (Column::technical("key_id"), true),
    ] {
        assert_eq!(is_classified(&column), expected, "{} as {:?}", column.name, column.kind);
    }
}

/// Free words of servers and of staff may repeat an address or a name, whatever their column is called.
#[test]
fn r149_free_words_count_as_personal() {
    for (table, column) in [("review", "reason"), ("outbox", "last_failure"), ("outbox", "proof_reply"), ("record", "detail")] {
        let found = find(Database::Main, table).and_then(|table| table.column(column)).map(|column| column.kind);
        assert_eq!(found, Some(Kind::Personal), "{table}.{column}");
    }
}

/// A table says one thing: no person in its columns, no basis needed, nothing to erase; or all three.
#[test]
fn r149_terms_and_columns_agree() {
    for table in tables() {
        let about = |kind: Kind| table.columns.iter().any(|column| column.kind == kind);
        let person = table.columns.iter().any(|column| column.kind.is_about_a_person());
        let none = table.erasure == Erasure::NoPersonalData;
        assert_eq!(none, table.basis == Basis::NoPersonalData, "{}", table.name);
        assert!(!(none && person), "{} has personal columns", table.name);
        assert!(!about(Kind::Sealed) || table.erasure == Erasure::DestroyKeyAndDelete, "{} is sealed", table.name);
        let readable = about(Kind::Personal) && table.erasure == Erasure::KeepPseudonymous;
        assert!(!readable || table.name == "record", "{} keeps readable columns", table.name);
    }
}

/// legal.md 6.6: the default periods.
#[test]
fn r148_default_periods() {
    for (class, expected) in [
        (RetentionClass::CaseCopy, "90 Tage"),
        (RetentionClass::UnclearedMailState, "180 Tage"),
        (RetentionClass::Draft, "30 Tage"),
        (RetentionClass::ConsentProof, "3 Jahre zum Jahresende"),
        (RetentionClass::PersonStanding, "bis zum Widerruf durch die Person"),
        (RetentionClass::DecisionRecord, "12 Monate"),
        (RetentionClass::SecurityLog, "90 Tage"),
        (RetentionClass::AuditLog, "12 Monate"),
        (RetentionClass::TrainingRecord, "3 Jahre zum Jahresende"),
        (RetentionClass::KnowledgeDocument, "180 Tage"),
        (RetentionClass::Ledger, "unbegrenzt"),
    ] {
        assert_eq!(class.period().german(), expected, "{class:?}");
    }
}

#[test]
fn r149_each_class_has_a_table() {
    let used: Vec<RetentionClass> = tables().flat_map(Table::classes).collect();
    for class in RetentionClass::ALL {
        assert!(used.contains(&class), "{class:?}");
    }
}

#[test]
fn the_documents_get_whole_sentences() {
    for table in tables() {
        let sentence = table.purpose;
        assert!(sentence.starts_with(char::is_uppercase) && sentence.ends_with('.') && sentence.matches(". ").count() == 0, "{sentence}");
        for column in table.columns {
            let noted = column.note.is_some_and(|note| !note.is_empty() && !note.ends_with('.'));
            let needs_note = column.kind.is_about_a_person() || column.kind == Kind::Secret;
            assert!(noted || (column.note.is_none() && !needs_note), "{}.{}", table.name, column.name);
        }
    }
}
