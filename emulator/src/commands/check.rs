//! `stator check`: finds every fault of fixtures without loading them anywhere.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::Args;
use stator_fixtures::{Fixtures, Loaded};

use super::{Outcome, UNREADABLE};

/// Which files.
#[derive(Args, Debug)]
pub(crate) struct Check {
    /// Files of fixtures.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
}

/// Checks every file, and goes on after one that has faults.
pub(crate) fn check(arguments: &Check) -> Outcome {
    let mut code = ExitCode::SUCCESS;
    for file in &arguments.files {
        match Fixtures::from_path(file) {
            Ok(fixtures) => {
                let tables: Vec<_> = fixtures.tables().collect();
                let would_load = Loaded {
                    tables: tables.len(),
                    items: tables.iter().map(|table| fixtures.items(table).count()).sum(),
                };
                println!("{}: no faults in {would_load}", file.display());
            }
            Err(error) => {
                eprintln!("{error}");
                code = ExitCode::from(UNREADABLE);
            }
        }
    }
    Ok(code)
}
