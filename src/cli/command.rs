//! Runs one command: builds its request, finds who can answer it, prints the answer.

use crate::app::answers::{self, Desk};
use crate::app::control;
use crate::app::locate;
use crate::app::request::{Answer, GrantRequest, Password, Request};
use crate::cli::arguments::{
    AuditCommand, Cli, Command, ConsentCommand, CustomersCommand, KnowledgeCommand, MailCommand, MailboxCommand, QueueCommand,
};
use crate::cli::catalogue::{Catalogue, Lang};
use crate::cli::output::Output;
use crate::cli::{customers, init, mailbox};
use crate::config::Config;
use crate::store::{Store, StoreError, StoreErrorKind, open};
use anyhow::{Context, Result};
use clap::{CommandFactory, Parser};
use std::io::Write;
use std::path::Path;

/// Exit codes of contracts §1.
pub const BAD_INPUT: u8 = 2;

/// Parses the command line and runs it. Returns the exit code.
pub fn main() -> u8 {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            let _ = error.print();
            return if error.use_stderr() { BAD_INPUT } else { 0 };
        }
    };
    let locale = ["LC_ALL", "LC_MESSAGES", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()));
    let out = Output::new(cli.json, Catalogue::new(Lang::choose(cli.lang, locale.as_deref())));
    crate::telemetry::start();
    match run(&out, cli) {
        Ok(exit) => exit,
        Err(error) => {
            out.error(&format!("{error:#}"));
            exit_of(&error)
        }
    }
}

fn exit_of(error: &anyhow::Error) -> u8 {
    match error.downcast_ref::<StoreError>().map(StoreError::kind) {
        Some(StoreErrorKind::Busy) => 3,
        Some(StoreErrorKind::Damaged) => 4,
        Some(StoreErrorKind::Input) | None => {
            if error.is::<control::ControlError>() {
                3
            } else {
                BAD_INPUT
            }
        }
    }
}

fn run(out: &Output, cli: Cli) -> Result<u8> {
    let place = Place { config: cli.config.as_deref(), data: cli.data.as_deref() };
    match cli.command {
        Command::Init(args) => {
            let data = place.data.context("Name the data folder to make: --data DIR")?;
            init::run(out, data, &args)
        }
        Command::Run => crate::cli::run::run(out, &place.configuration(out)?),
        Command::Demo(args) => crate::cli::demo::run(out, &args),
        Command::Mail(MailCommand::Inspect { files, own }) => {
            let own: Vec<_> = own.into_iter().map(|own| own.0).collect();
            let code = crate::cli::mail_inspect::run(&files, &own, out.json, &mut std::io::stdout().lock())?;
            Ok(u8::try_from(code).unwrap_or(1))
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "hauspost", &mut script);
            // A reader that has seen enough is no error.
            let _ = std::io::stdout().write_all(&script);
            Ok(0)
        }
        asking @ (Command::Mailbox(_)
        | Command::Knowledge(_)
        | Command::Consent(_)
        | Command::Customers(_)
        | Command::Queue(_)
        | Command::Audit(_)
        | Command::Ai(_)) => {
            let config = place.configuration(out)?;
            let request = request(asking, &config)?;
            Ok(out.answer(&ask(out, &config, request)?))
        }
    }
}

/// Where the command was told to look.
struct Place<'a> {
    config: Option<&'a Path>,
    data: Option<&'a Path>,
}

impl Place<'_> {
    fn configuration(&self, out: &Output) -> Result<Config> {
        if self.config.is_none() && self.data.is_none() {
            out.note(&out.say("hint-config", &[]));
        }
        Ok(locate::configuration(self.config, self.data)?)
    }
}

/// The running service where the folder is locked, this process otherwise.
fn ask(out: &Output, config: &Config, request: Request) -> Result<Answer> {
    match open::lock(&config.data) {
        Err(StoreError::Locked(_)) => Ok(control::call(&config.data, &request)?),
        Err(other) => Err(other.into()),
        Ok(free) => {
            drop(free);
            let store = open_store(out, config)?;
            Ok(answers::answer(&Desk::of(config), &store, request))
        }
    }
}

/// Unlocks and opens the data folder of a configuration.
pub fn open_store(out: &Output, config: &Config) -> Result<Store> {
    let unlock = locate::unlock(&config.key, || ask_line(&out.say("ask-passphrase", &[])))?;
    Ok(Store::open(&config.data, &unlock, crate::app::wall_clock::senses())?)
}

