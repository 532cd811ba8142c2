//! What must never be said to a mail server: a credential without checked TLS, a change to a customer's mail.

use crate::imap_faults::{PASSWORD, USER, account, timing};
use crate::support::certs::{Authority, Flaw};
use crate::support::scripted_imap::{Door, Fault, Script, ScriptedImap, acceptor};
use crate::tls::FLAWS;
use hauspost::domain::MessageId;
use hauspost::mail::imap::{ImapMailbox, Security};
use hauspost::mail::mailbox::{FolderRole, MailUid, OwnFolder, OwnMail, OwnMark, Removed};
use hauspost::mail::tls::{TlsError, client_config, connect};
use hauspost::mail::{Mailbox, MailboxError};
use std::time::Duration;
use tokio::io::AsyncReadExt;

async fn log_in(script: Script, flaw: Flaw, security: Security) -> (ScriptedImap, Result<Mailbox, MailboxError>) {
    let authority = Authority::new();
    let tls = acceptor(&authority.issue(flaw));
    let door = match security {
        Security::Implicit => Door::Tls(tls),
        Security::StartTls => Door::StartTls(tls),
    };
    let server = ScriptedImap::start(script, door).await;
    let mailbox = ImapMailbox::connect(&account(&authority, server.port, security), timing()).await;
    (server, mailbox.map(|mailbox| Mailbox::Imap(Box::new(mailbox))))
}

/// Nothing that is a credential or its beginning, in any spelling.
fn no_credentials(server: &ScriptedImap) {
    for line in server.log() {
        let credential = ["AUTHENTICATE", "LOGIN", PASSWORD, USER].iter().any(|word| line.contains(word));
        assert!(!credential && ["CAPABILITY", "STARTTLS", ""].contains(&line.as_str()), "{line}");
    }
}

#[tokio::test]
async fn r118_a_flawed_certificate_hears_no_credentials() {
    for security in [Security::Implicit, Security::StartTls] {
        for (flaw, expected) in FLAWS {
            let script = Script { capabilities: "IMAP4rev1 STARTTLS AUTH=PLAIN SASL-IR", ..Script::default() };
            let (server, mailbox) = log_in(script, flaw, security).await;
            assert_eq!(mailbox.err(), Some(MailboxError::Tls(expected)), "{flaw:?} {security:?}");
            no_credentials(&server);
        }
    }
}

#[tokio::test]
async fn r118_a_stripped_starttls_ends_the_talk() {
    let stripped = Script { capabilities: "IMAP4rev1 AUTH=PLAIN", ..Script::default() };
    let refused = |fault| Script { capabilities: "IMAP4rev1 STARTTLS AUTH=PLAIN", faults: vec![("STARTTLS", fault)], ..Script::default() };
    let preauth = Script { greeting: "* PREAUTH welcome\r\n", ..Script::default() };
    let told = Script { greeting: "* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] hi\r\n", ..Script::default() };
    for (script, expected) in [
        (stripped, MailboxError::NoStartTls),
        (told, MailboxError::NoStartTls),
        (refused(Fault::Say("{T} NO x\r\n")), MailboxError::NoStartTls),
        (refused(Fault::Say("{T} BAD x\r\n")), MailboxError::NoStartTls),
        (refused(Fault::SayAndCut("")), MailboxError::Lost("STARTTLS")),
        (preauth, MailboxError::LoginBeforeTls),
    ] {
        let (server, mailbox) = log_in(script, Flaw::None, Security::StartTls).await;
        assert_eq!(mailbox.err(), Some(expected));
        no_credentials(&server);
    }
}

/// CVE-2021-33515 and its family: answers put into the plain part must not count after TLS.
#[tokio::test]
async fn r118_answers_injected_before_tls_are_thrown_away() {
    // Both tags that the first command after TLS could have.
    let injected = "* CAPABILITY IMAP4rev1 LOGINDISABLED\r\nh0001 NO injected\r\nh0002 NO injected\r\nh0003 NO injected\r\n";
    let script = Script { injected, capabilities: "IMAP4rev1 STARTTLS AUTH=PLAIN SASL-IR", ..Script::default() };
    let (server, mailbox) = log_in(script, Flaw::None, Security::StartTls).await;
    assert_eq!(mailbox.err(), None);
    assert!(server.log().iter().any(|line| line.starts_with("AUTHENTICATE PLAIN ")));
}

