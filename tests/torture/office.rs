//! The office under torture: a real Dovecot, an SMTP server of ours that cuts the line, a data folder, and the real binary
//! as a child that is started, approved for, and killed.

use super::post::{address, has_consented};
use crate::support::certs::{Authority, Flaw};
use crate::support::dovecot::Dovecot;
use crate::support::folder::Folder;
use crate::support::letters::lay_into;
use crate::support::scripted_smtp::{Fault, PASSWORD, ScriptedSmtp, USER};
use hauspost::app::control;
use hauspost::app::demo_assets::COMPANY;
use hauspost::app::request::{Body, QueueItem, Request};
use hauspost::app::wall_clock;
use hauspost::crypto::slots::{Argon2Cost, Unlock};
use hauspost::crypto::{Key, SystemEntropy, digest};
use hauspost::domain::mailbox::{Connection, Endpoint, ImapConnection, Mailbox as Settings, TlsMode};
use hauspost::domain::policy::{Delivery, Policy};
use hauspost::domain::{EmailAddress, Secret};
use hauspost::store::consent::{Channel, Grant};
use hauspost::store::{Store, StoreError, actor, consent, mailbox, open};
use std::fs::File;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream;
use std::os::unix::process::ExitStatusExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The mailbox whose drafts are laid into its own folder.
pub const DRAFTS_USER: &str = "werkstatt@radhaus.example";
const ADMIN: &str = "Berta Beispiel";
/// The child's clock runs this much faster: the half minute between two searches for a proof is less than a second.
const RATE: &str = "40";
const READY: Duration = Duration::from_secs(30);

pub struct Office {
    child: Option<Child>,
    pub smtp: ScriptedSmtp,
    pub dovecot: Dovecot,
    pub folder: Folder,
    key: [u8; 32],
    /// How far ahead of the wall the next child's clock is.
    pub ahead: Duration,
}

/// How a child ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// At its crash point.
    Crashed,
    Killed,
}

impl Office {
    pub async fn open(people: usize, faults: &[Fault]) -> Self {
        let authority = Authority::new();
        let dovecot = Dovecot::start(&[(USER, PASSWORD), (DRAFTS_USER, PASSWORD)], &authority.issue(Flaw::None));
        let smtp = ScriptedSmtp::implicit(faults).await;
        let folder = Folder::new("torture");
        let both = [&authority.ca, &smtp.ca].map(|ca| std::fs::read_to_string(ca).expect("A CA")).concat();
        folder.write("ca.pem", &both);
        folder.write("script.json", "{}");
        let key = Key::random(&SystemEntropy::new()).expect("Random bytes");
        folder.write("data.key", &digest::hex(key.reveal()));
        std::fs::set_permissions(folder.join("data.key"), std::fs::Permissions::from_mode(0o600)).expect("A key file for its owner alone");
        let knowledge = concat!(env!("CARGO_MANIFEST_DIR"), "/assets/demo/knowledge");
        let script = folder.join("script.json");
        let config = format!(
            "data = \"data\"\nkey.file = \"data.key\"\n\n{COMPANY}\n[engine]\nmodel = \"scripted:{}\"\n\n[knowledge]\nfolder = {knowledge:?}\n\n\
             [review]\nundo_seconds = 0\n",
            script.display()
        );
        folder.write("hauspost.toml", &config);
        let cost = Argon2Cost { memory_kib: 1024, passes: 1 };
        open::create(&folder.join("data"), &Unlock::KeyFile(Key::from_bytes(*key.reveal())), cost, &wall_clock::senses())
            .expect("A data folder");
        let office = Self { child: None, smtp, dovecot, folder, key: *key.reveal(), ahead: Duration::ZERO };
        office.store().write(|w| office.people(w, people)).expect("The people are entered");
        office
    }

    fn people(&self, w: &hauspost::store::Writing<'_>, people: usize) -> Result<(), StoreError> {
        let admin = actor::named(w, ADMIN)?;
        let endpoint = |port| Endpoint { host: "localhost".to_owned(), port, tls: TlsMode::Implicit };
        for (name, user, delivery) in [("service", USER, Delivery::Review), ("werkstatt", DRAFTS_USER, Delivery::Drafts)] {
            let settings = Settings {
                name: name.to_owned(),
                address: EmailAddress::parse(user).expect("An address"),
                display_name: "Radhaus Beispiel".to_owned(),
                connection: Connection::Imap(Box::new(ImapConnection {
                    imap: endpoint(self.dovecot.imaps),
                    smtp: endpoint(self.smtp.port),
                    user: user.to_owned(),
                    ca_file: Some(self.folder.join("ca.pem")),
                    authserv_ids: Vec::new(),
                })),
                policy: Policy { delivery, ..Policy::default() },
            };
            mailbox::add(w, &settings, &Secret::new(PASSWORD.to_owned()), admin, Some("Das Team ist geschult"))?;
        }
        let drafts = mailbox::find(&w.reading(), "werkstatt")?.ok_or(StoreError::NotFound("The mailbox"))?;
        mailbox::record_trained(w, &drafts, admin, admin)?;
        for person in (0..people).filter(|person| has_consented(*person)) {
            let address = EmailAddress::parse(&address(person)).expect("An address");
            let grant = Grant {
                address: &address,
                channel: Channel::Paper,
                wording: "Ich willige ein.",
                language: "de",
                evidence_name: "scan.pdf",
                evidence: b"Erfunden",
            };
            consent::grant(w, &grant, admin)?;
        }
        Ok(())
    }

    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    /// The data folder, opened here. Only while no child runs.
    pub fn store(&self) -> Store {
        let until = Instant::now() + READY;
        loop {
            match Store::open(&self.data(), &Unlock::KeyFile(Key::from_bytes(self.key)), wall_clock::senses()) {
                Ok(store) => return store,
                Err(StoreError::Locked(_)) if Instant::now() < until => std::thread::sleep(Duration::from_millis(20)),
                Err(error) => panic!("The data folder does not open: {error}"),
            }
        }
    }

