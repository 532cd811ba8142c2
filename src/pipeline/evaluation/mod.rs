//! Measures the product with suites that anyone can bring (contracts §3): one file per kind with its format, its run and its
//! figures.
//!
//! Everything that is measured runs through the code that runs in the service; what is written here is formats, mails made
//! of fields, and arithmetic. Never: a data folder, a mail sent, a figure that the details do not let anyone recompute.

pub mod baseline;
pub mod draft_text;
pub mod drafts;
pub mod drafts_figures;
pub mod drafts_run;
pub mod error;
pub mod evidence;
pub mod figures;
pub mod letter;
pub mod presence;
pub mod retrieval;
pub mod shelf;
pub mod tone;

pub use error::EvaluationError;
