//! Creates and opens a data folder: key slots, the exclusive lock, the three encrypted databases.
//!
//! Never writes into a folder whose key is wrong or whose files are missing or damaged.

use crate::crypto::derive::derive;
use crate::crypto::slots::{Argon2Cost, SlotError, Slots, Unlock};
use crate::crypto::{Key, digest, sign::SigningKey};
use crate::domain::clock::{Clock, Entropy};
use crate::domain::ids::PublicId;
use crate::store::error::{Result, StoreError};
use crate::store::schema::{Database, migrate};
use rusqlite::{Connection, OpenFlags, params};
use std::fs::{self, File, OpenOptions};
use std::io::Write;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub const SLOT_FILE: &str = "slots.json";
const LOCK_FILE: &str = "lock";
/// A database up to this size is verified page by page at every opening; larger ones by `audit verify` and at the start of `run`.
const VERIFY_AT_OPEN_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Size to which the write-ahead log is cut back after a checkpoint.
const WAL_BYTES_KEPT: i64 = 8 * 1024 * 1024;

/// Time and randomness for everything that the store does.
#[derive(Clone)]
pub struct Senses {
    pub clock: Arc<dyn Clock>,
    pub entropy: Arc<dyn Entropy>,
}

impl std::fmt::Debug for Senses {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Senses")
    }
}

/// The keys of an opened data folder.
#[derive(Debug)]
pub struct Keys {
    main: Key,
    keys: Key,
    search: Key,
    pub vault: Key,
}

impl Keys {
    fn of(root: &Key) -> Result<Self> {
        let label = |name: &str| derive(root, name).map_err(|_| StoreError::damaged(SLOT_FILE, "the root key derives nothing"));
        Ok(Self {
            main: label("hauspost v1 main.db")?,
            keys: label("hauspost v1 keys.db")?,
            search: label("hauspost v1 search.db")?,
            vault: label("hauspost v1 case key wrapping")?,
        })
    }

    const fn of_database(&self, database: Database) -> &Key {
        match database {
            Database::Main => &self.main,
            Database::Keys => &self.keys,
            Database::Search => &self.search,
        }
    }
}

/// Makes a new data folder. Fails on one that holds anything.
pub fn create(folder: &Path, unlock: &Unlock, cost: Argon2Cost, senses: &Senses) -> Result<()> {
    let io = |source| StoreError::Io { path: folder.to_owned(), source };
    // An existing folder may be open to others; what goes in is not for them.
    let private = || fs::set_permissions(folder, fs::Permissions::from_mode(0o700));
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder).map_err(io)?;
    if fs::read_dir(folder).map_err(io)?.next().is_some() {
        return Err(StoreError::NotEmpty(folder.to_owned()));
    }
    private().map_err(io)?;
    let root = Key::random(&*senses.entropy)?;
    let keys = Keys::of(&root)?;
    for database in Database::ALL {
        migrate(&mut connect(folder, database, &keys, true)?, database)?;
    }
    let main = connect(folder, Database::Main, &keys, true)?;
    let signing = SigningKey::generate().map_err(|_| StoreError::NoEntropy)?;
    main.execute(
        "INSERT INTO installation (id, public_id, created_at, lookup_key, message_id_key, signing_key) VALUES (1, ?1, ?2, ?3, ?4, ?5)",
        params![
            PublicId::random(&*senses.entropy)?.as_bytes(),
            senses.clock.now().as_millisecond(),
            Key::random(&*senses.entropy)?.reveal(),
            Key::random(&*senses.entropy)?.reveal(),
            signing
        ],
    )?;
    // Last: a folder without slots is no store, so that an interrupted `init` leaves nothing that looks like one.
    write_slots(folder, &Slots::create(&root, unlock, cost, &*senses.entropy).map_err(StoreError::Slots)?)
}

/// Replaces the slot file by one rename.
pub fn write_slots(folder: &Path, slots: &Slots) -> Result<()> {
    let path = folder.join(SLOT_FILE);
    let fresh = folder.join("slots.json.new");
    let json = slots.to_json().map_err(StoreError::Slots)?;
    let write = || -> std::io::Result<()> {
        let mut file = OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&fresh)?;
        file.write_all(&json)?;
        file.sync_all()?;
        fs::rename(&fresh, &path)?;
        File::open(folder)?.sync_all()
    };
    write().map_err(|source| StoreError::Io { path: path.clone(), source })
}

pub fn read_slots(folder: &Path) -> Result<Slots> {
    let path = folder.join(SLOT_FILE);
    let json = fs::read(&path).map_err(|source| match source.kind() {
        std::io::ErrorKind::NotFound => no_slots(folder),
        _ => StoreError::Io { path: path.clone(), source },
    })?;
    Slots::parse(&json).map_err(StoreError::Slots)
}

/// Without slots a folder is no store, unless there are databases that nothing else opens.
fn no_slots(folder: &Path) -> StoreError {
    if folder.join(Database::Main.file_name()).exists() {
        StoreError::damaged(SLOT_FILE, "it is missing")
    } else {
        StoreError::NoStore { folder: folder.to_owned(), missing: SLOT_FILE }
    }
}

/// The root key, or an error that says whether the key or the file is at fault.
pub fn unlock_root(folder: &Path, unlock: &Unlock) -> Result<Key> {
    match read_slots(folder)?.unlock(unlock) {
        Ok(root) => Ok(root),
        Err(SlotError::WrongKey) => Err(StoreError::WrongKey(folder.join(SLOT_FILE))),
        Err(other) => Err(StoreError::Slots(other)),
    }
}

