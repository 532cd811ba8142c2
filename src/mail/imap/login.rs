//! From a host name to a logged-in connection: TCP, TLS (at once or by STARTTLS), capabilities, login, ID.
//!
//! Never: a credential before TLS stands and the certificate was checked, a mechanism the server has forbidden, a
//! password in an error or a log.

use super::mailbox::Timing;
use super::wire::{Command, Wire, capability_names};
use crate::domain::{Personal, Secret};
use crate::mail::mailbox_error::{Code, MailboxError};
use crate::mail::tls::{self, TlsStream};
use async_imap::imap_proto::{Response, ResponseCode};
use rustls::ClientConfig;
use std::sync::Arc;
use tokio::net::TcpStream;
use zeroize::Zeroizing;

/// How the connection becomes protected. There is no third way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte, port 993.
    Implicit,
    /// STARTTLS, port 143; a server that does not offer it is left at once.
    StartTls,
}

/// Where a mailbox is and how to get in.
#[derive(Debug, Clone)]
pub struct Account {
    /// The name that the certificate must prove: a host name or an IP address.
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub user: Personal<String>,
    pub password: Secret<String>,
    /// From `tls::client_config`.
    pub tls: Arc<ClientConfig>,
}

/// A connection after login.
pub(super) struct LoggedIn {
    pub wire: Wire<TlsStream<TcpStream>>,
    /// Sorted, upper case, read after login.
    pub capabilities: Vec<String>,
    pub server: Option<String>,
}

pub(super) async fn log_in(account: &Account, timing: &Timing) -> Result<LoggedIn, MailboxError> {
    let tcp = tokio::time::timeout(timing.connect, TcpStream::connect((account.host.as_str(), account.port)));
    let tcp = tcp.await.map_err(|_| MailboxError::Deadline("the connection"))?.map_err(|error| MailboxError::Connect(error.kind()))?;
    let mut capabilities = Vec::new();
    let mut logged_in = false;
    let mut wire = match account.security {
        Security::Implicit => {
            let mut wire = Wire::new(tls::connect(tcp, &account.host, &account.tls).await?);
            logged_in = wire.greeting(timing.command, &mut |answer| note_capabilities(answer, &mut capabilities)).await?;
            wire
        }
        // Capabilities told before TLS may be an attacker's, so they are forgotten (RFC 9051 §6.2.1).
        Security::StartTls => Wire::new(tls::connect(start_tls(tcp, timing).await?, &account.host, &account.tls).await?),
    };
    if capabilities.is_empty() {
        capabilities = ask_capabilities(&mut wire, timing).await?;
    }
    if !logged_in {
        let told = authenticate(&mut wire, account, &capabilities, timing).await?;
        capabilities = match told {
            Some(told) => told,
            None => ask_capabilities(&mut wire, timing).await?,
        };
    }
    let server = if has(&capabilities, "ID") { identify(&mut wire, timing).await? } else { None };
    Ok(LoggedIn { wire, capabilities, server })
}

/// RFC 3501 §6.2.1. A server without STARTTLS, or one that claims a login before TLS, hears nothing more from us.
async fn start_tls(tcp: TcpStream, timing: &Timing) -> Result<TcpStream, MailboxError> {
    let mut wire = Wire::new(tcp);
    let mut capabilities = Vec::new();
    if wire.greeting(timing.command, &mut |answer| note_capabilities(answer, &mut capabilities)).await? {
        return Err(MailboxError::LoginBeforeTls);
    }
    if capabilities.is_empty() {
        capabilities = ask_capabilities(&mut wire, timing).await?;
    }
    if !has(&capabilities, "STARTTLS") {
        return Err(MailboxError::NoStartTls);
    }
    let done = wire.run(command("STARTTLS", "STARTTLS", timing), &mut |_| {}).await;
    match done {
        Ok(_) => Ok(wire.into_stream()),
        Err(MailboxError::No { .. } | MailboxError::Bad { .. }) => Err(MailboxError::NoStartTls),
        Err(error) => Err(error),
    }
}

