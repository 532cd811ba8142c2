//! The outbox between a scripted submission server, which knows what it took, and a Maildir, whose Sent folder can be read as files.
//!
//! No service runs: the test throws the switch, withdraws the consent or sets the clock at the very step that it is about.

use crate::support::folder::Folder;
use crate::support::scripted_smtp::{Fault, PASSWORD, ScriptedSmtp, USER};
use hauspost::crypto::slots::{Argon2Cost, Unlock};
use hauspost::crypto::{Key, SystemEntropy, digest};
use hauspost::domain::clearance::ClearanceBasis;
use hauspost::domain::clock::{Clock, FixedClock};
use hauspost::domain::mailbox::{Connection, Mailbox};
use hauspost::domain::outbox::{CancelReason, OutboxState, SmtpStep};
use hauspost::domain::policy::Policy;
use hauspost::domain::stage::Stage;
use hauspost::domain::{EmailAddress, Language, PublicId, Secret};
use hauspost::mail::smtp::{Login, Security, SmtpServer, StepLimits};
use hauspost::mail::tls::client_config;
use hauspost::pipeline::dispatcher::{Account, Dispatcher};
use hauspost::pipeline::requeue;
use hauspost::store::consent::{self, Channel, Grant};
use hauspost::store::mailbox::MailboxRow;
use hauspost::store::message::{self, Inbound};
use hauspost::store::outbox::{self, FrozenMail, Kept, NewOutbox};
use hauspost::store::{Senses, Store, StoreError, StoreErrorKind, actor, ledger, mailbox, open, person, setting};
use jiff::{SignedDuration, Timestamp};
use std::sync::Arc;
use std::time::Duration;

const ANNA: &str = "anna@example.org";
const TOKEN: &str = "t1-v1";
/// Dots at the start of lines, white space at their end, no end of line that a server or a folder might put right.
const RAW: &[u8] = b"From: <service@radhaus.example>\r\nTo: <anna@example.org>\r\nMessage-ID: <t1-v1@radhaus.example>\r\n\
X-Hauspost-ID: t1-v1\r\nSubject: Re: Frage\r\n\r\n.\r\n..\r\n.Gr=C3=BC=C3=9Fe   \r\n\t\r\n\r\n";

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).expect("An address")
}

fn maildir(folder: &Folder, name: &str) {
    for part in ["tmp", "new", "cur"] {
        std::fs::create_dir_all(folder.join(name).join(part)).expect("A Maildir");
    }
}

/// One approved answer to Anna, and the world around it.
struct Desk {
    folder: Folder,
    clock: Arc<FixedClock>,
    store: Store,
    row: MailboxRow,
    answer: i64,
    smtp: ScriptedSmtp,
    password: Secret<String>,
}

impl Desk {
    async fn new(undo: SignedDuration, faults: &[Fault]) -> Self {
        let folder = Folder::new("desk");
        for name in ["mail", "mail/.Sent"] {
            maildir(&folder, name);
        }
        let clock = Arc::new(FixedClock::at("2026-03-02T09:14:00Z".parse().expect("A time")));
        let senses = Senses { clock: clock.clone(), entropy: Arc::new(SystemEntropy::new()) };
        let (data, unlock) = (folder.join("data"), Unlock::KeyFile(Key::from_bytes([9; 32])));
        open::create(&data, &unlock, Argon2Cost { memory_kib: 64, passes: 1 }, &senses).expect("A data folder");
        let store = Store::open(&data, &unlock, senses).expect("The store");
        let settings = Mailbox {
            name: "service".to_owned(),
            address: address(USER),
            display_name: "Radhaus".to_owned(),
            connection: Connection::Maildir { path: folder.join("mail"), authserv_ids: Vec::new() },
            policy: Policy::default(),
        };
        let (row, answer) = store.write(|w| approved(w, &settings, undo)).expect("An approved answer");
        let smtp = ScriptedSmtp::implicit(faults).await;
        Self { folder, clock, store, row, answer, smtp, password: Secret::new(PASSWORD.to_owned()) }
    }

