//! Journey: one delivery against a server that fails in every way at every step (D-14, R-118).
//!
//! The server's own log says what it took; our word about it must never be better than that.

use crate::support::scripted_smtp::{At, Fault, PASSWORD, ScriptedSmtp, USER};
use crate::tls::FLAWS;
use hauspost::domain::outbox::SmtpStep;
use hauspost::domain::{EmailAddress, Secret};
use hauspost::mail::smtp::{
    Accepted, ConnectionFault, DeliveryError, Envelope, Failure, Login, Refusal, Security, SmtpServer, StepLimits, StepObserver,
    StepRefused, TlsFault, Unsendable, deliver,
};
use hauspost::mail::tls::{TlsError, client_config};
use std::time::Duration;

const RAW: &[u8] = b"Subject: x\r\n\r\n.\r\n..\r\n.a dot first\r\n\r\nlast line\r\n.\r\n";

/// Writes down the steps, and forbids one of them where told to.
#[derive(Default)]
struct Steps {
    entered: Vec<SmtpStep>,
    forbidden: Option<SmtpStep>,
}

impl StepObserver for Steps {
    async fn entering(&mut self, step: SmtpStep) -> Result<(), StepRefused> {
        // A commit that takes its time: nothing may overtake it.
        tokio::time::sleep(Duration::from_millis(5)).await;
        if self.forbidden == Some(step) {
            return Err(StepRefused);
        }
        self.entered.push(step);
        Ok(())
    }
}

fn limits() -> StepLimits {
    let short = Duration::from_millis(400);
    StepLimits {
        connect: Duration::from_secs(5),
        greeting: short,
        mail: short,
        rcpt: short,
        data: short,
        block: short,
        dot: short,
        quit: short,
    }
}

fn client(server: &ScriptedSmtp, security: Security) -> SmtpServer {
    SmtpServer {
        host: "localhost".to_owned(),
        port: server.port,
        security,
        login: Login { user: USER.to_owned(), password: Secret::new(PASSWORD.to_owned()) },
        tls: client_config(Some(&server.ca)).expect("The settings"),
        hello: "radhaus.example".to_owned(),
        limits: limits(),
    }
}

fn envelope() -> Envelope {
    let address = |text| EmailAddress::parse(text).expect("An address");
    Envelope { from: address(USER), to: vec![address("anna@example.org"), address(USER)] }
}

async fn send(server: &ScriptedSmtp, raw: &[u8], steps: &mut Steps) -> Result<Accepted, DeliveryError> {
    deliver(&client(server, Security::Implicit), &envelope(), raw, steps).await
}

async fn failure_of(fault: Fault) -> (DeliveryError, ScriptedSmtp) {
    let server = ScriptedSmtp::implicit(&[fault]).await;
    let error = send(&server, RAW, &mut Steps::default()).await.expect_err("A fault is no success");
    (error, server)
}

#[tokio::test]
async fn a_good_server_takes_the_bytes_as_they_are() {
    let huge = format!("Subject: x\r\n\r\n{}", ".line that starts with a dot\r\n\r\n".repeat(40_000));
    for raw in [RAW, b"Subject: x\r\n\r\n\r\n\r\n", b".\r\n", huge.as_bytes()] {
        let server = ScriptedSmtp::implicit(&[]).await;
        let mut steps = Steps::default();
        let accepted = send(&server, raw, &mut steps).await.expect("Accepted");
        assert_eq!((accepted.code, accepted.reply.reveal().as_str()), (250, "2.0.0 queued as 4F1A"));
        assert!(server.taken() == [raw], "the server took other bytes");
        assert_eq!(steps.entered, SmtpStep::ALL);
        let heard = server.heard();
        let rcpt: Vec<&String> = heard.iter().filter(|line| line.starts_with("RCPT")).collect();
        assert_eq!(rcpt, ["RCPT TO:<anna@example.org>", "RCPT TO:<service@radhaus.example>"]);
        assert_eq!(heard.last().map(String::as_str), Some("QUIT"));
    }
}

