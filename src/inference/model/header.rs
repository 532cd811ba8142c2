//! Walks a GGUF header with bounds on everything, before candle reads it.
//!
//! Candle's reader caps a string and an array by the bytes that remain in the file. In a file of gigabytes that lets a few
//! bytes ask for thirty times the file in memory, and an alignment of 0 divides by zero. Here each count has a limit of
//! its own, and each tensor must lie inside the file.

use crate::inference::model::error::ModelError;
use std::collections::HashSet;
use std::io::{ErrorKind, Read, Seek, SeekFrom};

const MAGIC: &[u8; 4] = b"GGUF";
const ENTRIES_MAX: u64 = 4_096;
const TENSORS_MAX: u64 = 16_384;
const NAME_BYTES_MAX: u64 = 512;
/// A chat template is the longest honest text.
const TEXT_BYTES_MAX: u64 = 1024 * 1024;
/// The largest vocabularies have 262,144 tokens and 514,906 merges.
const ELEMENTS_MAX: u64 = 1_048_576;
const ELEMENTS_TOTAL_MAX: u64 = 4 * ELEMENTS_MAX;
const DIMENSIONS_MAX: u32 = 4;
const ALIGNMENT_MAX: u64 = 4_096;
const ALIGNMENT_DEFAULT: u64 = 32;
const ALIGNMENT_KEY: &str = "general.alignment";

const TYPE_STRING: u32 = 8;
const TYPE_ARRAY: u32 = 9;

/// Reads the header from the start and leaves the reader anywhere.
pub fn check(reader: &mut (impl Read + Seek), file_bytes: u64) -> Result<(), ModelError> {
    reader.seek(SeekFrom::Start(0))?;
    let mut scan = Scan { reader, position: 0, file_bytes, elements: 0 };
    if &scan.bytes::<4>().map_err(|_| ModelError::NotGguf)? != MAGIC || !matches!(scan.u32()?, 2 | 3) {
        return Err(ModelError::NotGguf);
    }
    let tensors = scan.count(TENSORS_MAX, "tensors")?;
    let entries = scan.count(ENTRIES_MAX, "values")?;
    let mut keys = HashSet::new();
    let mut alignment = ALIGNMENT_DEFAULT;
    for _ in 0..entries {
        let key = scan.text(NAME_BYTES_MAX)?;
        if let Some(value) = scan.value(&key)? {
            alignment = value;
        }
        if !keys.insert(key) {
            return Err(damaged("a value occurs twice"));
        }
    }
    if !alignment.is_power_of_two() || alignment > ALIGNMENT_MAX {
        return Err(damaged("the alignment is not a power of two up to 4096"));
    }
    let mut names = HashSet::new();
    let mut ends = 0;
    for _ in 0..tensors {
        let name = scan.text(NAME_BYTES_MAX)?;
        ends = ends.max(scan.tensor(alignment)?);
        if !names.insert(name) {
            return Err(damaged("a tensor occurs twice"));
        }
    }
    let data = scan.position.next_multiple_of(alignment);
    match data.checked_add(ends) {
        Some(end) if end <= file_bytes => Ok(()),
        Some(_) => Err(ModelError::Truncated),
        None => Err(damaged("a tensor's place exceeds what a file can hold")),
    }
}

fn damaged(what: &str) -> ModelError {
    ModelError::Damaged(what.to_owned())
}

struct Scan<'a, R> {
    reader: &'a mut R,
    position: u64,
    file_bytes: u64,
    elements: u64,
}

