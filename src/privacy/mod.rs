//! Floor 3: consent, rights, retention, erasure, the data inventory.
//!
//! Never: a decision of the model.

pub mod inventory;
