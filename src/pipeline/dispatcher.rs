//! Performs what the outbox machine decides: one SMTP session, the copy in Sent, the search for proof.
//!
//! Each event is applied in one transaction on the row as it stands then; effects follow the commit and may be repeated.

use crate::domain::outbox::{OutboxState, SmtpStep};
use crate::domain::reason::{HandOver, Reason};
use crate::domain::stage::Stage;
use crate::domain::{MessageId, Secret};
use crate::mail::compose::ID_HEADER;
use crate::mail::mailbox::{FolderRole, MailUid, Mailbox, OwnFolder};
use crate::mail::mailbox_error::MailboxError;
use crate::mail::smtp::{self, Envelope, SmtpServer, StepObserver, StepRefused};
use crate::pipeline::dispatch::{CancelReason, Effect, Event, Location, Matter, Proof, transition};
use crate::pipeline::{connect, requeue};
use crate::store::consent::Standing;
use crate::store::mailbox::MailboxRow;
use crate::store::message::{self, MessageRow};
use crate::store::outbox::{self, FrozenMail, Kept, OWN_WORDS};
use crate::store::record::{self, Chain, Entry};
use crate::store::{Reading, Store, StoreError, Writing, consent, setting};
use jiff::Timestamp;
use std::collections::VecDeque;

/// The outbox of one mailbox.
pub struct Dispatcher<'a> {
    pub store: &'a Store,
    pub row: &'a MailboxRow,
    pub password: &'a Secret<String>,
    pub server: &'a SmtpServer,
}

/// Whether the account may go on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Account {
    Open,
    /// The login was refused; no session until a person has repaired it.
    Stopped,
}

/// After a start: whatever was under way is gone.
pub fn restarted(store: &Store, mailbox: i64) -> Result<(), StoreError> {
    let open = store.read(|r| outbox::open(r, mailbox))?;
    for kept in open {
        apply(store, kept.row, &Event::Restarted)?;
        apply(store, kept.row, &Event::AccountResumed)?;
    }
    Ok(())
}

/// Applies one event to a row and commits it with what follows from the new state.
pub fn apply(store: &Store, row: i64, event: &Event) -> Result<(Kept, Vec<Effect>), StoreError> {
    store.write(|w| apply_in(w, row, event))
}

/// The same inside of a transaction that holds more. What is left of the effects the dispatcher finds when the row is due.
pub fn apply_in(w: &Writing<'_>, row: i64, event: &Event) -> Result<(Kept, Vec<Effect>), StoreError> {
    let mut kept = outbox::by_row(&w.reading(), row)?;
    let before = kept.outbox.state;
    let now = Timestamp::from_millisecond(w.now()).unwrap_or_default();
    let (next, effects) = transition(kept.outbox, event.clone(), now);
    kept.outbox = next;
    outbox::update(w, &kept)?;
    if before != kept.outbox.state {
        moved(w, &kept, before)?;
    }
    Ok((kept, effects))
}

/// What a new state means for the message and the records.
fn moved(w: &Writing<'_>, kept: &Kept, before: OutboxState) -> Result<(), StoreError> {
    let r = w.reading();
    let message = message::by_row(&r, kept.message)?;
    let to_person = |rule: &str| HandOver::new(Reason::TechnicalFailure, rule);
    match kept.outbox.state {
        OutboxState::Approved => message::set_stage(w, message.row, Stage::Approved, None)?,
        OutboxState::Sending => message::set_stage(w, message.row, Stage::Dispatching, None)?,
        // The copy follows the server's word; the message is sent since then.
        OutboxState::Filed if before == OutboxState::Accepted => {}
        // A copy found in Sent is the word of the server that an uncertain answer waited for.
        OutboxState::Accepted | OutboxState::Filed => {
            let mail = outbox::mail(&r, kept)?;
            if let Some(id) = MessageId::parse(&mail.message_id) {
                message::insert_outbound(w, &message, &id, &mail.raw)?;
            }
            message::set_stage(w, message.row, Stage::Sent, None)?;
        }
        OutboxState::Uncertain => message::set_stage(w, message.row, Stage::HumanOnly, Some(&to_person("outbox.uncertain")))?,
        OutboxState::Refused => message::set_stage(w, message.row, Stage::HumanOnly, Some(&to_person("outbox.refused")))?,
        OutboxState::Cancelled => {
            let rule = format!("outbox.cancelled.{}", kept.outbox.cancel.map_or("unknown", CancelReason::code));
            message::set_stage(w, message.row, Stage::HumanOnly, Some(&HandOver::new(Reason::PolicyRestriction, rule)))?;
            // The switch was thrown and released before the cancellation was reached.
            if kept.outbox.cancel == Some(CancelReason::AiOff) {
                requeue::again(w, &message)?;
            }
        }
    }
    let detail = serde_json::json!({ "outbox": kept.outbox.id, "state": kept.outbox.state, "attempts": kept.outbox.attempts });
    record::append(w, &Entry { chain: Chain::Decision, event: "outbox.moved", object: Some(message.public_id), actor: None, detail })?;
    Ok(())
}

