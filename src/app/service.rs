//! The running service: one task per mailbox to read and to lay down drafts, one per outbox, one worker, one control socket.
//!
//! Start order: what a crash left is put right before anything new begins. A task that fails is restarted with back-off
//! (`supervision`); a mailbox that cannot be reached stops nothing else.

use crate::app::answers::{self, Desk};
use crate::app::control::Control;
use crate::app::daily;
use crate::app::fault::Fault;
use crate::app::fault::system::model;
use crate::app::reading::{self, Reader};
use crate::app::request::{Answer, Request};
use crate::app::supervision::keep;
use crate::app::watching;
use crate::config::Config;
use crate::domain::EmailAddress;
use crate::domain::Secret;
use crate::domain::mailbox::{Connection, ImapConnection};
use crate::domain::outbox::OutboxState;
use crate::inference::Engine;
use crate::mail::tls::TlsError;
use crate::pipeline::connect;
use crate::pipeline::dispatcher::{self, Account, Dispatcher};
use crate::pipeline::worker::{self, Worker};
use crate::store::health::{self, Failure, Part};
use crate::store::mailbox;
use crate::store::outbox::{self, Kept};
use crate::store::{Store, StoreError, job};
use anyhow::{Context, Result};
use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinSet;

/// How often the outbox and the job table are looked at.
const TICK: Duration = Duration::from_millis(300);
/// How often new mailboxes are looked for; adding one through the control socket is noticed at once.
const MAILBOXES_TICK: Duration = Duration::from_secs(15);
/// After a failure of our own store there is nothing to do but wait.
const STORE_WAIT: Duration = Duration::from_secs(2);
const STORE_WAIT_MAX: Duration = Duration::from_secs(300);
/// A session that is under way may end this long after the signal.
const STOP_WAIT: Duration = Duration::from_secs(20);

/// What every task knows.
#[derive(Clone)]
pub struct Common {
    pub store: Store,
    pub desk: Arc<Desk>,
    /// For cancelling what it has under way.
    pub engine: Engine,
    pub stop: watch::Receiver<bool>,
    /// Counts the changes that the mailbox tasks have to look at before their time.
    pub called: watch::Receiver<u64>,
}

/// Why a pause ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pause {
    Over,
    Called,
    Stopped,
}

impl Common {
    /// Waits, but not longer than the service lives. Returns whether it goes on.
    pub async fn pause(&self, time: Duration) -> bool {
        let mut stop = self.stop.clone();
        if *stop.borrow() {
            return false;
        }
        tokio::select! {
            _ = stop.changed() => false,
            () = tokio::time::sleep(time) => true,
        }
    }

    /// As `pause`, and ends early where `called` has news.
    pub async fn pause_until_called(&self, time: Duration, called: &mut watch::Receiver<u64>) -> Pause {
        tokio::select! {
            go_on = self.pause(time) => if go_on { Pause::Over } else { Pause::Stopped },
            Ok(()) = called.changed() => Pause::Called,
        }
    }

    pub fn own_addresses(&self) -> Result<Vec<EmailAddress>, StoreError> {
        Ok(self.store.read(mailbox::list_all)?.into_iter().map(|row| row.mailbox.address).collect())
    }
}

pub struct Service {
    stop: watch::Sender<bool>,
    damaged: mpsc::Receiver<StoreError>,
    tasks: JoinSet<()>,
}

