//! The handle that every room above uses. Cheap to clone; the last one takes the engine down with it.
//!
//! Never: an answer that is not complete passed off as one. Death, hang, overload and deadline are errors, and the mail is
//! held.

use crate::domain::limits::DRAFT_TOKENS_MAX;
use crate::inference::choice::EngineChoice;
use crate::inference::link::{Event, Link, Status, Ticket};
use crate::inference::process::{ChildLauncher, Launcher, ThreadLauncher};
use crate::inference::prompt::Prompt;
use crate::inference::protocol::{EngineIdentity, ProbeOutcome, Request, Sampling, StopReason, Usage};
use crate::inference::refused::Refused;
use crate::inference::scripted::Script;
use crate::inference::supervisor::{self, Patience};
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

/// How one answer is written.
#[derive(Debug, Clone, PartialEq)]
pub struct GenerateOptions {
    pub max_tokens: usize,
    pub stop: Vec<String>,
    pub seed: u64,
    /// 0 always takes the likeliest token.
    pub temperature: f64,
    pub top_p: f64,
    /// For the whole request, waiting included.
    pub deadline: Duration,
}

/// Waiting and answering together may take this long, where the caller says nothing else.
const DEADLINE: Duration = Duration::from_secs(600);

impl Default for GenerateOptions {
    fn default() -> Self {
        Self { max_tokens: DRAFT_TOKENS_MAX, stop: Vec::new(), seed: 0, temperature: 0.0, top_p: 1.0, deadline: DEADLINE }
    }
}

#[derive(Clone, PartialEq, Eq)]
pub struct Generation {
    pub text: String,
    pub stop_reason: StopReason,
    pub usage: Usage,
}

impl std::fmt::Debug for Generation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Generation({} bytes, {:?}, {:?})", self.text.len(), self.stop_reason, self.usage)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EngineError {
    #[error("Too many requests are waiting for the model")]
    Overloaded,
    #[error("The engine is starting again")]
    Restarting,
    #[error("The engine ended while it worked on the request")]
    Died,
    #[error("The engine did not answer in time")]
    DeadlineExceeded,
    #[error("The request was cancelled")]
    Cancelled,
    #[error("The prompt and its answer need {tokens} tokens and the model holds {limit}")]
    PromptTooLong { tokens: usize, limit: usize },
    #[error("The request exceeds the size of a frame")]
    RequestTooLarge,
    #[error("The request is not valid: {0}")]
    BadRequest(String),
    #[error("The model failed: {0}")]
    Model(String),
    /// The worker's own sentence, for the person who chose the engine.
    #[error("{0}")]
    Unusable(Refused),
    #[error("The engine was stopped")]
    Stopped,
    #[error("The engine's thread could not be started")]
    NoThread,
}

impl EngineError {
    /// Whether the same request may succeed later.
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Overloaded | Self::Restarting | Self::Died | Self::DeadlineExceeded => true,
            Self::Cancelled
            | Self::PromptTooLong { .. }
            | Self::RequestTooLarge
            | Self::BadRequest(_)
            | Self::Model(_)
            | Self::Unusable(_)
            | Self::Stopped
            | Self::NoThread => false,
        }
    }
}

/// A running engine.
#[derive(Debug, Clone)]
pub struct Engine {
    owner: Arc<Owner>,
}

/// Ends the engine together with the last handle.
#[derive(Debug)]
struct Owner(Arc<Link>);

impl Drop for Owner {
    fn drop(&mut self) {
        self.0.stop();
    }
}

impl Engine {
    /// Starts the engine as a child of this binary. Returns at once; [`Engine::ready`] waits for it.
    pub fn start(choice: EngineChoice) -> std::io::Result<Self> {
        Self::launch(ChildLauncher::of_this_binary(choice)?, Patience::default()).map_err(std::io::Error::other)
    }

    /// A script on a thread of this process, for tests.
    pub fn scripted(script: Script) -> Result<Self, EngineError> {
        Self::launch(ThreadLauncher { script }, Patience::default())
    }

    pub fn launch(launcher: impl Launcher, patience: Patience) -> Result<Self, EngineError> {
        let link = Link::new();
        let owner = Arc::new(Owner(Arc::clone(&link)));
        std::thread::Builder::new()
            .name("engine-supervisor".to_owned())
            .spawn(move || supervisor::supervise(&link, &launcher, patience))
            .map_err(|_| EngineError::NoThread)?;
        Ok(Self { owner })
    }

    fn link(&self) -> &Link {
        &self.owner.0
    }

    /// Waits until the engine has said who it is, or cannot.
    pub async fn ready(&self) -> Result<EngineIdentity, EngineError> {
        let mut status = self.link().status();
        let outcome = status.wait_for(|status| match status {
            Status::Ready(_) | Status::Refused(_) | Status::Stopped => true,
            Status::Starting | Status::Restarting => false,
        });
        match outcome.await.map(|status| status.clone()) {
            Ok(Status::Ready(identity)) => Ok(identity),
            Ok(Status::Refused(reason)) => Err(EngineError::Unusable(reason)),
            Ok(Status::Starting | Status::Restarting | Status::Stopped) | Err(_) => Err(EngineError::Stopped),
        }
    }

