//! From the bytes of a file to pieces: text formats in this process, foreign formats in a child behind walls.
//!
//! Never: a foreign format parsed in the house itself. PDF, Office packages and HTML come from anywhere, and their readers are
//! large; what crashes, hangs or swells is a child with limits, and one file is reported by name.

pub mod cells;
pub mod child;
pub mod columns;
pub mod css;
pub mod docx;
pub mod format;
pub mod grid;
pub mod html;
pub mod package;
pub mod pdf;
pub mod read;
pub mod refusal;
pub mod tabular;
pub mod unseen;
pub mod word_styles;
pub mod workbook;
pub mod worker;
pub mod xlsx;

pub use child::ChildReader;
pub use format::Format;
pub use read::{Extracted, Reader};
pub use refusal::Refusal;
