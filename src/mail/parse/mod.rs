//! Reading a mail: from its bytes to `domain::message::Message`.
//!
//! Never: a socket, a file, a clock; a panic that a stranger's mail can cause; a limit applied in silence (see `defects`).
//! Everything works on mail-parser's tree, for it has seen more broken mail than we have; our own part is what a person would see of it.

pub mod automatic;
pub mod body;
pub mod charset;
pub mod cleaning;
pub mod date;
pub mod header;
pub mod html;
pub mod html_css;
pub mod html_marks;
pub mod html_output;
pub mod language;
pub mod markers;
pub mod notices;
pub mod plain;
pub mod protection;
pub mod read;
pub mod reports;
pub mod senders;
pub mod signature;
pub mod spans;

pub use automatic::is_weak;
pub use read::{ParseError, SEVERAL_FROM_FIELDS, SEVERAL_SENDERS, UNCLEAR_REPLY_TO, parse};
