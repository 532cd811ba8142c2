//! Journeys of the service where somebody says no: no consent, a withdrawal, the stop switch; and what it does when the
//! mail server says no. What is kept is looked for in the raw files and in every table, opened with its keys.

use crate::service::QUESTION;
use crate::support::house::{ANNA, BERTA, GEORG, House, OURS, Plan, command, text};
use hauspost::app::locate::read_key_file;
use hauspost::crypto::slots::Unlock;
use hauspost::knowledge::grams::grams_of;
use hauspost::mail::mailbox::OwnFolder;
use hauspost::store::schema::Database;
use hauspost::store::{Store, StoreError, message, open};
use rusqlite::types::ValueRef;
use std::path::Path;
use std::time::{Duration, Instant};

fn unlock(house: &House) -> Unlock {
    Unlock::KeyFile(read_key_file(&house.key_file()).expect("The key file"))
}

fn connection(house: &House, database: Database) -> rusqlite::Connection {
    let keys = open::unlock_databases(&house.data(), &unlock(house)).expect("The keys");
    open::connect(&house.data(), database, &keys, false).expect("A database")
}

/// One number of main.db. The service must not run.
pub fn rows(house: &House, query: &str) -> i64 {
    connection(house, Database::Main).query_row(query, [], |row| row.get(0)).expect("A count")
}

fn holds(bytes: &[u8], word: &str) -> bool {
    bytes.to_ascii_lowercase().windows(word.len()).any(|window| window == word.as_bytes())
}

fn in_files(folder: &Path, word: &str) -> Vec<String> {
    let files = std::fs::read_dir(folder).expect("The data folder").flatten().filter(|entry| entry.path().is_file());
    files.filter(|file| holds(&std::fs::read(file.path()).expect("A file"), word)).map(|file| text(&file.path())).collect()
}

/// Every value of every table, the inner ones of the full text search too.
fn in_tables(house: &House, word: &str) -> Vec<String> {
    // The full text search knows a word only by its grams.
    let forms: Vec<String> = grams_of(word).into_iter().chain([word.to_owned()]).collect();
    let mut found = Vec::new();
    for database in Database::ALL {
        let connection = connection(house, database);
        let mut names = connection.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").expect("The schema");
        let names: Vec<String> = names.query_map([], |row| row.get(0)).expect("Names").flatten().collect();
        assert!(!names.is_empty());
        for name in names {
            let Ok(mut select) = connection.prepare(&format!("SELECT * FROM \"{name}\"")) else { panic!("{name} cannot be read") };
            let columns = select.column_count();
            let mut rows = select.query([]).expect("Rows");
            while let Some(row) = rows.next().expect("A row") {
                let hit = (0..columns).any(|column| match row.get_ref(column).expect("A value") {
                    ValueRef::Text(bytes) | ValueRef::Blob(bytes) => forms.iter().any(|form| holds(bytes, form)),
                    ValueRef::Null | ValueRef::Integer(_) | ValueRef::Real(_) => false,
                });
                if hit {
                    found.push(format!("{}/{name}", database.file_name()));
                }
            }
        }
    }
    found
}

/// Every mail that is kept, opened with its own key.
fn in_sealed_mails(house: &House, word: &str) -> usize {
    let store = Store::open(&house.data(), &unlock(house), hauspost::app::wall_clock::senses()).expect("The store");
    let mails = store.read(|r| {
        let rows = message::list(r, false)?;
        rows.iter().map(|row| message::raw(r, row)).collect::<Result<Vec<_>, StoreError>>()
    });
    mails.expect("The mails").iter().filter(|raw| holds(raw, word)).count()
}

fn handed_over(house: &House, count: usize) -> Vec<serde_json::Value> {
    house.until("mails for people", || {
        let list = house.ask(&["queue", "list"]).json;
        let mails: Vec<_> = list.as_array()?.iter().filter(|item| item["kind"] == "mail").cloned().collect();
        (mails.len() >= count).then_some(mails)
    })
}

#[test]
fn r034_no_word_is_kept_without_clearance() {
    let mut house = House::new(Plan::default());
    house.start_and_meet();
    house.mail(GEORG, "fremd-1@example.org", "Qzxvwykjqp", "Mein Kennwort ist Qzxvwykjqp.\nWie lange habe ich Zeit?");
    let item = handed_over(&house, 1).remove(0);
    assert_eq!((&item["stage"], &item["from"], &item["subject"]), (&"human_only".into(), &().into(), &().into()), "{item}");
    let shown = house.show(item["id"].as_str().expect("An id"));
    assert!(shown["message"]["text"].is_null() && !holds(shown.to_string().as_bytes(), "qzxvwykjqp"), "{shown}");
    // The same with a consent: this word is found where it may be, so the search can fail.
    house.mail(ANNA, "frage-1@example.org", "Xkqvjwzpyx", &format!("{QUESTION}\nXkqvjwzpyx"));
    house.drafted("Xkqvjwzpyx");
    house.stop();
    for (word, tables, sealed) in [("qzxvwykjqp", false, 0), ("xkqvjwzpyx", true, 1)] {
        assert_eq!(in_files(&house.data(), word), Vec::<String>::new());
        let found = in_tables(&house, word);
        assert_eq!((!found.is_empty(), in_sealed_mails(&house, word)), (tables, sealed), "{word}: {found:?}");
        assert!(!holds(house.log().as_bytes(), word), "{}", house.log());
    }
}

