//! Which engine answers: `embedded`, a GGUF file, or `scripted:PATH` for tests.

use std::ffi::{OsStr, OsString};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EngineChoice {
    /// The model inside this binary.
    Embedded,
    Gguf(PathBuf),
    /// A JSON file of rules, see `inference/scripted.rs`.
    Scripted(PathBuf),
}

const EMBEDDED: &[u8] = b"embedded";
const SCRIPTED: &[u8] = b"scripted:";

impl EngineChoice {
    /// Every word has a meaning here; whether the file behind it can serve shows when it is opened.
    pub fn parse(text: &OsStr) -> Self {
        let bytes = text.as_bytes();
        if bytes == EMBEDDED {
            return Self::Embedded;
        }
        match bytes.strip_prefix(SCRIPTED) {
            Some(path) => Self::Scripted(PathBuf::from(OsStr::from_bytes(path))),
            None => Self::Gguf(PathBuf::from(text)),
        }
    }

    /// The same with an absolute path, for the worker starts in another folder.
    pub fn absolute(self) -> std::io::Result<Self> {
        Ok(match self {
            Self::Embedded => Self::Embedded,
            Self::Gguf(path) => Self::Gguf(std::path::absolute(path)?),
            Self::Scripted(path) => Self::Scripted(std::path::absolute(path)?),
        })
    }

    pub fn to_os_string(&self) -> OsString {
        match self {
            Self::Embedded => OsStr::from_bytes(EMBEDDED).to_owned(),
            Self::Gguf(path) => path.clone().into_os_string(),
            Self::Scripted(path) => OsString::from_vec([SCRIPTED, path.as_os_str().as_bytes()].concat()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_survive_the_command_line() {
        for (text, expected) in [
            ("embedded", EngineChoice::Embedded),
            ("./embedded", EngineChoice::Gguf("./embedded".into())),
            ("/m/a.gguf", EngineChoice::Gguf("/m/a.gguf".into())),
            ("scripted:/t/rules.json", EngineChoice::Scripted("/t/rules.json".into())),
        ] {
            let choice = EngineChoice::parse(OsStr::new(text));
            assert_eq!(choice, expected);
            assert_eq!(choice.to_os_string(), OsStr::new(text));
        }
    }
}
