//! Opens a mailbox and its submission server from the stored row: the one place that turns settings into connections.

use crate::domain::mailbox::{Connection, ImapConnection, TlsMode};
use crate::domain::{EmailAddress, Personal, Secret};
use crate::mail::imap::{Account, ImapMailbox, Security, Timing};
use crate::mail::maildir::{MaildirMailbox, MaildirSettings};
use crate::mail::smtp::{self, Login, SmtpServer, StepLimits};
use crate::mail::{Mailbox, MailboxError, tls};
use crate::store::Store;
use crate::store::mailbox::MailboxRow;

pub async fn open(store: &Store, row: &MailboxRow, password: &Secret<String>) -> Result<Mailbox, MailboxError> {
    match &row.mailbox.connection {
        Connection::Imap(settings) => {
            let account = Account {
                host: settings.imap.host.clone(),
                port: settings.imap.port,
                security: match settings.imap.tls {
                    TlsMode::Implicit => Security::Implicit,
                    TlsMode::Starttls => Security::StartTls,
                },
                user: Personal::new(settings.user.clone()),
                password: password.clone(),
                tls: tls::client_config(settings.ca_file.as_deref())?,
            };
            Ok(Mailbox::Imap(Box::new(ImapMailbox::connect(&account, Timing::default()).await?)))
        }
        Connection::Maildir { path, .. } => {
            let seconds = u32::try_from(store.clock().now().as_second()).unwrap_or(1).max(1);
            let settings = MaildirSettings {
                root: path.clone(),
                journal: store.folder().join(format!("maildir-{}.uids", row.public_id)),
                uid_validity: seconds,
            };
            Ok(Mailbox::Maildir(MaildirMailbox::open(settings).await?))
        }
    }
}

/// The submission server of a mailbox, with the same password.
pub fn smtp(settings: &ImapConnection, address: &EmailAddress, password: &Secret<String>) -> Result<SmtpServer, tls::TlsError> {
    Ok(SmtpServer {
        host: settings.smtp.host.clone(),
        port: settings.smtp.port,
        security: match settings.smtp.tls {
            TlsMode::Implicit => smtp::Security::Implicit,
            TlsMode::Starttls => smtp::Security::StartTls,
        },
        login: Login { user: settings.user.clone(), password: password.clone() },
        tls: tls::client_config(settings.ca_file.as_deref())?,
        hello: address.domain().to_owned(),
        limits: StepLimits::default(),
    })
}
