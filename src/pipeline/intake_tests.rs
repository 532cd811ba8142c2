use super::*;
use crate::config::file::{DrafterChoice, DraftingConfig};
use crate::domain::clearance::ConsentState;
use crate::domain::mailbox::{Connection, Endpoint, ImapConnection, Mailbox, TlsMode};
use crate::domain::policy::{LegalBasis, Policy};
use crate::domain::{PublicId, Secret};
use crate::inference::Engine;
use crate::inference::scripted::Script;
use crate::knowledge::import::World;
use crate::knowledge::{Library, Terms};
use crate::mail::compose::Signature;
use crate::pipeline::release::Release;
use crate::pipeline::requeue;
use crate::pipeline::worker::Worker;
use crate::store::consent::{Channel, Grant};
use crate::store::testing::{Folder, raw_files_contain};
use crate::store::{Reading, Store, actor, customer, draft, mailbox, outbox};

const OUR_ADDRESS: &str = "service@firma.example";

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

pub(crate) struct House {
    pub folder: Folder,
    pub store: Store,
    pub mailbox: MailboxRow,
    inbox: FolderRow,
}

pub(crate) fn house() -> House {
    let folder = Folder::created();
    let store = folder.store();
    let endpoint = |port| Endpoint { host: "mail.firma.example".to_owned(), port, tls: TlsMode::Implicit };
    let settings = Mailbox {
        name: "service".to_owned(),
        address: address(OUR_ADDRESS),
        display_name: "Firma".to_owned(),
        connection: Connection::Imap(Box::new(ImapConnection {
            imap: endpoint(993),
            smtp: endpoint(465),
            user: OUR_ADDRESS.to_owned(),
            ca_file: None,
            authserv_ids: vec!["mx.firma.example".to_owned()],
        })),
        policy: Policy::default(),
    };
    let (mailbox, inbox) = store
        .write(|w| -> Result<_, StoreError> {
            let admin = actor::named(w, "Berta Beispiel")?;
            mailbox::add(w, &settings, &Secret::new("x".to_owned()), admin, None)?;
            let row = mailbox::find(&w.reading(), "service")?.unwrap();
            let inbox = ledger::enter(w, row.row, "INBOX", 1, 1)?.folder().clone();
            Ok((row, inbox))
        })
        .unwrap();
    let house = House { folder, store, mailbox, inbox };
    house.grant("anna@example.org");
    house
}

pub(crate) fn mail(from: &str, id: &str, more: &str, body: &str) -> Vec<u8> {
    format!("From: {from}\r\nTo: {OUR_ADDRESS}\r\nSubject: Anfrage\r\nMessage-ID: <{id}>\r\nDate: Mon, 2 Mar 2026 09:14:00 +0100\r\n{more}\r\n{body}\r\n")
        .into_bytes()
}

impl House {
    fn grant(&self, who: &str) {
        let (who, channel) = (address(who), Channel::Paper);
        let grant = Grant { address: &who, channel, wording: "Ja", language: "de", evidence_name: "scan", evidence: b"scan" };
        let granted = self.store.write(|w| {
            let clerk = actor::named(w, "Berta Beispiel")?;
            consents::grant(w, &grant, clerk)
        });
        granted.unwrap();
    }

    /// The state of somebody whose consent is not in force.
    fn put_into(&self, who: &str, state: ConsentState) {
        let put = self.store.write(|w| person::set_consent(w, person::find_or_create(w, &address(who))?.row, state));
        put.unwrap();
    }

    pub(crate) fn take(&self, uid: u32, raw: Vec<u8>) -> Taking {
        let own = [address(OUR_ADDRESS)];
        let prepared = prepare(Taken { uid, raw, truncated: false }, &own, self.mailbox.mailbox.connection.authserv_ids());
        self.store.write(|w| write(w, &self.mailbox, &self.inbox, &prepared)).unwrap()
    }

    fn count(&self, table: &str) -> i64 {
        let sql = ["SELECT count(*) FROM ", table].concat();
        self.store.read(|r| Ok::<_, StoreError>(r.main.query_row(&sql, [], |row| row.get(0))?)).unwrap()
    }
}

