//! Main and search database in memory, for knowledge that is looked at once and forgotten: a suite's passages.
//!
//! The same schema and the same functions as in a data folder. Never: a file, a key, anything about a person; whatever ends
//! the process ends these databases too.

use crate::store::error::Result;
use crate::store::schema::{Database, migrate};
use rusqlite::Connection;

/// Two databases that live as long as this value.
pub struct Scratch {
    main: Connection,
    search: Connection,
}

impl std::fmt::Debug for Scratch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Scratch")
    }
}

impl Scratch {
    pub fn new() -> Result<Self> {
        let mut main = Connection::open_in_memory()?;
        let mut search = Connection::open_in_memory()?;
        migrate(&mut main, Database::Main)?;
        migrate(&mut search, Database::Search)?;
        Ok(Self { main, search })
    }

    pub const fn main(&self) -> &Connection {
        &self.main
    }

    pub const fn search(&self) -> &Connection {
        &self.search
    }

    /// Bytes of the pages of the search database, which is what it would take on disk.
    pub fn index_bytes(&self) -> Result<u64> {
        let value = |sql: &str| self.search.query_row(sql, [], |row| row.get::<_, i64>(0));
        let pages = value("PRAGMA page_count")? - value("PRAGMA freelist_count")?;
        Ok(u64::try_from(pages * value("PRAGMA page_size")?).unwrap_or(0))
    }
}