/// Puts right what a crash left, then starts the tasks.
pub async fn start(store: Store, config: &Config) -> Result<Service> {
    let engine = worker::engine(&config.engine.model).await.map_err(|error| model(&config.engine.model, &error))?;
    recover(&store, config)?;
    let (stop, receiver) = watch::channel(false);
    let (call, called) = watch::channel(0);
    let common = Common { store: store.clone(), desk: Arc::new(Desk::of(config)), engine: engine.clone(), stop: receiver, called };
    let mut tasks = JoinSet::new();
    let new_mailbox = Arc::new(Notify::new());
    let control = Control::bind(store.folder()).context("The control socket cannot be made")?;
    tasks.spawn(until_stop(common.clone(), control.serve(store.clone(), answering(&common, call, &new_mailbox))));
    let (read, ready) = watch::channel(config.knowledge.folder.is_none());
    if let Some(folder) = config.knowledge.folder.clone() {
        let all = common.clone();
        tasks.spawn(keep(common.clone(), Part::Knowledge, move || watching::run(all.clone(), folder.clone(), read.clone())));
    }
    let worker = Arc::new(Worker::new(store, engine, config.drafting.clone()).guided(config));
    let all = common.clone();
    tasks.spawn(keep(common.clone(), Part::Worker, move || work(all.clone(), ready.clone(), Arc::clone(&worker))));
    let all = common.clone();
    tasks.spawn(keep(common.clone(), Part::Mailboxes, move || supervise(all.clone(), Arc::clone(&new_mailbox))));
    let (found, damaged) = mpsc::channel(1);
    let all = common.clone();
    tasks.spawn(keep(common, Part::Daily, move || daily::run(all.clone(), found.clone())));
    Ok(Service { stop, damaged, tasks })
}

impl Service {
    /// Waits until the store proves damaged; a sound one lets it wait for ever.
    pub async fn damaged(&mut self) -> StoreError {
        match self.damaged.recv().await {
            Some(error) => error,
            None => std::future::pending().await,
        }
    }

    /// Ends in order: nothing new begins, what is under way may finish.
    pub async fn stop(mut self) {
        let _ = self.stop.send(true);
        let _ = tokio::time::timeout(STOP_WAIT, async { while self.tasks.join_next().await.is_some() {} }).await;
    }
}

fn recover(store: &Store, config: &Config) -> Result<()> {
    store.write(job::release_all)?;
    for row in store.read(mailbox::list)? {
        dispatcher::restarted(store, row.row)?;
    }
    if let Some(folder) = &config.knowledge.folder
        && !folder.is_dir()
    {
        let text = format!("knowledge.folder = {folder:?}: allowed is a folder that is there");
        return Err(Fault::input("fault-knowledge-folder", text).with("folder", folder.display()).into());
    }
    Ok(())
}

async fn until_stop(common: Common, task: impl Future<Output = ()>) {
    let mut stop = common.stop;
    tokio::select! {
        _ = stop.wait_for(|stop| *stop) => {}
        () = task => {}
    }
}

/// Answers of the control socket. A thrown switch and a withdrawal end what the model has under way; what a
/// mailbox task has to know it is told at once.
fn answering(
    common: &Common,
    call: watch::Sender<u64>,
    new_mailbox: &Arc<Notify>,
) -> impl Fn(&Store, Request) -> Answer + Send + Sync + 'static {
    let (desk, engine, new_mailbox) = (Arc::clone(&common.desk), common.engine.clone(), Arc::clone(new_mailbox));
    move |store, request| {
        let voids =
            matches!(request, Request::Ai { off: Some(true), .. } | Request::ConsentWithdraw { .. } | Request::CustomersImport { .. });
        let adds = matches!(request, Request::MailboxAdd { .. });
        let changes = voids || concerns_mailboxes(&request);
        let answer = answers::answer(&desk, store, request);
        if voids {
            engine.cancel_all();
        }
        if adds {
            new_mailbox.notify_one();
        }
        if changes {
            call.send_modify(|count| *count = count.wrapping_add(1));
        }
        answer
    }
}

/// Whether a mailbox task has to look anew: where drafts go, who may review them, how the login is, whether the AI is on.
const fn concerns_mailboxes(request: &Request) -> bool {
    match request {
        Request::MailboxChange { .. }
        | Request::MailboxRemove { .. }
        | Request::MailboxFolders { .. }
        | Request::MailboxPassword { .. }
        | Request::MailboxPolicy { .. }
        | Request::MailboxTrained { .. }
        | Request::Ai { off: Some(_), .. } => true,
        Request::MailboxAdd { .. }
        | Request::MailboxList
        | Request::MailboxTest { .. }
        | Request::KnowledgeAdd(_)
        | Request::KnowledgeList
        | Request::KnowledgeRemove { .. }
        | Request::KnowledgeSearch { .. }
        | Request::ConsentGrant(_)
        | Request::ConsentList
        | Request::ConsentWithdraw { .. }
        | Request::CustomersImport { .. }
        | Request::QueueList
        | Request::QueueShow { .. }
        | Request::QueueApprove { .. }
        | Request::QueueSettle { .. }
        | Request::QueueDone { .. }
        | Request::QueueReject { .. }
        | Request::AuditVerify
        | Request::Ai { off: None, .. } => false,
    }
}

