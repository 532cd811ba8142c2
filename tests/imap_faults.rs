//! Every way in which a mail server can refuse, cut, hang or lie is a typed error, never an empty or partial result.

use crate::support::certs::{Authority, Flaw};
use crate::support::scripted_imap::{Door, Fault, Script, ScriptedImap, acceptor};
use hauspost::domain::limits::{MAIL_BYTES_MAX, MAIL_HEAD_BYTES};
use hauspost::domain::{Personal, Secret};
use hauspost::mail::imap::{Account, ImapMailbox, Security, Timing};
use hauspost::mail::mailbox::{FolderRole, MailUid, Marked, OwnFolder, RawMail, UidFault, Wake};
use hauspost::mail::mailbox_error::Code;
use hauspost::mail::tls::client_config;
use hauspost::mail::{Mailbox, MailboxError};
use std::time::Duration;

pub const USER: &str = "service@firma.example";
pub const PASSWORD: &str = "Grüße-1";
const INBOX: FolderRole = FolderRole::Inbox;

/// Short where a test waits on purpose, long enough for a loaded machine everywhere else.
pub fn timing() -> Timing {
    Timing {
        connect: Duration::from_secs(10),
        command: Duration::from_secs(10),
        idle_restart: Duration::from_millis(300),
        done: Duration::from_millis(700),
        poll: Duration::from_millis(100),
    }
}

fn impatient() -> Timing {
    Timing { command: Duration::from_millis(700), ..timing() }
}

pub fn account(authority: &Authority, port: u16, security: Security) -> Account {
    Account {
        host: "localhost".to_owned(),
        port,
        security,
        user: Personal::new(USER.to_owned()),
        password: Secret::new(PASSWORD.to_owned()),
        tls: client_config(Some(&authority.ca)).expect("The CA of the test"),
    }
}

async fn connect(script: Script, timing: Timing) -> (ScriptedImap, Result<Mailbox, MailboxError>) {
    let authority = Authority::new();
    let server = ScriptedImap::start(script, Door::Tls(acceptor(&authority.issue(Flaw::None)))).await;
    let mailbox = ImapMailbox::connect(&account(&authority, server.port, Security::Implicit), timing).await;
    (server, mailbox.map(|mailbox| Mailbox::Imap(Box::new(mailbox))))
}

async fn open(script: Script, timing: Timing) -> (ScriptedImap, Mailbox) {
    let (server, mailbox) = connect(script, timing).await;
    (server, mailbox.expect("The scripted server lets us in"))
}

/// Reads the inbox as the sync does: all UIDs, all mails.
async fn read(mailbox: &mut Mailbox) -> Result<Vec<Result<usize, UidFault>>, MailboxError> {
    mailbox.select(INBOX).await?;
    let uids = mailbox.uids(INBOX, 1..=u32::MAX).await?;
    let mails = mailbox.fetch(INBOX, &uids).await?;
    Ok(mails.into_iter().map(|fetched| fetched.mail.map(|mail| mail.raw.len())).collect())
}

async fn check(command: &'static str, fault: Fault, expected: Result<Vec<Result<usize, UidFault>>, MailboxError>) {
    let (_server, mut mailbox) = open(Script::with_fault(command, fault.clone()), impatient()).await;
    assert_eq!(read(&mut mailbox).await, expected, "{command} {fault:?}");
    let after = mailbox.select(INBOX).await;
    // A NO or BAD is a whole answer; after everything else the connection must say so itself.
    match expected {
        Ok(_) | Err(MailboxError::No { .. } | MailboxError::Bad { .. }) => assert_ne!(after, Err(MailboxError::Poisoned)),
        Err(_) => assert_eq!(after, Err(MailboxError::Poisoned)),
    }
}

