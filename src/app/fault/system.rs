//! Faults of the machine: files, the control socket, the model's process.

use crate::app::control::ControlError;
use crate::app::fault::Fault;
use crate::app::sentence::Sentence;
use crate::domain::address::AddressError;
use crate::inference::EngineError;
use std::io::ErrorKind;
use std::path::Path;

/// Why the operating system refused, in a clause.
pub fn io(error: &std::io::Error) -> Sentence {
    kind(error.kind(), error)
}

/// The same where only the kind is left. What has no clause of its own is quoted.
pub fn kind(kind: ErrorKind, text: impl ToString) -> Sentence {
    let key = match kind {
        ErrorKind::NotFound => "io-not-found",
        ErrorKind::PermissionDenied => "io-permission",
        ErrorKind::AlreadyExists => "io-exists",
        ErrorKind::IsADirectory => "io-is-folder",
        ErrorKind::NotADirectory => "io-no-folder",
        ErrorKind::InvalidData => "io-no-text",
        ErrorKind::StorageFull => "io-full",
        ErrorKind::ReadOnlyFilesystem => "io-read-only",
        ErrorKind::UnexpectedEof => "io-ended",
        ErrorKind::ConnectionRefused => "io-refused",
        ErrorKind::TimedOut => "io-timeout",
        ErrorKind::ConnectionReset | ErrorKind::ConnectionAborted | ErrorKind::BrokenPipe => "io-cut",
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable | ErrorKind::NetworkDown => "io-no-network",
        _ => "io-other",
    };
    let text = text.to_string();
    Sentence::new(key, &text).with("detail", text)
}

/// A file that a person named and that cannot be read; `what` is the code of its role.
pub fn unreadable(what: &str, file: &Path, error: &std::io::Error) -> Fault {
    Fault::input("fault-file", format!("{} cannot be read: {error}", file.display()))
        .with_word("what", "file", what)
        .with("file", file.display())
        .because("why", io(error))
}

/// Why a text is no address.
pub fn address_fault(error: AddressError) -> Sentence {
    let key = match error {
        AddressError::NoAt => "address-no-at",
        AddressError::EmptyPart => "address-empty-part",
        AddressError::TooLong => "address-too-long",
        AddressError::ForbiddenCharacter => "address-character",
        AddressError::QuotedLocalPart => "address-quoted",
        AddressError::Route => "address-route",
        AddressError::EncodedWord => "address-encoded",
    };
    Sentence::new(key, error)
}

/// A value of an option that is none of those allowed.
pub fn option(option: &str, value: &str, allowed: &str) -> Fault {
    Fault::input("fault-option", format!("{option} = {value:?}: allowed are {allowed}"))
        .with("option", option)
        .with("value", value)
        .with("allowed", allowed)
}

pub fn control(error: &ControlError) -> Fault {
    match error {
        ControlError::NoService(socket) => Fault::later("fault-control-away", error).with("socket", socket.display()),
        ControlError::Closed => Fault::later("fault-control-closed", error),
        ControlError::Frame => Fault::later("fault-control-frame", error),
        ControlError::Io(source) => Fault::later("fault-control-io", error).because("why", io(source)),
    }
}

/// A model that cannot be used, by the name that a person gave it; the embedded one has none.
pub fn model(name: &str, error: &EngineError) -> Fault {
    let fault = engine(error);
    if name == "embedded" || !matches!(error, EngineError::Unusable(_)) {
        return fault;
    }
    fault.because("named", Sentence::new("model-named", name).with("file", name))
}

/// The model's process. A foreign or damaged file is bad input, everything else may work later.
pub fn engine(error: &EngineError) -> Fault {
    match error {
        EngineError::Unusable(refused) => {
            let why = Sentence::new(&format!("model-{}", refused.code), &refused.reason).with("value", &refused.value);
            let unnamed = Sentence::new("model-unnamed", "");
            Fault::input("fault-model", error).because("why", why.with("detail", &refused.reason)).because("named", unnamed)
        }
        EngineError::Overloaded => Fault::later("fault-engine-busy", error),
        EngineError::DeadlineExceeded => Fault::later("fault-engine-slow", error),
        EngineError::PromptTooLong { tokens, limit } => {
            Fault::input("fault-engine-long", error).with("tokens", tokens).with("limit", limit)
        }
        EngineError::Restarting
        | EngineError::Died
        | EngineError::Cancelled
        | EngineError::RequestTooLarge
        | EngineError::BadRequest(_)
        | EngineError::Model(_)
        | EngineError::Stopped
        | EngineError::NoThread => Fault::later("fault-engine", error).with("detail", error),
    }
}
