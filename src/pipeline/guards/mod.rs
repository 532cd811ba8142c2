//! What else keeps a draft from going out (law 3): one guard per file, each looks at the finished draft alone and names why.
//!
//! Never: a guard that opens where it doubts, an opinion of the model, a word of the mail in what is returned.

pub mod address_form;
pub mod advertising;
pub mod binding;
pub mod completeness;
pub mod contacts;
pub mod disclosure;
pub mod gender;
pub mod injection;
pub mod inspection;
pub mod language;
pub mod leak;
pub mod links;
pub mod personal_data;
pub mod sources;

pub use inspection::{GUARDS, Guard, Inspection, inspect, inspect_text};
