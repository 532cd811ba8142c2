//! Drafts mode (F-03): a released draft is laid into the mailbox's own Drafts folder, where trained people review and
//! send it; the copy that then lies in Sent makes the review record.
//!
//! Laid down once: before an append the folder is searched for our token, so that a crash in between leaves no second copy.

use crate::domain::draft::Verdict;
use crate::domain::message::Message;
use crate::domain::policy::Delivery;
use crate::domain::reason::{HandOver, Reason};
use crate::domain::stage::Stage;
use crate::mail::compose::{Composed, ID_HEADER};
use crate::mail::mailbox::{FolderRole, MailUid, Mailbox, OwnFolder, OwnMail, OwnMark, Removed};
use crate::mail::mailbox_error::MailboxError;
use crate::mail::parse;
use crate::pipeline::release::{Answer, Release, ReleaseError};
use crate::pipeline::requeue;
use crate::pipeline::sent_copy::{self, Made};
use crate::store::draft::{self, DraftRow, DraftState, Review, ReviewAction};
use crate::store::mailbox::{self, MailboxRow};
use crate::store::message::{self, MessageRow};
use crate::store::record::{self, Chain, Entry};
use crate::store::{Reading, StoreError, Writing, consent, setting};

/// Answers to one mail that are looked at in Sent, the newest.
const SENT_COPIES_MAX: usize = 8;

