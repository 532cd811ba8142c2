//! The evidence check (D-01): every fact of a draft must stand in a cited passage, bound to the same subject.
//!
//! `scan` reads facts off a text, `check` compares those of a draft with its sources. Deterministic, no model; any doubt
//! is a fault. Never: an opinion of the model about itself.

pub mod addressee;
pub mod bind;
pub mod bounds;
pub mod check;
pub mod classes;
pub mod conditions;
pub mod contacts;
pub mod dates;
pub mod items;
pub mod line;
pub mod names;
pub mod numbers;
pub mod polarity;
pub mod restated;
pub mod scan;
pub mod statements;
pub mod token;

pub use check::{EvidenceReport, Sources, Support, check};