#[test]
fn r003_no_inference_without_clearance() {
    let mut house = House::new(Plan::default());
    house.start_and_meet();
    house.mail(GEORG, "fremd-1@example.org", "Frage", QUESTION);
    handed_over(&house, 1);
    house.stop();
    let count = |house: &House, event: &str| rows(house, &format!("SELECT count(*) FROM record WHERE event = '{event}'"));
    assert_eq!((count(&house, "mail.cleared"), count(&house, "mail.drafted")), (0, 0));
    assert_eq!(rows(&house, "SELECT (SELECT count(*) FROM message) + (SELECT count(*) FROM job) + (SELECT count(*) FROM draft)"), 0);
    house.consent(GEORG);
    house.start(None);
    house.mail(GEORG, "fremd-2@example.org", "Frage 2", QUESTION);
    house.drafted("Frage 2");
    house.stop();
    assert_eq!((count(&house, "mail.cleared"), count(&house, "mail.drafted")), (1, 1), "the count can fail");
}

#[test]
fn r072_the_stop_switch_sends_everything_to_people() {
    let mut house = House::new(Plan { undo_seconds: 600, ..Plan::default() });
    house.start_and_meet();
    house.mail(ANNA, "frage-1@example.org", "Frage 1", QUESTION);
    let id = house.drafted("Frage 1");
    house.ask(&["queue", "approve", &id, "--as", BERTA]).done();
    assert_eq!(house.show(&id)["outbox"]["state"], "approved");
    let thrown = Instant::now();
    house.ask(&["ai", "off", "--as", BERTA]).done();
    house.mail(ANNA, "frage-2@example.org", "Frage 2", QUESTION);
    let item = handed_over(&house, 1).remove(0);
    assert!(item["reason"].is_string(), "{item}");
    house.until("the cancelled answer", || (house.show(&id)["outbox"]["state"] == "cancelled").then_some(()));
    assert!(thrown.elapsed() < Duration::from_secs(5), "{:?}", thrown.elapsed());
    assert_eq!(house.show(&id)["message"]["stage"], "human_only");
    // A person's own words are no matter of the switch.
    assert_eq!(house.ask(&["queue", "approve", &id, "--as", BERTA]).exit, 2);
    let own = house.write("own.txt", "Guten Tag,\n\nich kümmere mich selbst darum.\n");
    house.ask(&["queue", "approve", &id, "--as", BERTA, "--text", &own]).done();
    assert_eq!(house.show(&id)["outbox"]["state"], "approved");
    // Within the undo window an approval can be taken back.
    house.ask(&["queue", "settle", &id, "stop", "--as", BERTA]).done();
    assert_eq!(house.show(&id)["outbox"]["state"], "cancelled");
    house.ask(&["ai", "on", "--as", BERTA]).done();
    house.mail(ANNA, "frage-3@example.org", "Frage 3", QUESTION);
    house.drafted("Frage 3");
    house.stop();
    assert_eq!(rows(&house, "SELECT count(*) FROM record WHERE event = 'mail.drafted'"), 2);
    let thrown = "SELECT count(*) FROM record JOIN actor ON actor.public_id = record.actor WHERE event = 'ai.switch' AND actor.name";
    assert_eq!(rows(&house, &format!("{thrown} = '{BERTA}'")), 2, "who threw it and who released it");
}