#[derive(Debug, thiserror::Error)]
pub enum FilingError {
    #[error(transparent)]
    Mailbox(#[from] MailboxError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Release(#[from] ReleaseError),
}

/// A draft on its way into the folder.
struct Due {
    row: MessageRow,
    draft: DraftRow,
    raw: Vec<u8>,
}

fn answer<'a>(mailbox: &'a MailboxRow, original: &'a Message, raw: &'a [u8], draft: &'a DraftRow) -> Answer<'a> {
    Answer { mailbox, original, raw, body: &draft.content.draft.body, draft: Some(draft) }
}

/// Lays every released draft of this mailbox down. Returns how many.
pub async fn file_drafts(release: &Release<'_>, mailbox: &mut Mailbox, row: &MailboxRow) -> Result<usize, FilingError> {
    let mut filed = 0;
    for due in due(release, row)? {
        let composed = match compose(release, row, &due) {
            Ok(composed) => composed,
            // One mail that cannot be answered must not stop the others.
            Err(error) => {
                hand_over(release, &due, &error)?;
                continue;
            }
        };
        let there = find_own(mailbox, FolderRole::Drafts, composed.token.as_str()).await?;
        let at = match there {
            Some(at) => Some(at),
            None => {
                let appended = mailbox.append(OwnFolder::Drafts, &composed.raw).await?;
                crate::crashpoint!("filing.appended");
                appended.map(|uid| (uid.uid_validity, uid.uid))
            }
        };
        let kept = release.store.write(|w| note_filed(w, &due, at, there.is_some()))?;
        if !kept {
            withdraw_own(mailbox, at, composed.token.as_str()).await?;
            continue;
        }
        filed += 1;
    }
    Ok(filed)
}

fn compose(release: &Release<'_>, row: &MailboxRow, due: &Due) -> Result<Composed, ReleaseError> {
    let original = parse::parse(&due.raw, &[]).map_err(|_| ReleaseError::Unreadable)?;
    release.compose(&answer(row, &original, &due.raw, &due.draft))
}

fn hand_over(release: &Release<'_>, due: &Due, error: &ReleaseError) -> Result<(), StoreError> {
    tracing::warn!(event = "filing.not_composed", %error, message = %due.row.public_id, "a draft could not be written as a mail");
    let why = HandOver::new(Reason::TechnicalFailure, "filing.not_composed");
    release.store.write(|w| message::set_stage(w, due.row.row, Stage::HumanOnly, Some(&why)))
}

/// Notes where the draft lies, if it may still lie there: in the meantime a person may have decided, or a clearance fallen.
fn note_filed(w: &Writing<'_>, due: &Due, at: Option<(u32, u32)>, found_again: bool) -> Result<bool, StoreError> {
    let r = w.reading();
    let row = message::by_row(&r, due.row.row)?;
    let open = draft::newest(&r, row.row)?.is_some_and(|draft| draft.row == due.draft.row && draft.state == DraftState::Open);
    if row.stage != Stage::AwaitingReview || !open || !is_current(&r, &row)? {
        return Ok(false);
    }
    draft::set_filed(w, due.draft.row, at)?;
    message::set_stage(w, row.row, Stage::FiledAsDraft, None)?;
    let detail = serde_json::json!({ "draft": due.draft.public_id, "found_again": found_again });
    record::append(w, &Entry { chain: Chain::Decision, event: "draft.filed", object: Some(row.public_id), actor: None, detail })?;
    Ok(true)
}

/// Where a mail with our token lies: (UIDVALIDITY, UID). A folder that does not exist yet holds nothing.
async fn find_own(mailbox: &mut Mailbox, role: FolderRole, token: &str) -> Result<Option<(u32, u32)>, MailboxError> {
    let state = match mailbox.select(role).await {
        Ok(state) => state,
        Err(MailboxError::NoFolder(_)) => return Ok(None),
        Err(other) => return Err(other),
    };
    let uids = mailbox.find_by_header(role, ID_HEADER, token).await?;
    Ok(uids.first().map(|uid| (state.uid_validity, *uid)))
}

/// Drafts that may be laid down now: delivery is `drafts`, somebody is trained for this mailbox, the clearance still holds.
fn due(release: &Release<'_>, row: &MailboxRow) -> Result<Vec<Due>, StoreError> {
    release.store.read(|r| {
        let row = mailbox::by_row(r, row.row)?;
        if row.mailbox.policy.delivery != Delivery::Drafts || mailbox::trained_users(r, &row)?.is_empty() {
            return Ok(Vec::new());
        }
        let mut due = Vec::new();
        for message in message::at_stage(r, row.row, Stage::AwaitingReview)? {
            let Some(draft) = draft::newest(r, message.row)? else { continue };
            if is_current(r, &message)? && draft.state == DraftState::Open && draft.content.verdict == Verdict::Release {
                due.push(Due { raw: message::raw(r, &message)?, row: message, draft });
            }
        }
        Ok(due)
    })
}

/// Takes back every unsent draft whose clearance has fallen, from the Drafts folder too. Returns how many.
pub async fn discard_void(release: &Release<'_>, mailbox: &mut Mailbox, row: &MailboxRow) -> Result<usize, FilingError> {
    let mut discarded = 0;
    for (message, draft) in release.store.read(|r| void(r, row))? {
        if draft.state == DraftState::Filed {
            let raw = release.store.read(|r| message::raw(r, &message))?;
            let original = parse::parse(&raw, &[]).map_err(|_| ReleaseError::Unreadable)?;
            let composed = release.compose(&answer(row, &original, &raw, &draft))?;
            // What a person has sent already is theirs and is noted as sent, not taken back.
            if sent_exists(mailbox, &composed, &original).await? {
                continue;
            }
            withdraw_own(mailbox, draft.filed_as, composed.token.as_str()).await?;
        }
        let taken_back = release.store.write(|w| -> Result<bool, StoreError> {
            // In the meantime a person may have decided, or the mail may be on its way to a new draft.
            let now = message::by_row(&w.reading(), message.row)?;
            if (now.stage, now.epoch) != (message.stage, message.epoch) {
                return Ok(false);
            }
            draft::set_state(w, draft.row, DraftState::Discarded)?;
            let standing = consent::standing(&w.reading(), message.person, message.epoch)?;
            if let Some(why) = requeue::why_void(standing, setting::ai_off(&w.reading())?) {
                message::set_stage(w, message.row, Stage::HumanOnly, Some(&why))?;
            }
            let detail = serde_json::json!({ "draft": draft.public_id });
            let entry = Entry { chain: Chain::Decision, event: "draft.discarded", object: Some(message.public_id), actor: None, detail };
            record::append(w, &entry)?;
            // The switch may be released by now.
            requeue::again(w, &message)?;
            Ok(true)
        })?;
        discarded += usize::from(taken_back);
    }
    Ok(discarded)
}

fn void(r: &Reading<'_>, row: &MailboxRow) -> Result<Vec<(MessageRow, DraftRow)>, StoreError> {
    let mut void = Vec::new();
    for (stage, state) in [(Stage::AwaitingReview, DraftState::Open), (Stage::FiledAsDraft, DraftState::Filed)] {
        for message in message::at_stage(r, row.row, stage)? {
            if is_current(r, &message)? {
                continue;
            }
            if let Some(draft) = draft::newest(r, message.row)?.filter(|draft| draft.state == state) {
                void.push((message, draft));
            }
        }
    }
    Ok(void)
}

fn is_current(r: &Reading<'_>, message: &MessageRow) -> Result<bool, StoreError> {
    consent::is_current(r, message.person, message.epoch)
}

async fn sent_exists(mailbox: &mut Mailbox, composed: &Composed, original: &Message) -> Result<bool, MailboxError> {
    match mailbox.select(FolderRole::Sent).await {
        Ok(_) => Ok(!find_sent(mailbox, composed, original).await?.is_empty()),
        Err(MailboxError::NoFolder(_)) => Ok(false),
        Err(other) => Err(other),
    }
}

/// Looks in Sent for what people made of our drafts. Returns how many were found.
pub async fn reconcile_sent(release: &Release<'_>, mailbox: &mut Mailbox, row: &MailboxRow) -> Result<usize, FilingError> {
    let store = release.store;
    let filed = store.read(|r| -> Result<Vec<(MessageRow, DraftRow, Vec<u8>)>, StoreError> {
        let mut filed = Vec::new();
        for message in message::at_stage(r, row.row, Stage::FiledAsDraft)? {
            if let Some(draft) = draft::newest(r, message.row)?.filter(|draft| draft.state == DraftState::Filed) {
                let raw = message::raw(r, &message)?;
                filed.push((message, draft, raw));
            }
        }
        Ok(filed)
    })?;
    if filed.is_empty() {
        return Ok(0);
    }
    match mailbox.select(FolderRole::Sent).await {
        Ok(_) => {}
        // Nothing was ever sent from here.
        Err(MailboxError::NoFolder(_)) => return Ok(0),
        Err(other) => return Err(other.into()),
    }
    let mut found = 0;
    for (message, draft, raw) in filed {
        let Ok(original) = parse::parse(&raw, &[]) else { continue };
        let composed = release.compose(&answer(row, &original, &raw, &draft))?;
        let copies = find_sent(mailbox, &composed, &original).await?;
        let judged = copies.iter().map(|copy| {
            let mail = parse::parse(&copy.raw, &[]).ok();
            (sent_copy::judge(mail.as_ref(), &draft.content.draft, copy.marked), copy)
        });
        // Of several answers to one mail the one that grew out of the draft is meant, else the last.
        let Some((made, sent)) = judged.max_by_key(|(made, _)| *made != Made::OwnAnswer) else { continue };
        note_sent(release, &message, &draft, &sent.raw, made)?;
        withdraw_own(mailbox, draft.filed_as, composed.token.as_str()).await?;
        found += 1;
    }
    Ok(found)
}

/// A mail in Sent that may be an answer to the mail that was drafted for.
struct SentCopy {
    raw: Vec<u8>,
    /// It carries our token or our Message-ID.
    marked: bool,
}

/// By our marks where the mail program kept them, else by the mail that it answers. Oldest first.
async fn find_sent(mailbox: &mut Mailbox, composed: &Composed, original: &Message) -> Result<Vec<SentCopy>, MailboxError> {
    let sent = FolderRole::Sent;
    let mut uids = mailbox.find_by_header(sent, ID_HEADER, composed.token.as_str()).await?;
    if uids.is_empty() {
        uids = mailbox.find_by_header(sent, "Message-ID", &composed.message_id.header()).await?;
    }
    let marked = !uids.is_empty();
    if let (false, Some(id)) = (marked, &original.message_id) {
        uids = mailbox.find_by_header(sent, "In-Reply-To", &id.header()).await?;
    }
    let newest = uids.get(uids.len().saturating_sub(SENT_COPIES_MAX)..).unwrap_or_default();
    if newest.is_empty() {
        return Ok(Vec::new());
    }
    let fetched = mailbox.fetch(sent, newest).await?;
    Ok(fetched.into_iter().filter_map(|fetched| fetched.mail.ok()).map(|mail| SentCopy { raw: mail.raw, marked }).collect())
}

fn note_sent(release: &Release<'_>, message: &MessageRow, draft: &DraftRow, sent: &[u8], made: Made) -> Result<(), StoreError> {
    let (state, stage, event) = match made {
        Made::Matched | Made::Edited => (DraftState::Used, Stage::Sent, "draft.sent_by_person"),
        // An answer by a person ends what the house has under way for the mail; nobody has reviewed the draft.
        Made::OwnAnswer => (DraftState::Discarded, Stage::Handled, "mail.answered_by_person"),
    };
    let edited = made != Made::Matched;
    release.store.write(|w| {
        draft::set_state(w, draft.row, state)?;
        if state == DraftState::Used {
            draft::review(w, draft.row, Review { action: ReviewAction::SentFromDrafts, actor: None, edited, reason: None })?;
        }
        // Nothing of a person is kept after the clearance fell; that it was sent is.
        if let (true, Some(id)) = (is_current(&w.reading(), message)?, parse::parse(sent, &[]).ok().and_then(|copy| copy.message_id)) {
            message::insert_outbound(w, message, &id, sent)?;
        }
        message::set_stage(w, message.row, stage, None)?;
        let detail = serde_json::json!({ "draft": draft.public_id, "edited": edited, "made": made.code() });
        record::append(w, &Entry { chain: Chain::Decision, event, object: Some(message.public_id), actor: None, detail })?;
        Ok(())
    })
}

/// A draft that was sent and still lies in Drafts is ours to remove (law 5); where the server cannot, it stays and is reported.
async fn withdraw_own(mailbox: &mut Mailbox, filed_as: Option<(u32, u32)>, token: &str) -> Result<(), MailboxError> {
    let (Some((uid_validity, uid)), Some(mark)) = (filed_as, OwnMark::header(ID_HEADER, token)) else { return Ok(()) };
    let own = OwnMail { folder: OwnFolder::Drafts, uid: MailUid { uid_validity, uid }, mark };
    mailbox.select(FolderRole::Drafts).await?;
    match mailbox.remove_own(&own).await {
        Ok(Removed::Gone | Removed::NotThere) => Ok(()),
        Ok(Removed::NotPossible | Removed::OnlyMarked) => {
            tracing::warn!(event = "filing.draft_stays", uid, "an own draft could not be removed from the folder");
            Ok(())
        }
        // The folder was rebuilt or the mail is not ours any more: nothing may be removed.
        Err(MailboxError::UidValidityChanged | MailboxError::NotOurs) => Ok(()),
        Err(other) => Err(other),
    }
}
