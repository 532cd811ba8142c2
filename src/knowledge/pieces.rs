//! The one form that every format is read into: headings, paragraphs, lists, tables, questions with their answers.
//!
//! Structure as types and not as marked-up text, so that no character of a hostile file can become structure. It crosses
//! the wall between the reading child and the house as JSON. Never: markup, fonts, positions.

use serde::{Deserialize, Serialize};

/// One piece of a source, in reading order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Piece {
    /// `level` 0 is the title of the whole, 1 its chapters; a heading ends those of its own level and below.
    Heading {
        level: u8,
        title: String,
    },
    /// Lines; a line ends where the source says so.
    Paragraph(Vec<String>),
    /// One item a line, with its mark.
    List(Vec<String>),
    /// Rows of cells; the first row names the columns.
    Table(Vec<Vec<String>>),
    Code(Vec<String>),
    /// Kept apart from its neighbours and as whole as a passage may be.
    Answer {
        question: String,
        answer: String,
    },
}

impl Piece {
    /// Characters of all its text.
    pub fn chars(&self) -> usize {
        let of = |lines: &[String]| lines.iter().map(|line| line.chars().count()).sum::<usize>();
        match self {
            Self::Heading { title, .. } => title.chars().count(),
            Self::Paragraph(lines) | Self::List(lines) | Self::Code(lines) => of(lines),
            Self::Table(rows) => rows.iter().map(|cells| of(cells)).sum(),
            Self::Answer { question, answer } => question.chars().count() + answer.chars().count(),
        }
    }

    /// Without marks that no reader sees and that part a word for a search: soft hyphens, spaces of no width, byte order marks.
    pub fn drop_invisible(&mut self) {
        let clean = |text: &mut String| text.retain(|c| !matches!(c, '\u{ad}' | '\u{200b}' | '\u{2060}' | '\u{feff}'));
        match self {
            Self::Heading { title, .. } => clean(title),
            Self::Paragraph(lines) | Self::List(lines) | Self::Code(lines) => lines.iter_mut().for_each(clean),
            Self::Table(rows) => rows.iter_mut().flatten().for_each(clean),
            Self::Answer { question, answer } => {
                clean(question);
                clean(answer);
            }
        }
    }

    /// All its text, for finding out the language.
    pub fn text(&self) -> String {
        match self {
            Self::Heading { title, .. } => title.clone(),
            Self::Paragraph(lines) | Self::List(lines) | Self::Code(lines) => lines.join("\n"),
            Self::Table(rows) => rows.iter().map(|cells| cells.join(" ")).collect::<Vec<_>>().join("\n"),
            Self::Answer { question, answer } => format!("{question}\n{answer}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_whole_without_its_soft_hyphens() {
        let mut piece = Piece::Paragraph(vec!["Die Rück\u{ad}gabe\u{200b}frist".to_owned()]);
        piece.drop_invisible();
        assert_eq!(piece, Piece::Paragraph(vec!["Die Rückgabefrist".to_owned()]));
    }
}
