//! Free ports for servers that want a number in a configuration file.
//!
//! They lie below the range from which the kernel gives ports to outgoing connections, so that none is taken in between.

use std::net::TcpListener;
use std::sync::atomic::{AtomicU16, Ordering};

const FIRST: u16 = 18_000;
const COUNT: u16 = 14_000;

/// A port that is free on 127.0.0.1 and on 127.0.0.2, given once per process.
pub fn free_port() -> u16 {
    static NEXT: AtomicU16 = AtomicU16::new(0);
    let start = u16::try_from(std::process::id().wrapping_mul(37) % u32::from(COUNT)).expect("Below the count");
    for _ in 0..COUNT {
        let step = NEXT.fetch_add(1, Ordering::Relaxed);
        let port = FIRST + start.wrapping_add(step) % COUNT;
        if TcpListener::bind(("127.0.0.1", port)).is_ok() && TcpListener::bind(("127.0.0.2", port)).is_ok() {
            return port;
        }
    }
    panic!("No free port between {FIRST} and {}", FIRST + COUNT);
}
