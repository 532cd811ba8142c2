//! Landlock: no path can be opened any more, whatever the user owns.
//!
//! Never: an exception. A file that the child needs is opened before and read through its descriptor.

use landlock::{ABI, Access, AccessFs, AccessNet, LandlockStatus, Ruleset, RulesetAttr, RulesetError, RulesetStatus, Scope};

/// Restricts the calling thread and its descendants; says in words what came of it.
pub fn close_all_paths() -> String {
    match restrict() {
        Ok(report) => report,
        Err(error) => format!("off: {error}"),
    }
}

fn restrict() -> Result<String, RulesetError> {
    // The newest set of rights this build knows; an older kernel takes what it can (best effort is the crate's default).
    let abi = ABI::V6;
    let status = Ruleset::default()
        .handle_access(AccessFs::from_all(abi))?
        .handle_access(AccessNet::from_all(abi))?
        .scope(Scope::from_all(abi))?
        .create()?
        .restrict_self()?;
    let level = match status.landlock {
        LandlockStatus::Available { effective_abi, .. } => format!("abi {}", effective_abi as i32),
        LandlockStatus::NotEnabled => "off: not enabled in this kernel".to_owned(),
        LandlockStatus::NotImplemented => "off: not in this kernel".to_owned(),
    };
    Ok(match status.ruleset {
        RulesetStatus::FullyEnforced | RulesetStatus::NotEnforced => level,
        RulesetStatus::PartiallyEnforced => format!("{level}, partly"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;

    #[test]
    fn no_file_opens_behind_landlock() {
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        // Landlock holds for one thread and its children, so the test runner stays free.
        let thread = std::thread::spawn(move || {
            File::open(manifest).expect("readable before");
            let report = close_all_paths();
            (report, File::open(manifest).err().and_then(|e| e.raw_os_error()))
        });
        let (report, refusal) = thread.join().expect("thread");
        if report.starts_with("abi") {
            assert_eq!(refusal, Some(libc::EACCES), "{report}");
        } else {
            assert!(report.starts_with("off"), "{report}");
        }
    }
}
