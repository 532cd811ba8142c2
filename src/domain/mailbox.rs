//! How a mailbox is reached. The password is not part of it; the store keeps that apart and sealed.

use crate::domain::EmailAddress;
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

/// TLS from the first byte, or an enforced upgrade. There is no third way.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TlsMode {
    Implicit,
    Starttls,
}

impl TlsMode {
    pub fn parse(text: &str) -> Option<Self> {
        match text {
            "implicit" => Some(Self::Implicit),
            "starttls" => Some(Self::Starttls),
            _ => None,
        }
    }

    const fn pick(self, implicit: u16, starttls: u16) -> u16 {
        match self {
            Self::Implicit => implicit,
            Self::Starttls => starttls,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoint {
    pub host: String,
    pub port: u16,
    pub tls: TlsMode,
}

impl Endpoint {
    /// IMAP; without a port the registered one (RFC 8314: 993; RFC 9051: 143 for STARTTLS).
    pub fn imap(host: String, port: Option<u16>, tls: TlsMode) -> Self {
        Self { host, port: port.unwrap_or(tls.pick(993, 143)), tls }
    }

    /// Message submission; without a port the registered one (RFC 8314: 465; RFC 6409: 587 for STARTTLS).
    pub fn smtp(host: String, port: Option<u16>, tls: TlsMode) -> Self {
        Self { host, port: port.unwrap_or(tls.pick(465, 587)), tls }
    }
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImapConnection {
    pub imap: Endpoint,
    pub smtp: Endpoint,
    pub user: String,
    /// A PEM file with a company's own certification authority, trusted beside the public ones.
    pub ca_file: Option<PathBuf>,
    /// authserv-ids of the company's own mail server (RFC 8601 §2.5); results of others are ignored.
    pub authserv_ids: Vec<String>,
}

#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Connection {
    Imap(Box<ImapConnection>),
    Maildir { path: PathBuf, authserv_ids: Vec<String> },
}

impl Connection {
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::Imap(_) => "imap",
            Self::Maildir { .. } => "maildir",
        }
    }

    pub fn authserv_ids(&self) -> &[String] {
        match self {
            Self::Imap(imap) => &imap.authserv_ids,
            Self::Maildir { authserv_ids, .. } => authserv_ids,
        }
    }
}

impl std::fmt::Debug for Connection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.kind())
    }
}

/// A mailbox as the rooms above the store see it.
#[derive(Debug, Clone)]
pub struct Mailbox {
    pub name: String,
    pub address: EmailAddress,
    pub display_name: String,
    pub connection: Connection,
    pub policy: crate::domain::policy::Policy,
}
