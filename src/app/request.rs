//! What a command asks of the open data folder, and what comes back: the protocol of the control socket.
//!
//! The same request is answered in this process where the folder is free, and by the running service where it is not.

use crate::app::sentence::Sentence;
use crate::domain::draft::{Ask, Claim, Verdict};
use crate::domain::knowledge::Hit;
use crate::domain::mailbox::{Mailbox, TlsMode};
use crate::domain::overview::{Overview, Priority};
use crate::domain::policy::Policy;
use crate::domain::reason::HandOver;
use crate::domain::{EmailAddress, Secret};
use serde::{Deserialize, Serialize};
use std::path::PathBuf;

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Request {
    MailboxAdd { mailbox: Box<NewMailbox>, password: Password, actor: String, reason: Option<String> },
    MailboxChange { name: String, change: Box<ConnectionChange>, actor: String },
    MailboxRemove { name: String, actor: String },
    MailboxList,
    MailboxTest { name: String },
    MailboxFolders { name: String, actor: String },
    MailboxPassword { name: String, password: Password, actor: String },
    MailboxPolicy { name: String, change: PolicyChange, actor: String },
    MailboxTrained { name: String, trained: String, actor: String },
    KnowledgeAdd(Box<SourcesOrder>),
    KnowledgeList,
    KnowledgeRemove { source: String, actor: String },
    KnowledgeSearch { query: String, limit: usize, explain: bool, mailbox: Option<String> },
    ConsentGrant(Box<GrantRequest>),
    ConsentList,
    ConsentWithdraw { address: EmailAddress, actor: String },
    CustomersImport { addresses: Vec<EmailAddress>, actor: String },
    QueueList,
    QueueShow { id: String },
    QueueApprove { id: String, actor: String, text: Option<String> },
    QueueSettle { id: String, decision: String, actor: String },
    QueueDone { id: String, actor: String },
    QueueReject { id: String, actor: String, reason: String },
    AuditVerify,
    Ai { off: Option<bool>, actor: Option<String> },
}

/// What is to be imported, and under which terms where neither manifest nor file says otherwise.
#[derive(Debug, Serialize, Deserialize)]
pub struct SourcesOrder {
    pub path: PathBuf,
    pub owner: Option<String>,
    pub valid_from: Option<jiff::civil::Date>,
    pub valid_until: Option<jiff::civil::Date>,
    /// None: nothing is said about it.
    pub mailboxes: Vec<String>,
    pub classification: Option<crate::knowledge::terms::Classification>,
    pub personal_data: Option<bool>,
    /// What was said before no longer counts.
    pub fresh: bool,
    pub prune: bool,
    /// Repeated by the service, and given by nobody.
    pub standing: bool,
}

/// What of a policy is to change; the rest stays.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct PolicyChange {
    pub basis: Option<crate::domain::policy::LegalBasis>,
    pub delivery: Option<crate::domain::policy::Delivery>,
    pub reason: Option<String>,
}

impl PolicyChange {
    pub fn applied_to(&self, before: &Policy) -> Policy {
        Policy { basis: self.basis.unwrap_or(before.basis), delivery: self.delivery.unwrap_or(before.delivery), ..before.clone() }
    }
}

/// What of a mailbox's connection is to change; the rest stays.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct ConnectionChange {
    pub display_name: Option<String>,
    /// Host, and a port where another than the usual one is meant.
    pub imap: Option<(String, Option<u16>)>,
    pub imap_tls: Option<TlsMode>,
    pub smtp: Option<(String, Option<u16>)>,
    pub smtp_tls: Option<TlsMode>,
    pub user: Option<String>,
    /// `Some(None)`: none any more.
    pub ca_file: Option<Option<PathBuf>>,
    pub authserv_ids: Option<Vec<String>>,
    pub maildir: Option<PathBuf>,
}

/// [`Mailbox`] in transferable form.
#[derive(Debug, Serialize, Deserialize)]
pub struct NewMailbox {
    pub name: String,
    pub address: EmailAddress,
    pub display_name: String,
    pub connection: crate::domain::mailbox::Connection,
    pub policy: Policy,
}

impl From<NewMailbox> for Mailbox {
    fn from(new: NewMailbox) -> Self {
        Self { name: new.name, address: new.address, display_name: new.display_name, connection: new.connection, policy: new.policy }
    }
}

/// A password on its way over the control socket, which only this user can open.
pub struct Password(pub Secret<String>);

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("‹secret›")
    }
}

impl Serialize for Password {
    fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(self.0.reveal())
    }
}

impl<'de> Deserialize<'de> for Password {
    fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
        Ok(Self(Secret::new(String::deserialize(d)?)))
    }
}

