//! What can be wrong with a model file. Every message is one sentence for the person who chose the file.

#[derive(Debug, thiserror::Error)]
pub enum ModelError {
    #[error("The model file cannot be read: {0}")]
    Io(#[from] std::io::Error),
    #[error("The model file has {bytes} bytes and at most {limit} are allowed")]
    TooLarge { bytes: u64, limit: u64 },
    #[error("The file is not a GGUF model of version 2 or 3")]
    NotGguf,
    #[error("The model file ends within its header or its tensors, so it is incomplete")]
    Truncated,
    #[error("The model file is damaged: {0}")]
    Damaged(String),
    #[error("The model's architecture is `{0}`, and `qwen3` and `llama` are supported")]
    Architecture(String),
    #[error("The model uses {0}, which is not supported")]
    Unsupported(String),
    #[error("The model's value `{key}` is missing or not valid")]
    Value { key: String },
    #[error("The model's tensor `{name}` is missing or has another shape than the model's values say")]
    Tensor { name: String },
    #[error("The model's tokenizer kind `{0}` is not supported, and there is no tokenizer file beside the model")]
    Tokenizer(String),
    #[error("The tokenizer is damaged: {0}")]
    TokenizerDamaged(String),
    #[error("The chat template is missing or does not work: {0}")]
    Template(String),
    #[error("The model cannot be built: {0}")]
    Candle(#[from] candle_core::Error),
}
