//! Logs: to standard error, for people or for programs.

use std::io::IsTerminal;

use tracing_subscriber::EnvFilter;

use crate::arguments::{Listening, LogFormat};

/// Starts to log, and makes panics a part of the log.
pub(crate) fn start(listening: &Listening) -> Result<(), String> {
    let level = &listening.log_level;
    let filter = EnvFilter::try_new(level).map_err(|error| {
        format!("{level} is no log level ({error}); give error, warn, info, debug, trace, or a filter such as info,stator_service=debug")
    })?;
    let subscriber = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match listening.log_format {
        LogFormat::Human => subscriber.init(),
        LogFormat::Json => subscriber.json().flatten_event(true).init(),
    }
    std::panic::set_hook(Box::new(|panic| tracing::error!("{panic}")));
    Ok(())
}
