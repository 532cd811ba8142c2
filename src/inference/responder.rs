//! What stands behind the protocol inside the worker: a model or a script.
//!
//! Never: memory from one request to the next that another request could see.

use crate::inference::prompt::Part;
use crate::inference::protocol::{Fault, Sampling, StopReason, Usage};

pub trait Responder {
    /// Writes the answer through `turn`, piece by piece.
    fn generate(&mut self, parts: &[Part], sampling: &Sampling, turn: &mut Turn<'_>) -> Result<(Usage, StopReason), Trouble>;

    /// One log-probability per label, in their order.
    fn score(&mut self, parts: &[Part], labels: &[String], turn: &mut Turn<'_>) -> Result<(Vec<f64>, Usage), Trouble>;
}

/// Why a request did not end well.
#[derive(Debug)]
pub enum Trouble {
    Fault(Fault),
    /// Writes these bytes and ends the connection. Only a script does this.
    Sever(Vec<u8>),
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

/// One request's line to the asker.
pub struct Turn<'a> {
    pub cancelled: &'a dyn Fn() -> bool,
    pub emit: &'a mut dyn FnMut(&str),
}

impl Turn<'_> {
    /// To be asked before each token and between the pieces of a prompt.
    pub fn go_on(&self) -> Result<(), Fault> {
        if (self.cancelled)() { Err(Fault::Cancelled) } else { Ok(()) }
    }

    pub fn text(&mut self, text: &str) {
        if !text.is_empty() {
            (self.emit)(text);
        }
    }
}
