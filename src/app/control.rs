//! The control socket `DATA/control.sock`: how a command reaches the service that holds the data folder.
//!
//! Mode 0600 and the peer's uid checked: only the user that runs the service gets in. One request, one answer,
//! each a length and a JSON document.

use crate::app::request::{Answer, Request};
use crate::store::Store;
use std::io::{Read, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream as AsyncUnixStream};

const SOCKET: &str = "control.sock";
/// A request may carry a scan as evidence of a consent.
const FRAME_BYTES_MAX: u32 = 64 * 1024 * 1024;
/// A mailbox test waits for a server; only an import takes longer.
const ANSWER_WAIT: Duration = Duration::from_secs(300);
/// A folder of thousands of PDFs, some of which have to be given up on.
const IMPORT_WAIT: Duration = Duration::from_secs(6 * 60 * 60);
const REQUEST_WAIT: Duration = Duration::from_secs(30);

#[derive(Debug, thiserror::Error)]
pub enum ControlError {
    #[error("The data folder is in use, but the service does not answer on {}", .0.display())]
    NoService(PathBuf),
    #[error("The service closed the control socket without an answer")]
    Closed,
    #[error("The control socket carried a frame that is too long or no JSON")]
    Frame,
    #[error(transparent)]
    Io(#[from] std::io::Error),
}

/// Whether a service listens, so that the folder's lock is not that of a command at work.
pub fn is_served(folder: &Path) -> bool {
    UnixStream::connect(folder.join(SOCKET)).is_ok()
}

/// Asks the running service.
pub fn call(folder: &Path, request: &Request) -> Result<Answer, ControlError> {
    let path = folder.join(SOCKET);
    let mut stream = UnixStream::connect(&path).map_err(|_| ControlError::NoService(path))?;
    let wait = if matches!(request, Request::KnowledgeAdd(_)) { IMPORT_WAIT } else { ANSWER_WAIT };
    stream.set_read_timeout(Some(wait))?;
    let body = serde_json::to_vec(request).map_err(|_| ControlError::Frame)?;
    let length = u32::try_from(body.len()).ok().filter(|length| *length <= FRAME_BYTES_MAX).ok_or(ControlError::Frame)?;
    stream.write_all(&length.to_be_bytes())?;
    stream.write_all(&body)?;
    let mut length = [0; 4];
    stream.read_exact(&mut length).map_err(|_| ControlError::Closed)?;
    let length = u32::from_be_bytes(length);
    if length > FRAME_BYTES_MAX {
        return Err(ControlError::Frame);
    }
    let mut body = vec![0; length as usize];
    stream.read_exact(&mut body).map_err(|_| ControlError::Closed)?;
    serde_json::from_slice(&body).map_err(|_| ControlError::Frame)
}

/// Answers requests until the task is dropped.
pub struct Control {
    listener: UnixListener,
    own_uid: u32,
    path: PathBuf,
}

impl Control {
    /// Takes over the socket file that a killed service may have left: the folder's lock is held by us.
    pub fn bind(folder: &Path) -> std::io::Result<Self> {
        let path = folder.join(SOCKET);
        match std::fs::remove_file(&path) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(error),
        }
        let listener = UnixListener::bind(&path)?;
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
        let own_uid = std::fs::metadata(&path)?.uid();
        Ok(Self { listener, own_uid, path })
    }

    pub async fn serve<F>(self, store: Store, answer: F)
    where
        F: Fn(&Store, Request) -> Answer + Send + Sync + 'static,
    {
        let answer = Arc::new(answer);
        loop {
            let Ok((stream, _)) = self.listener.accept().await else {
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            };
            if !stream.peer_cred().is_ok_and(|peer| is_admitted(peer.uid(), self.own_uid)) {
                tracing::warn!(event = "control.foreign_peer", "a control connection of another user was closed");
                continue;
            }
            let (store, answer) = (store.clone(), Arc::clone(&answer));
            tokio::spawn(async move {
                if let Err(error) = one(stream, store, answer).await {
                    tracing::debug!(event = "control.failed", %error, "a control connection ended early");
                }
            });
        }
    }
}

/// The user of the service, and root, who can do everything anyway.
const fn is_admitted(peer: u32, own: u32) -> bool {
    peer == own || peer == 0
}

impl Drop for Control {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

async fn one<F>(mut stream: AsyncUnixStream, store: Store, answer: Arc<F>) -> Result<(), ControlError>
where
    F: Fn(&Store, Request) -> Answer + Send + Sync + 'static,
{
    let body = tokio::time::timeout(REQUEST_WAIT, async {
        let length = stream.read_u32().await?;
        if length > FRAME_BYTES_MAX {
            return Err(ControlError::Frame);
        }
        let mut body = vec![0; length as usize];
        stream.read_exact(&mut body).await?;
        Ok(body)
    })
    .await
    .map_err(|_| ControlError::Closed)??;
    let request = serde_json::from_slice(&body).map_err(|_| ControlError::Frame)?;
    let answered = tokio::task::spawn_blocking(move || answer(&store, request)).await.map_err(|_| ControlError::Closed)?;
    let body = serde_json::to_vec(&answered).map_err(|_| ControlError::Frame)?;
    stream.write_u32(u32::try_from(body.len()).map_err(|_| ControlError::Frame)?).await?;
    stream.write_all(&body).await?;
    Ok(stream.flush().await?)
}

#[cfg(test)]
#[path = "control_tests.rs"]
mod tests;
