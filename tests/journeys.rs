//! The one integration binary: every journey is a module of it.

// Without this line clippy would not know that functions beside a `#[test]` are test code as well.
#![cfg(test)]

mod support;

mod data_folder;
mod demo;
mod dispatcher;
mod engine_process;
mod evaluation;
mod imap_dovecot;
mod imap_faults;
mod imap_safety;
mod maildir;
mod recovery;
mod service;
mod service_doubt;
mod service_faults;
mod service_guards;
mod service_review;
mod service_rights;
mod smtp_faults;
mod smtp_postfix;
mod source_formats;
mod sources;
mod terminal;
mod tidy;
#[path = "support/tiny_model.rs"]
mod tiny_model;
mod tls;
mod torture;
