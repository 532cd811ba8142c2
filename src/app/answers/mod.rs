//! Answers to requests, one file per command group. The same code serves a free folder and a running service.

pub mod audit;
pub mod citation;
pub mod consent;
pub mod dispatch;
pub mod knowledge;
pub mod mailbox;
pub mod queue;
pub mod sources;

pub use dispatch::{Desk, answer};
