//! An IMAP server of our own that does what real ones cannot be asked to do: refuse, cut, hang, lie.
//!
//! A small mailbox with a state machine for the commands the appliance uses, and faults that strike a chosen command. It keeps
//! a log of every command of every connection, so that a test can say what was never sent.

use super::certs::Pair;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

/// What happens instead of the right answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// These bytes instead, `{T}` being the tag; then on as usual.
    Say(&'static str),
    /// These bytes, then the line is cut.
    SayAndCut(&'static str),
    /// These bytes, then nothing, while the line stays open.
    SayAndHang(&'static str),
    /// These bytes first, then the right answer.
    Before(&'static str),
}

/// A server as a test wants it.
#[derive(Clone)]
pub struct Script {
    pub capabilities: &'static str,
    pub greeting: &'static str,
    /// Commands beginning with the first text meet the fault, each time.
    pub faults: Vec<(&'static str, Fault)>,
    pub list: &'static str,
    pub permanent_flags: Option<&'static str>,
    pub uid_validity: u32,
    /// Mails of the inbox by UID.
    pub inbox: BTreeMap<u32, Vec<u8>>,
    /// The size told for each mail, where it is not the true one.
    pub told_size: Option<u32>,
    /// Said in the clear in one breath with the agreement to STARTTLS.
    pub injected: &'static str,
}

impl Default for Script {
    fn default() -> Self {
        Self {
            capabilities: "IMAP4rev1 AUTH=PLAIN SASL-IR UIDPLUS IDLE ID",
            greeting: "* OK ready\r\n",
            faults: Vec::new(),
            list: "* LIST (\\drafts) \".\" Drafts\r\n* LIST () \".\" Sent\r\n",
            permanent_flags: Some("\\Answered \\*"),
            uid_validity: 7,
            inbox: BTreeMap::new(),
            told_size: None,
            injected: "",
        }
    }
}

impl Script {
    pub fn with_fault(command: &'static str, fault: Fault) -> Self {
        Self { faults: vec![(command, fault)], ..Self::with_mails(&[(3, b"Subject: x\r\n\r\nhello\r\n")]) }
    }

    pub fn with_mails(mails: &[(u32, &[u8])]) -> Self {
        Self { inbox: mails.iter().map(|(uid, raw)| (*uid, raw.to_vec())).collect(), ..Self::default() }
    }
}

/// What the tests read and change while the server runs.
#[derive(Default)]
struct Shared {
    log: Vec<String>,
    /// Own mails in Drafts: uid, bytes, flags.
    drafts: BTreeMap<u32, Vec<u8>>,
    uid_validity: u32,
}

pub struct ScriptedImap {
    pub port: u16,
    shared: Arc<Mutex<Shared>>,
    accept: tokio::task::JoinHandle<()>,
}

/// How a connection begins.
pub enum Door {
    Plain,
    Tls(TlsAcceptor),
    StartTls(TlsAcceptor),
}

pub fn acceptor(pair: &Pair) -> TlsAcceptor {
    let chain = CertificateDer::pem_file_iter(&pair.certificate).expect("PEM").collect::<Result<Vec<_>, _>>().expect("Certificate");
    let key = PrivateKeyDer::from_pem_file(&pair.key).expect("Key");
    let builder = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().expect("Versions").with_no_client_auth();
    TlsAcceptor::from(Arc::new(builder.with_single_cert(chain, key).expect("Pair")))
}

impl ScriptedImap {
    pub async fn start(script: Script, door: Door) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("A port");
        let port = listener.local_addr().expect("An address").port();
        let shared = Arc::new(Mutex::new(Shared { uid_validity: script.uid_validity, ..Shared::default() }));
        let (door, for_task) = (Arc::new(door), Arc::clone(&shared));
        let accept = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (script, door, shared) = (script.clone(), Arc::clone(&door), Arc::clone(&for_task));
                // An aborted handshake or a cut is what many tests are about.
                tokio::spawn(async move {
                    match &*door {
                        Door::Plain => drop(Talk::new(&script, &shared, stream, None).run().await),
                        Door::Tls(tls) => {
                            if let Ok(stream) = tls.accept(stream).await {
                                drop(Talk::new(&script, &shared, stream, None).run().await);
                            }
                        }
                        Door::StartTls(tls) => {
                            let Some(plain) = Talk::new(&script, &shared, stream, Some("STARTTLS")).run().await else { return };
                            if let Ok(stream) = tls.accept(plain).await {
                                let quiet = Script { greeting: "", ..script.clone() };
                                drop(Talk::new(&quiet, &shared, stream, None).run().await);
                            }
                        }
                    }
                });
            }
        });
        Self { port, shared, accept }
    }

    fn shared(&self) -> MutexGuard<'_, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every command line of every connection, without tags.
    pub fn log(&self) -> Vec<String> {
        self.shared().log.clone()
    }

    /// Rebuilds every folder: from now on the UIDs mean other mails.
    pub fn set_uid_validity(&self, value: u32) {
        self.shared().uid_validity = value;
    }

    /// A person's mail in Drafts.
    pub fn put_draft(&self, uid: u32, raw: &[u8]) {
        self.shared().drafts.insert(uid, raw.to_vec());
    }

    pub fn drafts(&self) -> Vec<u32> {
        self.shared().drafts.keys().copied().collect()
    }
}

