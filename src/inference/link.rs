//! What the handles and the supervisor share: the requests under way and the state of the engine.
//!
//! Never: a request that is forgotten. Each ends with an event, also when the engine dies, is stopped or sends garbage.

use crate::domain::limits::ENGINE_QUEUE_MAX;
use crate::inference::engine::EngineError;
use crate::inference::frames;
use crate::inference::process::Lifeline;
use crate::inference::protocol::{EngineIdentity, Fault, ProbeOutcome, Reply, Request, RequestId, StopReason, Usage};
use crate::inference::refused::Refused;
use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, mpsc};
use std::time::{Duration, Instant};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::watch;

/// Where the engine stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Status {
    Starting,
    Ready(EngineIdentity),
    /// It died and comes back.
    Restarting,
    /// It can never serve: a foreign model file, a missing wall.
    Refused(Refused),
    Stopped,
}

/// What happens to one request.
#[derive(Debug)]
pub enum Event {
    Text(String),
    Done(Usage, StopReason),
    Scores(Vec<f64>),
    Probed(ProbeOutcome),
    Failed(EngineError),
}

/// The asker's end of one request.
#[derive(Debug)]
pub struct Ticket {
    pub id: RequestId,
    pub events: UnboundedReceiver<Event>,
    /// Set by [`Link::cancel_all`]; text that is still on its way is dropped.
    pub revoked: Arc<AtomicBool>,
}

#[derive(Debug)]
struct Pending {
    events: UnboundedSender<Event>,
    revoked: Arc<AtomicBool>,
    abandoned: Option<Instant>,
}

#[derive(Debug, Default)]
struct State {
    outbox: Option<mpsc::Sender<Vec<u8>>>,
    lifeline: Option<Lifeline>,
    pending: HashMap<RequestId, Pending>,
    last_id: RequestId,
    stop: bool,
}

#[derive(Debug)]
pub struct Link {
    state: Mutex<State>,
    woken: Condvar,
    status: watch::Sender<Status>,
    calls: AtomicU64,
}

