//! What is wrong with a suite of `evaluate`, in sentences: file, line, and what is allowed.

use crate::app::fault::Fault;
use crate::app::fault::config::Shape;
use crate::app::fault::system::io;
use crate::app::sentence::Sentence;
use crate::domain::limits::{SUITE_FILE_BYTES_MAX, SUITE_LINE_BYTES_MAX};
use crate::pipeline::evaluation::EvaluationError;
use crate::pipeline::suite::{Problem, SuiteError};

const MIB: u64 = 1024 * 1024;
const KIB: usize = 1024;

pub fn evaluation(error: &EvaluationError) -> Fault {
    match error {
        EvaluationError::Suite(error) => suite(error),
        EvaluationError::Store(error) => crate::app::fault::store::fault(error),
        EvaluationError::Engine(error) => crate::app::fault::system::engine(error),
        EvaluationError::Library(error) => Fault::input("fault-other", error).with("detail", error),
    }
}

pub fn suite(error: &SuiteError) -> Fault {
    let about = |key: &str, file: &std::path::Path| Fault::input(key, error).with("file", file.display());
    match error {
        SuiteError::Read { file, source } => about("fault-suite-read", file).because("why", io(source)),
        SuiteError::TooLarge(file) => about("fault-suite-large", file).with("mib", SUITE_FILE_BYTES_MAX / MIB),
        SuiteError::Line { place, problem } => {
            about("fault-suite-line", &place.file).with("line", place.line).because("why", clause(problem))
        }
        SuiteError::Empty(kind) => Fault::input("fault-suite-empty", error).with("type", kind),
    }
}

fn clause(problem: &Problem) -> Sentence {
    let say = |key: &str| Sentence::new(key, problem);
    match problem {
        Problem::TooLong => say("suite-too-long").with("kib", SUITE_LINE_BYTES_MAX / KIB),
        Problem::NotText => say("suite-not-text"),
        Problem::NotJson { detail, .. } => say("suite-not-json").with("detail", detail),
        Problem::Shape(detail) => match Shape::of(detail) {
            Shape::UnknownKey { key, allowed } => say("suite-unknown-key").with("key", key).with("allowed", allowed.join(", ")),
            Shape::MissingKey(key) => say("suite-missing-key").with("key", key),
            Shape::UnknownValue { value, allowed } => say("suite-unknown-value").with("value", value).with("allowed", allowed.join(", ")),
            Shape::WrongType { .. } | Shape::Duplicate | Shape::Other => say("suite-shape").with("detail", detail),
        },
        Problem::EmptyId => say("suite-empty-id"),
        Problem::IdTwice { id, before } => say("suite-id-twice").with("id", id).with("before", before),
        Problem::NoCompany(id) => say("suite-no-company").with("id", id),
        Problem::NoPassage(id) => say("suite-no-passage").with("id", id),
        Problem::NoPassageOf { company, id } => say("suite-no-passage-of").with("company", company).with("id", id),
        Problem::NoCategory { category, company, allowed } => {
            say("suite-no-category").with("category", category).with("company", company).with("allowed", allowed)
        }
        Problem::FaultyWithout => say("suite-faulty-without"),
        Problem::CleanWith => say("suite-clean-with"),
        Problem::NothingRelevant => say("suite-nothing-relevant"),
    }
}
