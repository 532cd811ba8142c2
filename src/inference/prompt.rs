//! What the model is shown. The only way in leads through a clearance, or through words of our own (law 2), and every
//! word of it, ours too, through the sanitizer: an engine takes nothing but a [`Prompt`], and only this file can fill one.

use crate::domain::{Cleared, Message};
use crate::inference::sanitizer::{Marks, sanitize};
use serde::{Deserialize, Serialize};

/// Who speaks in a part of a prompt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Role {
    System,
    User,
    Assistant,
}

/// Words of the house or of the company, and words that came from outside. Kept apart down to the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Trust {
    Trusted,
    Untrusted,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    pub role: Role,
    pub trust: Trust,
    pub text: String,
}

/// An ordered list of parts about one mail.
#[derive(Clone, PartialEq, Eq)]
pub struct Prompt {
    parts: Vec<Part>,
    /// What the sanitizer found in all parts.
    marks: Marks,
    frame: Option<Frame>,
}

/// Words around everything that came from outside: random, so that nobody outside can close them.
#[derive(Clone, PartialEq, Eq)]
pub struct Frame(String);

impl Frame {
    /// `secret` must be fresh for every request and hard to guess.
    pub fn new(secret: &str) -> Self {
        Self(secret.to_owned())
    }

    pub fn opening(&self) -> String {
        format!("MAIL {} BEGIN", self.0)
    }

    pub fn closing(&self) -> String {
        format!("MAIL {} END", self.0)
    }
}

impl Prompt {
    /// A prompt about a cleared mail.
    pub const fn about(_mail: &Cleared<Message>) -> Self {
        Self { parts: Vec::new(), marks: Marks::new(), frame: None }
    }

    /// The same with a frame around each untrusted part: for everything that lets a model write.
    pub const fn framed(_mail: &Cleared<Message>, frame: Frame) -> Self {
        Self { parts: Vec::new(), marks: Marks::new(), frame: Some(frame) }
    }

    /// A prompt that holds no customer's words: self-test, benchmark, warm-up (tidy rule `staff`).
    pub const fn by_staff() -> Self {
        Self { parts: Vec::new(), marks: Marks::new(), frame: None }
    }

    #[must_use]
    pub fn system(self, text: &str) -> Self {
        self.with(Role::System, Trust::Trusted, text)
    }

    /// Company knowledge, house rules, labels.
    #[must_use]
    pub fn trusted(self, text: &str) -> Self {
        self.with(Role::User, Trust::Trusted, text)
    }

    /// Words that came from outside. Never enter the system role.
    #[must_use]
    pub fn untrusted(self, text: &str) -> Self {
        self.with(Role::User, Trust::Untrusted, text)
    }

    fn with(mut self, role: Role, trust: Trust, text: &str) -> Self {
        let (mut text, marks) = sanitize(text).into_parts();
        for (kind, hits) in marks {
            *self.marks.entry(kind).or_insert(0) += hits;
        }
        if let (Some(frame), Trust::Untrusted) = (&self.frame, trust) {
            // A copy of the frame in the text could only be chance, and would close it all the same.
            text = text.replace(&frame.0, "");
            text = format!("\n{}\n{}\n{}\n", frame.opening(), text.trim(), frame.closing());
        }
        self.parts.push(Part { role, trust, text });
        self
    }

    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// What the sanitizer took out or defused, by kind.
    pub const fn marks(&self) -> &Marks {
        &self.marks
    }
}

impl std::fmt::Debug for Prompt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Prompt({} parts)", self.parts.len())
    }
}