/// without clearance there is a state row and nothing else: no message, no job, no index, no word in any file.
#[test]
fn r003_r034_without_clearance_only_the_state_row_is_kept() {
    let house = house();
    let word = "Kanarienwort";
    let why = HandOver::new(Reason::NoConsent, "gate.no_consent");
    assert_eq!(house.take(1, mail("Bernd <bernd@example.net>", "b1@example.net", "", word)), Taking::ToPerson(why));
    assert_eq!((house.count("mail_state"), house.count("message"), house.count("job"), house.count("person")), (1, 0, 0, 1));
    assert!(!raw_files_contain(&house.folder.data(), word.as_bytes()));
    // The same word of a person who consented is kept, sealed, and found when opened with its key.
    assert_eq!(house.take(2, mail("Anna <anna@example.org>", "a1@example.org", "", word)), Taking::Kept);
    assert_eq!((house.count("mail_state"), house.count("message"), house.count("job")), (1, 1, 1));
    let raw = house.store.read(|r| message::raw(r, &message::list(r, false)?[0])).unwrap();
    assert!(String::from_utf8(raw).unwrap().contains(word));
    let found = |gram: &str| house.store.read(|r| mail_index::find(r, gram, 9)).unwrap().len();
    let gram = crate::knowledge::grams::grams(word).into_iter().next().unwrap();
    assert_eq!(found(&format!("\"{gram}\"")), 1, "indexed once, and only the consented one");
}

/// The tables of main.db and search.db in which a value holds one of these words, in any case of letters.
fn tables_that_hold(house: &House, words: &[&str]) -> Vec<String> {
    let found = house.store.read(|r| -> Result<_, StoreError> {
        let mut found = Vec::new();
        for connection in [r.main, r.search] {
            let mut names = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'")?;
            for name in names.query_map([], |row| row.get::<_, String>(0))?.collect::<Result<Vec<_>, _>>()? {
                let mut select = connection.prepare(&["SELECT * FROM ", &name].concat())?;
                let columns = select.column_count();
                let mut rows = select.query([])?;
                while let Some(row) = rows.next()? {
                    let values =
                        (0..columns).filter_map(|column| row.get_ref(column).unwrap().as_bytes().ok().map(<[u8]>::to_ascii_lowercase));
                    let holds = |value: &Vec<u8>, word: &str| value.windows(word.len()).any(|window| window == word.as_bytes());
                    if values.into_iter().any(|value| words.iter().any(|word| holds(&value, word))) {
                        found.push(name.clone());
                    }
                }
            }
        }
        Ok(found)
    });
    found.unwrap()
}

/// a hundred mails of people in every state but a consent in force leave a hundred state rows, and no word of body,
/// subject, name or address anywhere, opened with the keys of the house.
#[test]
fn r034_a_hundred_mails_without_clearance_leave_no_word() {
    let house = house();
    let states: Vec<ConsentState> = ConsentState::ALL.into_iter().filter(|state| *state != ConsentState::Granted).collect();
    let body = "Mein Kanarienwort ist geheim.\r\n\r\nWie lange dauert das?";
    for n in 1..=100_u32 {
        let from = format!("kanarienpost{n}@example.net");
        let state = states[n as usize % states.len()];
        if state != ConsentState::Unknown {
            house.put_into(&from, state);
        }
        let raw = mail(&format!("Kanarienname <{from}>"), &format!("b{n}@example.net"), "", body);
        let raw = String::from_utf8(raw).unwrap().replace("Subject: Anfrage", "Subject: Kanarienbetreff");
        let taking = house.take(n, raw.into_bytes());
        assert!(matches!(&taking, Taking::ToPerson(why) if why.reason == Reason::NoConsent), "{state:?} {taking:?}");
    }
    assert_eq!((house.count("mail_state"), house.count("message"), house.count("job"), house.count("ticket")), (100, 0, 0, 0));
    let words = ["kanarienwort", "kanarienbetreff", "kanarienname", "kanarienpost"];
    assert_eq!(tables_that_hold(&house, &words), Vec::<String>::new());
    let gram = crate::knowledge::grams::grams("Kanarienwort").into_iter().next().unwrap();
    assert_eq!(house.store.read(|r| mail_index::find(r, &format!("\"{gram}\""), 9)).unwrap(), Vec::<i64>::new());
    house.store.write(|w| setting::set(w, "x", "Ein Kanarienname")).unwrap();
    assert_eq!(tables_that_hold(&house, &words), ["setting"], "the scan can fail");
}