    /// Who answers at the moment.
    pub fn identity(&self) -> Option<EngineIdentity> {
        match &*self.link().status().borrow() {
            Status::Ready(identity) => Some(identity.clone()),
            Status::Starting | Status::Restarting | Status::Refused(_) | Status::Stopped => None,
        }
    }

    /// Requests that reached the engine since the start.
    pub fn calls(&self) -> u64 {
        self.link().calls()
    }

    /// Process id of the worker, for the health page and for tests that kill it.
    pub fn worker_pid(&self) -> Option<u32> {
        self.link().pid()
    }

    /// Writes an answer; `on_text` sees it grow. Dropping the future cancels the request.
    pub async fn generate(
        &self,
        prompt: &Prompt,
        options: &GenerateOptions,
        mut on_text: impl FnMut(&str),
    ) -> Result<Generation, EngineError> {
        let sampling = Sampling {
            max_tokens: options.max_tokens,
            stop: options.stop.clone(),
            seed: options.seed,
            temperature: options.temperature,
            top_p: options.top_p,
        };
        let parts = prompt.parts().to_vec();
        let mut text = String::new();
        within(options.deadline, async {
            let mut call = self.call(|id| Request::Generate { id, parts, sampling }).await?;
            loop {
                match call.next().await? {
                    Event::Text(piece) => {
                        text.push_str(&piece);
                        on_text(&piece);
                    }
                    Event::Done(usage, stop_reason) => return Ok(Generation { text, stop_reason, usage }),
                    Event::Scores(_) | Event::Probed(_) => return Err(EngineError::Died),
                    Event::Failed(error) => return Err(error),
                }
            }
        })
        .await
    }

    /// The log-probability of each label as the answer to the prompt, in the order of the labels.
    pub async fn score(&self, prompt: &Prompt, labels: &[String]) -> Result<Vec<f64>, EngineError> {
        let parts = prompt.parts().to_vec();
        let wanted = labels.to_vec();
        within(DEADLINE, async {
            let mut call = self.call(|id| Request::Score { id, parts, labels: wanted }).await?;
            match call.next().await? {
                Event::Scores(values) if values.len() == labels.len() => Ok(values),
                Event::Failed(error) => Err(error),
                Event::Scores(_) | Event::Text(_) | Event::Done(..) | Event::Probed(_) => Err(EngineError::Died),
            }
        })
        .await
    }

    /// Lets the worker try its walls. `path` is a file that it must not be able to open.
    pub async fn probe(&self, path: &str) -> Result<ProbeOutcome, EngineError> {
        within(DEADLINE, async {
            let mut call = self.call(|id| Request::Probe { id, path: path.to_owned() }).await?;
            match call.next().await? {
                Event::Probed(outcome) => Ok(outcome),
                Event::Failed(error) => Err(error),
                Event::Scores(_) | Event::Text(_) | Event::Done(..) => Err(EngineError::Died),
            }
        })
        .await
    }

    /// Ends every request now: their askers get [`EngineError::Cancelled`] and no further text. Returns how many there were.
    pub fn cancel_all(&self) -> usize {
        self.link().cancel_all()
    }

    /// Waits for an engine that is still loading for the first time, not for one that died.
    async fn call(&self, build: impl FnOnce(u64) -> Request) -> Result<Call<'_>, EngineError> {
        let mut status = self.link().status();
        let present = status.wait_for(|status| *status != Status::Starting).await.map(|status| status.clone());
        match present {
            Ok(Status::Ready(_)) => Ok(Call { link: self.link(), ticket: self.link().submit(build)?, ended: false }),
            Ok(Status::Starting | Status::Restarting) => Err(EngineError::Restarting),
            Ok(Status::Refused(reason)) => Err(EngineError::Unusable(reason)),
            Ok(Status::Stopped) | Err(_) => Err(EngineError::Stopped),
        }
    }
}

async fn within<T>(limit: Duration, work: impl Future<Output = Result<T, EngineError>>) -> Result<T, EngineError> {
    tokio::time::timeout(limit, work).await.unwrap_or(Err(EngineError::DeadlineExceeded))
}

/// One request under way. Dropped before its end, it is cancelled.
struct Call<'a> {
    link: &'a Link,
    ticket: Ticket,
    ended: bool,
}

impl Call<'_> {
    async fn next(&mut self) -> Result<Event, EngineError> {
        let event = self.ticket.events.recv().await.unwrap_or(Event::Failed(EngineError::Died));
        if self.ticket.revoked.load(Ordering::SeqCst) {
            return Err(EngineError::Cancelled);
        }
        match &event {
            Event::Text(_) => {}
            Event::Done(..) | Event::Scores(_) | Event::Probed(_) | Event::Failed(_) => self.ended = true,
        }
        Ok(event)
    }
}

impl Drop for Call<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.link.abandon(self.ticket.id);
        }
    }
}

#[cfg(test)]
#[path = "engine_tests.rs"]
mod tests;
