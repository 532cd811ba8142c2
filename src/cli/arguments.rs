//! The commands and their options (clap). Help texts teach: every command has an example.

use crate::cli::catalogue::Lang;
use crate::domain::EmailAddress;
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;

#[derive(Debug, Parser)]
#[command(name = "hauspost", version, about = "Drafts answers to customer mail from the company's own knowledge, on the company's own box")]
#[command(
    after_help = "Example:\n  hauspost demo\n  hauspost init --data /var/lib/hauspost/data\n  hauspost run --config /etc/hauspost.toml"
)]
pub struct Cli {
    /// One JSON document on stdout, messages on stderr
    #[arg(long, global = true)]
    pub json: bool,
    /// Language of the output
    #[arg(long, global = true, value_enum)]
    pub lang: Option<Lang>,
    /// Data folder
    #[arg(long, global = true, value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Configuration file
    #[arg(long, global = true, value_name = "FILE")]
    pub config: Option<PathBuf>,
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make an encrypted data folder with key slots and a configuration
    #[command(after_help = "Example:\n  hauspost init --data ./data\n  hauspost init --data ./data --passphrase")]
    Init(InitArgs),
    /// Run the service: read the mailboxes, draft, send what was approved
    #[command(after_help = "Example:\n  hauspost run --config /etc/hauspost.toml")]
    Run,
    /// Show the whole way of some sample mails, with nothing but this binary
    #[command(after_help = "Example:\n  hauspost demo\n  hauspost demo --keep ./demo --model qwen3-4b.gguf")]
    Demo(DemoArgs),
    /// Add, list, test and change mailboxes
    #[command(subcommand)]
    Mailbox(MailboxCommand),
    /// Import and search the company's knowledge
    #[command(subcommand)]
    Knowledge(KnowledgeCommand),
    /// Record, list and end consents
    #[command(subcommand)]
    Consent(ConsentCommand),
    /// Import the customer list (legal basis `contract`)
    #[command(subcommand)]
    Customers(CustomersCommand),
    /// See what waits for a person; approve or reject drafts
    #[command(subcommand)]
    Queue(QueueCommand),
    /// Verify the record chains and every page of the databases
    #[command(subcommand)]
    Audit(AuditCommand),
    /// Switch the AI off and on (KI aus)
    #[command(after_help = "Example:\n  hauspost ai off --as \"Berta Beispiel\" --data ./data")]
    Ai(AiArgs),
    /// See a mail as the appliance sees it
    #[command(subcommand)]
    Mail(MailCommand),
    /// Print shell completions
    #[command(after_help = "Example:\n  hauspost completions bash > /etc/bash_completion.d/hauspost")]
    Completions { shell: clap_complete::Shell },
}

#[derive(Debug, Args)]
pub struct InitArgs {
    /// Unlock with a passphrase (asked for, or one line on standard input) instead of a key file
    #[arg(long, conflicts_with = "key_file")]
    pub passphrase: bool,
    /// Where to write the key file [default: DIR.key beside the data folder]
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Keep mails, drafts and records in this folder [default: a temporary one]
    #[arg(long, value_name = "DIR")]
    pub keep: Option<PathBuf>,
    /// A GGUF model that writes the drafts [default: the embedded one chooses, passages are quoted]
    #[arg(long, value_name = "FILE")]
    pub model: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub enum MailboxCommand {
    /// Add a mailbox
    #[command(
        after_help = "Example:\n  hauspost mailbox add service --address service@firma.example --imap imap.firma.example:993 \\\n    --smtp smtp.firma.example:465 --password-file ./pw --as \"Berta Beispiel\" --data ./data"
    )]
    Add(Box<MailboxAddArgs>),
    /// List the mailboxes and their policy
    #[command(after_help = "Example:\n  hauspost mailbox list --data ./data --json")]
    List,
    /// Try login, folders and server features of a mailbox; nothing is changed there
    #[command(after_help = "Example:\n  hauspost mailbox test service --data ./data")]
    Test { name: String },
    /// Give a mailbox a new password
    #[command(after_help = "Example:\n  hauspost mailbox password service --password-file ./pw --as \"Berta Beispiel\" --data ./data")]
    Password {
        name: String,
        /// File with the password; without it one line is read from standard input
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
        #[command(flatten)]
        actor: ActorArg,
    },
    /// Change the policy of a mailbox
    #[command(
        after_help = "Example:\n  hauspost mailbox policy service --delivery drafts --as \"Berta Beispiel\" --reason \"Team ist geschult\" --data ./data"
    )]
    Policy {
        name: String,
        #[command(flatten)]
        policy: PolicyArgs,
        #[command(flatten)]
        actor: ActorArg,
    },
    /// Record that a user of this mailbox has passed the training (needed before drafts are filed)
    #[command(after_help = "Example:\n  hauspost mailbox trained service \"Carl Muster\" --as \"Berta Beispiel\" --data ./data")]
    Trained {
        name: String,
        user: String,
        #[command(flatten)]
        actor: ActorArg,
    },
}