/// The switch ends what is under way and loses none of it: what it interrupted is drafted anew once it is released, except where
/// the person has changed their mind or somebody has dealt with the mail.
#[test]
fn r072_what_the_switch_interrupted_is_drafted_anew() {
    let mut house = House::new(Plan { undo_seconds: 600, ..Plan::default() });
    house.consent(GEORG);
    house.start_and_meet();
    for (from, number) in [(ANNA, 1), (ANNA, 2), (ANNA, 3), (GEORG, 4)] {
        house.mail(from, &format!("frage-{number}@example.org"), &format!("Frage {number}"), QUESTION);
    }
    let ids: Vec<String> = (1..=4).map(|number| house.drafted(&format!("Frage {number}"))).collect();
    house.ask(&["queue", "approve", &ids[1], "--as", BERTA]).done();
    house.ask(&["ai", "off", "--as", BERTA]).done();
    let stage = |house: &House, id: &str| house.show(id)["message"]["stage"].clone();
    house.until("everything with people", || ids.iter().all(|id| stage(&house, id) == "human_only").then_some(()));
    assert_eq!(house.show(&ids[0])["message"]["rule"], "gate.ai_off");
    house.ask(&["queue", "done", &ids[2], "--as", BERTA]).done();
    house.ask(&["consent", "withdraw", GEORG, "--as", BERTA]).done();
    house.mail(ANNA, "frage-5@example.org", "Frage 5", QUESTION);
    handed_over(&house, 1);
    let revision = |id: &str| house.show(id)["draft"]["revision"].as_u64();
    assert_eq!(ids.iter().map(|id| revision(id)).collect::<Vec<_>>(), [Some(1); 4], "no inference while it is off");
    house.ask(&["ai", "on", "--as", BERTA]).done();
    for number in [1, 2] {
        assert_eq!(house.drafted(&format!("Frage {number}")), ids[number - 1]);
        assert_eq!(revision(&ids[number - 1]), Some(2));
    }
    assert_eq!((stage(&house, &ids[2]), stage(&house, &ids[3])), ("handled".into(), "human_only".into()));
    handed_over(&house, 1);
    house.ask(&["queue", "approve", &ids[1], "--as", BERTA]).done();
    assert_eq!(house.show(&ids[1])["outbox"]["state"], "approved");
    house.stop();
    assert_eq!(rows(&house, "SELECT count(*) FROM record WHERE event = 'mail.requeued'"), 2);
    assert_eq!(rows(&house, "SELECT count(*) FROM record WHERE event = 'mail.drafted'"), 6);
}

#[test]
fn r020_a_withdrawal_voids_the_draft() {
    let mut house = House::new(Plan::default());
    house.start_and_meet();
    house.mail(ANNA, "frage-1@example.org", "Frage 1", QUESTION);
    let id = house.drafted("Frage 1");
    house.ask(&["consent", "withdraw", ANNA, "--as", BERTA]).done();
    let refused = house.ask(&["queue", "approve", &id, "--as", BERTA]);
    assert!(refused.exit == 2 && refused.json["error"].is_string(), "{refused:?}");
    let own = house.write("own.txt", "Guten Tag,\n\ndreißig Tage, von Hand geschrieben.\n");
    house.ask(&["queue", "approve", &id, "--as", BERTA, "--text", &own]).done();
    house.until("the answer in own words", || house.mails_with(ANNA, "", "frage-1@example.org").pop());
    house.consent(ANNA);
    house.mail(ANNA, "frage-2@example.org", "Frage 2", QUESTION);
    house.drafted("Frage 2");
    house.mail(ANNA, "nein@example.org", "Re: Frage 2", "KI NEIN\n");
    house.until("the end of the consent", || {
        let list = house.ask(&["consent", "list"]).json;
        list.as_array()?.iter().all(|consent| consent["state"] != "granted").then_some(())
    });
    house.mail(ANNA, "frage-3@example.org", "Frage 3", QUESTION);
    handed_over(&house, 1);
    house.stop();
}

#[test]
fn r020_a_withdrawal_takes_the_draft_out_of_the_folder() {
    let mut house = House::new(Plan { drafts: true, ..Plan::default() });
    house.ask(&["mailbox", "trained", "service", "Carl Muster", "--as", BERTA]).done();
    house.start_and_meet();
    house.mail(ANNA, "frage-1@example.org", "Frage 1", QUESTION);
    house.until("the draft", || (house.mails(OURS, ".Drafts").len() == 1).then_some(()));
    house.append(OwnFolder::Drafts, b"Message-ID: <carl@radhaus.example>\nSubject: Mein Entwurf\n\nVon Hand.\n");
    house.ask(&["consent", "withdraw", ANNA, "--as", BERTA]).done();
    let item = house.queued("the mail with people", |item| item["rule"] == "gate.epoch_changed");
    assert_eq!((&item["stage"], house.mails(OURS, ".Drafts").len()), (&"human_only".into(), 1), "{item}");
    assert_eq!(house.mails_with(OURS, ".Drafts", "Von Hand").len(), 1, "a person's own draft is not ours to remove");
    house.stop();
}

