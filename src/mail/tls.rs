//! The one door to a mail server: TLS 1.3 or 1.2 with forward secrecy and a certificate that is checked in full.
//!
//! Never: a switch that turns the check of chain or name off, an older version, another suite, another provider than ring.
//! An office whose server has a certificate of its own house adds that CA as a file; it widens whom we trust, not how we check.

use rustls::crypto::ring::{self, cipher_suite as suite};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{AlertDescription, CertificateError, ClientConfig, RootCertStore, SupportedCipherSuite};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsConnector;

pub use tokio_rustls::client::TlsStream;

/// A server that has not finished its handshake by then is not there.
pub const TLS_HANDSHAKE_SECONDS: u64 = 30;

/// AES-GCM with ephemeral elliptic-curve Diffie-Hellman, nothing else.
pub const SUITES: [SupportedCipherSuite; 6] = [
    suite::TLS13_AES_256_GCM_SHA384,
    suite::TLS13_AES_128_GCM_SHA256,
    suite::TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
    suite::TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
    suite::TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
    suite::TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
];

/// Why there is no protected connection. Every variant but the last three needs a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlsError {
    #[error("The CA file {0:?} cannot be read")]
    CaFile(PathBuf),
    #[error("The CA file {0:?} holds no certificate that can be used")]
    CaContent(PathBuf),
    #[error("The TLS library refused the settings")]
    Settings,
    #[error("The server name is neither a host name nor an IP address")]
    ServerName,
    #[error("The server's certificate was issued by someone this machine does not trust; add the CA file of your house if it is yours")]
    UnknownIssuer,
    #[error("The server's certificate is for another name")]
    WrongName,
    #[error("The server's certificate has expired")]
    Expired,
    #[error("The server's certificate is not valid yet; check the clock of this machine")]
    NotValidYet,
    #[error("The server's certificate is damaged, revoked or made for another use")]
    BadCertificate,
    #[error("The server offers neither TLS 1.3 nor TLS 1.2 with AES-GCM and forward secrecy")]
    NoCommonSuite,
    #[error("The server does not speak TLS on this port")]
    NotTls,
    #[error("The TLS handshake took longer than {TLS_HANDSHAKE_SECONDS} seconds")]
    Deadline,
    #[error("The connection was cut during the TLS handshake")]
    Lost,
    #[error("The TLS handshake failed ({0})")]
    Io(std::io::ErrorKind),
}

impl TlsError {
    /// The same attempt may succeed later without anybody changing anything.
    pub const fn is_transient(&self) -> bool {
        match self {
            Self::Deadline | Self::Lost | Self::Io(_) => true,
            Self::CaFile(_)
            | Self::CaContent(_)
            | Self::Settings
            | Self::ServerName
            | Self::UnknownIssuer
            | Self::WrongName
            | Self::Expired
            | Self::NotValidYet
            | Self::BadCertificate
            | Self::NoCommonSuite
            | Self::NotTls => false,
        }
    }
}

/// The settings for every mail connection. `extra_ca`: a PEM file with CA certificates of the customer's own house.
pub fn client_config(extra_ca: Option<&Path>) -> Result<Arc<ClientConfig>, TlsError> {
    let mut roots = RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    // A damaged file among the system's certificates must not take the mailbox down; the roots above stand anyway.
    roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
    if let Some(path) = extra_ca {
        add_ca_file(&mut roots, path)?;
    }
    let mut provider = ring::default_provider();
    provider.cipher_suites = SUITES.to_vec();
    let config = ClientConfig::builder_with_provider(Arc::new(provider))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(|_| TlsError::Settings)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(Arc::new(config))
}

fn add_ca_file(roots: &mut RootCertStore, path: &Path) -> Result<(), TlsError> {
    let pem = std::fs::read(path).map_err(|_| TlsError::CaFile(path.to_owned()))?;
    let bad = || TlsError::CaContent(path.to_owned());
    let mut added = 0;
    for certificate in CertificateDer::pem_slice_iter(&pem) {
        roots.add(certificate.map_err(|_| bad())?).map_err(|_| bad())?;
        added += 1;
    }
    if added == 0 { Err(bad()) } else { Ok(()) }
}

/// Shakes hands over `stream` with the server that must prove to be `host` (a DNS name or an IP address).
pub async fn connect<S>(stream: S, host: &str, config: &Arc<ClientConfig>) -> Result<TlsStream<S>, TlsError>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let name = ServerName::try_from(host.to_owned()).map_err(|_| TlsError::ServerName)?;
    let handshake = TlsConnector::from(Arc::clone(config)).connect(name, stream);
    match tokio::time::timeout(Duration::from_secs(TLS_HANDSHAKE_SECONDS), handshake).await {
        Err(_) => Err(TlsError::Deadline),
        Ok(Err(error)) => Err(classify(&error)),
        Ok(Ok(stream)) => Ok(stream),
    }
}

fn classify(error: &std::io::Error) -> TlsError {
    let Some(tls) = error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>()) else {
        return match error.kind() {
            std::io::ErrorKind::UnexpectedEof | std::io::ErrorKind::ConnectionReset | std::io::ErrorKind::BrokenPipe => TlsError::Lost,
            kind => TlsError::Io(kind),
        };
    };
    match tls {
        rustls::Error::InvalidCertificate(why) => classify_certificate(why),
        rustls::Error::AlertReceived(
            AlertDescription::HandshakeFailure | AlertDescription::ProtocolVersion | AlertDescription::InsufficientSecurity,
        )
        | rustls::Error::PeerIncompatible(_) => TlsError::NoCommonSuite,
        rustls::Error::InvalidMessage(_) => TlsError::NotTls,
        rustls::Error::NoCertificatesPresented => TlsError::BadCertificate,
        _ => TlsError::Io(std::io::ErrorKind::InvalidData),
    }
}

fn classify_certificate(why: &CertificateError) -> TlsError {
    match why {
        CertificateError::UnknownIssuer => TlsError::UnknownIssuer,
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => TlsError::WrongName,
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => TlsError::Expired,
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => TlsError::NotValidYet,
        _ => TlsError::BadCertificate,
    }
}
