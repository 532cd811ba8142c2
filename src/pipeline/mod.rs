//! Floor 4: the stations of a mail, as pure functions, and the worker that performs their effects.
//!
//! Never: a gate that opens by default.

pub mod connect;
pub mod dispatch;
pub mod dispatcher;
pub mod drafting;
pub mod evaluation;
pub mod evidence;
pub mod extractive;
pub mod filing;
pub mod frame;
pub mod guards;
pub mod intake;
pub mod own_mail;
pub mod prompting;
pub mod release;
pub mod relevance;
pub mod requeue;
pub mod retire;
pub mod retrieval;
pub mod returned;
pub mod screening;
pub mod selection;
pub mod sent_copy;
pub mod sentences;
pub mod settlement;
pub mod suite;
pub mod sync;
pub mod understanding;
pub mod withdrawal;
pub mod worker;

#[cfg(test)]
pub(crate) mod samples;