/// What others may change is no record, and what others can read is no secret: neither is opened.
fn refuse_exposed(folder: &Path) -> Result<()> {
    let mode_of = |path: &Path| match path.metadata() {
        Ok(meta) => Ok(meta.permissions().mode() & 0o777),
        // A part that is missing is told where it is opened.
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(0),
        Err(source) => Err(StoreError::Io { path: path.to_owned(), source }),
    };
    let mode = mode_of(folder)?;
    if mode & 0o022 != 0 {
        return Err(StoreError::Writable { folder: folder.to_owned(), mode });
    }
    for name in Database::ALL.map(Database::file_name).into_iter().chain([SLOT_FILE]) {
        let file = folder.join(name);
        let mode = mode_of(&file)?;
        if mode & 0o077 != 0 {
            return Err(StoreError::Readable { file, mode });
        }
    }
    Ok(())
}

/// Takes the exclusive lock of a data folder. Held as long as the file lives.
pub fn lock(folder: &Path) -> Result<File> {
    let path = folder.join(LOCK_FILE);
    if !folder.join(SLOT_FILE).exists() {
        return Err(no_slots(folder));
    }
    refuse_exposed(folder)?;
    let file = OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(&path)
        .map_err(|source| StoreError::Io { path: path.clone(), source })?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(StoreError::Locked(folder.to_owned())),
        Err(fs::TryLockError::Error(source)) => Err(StoreError::Io { path, source }),
    }
}

/// Unlocks a folder and checks its databases; nothing is written before all of them verified.
pub fn unlock_databases(folder: &Path, unlock: &Unlock) -> Result<Keys> {
    let keys = Keys::of(&unlock_root(folder, unlock)?)?;
    for database in [Database::Main, Database::Keys] {
        let path = folder.join(database.file_name());
        if !path.exists() {
            return Err(StoreError::damaged(database.file_name(), "it is missing"));
        }
        let small = path.metadata().is_ok_and(|meta| meta.len() <= VERIFY_AT_OPEN_BYTES_MAX);
        verify(folder, database, &keys, small)?;
    }
    Ok(keys)
}

/// Reads the database without writing: the header always, every page where `whole`.
pub fn verify(folder: &Path, database: Database, keys: &Keys, whole: bool) -> Result<()> {
    let file = database.file_name();
    let damaged = |detail: &str| StoreError::damaged(file, detail);
    let connection = connect(folder, database, keys, false)?;
    let version: u32 =
        connection.query_row("PRAGMA user_version", [], |row| row.get(0)).map_err(|_| damaged("its first page does not verify"))?;
    // SQLite takes an empty file for a new database; ours was never empty.
    if version == 0 {
        return Err(damaged("it is empty"));
    }
    if whole {
        let mut statement = connection.prepare("PRAGMA cipher_integrity_check")?;
        let mut rows = statement.query([])?;
        if let Some(row) = rows.next().map_err(|_| damaged("a page does not verify"))? {
            return Err(damaged(&row.get::<_, String>(0).unwrap_or_default()));
        }
        let answer: String =
            connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(|_| damaged("its structure cannot be read"))?;
        if answer != "ok" {
            return Err(damaged("its structure is broken"));
        }
    }
    Ok(())
}

/// search.db is derived: where it is missing or damaged it is made anew, and the rooms above fill it again.
pub fn renew_search(folder: &Path, keys: &Keys) -> Result<()> {
    if folder.join(Database::Search.file_name()).exists() && verify(folder, Database::Search, keys, true).is_ok() {
        return Ok(());
    }
    for suffix in ["", "-wal", "-shm"] {
        let path: PathBuf = folder.join(format!("{}{suffix}", Database::Search.file_name()));
        match fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(source) => return Err(StoreError::Io { path, source }),
        }
    }
    migrate(&mut connect(folder, Database::Search, keys, true)?, Database::Search)?;
    Ok(())
}

/// One keyed connection with the house's settings.
pub fn connect(folder: &Path, database: Database, keys: &Keys, writing: bool) -> Result<Connection> {
    let path = folder.join(database.file_name());
    let access =
        if writing { OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE } else { OpenFlags::SQLITE_OPEN_READ_WRITE };
    if writing && !path.exists() {
        OpenOptions::new()
            .create_new(true)
            .write(true)
            .mode(0o600)
            .open(&path)
            .map_err(|source| StoreError::Io { path: path.clone(), source })?;
    }
    let connection = Connection::open_with_flags(&path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_NOFOLLOW)?;
    // SQLCipher writes errors to stderr by default; they would stand in the journal of the machine.
    connection.pragma_update(None, "cipher_log_level", "NONE")?;
    let raw = zeroize::Zeroizing::new(format!("x'{}'", digest::hex(keys.of_database(database).reveal())));
    connection.pragma_update(None, "key", raw.as_str())?;
    connection.busy_timeout(std::time::Duration::from_secs(10))?;
    let plain = |_| StoreError::damaged(database.file_name(), "its first page does not verify");
    connection.pragma_update(None, "foreign_keys", true).map_err(plain)?;
    connection.pragma_update(None, "trusted_schema", false).map_err(plain)?;
    connection.pragma_update(None, "cell_size_check", true).map_err(plain)?;
    connection.pragma_update(None, "temp_store", "MEMORY").map_err(plain)?;
    if writing {
        connection.pragma_update(None, "secure_delete", true).map_err(plain)?;
        connection.pragma_update(None, "journal_mode", "WAL").map_err(plain)?;
        connection.pragma_update(None, "synchronous", "FULL").map_err(plain)?;
        connection.pragma_update(None, "journal_size_limit", WAL_BYTES_KEPT).map_err(plain)?;
    } else {
        connection.pragma_update(None, "query_only", true).map_err(plain)?;
    }
    Ok(connection)
}