/// Why an answer must not go any more, asked at the start and at every step.
fn void(r: &Reading<'_>, kept: &Kept) -> Result<Option<CancelReason>, StoreError> {
    if kept.epoch == OWN_WORDS {
        return Ok(None);
    }
    if setting::ai_off(r)? {
        return Ok(Some(CancelReason::AiOff));
    }
    let message = message::by_row(r, kept.message)?;
    Ok(match consent::standing(r, message.person, kept.epoch)? {
        Standing::Current => None,
        Standing::Switched => Some(CancelReason::AiOff),
        Standing::Changed => Some(CancelReason::Withdrawn),
    })
}

impl Dispatcher<'_> {
    /// Moves every row that is due. Returns whether the account may go on.
    pub async fn step(&self) -> Result<Account, StoreError> {
        self.cancel_void().await?;
        let now = self.store.clock().now();
        let due: Vec<Kept> =
            self.store.read(|r| outbox::open(r, self.row.row))?.into_iter().filter(|kept| kept.outbox.is_due(now)).collect();
        for kept in due {
            if self.raise(kept.row, Event::Due).await? == Account::Stopped {
                return Ok(Account::Stopped);
            }
        }
        Ok(Account::Open)
    }

    /// A withdrawal or the stop switch ends an approved answer at once, not only when its time to be sent has come.
    async fn cancel_void(&self) -> Result<(), StoreError> {
        let void = self.store.read(|r| -> Result<Vec<(i64, CancelReason)>, StoreError> {
            let waiting = outbox::open(r, self.row.row)?.into_iter().filter(|kept| kept.outbox.state == OutboxState::Approved);
            waiting.filter_map(|kept| Some(void(r, &kept).transpose()?.map(|reason| (kept.row, reason)))).collect()
        })?;
        for (row, reason) in void {
            self.raise(row, Event::Cancel(reason)).await?;
        }
        Ok(())
    }

    /// Applies an event, performs its effects, applies what they lead to, until nothing is left.
    pub async fn raise(&self, row: i64, event: Event) -> Result<Account, StoreError> {
        let mut account = Account::Open;
        let mut events = VecDeque::from([event]);
        while let Some(event) = events.pop_front() {
            let (kept, effects) = apply(self.store, row, &event)?;
            for effect in effects {
                match effect {
                    Effect::Deliver => events.push_back(self.deliver(&kept).await?),
                    Effect::SearchForProof => events.push_back(self.search(&kept).await?),
                    Effect::FileInSent => events.push_back(self.file(&kept).await?),
                    Effect::MarkAnswered => self.mark_answered(&kept).await?,
                    Effect::StopAccount => account = Account::Stopped,
                    Effect::TellPerson(matter) => self.tell(&kept, matter),
                    Effect::Alarm(alarm) => {
                        tracing::error!(event = "outbox.alarm", ?alarm, outbox = %kept.outbox.id, "the outbox needs a look");
                    }
                    // The observer has refused the step already.
                    Effect::Abort => {}
                }
            }
        }
        Ok(account)
    }

    fn tell(&self, kept: &Kept, matter: Matter) {
        // The line for the journal. Where a decision is open, the stage that `moved` has set has put the mail into the queue.
        tracing::warn!(event = "outbox.person", ?matter, outbox = %kept.outbox.id, "a person has to decide");
    }

    async fn deliver(&self, kept: &Kept) -> Result<Event, StoreError> {
        if let Some(reason) = self.store.read(|r| void(r, kept))? {
            return Ok(Event::Cancel(reason));
        }
        let FrozenMail { from, to, raw, .. } = self.store.read(|r| outbox::mail(r, kept))?;
        let mut observer = Steps { store: self.store, row: kept.row, broken: None };
        let outcome = smtp::deliver(self.server, &Envelope { from, to }, &raw, &mut observer).await;
        crate::crashpoint!("smtp.answered");
        match (outcome, observer.broken) {
            (_, Some(error)) => Err(error),
            (Ok(accepted), None) => Ok(Event::Accepted(accepted)),
            (Err(error), None) => Ok(Event::Failed(error)),
        }
    }

    async fn open(&self) -> Result<Mailbox, MailboxError> {
        connect::open(self.store, self.row, self.password).await
    }

    async fn search(&self, kept: &Kept) -> Result<Event, StoreError> {
        let message_id = self.message_id(kept)?;
        Ok(match self.find_in_sent(kept, message_id).await {
            Ok((Some(at), mailbox)) => {
                mailbox.close().await;
                Event::ProofFound(Proof::InSent(at))
            }
            Ok((None, mailbox)) => {
                mailbox.close().await;
                Event::ProofAbsent
            }
            Err(error) => {
                tracing::warn!(event = "outbox.search_failed", %error, "the search for a proof could not be carried out");
                Event::SearchFailed
            }
        })
    }

    /// Where the copy lies, and the connection that found it, with Sent selected.
    async fn find_in_sent(&self, kept: &Kept, message_id: Option<MessageId>) -> Result<(Option<Location>, Mailbox), MailboxError> {
        let mut mailbox = self.open().await?;
        let state = mailbox.select(FolderRole::Sent).await?;
        let mut uids = mailbox.find_by_header(FolderRole::Sent, ID_HEADER, &kept.token).await?;
        if let (true, Some(id)) = (uids.is_empty(), message_id) {
            uids = mailbox.find_by_header(FolderRole::Sent, "Message-ID", &id.header()).await?;
        }
        let found = uids.first().map(|uid| Location { uid_validity: state.uid_validity, uid: Some(*uid) });
        Ok((found, mailbox))
    }

    fn message_id(&self, kept: &Kept) -> Result<Option<MessageId>, StoreError> {
        let mail = self.store.read(|r| outbox::mail(r, kept))?;
        Ok(MessageId::parse(&mail.message_id))
    }

    /// The byte-identical copy in Sent: searched for first, appended only where it is missing.
    async fn file(&self, kept: &Kept) -> Result<Event, StoreError> {
        let mail = self.store.read(|r| outbox::mail(r, kept))?;
        let filed = async {
            let (found, mut mailbox) = self.find_in_sent(kept, MessageId::parse(&mail.message_id)).await?;
            let at = match found {
                Some(at) => at,
                None => {
                    let state = mailbox.select(FolderRole::Sent).await?;
                    let appended = mailbox.append(OwnFolder::Sent, &mail.raw).await?;
                    appended.map_or(Location { uid_validity: state.uid_validity, uid: None }, |at| Location {
                        uid_validity: at.uid_validity,
                        uid: Some(at.uid),
                    })
                }
            };
            mailbox.close().await;
            Ok::<_, MailboxError>(at)
        };
        Ok(match filed.await {
            Ok(at) => Event::Filed(at),
            Err(error) => {
                tracing::warn!(event = "outbox.filing_failed", %error, "the copy could not be laid into Sent");
                Event::FilingFailed
            }
        })
    }

    /// A courtesy for other mail programs; a server that refuses it changes nothing.
    async fn mark_answered(&self, kept: &Kept) -> Result<(), StoreError> {
        let Some(uid) = self.store.read(|r| inbound_uid(r, &message::by_row(r, kept.message)?))? else { return Ok(()) };
        let marked = async {
            let mut mailbox = self.open().await?;
            mailbox.select(FolderRole::Inbox).await?;
            mailbox.mark_answered(uid).await?;
            mailbox.close().await;
            Ok::<_, MailboxError>(())
        };
        if let Err(error) = marked.await {
            tracing::info!(event = "outbox.not_marked", %error, "the inbound mail could not be marked as answered");
        }
        Ok(())
    }
}

