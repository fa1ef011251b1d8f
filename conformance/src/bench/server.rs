//! The running process of a peer: started, timed until it answers, weighed, and ended when dropped.

use std::{
    fs,
    io::{self, BufRead, BufReader, Read, Write},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    process::{Child, ChildStdout, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use serde::Deserialize;

use super::{
    error::{Error, Result},
    template,
};

const START_MAX: Duration = Duration::from_secs(60);
/// How long a server may take to stop when it is asked to, and to write what it writes at its end, such as a profile.
const STOP_MAX: Duration = Duration::from_secs(10);
const STOP_PAUSE: Duration = Duration::from_millis(2);
/// The pause between two attempts to connect: the resolution of a start time.
const ATTEMPT_PAUSE: Duration = Duration::from_micros(100);
/// The kernel's unit of CPU time towards programs, USER_HZ.
const TICKS_PER_SECOND: u32 = 100;

/// How a server tells that it listens.
#[derive(Clone, Copy, Debug)]
pub enum Announcement {
    /// It prints a line of JSON with its port.
    Line,
    /// It says nothing and listens on the port that it was given.
    Port(u16),
}

/// How a server is started.
#[derive(Debug)]
pub struct Launch {
    /// The program and its arguments.
    pub command: Command,
    /// How it tells that it listens.
    pub announcement: Announcement,
    /// What it reads from its standard input.
    pub input: Vec<u8>,
}

/// A running server. Dropping it ends the process.
#[derive(Debug)]
pub struct Server {
    child: Child,
    /// Kept open, so that a server that prints more does not fail at it.
    _output: Option<BufReader<ChildStdout>>,
    address: SocketAddr,
    version: Option<String>,
    start: Duration,
}

/// What a server says when it is ready.
#[derive(Deserialize)]
struct Ready {
    port: u16,
    version: String,
}

impl Server {
    /// Starts a server and waits until it has answered a request.
    ///
    /// # Errors
    /// When the program cannot run, ends early or does not answer within a minute.
    pub fn start(mut launch: Launch) -> Result<Self> {
        let program = launch.command.get_program().to_string_lossy().into_owned();
        let output = match launch.announcement {
            Announcement::Line => Stdio::piped(),
            Announcement::Port(_) => Stdio::null(),
        };
        let command = launch
            .command
            .stdin(Stdio::piped())
            .stdout(output)
            .stderr(Stdio::null());
        let started = Instant::now();
        let mut child = command.spawn().map_err(Error::io(format!("start {program}")))?;
        if let Some(mut input) = child.stdin.take() {
            input
                .write_all(&launch.input)
                .map_err(Error::io(format!("write to {program}")))?;
        }
        let mut server = Self {
            _output: child.stdout.take().map(BufReader::new),
            child,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            version: None,
            start: Duration::ZERO,
        };
        server.listen_for(launch.announcement, &program)?;
        server.await_answer(started, &program)?;
        server.start = started.elapsed();
        Ok(server)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The version that it announced.
    pub fn version(&self) -> Option<&str> {
        self.version.as_deref()
    }

    /// From before the process existed to the end of its first answer.
    pub fn start_time(&self) -> Duration {
        self.start
    }

    /// The id of the process.
    pub fn process(&self) -> u32 {
        self.child.id()
    }

    /// Resident memory now, in bytes.
    ///
    /// # Errors
    /// When the process has ended.
    pub fn resident_bytes(&self) -> Result<u64> {
        let path = format!("/proc/{}/status", self.child.id());
        let status = fs::read_to_string(&path).map_err(Error::io(format!("read {path}")))?;
        resident_bytes(&status).ok_or_else(|| Error::Unready(format!("{path} shows no resident memory")))
    }

    fn listen_for(&mut self, announcement: Announcement, program: &str) -> Result<()> {
        match (announcement, self._output.as_mut()) {
            (Announcement::Port(port), _) => self.address.set_port(port),
            (Announcement::Line, None) => return Err(Error::Unready(format!("{program} has no standard output"))),
            (Announcement::Line, Some(output)) => {
                let mut line = String::new();
                output
                    .read_line(&mut line)
                    .map_err(Error::io(format!("read what {program} prints")))?;
                let ready: Ready = serde_json::from_str(&line).map_err(|wrong| {
                    Error::Unready(format!("{program} printed {line:?} instead of its port: {wrong}"))
                })?;
                self.address.set_port(ready.port);
                self.version = Some(ready.version);
            }
        }
        Ok(())
    }

    fn await_answer(&mut self, started: Instant, program: &str) -> Result<()> {
        loop {
            match status(self.address) {
                Ok(200) => return Ok(()),
                Ok(refusal @ 400..500) => {
                    return Err(Error::Unready(format!(
                        "{program} answers ListTables with status {refusal}"
                    )));
                }
                Ok(_) | Err(_) => {}
            }
            if let Ok(Some(status)) = self.child.try_wait() {
                return Err(Error::Unready(format!(
                    "{program} ended with {status} before it answered"
                )));
            }
            if started.elapsed() > START_MAX {
                return Err(Error::Unready(format!("{program} did not answer within {START_MAX:?}")));
            }
            thread::sleep(ATTEMPT_PAUSE);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // These fail only when the process has ended already.
        let _ = kill_process(Pid::from_child(&self.child), Signal::TERM);
        let asked = Instant::now();
        while asked.elapsed() < STOP_MAX && matches!(self.child.try_wait(), Ok(None)) {
            thread::sleep(STOP_PAUSE);
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The status of the answer to a small request.
fn status(address: SocketAddr) -> io::Result<u16> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(Duration::from_secs(5)))?;
    stream.write_all(&template::request("ListTables", "{}"))?;
    let mut line = [0; "HTTP/1.1 200".len()];
    stream.read_exact(&mut line)?;
    let digits = std::str::from_utf8(&line[9..])
        .ok()
        .and_then(|digits| digits.parse().ok());
    digits.ok_or_else(|| io::ErrorKind::InvalidData.into())
}

/// A port that nobody listened on a moment ago.
///
/// # Errors
/// When the system has none.
pub fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    Ok(listener.map_err(Error::io("find a free port"))?.port())
}

/// The CPU time of all threads of a process since its start; nothing when it has ended.
pub fn cpu_time(process: u32) -> Option<Duration> {
    cpu_ticks(&fs::read_to_string(format!("/proc/{process}/stat")).ok()?)
        .map(|ticks| Duration::from_secs(ticks) / TICKS_PER_SECOND)
}

/// User and system time of a line of `/proc/<pid>/stat`. The name of the program stands in parentheses and may hold anything.
fn cpu_ticks(stat: &str) -> Option<u64> {
    let (_, after_name) = stat.rsplit_once(')')?;
    let mut fields = after_name.split_ascii_whitespace().skip(11);
    let user: u64 = fields.next()?.parse().ok()?;
    let system: u64 = fields.next()?.parse().ok()?;
    Some(user + system)
}

fn resident_bytes(status: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(kib * 1024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_is_read_past_a_name_with_parentheses() {
        let stat =
            "42 (a b) c)) S 1 42 42 0 -1 4194304 100 0 0 0 250 50 0 0 20 0 3 0 100 1000 200 18446744073709551615";
        assert_eq!(cpu_ticks(stat), Some(300));
        assert_eq!(cpu_ticks("42 (x) S 1"), None);
        assert!(cpu_time(std::process::id()).is_some());
    }

    #[test]
    fn resident_memory_is_in_bytes() {
        assert_eq!(
            resident_bytes("Name:\tx\nVmPeak:\t  9 kB\nVmRSS:\t    2048 kB\n"),
            Some(2 * 1024 * 1024)
        );
        assert_eq!(resident_bytes("Name:\tx\n"), None);
    }

    #[test]
    fn a_program_that_ends_early_is_told_of() {
        let launch = || Launch {
            command: Command::new("false"),
            announcement: Announcement::Port(1),
            input: Vec::new(),
        };
        assert!(matches!(Server::start(launch()), Err(Error::Unready(_))));
        let silent = Launch {
            announcement: Announcement::Line,
            ..launch()
        };
        assert!(matches!(Server::start(silent), Err(Error::Unready(_))));
    }

    /// A server that announces its port in a line and answers one request with `status`.
    fn announced(status: &'static str) -> Launch {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let ready = serde_json::json!({"event": "ready", "port": port, "version": "0.1.0", "pid": 1});
        let mut command = Command::new("sh");
        command.args(["-c", "echo \"$1\"; exec sleep 60", "sh", &ready.to_string()]);
        thread::spawn(move || {
            let (mut stream, _) = listener.accept().unwrap();
            // Closing with unread bytes would reset the connection before the answer is read.
            assert!(stream.read(&mut [0; 2048]).unwrap() > 0);
            write!(stream, "HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n").unwrap();
        });
        Launch {
            command,
            announcement: Announcement::Line,
            input: Vec::new(),
        }
    }

    #[test]
    fn a_server_may_announce_its_port_in_a_line() {
        let server = Server::start(announced("200 OK")).unwrap();
        assert_ne!(server.address().port(), 0);
        assert_eq!(server.version(), Some("0.1.0"));
        assert!(server.resident_bytes().unwrap() > 0);
    }

    #[test]
    fn a_server_that_refuses_the_first_request_is_told_of() {
        let refused = Server::start(announced("400 Bad Request")).map(drop);
        assert!(matches!(refused, Err(Error::Unready(told)) if told.contains("status 400")));
    }
}
