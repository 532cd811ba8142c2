//! What can end an evaluation: the suite is at fault, or something below gave way.

use crate::inference::EngineError;
use crate::knowledge::LibraryError;
use crate::pipeline::suite::SuiteError;
use crate::store::StoreError;

#[derive(Debug, thiserror::Error)]
pub enum EvaluationError {
    #[error(transparent)]
    Suite(#[from] SuiteError),
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Library(#[from] LibraryError),
    #[error(transparent)]
    Engine(#[from] EngineError),
}