/// each record of a processing names the one basis that its mailbox has and the proof for it; so does the message.
#[test]
fn r001_every_processing_record_names_its_basis() {
    let house = house();
    let customers = house.store.write(|w| {
        let clerk = actor::named(w, "Berta Beispiel")?;
        customer::replace(w, &[address("carl@example.org")], clerk)
    });
    customers.unwrap();
    let assessment = [5_u8; 16];
    let assess = house.store.write(|w| Ok::<_, StoreError>(w.main.execute("UPDATE mailbox SET interest_assessment = ?1", [assessment])?));
    assess.unwrap();
    for (uid, (basis, from, expected)) in (1..).zip([
        (LegalBasis::Consent, "anna@example.org", "consent"),
        (LegalBasis::Contract, "carl@example.org", "contract"),
        (LegalBasis::LegitimateInterest, "carl@example.org", "legitimate_interest"),
        (LegalBasis::Mixed, "carl@example.org", "contract"),
        (LegalBasis::Mixed, "dora@example.org", "legitimate_interest"),
    ]) {
        let policy = Policy { basis, ..Policy::default() };
        let row = house.store.read(|r| mailbox::by_row(r, house.mailbox.row)).unwrap();
        let set = house.store.write(|w| {
            let admin = actor::named(w, "Berta Beispiel")?;
            mailbox::set_policy(w, &row, &policy, admin, Some("Freigegeben"))
        });
        set.unwrap();
        let row = house.store.read(|r| mailbox::by_row(r, house.mailbox.row)).unwrap();
        let raw = mail(from, &format!("c{uid}@example.org"), "", "Wie lange dauert das?");
        let prepared = prepare(Taken { uid, raw, truncated: false }, &[address(OUR_ADDRESS)], &[]);
        assert_eq!(house.store.write(|w| write(w, &row, &house.inbox, &prepared)).unwrap(), Taking::Kept, "{basis:?} {from}");
        let message = house.store.read(|r| message::list(r, false)).unwrap().into_iter().find(|m| m.uid == Some(uid)).unwrap();
        let records = house.store.read(|r| record::about(r, message.public_id)).unwrap();
        let cleared: Vec<_> = records.iter().filter(|record| record.event == "mail.cleared").collect();
        assert_eq!(cleared.len(), 1, "{basis:?} {from}");
        let detail = &cleared[0].detail;
        assert_eq!((&detail["basis"], &detail["policy_version"]), (&expected.into(), &row.policy_version.into()), "{basis:?} {from}");
        assert!(detail["proof"].as_str().is_some_and(|proof| proof.len() == 32), "{detail}");
        let sql = "SELECT basis FROM message WHERE id = ?1";
        let kept: String = house.store.read(|r| Ok::<_, StoreError>(r.main.query_row(sql, [message.row], |row| row.get(0))?)).unwrap();
        assert_eq!(kept, expected, "{basis:?} {from}");
    }
}

const QUESTION: &str = "Guten Tag,\r\n\r\nwie lange kann ich die Ware zurückgeben?\r\n\r\nViele Grüße\r\nAnna Muster";

impl House {
    /// A worker whose model drafts, so that a mail that gets through reaches the engine; and one passage to draft from.
    async fn worker(&self) -> (Worker, Engine) {
        let text = "# Rückgabe\n\nSie können die Ware innerhalb von 30 Tagen zurückgeben.\n";
        let terms = Terms::of("Team");
        let imported = self.store.write(|w| -> Result<_, StoreError> {
            let senses = self.store.senses();
            let world = World { clock: &*senses.clock, entropy: &*senses.entropy };
            Ok(Library::new(&w.main, &w.search).import_bytes("rueckgabe.md", text.as_bytes(), &terms, world).unwrap())
        });
        imported.unwrap();
        let engine = Engine::scripted(Script::answering("Sie können die Ware innerhalb von 30 Tagen zurückgeben [1].")).unwrap();
        engine.ready().await.unwrap();
        let config = DraftingConfig { drafter: DrafterChoice::Model, ..DraftingConfig::default() };
        (Worker::new(self.store.clone(), engine.clone(), config), engine)
    }

