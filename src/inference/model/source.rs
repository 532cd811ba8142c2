//! Where the bytes of a model come from: an open file, or this binary itself.
//!
//! Never: a path. Files are opened before the walls go up and read behind them.

use crate::inference::choice::EngineChoice;
use crate::inference::model::embedded;
use crate::inference::model::error::ModelError;
use std::fs::File;
use std::io::{BufReader, Cursor, Read, Seek, SeekFrom};
use std::path::Path;

/// A tokenizer file of a large vocabulary has about 12 MiB.
const TOKENIZER_BYTES_MAX: u64 = 64 * 1024 * 1024;
const READ_BYTES: usize = 1024 * 1024;

pub trait Bytes: Read + Seek {}
impl<T: Read + Seek> Bytes for T {}

/// An opened model.
pub struct ModelSource {
    pub model: Box<dyn Bytes>,
    pub file_bytes: u64,
    /// The text of `NAME.tokenizer.json` beside `NAME.gguf`, which wins over the tokenizer inside.
    pub tokenizer: Option<String>,
}

impl ModelSource {
    pub fn embedded() -> Self {
        Self::of_bytes(Cursor::new(embedded::MODEL), embedded::MODEL.len() as u64)
    }

    pub fn of_bytes(model: impl Read + Seek + 'static, file_bytes: u64) -> Self {
        Self { model: Box::new(model), file_bytes, tokenizer: None }
    }

    /// Opens the files and reads nothing but the tokenizer's text.
    pub fn open(path: &Path) -> Result<Self, ModelError> {
        let mut file = File::open(path)?;
        if !file.metadata()?.is_file() {
            return Err(ModelError::NotGguf);
        }
        let file_bytes = file.seek(SeekFrom::End(0))?;
        file.seek(SeekFrom::Start(0))?;
        let tokenizer = match File::open(path.with_extension("tokenizer.json")) {
            Ok(beside) => Some(read_tokenizer(beside)?),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => None,
            Err(error) => return Err(error.into()),
        };
        Ok(Self { model: Box::new(BufReader::with_capacity(READ_BYTES, file)), file_bytes, tokenizer })
    }

    /// The source of a choice that is a model.
    pub fn of_choice(choice: &EngineChoice) -> Result<Self, ModelError> {
        match choice {
            EngineChoice::Embedded => Ok(Self::embedded()),
            EngineChoice::Gguf(path) | EngineChoice::Scripted(path) => Self::open(path),
        }
    }

    /// SHA-256 over every byte, lower-case hex.
    pub fn digest(&mut self) -> Result<String, ModelError> {
        self.model.seek(SeekFrom::Start(0))?;
        let mut context = ring::digest::Context::new(&ring::digest::SHA256);
        let mut buffer = vec![0; READ_BYTES];
        loop {
            let count = self.model.read(&mut buffer)?;
            match buffer.get(..count) {
                None | Some([]) => break,
                Some(piece) => context.update(piece),
            }
        }
        Ok(data_encoding::HEXLOWER.encode(context.finish().as_ref()))
    }
}

fn read_tokenizer(file: File) -> Result<String, ModelError> {
    let mut text = String::new();
    let read = file.take(TOKENIZER_BYTES_MAX + 1).read_to_string(&mut text);
    read.map_err(|_| ModelError::TokenizerDamaged("the tokenizer file is not UTF-8 text".to_owned()))?;
    if text.len() as u64 > TOKENIZER_BYTES_MAX {
        return Err(ModelError::TokenizerDamaged("the tokenizer file exceeds 64 MiB".to_owned()));
    }
    Ok(text)
}
