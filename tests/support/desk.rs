//! A data folder with a little of everything beside it, and the binary's commands on it. No service runs, no server.

use super::folder::Folder;
use std::io::Write;
use std::process::{Command, Output, Stdio};

pub struct Desk {
    pub folder: Folder,
    pub recovery_code: String,
}

impl Desk {
    /// A folder with nothing in it.
    pub fn empty(name: &str) -> Self {
        Self { folder: Folder::new(name), recovery_code: String::new() }
    }

    pub fn new() -> Self {
        let mut desk = Self::empty("terminal");
        let made = desk.run(&["init", "--json"], "de");
        assert_eq!(made.status.code(), Some(0));
        let made: serde_json::Value = serde_json::from_slice(&made.stdout).expect("One JSON document");
        made["recovery_code"].as_str().expect("A code").clone_into(&mut desk.recovery_code);
        super::private(desk.folder.write("password", "geheim\n"));
        desk.folder.write("consent.txt", "Unterschrift von Anna Muster\n");
        desk.folder.write("niemand.txt", "# noch keine Kunden\n");
        std::fs::create_dir_all(desk.folder.join("leer")).expect("A folder");
        desk.folder.write("kunden.txt", "anna@example.org\n");
        std::fs::create_dir_all(desk.folder.join("wissen")).expect("A folder");
        desk.folder.write("wissen/rückgabe.md", "# Rückgabe\n\nSie können binnen 30 Tagen zurückgeben.\n");
        desk.folder.write("mail.eml", "From: anna@example.org\nSubject: Rückgabe\n\nWie lange?\n");
        desk
    }

    pub fn path(&self, name: &str) -> String {
        self.folder.join(name).to_str().expect("UTF-8").to_owned()
    }

    /// `@NAME` stands for a path in the desk's folder.
    pub fn run<S: AsRef<str>>(&self, arguments: &[S], lang: &str) -> Output {
        self.run_with(arguments, lang, "")
    }

    /// With lines on standard input.
    pub fn run_with<S: AsRef<str>>(&self, arguments: &[S], lang: &str, input: &str) -> Output {
        let arguments = arguments.iter().map(AsRef::as_ref);
        let arguments = arguments.map(|word: &str| word.strip_prefix('@').map_or_else(|| word.to_owned(), |name| self.path(name)));
        let mut command = Command::new(env!("CARGO_BIN_EXE_hauspost"));
        command.args(arguments).arg("--lang").arg(lang).arg("--data").arg(self.path("data"));
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("The binary can be started");
        // A command that asks nothing has closed its input.
        let _ = child.stdin.take().expect("A pipe").write_all(input.as_bytes());
        child.wait_with_output().expect("The command ended")
    }
}
