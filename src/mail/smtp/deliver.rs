//! One mail, one connection, every step announced before it is entered.
//!
//! Never: a second attempt, a step that the observer did not allow, a 250 that was not read. The last three lines of a
//! transaction decide everything: before the final dot a broken connection means that nothing was taken; from the dot on
//! it means that nobody knows (RFC 5321 §4.5.3.2.6, RFC 1047).

use super::error::{ConnectionFault, DeliveryError, Failure, Refusal, Unsendable};
use super::gate::{Gate, Gated};
use super::handshake::protect;
use super::server::SmtpServer;
use crate::domain::outbox::SmtpStep;
use crate::domain::{EmailAddress, Personal};
use lettre::Address;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::AsyncSmtpConnection;
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, MailParameter};
use lettre::transport::smtp::response::Response;
use std::error::Error as _;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;
use tokio::time::timeout;

/// RFC 5322 §2.1.1, without CRLF.
const LINE_BYTES_MAX: usize = 998;
const CHUNK_BYTES: usize = 16 * 1024;
/// Of a server's 250 this much is kept as proof.
const REPLY_CHARS_MAX: usize = 500;

/// Who may take the mail. The second recipient, where there is one, is the mailbox itself.
#[derive(Debug, Clone)]
pub struct Envelope {
    pub from: EmailAddress,
    pub to: Vec<EmailAddress>,
}

/// Told before each step. Returning means that the step is committed to disk; an error means that it must not be entered.
pub trait StepObserver: Send {
    fn entering(&mut self, step: SmtpStep) -> impl Future<Output = Result<(), StepRefused>> + Send;
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The outbox does not allow this step")]
pub struct StepRefused;

/// The server has taken the mail.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Accepted {
    pub code: u16,
    /// The server's own words, usually with its queue id; may repeat an address.
    pub reply: Personal<String>,
}

/// Hands `raw` over. It arrives as it is: the bytes that the server takes are these.
pub async fn deliver(
    server: &SmtpServer,
    envelope: &Envelope,
    raw: &[u8],
    observer: &mut impl StepObserver,
) -> Result<Accepted, DeliveryError> {
    let mut step = None;
    let result = transaction(server, envelope, raw, &mut Steps { observer, entered: &mut step }).await;
    result.map_err(|failure| DeliveryError { failure, step })
}

/// Greets, logs in and leaves: what `mailbox test` tries. No mail is offered.
pub async fn probe(server: &SmtpServer) -> Result<(), Failure> {
    let mut session = Session::open(server).await?;
    let _ = timeout(server.limits.quit, session.connection.quit()).await;
    Ok(())
}

struct Steps<'a, O> {
    observer: &'a mut O,
    entered: &'a mut Option<SmtpStep>,
}

impl<O: StepObserver> Steps<'_, O> {
    async fn enter(&mut self, step: SmtpStep) -> Result<(), Failure> {
        self.observer.entering(step).await.map_err(|StepRefused| Failure::StepRefused)?;
        *self.entered = Some(step);
        Ok(())
    }
}

async fn transaction<O: StepObserver>(
    server: &SmtpServer,
    envelope: &Envelope,
    raw: &[u8],
    steps: &mut Steps<'_, O>,
) -> Result<Accepted, Failure> {
    let body = body_of(raw).map_err(Failure::Unsendable)?;
    let (from, to) = addresses(envelope).map_err(Failure::Unsendable)?;
    steps.enter(SmtpStep::Connect).await?;
    let mut session = Session::open(server).await?;
    let before_data = async {
        let size = session.size_parameter(raw.len())?;
        steps.enter(SmtpStep::Mail).await?;
        in_range(200..300, session.command(server.limits.mail, Mail::new(Some(from), size)).await?)?;
        steps.enter(SmtpStep::Rcpt).await?;
        for recipient in to {
            in_range(200..300, session.command(server.limits.rcpt, Rcpt::new(recipient, Vec::new())).await?)?;
        }
        steps.enter(SmtpStep::Data).await?;
        in_range(354..355, session.command(server.limits.data, Data).await?)
    };
    match before_data.await {
        Ok(_) => {}
        Err(failure) => {
            session.leave_after(&failure, server.limits.quit).await;
            return Err(failure);
        }
    }
    let response = session.text(body, server, steps).await?;
    let reply: String =
        response.message().collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).take(REPLY_CHARS_MAX).collect();
    let _ = timeout(server.limits.quit, session.connection.quit()).await;
    Ok(Accepted { code: u16::from(response.code()), reply: Personal::new(reply) })
}

