//! Drafts mode (F-03): a released draft is laid into the mailbox's own Drafts folder, where trained people review and
//! send it; the copy that then lies in Sent makes the review record.
//!
//! Laid down once: before an append the folder is searched for our token, so that a crash in between leaves no second copy.

use crate::domain::draft::Verdict;
use crate::domain::message::Message;
use crate::domain::policy::Delivery;
use crate::domain::reason::{HandOver, Reason};
use crate::domain::stage::Stage;
use crate::mail::compose::ID_HEADER;
use crate::mail::mailbox::{FolderRole, MailUid, Mailbox, OwnFolder, OwnMail, OwnMark, Removed};
use crate::mail::mailbox_error::MailboxError;
use crate::mail::parse;
use crate::pipeline::release::{Answer, Release, ReleaseError};
use crate::store::draft::{self, DraftRow, DraftState, Review, ReviewAction};
use crate::store::mailbox::{self, MailboxRow};
use crate::store::message::{self, MessageRow};
use crate::store::record::{self, Chain, Entry};
use crate::store::{Reading, StoreError, Writing, consent};

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

fn compose(release: &Release<'_>, row: &MailboxRow, due: &Due) -> Result<crate::mail::compose::Composed, ReleaseError> {
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
            if sent_exists(mailbox, composed.token.as_str(), &original).await? {
                continue;
            }
            withdraw_own(mailbox, draft.filed_as, composed.token.as_str()).await?;
        }
        release.store.write(|w| -> Result<(), StoreError> {
            draft::set_state(w, draft.row, DraftState::Discarded)?;
            let why = HandOver::new(Reason::NoConsent, "gate.epoch_changed");
            message::set_stage(w, message.row, Stage::HumanOnly, Some(&why))?;
            let detail = serde_json::json!({ "draft": draft.public_id });
            let entry = Entry { chain: Chain::Decision, event: "draft.discarded", object: Some(message.public_id), actor: None, detail };
            record::append(w, &entry)?;
            Ok(())
        })?;
        discarded += 1;
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

async fn sent_exists(mailbox: &mut Mailbox, token: &str, original: &Message) -> Result<bool, MailboxError> {
    match mailbox.select(FolderRole::Sent).await {
        Ok(_) => Ok(find_sent(mailbox, token, original).await?.is_some()),
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
        let Some(sent) = find_sent(mailbox, composed.token.as_str(), &original).await? else { continue };
        let copy = parse::parse(&sent, &[]).ok();
        let edited = copy.as_ref().is_none_or(|copy| is_edited(copy, &draft.content.draft.body));
        note_sent(release, &message, &draft, &sent, edited)?;
        withdraw_own(mailbox, draft.filed_as, composed.token.as_str()).await?;
        found += 1;
    }
    Ok(found)
}

/// By our token where the mail program kept it, else by the mail that it answers.
async fn find_sent(mailbox: &mut Mailbox, token: &str, original: &Message) -> Result<Option<Vec<u8>>, MailboxError> {
    let mut uids = mailbox.find_by_header(FolderRole::Sent, ID_HEADER, token).await?;
    if let (true, Some(id)) = (uids.is_empty(), &original.message_id) {
        uids = mailbox.find_by_header(FolderRole::Sent, "In-Reply-To", &id.header()).await?;
    }
    let Some(uid) = uids.last() else { return Ok(None) };
    let fetched = mailbox.fetch(FolderRole::Sent, &[*uid]).await?;
    Ok(fetched.into_iter().find_map(|fetched| fetched.mail.ok()).map(|mail| mail.raw))
}

/// Whether what was sent differs from the draft in more than white space. The signature below it is not the draft.
fn is_edited(sent: &Message, body: &str) -> bool {
    let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
    let (sent, drafted) = (words(&sent.text), words(body));
    sent.len() < drafted.len() || sent.get(..drafted.len()) != Some(drafted.as_slice())
}

fn note_sent(release: &Release<'_>, message: &MessageRow, draft: &DraftRow, sent: &[u8], edited: bool) -> Result<(), StoreError> {
    release.store.write(|w| {
        draft::set_state(w, draft.row, DraftState::Used)?;
        draft::review(w, draft.row, Review { action: ReviewAction::SentFromDrafts, actor: None, edited, reason: None })?;
        // Nothing of a person is kept after the clearance fell; that it was sent is.
        if let (true, Some(id)) = (is_current(&w.reading(), message)?, parse::parse(sent, &[]).ok().and_then(|copy| copy.message_id)) {
            message::insert_outbound(w, message, &id, sent)?;
        }
        message::set_stage(w, message.row, Stage::Sent, None)?;
        let detail = serde_json::json!({ "draft": draft.public_id, "edited": edited });
        record::append(
            w,
            &Entry { chain: Chain::Decision, event: "draft.sent_by_person", object: Some(message.public_id), actor: None, detail },
        )?;
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
