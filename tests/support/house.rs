//! A whole house: Dovecot, Postfix, a data folder made by the real commands, and the service as a child process.
//!
//! Everything is done as an office does it: by the binary's commands, and by mail.

use super::certs::{Authority, Flaw};
use super::dovecot::Dovecot;
use super::folder::Folder;
use super::postfix::Postfix;
use hauspost::domain::{Personal, Secret};
use hauspost::mail::Mailbox;
use hauspost::mail::imap::{Account, ImapMailbox, Security, Timing};
use hauspost::mail::mailbox::OwnFolder;
use hauspost::mail::tls::client_config;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::os::unix::net::UnixStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

pub const OURS: &str = "service@radhaus.example";
pub const ANNA: &str = "anna@example.org";
pub const GEORG: &str = "georg@example.org";
pub const BERTA: &str = "Berta Beispiel";
pub const PASSWORD: &str = "Grüße-1";
pub const COMPANY: &str = "Radhaus Beispiel GmbH";

const READY: Duration = Duration::from_secs(30);
const STOPPED: Duration = Duration::from_secs(30);
const MAIL: Duration = Duration::from_secs(30);

/// What a command said.
#[derive(Debug)]
pub struct Said {
    pub exit: i32,
    pub json: serde_json::Value,
    pub errors: String,
}

impl Said {
    /// The document of a command that has to succeed.
    pub fn done(self) -> serde_json::Value {
        assert_eq!(self.exit, 0, "{} {}", self.json, self.errors);
        self.json
    }
}

/// How a house differs from the usual one.
#[derive(Debug, Clone, Copy, Default)]
pub struct Plan {
    pub undo_seconds: u32,
    /// `--delivery drafts` from the start.
    pub drafts: bool,
    /// The password that Hauspost is told; Dovecot's own otherwise.
    pub password: Option<&'static str>,
}

pub struct House {
    service: Option<Child>,
    folder: Folder,
    pub authority: Authority,
    pub postfix: Postfix,
    pub dovecot: Dovecot,
}

impl House {
    /// Servers, data folder, configuration, mailbox, knowledge, and a consent of Anna. Nothing runs yet.
    pub fn new(plan: Plan) -> Self {
        let authority = Authority::new();
        let pair = authority.issue(Flaw::None);
        let dovecot = Dovecot::start(&[(OURS, PASSWORD), (ANNA, "anna-1"), (GEORG, "georg-1")], &pair);
        let postfix = Postfix::start(&dovecot, &pair);
        let house = Self { service: None, folder: Folder::new("house"), authority, postfix, dovecot };
        let made = command(&["init", "--json", "--data", &text(&house.data())]).done();
        assert!(made["recovery_code"].is_string(), "{made}");
        house.configure(plan);
        super::private(house.folder.write("password", &format!("{}\n", plan.password.unwrap_or(PASSWORD))));
        house.folder.write("consent.txt", "Unterschrift von Anna Muster, 2. März 2026\n");
        let (imap, smtp) = (format!("localhost:{}", house.dovecot.imaps), format!("localhost:{}", house.postfix.submissions));
        let (password, ca) = (text(&house.folder.join("password")), text(&house.authority.ca));
        let mut add = vec!["mailbox", "add", "service", "--address", OURS, "--imap", &imap, "--smtp", &smtp, "--as", BERTA];
        add.extend(["--password-file", &password, "--ca-file", &ca]);
        if plan.drafts {
            add.extend(["--delivery", "drafts", "--reason", "Das Team prüft im Postfach"]);
        }
        house.ask(&add).done();
        house.ask(&["knowledge", "add", concat!(env!("CARGO_MANIFEST_DIR"), "/assets/demo/knowledge")]).done();
        house.consent(ANNA);
        house
    }

    /// What an admin edits in the file that `init` has written.
    fn configure(&self, plan: Plan) {
        let file = self.config();
        let config = super::filled_in(&std::fs::read_to_string(&file).expect("The configuration"), COMPANY);
        let config = config.replacen("undo_seconds = 10", &format!("undo_seconds = {}", plan.undo_seconds), 1);
        std::fs::write(file, config).expect("The configuration can be written");
    }

    /// Drafts come from this scripted model from the next start on.
    pub fn drafts_by_model(&self, script: &str) {
        let mut config = std::fs::read_to_string(self.config()).expect("The configuration");
        for (from, to) in [
            ("model = \"embedded\"", format!("model = \"scripted:{script}\"")),
            ("drafter = \"default\"", "drafter = \"model\"".to_owned()),
        ] {
            assert!(config.contains(from), "The template has lost {from:?}");
            config = config.replacen(from, &to, 1);
        }
        std::fs::write(self.config(), config).expect("The configuration can be written");
    }

    pub fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    pub fn config(&self) -> PathBuf {
        self.data().join("hauspost.toml")
    }

