//! Where output goes: one document on stdout, everything else on stderr; colour on a terminal only (NO_COLOR).

use crate::app::fault::{Fault, system};
use crate::app::request::{Answer, Body};
use crate::app::sentence::Sentence;
use crate::cli::catalogue::{Catalogue, Lang};
use crate::cli::{layout, render};
use std::cell::Cell;
use std::io::{ErrorKind, IsTerminal, Write};

pub struct Output {
    pub json: bool,
    pub catalogue: Catalogue,
    /// Columns of the terminal; `None` on a pipe, where nothing is wrapped.
    pub width: Option<usize>,
    colour: bool,
    /// Why standard output could not be written; a reader that has seen enough is no such reason.
    unwritten: Cell<Option<ErrorKind>>,
}

impl Output {
    pub fn new(json: bool, catalogue: Catalogue) -> Self {
        let colour = std::io::stdout().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty());
        Self { json, catalogue, width: layout::terminal_width(), colour, unwritten: Cell::new(None) }
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

    pub fn code(&self, group: &str, code: &str) -> String {
        self.catalogue.code(group, code)
    }

    /// A number with its decimal mark.
    pub fn decimal(&self, number: f64, digits: usize) -> String {
        let text = format!("{number:.digits$}");
        match self.catalogue.lang {
            Lang::De => text.replace('.', ","),
            Lang::En => text,
        }
    }

    /// Text in lines that fit the terminal.
    pub fn wrapped(&self, text: &str, indent: &str) -> String {
        layout::wrapped(text, indent, self.width)
    }

    /// A line for a person: stdout, or stderr where stdout belongs to JSON.
    pub fn line(&self, text: &str) {
        if self.json {
            self.note(text);
        } else {
            self.print(text);
        }
    }

    /// A line on standard output. What goes wrong is said at the end, by [`Self::ended`].
    fn print(&self, text: &str) {
        let mut stdout = std::io::stdout().lock();
        if let Err(error) = writeln!(stdout, "{text}").and_then(|()| stdout.flush()) {
            self.unwritten(&error);
        }
    }

    /// Notes that standard output could not be written.
    pub fn unwritten(&self, error: &std::io::Error) {
        if error.kind() != ErrorKind::BrokenPipe {
            self.unwritten.set(Some(error.kind()));
        }
    }

    /// The exit code: not 0 where what was to be printed was not.
    pub fn ended(&self, exit: u8) -> u8 {
        let Some(kind) = self.unwritten.get() else { return exit };
        let sentence =
            Sentence::new("fault-output", format!("Standard output cannot be written: {kind}")).because("why", system::kind(kind, kind));
        // Not as a document, which would go the same way.
        self.note(&layout::wrapped(&self.say("error", &[("message", &self.catalogue.sentence(&sentence))]), "", self.width));
        exit.max(1)
    }

    /// Progress and messages.
    pub fn note(&self, text: &str) {
        let _ = writeln!(std::io::stderr().lock(), "{text}");
    }

    pub fn document(&self, value: &serde_json::Value) {
        self.print(&format!("{value:#}"));
    }

    /// The document of an error has its code, its values and the English text; the person reads the sentence on stderr.
    pub fn error(&self, sentence: &Sentence) {
        if self.json {
            self.document(&sentence.json());
        }
        let message = self.say("error", &[("message", &self.catalogue.sentence(sentence))]);
        self.note(&layout::wrapped(&message, "", self.width));
    }

    /// Prints a fault and returns its exit code.
    pub fn fault(&self, fault: &Fault) -> u8 {
        self.error(&fault.sentence);
        fault.exit.code()
    }

    /// Prints an answer and returns its exit code.
    pub fn answer(&self, answer: &Answer) -> u8 {
        match &answer.body {
            Body::Failed(why) => self.error(why),
            Body::Mailboxes(_)
            | Body::MailboxTest(_)
            | Body::KnowledgeAdded(_)
            | Body::Documents(_)
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
