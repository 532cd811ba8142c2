//! A command line that the parser refuses, said in the person's language and with the way on.
//!
//! Never: the parser's English sentences in German output.

use crate::app::fault::{Fault, system};
use crate::app::sentence::Sentence;
use crate::cli::output::Output;
use crate::domain::address::AddressError;
use clap::error::{ContextKind, ContextValue, ErrorKind};
use std::ffi::OsString;

/// Whether the refused command line asked for JSON.
pub fn wants_json(arguments: &[OsString]) -> bool {
    arguments.iter().take_while(|word| *word != "--").any(|word| word == "--json")
}

/// Prints why, and how the command is called; the exit code is that of bad input.
pub fn refuse(out: &Output, error: &clap::Error) -> u8 {
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand && !out.json {
        out.note(error.render().to_string().trim_end());
        return crate::app::fault::Exit::Input.code();
    }
    let exit = out.fault(&fault(error));
    if let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) {
        let usage = usage.to_string();
        out.note(&format!("\n{} {}", out.say("usage", &[]), usage.trim_start_matches("Usage:").trim()));
    }
    out.note(&out.say("usage-help", &[]));
    exit
}

fn text_of(error: &clap::Error, kind: ContextKind) -> String {
    match error.get(kind) {
        Some(ContextValue::String(text)) => text.clone(),
        Some(ContextValue::Strings(list)) => list.join(", "),
        Some(ContextValue::Number(number)) => number.to_string(),
        Some(ContextValue::StyledStr(text)) => text.to_string(),
        Some(ContextValue::Bool(_) | ContextValue::None | ContextValue::StyledStrs(_) | _) | None => String::new(),
    }
}

fn fault(error: &clap::Error) -> Fault {
    let plain = error.render().to_string();
    let first = plain.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
    let (argument, value) = (text_of(error, ContextKind::InvalidArg), text_of(error, ContextKind::InvalidValue));
    let say = |key: &str| Fault::input(key, &first).with("argument", &argument).with("value", &value);
    let with_hint = |fault: Fault, key: &str, kind: ContextKind| {
        let hint = text_of(error, kind);
        let hint = if hint.is_empty() { Sentence::new("usage-no-hint", "") } else { Sentence::new(key, &hint).with("hint", &hint) };
        fault.because("hint", hint)
    };
    match error.kind() {
        ErrorKind::InvalidValue if value.is_empty() => say("usage-value-missing"),
        ErrorKind::InvalidValue => say("usage-value").with("allowed", text_of(error, ContextKind::ValidValue)),
        ErrorKind::ValueValidation => say("usage-value-refused").because("why", source(error)),
        ErrorKind::UnknownArgument => with_hint(say("usage-unknown"), "usage-hint", ContextKind::SuggestedArg),
        ErrorKind::InvalidSubcommand => {
            let fault = say("usage-command").with("command", text_of(error, ContextKind::InvalidSubcommand));
            with_hint(fault, "usage-hint", ContextKind::SuggestedSubcommand)
        }
        ErrorKind::MissingRequiredArgument => say("usage-missing"),
        ErrorKind::MissingSubcommand | ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand => say("usage-no-command"),
        ErrorKind::ArgumentConflict => say("usage-conflict").with("other", text_of(error, ContextKind::PriorArg)),
        ErrorKind::TooManyValues | ErrorKind::TooFewValues | ErrorKind::WrongNumberOfValues | ErrorKind::NoEquals => say("usage-count"),
        ErrorKind::InvalidUtf8 => say("usage-utf8"),
        _ => say("fault-other").with("detail", first.clone()),
    }
}

/// Why a value was refused by its own type.
fn source(error: &clap::Error) -> Sentence {
    let source = std::error::Error::source(error);
    if let Some(address) = source.and_then(|source| source.downcast_ref::<AddressError>()) {
        return system::address_fault(*address);
    }
    if source.is_some_and(|source| source.is::<jiff::Error>()) {
        return Sentence::new("usage-day", "A day is written as YYYY-MM-DD");
    }
    let text = source.map(ToString::to_string).unwrap_or_default();
    Sentence::new("usage-value-other", &text).with("detail", text)
}
