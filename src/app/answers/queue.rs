//! The review queue: what waits for a person, one mail in full, approve and reject.

use crate::app::answers::citation::citations;
use crate::app::answers::dispatch::Desk;
use crate::app::fault::Fault;
use crate::app::request::{Answer, Body, HistoryStep, QueueItem, Shown, ShownDraft, ShownMessage, ShownOutbox};
use crate::domain::PublicId;
pub use crate::domain::clock::rfc3339 as time;
use crate::domain::draft::{Drafter, Verdict};
use crate::domain::message::Message;
use crate::domain::outbox::OutboxRow;
use crate::domain::overview::Priority;
use crate::domain::reason::Reason;
use crate::domain::stage::Stage;
use crate::mail::compose::{Signature, subject, text};
use crate::mail::parse;
use crate::pipeline::dispatch::Decision;
use crate::pipeline::release::{self, Release, ReleaseError};
use crate::pipeline::settlement::{self, SettleError, Settled};
use crate::pipeline::understanding::priority;
use crate::store::draft::{self, DraftRow, DraftState};
use crate::store::mail_state::{self, MailStateRow};
use crate::store::message::{self, MessageRow};
use crate::store::record;
use crate::store::{Reading, Store, StoreError, consent, mailbox, outbox, setting};

fn id_of(text: &str) -> Result<PublicId, Fault> {
    PublicId::parse(text).ok_or_else(|| {
        Fault::input("fault-queue-id", format!("Id {text:?}: allowed are 32 hexadecimal digits, as `hauspost queue list` prints them"))
            .with("id", text)
    })
}

/// What is not there is an entry of the queue, and the person is told which.
fn entry(id: PublicId, error: StoreError) -> Fault {
    match error {
        StoreError::NotFound(_) => Fault::input("fault-queue-no-entry", format!("The queue has no entry {id}")).with("id", id),
        other => other.into(),
    }
}

fn released(id: PublicId, error: ReleaseError) -> Fault {
    match error {
        ReleaseError::Store(error) => entry(id, error),
        other => other.into(),
    }
}

const fn drafter(drafter: Drafter) -> &'static str {
    match drafter {
        Drafter::Extractive => "extractive",
        Drafter::Model => "model",
    }
}

const fn decision(verdict: &Verdict) -> &'static str {
    match verdict {
        Verdict::Release => "release",
        Verdict::Hold { .. } => "hold",
        Verdict::HandOver { .. } => "hand_over",
    }
}

/// The mail itself, or nothing where its key is destroyed.
fn read_mail(r: &Reading<'_>, row: &MessageRow) -> Result<Option<Message>, StoreError> {
    match message::raw(r, row) {
        Ok(raw) => Ok(parse::parse(&raw, &[]).ok()),
        Err(StoreError::KeyDestroyed) => Ok(None),
        Err(other) => Err(other),
    }
}

pub fn list(store: &Store) -> Result<Answer, Fault> {
    let items = store.read(|r| -> Result<Vec<QueueItem>, StoreError> {
        let mut items = Vec::new();
        for row in message::list(r, true)? {
            items.push(message_item(r, &row)?);
        }
        for row in mail_state::waiting(r)? {
            items.push(state_item(r, &row)?);
        }
        // what runs against a clock stands at the top, then the oldest.
        items.sort_by(|a, b| (b.priority, &a.received_at).cmp(&(a.priority, &b.received_at)));
        Ok(items)
    })?;
    Ok(Answer::done(Body::Queue(items)))
}

/// The draft may be approved, or sent from the Drafts folder, as things stand at this moment.
fn is_ready(r: &Reading<'_>, row: &MessageRow, draft: &DraftRow) -> Result<bool, StoreError> {
    let waits = matches!((row.stage, draft.state), (Stage::AwaitingReview, DraftState::Open) | (Stage::FiledAsDraft, DraftState::Filed));
    let holds = consent::is_current(r, row.person, row.epoch)? && !setting::ai_off(r)?;
    Ok(waits && holds && draft.content.verdict == Verdict::Release)
}

