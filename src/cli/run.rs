//! `hauspost run`: the service in the foreground; Ctrl-C or SIGTERM ends it in order.

use crate::app::fault::Fault;
use crate::app::service;
use crate::cli::command::open_store;
use crate::cli::output::Output;
use crate::cli::waiting::Waiting;
use crate::config::Config;
use anyhow::{Context, Result, bail};
use std::time::Duration;

/// What computes or waits outside the tasks may end this long after them.
const BLOCKING_WAIT: Duration = Duration::from_secs(5);
/// The name that the template carries; a mail signed with it would be wrong.
const PLACEHOLDER: &str = "Ihre Firma GmbH";

pub fn run(out: &Output, config: &Config) -> Result<u8> {
    if config.company.name == PLACEHOLDER {
        let text = format!("company.name = {PLACEHOLDER:?}: put your own company into the configuration first");
        bail!(Fault::input("fault-placeholder", text).with("value", PLACEHOLDER));
    }
    let store = open_store(out, config)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("No threads for the service could be made")?;
    let ended = runtime.block_on(async {
        let waiting = Waiting::begin(out.say("run-starting", &[]));
        let mut service = service::start(store, config).await?;
        drop(waiting);
        out.note(&out.say("run-started", &[]));
        let damaged = tokio::select! {
            ended = wait_for_end() => ended.map(|()| None)?,
            damaged = service.damaged() => Some(damaged),
        };
        out.note(&out.say("run-stopping", &[]));
        service.stop().await;
        out.note(&out.say("run-stopped", &[]));
        if let Some(damaged) = damaged {
            return Err(damaged.into());
        }
        if out.json {
            out.document(&serde_json::json!({ "stopped": true }));
        }
        Ok(0)
    });
    // An import of a large folder is not waited for: it writes in whole batches, and the next one goes on with the rest.
    runtime.shutdown_timeout(BLOCKING_WAIT);
    ended
}

async fn wait_for_end() -> Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).context("SIGTERM cannot be caught")?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted.context("Ctrl-C cannot be caught"),
        _ = terminate.recv() => Ok(()),
    }
}
