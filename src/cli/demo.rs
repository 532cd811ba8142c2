//! `hauspost demo`: the way of each sample mail on the terminal, with progress; leaves drafts and records to look at.

use crate::app::demo::{Demo, Way};
use crate::app::request::Shown;
use crate::cli::arguments::DemoArgs;
use crate::cli::output::Output;
use crate::domain::draft::ClaimState;
use crate::pipeline::intake::Taking;
use anyhow::{Context, Result};
use indicatif::{ProgressBar, ProgressStyle};
use std::path::PathBuf;

pub fn run(out: &Output, args: &DemoArgs) -> Result<u8> {
    let folder = args.keep.clone().map_or_else(temporary, Ok)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("No threads for the demo could be made")?;
    runtime.block_on(async {
        out.line(&out.say("demo-title", &[]));
        let mut demo = Demo::prepare(&folder, args.model.as_deref()).await?;
        if let Some(engine) = demo.engine.identity() {
            out.line(&out.dim(&out.say("demo-model", &[("name", &engine.name), ("sandbox", &sandbox(&engine.sandbox))])));
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
        finish(out, &demo, &ways);
        Ok(0)
    })
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
    let head = format!("\n{}  {}", out.bold(&way.subject), out.dim(&format!("{} · {:.1} s", way.from, way.seconds)));
    let line = match &way.taking {
        Taking::Kept => return format!("{head}\n{}", kept_text(out, way)),
        Taking::ToPerson(why) => {
            let reason = out.catalogue.code("reason", why.reason.code());
            out.say("demo-person", &[("reason", &reason), ("rule", &why.rule)])
        }
        Taking::Ignored(rule) => out.say("demo-ignored", &[("rule", rule)]),
        Taking::Withdrawn => out.say("demo-withdrawn", &[]),
        Taking::Known => out.say("demo-known", &[]),
    };
    format!("{head}\n  {line}")
}

fn kept_text(out: &Output, way: &Way) -> String {
    let Some(shown) = &way.shown else { return String::new() };
    let stages: Vec<String> = shown.history.iter().map(|step| out.catalogue.code("stage", &step.stage)).collect();
    let mut lines = vec![format!("  {}", stages.join(" → "))];
    if let Some(reason) = &shown.message.reason {
        let reason = out.catalogue.code("reason", reason);
        lines.push(format!("  {}", out.say("demo-why", &[("reason", &reason), ("rule", shown.message.rule.as_deref().unwrap_or("-"))])));
    }
    for ask in &shown.asks {
        let state = match ask.state {
            crate::domain::draft::AskState::Answered => "ask-answered",
            crate::domain::draft::AskState::Open => "ask-open",
            crate::domain::draft::AskState::HandedOver => "ask-handed-over",
        };
        let passages = if ask.passages.is_empty() { String::new() } else { out.dim(&format!("  ← {}", ask.passages.join(", "))) };
        lines.push(format!("  • {} ({}){passages}", ask.ask, out.say(state, &[])));
    }
    if let Some(scores) = relevance(shown) {
        lines.push(out.dim(&format!("  {}", out.say("demo-relevance", &[("scores", &scores)]))));
    }
    if let Some(draft) = shown.draft.as_ref().filter(|draft| !draft.body.is_empty()) {
        lines.extend(draft.body.lines().map(|line| format!("    ┃ {line}")));
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
    }
    lines.join("\n")
}

/// The model's opinion per ask, from the decision record.
fn relevance(shown: &Shown) -> Option<String> {
    let record = shown.records.iter().rev().find(|record| record.get("event").is_some_and(|event| event == "mail.drafted"))?;
    let scores: Vec<String> = record
        .pointer("/detail/relevance")?
        .as_array()?
        .iter()
        .map(|score| score.as_f64().map_or_else(|| "–".to_owned(), |score| format!("{score:.2}")))
        .collect();
    (!scores.is_empty()).then(|| scores.join("  "))
}

fn finish(out: &Output, demo: &Demo, ways: &[Way]) {
    let drafts = ways.iter().filter(|way| way.shown.as_ref().is_some_and(|shown| shown.message.stage == "filed_as_draft")).count();
    let (folder, files) = (demo.folder.display().to_string(), demo.drafts().display().to_string());
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
        out.document(&serde_json::json!({ "folder": folder, "drafts_folder": files, "drafts": drafts, "mails": mails }));
        return;
    }
    out.line(&format!(
        "\n{}\n{}",
        out.bold(&out.say("demo-done", &[("mails", &ways.len().to_string()), ("drafts", &drafts.to_string())])),
        out.say("demo-look", &[("folder", &folder), ("drafts", &files)])
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