    pub fn key_file(&self) -> PathBuf {
        self.folder.join("data.key")
    }

    /// A file beside the data folder.
    pub fn write(&self, name: &str, content: &str) -> String {
        text(&super::private(self.folder.write(name, content)))
    }

    /// A consent on paper, recorded by hand.
    pub fn consent(&self, address: &str) {
        let evidence = text(&self.folder.join("consent.txt"));
        let wording = "Ich bin einverstanden, dass meine Mails mit KI bearbeitet werden.";
        let grant = ["consent", "grant", address, "--channel", "paper", "--wording", wording, "--evidence", &evidence, "--as", BERTA];
        self.ask(&grant).done();
    }

    /// One command of the binary with `--json` and the configuration.
    pub fn ask(&self, arguments: &[&str]) -> Said {
        let config = text(&self.config());
        command(&[arguments, &["--json", "--config", &config]].concat())
    }

    /// Starts the service and waits until it answers. `crash`: the point at which it is to end itself.
    pub fn start(&mut self, crash: Option<&str>) {
        self.start_with(crash, None);
    }

    /// Starts the service with a point at which its parts are to panic.
    pub fn start_panicking(&mut self, point: &str) {
        self.start_with(None, Some(point));
    }

    fn start_with(&mut self, crash: Option<&str>, panic: Option<&str>) {
        self.launch(crash, panic);
        let until = Instant::now() + READY;
        while UnixStream::connect(self.data().join("control.sock")).is_err() {
            let gone = self.service.as_mut().is_some_and(|child| child.try_wait().is_ok_and(|status| status.is_some()));
            assert!(!gone || crash.is_some(), "The service did not start:\n{}", self.log());
            if gone {
                return;
            }
            assert!(Instant::now() < until, "The service is not ready:\n{}", self.log());
            std::thread::sleep(Duration::from_millis(20));
        }
    }

    /// Starts the service and waits for its first contact with the mailbox: what lies there before is not looked at.
    pub fn start_and_meet(&mut self) {
        self.start(None);
        self.until("the first contact", || self.log().contains("first=true").then_some(()));
    }