#[tokio::test]
async fn a_server_in_the_clear_hears_nothing_at_all() {
    let authority = Authority::new();
    let server = ScriptedImap::start(Script::default(), Door::Plain).await;
    let error = ImapMailbox::connect(&account(&authority, server.port, Security::Implicit), timing()).await.err();
    assert_eq!(error, Some(MailboxError::Tls(TlsError::NotTls)));
    assert!(server.log().iter().all(|line| !line.contains("AUTH")), "{:?}", server.log());
}

#[tokio::test]
async fn login_takes_what_the_server_allows() {
    let encoded = data_encoding::BASE64.encode(format!("\0{USER}\0{PASSWORD}").as_bytes());
    for (capabilities, faults, expected, said) in [
        ("IMAP4rev1 AUTH=PLAIN SASL-IR", vec![], None, format!("AUTHENTICATE PLAIN {encoded}")),
        ("IMAP4rev1 AUTH=PLAIN", vec![], None, encoded.clone()),
        ("IMAP4rev1", vec![], None, PASSWORD.to_owned()),
        ("IMAP4rev1 LOGINDISABLED", vec![], Some(MailboxError::NoLoginMethod), String::new()),
        ("IMAP4rev1", vec![("LOGIN", Fault::Say("{T} NO x\r\n"))], Some(MailboxError::AuthenticationFailed), String::new()),
    ] {
        let script = Script { capabilities, faults, ..Script::default() };
        let (server, mailbox) = log_in(script, Flaw::None, Security::Implicit).await;
        assert_eq!(mailbox.err(), expected, "{capabilities}");
        assert!(said.is_empty() || server.log().contains(&said), "{capabilities}");
    }
    let busy = vec![("AUTHENTICATE", Fault::Say("{T} NO [UNAVAILABLE] x\r\n"))];
    let (_server, mailbox) = log_in(Script { faults: busy, ..Script::default() }, Flaw::None, Security::Implicit).await;
    let error = mailbox.err().expect("A refusal");
    assert!(error.is_transient() && !error.is_authentication());
}

/// neither the account nor an error of it shows the password, not even where the server says it back to us.
#[tokio::test]
async fn r125_the_password_is_in_no_debug_text() {
    let authority = Authority::new();
    let hides = |text: &str| {
        let encoded = data_encoding::BASE64.encode(format!("\0{USER}\0{PASSWORD}").as_bytes());
        [PASSWORD, USER, encoded.as_str()].iter().all(|word| !text.contains(word))
    };
    let text = format!("{:?}", account(&authority, 1, Security::Implicit));
    assert!(hides(&text) && !hides(PASSWORD), "{text}");
    let echoes = ["{T} NO Grüße-1 of service@firma.example is wrong\r\n", "{T} BAD Grüße-1\r\n", "* BYE Grüße-1\r\n", "Grüße-1\r\n"];
    for (capabilities, command) in [("IMAP4rev1 AUTH=PLAIN SASL-IR", "AUTHENTICATE"), ("IMAP4rev1", "LOGIN")] {
        for echo in echoes {
            let script = Script { capabilities, faults: vec![(command, Fault::SayAndCut(echo))], ..Script::default() };
            let (server, mailbox) = log_in(script, Flaw::None, Security::Implicit).await;
            assert!(server.log().iter().any(|line| line.starts_with(command)), "{command}");
            let error = mailbox.err().expect("A login that fails");
            assert!(hides(&format!("{error} {error:?}")), "{command} {echo}: {error} {error:?}");
        }
    }
}

/// what we offer in the first message to a server is the list of the law and nothing else.
#[tokio::test]
async fn r091_the_client_offers_only_the_suites_of_the_law() {
    let authority = Authority::new();
    let (client, mut server) = tokio::io::duplex(16 * 1024);
    let config = client_config(Some(&authority.ca)).expect("The CA of the test");
    let attempt = tokio::spawn(async move { connect(client, "localhost", &config).await.map(|_| ()) });
    let mut hello = vec![0; 16 * 1024];
    let length = server.read(&mut hello).await.expect("A ClientHello");
    drop(server);
    assert_eq!(attempt.await.expect("An end"), Err(TlsError::Lost));
    let suites = offered_suites(&hello[..length]);
    // RFC 8446 §B.4, RFC 5289; 0x00ff is the renegotiation signal (RFC 5746), no suite.
    let mut real: Vec<u16> = suites.into_iter().filter(|suite| *suite != 0x00ff).collect();
    real.sort_unstable();
    assert_eq!(real, [0x1301, 0x1302, 0xc02b, 0xc02c, 0xc02f, 0xc030]);
}