/// The worker, from its start or after a breakdown, until the service ends. No mail is drafted before the knowledge folder was
/// read once: it would be handed over for want of knowledge that is there.
async fn work(common: Common, mut ready: watch::Receiver<bool>, worker: Arc<Worker>) {
    let mut stop = common.stop.clone();
    tokio::select! {
        _ = stop.wait_for(|stop| *stop) => return,
        _ = ready.wait_for(|ready| *ready) => {}
    }
    if let Err(error) = worker.recover() {
        tracing::error!(event = "worker.not_recovered", %error, "what the worker had under way could not be given back");
    }
    let mut recovering = common.store.read(|r| health::of(r, Part::Worker)).is_ok_and(|health| health.is_failing());
    loop {
        let wait = match worker.step().await {
            Ok(worked) => {
                if worked && std::mem::take(&mut recovering) {
                    note(&common, |w| health::answered(w, Part::Worker));
                }
                if worked { Duration::ZERO } else { TICK }
            }
            Err(error) => {
                tracing::error!(event = "worker.failed", %error, "the worker could not move a mail on");
                note(&common, |w| health::failed(w, Part::Worker, Failure::Internal));
                recovering = true;
                STORE_WAIT
            }
        };
        if !common.pause(wait).await {
            return;
        }
    }
}

