//! The commands and their options (clap). Help texts teach: every command has an example.

use crate::cli::catalogue::Lang;
use crate::cli::evaluate::DrafterArg;
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
    #[arg(long, global = true, value_enum, value_name = "LANG")]
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
    /// Get back into a data folder whose key file or configuration is lost, with the recovery code
    #[command(after_help = "Example:\n  hauspost recover --as \"Berta Beispiel\" --data ./data")]
    Recover(RecoverArgs),
    /// Run the service: read the mailboxes, draft, send what was approved
    #[command(after_help = "Example:\n  hauspost run --config /etc/hauspost.toml")]
    Run,
    /// Show the whole way of some sample mails, with nothing but this binary
    #[command(after_help = "Example:\n  hauspost demo\n  hauspost demo --keep ./demo --model qwen3-4b.gguf")]
    Demo(DemoArgs),
    /// Add, list, test and change mailboxes
    #[command(subcommand, after_help = "Example:\n  hauspost mailbox list --data ./data")]
    Mailbox(MailboxCommand),
    /// Import, list and search the company's knowledge
    #[command(subcommand, after_help = "Example:\n  hauspost knowledge add ./wissen --data ./data")]
    Knowledge(KnowledgeCommand),
    /// Record, list and end consents
    #[command(subcommand, after_help = "Example:\n  hauspost consent list --data ./data")]
    Consent(ConsentCommand),
    /// Import the customer list (legal basis `contract`)
    #[command(subcommand, after_help = "Example:\n  hauspost customers import ./kunden.txt --as \"Berta Beispiel\" --data ./data")]
    Customers(CustomersCommand),
    /// See what waits for a person; approve or reject drafts
    #[command(subcommand, after_help = "Example:\n  hauspost queue list --data ./data")]
    Queue(QueueCommand),
    /// Verify the record chains and every page of the databases
    #[command(subcommand, after_help = "Example:\n  hauspost audit verify --data ./data")]
    Audit(AuditCommand),
    /// Switch the AI off and on (KI aus)
    #[command(after_help = "Example:\n  hauspost ai off --as \"Berta Beispiel\" --data ./data")]
    Ai(AiArgs),
    /// See a mail as the appliance sees it
    #[command(subcommand, after_help = "Example:\n  hauspost mail inspect mail.eml")]
    Mail(MailCommand),
    /// Measure the product with a suite of your own; touches no data folder and sends nothing
    #[command(subcommand, after_help = "Example:\n  hauspost evaluate evidence --suite faults.jsonl --json")]
    Evaluate(EvaluateCommand),
    /// Print shell completions
    #[command(after_help = "Example:\n  hauspost completions bash > /etc/bash_completion.d/hauspost")]
    Completions {
        /// The shell to complete for
        shell: clap_complete::Shell,
    },
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
pub struct RecoverArgs {
    /// Set a new passphrase instead of a new key file
    #[arg(long, conflicts_with = "key_file")]
    pub passphrase: bool,
    /// The key file to use, or where to write a new one [default: as the configuration says, else DIR.key beside the data folder]
    #[arg(long, value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    #[command(flatten)]
    pub actor: ActorArg,
}

