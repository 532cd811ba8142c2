//! Journeys of the service through what should not happen: a server that numbers its mails anew, a fault of our own, a
//! password that was wrong, a mailbox without folders.

use crate::service::QUESTION;
use crate::service_rights::rows;
use crate::support::house::{ANNA, BERTA, GEORG, House, OURS, PASSWORD, Plan, text};
use std::time::Duration;

/// What an admin does who rebuilds a folder: Dovecot gives it a new UIDVALIDITY and every mail a new UID.
fn renumber(house: &House) {
    let maildir = house.dovecot.maildir(OURS);
    for entry in std::fs::read_dir(&maildir).expect("The Maildir").flatten() {
        if entry.file_name().to_string_lossy().starts_with("dovecot") {
            std::fs::remove_file(entry.path()).expect("A file of Dovecot");
        }
    }
    // A UIDVALIDITY is the second of the rebuild; within the same second Dovecot would give the old one.
    std::thread::sleep(Duration::from_millis(1100));
}

#[test]
fn mails_from_the_gap_of_a_renumbering_reach_a_person() {
    let mut house = House::new(Plan::default());
    house.mail(ANNA, "alt@example.org", "Vor dem Start", QUESTION);
    house.until("an old mail", || house.mails(OURS, "").pop());
    house.start_and_meet();
    house.mail(ANNA, "frage-1@example.org", "Frage 1", QUESTION);
    house.drafted("Frage 1");
    house.stop();
    // With the service away, one mail of a person with consent and one of a stranger arrive; then the folder is rebuilt.
    house.mail(ANNA, "frage-2@example.org", "Frage 2", QUESTION);
    house.mail(GEORG, "fremd-1@example.org", "Frage 3", QUESTION);
    house.until("mails of the gap", || (house.mails(OURS, "").len() == 4).then_some(()));
    renumber(&house);
    house.start(None);
    let of_gap = |list: &serde_json::Value| {
        let items = list.as_array().cloned().unwrap_or_default();
        items.into_iter().filter(|item| item["rule"] == "sync.renumbered").collect::<Vec<_>>()
    };
    // The third is the one from before the start: nobody knows it, so a person looks rather than nobody.
    let items = house.until("the mails of the gap", || Some(of_gap(&house.ask(&["queue", "list"]).json)).filter(|items| items.len() == 3));
    assert!(items.iter().all(|item| item["kind"] == "mail" && item["stage"] == "human_only"), "{items:?}");
    let listed = house.ask(&["mailbox", "list"]).done();
    assert_eq!((&listed[0]["renumbered"], &listed[0]["health"]["state"]), (&3.into(), &"ok".into()), "{listed:#}");
    // New mail goes its usual way, and the known one is not taken twice.
    house.mail(ANNA, "frage-4@example.org", "Frage 4", QUESTION);
    house.drafted("Frage 4");
    for item in &items {
        house.ask(&["queue", "done", item["id"].as_str().expect("An id"), "--as", BERTA]).done();
    }
    assert_eq!(house.ask(&["mailbox", "list"]).done()[0]["renumbered"], 0);
    house.stop();
    let count = |sql: &str| rows(&house, sql);
    assert_eq!(count("SELECT count(*) FROM message WHERE direction = 'in'"), 2, "questions 1 and 4");
    assert_eq!(count("SELECT count(*) FROM record WHERE event = 'mail.drafted'"), 2);
    assert_eq!(count("SELECT count(*) FROM record WHERE event = 'mailbox.renumbered'"), 1);
    // Settled: a start anew looks at none of them again.
    house.start(None);
    house.mail(ANNA, "frage-5@example.org", "Frage 5", QUESTION);
    house.drafted("Frage 5");
    house.stop();
    assert_eq!(rows(&house, "SELECT count(*) FROM mail_state WHERE rule = 'sync.renumbered'"), 3);
}

#[test]
fn a_part_that_panics_is_started_anew() {
    let mut house = House::new(Plan::default());
    house.start_panicking("sync.batch_written:1");
    house.until("the first contact", || house.log().contains("first=true").then_some(()));
    house.mail(ANNA, "frage-1@example.org", "Frage 1", QUESTION);
    house.drafted("Frage 1");
    assert!(house.log().contains("part.panicked") && !house.log().contains("Satteltasche"), "{}", house.log());
    let of = |house: &House, what: &str| house.ask(&["mailbox", "list"]).done()[0][what].clone();
    let health = house.until("an answer after the fault", || Some(of(&house, "health")).filter(|health| health["state"] == "ok"));
    assert_eq!((&health["failure"], &health["restarts"]), (&"panicked".into(), &1.into()), "{health}");
    assert_eq!(of(&house, "worker")["restarts"], 0);
    house.stop();
    house.start_panicking("worker.drafted:1");
    house.mail(ANNA, "frage-2@example.org", "Frage 2", QUESTION);
    house.drafted("Frage 2");
    let worker = house.until("a mail after the fault", || Some(of(&house, "worker")).filter(|worker| worker["state"] == "ok"));
    assert_eq!((&worker["failure"], &worker["restarts"]), (&"panicked".into(), &1.into()), "{worker}");
    house.stop();
    // A mail over which the worker breaks down again and again is a person's; the rest goes on.
    house.start_panicking("worker.drafted:99");
    house.mail(ANNA, "frage-3@example.org", "Frage 3", QUESTION);
    house.queued("the mail with a person", |item| item["subject"] == "Frage 3" && item["rule"] == "worker.broke_down");
    assert_eq!(of(&house, "worker")["state"], "failing");
    assert_eq!(of(&house, "health")["state"], "ok");
    assert!(house.is_running());
    house.stop();
    assert_eq!(rows(&house, "SELECT count(*) FROM job"), 0);
    assert_eq!(rows(&house, "SELECT count(*) FROM draft"), 2);
}

