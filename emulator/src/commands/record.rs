//! `stator record`: a server that answers what another endpoint answers, and writes the session down.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use stator_core::engine::{Engine, EngineSettings, Namespace, Namespaces, World};
use stator_fixtures::Redaction;
use stator_fixtures::recording::write_whole;
use stator_service::http::{Administration, Gateway, GatewaySettings, Remote, ServerSettings};
use stator_service::layers::record::Recorder;
use stator_service::stack;
use stator_service::terminals::UpstreamTerminal;
use tokio::runtime::Builder;
use tokio::time::{Instant, sleep};

use super::Outcome;
use crate::arguments::Listening;
use crate::endpoint::Identity;
use crate::listener::Listener;
use crate::logging;

/// How long a call may be in memory alone.
const WRITE_PERIOD: Duration = Duration::from_millis(500);
/// Of the time at most one part in so many goes into writing; a long session takes longer to write.
const WRITE_SHARE: u32 = 10;

/// What to record, and where.
#[derive(Args, Debug)]
pub(crate) struct Record {
    /// The endpoint that answers: that of the service in a Region, behind https, or an emulator.
    #[arg(long, value_name = "URL")]
    upstream: String,
    /// The file to write: it is complete all along, and as of the last call when the server stops.
    #[arg(long, short, value_name = "FILE")]
    out: PathBuf,
    /// Mask the values of an attribute: email in all tables, users.email in one. May be given several times.
    #[arg(long = "redact", value_name = "NAME", value_delimiter = ',')]
    redact: Vec<String>,
    /// Sign nothing, whatever credentials there are: the upstream is told the access key of whoever calls.
    #[arg(long)]
    unsigned: bool,
    /// Answer nothing under /_stator/ but health and metrics: no rules, holds and usage over the upstream.
    #[arg(long, env = "STATOR_NO_ADMIN")]
    no_admin: bool,
    #[command(flatten)]
    identity: Identity,
    #[command(flatten)]
    listening: Listening,
}

impl Record {
    fn administration(&self) -> Administration {
        match self.no_admin {
            true => Administration::Off,
            false => Administration::On,
        }
    }
}

/// Serves until a signal says to stop.
pub(crate) fn record(arguments: &Record) -> Outcome {
    logging::start(&arguments.listening)?;
    let runtime = Builder::new_multi_thread().thread_name("stator").enable_all().build();
    let runtime = runtime.map_err(|error| format!("cannot start threads: {error}"))?;
    runtime.block_on(run(arguments))
}

async fn run(arguments: &Record) -> Outcome {
    let listener = Listener::bind(&arguments.listening, ServerSettings::default())?;
    let mut access = arguments.identity.access();
    access.signer = access.signer.filter(|_| !arguments.unsigned);
    let mut redaction = Redaction::none();
    if let Some(signer) = &access.signer {
        let words = [
            Some(&signer.access_key),
            Some(&signer.secret),
            signer.session_token.as_ref(),
        ];
        redaction = words
            .into_iter()
            .flatten()
            .fold(redaction, |redaction, word| redaction.word(word));
    }
    let redaction = arguments
        .redact
        .iter()
        .fold(redaction, |redaction, name| redaction.attribute(name));
    let remote = Remote::new(&arguments.upstream, access).map_err(|error| error.to_string())?;
    // All clients talk to one upstream, so that there is one session.
    let settings = EngineSettings {
        namespaces: Namespaces::Shared,
        ..EngineSettings::default()
    };
    let engine = Arc::new(Engine::with_settings(World::real(), settings));
    let terminal = UpstreamTerminal::new(remote, Arc::clone(&engine));
    let state = stack::State::new(Arc::clone(&engine)).over(&terminal);
    let recorder = Arc::new(Recorder::new(engine.world().now(), redaction));
    let started = state.recordings.start(&Namespace::SHARED, Arc::clone(&recorder));
    started.map_err(|error| error.to_string())?;
    write(&recorder, &arguments.out)?;
    let stack = stack::over(terminal, &state);
    let gateway_settings = GatewaySettings {
        administration: arguments.administration(),
        ..GatewaySettings::default()
    };
    let gateway = Gateway::new(stack, state, gateway_settings);
    tracing::info!(upstream = arguments.upstream, out = %arguments.out.display(), "recording");
    let writing = tokio::spawn(keep_writing(Arc::clone(&recorder), arguments.out.clone()));
    let served = listener.serve(gateway).await;
    writing.abort();
    served?;
    write(&recorder, &arguments.out)?;
    tracing::info!(calls = recorder.count(), out = %arguments.out.display(), "recorded");
    Ok(ExitCode::SUCCESS)
}

/// Writes the file whenever there is anything new, for ever.
async fn keep_writing(recorder: Arc<Recorder>, out: PathBuf) {
    let mut written = 0;
    let mut pause = WRITE_PERIOD;
    loop {
        sleep(pause).await;
        let version = recorder.version();
        if version == written {
            continue;
        }
        let began = Instant::now();
        let (recorder, out) = (Arc::clone(&recorder), out.clone());
        let done = tokio::task::spawn_blocking(move || write(&recorder, &out)).await;
        match done {
            Ok(Ok(())) => written = version,
            Ok(Err(error)) => tracing::warn!("the recording is not written: {error}"),
            Err(panic) => tracing::error!(%panic, "the recording is not written; please report it"),
        }
        pause = WRITE_PERIOD.max(began.elapsed() * WRITE_SHARE);
    }
}

fn write(recorder: &Recorder, out: &Path) -> Result<(), String> {
    write_whole(out, &recorder.to_yaml()).map_err(|error| format!("cannot write {}: {error}", out.display()))
}
