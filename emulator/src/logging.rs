//! Logs: to standard error, for people or for programs.

use std::io::IsTerminal;

use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::util::SubscriberInitExt as _;
use tracing_subscriber::{Layer as _, fmt, registry};

use crate::arguments::{Listening, LogFormat};

/// Starts to log, and makes panics a part of the log.
pub(crate) fn start(listening: &Listening) -> Result<(), String> {
    let level = &listening.log_level;
    let filter: Targets = level.parse().map_err(|error| {
        format!("{level} is no log level ({error}); give error, warn, info, debug, trace, or a filter such as info,stator_service=debug")
    })?;
    let lines = fmt::layer()
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    let lines = match listening.log_format {
        LogFormat::Human => lines.boxed(),
        LogFormat::Json => lines.json().flatten_event(true).boxed(),
    };
    registry().with(lines.with_filter(filter)).init();
    std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    Ok(())
}
