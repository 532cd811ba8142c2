//! Journeys of a person at the queue and at the mailbox: decisions that hold, and decisions that are taken back.

use crate::service::{QUESTION, with_a_filed_draft};
use crate::support::house::{ANNA, BERTA, House, OURS, Plan};

fn stage(house: &House, id: &str) -> String {
    house.show(id)["message"]["stage"].as_str().unwrap_or_default().to_owned()
}

/// Nothing moves without the name of who moved it, and what is taken back can be approved again.
#[test]
fn an_approval_that_is_taken_back_lies_before_the_reviewer_again() {
    let mut house = House::new(Plan { undo_seconds: 600, ..Plan::default() });
    house.start_and_meet();
    house.mail(ANNA, "frage-1@example.org", "Frage 1", QUESTION);
    let id = house.drafted("Frage 1");
    house.ask(&["queue", "approve", &id, "--as", BERTA]).done();
    assert_eq!(house.ask(&["queue", "settle", &id, "stop", "--as", " "]).exit, 2);
    assert_eq!(house.show(&id)["outbox"]["state"], "approved", "a nameless decision has moved the answer");
    house.ask(&["queue", "settle", &id, "stop", "--as", BERTA]).done();
    assert_eq!((stage(&house, &id).as_str(), house.show(&id)["draft"]["state"].as_str()), ("awaiting_review", Some("open")));
    assert_eq!(house.show(&id)["draft"]["ready"], true);
    house.ask(&["queue", "approve", &id, "--as", BERTA]).done();
    assert_eq!((&house.show(&id)["outbox"]["state"], &house.show(&id)["draft"]["ready"]), (&"approved".into(), &false.into()));
    house.ask(&["queue", "settle", &id, "stop", "--as", BERTA]).done();
    // What may not be sent is not said to be ready, not even for the moment until it is taken back.
    house.ask(&["ai", "off", "--as", BERTA]).done();
    assert_eq!(house.show(&id)["draft"]["ready"], false);
}

/// what the house has written is marked, also where a person has changed it; a person's own answer is not.
#[test]
fn r066_only_what_the_house_wrote_is_marked() {
    let mut house = House::new(Plan { undo_seconds: 0, ..Plan::default() });
    house.start_and_meet();
    let marked = |id: &str| {
        let mark = format!("In-Reply-To: <{id}>");
        let mail = house.until("the answer", || house.mails_with(ANNA, "", &mark).pop());
        String::from_utf8_lossy(&mail.1).contains("X-AI-Generated: yes")
    };
    let answer = |number: u32, text: &dyn Fn(&str) -> String| {
        let (subject, id) = (format!("Frage {number}"), format!("frage-{number}@example.org"));
        house.mail(ANNA, &id, &subject, QUESTION);
        let entry = house.drafted(&subject);
        let body = house.show(&entry)["draft"]["body"].as_str().expect("A draft").to_owned();
        let file = house.write("answer.txt", &text(&body));
        house.ask(&["queue", "approve", &entry, "--as", BERTA, "--text", &file]).done();
        marked(&id)
    };
    assert!(!answer(1, &|_| "Guten Tag,\n\nich rufe Sie morgen früh dazu an.\n\nBerta Beispiel\n".to_owned()), "a person's own words");
    assert!(answer(2, &|draft| format!("{draft}\nPS: Wir freuen uns auf Sie.\n")), "a draft with a line of the reviewer");
}

/// A draft for a mail that is dealt with must not lie ready to be sent.
#[test]
fn a_draft_goes_from_the_folder_when_its_mail_is_done() {
    let (house, id) = with_a_filed_draft();
    house.ask(&["queue", "done", &id, "--as", BERTA]).done();
    house.until("the draft taken out", || house.mails(OURS, ".Drafts").is_empty().then_some(()));
    house.until("the note of it", || (house.show(&id)["draft"]["state"] == "discarded").then_some(()));
    assert_eq!(stage(&house, &id), "handled");
}

/// A wrong server is mended without a new start, and a mailbox that is given up leaves its mails with people.
#[test]
fn a_mailbox_is_changed_and_removed_while_the_service_runs() {
    let mut house = House::new(Plan { undo_seconds: 600, ..Plan::default() });
    house.start_and_meet();
    let before = house.ask(&["mailbox", "list"]).json[0]["health"]["state"].clone();
    assert_eq!(before, "ok");
    let change = |arguments: &[&str]| house.ask(&[&["mailbox", "change", "service"][..], arguments, &["--as", BERTA]].concat());
    assert_eq!(change(&[]).exit, 2, "a change of nothing");
    assert_eq!(change(&["--maildir", "/tmp"]).exit, 2, "another kind of mailbox");
    assert_eq!(change(&["--ca-file", "/nowhere/ca.pem"]).exit, 2, "a CA file that is not there");
    change(&["--imap", "localhost:1"]).done();
    let health = || house.ask(&["mailbox", "list"]).json[0]["health"]["state"].clone();
    house.until("the fault", || (health() == "failing").then_some(()));
    change(&["--imap", &format!("localhost:{}", house.dovecot.imaps)]).done();
    house.until("the server again", || (health() == "ok").then_some(()));
    house.mail(ANNA, "frage-1@example.org", "Frage 1", QUESTION);
    let id = house.drafted("Frage 1");
    house.ask(&["queue", "approve", &id, "--as", BERTA]).done();
    assert_eq!(house.ask(&["mailbox", "remove", "service", "--as", BERTA]).exit, 2, "an answer is under way");
    house.ask(&["queue", "settle", &id, "stop", "--as", BERTA]).done();
    house.ask(&["mailbox", "remove", "service", "--as", BERTA]).done();
    assert_eq!(house.ask(&["mailbox", "list"]).json.as_array().map(Vec::len), Some(0));
    assert_eq!(house.show(&id)["message"]["rule"], "mailbox.removed");
    assert_eq!(house.ask(&["queue", "approve", &id, "--as", BERTA]).exit, 2, "nobody can send from here");
    house.ask(&["queue", "done", &id, "--as", BERTA]).done();
}

/// An answer that the mail server does not take is shown where the mailbox is shown, and goes out once the way is mended.
#[test]
fn a_server_that_takes_no_answer_is_shown() {
    let mut house = House::new(Plan { undo_seconds: 0, ..Plan::default() });
    house.start_and_meet();
    house.ask(&["mailbox", "change", "service", "--smtp", "localhost:1", "--as", BERTA]).done();
    house.mail(ANNA, "frage-1@example.org", "Frage 1", QUESTION);
    let id = house.drafted("Frage 1");
    house.ask(&["queue", "approve", &id, "--as", BERTA]).done();
    let health = || house.ask(&["mailbox", "list"]).json[0]["health"].clone();
    house.until("the failure", || (health()["failure"] == "not_sent").then_some(()));
    let smtp = format!("localhost:{}", house.postfix.submissions);
    house.ask(&["mailbox", "change", "service", "--smtp", &smtp, "--as", BERTA]).done();
    house.ask(&["queue", "settle", &id, "again", "--as", BERTA]).done();
    house.until("the answer", || house.mails_with(ANNA, "", "In-Reply-To: <frage-1@example.org>").pop());
    house.until("the mailbox well again", || (health()["state"] == "ok").then_some(()));
}
