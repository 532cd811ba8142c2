//! Random bytes of the operating system, by ring.

use crate::domain::clock::{Entropy, EntropyError};
use ring::rand::{SecureRandom, SystemRandom};

#[derive(Debug, Clone)]
pub struct SystemEntropy(SystemRandom);

impl SystemEntropy {
    #[expect(clippy::disallowed_methods, reason = "this is the implementation that all others are given")]
    pub fn new() -> Self {
        Self(SystemRandom::new())
    }
}

impl Default for SystemEntropy {
    fn default() -> Self {
        Self::new()
    }
}

impl Entropy for SystemEntropy {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), EntropyError> {
        self.0.fill(buffer).map_err(|_| EntropyError)
    }
}