async fn authenticate<T: super::wire::Io>(
    wire: &mut Wire<T>,
    account: &Account,
    capabilities: &[String],
    timing: &Timing,
) -> Result<Option<Vec<String>>, MailboxError> {
    let mut told = Vec::new();
    let on = &mut |answer: &Response<'_>| note_capabilities(answer, &mut told);
    let (user, password) = (account.user.reveal().as_str(), account.password.reveal().as_str());
    if user.contains('\0') || password.contains('\0') {
        return Err(MailboxError::BadInput("A user name or password with a zero byte"));
    }
    let done = if has(capabilities, "AUTH=PLAIN") {
        // SASL PLAIN (RFC 4616) is UTF-8 by definition; LOGIN's strings are not.
        let plain = Zeroizing::new(format!("\0{user}\0{password}"));
        let response = Zeroizing::new(data_encoding::BASE64.encode(plain.as_bytes()));
        if has(capabilities, "SASL-IR") {
            let line = Zeroizing::new(format!("AUTHENTICATE PLAIN {}", response.as_str()));
            wire.run(Command { line, ..command("the login", "", timing) }, on).await
        } else {
            let plain = command("the login", "AUTHENTICATE PLAIN", timing);
            wire.run(Command { literal: Some(response.as_bytes()), ..plain }, on).await
        }
    } else if has(capabilities, "LOGINDISABLED") {
        return Err(MailboxError::NoLoginMethod);
    } else {
        let user = quoted(user).ok_or(MailboxError::BadInput("A user name with other than ASCII letters"))?;
        let line = Zeroizing::new(format!("LOGIN {user} {{{}}}", password.len()));
        wire.run(Command { line, literal: Some(password.as_bytes()), ..command("the login", "", timing) }, on).await
    };
    match done {
        Ok(done) => Ok(done.capabilities.or(Some(told)).filter(|names| !names.is_empty())),
        Err(MailboxError::No { code: Code::Unavailable | Code::InUse | Code::Limit, .. }) => {
            Err(MailboxError::Connect(std::io::ErrorKind::ResourceBusy))
        }
        Err(MailboxError::No { code: Code::PrivacyRequired, .. }) => Err(MailboxError::NoLoginMethod),
        Err(MailboxError::No { .. }) => Err(MailboxError::AuthenticationFailed),
        Err(error) => Err(error),
    }
}

async fn ask_capabilities<T: super::wire::Io>(wire: &mut Wire<T>, timing: &Timing) -> Result<Vec<String>, MailboxError> {
    let mut names = Vec::new();
    wire.run(command("CAPABILITY", "CAPABILITY", timing), &mut |answer| note_capabilities(answer, &mut names)).await?;
    Ok(names)
}

/// RFC 2971, once: some servers give service only to clients that name themselves. A refusal changes nothing.
async fn identify<T: super::wire::Io>(wire: &mut Wire<T>, timing: &Timing) -> Result<Option<String>, MailboxError> {
    let mut name = None;
    let line = format!("ID (\"name\" \"Hauspost\" \"version\" \"{}\")", env!("CARGO_PKG_VERSION"));
    let done = wire
        .run(command("ID", &line, timing), &mut |answer| {
            if let Response::Id(Some(fields)) = answer {
                let field = |wanted: &str| fields.iter().find(|(key, _)| key.eq_ignore_ascii_case(wanted)).map(|(_, value)| value.as_ref());
                let words: Vec<&str> = ["name", "version"].into_iter().filter_map(field).collect();
                name = Some(words.join(" ").chars().filter(|c| (' '..='~').contains(c)).take(80).collect::<String>());
            }
        })
        .await;
    match done {
        Ok(_) | Err(MailboxError::No { .. } | MailboxError::Bad { .. }) => Ok(name.filter(|name| !name.is_empty())),
        Err(error) => Err(error),
    }
}

fn note_capabilities(answer: &Response<'_>, names: &mut Vec<String>) {
    match answer {
        Response::Capabilities(list) => *names = capability_names(list),
        Response::Data { outcome, .. } => {
            if let Some(ResponseCode::Capabilities(list)) = &outcome.code {
                *names = capability_names(list);
            }
        }
        _ => {}
    }
}

pub(super) fn has(capabilities: &[String], name: &str) -> bool {
    capabilities.iter().any(|known| known == name)
}

/// A command that must be answered within the usual time.
pub(super) fn command(name: &'static str, line: &str, timing: &Timing) -> Command<'static> {
    Command { name, line: Zeroizing::new(line.to_owned()), literal: None, deadline: timing.command, patient: false }
}

/// RFC 3501 §4.3: a quoted string is one line of ASCII. `None` for anything else.
pub(super) fn quoted(text: &str) -> Option<String> {
    let plain = text.bytes().all(|byte| (b' '..=b'~').contains(&byte));
    plain.then(|| format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"")))
}