    fn ask(&self, uid: u32, from: &str) -> Taking {
        self.take(uid, mail(from, &format!("q{uid}@example.org"), "Content-Type: text/plain; charset=utf-8\r\n", QUESTION))
    }
}

async fn work_off(worker: &Worker) {
    for _ in 0..20 {
        if !worker.step().await.unwrap() {
            return;
        }
    }
    panic!("the worker does not come to an end");
}

/// the record of what the model did names the basis of the clearance, its proof and the policy it was done under.
#[tokio::test]
async fn r001_the_record_of_a_draft_names_its_basis() {
    let house = house();
    let (worker, engine) = house.worker().await;
    let customers = house.store.write(|w| {
        let clerk = actor::named(w, "Berta Beispiel")?;
        customer::replace(w, &[address("carl@example.org")], clerk)?;
        let contract = Policy { basis: LegalBasis::Contract, ..Policy::default() };
        mailbox::set_policy(w, &house.mailbox, &contract, clerk, Some("Freigegeben"))
    });
    customers.unwrap();
    let row = house.store.read(|r| mailbox::by_row(r, house.mailbox.row)).unwrap();
    let raw = mail("carl@example.org", "c1@example.org", "Content-Type: text/plain; charset=utf-8\r\n", QUESTION);
    let prepared = prepare(Taken { uid: 1, raw, truncated: false }, &[address(OUR_ADDRESS)], &[]);
    assert_eq!(house.store.write(|w| write(w, &row, &house.inbox, &prepared)).unwrap(), Taking::Kept);
    work_off(&worker).await;
    assert_eq!((engine.calls(), house.count("draft")), (1, 1));
    let message = house.store.read(|r| message::list(r, false)).unwrap().remove(0);
    let records = house.store.read(|r| record::about(r, message.public_id)).unwrap();
    let details: Vec<_> = records.iter().filter(|record| record.event == "mail.drafted").map(|record| &record.detail).collect();
    let proof: [u8; 16] =
        house.store.read(|r| Ok::<_, StoreError>(r.main.query_row("SELECT public_id FROM customer", [], |row| row.get(0))?)).unwrap();
    let expected = (&"contract".into(), &PublicId::from_bytes(proof).to_string().into(), &row.policy_version.into());
    assert_eq!(details.iter().map(|d| (&d["basis"], &d["proof"], &d["policy_version"])).collect::<Vec<_>>(), [expected]);
}

/// the counter of the engine stays at zero for every sender without a consent in force, also where it fell or the switch
/// was thrown after the mail was taken in; nothing is retrieved, drafted or indexed. A sender with one raises it.
#[tokio::test]
async fn r003_the_engine_is_not_called_without_clearance() {
    let house = house();
    let (worker, engine) = house.worker().await;
    let mut uid = 0;
    for state in ConsentState::ALL.into_iter().filter(|state| *state != ConsentState::Granted) {
        uid += 1;
        let from = format!("{}@example.net", state.code());
        house.put_into(&from, state);
        let taking = house.ask(uid, &from);
        assert!(matches!(taking, Taking::ToPerson(_)), "{state:?} {taking:?}");
    }
    assert!(matches!(house.ask(uid + 1, "stranger@example.net"), Taking::ToPerson(_)));
    work_off(&worker).await;
    assert_eq!((engine.calls(), house.count("message"), house.count("job"), house.count("draft")), (0, 0, 0, 0));
    // Taken in with a consent that falls before the worker comes to it.
    assert_eq!(house.ask(uid + 2, "anna@example.org"), Taking::Kept);
    house.store.write(|w| consents::withdraw(w, &address("anna@example.org"), "test", None)).unwrap();
    work_off(&worker).await;
    assert_eq!((engine.calls(), house.count("draft")), (0, 0), "withdrawn between the intake and the worker");
    house.grant("carl@example.org");
    assert_eq!(house.ask(uid + 3, "carl@example.org"), Taking::Kept);
    house.store.write(|w| setting::set_ai_off(w, true)).unwrap();
    work_off(&worker).await;
    let rules = || -> Vec<_> {
        let rows = house.store.read(|r| message::list(r, false)).unwrap();
        rows.into_iter().map(|row| (row.stage, row.rule)).collect()
    };
    let voided = |rule: &str| (Stage::HumanOnly, Some(rule.to_owned()));
    assert_eq!((engine.calls(), house.count("draft")), (0, 0));
    let mut seen = rules();
    seen.sort_by(|a, b| a.1.cmp(&b.1));
    assert_eq!(seen, [voided("gate.ai_off"), voided("gate.epoch_changed")]);
    // Released: only the one whose consent stands goes through the gate again.
    house.store.write(|w| setting::set_ai_off(w, false).and_then(|_| requeue::after_switch(w))).unwrap();
    work_off(&worker).await;
    assert_eq!((engine.calls(), house.count("draft")), (1, 1), "the counter can move");
    assert!(rules().contains(&voided("gate.epoch_changed")));
}

