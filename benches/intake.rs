//! How fast the house takes mail in: 1,000 mails of mixed form out of a real Dovecot, parsed, screened, threaded, sealed and
//! indexed, with every commit on disk. The model is off; nothing is drafted.
//!
//! Prints mails a second and the memory of this process beside criterion's own figures. The second group compares a
//! transaction of 32 mails with one of a single mail in the same run, so that the ratio holds on any machine.

// Without this line clippy would not know that this is test code.
#![cfg(test)]

#[path = "../tests/support/certs.rs"]
mod certs;
#[path = "../tests/support/dovecot.rs"]
#[expect(dead_code, reason = "the journeys use more of it than the bench")]
mod dovecot;
#[path = "../tests/support/folder.rs"]
mod folder;
#[path = "../tests/support/letters.rs"]
mod letters;
#[path = "../tests/support/ports.rs"]
mod ports;

use certs::{Authority, Flaw};
use criterion::{Criterion, SamplingMode, Throughput, criterion_group, criterion_main};
use dovecot::Dovecot;
use folder::Folder;
use hauspost::app::wall_clock;
use hauspost::crypto::slots::{Argon2Cost, Unlock};
use hauspost::crypto::{Key, SystemEntropy};
use hauspost::domain::mailbox::{Connection, Endpoint, ImapConnection, Mailbox as Settings, TlsMode};
use hauspost::domain::policy::Policy;
use hauspost::domain::{EmailAddress, Secret};
use hauspost::mail::mailbox::FolderRole;
use hauspost::pipeline::connect;
use hauspost::pipeline::intake::{self, Taken, Taking};
use hauspost::pipeline::sync::{Reach, Sync};
use hauspost::store::consent::{Channel, Grant};
use hauspost::store::mailbox::MailboxRow;
use hauspost::store::{Store, StoreError, actor, consent, ledger, mailbox, open};
use letters::{Letter, lay_into, letters};
use std::time::{Duration, Instant};

const SEED: u64 = 2026;
const MAILS: usize = 1_000;
const PEOPLE: usize = 200;
const USER: &str = "service@radhaus.example";
const PASSWORD: &str = "geheim-1";
/// Mails of the comparison of transactions, which needs no server.
const COMPARED: usize = 200;

/// A fresh data folder with the mailbox and everybody's consent. The mails belong to it from UID 1 on.
struct House {
    store: Store,
    row: MailboxRow,
    _folder: Folder,
}

impl House {
    fn new(server: Option<(&Dovecot, &Authority)>) -> Self {
        let folder = Folder::new("intake");
        let unlock = Unlock::KeyFile(Key::random(&SystemEntropy::new()).expect("Random bytes"));
        let data = folder.join("data");
        open::create(&data, &unlock, Argon2Cost { memory_kib: 1024, passes: 1 }, &wall_clock::senses()).expect("A data folder");
        let store = Store::open(&data, &unlock, wall_clock::senses()).expect("The data folder opens");
        let port = server.map_or(993, |(dovecot, _)| dovecot.imaps);
        let endpoint = |port| Endpoint { host: "localhost".to_owned(), port, tls: TlsMode::Implicit };
        let settings = Settings {
            name: "service".to_owned(),
            address: EmailAddress::parse(USER).expect("An address"),
            display_name: "Radhaus Beispiel".to_owned(),
            connection: Connection::Imap(Box::new(ImapConnection {
                imap: endpoint(port),
                smtp: endpoint(465),
                user: USER.to_owned(),
                ca_file: server.map(|(_, authority)| authority.ca.clone()),
                authserv_ids: Vec::new(),
            })),
            policy: Policy::default(),
        };
        let row = store.write(|w| people(w, &settings)).expect("The people are entered");
        Self { store, row, _folder: folder }
    }

    /// Enters the inbox as if it had been empty when the house first saw it.
    fn enter(&self, uid_validity: u32) -> ledger::FolderRow {
        self.store.write(|w| ledger::enter(w, self.row.row, "INBOX", uid_validity, 1)).expect("The folder is entered").folder().clone()
    }
}

fn people(w: &hauspost::store::Writing<'_>, settings: &Settings) -> Result<MailboxRow, StoreError> {
    let admin = actor::named(w, "Berta Beispiel")?;
    mailbox::add(w, settings, &Secret::new(PASSWORD.to_owned()), admin, None)?;
    for person in 0..PEOPLE {
        let address = EmailAddress::parse(&format!("kunde{person}@kunden.example")).expect("An address");
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
    mailbox::find(&w.reading(), "service")?.ok_or(StoreError::NotFound("The mailbox"))
}

/// VmRSS or VmHWM in MB.
fn memory(line: &str) -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let found = status.lines().find_map(|text| text.strip_prefix(line)).expect("A line of /proc/self/status");
    found.trim_matches([':', ' ', '\t', 'k', 'B']).parse::<f64>().expect("A number") / 1024.0
}

