//! `hauspost mailbox`: turns options into a request; says which value is wrong and what is allowed.

use crate::app::request::{NewMailbox, Password, PolicyChange, Request};
use crate::cli::arguments::{MailboxAddArgs, PolicyArgs};
use crate::domain::Secret;
use crate::domain::company::CompanyParticulars;
use crate::domain::mailbox::{Connection, Endpoint, ImapConnection, TlsMode};
use crate::domain::policy::{Delivery, LegalBasis, Policy};
use anyhow::{Context, Result, bail};
use std::path::Path;

const IMAPS: u16 = 993;
const IMAP: u16 = 143;
const SUBMISSIONS: u16 = 465;
const SUBMISSION: u16 = 587;

pub fn add(args: &MailboxAddArgs, company: &CompanyParticulars) -> Result<Request> {
    let connection = match (&args.maildir, &args.imap, &args.smtp) {
        (Some(path), None, None) => Connection::Maildir {
            path: std::path::absolute(path).context("The Maildir has no absolute path")?,
            authserv_ids: args.authserv_id.clone(),
        },
        (None, Some(imap), Some(smtp)) => Connection::Imap(Box::new(ImapConnection {
            imap: endpoint("--imap", imap, &args.imap_tls, (IMAPS, IMAP))?,
            smtp: endpoint("--smtp", smtp, &args.smtp_tls, (SUBMISSIONS, SUBMISSION))?,
            user: args.user.clone().unwrap_or_else(|| args.address.0.reveal().to_owned()),
            ca_file: args.ca_file.as_ref().map(std::path::absolute).transpose().context("The CA file has no absolute path")?,
            authserv_ids: args.authserv_id.clone(),
        })),
        _ => bail!("A mailbox needs --imap and --smtp, or --maildir"),
    };
    let password = match &connection {
        Connection::Maildir { .. } => Secret::new(String::new()),
        Connection::Imap(_) => password(args.password_file.as_deref())?,
    };
    let change = change(&args.policy)?;
    let policy = change.applied_to(&Policy::default());
    Ok(Request::MailboxAdd {
        mailbox: Box::new(NewMailbox {
            name: name(&args.name)?,
            address: args.address.0.clone(),
            display_name: args.display_name.clone().unwrap_or_else(|| company.name.clone()),
            connection,
            policy,
        }),
        password: Password(password),
        actor: args.actor.actor.clone(),
        reason: change.reason,
    })
}

/// The password from a file, or one line of standard input.
pub fn password(file: Option<&Path>) -> Result<Secret<String>> {
    let text = match file {
        Some(file) => std::fs::read_to_string(file).with_context(|| format!("Password file {} cannot be read", file.display()))?,
        None => crate::cli::command::ask_line("Password: ").context("No password came on standard input")?,
    };
    Ok(Secret::new(text.trim_end_matches(['\r', '\n']).to_owned()))
}

fn name(text: &str) -> Result<String> {
    let good = !text.is_empty() && text.len() <= 64 && text.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
    if !good {
        bail!("Mailbox name = {text:?}: allowed are 1 to 64 letters, digits, '-', '_' and '.'");
    }
    Ok(text.to_owned())
}

fn endpoint(option: &str, text: &str, tls: &str, ports: (u16, u16)) -> Result<Endpoint> {
    let Some(tls) = TlsMode::parse(tls) else { bail!("{option}-tls = {tls:?}: allowed are implicit and starttls") };
    let default = match tls {
        TlsMode::Implicit => ports.0,
        TlsMode::Starttls => ports.1,
    };
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') => {
            let port = port.parse().ok().filter(|port| *port > 0);
            (host, port.with_context(|| format!("{option} = {text:?}: allowed is HOST or HOST:PORT with a port from 1 to 65535"))?)
        }
        _ => (text, default),
    };
    if host.is_empty() || host.contains(|c: char| c.is_whitespace() || c == '/') {
        bail!("{option} = {text:?}: allowed is HOST or HOST:PORT");
    }
    Ok(Endpoint { host: host.to_owned(), port, tls })
}

/// What the options change of a policy.
pub fn change(args: &PolicyArgs) -> Result<PolicyChange> {
    let mut change = PolicyChange { reason: args.reason.clone(), ..PolicyChange::default() };
    if let Some(text) = &args.basis {
        let Some(basis) = LegalBasis::parse(text) else {
            bail!("--basis = {text:?}: allowed are consent, contract, legitimate_interest and mixed");
        };
        change.basis = Some(basis);
    }
    if let Some(text) = &args.delivery {
        let Some(delivery) = Delivery::parse(text) else { bail!("--delivery = {text:?}: allowed are review and drafts") };
        change.delivery = Some(delivery);
    }
    Ok(change)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_endpoint_takes_the_default_port_of_its_tls() {
        let port = |text, tls| endpoint("--imap", text, tls, (IMAPS, IMAP)).map(|endpoint| endpoint.port).ok();
        assert_eq!(port("mail.example", "implicit"), Some(993));
        assert_eq!(port("mail.example", "starttls"), Some(143));
        assert_eq!(port("mail.example:31993", "implicit"), Some(31993));
        for (text, tls) in [("", "implicit"), ("mail.example:0", "implicit"), ("mail.example:x", "implicit"), ("mail.example", "none")] {
            assert_eq!(port(text, tls), None, "{text} {tls}");
        }
    }
}
