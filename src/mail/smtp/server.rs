//! What is known about a submission server: where it is, how it is protected, how long each step may take.

use crate::domain::Secret;
use std::sync::Arc;
use std::time::Duration;

/// There is no third way: a connection that is not protected carries no mail and no password (R-118, RFC 8314 §3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    /// TLS from the first byte, port 465.
    Implicit,
    /// Plain greeting, then TLS or nothing, port 587.
    StartTls,
}

/// PLAIN or LOGIN, whichever the server offers first of these.
#[derive(Debug, Clone)]
pub struct Login {
    pub user: String,
    pub password: Secret<String>,
}

/// How long each step may take. Too short a limit at the final dot makes duplicates elsewhere and doubt here.
#[derive(Debug, Clone, Copy)]
pub struct StepLimits {
    /// TCP and TLS.
    pub connect: Duration,
    /// Greeting, EHLO and authentication, each.
    pub greeting: Duration,
    pub mail: Duration,
    pub rcpt: Duration,
    pub data: Duration,
    /// The longest time without progress while the text is written.
    pub block: Duration,
    pub dot: Duration,
    /// A farewell is a courtesy: the mail is accepted by then.
    pub quit: Duration,
}

impl Default for StepLimits {
    /// RFC 5321 §4.5.3.2.
    fn default() -> Self {
        let minutes = |count: u64| Duration::from_secs(count * 60);
        Self {
            connect: minutes(2),
            greeting: minutes(5),
            mail: minutes(5),
            rcpt: minutes(5),
            data: minutes(2),
            block: minutes(3),
            dot: minutes(10),
            quit: Duration::from_secs(5),
        }
    }
}

#[derive(Debug, Clone)]
pub struct SmtpServer {
    /// DNS name or IP address; the certificate must be valid for it.
    pub host: String,
    pub port: u16,
    pub security: Security,
    pub login: Login,
    /// From `mail::tls::client_config`.
    pub tls: Arc<rustls::ClientConfig>,
    /// The name in EHLO: the domain of the mailbox, for the machine's own name is nobody's business.
    pub hello: String,
    pub limits: StepLimits,
}
