//! What can stop a measurement, worded for the person at the terminal.

use std::{fmt, io, path::PathBuf};

/// The result of a step of the bench.
pub type Result<T> = std::result::Result<T, Error>;

/// Why a step of the bench yields no figure.
#[derive(Debug)]
pub enum Error {
    /// The operating system refused something.
    Io {
        /// What was being done, as in "connect to 127.0.0.1:8000".
        doing: String,
        /// What the system said.
        source: io::Error,
    },
    /// The bytes of an answer are not HTTP/1.1 as this client knows it.
    Malformed(&'static str),
    /// An answer with another status than 200.
    Refused {
        /// The status of the answer.
        status: u16,
        /// The body of the answer.
        body: String,
    },
    /// An answer with status 200 that says something else than it must.
    Unexpected(String),
    /// A program that is to be measured is not there.
    Missing {
        /// Where it was sought.
        path: PathBuf,
        /// The command that makes it.
        remedy: String,
    },
    /// A process ended or stayed silent when it was to answer.
    Unready(String),
}

impl Error {
    /// Gives an [`io::Error`] the words for what was being done.
    pub fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        |source| Self::Io {
            doing: doing.into(),
            source,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io { doing, source } => write!(f, "could not {doing}: {source}"),
            Self::Malformed(what) => write!(f, "the answer is not HTTP that this client knows: {what}"),
            Self::Refused { status, body } => write!(f, "refused with status {status}: {body}"),
            Self::Unexpected(what) => write!(f, "unexpected answer: {what}"),
            Self::Missing { path, remedy } => write!(f, "{} does not exist; run `{remedy}`", path.display()),
            Self::Unready(what) => f.write_str(what),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Io { source, .. } => Some(source),
            _ => None,
        }
    }
}
