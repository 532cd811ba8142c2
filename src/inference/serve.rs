//! The worker's side of the conversation: one thread reads, one thread owns the model and answers.
//!
//! Never: two requests at once on one model; a request that waits after it was cancelled.

use crate::domain::limits::ENGINE_QUEUE_MAX;
use crate::inference::frames::{self, FrameError, FrameReader, Received};
use crate::inference::probe;
use crate::inference::protocol::{Fault, Reply, Request, RequestId};
use crate::inference::responder::{Responder, Trouble, Turn};
use std::collections::{HashSet, VecDeque};
use std::io::{Read, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// What the two threads share.
#[derive(Default)]
struct Desk {
    board: Mutex<Board>,
    changed: Condvar,
}

#[derive(Default)]
struct Board {
    queue: VecDeque<Request>,
    running: Option<RequestId>,
    cancelled: HashSet<RequestId>,
    refused: Vec<RequestId>,
    closed: bool,
}

impl Desk {
    fn board(&self) -> MutexGuard<'_, Board> {
        self.board.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn accept(&self, request: Request) {
        let mut board = self.board();
        match request {
            Request::Cancel { id } => {
                // Ids that are neither waiting nor running have ended; remembering them would grow for ever.
                if board.running == Some(id) || board.queue.iter().any(|waiting| waiting.id() == id) {
                    board.cancelled.insert(id);
                }
            }
            Request::Generate { id, .. } | Request::Score { id, .. } | Request::Probe { id, .. } => {
                if board.queue.len() < ENGINE_QUEUE_MAX {
                    board.queue.push_back(request);
                } else {
                    board.refused.push(id);
                }
            }
        }
        self.changed.notify_all();
    }

    fn close(&self) {
        self.board().closed = true;
        self.changed.notify_all();
    }

    fn is_cancelled(&self, id: RequestId) -> bool {
        let board = self.board();
        board.closed || board.cancelled.contains(&id)
    }

    fn next(&self) -> Option<Work> {
        let mut board = self.board();
        loop {
            if board.closed {
                return None;
            }
            if let Some(id) = board.refused.pop() {
                return Some(Work::Refuse(id));
            }
            if let Some(request) = board.queue.pop_front() {
                board.running = Some(request.id());
                return Some(Work::Answer(request));
            }
            board = self.changed.wait(board).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn finish(&self, id: RequestId) {
        let mut board = self.board();
        board.running = None;
        board.cancelled.remove(&id);
    }
}

enum Work {
    Answer(Request),
    Refuse(RequestId),
}

/// Answers requests until the other side closes or sends what is no request.
pub fn serve<R, W>(mut reader: R, mut writer: W, responder: &mut dyn Responder) -> Result<(), FrameError>
where
    R: Read + Send + 'static,
    W: Write,
{
    let desk = Arc::new(Desk::default());
    let ears = Arc::clone(&desk);
    std::thread::Builder::new().name("engine-ears".to_owned()).spawn(move || {
        let mut frames = FrameReader::default();
        loop {
            match frames.next::<Request>(&mut reader) {
                Ok(Received::Message(request)) => ears.accept(request),
                Ok(Received::Nothing) => {}
                Ok(Received::End) | Err(_) => return ears.close(),
            }
        }
    })?;
    while let Some(work) = desk.next() {
        match work {
            Work::Refuse(id) => frames::write(&mut writer, &Reply::Error { id, fault: Fault::Overloaded })?,
            Work::Answer(request) => {
                let id = request.id();
                let ending = answer(request, &desk, responder, &mut writer);
                desk.finish(id);
                match ending? {
                    Ending::Reply(reply) => frames::write(&mut writer, &reply)?,
                    Ending::Sever(bytes) => {
                        writer.write_all(&bytes)?;
                        writer.flush()?;
                        return Ok(());
                    }
                }
            }
        }
    }
    Ok(())
}

enum Ending {
    Reply(Reply),
    Sever(Vec<u8>),
}

fn answer(request: Request, desk: &Desk, responder: &mut dyn Responder, writer: &mut impl Write) -> Result<Ending, FrameError> {
    let id = request.id();
    let mut broken = None;
    let result = {
        let cancelled = || desk.is_cancelled(id);
        let mut emit = |text: &str| {
            if let Err(error) = frames::write(writer, &Reply::Text { id, text: text.to_owned() }) {
                broken.get_or_insert(error);
                desk.close();
            }
        };
        let mut turn = Turn { cancelled: &cancelled, emit: &mut emit };
        dispatch(request, responder, &mut turn)
    };
    if let Some(error) = broken {
        return Err(error);
    }
    Ok(match result {
        Ok(reply) => Ending::Reply(reply),
        Err(Trouble::Fault(fault)) => Ending::Reply(Reply::Error { id, fault }),
        Err(Trouble::Sever(bytes)) => Ending::Sever(bytes),
    })
}

fn dispatch(request: Request, responder: &mut dyn Responder, turn: &mut Turn<'_>) -> Result<Reply, Trouble> {
    turn.go_on()?;
    match request {
        Request::Generate { id, parts, sampling } => {
            check_sampling(&sampling)?;
            let (usage, stop_reason) = responder.generate(&parts, &sampling, turn)?;
            Ok(Reply::Done { id, usage, stop_reason })
        }
        Request::Score { id, parts, labels } => {
            if labels.is_empty() || labels.iter().any(String::is_empty) {
                return Err(bad_request("a label is empty"));
            }
            let (values, usage) = responder.score(&parts, &labels, turn)?;
            Ok(Reply::Scores { id, values, usage })
        }
        Request::Probe { id, path } => Ok(Reply::Probed { id, outcome: probe::try_to_break_out(&path) }),
        Request::Cancel { .. } => Err(bad_request("a cancellation is no work")),
    }
}

fn check_sampling(sampling: &crate::inference::protocol::Sampling) -> Result<(), Trouble> {
    if sampling.max_tokens == 0 {
        return Err(bad_request("max_tokens is 0"));
    }
    if sampling.stop.iter().any(String::is_empty) {
        return Err(bad_request("a stop string is empty"));
    }
    if !(sampling.temperature.is_finite() && (0.0..=10.0).contains(&sampling.temperature)) {
        return Err(bad_request("temperature is not within 0 and 10"));
    }
    if !(sampling.top_p.is_finite() && sampling.top_p > 0.0 && sampling.top_p <= 1.0) {
        return Err(bad_request("top_p is not above 0 and at most 1"));
    }
    Ok(())
}

fn bad_request(reason: &str) -> Trouble {
    Trouble::Fault(Fault::BadRequest { reason: reason.to_owned() })
}
