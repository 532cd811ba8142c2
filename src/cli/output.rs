//! Where output goes: one document on stdout, everything else on stderr; colour on a terminal only (NO_COLOR).

use crate::app::request::{Answer, Body};
use crate::cli::catalogue::Catalogue;
use crate::cli::render;
use std::io::{IsTerminal, Write};

pub struct Output {
    pub json: bool,
    pub catalogue: Catalogue,
    colour: bool,
}

impl Output {
    pub fn new(json: bool, catalogue: Catalogue) -> Self {
        let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self { json, catalogue, colour }
    }

    pub fn bold(&self, text: &str) -> String {
        if self.colour { format!("\u{1b}[1m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    pub fn dim(&self, text: &str) -> String {
        if self.colour { format!("\u{1b}[2m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    pub fn say(&self, key: &str, values: &[(&str, &str)]) -> String {
        self.catalogue.say(key, values)
    }

    /// A line for a person: stdout, or stderr where stdout belongs to JSON.
    pub fn line(&self, text: &str) {
        if self.json {
            self.note(text);
        } else {
            let _ = writeln!(std::io::stdout().lock(), "{text}");
        }
    }

    /// Progress and messages.
    pub fn note(&self, text: &str) {
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }

    pub fn document(&self, value: &serde_json::Value) {
        let _ = writeln!(std::io::stdout().lock(), "{value:#}");
    }

    pub fn error(&self, message: &str) {
        if self.json {
            self.document(&serde_json::json!({ "error": message }));
        }
        self.note(&self.say("error", &[("message", message)]));
    }

    /// Prints an answer and returns its exit code.
    pub fn answer(&self, answer: &Answer) -> u8 {
        match &answer.body {
            Body::Failed { message } => self.error(message),
            Body::Mailboxes(_)
            | Body::MailboxTest(_)
            | Body::KnowledgeAdded(_)
            | Body::Hits(_)
            | Body::Consents(_)
            | Body::Queue(_)
            | Body::Shown(_)
            | Body::Verified(_)
            | Body::Ai { .. }
            | Body::Done { .. } => {
                if self.json {
                    self.document(&answer.body.json());
                } else {
                    self.line(render::body(self, &answer.body).trim_end());
                }
            }
        }
        answer.exit
    }
}
