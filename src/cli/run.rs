//! `hauspost run`: the service in the foreground; Ctrl-C or SIGTERM ends it in order.

use crate::app::fault::Fault;
use crate::app::service;
use crate::cli::command::open_store;
use crate::cli::init;
use crate::cli::output::Output;
use crate::cli::waiting::Waiting;
use crate::config::Config;
use crate::domain::company::CompanyParticulars;
use crate::store::mailbox;
use anyhow::{Context, Result, bail};
use std::time::Duration;

/// What computes or waits outside the tasks may end this long after them.
const BLOCKING_WAIT: Duration = Duration::from_secs(5);
/// What ends sooner is not announced first.
const PATIENCE: Duration = Duration::from_millis(800);

pub fn run(out: &Output, config: &Config) -> Result<u8> {
    if let Some((key, value)) = placeholder(&config.company, &init::example()?) {
        let text = format!("company.{key} = {value:?}: put the particulars of your own company into the configuration first");
        bail!(Fault::input("fault-placeholder", text).with("key", key).with("value", value));
    }
    let store = open_store(out, config)?;
    let has_mailbox = !store.read(mailbox::list)?.is_empty();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("No threads for the service could be made")?;
    let ended = runtime.block_on(async {
        let waiting = Waiting::begin(out.say("run-starting", &[]));
        let mut service = service::start(store, config).await?;
        drop(waiting);
        out.note(&out.say("run-started", &[]));
        if !has_mailbox {
            out.note(&out.say("run-no-mailbox", &[]));
        }
        let damaged = tokio::select! {
            ended = wait_for_end() => ended.map(|()| None)?,
            damaged = service.damaged() => Some(damaged),
        };
        let mut stopping = std::pin::pin!(service.stop());
        // Who waits is told for what; an end at once needs one word.
        if tokio::time::timeout(PATIENCE, &mut stopping).await.is_err() {
            out.note(&out.say("run-stopping", &[]));
            stopping.await;
        }
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

/// A particular that still stands as `init` wrote it: under a letter it would be false.
fn placeholder(own: &CompanyParticulars, example: &CompanyParticulars) -> Option<(&'static str, String)> {
    let example = particulars(example);
    particulars(own).into_iter().find(|(_, value)| example.iter().any(|(_, placeholder)| value == placeholder))
}

/// What of a company stands under its letters, each with its key.
fn particulars(company: &CompanyParticulars) -> Vec<(&'static str, String)> {
    let mut found = vec![("name", company.name.clone()), ("seat", company.seat.clone())];
    found
        .extend(company.register.iter().flat_map(|register| [("register", register.court.clone()), ("register", register.number.clone())]));
    found.extend(company.persons.iter().map(|person| ("persons", person.clone())));
    found.extend(company.board_chair.iter().map(|person| ("board_chair", person.clone())));
    found.extend(company.supervisory_chair.iter().map(|person| ("supervisory_chair", person.clone())));
    found.extend(company.general_partner.iter().flat_map(|partner| particulars(partner)).map(|(_, value)| ("general_partner", value)));
    found
}

async fn wait_for_end() -> Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()).context("SIGTERM cannot be caught")?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted.context("Ctrl-C cannot be caught"),
        _ = terminate.recv() => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    /// no particular of the template reaches a customer.
    #[test]
    fn r048_every_placeholder_is_refused() {
        let own = [
            ("Ihre Firma GmbH", "Beispiel GmbH"),
            ("seat = \"Musterstadt\"", "seat = \"Neustadt\""),
            ("court = \"Musterstadt\"", "court = \"Neustadt\""),
            ("HRB 000000", "HRB 4711"),
            ("persons = [\"Vorname Nachname\"]", "persons = [\"Erika Beispiel\"]"),
        ];
        let written = |left: Option<usize>| {
            let template = init::template("key.ask = true", ".");
            let text = own.iter().enumerate().filter(|(at, _)| Some(*at) != left).fold(template, |text, (_, (old, new))| {
                assert!(text.contains(old), "{old}");
                text.replace(old, new)
            });
            Config::parse(&text, Path::new("/x/hauspost.toml")).expect("a configuration").company
        };
        assert_eq!(placeholder(&written(None), &init::example().unwrap()), None);
        for (left, line) in own.iter().enumerate() {
            assert!(placeholder(&written(Some(left)), &init::example().unwrap()).is_some(), "{line:?}");
        }
    }
}
