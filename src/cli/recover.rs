//! `hauspost recover`: back into a data folder whose key file or configuration is lost.
//!
//! The recovery code, or a passphrase that still opens, gives the folder a new key file or passphrase. The lost one opens
//! nothing any more. What is there and fits is left as it is; a configuration is written only where there is none.

use crate::app::fault::Fault;
use crate::app::locate::{self, LocateError};
use crate::cli::arguments::RecoverArgs;
use crate::cli::command::ask_line;
use crate::cli::init::{ConfigPlace, beside, new_passphrase, write_new};
use crate::cli::output::Output;
use crate::cli::waiting::Waiting;
use crate::config::file::KeySource;
use crate::crypto::slots::{ARGON2_DEFAULT, Unlock, as_recovery_code};
use crate::crypto::{Key, SystemEntropy, digest};
use crate::domain::Secret;
use crate::store::record::{self, Chain, Entry};
use crate::store::{Store, StoreError, actor, open};
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};

/// What is to open the folder from now on.
enum Wanted {
    KeyFile(PathBuf),
    Passphrase,
}

pub fn run(out: &Output, data: Option<&Path>, config: Option<&Path>, args: &RecoverArgs) -> Result<u8> {
    let place = ConfigPlace::of(data, config)?;
    let known = if place.file.exists() { Some(locate::configuration(Some(&place.file), data)?) } else { None };
    let data = match (&known, data) {
        (Some(config), _) => std::path::absolute(&config.data),
        (None, Some(data)) => std::path::absolute(data),
        (None, None) => bail!(LocateError::Nothing),
    };
    let data = data.context("The data folder has no absolute path")?;
    open::read_slots(&data)?;
    let named = known.as_ref().map(|config| &config.key);
    let wanted = wanted(named, &data, args)?;
    let is_lost = match &wanted {
        Wanted::KeyFile(file) if file.exists() => {
            opens(&data, file)?;
            false
        }
        Wanted::KeyFile(_) | Wanted::Passphrase => true,
    };
    if is_lost {
        replace(out, &data, &wanted, &args.actor.actor)?;
    }
    let line = match &wanted {
        Wanted::KeyFile(file) => format!("key.file = {:?}", file.to_string_lossy()),
        Wanted::Passphrase => "key.ask = true".to_owned(),
    };
    if known.is_none() {
        place.write(&line, &data)?;
    }
    let fits = match (named, &wanted) {
        (None, _) | (Some(KeySource::Ask(_) | KeySource::PassphraseFile(_)), Wanted::Passphrase) => true,
        (Some(KeySource::File(named)), Wanted::KeyFile(file)) => std::path::absolute(named).is_ok_and(|named| named == *file),
        (Some(_), _) => false,
    };
    let key_file = if let Wanted::KeyFile(file) = &wanted { Some(file.display().to_string()) } else { None };
    let config_file = place.file.display().to_string();
    if out.json {
        out.document(&serde_json::json!({
            "data": data.display().to_string(), "config": config_file, "key_file": key_file,
            "key_replaced": is_lost, "config_written": known.is_none(), "config_line": (!fits).then_some(&line),
        }));
        return Ok(0);
    }
    match (&key_file, is_lost) {
        (Some(file), true) => out.line(&out.say("recover-key-file", &[("file", file)])),
        (None, true) => out.line(&out.say("recover-passphrase", &[])),
        (_, false) if known.is_some() && fits => out.line(&out.say("recover-nothing", &[])),
        (_, false) => {}
    }
    if known.is_none() {
        out.line(&out.say("init-config", &[("file", &config_file)]));
    }
    if !fits {
        out.line(&out.say("recover-config-line", &[("file", &config_file), ("line", &line)]));
    }
    if let (true, Some(KeySource::PassphraseFile(file))) = (is_lost, named) {
        out.line(&out.say("recover-passphrase-file", &[("file", &file.display().to_string())]));
    }
    Ok(0)
}

/// What the person asks for, else what the configuration names, else what `init` would make.
fn wanted(named: Option<&KeySource>, data: &Path, args: &RecoverArgs) -> Result<Wanted> {
    let file = match (&args.key_file, named) {
        _ if args.passphrase => return Ok(Wanted::Passphrase),
        (Some(file), _) | (None, Some(KeySource::File(file))) => std::path::absolute(file),
        (None, Some(KeySource::Ask(_) | KeySource::PassphraseFile(_))) => return Ok(Wanted::Passphrase),
        (None, None) => Ok(beside(data)),
    };
    Ok(Wanted::KeyFile(file.context("The key file has no absolute path")?))
}

/// A key file that is there either opens this folder or belongs to another one, and is then not touched.
fn opens(data: &Path, file: &Path) -> Result<()> {
    let key = locate::read_key_file(file)?;
    match open::unlock_root(data, &Unlock::KeyFile(key)) {
        Ok(_) => Ok(()),
        Err(StoreError::WrongKey(_)) => {
            let text = format!("Key file {} opens another data folder; keep it and name a new place with --key-file", file.display());
            bail!(Fault::input("fault-recover-key-foreign", text).with("file", file.display()))
        }
        Err(other) => Err(other.into()),
    }
}

/// Asks for what still opens, and puts a new key file or passphrase in the place of the lost one.
fn replace(out: &Output, data: &Path, wanted: &Wanted, by: &str) -> Result<()> {
    let line = ask_line(&out.say("ask-recovery", &[])).map_err(|_| LocateError::NoPassphrase)?;
    if line.trim().is_empty() {
        bail!(LocateError::NoPassphrase);
    }
    let brought = Unlock::Passphrase(Secret::new(as_recovery_code(&line).unwrap_or(line)));
    let fresh = match wanted {
        Wanted::KeyFile(_) => Unlock::KeyFile(Key::random(&SystemEntropy::new()).context("The operating system gave no random bytes")?),
        Wanted::Passphrase => Unlock::Passphrase(new_passphrase(out, "ask-new-passphrase")?),
    };
    let waiting = Waiting::begin(out.say("init-working", &[]));
    let store = Store::open(data, &brought, crate::app::wall_clock::senses())?;
    let root = open::unlock_root(data, &brought)?;
    let mut slots = open::read_slots(data)?;
    slots.retire(&fresh, &brought)?;
    slots.add(&root, &fresh, ARGON2_DEFAULT, &SystemEntropy::new())?;
    let made = if let (Wanted::KeyFile(file), Unlock::KeyFile(key)) = (wanted, &fresh) {
        write_new(file, digest::hex(key.reveal()).as_bytes())?;
        Some(file)
    } else {
        None
    };
    let kind = if made.is_some() { "key_file" } else { "passphrase" };
    let changed = store.write(|w| {
        let by = actor::named(w, by)?;
        let detail = serde_json::json!({ "kind": kind });
        record::append(w, &Entry { chain: Chain::Security, event: "key.recovered", object: None, actor: Some(by.public_id), detail })?;
        open::write_slots(data, &slots)
    });
    drop(waiting);
    if let (Err(_), Some(file)) = (&changed, made) {
        // A key that no slot knows opens nothing.
        let _ = std::fs::remove_file(file);
    }
    Ok(changed?)
}
