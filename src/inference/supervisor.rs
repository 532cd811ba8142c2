//! Keeps one engine alive: starts it, listens to it, and starts it again with growing pauses when it dies.
//!
//! Never: trust in what it says. A reply nobody asked for, a damaged frame or a cancellation that it does not react to
//! ends it, and every request under way is reported as died.

use crate::inference::frames::{FrameReader, Received};
use crate::inference::link::{Link, Status};
use crate::inference::process::Launcher;
use crate::inference::protocol::{EngineIdentity, PROTOCOL_VERSION, Reply};
use crate::inference::refused::Refused;
use std::io::Write;
use std::os::unix::net::UnixStream;
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

/// How long the house waits for its engine.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    /// From the start to the hello; a large model on a slow disk loads for minutes.
    pub hello: Duration,
    /// From a cancellation to its effect. One piece of a prompt on a slow machine fits into it.
    pub cancel: Duration,
    /// Pause before the first restart; doubles with each further one.
    pub pause_first: Duration,
    pub pause_max: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            hello: Duration::from_secs(600),
            cancel: Duration::from_secs(30),
            pause_first: Duration::from_millis(200),
            pause_max: Duration::from_secs(30),
        }
    }
}

const TICK: Duration = Duration::from_millis(50);

enum Ending {
    Refused(Refused),
    /// Whether it had said hello before.
    Died {
        served: bool,
    },
}

/// Runs until [`Link::stop`] or until the engine refuses to serve.
pub fn supervise(link: &Arc<Link>, launcher: &dyn Launcher, patience: Patience) {
    let mut pause = patience.pause_first;
    while !link.is_stopped() {
        match converse(link, launcher, patience) {
            Ending::Refused(reason) => {
                link.disconnect(Status::Refused(reason));
                return;
            }
            Ending::Died { served } => {
                link.disconnect(Status::Restarting);
                if served {
                    pause = patience.pause_first;
                }
                if !link.is_stopped() {
                    tracing::warn!(pause_ms = pause.as_millis(), "The engine ended and is started again");
                }
                link.rest(pause);
                pause = (pause * 2).min(patience.pause_max);
            }
        }
    }
}

fn converse(link: &Arc<Link>, launcher: &dyn Launcher, patience: Patience) -> Ending {
    let mut wire = match open_wire(link, launcher) {
        Ok(Some(wire)) => wire,
        Ok(None) => return Ending::Died { served: false },
        Err(error) => {
            tracing::error!(kind = ?error.kind(), "The engine could not be started");
            return Ending::Died { served: false };
        }
    };
    let mut frames = FrameReader::default();
    let identity = match await_hello(link, &mut wire, &mut frames, patience.hello) {
        Ok(identity) => identity,
        Err(ending) => return ending,
    };
    let Ok(outbox) = start_writer(&wire) else {
        return Ending::Died { served: false };
    };
    link.open(outbox, identity);
    loop {
        match frames.next::<Reply>(&mut wire) {
            Ok(Received::Message(reply)) => {
                if !link.deliver(reply) {
                    tracing::error!("The engine replied to a request that nobody made");
                    return Ending::Died { served: true };
                }
            }
            Ok(Received::Nothing) => {}
            Ok(Received::End) => return Ending::Died { served: true },
            Err(error) => {
                tracing::error!(%error, "The engine broke the protocol");
                return Ending::Died { served: true };
            }
        }
        if link.hangs(patience.cancel) {
            tracing::error!("The engine did not react to a cancellation");
            return Ending::Died { served: true };
        }
    }
}

fn open_wire(link: &Link, launcher: &dyn Launcher) -> std::io::Result<Option<UnixStream>> {
    let lifeline = launcher.launch()?;
    let wire = lifeline.stream()?;
    wire.set_read_timeout(Some(TICK))?;
    Ok(link.connect(lifeline).then_some(wire))
}

fn await_hello(link: &Link, wire: &mut UnixStream, frames: &mut FrameReader, limit: Duration) -> Result<EngineIdentity, Ending> {
    let began = Instant::now();
    while began.elapsed() < limit && !link.is_stopped() {
        match frames.next::<Reply>(wire) {
            Ok(Received::Message(Reply::Hello { version: PROTOCOL_VERSION, engine })) => return Ok(engine),
            Ok(Received::Message(Reply::Hello { version, .. })) => {
                return Err(Ending::Refused(Refused::other(format!(
                    "The engine speaks version {version} of the protocol and not {PROTOCOL_VERSION}"
                ))));
            }
            Ok(Received::Message(Reply::Refused(refused))) => return Err(Ending::Refused(refused)),
            Ok(Received::Nothing) => {}
            Ok(Received::Message(_) | Received::End) | Err(_) => break,
        }
    }
    Err(Ending::Died { served: false })
}

/// Writes on a thread of its own: an engine that does not read must not block an asker.
fn start_writer(wire: &UnixStream) -> std::io::Result<mpsc::Sender<Vec<u8>>> {
    let mut wire = wire.try_clone()?;
    let (outbox, frames) = mpsc::channel::<Vec<u8>>();
    std::thread::Builder::new().name("engine-mouth".to_owned()).spawn(move || {
        for frame in frames {
            if wire.write_all(&frame).is_err() {
                return;
            }
        }
    })?;
    Ok(outbox)
}
