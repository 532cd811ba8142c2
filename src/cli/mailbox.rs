//! `hauspost mailbox`: turns options into a request; says which value is wrong and what is allowed.

use crate::app::fault::Fault;
use crate::app::fault::system::{io, option as option_fault, unreadable};
use crate::app::locate::{Unfit, read_secret};
use crate::app::request::{ConnectionChange, NewMailbox, Password, PolicyChange, Request};
use crate::cli::arguments::{MailboxAddArgs, MailboxChangeArgs, PolicyArgs};
use crate::cli::output::Output;
use crate::domain::Secret;
use crate::domain::company::CompanyParticulars;
use crate::domain::mailbox::{Connection, Endpoint, ImapConnection, TlsMode};
use crate::domain::policy::{Delivery, LegalBasis, Policy};
use anyhow::{Context, Result, bail};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

pub fn add(out: &Output, args: &MailboxAddArgs, company: &CompanyParticulars) -> Result<Request> {
    let connection = match (&args.maildir, &args.imap, &args.smtp) {
        (Some(path), None, None) => Connection::Maildir { path: maildir(path, args.create)?, authserv_ids: args.authserv_id.clone() },
        (None, Some(imap), Some(smtp)) => Connection::Imap(Box::new(ImapConnection {
            imap: server("--imap", imap, tls("--imap-tls", &args.imap_tls)?, Endpoint::imap)?,
            smtp: server("--smtp", smtp, tls("--smtp-tls", &args.smtp_tls)?, Endpoint::smtp)?,
            user: args.user.clone().unwrap_or_else(|| args.address.0.reveal().to_owned()),
            ca_file: args.ca_file.as_ref().map(std::path::absolute).transpose().context("The CA file has no absolute path")?,
            authserv_ids: args.authserv_id.clone(),
        })),
        _ => bail!(Fault::input("fault-mailbox-no-server", "A mailbox needs --imap and --smtp, or --maildir")),
    };
    let password = match &connection {
        Connection::Maildir { .. } => Secret::new(String::new()),
        Connection::Imap(_) => password(out, args.password_file.as_deref())?,
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
pub fn password(out: &Output, file: Option<&Path>) -> Result<Secret<String>> {
    let text = match file {
        Some(file) => read_secret(file).map_err(|unfit| match unfit {
            Unfit::Io(error) => unreadable("password", file, &error),
            Unfit::Mode(mode) => {
                let text = format!("Password file {}: mode {mode:03o} lets others at it; allowed is 0600 (chmod 600)", file.display());
                Fault::input("fault-password-mode", text).with("file", file.display()).with("mode", format!("{mode:03o}"))
            }
        })?,
        None => crate::cli::command::ask_line(&out.say("ask-password", &[]))
            .map_err(|error| Fault::input("fault-no-password", format!("No password came on standard input: {error}")))?,
    };
    let line = text.trim_end_matches(['\r', '\n']);
    if line.is_empty() {
        bail!(Fault::input("fault-password-empty", "The password is empty"));
    }
    Ok(Secret::new(line.to_owned()))
}

/// A Maildir has new, cur and tmp; a wrong path is said now and not at the first contact.
fn maildir(path: &Path, create: bool) -> Result<PathBuf> {
    let path = std::path::absolute(path).context("The Maildir has no absolute path")?;
    if create {
        // The folders for our drafts and our sent copies, as Maildir++ names them.
        for part in ["new", "cur", "tmp", ".Drafts/new", ".Drafts/cur", ".Drafts/tmp", ".Sent/new", ".Sent/cur", ".Sent/tmp"] {
            let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path.join(part));
            made.map_err(|error| {
                let text = format!("{} cannot be made: {error}", path.display());
                Fault::input("fault-make", text).with("path", path.display()).because("why", io(&error))
            })?;
        }
    }
    if let Some(missing) = ["new", "cur"].into_iter().find(|part| !path.join(part).is_dir()) {
        let text = format!("{} is no Maildir: the folder {missing} is missing (make it with --create)", path.display());
        bail!(Fault::input("fault-maildir", text).with("path", path.display()).with("missing", missing));
    }
    Ok(path)
}

fn name(text: &str) -> Result<String> {
    let good = !text.is_empty() && text.len() <= 64 && text.chars().all(|c| c.is_alphanumeric() || "-_.".contains(c));
    if !good {
        let allowed = format!("Mailbox name = {text:?}: allowed are 1 to 64 letters, digits, '-', '_' and '.'");
        bail!(Fault::input("fault-mailbox-name", allowed).with("value", text));
    }
    Ok(text.to_owned())
}

fn tls(option: &str, text: &str) -> Result<TlsMode> {
    match TlsMode::parse(text) {
        Some(tls) => Ok(tls),
        None => bail!(option_fault(option, text, "implicit, starttls")),
    }
}

fn server(option: &str, text: &str, tls: TlsMode, make: fn(String, Option<u16>, TlsMode) -> Endpoint) -> Result<Endpoint> {
    let (host, port) = host_and_port(option, text)?;
    Ok(make(host, port, tls))
}

fn host_and_port(option: &str, text: &str) -> Result<(String, Option<u16>)> {
    let refused = || {
        let allowed = format!("{option} = {text:?}: allowed is HOST or HOST:PORT with a port from 1 to 65535");
        Fault::input("fault-endpoint", allowed).with("option", option).with("value", text)
    };
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') => (host, Some(port.parse().ok().filter(|port| *port > 0).ok_or_else(refused)?)),
        _ => (text, None),
    };
    if host.is_empty() || host.contains(|c: char| c.is_whitespace() || c == '/') {
        bail!(refused());
    }
    Ok((host.to_owned(), port))
}

