//! What the model is shown. The only way in leads through a clearance, or through words of our own (law 2).

use crate::domain::{Cleared, Message};
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
}

impl Prompt {
    /// A prompt about a cleared mail.
    pub const fn about(_mail: &Cleared<Message>) -> Self {
        Self { parts: Vec::new() }
    }

    /// A prompt that holds no customer's words: self-test, benchmark, warm-up (tidy rule `staff`).
    pub const fn by_staff() -> Self {
        Self { parts: Vec::new() }
    }

    #[must_use]
    pub fn system(mut self, text: &str) -> Self {
        self.parts.push(Part { role: Role::System, trust: Trust::Trusted, text: text.to_owned() });
        self
    }

    /// Company knowledge, house rules, labels.
    #[must_use]
    pub fn trusted(mut self, text: &str) -> Self {
        self.parts.push(Part { role: Role::User, trust: Trust::Trusted, text: text.to_owned() });
        self
    }

    /// Words that came from outside. Never enter the system role.
    #[must_use]
    pub fn untrusted(mut self, text: &str) -> Self {
        self.parts.push(Part { role: Role::User, trust: Trust::Untrusted, text: text.to_owned() });
        self
    }

    pub fn parts(&self) -> &[Part] {
        &self.parts
    }
}

impl std::fmt::Debug for Prompt {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Prompt({} parts)", self.parts.len())
    }
}
