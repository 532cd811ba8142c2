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

/// the cipher is AES-256-GCM as NIST has it: test case 14 of the GCM specification, behind its nonce.
#[test]
fn r088_the_cipher_is_aes_256_gcm() {
    struct Zeroes;
    impl Entropy for Zeroes {
        fn fill(&self, buffer: &mut [u8]) -> Result<(), crate::domain::clock::EntropyError> {
            buffer.fill(0);
            Ok(())
        }
    }
    let sealed = seal(&key(0), b"", &[0; 16], &Zeroes).unwrap();
    let expected = "000000000000000000000000cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919";
    assert_eq!(crate::crypto::digest::hex(&sealed), expected);
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
