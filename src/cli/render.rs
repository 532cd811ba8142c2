//! Answers as text for a person. Codes become words; `--json` alone shows them as they are.

use crate::app::request::{Body, ConsentView, HitView, MailboxTestView, MailboxView, Verified};
use crate::cli::knowledge;
use crate::cli::layout::{padded, printable, table};
use crate::cli::output::Output;
use crate::cli::{render_queue, render_sources};
use std::fmt::Write;

/// Width of a printed passage.
const EXCERPT_CHARS: usize = 300;
/// Room for the name of a step of `mailbox test`.
const STEP_WIDTH: usize = 16;

pub fn body(out: &Output, body: &Body) -> String {
    match body {
        Body::Mailboxes(list) => mailboxes(out, list),
        Body::MailboxTest(test) => tested(out, test),
        Body::KnowledgeAdded(added) => knowledge::added(out, added),
        Body::Documents(list) if list.is_empty() => out.say("documents-none", &[]),
        Body::Documents(list) => list.iter().map(|document| knowledge::document(out, document)).collect::<Vec<_>>().join("\n"),
        Body::Hits(hits) if hits.is_empty() => out.say("search-none", &[]),
        Body::Hits(hits) => hits.iter().map(|hit| hit_block(out, hit)).collect::<Vec<_>>().join("\n\n"),
        Body::Consents(list) => consents(out, list),
        Body::Queue(items) if items.is_empty() => out.say("queue-none", &[]),
        Body::Queue(items) => items.iter().map(|item| render_queue::item(out, item)).collect::<Vec<_>>().join("\n"),
        Body::Shown(shown) => render_queue::shown(out, shown),
        Body::Verified(verified) => verdict(out, verified),
        Body::Ai { off } => out.say(if *off { "ai-off" } else { "ai-on" }, &[]),
        Body::Done { what, id } => {
            let said = out.say(what, &[]);
            id.as_ref().map_or_else(|| said.clone(), |id| format!("{said}\n{}", out.dim(&format!("{} {id}", out.say("done-id", &[])))))
        }
        Body::Failed(why) => out.catalogue.sentence(why),
    }
}

fn head(out: &Output, columns: &[&str]) -> Vec<String> {
    columns.iter().map(|column| out.code("head", column)).collect()
}

fn mailboxes(out: &Output, list: &[MailboxView]) -> String {
    if list.is_empty() {
        return out.say("mailboxes-none", &[]);
    }
    let row = |mailbox: &MailboxView| {
        let trained = if mailbox.trained_users.is_empty() { out.say("mailbox-untrained", &[]) } else { mailbox.trained_users.join(", ") };
        vec![
            mailbox.name.clone(),
            mailbox.address.reveal().to_owned(),
            out.code("connection", &mailbox.kind),
            out.code("basis", mailbox.policy.basis.code()),
            out.code("delivery", mailbox.policy.delivery.code()),
            trained,
        ]
    };
    let rows: Vec<_> = list.iter().map(row).collect();
    let mut text = table(&head(out, &["name", "address", "kind", "basis", "delivery", "trained"]), &rows, |text| out.bold(text));
    for note in list.iter().flat_map(|mailbox| notes(out, mailbox)) {
        let _ = write!(text, "\n{}", out.wrapped(&note, "  "));
    }
    text
}

/// What a person should know of a mailbox: what fails or failed, and what the service could not take in by itself.
fn notes(out: &Output, mailbox: &MailboxView) -> Vec<String> {
    let mut notes = Vec::new();
    for (part, health) in [("part-mailbox", &mailbox.health), ("part-worker", &mailbox.worker), ("part-knowledge", &mailbox.knowledge)] {
        if health.state == "silent" {
            let said = out.say("health-silent", &[("at", health.answered_at.as_deref().unwrap_or("-"))]);
            notes.push(format!("{}: {}", mailbox.name, out.bold(&said)));
        }
        let Some(failure) = &health.failure else { continue };
        let key = if health.state == "failing" { "health-failing" } else { "health-recovered" };
        let (part, failure) = (out.say(part, &[]), out.code("failure", failure));
        let (at, restarts) = (health.failed_at.as_deref().unwrap_or("-"), health.restarts.to_string());
        let said = out.say(key, &[("part", &part), ("failure", &failure), ("at", at), ("restarts", &restarts)]);
        notes.push(format!("{}: {said}", mailbox.name));
    }
    if mailbox.renumbered > 0 {
        let said = out.say("mailbox-renumbered", &[("count", &mailbox.renumbered.to_string())]);
        notes.push(format!("{}: {}", mailbox.name, out.bold(&said)));
    }
    notes
}

fn tested(out: &Output, test: &MailboxTestView) -> String {
    let mark_width = ["test-ok", "test-failed"].map(|key| out.say(key, &[]).chars().count()).into_iter().max().unwrap_or(0) + 2;
    let line = |step: &crate::app::request::TestStep| {
        let mark = padded(&out.say(if step.ok { "test-ok" } else { "test-failed" }, &[]), mark_width);
        let detail = step.said.as_ref().map_or_else(|| step.detail.clone(), |said| out.catalogue.sentence(said));
        let name = padded(&out.code("step", &step.step), STEP_WIDTH);
        if step.ok {
            format!("{name}{mark}{detail}")
        } else {
            format!("{name}{}\n{}", out.bold(mark.trim_end()), out.wrapped(&detail, "    "))
        }
    };
    test.steps.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn excerpt(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = flat.chars().take(EXCERPT_CHARS).collect();
    if short.len() < flat.len() { format!("{short} …") } else { short }
}

fn hit_block(out: &Output, hit: &HitView) -> String {
    let place = render_sources::place(&hit.source, &hit.heading);
    let score = out.decimal(hit.score, 2);
    let mut block = format!("{score}  {}  {}\n{}", out.bold(&hit.passage), place, out.wrapped(&printable(&excerpt(&hit.text)), "      "));
    if let Some(explain) = &hit.explain {
        let fits = explain.get("fits").and_then(serde_json::Value::as_bool).unwrap_or(false);
        let said = out.say(if fits { "search-fits" } else { "search-below" }, &[]);
        let _ = write!(block, "\n      {}", out.dim(&said));
    }
    block
}

fn consents(out: &Output, list: &[ConsentView]) -> String {
    if list.is_empty() {
        return out.say("consents-none", &[]);
    }
    let row = |consent: &ConsentView| {
        vec![
            out.catalogue.moment(&consent.granted_at),
            consent.address.reveal().to_owned(),
            out.code("consent", &consent.state),
            consent.scopes.split_whitespace().map(|scope| out.code("scope", scope)).collect::<Vec<_>>().join(", "),
            out.code("channel", &consent.channel),
            printable(&consent.evidence_name),
        ]
    };
    let rows: Vec<_> = list.iter().map(row).collect();
    table(&head(out, &["since", "address", "state", "scope", "channel", "evidence"]), &rows, |text| out.bold(text))
}

fn verdict(out: &Output, verified: &Verified) -> String {
    match &verified.first_broken {
        None => out.say("audit-holds", &[("records", &verified.records.to_string()), ("checkpoints", &verified.checkpoints.to_string())]),
        Some(first) => out.say("audit-broken", &[("first", first)]),
    }
}
