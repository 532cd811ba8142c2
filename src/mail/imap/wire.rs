//! One command, one answer: says it, hands every untagged answer to a callback, and ends in the tagged completion or an error.
//!
//! From the first byte sent until the tagged completion the connection counts as poisoned, so that an error, a deadline, a
//! panic of the parser or a dropped future leaves no connection that is out of step. Error texts never hold bytes of the server.

use super::budget::Budget;
use crate::domain::limits::IMAP_ANSWER_BYTES_MAX;
use crate::mail::mailbox_error::{Code, MailboxError};
use async_imap::Client;
use async_imap::imap_proto::{AttributeValue, Capability, Outcome, Response, ResponseCode, Status};
use futures::FutureExt;
use std::fmt::Debug;
use std::panic::AssertUnwindSafe;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::time::{Instant, timeout};
use zeroize::Zeroizing;

pub(super) trait Io: AsyncRead + AsyncWrite + Unpin + Debug + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Debug + Send> Io for T {}

/// Even a server that sends a byte now and then has to come to an end.
const SLOW_ANSWER_FACTOR: u32 = 15;

/// What to say. `line` may hold a password; it is overwritten when dropped.
pub(super) struct Command<'a> {
    /// The name for error texts.
    pub name: &'static str,
    pub line: Zeroizing<String>,
    /// Sent when the server says `+`, followed by CRLF.
    pub literal: Option<&'a [u8]>,
    /// Silence longer than this is an error; without `patient`, so is a longer answer.
    pub deadline: Duration,
    /// Bytes that come count as progress.
    pub patient: bool,
}

/// The tagged completion with the codes we use.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Done {
    /// UIDVALIDITY and UID of RFC 4315 APPENDUID.
    pub append_uid: Option<(u32, u32)>,
    pub capabilities: Option<Vec<String>>,
    pub read_only: bool,
}

#[derive(Debug)]
pub(super) struct Wire<T: Io> {
    client: Client<Budget<T>>,
    poisoned: bool,
    tag: u32,
}

/// What came next.
enum Step {
    Untagged,
    Continue,
    Done(Done),
}

