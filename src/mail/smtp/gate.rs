//! A stream under lettre that we keep a hand on: it can be stopped in front of the final dot, and it can speak first.
//!
//! lettre writes the text and the final dot in one call. [`Gate::hold`] makes the write of the dot wait until the outbox
//! has committed that it is about to go, and lets it fail, unsent, where the outbox says no.
//! Never: a byte changed on its way.

use lettre::transport::smtp::client::AsyncTokioStream;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, Waker};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};

/// Bytes of a server's first words that are kept to be read again.
const HEARD_BYTES_MAX: usize = 16 * 1024;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Open,
    /// Writes wait.
    Held,
    /// Writes fail.
    Shut,
}

#[derive(Debug)]
struct State {
    way: Way,
    /// A write is waiting at the gate.
    waiting: Option<Waker>,
    written: u64,
    /// What the server said, until it is taken.
    heard: Option<Vec<u8>>,
}

/// Our hand on the stream. Clones are the same gate.
#[derive(Debug, Clone)]
pub struct Gate(Arc<Mutex<State>>);

impl Gate {
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(State { way: Way::Open, waiting: None, written: 0, heard: Some(Vec::new()) })))
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn turn(&self, way: Way) {
        let mut state = self.state();
        state.way = way;
        if let Some(waker) = state.waiting.take() {
            waker.wake();
        }
    }

    /// The next write waits for [`Gate::open`] or [`Gate::shut`].
    pub fn hold(&self) {
        self.turn(Way::Held);
    }

    pub fn open(&self) {
        self.turn(Way::Open);
    }

    /// Nothing goes out any more.
    pub fn shut(&self) {
        self.turn(Way::Shut);
    }

    /// A write has come to the held gate, so that everything before it is out.
    pub fn is_waited_at(&self) -> bool {
        let state = self.state();
        state.way == Way::Held && state.waiting.is_some()
    }

    pub fn written(&self) -> u64 {
        self.state().written
    }

    /// What the server has said so far; from now on nothing is kept.
    pub fn take_heard(&self) -> Vec<u8> {
        self.state().heard.take().unwrap_or_default()
    }
}

impl Default for Gate {
    fn default() -> Self {
        Self::new()
    }
}

/// A stream behind a [`Gate`], with words to be read before its own.
pub struct Gated<S> {
    inner: S,
    gate: Gate,
    prelude: io::Cursor<Vec<u8>>,
    peer: SocketAddr,
}

impl<S> Gated<S> {
    /// `prelude` is read first: after STARTTLS a server does not greet again, and lettre waits for a greeting.
    pub fn new(inner: S, gate: Gate, peer: SocketAddr, prelude: &[u8]) -> Self {
        Self { inner, gate, prelude: io::Cursor::new(prelude.to_vec()), peer }
    }
}

impl<S> fmt::Debug for Gated<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Gated")
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Gated<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let already = buf.filled().len();
        let this = &mut *self;
        let said = io::Read::read(&mut this.prelude, buf.initialize_unfilled())?;
        if said > 0 {
            buf.advance(said);
            return Poll::Ready(Ok(()));
        }
        let polled = Pin::new(&mut this.inner).poll_read(cx, buf);
        if let (Some(heard), Some(new)) = (this.gate.state().heard.as_mut(), buf.filled().get(already..)) {
            let room = HEARD_BYTES_MAX.saturating_sub(heard.len());
            heard.extend(new.iter().take(room));
        }
        polled
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Gated<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        let gate = self.gate.clone();
        let mut state = gate.state();
        match state.way {
            Way::Shut => Poll::Ready(Err(io::ErrorKind::BrokenPipe.into())),
            Way::Held => {
                state.waiting = Some(cx.waker().clone());
                Poll::Pending
            }
            Way::Open => {
                let polled = Pin::new(&mut self.inner).poll_write(cx, buf);
                if let Poll::Ready(Ok(count)) = &polled {
                    state.written = state.written.saturating_add(u64::try_from(*count).unwrap_or(u64::MAX));
                }
                polled
            }
        }
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.inner).poll_shutdown(cx)
    }
}

impl<S: AsyncRead + AsyncWrite + Send + Sync + Unpin> AsyncTokioStream for Gated<S> {
    fn peer_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.peer)
    }
}