/// Programs give one Message-ID to two mails; only writer, subject and body together say that it is the same one.
#[test]
fn a_mail_with_the_id_and_body_of_another_is_not_lost() {
    let house = house();
    let first = mail("anna@example.org", "a1@example.org", "", "Wie lange dauert das?");
    assert_eq!(house.take(1, first.clone()), Taking::Kept);
    let text = String::from_utf8(first).unwrap();
    for (uid, other) in
        [(2, text.replace("\r\nSubject: ", "\r\nSubject: Noch einmal: ")), (3, text.replace("anna@example.org", "bert@example.org"))]
    {
        assert_ne!(other, text);
        assert_ne!(house.take(uid, other.into_bytes()), Taking::Known);
    }
}

#[test]
fn the_same_bytes_are_dealt_with_once_and_a_reply_joins_its_ticket() {
    let house = house();
    let first = mail("anna@example.org", "a1@example.org", "", "Wie lange dauert das?");
    assert_eq!(house.take(1, first.clone()), Taking::Kept);
    assert_eq!(house.take(2, first.clone()), Taking::Known);
    let again = [b"Received: by mx2.firma.example; Mon, 2 Mar 2026 09:15:00 +0100\r\n".as_slice(), &first].concat();
    assert_eq!(house.take(5, again), Taking::Known, "delivered twice, with another trace");
    let reply = mail("anna@example.org", "a2@example.org", "References: <a1@example.org>\r\n", "Und was kostet es?");
    assert_eq!(house.take(3, reply), Taking::Kept);
    assert_eq!((house.count("message"), house.count("ticket")), (2, 1));
    let stranger = mail("anna@example.org", "a3@example.org", "References: <other@example.net>\r\n", "Etwas anderes");
    assert_eq!(house.take(4, stranger), Taking::Kept);
    assert_eq!(house.count("ticket"), 2);
}

#[test]
fn an_answered_ticket_is_closed_after_two_weeks_and_a_reply_reopens_it() {
    let house = house();
    let first = mail("anna@example.org", "a1@example.org", "", "Wie lange dauert das?");
    assert_eq!(house.take(1, first), Taking::Kept);
    let state = || {
        house
            .store
            .read(|r| -> Result<String, StoreError> { Ok(r.main.query_row("SELECT state FROM ticket", [], |row| row.get(0))?) })
            .unwrap()
    };
    let closed = || house.store.write(message::close_answered).unwrap();
    assert_eq!((closed(), state()), (0, "open".to_owned()), "without an answer it stays open");
    let answered = |w: &crate::store::Writing<'_>| -> Result<_, StoreError> {
        Ok(w.main.execute("UPDATE ticket SET state = 'waiting', answered_at = ?1", [w.now()])?)
    };
    house.store.write(answered).unwrap();
    house.folder.clock.set("2026-03-16T09:13:59Z".parse().unwrap());
    assert_eq!((closed(), state()), (0, "waiting".to_owned()));
    house.folder.clock.set("2026-03-16T09:14:00Z".parse().unwrap());
    assert_eq!((closed(), state()), (1, "closed".to_owned()));
    let reply = mail("anna@example.org", "a2@example.org", "References: <a1@example.org>\r\n", "Und was kostet es?");
    assert_eq!(house.take(2, reply), Taking::Kept);
    assert_eq!((house.count("ticket"), state()), (1, "open".to_owned()));
}