    fn launch(&mut self, crash: Option<&str>, panic: Option<&str>) {
        let log = File::options().create(true).append(true).open(self.folder.join("log")).expect("The log");
        let mut command = Command::new(env!("CARGO_BIN_EXE_hauspost"));
        command.arg("run").arg("--config").arg(self.config()).env_remove("HAUSPOST_CRASH_AT").env("HAUSPOST_LOG", "info");
        for (variable, point) in [("HAUSPOST_CRASH_AT", crash), ("HAUSPOST_PANIC_AT", panic)] {
            if let Some(point) = point {
                command.env(variable, point);
            }
        }
        let child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log).spawn().expect("The service can be started");
        assert!(self.service.replace(child).is_none(), "The service runs already");
    }

    /// What the service wrote, for a failing test.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }

    /// SIGTERM, and an end in order.
    pub fn stop(&mut self) {
        let Some(mut child) = self.service.take() else { return };
        let _ = Command::new("kill").arg("-TERM").arg(child.id().to_string()).status();
        let until = Instant::now() + STOPPED;
        while Instant::now() < until {
            if let Ok(Some(status)) = child.try_wait() {
                assert_eq!(status.code(), Some(0), "{}", self.log());
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = child.kill();
        let _ = child.wait();
        panic!("The service does not stop:\n{}", self.log());
    }

    /// SIGKILL: no clean-up of any kind.
    pub fn kill(&mut self) {
        if let Some(mut child) = self.service.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }

    /// Whether the service has ended by itself within this time.
    pub fn ends_within(&mut self, time: Duration) -> bool {
        let until = Instant::now() + time;
        while Instant::now() < until {
            if self.service.as_mut().is_none_or(|child| child.try_wait().is_ok_and(|status| status.is_some())) {
                self.service = None;
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }

    pub fn is_running(&mut self) -> bool {
        self.service.as_mut().is_some_and(|child| child.try_wait().is_ok_and(|status| status.is_none()))
    }

    /// A customer's mail, brought to Postfix as another mail server does it.
    pub fn mail(&self, from: &str, id: &str, subject: &str, body: &str) {
        let head = format!("From: Anna Muster <{from}>\r\nTo: <{OURS}>\r\nSubject: {subject}\r\nMessage-ID: <{id}>\r\n");
        let kind = "Date: Mon, 02 Mar 2026 09:14:00 +0100\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n";
        let body = body.replace('\n', "\r\n");
        self.submit(from, &format!("{head}{kind}\r\n{body}\r\n"));
    }

    fn submit(&self, from: &str, raw: &str) {
        let stream = TcpStream::connect(("127.0.0.1", self.postfix.inbound)).expect("Postfix listens");
        stream.set_read_timeout(Some(MAIL)).expect("A socket option");
        let mut talk = BufReader::new(stream);
        let (mail, rcpt, data) = (format!("MAIL FROM:<{from}> BODY=8BITMIME"), format!("RCPT TO:<{OURS}>"), format!("{raw}."));
        for (say, code) in
            [("", "220"), ("EHLO mx.example.org", "250"), (&mail, "250"), (&rcpt, "250"), ("DATA", "354"), (&data, "250"), ("QUIT", "221")]
        {
            if !say.is_empty() {
                talk.get_mut().write_all(format!("{say}\r\n").as_bytes()).expect("Postfix hears");
            }
            let mut line = String::new();
            while !line.starts_with(&format!("{code} ")) {
                line.clear();
                assert!(talk.read_line(&mut line).is_ok_and(|n| n > 0) && line.starts_with(code), "SMTP: {line}\n{}", self.postfix.log());
            }
        }
    }

    /// All mails of a folder of a user, as Dovecot keeps them: (file name, bytes). `part`: empty for the inbox, or `.Sent`.
    pub fn mails(&self, user: &str, part: &str) -> Vec<(String, Vec<u8>)> {
        let folder = self.dovecot.maildir(user).join(part);
        let files = ["new", "cur"].iter().filter_map(|kind| std::fs::read_dir(folder.join(kind)).ok()).flatten().flatten();
        files.filter_map(|file| Some((file.file_name().to_string_lossy().into_owned(), std::fs::read(file.path()).ok()?))).collect()
    }

    /// What a person's mail program or the provider lays into a folder of ours.
    pub fn append(&self, folder: OwnFolder, raw: &[u8]) {
        let account = Account {
            host: "localhost".to_owned(),
            port: self.dovecot.imaps,
            security: Security::Implicit,
            user: Personal::new(OURS.to_owned()),
            password: Secret::new(PASSWORD.to_owned()),
            tls: client_config(Some(&self.authority.ca)).expect("The CA of the test"),
        };
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("A runtime");
        runtime.block_on(async {
            let mut mailbox = Mailbox::Imap(Box::new(ImapMailbox::connect(&account, Timing::default()).await.expect("A login")));
            let raw = String::from_utf8(raw.to_vec()).expect("ASCII").replace("\r\n", "\n").replace('\n', "\r\n");
            mailbox.append(folder, raw.as_bytes()).await.expect("An append");
            mailbox.close().await;
        });
    }

    /// The mails of a folder that hold this text.
    pub fn mails_with(&self, user: &str, part: &str, word: &str) -> Vec<(String, Vec<u8>)> {
        self.mails(user, part).into_iter().filter(|(_, raw)| String::from_utf8_lossy(raw).contains(word)).collect()
    }

    /// The entry of the queue that `wanted` accepts, once it is there.
    pub fn queued(&self, what: &str, wanted: impl Fn(&serde_json::Value) -> bool) -> serde_json::Value {
        self.until(what, || {
            let list = self.ask(&["queue", "list"]);
            list.json.as_array()?.iter().find(|item| wanted(item)).cloned()
        })
    }

    /// The id of the mail with this subject, once its draft waits for review.
    pub fn drafted(&self, subject: &str) -> String {
        let item = self.queued(subject, |item| item["subject"] == subject && item["stage"] == "awaiting_review");
        item["id"].as_str().expect("An id").to_owned()
    }

    pub fn show(&self, id: &str) -> serde_json::Value {
        self.ask(&["queue", "show", id]).done()
    }

    /// Polls until there is something, or fails with what was waited for and both logs.
    pub fn until<T>(&self, what: &str, probe: impl FnMut() -> Option<T>) -> T {
        let within = Self::within(MAIL, probe);
        within.unwrap_or_else(|| {
            let queue = self.ask(&["queue", "list"]);
            panic!("Waited in vain for: {what}\n{}\n{}\n{}", queue.json, self.log(), self.postfix.log())
        })
    }

    pub fn within<T>(time: Duration, mut probe: impl FnMut() -> Option<T>) -> Option<T> {
        let until = Instant::now() + time;
        loop {
            let found = probe();
            if found.is_some() || Instant::now() > until {
                return found;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

impl Drop for House {
    fn drop(&mut self) {
        self.kill();
    }
}

pub fn text(path: &Path) -> String {
    path.to_str().expect("A path in UTF-8").to_owned()
}

/// Runs the binary once.
pub fn command(arguments: &[&str]) -> Said {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hauspost"));
    let output = command.args(arguments).env("LANG", "de_DE.UTF-8").stdin(Stdio::null()).output().expect("The binary can be started");
    Said {
        exit: output.status.code().unwrap_or(-1),
        json: serde_json::from_slice(&output.stdout).unwrap_or_default(),
        errors: String::from_utf8_lossy(&output.stderr).into_owned(),
    }
}