#[derive(Debug, Args)]
pub struct DemoArgs {
    /// Keep mails, drafts and records in this folder; otherwise everything is removed at the end
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
        after_help = "Example:\n  hauspost mailbox add service --address service@firma.example \\\n    --imap imap.firma.example:993 --smtp smtp.firma.example:465 \\\n    --password-file ./pw --as \"Berta Beispiel\" --data ./data"
    )]
    Add(Box<MailboxAddArgs>),
    /// List the mailboxes and their policy
    #[command(after_help = "Example:\n  hauspost mailbox list --data ./data --json")]
    List,
    /// Try login, folders and server features of a mailbox; nothing is changed there
    #[command(after_help = "Example:\n  hauspost mailbox test service --data ./data")]
    Test {
        /// Short name of the mailbox
        name: String,
    },
    /// Make the folders for drafts and sent mail where the mailbox has none
    #[command(after_help = "Example:\n  hauspost mailbox create-folders service --as \"Berta Beispiel\" --data ./data")]
    CreateFolders {
        /// Short name of the mailbox
        name: String,
        #[command(flatten)]
        actor: ActorArg,
    },
    /// Give a mailbox a new password
    #[command(
        after_help = "Example:\n  hauspost mailbox password service --password-file ./pw \\\n    --as \"Berta Beispiel\" --data ./data"
    )]
    Password {
        /// Short name of the mailbox
        name: String,
        /// File with the password; without it one line is read from standard input
        #[arg(long, value_name = "FILE")]
        password_file: Option<PathBuf>,
        #[command(flatten)]
        actor: ActorArg,
    },
    /// Change how a mailbox is reached: server, user, certificate; what is not named stays
    #[command(
        after_help = "Example:\n  hauspost mailbox change service --imap imap.firma.example \\\n    --ca-file ./ca.pem --as \"Berta Beispiel\" --data ./data"
    )]
    Change(Box<MailboxChangeArgs>),
    /// Stop looking after a mailbox; its mails stay with people, the mailbox itself is not touched
    #[command(after_help = "Example:\n  hauspost mailbox remove service --as \"Berta Beispiel\" --data ./data")]
    Remove {
        /// Short name of the mailbox
        name: String,
        #[command(flatten)]
        actor: ActorArg,
    },
    /// Change the policy of a mailbox
    #[command(
        after_help = "Example:\n  hauspost mailbox policy service --delivery drafts \\\n    --reason \"Team ist geschult\" --as \"Berta Beispiel\" --data ./data"
    )]
    Policy {
        /// Short name of the mailbox
        name: String,
        #[command(flatten)]
        policy: PolicyArgs,
        #[command(flatten)]
        actor: ActorArg,
    },
    /// Record that a user of this mailbox has passed the training (needed before drafts are filed)
    #[command(after_help = "Example:\n  hauspost mailbox trained service \"Carl Muster\" \\\n    --as \"Berta Beispiel\" --data ./data")]
    Trained {
        /// Short name of the mailbox
        name: String,
        /// Name of the trained person
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
    /// Legal basis on which mails are read
    #[arg(long, value_name = "BASIS", value_parser = ["consent", "contract", "legitimate_interest", "mixed"])]
    pub basis: Option<String>,
    /// Where answers go: review (approve here) or drafts (the mailbox's Drafts folder)
    #[arg(long, value_name = "WHERE", value_parser = ["review", "drafts"])]
    pub delivery: Option<String>,
    /// Why the policy is loosened; recorded
    #[arg(long, value_name = "TEXT")]
    pub reason: Option<String>,
}

#[derive(Debug, Args)]
pub struct MailboxAddArgs {
    /// Short name of the mailbox
    pub name: String,
    /// Address of the mailbox
    #[arg(long)]
    pub address: EmailAddressArg,
    /// Name beside the address in our answers [default: the company's name]
    #[arg(long, value_name = "NAME")]
    pub display_name: Option<String>,
    /// IMAP server; port 993 by default
    #[arg(long, value_name = "HOST[:PORT]", required_unless_present = "maildir", conflicts_with = "maildir")]
    pub imap: Option<String>,
    /// TLS of the IMAP server: from the first byte, or enforced STARTTLS
    #[arg(long, value_name = "TLS", default_value = "implicit", value_parser = ["implicit", "starttls"])]
    pub imap_tls: String,
    /// SMTP server; port 465 by default
    #[arg(long, value_name = "HOST[:PORT]", required_unless_present = "maildir", conflicts_with = "maildir")]
    pub smtp: Option<String>,
    /// TLS of the SMTP server: from the first byte, or enforced STARTTLS
    #[arg(long, value_name = "TLS", default_value = "implicit", value_parser = ["implicit", "starttls"])]
    pub smtp_tls: String,
    /// User name [default: the address]
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
    /// File with the password; without it one line is read from standard input
    #[arg(long, value_name = "FILE")]
    pub password_file: Option<PathBuf>,
    /// PEM file of the company's own certification authority
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// authserv-id of your own mail server in Authentication-Results; may be given several times
    #[arg(long, value_name = "AUTHSERV-ID")]
    pub authserv_id: Vec<String>,
    /// A Maildir on this machine instead of a server
    #[arg(long, value_name = "DIR")]
    pub maildir: Option<PathBuf>,
    /// Make the Maildir where it is missing
    #[arg(long, requires = "maildir")]
    pub create: bool,
    #[command(flatten)]
    pub policy: PolicyArgs,
    #[command(flatten)]
    pub actor: ActorArg,
}

