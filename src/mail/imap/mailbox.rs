//! An IMAP mailbox: the connection, which folder is open on it, and what the server has told in passing.

use super::folders::Folders;
use super::login::{Account, LoggedIn, command, has, log_in};
use super::wire::{Command, Done, Wire};
use crate::mail::mailbox::{FolderRole, FolderState, Profile};
use crate::mail::mailbox_error::MailboxError;
use crate::mail::tls::TlsStream;
use async_imap::imap_proto::{MailboxDatum, Response, ResponseCode};
use std::collections::HashMap;
use std::time::Duration;
use tokio::net::TcpStream;
use zeroize::Zeroizing;

/// How long we wait for what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    pub connect: Duration,
    /// An answer; for a fetch, silence in the middle of one.
    pub command: Duration,
    /// Silence of an idling server after which IDLE is said again. RFC 2177 allows 29 minutes, routers forget sooner.
    pub idle_restart: Duration,
    /// The answer to DONE.
    pub done: Duration,
    /// Between two looks where the server has no IDLE or refuses it.
    pub poll: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(30),
            command: Duration::from_secs(60),
            idle_restart: Duration::from_secs(300),
            done: Duration::from_secs(15),
            poll: Duration::from_secs(60),
        }
    }
}

/// How a folder is open. `ReadOnly` is EXAMINE, under which no flag can change, not even `\Recent`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Access {
    ReadOnly,
    ReadWrite,
}

/// What is known about the folder that is open now.
#[derive(Debug, Clone, Default)]
pub(super) struct Open {
    pub exists: u32,
    uid_validity: u32,
    uid_next: u32,
    /// More mails than before were announced since the last `select`.
    pub arrived: bool,
    /// `None`: the server did not say, so every flag can be kept (RFC 3501 §7.1).
    pub permanent_flags: Option<Vec<String>>,
}

pub struct ImapMailbox {
    pub(super) wire: Wire<TlsStream<TcpStream>>,
    pub(super) timing: Timing,
    pub(super) capabilities: Vec<String>,
    server: Option<String>,
    pub(super) folders: Option<Folders>,
    pub(super) selected: Option<(FolderRole, Access)>,
    pub(super) open: Open,
    /// UIDVALIDITY and UIDNEXT that the caller has seen, per folder.
    seen: HashMap<FolderRole, (u32, u32)>,
    pub(super) idle_refused: bool,
}

impl ImapMailbox {
    /// Connects, checks the certificate, logs in. Needs a tokio runtime with time.
    pub async fn connect(account: &Account, timing: Timing) -> Result<Self, MailboxError> {
        let LoggedIn { wire, capabilities, server } = log_in(account, &timing).await?;
        Ok(Self {
            wire,
            timing,
            capabilities,
            server,
            folders: None,
            selected: None,
            open: Open::default(),
            seen: HashMap::new(),
            idle_refused: false,
        })
    }

    /// See [`Mailbox::select`](crate::mail::Mailbox::select).
    pub async fn select(&mut self, role: FolderRole) -> Result<FolderState, MailboxError> {
        self.open_folder(role, Access::ReadOnly).await?;
        self.seen.insert(role, (self.open.uid_validity, self.open.uid_next));
        Ok(FolderState { uid_validity: self.open.uid_validity, uid_next: self.open.uid_next, exists: self.open.exists })
    }

    /// Opens `role` unless it is open with at least `access`, and holds it against the UIDVALIDITY the caller knows.
    pub(super) async fn need(&mut self, role: FolderRole, access: Access) -> Result<(), MailboxError> {
        let enough = match self.selected {
            Some((open, held)) => open == role && (held == access || held == Access::ReadWrite),
            None => false,
        };
        if !enough {
            self.open_folder(role, access).await?;
        }
        let (uid_validity, uid_next) = *self.seen.entry(role).or_insert((self.open.uid_validity, self.open.uid_next));
        if uid_validity != self.open.uid_validity {
            return Err(MailboxError::UidValidityChanged);
        }
        // What came while another folder was open is announced by nobody: opening again starts from the new number of mails.
        if !enough && self.open.uid_next > uid_next {
            self.open.arrived = true;
        }
        Ok(())
    }

