//! The mailbox against a real server: both doors, reading, waiting, own drafts, and what a person sees of it all.

use crate::imap_faults::{account, timing};
use crate::support::certs::{Authority, Flaw};
use crate::support::dovecot::Dovecot;
use hauspost::domain::{MessageId, Personal, Secret};
use hauspost::mail::imap::{Account, ImapMailbox, Security, Timing};
use hauspost::mail::mailbox::{FolderRole, MailUid, Marked, OwnFolder, OwnMail, OwnMark, Removed, Wake};
use hauspost::mail::{Mailbox, MailboxError};
use std::time::Duration;

const USER: &str = "service@firma.example";
const PASSWORD: &str = "Grüße-1";
const INBOX: FolderRole = FolderRole::Inbox;

fn start(authority: &Authority) -> Dovecot {
    Dovecot::start(&[(USER, PASSWORD), ("leer@firma.example", "x")], &authority.issue(Flaw::None))
}

fn at(host: &str, account: Account) -> Account {
    Account { host: host.to_owned(), user: Personal::new(USER.to_owned()), password: Secret::new(PASSWORD.to_owned()), ..account }
}

async fn open(account: &Account, timing: Timing) -> Result<Mailbox, MailboxError> {
    ImapMailbox::connect(account, timing).await.map(|mailbox| Mailbox::Imap(Box::new(mailbox)))
}

async fn open_inbox(server: &Dovecot, authority: &Authority) -> Mailbox {
    let timing = Timing { idle_restart: Duration::from_secs(30), done: Duration::from_secs(10), ..timing() };
    let mut mailbox = open(&account(authority, server.imaps, Security::Implicit), timing).await.expect("A login");
    mailbox.select(INBOX).await.expect("An inbox");
    mailbox
}

fn mail(number: u32, body: &str) -> String {
    format!("From: Anna Muster <anna@example.org>\r\nMessage-ID: <m{number}@example.org>\r\nSubject: Frage {number}\r\n\r\n{body}\r\n")
}

/// File names of a folder with the flags that a person's mail program shows.
fn names(server: &Dovecot, part: &str) -> Vec<String> {
    let entries = std::fs::read_dir(server.maildir(USER).join(part)).expect("A Maildir");
    entries.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect()
}

#[tokio::test]
async fn both_doors_lead_in_and_a_wrong_password_does_not() {
    let authority = Authority::new();
    let server = start(&authority);
    let implicit = at("localhost", account(&authority, server.imaps, Security::Implicit));
    // On 127.0.0.2 Dovecot has LOGINDISABLED until TLS stands.
    let start_tls = at("127.0.0.2", account(&authority, server.imap, Security::StartTls));
    for account in [&implicit, &start_tls] {
        let mut mailbox = open(account, timing()).await.expect("A login");
        let profile = mailbox.profile().await.expect("A profile");
        assert_eq!((profile.drafts.as_deref(), profile.sent.as_deref()), (Some("Drafts"), Some("Sent")));
        assert!(profile.idle && profile.can_remove_own && profile.capabilities.contains(&"SPECIAL-USE".to_owned()), "{profile:?}");
        assert_eq!((profile.server.as_deref(), profile.tls), (Some("Dovecot"), Some("TLSv1.3")));
        mailbox.close().await;
    }
    let wrong = Account { password: Secret::new("falsch".to_owned()), ..implicit.clone() };
    let error = open(&wrong, timing()).await.err().expect("A refusal");
    assert!(error.is_authentication(), "{error:?}");
    // TLS on the plain port, and the plain door on the TLS port.
    let crossed = Account { port: server.imap, ..implicit.clone() };
    assert!(matches!(open(&crossed, timing()).await, Err(MailboxError::Tls(_))));
    let mut stopped = server;
    stopped.stop();
    let error = open(&implicit, timing()).await.err().expect("Nobody there");
    assert!(error.is_transient() && matches!(error, MailboxError::Connect(_)), "{error:?}");
}

