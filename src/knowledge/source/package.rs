//! Office packages: a ZIP of XML parts, unpacked within limits, and the walk over one part's elements.
//!
//! Never: trust in a size that the archive claims; what comes out of the inflater is counted. No entity but the five of XML
//! is known (quick-xml expands none), and no element is followed by recursion, so depth costs nothing.

use crate::domain::limits::{SOURCE_PARTS_MAX, SOURCE_RATIO_MAX, SOURCE_UNPACKED_BYTES_MAX};
use crate::knowledge::reading;
use crate::knowledge::source::Refusal;
use quick_xml::events::{BytesRef, BytesStart, Event};
use std::io::{Cursor, Read};
use zip::ZipArchive;
use zip::result::ZipError;

/// Small parts may repeat themselves; the ratio tells a bomb only from here on.
const RATIO_FROM_BYTES: u64 = 1024 * 1024;
/// CFB, the container of a DOCX or XLSX with a password (and of the formats before 2007).
const COMPOUND_FILE: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";

pub struct Package<'a> {
    archive: ZipArchive<Cursor<&'a [u8]>>,
    unpacked: u64,
}

impl<'a> Package<'a> {
    pub fn open(bytes: &'a [u8]) -> Result<Self, Refusal> {
        if bytes.starts_with(COMPOUND_FILE) {
            return Err(Refusal::Encrypted);
        }
        let archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refusal::Damaged)?;
        if archive.len() > SOURCE_PARTS_MAX {
            return Err(Refusal::Bomb);
        }
        Ok(Self { archive, unpacked: 0 })
    }

    /// The text of a part; none where the package has no such part.
    pub fn part(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        let entry = match self.archive.by_name(name) {
            Ok(entry) => entry,
            Err(ZipError::FileNotFound) => return Ok(None),
            Err(ZipError::UnsupportedArchive(ZipError::PASSWORD_REQUIRED)) => return Err(Refusal::Encrypted),
            Err(_) => return Err(Refusal::Damaged),
        };
        let left = SOURCE_UNPACKED_BYTES_MAX.saturating_sub(self.unpacked);
        let ratio = entry.compressed_size().saturating_mul(SOURCE_RATIO_MAX).max(RATIO_FROM_BYTES);
        let limit = left.min(ratio);
        let mut bytes = Vec::new();
        entry.take(limit + 1).read_to_end(&mut bytes).map_err(|_| Refusal::Damaged)?;
        if bytes.len() as u64 > limit {
            return Err(Refusal::Bomb);
        }
        self.unpacked += bytes.len() as u64;
        let text = match reading::utf16(&bytes) {
            Some(text) => text.map_err(|_| Refusal::Damaged)?,
            None => String::from_utf8(bytes).map_err(|_| Refusal::Damaged)?,
        };
        Ok(Some(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text)))
    }

    /// The name of the part that is the document, where the package itself says it; else the usual one.
    pub fn main_part(&mut self, usual: &str) -> Result<String, Refusal> {
        let mut found = None;
        if let Some(xml) = self.part("_rels/.rels")? {
            walk(&xml, |node| {
                if let Node::Open("Relationship", element) = node
                    && attribute(element, "Type").is_some_and(|kind| kind.ends_with("/officeDocument"))
                {
                    found = found.take().or(attribute(element, "Target"));
                }
                Ok(())
            })?;
        }
        Ok(found.map_or_else(|| usual.to_owned(), |part| part.trim_start_matches('/').to_owned()))
    }

    /// A part without which the package is not what its name says.
    pub fn needed(&mut self, name: &str) -> Result<String, Refusal> {
        self.part(name)?.ok_or(Refusal::Damaged)
    }
}

/// What a walk over a part meets. Names come without their namespace prefix.
pub enum Node<'a> {
    Open(&'a str, &'a BytesStart<'a>),
    Close(&'a str),
    Text(&'a str),
}

/// Calls `visit` for every element and text of a part, in order. An empty element is opened and closed.
pub fn walk(xml: &str, mut visit: impl FnMut(Node<'_>) -> Result<(), Refusal>) -> Result<(), Refusal> {
    let mut reader = quick_xml::Reader::from_str(xml);
    loop {
        match reader.read_event().map_err(|_| Refusal::Damaged)? {
            Event::Start(start) => visit(Node::Open(start.local_name().as_ref(), &start))?,
            Event::Empty(start) => {
                visit(Node::Open(start.local_name().as_ref(), &start))?;
                visit(Node::Close(start.local_name().as_ref()))?;
            }
            Event::End(end) => visit(Node::Close(end.local_name().as_ref()))?,
            Event::Text(text) => visit(Node::Text(&text.xml10_content()))?,
            Event::CData(text) => visit(Node::Text(&text.xml10_content()))?,
            Event::GeneralRef(reference) => visit(Node::Text(character(&reference).encode_utf8(&mut [0; 4])))?,
            Event::Eof => return Ok(()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) | Event::DocType(_) => {}
        }
    }
}

fn character(reference: &BytesRef<'_>) -> char {
    match reference.as_ref() {
        "amp" => '&',
        "lt" => '<',
        "gt" => '>',
        "quot" => '"',
        "apos" => '\'',
        // An entity of a document type of its own: not expanded.
        _ => reference.resolve_char_ref().ok().flatten().unwrap_or('\u{fffd}'),
    }
}

/// The value of an attribute by its local name.
pub fn attribute(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = element.attributes().with_checks(false).filter_map(Result::ok).find(|a| a.key.local_name().as_ref() == name)?;
    quick_xml::escape::unescape(&found.value).ok().map(std::borrow::Cow::into_owned)
}
