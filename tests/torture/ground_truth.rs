//! What must hold after a torture run, told by what the servers know and not by what the product says of itself.

use super::office::{DRAFTS_USER, Office};
use super::post::{CANARIES, Delivery, Kind, address, has_consented};
use crate::support::scripted_smtp::USER;
use hauspost::crypto::digest;
use hauspost::mail::compose::ID_HEADER;
use hauspost::store::{Store, StoreError, record};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};

/// (UIDVALIDITY, UID) of every file in a Maildir folder, as Dovecot has numbered them.
pub fn numbered(maildir: &Path) -> HashMap<String, (u32, u32)> {
    let list = std::fs::read_to_string(maildir.join("dovecot-uidlist")).expect("Dovecot has numbered the mails");
    let mut lines = list.lines();
    let validity = lines.next().and_then(|head| head.split(' ').find_map(|word| word.strip_prefix('V'))).expect("UIDVALIDITY");
    let validity: u32 = validity.parse().expect("A number");
    lines
        .filter_map(|line| {
            let (numbers, name) = line.split_once(" :").or_else(|| line.split_once(':'))?;
            let uid = numbers.split(' ').next()?.parse().ok()?;
            Some((name.split(":2").next()?.to_owned(), (validity, uid)))
        })
        .collect()
}

/// The bytes of every mail in a folder of a user.
fn files(maildir: &Path) -> Vec<Vec<u8>> {
    let entries = ["new", "cur"].iter().filter_map(|part| std::fs::read_dir(maildir.join(part)).ok()).flatten().flatten();
    entries.filter_map(|entry| std::fs::read(entry.path()).ok()).collect()
}

pub fn header(raw: &[u8], name: &str) -> Option<String> {
    let text = String::from_utf8_lossy(raw).replace("\r\n", "\n").replace("\n ", " ");
    let head = text.split("\n\n").next()?.to_owned();
    head.lines().find_map(|line| Some(line.strip_prefix(name)?.strip_prefix(": ")?.trim().to_owned()))
}

pub fn token(raw: &[u8]) -> String {
    header(raw, ID_HEADER).expect("Every mail of ours carries its token")
}

pub fn lies_in(folder: &Path, wanted: &str) -> bool {
    files(folder).iter().any(|raw| token(raw) == wanted)
}

/// Dovecot keeps lines with LF alone.
fn with_lf(raw: &[u8]) -> String {
    String::from_utf8_lossy(raw).replace("\r\n", "\n")
}

pub struct Answer {
    pub state: String,
    sha256: [u8; 32],
    told: bool,
    /// Not in Sent yet, and a search for it is still to come.
    pub is_looked_for: bool,
}

