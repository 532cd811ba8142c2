//! The demo: a sample company in a folder of its own, and the way of each sample mail through the real house.
//!
//! Nothing is played: the same store, gate, search, drafters, check and filing as in the service; only the mailbox is a
//! Maildir and the people are made up.

use crate::app::demo_assets::{COMPANY, KNOWLEDGE, MAILS};
use crate::app::fault::Fault;
use crate::app::fault::system::{self, io};
use crate::app::request::Shown;
use crate::app::{answers, wall_clock};
use crate::config::Config;
use crate::crypto::slots::{ARGON2_DEFAULT, Unlock};
use crate::crypto::{Key, SystemEntropy, digest};
use crate::domain::mailbox::{Connection, Mailbox as Settings};
use crate::domain::policy::{Delivery, Policy};
use crate::domain::{EmailAddress, Secret};
use crate::inference::Engine;
use crate::knowledge::import::World;
use crate::knowledge::{Library, Terms};
use crate::mail::{Mailbox, parse};
use crate::pipeline::connect;
use crate::pipeline::filing;
use crate::pipeline::intake::Taking;
use crate::pipeline::release::Release;
use crate::pipeline::sync::{Reach, Sync};
use crate::pipeline::worker::{self, Worker};
use crate::store::consent::{Channel, Grant};
use crate::store::mailbox::{self, MailboxRow};
use crate::store::{Store, StoreError, actor, consent, message, open};
use anyhow::{Context, Result};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::time::Instant;

/// The address that the sample mails are written to.
const MAILBOX: &str = "service@radhaus.example";
/// The sample mail whose sender has never consented.
const WITHOUT_CONSENT: &str = "09-ohne-einwilligung.eml";
const ADMIN: &str = "Berta Beispiel";
const AGENT: &str = "Carl Muster";

/// A demo under way.
pub struct Demo {
    pub folder: PathBuf,
    pub store: Store,
    pub engine: Engine,
    /// Whether the model writes drafts; the embedded one only chooses.
    pub writes: bool,
    config: Config,
    row: MailboxRow,
    mailbox: Mailbox,
    worker: Worker,
}

/// What became of one sample mail.
#[derive(Debug)]
pub struct Way {
    pub file: &'static str,
    pub from: String,
    pub subject: String,
    pub taking: Taking,
    /// Kept mails only.
    pub shown: Option<Shown>,
    pub seconds: f64,
}

impl Demo {
    /// Starts the model, then makes folder, store, mailbox, consents and knowledge: a file that is no model leaves nothing behind.
    pub async fn prepare(folder: &Path, model: Option<&Path>) -> Result<Self> {
        let folder = std::path::absolute(folder).context("The folder of the demo has no absolute path")?;
        let model = model.map(model_path).transpose()?;
        let name = model.as_deref().unwrap_or("embedded");
        let engine = worker::engine(name).await.map_err(|error| system::model(name, &error))?;
        let config = write_config(&folder, model.as_deref())?;
        let store = new_store(&folder, &config)?;
        // Marks the empty index, so that nothing looks mended when the folder is opened again.
        answers::knowledge::mend_indexes(&store)?;
        let maildir = folder.join("Maildir");
        for part in ["new", "cur", "tmp"] {
            std::fs::create_dir_all(maildir.join(part)).with_context(|| format!("{} cannot be made", maildir.display()))?;
        }
        people(&store, &maildir)?;
        import(&store)?;
        let row = store.read(|r| mailbox::find(r, "service"))?.context("The mailbox of the demo is missing")?;
        let mut mailbox = connect::open(&store, &row, &Secret::new(String::new())).await?;
        mailbox.create_missing().await?;
        let worker = Worker::new(store.clone(), engine.clone(), config.drafting.clone()).guided(&config);
        let mut demo = Self { folder, store, engine, writes: model.is_some(), config, row, mailbox, worker };
        // First contact: what lies in a mailbox before go-live is never answered.
        demo.pass().await?;
        Ok(demo)
    }

    async fn pass(&mut self) -> Result<Vec<Taking>> {
        let own = [self.row.mailbox.address.clone()];
        Ok(Sync { store: &self.store, row: &self.row, own: &own }.pass(&mut self.mailbox, Reach::News).await?.takings)
    }

    /// The sample mails, in order.
    pub fn mails() -> impl Iterator<Item = &'static (&'static str, &'static [u8])> {
        MAILS.iter()
    }

    /// Delivers one mail and lets it go its way to the end.
    pub async fn send(&mut self, file: &'static str, raw: &[u8]) -> Result<Way> {
        let started = Instant::now();
        deliver(&self.folder.join("Maildir"), file, raw)?;
        let taking = self.pass().await?.pop().context("The mail did not arrive")?;
        while self.worker.step().await? {}
        let now = self.store.clock().now().to_zoned_datetime(jiff::tz::TimeZone::system());
        let desk = answers::Desk::of(&self.config);
        let release = Release { store: &self.store, signature: &desk.signature, now: &now, undo_ms: 0 };
        filing::file_drafts(&release, &mut self.mailbox, &self.row).await?;
        let seconds = started.elapsed().as_secs_f64();
        let mail = parse::parse(raw, &[]).ok();
        let from = mail.as_ref().and_then(|mail| mail.from.as_ref()).map(|from| from.address.reveal().to_owned());
        Ok(Way {
            file,
            from: from.unwrap_or_default(),
            subject: mail.map(|mail| mail.subject).unwrap_or_default(),
            shown: if taking == Taking::Kept { self.newest()? } else { None },
            taking,
            seconds,
        })
    }

    fn newest(&self) -> Result<Option<Shown>> {
        let Some(row) = self.store.read(|r| message::list(r, false))?.pop() else { return Ok(None) };
        let desk = answers::Desk::of(&self.config);
        Ok(Some(self.store.read(|r| answers::queue::shown_message(r, &row, &desk.signature))?))
    }

    /// Where the drafts lie.
    pub fn drafts(&self) -> PathBuf {
        self.folder.join("Maildir").join(".Drafts")
    }
}

