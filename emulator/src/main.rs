//! `stator`: the server as a program.
//!
//! It reads its command line (its own, or DynamoDB Local's), wires an engine, a stack and a server together, says that it is ready, and
//! stops when it is told to. What it knows is configuration and the operating system; all behaviour is in the crates that it wires.

mod arguments;
mod buckets;
mod commands;
mod credentials;
mod dynamodb_local;
mod endpoint;
mod healthcheck;
mod listener;
mod logging;
mod ready;
mod seed;
mod serve;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::Parser;
use mimalloc::MiMalloc;

use arguments::{Arguments, Command};
use dynamodb_local::Translation;

/// A server allocates and frees small blocks on several threads, which is what this is made for.
#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let given: Vec<OsString> = std::env::args_os().collect();
    let Translation { arguments, notes } = match dynamodb_local::translate(given) {
        Ok(translation) => translation,
        Err(refusal) => return fail(&refusal, 2),
    };
    let Arguments { command, serve } = Arguments::parse_from(arguments);
    let outcome = match command {
        Some(Command::Check(check)) => commands::check::check(&check),
        Some(Command::Diff(diff)) => commands::diff::diff(&diff),
        Some(Command::Dump(dump)) => commands::dump::dump(&dump),
        Some(Command::Export(export)) => commands::export::export(&export),
        Some(Command::Healthcheck(check)) => healthcheck::check(&check).map(|()| ExitCode::SUCCESS),
        Some(Command::Import(import)) => commands::import::import(&import),
        Some(Command::Load(load)) => commands::load::load(&load),
        Some(Command::Record(record)) => commands::record::record(&record),
        Some(Command::Replay(replay)) => commands::replay::replay(&replay),
        Some(Command::Schema) => commands::schema::schema(),
        Some(Command::Test(test)) => commands::test::test(&test),
        None => logging::start(&serve.listening).and_then(|()| {
            notes.iter().for_each(dynamodb_local::Note::log);
            serve::serve(serve).map(|()| ExitCode::SUCCESS)
        }),
    };
    match outcome {
        Ok(code) => code,
        Err(failure) => fail(&failure, 1),
    }
}

/// Says on standard error why the program ends.
fn fail(reason: &str, code: u8) -> ExitCode {
    eprintln!("stator: {reason}");
    ExitCode::from(code)
}