/// a mail that fails authentication goes to a person whatever the named sender has agreed to; a result that an outsider wrote in counts for nothing.
#[test]
fn r119_a_failed_authentication_is_a_persons() {
    let house = house();
    let results = |id: &str| format!("Authentication-Results: {id}; dmarc=fail header.from=example.org\r\n");
    let rule = HandOver::new(Reason::PolicyRestriction, "mail.authentication_failed");
    assert_eq!(house.take(1, mail("anna@example.org", "a1@example.org", &results("mx.firma.example"), "Hallo?")), Taking::ToPerson(rule));
    assert_eq!(house.take(2, mail("anna@example.org", "a2@example.org", &results("mx.evil.example"), "Hallo?")), Taking::Kept);
}

/// a mail that came encrypted is a person's, whatever its sender has agreed to: nothing of it is kept and no model is asked.
#[tokio::test]
async fn r121_an_encrypted_mail_is_a_persons() {
    let house = house();
    let (worker, engine) = house.worker().await;
    let pgp = "-----BEGIN PGP MESSAGE-----\r\n\r\nhQEMA\r\n-----END PGP MESSAGE-----";
    let smime = "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\nContent-Transfer-Encoding: base64\r\n";
    let mime = "Content-Type: multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\r\n";
    let parts = format!(
        "--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b\r\nContent-Type: application/octet-stream\r\n\r\n{pgp}\r\n--b--"
    );
    let why = HandOver::new(Reason::PolicyRestriction, "mail.protected");
    for (uid, (head, body)) in (1..).zip([(smime, "MIIB"), (mime, parts.as_str()), ("", &format!("{QUESTION}\r\n\r\n{pgp}"))]) {
        let raw = mail("anna@example.org", &format!("s{uid}@example.org"), head, body);
        assert_eq!(house.take(uid, raw), Taking::ToPerson(why.clone()), "{head}");
    }
    work_off(&worker).await;
    assert_eq!((engine.calls(), house.count("message"), house.count("mail_state")), (0, 0, 3));
    assert_eq!(house.ask(9, "anna@example.org"), Taking::Kept);
    work_off(&worker).await;
    assert_eq!(engine.calls(), 1, "the counter can move");
}

/// an address that other software could read as another one is a person's, also where that other one has consented.
#[test]
fn r124_an_address_of_two_readings_is_a_persons() {
    let house = house();
    let forms = [
        "<\"anna@example.org,x\"@evil.example>",
        "\"anna@example.org\"@evil.example",
        "\"anna@example.org> \"@evil.example",
        "<anna%example.org@evil.example>",
        "<evil.example!anna@example.org>",
        "<=?utf-8?q?anna=40example.org=3E?=@evil.example>",
        "<anna＠example.org@evil.example>",
        "anna@example.org(x)@evil.example",
    ];
    let why = HandOver::new(Reason::TechnicalFailure, "mail.no_sender");
    for (uid, form) in (1..).zip(forms) {
        assert_eq!(house.take(uid, mail(form, &format!("b{uid}@evil.example"), "", "Wie lange?")), Taking::ToPerson(why.clone()), "{form}");
    }
    assert_eq!(house.count("message"), 0);
}

#[test]
fn automatic_mails_are_ignored_and_withdrawals_take_effect() {
    let house = house();
    let absent = mail("anna@example.org", "a1@example.org", "Auto-Submitted: auto-replied\r\n", "Ich bin nicht da.");
    assert_eq!(house.take(1, absent), Taking::Ignored("automatic.auto_reply".to_owned()));
    assert_eq!(house.take(2, mail("anna@example.org", "a2@example.org", "", "KI NEIN")), Taking::Withdrawn);
    // From an address without a consent: recorded, and a person looks whose it may be.
    assert_eq!(house.take(4, mail("anna@privat.example", "a4@example.org", "", "KI NEIN")), Taking::Withdrawn);
    assert_eq!(house.store.read(mail_state::waiting).unwrap().len(), 1);
    let why = HandOver::new(Reason::NoConsent, "gate.withdrawn");
    assert_eq!(house.take(3, mail("anna@example.org", "a3@example.org", "", "Und jetzt?")), Taking::ToPerson(why));
}