impl Drop for ScriptedImap {
    fn drop(&mut self) {
        self.accept.abort();
    }
}

/// One connection.
struct Talk<'a, S> {
    script: &'a Script,
    shared: &'a Mutex<Shared>,
    stream: BufReader<S>,
    /// The command that ends this part of the connection.
    until: Option<&'static str>,
    drafts_open: bool,
}

impl<'a, S: AsyncRead + AsyncWrite + Unpin> Talk<'a, S> {
    fn new(script: &'a Script, shared: &'a Mutex<Shared>, stream: S, until: Option<&'static str>) -> Self {
        Self { script, shared, stream: BufReader::new(stream), until, drafts_open: false }
    }

    fn shared(&self) -> MutexGuard<'a, Shared> {
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Talks until the end; the stream comes back where `until` was said and agreed.
    async fn run(mut self) -> Option<S> {
        self.say(self.script.greeting).await?;
        loop {
            let line = self.line().await?;
            let (tag, command) = line.split_once(' ').unwrap_or((line.as_str(), ""));
            let command = command.to_owned();
            self.shared().log.push(command.clone());
            let fault = self.script.faults.iter().find(|(start, _)| command.starts_with(start)).map(|(_, fault)| fault.clone());
            match fault {
                None => {}
                Some(Fault::Say(text)) => {
                    self.say(&text.replace("{T}", tag)).await?;
                    continue;
                }
                Some(Fault::SayAndCut(text)) => {
                    self.say(&text.replace("{T}", tag)).await?;
                    return None;
                }
                Some(Fault::SayAndHang(text)) => {
                    self.say(&text.replace("{T}", tag)).await?;
                    // Reads on without an answer, until the client goes.
                    while self.line().await.is_some() {}
                    return None;
                }
                Some(Fault::Before(text)) => self.say(&text.replace("{T}", tag)).await?,
            }
            if self.until == Some(command.as_str()) {
                self.say(&format!("{tag} OK go\r\n{}", self.script.injected)).await?;
                return Some(self.stream.into_inner());
            }
            self.answer(tag, &command).await?;
        }
    }

    async fn say(&mut self, text: &str) -> Option<()> {
        self.say_bytes(text.as_bytes()).await
    }

    async fn say_bytes(&mut self, bytes: &[u8]) -> Option<()> {
        self.stream.write_all(bytes).await.ok()?;
        self.stream.flush().await.ok()
    }

