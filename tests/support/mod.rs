//! What the journeys stand on: real servers and certificates, all in temporary folders and on loopback.

pub mod certs;
pub mod desk;
pub mod documents;
pub mod dovecot;
pub mod folder;
pub mod house;
pub mod letters;
pub mod ports;
pub mod postfix;
pub mod scripted_imap;
pub mod scripted_smtp;

/// The configuration that `init` writes, filled in as an admin does.
pub fn filled_in(template: &str, company: &str) -> String {
    let own = [
        ("Ihre Firma GmbH", company),
        ("seat = \"Musterstadt\"", "seat = \"Beispielstadt\""),
        ("court = \"Musterstadt\"", "court = \"Amtsgericht Beispielstadt\""),
        ("HRB 000000", "HRB 4711"),
        ("persons = [\"Vorname Nachname\"]", "persons = [\"Erika Beispiel\"]"),
    ];
    own.iter().fold(template.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "The template has lost {from:?}");
        text.replacen(from, to, 1)
    })
}

/// Takes a file from everybody else, as a secret has to be.
pub fn private(path: std::path::PathBuf) -> std::path::PathBuf {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).expect("A mode");
    path
}