#[derive(Debug, Args)]
pub struct ActorArg {
    /// Name of the person who does this; it is recorded
    #[arg(long = "as", value_name = "NAME")]
    pub actor: String,
}

#[derive(Debug, Args)]
pub struct PolicyArgs {
    /// Legal basis: consent, contract, legitimate_interest, mixed
    #[arg(long, value_name = "BASIS")]
    pub basis: Option<String>,
    /// Where answers go: review (approve here) or drafts (the mailbox's Drafts folder)
    #[arg(long, value_name = "WHERE")]
    pub delivery: Option<String>,
    /// Why the policy is loosened; recorded
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

#[derive(Debug, Args)]
pub struct MailboxAddArgs {
    /// Short name of the mailbox
    pub name: String,
    #[arg(long)]
    pub address: EmailAddressArg,
    /// Name beside the address in our answers [default: the company's name]
    #[arg(long, value_name = "NAME")]
    pub display_name: Option<String>,
    /// IMAP server; port 993 by default
    #[arg(long, value_name = "HOST[:PORT]", required_unless_present = "maildir", conflicts_with = "maildir")]
    pub imap: Option<String>,
    /// TLS of the IMAP server
    #[arg(long, value_name = "implicit|starttls", default_value = "implicit")]
    pub imap_tls: String,
    /// SMTP server; port 465 by default
    #[arg(long, value_name = "HOST[:PORT]", required_unless_present = "maildir", conflicts_with = "maildir")]
    pub smtp: Option<String>,
    #[arg(long, value_name = "implicit|starttls", default_value = "implicit")]
    pub smtp_tls: String,
    /// User name [default: the address]
    #[arg(long)]
    pub user: Option<String>,
    /// File with the password; without it one line is read from standard input
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// PEM file of the company's own certification authority
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// authserv-id of your own mail server in Authentication-Results; may be given several times
    #[arg(long, value_name = "ID")]
    pub authserv_id: Vec<String>,
    /// A Maildir on this machine instead of a server
    #[arg(long, value_name = "DIR")]
    pub maildir: Option<PathBuf>,
    #[command(flatten)]
    pub policy: PolicyArgs,
    #[command(flatten)]
    pub actor: ActorArg,
}

/// An address on the command line.
#[derive(Debug, Clone)]
pub struct EmailAddressArg(pub EmailAddress);

impl std::str::FromStr for EmailAddressArg {
    type Err = crate::domain::address::AddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        EmailAddress::parse(text).map(Self)
    }
}

#[derive(Debug, Subcommand)]
pub enum KnowledgeCommand {
    /// Import a folder of Markdown and text files; unchanged files are skipped
    #[command(after_help = "Example:\n  hauspost knowledge add ./wissen --data ./data")]
    Add { folder: PathBuf },
    /// Remove a source by its name, with every trace of it
    #[command(after_help = "Example:\n  hauspost knowledge remove alte-preise.md --as \"Berta Beispiel\" --data ./data")]
    Remove {
        source: String,
        #[command(flatten)]
        actor: ActorArg,
    },
    /// Search the knowledge
    #[command(after_help = "Example:\n  hauspost knowledge search \"Wie lange kann ich zurückgeben?\" --data ./data")]
    Search {
        query: String,
        /// How many passages at most
        #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=100))]
        limit: u16,
        /// Show why each passage was found
        #[arg(long)]
        explain: bool,
    },
}

