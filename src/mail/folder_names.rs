//! Finds Drafts and Sent: first by the mark the server gives them (RFC 6154), then by the names German and English mail
//! programs use.
//!
//! Never: junk, trash, or a folder deep inside an archive. A folder found by name lies at the top or directly below INBOX.

use crate::mail::mailbox::FolderRole;
use crate::mail::utf7;

const DRAFTS: [&str; 4] = ["drafts", "entwürfe", "entwurf", "draft"];
const SENT: [&str; 9] = [
    "sent",
    "gesendet",
    "gesendete objekte",
    "gesendete elemente",
    "sent items",
    "sent messages",
    "sent mail",
    "gesendete nachrichten",
    "gesendete e-mails",
];

/// One line of LIST.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedFolder {
    /// As the server wrote it, modified UTF-7.
    pub wire: String,
    pub delimiter: Option<char>,
    /// The special use in lower case without backslash: `drafts`, `sent`.
    pub uses: Vec<String>,
    pub selectable: bool,
}

impl ListedFolder {
    /// The name for people.
    pub fn clear(&self) -> String {
        utf7::decode(&self.wire).unwrap_or_else(|| self.wire.clone())
    }

    /// The last part of the name, lower case, if the folder lies at the top or directly below INBOX.
    fn top_name(&self) -> Option<String> {
        let clear = utf7::decode(&self.wire)?;
        let Some(delimiter) = self.delimiter else { return Some(clear.to_lowercase()) };
        let parts: Vec<&str> = clear.split(delimiter).collect();
        match parts.as_slice() {
            [name] => Some(name.to_lowercase()),
            [parent, name] if parent.eq_ignore_ascii_case("INBOX") => Some(name.to_lowercase()),
            _ => None,
        }
    }
}

/// The folder for `role`, or `None`. The inbox needs no search: its name is fixed (RFC 3501 §5.1).
pub fn find(folders: &[ListedFolder], role: FolderRole) -> Option<&ListedFolder> {
    let (mark, names): (&str, &[&str]) = match role {
        FolderRole::Inbox => return folders.iter().find(|folder| folder.wire.eq_ignore_ascii_case("INBOX")),
        FolderRole::Drafts => ("drafts", &DRAFTS),
        FolderRole::Sent => ("sent", &SENT),
    };
    let selectable = || folders.iter().filter(|folder| folder.selectable);
    selectable()
        .find(|folder| folder.uses.iter().any(|used| used.eq_ignore_ascii_case(mark)))
        .or_else(|| names.iter().find_map(|name| selectable().find(|folder| folder.top_name().as_deref() == Some(*name))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(lines: &[(&str, &[&str], bool)], role: FolderRole, expected: Option<&str>) {
        let folders: Vec<ListedFolder> = lines
            .iter()
            .map(|(wire, uses, selectable)| ListedFolder {
                wire: (*wire).to_owned(),
                delimiter: Some('.'),
                uses: uses.iter().map(|used| (*used).to_owned()).collect(),
                selectable: *selectable,
            })
            .collect();
        assert_eq!(find(&folders, role).map(|folder| folder.wire.as_str()), expected, "{lines:?}");
    }

    #[test]
    fn the_mark_wins_over_the_name() {
        check(&[("Drafts", &[], true), ("Ablage", &["DRAFTS"], true)], FolderRole::Drafts, Some("Ablage"));
    }

    #[test]
    fn names_in_german_and_english() {
        check(&[("INBOX.Entw&APw-rfe", &[], true)], FolderRole::Drafts, Some("INBOX.Entw&APw-rfe"));
        check(&[("Gesendete Objekte", &[], true)], FolderRole::Sent, Some("Gesendete Objekte"));
        check(&[("GESENDET", &[], true), ("Sent", &[], false)], FolderRole::Sent, Some("GESENDET"));
    }

    #[test]
    fn not_in_an_archive_and_not_without_a_mailbox() {
        check(&[("Archiv.2019.Gesendet", &[], true), ("Archiv.Gesendet", &[], true)], FolderRole::Sent, None);
        check(&[("Drafts", &["drafts"], false), ("&bad", &[], true)], FolderRole::Drafts, None);
    }
}