/// One line from the person, after a prompt on stderr.
pub fn ask_line(prompt: &str) -> std::io::Result<String> {
    let mut stderr = std::io::stderr().lock();
    stderr.write_all(prompt.as_bytes())?;
    stderr.flush()?;
    let mut line = String::new();
    if std::io::stdin().read_line(&mut line)? == 0 {
        return Err(std::io::ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

fn request(command: Command, config: &Config) -> Result<Request> {
    Ok(match command {
        Command::Mailbox(command) => mailbox_request(command, config)?,
        Command::Knowledge(KnowledgeCommand::Add { folder }) => Request::KnowledgeAdd {
            folder: std::fs::canonicalize(&folder).with_context(|| format!("Folder {} cannot be read", folder.display()))?,
        },
        Command::Knowledge(KnowledgeCommand::Remove { source, actor }) => Request::KnowledgeRemove { source, actor: actor.actor },
        Command::Knowledge(KnowledgeCommand::Search { query, limit, explain }) => {
            Request::KnowledgeSearch { query, limit: usize::from(limit), explain }
        }
        Command::Consent(command) => consent_request(command)?,
        Command::Customers(CustomersCommand::Import { file, actor }) => customers::import(&file, &actor.actor)?,
        Command::Queue(command) => queue_request(command)?,
        Command::Audit(AuditCommand::Verify) => Request::AuditVerify,
        Command::Ai(args) => Request::Ai { off: args.switch.map(|switch| switch == "off"), actor: args.actor },
        Command::Init(_) | Command::Run | Command::Demo(_) | Command::Mail(_) | Command::Completions { .. } => {
            anyhow::bail!("This command asks nothing of the data folder")
        }
    })
}

fn mailbox_request(command: MailboxCommand, config: &Config) -> Result<Request> {
    Ok(match command {
        MailboxCommand::Add(args) => mailbox::add(&args, &config.company)?,
        MailboxCommand::List => Request::MailboxList,
        MailboxCommand::Password { name, password_file, actor } => {
            Request::MailboxPassword { name, password: Password(mailbox::password(password_file.as_deref())?), actor: actor.actor }
        }
        MailboxCommand::Test { name } => Request::MailboxTest { name },
        MailboxCommand::Policy { name, policy, actor } => {
            Request::MailboxPolicy { name, change: mailbox::change(&policy)?, actor: actor.actor }
        }
        MailboxCommand::Trained { name, user, actor } => Request::MailboxTrained { name, trained: user, actor: actor.actor },
    })
}

fn consent_request(command: ConsentCommand) -> Result<Request> {
    Ok(match command {
        ConsentCommand::Grant { address, channel, wording, evidence, wording_language, actor } => {
            let file = Path::new(&wording);
            let wording = if file.is_file() {
                std::fs::read_to_string(file).with_context(|| format!("Wording {} cannot be read as text", file.display()))?
            } else if wording.contains('/') || wording.ends_with(".txt") {
                anyhow::bail!("Wording {} cannot be read as text; give a file that exists, or the words themselves", file.display());
            } else {
                wording
            };
            let bytes = std::fs::read(&evidence).with_context(|| format!("Evidence {} cannot be read", evidence.display()))?;
            Request::ConsentGrant(Box::new(GrantRequest {
                address: address.0,
                channel,
                wording,
                language: wording_language,
                evidence_name: evidence.file_name().unwrap_or_default().to_string_lossy().into_owned(),
                evidence: bytes,
                actor: actor.unwrap_or_else(machine_user),
            }))
        }
        ConsentCommand::List => Request::ConsentList,
        ConsentCommand::Withdraw { address, actor } => Request::ConsentWithdraw { address: address.0, actor: actor.actor },
    })
}

/// Who sits at this machine, for commands that may go without `--as`.
fn machine_user() -> String {
    ["SUDO_USER", "USER", "LOGNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
        .unwrap_or_else(|| "system".to_owned())
}

fn queue_request(command: QueueCommand) -> Result<Request> {
    Ok(match command {
        QueueCommand::List => Request::QueueList,
        QueueCommand::Show { id } => Request::QueueShow { id },
        QueueCommand::Approve { id, actor, text } => {
            let text = text
                .map(|file| std::fs::read_to_string(&file).with_context(|| format!("Text {} cannot be read", file.display())))
                .transpose()?;
            Request::QueueApprove { id, actor: actor.actor, text }
        }
        QueueCommand::Settle { id, decision, actor } => Request::QueueSettle { id, decision, actor: actor.actor },
        QueueCommand::Done { id, actor } => Request::QueueDone { id, actor: actor.actor },
        QueueCommand::Reject { id, actor, reason } => Request::QueueReject { id, actor: actor.actor, reason },
    })
}
