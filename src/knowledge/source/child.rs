//! Starts the reading child, gives it one file, waits for one answer, and says what became of a child that gave none.
//!
//! Never: a child with our environment, our folder or our descriptors; a wait without an end. The file goes over a socket
//! as the very bytes whose hash is stored, so that no other state of it can be read in between.

use crate::domain::limits::{SOURCE_ANSWER_BYTES_MAX, SOURCE_BYTES_MAX, SOURCE_WALL_SECONDS_MAX};
use crate::knowledge::source::read::{Extracted, Reader};
use crate::knowledge::source::worker::{Answer, READER_COMMAND};
use crate::knowledge::source::{Format, Refusal};
use std::io::{ErrorKind, Read, Write};
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

const PIECE_BYTES: usize = 64 * 1024;

/// Reads every foreign file in a child of its own.
#[derive(Debug, Clone)]
pub struct ChildReader {
    /// The program, normally [`std::env::current_exe`].
    pub program: PathBuf,
    pub wall: Duration,
}

impl ChildReader {
    pub fn of_this_binary() -> std::io::Result<Self> {
        Ok(Self { program: std::env::current_exe()?, wall: Duration::from_secs(SOURCE_WALL_SECONDS_MAX) })
    }

    /// Starts the child; its standard input is the other end of the socket.
    pub fn start(&self, format: Format) -> std::io::Result<(Child, UnixStream)> {
        let (ours, theirs) = UnixStream::pair()?;
        let mut command = Command::new(&self.program);
        command.arg(READER_COMMAND).arg(format.code());
        // One arena: each further one would reserve 64 MiB of the address space that the limit counts.
        command.env_clear().env("RAYON_NUM_THREADS", "1").env("MALLOC_ARENA_MAX", "1").current_dir("/");
        // A panic message of a library could quote what it was working on, so nothing of the child is logged.
        command.stdin(OwnedFd::from(theirs)).stdout(Stdio::null()).stderr(Stdio::null());
        Ok((command.spawn()?, ours))
    }
}

impl Reader for ChildReader {
    fn read(&self, format: Format, bytes: &[u8]) -> Result<Extracted, Refusal> {
        if bytes.len() as u64 > SOURCE_BYTES_MAX {
            return Err(Refusal::TooLarge);
        }
        let until = Instant::now() + self.wall;
        let (mut child, wire) = self.start(format).map_err(|_| Refusal::NoReader)?;
        let talk = talk(wire, bytes, until);
        // A child that has answered ends by itself; one that has not is no use any more.
        let ended = match &talk {
            Ok(_) => None,
            Err(End::Silent) => wait(&mut child, until),
            Err(End::Late | End::Endless) => None,
        };
        // Each of these fails only when the child is gone already, which is what we want.
        let _ = child.kill();
        let _ = child.wait();
        match talk {
            Ok(json) => serde_json::from_slice::<Answer>(&json).unwrap_or_else(|_| Err(reason(ended))),
            Err(End::Silent) => Err(reason(ended)),
            Err(End::Late) => Err(Refusal::TooSlow),
            Err(End::Endless) => Err(Refusal::TooMuchText),
        }
    }
}

enum End {
    /// The child closed the socket without an answer.
    Silent,
    /// The clock ran out.
    Late,
    /// More was answered than a file may hold.
    Endless,
}

fn talk(mut wire: UnixStream, bytes: &[u8], until: Instant) -> Result<Vec<u8>, End> {
    for piece in bytes.chunks(PIECE_BYTES) {
        wire.set_write_timeout(Some(left(until)?)).map_err(|_| End::Silent)?;
        match wire.write_all(piece) {
            Ok(()) => {}
            // It may have answered before it took everything.
            Err(error) if error.kind() == ErrorKind::BrokenPipe => break,
            Err(error) => return Err(end_of(&error)),
        }
    }
    let _ = wire.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let mut piece = vec![0_u8; PIECE_BYTES];
    loop {
        wire.set_read_timeout(Some(left(until)?)).map_err(|_| End::Silent)?;
        match wire.read(&mut piece) {
            Ok(0) if answer.is_empty() => return Err(End::Silent),
            Ok(0) => return Ok(answer),
            Ok(count) => answer.extend_from_slice(piece.get(..count).unwrap_or_default()),
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(end_of(&error)),
        }
        if answer.len() as u64 > SOURCE_ANSWER_BYTES_MAX {
            return Err(End::Endless);
        }
    }
}

fn end_of(error: &std::io::Error) -> End {
    match error.kind() {
        ErrorKind::WouldBlock | ErrorKind::TimedOut => End::Late,
        _ => End::Silent,
    }
}

fn left(until: Instant) -> Result<Duration, End> {
    let left = until.saturating_duration_since(Instant::now());
    if left.is_zero() { Err(End::Late) } else { Ok(left) }
}

/// The socket closes a moment before the child can be waited for.
fn wait(child: &mut Child, until: Instant) -> Option<ExitStatus> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < until => std::thread::sleep(Duration::from_millis(2)),
            Ok(None) | Err(_) => return None,
        }
    }
}

/// A refused allocation aborts, and so does a full stack; the processor limit has a signal of its own; everything else is a crash.
fn reason(ended: Option<ExitStatus>) -> Refusal {
    match ended.and_then(|status| status.signal()) {
        Some(libc::SIGXCPU) => Refusal::TooSlow,
        Some(libc::SIGABRT) => Refusal::Memory,
        Some(_) | None => Refusal::Crashed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_a_silent_child_has_a_reason() {
        for (status, expected) in [
            (Some(libc::SIGXCPU), Refusal::TooSlow),
            (Some(libc::SIGABRT), Refusal::Memory),
            (Some(libc::SIGSEGV), Refusal::Crashed),
            (None, Refusal::Crashed),
        ] {
            assert_eq!(reason(status.map(ExitStatus::from_raw)), expected);
        }
    }

    #[test]
    fn a_program_that_is_no_reader_is_reported() {
        for (program, expected) in [("/bin/false", Refusal::Crashed), ("/nowhere", Refusal::NoReader)] {
            let reader = ChildReader { program: program.into(), wall: Duration::from_secs(10) };
            assert_eq!(reader.read(Format::Pdf, b"%PDF"), Err(expected));
        }
    }

    #[test]
    fn a_child_that_hangs_is_killed() {
        // `yes` neither reads its input nor ends.
        let reader = ChildReader { program: "/usr/bin/yes".into(), wall: Duration::from_millis(300) };
        let began = Instant::now();
        assert_eq!(reader.read(Format::Pdf, b"%PDF"), Err(Refusal::TooSlow));
        assert!(began.elapsed() < Duration::from_secs(5));
    }
}
