//! Journeys of the service as it is installed: the real binary between a real Dovecot and a real Postfix.

use crate::support::house::{ANNA, BERTA, COMPANY, House, OURS, Plan};
use hauspost::mail::compose::ID_HEADER;
use hauspost::mail::mailbox::OwnFolder;
use std::time::Duration;

pub const QUESTION: &str = "Guten Tag,\n\nich habe letzte Woche eine Satteltasche bestellt und möchte sie zurückgeben.\nWie lange kann ich die Ware zurückgeben? Und was kostet die Rücksendung?\n\nViele Grüße\nAnna Muster";

/// Dovecot keeps LF on disk; soft line ends of quoted-printable would hide words.
fn plain(raw: &[u8]) -> String {
    hauspost::mail::parse::parse(raw, &[]).expect("A mail").text
}

fn header<'a>(raw: &'a str, name: &str) -> Vec<&'a str> {
    let head = raw.split("\n\n").next().unwrap_or_default();
    head.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(": ")).collect()
}

#[test]
fn way_of_a_mail() {
    let mut house = House::new(Plan::default());
    house.start_and_meet();
    house.mail(ANNA, "frage-1@example.org", "Rueckgabe", QUESTION);
    let id = house.drafted("Rueckgabe");
    let shown = house.show(&id);
    assert_eq!(shown["draft"]["verdict"]["decision"], "release", "{shown:#}");
    // What a reviewer compares: the reply as the customer gets it, and the passage beside each sentence.
    let (draft, citation) = (&shown["draft"], &shown["citations"][0]);
    assert_eq!(draft["subject"], "Re: Rueckgabe", "{draft:#}");
    assert!(draft["signature"].as_str().is_some_and(|lines| lines.starts_with(COMPANY)), "{draft:#}");
    let sentence = citation["sentence"].as_u64().and_then(|at| usize::try_from(at - 1).ok()).map(|at| &draft["sentences"][at]);
    assert!(sentence.is_some_and(serde_json::Value::is_string) && citation["text"].is_string(), "{citation:#}");
    assert!(shown["records"][0]["at_time"].as_str().is_some_and(|at| at.len() == 24 && at.ends_with('Z')), "{:#}", shown["records"]);
    house.ask(&["queue", "approve", &id, "--as", BERTA]).done();

    let sent = house.until("the answer at the customer", || house.mails_with(ANNA, "", "frage-1@example.org").pop());
    let raw = String::from_utf8_lossy(&sent.1).into_owned();
    assert_eq!(header(&raw, "In-Reply-To"), ["<frage-1@example.org>"], "{raw}");
    assert_eq!(header(&raw, "References"), ["<frage-1@example.org>"]);
    let token = header(&raw, ID_HEADER)[0].to_owned();
    assert!(header(&raw, "Message-ID")[0].contains(&token) && !token.is_empty(), "{raw}");
    let body = plain(&sent.1);
    assert!(body.contains("30 Tage"), "{body}");
    assert_eq!(body.matches(COMPANY).count(), 1, "one signature\n{body}");
    assert!(body.contains("> Wie lange kann ich die Ware zurückgeben?"), "{body}");

    let copy = house.until("the copy in Sent", || house.mails(OURS, ".Sent").pop());
    // Byte for byte, below the lines that servers put above a mail.
    let trace = String::from_utf8_lossy(sent.1.strip_suffix(&copy.1[..]).expect("The same mail")).replace("\n\t", " ").replace("\n ", " ");
    assert!(trace.lines().all(|line| ["Return-Path:", "Delivered-To:", "Received:"].iter().any(|name| line.starts_with(name))), "{trace}");
    house.until("the mark on the inbound mail", || {
        house.mails(OURS, "").iter().any(|(name, _)| name.split_once(":2,").is_some_and(|(_, flags)| flags.contains('R'))).then_some(())
    });
    let inbox = house.mails(OURS, "");
    assert!(inbox.len() == 1 && !inbox[0].0.split_once(":2,").is_some_and(|(_, flags)| flags.contains('S')), "unread: {}", inbox[0].0);
    assert_eq!(house.mails(ANNA, "").len(), 1);
    assert!(house.show(&id)["message"]["stage"] == "sent" && house.show(&id)["outbox"]["state"] == "filed");

    let verified = house.ask(&["audit", "verify"]).done();
    assert!(verified["records"].as_u64().is_some_and(|records| records > 5), "{verified}");
    assert_eq!(house.ask(&["queue", "approve", &id, "--as", BERTA]).exit, 2, "A second approval");
    house.stop();
    house.ask(&["audit", "verify"]).done();
    assert_eq!(house.mails(ANNA, "").len(), 1);
}