#[derive(Serialize, Deserialize)]
pub struct GrantRequest {
    pub address: EmailAddress,
    pub channel: String,
    pub wording: String,
    pub language: String,
    pub evidence_name: String,
    pub evidence: Vec<u8>,
    pub actor: String,
}

impl std::fmt::Debug for GrantRequest {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("GrantRequest")
    }
}

/// What a command shows. `exit` is the exit code of contracts §1.
#[derive(Debug, Serialize, Deserialize)]
pub struct Answer {
    pub exit: u8,
    pub body: Body,
}

impl Answer {
    pub const fn done(body: Body) -> Self {
        Self { exit: 0, body }
    }
}

#[derive(Debug, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Body {
    Mailboxes(Vec<MailboxView>),
    MailboxTest(MailboxTestView),
    KnowledgeAdded(Box<Added>),
    Documents(Vec<DocumentView>),
    Hits(Vec<HitView>),
    Consents(Vec<ConsentView>),
    Queue(Vec<QueueItem>),
    Shown(Box<Shown>),
    Verified(Verified),
    Ai {
        off: bool,
    },
    /// A change was made; `what` is the key of its sentence in the catalogue.
    Done {
        what: String,
        id: Option<String>,
    },
    Failed(Sentence),
}

impl Body {
    /// What `--json` prints: the value alone.
    pub fn json(&self) -> serde_json::Value {
        let value = serde_json::to_value(self).unwrap_or(serde_json::Value::Null);
        match self {
            Self::Failed(why) => why.json(),
            Self::Mailboxes(_)
            | Self::MailboxTest(_)
            | Self::KnowledgeAdded(_)
            | Self::Documents(_)
            | Self::Hits(_)
            | Self::Consents(_)
            | Self::Queue(_)
            | Self::Shown(_)
            | Self::Verified(_)
            | Self::Ai { .. }
            | Self::Done { .. } => value.get("value").cloned().unwrap_or(serde_json::Value::Null),
        }
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub struct MailboxView {
    pub id: String,
    pub name: String,
    pub address: EmailAddress,
    pub kind: String,
    pub policy: Policy,
    pub policy_version: i64,
    pub trained_users: Vec<String>,
    pub health: HealthView,
    /// The worker that drafts for every mailbox.
    pub worker: HealthView,
    /// What follows the knowledge folder.
    pub knowledge: HealthView,
    /// Mails that came while the server numbered the mailbox anew: a person has to look at them.
    pub renumbered: u32,
}

/// How a part of the service fares.
#[derive(Debug, Default, Serialize, Deserialize)]
pub struct HealthView {
    /// `new` (nothing known yet), `ok`, `failing`, or `silent`: the server has not answered for ten minutes (F-01).
    pub state: String,
    pub answered_at: Option<String>,
    /// The last failure, also where it is over.
    pub failure: Option<String>,
    pub failed_at: Option<String>,
    /// How often it was started anew after a fault of ours.
    pub restarts: u32,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct MailboxTestView {
    pub name: String,
    pub steps: Vec<TestStep>,
}

/// One thing that was tried on a mailbox.
#[derive(Debug, Serialize, Deserialize)]
pub struct TestStep {
    /// Code: login, inbox, features, drafts, sent or smtp.
    pub step: String,
    pub ok: bool,
    /// It failed, and the same may work later.
    #[serde(default)]
    pub later: bool,
    /// English; `said` is the same for the catalogue.
    pub detail: String,
    pub said: Option<Sentence>,
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub struct Added {
    pub imported: Vec<String>,
    pub unchanged: Vec<String>,
    /// Known from an earlier import of this folder and not in it any more; kept.
    pub not_in_folder: Vec<String>,
    /// The same, and removed.
    pub removed: Vec<String>,
    /// So many sources were gone that the service removed none: perhaps a share is not there.
    pub held_back: bool,
    /// Named in the manifest and not in the folder.
    pub strangers: Vec<String>,
    /// Under stricter terms than this command says, because somebody said so before.
    pub kept_terms: Vec<String>,
    /// Removed by a person and unchanged since: left out.
    pub left_out: Vec<String>,
    pub skipped: Vec<String>,
    /// No valid UTF-8: a look at the umlauts is due.
    pub read_as_latin1: Vec<String>,
    pub refused: Vec<Refused>,
    /// Their last day is over: nobody finds them.
    #[serde(default)]
    pub expired: Vec<String>,
    pub warnings: Vec<Warned>,
    pub passages: usize,
}

/// Something about a source that a person should look at.
#[derive(Debug, Serialize, Deserialize)]
pub struct Warned {
    pub file: String,
    pub warning: crate::knowledge::source::read::Warning,
}

/// One source of the knowledge.
#[derive(Debug, Serialize, Deserialize)]
pub struct DocumentView {
    pub source: String,
    /// `valid`, `expired` or `not_yet`.
    pub state: String,
    pub passages: i64,
    pub language: String,
    pub owner: String,
    pub classification: String,
    pub personal_data: bool,
    /// None: all.
    pub mailboxes: Vec<String>,
    /// First and last day.
    pub valid_from: Option<jiff::civil::Date>,
    pub valid_until: Option<jiff::civil::Date>,
    pub imported_at: String,
    pub origin: String,
    pub warnings: Vec<crate::knowledge::source::read::Warning>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Refused {
    pub file: String,
    /// Key of its sentence without the group.
    pub code: String,
    /// English; `said` is the same for the catalogue.
    pub reason: String,
    pub said: Sentence,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct HitView {
    pub source: String,
    pub passage: String,
    pub heading: Vec<String>,
    pub text: String,
    pub score: f64,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub explain: Option<serde_json::Value>,
}

impl From<Hit> for HitView {
    fn from(hit: Hit) -> Self {
        let passage = hit.passage;
        Self { source: passage.source, passage: passage.id, heading: passage.heading, text: passage.text, score: hit.score, explain: None }
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub struct ConsentView {
    pub id: String,
    pub address: EmailAddress,
    pub scopes: String,
    pub channel: String,
    pub state: String,
    pub wording_sha256: String,
    pub evidence_name: String,
    pub evidence_sha256: String,
    pub granted_at: String,
    pub ended_at: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct QueueItem {
    pub id: String,
    /// `message` (kept, cleared) or `mail` (only its state row is kept; it lies in the mailbox).
    pub kind: String,
    pub mailbox: String,
    pub stage: String,
    pub reason: Option<String>,
    pub rule: Option<String>,
    pub received_at: String,
    pub from: Option<EmailAddress>,
    pub subject: Option<String>,
    pub drafter: Option<String>,
    pub decision: Option<String>,
    /// The draft may be approved, or sent from the Drafts folder, as things stand.
    #[serde(default)]
    pub ready: bool,
    #[serde(default)]
    pub priority: Priority,
    pub outbox: Option<String>,
}

#[derive(Serialize, Deserialize)]
pub struct Shown {
    pub message: ShownMessage,
    pub asks: Vec<Ask>,
    pub draft: Option<ShownDraft>,
    /// Summary, category, priority, deadlines, numbers.
    pub overview: Option<Overview>,
    /// What the reviewer should know of the mail itself, such as orders to the machine in it.
    pub flags: Vec<HandOver>,
    pub claims: Vec<Claim>,
    pub citations: Vec<Citation>,
    /// Id of the decision record.
    pub record: Option<String>,
    pub records: Vec<serde_json::Value>,
    pub history: Vec<HistoryStep>,
    pub outbox: Option<ShownOutbox>,
}

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shown")
    }
}

#[derive(Serialize, Deserialize)]
pub struct ShownMessage {
    pub id: String,
    pub ticket: Option<String>,
    pub mailbox: String,
    pub stage: String,
    pub reason: Option<String>,
    pub rule: Option<String>,
    pub from: Option<EmailAddress>,
    pub subject: Option<String>,
    pub text: Option<String>,
    pub received_at: String,
}

#[derive(Serialize, Deserialize)]
pub struct ShownDraft {
    pub id: String,
    pub revision: u32,
    pub state: String,
    /// It may be approved, or sent from the Drafts folder, as things stand.
    #[serde(default)]
    pub ready: bool,
    pub drafter: String,
    /// Subject of the reply.
    #[serde(default)]
    pub subject: Option<String>,
    pub body: String,
    /// What stands between salutation and closing; the citations count these from 1.
    #[serde(default)]
    pub sentences: Vec<String>,
    /// What will stand under the answer, LF.
    #[serde(default)]
    pub signature: String,
    pub verdict: Verdict,
    pub versions: serde_json::Value,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Citation {
    /// Counted from 1.
    pub sentence: usize,
    pub passage: String,
    /// File and headings of the passage, and what it says now; nothing where it is not in the knowledge any more.
    #[serde(default)]
    pub source: Option<String>,
    #[serde(default)]
    pub heading: Vec<String>,
    #[serde(default)]
    pub text: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct HistoryStep {
    pub stage: String,
    pub rule: Option<String>,
    pub at: String,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct ShownOutbox {
    pub state: String,
    pub step: Option<String>,
    pub attempts: u32,
    pub next_at: Option<String>,
    /// The server's 250, a copy in Sent, or a person's word.
    pub proven: bool,
    pub last_failure: Option<String>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Verified {
    pub records: u64,
    pub first_broken: Option<String>,
    pub checkpoints: u64,
    pub last_checkpoint: Option<String>,
}
