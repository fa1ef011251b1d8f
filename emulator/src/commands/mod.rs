//! The commands around fixtures, one file each: what they take, what they do, and how they end.

pub(crate) mod check;
pub(crate) mod diff;
pub(crate) mod dump;
pub(crate) mod export;
pub(crate) mod import;
pub(crate) mod load;
pub(crate) mod record;
pub(crate) mod replay;
pub(crate) mod schema;
pub(crate) mod test;

use std::path::Path;
use std::process::ExitCode;

use stator_fixtures::{Fixtures, State, import as imports};

/// How a command ended, if it could be carried out.
pub(crate) type Outcome = Result<ExitCode, String>;

/// The exit code for files that cannot be read or have faults.
pub(crate) const UNREADABLE: u8 = 2;

/// Tables and items of a file: of fixtures, or of another tool's.
pub(crate) enum Source {
    /// Fixtures.
    Fixtures(Box<Fixtures>),
    /// What another tool wrote.
    Imported(State),
}

impl Source {
    /// Reads a file or, for exports, a folder.
    pub(crate) fn read(path: &Path) -> Result<Self, String> {
        if imports::is_foreign(path) {
            return imports::read(path)
                .map(Self::Imported)
                .map_err(|error| error.to_string());
        }
        let fixtures = Fixtures::from_path(path).map_err(|error| error.to_string())?;
        Ok(Self::Fixtures(Box::new(fixtures)))
    }

    /// The state that the file makes of an empty database.
    pub(crate) fn into_state(self) -> Result<State, String> {
        match self {
            Self::Fixtures(fixtures) => State::of_fixtures(&fixtures).map_err(|error| error.to_string()),
            Self::Imported(state) => Ok(state),
        }
    }
}

/// Says what is wrong with a file, and ends with the exit code for it.
pub(crate) fn unreadable(says: &str) -> ExitCode {
    eprintln!("{says}");
    ExitCode::from(UNREADABLE)
}
