//! Floor 1: the typed configuration file (TOML).
//!
//! Never: a setting that nothing reads; a default that is looser than the strictest.

pub mod file;
pub mod reading;

pub use file::{Allowed, Config, ConfigError, Syntax};