fn message_item(r: &Reading<'_>, row: &MessageRow) -> Result<QueueItem, StoreError> {
    let mail = read_mail(r, row)?;
    let draft = draft::newest(r, row.row)?;
    Ok(QueueItem {
        id: row.public_id.to_string(),
        kind: "message".to_owned(),
        mailbox: mailbox::by_row(r, row.mailbox)?.mailbox.name,
        stage: row.stage.code().to_owned(),
        reason: row.reason.map(|reason| reason.code().to_owned()),
        rule: row.rule.clone(),
        received_at: time(row.received_at),
        from: mail.as_ref().and_then(|mail| mail.from.as_ref()).map(|from| from.address.clone()),
        subject: mail.map(|mail| mail.subject),
        drafter: draft.as_ref().map(|draft| drafter(draft.content.draft.drafter).to_owned()),
        decision: draft.as_ref().map(|draft| decision(&draft.content.verdict).to_owned()),
        ready: draft.as_ref().map(|draft| is_ready(r, row, draft)).transpose()?.unwrap_or(false),
        priority: draft.as_ref().map_or_else(|| by_rule(row.rule.as_deref()), |draft| draft.content.overview.priority),
        outbox: outbox::of_message(r, row.row)?.map(|kept| kept.outbox.state.code().to_owned()),
    })
}

/// Of a mail of which only the rule is known.
fn by_rule(rule: Option<&str>) -> Priority {
    rule.map_or(Priority::Normal, priority::of_rule)
}

fn state_item(r: &Reading<'_>, row: &MailStateRow) -> Result<QueueItem, StoreError> {
    Ok(QueueItem {
        id: row.public_id.to_string(),
        kind: "mail".to_owned(),
        mailbox: mailbox::by_row(r, row.mailbox)?.mailbox.name,
        stage: row.stage.code().to_owned(),
        reason: row.reason.map(|reason: Reason| reason.code().to_owned()),
        priority: by_rule(Some(&row.rule)),
        rule: Some(row.rule.clone()),
        received_at: time(row.seen_at),
        from: None,
        subject: None,
        drafter: None,
        decision: None,
        ready: false,
        outbox: None,
    })
}

pub fn show(desk: &Desk, store: &Store, id: &str) -> Result<Answer, Fault> {
    let id = id_of(id)?;
    let shown = store.read(|r| match message::by_id(r, id) {
        Ok(row) => shown_message(r, &row, &desk.signature),
        Err(StoreError::NotFound(_)) => shown_state(r, id),
        Err(other) => Err(other),
    });
    let shown = shown.map_err(|error| entry(id, error))?;
    Ok(Answer::done(Body::Shown(Box::new(shown))))
}

fn records_of(r: &Reading<'_>, id: PublicId) -> Result<Vec<serde_json::Value>, StoreError> {
    Ok(record::about(r, id)?.iter().map(|record| serde_json::to_value(record).unwrap_or_default()).collect())
}

/// `signature`: what would stand under the answer.
pub fn shown_message(r: &Reading<'_>, row: &MessageRow, signature: &Signature) -> Result<Shown, StoreError> {
    let mail = read_mail(r, row)?;
    let draft = draft::newest(r, row.row)?;
    let history = message::history(r, row.row)?.into_iter().map(|(stage, rule, at)| HistoryStep { stage, rule, at: time(at) }).collect();
    let content = draft.as_ref().map(|draft| &draft.content);
    let citations = content.map(|content| citations(r, &content.draft.sentences)).transpose()?;
    let reply = mail.as_ref().map(|mail| subject::reply_to(&mail.subject));
    Ok(Shown {
        message: ShownMessage {
            id: row.public_id.to_string(),
            ticket: Some(row.ticket_id.to_string()),
            mailbox: mailbox::by_row(r, row.mailbox)?.mailbox.name,
            stage: row.stage.code().to_owned(),
            reason: row.reason.map(|reason| reason.code().to_owned()),
            rule: row.rule.clone(),
            from: mail.as_ref().and_then(|mail| mail.from.as_ref()).map(|from| from.address.clone()),
            subject: mail.as_ref().map(|mail| mail.subject.clone()),
            text: mail.map(|mail| mail.visible),
            received_at: time(row.received_at),
        },
        asks: content.map(|content| content.draft.asks.clone()).unwrap_or_default(),
        overview: content.map(|content| content.overview.clone()),
        flags: content.map(|content| content.flags.clone()).unwrap_or_default(),
        claims: content.map(|content| content.claims.clone()).unwrap_or_default(),
        citations: citations.unwrap_or_default(),
        record: draft.as_ref().map(|draft| draft.record.to_string()),
        records: records_of(r, row.public_id)?,
        history,
        outbox: outbox::of_message(r, row.row)?.map(|kept| shown_outbox(&kept.outbox)),
        draft: draft.map(|draft| Ok::<_, StoreError>(shown_draft(is_ready(r, row, &draft)?, draft, reply, signature))).transpose()?,
    })
}

