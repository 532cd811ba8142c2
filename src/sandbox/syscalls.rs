//! The system call filter: what computing needs is allowed, everything else answers EPERM.
//!
//! Never: socket, connect, bind, accept, open, execve, ptrace, io_uring; nor a call that a future kernel invents. A list
//! of what is forbidden would miss those, and the x32 numbers of x86-64 with them. EPERM and not a kill, because libraries
//! probe (`/sys`, CPU counts) and fall back by themselves.

use crate::sandbox::confine::SandboxError;
use seccompiler::{
    BpfProgram, SeccompAction, SeccompCmpArgLen, SeccompCmpOp, SeccompCondition, SeccompFilter, SeccompRule, apply_filter_all_threads,
};
use std::collections::BTreeMap;

/// Memory, threads, time, signals to itself, and reading and writing what is already open.
const ALLOWED: &[i64] = &[
    libc::SYS_read,
    libc::SYS_write,
    libc::SYS_readv,
    libc::SYS_writev,
    libc::SYS_pread64,
    libc::SYS_lseek,
    libc::SYS_close,
    libc::SYS_fstat,
    libc::SYS_mmap,
    libc::SYS_munmap,
    libc::SYS_mremap,
    libc::SYS_mprotect,
    libc::SYS_madvise,
    libc::SYS_brk,
    libc::SYS_futex,
    libc::SYS_clone,
    libc::SYS_clone3,
    libc::SYS_set_robust_list,
    libc::SYS_rseq,
    libc::SYS_membarrier,
    libc::SYS_sched_yield,
    libc::SYS_sched_getaffinity,
    libc::SYS_getcpu,
    libc::SYS_getpid,
    libc::SYS_gettid,
    libc::SYS_uname,
    libc::SYS_sysinfo,
    libc::SYS_clock_gettime,
    libc::SYS_clock_nanosleep,
    libc::SYS_nanosleep,
    libc::SYS_gettimeofday,
    libc::SYS_getrandom,
    libc::SYS_rt_sigaction,
    libc::SYS_rt_sigprocmask,
    libc::SYS_rt_sigreturn,
    libc::SYS_sigaltstack,
    libc::SYS_restart_syscall,
    libc::SYS_exit,
    libc::SYS_exit_group,
];

/// Those of them that work on an open descriptor, which is their first argument.
const ON_DESCRIPTORS: [i64; 7] =
    [libc::SYS_read, libc::SYS_write, libc::SYS_readv, libc::SYS_writev, libc::SYS_pread64, libc::SYS_lseek, libc::SYS_fstat];

/// Installs the filter for every thread of the process; later threads inherit it. With a descriptor all others are of no use,
/// also those that the process was started with by whoever started the house.
pub fn install_for_all_threads(descriptor: Option<i32>) -> Result<(), SandboxError> {
    Ok(apply_filter_all_threads(&program(descriptor)?)?)
}

fn program(descriptor: Option<i32>) -> Result<BpfProgram, SandboxError> {
    let arch = std::env::consts::ARCH;
    let target = arch.try_into().map_err(|_| SandboxError::Architecture(arch))?;
    let mut rules: BTreeMap<i64, Vec<SeccompRule>> = ALLOWED.iter().map(|&call| (call, Vec::new())).collect();
    rules.insert(libc::SYS_prctl, vec![first_argument(libc::PR_SET_NAME)?, first_argument(libc::PR_SET_VMA)?]);
    // `abort` signals its own thread; refused, it would end as a fault of memory and hide why the child died.
    rules.insert(libc::SYS_tgkill, vec![first_argument(i32::try_from(std::process::id()).unwrap_or(0))?]);
    if let Some(descriptor) = descriptor {
        for call in ON_DESCRIPTORS {
            rules.insert(call, vec![first_argument(descriptor)?]);
        }
        // Memory without a file: its descriptor is -1.
        rules.insert(libc::SYS_mmap, vec![argument(4, u32::MAX)?]);
    }
    let filter = SeccompFilter::new(rules, SeccompAction::Errno(libc::EPERM.unsigned_abs()), SeccompAction::Allow, target)
        .map_err(seccompiler::Error::Backend)?;
    Ok(filter.try_into().map_err(seccompiler::Error::Backend)?)
}

/// A rule on the first argument: threads may name themselves and their memory, and signal their own process.
fn first_argument(value: i32) -> Result<SeccompRule, SandboxError> {
    argument(0, value.unsigned_abs())
}

fn argument(number: u8, value: u32) -> Result<SeccompRule, SandboxError> {
    let condition =
        SeccompCondition::new(number, SeccompCmpArgLen::Dword, SeccompCmpOp::Eq, u64::from(value)).map_err(seccompiler::Error::Backend)?;
    Ok(SeccompRule::new(vec![condition]).map_err(seccompiler::Error::Backend)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::net::{TcpListener, TcpStream, UdpSocket};
    use std::os::unix::net::UnixStream;

    fn errno<T>(result: std::io::Result<T>) -> Option<i32> {
        result.err().and_then(|error| error.raw_os_error())
    }

    #[test]
    fn r134_no_socket_and_no_file_behind_the_filter() {
        let program = program(None).expect("filter");
        // A filter without TSYNC holds for one thread, so the test runner stays free.
        let thread = std::thread::spawn(move || {
            seccompiler::apply_filter(&program).expect("installed");
            let heir = std::thread::spawn(|| errno(UdpSocket::bind("127.0.0.1:0")));
            [
                errno(TcpListener::bind("127.0.0.1:0")),
                errno(TcpStream::connect("127.0.0.1:9")),
                errno(UdpSocket::bind("[::1]:0")),
                errno(UnixStream::pair()),
                errno(std::fs::File::open("/etc/hostname")),
                errno(std::process::Command::new("/bin/true").status()),
                heir.join().expect("a later thread runs"),
            ]
        });
        assert_eq!(thread.join().expect("thread"), [Some(libc::EPERM); 7]);
    }

    /// what was open before, and is none of the child's business, cannot be read.
    #[test]
    fn r134_only_its_own_descriptor_is_of_use() {
        use std::io::{Read, Write};
        use std::os::fd::AsRawFd;
        let (own, mut ours) = UnixStream::pair().expect("a pair");
        let mut foreign = std::fs::File::open(concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")).expect("readable before");
        let program = program(Some(own.as_raw_fd())).expect("filter");
        let thread = std::thread::spawn(move || {
            // The stream itself would use `recv`.
            let mut own = std::fs::File::from(std::os::fd::OwnedFd::from(own));
            seccompiler::apply_filter(&program).expect("installed");
            let swelling = vec![1_u8; 64 * 1024 * 1024].len();
            let mut byte = [0];
            let sent = own.write_all(b"x").and_then(|()| own.read_exact(&mut byte));
            (sent.is_ok(), swelling, errno(foreign.read(&mut byte)))
        });
        ours.write_all(b"y").expect("sent");
        let mut byte = [0];
        ours.read_exact(&mut byte).expect("answered");
        assert_eq!(thread.join().expect("thread"), (true, 64 * 1024 * 1024, Some(libc::EPERM)));
    }
}
