//! Journeys of the service when something ends it: a crash at each dangerous point, then a start, and no answer sent twice.

use crate::service::QUESTION;
use crate::support::house::{ANNA, BERTA, House, OURS, Plan};
use std::time::Duration;

const QUIET: Duration = Duration::from_secs(3);

fn approve(house: &House, subject: &str) {
    let list = house.ask(&["queue", "list"]).json;
    let waiting = |item: &&serde_json::Value| item["subject"] == subject && item["stage"] == "awaiting_review";
    if let Some(id) = list.as_array().and_then(|items| items.iter().find(waiting)).and_then(|item| item["id"].as_str()) {
        // The service may end itself under this very request.
        house.ask(&["queue", "approve", id, "--as", BERTA]);
    }
}

fn arrived(house: &House, id: &str) -> (usize, usize) {
    let mark = format!("In-Reply-To: <{id}>");
    (house.mails_with(ANNA, "", &mark).len(), house.mails_with(OURS, ".Sent", &mark).len())
}

/// Until the answer is with the customer and its copy in Sent, or (`dies`) the service has ended.
fn carry(house: &mut House, subject: &str, id: &str, dies: bool) {
    let done = House::within(Duration::from_secs(40), || {
        if dies && !house.is_running() {
            return Some(());
        }
        approve(house, subject);
        let (there, copy) = arrived(house, id);
        (there > 0 && copy > 0).then_some(())
    });
    assert!(done.is_some(), "{subject}: {:?}\n{}\n{}", arrived(house, id), house.ask(&["queue", "list"]).json, house.log());
}

#[test]
fn survives_its_end_at_any_point() {
    let mut house = House::new(Plan { undo_seconds: 1, ..Plan::default() });
    house.start_and_meet();
    house.stop();
    let points = [
        "sync.batch_written:1",
        "sync.batch_committed:1",
        "worker.leased:1",
        "worker.drafted:1",
        "smtp.connect_committed:1",
        "smtp.data_committed:1",
        "store.keys_committed:4",
        "store.main_committed:3",
        "store.main_committed:8",
        "store.main_committed:12",
        "store.main_committed:16",
        "store.main_committed:20",
    ];
    for (number, point) in points.iter().enumerate() {
        let (subject, id) = (format!("Frage {number}"), format!("frage-{number}@example.org"));
        house.mail(ANNA, &id, &subject, QUESTION);
        house.start(Some(point));
        carry(&mut house, &subject, &id, true);
        assert!(house.ends_within(Duration::from_secs(20)), "{point} was never passed\n{}", house.log());
        house.start(None);
        carry(&mut house, &subject, &id, false);
        house.stop();
    }
    // The undo window is a time in which the power can fail too.
    house.start(None);
    house.mail(ANNA, "frage-x@example.org", "Frage x", QUESTION);
    house.drafted("Frage x");
    approve(&house, "Frage x");
    house.kill();
    house.start(None);
    carry(&mut house, "Frage x", "frage-x@example.org", false);
    assert!(House::within(QUIET, || (house.mails(ANNA, "").len() > points.len() + 1).then_some(())).is_none(), "sent twice");
    for (number, point) in points.iter().enumerate() {
        assert_eq!(arrived(&house, &format!("frage-{number}@example.org")), (1, 1), "{point}");
    }
    house.ask(&["audit", "verify"]).done();
    house.stop();
}

fn uncertain(house: &mut House, point: &str, number: usize) -> String {
    let (subject, id) = (format!("Zweifel {number}"), format!("zweifel-{number}@example.org"));
    house.mail(ANNA, &id, &subject, QUESTION);
    house.start(Some(point));
    carry(house, &subject, &id, true);
    assert!(house.ends_within(Duration::from_secs(20)), "{point} was never passed\n{}", house.log());
    house.start(None);
    let item = house.queued("the doubt", |item| item["subject"] == subject.as_str() && item["rule"] == "outbox.uncertain");
    assert_eq!((&item["stage"], &item["outbox"]), (&"human_only".into(), &"uncertain".into()), "{item}");
    let queue_id = item["id"].as_str().expect("An id").to_owned();
    let text = house.write("own.txt", "Noch einmal.\n");
    let again = house.ask(&["queue", "approve", &queue_id, "--as", BERTA, "--text", &text]);
    assert_eq!(again.exit, 2, "An answer in doubt is not sent again unasked: {}", again.json);
    queue_id
}

#[test]
fn a_doubt_is_shown_and_ended_by_proof() {
    let mut house = House::new(Plan::default());
    house.start_and_meet();
    house.stop();
    let never = uncertain(&mut house, "smtp.dot_committed:1", 1);
    house.stop();
    let taken = uncertain(&mut house, "smtp.answered:1", 2);
    // The provider keeps a copy of what it has taken; this is the proof.
    let copy = house.until("the mail that was taken", || house.mails_with(ANNA, "", "zweifel-2@example.org").pop());
    house.append(hauspost::mail::mailbox::OwnFolder::Sent, &copy.1);
    let filed = House::within(Duration::from_secs(70), || (house.show(&taken)["outbox"]["state"] == "filed").then_some(()));
    assert!(filed.is_some(), "{}\n{}", house.show(&taken)["outbox"], house.log());
    assert_eq!(house.show(&taken)["message"]["stage"], "sent");
    assert_eq!(house.show(&never)["outbox"]["state"], "uncertain");
    assert_eq!((arrived(&house, "zweifel-1@example.org"), arrived(&house, "zweifel-2@example.org")), ((0, 0), (1, 1)));
    // Berta has asked Anna: nothing has come. Only her word lets it go once more.
    house.ask(&["queue", "settle", &never, "again", "--as", BERTA]).done();
    house.until("the answer and its copy", || (arrived(&house, "zweifel-1@example.org") == (1, 1)).then_some(()));
    assert_eq!(house.show(&never)["message"]["stage"], "sent");
    assert_eq!(house.ask(&["queue", "settle", &never, "again", "--as", BERTA]).exit, 2);
    house.ask(&["audit", "verify"]).done();
    house.stop();
}

#[test]
fn a_draft_is_laid_down_once() {
    let mut house = House::new(Plan { drafts: true, ..Plan::default() });
    house.ask(&["mailbox", "trained", "service", "Carl Muster", "--as", BERTA]).done();
    house.start_and_meet();
    house.stop();
    house.mail(ANNA, "frage-1@example.org", "Frage", QUESTION);
    house.start(Some("filing.appended:1"));
    assert!(house.ends_within(Duration::from_secs(30)), "{}", house.log());
    assert_eq!(house.mails(OURS, ".Drafts").len(), 1);
    house.start(None);
    house.until("the draft in its stage", || {
        let list = house.ask(&["queue", "list"]).json;
        let filed = |items: &Vec<serde_json::Value>| items.iter().all(|item| item["stage"] == "filed_as_draft") && items.len() == 1;
        list.as_array().is_some_and(filed).then_some(())
    });
    assert_eq!(house.mails(OURS, ".Drafts").len(), 1);
    house.stop();
}