#[derive(Debug, Args)]
pub struct MailboxChangeArgs {
    /// Short name of the mailbox
    pub name: String,
    /// Name beside the address in our answers
    #[arg(long, value_name = "NAME")]
    pub display_name: Option<String>,
    /// IMAP server
    #[arg(long, value_name = "HOST[:PORT]")]
    pub imap: Option<String>,
    /// TLS of the IMAP server: from the first byte, or enforced STARTTLS
    #[arg(long, value_name = "TLS", value_parser = ["implicit", "starttls"])]
    pub imap_tls: Option<String>,
    /// SMTP server
    #[arg(long, value_name = "HOST[:PORT]")]
    pub smtp: Option<String>,
    /// TLS of the SMTP server: from the first byte, or enforced STARTTLS
    #[arg(long, value_name = "TLS", value_parser = ["implicit", "starttls"])]
    pub smtp_tls: Option<String>,
    /// User name
    #[arg(long, value_name = "NAME")]
    pub user: Option<String>,
    /// PEM file of the company's own certification authority
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
    /// Trust the public certification authorities alone again
    #[arg(long, conflicts_with = "ca_file")]
    pub no_ca_file: bool,
    /// authserv-id of your own mail server in Authentication-Results; replaces those before; may be given several times
    #[arg(long, value_name = "AUTHSERV-ID")]
    pub authserv_id: Vec<String>,
    /// Where the Maildir lies now
    #[arg(long, value_name = "DIR", conflicts_with_all = ["imap", "smtp"])]
    pub maildir: Option<PathBuf>,
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
    /// Import a folder or a file (Markdown, text, CSV, HTML, PDF, DOCX, XLSX); unchanged files are skipped
    #[command(
        after_help = "Example:\n  hauspost knowledge add ./wissen --owner \"Berta Beispiel\" \\\n    --valid-until 2026-12-31 --data ./data"
    )]
    Add(KnowledgeAddArgs),
    /// List the sources with their state, validity, owner and warnings
    #[command(after_help = "Example:\n  hauspost knowledge list --data ./data --json")]
    List,
    /// Remove a source by its name, with every trace of it
    #[command(after_help = "Example:\n  hauspost knowledge remove alte-preise.md --as \"Berta Beispiel\" --data ./data")]
    Remove {
        /// Name of the source, as `knowledge add` and `knowledge search` print it
        source: String,
        #[command(flatten)]
        actor: ActorArg,
    },
    /// Search the knowledge
    #[command(after_help = "Example:\n  hauspost knowledge search \"Wie lange kann ich zurückgeben?\" --data ./data")]
    Search {
        /// The question, in plain words
        query: String,
        /// How many passages at most
        #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u16).range(1..=100))]
        limit: u16,
        /// Show why each passage was found
        #[arg(long)]
        explain: bool,
        /// Only what a customer's mail to this mailbox would find
        #[arg(long, value_name = "NAME")]
        mailbox: Option<String>,
    },
}

#[derive(Debug, Args)]
pub struct KnowledgeAddArgs {
    /// Folder or file; the terms may also stand in hauspost-knowledge.toml in the folder, and at the head of Markdown and text files
    pub path: PathBuf,
    /// Who answers for the content
    #[arg(long, value_name = "NAME")]
    pub owner: Option<String>,
    /// First day on which it holds (YYYY-MM-DD)
    #[arg(long, value_name = "DATE")]
    pub valid_from: Option<jiff::civil::Date>,
    /// Last day on which it holds (YYYY-MM-DD)
    #[arg(long, value_name = "DATE")]
    pub valid_until: Option<jiff::civil::Date>,
    /// Only for this mailbox (name or address); may be given several times [default: all]
    #[arg(long, value_name = "ADDRESS")]
    pub mailbox: Vec<String>,
    /// public answers customers; internal and confidential are found by staff alone
    #[arg(long, value_parser = ["public", "internal", "confidential"])]
    pub classification: Option<String>,
    /// It holds data about persons
    #[arg(long, value_name = "BOOL", num_args = 0..=1, require_equals = true, default_missing_value = "true")]
    pub personal_data: Option<bool>,
    /// Let only hold what is said now; else earlier, stricter terms stay
    #[arg(long)]
    pub new_terms: bool,
    /// Remove what was imported from this folder and is not in it any more
    #[arg(long)]
    pub prune: bool,
}

