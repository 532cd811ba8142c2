//! Which formats are read, told by the ending of the name.
//!
//! Never: told by the content. A file that is not what its name says is damaged, and a person hears so.

/// A format that can be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    Markdown,
    Text,
    Csv,
    Html,
    Pdf,
    Docx,
    Xlsx,
}

impl Format {
    pub const FOREIGN: [Self; 4] = [Self::Html, Self::Pdf, Self::Docx, Self::Xlsx];

    /// The format of a file name.
    pub fn of(name: &str) -> Option<Self> {
        match extension(name).as_str() {
            "md" | "markdown" => Some(Self::Markdown),
            "txt" => Some(Self::Text),
            "csv" | "tsv" => Some(Self::Csv),
            "html" | "htm" | "xhtml" => Some(Self::Html),
            "pdf" => Some(Self::Pdf),
            "docx" => Some(Self::Docx),
            "xlsx" => Some(Self::Xlsx),
            _ => None,
        }
    }

    pub const fn code(self) -> &'static str {
        match self {
            Self::Markdown => "md",
            Self::Text => "txt",
            Self::Csv => "csv",
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
        }
    }

    /// Read only in the child.
    pub const fn is_foreign(self) -> bool {
        match self {
            Self::Markdown | Self::Text | Self::Csv => false,
            Self::Html | Self::Pdf | Self::Docx | Self::Xlsx => true,
        }
    }

    pub fn from_code(code: &str) -> Option<Self> {
        Self::FOREIGN.into_iter().find(|format| format.code() == code)
    }
}

/// The ending of a file name in small letters, without its dot.
pub fn extension(name: &str) -> String {
    let file = name.rsplit('/').next().unwrap_or(name);
    file.rsplit_once('.').map(|(_, extension)| extension.to_lowercase()).unwrap_or_default()
}
