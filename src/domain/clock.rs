//! Time and randomness as parameters, so that every station can be replayed.

use jiff::Timestamp;

/// Where the present comes from. The only implementation that reads the wall clock is `app::wall_clock`.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// Where random bytes come from. The shipped implementation is `crypto::SystemEntropy`.
pub trait Entropy: Send + Sync {
    /// Fills the whole buffer, or fails; never partly.
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError>;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The operating system gave no random bytes")]
pub struct EntropyError;

/// A clock that stands still until it is told otherwise.
#[derive(Debug)]
pub struct FixedClock(std::sync::Mutex<Timestamp>);

impl FixedClock {
    pub const fn at(now: Timestamp) -> Self {
        Self(std::sync::Mutex::new(now))
    }

    pub fn set(&self, now: Timestamp) {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = now;
    }
}

impl Clock for FixedClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}
