//! The worker moves one message at a time from `Screened` to `AwaitingReview`: it performs the stations' effects and
//! writes each stage as it is reached. A crash repeats the message from the start; every station is a pure function.

use crate::config::Config;
use crate::config::file::DraftingConfig;
use crate::domain::clearance::{Gate, clear};
use crate::domain::draft::Verdict;
use crate::domain::reason::{HandOver, Reason};
use crate::domain::stage::Stage;
use crate::domain::{Cleared, Language, Message};
use crate::inference::{Engine, EngineChoice, EngineError, Refused};
use crate::knowledge::{Found, Library, LibraryError, grams};
use crate::mail::authentication;
use crate::pipeline::drafting::{self, Material, Outcome};
use crate::pipeline::frame::CompanyTone;
use crate::pipeline::retire;
use crate::pipeline::retrieval;
use crate::pipeline::understanding::{Guide, Understanding, understand_with};
use crate::pipeline::{intake, requeue};
use crate::store::job::{self, Job};
use crate::store::mailbox::{self, MailboxRow};
use crate::store::message::{self, MessageRow};
use crate::store::record::{self, Chain, Entry};
use crate::store::{Reading, Store, StoreError, Writing, consent, draft, mail_index, setting};
use std::time::Duration;

/// Back-off of a mail whose engine is away: 2 s, 4 s, … up to this.
const RETRY_MS_MAX: i64 = 5 * 60 * 1000;
/// After so many attempts a person takes over.
const ATTEMPTS_MAX: u32 = 20;
/// The same where our own store fails over a mail: a moment's trouble is over by then.
const STORE_ATTEMPTS_MAX: u32 = 5;
/// The error code of a job over which the worker broke down.
const BROKE_DOWN: &str = "broke_down";
/// Mails indexed in one transaction when the index is brought up to date.
const REPAIR_BATCH: usize = 200;
/// A large model takes a while to load; the service starts meanwhile.
const ENGINE_WAIT: Duration = Duration::from_secs(600);

#[derive(Debug, thiserror::Error)]
pub enum WorkError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Library(#[from] LibraryError),
}

pub struct Worker {
    store: Store,
    engine: Engine,
    config: DraftingConfig,
    tone: CompanyTone,
    guide: Guide,
}

/// Starts the engine of the configuration and waits until it can answer.
pub async fn engine(model: &str) -> Result<Engine, EngineError> {
    let choice = EngineChoice::parse(std::ffi::OsStr::new(model));
    let engine = Engine::start(choice).map_err(|error| EngineError::Unusable(Refused::other(error)))?;
    tokio::time::timeout(ENGINE_WAIT, engine.ready()).await.map_err(|_| EngineError::DeadlineExceeded)??;
    Ok(engine)
}

/// Indexes the mails that a crash or a fresh search.db left out. Returns how many.
pub fn repair_index(store: &Store) -> Result<usize, StoreError> {
    let mut repaired = 0;
    loop {
        let missing = store.read(|r| mail_index::missing(r, REPAIR_BATCH))?;
        if missing.is_empty() {
            return Ok(repaired);
        }
        store.write(|w| -> Result<(), StoreError> {
            for row in &missing {
                let grams = match message::raw(&w.reading(), &message::by_row(&w.reading(), *row)?) {
                    Ok(raw) => intake::read_safely(&raw, &[]).map(|mail| grams::of_mail(&mail.subject, &mail.visible)).unwrap_or_default(),
                    Err(StoreError::KeyDestroyed) => String::new(),
                    Err(other) => return Err(other),
                };
                mail_index::put(w, *row, &grams)?;
            }
            Ok(())
        })?;
        repaired += missing.len();
    }
}

/// A message with all that its stations need.
struct Case {
    row: MessageRow,
    mailbox: MailboxRow,
    cleared: Cleared<Message>,
}

impl Worker {
    pub fn new(store: Store, engine: Engine, config: DraftingConfig) -> Self {
        let tone = CompanyTone { address_form: config.address_form, ..CompanyTone::default() };
        Self { store, engine, config, tone, guide: Guide::default() }
    }

    /// With the company's categories and numbers, and what stands under its answers.
    #[must_use]
    pub fn guided(mut self, config: &Config) -> Self {
        self.guide = Guide::of(config);
        let particulars = [Language::De, Language::En].into_iter().flat_map(|language| config.company.lines(language));
        self.tone.own_words = config.signature.lines.iter().cloned().chain(particulars).collect();
        self
    }

