//! From nothing to a protected stream: TCP, and TLS at once or after STARTTLS (RFC 3207).
//!
//! Never: a plain stream handed on. A server without STARTTLS, or a box on the way that hides it, ends the attempt before
//! any password. What comes after the answer to STARTTLS and before the handshake was slipped in, and ends it too.

use super::error::{ConnectionFault, Failure, Refusal, TlsFault};
use super::server::{Security, SmtpServer};
use crate::mail::tls::{self, TlsStream};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

/// A reply of the plain part may have this many bytes in all.
const PLAIN_REPLY_BYTES_MAX: usize = 16 * 1024;
/// What lettre reads as the greeting after STARTTLS.
const GREETING_AGAIN: &[u8] = b"220 ready\r\n";

pub struct Protected {
    pub stream: TlsStream<TcpStream>,
    pub peer: SocketAddr,
    /// To be read before the stream.
    pub prelude: &'static [u8],
}

pub async fn protect(server: &SmtpServer) -> Result<Protected, Failure> {
    let limits = &server.limits;
    let reaching = within(limits.connect, async {
        TcpStream::connect((server.host.as_str(), server.port))
            .await
            .map_err(|e| Failure::Connection(ConnectionFault::Unreachable(e.kind())))
    });
    let mut tcp = reaching.await?;
    // Small commands must not wait for each other (Nagle); where it cannot be set, things are slower and nothing else.
    let _ = tcp.set_nodelay(true);
    let peer = tcp.peer_addr().map_err(|e| lost(&e))?;
    let prelude = match server.security {
        Security::Implicit => b"".as_slice(),
        Security::StartTls => {
            start_tls(&mut tcp, &server.hello, limits.greeting).await?;
            GREETING_AGAIN
        }
    };
    let shaking = within(limits.connect, async {
        tls::connect(tcp, &server.host, &server.tls).await.map_err(|e| Failure::Tls(TlsFault::Handshake(e)))
    });
    Ok(Protected { stream: shaking.await?, peer, prelude })
}

async fn start_tls(tcp: &mut TcpStream, hello: &str, limit: Duration) -> Result<(), Failure> {
    let mut plain = Plain { tcp, buffer: Vec::new() };
    within(limit, plain.reply()).await?.expect_2xx()?;
    let capabilities = within(limit, plain.command(&format!("EHLO {hello}"))).await?;
    let offered = capabilities.lines.iter().skip(1).any(|line| line.trim().eq_ignore_ascii_case("STARTTLS"));
    capabilities.expect_2xx()?;
    if !offered {
        return Err(Failure::Tls(TlsFault::NotOffered));
    }
    let answer = within(limit, plain.command("STARTTLS")).await?;
    if answer.code != 220 {
        return Err(Failure::Tls(TlsFault::Refused(answer.refusal())));
    }
    // RFC 3207 §6, CVE-2011-0411: whatever was said in the clear is forgotten.
    if plain.buffer.is_empty() { Ok(()) } else { Err(Failure::Tls(TlsFault::Injected)) }
}

struct PlainReply {
    code: u16,
    lines: Vec<String>,
}

impl PlainReply {
    fn refusal(&self) -> Refusal {
        Refusal::read(self.code, self.lines.first().map_or("", String::as_str))
    }

    fn expect_2xx(&self) -> Result<(), Failure> {
        match self.code {
            200..=299 => Ok(()),
            400..=499 => Err(Failure::Transient(self.refusal())),
            500..=599 => Err(Failure::Permanent(self.refusal())),
            _ => Err(Failure::Connection(ConnectionFault::Protocol)),
        }
    }
}

/// The few commands that may go in the clear.
struct Plain<'a> {
    tcp: &'a mut TcpStream,
    /// Read but not yet used.
    buffer: Vec<u8>,
}

impl Plain<'_> {
    async fn command(&mut self, line: &str) -> Result<PlainReply, Failure> {
        self.tcp.write_all(format!("{line}\r\n").as_bytes()).await.map_err(|e| lost(&e))?;
        self.reply().await
    }

    async fn reply(&mut self) -> Result<PlainReply, Failure> {
        let protocol = || Failure::Connection(ConnectionFault::Protocol);
        let mut lines = Vec::new();
        let mut total = 0;
        loop {
            let line = self.line().await?;
            total += line.len();
            if total > PLAIN_REPLY_BYTES_MAX {
                return Err(protocol());
            }
            let code = line.get(..3).and_then(|digits| digits.parse::<u16>().ok()).ok_or_else(protocol)?;
            lines.push(line.get(4..).unwrap_or_default().to_owned());
            match line.as_bytes().get(3) {
                Some(b'-') => {}
                Some(b' ') | None => return Ok(PlainReply { code, lines }),
                Some(_) => return Err(protocol()),
            }
        }
    }

    async fn line(&mut self) -> Result<String, Failure> {
        loop {
            if let Some(end) = self.buffer.iter().position(|byte| *byte == b'\n') {
                let line: Vec<u8> = self.buffer.drain(..=end).collect();
                return Ok(String::from_utf8_lossy(&line).trim_end().to_owned());
            }
            if self.buffer.len() > PLAIN_REPLY_BYTES_MAX {
                return Err(Failure::Connection(ConnectionFault::Protocol));
            }
            if self.tcp.read_buf(&mut self.buffer).await.map_err(|e| lost(&e))? == 0 {
                return Err(Failure::Connection(ConnectionFault::Lost));
            }
        }
    }
}

async fn within<T>(limit: Duration, work: impl Future<Output = Result<T, Failure>>) -> Result<T, Failure> {
    timeout(limit, work).await.unwrap_or(Err(Failure::Connection(ConnectionFault::Timeout)))
}

fn lost(_: &std::io::Error) -> Failure {
    Failure::Connection(ConnectionFault::Lost)
}