    async fn open_folder(&mut self, role: FolderRole, access: Access) -> Result<(), MailboxError> {
        let wire_name = self.folder_name(role).await?;
        let (name, verb) = match access {
            Access::ReadOnly => ("EXAMINE", "EXAMINE"),
            Access::ReadWrite => ("SELECT", "SELECT"),
        };
        // RFC 3501 §6.3.1: a failed SELECT leaves no folder open.
        self.selected = None;
        self.open = Open::default();
        let mut seen_exists = false;
        let mut open = Open::default();
        let line = format!("{verb} {}", super::folders::mailbox_argument(&wire_name)?);
        let done = self.wire.run(command(name, &line, &self.timing), &mut |answer| seen_exists |= open.note_selected(answer)).await?;
        // Without these a folder cannot be read without loss or doubt; Debian's and all known servers send them.
        if !seen_exists || open.uid_validity == 0 {
            return Err(MailboxError::Protocol(name));
        }
        if access == Access::ReadWrite && done.read_only {
            return Err(MailboxError::ReadOnly);
        }
        if open.uid_next == 0 {
            open.uid_next = self.highest_uid(open.exists).await?.saturating_add(1);
        }
        open.arrived = false;
        self.open = open;
        self.selected = Some((role, access));
        Ok(())
    }

    /// UIDNEXT is optional (RFC 3501 §6.3.1); the last mail's UID plus one is a lower bound that loses nothing.
    async fn highest_uid(&mut self, exists: u32) -> Result<u32, MailboxError> {
        let mut highest = 0;
        if exists > 0 {
            self.wire
                .run(command("UID SEARCH", "UID SEARCH UID *", &self.timing), &mut |answer| {
                    if let Response::MailboxData(MailboxDatum::Search(uids)) = answer {
                        highest = uids.iter().copied().fold(highest, u32::max);
                    }
                })
                .await?;
        }
        Ok(highest)
    }

    /// Runs a command on the open folder; what the server tells about the folder in passing is noted first.
    pub(super) async fn run(&mut self, command: Command<'_>, on: &mut (dyn FnMut(&Response<'_>) + Send)) -> Result<Done, MailboxError> {
        let open = &mut self.open;
        self.wire
            .run(command, &mut |answer| {
                open.note(answer);
                on(answer);
            })
            .await
    }

    pub(super) fn selected_uid_validity(&self) -> u32 {
        self.open.uid_validity
    }

    pub(super) fn command(&self, name: &'static str, line: String) -> Command<'static> {
        Command { line: Zeroizing::new(line), ..command(name, "", &self.timing) }
    }

    pub(super) fn has(&self, capability: &str) -> bool {
        has(&self.capabilities, capability)
    }

    /// See [`Mailbox::profile`](crate::mail::Mailbox::profile).
    pub async fn profile(&mut self) -> Result<Profile, MailboxError> {
        let drafts = self.clear_name(FolderRole::Drafts).await?;
        let sent = self.clear_name(FolderRole::Sent).await?;
        let tls = self.wire.stream().get_ref().1.protocol_version().map(|version| match version {
            rustls::ProtocolVersion::TLSv1_3 => "TLSv1.3",
            _ => "TLSv1.2",
        });
        Ok(Profile {
            server: self.server.clone(),
            capabilities: self.capabilities.clone(),
            drafts,
            sent,
            tls,
            idle: self.has("IDLE") && !self.idle_refused,
            can_remove_own: self.has("UIDPLUS"),
        })
    }

    /// LOGOUT; the answer does not matter any more.
    pub async fn close(mut self) {
        let quick = Command { deadline: Duration::from_secs(5), ..command("LOGOUT", "LOGOUT", &self.timing) };
        let _ = self.wire.run(quick, &mut |_| {}).await;
    }
}

impl Open {
    /// Reads an answer to SELECT or EXAMINE; true for the number of mails.
    fn note_selected(&mut self, answer: &Response<'_>) -> bool {
        match answer {
            Response::MailboxData(MailboxDatum::Exists(count)) => {
                self.exists = *count;
                return true;
            }
            Response::Data { outcome, .. } => match &outcome.code {
                Some(ResponseCode::UidValidity(value)) => self.uid_validity = *value,
                Some(ResponseCode::UidNext(value)) => self.uid_next = *value,
                Some(ResponseCode::PermanentFlags(flags)) => {
                    self.permanent_flags = Some(flags.iter().map(|flag| flag.to_string()).collect());
                }
                _ => {}
            },
            _ => {}
        }
        false
    }

    /// Reads what a server tells unasked about the open folder (RFC 3501 §7.3.1, §7.4.1).
    pub(super) fn note(&mut self, answer: &Response<'_>) {
        match answer {
            Response::MailboxData(MailboxDatum::Exists(count)) => {
                self.arrived |= *count > self.exists;
                self.exists = *count;
            }
            Response::Expunge(_) => self.exists = self.exists.saturating_sub(1),
            _ => {}
        }
    }

    /// Whether the server keeps `flag` for good.
    pub(super) fn keeps(&self, flag: &str) -> bool {
        let Some(flags) = &self.permanent_flags else { return flag.starts_with('\\') };
        let listed = flags.iter().any(|known| known.eq_ignore_ascii_case(flag));
        listed || (!flag.starts_with('\\') && flags.iter().any(|known| known == "\\*"))
    }
}
