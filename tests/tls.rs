//! TLS against a real server: whom we trust, and that each wrong certificate is refused for its own reason.

use crate::support::certs::{Authority, Flaw, NAMES};
use crate::support::dovecot::Dovecot;
use hauspost::mail::tls::{TlsError, client_config, connect};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// Each flaw, and how the one door to a mail server has to name it.
pub const FLAWS: [(Flaw, TlsError); 4] = [
    (Flaw::WrongName, TlsError::WrongName),
    (Flaw::Expired, TlsError::Expired),
    (Flaw::NotYetValid, TlsError::NotValidYet),
    (Flaw::SelfSigned, TlsError::UnknownIssuer),
];

async fn handshake(server: &Dovecot, host: &str, authority: Option<&Authority>) -> Result<String, TlsError> {
    let config = client_config(authority.map(|authority| authority.ca.as_path()))?;
    let address = if host == "127.0.0.2" { "127.0.0.2" } else { "127.0.0.1" };
    let tcp = TcpStream::connect((address, server.imaps)).await.expect("The server listens");
    let mut stream = connect(tcp, host, &config).await?;
    let mut greeting = [0; 4];
    stream.read_exact(&mut greeting).await.expect("A greeting");
    stream.write_all(b"a LOGOUT\r\n").await.expect("A command");
    Ok(String::from_utf8_lossy(&greeting).into_owned())
}

#[tokio::test]
async fn real_server_with_a_sound_certificate_is_trusted() {
    let authority = Authority::new();
    let server = Dovecot::start(&[("anna@example.org", "geheim")], &authority.issue(Flaw::None));
    for host in NAMES {
        assert_eq!(handshake(&server, host, Some(&authority)).await.as_deref(), Ok("* OK"), "{host}\n{}", server.log());
    }
    assert_eq!(handshake(&server, "localhost", None).await, Err(TlsError::UnknownIssuer));
    assert!(!server.maildir("anna@example.org").exists());
}

#[tokio::test]
async fn r118_each_flawed_certificate_is_refused_for_its_reason() {
    let authority = Authority::new();
    for (flaw, expected) in FLAWS {
        let server = Dovecot::start(&[("anna@example.org", "geheim")], &authority.issue(flaw));
        assert_eq!(handshake(&server, "localhost", Some(&authority)).await, Err(expected), "{flaw:?}");
    }
}
