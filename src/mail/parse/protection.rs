//! Is the mail encrypted, or signed?
//!
//! Never: decryption. An opaque signature hides its text from us as well as encryption does, so it counts as protected; a clear
//! signature (multipart/signed, RFC 8551 §3.5.3) is readable and only noted.

use crate::domain::message::Protection;

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Found {
    pub protected: Option<Protection>,
    /// `signed: smime`, `signed: pgp`.
    pub note: Option<&'static str>,
}

/// `types` as in `Body::types`; `text` is the readable text.
pub fn detect(types: &[String], text: &str) -> Found {
    let mut found = Found::default();
    for kind in types {
        let file = |suffix: &str| kind.contains(&format!("name={suffix}")) || kind.contains(&format!("file={suffix}"));
        let pkcs7 = kind.starts_with("application/pkcs7-mime") || kind.starts_with("application/x-pkcs7-mime");
        if pkcs7 && kind.contains("smime-type=certs-only") {
            continue;
        }
        if pkcs7 || file("smime.p7m") {
            found.protected = Some(Protection::Smime);
            found.note = found.note.or_else(|| kind.contains("smime-type=signed-data").then_some("signed: smime"));
        } else if kind.starts_with("multipart/encrypted") || kind.starts_with("application/pgp-encrypted") {
            found.protected = Some(Protection::Pgp);
        } else if kind.contains("pkcs7-signature") {
            found.note = Some("signed: smime");
        } else if kind.contains("application/pgp-signature") {
            found.note = Some("signed: pgp");
        }
        if file("encrypted.asc") || file("openpgp-encrypted-message.asc") {
            found.protected = Some(Protection::Pgp);
        }
    }
    if found.protected.is_none() && armoured(text, "-----BEGIN PGP MESSAGE-----") {
        found.protected = Some(Protection::Pgp);
    }
    if found.note.is_none() && armoured(text, "-----BEGIN PGP SIGNED MESSAGE-----") {
        found.note = Some("signed: pgp");
    }
    found
}

/// RFC 9580 §6.2: the armour header line stands alone on its line; in a quote it is somebody else's.
fn armoured(text: &str, header: &str) -> bool {
    text.lines().any(|l| l.trim() == header)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(kind: &str, text: &str, protected: Option<Protection>, note: Option<&str>) {
        let found = detect(&[kind.to_owned()], text);
        assert_eq!((found.protected, found.note), (protected, note), "{kind}");
    }

    #[test]
    fn r121_protected_mails_are_known() {
        check("application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "", Some(Protection::Smime), None);
        check("application/x-pkcs7-mime; name=smime.p7m", "", Some(Protection::Smime), None);
        check("application/octet-stream; file=smime.p7m", "", Some(Protection::Smime), None);
        check("application/pkcs7-mime; smime-type=signed-data", "", Some(Protection::Smime), Some("signed: smime"));
        check("multipart/encrypted; protocol=application/pgp-encrypted", "", Some(Protection::Pgp), None);
        check("text/plain", "Hallo\n-----BEGIN PGP MESSAGE-----\nabc\n-----END PGP MESSAGE-----", Some(Protection::Pgp), None);
        // What gateways leave of PGP/MIME when they take its outer part away.
        check("application/octet-stream; name=encrypted.asc", "", Some(Protection::Pgp), None);
        check("application/octet-stream; file=openpgp-encrypted-message.asc", "", Some(Protection::Pgp), None);
        check("multipart/signed; protocol=application/pkcs7-signature", "", None, Some("signed: smime"));
        check("text/plain", "> -----BEGIN PGP MESSAGE-----", None, None);
        check("application/pkcs7-mime; smime-type=certs-only", "", None, None);
    }
}