/// A file in `new/`, complete before it can be seen.
fn deliver(maildir: &Path, file: &str, raw: &[u8]) -> Result<()> {
    let name = file.replace(".eml", "");
    let (tmp, new) = (maildir.join("tmp").join(&name), maildir.join("new").join(&name));
    std::fs::write(&tmp, raw).with_context(|| format!("{} cannot be written", tmp.display()))?;
    std::fs::rename(&tmp, &new).with_context(|| format!("{} cannot be written", new.display()))
}

/// As the configuration names it. Absolute, so that a file called `embedded` is a file.
fn model_path(model: &Path) -> Result<String> {
    let path = std::path::absolute(model).context("The model file has no absolute path")?;
    path.to_str().map(str::to_owned).context("The path of the model file is not UTF-8")
}

fn write_config(folder: &Path, model: Option<&str>) -> Result<Config> {
    std::fs::create_dir_all(folder).map_err(|error| {
        let text = format!("{} cannot be made: {error}", folder.display());
        Fault::input("fault-make", text).with("path", folder.display()).because("why", io(&error))
    })?;
    let engine = model.map(|model| format!("\n[engine]\nmodel = {model:?}\n")).unwrap_or_default();
    let drafter = if model.is_some() { "model" } else { "default" };
    let text = format!(
        "data = \"data\"\nkey.file = \"data.key\"\n\n{COMPANY}\n[drafting]\ndrafter = \"{drafter}\"\naddress_form = \"Sie\"\n{engine}"
    );
    let file = folder.join("hauspost.toml");
    std::fs::OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(&file)
        .and_then(|mut opened| std::io::Write::write_all(&mut opened, text.as_bytes()))
        .map_err(|error| {
            let text = format!("{} cannot be made ({error}); name an empty folder", file.display());
            Fault::input("fault-demo-folder", text).with("file", file.display()).because("why", io(&error))
        })?;
    Ok(Config::read(&file)?)
}

fn new_store(folder: &Path, config: &Config) -> Result<Store> {
    let key = Key::random(&SystemEntropy::new()).context("The operating system gave no random bytes")?;
    let file = folder.join("data.key");
    std::fs::OpenOptions::new()
        .create_new(true)
        .write(true)
        .mode(0o600)
        .open(&file)
        .and_then(|mut opened| std::io::Write::write_all(&mut opened, digest::hex(key.reveal()).as_bytes()))
        .with_context(|| format!("{} cannot be written", file.display()))?;
    let (unlock, senses) = (Unlock::KeyFile(key), wall_clock::senses());
    open::create(&config.data, &unlock, ARGON2_DEFAULT, &senses)?;
    Ok(Store::open(&config.data, &unlock, senses)?)
}

/// Mailbox, trained agent, and the consents of everybody but one.
fn people(store: &Store, maildir: &Path) -> Result<()> {
    let address = EmailAddress::parse(MAILBOX)?;
    let settings = Settings {
        name: "service".to_owned(),
        address,
        display_name: "Radhaus Beispiel GmbH".to_owned(),
        connection: Connection::Maildir { path: maildir.to_owned(), authserv_ids: Vec::new() },
        policy: Policy { delivery: Delivery::Drafts, ..Policy::default() },
    };
    store.write(|w| -> Result<(), StoreError> {
        let (admin, agent) = (actor::named(w, ADMIN)?, actor::named(w, AGENT)?);
        mailbox::add(w, &settings, &Secret::new(String::new()), admin, Some("Vorführung mit erfundenen Personen"))?;
        let row = mailbox::find(&w.reading(), "service")?.ok_or(StoreError::NotFound("The mailbox"))?;
        mailbox::record_trained(w, &row, agent, admin)?;
        for (file, raw) in MAILS.iter().filter(|(file, _)| *file != WITHOUT_CONSENT) {
            let Some(from) = parse::parse(raw, &[]).ok().and_then(|mail| mail.from) else { continue };
            let grant = Grant {
                address: &from.address,
                channel: Channel::WebForm,
                wording: "Ich willige ein, dass die Radhaus Beispiel GmbH meine E-Mails in Kundendienstfragen mit einem KI-System auswertet.",
                language: "de",
                evidence_name: file,
                evidence: b"Erfundene Einwilligung einer erfundenen Person",
            };
            consent::grant(w, &grant, admin)?;
        }
        Ok(())
    })?;
    Ok(())
}

fn import(store: &Store) -> Result<()> {
    let terms = Terms::of(ADMIN);
    let senses = store.senses().clone();
    store.write(|w| -> Result<(), anyhow::Error> {
        let library = Library::new(&w.main, &w.search);
        for (name, bytes) in KNOWLEDGE {
            library.import_bytes(name, bytes, &terms, World { clock: &*senses.clock, entropy: &*senses.entropy })?;
        }
        Ok(())
    })
}