#[tokio::test]
async fn no_and_bad_are_errors() {
    let no = |command| Err(MailboxError::No { command, code: Code::Other });
    check("EXAMINE", Fault::Say("{T} NO x\r\n"), no("EXAMINE")).await;
    check("UID SEARCH", Fault::Say("{T} NO x\r\n"), no("UID SEARCH")).await;
    check("UID SEARCH", Fault::Say("* SEARCH 3\r\n{T} NO x\r\n"), no("UID SEARCH")).await;
    check("UID FETCH 3 (UID RFC822.SIZE)", Fault::Say("{T} NO x\r\n"), no("UID FETCH")).await;
    check("UID SEARCH", Fault::Say("{T} BAD x\r\n"), Err(MailboxError::Bad { command: "UID SEARCH" })).await;
    let busy = MailboxError::No { command: "UID SEARCH", code: Code::Unavailable };
    assert!(busy.is_transient());
    check("UID SEARCH", Fault::Say("{T} NO [UNAVAILABLE] x\r\n"), Err(busy)).await;
}

#[tokio::test]
async fn cut_bye_and_silence_are_errors() {
    check("EXAMINE", Fault::SayAndCut("* 3 EXISTS\r\n"), Err(MailboxError::Lost("EXAMINE"))).await;
    check("UID SEARCH", Fault::SayAndCut("* SEARCH 3\r\n"), Err(MailboxError::Lost("UID SEARCH"))).await;
    check("UID FETCH", Fault::SayAndCut("* 1 FETCH (UID 3 RFC822.SIZE 5)\r\n"), Err(MailboxError::Lost("UID FETCH"))).await;
    check("UID FETCH 3 (UID BODY", Fault::SayAndCut("* 1 FETCH (UID 3 BODY[] {9}\r\nabc"), Err(MailboxError::Lost("UID FETCH"))).await;
    check("UID SEARCH", Fault::SayAndCut("* BYE x\r\n"), Err(MailboxError::Bye("UID SEARCH"))).await;
    check("UID SEARCH", Fault::SayAndHang("* SEARCH 3\r\n"), Err(MailboxError::Deadline("UID SEARCH"))).await;
    check("UID FETCH", Fault::SayAndHang("* 1 FETCH (UID"), Err(MailboxError::Deadline("UID FETCH"))).await;
}

#[tokio::test]
async fn answers_outside_the_protocol_are_errors_without_the_servers_words() {
    for text in [
        "* ESEARCH (TAG \"x\") UID ALL anna@example.org\r\n",
        "* anna@example.org\r\n",
        "* -1 EXISTS\r\n",
        "* 99999999999 EXISTS\r\n",
        "* OK anna@example.org\n",
        "h9999 OK anna@example.org\r\n",
        "+ anna@example.org\r\n",
    ] {
        check("UID SEARCH", Fault::SayAndHang(text), Err(MailboxError::Protocol("UID SEARCH"))).await;
    }
    let panics = Fault::SayAndHang("* 1 FETCH (UID 3 INTERNALDATE NIL)\r\n");
    check("UID SEARCH", panics, Err(MailboxError::Parser("UID SEARCH"))).await;
    assert!(!format!("{0} {0:?}", MailboxError::Protocol("UID SEARCH")).contains("anna"));
}

#[tokio::test]
async fn a_literal_bomb_is_refused_before_it_is_allocated() {
    let bomb = "* 1 FETCH (UID 3 BODY[] {500000000}\r\nabc";
    check("UID FETCH 3 (UID BODY", Fault::SayAndHang(bomb), Err(MailboxError::TooMuch("UID FETCH"))).await;
    check("LIST", Fault::Say("{T} OK\r\n"), Ok(vec![Ok(21)])).await;
}

#[tokio::test]
async fn a_fault_of_one_mail_stays_with_that_mail() {
    let mails: &[(u32, &[u8])] = &[(3, b"A: b\r\n\r\none"), (5, b"A: b\r\n\r\ntwo")];
    for (fault, expected) in [
        (Fault::Say("{T} NO x\r\n"), UidFault::Unreadable),
        (Fault::Say("* 1 FETCH (UID 3 BODY[] NIL)\r\n{T} OK\r\n"), UidFault::Unreadable),
        (Fault::Say("{T} OK nothing\r\n"), UidFault::Missing),
    ] {
        let script = Script { faults: vec![("UID FETCH 3 (UID BODY", fault)], ..Script::with_mails(mails) };
        let (_server, mut mailbox) = open(script, timing()).await;
        assert_eq!(read(&mut mailbox).await, Ok(vec![Err(expected), Ok(11)]));
    }
    let (_server, mut mailbox) = open(Script::with_mails(mails), timing()).await;
    let fetched = mailbox.fetch(INBOX, &[5, 4, 3]).await.expect("A fetch");
    assert_eq!(fetched.iter().map(|f| (f.uid, f.mail.is_ok())).collect::<Vec<_>>(), [(5, true), (4, false), (3, true)]);
}

