//! `stator diff`: what two states have that the other has not, field by field.

use std::path::Path;
use std::process::ExitCode;

use clap::Args;
use stator_fixtures::{Difference, State};

use super::{Outcome, Source, unreadable};
use crate::endpoint::Owner;

/// Which states.
#[derive(Args, Debug)]
pub(crate) struct Diff {
    /// A file, or the URL of an endpoint.
    old: String,
    /// A file, or the URL of an endpoint.
    new: String,
    #[command(flatten)]
    owner: Owner,
}

/// Compares; exits with 0 if nothing differs, with 1 if something does, and with 2 if a side cannot be read.
pub(crate) fn diff(arguments: &Diff) -> Outcome {
    let sides =
        read(&arguments.old, &arguments.owner).and_then(|old| Ok((old, read(&arguments.new, &arguments.owner)?)));
    let (old, new) = match sides {
        Ok(sides) => sides,
        Err(says) => return Ok(unreadable(&says)),
    };
    let difference = Difference::between(&old, &new);
    print!("{difference}");
    Ok(if difference.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn read(side: &str, owner: &Owner) -> Result<State, String> {
    if side.starts_with("http://") || side.starts_with("https://") {
        let remote = owner.at(side)?;
        return State::read(&owner.target(&remote)).map_err(|error| format!("{side}: {error}"));
    }
    Source::read(Path::new(side))?.into_state()
}
