//! The doors of the house: who may open a connection and who may start a program.
//!
//! What is sent anywhere goes through a socket or through a program that has one, so nothing can report home where the types
//! of both stand in a few files alone. A heuristic over names, like its neighbours: it reads what the house writes, and the
//! ban on crates that report home (`dependencies`) covers what others wrote.

use super::source::{Finding, Source, assert_clean, check, rust_files};
use super::tokens::{Kind, Token};

/// What reaches beyond this machine, and the places that may name it: the way to the customer's mail server, and the probe
/// that tries the walls from inside.
const SOCKETS: [&str; 8] =
    ["TcpStream", "TcpListener", "TcpSocket", "UdpSocket", "ToSocketAddrs", "lookup_host", "AsyncSmtpTransport", "SmtpTransport"];
const SOCKET_PLACES: [&str; 3] = ["src/mail/imap/", "src/mail/smtp/", "src/inference/probe.rs"];

/// Crates that bring connections of their own.
const MAIL_CRATES: [&str; 2] = ["lettre", "async_imap"];
const MAIL_PLACES: [&str; 1] = ["src/mail/"];

/// Children: this binary again, and the probe that tries to start one.
const PROGRAM_PLACES: [&str; 3] = ["src/inference/process.rs", "src/knowledge/source/child.rs", "src/inference/probe.rs"];

fn stands_in(file: &Source, places: &[&str]) -> bool {
    !file.path.starts_with("src/") || places.iter().any(|place| file.path.starts_with(place))
}

fn sockets(file: &Source) -> Vec<Finding> {
    if stands_in(file, &SOCKET_PLACES) {
        return Vec::new();
    }
    let is_socket = |token: &Token| token.kind == Kind::Word && SOCKETS.contains(&token.text.as_str());
    let found = file.shipped();
    found.iter().filter(|t| is_socket(t)).map(|t| file.finding(t.line, format!("`{}` outside of the mail rooms", t.text))).collect()
}

fn mail_crates(file: &Source) -> Vec<Finding> {
    if stands_in(file, &MAIL_PLACES) {
        return Vec::new();
    }
    let tokens = file.shipped();
    let named = |i: usize| tokens[i].kind == Kind::Word && MAIL_CRATES.contains(&tokens[i].text.as_str());
    let found = (0..tokens.len()).filter(|i| named(*i) && tokens.get(i + 1).is_some_and(|next| next.is_sign("::")));
    found.map(|i| file.finding(tokens[i].line, format!("`{}` outside of the mail room", tokens[i].text))).collect()
}

/// `std::process::Command`, `tokio::process::Command`, also in a list or under its own name.
fn programs(file: &Source) -> Vec<Finding> {
    if stands_in(file, &PROGRAM_PLACES) {
        return Vec::new();
    }
    let tokens = file.shipped();
    let mut out = Vec::new();
    for i in (1..tokens.len()).filter(|i| tokens[*i].is_word("process") && tokens[i - 1].is_sign("::")) {
        let item = tokens[i..]
            .iter()
            .take_while(|t| !t.is_sign(";") && !t.is_sign("("))
            .find(|t| t.is_word("Command") || t.is_word("as") || t.is_sign("*"));
        out.extend(item.map(|t| file.finding(t.line, "a program is started here")));
    }
    out
}

fn holds(rule: impl Fn(&Source) -> Vec<Finding>) {
    assert_clean(&rust_files().iter().flat_map(rule).collect::<Vec<_>>());
}

#[test]
fn r169_connections_are_opened_to_mail_servers_alone() {
    let files = rust_files();
    for place in SOCKET_PLACES.iter().chain(&MAIL_PLACES).chain(&PROGRAM_PLACES) {
        assert!(files.iter().any(|file| file.path.starts_with(place)), "{place} is gone");
    }
    holds(sockets);
    holds(mail_crates);
}

#[test]
fn r169_connections_are_opened_to_mail_servers_alone_can_fail() {
    for (path, text, expected) in [
        ("src/telemetry/report.rs", "std::net::TcpStream::connect((\"home.example\", 443))", 1),
        ("src/app/service.rs", "use tokio::net::{TcpStream, UnixListener};", 1),
        ("src/app/service.rs", "use std::net::UdpSocket as Box; tokio::net::lookup_host(x)", 2),
        ("src/mail/tls.rs", "use tokio::net::TcpStream;", 1),
        ("src/mail/imap/login.rs", "use tokio::net::TcpStream;", 0),
        ("src/app/control.rs", "use tokio::net::{UnixListener, UnixStream}; use std::net::Shutdown;", 0),
        ("src/app/control.rs", "// TcpStream\n#[cfg(test)] mod tests { use std::net::TcpStream; }", 0),
        ("tests/service.rs", "use std::net::TcpStream;", 0),
    ] {
        check(sockets, path, text, expected);
    }
    for (path, text, expected) in [
        ("src/app/service.rs", "use lettre::SmtpTransport; async_imap::connect(x)", 2),
        ("src/mail/compose/recipient.rs", "lettre::Address::new(a, b)", 0),
        ("src/telemetry/log.rs", "\"lettre=off\"; let lettre = 1;", 0),
    ] {
        check(mail_crates, path, text, expected);
    }
}

#[test]
fn r169_no_program_is_started_but_our_own() {
    holds(programs);
}

#[test]
fn r169_no_program_is_started_but_our_own_can_fail() {
    for (path, text, expected) in [
        ("src/app/service.rs", "std::process::Command::new(\"curl\")", 1),
        ("src/app/service.rs", "use std::process::{Child, Command};", 1),
        ("src/app/service.rs", "use tokio::process::*; use std::process as p;", 2),
        ("src/app/service.rs", "use std::process::{ExitCode, Stdio}; enum Command { Run }", 0),
        ("src/inference/process.rs", "use std::process::Command;", 0),
        ("src/cli/run.rs", "std::process::id(); let x = Command::Run;", 0),
        ("src/knowledge/folder.rs", "#[cfg(test)] mod tests { fn f() { std::process::Command::new(\"mkdir\"); } }", 0),
    ] {
        check(programs, path, text, expected);
    }
}
