//! The review queue as text: one entry in three lines, one mail in full.

use crate::app::request::{QueueItem, Shown, ShownDraft, ShownOutbox};
use crate::cli::layout::{padded, printable};
use crate::cli::output::Output;
use crate::cli::render_sources;
use crate::domain::draft::{Ask, AskState, Claim, ClaimState, Verdict};
use crate::domain::overview::{Overview, Priority};
use crate::domain::reason::{HandOver, Reason};
use std::fmt::Write;

/// Facts of a draft stand in two columns where they are short.
const CLAIM_WIDTH: usize = 18;
/// As it stands above a signature in a mail (RFC 3676 §4.3).
const DELIMITER: &str = "--";

pub fn item(out: &Output, item: &QueueItem) -> String {
    let stage = out.bold(&out.code("stage", &item.stage));
    let mut line = format!("{}  {}  {}  {stage}", out.dim(&item.id), out.catalogue.moment(&item.received_at), item.mailbox);
    match (&item.from, &item.subject) {
        (Some(from), Some(subject)) => {
            let _ = write!(line, "\n{}", out.wrapped(&printable(&format!("{}: {subject}", from.reveal())), "    "));
        }
        _ => {
            let _ = write!(line, "\n    {}", out.say("queue-mail", &[]));
        }
    }
    match item.priority {
        Priority::Normal => {}
        priority @ (Priority::High | Priority::Urgent) => {
            let _ = write!(line, "\n    {}", out.bold(&out.code("priority", priority.code())));
        }
    }
    // A draft that is decided about, or void, is not said to be ready.
    if let Some(decision) = item.decision.as_ref().filter(|decision| item.ready || *decision != "release") {
        let _ = write!(line, "\n    {}", out.code("verdict", decision));
    }
    if let Some(why) = why(out, item.reason.as_deref(), item.rule.as_deref()) {
        let _ = write!(line, "\n{}", out.wrapped(&why, "    "));
    }
    line
}

/// `Grund: keine Einwilligung – von dieser Adresse liegt keine vor`.
pub fn why(out: &Output, reason: Option<&str>, rule: Option<&str>) -> Option<String> {
    let reason = reason.map(|reason| reason_words(out, reason, rule));
    match (reason, rule.map(|rule| out.code("rule", rule))) {
        (Some(reason), Some(rule)) => Some(out.say("why-both", &[("reason", &reason), ("rule", &rule)])),
        (Some(reason), None) => Some(out.say("why-one", &[("reason", &reason)])),
        (None, Some(rule)) => Some(out.say("why-one", &[("reason", &rule)])),
        (None, None) => None,
    }
}

/// A withdrawal has the reason code of every wish of a customer; a reader is told which wish it was.
pub fn reason_words(out: &Output, reason: &str, rule: Option<&str>) -> String {
    let withdraws = reason == Reason::CustomerRequest.code() && rule.is_some_and(|rule| rule.starts_with("withdrawal."));
    if withdraws { out.say("reason-withdrawal", &[]) } else { out.code("reason", reason) }
}

/// Asks without those that say the same again and fare the same.
pub fn distinct(asks: &[Ask]) -> impl Iterator<Item = &Ask> {
    let same = |one: &Ask, other: &Ask| one.state == other.state && one.ask.trim() == other.ask.trim();
    asks.iter().enumerate().filter(move |(at, ask)| !asks.iter().take(*at).any(|before| same(before, ask))).map(|(_, ask)| ask)
}

pub fn ask_state(out: &Output, ask: &Ask) -> String {
    let key = match ask.state {
        AskState::Answered => "ask-answered",
        AskState::Open => "ask-open",
        AskState::HandedOver => "ask-handed-over",
    };
    out.say(key, &[])
}

fn verdict(out: &Output, verdict: &Verdict) -> String {
    let with = |key: &str, reasons: &[HandOver]| {
        let lines = reasons.iter().filter_map(|reason| why(out, Some(reason.reason.code()), Some(&reason.rule)));
        std::iter::once(out.say(key, &[])).chain(lines).collect::<Vec<_>>().join("\n")
    };
    match verdict {
        Verdict::Release => out.say("verdict-release", &[]),
        Verdict::Hold { reasons } => with("verdict-hold", reasons),
        Verdict::HandOver { reasons } => with("verdict-hand-over", reasons),
    }
}

fn heading(out: &Output, key: &str) -> String {
    format!("\n{}\n", out.bold(&out.say(key, &[])))
}

