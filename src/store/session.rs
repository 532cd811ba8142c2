//! One writer, a pool of readers, and what a transaction may do.
//!
//! A write commits keys.db first, then main.db, then the derived search.db: a crash in between leaves an unused key
//! or a mail that is indexed at the next start, never sealed data without its key.

use crate::crypto::slots::Unlock;
use crate::crypto::{Key, digest, sign::SigningKey};
use crate::domain::clock::Clock;
use crate::domain::ids::PublicId;
use crate::domain::{EmailAddress, MessageId};
use crate::store::error::{Result, StoreError};
use crate::store::open::{self, Keys, Senses};
use crate::store::schema::{Database, migrate};
use crate::store::vault::{self, CaseKey, Owner};
use rusqlite::{Connection, Transaction};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

const READERS: usize = 3;

/// An open data folder. Cheap to clone.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    senses: Senses,
    keys: Keys,
    installation: Installation,
    writer: Mutex<Connections>,
    readers: Mutex<Vec<Connections>>,
    reader_back: Condvar,
    _lock: File,
}

struct Connections {
    main: Connection,
    keys: Connection,
    search: Connection,
}

impl Connections {
    fn open(folder: &Path, keys: &Keys, writing: bool) -> Result<Self> {
        Ok(Self {
            main: open::connect(folder, Database::Main, keys, writing)?,
            keys: open::connect(folder, Database::Keys, keys, writing)?,
            search: open::connect(folder, Database::Search, keys, writing)?,
        })
    }
}

/// What was drawn at `init` and never changes.
struct Installation {
    lookup_key: Key,
    message_id_key: Key,
    signing_key: SigningKey,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Store")
    }
}

impl Store {
    /// Opens a data folder exclusively. Nothing is written before key, slots and pages have verified.
    pub fn open(folder: &Path, unlock: &Unlock, senses: Senses) -> Result<Self> {
        let lock = open::lock(folder)?;
        let keys = open::unlock_databases(folder, unlock)?;
        open::renew_search(folder, &keys)?;
        let mut writer = Connections::open(folder, &keys, true)?;
        migrate(&mut writer.main, Database::Main)?;
        migrate(&mut writer.keys, Database::Keys)?;
        migrate(&mut writer.search, Database::Search)?;
        let installation = Installation::read(&writer.main)?;
        let readers = (0..READERS).map(|_| Connections::open(folder, &keys, false)).collect::<Result<_>>()?;
        Ok(Self(Arc::new(Inner {
            folder: folder.to_owned(),
            senses,
            keys,
            installation,
            writer: Mutex::new(writer),
            readers: Mutex::new(readers),
            reader_back: Condvar::new(),
            _lock: lock,
        })))
    }

    pub fn folder(&self) -> &Path {
        &self.0.folder
    }

    pub fn clock(&self) -> &dyn Clock {
        &*self.0.senses.clock
    }

    pub fn senses(&self) -> &Senses {
        &self.0.senses
    }

    /// The key from which our own Message-IDs are derived.
    pub fn message_id_key(&self) -> &Key {
        &self.0.installation.message_id_key
    }

    /// Runs `work` in one transaction. An error before main.db has committed rolls everything back but an unused key. What
    /// search.db then loses is derived, and the next start finds and mends it: what was done is not reported as undone.
    pub fn write<T, E: From<StoreError>>(&self, work: impl FnOnce(&Writing<'_>) -> std::result::Result<T, E>) -> std::result::Result<T, E> {
        let mut guard = self.0.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let connections = &mut *guard;
        let writing = Writing {
            main: connections.main.transaction().map_err(StoreError::from)?,
            keys: connections.keys.transaction().map_err(StoreError::from)?,
            search: connections.search.transaction().map_err(StoreError::from)?,
            inner: &self.0,
        };
        let value = work(&writing)?;
        writing.keys.commit().map_err(StoreError::from)?;
        crate::crashpoint!("store.keys_committed");
        writing.main.commit().map_err(StoreError::from)?;
        crate::crashpoint!("store.main_committed");
        if let Err(error) = writing.search.commit() {
            tracing::error!(event = "search.not_written", %error, "the index lacks what was just kept; the next start mends it");
        }
        Ok(value)
    }

    /// Runs `work` on a reader. It sees one consistent state of main.db.
    pub fn read<T, E: From<StoreError>>(&self, work: impl FnOnce(&Reading<'_>) -> std::result::Result<T, E>) -> std::result::Result<T, E> {
        let mut pool = self.0.readers.lock().unwrap_or_else(PoisonError::into_inner);
        let connections = loop {
            match pool.pop() {
                Some(connections) => break connections,
                None => pool = self.0.reader_back.wait(pool).unwrap_or_else(PoisonError::into_inner),
            }
        };
        drop(pool);
        let back = Back { inner: &self.0, connections: Some(connections) };
        let Some(connections) = back.connections.as_ref() else {
            return Err(StoreError::NotFound("A reader").into());
        };
        let snapshot = connections.main.unchecked_transaction().map_err(StoreError::from)?;
        let value = work(&Reading { main: &snapshot, keys: &connections.keys, search: &connections.search, inner: &self.0 })?;
        snapshot.finish().map_err(StoreError::from)?;
        Ok(value)
    }

    /// Every page of every database, read and verified.
    pub fn verify_pages(&self) -> Result<()> {
        for database in Database::ALL {
            if open::verify(&self.0.folder, database, &self.0.keys, true).is_err() {
                // SQLCipher reads the file past its locks, so a page that was being written may look torn: once more, without writers.
                let _no_writers = self.0.writer.lock().unwrap_or_else(PoisonError::into_inner);
                open::verify(&self.0.folder, database, &self.0.keys, true)?;
            }
        }
        Ok(())
    }
}

/// Gives a reader back even when the work panicked.
struct Back<'a> {
    inner: &'a Inner,
    connections: Option<Connections>,
}

impl Drop for Back<'_> {
    fn drop(&mut self) {
        if let Some(connections) = self.connections.take() {
            self.inner.readers.lock().unwrap_or_else(PoisonError::into_inner).push(connections);
            self.inner.reader_back.notify_one();
        }
    }
}

