//! `hauspost init`: an encrypted data folder, its key, a recovery code, a configuration to fill in.

use crate::app::fault::Fault;
use crate::app::fault::system::io;
use crate::app::locate::{CONFIG_FILE, LocateError};
use crate::cli::arguments::InitArgs;
use crate::cli::output::Output;
use crate::cli::waiting::Waiting;
use crate::config::Config;
use crate::crypto::slots::{ARGON2_DEFAULT, Unlock, recovery_code};
use crate::crypto::{Key, SystemEntropy, digest};
use crate::domain::Secret;
use crate::domain::company::CompanyParticulars;
use crate::store::open::{self, SLOT_FILE};
use anyhow::{Context, Result, bail};
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

/// A shorter one is guessed.
const PASSPHRASE_CHARS_MIN: usize = 12;

pub fn run(out: &Output, data: &Path, config: Option<&Path>, args: &InitArgs) -> Result<u8> {
    let entropy = SystemEntropy::new();
    let senses = crate::app::wall_clock::senses();
    let data = std::path::absolute(data).context("The data folder has no absolute path")?;
    let place = ConfigPlace::of(Some(&data), config)?;
    let inside = place.file.starts_with(&data);
    let is_there = |key: &'static str, text: &str, file: &Path| {
        Fault::input(key, format!("{} {text}; nothing was changed", file.display())).with("file", file.display())
    };
    // Nothing is made where something is there already, and no one is told to remove what may be the only key.
    if data.join(SLOT_FILE).exists() {
        bail!(is_there("fault-init-folder", "is a data folder already (a lost key file or configuration: hauspost recover)", &data));
    }
    if place.file.exists() {
        bail!(is_there("fault-init-config", "exists already (name another place with --config)", &place.file));
    }
    let (unlock, key_line, key_file) = way_to_unlock(out, &data, args)?;
    if let Some(file) = key_file.as_ref().filter(|file| file.exists()) {
        bail!(is_there("fault-init-key", "exists already and may open another data folder (name another place with --key-file)", file));
    }
    let mut made: Vec<&Path> = Vec::new();
    if let (Some(file), Unlock::KeyFile(key)) = (&key_file, &unlock) {
        write_new(file, digest::hex(key.reveal()).as_bytes())?;
        made.push(file);
    }
    // Outside of the data folder it comes first: where it cannot be written, no data folder is made.
    let early = if inside { Ok(()) } else { place.write(&key_line, &data) };
    let waiting = Waiting::begin(out.say("init-working", &[]));
    let created = early.and_then(|()| {
        if !inside {
            made.push(&place.file);
        }
        Ok(open::create(&data, &unlock, ARGON2_DEFAULT, &senses)?)
    });
    if let Err(error) = created {
        // The key of a folder that was not made opens nothing.
        for file in made {
            let _ = std::fs::remove_file(file);
        }
        return Err(error);
    }
    let code = recovery_code(&entropy)?;
    let root = open::unlock_root(&data, &unlock)?;
    let mut slots = open::read_slots(&data)?;
    slots.add(&root, &Unlock::Passphrase(code.clone()), ARGON2_DEFAULT, &entropy)?;
    open::write_slots(&data, &slots)?;
    drop(waiting);
    if inside {
        place.write(&key_line, &data)?;
    }
    let shown = |path: &Path| path.display().to_string();
    if out.json {
        out.document(&serde_json::json!({
            "data": shown(&data), "config": shown(&place.file), "key_file": key_file.as_deref().map(shown), "recovery_code": code.reveal(),
        }));
        return Ok(0);
    }
    out.line(&out.say("init-done", &[("folder", &shown(&data))]));
    if let Some(file) = &key_file {
        out.line(&out.say("init-key-file", &[("file", &shown(file))]));
    }
    out.line(&out.say("init-config", &[("file", &shown(&place.file))]));
    out.line(&format!("\n{}\n\n    {}\n", out.say("init-recovery", &[]), out.bold(code.reveal())));
    out.line(&out.say("init-next", &[]));
    Ok(0)
}

