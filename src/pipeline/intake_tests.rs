use super::*;
use crate::domain::Secret;
use crate::domain::mailbox::{Connection, Endpoint, ImapConnection, Mailbox, TlsMode};
use crate::domain::policy::Policy;
use crate::mail::compose::Signature;
use crate::pipeline::release::Release;
use crate::store::consent::{Channel, Grant};
use crate::store::testing::{Folder, raw_files_contain};
use crate::store::{Store, actor, mailbox, outbox};

const OUR_ADDRESS: &str = "service@firma.example";

fn address(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

struct House {
    folder: Folder,
    store: Store,
    mailbox: MailboxRow,
    inbox: FolderRow,
}

fn house() -> House {
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
            let anna = address("anna@example.org");
            let grant =
                Grant { address: &anna, channel: Channel::Paper, wording: "Ja", language: "de", evidence_name: "scan", evidence: b"scan" };
            consents::grant(w, &grant, admin)?;
            Ok((row, inbox))
        })
        .unwrap();
    House { folder, store, mailbox, inbox }
}

fn mail(from: &str, id: &str, more: &str, body: &str) -> Vec<u8> {
    format!("From: {from}\r\nTo: {OUR_ADDRESS}\r\nSubject: Anfrage\r\nMessage-ID: <{id}>\r\nDate: Mon, 2 Mar 2026 09:14:00 +0100\r\n{more}\r\n{body}\r\n")
        .into_bytes()
}

impl House {
    fn take(&self, uid: u32, raw: Vec<u8>) -> Taking {
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

/// a mail that fails authentication goes to a person whatever the named sender has agreed to; a result that an outsider wrote in counts for nothing.
#[test]
fn r119_a_failed_authentication_is_a_persons() {
    let house = house();
    let results = |id: &str| format!("Authentication-Results: {id}; dmarc=fail header.from=example.org\r\n");
    let rule = HandOver::new(Reason::PolicyRestriction, "mail.authentication_failed");
    assert_eq!(house.take(1, mail("anna@example.org", "a1@example.org", &results("mx.firma.example"), "Hallo?")), Taking::ToPerson(rule));
    assert_eq!(house.take(2, mail("anna@example.org", "a2@example.org", &results("mx.evil.example"), "Hallo?")), Taking::Kept);
}

#[test]
fn automatic_mails_are_ignored_and_withdrawals_take_effect() {
    let house = house();
    let absent = mail("anna@example.org", "a1@example.org", "Auto-Submitted: auto-replied\r\n", "Ich bin nicht da.");
    assert_eq!(house.take(1, absent), Taking::Ignored("automatic.auto_reply".to_owned()));
    assert_eq!(house.take(2, mail("anna@example.org", "a2@example.org", "", "KI NEIN")), Taking::Withdrawn);
    let why = HandOver::new(Reason::NoConsent, "gate.withdrawn");
    assert_eq!(house.take(3, mail("anna@example.org", "a3@example.org", "", "Und jetzt?")), Taking::ToPerson(why));
}

/// with the switch thrown every mail goes to a person.
#[test]
fn r072_with_ai_off_every_mail_is_a_persons() {
    let house = house();
    house.store.write(|w| setting::set_ai_off(w, true)).unwrap();
    let why = HandOver::new(Reason::PolicyRestriction, "gate.ai_off");
    assert_eq!(house.take(1, mail("anna@example.org", "a1@example.org", "", "Hallo?")), Taking::ToPerson(why));
    house.store.write(|w| setting::set_ai_off(w, false)).unwrap();
    assert_eq!(house.take(2, mail("anna@example.org", "a2@example.org", "", "Hallo?")), Taking::Kept);
}

fn particulars() -> crate::domain::company::CompanyParticulars {
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