    /// Takes the next job. `false`: nothing is due.
    pub async fn step(&self) -> Result<bool, WorkError> {
        let Some(job) = self.store.write(job::lease)? else { return Ok(false) };
        crate::crashpoint!("worker.leased");
        match self.advance(job).await {
            Ok(()) => Ok(true),
            // What a person has to see: this mail, or what it needs, does not open, today or tomorrow.
            Err(error) if job.attempts >= STORE_ATTEMPTS_MAX => {
                self.to_person(job, &HandOver::new(Reason::TechnicalFailure, "store.unreadable"))?;
                Err(error)
            }
            Err(error) => {
                let wait = (2_000_i64 << job.attempts.min(16)).min(RETRY_MS_MAX);
                self.store.write(|w| job::retry(w, job, w.now() + wait, "store"))?;
                Err(error)
            }
        }
    }

    /// After a breakdown: what was under way is tried once more; a mail over which it broke down twice is a person's.
    pub fn recover(&self) -> Result<(), WorkError> {
        Ok(self.store.write(|w| -> Result<(), StoreError> {
            for (job, last_error) in job::leased(w)? {
                if last_error.as_deref() == Some(BROKE_DOWN) {
                    let why = HandOver::new(Reason::TechnicalFailure, "worker.broke_down");
                    message::set_stage(w, job.message, Stage::HumanOnly, Some(&why))?;
                    job::finish(w, job)?;
                } else {
                    job::retry(w, job, w.now(), BROKE_DOWN)?;
                }
            }
            Ok(())
        })?)
    }

    async fn advance(&self, job: Job) -> Result<(), WorkError> {
        self.renew(job)?;
        let case = match self.store.read(|r| open_case(r, job))? {
            Ok(case) => case,
            Err(refusal) => return self.to_person(job, &refusal),
        };
        let understood = understand_with(&case.cleared, self.tone.address_form, &self.guide);
        self.reach(&case, Stage::Understood)?;
        let found = self.retrieve(&case, &understood)?;
        self.reach(&case, Stage::Retrieved)?;
        let entropy = &*self.store.senses().entropy;
        let material = Material { mail: &case.cleared, understood: &understood, found: &found, tone: &self.tone, entropy };
        match drafting::produce(&material, &self.engine, &self.config).await {
            Ok(outcome) => self.keep(job, &case, &outcome),
            Err(error) => self.again(job, &error),
        }
    }

    /// A switch that was thrown and released while the mail waited has voided its clearance: it is asked for anew below.
    fn renew(&self, job: Job) -> Result<(), StoreError> {
        let (row, due) = self.store.read(|r| -> Result<_, StoreError> {
            let row = message::by_row(r, job.message)?;
            let due = requeue::is_due(r, &row)?;
            Ok((row, due))
        })?;
        if due {
            self.store.write(|w| requeue::again(w, &row))?;
        }
        Ok(())
    }

    fn reach(&self, case: &Case, stage: Stage) -> Result<(), StoreError> {
        self.store.write(|w| message::set_stage(w, case.row.row, stage, None))
    }

    fn retrieve(&self, case: &Case, understood: &Understanding) -> Result<Vec<Vec<Found>>, WorkError> {
        let now = self.store.clock().now();
        self.store.read(|r| {
            let library = Library::new(r.main, r.search);
            Ok(retrieval::look_up(library, &case.cleared, understood, Some(&case.mailbox.mailbox.name), now)?)
        })
    }

    /// The engine is away: the mail is held, not lost.
    fn again(&self, job: Job, error: &EngineError) -> Result<(), WorkError> {
        if job.attempts >= ATTEMPTS_MAX {
            return self.to_person(job, &HandOver::new(Reason::TechnicalFailure, "engine.away"));
        }
        let wait = (2_000_i64 << job.attempts.min(16)).min(RETRY_MS_MAX);
        tracing::info!(event = "worker.retry", attempts = job.attempts, %error, "the mail waits for the model");
        Ok(self.store.write(|w| job::retry(w, job, w.now() + wait, "engine"))?)
    }

    fn to_person(&self, job: Job, why: &HandOver) -> Result<(), WorkError> {
        Ok(self.store.write(|w| {
            message::set_stage(w, job.message, Stage::HumanOnly, Some(why))?;
            job::finish(w, job)
        })?)
    }

