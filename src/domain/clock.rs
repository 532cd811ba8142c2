//! Time and randomness as parameters, so that every station can be replayed.

use jiff::Timestamp;

/// Where the present comes from. The only implementation that reads the wall clock is `app::wall_clock`.
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;
}

/// Unix milliseconds as RFC 3339 in UTC, always with three digits behind the second: such texts sort as the moments do.
pub fn rfc3339(milliseconds: i64) -> String {
    Timestamp::from_millisecond(milliseconds).map(|at| format!("{at:.3}")).unwrap_or_default()
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_as_text_sort_as_moments() {
        let moments = [0, 1, 10, 100, 970, 999, 1_000, 1_900, 1_772_443_440_000].map(rfc3339);
        assert!(moments.is_sorted() && moments.iter().all(|text| text.len() == "1970-01-01T00:00:00.000Z".len()), "{moments:?}");
        assert_eq!(rfc3339(970), "1970-01-01T00:00:00.970Z");
        assert_eq!(rfc3339(i64::MAX), "");
    }
}