/// Wherever the line is cut, the answer is an error or complete.
#[tokio::test]
async fn a_cut_at_every_byte_never_gives_a_part() {
    let whole = "* SEARCH 3 5 8\r\n";
    for cut in 0..=whole.len() {
        let (_server, mut mailbox) =
            open(Script::with_fault("UID SEARCH", Fault::SayAndCut(whole.get(..cut).expect("ASCII"))), timing()).await;
        mailbox.select(INBOX).await.expect("A folder");
        assert_eq!(mailbox.uids(INBOX, 1..=9).await, Err(MailboxError::Lost("UID SEARCH")), "{cut}");
    }
}

#[tokio::test]
async fn idle_refused_cut_and_raced() {
    let wait = |fault, time: u64| async move {
        let (_server, mut mailbox) = open(Script::with_fault("IDLE", fault), timing()).await;
        mailbox.select(INBOX).await.expect("A folder");
        mailbox.wait(Duration::from_millis(time)).await
    };
    assert_eq!(wait(Fault::Say("{T} NO x\r\n"), 250).await, Ok(Wake::Timeout));
    assert_eq!(wait(Fault::Say("{T} BAD x\r\n"), 250).await, Ok(Wake::Timeout));
    assert_eq!(wait(Fault::SayAndCut("+ idling\r\n"), 5000).await, Err(MailboxError::Lost("IDLE")));
    assert_eq!(wait(Fault::SayAndCut("+ idling\r\n* BYE x\r\n"), 5000).await, Err(MailboxError::Bye("IDLE")));
    assert_eq!(wait(Fault::Before("* 2 EXISTS\r\n"), 5000).await, Ok(Wake::New));
    assert_eq!(wait(Fault::SayAndHang("+ idling\r\n* OK still\r\n"), 5000).await, Err(MailboxError::Deadline("DONE")));
}

#[tokio::test]
async fn an_arrival_is_not_lost_between_a_hundred_notices() {
    let mut flood = String::new();
    for number in 1..=150 {
        flood.push_str(&format!("* {number} FETCH (FLAGS (\\Answered))\r\n"));
    }
    flood.push_str("* 2 EXISTS\r\n");
    let (_server, mut mailbox) = open(Script::with_fault("NOOP", Fault::Before(flood.leak())), timing()).await;
    mailbox.select(INBOX).await.expect("A folder");
    assert_eq!(mailbox.wait(Duration::from_secs(5)).await, Ok(Wake::New));
}

#[tokio::test]
async fn without_idle_the_mailbox_is_looked_at() {
    let script = Script { capabilities: "IMAP4rev1 AUTH=PLAIN", ..Script::with_fault("NOOP", Fault::Before("* 9 EXISTS\r\n")) };
    let (server, mut mailbox) = open(script, timing()).await;
    mailbox.select(INBOX).await.expect("A folder");
    assert_eq!(mailbox.wait(Duration::from_secs(5)).await, Ok(Wake::New));
    assert!(!server.log().iter().any(|line| line == "IDLE"));
}

#[tokio::test]
async fn append_keeps_step_with_notices_and_returns_its_number() {
    let (server, mut mailbox) = open(Script::with_fault("APPEND", Fault::Before("* 4 EXISTS\r\n")), timing()).await;
    let uid = mailbox.append(OwnFolder::Drafts, b"A: b\r\n\r\n").await.expect("An append");
    assert_eq!(uid, Some(MailUid { uid_validity: 7, uid: 1 }));
    assert_eq!(server.drafts(), [1]);
    let script = Script { capabilities: "IMAP4rev1 AUTH=PLAIN", ..Script::default() };
    let (_server, mut mailbox) = open(script, timing()).await;
    assert_eq!(mailbox.append(OwnFolder::Drafts, b"A: b\r\n\r\n").await, Ok(None));
    let refused = Script::with_fault("APPEND", Fault::Say("{T} NO [OVERQUOTA] x\r\n"));
    let (_server, mut mailbox) = open(refused, timing()).await;
    let error = MailboxError::No { command: "APPEND", code: Code::OverQuota };
    assert_eq!(mailbox.append(OwnFolder::Sent, b"A: b\r\n\r\n").await, Err(error));
}

