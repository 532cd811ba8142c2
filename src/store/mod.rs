//! Floor 2: the encrypted databases, one file per table group, and the audit chain.
//!
//! The convention: table files hold functions over [`Reading`] or [`Writing`]; only `session` opens transactions.
//!
//! Never: a query built from text that came from outside.

pub mod actor;
pub mod consent;
pub mod customer;
pub mod draft;
pub mod error;
pub mod health;
pub mod job;
pub mod knowledge;
pub mod ledger;
pub mod mail_index;
pub mod mail_state;
pub mod mailbox;
pub mod message;
pub mod open;
pub mod outbox;
pub mod person;
pub mod record;
pub mod schema;
pub mod scratch;
pub mod session;
pub mod setting;
pub mod source_memory;
pub mod vault;

pub use error::{Denial, Result, StoreError, StoreErrorKind};
pub use open::Senses;
pub use session::{Reading, Store, Writing};
pub use vault::Owner;

#[cfg(test)]
mod store_tests;
#[cfg(test)]
pub mod testing;
