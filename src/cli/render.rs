//! Answers as text for a person.

use crate::app::request::{Body, ConsentView, HitView, MailboxView, QueueItem, Shown};
use crate::cli::output::Output;
use crate::domain::draft::{AskState, ClaimState, Verdict};
use crate::domain::reason::HandOver;
use std::fmt::Write;

/// Width of a printed passage.
const EXCERPT_CHARS: usize = 300;

pub fn body(out: &Output, body: &Body) -> String {
    match body {
        Body::Mailboxes(list) => lines(list, || out.say("mailboxes-none", &[]), |mailbox| mailbox_line(out, mailbox)),
        Body::MailboxTest(test) => lines(&test.steps, String::new, |step| {
            let mark = if step.ok { out.say("test-ok", &[]) } else { out.say("test-failed", &[]) };
            format!("{:<14} {mark}  {}", step.step, step.detail)
        }),
        Body::KnowledgeAdded(added) => {
            let mut text = out.say(
                "knowledge-added",
                &[
                    ("imported", &added.imported.len().to_string()),
                    ("unchanged", &added.unchanged.len().to_string()),
                    ("refused", &added.refused.len().to_string()),
                    ("passages", &added.passages.to_string()),
                ],
            );
            for kept in &added.not_in_folder {
                let line = out.say("knowledge-kept", &[("file", kept)]);
                let _ = write!(text, "\n  {line}");
            }
            for refused in &added.refused {
                let line = out.say("knowledge-refused", &[("file", &refused.file), ("reason", &refused.reason)]);
                let _ = write!(text, "\n  {line}");
            }
            text
        }
        Body::Hits(hits) => lines(hits, || out.say("search-none", &[]), |hit| hit_block(out, hit)),
        Body::Consents(list) => lines(list, || out.say("consents-none", &[]), consent_line),
        Body::Queue(items) => lines(items, || out.say("queue-none", &[]), |item| queue_line(out, item)),
        Body::Shown(shown) => shown_text(out, shown),
        Body::Verified(verified) => match &verified.first_broken {
            None => {
                out.say("audit-holds", &[("records", &verified.records.to_string()), ("checkpoints", &verified.checkpoints.to_string())])
            }
            Some(first) => out.say("audit-broken", &[("first", first)]),
        },
        Body::Ai { off } => out.say(if *off { "ai-off" } else { "ai-on" }, &[]),
        Body::Done { what, id } => {
            let said = out.say(what, &[]);
            id.as_ref().map_or_else(|| said.clone(), |id| format!("{said} {}", out.dim(id)))
        }
        Body::Failed { message } => message.clone(),
    }
}

fn lines<T>(items: &[T], none: impl FnOnce() -> String, line: impl Fn(&T) -> String) -> String {
    if items.is_empty() { none() } else { items.iter().map(line).collect::<Vec<_>>().join("\n") }
}

fn mailbox_line(out: &Output, mailbox: &MailboxView) -> String {
    let line = out.say(
        "mailbox-line",
        &[
            ("name", &mailbox.name),
            ("address", mailbox.address.reveal()),
            ("kind", &mailbox.kind),
            ("basis", mailbox.policy.basis.code()),
            ("delivery", mailbox.policy.delivery.code()),
        ],
    );
    let trained = if mailbox.trained_users.is_empty() {
        out.say("mailbox-untrained", &[])
    } else {
        out.say("mailbox-trained", &[("names", &mailbox.trained_users.join(", "))])
    };
    format!("{line}\n  {trained}")
}

fn excerpt(text: &str) -> String {
    let flat = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let short: String = flat.chars().take(EXCERPT_CHARS).collect();
    if short.len() < flat.len() { format!("{short} …") } else { short }
}

fn hit_block(out: &Output, hit: &HitView) -> String {
    let mut block =
        format!("{:.2}  {}  {} · {}\n      {}", hit.score, out.bold(&hit.passage), hit.source, hit.heading.join(" › "), excerpt(&hit.text));
    if let Some(explain) = &hit.explain {
        let _ = write!(block, "\n      {}", out.dim(&explain.to_string()));
    }
    block
}

fn consent_line(consent: &ConsentView) -> String {
    format!(
        "{}  {}  {} ({})  {}  {}",
        consent.granted_at,
        consent.address.reveal(),
        consent.state,
        consent.scopes,
        consent.channel,
        consent.evidence_name
    )
}

