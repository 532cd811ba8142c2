//! The model inside this binary, so that a first look needs nothing but the binary.
//!
//! Never: a copy on disk. The worker reads it from its own memory, behind walls that leave it no file at all.

/// What it is, how it was made and what it cannot do: `models/CARD.md`.
pub static MODEL: &[u8] = include_bytes!(concat!(env!("CARGO_MANIFEST_DIR"), "/models/hauspost-embedded.gguf"));

#[cfg(test)]
#[path = "embedded_tests.rs"]
mod tests;