/// RFC 8446 §4.1.2: record header 5, handshake header 4, version 2, random 32, session id, then the suites.
fn offered_suites(hello: &[u8]) -> Vec<u16> {
    let at = 5 + 4 + 2 + 32;
    let at = at + 1 + usize::from(hello[at]);
    let length = usize::from(u16::from_be_bytes([hello[at], hello[at + 1]]));
    hello[at + 2..at + 2 + length].chunks(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect()
}

#[tokio::test]
async fn r091_an_old_server_gets_no_connection() {
    // A TLS alert `protocol_version`, as a TLS 1.0 server sends it.
    let (client, mut server) = tokio::io::duplex(16 * 1024);
    let config = client_config(None).expect("The settings");
    let attempt = tokio::spawn(async move { connect(client, "localhost", &config).await.map(|_| ()) });
    let mut hello = [0; 4096];
    let _ = server.read(&mut hello).await.expect("A ClientHello");
    tokio::io::AsyncWriteExt::write_all(&mut server, &[21, 3, 1, 0, 2, 2, 70]).await.expect("An alert");
    assert_eq!(attempt.await.expect("An end"), Err(TlsError::NoCommonSuite));
}

fn draft(id: &str) -> (Vec<u8>, OwnMark) {
    let id = MessageId::parse(id).expect("An id");
    (format!("Message-ID: {}\r\nSubject: Entwurf\r\n\r\nText\r\n", id.header()).into_bytes(), OwnMark::message_id(&id))
}

/// Everything that could change or remove a mail, except on the UIDs named.
fn harmful(log: &[String], own: &[u32]) -> Vec<String> {
    let touches_own = |line: &str| {
        let uid = line.split(' ').nth(2).and_then(|uid| uid.parse().ok());
        line.starts_with("UID ") && uid.is_some_and(|uid| own.contains(&uid))
    };
    let change = |line: &str| ["EXPUNGE", "MOVE", "\\Deleted", "\\Seen", "CLOSE"].iter().any(|word| line.contains(word));
    // APPEND gives its flags to the mail that it brings and to no other.
    log.iter().filter(|line| change(line) && !touches_own(line) && !line.starts_with("APPEND ")).cloned().collect()
}

/// a whole day's work, and then attempts to remove what is not ours.
#[tokio::test]
async fn r122_no_mail_but_our_own_is_ever_changed() {
    let script = Script::with_mails(&[(3, b"Message-ID: <kunde@example.org>\r\n\r\nHallo\r\n")]);
    let (server, mailbox) = log_in(script, Flaw::None, Security::Implicit).await;
    let mut mailbox = mailbox.expect("A login");
    server.put_draft(1, b"Message-ID: <mensch@firma.example>\r\n\r\nvon Hand\r\n");
    mailbox.select(FolderRole::Inbox).await.expect("A folder");
    mailbox.fetch(FolderRole::Inbox, &[3]).await.expect("A fetch");
    mailbox.wait(Duration::from_millis(50)).await.expect("A wait");
    mailbox.mark_answered(MailUid { uid_validity: 7, uid: 3 }).await.expect("A mark");
    let (raw, mark) = draft("token.v1@firma.example");
    let uid = mailbox.append(OwnFolder::Drafts, &raw).await.expect("An append").expect("UIDPLUS");
    assert_eq!(mailbox.find_by_header(FolderRole::Drafts, mark.name(), mark.value()).await, Ok(vec![uid.uid]));
    let own = OwnMail { folder: OwnFolder::Drafts, uid, mark: mark.clone() };

    // A person's draft under a number we might have noted wrongly: its header is not ours.
    let foreign = OwnMail { uid: MailUid { uid: 1, ..uid }, ..own.clone() };
    assert_eq!(mailbox.remove_own(&foreign).await, Err(MailboxError::NotOurs));
    assert_eq!(mailbox.remove_own(&OwnMail { uid: MailUid { uid: 99, ..uid }, ..own.clone() }).await, Ok(Removed::NotThere));
    let rebuilt = OwnMail { uid: MailUid { uid_validity: 6, ..uid }, ..own.clone() };
    assert_eq!(mailbox.remove_own(&rebuilt).await, Ok(Removed::NotThere));
    assert_eq!(harmful(&server.log(), &[]), Vec::<String>::new());

    assert_eq!(mailbox.remove_own(&own).await, Ok(Removed::Gone));
    assert_eq!(mailbox.remove_own(&own).await, Ok(Removed::NotThere));
    assert_eq!(server.drafts(), [1]);
    mailbox.close().await;
    assert_eq!(harmful(&server.log(), &[uid.uid]), Vec::<String>::new());
    assert_eq!(harmful(&server.log(), &[]).len(), 2, "One STORE and one EXPUNGE of our own draft");
    let bodies = server.log().into_iter().filter(|line| line.contains("BODY")).collect::<Vec<_>>();
    assert!(!bodies.is_empty() && bodies.iter().all(|line| line.contains("BODY.PEEK")), "{bodies:?}");
}

#[tokio::test]
async fn r122_where_exactly_one_mail_cannot_be_removed_it_stays() {
    let (raw, mark) = draft("token.v1@firma.example");
    let uid = MailUid { uid_validity: 7, uid: 1 };
    let own = OwnMail { folder: OwnFolder::Drafts, uid, mark };
    let poor = Script { capabilities: "IMAP4rev1 AUTH=PLAIN", ..Script::default() };
    let (server, mailbox) = log_in(poor, Flaw::None, Security::Implicit).await;
    server.put_draft(1, &raw);
    assert_eq!(mailbox.expect("A login").remove_own(&own).await, Ok(Removed::NotPossible));
    assert_eq!(harmful(&server.log(), &[]), Vec::<String>::new());
    for fault in [Fault::Say("{T} NO x\r\n"), Fault::Say("{T} OK but no\r\n")] {
        let (server, mailbox) = log_in(Script::with_fault("UID EXPUNGE", fault), Flaw::None, Security::Implicit).await;
        server.put_draft(1, &raw);
        assert_eq!(mailbox.expect("A login").remove_own(&own).await, Ok(Removed::OnlyMarked));
        assert_eq!(harmful(&server.log(), &[1]), Vec::<String>::new());
    }
}

/// folders are made only where somebody asks, and only those that are missing.
#[tokio::test]
async fn r122_a_missing_folder_is_an_error_until_somebody_asks_for_it() {
    let check = async |fault: Option<Fault>, expected: [&'static str; 2]| {
        let list = "* LIST () \".\" INBOX\r\n";
        let faults = fault.map(|fault| ("CREATE \"Drafts\"", fault)).into_iter().collect();
        let (server, mailbox) = log_in(Script { list, faults, ..Script::default() }, Flaw::None, Security::Implicit).await;
        let mut mailbox = mailbox.expect("A login");
        let (raw, _) = draft("token.v1@firma.example");
        assert_eq!(mailbox.append(OwnFolder::Drafts, &raw).await, Err(MailboxError::NoFolder(FolderRole::Drafts)));
        assert!(!server.log().iter().any(|line| line.starts_with("CREATE")));
        assert_eq!(mailbox.create_missing().await, Ok(expected.map(str::to_owned).to_vec()));
        for name in expected {
            assert!(server.log().contains(&format!("SUBSCRIBE \"{name}\"")), "{:?}", server.log());
        }
    };
    check(None, ["Drafts", "Sent"]).await;
    check(Some(Fault::Say("{T} NO only below INBOX\r\n")), ["INBOX.Drafts", "Sent"]).await;
    let (server, mailbox) = log_in(Script::default(), Flaw::None, Security::Implicit).await;
    assert_eq!(mailbox.expect("A login").create_missing().await, Ok(Vec::new()));
    assert!(!server.log().iter().any(|line| line.starts_with("CREATE")));
}

#[tokio::test]
async fn own_mails_are_laid_down_with_the_flags_that_mail_programs_use() {
    let (server, mailbox) = log_in(Script::default(), Flaw::None, Security::Implicit).await;
    let mut mailbox = mailbox.expect("A login");
    let (raw, _) = draft("token.v1@firma.example");
    for folder in [OwnFolder::Drafts, OwnFolder::Sent] {
        mailbox.append(folder, &raw).await.expect("An append");
    }
    let appended: Vec<String> = server.log().into_iter().filter(|line| line.starts_with("APPEND")).collect();
    assert_eq!(appended, [format!("APPEND \"Drafts\" (\\Draft) {{{}}}", raw.len()), format!("APPEND \"Sent\" (\\Seen) {{{}}}", raw.len())]);
}