fn shown_outbox(row: &OutboxRow) -> ShownOutbox {
    ShownOutbox {
        state: row.state.code().to_owned(),
        step: row.step.map(|step| step.code().to_owned()),
        attempts: row.attempts,
        next_at: row.next_at.map(|at| time(at.as_millisecond())),
        proven: row.proof.is_some(),
        last_failure: row.last_failure.clone(),
    }
}

fn shown_draft(ready: bool, row: DraftRow, subject: Option<String>, signature: &Signature) -> ShownDraft {
    let draft = row.content.draft;
    ShownDraft {
        ready,
        id: row.public_id.to_string(),
        revision: row.revision,
        state: row.state.code().to_owned(),
        drafter: drafter(draft.drafter).to_owned(),
        versions: serde_json::to_value(&draft.versions).unwrap_or_default(),
        subject,
        sentences: draft.sentences.into_iter().map(|sentence| sentence.text).collect(),
        // Particulars that are not complete are refused with the configuration.
        signature: text::signature_lines(signature, draft.language).map(|lines| lines.join("\n")).unwrap_or_default(),
        body: draft.body,
        verdict: row.content.verdict,
    }
}

/// A mail without clearance: only what its state row holds.
fn shown_state(r: &Reading<'_>, id: PublicId) -> Result<Shown, StoreError> {
    let row = mail_state::waiting(r)?.into_iter().find(|row| row.public_id == id).ok_or(StoreError::NotFound("The mail"))?;
    Ok(Shown {
        message: ShownMessage {
            id: id.to_string(),
            ticket: None,
            mailbox: mailbox::by_row(r, row.mailbox)?.mailbox.name,
            stage: row.stage.code().to_owned(),
            reason: row.reason.map(|reason| reason.code().to_owned()),
            rule: Some(row.rule.clone()),
            from: None,
            subject: None,
            text: None,
            received_at: time(row.seen_at),
        },
        asks: Vec::new(),
        draft: None,
        overview: None,
        flags: Vec::new(),
        claims: Vec::new(),
        citations: Vec::new(),
        record: None,
        records: records_of(r, id)?,
        history: vec![HistoryStep { stage: row.stage.code().to_owned(), rule: Some(row.rule), at: time(row.seen_at) }],
        outbox: None,
    })
}

pub fn approve(desk: &Desk, store: &Store, id: &str, by: &str, text: Option<&str>) -> Result<Answer, Fault> {
    let id = id_of(id)?;
    let now = store.clock().now().to_zoned_datetime(jiff::tz::TimeZone::system());
    let release = Release { store, signature: &desk.signature, now: &now, undo_ms: i64::from(desk.undo_seconds) * 1000 };
    let outbox = release.approve(id, by, text).map_err(|error| released(id, error))?;
    Ok(Answer::done(Body::Done { what: "done-approved".to_owned(), id: Some(outbox.to_string()) }))
}

/// Rejects a draft; the mail stays with a person.
pub fn reject(store: &Store, id: &str, by: &str, reason: &str) -> Result<Answer, Fault> {
    let id = id_of(id)?;
    store.write(|w| release::reject(w, id, by, reason)).map_err(|error| released(id, error))?;
    Ok(Answer::done(Body::Done { what: "done-rejected".to_owned(), id: Some(id.to_string()) }))
}

/// Notes that a person has dealt with a mail.
pub fn done(store: &Store, id: &str, by: &str) -> Result<Answer, Fault> {
    let id = id_of(id)?;
    store.write(|w| release::done(w, id, by)).map_err(|error| released(id, error))?;
    Ok(Answer::done(Body::Done { what: "done-handled".to_owned(), id: Some(id.to_string()) }))
}

/// Decides about an answer under way. Exit code 1 where the decision came too late to stop it.
pub fn settle(store: &Store, id: &str, word: &str, by: &str) -> Result<Answer, Fault> {
    let id = id_of(id)?;
    let Some(decision) = Decision::parse(word) else {
        return Err(crate::app::fault::system::option("DECISION", word, "sent, again, stop"));
    };
    let settled = settlement::settle(store, id, decision, by).map_err(|error| match error {
        SettleError::Store(error) => entry(id, error),
        SettleError::NoAnswer => Fault::input("fault-queue-no-answer", error),
        SettleError::NothingToDecide(state) => {
            let fault = Fault::input("fault-queue-state", &error);
            fault.with_word("state", "outbox", state.code()).with_word("decision", "decision", word)
        }
    })?;
    let (exit, what) = match settled {
        Settled::Done => (0, "done-settled"),
        Settled::TooLate => (1, "done-settled-late"),
    };
    Ok(Answer { exit, body: Body::Done { what: what.to_owned(), id: Some(id.to_string()) } })
}