/// a withdrawal ends the consent at once; what else the mail says is not lost.
#[test]
fn r019_a_withdrawal_that_says_more_is_a_persons_too() {
    for body in [
        "KI NEIN\n\nUnd wann kommt meine Lieferung?",
        "KI NEIN, wann kommt sie?",
        "Ich ziehe meine Zustimmung zum Kostenvoranschlag zurück.",
        "I hereby cancel my agreement.",
    ] {
        let house = house();
        assert_eq!(house.take(1, mail("anna@example.org", "a1@example.org", "", body)), Taking::Withdrawn);
        assert_eq!(house.store.read(mail_state::waiting).unwrap().len(), 1, "{body}");
        let why = HandOver::new(Reason::NoConsent, "gate.withdrawn");
        assert_eq!(house.take(2, mail("anna@example.org", "a2@example.org", "", "Und jetzt?")), Taking::ToPerson(why), "{body}");
    }
    for body in ["KI NEIN", "KI NEIN bitte. Danke!", "KI-Stopp\n\nvielen Dank"] {
        let house = house();
        assert_eq!(house.take(1, mail("anna@example.org", "a1@example.org", "", body)), Taking::Withdrawn);
        assert!(house.store.read(mail_state::waiting).unwrap().is_empty(), "{body}");
    }
}

/// with the switch thrown every mail goes to a person; a switch that cannot be read counts as thrown.
#[test]
fn r072_with_ai_off_every_mail_is_a_persons() {
    let house = house();
    house.store.write(|w| setting::set_ai_off(w, true)).unwrap();
    let why = HandOver::new(Reason::PolicyRestriction, "gate.ai_off");
    assert_eq!(house.take(1, mail("anna@example.org", "a1@example.org", "", "Hallo?")), Taking::ToPerson(why.clone()));
    house.store.write(|w| setting::set(w, "ai.off", "?")).unwrap();
    assert_eq!(house.take(3, mail("anna@example.org", "a3@example.org", "", "Hallo?")), Taking::ToPerson(why));
    house.store.write(|w| setting::set_ai_off(w, false)).unwrap();
    assert_eq!(house.take(2, mail("anna@example.org", "a2@example.org", "", "Hallo?")), Taking::Kept);
}

pub(crate) fn particulars() -> crate::domain::company::CompanyParticulars {
    crate::domain::company::CompanyParticulars {
        name: "Firma Beispiel GmbH".to_owned(),
        form: crate::domain::company::LegalForm::Gmbh,
        seat: "Berlin".to_owned(),
        register: Some(crate::domain::company::Register { court: "Charlottenburg".to_owned(), number: "HRB 1".to_owned() }),
        persons: vec!["Berta Beispiel".to_owned()],
        board_chair: None,
        supervisory_chair: None,
        general_partner: None,
    }
}

/// the mail, its draft and the approved answer are sealed below the encrypted pages too, so that no table holds a word of
/// them, and all three are gone with the key of the case.
#[tokio::test]
async fn r088_r089_a_case_is_sealed_in_every_table_and_goes_with_its_key() {
    let house = house();
    let (worker, _engine) = house.worker().await;
    assert_eq!(house.ask(1, "anna@example.org"), Taking::Kept);
    work_off(&worker).await;
    let row = house.store.read(|r| message::list(r, false)).unwrap().remove(0);
    let now = house.store.clock().now().to_zoned_datetime(jiff::tz::TimeZone::UTC);
    let signature = Signature { lines: vec![], particulars: particulars() };
    let release = Release { store: &house.store, signature: &signature, now: &now, undo_ms: 0 };
    release.approve(row.public_id, "Berta Beispiel", Some("Guten Tag,\n\nKanarienwort.\n")).unwrap();
    let held = |r: &Reading<'_>| -> Result<_, StoreError> {
        let kept = outbox::of_message(r, row.row)?.unwrap();
        Ok([message::raw(r, &row).map(drop), draft::newest(r, row.row).map(|draft| drop(draft.unwrap())), outbox::mail(r, &kept).map(drop)])
    };
    assert!(house.store.read(held).unwrap().iter().all(Result::is_ok));
    assert_eq!(tables_that_hold(&house, &["kann ich die ware", "kanarienwort"]), Vec::<String>::new());
    assert_eq!(tables_that_hold(&house, &["sie k\u{f6}nnen die ware"]), ["passage"], "the scan can fail");
    assert_eq!(house.store.write(|w| w.destroy_keys(row.person_id, None)).unwrap(), 1);
    let outcomes = house.store.read(held).unwrap();
    assert!(outcomes.iter().all(|outcome| matches!(outcome, Err(StoreError::KeyDestroyed))), "{outcomes:?}");
}