struct Session {
    connection: AsyncSmtpConnection,
    gate: Gate,
    /// RFC 1870: `None` where the server does not say, 0 where it has no fixed limit.
    size: Option<usize>,
}

impl Session {
    async fn open(server: &SmtpServer) -> Result<Self, Failure> {
        let protected = protect(server).await?;
        let gate = Gate::new();
        let stream = Box::new(Gated::new(protected.stream, gate.clone(), protected.peer, protected.prelude));
        let hello = ClientId::Domain(server.hello.clone());
        // Greeting and EHLO are one call.
        let connecting = AsyncSmtpConnection::connect_with_transport(stream, &hello);
        let mut connection = within(server.limits.greeting.saturating_mul(2), connecting).await?;
        let size = announced_size(&String::from_utf8_lossy(&gate.take_heard()));
        let credentials = Credentials::new(server.login.user.clone(), server.login.password.reveal().clone());
        let answer = timeout(server.limits.greeting, connection.auth(&[Mechanism::Plain, Mechanism::Login], &credentials)).await;
        let failure = match answer {
            Ok(Ok(response)) => match in_range(200..300, response) {
                Ok(_) => return Ok(Self { connection, gate, size }),
                Err(failure) => failure,
            },
            Ok(Err(error)) if error.is_client() => Failure::Authentication(None),
            Ok(Err(error)) => match classify(&error) {
                Failure::Permanent(refusal) => Failure::Authentication(Some(refusal)),
                other => other,
            },
            Err(_) => Failure::Connection(ConnectionFault::Timeout),
        };
        Self { connection, gate, size }.leave_after(&failure, server.limits.quit).await;
        Err(failure)
    }

    fn size_parameter(&self, bytes: usize) -> Result<Vec<MailParameter>, Failure> {
        match self.size {
            None => Ok(Vec::new()),
            Some(limit) if limit > 0 && bytes > limit => Err(Failure::Unsendable(Unsendable::TooLarge { bytes, limit })),
            Some(_) => Ok(vec![MailParameter::Size(bytes)]),
        }
    }

    async fn command(&mut self, limit: Duration, command: impl std::fmt::Display) -> Result<Response, Failure> {
        within(limit, self.connection.command(command)).await
    }

    /// The text, the announcement of the dot, the dot, its answer.
    async fn text<O: StepObserver>(&mut self, body: &[u8], server: &SmtpServer, steps: &mut Steps<'_, O>) -> Result<Response, Failure> {
        let gate = self.gate.clone();
        let mut chunks = body.chunks(CHUNK_BYTES);
        // lettre asks for the next piece after the last one is flushed; what it writes after the end is the final dot.
        let pieces = std::iter::from_fn(|| {
            let piece = chunks.next();
            if piece.is_none() {
                gate.hold();
            }
            piece
        });
        let mut sending = pin!(self.connection.message_iter(pieces));
        loop {
            let before = self.gate.written();
            let at_gate = std::future::poll_fn(|cx| match sending.as_mut().poll(cx) {
                // The answer is read after the dot alone, so an end before it is a failed write.
                Poll::Ready(_) => Poll::Ready(Err(Failure::Connection(ConnectionFault::Lost))),
                Poll::Pending if self.gate.is_waited_at() => Poll::Ready(Ok(())),
                Poll::Pending => Poll::Pending,
            });
            match timeout(server.limits.block, at_gate).await {
                Ok(reached) => break reached?,
                Err(_) if self.gate.written() > before => {}
                Err(_) => return Err(Failure::Connection(ConnectionFault::Timeout)),
            }
        }
        if let Err(refused) = steps.enter(SmtpStep::Dot).await {
            self.gate.shut();
            return Err(refused);
        }
        self.gate.open();
        let uncertain = |fault| Err(Failure::Uncertain(fault));
        match timeout(server.limits.dot, sending).await {
            Err(_) => uncertain(ConnectionFault::Timeout),
            Ok(Ok(response)) if (200..300).contains(&u16::from(response.code())) => Ok(response),
            Ok(Ok(_)) => uncertain(ConnectionFault::Protocol),
            Ok(Err(error)) => match classify(&error) {
                // 421 is said of the channel, by a proxy too, and need not be the answer to the dot (RFC 5321 §3.8).
                Failure::Transient(refusal) if refusal.code == 421 => uncertain(ConnectionFault::Lost),
                Failure::Transient(refusal) => Err(Failure::Transient(refusal)),
                Failure::Permanent(refusal) | Failure::Authentication(Some(refusal)) => Err(Failure::Permanent(refusal)),
                Failure::Connection(fault) => uncertain(fault),
                Failure::Authentication(None) | Failure::Tls(_) | Failure::Unsendable(_) | Failure::StepRefused | Failure::Uncertain(_) => {
                    uncertain(ConnectionFault::Protocol)
                }
            },
        }
    }

