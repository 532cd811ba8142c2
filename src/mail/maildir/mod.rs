//! A Maildir (or Maildir++) on disk as a mailbox, for offices whose mail server runs on this machine or delivers to a share.
//!
//! Never: a rename, a move or a removal of a customer's file; flags live in file names there, so no flag is ever set. UIDs are
//! ours: a journal beside our data gives each file a number for good, keyed by the part of the name that mail programs keep.

mod journal;
mod mailbox;
mod own;
mod store;

pub use mailbox::{MaildirMailbox, MaildirSettings};
