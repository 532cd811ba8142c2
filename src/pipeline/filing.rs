//! Drafts mode (F-03): a released draft is laid into the mailbox's own Drafts folder, where trained people review and
//! send it; the copy that then lies in Sent makes the review record.
//!
//! Laid down once: before an append the folder is searched for our token, so that a crash in between leaves no second copy.

use crate::domain::MessageId;
use crate::domain::draft::Verdict;
use crate::domain::message::Message;
use crate::domain::policy::Delivery;
use crate::domain::reason::{HandOver, Reason};
use crate::domain::stage::Stage;
use crate::mail::compose::{Author, Composed};
use crate::mail::mailbox::{FolderRole, Mailbox, OwnFolder};
use crate::mail::mailbox_error::MailboxError;
use crate::mail::parse;
use crate::pipeline::intake;
use crate::pipeline::own_mail::{self, Marks, TakenBack};
use crate::pipeline::release::{Answer, Release, ReleaseError};
use crate::pipeline::requeue;
use crate::pipeline::sent_copy::{self, Made};
use crate::store::draft::{self, DraftRow, DraftState, Review, ReviewAction};
use crate::store::mailbox::{self, MailboxRow};
use crate::store::message::{self, MessageRow};
use crate::store::record::{self, Chain, Entry};
use crate::store::{Reading, StoreError, Writing, consent, setting};

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
    Answer { mailbox, original, raw, body: &draft.content.draft.body, draft: Some(draft), author: Author::Machine }
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
        let there = own_mail::find_draft(mailbox, &composed.token).await?;
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
            own_mail::take_back(mailbox, at, &composed.token).await?;
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
    release.store.write(|w| match is_open(&w.reading(), due)? {
        Some(row) => message::set_stage(w, row.row, Stage::HumanOnly, Some(&why)),
        None => Ok(()),
    })
}

/// The message, if it still waits for the draft that was read before.
fn is_open(r: &Reading<'_>, due: &Due) -> Result<Option<MessageRow>, StoreError> {
    let row = message::by_row(r, due.row.row)?;
    let open = draft::newest(r, row.row)?.is_some_and(|draft| draft.row == due.draft.row && draft.state == DraftState::Open);
    Ok((row.stage == Stage::AwaitingReview && open).then_some(row))
}

