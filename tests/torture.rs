//! Torture: the real binary is killed at every named crash point and at random, the line to the SMTP server is cut, the inbox
//! is renumbered and a mail is erased; then the servers are asked what they know.
//!
//! The suite runs a small size. `scripts/long/torture` runs the full one (`HAUSPOST_TORTURE=full`). The seed is printed and
//! can be given (`HAUSPOST_TORTURE_SEED`); what the machine's speed decides, such as where a random kill falls, it does not hold.

#[path = "torture/ground_truth.rs"]
mod ground_truth;
#[path = "torture/office.rs"]
mod office;
#[path = "torture/post.rs"]
mod post;

use crate::support::letters::{Dice, lay_into, letters};
use crate::support::scripted_smtp::{At, Fault, USER};
use ground_truth::{answers, numbered, places};
use hauspost::domain::crashpoint::NAMES;
use hauspost::store::StoreError;
use office::{DRAFTS_USER, End, Office};
use post::{Delivery, Kind, deliveries, named};
use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

/// How much is done.
struct Size {
    mails: usize,
    kills: usize,
    cuts: usize,
    /// How often every crash point is chosen.
    rounds: usize,
}

const SMALL: Size = Size { mails: 60, kills: 6, cuts: 10, rounds: 1 };
const FULL: Size = Size { mails: 200, kills: 25, cuts: 20, rounds: 2 };
/// The house is older by this at each start, so that retries and searches come due. Longer than any life in its own time.
const BETWEEN: Duration = Duration::from_secs(10 * 60);
const CRASH_WAIT: Duration = Duration::from_secs(12);
/// Retries end at an hour, searches at half of one.
const SETTLING: Duration = Duration::from_secs(61 * 60);

struct Run {
    office: Office,
    dice: Dice,
    deliveries: Vec<Delivery>,
    /// Delivered so far.
    delivered: usize,
    uids: HashMap<String, (u32, u32)>,
    fallen: BTreeMap<String, usize>,
    killed: usize,
    /// Deaths between the server's taking a mail and the house's knowing it.
    struck: usize,
    slowest: Duration,
    drafts: usize,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn d14_never_twice_never_lost_every_doubt_shown() {
    let size = if std::env::var("HAUSPOST_TORTURE").is_ok_and(|size| size == "full") { FULL } else { SMALL };
    let seed = std::env::var("HAUSPOST_TORTURE_SEED").ok().and_then(|seed| seed.parse().ok()).unwrap_or(1);
    println!("HAUSPOST_TORTURE_SEED={seed}");
    let people = size.mails * 3 / 4;
    let office = Office::open(people, &cuts(seed, size.cuts)).await;
    tokio::task::block_in_place(|| {
        let started = Instant::now();
        let deliveries = deliveries(seed, size.mails, people);
        let mut run = Run {
            office,
            dice: Dice::new(seed ^ 0x5EED),
            deliveries,
            delivered: 0,
            uids: HashMap::new(),
            fallen: BTreeMap::new(),
            killed: 0,
            struck: 0,
            slowest: Duration::ZERO,
            drafts: 0,
        };
        run.first_contact();
        let mut incidents = incidents(&mut run.dice, &size);
        let second_half = incidents.split_off(incidents.len() / 2);
        run.suffer(&incidents, size.mails / 2);
        let erased = run.erase_and_renumber();
        run.suffer(&second_half, run.deliveries.len());
        run.fell_those_left();
        run.settle();
        run.judge(erased);
        println!("{:.0} s", started.elapsed().as_secs_f64());
    });
}

/// Cuts of the line, half of them between the final dot and the 250, among connections that are let be.
fn cuts(seed: u64, count: usize) -> Vec<Fault> {
    let mut dice = Dice::new(seed);
    let early = [At::Greeting, At::Ehlo, At::Auth, At::Mail, At::Rcpt, At::Data, At::Text];
    let late = [At::Dot, At::Taken];
    let mut faults = Vec::new();
    for number in 0..count {
        faults.extend(vec![Fault::None; dice.roll(3)]);
        faults.push(Fault::Cut(if number % 2 == 0 { late[number / 2 % 2] } else { early[dice.roll(early.len())] }));
    }
    faults
}

/// Every crash point in every round, and kills at random, in an order of the dice.
fn incidents(dice: &mut Dice, size: &Size) -> Vec<Option<&'static str>> {
    let mut all: Vec<Option<&str>> = NAMES.iter().map(|name| Some(*name)).cycle().take(NAMES.len() * size.rounds).collect();
    all.extend(vec![None; size.kills]);
    // The one moment at which a wrong step sends a mail twice.
    all.extend(vec![Some("smtp.answered"); 3 * size.rounds]);
    for last in (1..all.len()).rev() {
        all.swap(last, dice.roll(last + 1));
    }
    all
}

