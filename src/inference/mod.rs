//! Floor 3: the Engine protocol and the process that runs the model.
//!
//! Never: a token id, a tensor or a cache shown to a caller; a socket.

pub mod choice;
pub mod engine;
pub mod frames;
mod link;
pub mod model;
mod probe;
pub mod process;
pub mod prompt;
pub mod protocol;
pub mod refused;
mod responder;
pub mod sanitizer;
pub mod scripted;
mod serve;
mod stops;
pub mod supervisor;
pub mod worker;

pub use choice::EngineChoice;
pub use engine::{Engine, EngineError, GenerateOptions, Generation};
pub use model::{ModelCard, ModelError, load_report};
pub use prompt::Prompt;
pub use refused::Refused;
