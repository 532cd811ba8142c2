//! A real Dovecot 2.3 in a temporary folder, on random loopback ports, stopped when it is dropped.
//!
//! Runs the same for an ordinary user and for root: root starts it as `nobody`, so that no rights are used that a user has not.
//! On 127.0.0.1 Dovecot calls a plain connection secured (client and server address are the same) and takes a password
//! without TLS; on 127.0.0.2 it shows LOGINDISABLED. Tests about plaintext use the second.

use super::certs::Pair;
use super::folder::Folder;
use super::ports::free_port;
use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::chown;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const READY: Duration = Duration::from_secs(20);
const STOPPED: Duration = Duration::from_secs(10);
const INSTALL: &str = "Dovecot is needed by this test and is not installed: apt-get install dovecot-imapd dovecot-lmtpd";

pub struct Dovecot {
    folder: Folder,
    child: Child,
    /// IMAP with STARTTLS, on 127.0.0.1 and on 127.0.0.2.
    pub imap: u16,
    /// IMAP with implicit TLS, on 127.0.0.1 and on 127.0.0.2.
    pub imaps: u16,
    /// LMTP on 127.0.0.1 (Postfix: `virtual_transport = lmtp:inet:127.0.0.1:PORT`).
    pub lmtp: u16,
    /// Dovecot's auth protocol on 127.0.0.1 (Postfix: `smtpd_sasl_type = dovecot`, `smtpd_sasl_path = inet:127.0.0.1:PORT`).
    pub auth: u16,
}

/// Who runs the server: the user that runs the test, or `nobody` where that is root.
struct Account {
    user: String,
    group: String,
    /// Set where the child has to change to it.
    ids: Option<(u32, u32)>,
}

impl Dovecot {
    /// Starts a server that knows `users` as (address, password) and shows the certificate `pair`. Waits until it answers.
    pub fn start(users: &[(&str, &str)], pair: &Pair) -> Self {
        let binary = binary();
        let account = Account::of_this_process();
        let mut last = String::new();
        // A port can be taken between choice and use; three different sets are not.
        for _ in 0..3 {
            match Self::attempt(&binary, &account, users, pair) {
                Ok(server) => return server,
                Err(log) => last = log,
            }
        }
        panic!("Dovecot did not start:\n{last}");
    }

    fn attempt(binary: &Path, account: &Account, users: &[(&str, &str)], pair: &Pair) -> Result<Self, String> {
        let folder = Folder::new("dc");
        let [imap, imaps, lmtp, auth] = [(); 4].map(|()| free_port());
        for name in ["run", "state", "mail"] {
            std::fs::create_dir(folder.join(name)).expect("A folder for Dovecot");
        }
        std::fs::copy(&pair.certificate, folder.join("server.pem")).expect("The certificate");
        std::fs::copy(&pair.key, folder.join("server.key")).expect("The key");
        folder.write("users", &passwd_file(users));
        folder.write("dovecot.conf", &configuration(folder.path(), account, [imap, imaps, lmtp, auth]));
        folder.write("dovecot.log", "");
        if let Some((uid, gid)) = account.ids {
            give(folder.path(), uid, gid);
        }
        let child = spawn(binary, &folder, account);
        let mut server = Self { folder, child, imap, imaps, lmtp, auth };
        if server.is_ready() { Ok(server) } else { Err(server.log()) }
    }

    /// Starts the stopped server anew, with its mails and on its ports.
    pub fn start_again(&mut self) {
        self.child = spawn(&binary(), &self.folder, &Account::of_this_process());
        assert!(self.is_ready(), "Dovecot did not start again:\n{}", self.log());
    }

    fn is_ready(&mut self) -> bool {
        let until = Instant::now() + READY;
        while Instant::now() < until {
            if self.child.try_wait().is_ok_and(|status| status.is_some()) {
                return false;
            }
            let open = |port: &u16| TcpStream::connect(("127.0.0.1", *port)).is_ok();
            if [self.imap, self.imaps, self.lmtp, self.auth].iter().all(open) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        false
    }

    /// What the server wrote, for a failing test.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("dovecot.log")).unwrap_or_default()
    }

    /// The Maildir of a user on disk, where a test looks at what the server really keeps.
    pub fn maildir(&self, user: &str) -> PathBuf {
        self.folder.join("mail").join(user).join("Maildir")
    }

    /// Brings a mail to `user` the way a mail server does (LMTP, RFC 2033). `raw` has CRLF lines, the last one too.
    pub fn deliver(&self, user: &str, raw: &str) {
        let stream = TcpStream::connect(("127.0.0.1", self.lmtp)).expect("LMTP listens");
        stream.set_read_timeout(Some(READY)).expect("A socket option");
        let mut talk = BufReader::new(stream);
        let stuffed = raw.replace("\r\n.", "\r\n..");
        let (from, to) = ("MAIL FROM:<anna@example.org>", format!("RCPT TO:<{user}>"));
        for (say, code) in [
            ("", "220"),
            ("LHLO test", "250"),
            (from, "250"),
            (&to, "250"),
            ("DATA", "354"),
            (&format!("{stuffed}."), "250"),
            ("QUIT", "221"),
        ] {
            if !say.is_empty() {
                talk.get_mut().write_all(format!("{say}\r\n").as_bytes()).expect("LMTP hears");
            }
            let mut line = String::new();
            // The lines of one answer have `-` after the code, except the last.
            while !line.starts_with(&format!("{code} ")) {
                line.clear();
                assert!(talk.read_line(&mut line).is_ok_and(|n| n > 0) && line.starts_with(code), "LMTP: {line}\n{}", self.log());
            }
        }
    }