#[tokio::test]
async fn each_cut_and_each_silence_is_told_from_the_other_by_its_step() {
    for (at, step) in [
        (At::Greeting, SmtpStep::Connect),
        (At::Ehlo, SmtpStep::Connect),
        (At::Auth, SmtpStep::Connect),
        (At::Mail, SmtpStep::Mail),
        (At::Rcpt, SmtpStep::Rcpt),
        (At::Data, SmtpStep::Data),
        (At::Dot, SmtpStep::Dot),
        (At::Taken, SmtpStep::Dot),
    ] {
        for (fault, way) in [(Fault::Cut(at), ConnectionFault::Lost), (Fault::Hang(at), ConnectionFault::Timeout)] {
            let (error, server) = failure_of(fault).await;
            let expected = if step == SmtpStep::Dot { Failure::Uncertain(way) } else { Failure::Connection(way) };
            assert_eq!(error, DeliveryError { failure: expected, step: Some(step) }, "{fault:?}");
            assert_eq!(server.taken().len(), usize::from(at == At::Taken), "{fault:?}");
        }
    }
}

#[tokio::test]
async fn a_cut_or_silence_inside_of_a_long_text_is_no_doubt() {
    // More than all buffers on the way take, so that the writer has to notice.
    let huge = format!("Subject: x\r\n\r\n{}", "line\r\n".repeat(3_000_000));
    for (fault, way) in [(Fault::Cut(At::Text), ConnectionFault::Lost), (Fault::Hang(At::Text), ConnectionFault::Timeout)] {
        let server = ScriptedSmtp::implicit(&[fault]).await;
        let mut steps = Steps::default();
        let error = send(&server, huge.as_bytes(), &mut steps).await.expect_err("No success");
        assert_eq!(error, DeliveryError { failure: Failure::Connection(way), step: Some(SmtpStep::Data) }, "{fault:?}");
        assert!(!steps.entered.contains(&SmtpStep::Dot) && server.taken().is_empty());
    }
}

#[tokio::test]
async fn a_slow_reader_with_progress_is_waited_for() {
    let huge = format!("Subject: x\r\n\r\n{}", "line\r\n".repeat(1_200_000));
    let server = ScriptedSmtp::implicit(&[Fault::SlowText(Duration::from_micros(100))]).await;
    let mut patient = client(&server, Security::Implicit);
    patient.limits.block = Duration::from_secs(3);
    patient.limits.dot = Duration::from_secs(60);
    deliver(&patient, &envelope(), huge.as_bytes(), &mut Steps::default()).await.expect("Accepted");
    assert!(server.taken() == [huge.as_bytes()]);
}

#[tokio::test]
async fn answers_may_come_late_within_the_limit_of_their_step() {
    // Eight answers of 150 ms are more than one limit of 400 ms, and each of them is in time.
    let server = ScriptedSmtp::implicit(&[Fault::Slow(Duration::from_millis(150))]).await;
    send(&server, RAW, &mut Steps::default()).await.expect("Accepted");
    assert!(server.taken() == [RAW]);
}

#[tokio::test]
async fn replies_are_typed_at_each_step() {
    let refusal = |code, enhanced| Refusal { code, enhanced };
    let (greylisted, unknown) = (refusal(450, Some((4, 7, 1))), refusal(550, Some((5, 1, 1))));
    for (at, step) in [
        (At::Ehlo, SmtpStep::Connect),
        (At::Mail, SmtpStep::Mail),
        (At::Rcpt, SmtpStep::Rcpt),
        (At::Data, SmtpStep::Data),
        (At::Dot, SmtpStep::Dot),
    ] {
        for (text, failure) in [
            ("450 4.7.1 anna@example.org is greylisted", Failure::Transient(greylisted)),
            ("550-5.1.1 anna@example.org\r\n550 5.1.1 unknown", Failure::Permanent(unknown)),
            ("554 go away", Failure::Permanent(refusal(554, None))),
        ] {
            let (error, server) = failure_of(Fault::Reply(at, text)).await;
            assert_eq!(error, DeliveryError { failure, step: Some(step) }, "{at:?} {text}");
            assert!(server.taken().is_empty());
            let shown = format!("{error} {error:?}");
            assert!(!shown.contains("anna") && !shown.contains("greylisted"), "an error shows no words of the server: {shown}");
        }
    }
}

