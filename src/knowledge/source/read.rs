//! One file to pieces: picks the reader of its format. [`foreign`] is what runs in the child.
//!
//! Never: more pieces or characters than the limits; what exceeds them is refused as a whole, not cut in silence.

use crate::domain::limits::SOURCE_CHARS_MAX;
use crate::knowledge::pieces::Piece;
use crate::knowledge::source::{Format, Refusal, docx, html, package::Package, pdf, xlsx};
use serde::{Deserialize, Serialize};

/// What a person should know about a file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Warning {
    /// Not valid UTF-8, taken as Windows-1252: a look at the umlauts is due.
    Latin1,
    /// Pages without a text layer, left out.
    PagesWithoutText(usize),
    /// Pages that the reader broke down on, left out.
    PagesUnreadable(usize),
    /// What the file hides, left out: sheets, rows and columns of a workbook, parts of a page hidden by their class.
    HiddenParts(usize),
    /// Columns beside question and answer, left out.
    ColumnsLeftOut(usize),
    /// Questions without an answer, or answers without a question.
    AnswersMissing(usize),
    /// A quote that is opened and never closed: quotes were taken as letters.
    OpenQuote,
    /// Cells whose formula was never worked out, so that they show nothing.
    FormulasWithoutValue(usize),
    /// A newer state of the file cannot be read; what is found is the older one.
    OlderStateKept,
    /// The same, and what would hold for the newer state is unknown or stricter: customers do not get the older one.
    OlderStateClosed,
}

/// A file as pieces.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Extracted {
    pub pieces: Vec<Piece>,
    pub warnings: Vec<Warning>,
}

/// Reads files of a foreign format. The house reads them through [`ChildReader`](crate::knowledge::source::ChildReader).
pub trait Reader: Send + Sync {
    fn read(&self, format: Format, bytes: &[u8]) -> Result<Extracted, Refusal>;
}

/// Reads foreign formats in this process: for the child itself, for tests and for measuring. Never in the house.
#[derive(Debug, Clone, Copy)]
pub struct WithoutWalls;

impl Reader for WithoutWalls {
    fn read(&self, format: Format, bytes: &[u8]) -> Result<Extracted, Refusal> {
        foreign(format, bytes)
    }
}

pub fn foreign(format: Format, bytes: &[u8]) -> Result<Extracted, Refusal> {
    let extracted = match format {
        Format::Html => html::read(bytes)?,
        Format::Pdf => pdf::read(bytes)?,
        Format::Docx => docx::read(&mut Package::open(bytes)?)?,
        Format::Xlsx => xlsx::read(&mut Package::open(bytes)?)?,
        // Read by the house itself, see `reading` and `tabular`.
        Format::Markdown | Format::Text | Format::Csv => return Err(Refusal::Damaged),
    };
    let chars: usize = extracted.pieces.iter().map(Piece::chars).sum();
    if chars > SOURCE_CHARS_MAX {
        return Err(Refusal::TooMuchText);
    }
    if extracted.pieces.iter().all(|piece| piece.text().trim().is_empty()) {
        return Err(Refusal::Empty);
    }
    Ok(extracted)
}
