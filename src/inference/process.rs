//! Starts whatever answers: a child of this binary, or a scripted thread for unit tests. Both speak over a socket pair.
//!
//! Never: a child with our environment, our folder or our descriptors. Its protocol socket is its standard input, for that
//! descriptor is handed over by the standard library without unsafe code.

use crate::inference::choice::EngineChoice;
use crate::inference::frames;
use crate::inference::protocol::{PROTOCOL_VERSION, Reply};
use crate::inference::scripted::{Script, Scripted};
use crate::inference::serve;
use crate::sandbox::Confinement;
use std::net::Shutdown;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

/// The hidden command of this binary that runs the model.
pub const WORKER_COMMAND: &str = "engine-worker";

pub trait Launcher: Send + 'static {
    fn launch(&self) -> std::io::Result<Lifeline>;
}

/// The connection to a started engine, and the means to end it.
#[derive(Debug)]
pub struct Lifeline {
    stream: UnixStream,
    child: Option<Child>,
}

impl Lifeline {
    pub fn stream(&self) -> std::io::Result<UnixStream> {
        self.stream.try_clone()
    }

    /// Process id of the child, where there is one.
    pub fn pid(&self) -> Option<u32> {
        self.child.as_ref().map(Child::id)
    }

    /// Ends the engine at once. Safe to call again.
    pub fn cut(&mut self) {
        // Each of these fails only when the other side is gone already, which is what we want.
        let _ = self.stream.shutdown(Shutdown::Both);
        if let Some(mut child) = self.child.take() {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

impl Drop for Lifeline {
    fn drop(&mut self) {
        self.cut();
    }
}

/// How the child is started.
#[derive(Debug, Clone)]
pub struct ChildLauncher {
    /// The program, normally [`std::env::current_exe`].
    pub program: PathBuf,
    pub choice: EngineChoice,
    /// Threads that compute; `None` takes what the system offers.
    pub threads: Option<usize>,
    /// Address space of the child in bytes.
    pub memory_bytes: Option<u64>,
}

impl ChildLauncher {
    pub fn of_this_binary(choice: EngineChoice) -> std::io::Result<Self> {
        Ok(Self { program: std::env::current_exe()?, choice, threads: None, memory_bytes: None })
    }
}

impl Launcher for ChildLauncher {
    fn launch(&self) -> std::io::Result<Lifeline> {
        let (ours, theirs) = UnixStream::pair()?;
        let threads = match self.threads {
            Some(threads) => threads,
            None => std::thread::available_parallelism()?.get(),
        };
        let mut command = Command::new(&self.program);
        command.arg(WORKER_COMMAND).arg(self.choice.clone().absolute()?.to_os_string());
        if let Some(bytes) = self.memory_bytes {
            command.arg(bytes.to_string());
        }
        // The only variable that goes over: the numeric libraries look for it, and behind the walls they cannot count.
        command.env_clear().env("RAYON_NUM_THREADS", threads.to_string()).current_dir("/");
        // A panic message of a library could quote what it was working on, so nothing of the child is logged.
        command.stdin(OwnedFd::from(theirs)).stdout(Stdio::null()).stderr(Stdio::null());
        // Ctrl-C on a terminal goes to a whole group; the house ends its engine itself, and in order.
        command.process_group(0);
        Ok(Lifeline { stream: ours, child: Some(command.spawn()?) })
    }
}

/// A script on a thread of this process, for unit tests of the rooms above. No walls, no child.
#[derive(Debug, Clone)]
pub struct ThreadLauncher {
    pub script: Script,
}

impl Launcher for ThreadLauncher {
    fn launch(&self) -> std::io::Result<Lifeline> {
        let (ours, theirs) = UnixStream::pair()?;
        let script = self.script.clone();
        std::thread::Builder::new().name("engine-script".to_owned()).spawn(move || {
            let engine = Script::identity(Confinement { seccomp: false, landlock: "off: a thread of the house".to_owned() });
            // An error here means that the asker is gone.
            let _ = theirs.try_clone().map_err(frames::FrameError::from).and_then(|mut writer| {
                frames::write(&mut writer, &Reply::Hello { version: PROTOCOL_VERSION, engine })?;
                let served = serve::serve(theirs.try_clone()?, &mut writer, &mut Scripted::new(script));
                let _ = theirs.shutdown(Shutdown::Both);
                served
            });
        })?;
        Ok(Lifeline { stream: ours, child: None })
    }
}
