use super::*;
use crate::crypto::SystemEntropy;
use proptest::prelude::*;
use std::collections::HashSet;

fn key(byte: u8) -> Key {
    Key::from_bytes([byte; 32])
}

#[test]
fn opens_only_with_its_key_and_in_its_place() {
    let sealed = seal(&key(1), b"message.raw", b"Guten Tag", &SystemEntropy::new()).unwrap();
    assert_eq!(open(&key(1), b"message.raw", &sealed).unwrap(), b"Guten Tag");
    assert_eq!(open(&key(2), b"message.raw", &sealed), Err(EnvelopeError::Open));
    assert_eq!(open(&key(1), b"draft.body", &sealed), Err(EnvelopeError::Open));
    assert_eq!(open(&key(1), b"message.raw", &sealed[..10]), Err(EnvelopeError::Open));
    assert_eq!(open(&key(1), b"message.raw", b""), Err(EnvelopeError::Open));
}

/// nonces are not used twice with one key.
#[test]
fn r088_nonces_are_unique() {
    let entropy = SystemEntropy::new();
    let nonces: HashSet<Vec<u8>> = (0..5_000).map(|_| seal(&key(1), b"", b"x", &entropy).unwrap()[..NONCE_LEN].to_vec()).collect();
    assert_eq!(nonces.len(), 5_000);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// any flipped bit is noticed.
    #[test]
    fn r088_any_flipped_bit_is_noticed(plain in proptest::collection::vec(any::<u8>(), 0..200), at in any::<prop::sample::Index>(), bit in 0_u8..8) {
        let mut sealed = seal(&key(3), b"p", &plain, &SystemEntropy::new()).unwrap();
        prop_assert_eq!(open(&key(3), b"p", &sealed).unwrap(), plain);
        let at = at.index(sealed.len());
        sealed[at] ^= 1 << bit;
        prop_assert_eq!(open(&key(3), b"p", &sealed), Err(EnvelopeError::Open));
    }
}
