//! `stator import`: makes fixtures of what another tool wrote.

use std::path::PathBuf;

use clap::Args;
use stator_fixtures::import as imports;

use super::dump::write;
use super::{Outcome, unreadable};

/// What to read, and where to write.
#[derive(Args, Debug)]
pub(crate) struct Import {
    /// DescribeTable JSON, a CloudFormation template, a NoSQL Workbench model, CSV, or the folder of an S3 export.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The file to write; standard output unless said.
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
}

/// Reads all files as one state, and writes it.
pub(crate) fn import(arguments: &Import) -> Outcome {
    match imports::read_all(&arguments.files) {
        Ok(state) => write(&state.to_yaml(), arguments.output.as_ref()),
        Err(error) => Ok(unreadable(&error.to_string())),
    }
}
