//! `stator dump`: writes the tables of an endpoint as fixtures.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use stator_fixtures::State;

use super::Outcome;
use crate::endpoint::Place;

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
    let state = read(&arguments.place, &arguments.tables)?;
    write(&state.to_yaml(), arguments.output.as_ref())
}

/// The tables of an endpoint with these names, or all of them if none is named.
pub(crate) fn read(place: &Place, tables: &[String]) -> Result<State, String> {
    let remote = place.owner.at(&place.endpoint)?;
    let target = place.owner.target(&remote);
    let state = match tables.is_empty() {
        true => State::read(&target),
        false => State::read_tables(&target, tables),
    };
    let state = state.map_err(|error| error.to_string())?;
    let is_missing = |name: &&String| !state.tables().any(|table| table == *name);
    match tables.iter().find(is_missing) {
        Some(missing) => Err(format!("there is no table {missing}")),
        None => Ok(state),
    }
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
