//! A mailbox as the rest of the house sees it, be it IMAP or a Maildir on disk (F-01).
//!
//! Never: an operation that changes, moves, flags as seen or removes a mail of the customer (law 5, R-122). The one removal
//! takes an [`OwnMail`], which names a number that our own append returned, and the mail on the server must still carry our
//! mark. A UID is always spoken of together with its UIDVALIDITY or after a `select` on the same session.

use crate::domain::MessageId;
use crate::mail::imap::ImapMailbox;
use crate::mail::mailbox_error::MailboxError;
use crate::mail::maildir::MaildirMailbox;
use std::ops::RangeInclusive;
use std::time::Duration;
use tokio::sync::watch;

/// The folders this appliance touches. Junk and trash are not among them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FolderRole {
    Inbox,
    Drafts,
    Sent,
}

/// A folder at one moment. A UID below `uid_next` that `uids` does not name is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FolderState {
    pub uid_validity: u32,
    pub uid_next: u32,
    /// Mails in the folder.
    pub exists: u32,
}

/// The full name of one mail in one folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct MailUid {
    pub uid_validity: u32,
    pub uid: u32,
}

/// What came for one UID that was asked for.
#[derive(Clone, PartialEq, Eq)]
pub struct Fetched {
    pub uid: u32,
    pub mail: Result<RawMail, UidFault>,
}

/// The bytes of a mail as they lie in the mailbox.
#[derive(Clone, PartialEq, Eq)]
pub struct RawMail {
    pub raw: Vec<u8>,
    /// `Some(size in bytes)`: the mail is larger than `MAIL_BYTES_MAX` and `raw` is its first `MAIL_HEAD_BYTES` alone.
    pub truncated: Option<u64>,
}

impl std::fmt::Debug for RawMail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "‹mail of {} bytes›", self.raw.len())
    }
}

impl std::fmt::Debug for Fetched {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {:?}", self.uid, self.mail)
    }
}

/// A fault of one UID alone; the others of the same request are not touched by it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum UidFault {
    /// The server gave no answer for it, or the file has gone: somebody moved it, or it is there again next time.
    #[error("The mail was not there when it was read")]
    Missing,
    /// The server answered without the bytes, refused this one mail, or the file cannot be read.
    #[error("The mail is there and cannot be read")]
    Unreadable,
}

/// What proves that a mail is one of ours: a header field with exactly this value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnMark {
    name: String,
    value: String,
}

impl OwnMark {
    /// Our deterministic Message-ID.
    pub fn message_id(id: &MessageId) -> Self {
        Self { name: "Message-ID".to_owned(), value: id.header() }
    }

    /// Our own token header, for servers that rewrite the Message-ID. `None` unless name and value are one printable ASCII line.
    pub fn header(name: &str, value: &str) -> Option<Self> {
        let good_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        let good_value = !value.is_empty() && value.bytes().all(|b| (b' '..=b'~').contains(&b));
        (good_name && good_value).then(|| Self { name: name.to_owned(), value: value.trim().to_owned() })
    }

    pub fn name(&self) -> &str {
        &self.name
    }

    pub fn value(&self) -> &str {
        &self.value
    }

    /// Whether the header block `raw` carries the mark.
    pub fn is_on(&self, raw: &[u8]) -> bool {
        crate::mail::header_fields::values(raw, &self.name).iter().any(|value| value == &self.value)
    }
}

/// A folder in which we may lay down mails of our own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OwnFolder {
    Drafts,
    Sent,
}

impl From<OwnFolder> for FolderRole {
    fn from(folder: OwnFolder) -> Self {
        match folder {
            OwnFolder::Drafts => Self::Drafts,
            OwnFolder::Sent => Self::Sent,
        }
    }
}

/// A mail that our own append put there. The inbox cannot be named, and the mark is checked on the server before anything happens.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OwnMail {
    pub folder: OwnFolder,
    pub uid: MailUid,
    pub mark: OwnMark,
}

/// The end of [`Mailbox::remove_own`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Removed {
    Gone,
    /// It was not there any more: a person sent or deleted it, or the folder was rebuilt.
    NotThere,
    /// The server has no UIDPLUS: the mail stays as it is and is to be reported.
    NotPossible,
    /// The server took `\Deleted` and refused UID EXPUNGE: hidden in most mail programs, to be reported.
    OnlyMarked,
}

/// What the server kept of [`Mailbox::mark_answered`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Marked {
    pub answered: bool,
    pub keyword: bool,
}

/// Why [`Mailbox::wait`] came back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wake {
    /// Something has arrived in the inbox: `select` and read.
    New,
    Timeout,
    /// Somebody in the house has called.
    Called,
}

/// Comes back when `called` has something new; never where nobody is left to call.
pub(super) async fn call(called: &mut watch::Receiver<u64>) {
    if called.changed().await.is_err() {
        std::future::pending().await
    }
}

/// What `mailbox test` shows. Nothing personal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// The name the server gives itself (IMAP ID, RFC 2971), cut to printable ASCII.
    pub server: Option<String>,
    /// After login, sorted, upper case. Empty for a Maildir.
    pub capabilities: Vec<String>,
    /// Folder names in clear text (not in modified UTF-7).
    pub drafts: Option<String>,
    pub sent: Option<String>,
    /// `TLSv1.3`, or `None` for a Maildir.
    pub tls: Option<&'static str>,
    /// Mail arrives without polling.
    pub idle: bool,
    /// Own drafts can be removed (UIDPLUS).
    pub can_remove_own: bool,
}

