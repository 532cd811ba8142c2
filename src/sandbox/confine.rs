//! Puts the calling process behind its walls, from the softest to the hardest.
//!
//! Never: goes on without the system call filter. Landlock is a second wall and depends on the kernel, so what came of
//! it is reported and the caller shows it; the filter alone already refuses every socket and every path.

use crate::sandbox::{filesystem, syscalls};
use rlimit::{Resource, setrlimit};
use serde::{Deserialize, Serialize};

/// What the process may use at most.
#[derive(Debug, Clone, Copy, Default)]
pub struct Bounds {
    /// Address space in bytes; `None` leaves it to the system.
    pub memory_bytes: Option<u64>,
    /// Processor seconds until the system ends the process; `None` sets no limit.
    pub cpu_seconds: Option<u64>,
    /// The only descriptor that may be read and written; `None` leaves it to what is open.
    pub descriptor: Option<i32>,
}

/// Which walls stand. Travels in the hello of the engine protocol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confinement {
    pub seccomp: bool,
    /// `abi N`, or why it does not stand.
    pub landlock: String,
}

#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    #[error("The system call filter could not be installed: {0}")]
    Filter(#[from] seccompiler::Error),
    #[error("No system call filter exists for the processor family {0}")]
    Architecture(&'static str),
    #[error("A limit of the process could not be set: {0}")]
    Limit(#[from] std::io::Error),
    #[error("A wall of the process could not be set: {0}")]
    Process(#[from] capctl::Error),
}

/// Confines this process for the rest of its life. Threads that exist and threads to come are both covered by the filter;
/// landlock covers the calling thread and its descendants, so call this before the first thread.
pub fn confine(bounds: Bounds) -> Result<Confinement, SandboxError> {
    // A core file would hold a customer's mail.
    setrlimit(Resource::CORE, 0, 0)?;
    capctl::prctl::set_dumpable(false)?;
    // The child must not outlive the house, even when it hangs and never reads the end of its input.
    capctl::prctl::set_pdeathsig(Some(libc::SIGKILL))?;
    if let Some(bytes) = bounds.memory_bytes {
        setrlimit(Resource::AS, bytes, bytes)?;
    }
    if let Some(seconds) = bounds.cpu_seconds {
        // Below the hard limit the signal is one of its own, so that the parent can tell what ended the child.
        setrlimit(Resource::CPU, seconds, seconds.saturating_add(1))?;
    }
    capctl::prctl::set_no_new_privs()?;
    let landlock = filesystem::close_all_paths();
    syscalls::install_for_all_threads(bounds.descriptor)?;
    Ok(Confinement { seccomp: true, landlock })
}
