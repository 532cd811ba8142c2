//! The frozen migrations of the three databases, in order, and how they are applied.
//!
//! A migration is a file that is never edited; the next one follows it. `PRAGMA user_version` counts them.

use rusqlite::Connection;
use std::collections::{BTreeMap, BTreeSet};

/// Which of the three files a schema belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Database {
    /// Everything that is backed up.
    Main,
    /// The keys that seal it, apart, so that old backups can be made blind.
    Keys,
    /// Full text, derived, rebuilt.
    Search,
}

impl Database {
    pub const ALL: [Self; 3] = [Self::Main, Self::Keys, Self::Search];

    pub const fn file_name(self) -> &'static str {
        match self {
            Self::Main => "main.db",
            Self::Keys => "keys.db",
            Self::Search => "search.db",
        }
    }

    const fn migrations(self) -> &'static [&'static str] {
        match self {
            Self::Main => &[
                include_str!("migrations/main_0001.sql"),
                include_str!("migrations/main_0002.sql"),
                include_str!("migrations/main_0003.sql"),
                include_str!("migrations/main_0004.sql"),
            ],
            Self::Keys => &[include_str!("migrations/keys_0001.sql")],
            Self::Search => &[include_str!("migrations/search_0001.sql")],
        }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum SchemaError {
    #[error("{file} was written by a newer version of Hauspost (schema {found}, this version knows {known})")]
    Newer { file: &'static str, found: usize, known: usize },
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
}

/// Brings a database to the newest schema, each migration in its own transaction.
pub fn migrate(connection: &mut Connection, database: Database) -> Result<(), SchemaError> {
    let known = database.migrations();
    let version: u32 = connection.query_row("PRAGMA user_version", [], |row| row.get(0))?;
    let found = version as usize;
    if found > known.len() {
        return Err(SchemaError::Newer { file: database.file_name(), found, known: known.len() });
    }
    for (number, sql) in (1_u32..).zip(known).skip(found) {
        let tx = connection.transaction()?;
        tx.execute_batch(sql)?;
        tx.pragma_update(None, "user_version", number)?;
        tx.commit()?;
    }
    Ok(())
}

/// The tables that a database really has, each with its columns.
///
/// Left out are SQLite's own tables (`sqlite_…`) and the shadow tables of a virtual table, which SQLite itself marks as such:
/// they hold only what the columns of their virtual table hold. Hidden columns of a virtual table carry no data.
pub fn live(connection: &Connection) -> Result<BTreeMap<String, BTreeSet<String>>, SchemaError> {
    let mut statement = connection.prepare(
        "SELECT list.name, info.name FROM pragma_table_list AS list JOIN pragma_table_info(list.name) AS info
         WHERE list.schema = 'main' AND list.type <> 'shadow' AND substr(list.name, 1, 7) <> 'sqlite_'",
    )?;
    let mut tables: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for row in statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))? {
        let (table, column) = row?;
        tables.entry(table).or_default().insert(column);
    }
    Ok(tables)
}
