//! The child: opens its files, closes every door behind it, and only then reads what it was given.
//!
//! Never: reads a byte of a model outside the walls; serves without the system call filter. Whatever keeps it from serving
//! goes to the asker as one sentence.

use crate::domain::limits::MODEL_FILE_BYTES_MAX;
use crate::inference::choice::EngineChoice;
use crate::inference::frames;
use crate::inference::model::{self, ModelSource, Runner};
use crate::inference::protocol::{EngineIdentity, PROTOCOL_VERSION, Reply};
use crate::inference::refused::Refused;
use crate::inference::responder::Responder;
use crate::inference::scripted::{Script, Scripted};
use crate::inference::serve;
use crate::sandbox::{self, Bounds, Confinement};
use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::os::fd::AsFd;

const SCRIPT_BYTES_MAX: u64 = 1024 * 1024;

/// The exit codes of contracts.md section 1.
const DONE: u8 = 0;
const BAD_INPUT: u8 = 2;

/// Arguments: the engine, and optionally the most bytes of memory. Standard input is the protocol's socket.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> u8 {
    let Ok((ears, mut mouth)) = wires() else {
        return BAD_INPUT;
    };
    match prepare(arguments) {
        Ok((engine, mut responder)) => {
            let hello = Reply::Hello { version: PROTOCOL_VERSION, engine };
            // An end of the conversation, however rude, is the end of this child's work and no failure of it.
            let _ = frames::write(&mut mouth, &hello).and_then(|()| serve::serve(ears, mouth, &mut *responder));
            DONE
        }
        Err(refused) => {
            // The asker may be gone already.
            let _ = frames::write(&mut mouth, &Reply::Refused(refused));
            BAD_INPUT
        }
    }
}

/// Files and not sockets: they use `read` and `write`, and the filter need not allow the calls of the network.
fn wires() -> std::io::Result<(File, File)> {
    let input = std::io::stdin();
    let wire = input.as_fd().try_clone_to_owned()?;
    Ok((File::from(wire.try_clone()?), File::from(wire)))
}

type Prepared = (EngineIdentity, Box<dyn Responder>);

fn prepare(arguments: impl IntoIterator<Item = OsString>) -> Result<Prepared, Refused> {
    let mut arguments = arguments.into_iter();
    let choice = arguments.next().ok_or_else(|| Refused::other("The engine is not named"))?;
    let memory_bytes = match arguments.next().map(|text| text.to_str().and_then(|text| text.parse().ok())) {
        Some(None) => return Err(Refused::other("The memory limit is not a number of bytes")),
        Some(limit) => limit,
        None => None,
    };
    let bounds = Bounds { memory_bytes, cpu_seconds: None, descriptor: None };
    match EngineChoice::parse(&choice) {
        EngineChoice::Scripted(path) => {
            let file = File::open(&path).map_err(|error| Refused::other(format!("The script cannot be read: {error}")))?;
            let walls = confine(bounds)?;
            let mut json = String::new();
            file.take(SCRIPT_BYTES_MAX)
                .read_to_string(&mut json)
                .map_err(|error| Refused::other(format!("The script cannot be read: {error}")))?;
            let script = Script::parse(&json).map_err(|error| Refused::other(format!("The script is not valid: {error}")))?;
            Ok((Script::identity(walls), Box::new(Scripted::new(script))))
        }
        choice @ (EngineChoice::Embedded | EngineChoice::Gguf(_)) => {
            let mut source = ModelSource::of_choice(&choice)?;
            let walls = confine(bounds)?;
            let runner = Runner::new(model::load(&mut source, MODEL_FILE_BYTES_MAX)?);
            Ok((runner.identity(walls), Box::new(runner)))
        }
    }
}

fn confine(bounds: Bounds) -> Result<Confinement, Refused> {
    sandbox::confine(bounds).map_err(Refused::other)
}