    pub fn maildir(&self, user: &str) -> PathBuf {
        self.dovecot.maildir(user)
    }

    pub fn deliver(&self, user: &str, name: &str, raw: &[u8]) {
        lay_into(&self.maildir(user), name, raw);
    }

    /// Starts the service; returns how long it took until it answered, or nothing where it crashed before.
    pub fn start(&mut self, crash: Option<&str>) -> Option<Duration> {
        let log = File::options().create(true).append(true).open(self.folder.join("log")).expect("The log");
        let mut command = Command::new(env!("CARGO_BIN_EXE_hauspost"));
        command.arg("run").arg("--config").arg(self.folder.join("hauspost.toml")).current_dir(self.folder.path());
        command.env_remove("HAUSPOST_CRASH_AT").env("HAUSPOST_LOG", "info");
        command.env("HAUSPOST_CLOCK_AHEAD_S", self.ahead.as_secs().to_string());
        command.env("HAUSPOST_CLOCK_RATE", RATE);
        if let Some(point) = crash {
            command.env("HAUSPOST_CRASH_AT", point);
        }
        let started = Instant::now();
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().expect("The service can be started");
        assert!(self.child.replace(child).is_none(), "The service runs already");
        // A socket file of the child before refuses; the new one answers.
        while UnixStream::connect(self.data().join("control.sock")).is_err() {
            if self.has_crashed() {
                return None;
            }
            assert!(started.elapsed() < READY, "The service is not ready:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(10));
        }
        Some(started.elapsed())
    }

    /// Whether the child has ended. Any end but the abort of a crash point is a failure of the product.
    fn has_crashed(&mut self) -> bool {
        const SIGABRT: i32 = 6;
        let Some(status) = self.child.as_mut().and_then(|child| child.try_wait().ok().flatten()) else { return false };
        assert_eq!(status.signal(), Some(SIGABRT), "The service ended by itself: {status}\n{}", self.log());
        true
    }

    /// SIGKILL: no clean-up of any kind.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    pub fn ask(&self, request: &Request) -> Option<Body> {
        control::call(&self.data(), request).ok().map(|answer| answer.body)
    }

    pub fn queue(&self) -> Vec<QueueItem> {
        match self.ask(&Request::QueueList) {
            Some(Body::Queue(items)) => items,
            _ => Vec::new(),
        }
    }

    /// Approves whatever waits until `until`, then kills the child, if it has not crashed before.
    pub fn work(&mut self, until: Instant) -> End {
        while Instant::now() < until {
            if self.has_crashed() {
                self.child = None;
                return End::Crashed;
            }
            self.approve();
            std::thread::sleep(Duration::from_millis(60));
        }
        self.kill();
        End::Killed
    }

    /// Most released drafts are approved as they are; some of the mails that are a person's are answered in that person's words.
    fn approve(&self) {
        for item in self.queue() {
            if item.kind != "message" || item.outbox.is_some() || item.mailbox != "service" {
                continue;
            }
            // By its id, so that the same mail is left alone every time: some wait for a person to the end.
            let lot = item.id.bytes().map(u32::from).sum::<u32>() % 8;
            let text = match (item.stage.as_str(), item.decision.as_deref()) {
                ("awaiting_review", Some("release")) if lot != 0 => None,
                ("awaiting_review" | "human_only", _) if lot > 4 => Some("Guten Tag,\nwir haben das geklärt.\n".to_owned()),
                _ => continue,
            };
            let _ = self.ask(&Request::QueueApprove { id: item.id, actor: ADMIN.to_owned(), text });
        }
    }

    /// Rebuilds the inbox as a server does that has lost its index: every UID means another mail from now on.
    pub fn renumber(&self) {
        let maildir = self.maildir(USER);
        for entry in std::fs::read_dir(&maildir).expect("The Maildir").flatten() {
            if entry.file_name().to_string_lossy().starts_with("dovecot") {
                let _ = std::fs::remove_file(entry.path());
            }
        }
    }
}

impl Drop for Office {
    fn drop(&mut self) {
        self.kill();
    }
}