    async fn step(&self) -> Result<Account, StoreError> {
        let server = SmtpServer {
            host: "localhost".to_owned(),
            port: self.smtp.port,
            security: Security::Implicit,
            login: Login { user: USER.to_owned(), password: self.password.clone() },
            tls: client_config(Some(&self.smtp.ca)).expect("The CA of the test"),
            hello: "radhaus.example".to_owned(),
            limits: StepLimits::default(),
        };
        Dispatcher { store: &self.store, row: &self.row, password: &self.password, server: &server }.step().await
    }

    fn kept(&self) -> Kept {
        self.store.read(|r| outbox::by_row(r, self.answer)).expect("The row")
    }

    fn later(&self, by: SignedDuration) {
        self.clock.set(self.now().checked_add(by).expect("A time"));
    }

    fn now(&self) -> Timestamp {
        self.clock.now()
    }

    fn withdraw(&self) {
        self.store.write(|w| consent::withdraw(w, &address(ANNA), "test", None)).expect("A withdrawal");
    }

    /// The mails in Sent, as they lie on the disk.
    fn sent(&self) -> Vec<Vec<u8>> {
        let parts = ["new", "cur"].map(|part| self.folder.join("mail/.Sent").join(part));
        let files = parts.iter().filter_map(|part| std::fs::read_dir(part).ok()).flatten().flatten();
        files.map(|file| std::fs::read(file.path()).expect("A mail")).collect()
    }
}

fn approved(w: &hauspost::store::Writing<'_>, settings: &Mailbox, undo: SignedDuration) -> Result<(MailboxRow, i64), StoreError> {
    let admin = actor::named(w, "Berta Beispiel")?;
    mailbox::add(w, settings, &Secret::new(PASSWORD.to_owned()), admin, None)?;
    let row = mailbox::find(&w.reading(), "service")?.expect("The mailbox");
    let folder = ledger::enter(w, row.row, "INBOX", 1, 1)?.folder().clone();
    let anna = address(ANNA);
    let grant = Grant { address: &anna, channel: Channel::Paper, wording: "Ja", language: "de", evidence_name: "scan", evidence: b"scan" };
    let proof = consent::grant(w, &grant, admin)?;
    let person = person::find_or_create(w, &anna)?;
    let epoch = i64::try_from(consent::present_epoch(&w.reading(), person.epoch)?.0).expect("Small");
    let ticket = message::open_ticket(w, row.row, person.row)?;
    let inbound = Inbound {
        folder: &folder,
        uid: 1,
        person,
        ticket,
        message_id: None,
        basis: ClearanceBasis::Consent,
        proof,
        epoch,
        language: Language::De,
        raw: b"Subject: Frage\r\n\r\nWie lange?\r\n",
    };
    let message = message::insert_inbound(w, &inbound)?;
    let mail = FrozenMail { from: address(USER), to: vec![anna], message_id: "t1-v1@radhaus.example".to_owned(), raw: RAW.to_vec() };
    let new = NewOutbox {
        message: &message,
        draft: None,
        token: TOKEN,
        mail: &mail,
        raw_sha256: digest::sha256(RAW),
        epoch,
        not_before: w.now() + i64::try_from(undo.as_millis()).expect("Small"),
    };
    let id: PublicId = outbox::insert_approved(w, &new)?;
    let kept = outbox::of_message(&w.reading(), message.row)?.filter(|kept| kept.outbox.id == id).expect("The row");
    Ok((row, kept.row))
}

