//! The data inventory: every table and every column of the three databases, with purpose, legal basis, retention class,
//! erasure action and the role that answers for it. VVT and Löschkonzept print from it.
//!
//! Never: a table that is only in the schema or only here. [`differences`] finds both, and a test compares this list with the
//! schema as the migrations make it. Why constants in Rust and not comments in SQL: the compiler asks for each field.

pub mod cases;
pub mod house;
pub mod keys;
pub mod knowledge;
pub mod mails;
pub mod periods;
pub mod persons;
pub mod table;
pub mod terms;

pub use periods::{Period, RetentionClass};
pub use table::{Column, Exception, Kind, Table};
pub use terms::{Basis, Erasure, Role};

use crate::store::schema::Database;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

const GROUPS: [&[Table]; 6] = [house::TABLES, persons::TABLES, mails::TABLES, cases::TABLES, knowledge::TABLES, keys::TABLES];

/// All tables, grouped as the house reads them.
pub fn tables() -> impl Iterator<Item = &'static Table> {
    GROUPS.into_iter().flatten()
}

pub fn find(database: Database, name: &str) -> Option<&'static Table> {
    tables().find(|table| table.database == database && table.name == name)
}

/// Where schema and inventory part. Names of tables and columns only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// In the schema, not in the inventory.
    UnlistedTable {
        database: Database,
        table: String,
    },
    UnlistedColumn {
        database: Database,
        table: String,
        column: String,
    },
    /// In the inventory, not in the schema.
    VanishedTable {
        database: Database,
        table: &'static str,
    },
    VanishedColumn {
        database: Database,
        table: &'static str,
        column: &'static str,
    },
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnlistedTable { database, table } => {
                write!(f, "{}: table {table} is missing from the data inventory", database.file_name())
            }
            Self::UnlistedColumn { database, table, column } => {
                write!(f, "{}: column {table}.{column} is missing from the data inventory", database.file_name())
            }
            Self::VanishedTable { database, table } => {
                write!(f, "{}: table {table} of the data inventory is not in the schema", database.file_name())
            }
            Self::VanishedColumn { database, table, column } => {
                write!(f, "{}: column {table}.{column} of the data inventory is not in the schema", database.file_name())
            }
        }
    }
}

/// The live schema of all three databases: table to columns.
pub type Live = BTreeMap<(Database, String), BTreeSet<String>>;

/// Compares both ways. A table that one side lacks is one difference, not one per column.
pub fn differences(live: &Live) -> Vec<Difference> {
    let mut found = Vec::new();
    for ((database, name), columns) in live {
        let Some(table) = find(*database, name) else {
            found.push(Difference::UnlistedTable { database: *database, table: name.clone() });
            continue;
        };
        let unlisted = columns.iter().filter(|column| table.column(column).is_none());
        found.extend(unlisted.map(|column| Difference::UnlistedColumn {
            database: *database,
            table: name.clone(),
            column: column.clone(),
        }));
    }
    for table in tables() {
        let Some(columns) = live.get(&(table.database, table.name.to_owned())) else {
            found.push(Difference::VanishedTable { database: table.database, table: table.name });
            continue;
        };
        let vanished = table.columns.iter().filter(|column| !columns.contains(column.name));
        found.extend(vanished.map(|column| Difference::VanishedColumn {
            database: table.database,
            table: table.name,
            column: column.name,
        }));
    }
    found
}

#[cfg(test)]
#[path = "inventory_tests.rs"]
mod tests;