pub fn shown(out: &Output, shown: &Shown) -> String {
    let message = &shown.message;
    let stage = out.bold(&out.code("stage", &message.stage));
    let mut text = format!("{}  {}  {}  {stage}\n", out.dim(&message.id), out.catalogue.moment(&message.received_at), message.mailbox);
    if let Some(why) = why(out, message.reason.as_deref(), message.rule.as_deref()) {
        let _ = writeln!(text, "{}", out.wrapped(&why, ""));
    }
    if let (Some(from), Some(subject)) = (&message.from, &message.subject) {
        let _ = writeln!(text, "{}\n", out.wrapped(&printable(&format!("{}: {subject}", from.reveal())), ""));
    }
    if let Some(body) = &message.text {
        for line in body.trim().lines() {
            let _ = writeln!(text, "{}", out.wrapped(&printable(line), "  │ "));
        }
    }
    if let Some(overview) = &shown.overview {
        overview_text(out, overview, &shown.flags, &mut text);
    }
    if !shown.asks.is_empty() {
        text.push_str(&heading(out, "shown-asks"));
        for ask in distinct(&shown.asks) {
            let _ = writeln!(text, "{}", out.wrapped(&format!("{}: {}", ask_state(out, ask), printable(&ask.ask)), "  "));
        }
    }
    if let Some(draft) = &shown.draft {
        draft_text(out, draft, &mut text);
    }
    if !shown.claims.is_empty() {
        text.push_str(&heading(out, "shown-claims"));
        for claim in &shown.claims {
            let _ = writeln!(text, "  {}", claim_line(out, claim));
        }
    }
    if !shown.citations.is_empty() {
        text.push_str(&heading(out, "shown-sources"));
        text.push_str(&render_sources::block(out, &shown.citations, shown.draft.as_ref()));
    }
    text.push_str(&heading(out, "shown-history"));
    for step in &shown.history {
        let rule = step.rule.as_deref().map(|rule| format!("  {}", out.dim(&out.code("rule", rule)))).unwrap_or_default();
        let _ = writeln!(text, "  {}  {}{rule}", out.catalogue.moment(&step.at), out.code("stage", &step.stage));
    }
    if let Some(outbox) = &shown.outbox {
        let _ = writeln!(text, "\n{}: {}", out.say("shown-outbox", &[]), outbox_text(out, outbox));
    }
    if let Some(record) = &shown.record {
        let _ = writeln!(text, "\n{}: {record}", out.say("shown-record", &[]));
    }
    text
}

/// What the rules read off the mail, and what a reviewer should beware of.
fn overview_text(out: &Output, overview: &Overview, flags: &[HandOver], text: &mut String) {
    text.push_str(&heading(out, "shown-overview"));
    let mut lines = Vec::new();
    if !overview.summary.is_empty() {
        lines.push(printable(&overview.summary));
    }
    lines.push(format!("{}: {}", out.say("overview-priority", &[]), out.code("priority", overview.priority.code())));
    if let Some(category) = &overview.category {
        let confidence = out.decimal(overview.confidence, 2);
        lines.push(format!("{}: {} ({confidence})", out.say("overview-category", &[]), printable(category)));
    }
    for deadline in &overview.deadlines {
        let day = deadline.date.as_deref().map(|day| day.parse().map_or_else(|_| day.to_owned(), |day| out.catalogue.day(day)));
        let day = day.unwrap_or_else(|| "–".to_owned());
        lines.push(format!("{}: {day} ({})", out.say("overview-deadline", &[]), printable(&deadline.words)));
    }
    for number in &overview.numbers {
        let wrong = if number.checks == Some(false) { format!(" ({})", out.say("number-wrong", &[])) } else { String::new() };
        lines.push(printable(&format!("{}: {}{wrong}", out.code("number-kind", &number.kind), number.number)));
    }
    lines.extend(flags.iter().map(|flag| format!("{}: {}", out.say("overview-flag", &[]), out.code("rule", &flag.rule))));
    for line in lines {
        let _ = writeln!(text, "{}", out.wrapped(&line, "  "));
    }
}

