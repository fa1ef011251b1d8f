//! `stator replay`: a server that answers from a recording.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use smol_str::SmolStr;
use stator_core::engine::{Caller, Engine, EngineSettings, Namespace, Namespaces, World};
use stator_fixtures::Recording;
use stator_service::http::{Gateway, GatewaySettings, ServerSettings};
use stator_service::layers::rules::{Origin, Replay as Replayed};
use stator_service::stack;
use stator_service::terminals::EngineTerminal;
use tokio::runtime::Builder;

use super::{Outcome, unreadable};
use crate::arguments::Listening;
use crate::listener::Listener;
use crate::logging;

/// What to answer from.
#[derive(Args, Debug)]
pub(crate) struct Replay {
    /// A recording: a file with `steps:` that say what is answered.
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    listening: Listening,
}

/// Serves until a signal says to stop; exits with 0 if every request was answered, with 1 if one was not recorded, with 2 if the file has faults.
pub(crate) fn replay(arguments: &Replay) -> Outcome {
    let recording = match Recording::load(&arguments.file) {
        Ok(recording) => recording,
        Err(error) => return Ok(unreadable(&error.to_string())),
    };
    logging::start(&arguments.listening)?;
    let runtime = Builder::new_multi_thread().thread_name("stator").enable_all().build();
    let runtime = runtime.map_err(|error| format!("cannot start threads: {error}"))?;
    runtime.block_on(run(arguments, &recording))
}

async fn run(arguments: &Replay, recording: &Recording) -> Outcome {
    let listener = Listener::bind(&arguments.listening, ServerSettings::default())?;
    // Whoever calls is answered as the one who was recorded.
    let settings = EngineSettings {
        namespaces: Namespaces::Shared,
        ..EngineSettings::default()
    };
    let engine = Arc::new(Engine::with_settings(World::real(), settings));
    let caller = Caller {
        access_key: SmolStr::new_static("replay"),
        region: SmolStr::new_static("us-east-1"),
        account: GatewaySettings::default().account,
    };
    let replayed = Arc::new(Replayed::new(recording, &engine, &caller));
    let state = stack::State::new(Arc::clone(&engine));
    let rule = replayed.rule(Origin::named(arguments.file.display().to_string()));
    let added = state.rules.add(&engine, &Namespace::SHARED, rule);
    added.map_err(|error| error.to_string())?;
    let rules = state.rules.of(&Namespace::SHARED);
    let stack = stack::over(EngineTerminal::new(engine), &state);
    let gateway = Gateway::new(stack, state, GatewaySettings::default());
    tracing::info!(file = recording.name(), calls = replayed.count(), "replaying");
    listener.serve(gateway).await?;
    let left = replayed.left().len();
    tracing::info!(asked = replayed.count() - left, left, "replayed");
    match rules.verify() {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(report) => {
            eprintln!("{report}");
            Ok(ExitCode::FAILURE)
        }
    }
}
