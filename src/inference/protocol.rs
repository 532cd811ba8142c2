//! The words of the engine protocol: text in, text and scores out.
//!
//! Never: a token id, a tensor or a cache. Whatever runs the model can be exchanged behind these words, and gate, evidence
//! check and outbox do not notice.
//!
//! The worker speaks first: [`Reply::Hello`] with version, identity and walls, or [`Reply::Refused`] and the end. Then
//! requests and replies go both ways and meet by their `id`. A request ends with exactly one of `done`, `scores`, `probed`
//! or `error`.

use crate::inference::prompt::Part;
use crate::inference::refused::Refused;
use crate::sandbox::Confinement;
use serde::{Deserialize, Serialize};

/// Raised when a word changes its meaning. An engine of another version is refused.
pub const PROTOCOL_VERSION: u32 = 1;

/// Names one request on one connection.
pub type RequestId = u64;

#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Request {
    Generate {
        id: RequestId,
        parts: Vec<Part>,
        sampling: Sampling,
    },
    /// One log-probability per label, in their order.
    Score {
        id: RequestId,
        parts: Vec<Part>,
        labels: Vec<String>,
    },
    Cancel {
        id: RequestId,
    },
    /// Tries to break out: a socket, and `path`. The self-test of the walls.
    Probe {
        id: RequestId,
        path: String,
    },
}

/// How an answer is written.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sampling {
    pub max_tokens: usize,
    /// The answer ends before the first of these; they are not part of it.
    pub stop: Vec<String>,
    pub seed: u64,
    /// 0 always takes the likeliest token.
    pub temperature: f64,
    /// The smallest set of tokens that holds this share of the probability; 1 is all of them.
    pub top_p: f64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case", deny_unknown_fields)]
pub enum Reply {
    Hello {
        version: u32,
        engine: EngineIdentity,
    },
    /// The engine cannot serve at all; a restart would not help.
    Refused(Refused),
    Text {
        id: RequestId,
        text: String,
    },
    Done {
        id: RequestId,
        usage: Usage,
        stop_reason: StopReason,
    },
    Scores {
        id: RequestId,
        values: Vec<f64>,
        usage: Usage,
    },
    Probed {
        id: RequestId,
        outcome: ProbeOutcome,
    },
    Error {
        id: RequestId,
        fault: Fault,
    },
}

/// What answers. Written to every decision record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineIdentity {
    /// `general.name` of the model, or the kind of engine.
    pub name: String,
    pub architecture: String,
    /// SHA-256 of the model file, lower-case hex.
    pub sha256: String,
    /// Prompt and answer together.
    pub context_tokens: usize,
    pub sandbox: Confinement,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Usage {
    pub prompt_tokens: usize,
    pub output_tokens: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StopReason {
    /// The model ended its answer.
    End,
    /// A stop string was met.
    StopString,
    /// `max_tokens` were written: the answer is cut and must not go out as it is.
    Length,
}

/// Error numbers of the system; `None` means that the attempt succeeded and the wall has a hole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ProbeOutcome {
    pub inet_socket: Option<i32>,
    pub unix_socket: Option<i32>,
    pub open_file: Option<i32>,
    pub run_program: Option<i32>,
    /// The same socket from a thread that was started behind the walls.
    pub socket_in_new_thread: Option<i32>,
}

/// Why one request failed, while the engine goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Fault {
    #[error("The prompt and its answer need {tokens} tokens and the model holds {limit}")]
    PromptTooLong { tokens: usize, limit: usize },
    #[error("Too many requests are waiting")]
    Overloaded,
    #[error("The request was cancelled")]
    Cancelled,
    #[error("The request is not valid: {reason}")]
    BadRequest { reason: String },
    #[error("The model failed: {reason}")]
    Model { reason: String },
}

impl Request {
    pub const fn id(&self) -> RequestId {
        match self {
            Self::Generate { id, .. } | Self::Score { id, .. } | Self::Cancel { id } | Self::Probe { id, .. } => *id,
        }
    }
}
