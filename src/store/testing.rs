//! A data folder in a temporary place, for the tests of this and the higher floors.
//!
//! Compiled for tests alone.

use crate::crypto::slots::{Argon2Cost, Unlock};
use crate::crypto::{Key, SystemEntropy};
use crate::domain::clock::FixedClock;
use crate::store::{Senses, Store, open};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

pub const CHEAP: Argon2Cost = Argon2Cost { memory_kib: 64, passes: 1 };

pub struct Folder {
    pub path: PathBuf,
    pub key: Key,
    pub clock: Arc<FixedClock>,
}

impl Folder {
    /// A fresh, empty place that is removed at the end of the test.
    pub fn empty() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let path = std::env::temp_dir().join(format!("hauspost-test-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::SeqCst)));
        std::fs::create_dir_all(&path).unwrap();
        let clock = Arc::new(FixedClock::at("2026-03-02T09:14:00Z".parse().unwrap()));
        Self { path, key: Key::from_bytes([9; 32]), clock }
    }

    pub fn data(&self) -> PathBuf {
        self.path.join("data")
    }

    pub fn senses(&self) -> Senses {
        Senses { clock: self.clock.clone(), entropy: Arc::new(SystemEntropy::new()) }
    }

    pub fn unlock(&self) -> Unlock {
        Unlock::KeyFile(self.key.clone())
    }

    /// A created data folder.
    pub fn created() -> Self {
        let folder = Self::empty();
        open::create(&folder.data(), &folder.unlock(), CHEAP, &folder.senses()).unwrap();
        folder
    }

    pub fn store(&self) -> Store {
        Store::open(&self.data(), &self.unlock(), self.senses()).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.path);
    }
}

/// Whether the bytes stand anywhere in the raw files below a folder.
pub fn raw_files_contain(folder: &Path, word: &[u8]) -> bool {
    std::fs::read_dir(folder).unwrap().any(|entry| {
        let path = entry.unwrap().path();
        if path.is_dir() {
            return raw_files_contain(&path, word);
        }
        std::fs::read(&path).unwrap().windows(word.len()).any(|window| window == word)
    })
}
