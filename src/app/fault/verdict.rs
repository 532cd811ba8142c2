//! The fault itself, and what becomes of an error that nobody gave a sentence.

use crate::app::control::ControlError;
use crate::app::fault::{config, mail, store, suite, system};
use crate::app::locate::LocateError;
use crate::app::sentence::Sentence;
use crate::config::ConfigError;
use crate::inference::EngineError;
use crate::mail::MailboxError;
use crate::pipeline::evaluation::EvaluationError;
use crate::pipeline::suite::SuiteError;
use crate::store::StoreError;

/// Exit codes of contracts §1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Bad input or configuration.
    Input,
    /// Try again later.
    Later,
    /// Our own store is damaged.
    Damaged,
}

impl Exit {
    pub const fn code(self) -> u8 {
        match self {
            Self::Input => 2,
            Self::Later => 3,
            Self::Damaged => 4,
        }
    }
}

/// Why a command did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", .sentence.text)]
pub struct Fault {
    pub exit: Exit,
    pub sentence: Sentence,
}

impl Fault {
    /// Exit 2: what was given is not allowed. `text`: English, for logs.
    pub fn input(key: &str, text: impl ToString) -> Self {
        Self { exit: Exit::Input, sentence: Sentence::new(key, text) }
    }

    /// Exit 3: the same may work later.
    pub fn later(key: &str, text: impl ToString) -> Self {
        Self { exit: Exit::Later, sentence: Sentence::new(key, text) }
    }

    pub fn with(mut self, name: &str, value: impl ToString) -> Self {
        self.sentence = self.sentence.with(name, value);
        self
    }

    pub fn with_word(mut self, name: &str, group: &str, code: &str) -> Self {
        self.sentence = self.sentence.with_word(name, group, code);
        self
    }

    pub fn because(mut self, name: &str, why: Sentence) -> Self {
        self.sentence = self.sentence.because(name, why);
        self
    }

    /// The fault behind an error of the upper floor: the first cause that has a sentence, or the technical text in quotes.
    pub fn of(error: &anyhow::Error) -> Self {
        error.chain().find_map(known).unwrap_or_else(|| {
            let text = format!("{error:#}");
            Self::input("fault-other", &text).with("detail", text)
        })
    }
}

fn known(error: &(dyn std::error::Error + 'static)) -> Option<Fault> {
    if let Some(fault) = error.downcast_ref::<Fault>() {
        return Some(fault.clone());
    }
    if let Some(error) = error.downcast_ref::<StoreError>() {
        return Some(store::fault(error));
    }
    if let Some(error) = error.downcast_ref::<LocateError>() {
        return Some(config::locate(error));
    }
    if let Some(error) = error.downcast_ref::<ConfigError>() {
        return Some(config::fault(error));
    }
    if let Some(error) = error.downcast_ref::<ControlError>() {
        return Some(system::control(error));
    }
    if let Some(error) = error.downcast_ref::<EngineError>() {
        return Some(system::engine(error));
    }
    if let Some(error) = error.downcast_ref::<EvaluationError>() {
        return Some(suite::evaluation(error));
    }
    if let Some(error) = error.downcast_ref::<SuiteError>() {
        return Some(suite::suite(error));
    }
    error.downcast_ref::<MailboxError>().map(|error| Fault { exit: Exit::Later, sentence: mail::mailbox(error, "-") })
}
