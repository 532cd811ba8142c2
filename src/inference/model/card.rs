//! What `hauspost model` says about a file, without starting an engine.

use crate::domain::limits::MODEL_FILE_BYTES_MAX;
use crate::inference::choice::EngineChoice;
use crate::inference::model::error::ModelError;
use crate::inference::model::load;
use crate::inference::model::source::ModelSource;
use serde::Serialize;

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ModelCard {
    pub name: String,
    pub architecture: String,
    /// Lower-case hex.
    pub sha256: String,
    pub file_bytes: u64,
    pub parameters: u64,
    pub layers: usize,
    pub vocabulary: usize,
    /// Prompt and answer together, as far as this program uses it.
    pub context_tokens: usize,
}

/// Reads and checks a model file. Every error is for the person who chose the file (exit code 2).
///
/// It runs in the calling process; a file of unknown origin is loaded behind the walls of the engine and nowhere else.
pub fn load_report(choice: &EngineChoice) -> Result<ModelCard, ModelError> {
    let mut source = ModelSource::of_choice(choice)?;
    let plan = load::examine(&mut source, MODEL_FILE_BYTES_MAX)?;
    Ok(ModelCard {
        name: plan.name,
        architecture: plan.shape.architecture.name().to_owned(),
        sha256: plan.sha256,
        file_bytes: source.file_bytes,
        parameters: plan.parameters,
        layers: plan.shape.layers,
        vocabulary: plan.shape.vocabulary,
        context_tokens: plan.shape.context,
    })
}