/// What the options change of how a mailbox is reached; what is not named stays.
pub fn connection_change(args: &MailboxChangeArgs) -> Result<ConnectionChange> {
    let absolute = |path: &Option<PathBuf>, what: &'static str| path.as_ref().map(std::path::absolute).transpose().context(what);
    Ok(ConnectionChange {
        display_name: args.display_name.clone(),
        imap: args.imap.as_deref().map(|text| host_and_port("--imap", text)).transpose()?,
        imap_tls: args.imap_tls.as_deref().map(|text| tls("--imap-tls", text)).transpose()?,
        smtp: args.smtp.as_deref().map(|text| host_and_port("--smtp", text)).transpose()?,
        smtp_tls: args.smtp_tls.as_deref().map(|text| tls("--smtp-tls", text)).transpose()?,
        user: args.user.clone(),
        ca_file: match (args.no_ca_file, absolute(&args.ca_file, "The CA file has no absolute path")?) {
            (true, _) => Some(None),
            (false, file) => file.map(Some),
        },
        authserv_ids: (!args.authserv_id.is_empty()).then(|| args.authserv_id.clone()),
        maildir: args.maildir.as_ref().map(|path| maildir(path, false)).transpose()?,
    })
}

/// What `mailbox policy` is to change; nothing is no order.
pub fn changed(args: &PolicyArgs) -> Result<PolicyChange> {
    let change = change(args)?;
    if change.basis.is_none() && change.delivery.is_none() {
        bail!(Fault::input("fault-policy-nothing", "Nothing is to change: name --basis or --delivery"));
    }
    Ok(change)
}

/// What the options change of a policy.
pub fn change(args: &PolicyArgs) -> Result<PolicyChange> {
    let mut change = PolicyChange { reason: args.reason.clone(), ..PolicyChange::default() };
    if let Some(text) = &args.basis {
        let allowed = LegalBasis::ALL.map(LegalBasis::code).join(", ");
        let Some(basis) = LegalBasis::parse(text) else { bail!(option_fault("--basis", text, &allowed)) };
        change.basis = Some(basis);
    }
    if let Some(text) = &args.delivery {
        let Some(delivery) = Delivery::parse(text) else { bail!(option_fault("--delivery", text, "review, drafts")) };
        change.delivery = Some(delivery);
    }
    Ok(change)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// the bases are these four; another word is refused with the list, and nothing stands for it.
    #[test]
    fn r001_an_unknown_basis_is_refused() {
        let given = |basis: Option<&str>| change(&PolicyArgs { basis: basis.map(str::to_owned), delivery: None, reason: None });
        for basis in LegalBasis::ALL {
            assert_eq!(given(Some(basis.code())).unwrap().basis, Some(basis));
        }
        for unknown in ["", "none", "Consent", "consent,contract"] {
            let refusal = given(Some(unknown)).map(|change| change.basis).unwrap_err().to_string();
            assert!(refusal.contains("consent, contract, legitimate_interest, mixed"), "{unknown:?}: {refusal}");
        }
        assert_eq!(given(None).unwrap().applied_to(&Policy::default()).basis, LegalBasis::Consent);
    }

    #[test]
    fn an_endpoint_takes_the_default_port_of_its_tls() {
        let port = |text, name| Some(server("--imap", text, tls("--imap-tls", name).ok()?, Endpoint::imap).ok()?.port);
        assert_eq!(port("mail.example", "implicit"), Some(993));
        assert_eq!(port("mail.example", "starttls"), Some(143));
        assert_eq!(port("mail.example:31993", "implicit"), Some(31993));
        for (text, tls) in [("", "implicit"), ("mail.example:0", "implicit"), ("mail.example:x", "implicit"), ("mail.example", "none")] {
            assert_eq!(port(text, tls), None, "{text} {tls}");
        }
    }
}