#[test]
fn drafts_mode() {
    let mut house = House::new(Plan { drafts: true, ..Plan::default() });
    house.start_and_meet();
    house.mail(ANNA, "frage-1@example.org", "Rueckgabe", QUESTION);
    let id = house.drafted("Rueckgabe");
    let laid = || house.mails(OURS, ".Drafts").pop();
    assert!(House::within(Duration::from_secs(5), laid).is_none(), "nobody is trained yet (R-068)");
    house.ask(&["mailbox", "trained", "service", "Carl Muster", "--as", BERTA]).done();
    let (name, draft) = house.until("the draft", laid);
    let draft = String::from_utf8(draft).expect("ASCII");
    assert_eq!((header(&draft, ID_HEADER).len(), header(&draft, "In-Reply-To")), (1, vec!["<frage-1@example.org>"]), "{draft}");
    assert!(name.ends_with(":2,D"), "{name}");
    house.until("the stage of a filed draft", || (house.show(&id)["message"]["stage"] == "filed_as_draft").then_some(()));

    // Carl changes the text and sends it with a mail program that keeps neither our header nor our Message-ID.
    let (head, body) = draft.split_once("\n\n").expect("A head");
    let kept = |line: &&str| !line.starts_with(ID_HEADER) && !line.starts_with("Message-ID");
    let head: Vec<&str> = head.lines().filter(kept).collect();
    let sent = format!("Message-ID: <carl-1@radhaus.example>\n{}\n\nVon Carl:\n\n{body}", head.join("\n"));
    house.append(OwnFolder::Sent, sent.as_bytes());
    std::fs::remove_file(house.dovecot.maildir(OURS).join(".Drafts/cur").join(&name)).expect("The mail program removes the draft");
    let shown = House::within(Duration::from_secs(60), || Some(house.show(&id)).filter(|shown| shown["message"]["stage"] == "sent"));
    let shown = shown.unwrap_or_else(|| panic!("{:#}\n{}", house.show(&id), house.log()));
    let record = shown["records"].as_array().and_then(|all| all.iter().find(|record| record["event"] == "draft.sent_by_person")).cloned();
    let made = record.map(|record| (record["detail"]["edited"].clone(), record["detail"]["made"].clone()));
    assert_eq!(made, Some((true.into(), "edited".into())), "{:#}", shown["records"]);
    assert_eq!((house.mails(OURS, ".Sent").len(), house.mails(OURS, ".Drafts").len(), house.mails(ANNA, "").len()), (1, 0, 0));
    house.stop();
    let reviews = crate::service_rights::rows(&house, "SELECT count(*) FROM review WHERE action = 'sent_from_drafts' AND edited = 1");
    assert_eq!(reviews, 1);
}

/// A mailbox in drafts mode with the draft for `frage-1@example.org` in its folder, and the id of that mail.
pub fn with_a_filed_draft() -> (House, String) {
    let mut house = House::new(Plan { drafts: true, ..Plan::default() });
    house.ask(&["mailbox", "trained", "service", "Carl Muster", "--as", BERTA]).done();
    house.start_and_meet();
    house.mail(ANNA, "frage-1@example.org", "Rueckgabe", QUESTION);
    house.until("the draft", || house.mails(OURS, ".Drafts").pop());
    let id = house.queued("the filed draft", |item| item["stage"] == "filed_as_draft")["id"].as_str().expect("An id").to_owned();
    (house, id)
}

/// what a person wrote without the draft is no review of it.
#[test]
fn r064_an_answer_of_their_own_is_told_from_an_edited_draft() {
    let (mut house, id) = with_a_filed_draft();
    let head = "From: service@radhaus.example\nTo: anna@example.org\nSubject: Re: Rueckgabe\nMessage-ID: <carl-1@radhaus.example>\n";
    let reply =
        format!("{head}In-Reply-To: <frage-1@example.org>\n\nGuten Tag Anna Muster,\n\nich rufe Sie dazu morgen an.\n\nCarl Muster\n");
    house.append(OwnFolder::Sent, reply.as_bytes());
    let shown = House::within(Duration::from_secs(60), || Some(house.show(&id)).filter(|shown| shown["message"]["stage"] == "handled"));
    let shown = shown.unwrap_or_else(|| panic!("{:#}\n{}", house.show(&id), house.log()));
    let records = shown["records"].as_array().cloned().unwrap_or_default();
    let made = records.iter().find(|record| record["event"] == "mail.answered_by_person").map(|record| record["detail"]["made"].clone());
    assert_eq!(made, Some("own_answer".into()), "{records:#?}");
    house.until("the draft taken back", || house.mails(OURS, ".Drafts").is_empty().then_some(()));
    let seen = |(name, _): (String, Vec<u8>)| name.split_once(":2,").is_some_and(|(_, flags)| flags.contains('S'));
    assert!(house.mails(OURS, ".Sent").pop().is_some_and(seen), "a sent copy is read");
    house.stop();
    assert_eq!(crate::service_rights::rows(&house, "SELECT count(*) FROM review"), 0);
}
