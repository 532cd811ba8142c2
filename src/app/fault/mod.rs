//! Every error that a person can cause, as a [`Fault`]: a sentence of the catalogue with its values, and the exit code.
//!
//! The typed errors of the lower rooms keep their English text for the logs; here they get their key.
//!
//! Never: a text in a person's language, which is the catalogue's business.

pub mod config;
pub mod library;
pub mod mail;
pub mod release;
pub mod store;
pub mod suite;
pub mod system;
pub mod verdict;

pub use verdict::{Exit, Fault};
