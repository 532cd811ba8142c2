//! `hauspost demo`: the way of each sample mail on the terminal, with progress; leaves drafts and records to look at.

use crate::app::demo::{Demo, Way};
use crate::app::request::Shown;
use crate::cli::arguments::DemoArgs;
use crate::cli::layout::printable;
use crate::cli::output::Output;
use crate::cli::render_queue::{ask_state, distinct, reason_words, why};
use crate::cli::waiting::Waiting;
use crate::domain::draft::ClaimState;
use crate::pipeline::intake::Taking;
use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use std::path::{Path, PathBuf};
use tokio::signal::unix::{SignalKind, signal};

pub fn run(out: &Output, args: &DemoArgs, data: Option<&Path>) -> Result<u8> {
    let place = match args.keep.as_deref().or(data) {
        Some(folder) => Place::Kept(folder.to_owned()),
        None => Place::Temporary(temporary()?),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("No threads for the demo could be made")?;
    runtime.block_on(async {
        tokio::select! {
            ended = show(out, args, &place) => ended,
            // The folder goes with `place`.
            signal = ended_by_signal() => signal,
        }
    })
}

/// Waits for Ctrl-C, a closed terminal or an order to end; the exit code is the one that shells give such an end.
async fn ended_by_signal() -> Result<u8> {
    const SHELL: u8 = 128;
    let listen = |kind: SignalKind| signal(kind).context("Signals cannot be caught");
    let (mut hangup, mut interrupt, mut terminate) =
        (listen(SignalKind::hangup())?, listen(SignalKind::interrupt())?, listen(SignalKind::terminate())?);
    let ended = tokio::select! {
        _ = hangup.recv() => SignalKind::hangup(),
        _ = interrupt.recv() => SignalKind::interrupt(),
        _ = terminate.recv() => SignalKind::terminate(),
    };
    Ok(SHELL + u8::try_from(ended.as_raw_value()).unwrap_or_default())
}

/// Where the demo plays. What nobody asked to keep is gone afterwards, also after a failure or a signal.
enum Place {
    Kept(PathBuf),
    Temporary(PathBuf),
}

impl Place {
    fn folder(&self) -> &Path {
        match self {
            Self::Kept(folder) | Self::Temporary(folder) => folder,
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Self::Temporary(folder) = self {
            let _ = std::fs::remove_dir_all(folder);
        }
    }
}

async fn show(out: &Output, args: &DemoArgs, place: &Place) -> Result<u8> {
    out.line(&out.bold(&out.wrapped(&out.say("demo-title", &[]), "")));
    let waiting = Waiting::begin(out.say("demo-preparing", &[]));
    let mut demo = Demo::prepare(place.folder(), args.model.as_deref()).await?;
    drop(waiting);
    if let Some(engine) = demo.engine.identity() {
        out.line(&out.dim(&out.say("demo-model", &[("name", &engine.name), ("sandbox", &sandbox(&engine.sandbox))])));
    }
    if demo.writes {
        out.line(&out.dim(&out.wrapped(&out.say("demo-writes", &[]), "")));
    }
    let bar = progress(Demo::mails().count());
    let mut ways = Vec::new();
    for (file, raw) in Demo::mails() {
        bar.set_message(*file);
        let way = demo.send(file, raw).await?;
        bar.suspend(|| out.line(&way_text(out, &way)));
        bar.inc(1);
        ways.push(way);
    }
    bar.finish_and_clear();
    finish(out, &demo, &ways, place);
    Ok(0)
}

fn temporary() -> Result<PathBuf> {
    let mut bytes = [0; 8];
    crate::domain::Entropy::fill(&crate::crypto::SystemEntropy::new(), &mut bytes).context("The operating system gave no random bytes")?;
    Ok(std::env::temp_dir().join(format!("hauspost-demo-{}", data_encoding::HEXLOWER.encode(&bytes))))
}

fn progress(mails: usize) -> ProgressBar {
    let bar = ProgressBar::new(mails as u64);
    let style = ProgressStyle::with_template("  {bar:24} {pos}/{len}  {msg}  {eta}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar
}

fn sandbox(confinement: &crate::sandbox::Confinement) -> String {
    format!("seccomp {}, landlock {}", if confinement.seccomp { "✓" } else { "–" }, confinement.landlock)
}

fn way_text(out: &Output, way: &Way) -> String {
    let seconds = out.decimal(way.seconds, 1);
    let head = format!("\n{}  {}", out.bold(&printable(&way.subject)), out.dim(&format!("{} · {seconds} s", way.from)));
    let line = match &way.taking {
        Taking::Kept => return format!("{head}\n{}", kept_text(out, way)),
        Taking::ToPerson(why) => {
            let (reason, rule) = (reason_words(out, why.reason.code(), Some(&why.rule)), out.code("rule", &why.rule));
            out.say("demo-person", &[("reason", &reason), ("rule", &rule)])
        }
        Taking::Ignored(rule) => out.say("demo-ignored", &[("rule", &out.code("rule", rule))]),
        Taking::Withdrawn => out.say("demo-withdrawn", &[]),
        Taking::Known => out.say("demo-known", &[]),
    };
    format!("{head}\n{}", out.wrapped(&line, "  "))
}

fn kept_text(out: &Output, way: &Way) -> String {
    let Some(shown) = &way.shown else { return String::new() };
    let stages: Vec<String> = shown.history.iter().map(|step| out.code("stage", &step.stage)).collect();
    let mut lines = vec![out.wrapped(&stages.join(" → "), "  ")];
    if shown.message.reason.is_some()
        && let Some(why) = why(out, shown.message.reason.as_deref(), shown.message.rule.as_deref())
    {
        lines.push(out.wrapped(&why, "  "));
    }
    for ask in distinct(&shown.asks) {
        let passages = if ask.passages.is_empty() { String::new() } else { format!("  ← {}", ask.passages.join(", ")) };
        lines.push(out.wrapped(&format!("• {} ({}){passages}", printable(&ask.ask), ask_state(out, ask)), "  "));
    }
    if let Some(scores) = relevance(out, shown) {
        lines.push(out.dim(&format!("  {}", out.say("demo-relevance", &[("scores", &scores)]))));
    }
    if let Some(draft) = shown.draft.as_ref().filter(|draft| !draft.body.is_empty()) {
        lines.extend(draft.body.lines().map(|line| out.wrapped(&printable(line), "    ┃ ")));
        let count = |state| shown.claims.iter().filter(|claim| claim.state == state).count().to_string();
        let checked = out.say(
            "demo-claims",
            &[
                ("supported", &count(ClaimState::Supported)),
                ("restated", &count(ClaimState::Restated)),
                ("unsupported", &count(ClaimState::Unsupported)),
                ("contradicted", &count(ClaimState::Contradicted)),
            ],
        );
        lines.push(out.dim(&format!("    {checked}")));
        lines.extend(writer(out, shown).map(|line| out.dim(&format!("    {line}"))));
    }
    lines.join("\n")
}

/// A part of what the decision record says about the draft.
fn decided<'a>(shown: &'a Shown, what: &str) -> Option<&'a serde_json::Value> {
    let record = shown.records.iter().rev().find(|record| record.get("event").is_some_and(|event| event == "mail.drafted"))?;
    record.get("detail")?.get(what)
}

fn by_model(shown: &Shown) -> bool {
    shown.draft.as_ref().is_some_and(|draft| draft.drafter == "model" && !draft.body.is_empty())
}

/// Who wrote the draft, and why it was not the model where it tried. Nothing where no model writes.
fn writer(out: &Output, shown: &Shown) -> Option<String> {
    if by_model(shown) {
        return Some(out.say("demo-by-model", &[]));
    }
    let mut rules: Vec<&str> = decided(shown, "put_aside")?.as_array()?.iter().filter_map(serde_json::Value::as_str).collect();
    rules.dedup();
    (!rules.is_empty()).then(|| out.say("demo-put-aside", &[("rules", &rules.join(", "))]))
}

/// The model's opinion per ask, from the decision record. Where it was asked nothing there is none.
fn relevance(out: &Output, shown: &Shown) -> Option<String> {
    let scores = decided(shown, "relevance")?.as_array()?;
    scores.iter().any(serde_json::Value::is_number).then(|| {
        let said = scores.iter().map(|score| score.as_f64().map_or_else(|| "–".to_owned(), |score| out.decimal(score, 2)));
        said.collect::<Vec<_>>().join("  ")
    })
}

fn finish(out: &Output, demo: &Demo, ways: &[Way], place: &Place) {
    let drafts = ways.iter().filter(|way| way.shown.as_ref().is_some_and(|shown| shown.message.stage == "filed_as_draft")).count();
    let (folder, files) = (demo.folder.display().to_string(), demo.drafts().display().to_string());
    let kept = matches!(place, Place::Kept(_));
    if out.json {
        let mails: Vec<_> = ways
            .iter()
            .map(|way| {
                serde_json::json!({
                    "file": way.file, "taking": taking_code(&way.taking), "seconds": way.seconds,
                    "shown": way.shown.as_ref().and_then(|shown| serde_json::to_value(shown).ok()),
                })
            })
            .collect();
        // What is removed at the end has no folder to name.
        out.document(&serde_json::json!({
            "folder": kept.then_some(folder), "drafts_folder": kept.then_some(files), "drafts": drafts, "mails": mails,
        }));
        return;
    }
    if demo.writes {
        let written = ways.iter().filter_map(|way| way.shown.as_ref()).filter(|shown| by_model(shown)).count();
        let (written, quoted) = (written.to_string(), drafts.saturating_sub(written).to_string());
        out.line(&format!("\n{}", out.say("demo-written", &[("written", &written), ("quoted", &quoted)])));
    }
    out.line(&format!(
        "\n{}\n{}",
        out.bold(&out.say("demo-done", &[("mails", &ways.len().to_string()), ("drafts", &drafts.to_string())])),
        if kept { out.say("demo-look", &[("folder", &folder), ("drafts", &files)]) } else { out.say("demo-gone", &[]) }
    ));
}

const fn taking_code(taking: &Taking) -> &'static str {
    match taking {
        Taking::Kept => "kept",
        Taking::ToPerson(_) => "to_person",
        Taking::Ignored(_) => "ignored",
        Taking::Withdrawn => "withdrawn",
        Taking::Known => "known",
    }
}
