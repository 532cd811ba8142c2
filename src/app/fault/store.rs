//! The store's errors in sentences.

use crate::app::fault::system::io;
use crate::app::fault::{Exit, Fault};
use crate::app::sentence::Sentence;
use crate::crypto::slots::SlotError;
use crate::store::schema::SchemaError;
use crate::store::{Denial, StoreError, StoreErrorKind};

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        fault(&error)
    }
}

pub fn fault(error: &StoreError) -> Fault {
    let exit = match error.kind() {
        StoreErrorKind::Input => Exit::Input,
        StoreErrorKind::Busy => Exit::Later,
        StoreErrorKind::Damaged => Exit::Damaged,
    };
    Fault { exit, sentence: sentence(error) }
}

fn sentence(error: &StoreError) -> Sentence {
    let say = |key: &str| Sentence::new(key, error);
    match error {
        StoreError::NoStore { folder, missing } => say("fault-store-none").with("folder", folder.display()).with("missing", missing),
        StoreError::NotEmpty(folder) => say("fault-store-not-empty").with("folder", folder.display()),
        StoreError::WrongKey(file) => say("fault-store-wrong-key").with("file", file.display()),
        StoreError::Locked(folder) => say("fault-store-locked").with("folder", folder.display()),
        StoreError::Writable { folder, mode } => {
            say("fault-store-writable").with("folder", folder.display()).with("mode", format!("{mode:03o}"))
        }
        StoreError::Readable { file, mode } => say("fault-store-readable").with("file", file.display()).with("mode", format!("{mode:03o}")),
        StoreError::Damaged { file, detail } => say("fault-store-damaged").with_word("file", "damaged-file", file).with("detail", detail),
        StoreError::KeyDestroyed => say("fault-store-key-destroyed"),
        StoreError::NotFound(what) => say("fault-store-not-found").with("detail", what),
        StoreError::Refused(detail) => say("fault-store-refused").with("detail", detail),
        StoreError::Denied(denial) => denied(denial),
        StoreError::Schema(SchemaError::Newer { file, found, known }) => {
            say("fault-store-newer").with("file", file).with("found", found).with("known", known)
        }
        StoreError::Schema(SchemaError::Sqlite(detail)) => say("fault-store-database").with("detail", detail),
        StoreError::Slots(SlotError::Format | SlotError::Cost | SlotError::Envelope(_)) => say("fault-store-slots").with("detail", error),
        StoreError::Slots(SlotError::WrongKey) => say("fault-store-wrong-key").with("file", crate::store::open::SLOT_FILE),
        StoreError::Slots(SlotError::LastSlot) => say("fault-store-last-slot"),
        StoreError::Envelope(_) => say("fault-store-sealed"),
        StoreError::NoEntropy => say("fault-no-entropy"),
        StoreError::Io { path, source } => say("fault-store-io").with("path", path.display()).because("why", io(source)),
        StoreError::Sqlite(detail) => say("fault-store-database").with("detail", detail),
    }
}

fn denied(denial: &Denial) -> Sentence {
    let say = |key: &str| Sentence::new(key, denial);
    match denial {
        Denial::MailboxExists => say("fault-mailbox-exists"),
        Denial::AccountTaken(name) => say("fault-mailbox-taken").with("name", name),
        Denial::MailboxBusy => say("fault-mailbox-busy"),
        Denial::Loosening(names) => say("fault-policy-reason").with_words("names", "switch", names),
        Denial::NotBuilt(name) => say("fault-policy-not-built").with_word("name", "switch", name),
        Denial::AnswerUnderWay => say("fault-queue-under-way"),
        Denial::PersonName(bytes) => say("fault-person-name").with("bytes", bytes),
        Denial::NoEvidence => say("fault-consent-no-evidence"),
        Denial::NoWording => say("fault-consent-no-wording"),
    }
}
