//! `hauspost mail inspect FILE… [--json] [--own ADDRESS]…`: how the appliance sees a mail (contract §2).
//!
//! Never: store, configuration or model; an exit code other than 0 for an unreadable mail, because a person will see that mail.
//! A mail that makes a parser panic is an error object, not the end of the run.

use crate::cli::catalogue::Catalogue;
use crate::cli::layout::{padded, printable};
use crate::domain::limits::MAIL_BYTES_MAX;
use crate::domain::message::{Correspondent, Message};
use crate::domain::{EmailAddress, MessageId};
use crate::mail::mbox::{Mbox, is_mbox};
use crate::mail::parse::parse;
use anyhow::Context as _;
use serde::Serialize;
use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Room for a label.
const LABEL_WIDTH: usize = 16;

#[derive(Serialize)]
struct Line<'a> {
    file: &'a str,
    #[serde(flatten)]
    message: &'a Message,
}

#[derive(Serialize)]
struct ErrorLine<'a> {
    file: &'a str,
    error: &'a str,
}

/// Prints one object per mail: for people in the words of this catalogue, as JSON Lines without one. The result is the exit code.
pub fn run(files: &[PathBuf], own: &[EmailAddress], people: Option<&Catalogue>, out: &mut dyn Write) -> anyhow::Result<i32> {
    for file in files {
        let name = file.to_string_lossy();
        let mut printer = Printer { name: &name, own, people, out };
        if let Err(error) = inspect(file, &mut printer) {
            match error.downcast::<Unwritable>() {
                Ok(unwritable) => return Err(unwritable.0.into()),
                Err(error) => printer.error(&format!("{error:#}"))?,
            }
        }
    }
    out.flush().context("Output is not writable")?;
    Ok(0)
}

/// Standard output is gone: an error of the run, not of a file.
#[derive(Debug, thiserror::Error)]
#[error("Output is not writable")]
struct Unwritable(#[source] std::io::Error);

fn inspect(file: &Path, printer: &mut Printer<'_>) -> anyhow::Result<()> {
    let handle = File::open(file).context("File is not readable")?;
    let mut reader = BufReader::new(handle);
    if is_mbox(reader.fill_buf().context("File is not readable")?) {
        for mail in Mbox::new(reader) {
            printer.mail(&mail.context("File is not readable")?)?;
        }
        return Ok(());
    }
    let mut raw = Vec::new();
    // One byte over the limit is enough for the parser to see that the mail is too large.
    reader.take(MAIL_BYTES_MAX as u64 + 1).read_to_end(&mut raw).context("File is not readable")?;
    printer.mail(&raw)
}

struct Printer<'a> {
    name: &'a str,
    own: &'a [EmailAddress],
    people: Option<&'a Catalogue>,
    out: &'a mut dyn Write,
}

impl Printer<'_> {
    fn mail(&mut self, raw: &[u8]) -> anyhow::Result<()> {
        match catch_unwind(AssertUnwindSafe(|| parse(raw, self.own))) {
            Ok(Ok(message)) => self.message(&message),
            Ok(Err(error)) => self.error(&error.to_string()),
            Err(_) => self.error("Mail could not be read: a parser gave up"),
        }
    }

    fn message(&mut self, message: &Message) -> anyhow::Result<()> {
        let text = match self.people {
            None => serde_json::to_string(&Line { file: self.name, message }).context("Mail is not printable")? + "\n",
            Some(words) => for_people(words, self.name, message),
        };
        self.write(&text)
    }

    fn error(&mut self, error: &str) -> anyhow::Result<()> {
        let text = match self.people {
            None => serde_json::to_string(&ErrorLine { file: self.name, error }).context("Error is not printable")? + "\n",
            Some(words) => format!("{}\n  {}\n\n", self.name, words.say("inspect-unreadable", &[("detail", error)])),
        };
        self.write(&text)
    }

    fn write(&mut self, text: &str) -> anyhow::Result<()> {
        self.out.write_all(text.as_bytes()).map_err(|e| Unwritable(e).into())
    }
}

/// A tidy block of `label  value` lines and the visible text; control characters of a mail never reach the terminal.
fn for_people(words: &Catalogue, file: &str, message: &Message) -> String {
    let mut out = format!("{file}\n");
    let mut row = |label: &str, value: String| {
        if !value.is_empty() {
            out.push_str(&format!("  {}{}\n", padded(&words.code("inspect", label), LABEL_WIDTH), printable(&value)));
        }
    };
    let people = |list: &[Correspondent]| list.iter().map(person).collect::<Vec<_>>().join(", ");
    let ids = |list: &[MessageId]| list.iter().map(MessageId::header).collect::<Vec<_>>().join(" ");
    row("from", message.from.as_ref().map(person).unwrap_or_default());
    row("reply-to", people(&message.reply_to));
    row("to", people(&message.to));
    row("cc", people(&message.cc));
    row("subject", message.subject.clone());
    row("date", message.date.clone().unwrap_or_default());
    row("message-id", message.message_id.as_ref().map(MessageId::header).unwrap_or_default());
    row("in-reply-to", ids(&message.in_reply_to));
    row("language", words.code("language", message.language.code()));
    let automatic = message.automatic.as_ref();
    row("automatic", automatic.map(|a| format!("{} ({})", words.code("automatic", &word(&a.kind)), a.reason)).unwrap_or_default());
    row("protected", message.protected.as_ref().map(|p| words.code("protected", &word(p))).unwrap_or_default());
    for attachment in &message.attachments {
        let name = attachment.name.as_deref().unwrap_or("-");
        let inline = if attachment.inline { words.say("inspect-inline", &[]) } else { String::new() };
        row("attachment", format!("{name} ({}, {} bytes{inline})", attachment.media_type, attachment.bytes));
    }
    let spans = message.spans.iter().map(|s| format!("{} {}–{}", words.code("span", &word(&s.kind)), s.start, s.end));
    row("spans", spans.collect::<Vec<_>>().join(", "));
    for hidden in &message.hidden_text {
        row("hidden", hidden.clone());
    }
    row("defects", message.defects.join("; "));
    for line in message.visible.lines() {
        out.push_str(&format!("  │ {}\n", printable(line)));
    }
    out.push('\n');
    out
}

fn person(who: &Correspondent) -> String {
    match &who.name {
        Some(name) => format!("{} <{}>", name.reveal(), who.address.reveal()),
        None => who.address.reveal().to_owned(),
    }
}

/// The word that the JSON form uses.
fn word<T: Serialize>(value: &T) -> String {
    serde_json::to_value(value).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

#[cfg(test)]
#[path = "mail_inspect_tests.rs"]
mod tests;
