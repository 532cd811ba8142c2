//! Opens a file of a folder that others may write to, and reads it to a limit.
//!
//! Never: a link followed, a pipe waited for, or a file that lies elsewhere than where it was seen: between looking and opening
//! somebody may have put another one, or another folder, in its place.

use crate::knowledge::import::Unread;
use std::fs::{File, OpenOptions};
use std::io::Read;
use std::os::fd::AsRawFd;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// `path` holds no link. The size is taken while reading: the one in the folder may be out of date.
pub fn read(path: &Path, limit: u64) -> Result<Vec<u8>, Unread> {
    let file = open(path)?;
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(|error| Unread::File(error.kind()))?;
    if bytes.len() as u64 > limit {
        return Err(Unread::TooLarge(limit));
    }
    Ok(bytes)
}

fn open(path: &Path) -> Result<File, Unread> {
    // A pipe without a writer would be waited for; of a file that is none nothing is read.
    let opened = OpenOptions::new().read(true).custom_flags(libc::O_NOFOLLOW | libc::O_NONBLOCK).open(path);
    let file = opened.map_err(|error| match error.raw_os_error() {
        Some(libc::ELOOP) => Unread::NotPlain,
        _ => Unread::File(error.kind()),
    })?;
    if !file.metadata().map_err(|error| Unread::File(error.kind()))?.is_file() {
        return Err(Unread::NotPlain);
    }
    match std::fs::read_link(format!("/proc/self/fd/{}", file.as_raw_fd())) {
        Ok(real) if real == path => Ok(file),
        Ok(_) | Err(_) => Err(Unread::Exchanged),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn only_a_plain_file_in_its_place_is_read() {
        let folder = crate::store::testing::Folder::created();
        let top = std::fs::canonicalize(&folder.path).unwrap();
        std::fs::create_dir(top.join("unter")).unwrap();
        std::fs::write(top.join("unter/gut.md"), "Text").unwrap();
        symlink(top.join("unter/gut.md"), top.join("link.md")).unwrap();
        symlink(top.join("unter"), top.join("umweg")).unwrap();
        assert!(std::process::Command::new("mkfifo").arg(top.join("rohr.md")).status().unwrap().success());
        for (name, expected) in [
            ("unter/gut.md", Ok(b"Text".to_vec())),
            ("link.md", Err(Unread::NotPlain)),
            ("rohr.md", Err(Unread::NotPlain)),
            ("unter", Err(Unread::NotPlain)),
            ("umweg/gut.md", Err(Unread::Exchanged)),
            ("fehlt.md", Err(Unread::File(std::io::ErrorKind::NotFound))),
        ] {
            assert_eq!(read(&top.join(name), 4), expected, "{name}");
        }
        assert_eq!(read(&top.join("unter/gut.md"), 3), Err(Unread::TooLarge(3)));
    }
}
