//! What the journeys stand on: real servers and certificates, all in temporary folders and on loopback.

pub mod certs;
pub mod documents;
pub mod dovecot;
pub mod folder;
pub mod house;
pub mod letters;
pub mod ports;
pub mod postfix;
pub mod scripted_imap;
pub mod scripted_smtp;