    async fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        if self.stream.read_line(&mut line).await.ok()? == 0 {
            return None;
        }
        Some(line.trim_end().to_owned())
    }

    async fn literal(&mut self, command: &str) -> Option<Vec<u8>> {
        let length: usize = command.rsplit_once('{')?.1.trim_end_matches('}').parse().ok()?;
        self.say("+ go\r\n").await?;
        let mut bytes = vec![0; length];
        self.stream.read_exact(&mut bytes).await.ok()?;
        self.line().await?;
        Some(bytes)
    }

    async fn answer(&mut self, tag: &str, command: &str) -> Option<()> {
        let words: Vec<&str> = command.split(' ').collect();
        let body = match words.as_slice() {
            ["CAPABILITY"] => format!("* CAPABILITY {}\r\n", self.script.capabilities),
            ["AUTHENTICATE", "PLAIN"] => {
                self.say("+ \r\n").await?;
                let response = self.line().await?;
                self.shared().log.push(response);
                String::new()
            }
            ["LOGIN", ..] => {
                let password = self.literal(command).await?;
                self.shared().log.push(String::from_utf8_lossy(&password).into_owned());
                String::new()
            }
            ["ID", ..] => "* ID (\"name\" \"Scripted\" \"version\" \"1\")\r\n".to_owned(),
            ["LIST", ..] => self.script.list.to_owned(),
            ["SELECT" | "EXAMINE", name] => self.opened(name),
            ["UID", "SEARCH", key @ ..] => self.found(key),
            ["UID", "FETCH", set, ..] => return self.fetched(tag, set, command).await,
            ["UID", "EXPUNGE", uid] => {
                let uid: u32 = uid.parse().ok()?;
                self.shared().drafts.remove(&uid);
                String::new()
            }
            ["APPEND", ..] => return self.appended(tag, command).await,
            ["IDLE"] => {
                self.say("+ idling\r\n").await?;
                self.line().await?;
                String::new()
            }
            _ => String::new(),
        };
        self.say(&format!("{body}{tag} OK done\r\n")).await
    }

    fn opened(&mut self, name: &str) -> String {
        self.drafts_open = name.contains("Drafts");
        let shared = self.shared();
        let (exists, next) = if self.drafts_open {
            (shared.drafts.len(), shared.drafts.keys().last().map_or(1, |uid| uid + 1))
        } else {
            (self.script.inbox.len(), self.script.inbox.keys().last().map_or(1, |uid| uid + 1))
        };
        let flags = self.script.permanent_flags.map(|flags| format!("* OK [PERMANENTFLAGS ({flags})] kept\r\n")).unwrap_or_default();
        format!(
            "* FLAGS (\\Answered)\r\n{flags}* {exists} EXISTS\r\n* OK [UIDVALIDITY {}] ok\r\n* OK [UIDNEXT {next}] ok\r\n",
            shared.uid_validity
        )
    }

    fn mails(&self) -> BTreeMap<u32, Vec<u8>> {
        if self.drafts_open { self.shared().drafts.clone() } else { self.script.inbox.clone() }
    }

    fn found(&self, key: &[&str]) -> String {
        let number = |text: &str, star: u32| if text == "*" { star } else { text.parse().unwrap_or(0) };
        let mails = self.mails();
        let highest = mails.keys().last().copied().unwrap_or(0);
        let hits: Vec<String> = match key {
            ["UID", range] => {
                let (from, to) = range.split_once(':').unwrap_or((range, range));
                let (from, to) = (number(from, highest), number(to, highest));
                mails.keys().filter(|uid| (from..=to).contains(*uid)).map(u32::to_string).collect()
            }
            ["HEADER", _, value @ ..] => {
                let value = value.join(" ").trim_matches('"').to_owned();
                mails.iter().filter(|(_, raw)| String::from_utf8_lossy(raw).contains(&value)).map(|(uid, _)| uid.to_string()).collect()
            }
            _ => Vec::new(),
        };
        format!("* SEARCH {}\r\n", hits.join(" ")).replace("SEARCH \r", "SEARCH\r")
    }

    async fn fetched(&mut self, tag: &str, set: &str, command: &str) -> Option<()> {
        let mails = self.mails();
        for uid in set.split(',').filter_map(|uid| uid.parse::<u32>().ok()) {
            let Some(raw) = mails.get(&uid) else { continue };
            if command.contains("RFC822.SIZE") {
                let size = self.script.told_size.unwrap_or(u32::try_from(raw.len()).ok()?);
                self.say(&format!("* 1 FETCH (UID {uid} RFC822.SIZE {size})\r\n")).await?;
                continue;
            }
            let (section, part) = section(command, raw);
            self.say(&format!("* 1 FETCH (UID {uid} {section} {{{}}}\r\n", part.len())).await?;
            self.say_bytes(part).await?;
            self.say(")\r\n").await?;
        }
        self.say(&format!("{tag} OK done\r\n")).await
    }

    async fn appended(&mut self, tag: &str, command: &str) -> Option<()> {
        let raw = self.literal(command).await?;
        let (uid, validity) = {
            let mut shared = self.shared();
            let uid = shared.drafts.keys().last().map_or(1, |uid| uid + 1);
            shared.drafts.insert(uid, raw);
            (uid, shared.uid_validity)
        };
        let code = if self.script.capabilities.contains("UIDPLUS") { format!("[APPENDUID {validity} {uid}] ") } else { String::new() };
        self.say(&format!("{tag} OK {code}done\r\n")).await
    }
}

/// The section name of the answer and its bytes: a part `<off.len>`, the whole, or the header.
fn section<'r>(command: &str, raw: &'r [u8]) -> (String, &'r [u8]) {
    if let Some((_, part)) = command.split_once("BODY.PEEK[]<") {
        let mut numbers = part.trim_end_matches(['>', ')']).split('.').map(|n| n.parse::<usize>().unwrap_or(0));
        let (from, length) = (numbers.next().unwrap_or(0).min(raw.len()), numbers.next().unwrap_or(0));
        return (format!("BODY[]<{from}>"), &raw[from..(from + length).min(raw.len())]);
    }
    if command.contains("HEADER.FIELDS") {
        let end = raw.windows(4).position(|w| w == b"\r\n\r\n").map_or(raw.len(), |at| at + 4);
        return ("BODY[HEADER.FIELDS (MESSAGE-ID)]".to_owned(), &raw[..end]);
    }
    ("BODY[]".to_owned(), raw)
}