fn queue_line(out: &Output, item: &QueueItem) -> String {
    let mut line = format!("{}  {:<10} {}", out.dim(&item.id), item.mailbox, out.bold(&out.catalogue.code("stage", &item.stage)));
    if let Some(decision) = &item.decision {
        let _ = write!(line, "  [{}]", out.catalogue.code("verdict", decision));
    }
    if let Some(reason) = &item.reason {
        let _ = write!(line, "  {}", out.catalogue.code("reason", reason));
    }
    match (&item.from, &item.subject) {
        (Some(from), Some(subject)) => {
            let _ = write!(line, "\n    {}: {subject}", from.reveal());
        }
        _ => {
            let _ = write!(line, "\n    {} ({})", out.say("queue-mail", &[]), item.rule.as_deref().unwrap_or("-"));
        }
    }
    line
}

fn verdict_text(out: &Output, verdict: &Verdict) -> String {
    let with = |key: &str, reasons: &[HandOver]| {
        let reasons: Vec<String> =
            reasons.iter().map(|reason| format!("{} ({})", out.catalogue.code("reason", reason.reason.code()), reason.rule)).collect();
        format!("{}: {}", out.say(key, &[]), reasons.join(", "))
    };
    match verdict {
        Verdict::Release => out.say("verdict-release", &[]),
        Verdict::Hold { reasons } => with("verdict-hold", reasons),
        Verdict::HandOver { reasons } => with("verdict-hand-over", reasons),
    }
}

fn shown_text(out: &Output, shown: &Shown) -> String {
    let message = &shown.message;
    let mut text = format!("{}  {}\n", out.dim(&message.id), out.bold(&out.catalogue.code("stage", &message.stage)));
    if let Some(reason) = &message.reason {
        let _ = writeln!(text, "{} ({})", out.catalogue.code("reason", reason), message.rule.as_deref().unwrap_or("-"));
    }
    if let (Some(from), Some(subject)) = (&message.from, &message.subject) {
        let _ = writeln!(text, "{}: {subject}\n", from.reveal());
    }
    if let Some(body) = &message.text {
        for line in body.trim().lines() {
            let _ = writeln!(text, "  │ {line}");
        }
    }
    let heading = |key: &str| format!("\n{}\n", out.bold(&out.say(key, &[])));
    if !shown.asks.is_empty() {
        text.push_str(&heading("shown-asks"));
        for ask in &shown.asks {
            let state = match ask.state {
                AskState::Answered => "ask-answered",
                AskState::Open => "ask-open",
                AskState::HandedOver => "ask-handed-over",
            };
            let _ = writeln!(text, "  {}: {}", out.say(state, &[]), ask.ask);
        }
    }
    if let Some(draft) = &shown.draft {
        text.push_str(&heading("shown-draft"));
        let _ = writeln!(text, "  {}", verdict_text(out, &draft.verdict));
        for line in draft.body.lines() {
            let _ = writeln!(text, "  ┃ {line}");
        }
    }
    if !shown.claims.is_empty() {
        text.push_str(&heading("shown-claims"));
        for claim in &shown.claims {
            let state = match claim.state {
                ClaimState::Supported => "claim-supported",
                ClaimState::Restated => "claim-restated",
                ClaimState::Contradicted => "claim-contradicted",
                ClaimState::Unsupported => "claim-unsupported",
            };
            let _ = writeln!(text, "  {:<16} {}  {}", claim.text, out.say(state, &[]), claim.by.as_deref().unwrap_or("-"));
        }
    }
    if !shown.citations.is_empty() {
        text.push_str(&heading("shown-sources"));
        for citation in &shown.citations {
            let _ = writeln!(text, "  [{}] {}", citation.sentence, citation.passage);
        }
    }
    text.push_str(&heading("shown-history"));
    for step in &shown.history {
        let _ = writeln!(text, "  {}  {}  {}", step.at, out.catalogue.code("stage", &step.stage), step.rule.as_deref().unwrap_or(""));
    }
    if let Some(record) = &shown.record {
        let _ = writeln!(text, "\n{}: {record}", out.say("shown-record", &[]));
    }
    text
}
