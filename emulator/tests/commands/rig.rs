//! The program: commands that end, and servers.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

/// Fixtures, and a suite that loads them.
pub(crate) const SHOP: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/examples/shop.yml");
pub(crate) const SUITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/examples/checkout.yml");

/// The program, deaf to the variables of whoever runs the tests.
pub(crate) fn stator(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_stator"));
    let ours = std::env::vars_os().map(|(name, _)| name);
    let is_read = |name: &str| name.starts_with("STATOR_") || name.starts_with("AWS_") || name.starts_with("SSL_");
    for name in ours.filter(|name| is_read(&name.to_string_lossy())) {
        command.env_remove(name);
    }
    command.args(arguments).stdin(Stdio::null());
    command
}

/// Runs to this exit code, and gives what was printed on both outputs.
pub(crate) fn ends(arguments: &[&str], code: i32) -> String {
    shown(arguments, &stator(arguments).output().unwrap(), code)
}

fn shown(arguments: &[&str], output: &Output, code: i32) -> String {
    let text = format!(
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
    text
}

/// A server that is ready, until this is dropped.
pub(crate) struct Server {
    process: Child,
    pub(crate) url: String,
}

impl Server {
    pub(crate) fn start(arguments: &[&str]) -> Self {
        Self::start_with(&[], arguments, &[])
    }

    /// A command that serves, with variables.
    pub(crate) fn start_with(command: &[&str], arguments: &[&str], variables: &[(&str, &str)]) -> Self {
        let quiet = ["--port", "0", "--log-level", "error"];
        let mut command = stator(&[command, &quiet, arguments].concat());
        command.envs(variables.iter().copied());
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap())
            .read_line(&mut line)
            .unwrap();
        let ready: Value = serde_json::from_str(&line).unwrap_or_else(|error| panic!("{arguments:?}: {error}"));
        Self {
            process,
            url: ready["url"].as_str().unwrap().to_owned(),
        }
    }

    /// Ends it by a signal; the exit code, if it had time for one.
    pub(crate) fn end(mut self, signal: Signal) -> Option<i32> {
        let pid = Pid::from_raw(i32::try_from(self.process.id()).unwrap()).unwrap();
        kill_process(pid, signal).unwrap();
        self.process.wait().unwrap().code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // One that was ended is gone already.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