#[tokio::test]
async fn folders_by_mark_by_name_or_not_at_all() {
    for (list, drafts, sent) in [
        ("* LIST (\\drafts) \"/\" Ablage\r\n* LIST (\\HasNoChildren \\Sent) \"/\" Raus\r\n", Some("Ablage"), Some("Raus")),
        (
            "* LIST () \".\" \"INBOX.Entw&APw-rfe\"\r\n* LIST () \".\" \"Gesendete Objekte\"\r\n",
            Some("INBOX.Entwürfe"),
            Some("Gesendete Objekte"),
        ),
        ("* LIST () \".\" INBOX\r\n", None, None),
    ] {
        let (_server, mut mailbox) = open(Script { list, ..Script::default() }, timing()).await;
        let profile = mailbox.profile().await.expect("A profile");
        assert_eq!((profile.drafts.as_deref(), profile.sent.as_deref()), (drafts, sent));
        assert_eq!((profile.server.as_deref(), profile.tls), (Some("Scripted 1"), Some("TLSv1.3")));
    }
    let (_server, mut mailbox) = open(Script::with_fault("LIST", Fault::Say("{T} BAD x\r\n")), timing()).await;
    assert_eq!(mailbox.profile().await, Err(MailboxError::Bad { command: "LIST" }));
    let (_server, mut mailbox) = open(Script { list: "", ..Script::default() }, timing()).await;
    assert_eq!(mailbox.append(OwnFolder::Drafts, b"x").await, Err(MailboxError::NoFolder(FolderRole::Drafts)));
}

#[tokio::test]
async fn a_rebuilt_folder_is_told_before_a_number_is_used() {
    let (server, mut mailbox) = open(Script::with_mails(&[(3, b"A: b\r\n\r\n")]), timing()).await;
    let state = mailbox.select(INBOX).await.expect("A folder");
    assert_eq!((state.uid_validity, state.uid_next, state.exists), (7, 4, 1));
    server.set_uid_validity(8);
    let mail = MailUid { uid_validity: 7, uid: 3 };
    assert_eq!(mailbox.mark_answered(mail).await, Err(MailboxError::UidValidityChanged));
    assert_eq!(mailbox.uids(INBOX, 1..=9).await, Err(MailboxError::UidValidityChanged));
    assert_eq!(mailbox.select(INBOX).await.map(|state| state.uid_validity), Ok(8));
    assert!(!server.log().iter().any(|line| line.contains("STORE")));
}

#[tokio::test]
async fn flags_are_set_only_as_far_as_the_server_keeps_them() {
    for (flags, answered, keyword) in
        [(Some("\\Answered \\*"), true, true), (Some("\\Answered"), true, false), (Some(""), false, false), (None, true, false)]
    {
        let script = Script { permanent_flags: flags, ..Script::with_mails(&[(3, b"A: b\r\n\r\n")]) };
        let (_server, mut mailbox) = open(script, timing()).await;
        let marked = mailbox.mark_answered(MailUid { uid_validity: 7, uid: 3 }).await;
        assert_eq!(marked, Ok(Marked { answered, keyword }), "{flags:?}");
    }
    let (_server, mut mailbox) = open(Script::with_fault("UID STORE", Fault::Say("{T} NO x\r\n")), timing()).await;
    let refused = mailbox.mark_answered(MailUid { uid_validity: 7, uid: 3 }).await;
    assert_eq!(refused, Err(MailboxError::No { command: "UID STORE", code: Code::Other }));
}

