//! A certificate authority for one test, and server certificates that are right, or wrong in one way each.

use super::folder::Folder;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose, date_time_ymd};
use std::path::PathBuf;

/// What is wrong with a certificate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flaw {
    None,
    /// Issued by our CA, for `elsewhere.example` alone.
    WrongName,
    /// Issued by our CA, for the right names, until 2020.
    Expired,
    /// Issued by our CA, for the right names, from 2100 on.
    NotYetValid,
    /// For the right names, issued by nobody.
    SelfSigned,
}

/// Names that a sound certificate holds.
pub const NAMES: [&str; 4] = ["localhost", "mail.test", "127.0.0.1", "127.0.0.2"];

pub struct Pair {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

pub struct Authority {
    folder: Folder,
    issuer: CertifiedIssuer<'static, KeyPair>,
    /// The CA certificate as a PEM file, for `client_config`.
    pub ca: PathBuf,
}

impl Authority {
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("CA parameters");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
        params.distinguished_name.push(DnType::CommonName, "Hauspost test CA");
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().expect("CA key")).expect("CA certificate");
        let folder = Folder::new("ca");
        let ca = folder.write("ca.pem", &issuer.pem());
        Self { folder, issuer, ca }
    }

    /// Makes a certificate with its key, as PEM files.
    pub fn issue(&self, flaw: Flaw) -> Pair {
        let names = if flaw == Flaw::WrongName { vec!["elsewhere.example".to_owned()] } else { NAMES.map(str::to_owned).to_vec() };
        let mut params = CertificateParams::new(names).expect("Server names");
        params.distinguished_name.push(DnType::CommonName, "Hauspost test server");
        if flaw == Flaw::Expired {
            params.not_before = date_time_ymd(2019, 1, 1);
            params.not_after = date_time_ymd(2020, 1, 1);
        }
        if flaw == Flaw::NotYetValid {
            params.not_before = date_time_ymd(2100, 1, 1);
            params.not_after = date_time_ymd(2101, 1, 1);
        }
        let key = KeyPair::generate().expect("Server key");
        let certificate = if flaw == Flaw::SelfSigned { params.self_signed(&key) } else { params.signed_by(&key, &self.issuer) }
            .expect("Server certificate");
        Pair {
            certificate: self.folder.write(&format!("{flaw:?}.pem"), &certificate.pem()),
            key: self.folder.write(&format!("{flaw:?}.key"), &key.serialize_pem()),
        }
    }
}
