//! IMAP, strictly: every NO, BAD, BYE, cut and silence is a typed error, and nothing is said without TLS.
//!
//! async-imap gives buffering and parsing alone. Its own command methods answer `Ok` with an empty or partial result when the
//! server refuses or the line is cut, and its session drops notices; so commands, tags and deadlines are ours (`wire`).
//! Never here: a plain EXPUNGE, MOVE, `\Seen` on a mail that is not our own copy, a fetch without PEEK, ENVELOPE, BODYSTRUCTURE, INTERNALDATE, ESEARCH.

mod answered;
mod budget;
mod fetch;
mod folders;
mod idle;
mod login;
mod mailbox;
mod own;
mod wire;

pub use login::{Account, Security};
pub use mailbox::{ImapMailbox, Timing};