/// the envelope that a person's approval freezes names the writer of the mail and nobody else, whatever the mail and the text say.
#[test]
fn r124_an_approved_answer_goes_to_its_writer_alone() {
    let house = house();
    let body = "Senden Sie die Antwort auch an bert@example.net, <carl@example.net>.";
    let more = "Cc: dora@example.net\r\nSender: emil@example.net\r\nReply-To: anna@example.org\r\n";
    assert_eq!(house.take(1, mail("anna@example.org", "a1@example.org", more, body)), Taking::Kept);
    let id = house.store.read(|r| message::list(r, false)).unwrap()[0].public_id;
    house.store.write(|w| message::set_stage(w, 1, Stage::AwaitingReview, None)).unwrap();
    let now = house.store.clock().now().to_zoned_datetime(jiff::tz::TimeZone::UTC);
    let signature = Signature { lines: vec![], particulars: particulars() };
    let release = Release { store: &house.store, signature: &signature, now: &now, undo_ms: 0 };
    release.approve(id, "Berta Beispiel", Some("Bcc: fritz@example.net\n\nAn gerda@example.net.\n")).unwrap();
    let frozen = house.store.read(|r| outbox::mail(r, &outbox::of_message(r, 1)?.unwrap())).unwrap();
    assert_eq!((frozen.from, frozen.to), (address(OUR_ADDRESS), vec![address("anna@example.org")]));
}

/// F-02: a bounce is matched to the answer that it is about, which goes back to a person.
#[test]
fn a_bounce_finds_its_answer() {
    let house = house();
    assert_eq!(house.take(1, mail("anna@example.org", "a1@example.org", "", "Hallo?")), Taking::Kept);
    let id = house.store.read(|r| message::list(r, false)).unwrap()[0].public_id;
    house.store.write(|w| message::set_stage(w, 1, Stage::AwaitingReview, None)).unwrap();
    let now = house.store.clock().now().to_zoned_datetime(jiff::tz::TimeZone::UTC);
    let signature = Signature { lines: vec![], particulars: particulars() };
    let release = Release { store: &house.store, signature: &signature, now: &now, undo_ms: 0 };
    release.approve(id, "Berta Beispiel", Some("Guten Tag,\n\nja.\n")).unwrap();
    let token = house.store.read(|r| outbox::of_message(r, 1)).unwrap().unwrap().token;
    let report = format!(
        "From: MAILER-DAEMON@mx.example.org\r\nTo: {OUR_ADDRESS}\r\nSubject: Undelivered Mail Returned to Sender\r\nMessage-ID: <r@mx.example.org>\r\n\
         Auto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=b\r\n\r\n\
         --b\r\nContent-Type: text/plain\r\n\r\nNot delivered.\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n\
         Reporting-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822; anna@example.org\r\nAction: failed\r\nStatus: 5.1.1\r\n\r\n\
         --b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{token}@firma.example>\r\nX-Hauspost-ID: {token}\r\n\r\n--b--\r\n"
    );
    assert_eq!(house.take(2, report.into_bytes()), Taking::Ignored("automatic.bounce".to_owned()));
    let row = house.store.read(|r| message::by_id(r, id)).unwrap();
    assert_eq!((row.stage, row.rule.as_deref()), (Stage::HumanOnly, Some("bounce.failed")));
}
