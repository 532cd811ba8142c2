//! An SMTP server that misbehaves on command. Its log is the ground truth: what it took, byte for byte, and what it heard.
//!
//! One connection is served after the other from a list of faults; when the list is used up, it behaves.

use super::certs::{Authority, Flaw, Pair};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::TlsAcceptor;

/// Where in the dialogue a fault strikes: instead of the answer to this.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum At {
    Greeting,
    Ehlo,
    Auth,
    Mail,
    Rcpt,
    Data,
    /// While the text is read, after its first bytes.
    Text,
    /// After the final dot was read; the mail is not taken.
    Dot,
    /// After the mail was taken, instead of the 250.
    Taken,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    None,
    Cut(At),
    Hang(At),
    Reply(At, &'static str),
    /// EHLO does not name STARTTLS.
    StripStartTls,
    /// STARTTLS is offered and then refused with these words; the server would go on in the clear.
    RefuseStartTls(&'static str),
    /// A second reply rides behind the 220 to STARTTLS.
    InjectBehindStartTls,
    /// Each answer comes this late.
    Slow(Duration),
    /// The text is read this slowly, one small piece at a time.
    SlowText(Duration),
    NoAuth,
    Size(usize),
}

#[derive(Debug, Default)]
pub struct Log {
    /// What the server took: it is responsible for these.
    pub taken: Vec<Vec<u8>>,
    /// Every command line, the password included.
    pub heard: Vec<String>,
    /// Command lines that came without TLS.
    pub in_the_clear: Vec<String>,
    pub connections: usize,
}

pub struct ScriptedSmtp {
    pub port: u16,
    pub ca: std::path::PathBuf,
    log: Arc<Mutex<Log>>,
    task: tokio::task::JoinHandle<()>,
    _authority: Authority,
}

pub const USER: &str = "service@radhaus.example";
pub const PASSWORD: &str = "Grüße-1";

impl ScriptedSmtp {
    pub async fn implicit(faults: &[Fault]) -> Self {
        Self::start(true, Flaw::None, faults).await
    }

    pub async fn starttls(faults: &[Fault]) -> Self {
        Self::start(false, Flaw::None, faults).await
    }

    pub async fn start(implicit: bool, flaw: Flaw, faults: &[Fault]) -> Self {
        let authority = Authority::new();
        let acceptor = acceptor(&authority.issue(flaw));
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("A loopback port");
        let port = listener.local_addr().expect("The port").port();
        let log = Arc::new(Mutex::new(Log::default()));
        let mut faults: VecDeque<Fault> = faults.iter().copied().collect();
        let task = tokio::spawn({
            let log = Arc::clone(&log);
            async move {
                while let Ok((tcp, _)) = listener.accept().await {
                    log.lock().expect("The log").connections += 1;
                    let fault = faults.pop_front().unwrap_or(Fault::None);
                    let (log, acceptor) = (Arc::clone(&log), acceptor.clone());
                    tokio::spawn(serve(tcp, acceptor, implicit, fault, log));
                }
            }
        });
        Self { port, ca: authority.ca.clone(), log, task, _authority: authority }
    }

    pub fn taken(&self) -> Vec<Vec<u8>> {
        self.log.lock().expect("The log").taken.clone()
    }

    pub fn heard(&self) -> Vec<String> {
        self.log.lock().expect("The log").heard.clone()
    }

    pub fn in_the_clear(&self) -> Vec<String> {
        self.log.lock().expect("The log").in_the_clear.clone()
    }

    pub fn connections(&self) -> usize {
        self.log.lock().expect("The log").connections
    }
}

impl Drop for ScriptedSmtp {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn acceptor(pair: &Pair) -> TlsAcceptor {
    let chain = CertificateDer::pem_file_iter(&pair.certificate).expect("The certificate").map(|c| c.expect("PEM")).collect();
    let key = PrivateKeyDer::from_pem_file(&pair.key).expect("The key");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("The versions")
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .expect("The server's settings");
    TlsAcceptor::from(Arc::new(config))
}

async fn serve(tcp: TcpStream, acceptor: TlsAcceptor, implicit: bool, fault: Fault, log: Arc<Mutex<Log>>) {
    let greeted = !implicit;
    let tcp = if implicit {
        tcp
    } else {
        let mut plain = Dialogue::new(tcp, fault, Arc::clone(&log), false);
        if plain.greet().await.is_none() || plain.run().await != Some(End::StartTls) {
            return;
        }
        plain.stream
    };
    let Ok(stream) = acceptor.accept(tcp).await else { return };
    let mut dialogue = Dialogue::new(stream, fault, log, true);
    if greeted || dialogue.greet().await.is_some() {
        dialogue.run().await;
    }
    let _ = dialogue.stream.shutdown().await;
}

#[derive(Debug, PartialEq, Eq)]
enum End {
    StartTls,
    Quit,
}

struct Dialogue<S> {
    stream: S,
    fault: Fault,
    log: Arc<Mutex<Log>>,
    protected: bool,
    buffer: Vec<u8>,
}

/// `None` anywhere below: the connection is over.
impl<S: AsyncRead + AsyncWrite + Unpin> Dialogue<S> {
    fn new(stream: S, fault: Fault, log: Arc<Mutex<Log>>, protected: bool) -> Self {
        Self { stream, fault, log, protected, buffer: Vec::new() }
    }

    async fn greet(&mut self) -> Option<()> {
        self.answer(At::Greeting, "220 mail.test ESMTP").await
    }

    /// Gives the scripted answer, or the right one.
    async fn answer(&mut self, at: At, right: &str) -> Option<()> {
        match self.fault {
            Fault::Cut(here) if here == at => return None,
            Fault::Hang(here) if here == at => std::future::pending().await,
            Fault::Reply(here, text) if here == at => return self.say(text).await,
            Fault::Slow(delay) => tokio::time::sleep(delay).await,
            _ => {}
        }
        self.say(right).await
    }

    async fn say(&mut self, text: &str) -> Option<()> {
        self.stream.write_all(format!("{text}\r\n").as_bytes()).await.ok()?;
        self.stream.flush().await.ok()
    }

    async fn line(&mut self) -> Option<Vec<u8>> {
        loop {
            if let Some(end) = self.buffer.windows(2).position(|pair| pair == b"\r\n") {
                let line = self.buffer.drain(..end + 2).collect();
                return Some(line);
            }
            if let Fault::SlowText(delay) = self.fault {
                tokio::time::sleep(delay).await;
            }
            let mut piece = [0; 4096];
            let count = self.stream.read(&mut piece).await.ok().filter(|count| *count > 0)?;
            self.buffer.extend_from_slice(&piece[..count]);
        }
    }

    async fn run(&mut self) -> Option<End> {
        loop {
            let line = String::from_utf8_lossy(&self.line().await?).trim_end().to_owned();
            {
                let mut log = self.log.lock().expect("The log");
                log.heard.push(line.clone());
                if !self.protected {
                    log.in_the_clear.push(line.clone());
                }
            }
            let verb = line.split([' ', ':']).next().unwrap_or_default().to_ascii_uppercase();
            match verb.as_str() {
                "EHLO" => self.ehlo().await?,
                "STARTTLS" if !self.protected => {
                    if let Fault::RefuseStartTls(words) = self.fault {
                        self.say(words).await?;
                        continue;
                    }
                    let extra = if self.fault == Fault::InjectBehindStartTls { "\r\n235 2.7.0 welcome" } else { "" };
                    self.say(&format!("220 go{extra}")).await?;
                    return Some(End::StartTls);
                }
                "AUTH" => {
                    let expected = data_encoding::BASE64.encode(format!("\0{USER}\0{PASSWORD}").as_bytes());
                    let right = line == format!("AUTH PLAIN {expected}");
                    self.answer(At::Auth, if right { "235 2.7.0 ok" } else { "535 5.7.8 wrong" }).await?;
                }
                "MAIL" => self.answer(At::Mail, "250 2.1.0 ok").await?,
                "RCPT" => self.answer(At::Rcpt, "250 2.1.5 ok").await?,
                "DATA" => self.data().await?,
                "QUIT" => {
                    self.say("221 2.0.0 bye").await?;
                    return Some(End::Quit);
                }
                _ => self.say("502 5.5.2 what").await?,
            }
        }
    }

    async fn ehlo(&mut self) -> Option<()> {
        let mut words = vec!["250-mail.test".to_owned(), "250-ENHANCEDSTATUSCODES".to_owned()];
        if let Fault::Size(limit) = self.fault {
            words.push(format!("250-SIZE {limit}"));
        }
        if !self.protected && self.fault != Fault::StripStartTls {
            words.push("250-STARTTLS".to_owned());
        }
        // A strip box that also offers AUTH: the temptation.
        if self.fault != Fault::NoAuth {
            words.push("250-AUTH PLAIN LOGIN".to_owned());
        }
        words.push("250 PIPELINING".to_owned());
        self.answer(At::Ehlo, &words.join("\r\n")).await
    }

    async fn data(&mut self) -> Option<()> {
        self.answer(At::Data, "354 go").await?;
        if matches!(self.fault, Fault::Reply(At::Data, _)) {
            return Some(());
        }
        let mut mail = Vec::new();
        loop {
            let line = self.line().await?;
            match self.fault {
                Fault::Cut(At::Text) => return None,
                Fault::Hang(At::Text) => std::future::pending().await,
                _ => {}
            }
            if line == b".\r\n" {
                break;
            }
            mail.extend_from_slice(line.strip_prefix(b".").unwrap_or(&line));
        }
        match self.fault {
            Fault::Cut(At::Dot) | Fault::Hang(At::Dot) | Fault::Reply(At::Dot, _) => {}
            _ => self.log.lock().expect("The log").taken.push(mail),
        }
        match self.fault {
            Fault::Cut(At::Dot) | Fault::Hang(At::Dot) | Fault::Reply(At::Dot, _) => self.answer(At::Dot, "").await,
            _ => self.answer(At::Taken, "250 2.0.0 queued as 4F1A").await,
        }
    }
}
