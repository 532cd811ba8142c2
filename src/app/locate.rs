//! Finds the configuration and the key for a command: `--config FILE`, else `--data DIR` with its `hauspost.toml`.

use crate::config::Allowed;
use crate::config::file::{Config, ConfigError, KeySource};
use crate::crypto::Key;
use crate::crypto::slots::Unlock;
use crate::domain::Secret;
use crate::pipeline::guards::advertising::advertises;
use crate::store::open::SLOT_FILE;
use data_encoding::HEXLOWER_PERMISSIVE;
use std::fs::File;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

/// Where systemd lays the credentials of services.
const CREDENTIALS: &str = "/run/credentials";

pub const CONFIG_FILE: &str = "hauspost.toml";

#[derive(Debug, thiserror::Error)]
pub enum LocateError {
    #[error("Name the data folder (--data DIR) or the configuration (--config FILE)")]
    Nothing,
    #[error("Name the data folder to make: --data DIR")]
    NoData,
    #[error(transparent)]
    Config(#[from] ConfigError),
    #[error("{} is a data folder, but its configuration {} is missing (hauspost recover writes a new one)", .data.display(), .file.display())]
    ConfigGone { data: PathBuf, file: PathBuf },
    #[error("Key file {} does not exist (if it is lost, the recovery code helps: hauspost recover)", .0.display())]
    KeyGone(PathBuf),
    #[error("Key file {} cannot be read: {source}", .file.display())]
    KeyFile { file: PathBuf, source: std::io::Error },
    #[error("Key file {}: allowed are 64 hexadecimal digits", .0.display())]
    KeyFormat(PathBuf),
    #[error("Key file {}: mode {mode:03o} lets others read it; allowed is 0600 (chmod 600)", .file.display())]
    KeyMode { file: PathBuf, mode: u32 },
    #[error("No passphrase came on standard input")]
    NoPassphrase,
}

/// The configuration that a command works with.
pub fn configuration(config: Option<&Path>, data: Option<&Path>) -> Result<Config, LocateError> {
    match (config, data) {
        (Some(file), None) => read(file),
        (None, Some(data)) => {
            let file = data.join(CONFIG_FILE);
            if !file.exists() && data.join(SLOT_FILE).exists() {
                return Err(LocateError::ConfigGone { data: data.to_owned(), file });
            }
            let mut found = read(&file)?;
            data.clone_into(&mut found.data);
            Ok(found)
        }
        (Some(file), Some(data)) => {
            let mut found = read(file)?;
            data.clone_into(&mut found.data);
            Ok(found)
        }
        (None, None) => Err(LocateError::Nothing),
    }
}

/// a line under every answer that advertises is refused when it is read, and not first when a mail goes out.
fn read(file: &Path) -> Result<Config, LocateError> {
    let config = Config::read(file)?;
    match config.signature.lines.iter().find(|line| advertises(line)) {
        None => Ok(config),
        Some(line) => Err(LocateError::Config(ConfigError::Value {
            file: file.to_owned(),
            key: "signature.lines",
            value: format!("{line:?}"),
            allowed: Allowed::NoAdvertising,
        })),
    }
}

/// Reads the key or passphrase. `ask` reads one line from the person.
pub fn unlock(source: &KeySource, ask: impl FnOnce() -> std::io::Result<String>) -> Result<Unlock, LocateError> {
    match source {
        KeySource::File(file) => read_key_file(file).map(Unlock::KeyFile),
        KeySource::PassphraseFile(file) => Ok(Unlock::Passphrase(Secret::new(private_text(file)?))),
        KeySource::Ask(_) => {
            let line = ask().map_err(|_| LocateError::NoPassphrase)?;
            if line.trim().is_empty() { Err(LocateError::NoPassphrase) } else { Ok(Unlock::Passphrase(Secret::new(line))) }
        }
    }
}

/// Why a secret cannot be taken from a file.
#[derive(Debug)]
pub enum Unfit {
    Io(std::io::Error),
    /// Others have access.
    Mode(u32),
}

impl From<std::io::Error> for Unfit {
    fn from(error: std::io::Error) -> Self {
        Self::Io(error)
    }
}

/// A secret that others can read is none. The mode is asked of the opened file, not of a name that may be swapped.
pub fn read_secret(file: &Path) -> Result<String, Unfit> {
    let opened = File::open(file)?;
    let mode = opened.metadata()?.permissions().mode() & 0o777;
    // systemd hands a credential to the service's user by an access list, which shows as the mode of a group.
    if mode & 0o077 != 0 && !file.starts_with(CREDENTIALS) {
        return Err(Unfit::Mode(mode));
    }
    Ok(std::io::read_to_string(opened)?)
}

fn private_text(file: &Path) -> Result<String, LocateError> {
    read_secret(file).map_err(|unfit| match unfit {
        Unfit::Mode(mode) => LocateError::KeyMode { file: file.to_owned(), mode },
        Unfit::Io(source) if source.kind() == std::io::ErrorKind::NotFound => LocateError::KeyGone(file.to_owned()),
        Unfit::Io(source) => LocateError::KeyFile { file: file.to_owned(), source },
    })
}

pub fn read_key_file(file: &Path) -> Result<Key, LocateError> {
    let text = zeroize::Zeroizing::new(private_text(file)?);
    let bytes =
        zeroize::Zeroizing::new(HEXLOWER_PERMISSIVE.decode(text.trim().as_bytes()).map_err(|_| LocateError::KeyFormat(file.to_owned()))?);
    Key::from_slice(&bytes).ok_or_else(|| LocateError::KeyFormat(file.to_owned()))
}
