//! Runs one command: builds its request, finds who can answer it, prints the answer.

use crate::app::answers::{self, Desk};
use crate::app::control::{self, ControlError};
use crate::app::fault::Fault;
use crate::app::fault::system::unreadable;
use crate::app::locate::{self, LocateError};
use crate::app::request::{Answer, GrantRequest, Password, Request};
use crate::cli::arguments::{
    AuditCommand, Cli, Command, ConsentCommand, CustomersCommand, KnowledgeCommand, MailCommand, MailboxCommand, QueueCommand,
};
use crate::cli::catalogue::{Catalogue, Lang};
use crate::cli::output::Output;
use crate::cli::waiting::Waiting;
use crate::cli::{customers, help, init, knowledge, mailbox, recover, usage};
use crate::config::Config;
use crate::store::{Store, StoreError, open};
use anyhow::Result;
use clap::FromArgMatches;
use std::io::Write;
use std::path::Path;
use std::time::Duration;

/// Parses the command line and runs it. Returns the exit code.
pub fn main() -> u8 {
    let arguments: Vec<_> = std::env::args_os().collect();
    let catalogue = Catalogue::new(Lang::ahead(&arguments));
    let mut parser = help::command(&catalogue);
    let parsed = parser.try_get_matches_from_mut(&arguments).and_then(|matches| Cli::from_arg_matches(&matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            let out = Output::new(usage::wants_json(&arguments), catalogue);
            return out.ended(if error.use_stderr() { usage::refuse(&out, &error) } else { help_text(&out, &error) });
        }
    };
    let out = Output::new(cli.json, catalogue);
    crate::telemetry::start();
    let exit = match run(&out, cli) {
        Ok(exit) => exit,
        Err(error) => out.fault(&Fault::of(&error)),
    };
    out.ended(exit)
}

/// `--help` and `--version`, which the parser prints itself, in colour where that is wanted.
fn help_text(out: &Output, text: &clap::Error) -> u8 {
    if let Err(error) = text.print().and_then(|()| std::io::stdout().flush()) {
        out.unwritten(&error);
    }
    0
}

fn run(out: &Output, cli: Cli) -> Result<u8> {
    let place = Place { config: cli.config.as_deref(), data: cli.data.as_deref() };
    match cli.command {
        Command::Init(args) => init::run(out, place.data.ok_or(LocateError::NoData)?, place.config, &args),
        Command::Recover(args) => recover::run(out, place.data, place.config, &args),
        Command::Run => crate::cli::run::run(out, &place.configuration()?),
        Command::Demo(args) => crate::cli::demo::run(out, &args, place.data),
        Command::Evaluate(command) => crate::cli::evaluate::run(out, &command),
        Command::Mail(MailCommand::Inspect { files, own }) => {
            let own: Vec<_> = own.into_iter().map(|own| own.0).collect();
            let catalogue = (!out.json).then_some(&out.catalogue);
            match crate::cli::mail_inspect::run(&files, &own, catalogue, &mut std::io::stdout().lock()) {
                Ok(code) => Ok(u8::try_from(code).unwrap_or(1)),
                Err(error) => {
                    // What cannot be read of a mail is printed; an error of the system here is one of printing.
                    let unwritten =
                        error.chain().find_map(|cause| cause.downcast_ref::<std::io::Error>()).map(|cause| out.unwritten(cause));
                    unwritten.map_or(Err(error), |()| Ok(0))
                }
            }
        }
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut help::command(&out.catalogue), "hauspost", &mut script);
            if out.json {
                out.document(&serde_json::json!({ "script": String::from_utf8_lossy(&script) }));
                return Ok(0);
            }
            let mut stdout = std::io::stdout().lock();
            if let Err(error) = stdout.write_all(&script).and_then(|()| stdout.flush()) {
                out.unwritten(&error);
            }
            Ok(0)
        }
        asking @ (Command::Mailbox(_)
        | Command::Knowledge(_)
        | Command::Consent(_)
        | Command::Customers(_)
        | Command::Queue(_)
        | Command::Audit(_)
        | Command::Ai(_)) => {
            let config = place.configuration()?;
            let request = request(out, asking, &config)?;
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
    fn configuration(&self) -> Result<Config> {
        Ok(locate::configuration(self.config, self.data)?)
    }
}

/// The running service where the folder is locked, this process otherwise.
fn ask(out: &Output, config: &Config, request: Request) -> Result<Answer> {
    let waiting = || Waiting::begin(out.say("waiting", &[]));
    let mut patience = Patience::new();
    loop {
        match open::lock(&config.data) {
            Err(StoreError::Locked(_)) => {
                let _waiting = waiting();
                match control::call(&config.data, &request) {
                    Err(ControlError::NoService(_)) if patience.is_left() => {}
                    answered => return Ok(answered?),
                }
            }
            Err(other) => return Err(other.into()),
            Ok(free) => {
                drop(free);
                break;
            }
        }
    }
    let store = open_store(out, config)?;
    let _waiting = waiting();
    Ok(answers::answer(&Desk::of(config), &store, request))
}

/// The service starts while a command still works, or a command comes while the service starts: each waits a while for the other.
struct Patience(u32);

