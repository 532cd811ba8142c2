//! `hauspost source-reader`: hidden; the house starts it for one foreign file at a time.
//!
//! Never: called by a person, listed in a help text, or given a socket beyond its standard input.

use std::process::ExitCode;

/// The arguments after the name of the command.
pub fn run(arguments: impl IntoIterator<Item = std::ffi::OsString>) -> ExitCode {
    ExitCode::from(crate::knowledge::source::worker::run(arguments))
}