#[tokio::test]
async fn what_is_no_answer_to_the_dot_is_doubt() {
    for text in ["421 4.4.2 closing", "354 go on", "hello", "25"] {
        let (error, server) = failure_of(Fault::Reply(At::Taken, text)).await;
        assert!(matches!(error.failure, Failure::Uncertain(_)), "{text}: {error:?}");
        assert_eq!((error.step, server.taken().len()), (Some(SmtpStep::Dot), 1));
    }
}

#[tokio::test]
async fn replies_out_of_the_protocol_are_never_a_success() {
    for (at, text, step) in [
        (At::Greeting, "hello", SmtpStep::Connect),
        (At::Mail, "354 early", SmtpStep::Mail),
        (At::Rcpt, "2", SmtpStep::Rcpt),
        (At::Data, "250 early", SmtpStep::Data),
    ] {
        let (error, server) = failure_of(Fault::Reply(at, text)).await;
        assert!(matches!(error.failure, Failure::Connection(_)), "{text}: {error:?}");
        assert_eq!(error.step, Some(step), "{text}");
        assert!(server.taken().is_empty());
    }
}

#[tokio::test]
async fn a_wrong_login_is_told_apart() {
    let refused = |code, enhanced| Failure::Authentication(Some(Refusal { code, enhanced }));
    for (text, expected) in [
        ("535 5.7.8 no", refused(535, Some((5, 7, 8)))),
        ("550 5.7.30 Basic authentication is not supported", refused(550, Some((5, 7, 30)))),
        ("454 4.7.0 later", Failure::Transient(Refusal { code: 454, enhanced: Some((4, 7, 0)) })),
    ] {
        let (error, server) = failure_of(Fault::Reply(At::Auth, text)).await;
        assert_eq!(error.failure, expected);
        assert!(!server.heard().iter().any(|line| line.starts_with("MAIL")));
    }
    assert_eq!(failure_of(Fault::NoAuth).await.0.failure, Failure::Authentication(None));
    let needed = failure_of(Fault::Reply(At::Mail, "530 5.7.0 Authentication required")).await.0;
    assert_eq!(needed.failure, refused(530, Some((5, 7, 0))));
}

#[tokio::test]
async fn a_forbidden_step_is_not_entered() {
    for (index, step) in SmtpStep::ALL.into_iter().enumerate() {
        let server = ScriptedSmtp::implicit(&[]).await;
        let mut steps = Steps { forbidden: Some(step), ..Steps::default() };
        let error = send(&server, RAW, &mut steps).await.expect_err("Forbidden");
        assert_eq!(error.failure, Failure::StepRefused);
        assert_eq!(error.step, index.checked_sub(1).map(|before| SmtpStep::ALL[before]));
        let verbs = ["EHLO", "MAIL", "RCPT", "DATA", "never"];
        assert!(!server.heard().iter().any(|line| line.starts_with(verbs[index])), "{step:?}: {:?}", server.heard());
        tokio::time::sleep(Duration::from_millis(100)).await;
        assert!(server.taken().is_empty(), "{step:?}");
    }
}

#[tokio::test]
async fn a_mail_beyond_the_announced_size_is_not_begun() {
    let (error, server) = failure_of(Fault::Size(20)).await;
    assert_eq!(error.failure, Failure::Unsendable(Unsendable::TooLarge { bytes: RAW.len(), limit: 20 }));
    assert!(!server.heard().iter().any(|line| line.starts_with("MAIL")));
    let server = ScriptedSmtp::implicit(&[Fault::Size(1_000_000)]).await;
    send(&server, RAW, &mut Steps::default()).await.expect("Accepted");
    let mail = format!("MAIL FROM:<{USER}> SIZE={}", RAW.len());
    assert!(server.heard().contains(&mail), "{:?}", server.heard());
}

#[tokio::test]
async fn each_mail_has_a_connection_of_its_own() {
    let server = ScriptedSmtp::implicit(&[]).await;
    for _ in 0..3 {
        send(&server, RAW, &mut Steps::default()).await.expect("Accepted");
    }
    assert_eq!((server.connections(), server.taken().len()), (3, 3));
}

