//! Key slots: the root key, wrapped once per way to unlock it (as LUKS does).
//!
//! A passphrase or the printed recovery sheet goes through Argon2id (RFC 9106); a key file holds 32 random bytes.
//! Each slot carries its own parameters, authenticated together with the wrapped key. The file holds no secret in clear.

use crate::crypto::{Key, envelope};
use crate::domain::Secret;
use crate::domain::clock::Entropy;
use argon2::{Algorithm, Argon2, Params, Version};
use data_encoding::{BASE32_NOPAD, HEXLOWER};
use serde::{Deserialize, Serialize};

/// RFC 9106 §4: memory-hard enough that a printed sheet cannot be guessed; 256 MiB, three passes.
pub const ARGON2_DEFAULT: Argon2Cost = Argon2Cost { memory_kib: 256 * 1024, passes: 3 };
/// More than this in a slot file is an attack on our memory, not a parameter.
const ARGON2_MEMORY_KIB_MAX: u32 = 4 * 1024 * 1024;
const ARGON2_PASSES_MAX: u32 = 64;
const SALT_BYTES: usize = 16;
const RECOVERY_BYTES: usize = 20;
/// Five bits a character.
const RECOVERY_CHARS: usize = RECOVERY_BYTES * 8 / 5;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Argon2Cost {
    pub memory_kib: u32,
    pub passes: u32,
}

/// What a person or the machine brings to open a slot.
#[derive(Debug)]
pub enum Unlock {
    Passphrase(Secret<String>),
    KeyFile(Key),
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Way {
    /// A chosen passphrase or the code of the recovery sheet.
    Passphrase {
        salt: String,
        #[serde(flatten)]
        cost: Argon2Cost,
    },
    KeyFile,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Slot {
    #[serde(flatten)]
    way: Way,
    wrapped: String,
}

/// The slots of one data folder, in the form of `slots.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Slots {
    version: u32,
    slots: Vec<Slot>,
}

#[derive(Debug, thiserror::Error)]
pub enum SlotError {
    #[error("The key slot file is no valid JSON of this version")]
    Format,
    #[error("No key slot opens with this key or passphrase")]
    WrongKey,
    #[error("A key slot names Argon2 parameters out of range")]
    Cost,
    #[error("The last key slot cannot be removed")]
    LastSlot,
    #[error(transparent)]
    Envelope(#[from] envelope::EnvelopeError),
}

impl Slots {
    /// A slot file with one slot. `cost` is used for a passphrase only.
    pub fn create(root: &Key, unlock: &Unlock, cost: Argon2Cost, entropy: &dyn Entropy) -> Result<Self, SlotError> {
        let mut slots = Self { version: 1, slots: Vec::new() };
        slots.add(root, unlock, cost, entropy)?;
        Ok(slots)
    }

    pub fn parse(json: &[u8]) -> Result<Self, SlotError> {
        let slots: Self = serde_json::from_slice(json).map_err(|_| SlotError::Format)?;
        if slots.version != 1 || slots.slots.is_empty() {
            return Err(SlotError::Format);
        }
        Ok(slots)
    }

    pub fn to_json(&self) -> Result<Vec<u8>, SlotError> {
        serde_json::to_vec_pretty(self).map_err(|_| SlotError::Format)
    }

    pub fn len(&self) -> usize {
        self.slots.len()
    }

    pub fn is_empty(&self) -> bool {
        self.slots.is_empty()
    }

    pub fn add(&mut self, root: &Key, unlock: &Unlock, cost: Argon2Cost, entropy: &dyn Entropy) -> Result<(), SlotError> {
        let way = match unlock {
            Unlock::Passphrase(_) => {
                let mut salt = [0; SALT_BYTES];
                entropy.fill(&mut salt).map_err(|_| envelope::EnvelopeError::NoEntropy)?;
                Way::Passphrase { salt: HEXLOWER.encode(&salt), cost }
            }
            Unlock::KeyFile(_) => Way::KeyFile,
        };
        let wrapping = wrapping_key(&way, unlock)?.ok_or(SlotError::Format)?;
        let sealed = envelope::seal(&wrapping, &place(&way)?, root.reveal(), entropy)?;
        self.slots.push(Slot { way, wrapped: HEXLOWER.encode(&sealed) });
        Ok(())
    }

