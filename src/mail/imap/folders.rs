//! Which folder plays which role on this server.

use super::login::command;
use super::mailbox::ImapMailbox;
use crate::mail::folder_names::{self, ListedFolder};
use crate::mail::mailbox::FolderRole;
use crate::mail::mailbox_error::MailboxError;
use async_imap::imap_proto::{MailboxDatum, MailboxListData, NameAttribute, Response};

/// Names as the server writes them.
#[derive(Debug, Clone, Default)]
pub(super) struct Folders {
    drafts: Option<ListedFolder>,
    sent: Option<ListedFolder>,
}

impl ImapMailbox {
    /// The name for the wire; `NoFolder` where the mailbox has none for the role.
    pub(super) async fn folder_name(&mut self, role: FolderRole) -> Result<String, MailboxError> {
        if role == FolderRole::Inbox {
            return Ok("INBOX".to_owned());
        }
        let listed = self.listed(role).await?;
        listed.map(|folder| folder.wire).ok_or(MailboxError::NoFolder(role))
    }

    pub(super) async fn clear_name(&mut self, role: FolderRole) -> Result<Option<String>, MailboxError> {
        Ok(self.listed(role).await?.map(|folder| folder.clear()))
    }

    /// Looks a folder up; one that was missing is looked for again, for a person may have made it since.
    async fn listed(&mut self, role: FolderRole) -> Result<Option<ListedFolder>, MailboxError> {
        let pick = |folders: &Folders| match role {
            FolderRole::Inbox => None,
            FolderRole::Drafts => folders.drafts.clone(),
            FolderRole::Sent => folders.sent.clone(),
        };
        if let Some(found) = self.folders.as_ref().and_then(pick) {
            return Ok(Some(found));
        }
        let all = self.list().await?;
        let find = |role| folder_names::find(&all, role).cloned();
        let folders = Folders { drafts: find(FolderRole::Drafts), sent: find(FolderRole::Sent) };
        let found = pick(&folders);
        self.folders = Some(folders);
        Ok(found)
    }

    /// See [`Mailbox::create_missing`](crate::mail::Mailbox::create_missing).
    pub async fn create_missing(&mut self) -> Result<Vec<String>, MailboxError> {
        let mut made = Vec::new();
        for (role, name, mark) in [(FolderRole::Drafts, "Drafts", "\\Drafts"), (FolderRole::Sent, "Sent", "\\Sent")] {
            if self.listed(role).await?.is_some() {
                continue;
            }
            // Servers of the Courier kind allow folders below INBOX only.
            let wire = match self.create(name, mark).await {
                Ok(()) => name.to_owned(),
                Err(MailboxError::No { .. }) => {
                    let below = format!("INBOX{}{name}", self.delimiter().await?);
                    self.create(&below, mark).await?;
                    below
                }
                Err(error) => return Err(error),
            };
            // What is not subscribed is hidden by many mail programs; a server without subscriptions shows it anyway.
            let subscribe = self.command("SUBSCRIBE", format!("SUBSCRIBE {}", mailbox_argument(&wire)?));
            match self.run(subscribe, &mut |_| {}).await {
                Ok(_) | Err(MailboxError::No { .. } | MailboxError::Bad { .. }) => {}
                Err(error) => return Err(error),
            }
            made.push(wire);
        }
        self.folders = None;
        Ok(made)
    }

    /// With the mark of its use where the server takes one (RFC 6154 §3).
    async fn create(&mut self, wire: &str, mark: &str) -> Result<(), MailboxError> {
        let name = mailbox_argument(wire)?;
        if self.has("CREATE-SPECIAL-USE") {
            let marked = self.command("CREATE", format!("CREATE {name} (USE ({mark}))"));
            match self.run(marked, &mut |_| {}).await {
                Err(MailboxError::No { .. } | MailboxError::Bad { .. }) => {}
                other => return other.map(|_| ()),
            }
        }
        let plain = self.command("CREATE", format!("CREATE {name}"));
        self.run(plain, &mut |_| {}).await.map(|_| ())
    }

    async fn delimiter(&mut self) -> Result<char, MailboxError> {
        Ok(self.list().await?.iter().find_map(|folder| folder.delimiter).unwrap_or('.'))
    }

    async fn list(&mut self) -> Result<Vec<ListedFolder>, MailboxError> {
        if self.has("SPECIAL-USE") && self.has("LIST-EXTENDED") {
            match self.list_with("LIST \"\" \"*\" RETURN (SPECIAL-USE)").await {
                Err(MailboxError::No { .. } | MailboxError::Bad { .. }) => {}
                other => return other,
            }
        }
        self.list_with("LIST \"\" \"*\"").await
    }

    async fn list_with(&mut self, line: &str) -> Result<Vec<ListedFolder>, MailboxError> {
        let mut all = Vec::new();
        let list = command("LIST", line, &self.timing);
        self.run(list, &mut |answer| {
            if let Response::MailboxData(MailboxDatum::List(data)) = answer {
                all.push(listed_folder(data));
            }
        })
        .await?;
        Ok(all)
    }
}

fn listed_folder(data: &MailboxListData<'_>) -> ListedFolder {
    let mut uses = Vec::new();
    let mut selectable = true;
    for attribute in &data.name_attributes {
        match attribute {
            NameAttribute::Drafts => uses.push("drafts".to_owned()),
            NameAttribute::Sent => uses.push("sent".to_owned()),
            NameAttribute::NoSelect => selectable = false,
            NameAttribute::Extension(name) if name.eq_ignore_ascii_case("\\NonExistent") => selectable = false,
            _ => {}
        }
    }
    ListedFolder { wire: data.name.to_string(), delimiter: data.delimiter.as_ref().and_then(|text| text.chars().next()), uses, selectable }
}

/// A folder name as an argument. The server has told it to us, so it goes back as it came, quoted.
pub(super) fn mailbox_argument(wire: &str) -> Result<String, MailboxError> {
    super::login::quoted(wire).ok_or(MailboxError::BadInput("A folder name that is not in modified UTF-7"))
}
