//! The program as scripts and containers use it: its command line, its ready line, its signals.

#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// The program, deaf to the variables of whoever runs the tests.
fn stator(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stator"));
    let ours = std::env::vars_os().map(|(name, _)| name);
    for name in ours.filter(|name| name.to_string_lossy().starts_with("STATOR_")) {
        command.env_remove(name);
    }
    command.args(arguments);
    command
}

fn run(arguments: &[&str]) -> Output {
    stator(arguments).stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// A server that is ready.
struct Server {
    process: Child,
    stdout: BufReader<ChildStdout>,
    ready: Value,
    line: String,
}

impl Server {
    fn start(arguments: &[&str]) -> Self {
        Self::spawn(stator(arguments))
    }

    fn spawn(mut command: Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let mut stdout = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap();
        Self {
            process,
            stdout,
            ready,
            line,
        }
    }

    fn address(&self) -> &str {
        self.ready["address"].as_str().unwrap()
    }

    fn url(&self) -> &str {
        self.ready["url"].as_str().unwrap()
    }

    /// Sends bytes on a connection of its own.
    fn send(&self, bytes: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.address()).unwrap();
        stream.write_all(bytes.as_bytes()).unwrap();
        stream
    }

    fn ask(&self, method: &str, headers: &str, body: &str) -> String {
        let length = body.len();
        let request = format!(
            "{method} / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: {length}\r\n{headers}\r\n{body}"
        );
        let mut answer = String::new();
        self.send(&request).read_to_string(&mut answer).unwrap();
        answer
    }

    fn signal(&self, signal: Signal) {
        let pid = Pid::from_raw(i32::try_from(self.process.id()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
    }

    /// Waits for the end; gives what else was printed and logged.
    fn end(mut self) -> (i32, String, String) {
        let (mut printed, mut logged) = (String::new(), String::new());
        self.stdout.read_to_string(&mut printed).unwrap();
        self.process.stderr.take().unwrap().read_to_string(&mut logged).unwrap();
        let status = self.process.wait().unwrap();
        (status.code().unwrap_or(-1), printed, logged)
    }

    fn stop(self) -> (i32, String, String) {
        self.signal(Signal::TERM);
        self.end()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A test that failed leaves its server running; one that did not has ended it already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

const SIGNED: &str = "Content-Type: application/x-amz-json-1.0\r\nX-Amz-Target: DynamoDB_20120810.GetItem\r\n\
    X-Amz-Date: 20260131T120000Z\r\nAuthorization: AWS4-HMAC-SHA256 \
    Credential=key/20260131/eu-west-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0f\r\n";

#[test]
fn one_line_tells_where_the_server_is() {
    let server = Server::start(&["--port", "0"]);
    let port = server.ready["port"].as_u64().unwrap();
    assert_ne!(port, 0);
    let wanted = serde_json::json!({
        "event": "ready",
        "address": format!("127.0.0.1:{port}"),
        "port": port,
        "url": format!("http://127.0.0.1:{port}"),
        "pid": server.process.id(),
        "version": env!("CARGO_PKG_VERSION"),
    });
    assert_eq!(server.ready, wanted);
    assert!(server.ask("GET", "", "").contains("healthy: dynamodb."));
    let (code, printed, logged) = server.stop();
    assert_eq!((code, printed.as_str()), (0, ""), "nothing else is printed");
    assert!(logged.contains("stopped"), "{logged}");
}

#[test]
fn a_file_tells_the_same_as_long_as_the_server_is_there() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("ready.json");
    std::fs::write(&path, "of an earlier server").unwrap();
    let server = Server::start(&["--port", "0", "--ready-file", path.to_str().unwrap()]);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), server.line);
    server.stop();
    let left: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn a_server_for_all_networks_tells_how_to_reach_it_from_here() {
    let server = Server::start(&["--host", "0.0.0.0", "--port", "0"]);
    assert!(server.address().starts_with("0.0.0.0:"));
    assert!(server.url().starts_with("http://127.0.0.1:"), "{}", server.url());
}

#[test]
fn interrupt_and_terminate_stop_it_once_what_was_begun_is_answered() {
    for signal in [Signal::INT, Signal::TERM] {
        let server = Server::start(&["--port", "0"]);
        let head =
            format!("POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n{SIGNED}\r\n");
        let mut begun = server.send(&head);
        let mut interim = [0; 25];
        begun.read_exact(&mut interim).unwrap();
        assert!(
            interim.starts_with(b"HTTP/1.1 100 "),
            "the server has begun with the request"
        );
        server.signal(signal);
        begun.write_all(b"{}").unwrap();
        let mut answer = String::new();
        begun.read_to_string(&mut answer).unwrap();
        assert!(answer.contains("x-amzn-requestid"), "{answer}");
        assert_eq!(server.end().0, 0);
    }
}

#[test]
fn a_second_signal_stops_it_at_once() {
    let mut server = Server::start(&["--port", "0"]);
    let head =
        format!("POST / HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: 2\r\n{SIGNED}\r\n");
    let mut unfinished = server.send(&head);
    unfinished.read_exact(&mut [0; 25]).unwrap();
    server.signal(Signal::TERM);
    let mut log = BufReader::new(server.process.stderr.take().unwrap()).lines();
    log.find(|line| line.as_ref().unwrap().contains("stopping"))
        .unwrap()
        .unwrap();
    server.signal(Signal::TERM);
    let rest: Vec<String> = log.map(Result::unwrap).collect();
    assert!(rest.iter().any(|line| line.contains("stopped at once")), "{rest:?}");
    assert!(server.process.wait().unwrap().success());
}

#[test]
fn healthcheck_tells_with_its_exit_code() {
    let server = Server::start(&["--port", "0"]);
    let well = run(&["healthcheck", "--url", server.url()]);
    assert!(well.status.success(), "{}", text(&well.stderr));
    let url = server.url().to_owned();
    let by_variables = stator(&["healthcheck"])
        .env("STATOR_HOST", "0.0.0.0")
        .env("STATOR_PORT", server.ready["port"].to_string())
        .env("STATOR_SHARED_DB", "1")
        .status()
        .unwrap();
    assert!(by_variables.success(), "as in a container");
    server.stop();
    let gone = run(&["healthcheck", "--url", &url]);
    assert_eq!(gone.status.code(), Some(1));
    assert!(text(&gone.stderr).contains("Is it running?"), "{}", text(&gone.stderr));
    let wrong = run(&["healthcheck", "--url", "example.org"]);
    assert_eq!(wrong.status.code(), Some(1));
    assert!(
        text(&wrong.stderr).contains("such as http://127.0.0.1:8000"),
        "{}",
        text(&wrong.stderr)
    );
}

#[test]
fn a_port_that_is_taken_is_explained() {
    let server = Server::start(&["--port", "0"]);
    let port = server.ready["port"].to_string();
    let second = run(&["--port", &port]);
    assert_eq!(second.status.code(), Some(1));
    let reason = text(&second.stderr);
    assert!(
        reason.contains(&format!("port {port} is in use")) && reason.contains("--port 0"),
        "{reason}"
    );
    assert_eq!(text(&second.stdout), "", "there is no ready line");
}

#[test]
fn variables_do_what_flags_do_and_flags_win() {
    let mut command = stator(&["--port", "0"]);
    command
        .env("STATOR_PORT", "1")
        .env("STATOR_LOG_FORMAT", "json")
        .env("STATOR_CORS", "http://page.example");
    let server = Server::spawn(command);
    let listed = server.ask("GET", "Origin: http://page.example\r\n", "");
    assert!(
        listed.contains("access-control-allow-origin: http://page.example"),
        "{listed}"
    );
    let other = server.ask("GET", "Origin: http://other.example\r\n", "");
    assert!(!other.contains("access-control-allow-origin"), "{other}");
    let (_, _, logged) = server.stop();
    for line in logged.lines() {
        let entry: Value = serde_json::from_str(line).unwrap();
        assert!(entry["level"].is_string() && entry["message"].is_string(), "{line}");
    }
}

#[test]
fn a_frozen_clock_and_a_seed_make_every_run_alike() {
    let ids = || {
        let server = Server::start(&["--port", "0", "--seed", "7", "--clock", "2026-01-31T12:00:00Z"]);
        let answer = server.ask("POST", SIGNED, "{");
        let id = answer
            .lines()
            .find(|line| line.starts_with("x-amzn-requestid"))
            .unwrap()
            .to_owned();
        server.stop();
        id
    };
    assert_eq!(ids(), ids());
}

#[test]
fn configured_credentials_are_the_only_ones() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("credentials");
    std::fs::write(&path, "# callers\n\nalice=wonder=land\n").unwrap();
    for arguments in [
        ["--credentials", "alice=wonder=land"],
        ["--credentials-file", path.to_str().unwrap()],
    ] {
        let server = Server::start(&[&["--port", "0", "--clock", "2026-01-31T12:00:00Z"], &arguments[..]].concat());
        let unknown = server.ask("POST", SIGNED, "{}");
        assert!(unknown.contains("#UnrecognizedClientException"), "{unknown}");
        let known = server.ask("POST", &SIGNED.replace("key/", "alice/"), "{}");
        assert!(known.contains("#InvalidSignatureException"), "{known}");
        assert!(!known.contains("wonder=land"), "the secret is kept");
    }
    std::fs::write(&path, "alice\n").unwrap();
    let refused = run(&["--port", "0", "--credentials-file", path.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused.stderr).contains("line 1"), "{}", text(&refused.stderr));
}

#[test]
fn the_command_line_of_dynamodb_local_starts_it_as_well() {
    let line = "-Djava.library.path=./DynamoDBLocal_lib -jar DynamoDBLocal.jar -inMemory -sharedDb -port 0 \
        -dbPath /home/data -cors http://page.example -delayTransientStatuses -disableTelemetry -optimizeDbBeforeStartup";
    let server = Server::start(&line.split_whitespace().collect::<Vec<_>>());
    let listed = server.ask("GET", "Origin: http://page.example\r\n", "");
    assert!(
        listed.contains("access-control-allow-origin: http://page.example"),
        "{listed}"
    );
    let (code, _, logged) = server.stop();
    assert_eq!(code, 0);
    assert!(
        logged.contains("WARN") && logged.contains("-dbPath is ignored"),
        "{logged}"
    );
    assert!(logged.contains("there is no telemetry"), "{logged}");
    let wrong = run(&["-jar", "DynamoDBLocal.jar", "-shareDb"]);
    assert_eq!(wrong.status.code(), Some(2));
    assert!(text(&wrong.stderr).contains("stator --help"), "{}", text(&wrong.stderr));
}

#[test]
fn help_teaches_and_wrong_arguments_are_explained() {
    for arguments in [["--help"], ["-help"]] {
        let help = run(&arguments);
        assert!(help.status.success());
        let help = text(&help.stdout);
        for word in ["Examples:", "STATOR_PORT", "healthcheck", "-sharedDb", "--endpoint-url"] {
            assert!(help.contains(word), "{word}");
        }
    }
    for arguments in [["--version"], ["-version"]] {
        assert_eq!(
            text(&run(&arguments).stdout),
            format!("stator {}\n", env!("CARGO_PKG_VERSION"))
        );
    }
    for (arguments, hint) in [
        (["--host", "example.org"], "localhost"),
        (["--account-id", "12"], "12 digits"),
        (["--clock", "noon"], "2026-01-31T12:00:00Z"),
        (["--credentials", "alice"], "key=secret"),
        (["--max-connections", "0"], "1.."),
        (["--worker-threads", "0"], "1..=1024"),
    ] {
        let refused = run(&arguments);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?}");
        assert!(text(&refused.stderr).contains(hint), "{}", text(&refused.stderr));
    }
    let level = run(&["--port", "0", "--log-level", "a=b=c"]);
    assert_eq!(level.status.code(), Some(1));
    assert!(
        text(&level.stderr).contains("is no log level"),
        "{}",
        text(&level.stderr)
    );
}
