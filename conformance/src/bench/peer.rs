//! Who is measured, and how each is started.

use std::{
    fmt,
    path::{Path, PathBuf},
    process::Command,
};

use serde::Serialize;

use super::{
    bare::Answers,
    error::{Error, Result},
    install,
    server::{Announcement, Launch, free_port},
};

/// A server under measurement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, clap::ValueEnum)]
#[serde(rename_all = "kebab-case")]
pub enum Peer {
    /// This project's server.
    Stator,
    /// A server in Rust over SQLite.
    Dynoxide,
    /// Amazon's own emulator, in Java over SQLite.
    DynamodbLocal,
    /// A handler that answers constants of the same bytes.
    Bare,
}

impl Peer {
    /// The name on the command line and in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Stator => "stator",
            Self::Dynoxide => "dynoxide",
            Self::DynamodbLocal => "dynamodb-local",
            Self::Bare => "bare",
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Where the programs are.
#[derive(Clone, Debug)]
pub struct Places {
    /// The program of Stator.
    pub stator: PathBuf,
    /// The folder that `peers install` fills.
    pub peers: PathBuf,
    /// This program, which is the bare handler too.
    pub bench: PathBuf,
}

impl Places {
    /// Fails for a peer whose program is not there.
    ///
    /// # Errors
    /// [`Error::Missing`], which names the command that makes it.
    pub fn check(&self, peer: Peer) -> Result<()> {
        let (path, remedy) = match peer {
            Peer::Bare => return Ok(()),
            Peer::Stator => (self.stator.clone(), "cargo build --release -p stator"),
            Peer::Dynoxide => (install::dynoxide(&self.peers), install::DYNOXIDE_REMEDY),
            Peer::DynamodbLocal => (install::dynamodb_local(&self.peers), install::DYNAMODB_LOCAL_REMEDY),
        };
        if path.exists() {
            Ok(())
        } else {
            Err(Error::Missing {
                path,
                remedy: remedy.to_owned(),
            })
        }
    }

    /// How to start a peer with an empty database, all in memory. `answers` are for the bare handler alone.
    ///
    /// # Errors
    /// When the system has no free port.
    pub fn launch(&self, peer: Peer, answers: &Answers) -> Result<Launch> {
        let port = free_port()?;
        let announcement = Announcement::Port(port);
        Ok(match peer {
            Peer::Stator => Launch {
                announcement: Announcement::Line,
                ..launch(&self.stator, announcement, &["--port", "0"])
            },
            Peer::Dynoxide => {
                let arguments = ["--log", "quiet", "--port", &port.to_string()];
                launch(&install::dynoxide(&self.peers), announcement, &arguments)
            }
            Peer::DynamodbLocal => {
                let mut launch = launch(Path::new("java"), announcement, &[]);
                install::dynamodb_local_arguments(&self.peers, port, &mut launch.command);
                launch
            }
            Peer::Bare => {
                let arguments = ["bare", "--port", &port.to_string()];
                Launch {
                    input: answers.to_json()?,
                    ..launch(&self.bench, announcement, &arguments)
                }
            }
        })
    }
}

fn launch(program: &Path, announcement: Announcement, arguments: &[&str]) -> Launch {
    let mut command = Command::new(program);
    command.args(arguments);
    Launch {
        command,
        announcement,
        input: Vec::new(),
    }
}