    /// Ends the server at once and waits until it is gone; connections break.
    pub fn stop(&mut self) {
        if self.child.try_wait().map_or(true, |status| status.is_some()) {
            return;
        }
        // The master passes TERM on to its children; a KILL would leave them behind.
        let _ = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status();
        let until = Instant::now() + STOPPED;
        while Instant::now() < until {
            if self.child.try_wait().map_or(true, |status| status.is_some()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Dovecot {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Account {
    fn of_this_process() -> Self {
        let (user, group) = (id(&["-un"]), id(&["-gn"]));
        if user != "root" {
            return Self { user, group, ids: None };
        }
        let number = |text: String| text.parse().expect("id prints a number");
        let ids = (number(id(&["-u", "nobody"])), number(id(&["-g", "nobody"])));
        Self { user: "nobody".to_owned(), group: id(&["-gn", "nobody"]), ids: Some(ids) }
    }
}

fn id(arguments: &[&str]) -> String {
    let output = Command::new("id").args(arguments).output().expect("The id program");
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn spawn(binary: &Path, folder: &Folder, account: &Account) -> Child {
    let mut command = Command::new(binary);
    command.arg("-F").arg("-c").arg(folder.join("dovecot.conf"));
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).current_dir(folder.path());
    if let Some((uid, gid)) = account.ids {
        command.uid(uid).gid(gid);
    }
    command.spawn().expect("The dovecot program can be started")
}

fn binary() -> PathBuf {
    let found =
        ["/usr/sbin/dovecot", "/usr/local/sbin/dovecot", "/usr/bin/dovecot"].into_iter().map(PathBuf::from).find(|path| path.exists());
    found.expect(INSTALL)
}

fn give(path: &Path, uid: u32, gid: u32) {
    chown(path, Some(uid), Some(gid)).expect("Root can give a folder away");
    for entry in std::fs::read_dir(path).expect("The folder can be read").flatten() {
        if entry.path().is_dir() {
            give(&entry.path(), uid, gid);
        } else {
            chown(entry.path(), Some(uid), Some(gid)).expect("Root can give a file away");
        }
    }
}

fn passwd_file(users: &[(&str, &str)]) -> String {
    users.iter().fold(String::new(), |mut text, (user, password)| {
        assert!(!password.contains(':'), "A colon ends the field in a passwd-file");
        let _ = writeln!(text, "{user}:{{PLAIN}}{password}::::::");
        text
    })
}

/// `userdb static` makes LMTP fail, because passdbs are filtered by mechanism; so both are the same passwd-file.
fn configuration(folder: &Path, account: &Account, [imap, imaps, lmtp, auth]: [u16; 4]) -> String {
    let (dir, user, group) = (folder.display(), &account.user, &account.group);
    let special = [("Drafts", "\\Drafts"), ("Sent", "\\Sent"), ("Junk", "\\Junk"), ("Trash", "\\Trash")]
        .map(|(name, mark)| format!("mailbox {name} {{\n special_use = {mark}\n auto = subscribe\n }}\n"))
        .concat();
    let listen = "address = 127.0.0.1, 127.0.0.2";
    format!(
        "base_dir = {dir}/run\nstate_dir = {dir}/state\nlog_path = {dir}/dovecot.log\nprotocols = imap lmtp\n\
         default_internal_user = {user}\ndefault_internal_group = {group}\ndefault_login_user = {user}\n\
         mail_uid = {user}\nmail_gid = {group}\nfirst_valid_uid = 100\nmail_location = maildir:~/Maildir\n\
         ssl = yes\nssl_cert = <{dir}/server.pem\nssl_key = <{dir}/server.key\nssl_min_protocol = TLSv1.2\n\
         auth_mechanisms = plain login\nauth_failure_delay = 0\nmailbox_idle_check_interval = 1 secs\n\
         passdb {{\n driver = passwd-file\n args = username_format=%u {dir}/users\n }}\n\
         userdb {{\n driver = passwd-file\n args = username_format=%u {dir}/users\n override_fields = uid={user} gid={group} home={dir}/mail/%u\n }}\n\
         namespace inbox {{\n inbox = yes\n {special} }}\n\
         service imap-login {{\n chroot =\n inet_listener imap {{\n {listen}\n port = {imap}\n }}\n \
         inet_listener imaps {{\n {listen}\n port = {imaps}\n ssl = yes\n }}\n }}\n\
         service lmtp {{\n inet_listener lmtp {{\n address = 127.0.0.1\n port = {lmtp}\n }}\n }}\n\
         service auth {{\n user = {user}\n inet_listener postfix {{\n address = 127.0.0.1\n port = {auth}\n }}\n }}\n\
         service auth-worker {{\n user = {user}\n }}\n\
         service stats {{\n chroot =\n }}\n\
         service anvil {{\n chroot =\n unix_listener anvil-auth-penalty {{\n mode = 0\n }}\n }}\n"
    )
}