fn inbound_uid(r: &Reading<'_>, message: &MessageRow) -> Result<Option<MailUid>, StoreError> {
    let (Some(folder), Some(uid)) = (message.folder, message.uid) else { return Ok(None) };
    Ok(Some(MailUid { uid_validity: crate::store::ledger::uid_validity(r, folder)?, uid }))
}

/// Commits every step before it is entered, and asks once more whether the answer may go.
struct Steps<'a> {
    store: &'a Store,
    row: i64,
    /// The store failed: the session must end and the error must come out.
    broken: Option<StoreError>,
}

impl Steps<'_> {
    fn enter(&self, step: SmtpStep) -> Result<bool, StoreError> {
        let kept = self.store.read(|r| outbox::by_row(r, self.row))?;
        if let Some(reason) = self.store.read(|r| void(r, &kept))? {
            apply(self.store, self.row, &Event::Cancel(reason))?;
        }
        let (_, effects) = apply(self.store, self.row, &Event::Entering(step))?;
        match step {
            SmtpStep::Connect => crate::crashpoint!("smtp.connect_committed"),
            SmtpStep::Mail => crate::crashpoint!("smtp.mail_committed"),
            SmtpStep::Rcpt => crate::crashpoint!("smtp.rcpt_committed"),
            SmtpStep::Data => crate::crashpoint!("smtp.data_committed"),
            SmtpStep::Dot => crate::crashpoint!("smtp.dot_committed"),
        }
        Ok(!effects.contains(&Effect::Abort))
    }
}

impl StepObserver for Steps<'_> {
    async fn entering(&mut self, step: SmtpStep) -> Result<(), StepRefused> {
        match self.enter(step) {
            Ok(true) => Ok(()),
            Ok(false) => Err(StepRefused),
            Err(error) => {
                self.broken = Some(error);
                Err(StepRefused)
            }
        }
    }
}
