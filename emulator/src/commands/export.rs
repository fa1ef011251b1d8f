//! `stator export`: writes the tables of an endpoint as exports to S3.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use stator_core::engine::World;

use super::Outcome;
use super::dump::read;
use crate::endpoint::Place;

/// Where to write, and what.
#[derive(Args, Debug)]
pub(crate) struct Export {
    /// The folder to write to, as if it were a bucket.
    #[arg(value_name = "FOLDER")]
    folder: PathBuf,
    /// Tables; all of them if none is named.
    #[arg(value_name = "TABLE")]
    tables: Vec<String>,
    #[command(flatten)]
    place: Place,
}

/// Reads tables, and writes them in DynamoDB JSON with their manifests.
pub(crate) fn export(arguments: &Export) -> Outcome {
    let state = read(&arguments.place, &arguments.tables)?;
    let written = state.export(&arguments.folder, World::real().now());
    written.map_err(|error| format!("{}: {error}", arguments.folder.display()))?;
    Ok(ExitCode::SUCCESS)
}