/// without TLS, or with a certificate that is not sound, no password is ever sent.
#[tokio::test]
async fn r118_no_password_before_tls() {
    let refused = Refusal { code: 454, enhanced: Some((4, 7, 0)) };
    for (fault, expected) in [
        (Fault::StripStartTls, TlsFault::NotOffered),
        (Fault::RefuseStartTls("454 4.7.0 TLS not available"), TlsFault::Refused(refused)),
        (Fault::InjectBehindStartTls, TlsFault::Injected),
    ] {
        let server = ScriptedSmtp::starttls(&[fault]).await;
        let error = deliver(&client(&server, Security::StartTls), &envelope(), RAW, &mut Steps::default()).await.expect_err("No TLS");
        assert_eq!(error.failure, Failure::Tls(expected));
        assert!(!server.heard().iter().any(|line| line.starts_with("AUTH") || line.starts_with("MAIL")), "{:?}", server.heard());
    }
    // A server that speaks in the clear where TLS is due hears nothing but the offer of it.
    let server = ScriptedSmtp::starttls(&[]).await;
    let error = deliver(&client(&server, Security::Implicit), &envelope(), RAW, &mut Steps::default()).await.expect_err("No TLS");
    assert_eq!(error.failure, Failure::Tls(TlsFault::Handshake(TlsError::NotTls)));
    assert!(!server.heard().iter().any(|line| line.contains("AUTH") || line.contains("MAIL")), "{:?}", server.heard());
    for (flaw, expected) in FLAWS {
        for (implicit, security) in [(true, Security::Implicit), (false, Security::StartTls)] {
            let server = ScriptedSmtp::start(implicit, flaw, &[]).await;
            let error = deliver(&client(&server, security), &envelope(), RAW, &mut Steps::default()).await.expect_err("No trust");
            assert_eq!(error.failure, Failure::Tls(TlsFault::Handshake(expected.clone())), "{flaw:?} {security:?}");
            assert!(!server.heard().iter().any(|line| line.starts_with("AUTH")));
        }
    }
}

/// neither the settings nor an error of a login shows the password, not even where the server says it back to us.
#[tokio::test]
async fn r125_the_password_is_in_no_text_of_a_delivery() {
    let encoded = data_encoding::BASE64.encode(format!("\0{USER}\0{PASSWORD}").as_bytes());
    let hides = |text: &str| !text.contains(PASSWORD) && !text.contains(&encoded);
    for echo in ["535 5.7.8 Grüße-1 is wrong", "454 4.7.0 Grüße-1", "Grüße-1", "334 Grüße-1"] {
        let server = ScriptedSmtp::implicit(&[Fault::Reply(At::Auth, echo)]).await;
        let settings = client(&server, Security::Implicit);
        assert!(hides(&format!("{settings:?}")) && !hides(PASSWORD), "{settings:?}");
        let error = send(&server, RAW, &mut Steps::default()).await.expect_err("A login that fails");
        assert!(server.heard().iter().any(|line| line.contains(&encoded)), "the password was said");
        assert!(hides(&format!("{error} {error:?}")), "{echo}: {error} {error:?}");
    }
}

#[tokio::test]
async fn r118_starttls_hides_everything_but_the_greeting() {
    let server = ScriptedSmtp::starttls(&[]).await;
    deliver(&client(&server, Security::StartTls), &envelope(), RAW, &mut Steps::default()).await.expect("Accepted");
    assert_eq!(server.in_the_clear(), ["EHLO radhaus.example", "STARTTLS"]);
    assert!(server.taken() == [RAW]);
}

#[tokio::test]
async fn a_server_that_is_away_is_a_broken_connection() {
    let server = ScriptedSmtp::implicit(&[]).await;
    let mut away = client(&server, Security::Implicit);
    drop(server);
    tokio::time::sleep(Duration::from_millis(50)).await;
    away.port = 1;
    let error = deliver(&away, &envelope(), RAW, &mut Steps::default()).await.expect_err("Nobody there");
    assert_eq!(error.failure, Failure::Connection(ConnectionFault::Unreachable(std::io::ErrorKind::ConnectionRefused)));
}
