//! Keeps an eye on the knowledge folder of the configuration: what is new or changed is imported, what is gone is removed.
//!
//! It looks every few seconds, for that works on every file system, shares of other machines included. A folder that is
//! still being filled is waited for. What failed by the machine and not by the file is tried again without a change.
//! What a person said about a source with `knowledge add` stays. Never: sources of other origin removed; everything removed
//! because a share is not there.

use crate::app::answers::sources;
use crate::app::request::{Added, SourcesOrder};
use crate::app::service::Common;
use crate::knowledge::folder::{self, Entry};
use std::path::PathBuf;
use std::time::Duration;
use tokio::sync::watch;

/// How often the folder is looked at; two looks must agree before it is read.
const LOOK_EVERY: Duration = Duration::from_secs(3);

/// Reasons that may go without a change of the file: it could not be opened, or no child be started.
const BY_THE_MACHINE: [&str; 2] = ["file", "no-reader"];
/// Looks until an import that failed by the machine is tried again: five minutes.
const AGAIN_AFTER_LOOKS: u32 = 100;

/// Runs until the service ends. `ready` becomes true after the first import, whatever came of it.
pub async fn run(common: Common, folder: PathBuf, ready: watch::Sender<bool>) {
    let mut imported: Option<Vec<Entry>> = None;
    let mut before: Option<Vec<Entry>> = None;
    let mut again = None;
    loop {
        let seen = look(&folder).await;
        let settled = imported.is_none() || seen == before;
        if seen.is_some() && settled && (seen != imported || again == Some(0)) {
            again = if import(&common, &folder).await { None } else { Some(AGAIN_AFTER_LOOKS) };
            imported.clone_from(&seen);
        }
        again = again.map(|looks: u32| looks.saturating_sub(1));
        before = seen;
        ready.send_replace(true);
        if !common.pause(LOOK_EVERY).await {
            return;
        }
    }
}

async fn look(folder: &std::path::Path) -> Option<Vec<Entry>> {
    let path = folder.to_owned();
    match tokio::task::spawn_blocking(move || folder::walk(&path)).await {
        Ok(Ok(entries)) => Some(entries),
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
    match tokio::task::spawn_blocking(move || sources::import(&store, &order)).await {
        Ok(Ok(added)) => {
            note(&added);
            !added.refused.iter().any(|refused| BY_THE_MACHINE.contains(&refused.code.as_str()))
        }
        Ok(Err(error)) => {
            tracing::error!(event = "knowledge.failed", %error, "the knowledge folder was not imported");
            false
        }
        Err(_) => {
            tracing::error!(event = "knowledge.failed", "the import of the knowledge folder broke down");
            false
        }
    }
}

fn note(added: &Added) {
    for refused in &added.refused {
        tracing::warn!(event = "knowledge.refused", file = refused.file, reason = refused.reason, "a knowledge file was not read");
    }
    if !added.imported.is_empty() || !added.removed.is_empty() {
        let (imported, removed) = (added.imported.len(), added.removed.len());
        tracing::info!(event = "knowledge.changed", imported, removed, passages = added.passages, "the knowledge folder was read");
    }
}
