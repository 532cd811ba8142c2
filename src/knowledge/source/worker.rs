//! The child that reads one foreign file: closes every door behind it, then takes the bytes, answers once and ends.
//!
//! Never: reads a byte of the file outside the walls, serves without the system call filter, or lives for a second file.

use crate::domain::limits::{SOURCE_BYTES_MAX, SOURCE_CPU_SECONDS_MAX, SOURCE_MEMORY_BYTES_MAX};
use crate::knowledge::source::read::{Extracted, foreign};
use crate::knowledge::source::{Format, Refusal};
use crate::sandbox::{self, Bounds};
use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Write};
use std::os::fd::{AsFd, AsRawFd};
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The hidden command of this binary that reads a foreign file.
pub const READER_COMMAND: &str = "source-reader";

/// The exit codes of contracts.md section 1.
const DONE: u8 = 0;
const BAD_INPUT: u8 = 2;

pub type Answer = Result<Extracted, Refusal>;

/// Argument: the format. Standard input is a socket: the file comes in until its end, one JSON document goes back.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let format = arguments.into_iter().next().and_then(|code| Format::from_code(code.to_str()?));
    // A file and not a socket: it uses `read` and `write`, and the filter need not allow the calls of the network.
    let wire = std::io::stdin().as_fd().try_clone_to_owned().map(File::from);
    let (Some(format), Ok(mut wire)) = (format, wire) else {
        return BAD_INPUT;
    };
    let bounds = Bounds {
        memory_bytes: Some(SOURCE_MEMORY_BYTES_MAX),
        cpu_seconds: Some(SOURCE_CPU_SECONDS_MAX),
        descriptor: Some(wire.as_raw_fd()),
    };
    let answer: Answer = match sandbox::confine(bounds) {
        Ok(_) => read(format, &mut wire),
        Err(_) => Err(Refusal::NoReader),
    };
    let Ok(json) = serde_json::to_vec(&answer) else {
        return BAD_INPUT;
    };
    // An asker that is gone needs no answer.
    let _ = wire.write_all(&json);
    DONE
}

fn read(format: Format, wire: &mut File) -> Answer {
    let mut bytes = Vec::new();
    wire.take(SOURCE_BYTES_MAX + 1).read_to_end(&mut bytes).map_err(|_| Refusal::Crashed)?;
    if bytes.len() as u64 > SOURCE_BYTES_MAX {
        return Err(Refusal::TooLarge);
    }
    // Readers of PDF panic on files that real programs write; nothing of this process is used afterwards.
    catch_unwind(AssertUnwindSafe(|| foreign(format, &bytes))).unwrap_or(Err(Refusal::Damaged))
}