#[derive(Debug, Subcommand)]
pub enum ConsentCommand {
    /// Record a consent that was given on paper, by phone or on a form
    #[command(
        after_help = "Example:\n  hauspost consent grant anna@example.org --channel paper --wording ./einwilligung.txt --evidence ./scan.pdf \\\n    --as \"Berta Beispiel\" --data ./data"
    )]
    Grant {
        address: EmailAddressArg,
        /// paper, phone or web_form
        #[arg(long)]
        channel: String,
        /// The wording that was agreed to: a file, or the text itself
        #[arg(long)]
        wording: String,
        /// Scan, note of the call, form entry
        #[arg(long, value_name = "FILE")]
        evidence: PathBuf,
        /// Language of the wording
        #[arg(long, default_value = "de", value_parser = ["de", "en"])]
        wording_language: String,
        /// Name of the recording person [default: the user of this machine]
        #[arg(long = "as", value_name = "NAME")]
        actor: Option<String>,
    },
    /// List all consents
    #[command(after_help = "Example:\n  hauspost consent list --data ./data --json")]
    List,
    /// End a consent, for example after a call
    #[command(after_help = "Example:\n  hauspost consent withdraw anna@example.org --as \"Berta Beispiel\" --data ./data")]
    Withdraw {
        address: EmailAddressArg,
        #[command(flatten)]
        actor: ActorArg,
    },
}

#[derive(Debug, Subcommand)]
pub enum CustomersCommand {
    /// Replace the customer list by a file with one address a line
    #[command(after_help = "Example:\n  hauspost customers import ./kunden.txt --as \"Berta Beispiel\" --data ./data")]
    Import {
        file: PathBuf,
        #[command(flatten)]
        actor: ActorArg,
    },
}

#[derive(Debug, Subcommand)]
pub enum QueueCommand {
    /// What waits for a person or is under way
    #[command(after_help = "Example:\n  hauspost queue list --data ./data --json")]
    List,
    /// One mail with its draft, facts, sources and history
    #[command(after_help = "Example:\n  hauspost queue show 0f8c… --data ./data")]
    Show { id: String },
    /// Approve a draft: it is sent as it is, or with your own text
    #[command(after_help = "Example:\n  hauspost queue approve 0f8c… --as \"Berta Beispiel\" --data ./data")]
    Approve {
        id: String,
        #[command(flatten)]
        actor: ActorArg,
        /// Send this text instead of the draft's
        #[arg(long, value_name = "FILE")]
        text: Option<PathBuf>,
    },
    /// Decide about an answer under way: take an approval back, or end a doubt after a look at Sent or a call
    #[command(after_help = "Example:\n  hauspost queue settle 0f8c… stop --as \"Berta Beispiel\" --data ./data")]
    Settle {
        id: String,
        /// sent (it has arrived), again (send it once more), stop (do not send it)
        #[arg(value_parser = ["sent", "again", "stop"])]
        decision: String,
        #[command(flatten)]
        actor: ActorArg,
    },
    /// Note that a person has dealt with a mail by another way
    #[command(after_help = "Example:\n  hauspost queue done 0f8c… --as \"Berta Beispiel\" --data ./data")]
    Done {
        id: String,
        #[command(flatten)]
        actor: ActorArg,
    },
    /// Reject a draft; the mail stays with a person
    #[command(after_help = "Example:\n  hauspost queue reject 0f8c… --as \"Berta Beispiel\" --reason \"Ton passt nicht\" --data ./data")]
    Reject {
        id: String,
        #[command(flatten)]
        actor: ActorArg,
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

#[derive(Debug, Subcommand)]
pub enum AuditCommand {
    /// Verify every record, checkpoint and database page; exit code 4 where something is broken
    #[command(after_help = "Example:\n  hauspost audit verify --data ./data --json")]
    Verify,
}

#[derive(Debug, Args)]
pub struct AiArgs {
    /// off, on, or nothing to see how it stands
    #[arg(value_parser = ["off", "on"])]
    pub switch: Option<String>,
    #[arg(long = "as", value_name = "NAME", required_if_eq_any([("switch", "off"), ("switch", "on")]))]
    pub actor: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum MailCommand {
    /// Print what the appliance reads in mails (EML files or mbox), without store, configuration or model
    #[command(after_help = "Example:\n  hauspost mail inspect mail.eml --json --own service@firma.example")]
    Inspect {
        #[arg(required = true)]
        files: Vec<PathBuf>,
        /// An address of our own; may be given several times
        #[arg(long, value_name = "ADDRESS")]
        own: Vec<EmailAddressArg>,
    },
}