fn forget_peak() {
    // proc(5): 5 resets the peak resident set size.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
}

fn whole_pass(criterion: &mut Criterion) {
    let authority = Authority::new();
    let server = Dovecot::start(&[(USER, PASSWORD)], &authority.issue(Flaw::None));
    server.deliver(USER, "From: anna@example.org\r\nSubject: Erste\r\n\r\nMacht den Ordner.\r\n");
    let maildir = server.maildir(USER);
    for (number, letter) in letters(SEED, MAILS - 1, PEOPLE, "Rad").iter().enumerate() {
        lay_into(&maildir, &format!("17000{number:05}.M1.bench"), &letter.raw);
    }
    let runtime = tokio::runtime::Runtime::new().expect("Threads");
    println!("before: {:.0} MB resident", memory("VmRSS"));
    let mut group = criterion.benchmark_group("intake");
    group
        .sample_size(10)
        .sampling_mode(SamplingMode::Flat)
        .warm_up_time(Duration::from_millis(1))
        .measurement_time(Duration::from_secs(20));
    group.throughput(Throughput::Elements(MAILS as u64));
    group.bench_function("dovecot_to_store", |bencher| {
        bencher.iter_custom(|times| (0..times).map(|_| one_pass(&runtime, &server, &authority)).sum());
    });
    group.finish();
}

fn one_pass(runtime: &tokio::runtime::Runtime, server: &Dovecot, authority: &Authority) -> Duration {
    let house = House::new(Some((server, authority)));
    runtime.block_on(async {
        let mut mailbox = connect::open(&house.store, &house.row, &Secret::new(PASSWORD.to_owned())).await.expect("Dovecot lets us in");
        let state = mailbox.select(FolderRole::Inbox).await.expect("The inbox");
        house.enter(state.uid_validity);
        forget_peak();
        let own = [house.row.mailbox.address.clone()];
        let started = Instant::now();
        let pass = Sync { store: &house.store, row: &house.row, own: &own }.pass(&mut mailbox, Reach::News).await.expect("A pass");
        let took = started.elapsed();
        let kept = pass.takings.iter().filter(|taking| **taking == Taking::Kept).count();
        assert_eq!((pass.takings.len(), kept, pass.faults), (MAILS, MAILS - 1, 0));
        println!(
            "{MAILS} mails in {:.2} s: {:.0} mails/s; resident {:.0} MB, peak {:.0} MB",
            took.as_secs_f64(),
            MAILS as f64 / took.as_secs_f64(),
            memory("VmRSS"),
            memory("VmHWM")
        );
        mailbox.close().await;
        took
    })
}

/// What one commit costs, shown as a ratio: the same mails in transactions of 32 and of one.
fn transactions(criterion: &mut Criterion) {
    let mails = letters(SEED + 1, COMPARED, PEOPLE, "Rad");
    let mut group = criterion.benchmark_group("transaction");
    group
        .sample_size(10)
        .sampling_mode(SamplingMode::Flat)
        .warm_up_time(Duration::from_millis(1))
        .measurement_time(Duration::from_secs(20));
    group.throughput(Throughput::Elements(COMPARED as u64));
    for size in [32, 1] {
        group.bench_function(format!("of_{size}"), |bencher| {
            bencher.iter_custom(|times| (0..times).map(|_| written(&mails, size)).sum());
        });
    }
    group.finish();
}

fn written(mails: &[Letter], size: usize) -> Duration {
    let house = House::new(None);
    let folder = house.enter(1);
    let own = [house.row.mailbox.address.clone()];
    let started = Instant::now();
    for (batch, mails) in mails.chunks(size).enumerate() {
        let first = u32::try_from(batch * size).expect("Small") + 1;
        let taken = (first..).zip(mails).map(|(uid, mail)| Taken { uid, raw: mail.raw.clone(), truncated: false });
        let prepared: Vec<_> = taken.map(|taken| intake::prepare(taken, &own, &[])).collect();
        let written = house.store.write(|w| -> Result<(), StoreError> {
            for mail in &prepared {
                intake::write(w, &house.row, &folder, mail)?;
            }
            Ok(())
        });
        written.expect("The batch is written");
    }
    started.elapsed()
}

criterion_group!(benches, whole_pass, transactions);
criterion_main!(benches);
