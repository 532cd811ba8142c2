//! From the bytes of a file to a model that can be fed: measured, hashed, checked, then built.

use crate::inference::model::decoder::{self, Decoder};
use crate::inference::model::error::ModelError;
use crate::inference::model::header;
use crate::inference::model::shape::{self, Shape};
use crate::inference::model::source::ModelSource;
use crate::inference::model::template::Template;
use crate::inference::model::vocabulary::Vocabulary;
use candle_core::quantized::gguf_file::{Content, Value};
use std::io::{Seek, SeekFrom};

/// Everything that is known about a model without its weights.
pub struct Plan {
    pub name: String,
    pub sha256: String,
    pub shape: Shape,
    pub vocabulary: Vocabulary,
    pub template: Template,
    pub parameters: u64,
    content: Content,
}

pub struct Model {
    pub name: String,
    pub sha256: String,
    pub shape: Shape,
    pub vocabulary: Vocabulary,
    pub template: Template,
    pub decoder: Box<dyn Decoder>,
}

/// Checks a file as far as that goes without building it.
pub fn examine(source: &mut ModelSource, file_bytes_max: u64) -> Result<Plan, ModelError> {
    if source.file_bytes > file_bytes_max {
        return Err(ModelError::TooLarge { bytes: source.file_bytes, limit: file_bytes_max });
    }
    header::check(&mut source.model, source.file_bytes)?;
    let sha256 = source.digest()?;
    source.model.seek(SeekFrom::Start(0))?;
    let mut content = Content::read(&mut source.model)?;
    let shape = Shape::settle(&mut content)?;
    let vocabulary = Vocabulary::build(&content, shape.vocabulary, source.tokenizer.as_deref())?;
    let template = match content.metadata.get("tokenizer.chat_template") {
        Some(Value::String(text)) => Some(text.clone()),
        Some(_) => return Err(ModelError::Value { key: "tokenizer.chat_template".to_owned() }),
        None => None,
    };
    let template = Template::build(template, &vocabulary)?;
    let name = shape::text(&content, "general.name").unwrap_or_else(|_| shape.architecture.name().to_owned());
    let parameters = content.tensor_infos.values().map(|info| info.shape.elem_count() as u64).sum();
    Ok(Plan { name: name.chars().take(100).collect(), sha256, shape, vocabulary, template, parameters, content })
}

pub fn load(source: &mut ModelSource, file_bytes_max: u64) -> Result<Model, ModelError> {
    let plan = examine(source, file_bytes_max)?;
    let decoder = decoder::build(plan.shape.architecture, plan.content, &mut *source.model)?;
    Ok(Model { name: plan.name, sha256: plan.sha256, shape: plan.shape, vocabulary: plan.vocabulary, template: plan.template, decoder })
}