impl<R: Read + Seek> Scan<'_, R> {
    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], ModelError> {
        let mut bytes = [0; N];
        self.reader.read_exact(&mut bytes).map_err(|error| match error.kind() {
            ErrorKind::UnexpectedEof => ModelError::Truncated,
            _ => ModelError::Io(error),
        })?;
        self.position += N as u64;
        Ok(bytes)
    }

    fn u32(&mut self) -> Result<u32, ModelError> {
        Ok(u32::from_le_bytes(self.bytes()?))
    }

    fn u64(&mut self) -> Result<u64, ModelError> {
        Ok(u64::from_le_bytes(self.bytes()?))
    }

    fn count(&mut self, limit: u64, what: &str) -> Result<u64, ModelError> {
        let count = self.u64()?;
        if count > limit {
            return Err(ModelError::Damaged(format!("it claims {count} {what} and at most {limit} are allowed")));
        }
        Ok(count)
    }

    fn skip(&mut self, bytes: u64) -> Result<(), ModelError> {
        let target = self.position.checked_add(bytes).filter(|target| *target <= self.file_bytes).ok_or(ModelError::Truncated)?;
        let step = i64::try_from(bytes).map_err(|_| ModelError::Truncated)?;
        self.reader.seek_relative(step)?;
        self.position = target;
        Ok(())
    }

    fn text_length(&mut self, limit: u64) -> Result<u64, ModelError> {
        let length = self.count(limit, "bytes in one text")?;
        if length > self.file_bytes.saturating_sub(self.position) {
            return Err(ModelError::Truncated);
        }
        Ok(length)
    }

    fn text(&mut self, limit: u64) -> Result<String, ModelError> {
        let length = self.text_length(limit)?;
        let mut bytes = vec![0; usize::try_from(length).map_err(|_| ModelError::Truncated)?];
        self.reader.read_exact(&mut bytes)?;
        self.position += length;
        String::from_utf8(bytes).map_err(|_| damaged("a name is not UTF-8"))
    }

    /// Passes over one value; returns it only where it is the alignment.
    fn value(&mut self, key: &str) -> Result<Option<u64>, ModelError> {
        let kind = self.u32()?;
        if key == ALIGNMENT_KEY {
            // Candle and llama.cpp read a u32 here; any other type would be read differently by them.
            return if kind == 4 { Ok(Some(u64::from(self.u32()?))) } else { Err(damaged("the alignment is not a 32 bit number")) };
        }
        match kind {
            TYPE_STRING => {
                let length = self.text_length(TEXT_BYTES_MAX)?;
                self.skip(length)?;
            }
            TYPE_ARRAY => self.array()?,
            scalar => {
                let size = scalar_size(scalar)?;
                self.skip(size)?;
            }
        }
        Ok(None)
    }

    fn array(&mut self) -> Result<(), ModelError> {
        let kind = self.u32()?;
        let count = self.count(ELEMENTS_MAX, "elements of one list")?;
        self.elements += count;
        if self.elements > ELEMENTS_TOTAL_MAX {
            return Err(damaged("its lists are too long"));
        }
        match kind {
            TYPE_STRING => {
                for _ in 0..count {
                    let length = self.text_length(TEXT_BYTES_MAX)?;
                    self.skip(length)?;
                }
                Ok(())
            }
            TYPE_ARRAY => Err(damaged("a list of lists")),
            scalar => {
                let size = scalar_size(scalar)?;
                self.skip(count.saturating_mul(size))
            }
        }
    }

    /// One tensor's entry; returns where its data ends, from the start of the data.
    fn tensor(&mut self, alignment: u64) -> Result<u64, ModelError> {
        let dimensions = self.u32()?;
        if !(1..=DIMENSIONS_MAX).contains(&dimensions) {
            return Err(damaged("a tensor has no or more than four dimensions"));
        }
        let row = self.u64()?;
        let mut elements = row;
        for _ in 1..dimensions {
            elements = elements.checked_mul(self.u64()?).ok_or_else(|| damaged("a tensor has too many elements"))?;
        }
        let (block, size) = block_of(self.u32()?)?;
        let offset = self.u64()?;
        if elements == 0 || !row.is_multiple_of(block) {
            return Err(damaged("a tensor's rows do not fit its number format"));
        }
        if !offset.is_multiple_of(alignment) {
            return Err(damaged("a tensor does not lie on the alignment"));
        }
        (elements / block)
            .checked_mul(size)
            .and_then(|bytes| bytes.checked_add(offset))
            .ok_or_else(|| damaged("a tensor has too many elements"))
    }
}

fn scalar_size(kind: u32) -> Result<u64, ModelError> {
    match kind {
        0 | 1 | 7 => Ok(1),
        2 | 3 => Ok(2),
        4..=6 => Ok(4),
        10..=12 => Ok(8),
        _ => Err(damaged("a value has an unknown type")),
    }
}

/// Elements and bytes of one block (ggml.h, `ggml_type`), for the formats that candle computes with.
fn block_of(kind: u32) -> Result<(u64, u64), ModelError> {
    Ok(match kind {
        0 => (1, 4),
        1 | 30 => (1, 2),
        2 => (32, 18),
        3 => (32, 20),
        6 => (32, 22),
        7 => (32, 24),
        8 => (32, 34),
        10 => (256, 84),
        11 => (256, 110),
        12 => (256, 144),
        13 => (256, 176),
        14 => (256, 210),
        other => return Err(ModelError::Unsupported(format!("the number format {other}"))),
    })
}

#[cfg(test)]
#[path = "header_tests.rs"]
mod tests;
