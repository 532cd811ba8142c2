//! `hauspost mailbox`: turns options into a request; says which value is wrong and what is allowed.

use crate::app::fault::Fault;
use crate::app::fault::system::{io, option as option_fault, unreadable};
use crate::app::request::{NewMailbox, Password, PolicyChange, Request};
use crate::cli::arguments::{MailboxAddArgs, PolicyArgs};
use crate::cli::output::Output;
use crate::domain::Secret;
use crate::domain::company::CompanyParticulars;
use crate::domain::mailbox::{Connection, Endpoint, ImapConnection, TlsMode};
use crate::domain::policy::{Delivery, LegalBasis, Policy};
use anyhow::{Context, Result, bail};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};

const IMAPS: u16 = 993;
const IMAP: u16 = 143;
const SUBMISSIONS: u16 = 465;
const SUBMISSION: u16 = 587;

pub fn add(out: &Output, args: &MailboxAddArgs, company: &CompanyParticulars) -> Result<Request> {
    let connection = match (&args.maildir, &args.imap, &args.smtp) {
        (Some(path), None, None) => Connection::Maildir { path: maildir(path, args.create)?, authserv_ids: args.authserv_id.clone() },
        (None, Some(imap), Some(smtp)) => Connection::Imap(Box::new(ImapConnection {
            imap: endpoint("--imap", imap, &args.imap_tls, (IMAPS, IMAP))?,
            smtp: endpoint("--smtp", smtp, &args.smtp_tls, (SUBMISSIONS, SUBMISSION))?,
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
        Some(file) => std::fs::read_to_string(file).map_err(|error| unreadable("password", file, &error))?,
        None => crate::cli::command::ask_line(&out.say("ask-password", &[]))
            .map_err(|error| Fault::input("fault-no-password", format!("No password came on standard input: {error}")))?,
    };
    Ok(Secret::new(text.trim_end_matches(['\r', '\n']).to_owned()))
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

fn endpoint(option: &str, text: &str, tls: &str, ports: (u16, u16)) -> Result<Endpoint> {
    let Some(tls) = TlsMode::parse(tls) else { bail!(option_fault(&format!("{option}-tls"), tls, "implicit, starttls")) };
    let default = match tls {
        TlsMode::Implicit => ports.0,
        TlsMode::Starttls => ports.1,
    };
    let refused = || {
        let allowed = format!("{option} = {text:?}: allowed is HOST or HOST:PORT with a port from 1 to 65535");
        Fault::input("fault-endpoint", allowed).with("option", option).with("value", text)
    };
    let (host, port) = match text.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') => (host, port.parse().ok().filter(|port| *port > 0).ok_or_else(refused)?),
        _ => (text, default),
    };
    if host.is_empty() || host.contains(|c: char| c.is_whitespace() || c == '/') {
        bail!(refused());
    }
    Ok(Endpoint { host: host.to_owned(), port, tls })
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
        let port = |text, tls| endpoint("--imap", text, tls, (IMAPS, IMAP)).map(|endpoint| endpoint.port).ok();
        assert_eq!(port("mail.example", "implicit"), Some(993));
        assert_eq!(port("mail.example", "starttls"), Some(143));
        assert_eq!(port("mail.example:31993", "implicit"), Some(31993));
        for (text, tls) in [("", "implicit"), ("mail.example:0", "implicit"), ("mail.example:x", "implicit"), ("mail.example", "none")] {
            assert_eq!(port(text, tls), None, "{text} {tls}");
        }
    }
}
