//! A running server for a test: the real binary on a free port, stopped when the value is dropped.
//!
//! In goes nothing, or extra command-line arguments; out comes the URL of the endpoint. `STATOR_ENDPOINT` names a server
//! that runs already, whatever it is, and `STATOR_BINARY` a binary that is built already. Otherwise the binary is built
//! once per test process, with the profile and into the folder that the test itself was built with.
//!
//! What the server logs is kept, and shown when the test fails. A server that cannot start is a panic that says why:
//! there is nothing that a test could do about it. It knows nothing of requests.

use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, mpsc};
use std::thread;
use std::time::Duration;

use serde::Deserialize;

use crate::folders;

/// How long a server may take from its start to the ready line.
const START_MAX: Duration = Duration::from_secs(20);

/// An endpoint to send requests to.
pub struct Server {
    url: String,
    process: Option<Process>,
}

/// A server that this process started, and what it has logged so far.
struct Process {
    child: Child,
    log: Arc<Mutex<String>>,
}

/// The one line that the binary prints when it listens. It has more members; a test needs the address alone.
#[derive(Deserialize)]
struct Ready {
    event: String,
    url: String,
}

impl Server {
    /// The endpoint that `STATOR_ENDPOINT` names, or a server of one's own.
    ///
    /// # Panics
    /// When the binary cannot be built or does not get ready.
    pub fn start() -> Self {
        Self::start_or_with(&[])
    }

    /// The endpoint that `STATOR_ENDPOINT` names, or a server of one's own with extra arguments.
    ///
    /// # Panics
    /// When the binary cannot be built or does not get ready.
    pub fn start_or_with(arguments: &[&str]) -> Self {
        match std::env::var("STATOR_ENDPOINT") {
            Ok(url) => Self { url, process: None },
            Err(_) => Self::start_with(arguments),
        }
    }

    /// Whether this is a server of one's own.
    pub fn is_own(&self) -> bool {
        self.process.is_some()
    }

    /// A server of one's own, started with extra arguments.
    ///
    /// # Panics
    /// When the binary cannot be built or does not get ready.
    pub fn start_with(arguments: &[&str]) -> Self {
        let mut process = Process::spawn(binary(), arguments);
        let line = process.first_line();
        let ready = line
            .as_deref()
            .and_then(|line| serde_json::from_str::<Ready>(line).ok());
        match ready {
            Some(Ready { event, url }) if event == "ready" => Self {
                url,
                process: Some(process),
            },
            _ => panic!(
                "wanted the ready line within {START_MAX:?}, got {line:?}; the server logged:\n{}",
                process.log()
            ),
        }
    }

    /// The URL of the endpoint, as a client wants it.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(process) = &self.process
            && thread::panicking()
        {
            eprintln!("---- the log of the server ----\n{}", process.log());
        }
    }
}

impl Process {
    fn spawn(binary: &Path, arguments: &[&str]) -> Self {
        let mut command = Command::new(binary);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("STATOR_")) {
            command.env_remove(name);
        }
        let mut child = command
            .args(["--host", "127.0.0.1", "--port", "0"])
            .args(arguments)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap_or_else(|error| panic!("{} does not start: {error}", binary.display()));
        let log = Arc::default();
        let stderr = child.stderr.take().expect("standard error is piped");
        keep_log(stderr, Arc::clone(&log));
        Self { child, log }
    }

    /// The first line on standard output, unless the server ends or stays silent.
    ///
    /// The rest of the output is read and dropped: a full pipe would stop the server.
    fn first_line(&mut self) -> Option<String> {
        let stdout = self.child.stdout.take().expect("standard output is piped");
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                let _ = sender.send(line);
            }
        });
        receiver.recv_timeout(START_MAX).ok()
    }

    fn log(&self) -> String {
        self.log.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn keep_log(stderr: impl Read + Send + 'static, log: Arc<Mutex<String>>) {
    thread::spawn(move || {
        for line in BufReader::new(stderr).lines().map_while(Result::ok) {
            let mut log = log.lock().unwrap_or_else(PoisonError::into_inner);
            log.push_str(&line);
            log.push('\n');
        }
    });
}

/// The path of the server's binary: built at most once in a test process.
///
/// # Panics
/// When it cannot be built.
pub fn binary() -> &'static Path {
    static BINARY: OnceLock<PathBuf> = OnceLock::new();
    BINARY.get_or_init(|| std::env::var_os("STATOR_BINARY").map_or_else(build, PathBuf::from))
}

fn build() -> PathBuf {
    let folder = folders::profile();
    let profile = match folder.file_name().and_then(|name| name.to_str()) {
        Some("debug") | None => "dev",
        Some(name) => name,
    };
    let built = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
        .args([
            "build",
            "--quiet",
            "--package",
            "stator",
            "--bin",
            "stator",
            "--profile",
            profile,
            "--target-dir",
        ])
        .arg(folders::target())
        .current_dir(folders::workspace())
        .output()
        .expect("cargo runs, for it runs the tests");
    assert!(
        built.status.success(),
        "the server does not build:\n{}",
        String::from_utf8_lossy(&built.stderr)
    );
    folder.join("stator").with_extension(std::env::consts::EXE_EXTENSION)
}