#[tokio::test]
async fn reads_small_and_large_mails_byte_for_byte() {
    let authority = Authority::new();
    let server = start(&authority);
    server.deliver(USER, &mail(1, "Wie lange kann ich zurückgeben?\r\n.\r\nPunkt"));
    server.deliver(USER, &mail(2, &"0123456789 abcdefghij\r\n".repeat(60_000)));
    let mut mailbox = open_inbox(&server, &authority).await;
    let state = mailbox.select(INBOX).await.expect("An inbox");
    assert_eq!((state.exists, state.uid_next), (2, 3));
    assert_eq!(mailbox.uids(INBOX, 2..=u32::MAX).await, Ok(vec![2]));
    let sizes = mailbox.sizes(INBOX, &[1, 2, 3]).await.expect("Sizes");
    let fetched = mailbox.fetch(INBOX, &[1, 2, 3]).await.expect("A fetch");
    assert_eq!((sizes.len(), fetched.len(), fetched[2].mail.is_err()), (2, 3, true));
    for (uid, size) in sizes {
        let raw = &fetched[uid as usize - 1].mail.as_ref().expect("A mail").raw;
        let text = String::from_utf8_lossy(raw);
        let tail = text.find("From: Anna").and_then(|start| text.get(start..));
        let sent = if uid == 1 {
            mail(1, "Wie lange kann ich zurückgeben?\r\n.\r\nPunkt")
        } else {
            mail(2, &"0123456789 abcdefghij\r\n".repeat(60_000))
        };
        assert_eq!((raw.len() as u64, tail), (size, Some(sent.as_str())));
    }
    assert_eq!(mailbox.find_by_header(INBOX, "Message-ID", "<m2@example.org>").await, Ok(vec![2]));
    assert_eq!(mailbox.find_by_header(INBOX, "Message-ID", "m2@example").await, Ok(vec![]));
}

#[tokio::test]
async fn idle_wakes_on_delivery_and_ends_on_time() {
    let authority = Authority::new();
    let server = start(&authority);
    let mut mailbox = open_inbox(&server, &authority).await;
    assert_eq!(mailbox.wait(Duration::from_millis(300)).await, Ok(Wake::Timeout));
    let delivery = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        server.deliver(USER, &mail(1, "Hallo"));
    };
    let (wake, ()) = tokio::join!(mailbox.wait(Duration::from_secs(30)), delivery);
    assert_eq!(wake, Ok(Wake::New));
    assert_eq!(mailbox.select(INBOX).await.map(|state| (state.exists, state.uid_next)), Ok((1, 2)));
    assert_eq!(mailbox.wait(Duration::from_millis(100)).await, Ok(Wake::Timeout));
    // A mail that comes while another folder is open must not be slept through.
    mailbox.uids(FolderRole::Drafts, 1..=u32::MAX).await.expect("Drafts");
    server.deliver(USER, &mail(2, "Hallo"));
    assert_eq!(mailbox.wait(Duration::from_secs(2)).await, Ok(Wake::New));
}

#[tokio::test]
async fn a_server_that_goes_while_we_wait_is_an_error() {
    let authority = Authority::new();
    let mut server = start(&authority);
    let mut mailbox = open_inbox(&server, &authority).await;
    let wait = tokio::spawn(async move { mailbox.wait(Duration::from_secs(30)).await });
    tokio::time::sleep(Duration::from_millis(300)).await;
    tokio::task::spawn_blocking(move || server.stop()).await.expect("The server stops");
    let error = wait.await.expect("An end").expect_err("The server has gone");
    assert!(error.is_transient() && matches!(error, MailboxError::Bye(_) | MailboxError::Lost(_)), "{error:?}");
}

