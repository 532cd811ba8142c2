//! Our own drafts and answers in a mailbox: the marks by which they are known, how they are found, how a draft is taken back.
//!
//! The marks are derived from the mail that is answered, so nothing has to be composed to find a copy again.

use crate::domain::MessageId;
use crate::mail::compose::{ID_HEADER, Token};
use crate::mail::mailbox::{FolderRole, MailUid, Mailbox, OwnFolder, OwnMail, OwnMark, Removed};
use crate::mail::mailbox_error::MailboxError;

/// Answers to one mail that are looked at in Sent, the newest.
const SENT_COPIES_MAX: usize = 8;

/// By what a copy of our answer is known.
pub struct Marks {
    pub token: Token,
    pub message_id: Option<MessageId>,
    /// The Message-ID of the mail that it answers.
    pub answers: Option<MessageId>,
}

/// Where in Sent answers to the mail lie.
pub struct SentCopies {
    /// Oldest first.
    pub uids: Vec<u32>,
    /// They carry our token or our Message-ID.
    pub marked: bool,
}

/// Where a mail with our token lies: (UIDVALIDITY, UID). A folder that does not exist holds nothing.
pub async fn find_draft(mailbox: &mut Mailbox, token: &Token) -> Result<Option<(u32, u32)>, MailboxError> {
    let state = match mailbox.select(FolderRole::Drafts).await {
        Ok(state) => state,
        Err(MailboxError::NoFolder(_)) => return Ok(None),
        Err(other) => return Err(other),
    };
    let uids = mailbox.find_by_header(FolderRole::Drafts, ID_HEADER, token.as_str()).await?;
    Ok(uids.first().map(|uid| (state.uid_validity, *uid)))
}

/// By our marks where the mail program kept them, else by the mail that is answered.
pub async fn find_sent(mailbox: &mut Mailbox, marks: &Marks) -> Result<SentCopies, MailboxError> {
    let sent = FolderRole::Sent;
    match mailbox.select(sent).await {
        Ok(_) => {}
        // Nothing was ever sent from here.
        Err(MailboxError::NoFolder(_)) => return Ok(SentCopies { uids: Vec::new(), marked: false }),
        Err(other) => return Err(other),
    }
    let mut uids = mailbox.find_by_header(sent, ID_HEADER, marks.token.as_str()).await?;
    if let (true, Some(id)) = (uids.is_empty(), &marks.message_id) {
        uids = mailbox.find_by_header(sent, "Message-ID", &id.header()).await?;
    }
    let marked = !uids.is_empty();
    if let (false, Some(id)) = (marked, &marks.answers) {
        uids = mailbox.find_by_header(sent, "In-Reply-To", &id.header()).await?;
    }
    let newest = uids.get(uids.len().saturating_sub(SENT_COPIES_MAX)..).unwrap_or_default().to_vec();
    Ok(SentCopies { uids: newest, marked })
}

/// Whether a draft of ours is out of the folder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TakenBack {
    Gone,
    /// The server cannot remove it (no UIDPLUS), so a person has to (law 5).
    Stays,
}

/// Takes our draft out of Drafts. Where the server did not say at the append where it lies, it is looked for.
pub async fn take_back(mailbox: &mut Mailbox, filed_as: Option<(u32, u32)>, token: &Token) -> Result<TakenBack, MailboxError> {
    let at = match filed_as {
        Some(at) => Some(at),
        None => find_draft(mailbox, token).await?,
    };
    let (Some((uid_validity, uid)), Some(mark)) = (at, OwnMark::header(ID_HEADER, token.as_str())) else { return Ok(TakenBack::Gone) };
    match mailbox.select(FolderRole::Drafts).await {
        Ok(_) => {}
        // The folder is gone, and the draft with it.
        Err(MailboxError::NoFolder(_)) => return Ok(TakenBack::Gone),
        Err(other) => return Err(other),
    }
    let own = OwnMail { folder: OwnFolder::Drafts, uid: MailUid { uid_validity, uid }, mark };
    match mailbox.remove_own(&own).await {
        Ok(Removed::Gone | Removed::NotThere | Removed::OnlyMarked) => Ok(TakenBack::Gone),
        Ok(Removed::NotPossible) => {
            tracing::warn!(event = "filing.draft_stays", uid, "an own draft could not be removed from the folder");
            Ok(TakenBack::Stays)
        }
        // The folder was rebuilt or the mail is not ours any more: nothing may be removed.
        Err(MailboxError::UidValidityChanged | MailboxError::NotOurs) => Ok(TakenBack::Gone),
        Err(other) => Err(other),
    }
}
