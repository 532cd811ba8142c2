//! GGUF models on candle, behind the worker's [`Responder`](crate::inference::responder::Responder).
//!
//! Never: trust in a length, a count or a name of the file. The header is measured against the file before anything is
//! allocated for it, and a part of a model that would be ignored is refused.

pub mod card;
mod decoder;
mod embedded;
pub mod error;
mod header;
mod load;
mod runner;
mod sampler;
mod shape;
mod source;
mod template;
mod text;
mod vocabulary;

pub use card::{ModelCard, load_report};
pub use error::ModelError;
pub use load::{Model, load};
pub use runner::Runner;
pub use source::ModelSource;

#[cfg(test)]
#[path = "../../../tests/support/tiny_model.rs"]
mod tiny_model;