/// a person sends two of our drafts; of the customer who has withdrawn meanwhile only that it was sent is kept, of the other one
/// the mail too.
#[test]
fn r034_what_is_sent_after_a_withdrawal_is_not_kept() {
    let mut house = House::new(Plan { drafts: true, ..Plan::default() });
    house.ask(&["mailbox", "trained", "service", "Carl Muster", "--as", BERTA]).done();
    house.consent(GEORG);
    house.start_and_meet();
    let ids = [(ANNA, "Frage 1"), (GEORG, "Frage 2")].map(|(from, subject)| {
        house.mail(from, &format!("{subject}@example.org").replace(' ', "-"), subject, QUESTION);
        let item = house.queued("the filed draft", |item| item["subject"] == subject && item["stage"] == "filed_as_draft");
        item["id"].as_str().expect("An id").to_owned()
    });
    house.stop();
    let drafts = house.mails(OURS, ".Drafts");
    assert_eq!(drafts.len(), 2);
    drafts.iter().for_each(|(_, raw)| house.append(OwnFolder::Sent, raw));
    house.ask(&["consent", "withdraw", GEORG, "--as", BERTA]).done();
    house.start(None);
    for id in &ids {
        let sent = House::within(Duration::from_secs(60), || (house.show(id)["message"]["stage"] == "sent").then_some(()));
        assert!(sent.is_some(), "{:#}\n{}", house.show(id), house.log());
    }
    house.stop();
    let kept = |from: &str| {
        let answered = format!("(SELECT ticket FROM message WHERE direction = 'in' AND hex(public_id) = upper('{from}'))");
        rows(&house, &format!("SELECT count(*) FROM message WHERE direction = 'out' AND ticket = {answered}"))
    };
    assert_eq!(ids.each_ref().map(|id| kept(id)), [1, 0]);
}

#[test]
fn r129_a_server_that_is_away_comes_back() {
    let mut house = House::new(Plan::default());
    house.dovecot.stop();
    house.start(None);
    house.until("the report", || house.log().contains("mailbox.lost").then_some(()));
    house.ask(&["queue", "list"]).done();
    assert!(house.is_running());
    house.dovecot.start_again();
    house.until("the first contact", || house.log().contains("first=true").then_some(()));
    house.mail(ANNA, "frage-1@example.org", "Frage 1", QUESTION);
    house.drafted("Frage 1");
    // Away in the middle of waiting for news.
    house.dovecot.stop();
    house.ask(&["queue", "list"]).done();
    house.dovecot.start_again();
    house.mail(ANNA, "frage-2@example.org", "Frage 2", QUESTION);
    house.drafted("Frage 2");
    house.stop();
}

/// a login that fails is told of, in the log and by `mailbox test`, without the password.
#[test]
fn r125_a_wrong_password_is_reported_and_never_shown() {
    let mut house = House::new(Plan { password: Some("falsch"), ..Plan::default() });
    house.start(None);
    house.until("the report", || house.log().contains("mailbox.lost").then_some(()));
    house.ask(&["queue", "list"]).done();
    let tested = house.ask(&["mailbox", "test", "service"]);
    assert_eq!(tested.exit, 1, "{tested:?}");
    assert!(!tested.json.to_string().contains("falsch") && !tested.errors.contains("falsch"), "{tested:?}");
    assert!(house.is_running());
    assert!(!house.log().contains("falsch"), "{}", house.log());
    house.stop();
    assert_eq!(in_files(&house.data(), "falsch"), Vec::<String>::new());
    assert_eq!(in_tables(&house, "falsch"), Vec::<String>::new());
}

#[test]
fn exit_codes_tell_what_to_do() {
    let house = House::new(Plan::default());
    let evidence = house.write("scan.txt", "x");
    let fax = ["consent", "grant", ANNA, "--channel", "fax", "--wording", "x", "--evidence", &evidence, "--as", BERTA];
    let refused = house.ask(&fax);
    assert!(refused.exit == 2 && refused.errors.contains("paper"), "{refused:?}");
    assert_eq!(house.ask(&["queue", "show", "0f"]).exit, 2);
    assert_eq!(command(&["queue", "list", "--json"]).exit, 2);
    // The folder is held, and nobody answers.
    let lock = open::lock(&house.data()).expect("The lock");
    assert_eq!(house.ask(&["queue", "list"]).exit, 3);
    drop(lock);
    house.ask(&["audit", "verify"]).done();
    let key = std::fs::read(house.key_file()).expect("The key file");
    std::fs::write(house.key_file(), "0".repeat(64)).expect("Another key");
    let refused = house.ask(&["audit", "verify"]);
    assert_eq!(refused.exit, 2, "{refused:?}");
    std::fs::write(house.key_file(), &key).expect("The right key");
    let file = house.data().join("main.db");
    let mut bytes = std::fs::read(&file).expect("main.db");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    std::fs::write(&file, bytes).expect("A flipped bit");
    let refused = house.ask(&["audit", "verify"]);
    assert_eq!(refused.exit, 4, "{refused:?}");
}
