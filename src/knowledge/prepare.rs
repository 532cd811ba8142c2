//! One file to a source that can be put into the library: read, understood, cut. No library and no lock are needed for it.
//!
//! Never: terms that the file contradicts; a source without text.

use crate::knowledge::cut::{self, CutError};
use crate::knowledge::front_matter::FrontMatter;
use crate::knowledge::language;
use crate::knowledge::library::{Source, sha256};
use crate::knowledge::markdown;
use crate::knowledge::pieces::Piece;
use crate::knowledge::reading::{self, ReadingError};
use crate::knowledge::source::read::Warning;
use crate::knowledge::source::{Extracted, Format, Reader, Refusal, tabular};
use crate::knowledge::terms::Terms;

/// Characters in which the language of a source shows.
const SAMPLE_CHARS: usize = 20_000;

/// A source with the terms that hold for it.
#[derive(Debug, Clone)]
pub struct Prepared {
    pub source: Source,
    pub terms: Terms,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PrepareError {
    #[error(transparent)]
    Text(#[from] ReadingError),
    #[error(transparent)]
    Foreign(#[from] Refusal),
    #[error(transparent)]
    Cut(#[from] CutError),
    #[error("Files with the ending {0:?} are not read")]
    UnknownFormat(String),
}

/// Reads and cuts one file. `terms` are those of command and manifest; a front matter goes before.
pub fn prepare(name: &str, bytes: &[u8], terms: &Terms, reader: &dyn Reader) -> Result<Prepared, PrepareError> {
    let format = Format::of(name).ok_or_else(|| PrepareError::UnknownFormat(crate::knowledge::source::format::extension(name)))?;
    let (front, mut extracted) = extract(format, bytes, reader)?;
    extracted.pieces.iter_mut().for_each(Piece::drop_invisible);
    let mut sample = String::new();
    for piece in &extracted.pieces {
        if sample.len() > SAMPLE_CHARS {
            break;
        }
        sample.push_str(&piece.text());
        sample.push('\n');
    }
    let cuts = cut::passages(extracted.pieces)?;
    if cuts.is_empty() {
        return Err(ReadingError::Empty.into());
    }
    let source = Source {
        name: name.to_owned(),
        sha256: sha256(bytes),
        language: front.language.unwrap_or_else(|| language::of_source(&sample)),
        cuts,
        codes: None,
        origin: String::new(),
        warnings: extracted.warnings,
    };
    Ok(Prepared { source, terms: terms.clone().with(&front.terms) })
}

fn extract(format: Format, bytes: &[u8], reader: &dyn Reader) -> Result<(FrontMatter, Extracted), PrepareError> {
    let of_text = |bytes: &[u8], pieces: fn(&str) -> Vec<Piece>| -> Result<(FrontMatter, Extracted), ReadingError> {
        let reading = reading::read(bytes)?;
        let warnings = reading.latin1.then_some(Warning::Latin1).into_iter().collect();
        Ok((reading.front, Extracted { pieces: pieces(&reading.body), warnings }))
    };
    Ok(match format {
        Format::Markdown => of_text(bytes, markdown::markdown)?,
        Format::Text => of_text(bytes, markdown::plain)?,
        Format::Csv => {
            let (text, latin1) = reading::decode(bytes)?;
            let mut extracted = tabular::csv(&text)?;
            extracted.warnings.extend(latin1.then_some(Warning::Latin1));
            (FrontMatter::default(), extracted)
        }
        Format::Html | Format::Pdf | Format::Docx | Format::Xlsx => (FrontMatter::default(), reader.read(format, bytes)?),
    })
}