#[derive(Debug, Subcommand)]
pub enum ConsentCommand {
    /// Record a consent that was given on paper, by phone or on a form
    #[command(
        after_help = "Example:\n  hauspost consent grant anna@example.org --channel paper \\\n    --wording ./einwilligung.txt --evidence ./scan.pdf \\\n    --as \"Berta Beispiel\" --data ./data"
    )]
    Grant {
        /// Address of the person who agreed
        address: EmailAddressArg,
        /// How the consent came
        #[arg(long, value_parser = ["paper", "phone", "web_form"])]
        channel: String,
        /// The wording that was agreed to: a file, or the text itself
        #[arg(long, value_name = "FILE|TEXT")]
        wording: String,
        /// Scan, note of the call, form entry
        #[arg(long, value_name = "FILE")]
        evidence: PathBuf,
        /// Language of the wording
        #[arg(long, value_name = "LANG", default_value = "de", value_parser = ["de", "en"])]
        wording_language: String,
        /// Name of the recording person [default: the user of this machine]
        #[arg(long = "as", value_name = "NAME")]
        actor: Option<String>,
    },
    /// List all consents
    #[command(after_help = "Example:\n  hauspost consent list --data ./data --json")]
    List,
    /// End a consent, for example after a call
    #[command(after_help = "Example:\n  hauspost consent withdraw anna@example.org \\\n    --as \"Berta Beispiel\" --data ./data")]
    Withdraw {
        /// Address of the person
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
        /// Text file with one address a line; lines with # are skipped
        file: PathBuf,
        /// Take a file without an address too: from then on nobody is a customer
        #[arg(long)]
        allow_empty: bool,
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
    Show {
        /// Id of the entry, as `queue list` prints it
        id: String,
    },
    /// Approve a draft: it is sent as it is, or with your own text
    #[command(after_help = "Example:\n  hauspost queue approve 0f8c… --as \"Berta Beispiel\" --data ./data")]
    Approve {
        /// Id of the entry, as `queue list` prints it
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
        /// Id of the entry, as `queue list` prints it
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
        /// Id of the entry, as `queue list` prints it
        id: String,
        #[command(flatten)]
        actor: ActorArg,
    },
    /// Reject a draft; the mail stays with a person
    #[command(
        after_help = "Example:\n  hauspost queue reject 0f8c… --reason \"Ton passt nicht\" \\\n    --as \"Berta Beispiel\" --data ./data"
    )]
    Reject {
        /// Id of the entry, as `queue list` prints it
        id: String,
        #[command(flatten)]
        actor: ActorArg,
        /// Why; recorded
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
    /// Name of the person who throws the switch; it is recorded
    #[arg(long = "as", value_name = "NAME", required_if_eq_any([("switch", "off"), ("switch", "on")]))]
    pub actor: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum MailCommand {
    /// Print what the appliance reads in mails (EML files or mbox), without store, configuration or model
    #[command(after_help = "Example:\n  hauspost mail inspect mail.eml --json --own service@firma.example")]
    Inspect {
        /// Mails as .eml, or mbox files
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// An address of our own; may be given several times
        #[arg(long, value_name = "ADDRESS")]
        own: Vec<EmailAddressArg>,
    },
}

#[derive(Debug, Subcommand)]
pub enum EvaluateCommand {
    /// Let mails go their way from understanding to the checked draft
    #[command(
        after_help = "Example:\n  hauspost evaluate drafts --suite our-mails.jsonl \\\n    --details details.jsonl --json\n  hauspost evaluate drafts --suite our-mails.jsonl \\\n    --model qwen3-4b.gguf --drafter model"
    )]
    Drafts {
        #[command(flatten)]
        suite: SuiteArgs,
        /// A GGUF model [default: the embedded one]
        #[arg(long, value_name = "FILE")]
        model: Option<PathBuf>,
        /// Who writes
        #[arg(long, value_enum, default_value = "default")]
        drafter: DrafterArg,
    },
    /// Check drafts with and without a fault against their sources
    #[command(after_help = "Example:\n  hauspost evaluate evidence --suite faults.jsonl --json")]
    Evidence(SuiteArgs),
    /// Search for questions whose passages are known
    #[command(after_help = "Example:\n  hauspost evaluate retrieval --suite german.jsonl english.jsonl --json")]
    Retrieval(SuiteArgs),
}

#[derive(Debug, Args)]
pub struct SuiteArgs {
    /// JSON Lines; several files are one suite
    #[arg(long, required = true, num_args = 1.., value_name = "FILE")]
    pub suite: Vec<PathBuf>,
    /// Write one JSON object for each case here
    #[arg(long, value_name = "FILE")]
    pub details: Option<PathBuf>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::error::ErrorKind;

    /// Who decides is named: no command that changes something goes without `--as`.
    #[test]
    fn r064_what_changes_something_names_who_does_it() {
        for command in [
            "queue approve 0f",
            "queue approve 0f --text ./t",
            "queue reject 0f --reason x",
            "queue settle 0f again",
            "queue done 0f",
            "consent withdraw anna@example.org",
            "customers import ./k",
            "knowledge remove x.md",
            "mailbox add s --address a@example.org --maildir ./m",
            "mailbox password s",
            "mailbox policy s --delivery drafts",
            "mailbox trained s Carl",
            "ai off",
            "ai on",
        ] {
            let parsed =
                |more: &[&str]| Cli::try_parse_from(["hauspost"].into_iter().chain(command.split(' ')).chain(more.iter().copied()));
            let refusal = parsed(&[]).map(|cli| format!("{:?}", cli.command)).expect_err(command);
            assert_eq!(refusal.kind(), ErrorKind::MissingRequiredArgument, "{command}: {refusal}");
            assert!(refusal.to_string().contains("--as"), "{command}: {refusal}");
            assert!(parsed(&["--as", "Berta Beispiel"]).is_ok(), "{command}");
        }
    }
}
