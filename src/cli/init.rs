//! `hauspost init`: an encrypted data folder, its key, a recovery code, a configuration to fill in.

use crate::app::locate::CONFIG_FILE;
use crate::cli::arguments::InitArgs;
use crate::cli::output::Output;
use crate::crypto::slots::{ARGON2_DEFAULT, Unlock, recovery_code};
use crate::crypto::{Key, SystemEntropy, digest};
use crate::domain::Secret;
use crate::store::open;
use anyhow::{Context, Result};
use std::fs::OpenOptions;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

pub fn run(out: &Output, data: &Path, args: &InitArgs) -> Result<u8> {
    let entropy = SystemEntropy::new();
    let senses = crate::app::wall_clock::senses();
    let data = std::path::absolute(data).context("The data folder has no absolute path")?;
    let (unlock, key_line, key_file) = if args.passphrase {
        let line = crate::cli::command::ask_line(&out.say("ask-passphrase", &[])).context("No passphrase came on standard input")?;
        anyhow::ensure!(line.trim().chars().count() >= 12, "The passphrase must have at least 12 characters");
        (Unlock::Passphrase(Secret::new(line)), "key.ask = true".to_owned(), None)
    } else {
        let file =
            args.key_file.clone().map_or_else(|| Ok(beside(&data)), std::path::absolute).context("The key file has no absolute path")?;
        let key = Key::random(&entropy).context("The operating system gave no random bytes")?;
        (Unlock::KeyFile(key), format!("key.file = {:?}", file.to_string_lossy()), Some(file))
    };
    if let (Some(file), Unlock::KeyFile(key)) = (&key_file, &unlock) {
        write_new(file, digest::hex(key.reveal()).as_bytes(), 0o600)?;
    }
    let created = open::create(&data, &unlock, ARGON2_DEFAULT, &senses);
    if let (Err(_), Some(file)) = (&created, &key_file) {
        // The key of a folder that was not made opens nothing.
        let _ = std::fs::remove_file(file);
    }
    created?;
    let code = recovery_code(&entropy)?;
    let root = open::unlock_root(&data, &unlock)?;
    let mut slots = open::read_slots(&data)?;
    slots.add(&root, &Unlock::Passphrase(code.clone()), ARGON2_DEFAULT, &entropy)?;
    open::write_slots(&data, &slots)?;
    let config = data.join(CONFIG_FILE);
    write_new(&config, template(&key_line).as_bytes(), 0o600)?;
    let shown = |path: &Path| path.display().to_string();
    if out.json {
        out.document(&serde_json::json!({
            "data": shown(&data), "config": shown(&config), "key_file": key_file.as_deref().map(shown), "recovery_code": code.reveal(),
        }));
        return Ok(0);
    }
    out.line(&out.say("init-done", &[("folder", &shown(&data))]));
    if let Some(file) = &key_file {
        out.line(&out.say("init-key-file", &[("file", &shown(file))]));
    }
    out.line(&out.say("init-config", &[("file", &shown(&config))]));
    out.line(&format!("\n{}\n\n    {}\n", out.say("init-recovery", &[]), out.bold(code.reveal())));
    out.line(&out.say("init-next", &[]));
    Ok(0)
}

fn beside(data: &Path) -> PathBuf {
    let mut name = data.file_name().unwrap_or_default().to_owned();
    name.push(".key");
    data.with_file_name(name)
}

fn write_new(path: &Path, content: &[u8], mode: u32) -> Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent).with_context(|| format!("{} cannot be made", parent.display()))?;
    }
    let mut file = OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(mode)
        .open(path)
        .with_context(|| format!("{} exists already or cannot be written; nothing was changed", path.display()))?;
    file.write_all(content)?;
    Ok(file.sync_all()?)
}

fn template(key_line: &str) -> String {
    include_str!("text/hauspost.toml").replace("@KEY@", key_line)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    #[test]
    fn the_template_is_a_valid_configuration() {
        let config = Config::parse(&template("key.file = \"/x/data.key\""), Path::new("/x/data/hauspost.toml")).unwrap();
        assert_eq!(config.data, Path::new("/x/data/."));
        Config::parse(&template("key.ask = true"), Path::new("/x/data/hauspost.toml")).unwrap();
    }
}