/// One mailbox, open. After an error that is not a fault of one UID, an IMAP mailbox must be opened anew; so must it after a
/// future of it was dropped half-way.
pub enum Mailbox {
    Imap(Box<ImapMailbox>),
    Maildir(MaildirMailbox),
}

/// Each method hands on to the same method of the mailbox inside.
macro_rules! hand_on {
    ($self:ident, $method:ident($($argument:expr),*)) => {
        match $self {
            Mailbox::Imap(inner) => inner.$method($($argument),*).await,
            Mailbox::Maildir(inner) => inner.$method($($argument),*).await,
        }
    };
}

impl Mailbox {
    /// Opens the folder (IMAP: EXAMINE, which cannot change anything) and says how it stands now. The UIDVALIDITY it shows is
    /// held from here on: every later call fails with `UidValidityChanged` if the folder turns out to be another one.
    pub async fn select(&mut self, role: FolderRole) -> Result<FolderState, MailboxError> {
        hand_on!(self, select(role))
    }

    /// The UIDs in `range`, ascending. Complete, or an error.
    pub async fn uids(&mut self, role: FolderRole, range: RangeInclusive<u32>) -> Result<Vec<u32>, MailboxError> {
        hand_on!(self, uids(role, range))
    }

    /// The UIDs of mails that arrived on this day or later, ascending. The server's own time zone counts, and a copied mail may
    /// carry the day of the copy: a bound for looking back, never a proof.
    pub async fn since(&mut self, role: FolderRole, day: jiff::civil::Date) -> Result<Vec<u32>, MailboxError> {
        hand_on!(self, since(role, day))
    }

    /// (UID, size in bytes) of those of `uids` that are there.
    pub async fn sizes(&mut self, role: FolderRole, uids: &[u32]) -> Result<Vec<(u32, u64)>, MailboxError> {
        hand_on!(self, sizes(role, uids))
    }

    /// Reads mails without touching their flags. One entry per UID, in the order asked for; the list ends early, after at least
    /// one entry, when `FETCH_BATCH_BYTES_MAX` is reached: ask again for the rest.
    pub async fn fetch(&mut self, role: FolderRole, uids: &[u32]) -> Result<Vec<Fetched>, MailboxError> {
        hand_on!(self, fetch(role, uids))
    }

    /// UIDs of the mails whose header field `name` is exactly `value` (printable ASCII), ascending.
    pub async fn find_by_header(&mut self, role: FolderRole, name: &str, value: &str) -> Result<Vec<u32>, MailboxError> {
        hand_on!(self, find_by_header(role, name, value))
    }

    /// Makes Drafts and Sent where the mailbox has none; only because a person asked for it. The names that were made.
    pub async fn create_missing(&mut self) -> Result<Vec<String>, MailboxError> {
        hand_on!(self, create_missing())
    }

    /// Lays down a mail of our own, byte-identical: drafts carry `\Draft` and stay unread, so that the team sees one has come; sent
    /// copies are read, as mail programs lay them down. `NoFolder` where there is none. `None`: the server has kept it and does not say
    /// where (no UIDPLUS); find it by its header before any retry.
    pub async fn append(&mut self, folder: OwnFolder, raw: &[u8]) -> Result<Option<MailUid>, MailboxError> {
        hand_on!(self, append(folder, raw))
    }

    /// Removes exactly one mail that we have appended and that still carries our mark; `NotOurs` where it does not.
    pub async fn remove_own(&mut self, own: &OwnMail) -> Result<Removed, MailboxError> {
        hand_on!(self, remove_own(own))
    }

    /// Sets `\Answered` and, where the server keeps keywords, [`ANSWERED_KEYWORD`] on a mail of the inbox. A Maildir keeps flags
    /// in file names, which are the customer's: there nothing is set.
    pub async fn mark_answered(&mut self, uid: MailUid) -> Result<Marked, MailboxError> {
        hand_on!(self, mark_answered(uid))
    }

    /// Waits until something arrives in the inbox, at most `timeout`.
    pub async fn wait(&mut self, timeout: Duration) -> Result<Wake, MailboxError> {
        let (_kept, mut never) = watch::channel(0);
        self.wait_or_called(timeout, &mut never).await
    }

    /// As `wait`, and ends early, with the connection in order, where `called` has a value that was not seen yet.
    pub async fn wait_or_called(&mut self, timeout: Duration, called: &mut watch::Receiver<u64>) -> Result<Wake, MailboxError> {
        hand_on!(self, wait(timeout, called))
    }

    pub async fn profile(&mut self) -> Result<Profile, MailboxError> {
        hand_on!(self, profile())
    }

    /// Says goodbye. Dropping does as well, less politely.
    pub async fn close(self) {
        match self {
            Self::Imap(inner) => inner.close().await,
            Self::Maildir(_) => {}
        }
    }
}

/// The keyword that says in every mail program that the appliance has dealt with the mail.
pub const ANSWERED_KEYWORD: &str = "HauspostAnswered";
