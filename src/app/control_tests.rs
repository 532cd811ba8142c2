use super::*;
use crate::app::request::Body;
use crate::store::testing::Folder;

fn answering(_: &Store, _: Request) -> Answer {
    Answer::done(Body::Ai { off: true })
}

/// What the service says to this very process, and how its socket lies in the folder.
async fn asked(own_uid: Option<u32>) -> (u32, Result<Answer, ControlError>) {
    let folder = Folder::created();
    let store = folder.store();
    let mut control = Control::bind(&folder.data()).unwrap();
    let mode = std::fs::metadata(&control.path).unwrap().permissions().mode() & 0o777;
    control.own_uid = own_uid.unwrap_or(control.own_uid);
    let serving = tokio::spawn(control.serve(store, answering));
    let data = folder.data();
    let answer = tokio::task::spawn_blocking(move || call(&data, &Request::QueueList)).await.unwrap();
    serving.abort();
    (mode, answer)
}

#[tokio::test]
async fn the_socket_is_for_its_owner_alone() {
    let (mode, answer) = asked(None).await;
    assert_eq!(mode, 0o600);
    assert!(matches!(answer, Ok(Answer { exit: 0, .. })), "{answer:?}");
}

/// The mode is one wall, the uid of the peer the other: another user is not admitted even where the file lets him in.
#[test]
fn another_user_is_not_admitted() {
    for (peer, own, expected) in
        [(1000, 1000, true), (0, 1000, true), (0, 0, true), (1001, 1000, false), (1000, 0, false), (65534, 1000, false)]
    {
        assert_eq!(is_admitted(peer, own), expected, "{peer} at the service of {own}");
    }
}

/// As the service of another user, our own request is closed unread. Root is let in everywhere, so it lays its rights down first.
#[tokio::test]
async fn the_service_asks_who_the_peer_is() {
    let folder = Folder::created();
    let root = std::fs::metadata(&folder.path).unwrap().uid() == 0;
    if !root {
        let (_, answer) = asked(Some(u32::MAX)).await;
        assert!(matches!(answer, Err(ControlError::Closed | ControlError::Io(_))), "{answer:?}");
        return;
    }
    let heard = heard_as_nobody(&folder).await;
    assert_eq!(heard, Vec::<u8>::new(), "the service answered another user");
}

/// Speaks to the service as user `nobody`, past the modes of the files, and returns what comes back.
async fn heard_as_nobody(folder: &Folder) -> Vec<u8> {
    use std::os::unix::process::CommandExt;
    use std::process::{Command, Stdio};
    let control = Control::bind(&folder.data()).unwrap();
    for (path, mode) in [(folder.path.clone(), 0o755), (folder.data(), 0o755), (control.path.clone(), 0o666)] {
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode)).unwrap();
    }
    let path = control.path.clone();
    let serving = tokio::spawn(control.serve(folder.store(), answering));
    let body = serde_json::to_vec(&Request::QueueList).unwrap();
    let request = [u32::try_from(body.len()).unwrap().to_be_bytes().as_slice(), &body].concat();
    let script = "use IO::Socket::UNIX; my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or exit 9; binmode $s; binmode STDIN; local $/; \
                  print $s <STDIN>; $s->flush; print <$s>;";
    let run = move |uid: u32| {
        let mut child = Command::new("perl");
        let child = child.args(["-e", script]).arg(&path).uid(uid).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.expect("perl is there");
        let _ = child.stdin.take().unwrap().write_all(&request);
        child.wait_with_output().unwrap()
    };
    let (ours, theirs) = tokio::task::spawn_blocking(move || (run(0), run(65534))).await.unwrap();
    serving.abort();
    assert!(ours.status.success() && !ours.stdout.is_empty(), "the question can be answered: {ours:?}");
    assert_ne!(theirs.status.code(), Some(9), "the socket could be reached");
    theirs.stdout
}