#[tokio::test]
async fn r122_own_drafts_come_and_go_and_nothing_else_does() {
    let authority = Authority::new();
    let server = start(&authority);
    server.deliver(USER, &mail(1, "Hallo"));
    let mut mailbox = open_inbox(&server, &authority).await;
    let id = MessageId::parse("abcd.v1@firma.example").expect("An id");
    let raw = format!("Message-ID: {}\r\nTo: anna@example.org\r\nSubject: Re: Frage\r\n\r\nSehr geehrte Frau Muster,\r\n", id.header());
    let mark = OwnMark::message_id(&id);
    let uid = mailbox.append(OwnFolder::Drafts, raw.as_bytes()).await.expect("An append").expect("APPENDUID");
    assert_eq!(mailbox.find_by_header(FolderRole::Drafts, mark.name(), mark.value()).await, Ok(vec![uid.uid]));
    let kept = mailbox.fetch(FolderRole::Drafts, &[uid.uid]).await.expect("A fetch");
    assert_eq!(kept[0].mail.as_ref().map(|mail| mail.raw.as_slice()), Ok(raw.as_bytes()));
    assert!(names(&server, ".Drafts/cur").iter().all(|name| name.ends_with(":2,D")));

    // A person's own draft beside it, deleted in the mail program and not yet expunged: it must survive our removal.
    let other = mailbox.append(OwnFolder::Drafts, mail(9, "von Hand").as_bytes()).await.expect("An append").expect("APPENDUID");
    let folder = server.maildir(USER).join(".Drafts/cur");
    let foreign = std::fs::read_dir(&folder).expect("Drafts").flatten().map(|entry| entry.path());
    let foreign =
        foreign.into_iter().find(|path| std::fs::read_to_string(path).is_ok_and(|text| text.contains("von Hand"))).expect("A file");
    let deleted = foreign.to_string_lossy().replace(":2,D", ":2,DT");
    std::fs::rename(&foreign, &deleted).expect("The mail program sets a flag");

    let own = OwnMail { folder: OwnFolder::Drafts, uid, mark };
    let wrong = OwnMail { uid: other, ..own.clone() };
    assert_eq!(mailbox.remove_own(&wrong).await, Err(MailboxError::NotOurs));
    assert_eq!(mailbox.remove_own(&own).await, Ok(Removed::Gone));
    assert_eq!(mailbox.remove_own(&own).await, Ok(Removed::NotThere));
    assert_eq!(mailbox.uids(FolderRole::Drafts, 1..=u32::MAX).await, Ok(vec![other.uid]));
    assert!(std::path::Path::new(&deleted).exists());
    assert_eq!(mailbox.uids(INBOX, 1..=u32::MAX).await, Ok(vec![1]));
}

/// whatever we have read, and however we have gone, the mail is as unread as before.
#[tokio::test]
async fn r129_mail_stays_unread_for_people() {
    let authority = Authority::new();
    let server = start(&authority);
    for number in 1..=3 {
        server.deliver(USER, &mail(number, "Hallo"));
    }
    let before = names(&server, "new");
    let mut mailbox = open_inbox(&server, &authority).await;
    let fetched = mailbox.fetch(INBOX, &[1, 2, 3]).await.expect("A fetch");
    assert!(fetched.iter().all(|fetched| fetched.mail.is_ok()));
    // Gone without a word in the middle of waiting, as after a loss of power.
    let _ = tokio::time::timeout(Duration::from_millis(200), mailbox.wait(Duration::from_secs(30))).await;
    assert_eq!(mailbox.select(INBOX).await, Err(MailboxError::Poisoned));
    drop(mailbox);
    let sorted = |mut names: Vec<String>| {
        names.sort();
        names
    };
    // Dovecot has not even moved a file: EXAMINE leaves `\Recent` as it is.
    assert_eq!(sorted(names(&server, "new")), sorted(before));
    let mut mailbox = open_inbox(&server, &authority).await;
    let state = mailbox.select(INBOX).await.expect("An inbox");
    let marked = mailbox.mark_answered(MailUid { uid_validity: state.uid_validity, uid: 2 }).await;
    assert_eq!(marked, Ok(Marked { answered: true, keyword: true }));
    let flags: Vec<String> = names(&server, "cur").iter().filter_map(|name| Some(name.split_once(":2,")?.1.to_owned())).collect();
    assert_eq!(flags.iter().filter(|flags| flags.contains('R')).count(), 1, "{flags:?}");
    assert!(flags.iter().all(|flags| !flags.contains('S') && !flags.contains('T')), "{flags:?}");
}
