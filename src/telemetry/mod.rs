//! Floor 1: logs without personal data (F-35); nothing is sent anywhere.
//!
//! Never: mail text, addresses or names.

pub mod log;
pub mod panic;

pub use log::start;
