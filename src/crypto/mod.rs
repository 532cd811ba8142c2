//! Floor 1: keys, envelopes, hashes, signatures and random bytes; ring throughout, Argon2id for passphrases.
//!
//! The key hierarchy: one random root key, wrapped by each key slot; from it the keys of the three databases
//! and the key that wraps the case keys are derived; every case key seals the mail of one person's case.
//!
//! Never: a key in a log line, an error text or a file without a slot around it.

pub mod derive;
pub mod digest;
pub mod entropy;
pub mod envelope;
pub mod key;
pub mod sign;
pub mod slots;

pub use entropy::SystemEntropy;
pub use key::Key;
