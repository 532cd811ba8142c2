use super::*;
use crate::inference::protocol::{Fault, Reply, Request};
use proptest::prelude::*;

fn read_all(bytes: &[u8]) -> Result<Vec<Reply>, FrameError> {
    let (mut reader, mut source, mut replies) = (FrameReader::default(), bytes, Vec::new());
    loop {
        match reader.next::<Reply>(&mut source)? {
            Received::Message(reply) => replies.push(reply),
            Received::Nothing => {}
            Received::End => return Ok(replies),
        }
    }
}

#[test]
fn messages_come_back_as_they_went() {
    let sent = vec![
        Reply::Text { id: 7, text: "Grüße, 12,50 €".to_owned() },
        Reply::Error { id: 8, fault: Fault::PromptTooLong { tokens: 9, limit: 4 } },
        Reply::Scores { id: 9, values: vec![-0.25, -1e-9], usage: Default::default() },
    ];
    let bytes: Vec<u8> = sent.iter().flat_map(|reply| encode(reply).expect("frame")).collect();
    assert_eq!(read_all(&bytes).expect("replies"), sent);
}

#[test]
fn damaged_frames_are_typed() {
    fn check(bytes: &[u8], expected: fn(&FrameError) -> bool) {
        let error = read_all(bytes).expect_err("damaged");
        assert!(expected(&error), "{bytes:?}: {error}");
    }
    check(&[0xff, 0xff, 0xff, 0xff], |e| matches!(e, FrameError::TooLong { .. }));
    check(&[1, 0], |e| matches!(e, FrameError::Truncated));
    check(&[5, 0, 0, 0, b'{'], |e| matches!(e, FrameError::Truncated));
    check(&[0, 0, 0, 0], |e| matches!(e, FrameError::NotAMessage));
    check(b"\x04\0\0\0null", |e| matches!(e, FrameError::NotAMessage));
    check(b"\x11\0\0\0{\"type\":\"surely\"}", |e| matches!(e, FrameError::NotAMessage));
    let deep = "[".repeat(100_000);
    let mut bytes = u32::try_from(deep.len()).expect("short").to_le_bytes().to_vec();
    bytes.extend_from_slice(deep.as_bytes());
    check(&bytes, |e| matches!(e, FrameError::NotAMessage));
}

#[test]
fn a_message_above_the_limit_is_not_sent() {
    let request = Request::Probe { id: 1, path: "x".repeat(ENGINE_FRAME_BYTES_MAX) };
    assert!(matches!(encode(&request), Err(FrameError::TooLong { .. })));
}

proptest! {
    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let _ = read_all(&bytes);
    }
}