/// Notes where the draft lies, if it may still lie there: in the meantime a person may have decided, or a clearance fallen.
fn note_filed(w: &Writing<'_>, due: &Due, at: Option<(u32, u32)>, found_again: bool) -> Result<bool, StoreError> {
    let r = w.reading();
    let Some(row) = is_open(&r, due)? else { return Ok(false) };
    if !is_current(&r, &row)? {
        return Ok(false);
    }
    draft::set_filed(w, due.draft.row, at)?;
    message::set_stage(w, row.row, Stage::FiledAsDraft, None)?;
    let detail = serde_json::json!({ "draft": due.draft.public_id, "found_again": found_again });
    record::append(w, &Entry { chain: Chain::Decision, event: "draft.filed", object: Some(row.public_id), actor: None, detail })?;
    Ok(true)
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

/// Takes unsent drafts out of the folder again: those whose clearance has fallen, and those of mails that a
/// person has dealt with by another way. Returns how many.
pub async fn take_back_drafts(release: &Release<'_>, mailbox: &mut Mailbox, row: &MailboxRow) -> Result<usize, FilingError> {
    let mut taken_back = 0;
    for (message, draft) in release.store.read(|r| void(r, row))? {
        let mut stays = TakenBack::Gone;
        if let (DraftState::Filed, Some(marks)) = (draft.state, marks(release, row, &message, &draft)?) {
            // What a person has sent already is theirs and is noted as sent, not taken back.
            if !own_mail::find_sent(mailbox, &marks).await?.uids.is_empty() {
                continue;
            }
            stays = own_mail::take_back(mailbox, draft.filed_as, &marks.token).await?;
        }
        taken_back += usize::from(release.store.write(|w| note_taken_back(w, &message, &draft, stays))?);
    }
    for (message, draft) in release.store.read(|r| left_behind(r, row))? {
        if let Some(marks) = marks(release, row, &message, &draft)? {
            own_mail::take_back(mailbox, draft.filed_as, &marks.token).await?;
        }
        release.store.write(|w| discard(w, &message, &draft))?;
        taken_back += 1;
    }
    Ok(taken_back)
}

fn discard(w: &Writing<'_>, message: &MessageRow, draft: &DraftRow) -> Result<(), StoreError> {
    draft::set_state(w, draft.row, DraftState::Discarded)?;
    let detail = serde_json::json!({ "draft": draft.public_id });
    let entry = Entry { chain: Chain::Decision, event: "draft.discarded", object: Some(message.public_id), actor: None, detail };
    record::append(w, &entry)?;
    Ok(())
}

fn note_taken_back(w: &Writing<'_>, message: &MessageRow, draft: &DraftRow, stays: TakenBack) -> Result<bool, StoreError> {
    // In the meantime a person may have decided, or the mail may be on its way to a new draft.
    let now = message::by_row(&w.reading(), message.row)?;
    if (now.stage, now.epoch) != (message.stage, message.epoch) {
        return Ok(false);
    }
    discard(w, message, draft)?;
    let standing = consent::standing(&w.reading(), message.person, message.epoch)?;
    if let Some(why) = requeue::why_void(standing, setting::ai_off(&w.reading())?) {
        message::set_stage(w, message.row, Stage::HumanOnly, Some(&why))?;
    }
    match stays {
        // The switch may be released by now.
        TakenBack::Gone => {
            requeue::again(w, message)?;
        }
        TakenBack::Stays => {
            let why = HandOver::new(Reason::TechnicalFailure, "filing.draft_stays");
            message::set_stage(w, message.row, Stage::HumanOnly, Some(&why))?;
        }
    }
    Ok(true)
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

/// Drafts that still lie in the folder although their mail is dealt with.
fn left_behind(r: &Reading<'_>, row: &MailboxRow) -> Result<Vec<(MessageRow, DraftRow)>, StoreError> {
    let mut left = Vec::new();
    for message in message::with_draft_left(r, row.row)? {
        if let Some(draft) = draft::newest(r, message.row)?.filter(|draft| draft.state == DraftState::Filed) {
            left.push((message, draft));
        }
    }
    Ok(left)
}

fn is_current(r: &Reading<'_>, message: &MessageRow) -> Result<bool, StoreError> {
    consent::is_current(r, message.person, message.epoch)
}

/// `None`: the mail's key is destroyed, and with it what its copies could be known by.
fn marks(release: &Release<'_>, row: &MailboxRow, message: &MessageRow, draft: &DraftRow) -> Result<Option<Marks>, StoreError> {
    let raw = match release.store.read(|r| message::raw(r, message)) {
        Ok(raw) => raw,
        Err(StoreError::KeyDestroyed) => return Ok(None),
        Err(other) => return Err(other),
    };
    let token = release.token(row, &raw, Some(draft));
    let answers = intake::read_safely(&raw, &[]).and_then(|original| original.message_id);
    Ok(Some(Marks { message_id: token.message_id(row.mailbox.address.domain()), token, answers }))
}

/// Looks in Sent for what people made of our drafts. Returns how many were found.
pub async fn reconcile_sent(release: &Release<'_>, mailbox: &mut Mailbox, row: &MailboxRow) -> Result<usize, FilingError> {
    let filed = release.store.read(|r| -> Result<Vec<(MessageRow, DraftRow)>, StoreError> {
        let mut filed = Vec::new();
        for message in message::at_stage(r, row.row, Stage::FiledAsDraft)? {
            if let Some(draft) = draft::newest(r, message.row)?.filter(|draft| draft.state == DraftState::Filed) {
                filed.push((message, draft));
            }
        }
        Ok(filed)
    })?;
    let mut found = 0;
    for (message, draft) in filed {
        let Some(marks) = marks(release, row, &message, &draft)? else { continue };
        let copies = own_mail::find_sent(mailbox, &marks).await?;
        if copies.uids.is_empty() {
            continue;
        }
        let fetched = mailbox.fetch(FolderRole::Sent, &copies.uids).await?;
        let read = fetched.into_iter().filter_map(|fetched| fetched.mail.ok()).map(|mail| (intake::read_safely(&mail.raw, &[]), mail.raw));
        let judged = read.map(|(copy, raw)| {
            let made = sent_copy::judge(copy.as_ref(), &draft.content.draft, copies.marked);
            SentCopy { made, id: copy.and_then(|copy| copy.message_id), raw }
        });
        // Of several answers to one mail the one that grew out of the draft is meant, else the last.
        let Some(copy) = judged.max_by_key(|copy| copy.made != Made::OwnAnswer) else { continue };
        if release.store.write(|w| note_sent(w, &message, &draft, &copy))? {
            own_mail::take_back(mailbox, draft.filed_as, &marks.token).await?;
            found += 1;
        }
    }
    Ok(found)
}

/// What lies in Sent, and what it is to our draft.
struct SentCopy {
    made: Made,
    id: Option<MessageId>,
    raw: Vec<u8>,
}

fn note_sent(w: &Writing<'_>, message: &MessageRow, draft: &DraftRow, copy: &SentCopy) -> Result<bool, StoreError> {
    if message::by_row(&w.reading(), message.row)?.stage != Stage::FiledAsDraft {
        return Ok(false);
    }
    let (state, stage, event) = match copy.made {
        Made::Matched | Made::Edited => (DraftState::Used, Stage::Sent, "draft.sent_by_person"),
        // An answer by a person ends what the house has under way for the mail; nobody has reviewed the draft.
        Made::OwnAnswer => (DraftState::Discarded, Stage::Handled, "mail.answered_by_person"),
    };
    let edited = copy.made != Made::Matched;
    draft::set_state(w, draft.row, state)?;
    if state == DraftState::Used {
        draft::review(w, draft.row, Review { action: ReviewAction::SentFromDrafts, actor: None, edited, reason: None })?;
    }
    // Nothing of a person is kept after the clearance fell; that it was sent is.
    if let (true, Some(id)) = (is_current(&w.reading(), message)?, &copy.id) {
        message::insert_outbound(w, message, id, &copy.raw)?;
    }
    message::set_stage(w, message.row, stage, None)?;
    let detail = serde_json::json!({ "draft": draft.public_id, "edited": edited, "made": copy.made.code() });
    record::append(w, &Entry { chain: Chain::Decision, event, object: Some(message.public_id), actor: None, detail })?;
    Ok(true)
}