impl Run {
    /// The house sees both mailboxes while they are empty: what lies there before is never answered.
    fn first_contact(&mut self) {
        for _ in 0..10 {
            self.office.start(None);
            let until = Instant::now() + Duration::from_millis(1500);
            self.office.work(until);
            if self.folders() == 2 {
                return;
            }
        }
        panic!("The mailboxes are not reached:\n{}", self.office.log());
    }

    fn deliver(&mut self, until: usize) {
        for delivery in &self.deliveries[self.delivered.min(until)..until] {
            self.office.deliver(USER, &delivery.name, &delivery.letter.raw);
        }
        self.delivered = self.delivered.max(until);
    }

    /// Mails for the mailbox whose drafts are laid down.
    fn deliver_for_drafts(&mut self) {
        for letter in letters(99 + self.drafts as u64, 4, 4, post::CANARIES[0]) {
            self.drafts += 1;
            self.office.deliver(DRAFTS_USER, &named(10_000 + self.drafts), &letter.raw);
        }
    }

    /// Lives through the incidents, while the mails up to `until` come in.
    fn suffer(&mut self, incidents: &[Option<&'static str>], until: usize) {
        for (number, incident) in incidents.iter().enumerate() {
            let left = incidents.len() - number;
            let share = (until - self.delivered).div_ceil(left);
            let half = self.delivered + share / 2;
            self.deliver(half);
            let passage = match *incident {
                Some(name) if name.starts_with("store") => 1 + self.dice.roll(40),
                Some(name) if name.starts_with("smtp") || name.starts_with("worker") => 1 + self.dice.roll(2),
                _ => 1,
            };
            self.live(*incident, passage, (half + share.div_ceil(2)).min(until));
        }
    }

    /// One life of the service, from start to death. `until`: what is delivered while it runs.
    fn live(&mut self, incident: Option<&'static str>, passage: usize, until: usize) {
        self.office.ahead += BETWEEN;
        if incident.is_none_or(|name| name.starts_with("filing")) {
            self.deliver_for_drafts();
        }
        let point = incident.map(|name| format!("{name}:{passage}"));
        let ready = self.office.start(point.as_deref());
        self.slowest = self.slowest.max(ready.unwrap_or_default());
        self.deliver(until);
        let pause = Duration::from_millis(u64::try_from(300 + self.dice.roll(2500)).expect("Small"));
        let limit = if incident.is_some() { CRASH_WAIT } else { pause };
        let end = self.office.work(Instant::now() + limit);
        match (incident, end) {
            (Some(name), End::Crashed) => *self.fallen.entry(name.to_owned()).or_default() += 1,
            _ => self.killed += 1,
        }
        self.providers_file();
    }

    /// Some providers lay what they took into Sent by themselves. Here they do so while the house is dead.
    fn providers_file(&mut self) {
        let answers = answers(&self.office.store());
        for raw in self.office.smtp.taken() {
            let token = ground_truth::token(&raw);
            let Some(answer) = answers.get(&token).filter(|answer| answer.is_looked_for) else { continue };
            let sent = self.office.maildir(USER).join(".Sent");
            self.struck += usize::from(answer.state == "sending");
            let chosen = token.bytes().map(u32::from).sum::<u32>() % 2 == 0;
            if chosen && sent.join("new").exists() && !ground_truth::lies_in(&sent, &token) && answer.state != "filed" {
                lay_into(&sent, &format!("1800000000.{token}.provider"), &raw);
            }
        }
    }

    /// Every mail that came is in the house; one is erased; then the server forgets its numbers.
    fn erase_and_renumber(&mut self) -> usize {
        self.take_all_in();
        std::thread::sleep(Duration::from_millis(300));
        self.uids = numbered(&self.office.maildir(USER));
        let store = self.office.store();
        let erased = (0..self.delivered)
            .find(|number| self.deliveries[*number].kind == Kind::Cleared && erase(&store, self.uids[&self.deliveries[*number].name]));
        let erased = erased.expect("A mail without an answer");
        drop(store);
        self.office.renumber();
        let again =
            Delivery { name: named(self.deliveries.len()), kind: Kind::Again(erased), letter: self.deliveries[erased].letter.clone() };
        self.deliveries.push(again);
        // The house must notice the new numbers before anything new comes: what came in between is not told from old mail.
        let before = self.killed;
        for _ in 0..5 {
            self.office.start(None);
            self.office.work(Instant::now() + Duration::from_secs(2));
            if self.folders() == 3 {
                self.killed = before;
                return erased;
            }
        }
        panic!("The new UIDVALIDITY was not noticed:\n{}", self.office.log());
    }

    fn folders(&self) -> i64 {
        let count = |r: &hauspost::store::Reading<'_>| -> Result<i64, StoreError> {
            Ok(r.main.query_row("SELECT count(*) FROM folder", [], |row| row.get(0))?)
        };
        self.office.store().read(count).expect("The folders can be counted")
    }

