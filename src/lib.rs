//! Hauspost: reads a mailbox, drafts answers from the company's own knowledge, proves their facts.
//!
//! The rooms stand on floors; a room uses only lower floors (`tests/tidy/` holds that).
//! ARCHITECTURE.md is the map.

pub mod domain;

pub mod config;
pub mod crypto;
pub mod sandbox;
pub mod telemetry;

pub mod store;

pub mod inference;
pub mod knowledge;
pub mod mail;
pub mod privacy;

pub mod pipeline;

pub mod app;
pub mod cli;
