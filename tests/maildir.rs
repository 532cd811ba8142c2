//! A Maildir on disk as a mailbox: numbers for good, nobody's file touched, own drafts delivered whole.

use crate::support::folder::Folder;
use hauspost::domain::MessageId;
use hauspost::domain::limits::{MAIL_BYTES_MAX, MAIL_HEAD_BYTES};
use hauspost::mail::mailbox::{FolderRole, MailUid, Marked, OwnFolder, OwnMail, OwnMark, RawMail, Removed, UidFault, Wake};
use hauspost::mail::maildir::{MaildirMailbox, MaildirSettings};
use hauspost::mail::{Mailbox, MailboxError};
use std::collections::BTreeMap;
use std::path::Path;
use std::time::Duration;

const INBOX: FolderRole = FolderRole::Inbox;

fn maildir() -> Folder {
    let folder = Folder::new("md");
    for part in ["new", "cur", "tmp"] {
        std::fs::create_dir_all(folder.join("Maildir").join(part)).expect("A Maildir");
    }
    folder
}

fn settings(folder: &Folder) -> MaildirSettings {
    MaildirSettings { root: folder.join("Maildir"), journal: folder.join("uids"), uid_validity: 1_700_000_000 }
}

async fn open(folder: &Folder) -> Mailbox {
    Mailbox::Maildir(MaildirMailbox::open(settings(folder)).await.expect("A Maildir"))
}

fn put(folder: &Folder, name: &str, text: &str) {
    folder.write(&format!("Maildir/{name}"), text);
}

/// Every file of the Maildir with its bytes, except our own folders.
fn picture(root: &Path) -> BTreeMap<String, Vec<u8>> {
    ["new", "cur", "tmp"]
        .iter()
        .flat_map(|part| std::fs::read_dir(root.join(part)).expect("A folder").flatten())
        .map(|entry| (entry.path().to_string_lossy().into_owned(), std::fs::read(entry.path()).unwrap_or_default()))
        .collect()
}

#[tokio::test]
async fn numbers_follow_arrival_and_stay_when_a_mail_is_read() {
    let folder = maildir();
    put(&folder, "new/1700000020.b.host", "Subject: 2\n\nzwei\n");
    put(&folder, "cur/1700000010.a.host:2,S", "Subject: 1\n\neins\n");
    put(&folder, "new/.hidden", "x");
    let mut mailbox = open(&folder).await;
    let state = mailbox.select(INBOX).await.expect("An inbox");
    assert_eq!((state.uid_validity, state.uid_next, state.exists), (1_700_000_000, 3, 2));
    std::fs::rename(folder.join("Maildir/new/1700000020.b.host"), folder.join("Maildir/cur/1700000020.b.host:2,RS")).expect("A reader");
    put(&folder, "new/1700000005.late.host", "Subject: 3\n\ndrei\n");
    drop(mailbox);
    let mut mailbox =
        Mailbox::Maildir(MaildirMailbox::open(MaildirSettings { uid_validity: 5, ..settings(&folder) }).await.expect("The same Maildir"));
    assert_eq!(mailbox.select(INBOX).await.map(|s| (s.uid_validity, s.uid_next)), Ok((1_700_000_000, 4)));
    let fetched = mailbox.fetch(INBOX, &[2, 1, 3]).await.expect("A fetch");
    let texts: Vec<_> = fetched.iter().map(|f| f.mail.as_ref().map(|mail| mail.raw.len())).collect();
    assert_eq!(texts, [Ok(17), Ok(17), Ok(17)]);
    assert!(fetched[0].mail.as_ref().is_ok_and(|mail| mail.raw.ends_with(b"zwei\n")));
    assert_eq!(mailbox.uids(INBOX, 2..=9).await, Ok(vec![2, 3]));
    assert_eq!(mailbox.sizes(INBOX, &[3, 9]).await, Ok(vec![(3, 17)]));
}

#[tokio::test]
async fn a_file_that_goes_or_cannot_be_read_is_a_fault_of_its_own() {
    let folder = maildir();
    for (name, text) in [("1.a", "Subject: 1\n\n"), ("2.b", ""), ("3.c", "Subject: 3\n\n")] {
        put(&folder, &format!("new/{name}"), text);
    }
    let big = std::fs::File::create(folder.join("Maildir/new/4.d")).expect("A file");
    big.set_len(MAIL_BYTES_MAX as u64 + 5).expect("A large file");
    let mut mailbox = open(&folder).await;
    mailbox.select(INBOX).await.expect("An inbox");
    std::fs::remove_file(folder.join("Maildir/new/1.a")).expect("Somebody deletes");
    std::os::unix::fs::symlink("/nowhere", folder.join("Maildir/new/5.e")).expect("A link");
    let mails: Vec<_> = mailbox.fetch(INBOX, &[1, 2, 3, 4]).await.expect("A fetch").into_iter().map(|fetched| fetched.mail).collect();
    assert_eq!(mails[..2], [Err(UidFault::Missing), Err(UidFault::Unreadable)]);
    assert!(mails[2].is_ok());
    let head = RawMail { raw: vec![0; MAIL_HEAD_BYTES], truncated: Some(MAIL_BYTES_MAX as u64 + 5) };
    assert_eq!(mails[3], Ok(head));
    assert_eq!(mailbox.uids(INBOX, 1..=u32::MAX).await, Ok(vec![2, 3, 4]));
}