    /// RFC 5321 §4.1.1.10: a connection that still answers is left with QUIT.
    async fn leave_after(mut self, failure: &Failure, limit: Duration) {
        match failure {
            Failure::Transient(_) | Failure::Permanent(_) | Failure::Authentication(_) | Failure::StepRefused | Failure::Unsendable(_) => {
                let _ = timeout(limit, self.connection.quit()).await;
            }
            Failure::Tls(_) | Failure::Connection(_) | Failure::Uncertain(_) => {}
        }
    }
}

fn in_range(codes: std::ops::Range<u16>, response: Response) -> Result<Response, Failure> {
    if codes.contains(&u16::from(response.code())) { Ok(response) } else { Err(Failure::Connection(ConnectionFault::Protocol)) }
}

async fn within<T>(limit: Duration, work: impl Future<Output = Result<T, lettre::transport::smtp::Error>>) -> Result<T, Failure> {
    match timeout(limit, work).await {
        Err(_) => Err(Failure::Connection(ConnectionFault::Timeout)),
        Ok(Err(error)) => Err(classify(&error)),
        Ok(Ok(value)) => Ok(value),
    }
}

fn classify(error: &lettre::transport::smtp::Error) -> Failure {
    if let Some(code) = error.status() {
        let text = error.source().map(ToString::to_string).unwrap_or_default();
        let refusal = Refusal::read(u16::from(code), &text);
        return match refusal.code {
            // RFC 4954 §6: the login is what is missing or wrong, wherever it is said.
            530 | 534 | 535 | 538 => Failure::Authentication(Some(refusal)),
            400..=499 => Failure::Transient(refusal),
            _ => Failure::Permanent(refusal),
        };
    }
    // lettre reports a cut inside of a reply as a malformed one.
    let cut = error.is_response() && error.source().is_some_and(|source| source.to_string() == "incomplete response");
    let fault = if error.is_response() && !cut { ConnectionFault::Protocol } else { ConnectionFault::Lost };
    Failure::Connection(fault)
}

fn announced_size(heard: &str) -> Option<usize> {
    let keyword = |line: &str| line.get(4..).map(str::trim).map(str::to_ascii_uppercase);
    let line = heard
        .lines()
        .filter(|line| line.starts_with("250"))
        .filter_map(keyword)
        .find(|word| word == "SIZE" || word.starts_with("SIZE "))?;
    line.strip_prefix("SIZE").map(str::trim).map(|digits| digits.parse().unwrap_or(0))
}

/// What goes before the final `CRLF . CRLF`: its first CRLF ends the mail's last line.
fn body_of(raw: &[u8]) -> Result<&[u8], Unsendable> {
    let body = raw.strip_suffix(b"\r\n").ok_or(Unsendable::LineEnd)?;
    if !raw.is_ascii() {
        return Err(Unsendable::NotAscii);
    }
    // A bare CR or LF is read as a line end by some servers and not by others: that is how mails are smuggled.
    for line in raw.split_inclusive(|byte| *byte == b'\n') {
        let line = line.strip_suffix(b"\r\n").ok_or(Unsendable::LineEnd)?;
        if line.contains(&b'\r') {
            return Err(Unsendable::LineEnd);
        }
        if line.len() > LINE_BYTES_MAX {
            return Err(Unsendable::LineLength);
        }
    }
    Ok(body)
}

fn addresses(envelope: &Envelope) -> Result<(Address, Vec<Address>), Unsendable> {
    let address = |address: &EmailAddress| {
        let plain = crate::mail::compose::recipient::is_plain(address);
        let parsed = plain.then(|| Address::new(address.local(), address.domain()).ok()).flatten();
        parsed.ok_or(Unsendable::Address)
    };
    let to = envelope.to.iter().map(address).collect::<Result<Vec<_>, _>>()?;
    if to.is_empty() { Err(Unsendable::NoRecipient) } else { Ok((address(&envelope.from)?, to)) }
}

#[cfg(test)]
#[path = "deliver_tests.rs"]
mod tests;
