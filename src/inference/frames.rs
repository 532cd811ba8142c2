//! Frames on the wire: a length as little-endian u32, then that many bytes of JSON.
//!
//! Never: memory for a length that was only claimed. A frame above the limit ends the connection before its body is read.

use crate::domain::limits::ENGINE_FRAME_BYTES_MAX;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::io::{Read, Write};

const PREFIX_BYTES: usize = 4;
const READ_BYTES: usize = 16 * 1024;

#[derive(Debug, thiserror::Error)]
pub enum FrameError {
    #[error("A frame of {bytes} bytes exceeds the limit of {ENGINE_FRAME_BYTES_MAX}")]
    TooLong { bytes: usize },
    #[error("A frame does not hold a message of this protocol")]
    NotAMessage,
    #[error("The connection ended within a frame")]
    Truncated,
    #[error("The connection failed: {0}")]
    Io(#[from] std::io::Error),
}

/// Bytes of one message, with their length in front.
pub fn encode<T: Serialize>(message: &T) -> Result<Vec<u8>, FrameError> {
    let body = serde_json::to_vec(message).map_err(|_| FrameError::NotAMessage)?;
    let length = match u32::try_from(body.len()) {
        Ok(length) if body.len() <= ENGINE_FRAME_BYTES_MAX => length,
        Ok(_) | Err(_) => return Err(FrameError::TooLong { bytes: body.len() }),
    };
    let mut frame = Vec::with_capacity(PREFIX_BYTES + body.len());
    frame.extend_from_slice(&length.to_le_bytes());
    frame.extend_from_slice(&body);
    Ok(frame)
}

pub fn write<T: Serialize>(writer: &mut impl Write, message: &T) -> Result<(), FrameError> {
    writer.write_all(&encode(message)?)?;
    Ok(writer.flush()?)
}

/// Puts frames together from whatever pieces arrive.
#[derive(Debug, Default)]
pub struct FrameReader {
    buffer: Vec<u8>,
}

/// What one look at the connection gave.
#[derive(Debug)]
pub enum Received<T> {
    Message(T),
    /// The read timed out; ask again.
    Nothing,
    /// The other side closed between two frames.
    End,
}

impl FrameReader {
    /// Waits for the next message, at most as long as the reader's own time-out.
    pub fn next<T: DeserializeOwned>(&mut self, reader: &mut impl Read) -> Result<Received<T>, FrameError> {
        loop {
            if let Some(message) = self.take()? {
                return Ok(Received::Message(message));
            }
            let mut piece = [0_u8; READ_BYTES];
            match reader.read(&mut piece) {
                Ok(0) if self.buffer.is_empty() => return Ok(Received::End),
                Ok(0) => return Err(FrameError::Truncated),
                Ok(count) => self.buffer.extend_from_slice(piece.get(..count).unwrap_or_default()),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {
                    return Ok(Received::Nothing);
                }
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn take<T: DeserializeOwned>(&mut self) -> Result<Option<T>, FrameError> {
        let Some(prefix) = self.buffer.first_chunk::<PREFIX_BYTES>() else {
            return Ok(None);
        };
        let length = usize::try_from(u32::from_le_bytes(*prefix)).unwrap_or(usize::MAX);
        if length > ENGINE_FRAME_BYTES_MAX {
            return Err(FrameError::TooLong { bytes: length });
        }
        let Some(body) = self.buffer.get(PREFIX_BYTES..PREFIX_BYTES + length) else {
            return Ok(None);
        };
        let message = serde_json::from_slice(body).map_err(|_| FrameError::NotAMessage)?;
        self.buffer.drain(..PREFIX_BYTES + length);
        Ok(Some(message))
    }
}

#[cfg(test)]
#[path = "frames_tests.rs"]
mod tests;