#[tokio::test]
async fn r122_own_drafts_come_and_go_and_no_file_of_the_customer_changes() {
    let folder = maildir();
    put(&folder, "new/1.a", "Message-ID: <k@example.org>\n\nHallo\n");
    put(&folder, "cur/2.b:2,", "Message-ID: <l@example.org>\n\nHallo\n");
    let before = picture(&folder.join("Maildir"));
    let mut mailbox = open(&folder).await;
    let id = MessageId::parse("abcd.v1@firma.example").expect("An id");
    let raw = format!("Message-ID: {}\r\n\r\nEntwurf\r\n", id.header());
    let mark = OwnMark::message_id(&id);
    assert_eq!(
        mailbox.find_by_header(FolderRole::Drafts, mark.name(), mark.value()).await,
        Err(MailboxError::NoFolder(FolderRole::Drafts))
    );
    assert_eq!(mailbox.append(OwnFolder::Drafts, raw.as_bytes()).await, Err(MailboxError::NoFolder(FolderRole::Drafts)));
    assert_eq!(mailbox.create_missing().await, Ok(vec!["Drafts".to_owned(), "Sent".to_owned()]), "only because somebody asks");
    assert_eq!(mailbox.create_missing().await, Ok(Vec::new()));
    let uid = mailbox.append(OwnFolder::Drafts, raw.as_bytes()).await.expect("An append").expect("A number");
    let sent = mailbox.append(OwnFolder::Sent, raw.as_bytes()).await.expect("An append").expect("A number");
    assert_eq!(mailbox.profile().await.map(|p| (p.drafts, p.sent)), Ok((Some("Drafts".into()), Some("Sent".into()))));
    assert_eq!(mailbox.find_by_header(FolderRole::Sent, mark.name(), mark.value()).await, Ok(vec![sent.uid]));
    let kept = mailbox.fetch(FolderRole::Drafts, &[uid.uid]).await.expect("A fetch");
    assert_eq!(kept[0].mail.as_ref().map(|mail| mail.raw.as_slice()), Ok(raw.as_bytes()));
    let drafts = folder.join("Maildir/.Drafts");
    assert_eq!(std::fs::read_dir(drafts.join("tmp")).expect("tmp").count(), 0);

    put(&folder, ".Drafts/cur/9.person:2,D", "Message-ID: <person@firma.example>\n\nvon Hand\n");
    mailbox.select(FolderRole::Drafts).await.expect("Drafts");
    let own = OwnMail { folder: OwnFolder::Drafts, uid, mark };
    let foreign = OwnMail { uid: MailUid { uid: uid.uid + 1, ..uid }, ..own.clone() };
    assert_eq!(mailbox.remove_own(&foreign).await, Err(MailboxError::NotOurs));
    assert_eq!(mailbox.remove_own(&OwnMail { uid: MailUid { uid_validity: 1, ..uid }, ..own.clone() }).await, Ok(Removed::NotThere));
    assert_eq!(mailbox.remove_own(&own).await, Ok(Removed::Gone));
    assert_eq!(mailbox.remove_own(&own).await, Ok(Removed::NotThere));
    assert_eq!(std::fs::read_dir(drafts.join("cur")).expect("cur").count(), 1);
    let answered = mailbox.mark_answered(MailUid { uid_validity: uid.uid_validity, uid: 1 }).await;
    assert_eq!(answered, Ok(Marked { answered: false, keyword: false }));
    assert_eq!(picture(&folder.join("Maildir")), before);
}

#[tokio::test]
async fn german_folder_names_are_found() {
    for name in [".Entwürfe", ".Entw&APw-rfe", ".INBOX.Drafts"] {
        let folder = maildir();
        for part in ["new", "cur", "tmp"] {
            std::fs::create_dir_all(folder.join("Maildir").join(name).join(part)).expect("A subfolder");
        }
        let mut mailbox = open(&folder).await;
        mailbox.append(OwnFolder::Drafts, b"Subject: x\r\n\r\n").await.expect("An append");
        let found = std::fs::read_dir(folder.join("Maildir").join(name).join("cur")).expect("cur").count();
        assert_eq!(found, 1, "{name}");
    }
}

#[tokio::test]
async fn waits_until_a_mail_lies_there() {
    let folder = maildir();
    put(&folder, "new/1.a", "x");
    let mut mailbox = open(&folder).await;
    mailbox.select(INBOX).await.expect("An inbox");
    assert_eq!(mailbox.wait(Duration::from_millis(50)).await, Ok(Wake::Timeout));
    let delivery = async {
        tokio::time::sleep(Duration::from_millis(200)).await;
        put(&folder, "new/2.b", "x");
    };
    let (wake, ()) = tokio::join!(mailbox.wait(Duration::from_secs(20)), delivery);
    assert_eq!(wake, Ok(Wake::New));
}

/// A pass over a full mailbox takes long, and every list of it gives numbers to what it finds.
#[tokio::test]
async fn a_mail_that_comes_during_a_pass_is_news_after_it() {
    let folder = maildir();
    put(&folder, "new/1.a", "x");
    let mut mailbox = open(&folder).await;
    mailbox.select(INBOX).await.expect("An inbox");
    put(&folder, "new/2.b", "x");
    mailbox.fetch(INBOX, &[1]).await.expect("A mail");
    assert_eq!(mailbox.wait(Duration::from_secs(5)).await, Ok(Wake::New));
    mailbox.select(INBOX).await.expect("An inbox");
    assert_eq!(mailbox.wait(Duration::from_millis(50)).await, Ok(Wake::Timeout));
}

#[tokio::test]
async fn what_is_no_maildir_is_refused() {
    let folder = Folder::new("no");
    let settings = MaildirSettings { root: folder.join("nowhere"), journal: folder.join("uids"), uid_validity: 1 };
    assert!(matches!(MaildirMailbox::open(settings).await, Err(MailboxError::NoFolder(FolderRole::Inbox))));
}
