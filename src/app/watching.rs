//! Keeps an eye on the knowledge folder of the configuration: what is new or changed is imported, what is gone is removed.
//!
//! It looks every few seconds, for that works on every file system, shares of other machines included. A folder that is
//! still being filled is waited for. What failed by the machine and not by the file is tried again without a change.
//! What a person said about a source with `knowledge add` stays. How it fares is noted (`store/health.rs`, shown by
//! `mailbox list`). Never: sources of other origin removed; most of them removed because a share is not there; the name of a
//! file or a word of it in a log line.

use crate::app::answers::sources;
use crate::app::request::{Added, SourcesOrder};
use crate::app::service::{Common, note};
use crate::knowledge::folder::{self, Entry, Kind};
use crate::store::health::{self, Failure, Part};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::watch;

/// How often the folder is looked at; two looks must agree before it is read.
const LOOK_EVERY: Duration = Duration::from_secs(3);

/// Looks after which a folder that never stands still is read all the same: a minute.
const RESTLESS_LOOKS: u32 = 20;

/// Reasons that may go without a change of the file: it could not be opened, or no child be started.
const BY_THE_MACHINE: [&str; 3] = ["file", "exchanged", "no-reader"];
/// Looks until an import that failed by the machine is tried again: five minutes.
const AGAIN_AFTER_LOOKS: u32 = 100;

/// Runs until the service ends. `ready` becomes true after the first import, whatever came of it.
pub async fn run(common: Common, folder: PathBuf, ready: watch::Sender<bool>) {
    let mut imported: Option<Vec<Entry>> = None;
    let mut before: Option<Vec<Entry>> = None;
    let mut again = None;
    let mut restless = 0;
    loop {
        let seen = look(&folder).await;
        if seen.is_none() {
            note(&common, |w| health::failed(w, Part::Knowledge, Failure::FolderAway));
        }
        restless = if seen == before { 0 } else { restless + 1 };
        let settled = imported.is_none() || restless == 0 || restless >= RESTLESS_LOOKS;
        let wanted = seen != imported || again == Some(0);
        if seen.is_some() && settled && wanted {
            again = if import(&common, &folder).await { None } else { Some(AGAIN_AFTER_LOOKS) };
            imported.clone_from(&seen);
            restless = 0;
        }
        again = again.map(|looks: u32| looks.saturating_sub(1));
        before = seen;
        ready.send_replace(true);
        if !common.pause(LOOK_EVERY).await {
            return;
        }
    }
}

/// What lies in the folder. Hidden files are nobody's sources, and programs write them all the time.
async fn look(folder: &std::path::Path) -> Option<Vec<Entry>> {
    let path = folder.to_owned();
    match tokio::task::spawn_blocking(move || folder::walk(&path)).await {
        Ok(Ok(mut entries)) => {
            entries.retain(|entry| entry.kind != Kind::Hidden);
            Some(entries)
        }
        Ok(Err(error)) => {
            tracing::warn!(event = "knowledge.folder_away", kind = ?error.kind(), "the knowledge folder cannot be read");
            None
        }
        Err(_) => None,
    }
}

/// Whether nothing is left to try again before the folder changes.
async fn import(common: &Common, folder: &std::path::Path) -> bool {
    let (store, order) = (common.store.clone(), SourcesOrder::standing(folder.to_owned()));
    let (failure, done) = match tokio::task::spawn_blocking(move || sources::import(&store, &order)).await {
        Ok(Ok(added)) => {
            tell(&added);
            let again = added.refused.iter().any(|refused| BY_THE_MACHINE.contains(&refused.code.as_str()));
            (added.held_back.then_some(Failure::SourcesGone), !again && !added.held_back)
        }
        Ok(Err(error)) => {
            // The text of this fault holds no word of the file.
            tracing::error!(event = "knowledge.failed", %error, "the knowledge folder was not imported");
            let manifest = error.sentence.key == "fault-knowledge-manifest";
            (Some(if manifest { Failure::Manifest } else { Failure::Internal }), false)
        }
        Err(_) => {
            tracing::error!(event = "knowledge.failed", "the import of the knowledge folder broke down");
            (Some(Failure::Internal), false)
        }
    };
    note(common, |w| match failure {
        Some(failure) => health::failed(w, Part::Knowledge, failure),
        None => health::answered(w, Part::Knowledge),
    });
    done
}

/// Counts and codes: a name can say whom a file is about. `knowledge list` and `knowledge add` show them.
fn tell(added: &Added) {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for refused in &added.refused {
        *reasons.entry(refused.code.as_str()).or_default() += 1;
    }
    for (reason, files) in reasons {
        tracing::warn!(event = "knowledge.refused", reason, files, "knowledge files were not read; knowledge add names them");
    }
    if !added.strangers.is_empty() {
        let entries = added.strangers.len();
        tracing::warn!(event = "knowledge.strangers", entries, "hauspost-knowledge.toml names what is not in the folder");
    }
    if added.held_back {
        let files = added.not_in_folder.len();
        tracing::error!(event = "knowledge.sources_gone", files, "too many files are gone; nothing was removed until a person confirms");
    }
    if !added.imported.is_empty() || !added.removed.is_empty() {
        let (imported, removed) = (added.imported.len(), added.removed.len());
        tracing::info!(event = "knowledge.changed", imported, removed, passages = added.passages, "the knowledge folder was read");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Programs write hidden files all the time; a folder that is looked at with them never stands still.
    #[tokio::test]
    async fn hidden_files_change_nothing() {
        let folder = crate::store::testing::Folder::empty();
        std::fs::write(folder.path.join("agb.md"), "Text").unwrap();
        let before = look(&folder.path).await;
        for name in [".DS_Store", "~$agb.docx", ".~lock.agb.docx#"] {
            std::fs::write(folder.path.join(name), "x").unwrap();
        }
        assert!(before.is_some());
        assert_eq!(look(&folder.path).await, before);
        std::fs::write(folder.path.join("neu.md"), "Text").unwrap();
        assert_ne!(look(&folder.path).await, before);
    }
}
