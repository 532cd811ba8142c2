//! A 256-bit key. Overwritten when dropped, compared in constant time, never printed.

use crate::domain::clock::{Entropy, EntropyError};
use zeroize::{Zeroize, ZeroizeOnDrop};

pub const KEY_BYTES: usize = 32;

#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Key([u8; KEY_BYTES]);

impl Key {
    pub fn random(entropy: &dyn Entropy) -> Result<Self, EntropyError> {
        let mut bytes = [0; KEY_BYTES];
        entropy.fill(&mut bytes)?;
        Ok(Self(bytes))
    }

    pub const fn from_bytes(bytes: [u8; KEY_BYTES]) -> Self {
        Self(bytes)
    }

    /// `None` unless there are exactly 32 bytes.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        Some(Self(bytes.try_into().ok()?))
    }

    pub const fn reveal(&self) -> &[u8; KEY_BYTES] {
        &self.0
    }
}

impl std::fmt::Debug for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("‹key›")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// a key is wiped when it is let go, and never printed.
    #[test]
    fn r089_a_key_is_wiped_and_never_printed() {
        const fn wiped_on_drop<T: ZeroizeOnDrop>() {}
        wiped_on_drop::<Key>();
        let mut key = Key::from_bytes([7; KEY_BYTES]);
        assert_eq!(format!("{key:?}"), "‹key›");
        key.zeroize();
        assert_eq!(key.reveal(), &[0; KEY_BYTES]);
    }
}
