//! Ed25519 signatures (RFC 8032) of checkpoints and exports.

use ring::rand::SystemRandom;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair, UnparsedPublicKey};

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The signing key is damaged")]
pub struct SigningKeyError;

/// A signing key, kept in the store as PKCS#8 (RFC 8410).
pub struct SigningKey(Ed25519KeyPair);

impl SigningKey {
    /// A new key in PKCS#8 form.
    #[expect(clippy::disallowed_methods, reason = "ring makes signing keys from its own generator alone")]
    pub fn generate() -> Result<Vec<u8>, SigningKeyError> {
        Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).map(|key| key.as_ref().to_vec()).map_err(|_| SigningKeyError)
    }

    pub fn from_pkcs8(bytes: &[u8]) -> Result<Self, SigningKeyError> {
        Ed25519KeyPair::from_pkcs8(bytes).map(Self).map_err(|_| SigningKeyError)
    }

    pub fn sign(&self, data: &[u8]) -> Vec<u8> {
        self.0.sign(data).as_ref().to_vec()
    }

    pub fn verifies(&self, data: &[u8], signature: &[u8]) -> bool {
        UnparsedPublicKey::new(&ED25519, self.0.public_key().as_ref()).verify(data, signature).is_ok()
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("‹signing key›")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_data_alone() {
        let key = SigningKey::from_pkcs8(&SigningKey::generate().unwrap()).unwrap();
        let signature = key.sign(b"head");
        assert!(key.verifies(b"head", &signature));
        assert!(!key.verifies(b"tail", &signature));
        assert!(SigningKey::from_pkcs8(b"no key").is_err());
    }
}
