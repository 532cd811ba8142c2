//! The house rules as tests. Each rule runs over the real tree, and beside it stands a test that feeds it bad samples.
//!
//! They read text instead of asking the compiler, so that they hold for every target and feature and say in plain words
//! what is wrong. CONTRIBUTING.md explains the rules to people.

mod dependencies;
mod floors;
mod form;
mod gates;
mod legal;
mod licences;
mod map;
mod network;
mod source;
mod sql;
mod tokens;
mod words;
