//! Journey: a composed reply goes through a real Postfix into a real Dovecot, on both submission ports.

use crate::support::certs::{Authority, Flaw};
use crate::support::dovecot::Dovecot;
use crate::support::postfix::Postfix;
use hauspost::domain::message::{Correspondent, Message};
use hauspost::domain::outbox::SmtpStep;
use hauspost::domain::{EmailAddress, Language, MessageId, Personal, Secret};
use hauspost::mail::compose::{
    Author, CompanyParticulars, Composed, Identity, IdentityKey, LegalForm, MailKind, Quote, Register, Reply, Sender, Signature, compose,
};
use hauspost::mail::smtp::{
    Accepted, DeliveryError, Envelope, Failure, Login, Security, SmtpServer, StepLimits, StepObserver, StepRefused, deliver,
};
use hauspost::mail::tls::client_config;
use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;
use std::path::Path;
use std::time::{Duration, Instant};

const OURS: &str = "service@radhaus.example";
const ANNA: &str = "anna@example.org";
const PASSWORD: &str = "Grüße-1";

struct Allow(Vec<SmtpStep>);

impl StepObserver for Allow {
    async fn entering(&mut self, step: SmtpStep) -> Result<(), StepRefused> {
        self.0.push(step);
        Ok(())
    }
}

struct World {
    authority: Authority,
    dovecot: Dovecot,
    postfix: Postfix,
}

impl World {
    fn new() -> Self {
        let authority = Authority::new();
        let pair = authority.issue(Flaw::None);
        let dovecot = Dovecot::start(&[(OURS, PASSWORD), (ANNA, "anna-1")], &pair);
        let postfix = Postfix::start(&dovecot, &pair);
        Self { authority, dovecot, postfix }
    }

    fn client(&self, security: Security, password: &str) -> SmtpServer {
        SmtpServer {
            host: "localhost".to_owned(),
            port: match security {
                Security::Implicit => self.postfix.submissions,
                Security::StartTls => self.postfix.submission,
            },
            security,
            login: Login { user: OURS.to_owned(), password: Secret::new(password.to_owned()) },
            tls: client_config(Some(&self.authority.ca)).expect("The settings"),
            hello: "radhaus.example".to_owned(),
            limits: StepLimits::default(),
        }
    }

    async fn send(&self, security: Security, mail: &Composed) -> Result<Accepted, DeliveryError> {
        let envelope = Envelope { from: mail.envelope_from.clone(), to: mail.envelope_to.clone() };
        deliver(&self.client(security, PASSWORD), &envelope, &mail.raw, &mut Allow(Vec::new())).await
    }
}

fn who(name: &str, address: &str) -> Correspondent {
    Correspondent { name: Some(Personal::new(name.to_owned())), address: EmailAddress::parse(address).expect("An address") }
}

fn reply(revision: u32) -> Composed {
    let original = Message {
        message_id: MessageId::parse("<frage-1@example.org>"),
        in_reply_to: Vec::new(),
        references: Vec::new(),
        date: Some("2026-03-02T09:14:00+01:00".to_owned()),
        from: Some(who("Jörg Müßig", ANNA)),
        reply_to: Vec::new(),
        to: Vec::new(),
        cc: Vec::new(),
        subject: "Rückgabe – wie lange geht das bei Ihnen eigentlich, wenn die Verpackung schon offen ist?".to_owned(),
        language: Language::De,
        text: ".\n..\nFrom hier an\nwie lange?\n".to_owned(),
        visible: String::new(),
        spans: Vec::new(),
        attachments: Vec::new(),
        automatic: None,
        protected: None,
        hidden_text: Vec::new(),
        defects: Vec::new(),
    };
    let signature = Signature {
        lines: Vec::new(),
        particulars: CompanyParticulars {
            name: "Radhaus Beispiel GmbH".to_owned(),
            form: LegalForm::Gmbh,
            seat: "Berlin".to_owned(),
            register: Some(Register { court: "Amtsgericht Charlottenburg".to_owned(), number: "HRB 12345".to_owned() }),
            persons: vec!["Erika Beispiel".to_owned()],
            board_chair: None,
            supervisory_chair: None,
            general_partner: None,
        },
    };
    let reply = Reply {
        mailbox: &who("Radhaus Service (Zürich)", OURS),
        original: &original,
        identity: Identity { account: "service", inbound_sha256: &[1; 32], kind: MailKind::Answer, revision },
        text: "Guten Tag,\n.\n30 Tage.   \n\n\nMit freundlichen Grüßen",
        language: Language::De,
        signature: &signature,
        date: &"2026-03-02T10:30:00+01:00[+01:00]".parse().expect("A date"),
        sender: Sender::Machine,
        author: Author::Machine,
        quote: Quote::Original,
        self_copy: true,
    };
    compose(&reply, &IdentityKey::new(&[5; 32])).expect("A reply")
}