/// Notes how a part fares. That this fails is no reason to stop the part.
pub(super) fn note(common: &Common, entry: impl FnOnce(&crate::store::Writing<'_>) -> Result<(), StoreError>) {
    if let Err(error) = common.store.write(entry) {
        tracing::warn!(event = "health.not_noted", %error, "the state of a part could not be noted");
    }
}

/// Starts the tasks of every mailbox, also of those that are added later.
async fn supervise(common: Common, new_mailbox: Arc<Notify>) {
    let mut known = HashSet::new();
    let mut silent = HashSet::new();
    let mut tasks = JoinSet::new();
    // What was before the start is no silence of the server.
    let started = common.store.clock().now().as_millisecond();
    loop {
        match common.store.read(mailbox::list) {
            Ok(rows) => {
                for row in rows {
                    alarm(&common, row.row, started, &mut silent);
                    if known.insert(row.row) {
                        let reader = Arc::new(Reader { common: common.clone(), row: row.row });
                        tasks.spawn(keep(common.clone(), Part::Mailbox(row.row), move || reading::run(Arc::clone(&reader))));
                        let (all, row) = (common.clone(), row.row);
                        tasks.spawn(keep(common.clone(), Part::Outbox(row), move || dispatch(all.clone(), row)));
                    }
                }
            }
            Err(error) => tracing::error!(event = "supervise.failed", %error, "the mailboxes cannot be listed"),
        }
        tokio::select! {
            () = new_mailbox.notified() => {}
            go_on = common.pause(MAILBOXES_TICK) => if !go_on { break },
        }
    }
    while tasks.join_next().await.is_some() {}
}

/// Says once that a server has kept silent too long, and once that it is back (F-01).
fn alarm(common: &Common, row: i64, started: i64, silent: &mut HashSet<i64>) {
    let Ok(mut health) = common.store.read(|r| health::of(r, Part::Mailbox(row))) else { return };
    health.answered_at = Some(health.answered_at.unwrap_or(started).max(started));
    if !health.is_silent(common.store.clock().now().as_millisecond()) {
        if silent.remove(&row) {
            tracing::info!(event = "mailbox.back", mailbox = row, "the mail server answers again");
        }
    } else if silent.insert(row) {
        tracing::error!(event = "mailbox.silent", mailbox = row, "the mail server has not answered for ten minutes");
    }
}

/// The outbox of one mailbox. After a refused login nothing is tried before the login has changed: asking again and again locks
/// the account at many providers.
async fn dispatch(common: Common, mailbox: i64) {
    let part = Part::Outbox(mailbox);
    let before = common.store.read(|r| health::of(r, part)).unwrap_or_default();
    let mut known = before.failed.filter(|_| before.is_failing()).map(|(failure, _)| failure);
    let mut refused: Option<Login> = None;
    let mut called = common.called.clone();
    let mut backoff = STORE_WAIT;
    // What a start, a breakdown or an error left in the middle is put right before anything else.
    let mut in_the_middle = true;
    loop {
        called.borrow_and_update();
        let wait = match dispatch_once(&common, mailbox, &mut in_the_middle, &mut refused).await {
            Ok(Care::Over) => return,
            Ok(Care::Goes(trouble)) => {
                match trouble {
                    Some(failure) if known != trouble => note(&common, |w| health::failed(w, part, failure)),
                    None if known.is_some() => note(&common, |w| health::answered(w, part)),
                    Some(_) | None => {}
                }
                known = trouble;
                backoff = STORE_WAIT;
                TICK
            }
            Err(error) => {
                tracing::error!(event = "outbox.failed", mailbox, %error, "the outbox could not be moved on");
                // Settings are read before anything is said to the server.
                let is_ca_file = matches!(error.downcast_ref(), Some(TlsError::CaFile(_) | TlsError::CaContent(_)));
                let failure = if is_ca_file { Failure::CaFile } else { Failure::Internal };
                note(&common, |w| health::failed(w, part, failure));
                known = Some(failure);
                in_the_middle = true;
                let wait = backoff;
                backoff = (backoff * 2).min(STORE_WAIT_MAX);
                wait
            }
        };
        if common.pause_until_called(wait, &mut called).await == Pause::Stopped {
            return;
        }
    }
}

/// Whether the mailbox is still looked after.
enum Care {
    /// With what stands in the way of its answers.
    Goes(Option<Failure>),
    Over,
}

/// What a server has refused.
struct Login {
    password: Secret<String>,
    settings: ImapConnection,
}

async fn dispatch_once(common: &Common, mailbox: i64, in_the_middle: &mut bool, refused: &mut Option<Login>) -> Result<Care> {
    let row = common.store.read(|r| mailbox::by_row(r, mailbox))?;
    let Connection::Imap(settings) = &row.mailbox.connection else { return Ok(Care::Over) };
    if row.is_removed {
        return Ok(Care::Over);
    }
    let password = common.store.read(|r| mailbox::password(r, &row))?;
    if let Some(old) = refused {
        if old.password.reveal() == password.reveal() && old.settings == **settings {
            return Ok(Care::Goes(Some(Failure::LoginRefused)));
        }
        *refused = None;
        *in_the_middle = true;
    }
    if *in_the_middle {
        dispatcher::restarted(&common.store, row.row)?;
        *in_the_middle = false;
    }
    let server = connect::smtp(settings, &row.mailbox.address, &password)?;
    let account = Dispatcher { store: &common.store, row: &row, password: &password, server: &server }.step().await?;
    if account == Account::Stopped {
        tracing::error!(event = "outbox.account_stopped", mailbox = row.mailbox.name, "the mail server refuses the login");
        *refused = Some(Login { password, settings: (**settings).clone() });
        return Ok(Care::Goes(Some(Failure::LoginRefused)));
    }
    // The server was tried and has not taken the answer; it is tried again.
    let waits = |kept: &Kept| kept.outbox.state == OutboxState::Approved && kept.outbox.failures > 0;
    let waiting = common.store.read(|r| outbox::open(r, row.row))?.iter().any(waits);
    Ok(Care::Goes(waiting.then_some(Failure::NotSent)))
}