#[tokio::test]
async fn large_mails_come_in_pieces_and_too_large_ones_by_their_head() {
    let mut middle = b"Subject: x\r\n\r\n".to_vec();
    middle.resize(700_001, b'm');
    let mut huge = b"Subject: x\r\n\r\n".to_vec();
    huge.resize(MAIL_BYTES_MAX + 10, b'h');
    let (_server, mut mailbox) = open(Script::with_mails(&[(1, &middle), (2, &huge)]), timing()).await;
    let mails = mailbox.fetch(INBOX, &[1, 2]).await.expect("A fetch");
    assert_eq!(mails[0].mail, Ok(RawMail { raw: middle.clone(), truncated: None }));
    let head = RawMail { raw: huge[..MAIL_HEAD_BYTES].to_vec(), truncated: Some(huge.len() as u64) };
    assert_eq!(mails[1].mail, Ok(head));
    // A size that the server tells wrongly changes nothing.
    let liar = Script { told_size: Some(300_000), ..Script::with_mails(&[(1, &middle)]) };
    let (_server, mut mailbox) = open(liar, timing()).await;
    assert_eq!(mailbox.fetch(INBOX, &[1]).await.expect("A fetch")[0].mail, Ok(RawMail { raw: middle, truncated: None }));
}

#[tokio::test]
async fn a_large_folder_is_searched_in_ranges() {
    let mails: Vec<(u32, &[u8])> = (0..12_000).map(|n| (n * 2 + 1, b"x".as_slice())).collect();
    let (server, mut mailbox) = open(Script::with_mails(&mails), timing()).await;
    let uids = mailbox.uids(INBOX, 2..=u32::MAX).await.expect("A search");
    assert_eq!((uids.len(), uids.first(), uids.last()), (11_999, Some(&3), Some(&23_999)));
    assert_eq!(server.log().iter().filter(|line| line.starts_with("UID SEARCH UID ")).count(), 6);
    assert!(server.log().contains(&"UID SEARCH UID 2:5001".to_owned()));
}

/// What real servers say beside the letter of the RFC must not end the connection.
#[tokio::test]
async fn odd_but_real_answers_are_understood() {
    for (command, text) in [
        ("UID SEARCH", "* SEARCH 3 \r\n{T} OK\r\n"),
        ("UID SEARCH", "* SEARCH\r\n* SEARCH 3\r\n{T} OK [ALERT] Speicher fast voll für Sie\r\n"),
        ("UID SEARCH", "* 1 FETCH (FLAGS (\\Seen $MDNSent) UID 3 MODSEQ (12))\r\n* SEARCH 3\r\n{T} OK x\r\n"),
        ("UID SEARCH", "* OK [HIGHESTMODSEQ 9] x\r\n* OK [UNKNOWN-CODE 1] x\r\n* SEARCH 3\r\n{T} OK\r\n"),
        ("UID FETCH 3 (UID BODY", "* 1 FETCH (BODY[] \"123456789012345678901\" UID 3)\r\n{T} OK x\r\n"),
        ("UID FETCH 3 (UID BODY", "* 1 FETCH (FLAGS () UID 3 BODY[] {21}\r\nä1234567890123456789)\r\n{T} OK x\r\n"),
        ("ID", "* ID NIL\r\n{T} OK x\r\n"),
        ("ID", "* ID (\"name\" \"x\" \"support-url\" NIL)\r\n{T} OK x\r\n"),
        ("ID", "{T} BAD what\r\n"),
    ] {
        let (_server, mut mailbox) = open(Script::with_fault(command, Fault::Say(text)), timing()).await;
        assert_eq!(read(&mut mailbox).await, Ok(vec![Ok(21)]), "{text}");
    }
}

/// A server that never stops talking inside IDLE does not hold us past the end.
#[tokio::test]
async fn a_talkative_server_does_not_hold_us() {
    let talk = format!("+ idling\r\n{}", "* OK still here\r\n".repeat(100_000));
    let (_server, mut mailbox) = open(Script::with_fault("IDLE", Fault::SayAndHang(talk.leak())), timing()).await;
    mailbox.select(INBOX).await.expect("A folder");
    let start = std::time::Instant::now();
    assert_eq!(mailbox.wait(Duration::from_millis(50)).await, Err(MailboxError::Deadline("DONE")));
    assert!(start.elapsed() < Duration::from_secs(8));
}