    /// Writes draft, decision record and stages in one transaction, if the clearance still holds in it.
    fn keep(&self, job: Job, case: &Case, outcome: &Outcome) -> Result<(), WorkError> {
        crate::crashpoint!("worker.drafted");
        Ok(self.store.write(|w| -> Result<(), StoreError> {
            if let Some(why) = void(&w.reading(), &case.row)? {
                // Released in the meantime: what was drafted before the throw does not count, the mail does.
                let row = message::by_row(&w.reading(), case.row.row)?;
                if requeue::again(w, &row)? || void(&w.reading(), &row)?.is_none() {
                    return job::retry(w, job, w.now(), "ai_off");
                }
                message::set_stage(w, case.row.row, Stage::HumanOnly, Some(&why))?;
                return job::finish(w, job);
            }
            let record = decision_record(w, case, outcome)?;
            draft::insert(w, &case.row, &outcome.content, record)?;
            for stage in [Stage::Drafted, Stage::Checked] {
                message::set_stage(w, case.row.row, stage, None)?;
            }
            match &outcome.content.verdict {
                Verdict::Release => message::set_stage(w, case.row.row, Stage::AwaitingReview, None)?,
                Verdict::Hold { reasons } => message::set_stage(w, case.row.row, Stage::AwaitingReview, reasons.first())?,
                Verdict::HandOver { reasons } => message::set_stage(w, case.row.row, Stage::HumanOnly, reasons.first())?,
            }
            job::finish(w, job)
        })?)
    }
}

/// Why a message may not be drafted any more: something has changed since it was cleared, or the switch was thrown.
fn void(r: &Reading<'_>, row: &MessageRow) -> Result<Option<HandOver>, StoreError> {
    let ai_off = setting::ai_off(r)?;
    Ok(requeue::why_void(consent::standing(r, row.person, row.epoch)?, ai_off))
}

/// Opens the mail and asks the gate anew: the clearance of the intake is not carried over a restart.
fn open_case(r: &Reading<'_>, job: Job) -> Result<Result<Case, HandOver>, StoreError> {
    let row = message::by_row(r, job.message)?;
    let mailbox = mailbox::by_row(r, row.mailbox)?;
    if mailbox.is_removed {
        return Ok(Err(HandOver::new(Reason::PolicyRestriction, retire::REMOVED)));
    }
    let raw = match message::raw(r, &row) {
        Ok(raw) => raw,
        Err(StoreError::KeyDestroyed) => return Ok(Err(HandOver::new(Reason::PolicyRestriction, "gate.erased"))),
        Err(other) => return Err(other),
    };
    let Some(message) = intake::read_safely(&raw, &[]) else {
        return Ok(Err(HandOver::new(Reason::TechnicalFailure, "mail.unreadable")));
    };
    let Some(from) = message.from.as_ref().map(|from| from.address.clone()) else {
        return Ok(Err(HandOver::new(Reason::TechnicalFailure, "mail.no_sender")));
    };
    if let Some(why) = void(r, &row)? {
        return Ok(Err(why));
    }
    let gate = Gate {
        policy: &mailbox.mailbox.policy,
        authentication: authentication::evaluate(&raw, mailbox.mailbox.connection.authserv_ids(), Some(&from)),
        ai_off: setting::ai_off(r)?,
        findings: &[],
    };
    let evidence = consent::evidence(r, &from, &mailbox)?;
    Ok(clear(message, &gate, evidence).map(|cleared| Case { row, mailbox, cleared }).map_err(|(_, refusal)| refusal))
}

/// Codes, ids and counts of one decision; no word of the mail.
fn decision_record(w: &Writing<'_>, case: &Case, outcome: &Outcome) -> Result<crate::domain::PublicId, StoreError> {
    let clearance = case.cleared.clearance();
    let draft = &outcome.content.draft;
    let mut passages: Vec<&str> = draft.sentences.iter().flat_map(|sentence| sentence.citations.iter().map(String::as_str)).collect();
    passages.sort_unstable();
    passages.dedup();
    let put_aside: Vec<&str> = outcome.put_aside.iter().map(|reason| reason.rule.as_str()).collect();
    let flags: Vec<&str> = outcome.content.flags.iter().map(|reason| reason.rule.as_str()).collect();
    let overview = &outcome.content.overview;
    let states = |wanted| outcome.content.claims.iter().filter(|claim| claim.state == wanted).count();
    use crate::domain::draft::ClaimState::{Contradicted, Restated, Supported, Unsupported};
    let detail = serde_json::json!({
        "basis": clearance.basis(), "proof": clearance.proof(), "epoch": clearance.epoch().0,
        "policy_version": case.mailbox.policy_version, "drafter": draft.drafter, "versions": draft.versions,
        "category": overview.category, "priority": overview.priority, "flags": flags,
        "passages": passages, "verdict": outcome.content.verdict, "put_aside": put_aside, "asks": draft.asks.len(), "relevance": outcome.relevance,
        "claims": { "supported": states(Supported), "restated": states(Restated), "contradicted": states(Contradicted), "unsupported": states(Unsupported) },
    });
    record::append(w, &Entry { chain: Chain::Decision, event: "mail.drafted", object: Some(case.row.public_id), actor: None, detail })
}