/// The key or passphrase, its line in the configuration, and the key file that is to be written.
fn way_to_unlock(out: &Output, data: &Path, args: &InitArgs) -> Result<(Unlock, String, Option<PathBuf>)> {
    if args.passphrase {
        return Ok((Unlock::Passphrase(new_passphrase(out, "ask-passphrase")?), "key.ask = true".to_owned(), None));
    }
    let file = args.key_file.clone().map_or_else(|| Ok(beside(data)), std::path::absolute).context("The key file has no absolute path")?;
    let key = Key::random(&SystemEntropy::new()).context("The operating system gave no random bytes")?;
    Ok((Unlock::KeyFile(key), format!("key.file = {:?}", file.to_string_lossy()), Some(file)))
}

/// A passphrase that is not guessed at once; `ask` is the key of the question.
pub fn new_passphrase(out: &Output, ask: &str) -> Result<Secret<String>> {
    let line = crate::cli::command::ask_line(&out.say(ask, &[])).map_err(|_| LocateError::NoPassphrase)?;
    if line.trim().chars().count() < PASSPHRASE_CHARS_MIN {
        let text = format!("The passphrase must have at least {PASSPHRASE_CHARS_MIN} characters");
        bail!(Fault::input("fault-passphrase-short", text).with("characters", PASSPHRASE_CHARS_MIN));
    }
    Ok(Secret::new(line))
}

/// Where a configuration is to be found or written.
pub struct ConfigPlace {
    pub file: PathBuf,
}

impl ConfigPlace {
    /// As named, else in the data folder.
    pub fn of(data: Option<&Path>, config: Option<&Path>) -> Result<Self> {
        let file = match (config, data) {
            (Some(config), _) => config.to_owned(),
            (None, Some(data)) => data.join(CONFIG_FILE),
            (None, None) => bail!(LocateError::Nothing),
        };
        Ok(Self { file: std::path::absolute(file).context("The configuration has no absolute path")? })
    }

    /// Writes a configuration to fill in, for this data folder (an absolute path).
    pub fn write(&self, key_line: &str, data: &Path) -> Result<()> {
        let folder = if self.file.parent() == Some(data) { ".".to_owned() } else { data.to_string_lossy().into_owned() };
        write_new(&self.file, template(key_line, &folder).as_bytes())
    }
}

pub fn beside(data: &Path) -> PathBuf {
    let mut name = data.file_name().unwrap_or_default().to_owned();
    name.push(".key");
    data.with_file_name(name)
}

/// A file of mode 0600 that was not there before.
pub fn write_new(path: &Path, content: &[u8]) -> Result<()> {
    let write = || -> std::io::Result<()> {
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        let mut file = OpenOptions::new().create_new(true).write(true).mode(0o600).open(path)?;
        file.write_all(content)?;
        file.sync_all()
    };
    Ok(write().map_err(|error| {
        let text = format!("{} cannot be made: {error}", path.display());
        Fault::input("fault-make", text).with("path", path.display()).because("why", io(&error))
    })?)
}

/// The company that the template carries until the admin puts in their own.
pub fn example() -> Result<CompanyParticulars> {
    Ok(Config::parse(&template("key.ask = true", "."), Path::new(CONFIG_FILE))?.company)
}

pub fn template(key_line: &str, folder: &str) -> String {
    include_str!("text/hauspost.toml").replace("@KEY@", key_line).replace("@DATA@", &format!("{folder:?}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_template_is_a_valid_configuration() {
        let config = Config::parse(&template("key.file = \"/x/data.key\"", "."), Path::new("/x/data/hauspost.toml")).unwrap();
        assert_eq!(config.data, Path::new("/x/data/."));
        Config::parse(&template("key.ask = true", "/var/lib/x"), Path::new("/x/data/hauspost.toml")).unwrap();
    }
}