pub fn answers(store: &Store) -> BTreeMap<String, Answer> {
    let read = |r: &hauspost::store::Reading<'_>| -> Result<BTreeMap<String, Answer>, StoreError> {
        let mut statement = r.main.prepare(
            "
            SELECT token, state, raw_sha256, person_told, state <> 'filed' AND (state <> 'uncertain' OR next_at IS NOT NULL) FROM outbox",
        )?;
        let rows = statement.query_map([], |row| {
            let answer = Answer { state: row.get(1)?, sha256: row.get(2)?, told: row.get(3)?, is_looked_for: row.get(4)? };
            Ok((row.get(0)?, answer))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    store.read(read).expect("The outbox can be read")
}

/// A mail by UIDVALIDITY and UID, and a stage that it stands at.
type Place = ((u32, u32), String);

/// Where each (UIDVALIDITY, UID) of a mailbox stands; more than one place is a mail in two states.
pub fn places(store: &Store, mailbox: &str) -> HashMap<(u32, u32), Vec<String>> {
    let read = |r: &hauspost::store::Reading<'_>| -> Result<Vec<Place>, StoreError> {
        let mut statement = r.main.prepare(
            "SELECT folder.uid_validity, uid, stage FROM (
               SELECT folder, uid, stage, mailbox FROM message WHERE direction = 'in' UNION ALL SELECT folder, uid, stage, mailbox FROM mail_state
             ) AS mail JOIN folder ON folder.id = mail.folder JOIN mailbox ON mailbox.id = mail.mailbox WHERE mailbox.name = ?1",
        )?;
        let rows = statement.query_map([mailbox], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    };
    let mut places: HashMap<_, Vec<String>> = HashMap::new();
    for (uid, stage) in store.read(read).expect("The mails can be read") {
        places.entry(uid).or_default().push(stage);
    }
    places
}

/// Where no mail of a cleared sender may be left at the end.
const ON_THE_WAY: [&str; 8] = ["received", "screened", "understood", "retrieved", "drafted", "checked", "approved", "dispatching"];

/// Invariant 1: every mail in exactly one state, none lost, none twice. `erased`: the delivery that was erased.
pub fn every_mail_once(store: &Store, deliveries: &[Delivery], uids: &HashMap<String, (u32, u32)>, erased: usize) {
    let places = places(store, "service");
    let at = |number: usize| places.get(&uids[&deliveries[number].name]).cloned().unwrap_or_default();
    for (number, delivery) in deliveries.iter().enumerate() {
        let found = at(number);
        let twins: Vec<usize> = (0..deliveries.len()).filter(|other| deliveries[*other].kind == Kind::Again(number)).collect();
        match delivery.kind {
            _ if number == erased => {
                let back: Vec<_> = twins.iter().chain([&number]).map(|one| (uids[&deliveries[*one].name], at(*one))).collect();
                assert!(back.iter().all(|(_, found)| found.is_empty()), "The erased mail {number} has come back: {back:?}");
            }
            Kind::Cleared | Kind::Stranger => {
                // Which of two equal mails the server numbers first is its business.
                let all: Vec<String> = twins.iter().flat_map(|twin| at(*twin)).chain(found).collect();
                assert_eq!(all.len(), 1, "Mail {number} stands in {all:?}");
                assert!(!ON_THE_WAY.contains(&all[0].as_str()), "Mail {number} is left at {}", all[0]);
                assert!(delivery.kind == Kind::Cleared || all[0] == "human_only", "A stranger's mail is at {}", all[0]);
            }
            Kind::Automatic => assert_eq!(found, ["ignored"], "The machine's mail {number}"),
            Kind::Again(_) => {}
        }
    }
    let known: HashSet<(u32, u32)> = uids.values().copied().collect();
    for (uid, found) in &places {
        assert!(found.len() == 1 && known.contains(uid), "UID {uid:?} stands in {found:?}");
    }
}

/// Invariants 2 to 5, by the log of the SMTP server and the files of the IMAP server.
pub fn every_answer_once(office: &Office, answers: &BTreeMap<String, Answer>, deliveries: &[Delivery]) -> usize {
    let taken = office.smtp.taken();
    let mut tokens = HashSet::new();
    let mut answered = HashSet::new();
    let cleared: HashSet<&str> =
        deliveries.iter().filter(|delivery| delivery.kind == Kind::Cleared).map(|delivery| delivery.letter.message_id.as_str()).collect();
    for raw in &taken {
        let answer = answers.get(&token(raw)).expect("What was sent stands in the outbox");
        assert_eq!(digest::sha256(raw), answer.sha256, "The bytes that the server took are not those that were approved");
        assert!(["filed", "uncertain"].contains(&answer.state.as_str()), "The server has it, the outbox says {}", answer.state);
        assert!(tokens.insert(token(raw)), "The server took an answer twice");
        let to = header(raw, "In-Reply-To").expect("An answer answers something");
        assert!(cleared.contains(to.as_str()), "An answer to {to}");
        assert!(answered.insert(to), "Two answers to one mail");
    }
    let people: HashSet<String> = (0..deliveries.len()).filter(|person| has_consented(*person)).map(address).collect();
    for line in office.smtp.heard().iter().filter(|line| line.starts_with("RCPT")) {
        let to = line.split(['<', '>']).nth(1).expect("A path");
        assert!(people.contains(to), "A mail to {to}");
    }
    let sent: Vec<Vec<u8>> = files(&office.maildir(USER).join(".Sent"));
    for (token_of, answer) in answers {
        let copies: Vec<&Vec<u8>> = sent.iter().filter(|raw| token(raw) == *token_of).collect();
        match answer.state.as_str() {
            "filed" => {
                assert!(tokens.contains(token_of), "Said to be sent, and the server never took it");
                assert_eq!(copies.len(), 1, "Copies of one answer in Sent");
                let original = taken.iter().find(|raw| token(raw) == *token_of).expect("It was taken");
                assert_eq!(with_lf(copies[0]), with_lf(original), "The copy in Sent is not what was sent");
            }
            "uncertain" => {
                assert!(copies.is_empty(), "A proof lay in Sent and was not found");
                assert!(answer.told, "The doubt was searched to its end and nobody was told");
            }
            other => panic!("An answer was left {other}"),
        }
    }
    taken.len()
}

/// Drafts mode: one draft for each mail that says it is filed, and no other.
pub fn every_draft_once(office: &Office, store: &Store) -> usize {
    let drafts = files(&office.maildir(DRAFTS_USER).join(".Drafts"));
    let tokens: HashSet<String> = drafts.iter().map(|raw| token(raw)).collect();
    let filed = places(store, "werkstatt").values().flatten().filter(|stage| *stage == "filed_as_draft").count();
    assert_eq!((drafts.len(), tokens.len()), (filed, filed), "Drafts in the folder, of different mails, and said to be filed");
    filed
}

/// Invariant 6: the chains and every page.
pub fn records_hold(store: &Store) -> u64 {
    store.verify_pages().expect("Every page verifies");
    let verified = store.read(record::verify).expect("The records can be read");
    assert_eq!(verified.first_broken, None);
    verified.records
}

/// Invariant 7: no canary in the data folder, the logs, or a core file beside them.
pub fn no_canary(office: &Office) {
    let mut open: Vec<PathBuf> = vec![office.folder.path().to_owned()];
    while let Some(folder) = open.pop() {
        for entry in std::fs::read_dir(folder).expect("A folder of the house").flatten() {
            if entry.path().is_dir() {
                open.push(entry.path());
                continue;
            }
            let Ok(bytes) = std::fs::read(entry.path()) else { continue };
            for canary in CANARIES {
                let found = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
                assert!(!found, "{canary} stands in {}", entry.path().display());
            }
            assert!(!entry.file_name().to_string_lossy().starts_with("core"), "A core file was left");
        }
    }
}