type OnUntagged<'a> = &'a mut (dyn FnMut(&Response<'_>) + Send);

impl<T: Io> Wire<T> {
    pub(super) fn new(stream: T) -> Self {
        Self { client: Client::new(Budget::new(stream, IMAP_ANSWER_BYTES_MAX)), poisoned: false, tag: 0 }
    }

    pub(super) fn stream(&self) -> &T {
        self.client.get_ref().get_ref()
    }

    /// The stream below. What the server has sent beyond its last answer is thrown away (RFC 9051 §11.1: injected answers).
    pub(super) fn into_stream(self) -> T {
        self.client.into_inner().into_inner()
    }

    /// Runs one command to its end.
    pub(super) async fn run(&mut self, command: Command<'_>, on: OnUntagged<'_>) -> Result<Done, MailboxError> {
        let name = command.name;
        self.enter()?;
        let result = guard(name, self.say_and_hear(&command, on)).await;
        self.leave(&result);
        result
    }

    /// The greeting: `Ok(true)` where the server says that we are logged in already (PREAUTH).
    pub(super) async fn greeting(&mut self, deadline: Duration, on: OnUntagged<'_>) -> Result<bool, MailboxError> {
        let name = "the greeting";
        self.enter()?;
        let result = guard(name, async {
            let answer = timeout(deadline, self.client.read_response()).await.map_err(|_| MailboxError::Deadline(name))?;
            let answer = answer.map_err(|error| read_error(self.client.get_ref(), &error, name))?.ok_or(MailboxError::Lost(name))?;
            on(answer.parsed());
            match answer.parsed() {
                Response::Data { status: Status::Ok, .. } => Ok(false),
                Response::Data { status: Status::PreAuth, .. } => Ok(true),
                Response::Data { status: Status::Bye, .. } => Err(MailboxError::Bye(name)),
                _ => Err(MailboxError::Protocol(name)),
            }
        })
        .await;
        self.poisoned = result.is_err();
        result
    }

    /// Starts IDLE and comes back when the server has agreed.
    pub(super) async fn begin_idle(&mut self, deadline: Duration, on: OnUntagged<'_>) -> Result<String, MailboxError> {
        let name = "IDLE";
        self.enter()?;
        let result = guard(name, async {
            let tag = self.send("IDLE").await.map_err(|error| write_error(&error, name))?;
            let until = Instant::now() + deadline;
            loop {
                match self.step(&tag, name, until, on).await? {
                    Step::Untagged => {}
                    Step::Continue => return Ok(tag),
                    Step::Done(_) => return Err(MailboxError::Protocol(name)),
                }
            }
        })
        .await;
        // A refusal is a complete answer; an agreement leaves IDLE open, and with it the poison.
        if matches!(result, Err(MailboxError::No { .. } | MailboxError::Bad { .. })) {
            self.poisoned = false;
        }
        result
    }

    /// Hears one untagged answer inside IDLE; `Ok(false)` where none came until `until`.
    pub(super) async fn hear_idle(&mut self, tag: &str, until: Instant, on: OnUntagged<'_>) -> Result<bool, MailboxError> {
        let name = "IDLE";
        self.client.get_mut().refill(IMAP_ANSWER_BYTES_MAX);
        match guard(name, self.step(tag, name, until, on)).await {
            Ok(Step::Untagged) => Ok(true),
            Ok(Step::Continue | Step::Done(_)) => Err(MailboxError::Protocol(name)),
            Err(MailboxError::Deadline(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Ends IDLE.
    pub(super) async fn end_idle(&mut self, tag: &str, deadline: Duration, on: OnUntagged<'_>) -> Result<(), MailboxError> {
        let name = "DONE";
        let result = guard(name, async {
            self.write(b"DONE\r\n").await.map_err(|error| write_error(&error, name))?;
            let until = Instant::now() + deadline;
            loop {
                match self.step(tag, name, until, on).await? {
                    Step::Untagged => {}
                    Step::Continue => return Err(MailboxError::Protocol(name)),
                    Step::Done(done) => return Ok(done),
                }
            }
        })
        .await;
        self.leave(&result);
        result.map(|_| ())
    }

    async fn say_and_hear(&mut self, command: &Command<'_>, on: OnUntagged<'_>) -> Result<Done, MailboxError> {
        let name = command.name;
        let start = Instant::now();
        let last = start + command.deadline * if command.patient { SLOW_ANSWER_FACTOR } else { 1 };
        let sent = timeout(command.deadline, self.send(&command.line)).await.map_err(|_| MailboxError::Deadline(name))?;
        let tag = sent.map_err(|error| write_error(&error, name))?;
        let mut literal = command.literal;
        loop {
            let before = self.client.get_ref().total();
            match self.step(&tag, name, last.min(Instant::now() + command.deadline), on).await {
                Err(MailboxError::Deadline(_)) if Instant::now() < last && self.client.get_ref().total() > before => {}
                Err(error) => return Err(error),
                Ok(Step::Untagged) => {}
                Ok(Step::Done(done)) => return Ok(done),
                Ok(Step::Continue) => {
                    let bytes = literal.take().ok_or(MailboxError::Protocol(name))?;
                    let limit = command.deadline * SLOW_ANSWER_FACTOR;
                    let sent = timeout(limit, self.send_literal(bytes)).await.map_err(|_| MailboxError::Deadline(name))?;
                    sent.map_err(|error| write_error(&error, name))?;
                }
            }
        }
    }

    async fn step(&mut self, tag: &str, name: &'static str, until: Instant, on: OnUntagged<'_>) -> Result<Step, MailboxError> {
        let answer = tokio::time::timeout_at(until, self.client.read_response()).await.map_err(|_| MailboxError::Deadline(name))?;
        let answer = answer.map_err(|error| read_error(self.client.get_ref(), &error, name))?.ok_or(MailboxError::Lost(name))?;
        match answer.parsed() {
            Response::Continue(_) => Ok(Step::Continue),
            Response::Done { tag: seen, status, outcome } if seen.0 == tag => completion(status, outcome, name).map(Step::Done),
            Response::Done { .. } => Err(MailboxError::Protocol(name)),
            Response::Data { status: Status::Bye, .. } => Err(MailboxError::Bye(name)),
            other => {
                on(other);
                Ok(Step::Untagged)
            }
        }
    }

    async fn send(&mut self, line: &str) -> std::io::Result<String> {
        self.tag = self.tag.wrapping_add(1);
        let tag = format!("h{:04}", self.tag);
        self.client.get_mut().refill(IMAP_ANSWER_BYTES_MAX);
        // One write, so that a cut cannot leave half a command behind on a server that acts on lines.
        let whole = Zeroizing::new(format!("{tag} {line}\r\n"));
        self.write(whole.as_bytes()).await?;
        Ok(tag)
    }

    async fn send_literal(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        let stream = self.client.get_mut();
        stream.write_all(bytes).await?;
        stream.write_all(b"\r\n").await?;
        stream.flush().await
    }

    async fn write(&mut self, bytes: &[u8]) -> std::io::Result<()> {
        let stream = self.client.get_mut();
        stream.write_all(bytes).await?;
        stream.flush().await
    }

    fn enter(&mut self) -> Result<(), MailboxError> {
        if self.poisoned {
            return Err(MailboxError::Poisoned);
        }
        self.poisoned = true;
        Ok(())
    }

    fn leave(&mut self, result: &Result<Done, MailboxError>) {
        self.poisoned = !matches!(result, Ok(_) | Err(MailboxError::No { .. } | MailboxError::Bad { .. }));
    }
}

/// The parser has an `unwrap` that a server can reach; a panic becomes an error of this connection.
async fn guard<R>(name: &'static str, work: impl Future<Output = Result<R, MailboxError>>) -> Result<R, MailboxError> {
    AssertUnwindSafe(work).catch_unwind().await.unwrap_or(Err(MailboxError::Parser(name)))
}

fn completion(status: &Status, outcome: &Outcome<'_>, name: &'static str) -> Result<Done, MailboxError> {
    match status {
        Status::Ok => Ok(done(outcome)),
        Status::No => Err(MailboxError::No { command: name, code: refusal(outcome) }),
        Status::Bad => Err(MailboxError::Bad { command: name }),
        Status::PreAuth | Status::Bye => Err(MailboxError::Protocol(name)),
    }
}

fn refusal(outcome: &Outcome<'_>) -> Code {
    match &outcome.code {
        Some(ResponseCode::TryCreate) => Code::TryCreate,
        Some(ResponseCode::Alert) => Code::Alert,
        Some(_) => Code::Other,
        None => Code::of_text(outcome.information.as_deref().unwrap_or_default()),
    }
}

fn done(outcome: &Outcome<'_>) -> Done {
    let mut done = Done::default();
    match &outcome.code {
        Some(ResponseCode::AppendUid(validity, uids)) => done.append_uid = single_uid(uids).map(|uid| (*validity, uid)),
        Some(ResponseCode::Capabilities(list)) => done.capabilities = Some(capability_names(list)),
        Some(ResponseCode::ReadOnly) => done.read_only = true,
        _ => {}
    }
    done
}

/// One mail was appended, so exactly one UID is an answer; a range is none.
fn single_uid(uids: &[async_imap::imap_proto::rfc4315::UidSetMember]) -> Option<u32> {
    match uids {
        [async_imap::imap_proto::rfc4315::UidSetMember::Uid(uid)] => Some(*uid),
        [async_imap::imap_proto::rfc4315::UidSetMember::UidRange(range)] if range.start() == range.end() => Some(*range.start()),
        _ => None,
    }
}

pub(super) fn capability_names(list: &[Capability<'_>]) -> Vec<String> {
    let name = |capability: &Capability<'_>| match capability {
        Capability::Imap4rev1 => "IMAP4REV1".to_owned(),
        Capability::Auth(mechanism) => format!("AUTH={}", mechanism.to_ascii_uppercase()),
        Capability::Atom(atom) => atom.to_ascii_uppercase(),
    };
    let mut names: Vec<String> = list.iter().map(name).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// The UID of a FETCH answer, which RFC 3501 §6.4.8 makes part of every answer to a UID command.
pub(super) fn fetched_uid(attributes: &[AttributeValue<'_>]) -> Option<u32> {
    attributes.iter().find_map(|attribute| if let AttributeValue::Uid(uid) = attribute { Some(*uid) } else { None })
}

fn read_error<T>(stream: &Budget<T>, error: &std::io::Error, name: &'static str) -> MailboxError {
    if stream.is_spent() {
        return MailboxError::TooMuch(name);
    }
    match error.kind() {
        // The parser reports every text that it cannot read as `Other`, with the text itself: it stops here.
        std::io::ErrorKind::Other | std::io::ErrorKind::InvalidData => MailboxError::Protocol(name),
        _ => MailboxError::Lost(name),
    }
}

fn write_error(_: &std::io::Error, name: &'static str) -> MailboxError {
    MailboxError::Lost(name)
}
