//! Authenticated encryption of one value: AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce.
//!
//! Layout: 12 bytes nonce, ciphertext, 16 bytes tag. The additional data names the place where the value stands
//! (table, column, public id), so that a sealed value moved elsewhere does not open.
//! A key seals the mail of one case only, far below the 2^32 values that random nonces allow.

use crate::crypto::Key;
use crate::domain::clock::Entropy;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    #[error("The operating system gave no random bytes")]
    NoEntropy,
    #[error("Sealing failed")]
    Seal,
    #[error("A sealed value does not open: wrong key, wrong place or damaged")]
    Open,
}

fn aead(key: &Key) -> Result<LessSafeKey, EnvelopeError> {
    UnboundKey::new(&AES_256_GCM, key.reveal()).map(LessSafeKey::new).map_err(|_| EnvelopeError::Seal)
}

pub fn seal(key: &Key, place: &[u8], plain: &[u8], entropy: &dyn Entropy) -> Result<Vec<u8>, EnvelopeError> {
    let mut nonce = [0; NONCE_LEN];
    entropy.fill(&mut nonce).map_err(|_| EnvelopeError::NoEntropy)?;
    let mut sealed = Vec::with_capacity(NONCE_LEN + plain.len() + AES_256_GCM.tag_len());
    sealed.extend_from_slice(&nonce);
    let mut body = plain.to_vec();
    aead(key)?
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(place), &mut body)
        .map_err(|_| EnvelopeError::Seal)?;
    sealed.append(&mut body);
    Ok(sealed)
}

pub fn open(key: &Key, place: &[u8], sealed: &[u8]) -> Result<Vec<u8>, EnvelopeError> {
    let (nonce, body) = sealed.split_at_checked(NONCE_LEN).ok_or(EnvelopeError::Open)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).map_err(|_| EnvelopeError::Open)?;
    let mut body = body.to_vec();
    let length = aead(key)?.open_in_place(nonce, Aad::from(place), &mut body).map_err(|_| EnvelopeError::Open)?.len();
    body.truncate(length);
    Ok(body)
}

#[cfg(test)]
#[path = "envelope_tests.rs"]
mod tests;