/// what the server took is what was approved, and what lies in Sent is that, byte for byte, once.
#[tokio::test]
async fn r123_the_copy_in_sent_is_what_the_server_took() {
    let desk = Desk::new(SignedDuration::ZERO, &[]).await;
    desk.step().await.expect("A step");
    assert!(desk.smtp.taken() == [RAW], "the server took other bytes");
    assert!(desk.sent() == [RAW], "other bytes lie in Sent: {:?}", desk.sent());
    let kept = desk.kept();
    assert_eq!((kept.outbox.state, kept.outbox.proof.is_some(), kept.outbox.filed_at.is_some()), (OutboxState::Filed, true, true));
    desk.later(SignedDuration::from_hours(2));
    desk.step().await.expect("A step");
    assert_eq!((desk.smtp.connections(), desk.sent().len()), (1, 1));
}

/// where the provider files the copy by itself, there is no second one.
#[tokio::test]
async fn r123_a_copy_that_lies_there_already_is_enough() {
    let desk = Desk::new(SignedDuration::ZERO, &[]).await;
    desk.folder.write("mail/.Sent/cur/1.provider:2,S", std::str::from_utf8(RAW).expect("ASCII"));
    desk.step().await.expect("A step");
    assert_eq!((desk.smtp.taken().len(), desk.sent().len(), desk.kept().outbox.state), (1, 1, OutboxState::Filed));
}

/// a Sent folder that cannot be written is tried again until it can, the mail is not sent again for it, and the journal of the
/// machine has an alarm.
#[tokio::test]
async fn r123_a_copy_that_cannot_be_laid_down_is_tried_again() {
    let desk = Desk::new(SignedDuration::ZERO, &[]).await;
    let journal = desk.folder.write("journal", "");
    let file = Arc::new(std::fs::File::create(&journal).expect("A journal"));
    let _told = tracing::subscriber::set_default(tracing_subscriber::fmt().with_writer(file).finish());
    let alarms = || std::fs::read_to_string(&journal).expect("A journal").matches("outbox.alarm").count();
    std::fs::remove_dir_all(desk.folder.join("mail/.Sent")).expect("A folder that goes");
    for failures in 1..=4 {
        desk.step().await.expect("A step");
        let kept = desk.kept();
        assert_eq!((kept.outbox.state, kept.outbox.filing_failures), (OutboxState::Accepted, failures));
        assert_eq!(alarms(), usize::from(failures >= 3), "after {failures} failures");
        desk.later(SignedDuration::from_hours(2));
    }
    maildir(&desk.folder, "mail/.Sent");
    desk.step().await.expect("A step");
    assert!(desk.sent() == [RAW]);
    assert_eq!((desk.smtp.connections(), desk.smtp.taken().len(), desk.kept().outbox.state), (1, 1, OutboxState::Filed));
}

/// bytes that are not those that were approved go nowhere; they are damage.
#[tokio::test]
async fn r123_other_bytes_than_those_approved_are_not_sent() {
    let desk = Desk::new(SignedDuration::ZERO, &[]).await;
    let changed = desk.store.write(|w| Ok::<_, StoreError>(w.main.execute("UPDATE outbox SET raw_sha256 = zeroblob(32)", [])?));
    assert_eq!(changed.expect("A change"), 1);
    let outcome = desk.step().await;
    assert!(outcome.as_ref().is_err_and(|error| error.kind() == StoreErrorKind::Damaged), "{outcome:?}");
    assert_eq!((desk.smtp.connections(), desk.sent().len()), (0, 0));
}

/// D-14: within the undo window nothing is sent; when it has passed, the answer goes without anybody's doing.
#[tokio::test]
async fn d14_nothing_is_sent_within_the_undo_window() {
    let desk = Desk::new(SignedDuration::from_secs(10), &[]).await;
    for passed in [0, 9_999] {
        desk.later(SignedDuration::from_millis(passed));
        desk.step().await.expect("A step");
        assert_eq!((desk.smtp.connections(), desk.kept().outbox.state), (0, OutboxState::Approved), "after {passed} ms");
    }
    desk.later(SignedDuration::from_millis(1));
    desk.step().await.expect("A step");
    assert_eq!((desk.smtp.taken().len(), desk.kept().outbox.state), (1, OutboxState::Filed));
}