    /// Makes room for a new way to unlock in the place of a lost one: every slot of its kind goes, but the one that opens with
    /// what the person brought.
    pub fn retire(&mut self, fresh: &Unlock, brought: &Unlock) -> Result<(), SlotError> {
        let mut kept = Vec::new();
        for slot in &self.slots {
            let same_kind =
                matches!((&slot.way, fresh), (Way::KeyFile, Unlock::KeyFile(_)) | (Way::Passphrase { .. }, Unlock::Passphrase(_)));
            if !same_kind || open_slot(slot, brought)?.is_some() {
                kept.push(slot.clone());
            }
        }
        self.slots = kept;
        Ok(())
    }

    /// Removes the slots that this way opens; the last one stays.
    pub fn remove(&mut self, unlock: &Unlock) -> Result<usize, SlotError> {
        let mut kept = Vec::new();
        for slot in &self.slots {
            if open_slot(slot, unlock)?.is_none() {
                kept.push(slot.clone());
            }
        }
        if kept.is_empty() {
            return Err(SlotError::LastSlot);
        }
        let removed = self.slots.len() - kept.len();
        self.slots = kept;
        if removed == 0 { Err(SlotError::WrongKey) } else { Ok(removed) }
    }

    /// The root key, if one of the slots opens.
    pub fn unlock(&self, unlock: &Unlock) -> Result<Key, SlotError> {
        for slot in &self.slots {
            if let Some(root) = open_slot(slot, unlock)? {
                return Ok(root);
            }
        }
        Err(SlotError::WrongKey)
    }
}

fn open_slot(slot: &Slot, unlock: &Unlock) -> Result<Option<Key>, SlotError> {
    let Some(wrapping) = wrapping_key(&slot.way, unlock)? else { return Ok(None) };
    let sealed = HEXLOWER.decode(slot.wrapped.as_bytes()).map_err(|_| SlotError::Format)?;
    Ok(envelope::open(&wrapping, &place(&slot.way)?, &sealed).ok().and_then(|bytes| Key::from_slice(&bytes)))
}

/// The slot's own parameters are the place of the wrapped key, so that nobody can lower the cost.
fn place(way: &Way) -> Result<Vec<u8>, SlotError> {
    serde_json::to_vec(way).map_err(|_| SlotError::Format)
}

/// `None`: this slot is not opened in this way.
fn wrapping_key(way: &Way, unlock: &Unlock) -> Result<Option<Key>, SlotError> {
    match (way, unlock) {
        (Way::KeyFile, Unlock::KeyFile(key)) => Ok(Some(key.clone())),
        (Way::Passphrase { salt, cost }, Unlock::Passphrase(passphrase)) => {
            let salt = HEXLOWER.decode(salt.as_bytes()).map_err(|_| SlotError::Format)?;
            argon2id(passphrase.reveal(), &salt, *cost).map(Some)
        }
        (Way::KeyFile, Unlock::Passphrase(_)) | (Way::Passphrase { .. }, Unlock::KeyFile(_)) => Ok(None),
    }
}

fn argon2id(passphrase: &str, salt: &[u8], cost: Argon2Cost) -> Result<Key, SlotError> {
    if cost.memory_kib > ARGON2_MEMORY_KIB_MAX || cost.passes > ARGON2_PASSES_MAX {
        return Err(SlotError::Cost);
    }
    let params = Params::new(cost.memory_kib, cost.passes, 1, Some(32)).map_err(|_| SlotError::Cost)?;
    let mut out = [0; 32];
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.trim().as_bytes(), salt, &mut out)
        .map_err(|_| SlotError::Cost)?;
    Ok(Key::from_bytes(out))
}

/// The code of a recovery sheet: 160 random bits in groups of four letters and digits.
pub fn recovery_code(entropy: &dyn Entropy) -> Result<Secret<String>, SlotError> {
    let mut bytes = [0; RECOVERY_BYTES];
    entropy.fill(&mut bytes).map_err(|_| envelope::EnvelopeError::NoEntropy)?;
    Ok(Secret::new(grouped(&BASE32_NOPAD.encode(&bytes))))
}

/// A typed recovery code in the form in which it was printed: case, spaces and dashes do not count. `None`: it is none.
pub fn as_recovery_code(typed: &str) -> Option<String> {
    let code: String = typed.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase()).collect();
    let is_code = code.len() == RECOVERY_CHARS && BASE32_NOPAD.decode(code.as_bytes()).is_ok();
    is_code.then(|| grouped(&code))
}

fn grouped(code: &str) -> String {
    let groups: Vec<String> = code.chars().collect::<Vec<_>>().chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

#[cfg(test)]
#[path = "slots_tests.rs"]
mod tests;