    fn take_all_in(&mut self) {
        for _ in 0..10 {
            self.office.start(None);
            self.office.work(Instant::now() + Duration::from_secs(2));
            let uids = numbered(&self.office.maildir(USER));
            let places = places(&self.office.store(), "service");
            let here = |delivery: &Delivery| uids.get(&delivery.name).is_some_and(|uid| places.contains_key(uid));
            let mut wanted = self.deliveries[..self.delivered].iter().filter(|delivery| !matches!(delivery.kind, Kind::Again(_)));
            // Of two equal mails the other one may have been the first.
            if wanted.all(|delivery| {
                here(delivery) || self.deliveries[..self.delivered].iter().any(|twin| twin.letter.raw == delivery.letter.raw && here(twin))
            }) {
                return;
            }
        }
        panic!("Mails are not taken in:\n{}", self.office.log());
    }

    /// Crash points that chance has not led the service over.
    fn fell_those_left(&mut self) {
        for _ in 0..4 {
            let unstruck = (self.struck == 0).then_some("smtp.answered");
            let left = NAMES.iter().copied().filter(|name| !self.fallen.contains_key(*name) || unstruck == Some(*name));
            for name in left.collect::<Vec<_>>() {
                // Three, because one may be left to wait for a person.
                for _ in 0..3 {
                    let number = self.deliveries.len();
                    let letter = letters(7_000 + number as u64, 1, 1, post::CANARIES[0]).remove(0);
                    self.deliveries.push(Delivery { name: named(number), kind: Kind::Cleared, letter });
                }
                self.live(Some(name), 1, self.deliveries.len());
            }
        }
        let missed: Vec<&&str> = NAMES.iter().filter(|name| !self.fallen.contains_key(**name)).collect();
        assert!(self.struck > 0, "No death fell between the taking of a mail and its answer; choose another seed");
        assert!(missed.is_empty(), "Crash points that were never passed: {missed:?}\n{}", self.office.log());
    }

