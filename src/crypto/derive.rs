//! Keys derived from the root key by HKDF-SHA-256 (RFC 5869), one label per use.

use crate::crypto::Key;
use ring::hkdf;

struct KeyLength;

impl hkdf::KeyType for KeyLength {
    fn len(&self) -> usize {
        crate::crypto::key::KEY_BYTES
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("Key derivation failed")]
pub struct DeriveError;

/// The key for one use. Labels are constants of the code, such as `hauspost v1 main.db`.
pub fn derive(root: &Key, label: &str) -> Result<Key, DeriveError> {
    let info = [label.as_bytes()];
    let prk = hkdf::Salt::new(hkdf::HKDF_SHA256, b"hauspost").extract(root.reveal());
    let okm = prk.expand(&info, KeyLength).map_err(|_| DeriveError)?;
    let mut bytes = [0; crate::crypto::key::KEY_BYTES];
    okm.fill(&mut bytes).map_err(|_| DeriveError)?;
    Ok(Key::from_bytes(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_give_different_keys_and_the_same_label_the_same() {
        let root = Key::from_bytes([7; 32]);
        let main = derive(&root, "hauspost v1 main.db").unwrap();
        assert_eq!(main.reveal(), derive(&root, "hauspost v1 main.db").unwrap().reveal());
        assert_ne!(main.reveal(), derive(&root, "hauspost v1 keys.db").unwrap().reveal());
    }
}