impl Patience {
    const LOOKS: u32 = 100;
    const PAUSE: Duration = Duration::from_millis(100);

    const fn new() -> Self {
        Self(Self::LOOKS)
    }

    /// Waits once more; false when it has waited long enough.
    fn is_left(&mut self) -> bool {
        if self.0 > 0 {
            std::thread::sleep(Self::PAUSE);
        }
        self.0 = self.0.saturating_sub(1);
        self.0 > 0
    }
}

/// Unlocks and opens the data folder of a configuration.
pub fn open_store(out: &Output, config: &Config) -> Result<Store> {
    let unlock = locate::unlock(&config.key, || ask_line(&out.say("ask-passphrase", &[])))?;
    let mut patience = Patience::new();
    let store = loop {
        match Store::open(&config.data, &unlock, crate::app::wall_clock::senses()) {
            Err(StoreError::Locked(_)) if !control::is_served(&config.data) && patience.is_left() => {}
            opened => break opened?,
        }
    };
    // A damaged search.db was made anew and is empty: nothing may be answered from it before it is filled again.
    answers::knowledge::mend_indexes(&store)?;
    Ok(store)
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

fn request(out: &Output, command: Command, config: &Config) -> Result<Request> {
    Ok(match command {
        Command::Mailbox(command) => mailbox_request(out, command, config)?,
        Command::Knowledge(KnowledgeCommand::Add(args)) => knowledge::add(args)?,
        Command::Knowledge(KnowledgeCommand::List) => Request::KnowledgeList,
        Command::Knowledge(KnowledgeCommand::Remove { source, actor }) => Request::KnowledgeRemove { source, actor: actor.actor },
        Command::Knowledge(KnowledgeCommand::Search { query, limit, explain, mailbox }) => {
            Request::KnowledgeSearch { query, limit: usize::from(limit), explain, mailbox }
        }
        Command::Consent(command) => consent_request(command)?,
        Command::Customers(CustomersCommand::Import { file, allow_empty, actor }) => customers::import(&file, allow_empty, &actor.actor)?,
        Command::Queue(command) => queue_request(command)?,
        Command::Audit(AuditCommand::Verify) => Request::AuditVerify,
        Command::Ai(args) => Request::Ai { off: args.switch.map(|switch| switch == "off"), actor: args.actor },
        Command::Init(_)
        | Command::Recover(_)
        | Command::Run
        | Command::Demo(_)
        | Command::Mail(_)
        | Command::Evaluate(_)
        | Command::Completions { .. } => {
            anyhow::bail!("This command asks nothing of the data folder")
        }
    })
}

fn mailbox_request(out: &Output, command: MailboxCommand, config: &Config) -> Result<Request> {
    Ok(match command {
        MailboxCommand::Add(args) => mailbox::add(out, &args, &config.company)?,
        MailboxCommand::Change(args) => Request::MailboxChange {
            name: args.name.clone(),
            change: Box::new(mailbox::connection_change(&args)?),
            actor: args.actor.actor.clone(),
        },
        MailboxCommand::Remove { name, actor } => Request::MailboxRemove { name, actor: actor.actor },
        MailboxCommand::List => Request::MailboxList,
        MailboxCommand::Password { name, password_file, actor } => {
            Request::MailboxPassword { name, password: Password(mailbox::password(out, password_file.as_deref())?), actor: actor.actor }
        }
        MailboxCommand::CreateFolders { name, actor } => Request::MailboxFolders { name, actor: actor.actor },
        MailboxCommand::Test { name } => Request::MailboxTest { name },
        MailboxCommand::Policy { name, policy, actor } => {
            Request::MailboxPolicy { name, change: mailbox::changed(&policy)?, actor: actor.actor }
        }
        MailboxCommand::Trained { name, user, actor } => Request::MailboxTrained { name, trained: user, actor: actor.actor },
    })
}

fn consent_request(command: ConsentCommand) -> Result<Request> {
    Ok(match command {
        ConsentCommand::Grant { address, channel, wording, evidence, wording_language, actor } => {
            let wording = wording_text(&wording)?;
            let bytes = std::fs::read(&evidence).map_err(|error| unreadable("evidence", &evidence, &error))?;
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

/// The words themselves, or a file that holds them.
fn wording_text(wording: &str) -> Result<String> {
    let file = Path::new(wording);
    if file.is_file() || wording.contains('/') || wording.ends_with(".txt") {
        return Ok(std::fs::read_to_string(file).map_err(|error| unreadable("wording", file, &error))?);
    }
    Ok(wording.to_owned())
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
            let text = text.map(|file| std::fs::read_to_string(&file).map_err(|error| unreadable("text", &file, &error))).transpose()?;
            Request::QueueApprove { id, actor: actor.actor, text }
        }
        QueueCommand::Settle { id, decision, actor } => Request::QueueSettle { id, decision, actor: actor.actor },
        QueueCommand::Done { id, actor } => Request::QueueDone { id, actor: actor.actor },
        QueueCommand::Reject { id, actor, reason } => Request::QueueReject { id, actor: actor.actor, reason },
    })
}
