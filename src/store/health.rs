//! How the parts of the service fare: when a mail server last answered, what failed last, how often a part was restarted.
//!
//! Kept as settings, so that a command sees it with and without a running service. Codes and times, never text of a server.

use crate::store::{Reading, Result, Writing, setting};

/// What can fail by itself while the rest goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// Reading one mailbox, by its row.
    Mailbox(i64),
    /// The outbox of one mailbox.
    Outbox(i64),
    Worker,
    /// The task that starts those of the mailboxes.
    Mailboxes,
    /// What is done once a day.
    Daily,
    /// Following the knowledge folder.
    Knowledge,
}

impl Part {
    /// The name in settings and log lines.
    pub fn name(self) -> String {
        match self {
            Self::Mailbox(row) => format!("mailbox.{row}"),
            Self::Outbox(row) => format!("outbox.{row}"),
            Self::Worker => "worker".to_owned(),
            Self::Mailboxes => "mailboxes".to_owned(),
            Self::Daily => "daily".to_owned(),
            Self::Knowledge => "knowledge".to_owned(),
        }
    }
}

/// Why a part could not go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// A bug of ours, a panic; the part was started anew.
    Panicked,
    LoginRefused,
    Unreachable,
    /// A draft is ready and the mailbox has no folder for it.
    NoDraftsFolder,
    /// The mail server has not taken an answer yet; it is tried again.
    NotSent,
    /// The file of the company's own certification authority cannot be read, or holds no certificate.
    CaFile,
    /// Our own store or a mail could not be worked on.
    Internal,
    /// The knowledge folder is not there or cannot be read.
    FolderAway,
    /// Its `hauspost-knowledge.toml` cannot be understood.
    Manifest,
    /// So many of its files are gone that nothing was removed.
    SourcesGone,
}

impl Failure {
    pub const ALL: [Self; 10] = [
        Self::Panicked,
        Self::LoginRefused,
        Self::Unreachable,
        Self::NoDraftsFolder,
        Self::NotSent,
        Self::CaFile,
        Self::Internal,
        Self::FolderAway,
        Self::Manifest,
        Self::SourcesGone,
    ];

    pub const fn code(self) -> &'static str {
        match self {
            Self::Panicked => "panicked",
            Self::LoginRefused => "login_refused",
            Self::Unreachable => "unreachable",
            Self::NoDraftsFolder => "no_drafts_folder",
            Self::NotSent => "not_sent",
            Self::CaFile => "ca_file",
            Self::Internal => "internal",
            Self::FolderAway => "folder_away",
            Self::Manifest => "manifest",
            Self::SourcesGone => "sources_gone",
        }
    }

    fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|failure| failure.code() == code)
    }
}

/// Times in Unix milliseconds.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Health {
    pub answered_at: Option<i64>,
    pub failed: Option<(Failure, i64)>,
    /// Since the data folder was made.
    pub restarts: u32,
}

/// A server that has not answered for so long is an alarm (F-01).
pub const SILENT_AFTER_MS: i64 = 10 * 60 * 1000;

impl Health {
    /// Whether the server, which has answered before, has kept silent too long.
    pub fn is_silent(&self, now: i64) -> bool {
        self.answered_at.is_some_and(|answered| now - answered >= SILENT_AFTER_MS)
    }

    /// The last thing that is known is a failure. Of the same moment the failure counts.
    pub fn is_failing(&self) -> bool {
        self.failed.is_some_and(|(_, at)| self.answered_at.is_none_or(|answered| answered <= at))
    }
}

fn number<T: std::str::FromStr>(r: &Reading<'_>, part: Part, what: &str) -> Result<Option<T>> {
    Ok(setting::get(r, &format!("{}.{what}", part.name()))?.and_then(|text| text.parse().ok()))
}

fn note(w: &Writing<'_>, part: Part, what: &str, value: &str) -> Result<()> {
    setting::set(w, &format!("{}.{what}", part.name()), value)
}

/// The server has answered and everything was done (F-01: the liveness alarm reads this).
pub fn answered(w: &Writing<'_>, part: Part) -> Result<()> {
    note(w, part, "answered_at", &w.now().to_string())
}

pub fn failed(w: &Writing<'_>, part: Part, failure: Failure) -> Result<()> {
    note(w, part, "failed_at", &w.now().to_string())?;
    note(w, part, "failure", failure.code())
}

pub fn restarted(w: &Writing<'_>, part: Part) -> Result<()> {
    let before: u32 = number(&w.reading(), part, "restarts")?.unwrap_or(0);
    failed(w, part, Failure::Panicked)?;
    note(w, part, "restarts", &before.saturating_add(1).to_string())
}

pub fn of(r: &Reading<'_>, part: Part) -> Result<Health> {
    let failure = setting::get(r, &format!("{}.failure", part.name()))?.and_then(|code| Failure::parse(&code));
    Ok(Health {
        answered_at: number(r, part, "answered_at")?,
        failed: failure.zip(number(r, part, "failed_at")?),
        restarts: number(r, part, "restarts")?.unwrap_or(0),
    })
}