/// Far below the five minutes of the next look by itself.
const AT_ONCE: Duration = Duration::from_secs(12);

#[test]
fn a_command_wakes_the_mailbox_at_once() {
    let mut house = House::new(Plan { password: Some("falsch"), ..Plan::default() });
    house.start(None);
    let refused = |house: &House| house.log().matches("mailbox.lost").count();
    house.until("the refused login", || (refused(&house) == 1).then_some(()));
    assert_eq!(house.ask(&["mailbox", "list"]).done()[0]["health"]["failure"], "login_refused");
    // Another change is no reason to try the refused password again.
    house.ask(&["mailbox", "trained", "service", "Carl Muster", "--as", BERTA]).done();
    std::thread::sleep(Duration::from_secs(3));
    assert_eq!(refused(&house), 1, "{}", house.log());
    let right = house.write("right", &format!("{PASSWORD}\n"));
    house.ask(&["mailbox", "password", "service", "--password-file", &right, "--as", BERTA]).done();
    let met = House::within(AT_ONCE, || house.log().contains("first=true").then_some(()));
    assert!(met.is_some(), "the new password is tried at once\n{}", house.log());
    house.mail(ANNA, "frage-1@example.org", "Frage 1", QUESTION);
    house.drafted("Frage 1");
    let policy = ["mailbox", "policy", "service", "--delivery", "drafts", "--reason", "Team ist geschult", "--as", BERTA];
    house.ask(&policy).done();
    let laid = House::within(AT_ONCE, || house.mails(OURS, ".Drafts").pop());
    assert!(laid.is_some(), "the draft is laid down at once\n{}", house.log());
    house.stop();
}

#[test]
fn a_mailbox_without_folders_says_so_and_gets_them_when_asked() {
    let mut house = House::new(Plan::default());
    let root = house.data().with_file_name("Maildir");
    for part in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(root.join(part)).expect("A Maildir");
    }
    let path = text(&root);
    let add = ["mailbox", "add", "laden", "--address", "laden@radhaus.example", "--maildir", &path, "--delivery", "drafts"];
    house.ask(&[&add[..], &["--reason", "Das Team prüft im Postfach", "--as", BERTA]].concat()).done();
    house.ask(&["mailbox", "trained", "laden", "Carl Muster", "--as", BERTA]).done();
    house.start(None);
    house.until("the first contacts", || (house.log().matches("first=true").count() == 2).then_some(()));
    let head = "From: Anna Muster <anna@example.org>\nTo: laden@radhaus.example\nSubject: Frage 1\nMessage-ID: <f1@example.org>\n";
    let kind = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n";
    std::fs::write(root.join("new/1.frage"), format!("{head}{kind}\n{QUESTION}\n")).expect("A delivery");
    house.drafted("Frage 1");
    let of = |house: &House| house.ask(&["mailbox", "list"]).done()[1]["health"].clone();
    let health = house.until("the missing folder", || Some(of(&house)).filter(|health| health["failure"] == "no_drafts_folder"));
    assert_eq!(health["state"], "failing");
    let test = house.ask(&["mailbox", "test", "laden"]);
    assert!(test.exit == 1 && test.json.to_string().contains("hauspost mailbox create-folders laden"), "{}", test.json);
    assert!(!root.join(".Drafts").exists(), "the mailbox is the customer's");
    house.ask(&["mailbox", "create-folders", "laden", "--as", BERTA]).done();
    let laid = House::within(AT_ONCE, || std::fs::read_dir(root.join(".Drafts/cur")).ok()?.next());
    assert!(laid.is_some(), "{}", house.log());
    house.until("a mailbox in order", || (of(&house)["state"] == "ok").then_some(()));
    assert_eq!(house.ask(&["mailbox", "test", "laden"]).exit, 0);
    house.stop();
    assert_eq!(rows(&house, "SELECT count(*) FROM record WHERE event = 'mailbox.folders_created' AND actor IS NOT NULL"), 1);
}