impl Link {
    pub fn new() -> Arc<Self> {
        Arc::new(Self {
            state: Mutex::default(),
            woken: Condvar::new(),
            status: watch::Sender::new(Status::Starting),
            calls: AtomicU64::new(0),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn status(&self) -> watch::Receiver<Status> {
        self.status.subscribe()
    }

    pub fn set_status(&self, status: Status) {
        self.status.send_if_modified(|present| {
            let changed = *present != Status::Stopped && *present != status;
            if changed {
                *present = status;
            }
            changed
        });
    }

    /// Requests that were handed to the engine since the start (R-003 is tested with it).
    pub fn calls(&self) -> u64 {
        self.calls.load(Ordering::Relaxed)
    }

    pub fn pid(&self) -> Option<u32> {
        self.state().lifeline.as_ref().and_then(Lifeline::pid)
    }

    /// Hands a request over. `build` gets the id.
    pub fn submit(&self, build: impl FnOnce(RequestId) -> Request) -> Result<Ticket, EngineError> {
        let mut state = self.state();
        if state.pending.len() >= ENGINE_QUEUE_MAX {
            return Err(EngineError::Overloaded);
        }
        state.last_id += 1;
        let id = state.last_id;
        let frame = frames::encode(&build(id)).map_err(|_| EngineError::RequestTooLarge)?;
        let outbox = state.outbox.as_ref().ok_or(EngineError::Restarting)?;
        outbox.send(frame).map_err(|_| EngineError::Restarting)?;
        let (events, receiver) = unbounded_channel();
        let revoked = Arc::new(AtomicBool::new(false));
        state.pending.insert(id, Pending { events, revoked: Arc::clone(&revoked), abandoned: None });
        self.calls.fetch_add(1, Ordering::Relaxed);
        Ok(Ticket { id, events: receiver, revoked })
    }

    /// The asker is gone. The request keeps its place until the engine has let go of it.
    pub fn abandon(&self, id: RequestId) {
        let mut state = self.state();
        let Some(pending) = state.pending.get_mut(&id) else { return };
        if pending.abandoned.is_none() {
            pending.abandoned = Some(Instant::now());
            state.send_cancel(id);
        }
    }

    /// Ends every request now, for "KI aus" and withdrawals. Returns how many there were.
    pub fn cancel_all(&self) -> usize {
        let mut state = self.state();
        let ids: Vec<RequestId> = state.pending.iter().filter(|(_, p)| p.abandoned.is_none()).map(|(id, _)| *id).collect();
        for id in &ids {
            if let Some(pending) = state.pending.get_mut(id) {
                pending.revoked.store(true, Ordering::SeqCst);
                pending.abandoned = Some(Instant::now());
                // The asker may be gone already.
                let _ = pending.events.send(Event::Failed(EngineError::Cancelled));
            }
            state.send_cancel(*id);
        }
        ids.len()
    }

    /// A request was cancelled this long ago and the engine still works on it.
    pub fn hangs(&self, grace: Duration) -> bool {
        self.state().pending.values().any(|pending| pending.abandoned.is_some_and(|since| since.elapsed() > grace))
    }

    /// Takes a reply to its asker. False when nobody asked, which no honest engine does.
    pub fn deliver(&self, reply: Reply) -> bool {
        let (id, event, last) = match reply {
            Reply::Text { id, text } => (id, Event::Text(text), false),
            Reply::Done { id, usage, stop_reason } => (id, Event::Done(usage, stop_reason), true),
            Reply::Scores { id, values, usage: _ } => (id, Event::Scores(values), true),
            Reply::Probed { id, outcome } => (id, Event::Probed(outcome), true),
            Reply::Error { id, fault } => (id, Event::Failed(EngineError::from(fault)), true),
            Reply::Hello { .. } | Reply::Refused(_) => return false,
        };
        let mut state = self.state();
        let Some(pending) = state.pending.get(&id) else { return false };
        // The asker may have gone in the meantime.
        let _ = pending.events.send(event);
        if last {
            state.pending.remove(&id);
        }
        true
    }

    /// The engine is connected. False when the house has stopped in the meantime.
    pub fn connect(&self, lifeline: Lifeline) -> bool {
        let mut state = self.state();
        if state.stop {
            return false;
        }
        state.lifeline = Some(lifeline);
        true
    }

    pub fn open(&self, outbox: mpsc::Sender<Vec<u8>>, identity: EngineIdentity) {
        self.state().outbox = Some(outbox);
        self.set_status(Status::Ready(identity));
    }

    /// The engine is gone: ends it for sure and tells every asker. `status` comes first, so that no asker who reads the
    /// event finds the engine ready.
    pub fn disconnect(&self, status: Status) {
        let (lifeline, pending) = {
            let mut state = self.state();
            state.outbox = None;
            self.set_status(status);
            (state.lifeline.take(), std::mem::take(&mut state.pending))
        };
        drop(lifeline);
        for entry in pending.into_values() {
            let _ = entry.events.send(Event::Failed(EngineError::Died));
        }
    }

    pub fn stop(&self) {
        self.state().stop = true;
        self.disconnect(Status::Stopped);
        self.woken.notify_all();
    }

    pub fn is_stopped(&self) -> bool {
        self.state().stop
    }

    /// Waits, or wakes when the house stops.
    pub fn rest(&self, pause: Duration) {
        let state = self.state();
        let _ = self.woken.wait_timeout_while(state, pause, |state| !state.stop);
    }
}

impl State {
    fn send_cancel(&self, id: RequestId) {
        if let (Some(outbox), Ok(frame)) = (&self.outbox, frames::encode(&Request::Cancel { id })) {
            // A closed outbox means that the engine is gone, and its requests end with it.
            let _ = outbox.send(frame);
        }
    }
}

impl From<Fault> for EngineError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::PromptTooLong { tokens, limit } => Self::PromptTooLong { tokens, limit },
            Fault::Overloaded => Self::Overloaded,
            Fault::Cancelled => Self::Cancelled,
            Fault::BadRequest { reason } => Self::BadRequest(reason),
            Fault::Model { reason } => Self::Model(reason),
        }
    }
}