/// a withdrawal and the stop switch end an approved answer at once, before a connection is made.
#[tokio::test]
async fn r020_r072_an_approved_answer_falls_with_its_clearance() {
    for (switch, reason) in [(false, CancelReason::Withdrawn), (true, CancelReason::AiOff)] {
        for undo in [SignedDuration::ZERO, SignedDuration::from_hours(1)] {
            let desk = Desk::new(undo, &[]).await;
            match switch {
                true => drop(desk.store.write(|w| setting::set_ai_off(w, true)).expect("The switch")),
                false => desk.withdraw(),
            }
            desk.step().await.expect("A step");
            let kept = desk.kept();
            assert_eq!((kept.outbox.state, kept.outbox.cancel), (OutboxState::Cancelled, Some(reason)), "{undo:?}");
            desk.later(SignedDuration::from_hours(2));
            desk.step().await.expect("A step");
            assert_eq!((desk.smtp.connections(), desk.sent().len()), (0, 0), "{undo:?}");
        }
    }
}

/// D-14: an answer that a server was offered may have arrived, so the released switch has no second one written; one that
/// never left is drafted anew.
#[tokio::test]
async fn d14_r072_no_second_answer_is_written_where_the_first_may_have_arrived() {
    for offered in [true, false] {
        let desk = Desk::new(SignedDuration::ZERO, &[]).await;
        let message = desk.kept().message;
        let switch = |off| assert!(desk.store.write(|w| setting::set_ai_off(w, off)).expect("The switch"));
        if offered {
            let tried =
                |w: &hauspost::store::Writing<'_>| -> Result<_, StoreError> { Ok(w.main.execute("UPDATE outbox SET attempts = 1", [])?) };
            desk.store.write(tried).expect("A try");
        }
        switch(true);
        desk.step().await.expect("A step");
        assert_eq!(desk.kept().outbox.cancel, Some(CancelReason::AiOff));
        switch(false);
        let requeued = desk.store.write(requeue::after_switch).expect("The switch is released");
        let stage = desk.store.read(|r| message::by_row(r, message)).expect("The mail").stage;
        let expected = if offered { (0, Stage::HumanOnly) } else { (1, Stage::Screened) };
        assert_eq!((requeued, stage), expected, "offered: {offered}");
    }
}

/// the epoch is compared before every step of the session, up to the final dot: the next one is not entered.
#[tokio::test]
async fn r020_r072_a_clearance_that_falls_within_the_session_ends_it_before_the_next_step() {
    for (step, next) in [(SmtpStep::Connect, "MAIL"), (SmtpStep::Mail, "RCPT"), (SmtpStep::Rcpt, "DATA"), (SmtpStep::Data, "never")] {
        for switch in [false, true] {
            let desk = Desk::new(SignedDuration::ZERO, &[Fault::Slow(Duration::from_millis(120))]).await;
            let falls = async {
                while desk.kept().outbox.step != Some(step) {
                    tokio::time::sleep(Duration::from_millis(5)).await;
                }
                match switch {
                    true => drop(desk.store.write(|w| setting::set_ai_off(w, true)).expect("The switch")),
                    false => desk.withdraw(),
                }
            };
            let (stepped, ()) = tokio::join!(desk.step(), falls);
            stepped.expect("A step");
            let (kept, heard) = (desk.kept(), desk.smtp.heard());
            let reason = if switch { CancelReason::AiOff } else { CancelReason::Withdrawn };
            assert_eq!((kept.outbox.state, kept.outbox.cancel), (OutboxState::Cancelled, Some(reason)), "{step:?} {heard:?}");
            assert!(!heard.iter().any(|line| line.starts_with(next)), "{step:?}: {heard:?}");
            // The server has to see the end of the line before its word counts.
            tokio::time::sleep(Duration::from_millis(100)).await;
            assert!(desk.smtp.taken().is_empty() && desk.sent().is_empty(), "{step:?}");
        }
    }
}
