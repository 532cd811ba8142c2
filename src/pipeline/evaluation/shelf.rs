//! The passages of a suite, put into databases in memory by the product's own library and found by its own search.
//!
//! A suite gives its passages cut already and names them, so they are not cut again. Never: a file.

use crate::crypto::digest;
use crate::domain::Language;
use crate::knowledge::cut::Cut;
use crate::knowledge::library::Source;
use crate::knowledge::{Library, Terms};
use crate::pipeline::evaluation::EvaluationError;
use crate::store::Senses;
use crate::store::scratch::Scratch;

/// A passage of a suite.
#[derive(Debug, Clone, Copy)]
pub struct Piece<'a> {
    pub id: &'a str,
    pub title: &'a str,
    pub text: &'a str,
    pub language: Language,
}

#[derive(Debug)]
pub struct Shelf(Scratch);

impl Shelf {
    /// Indexes the passages, one source for each language.
    pub fn of(pieces: &[Piece<'_>], senses: &Senses) -> Result<Self, EvaluationError> {
        let scratch = Scratch::new()?;
        let library = Library::new(scratch.main(), scratch.search());
        let terms = Terms::of("suite");
        for language in [Language::De, Language::En, Language::Other, Language::Unknown] {
            let of_it: Vec<&Piece<'_>> = pieces.iter().filter(|piece| piece.language == language).collect();
            if of_it.is_empty() {
                continue;
            }
            let name = format!("suite.{}", language.code());
            let heading = |title: &str| if title.trim().is_empty() { Vec::new() } else { vec![title.to_owned()] };
            let source = Source {
                sha256: digest::sha256(name.as_bytes()),
                name,
                language,
                cuts: of_it.iter().map(|piece| Cut { heading: heading(piece.title), text: piece.text.to_owned() }).collect(),
                codes: Some(of_it.iter().map(|piece| piece.id.to_owned()).collect()),
                origin: String::new(),
                warnings: Vec::new(),
            };
            library.put(&source, &terms, senses.clock.now(), &*senses.entropy)?;
        }
        library.forget()?;
        Ok(Self(scratch))
    }

    pub const fn knowledge(&self) -> Library<'_> {
        Library::new(self.0.main(), self.0.search())
    }

    pub fn index_bytes(&self) -> Result<u64, EvaluationError> {
        Ok(self.0.index_bytes()?)
    }
}
