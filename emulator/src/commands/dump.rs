//! `stator dump`: writes the tables of an endpoint as fixtures.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use stator_fixtures::State;

use super::Outcome;
use crate::endpoint::{Place, Remote};

/// What to write, and where to.
#[derive(Args, Debug)]
pub(crate) struct Dump {
    /// Tables; all of them if none is named.
    #[arg(value_name = "TABLE")]
    tables: Vec<String>,
    /// The file to write; standard output unless said.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    #[command(flatten)]
    place: Place,
}

/// Reads tables, and writes them in the order of names and keys.
pub(crate) fn dump(arguments: &Dump) -> Outcome {
    let remote = Remote::at(&arguments.place.endpoint)?;
    let target = remote.target(&arguments.place.owner);
    let state = if arguments.tables.is_empty() {
        State::read(&target)
    } else {
        State::read_tables(&target, &arguments.tables)
    };
    let state = state.map_err(|error| error.to_string())?;
    if let Some(missing) = arguments
        .tables
        .iter()
        .find(|name| !state.tables().any(|table| table == *name))
    {
        return Err(format!("there is no table {missing}"));
    }
    write(&state.to_yaml(), arguments.output.as_ref())
}

/// Writes a text to a file, or else to standard output.
pub(crate) fn write(text: &str, output: Option<&PathBuf>) -> Outcome {
    match output {
        Some(file) => std::fs::write(file, text).map_err(|error| format!("{}: {error}", file.display()))?,
        None => {
            use std::io::Write as _;
            let written = std::io::stdout().lock().write_all(text.as_bytes());
            // Whoever closes the pipe has read enough.
            let _ = written;
        }
    }
    Ok(ExitCode::SUCCESS)
}
