//! The only flags that may reach a customer's mail: `\Answered` and our own keyword, both added, never taken.

use super::mailbox::{Access, ImapMailbox};
use crate::mail::mailbox::{ANSWERED_KEYWORD, FolderRole, MailUid, Marked};
use crate::mail::mailbox_error::MailboxError;

impl ImapMailbox {
    /// See [`Mailbox::mark_answered`](crate::mail::Mailbox::mark_answered).
    pub async fn mark_answered(&mut self, mail: MailUid) -> Result<Marked, MailboxError> {
        self.need(FolderRole::Inbox, Access::ReadWrite).await?;
        if self.selected_uid_validity() != mail.uid_validity {
            return Err(MailboxError::UidValidityChanged);
        }
        let marked = Marked { answered: self.open.keeps("\\Answered"), keyword: self.open.keeps(ANSWERED_KEYWORD) };
        let mut flags = Vec::new();
        if marked.answered {
            flags.push("\\Answered");
        }
        if marked.keyword {
            flags.push(ANSWERED_KEYWORD);
        }
        if flags.is_empty() {
            return Ok(marked);
        }
        let store = self.command("UID STORE", format!("UID STORE {} +FLAGS.SILENT ({})", mail.uid, flags.join(" ")));
        self.run(store, &mut |_| {}).await?;
        Ok(marked)
    }
}