fn draft_text(out: &Output, draft: &ShownDraft, text: &mut String) {
    text.push_str(&heading(out, "shown-draft"));
    let said = match (&draft.verdict, draft.ready, draft.state.as_str()) {
        (Verdict::Release, false, "open" | "filed") => out.say("draft-void", &[]),
        (_, _, "open" | "filed") => verdict(out, &draft.verdict),
        (_, _, state) => out.code("draft", state),
    };
    let _ = writeln!(text, "{}", out.wrapped(&said, "  "));
    if draft.body.is_empty() {
        return;
    }
    if let Some(subject) = &draft.subject {
        let _ = writeln!(text, "{}", out.wrapped(&format!("{}: {}", out.say("shown-subject", &[]), printable(subject)), "  "));
    }
    // The signature is no part of the draft, but of what the customer gets.
    let signature = std::iter::once("").chain(std::iter::once(DELIMITER)).chain(draft.signature.lines());
    for line in draft.body.lines().chain(signature.filter(|_| !draft.signature.is_empty())) {
        let _ = writeln!(text, "{}", out.wrapped(&printable(line), "  ┃ "));
    }
}

fn claim_line(out: &Output, claim: &Claim) -> String {
    let key = match claim.state {
        ClaimState::Supported => "claim-supported",
        ClaimState::Restated => "claim-restated",
        ClaimState::Contradicted => "claim-contradicted",
        ClaimState::Unsupported => "claim-unsupported",
    };
    let by = claim.by.as_deref().map(|by| format!(" ({})", if by == "mail" { out.say("claim-mail", &[]) } else { by.to_owned() }));
    format!("{}  {}{}", padded(&printable(&claim.text), CLAIM_WIDTH), out.say(key, &[]), by.unwrap_or_default())
}

fn outbox_text(out: &Output, outbox: &ShownOutbox) -> String {
    let mut text = out.code("outbox", &outbox.state);
    if outbox.attempts > 0 {
        let attempts = outbox.attempts.to_string();
        let _ = write!(text, ", {}", out.say("outbox-attempts", &[("attempts", &attempts)]));
    }
    if let Some(next) = &outbox.next_at {
        let _ = write!(text, ", {}", out.say("outbox-next", &[("at", &out.catalogue.moment(next))]));
    }
    if let Some(failure) = &outbox.last_failure {
        let _ = write!(text, "\n{}", out.wrapped(&out.say("outbox-failure", &[("detail", failure)]), "  "));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::catalogue::{Catalogue, Lang};

    #[test]
    fn a_draft_is_shown_with_its_subject_and_signature() {
        let mut draft = ShownDraft {
            ready: true,
            id: String::new(),
            revision: 0,
            state: "open".to_owned(),
            drafter: "extractive".to_owned(),
            subject: Some("Re: Rückgabe".to_owned()),
            body: "Guten Tag,\n\nja.".to_owned(),
            sentences: vec!["Ja.".to_owned()],
            signature: "Radhaus Beispiel GmbH\nSitz: Beispielstadt".to_owned(),
            verdict: Verdict::Release,
            versions: serde_json::Value::Null,
        };
        let said = |draft: &ShownDraft| {
            let mut text = String::new();
            draft_text(&Output::new(false, Catalogue::new(Lang::De)), draft, &mut text);
            text
        };
        let text = said(&draft);
        assert!(text.contains("  Betreff: Re: Rückgabe\n  ┃ Guten Tag,\n"), "{text}");
        assert!(text.ends_with("  ┃ ja.\n  ┃ \n  ┃ --\n  ┃ Radhaus Beispiel GmbH\n  ┃ Sitz: Beispielstadt\n"), "{text}");
        // Nothing stands under nothing.
        draft.body.clear();
        assert!(!said(&draft).contains("Radhaus"), "{}", said(&draft));
    }

    #[test]
    fn an_ask_that_stands_twice_is_shown_once() {
        let ask = |text: &str, state| Ask { ask: text.to_owned(), state, passages: Vec::new() };
        let asks = [
            ask("Wie lange?", AskState::Open),
            ask("Was kostet es?", AskState::Open),
            ask("Wie lange? ", AskState::Open),
            ask("Wie lange?", AskState::Answered),
        ];
        assert_eq!(distinct(&asks).map(|ask| ask.state).collect::<Vec<_>>(), [AskState::Open, AskState::Open, AskState::Answered]);
    }

    #[test]
    fn a_withdrawal_is_not_said_to_be_the_wish_for_a_person() {
        let said = |lang, rule| why(&Output::new(false, Catalogue::new(lang)), Some("customer_request"), Some(rule)).unwrap_or_default();
        assert_eq!(said(Lang::De, "withdrawal.ki_nein"), "Grund: Einwilligung beendet – „KI NEIN“");
        assert_eq!(said(Lang::En, "withdrawal.phrase"), "Reason: consent ended – takes the consent back");
        assert_eq!(said(Lang::De, "hot.human"), "Grund: Kunde möchte einen Menschen – möchte mit einem Menschen sprechen");
    }
}
