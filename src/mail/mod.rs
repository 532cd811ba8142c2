//! Floor 3: mailboxes (IMAP, Maildir), SMTP, and reading and writing mail.
//!
//! Never: a delete or a flag on a mail that is not our own.

pub mod authentication;
pub mod bounce;
pub mod compose;
pub mod folder_names;
pub mod header_fields;
pub mod imap;
pub mod mailbox;
pub mod mailbox_error;
pub mod maildir;
pub mod mbox;
pub mod parse;
pub mod smtp;
pub mod threading;
pub mod tls;
pub mod utf7;

pub use mailbox::Mailbox;
pub use mailbox_error::MailboxError;
