//! Hands one frozen mail to the company's own server, step by step, so that it is always known how far it may have come (D-14).
//!
//! Never: a connection used for two mails, a password before TLS, a repeat of anything by itself: what to do next
//! is decided by `pipeline::dispatch`.
//! Why not a ready transport: the same broken connection means "try again" before the final dot and "nobody knows" after it,
//! and ready transports report both as one error.

pub mod deliver;
pub mod error;
pub mod gate;
pub mod handshake;
pub mod server;

pub use deliver::{Accepted, Envelope, StepObserver, StepRefused, deliver, probe};
pub use error::{ConnectionFault, DeliveryError, Failure, Refusal, TlsFault, Unsendable};
pub use server::{Login, Security, SmtpServer, StepLimits};
