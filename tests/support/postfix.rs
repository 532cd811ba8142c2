//! A real Postfix in a temporary folder: submission with TLS, logins by Dovecot, delivery into Dovecot by LMTP.
//!
//! Needs root (Postfix drops rights by itself). Nothing can leave the machine: every transport but LMTP is an error.

use super::certs::Pair;
use super::dovecot::Dovecot;
use super::folder::Folder;
use super::ports::free_port;
use std::fs::File;
use std::net::TcpStream;
use std::os::unix::fs::chown;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const READY: Duration = Duration::from_secs(30);
const STOPPED: Duration = Duration::from_secs(15);
const INSTALL: &str = "Postfix is needed by this test and is not installed: apt-get install postfix";
const ROOT: &str = "Postfix can only be started by root; run this test as root";

/// Domains whose mail goes to Dovecot; any other is refused.
pub const DOMAINS: &str = "radhaus.example, example.org";

pub struct Postfix {
    folder: Folder,
    child: Child,
    /// Implicit TLS on 127.0.0.1.
    pub submissions: u16,
    /// STARTTLS, no login before it, on 127.0.0.1.
    pub submission: u16,
    /// Where other mail servers bring mail: no login, only for our domains, on 127.0.0.1.
    pub inbound: u16,
}

impl Postfix {
    pub fn start(dovecot: &Dovecot, pair: &Pair) -> Self {
        let binary = binary();
        let mut last = String::new();
        for _ in 0..3 {
            match Self::attempt(&binary, dovecot, pair) {
                Ok(server) => return server,
                Err(log) => last = log,
            }
        }
        panic!("Postfix did not start:\n{last}");
    }

    fn attempt(binary: &Path, dovecot: &Dovecot, pair: &Pair) -> Result<Self, String> {
        let folder = Folder::new("pf");
        let [submissions, submission, inbound] = [(); 3].map(|()| free_port());
        for name in ["etc", "queue", "data"] {
            std::fs::create_dir(folder.join(name)).expect("A folder for Postfix");
        }
        let owner = uid_of("postfix");
        chown(folder.join("data"), Some(owner), None).expect(ROOT);
        std::fs::copy(&pair.certificate, folder.join("server.pem")).expect("The certificate");
        std::fs::copy(&pair.key, folder.join("server.key")).expect("The key");
        folder.write("etc/main.cf", &main_cf(folder.path(), dovecot));
        folder.write("etc/master.cf", &master_cf(submissions, submission, inbound));
        let log = File::create(folder.join("log")).expect("The log");
        let errors = log.try_clone().expect("The log, twice");
        let mut command = Command::new(binary);
        command.arg("-c").arg(folder.join("etc")).arg("start-fg").current_dir(folder.path());
        let child = command.stdin(Stdio::null()).stdout(log).stderr(errors).spawn().expect("The postfix program can be started");
        let mut server = Self { folder, child, submissions, submission, inbound };
        if server.is_ready() { Ok(server) } else { Err(server.log()) }
    }

    fn is_ready(&mut self) -> bool {
        let until = Instant::now() + READY;
        while Instant::now() < until {
            if self.child.try_wait().is_ok_and(|status| status.is_some()) {
                return false;
            }
            if [self.submissions, self.submission, self.inbound].iter().all(|port| TcpStream::connect(("127.0.0.1", *port)).is_ok()) {
                return true;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        false
    }

    /// What the server wrote, for a failing test.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.folder.join("log")).unwrap_or_default()
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        let mut stop = Command::new(binary());
        stop.arg("-c").arg(self.folder.join("etc")).arg("stop");
        let _ = stop.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).status();
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

fn binary() -> PathBuf {
    ["/usr/sbin/postfix", "/usr/local/sbin/postfix"].into_iter().map(PathBuf::from).find(|path| path.exists()).expect(INSTALL)
}

fn uid_of(user: &str) -> u32 {
    let output = Command::new("id").args(["-u", user]).output().expect("The id program");
    String::from_utf8_lossy(&output.stdout).trim().parse().expect("The package made the user postfix")
}

fn main_cf(folder: &Path, dovecot: &Dovecot) -> String {
    let (dir, lmtp, auth) = (folder.display(), dovecot.lmtp, dovecot.auth);
    format!(
        "compatibility_level = 3.6\nqueue_directory = {dir}/queue\ndata_directory = {dir}/data\nmaillog_file = /dev/stdout\n\
         myhostname = mail.test\nmydestination =\nmynetworks =\ninet_interfaces = loopback-only\ninet_protocols = ipv4\n\
         alias_maps =\nalias_database =\nlocal_recipient_maps =\n\
         virtual_mailbox_domains = {DOMAINS}\nvirtual_mailbox_maps = static:ok\nvirtual_transport = lmtp:inet:127.0.0.1:{lmtp}\n\
         default_transport = error:nothing leaves this machine\nrelay_transport = error:nothing leaves this machine\n\
         smtpd_tls_cert_file = {dir}/server.pem\nsmtpd_tls_key_file = {dir}/server.key\nsmtpd_tls_auth_only = yes\n\
         smtpd_sasl_auth_enable = yes\nsmtpd_sasl_type = dovecot\nsmtpd_sasl_path = inet:127.0.0.1:{auth}\n\
         smtpd_relay_restrictions = permit_sasl_authenticated, reject\n\
         smtpd_error_sleep_time = 0\nqueue_run_delay = 5s\nminimal_backoff_time = 5s\n"
    )
}

fn master_cf(submissions: u16, submission: u16, inbound: u16) -> String {
    let services = [
        "pickup unix n - n 60 1 pickup",
        "cleanup unix n - n - 0 cleanup",
        "qmgr unix n - n 300 1 qmgr",
        "tlsmgr unix - - n 1000? 1 tlsmgr",
        "rewrite unix - - n - - trivial-rewrite",
        "bounce unix - - n - 0 bounce",
        "defer unix - - n - 0 bounce",
        "trace unix - - n - 0 bounce",
        "verify unix - - n - 1 verify",
        "flush unix n - n 1000? 0 flush",
        "proxymap unix - - n - - proxymap",
        "error unix - - n - - error",
        "retry unix - - n - - error",
        "lmtp unix - - n - - lmtp",
        "anvil unix - - n - 1 anvil",
        "postlog unix-dgram n - n - 1 postlogd",
    ];
    format!(
        "127.0.0.1:{submissions} inet n - n - - smtpd\n -o smtpd_tls_wrappermode=yes\n\
         127.0.0.1:{submission} inet n - n - - smtpd\n -o smtpd_tls_security_level=encrypt\n\
         127.0.0.1:{inbound} inet n - n - - smtpd\n -o smtpd_sasl_auth_enable=no\n \
         -o smtpd_relay_restrictions=reject_unauth_destination\n{}\n",
        services.join("\n")
    )
}
