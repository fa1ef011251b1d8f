//! `stator load`: puts fixtures, or what another tool wrote, into a running endpoint.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use stator_fixtures::Existing;

use super::{Outcome, Source, unreadable};
use crate::endpoint::Place;

/// What to load, and where.
#[derive(Args, Debug)]
pub(crate) struct Load {
    /// Fixtures; also DescribeTable JSON, CloudFormation templates, NoSQL Workbench models, CSV, and folders of S3 exports.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What becomes of a table that is there already.
    #[arg(long, default_value = "refuse", value_enum, value_name = "WHAT")]
    existing: ExistingChoice,
    #[command(flatten)]
    place: Place,
}

/// What becomes of a table that is there already.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum ExistingChoice {
    /// Nothing is loaded into it, and the command fails.
    Refuse,
    /// It stays, and the items are put into it.
    Keep,
    /// It is deleted and made anew.
    Replace,
}

impl From<ExistingChoice> for Existing {
    fn from(choice: ExistingChoice) -> Self {
        match choice {
            ExistingChoice::Refuse => Self::Refuse,
            ExistingChoice::Keep => Self::Keep,
            ExistingChoice::Replace => Self::Replace,
        }
    }
}

/// Reads all files, and then loads them in their order.
pub(crate) fn load(arguments: &Load) -> Outcome {
    let mut sources = Vec::new();
    let mut faults = Vec::new();
    for file in &arguments.files {
        match Source::read(file) {
            Ok(source) => sources.push((file, source)),
            Err(says) => faults.push(says),
        }
    }
    if !faults.is_empty() {
        return Ok(unreadable(&faults.join("\n")));
    }
    let Place { endpoint, owner } = &arguments.place;
    let remote = owner.at_emulator(endpoint)?;
    let target = owner.target(&remote);
    for (file, source) in sources {
        let loaded = match source {
            Source::Fixtures(fixtures) => fixtures.load_into(&target, arguments.existing.into()),
            Source::Imported(state) => state.load_into(&target, arguments.existing.into()),
        };
        let loaded = loaded.map_err(|error| format!("{}: {error}{}", file.display(), advice(arguments.existing)))?;
        println!("{}: {loaded}", file.display());
    }
    Ok(ExitCode::SUCCESS)
}

fn advice(existing: ExistingChoice) -> &'static str {
    match existing {
        ExistingChoice::Refuse => {
            "\n(tables that are there already: --existing keep puts items into them, --existing replace makes them anew)"
        }
        ExistingChoice::Keep | ExistingChoice::Replace => "",
    }
}