    /// Lets everything come to its end: hours pass between two starts.
    fn settle(&mut self) {
        for _ in 0..30 {
            self.office.ahead += SETTLING;
            self.office.start(None);
            self.office.work(Instant::now() + Duration::from_secs(3));
            let store = self.office.store();
            let jobs =
                store.read(|r| -> Result<i64, StoreError> { Ok(r.main.query_row("SELECT count(*) FROM job", [], |row| row.get(0))?) });
            let ended =
                answers(&store).values().all(|answer| answer.state == "filed" || (answer.state == "uncertain" && !answer.is_looked_for));
            if ended && jobs.is_ok_and(|jobs| jobs == 0) {
                return;
            }
        }
        let states: Vec<String> = answers(&self.office.store()).values().map(|answer| answer.state.clone()).collect();
        panic!("It does not come to an end: {states:?}\n{}", self.office.log());
    }

    fn judge(mut self, erased: usize) {
        self.office.start(None);
        let shown = self.office.queue();
        self.office.kill();
        for (name, uid) in numbered(&self.office.maildir(USER)) {
            self.uids.entry(name).or_insert(uid);
        }
        let store = self.office.store();
        let answers = answers(&store);
        let uncertain = answers.values().filter(|answer| answer.state == "uncertain").count();
        let visible = shown.iter().filter(|item| item.outbox.as_deref() == Some("uncertain") && item.stage == "human_only").count();
        assert_eq!(visible, uncertain, "Each doubt stands in the queue");
        ground_truth::every_mail_once(&store, &self.deliveries, &self.uids, erased);
        let taken = ground_truth::every_answer_once(&self.office, &answers, &self.deliveries);
        let drafts = ground_truth::every_draft_once(&self.office, &store);
        let records = ground_truth::records_hold(&store);
        ground_truth::no_canary(&self.office);
        assert!(taken > 0 && drafts > 0, "Answers {taken} and drafts {drafts}");
        println!(
            "{} mails, {} crashes at {} points ({} of them with the mail taken and no answer read), {} kills, {} SMTP connections; {} answers approved, {taken} taken by the server, {uncertain} \
             left uncertain; {drafts} drafts; {records} records; slowest start {:.1} s",
            self.deliveries.len(),
            self.fallen.values().sum::<usize>(),
            self.fallen.len(),
            self.struck,
            self.killed,
            self.office.smtp.connections(),
            answers.len(),
            self.slowest.as_secs_f64()
        );
    }
}

/// Erases a mail that has no answer: its key, its rows, its index. The ledger keeps what it knows. `false`: not this one.
fn erase(store: &hauspost::store::Store, (uid_validity, uid): (u32, u32)) -> bool {
    let erased = store.write(|w| -> Result<bool, StoreError> {
        let mut statement = w.main.prepare(
            "SELECT message.id, person.public_id, ticket.public_id FROM message JOIN ticket ON ticket.id = message.ticket
             JOIN person ON person.id = message.person JOIN folder ON folder.id = message.folder JOIN mailbox ON mailbox.id = message.mailbox
             WHERE mailbox.name = 'service' AND folder.uid_validity = ?1 AND message.uid = ?2
               AND NOT EXISTS (SELECT 1 FROM outbox WHERE outbox.message = message.id)
               AND (SELECT count(*) FROM message AS other WHERE other.ticket = ticket.id) = 1",
        )?;
        let mut rows = statement.query([uid_validity, uid])?;
        let Some(row) = rows.next()? else { return Ok(false) };
        let (message, person, case): (i64, [u8; 16], [u8; 16]) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let id = hauspost::domain::PublicId::from_bytes;
        assert_eq!(w.destroy_keys(id(person), Some(id(case)))?, 1);
        w.main.execute("DELETE FROM message WHERE id = ?1", [message])?;
        w.search.execute("DELETE FROM mail_gram WHERE rowid = ?1", [message])?;
        w.search.execute("DELETE FROM indexed_mail WHERE message = ?1", [message])?;
        Ok(true)
    });
    erased.expect("The mail can be erased")
}