/// All mails in a Maildir, once `count` are there.
fn wait_for_mails(maildir: &Path, count: usize) -> Vec<Vec<u8>> {
    let until = Instant::now() + Duration::from_secs(20);
    loop {
        let entries = std::fs::read_dir(maildir.join("new")).map(|all| all.flatten().map(|entry| entry.path()).collect());
        let files: Vec<std::path::PathBuf> = entries.unwrap_or_default();
        if files.len() >= count || Instant::now() > until {
            return files.iter().map(|file| std::fs::read(file).expect("A mail")).collect();
        }
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Dovecot keeps LF on disk.
fn with_lf(raw: &[u8]) -> Vec<u8> {
    String::from_utf8(raw.to_vec()).expect("ASCII").replace("\r\n", "\n").into_bytes()
}

#[tokio::test(flavor = "multi_thread")]
async fn r123_what_arrives_is_what_was_composed() {
    let world = World::new();
    for (round, security) in [Security::Implicit, Security::StartTls].into_iter().enumerate() {
        let mail = reply(u32::try_from(round).expect("Small"));
        let accepted = world.send(security, &mail).await.unwrap_or_else(|error| panic!("{error}\n{}", world.postfix.log()));
        assert_eq!(accepted.code, 250);
        // The customer, and the copy to ourselves by the same 250.
        for user in [ANNA, OURS] {
            let mails = wait_for_mails(&world.dovecot.maildir(user), round + 1);
            let expected = with_lf(&mail.raw);
            let same = mails.iter().filter(|arrived| arrived.ends_with(&expected)).count();
            assert_eq!(same, 1, "{user} {security:?}\n{}", world.postfix.log());
            for arrived in &mails {
                let trace = arrived.len() - expected.len();
                let head = String::from_utf8_lossy(&arrived[..trace]).replace("\n\t", " ").replace("\n ", " ");
                let names: Vec<&str> = head.lines().filter_map(|line| line.split(':').next()).collect();
                assert!(names.iter().all(|name| ["Return-Path", "Delivered-To", "Received"].contains(name)), "{names:?}");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_login_and_the_relay_are_guarded() {
    let world = World::new();
    let mail = reply(0);
    let envelope = Envelope { from: mail.envelope_from.clone(), to: mail.envelope_to.clone() };
    for security in [Security::Implicit, Security::StartTls] {
        let mut steps = Allow(Vec::new());
        let error = deliver(&world.client(security, "wrong"), &envelope, &mail.raw, &mut steps).await.expect_err("A wrong password");
        assert!(matches!(error.failure, Failure::Authentication(Some(refusal)) if refusal.code == 535), "{error:?}");
        assert_eq!(steps.0, [SmtpStep::Connect]);
    }
    // Submission speaks of nothing but TLS before TLS.
    let mut plain = TcpStream::connect(("127.0.0.1", world.postfix.submission)).expect("A connection");
    let mut reader = BufReader::new(plain.try_clone().expect("The same connection"));
    let mut line = String::new();
    reader.read_line(&mut line).expect("A greeting");
    for (command, expected) in [("AUTH PLAIN AGEAYg==", "5"), ("MAIL FROM:<service@radhaus.example>", "530")] {
        plain.write_all(format!("EHLO x\r\n{command}\r\n").as_bytes()).expect("A command");
        loop {
            line.clear();
            reader.read_line(&mut line).expect("An answer");
            assert!(!line.contains("AUTH"), "{line}");
            if line.starts_with("250 ") {
                break;
            }
        }
        line.clear();
        reader.read_line(&mut line).expect("An answer");
        assert!(line.starts_with(expected), "{command}: {line}");
    }
    assert!(wait_for_mails(&world.dovecot.maildir(ANNA), 0).is_empty());
}
