//! SHA-256 and keyed HMAC-SHA-256 (RFC 2104). A keyed HMAC is how something about a person is looked up.

use crate::crypto::Key;
use ring::{digest, hmac};

pub type Digest = [u8; 32];

pub fn sha256(data: &[u8]) -> Digest {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, data).as_ref());
    out
}

/// `label` separates the uses of one key: the HMAC of an address is never that of a Message-ID.
pub fn keyed(key: &Key, label: &str, data: &[u8]) -> Digest {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key.reveal()));
    context.update(&(label.len() as u64).to_be_bytes());
    context.update(label.as_bytes());
    context.update(data);
    let mut out = [0; 32];
    out.copy_from_slice(context.sign().as_ref());
    out
}

pub fn hex(bytes: &[u8]) -> String {
    data_encoding::HEXLOWER.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// FIPS 180-2, appendix B.1.
    #[test]
    fn sha256_of_abc() {
        assert_eq!(hex(&sha256(b"abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    }

    #[test]
    fn label_and_key_separate() {
        let (a, b) = (Key::from_bytes([1; 32]), Key::from_bytes([2; 32]));
        assert_ne!(keyed(&a, "address", b"x"), keyed(&a, "message-id", b"x"));
        assert_ne!(keyed(&a, "address", b"x"), keyed(&b, "address", b"x"));
        assert_ne!(keyed(&a, "ab", b"c"), keyed(&a, "a", b"bc"));
    }
}
