//! A mailbox is no longer looked after: its mails stay with people, its password is forgotten.
//!
//! Never: an answer under way that nobody would see through; it is settled first. Drafts that lie in the mailbox's own
//! folder stay there, for it is not opened any more.

use crate::domain::reason::{HandOver, Reason};
use crate::domain::stage::Stage;
use crate::store::actor::Actor;
use crate::store::draft::{self, DraftState};
use crate::store::mailbox::{self, MailboxRow};
use crate::store::{Denial, StoreError, Writing, job, message, outbox};

/// The rule of a mail whose mailbox was removed.
pub const REMOVED: &str = "mailbox.removed";

pub fn retire(w: &Writing<'_>, row: &MailboxRow, by: Actor) -> Result<(), StoreError> {
    let r = w.reading();
    if !outbox::open(&r, row.row)?.is_empty() {
        return Err(Denial::MailboxBusy.into());
    }
    let why = HandOver::new(Reason::PolicyRestriction, REMOVED);
    for message in message::list(&r, true)?.iter().filter(|message| message.mailbox == row.row && message.stage != Stage::HumanOnly) {
        if let Some(draft) = draft::newest(&r, message.row)?.filter(|draft| draft.state == DraftState::Open) {
            draft::set_state(w, draft.row, DraftState::Discarded)?;
        }
        job::cancel(w, message.row)?;
        message::set_stage(w, message.row, Stage::HumanOnly, Some(&why))?;
    }
    mailbox::remove(w, row, by)
}