impl Installation {
    fn read(main: &Connection) -> Result<Self> {
        let damaged = || StoreError::damaged("main.db", "the installation row cannot be read");
        let (lookup, message_id, signing): ([u8; 32], [u8; 32], Vec<u8>) = main
            .query_row("SELECT lookup_key, message_id_key, signing_key FROM installation WHERE id = 1", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .map_err(|_| damaged())?;
        Ok(Self {
            lookup_key: Key::from_bytes(lookup),
            message_id_key: Key::from_bytes(message_id),
            signing_key: SigningKey::from_pkcs8(&signing).map_err(|_| damaged())?,
        })
    }
}

/// What a read sees.
pub struct Reading<'a> {
    pub main: &'a Connection,
    keys: &'a Connection,
    pub search: &'a Connection,
    inner: &'a Inner,
}

impl Reading<'_> {
    pub fn open(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        vault::open(self.keys, &self.inner.keys.vault, place, sealed)
    }

    /// Opens what belongs to the installation and to no person, such as a mailbox's password.
    pub fn open_own(&self, place: &str, sealed: &[u8]) -> Result<Vec<u8>> {
        Ok(crate::crypto::envelope::open(&self.inner.keys.vault, place.as_bytes(), sealed)?)
    }

    pub fn address_hmac(&self, address: &EmailAddress) -> digest::Digest {
        digest::keyed(&self.inner.installation.lookup_key, "address", address.key().as_bytes())
    }

    pub fn message_id_hmac(&self, id: &MessageId) -> digest::Digest {
        digest::keyed(&self.inner.installation.lookup_key, "message-id", id.as_str().as_bytes())
    }

    pub fn raw_hmac(&self, raw: &[u8]) -> digest::Digest {
        digest::keyed(&self.inner.installation.lookup_key, "raw", raw)
    }

    pub fn signing_key(&self) -> &SigningKey {
        &self.inner.installation.signing_key
    }

    pub fn now(&self) -> i64 {
        self.inner.senses.clock.now().as_millisecond()
    }
}

/// What a write may do: everything a read may, and change.
pub struct Writing<'a> {
    pub main: Transaction<'a>,
    keys: Transaction<'a>,
    pub search: Transaction<'a>,
    inner: &'a Inner,
}

impl Writing<'_> {
    pub fn reading(&self) -> Reading<'_> {
        Reading { main: &self.main, keys: &self.keys, search: &self.search, inner: self.inner }
    }

    pub fn now(&self) -> i64 {
        self.inner.senses.clock.now().as_millisecond()
    }

    pub fn random_id(&self) -> Result<PublicId> {
        Ok(PublicId::random(&*self.inner.senses.entropy)?)
    }

    /// Seals under the case's key, which is made where it does not exist yet.
    pub fn seal(&self, owner: Owner, place: &str, plain: &[u8]) -> Result<Vec<u8>> {
        let entropy = &*self.inner.senses.entropy;
        let wrapping = &self.inner.keys.vault;
        let key = match vault::find(&self.keys, wrapping, owner)? {
            Some(key) => key,
            None => {
                let fresh = CaseKey::new(*self.random_id()?.as_bytes(), Key::random(entropy)?);
                let wrapped = vault::wrap(&fresh, wrapping, entropy)?;
                vault::insert(&self.keys, owner, fresh, &wrapped, self.now())?
            }
        };
        vault::seal(&key, place, plain, entropy)
    }

    pub fn seal_own(&self, place: &str, plain: &[u8]) -> Result<Vec<u8>> {
        Ok(crate::crypto::envelope::seal(&self.inner.keys.vault, place.as_bytes(), plain, &*self.inner.senses.entropy)?)
    }

    pub fn destroy_keys(&self, person: PublicId, case: Option<PublicId>) -> Result<usize> {
        vault::destroy(&self.keys, person, case, self.now())
    }
}
