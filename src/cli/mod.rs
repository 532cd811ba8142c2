//! Floor 6: one file per command.
//!
//! `--json` prints one document on stdout and nothing else there; progress and messages go to stderr (contracts §1).
//!
//! Never: a rule of the house; personal data on stderr.

pub mod arguments;
pub mod catalogue;
pub mod command;
pub mod customers;
pub mod demo;
pub mod engine_worker;
pub mod evaluate;
pub mod help;
pub mod init;
pub mod knowledge;
pub mod layout;
pub mod mail_inspect;
pub mod mailbox;
pub mod output;
pub mod recover;
pub mod render;
pub mod render_queue;
pub mod render_sources;
pub mod run;
pub mod source_reader;
pub mod usage;
pub mod waiting;
