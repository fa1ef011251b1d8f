//! `stator test`: runs suites against an endpoint, or against an engine of its own.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use stator_core::engine::{Engine, World};
use stator_fixtures::LoadError;
use stator_fixtures::suite::{Patience, Report, Setup, Suite, load_file, load_folder, run_all};
use stator_service::http::{Gateway, GatewaySettings, Server, ServerSettings};
use stator_service::stack;
use stator_service::terminals::EngineTerminal;
use tokio::runtime::{Builder, Runtime};

use super::load::ExistingChoice;
use super::{Outcome, UNREADABLE};
use crate::endpoint::{Owner, Remote};

/// Which suites, and against what.
#[derive(Args, Debug)]
pub(crate) struct Test {
    /// Suites: files with `steps:` or `cases:`, or folders of them.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The endpoint to hold them against; an engine that nobody else sees unless said.
    #[arg(long, env = "STATOR_ENDPOINT", value_name = "URL")]
    endpoint: Option<String>,
    /// Run only cases whose file, name, kind or source contains this; may be given several times.
    #[arg(long = "filter", short, value_name = "TEXT")]
    filters: Vec<String>,
    /// Print the report as JSON.
    #[arg(long)]
    json: bool,
    /// Also write the report as JUnit's XML to this file.
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Print one line for each failure.
    #[arg(long)]
    brief: bool,
    /// Seconds to wait for what does not happen at once, such as a table that gets ACTIVE.
    #[arg(long, default_value_t = 10, value_name = "SECONDS")]
    patience: u32,
    /// What becomes of a table that is there already, where a suite loads fixtures.
    #[arg(long, default_value = "refuse", value_enum, value_name = "WHAT")]
    existing: ExistingChoice,
    #[command(flatten)]
    owner: Owner,
}

/// Runs; exits with 0 if all passed, with 1 if a case failed, and with 2 if a suite cannot be read or nothing was run.
pub(crate) fn test(arguments: &Test) -> Outcome {
    let suites = match read(arguments) {
        Ok(suites) => select(suites, &arguments.filters),
        Err(errors) => {
            errors.iter().for_each(|error| eprintln!("{error}"));
            return Ok(ExitCode::from(UNREADABLE));
        }
    };
    if suites.is_empty() {
        eprintln!("there is no case to run");
        return Ok(ExitCode::from(UNREADABLE));
    }
    let (remote, _own) = match &arguments.endpoint {
        Some(url) => (Remote::emulator_at(url, arguments.owner.allow_real)?, None),
        None => {
            let own = OwnServer::start()?;
            (Remote::at(&own.url)?, Some(own))
        }
    };
    let patience = Patience {
        tries: arguments.patience * Patience::PER_SECOND,
        ..Patience::default()
    };
    let setup = Setup {
        // An engine of its own is empty, so files must not meet there: each gets an access key of its own.
        sender: arguments.endpoint.is_some().then(|| arguments.owner.sender()),
        existing: arguments.existing.into(),
    };
    let report = run_all(&suites, &remote, patience, &setup);
    publish(&report, arguments)
}

fn read(arguments: &Test) -> Result<Vec<Suite>, Vec<LoadError>> {
    let (mut suites, mut errors) = (Vec::new(), Vec::new());
    for file in &arguments.files {
        let loaded = if file.is_dir() {
            load_folder(file)
        } else {
            load_file(file).map(|suite| vec![suite]).map_err(|error| vec![error])
        };
        match loaded {
            Ok(more) => suites.extend(more),
            Err(more) => errors.extend(more),
        }
    }
    if errors.is_empty() { Ok(suites) } else { Err(errors) }
}

/// The cases that the filters name.
fn select(suites: Vec<Suite>, filters: &[String]) -> Vec<Suite> {
    let named = |text: &str| filters.is_empty() || filters.iter().any(|filter| text.contains(filter.as_str()));
    let selected = suites.into_iter().filter_map(|mut suite| {
        if !named(&suite.name) {
            suite.cases.retain(|case| {
                named(&case.name) || named(&case.source) || case.kind.is_some_and(|kind| named(kind.word()))
            });
        }
        (!suite.cases.is_empty()).then_some(suite)
    });
    selected.collect()
}

fn publish(report: &Report, arguments: &Test) -> Outcome {
    if let Some(file) = &arguments.junit {
        std::fs::write(file, report.to_junit()).map_err(|error| format!("{}: {error}", file.display()))?;
    }
    if arguments.json {
        println!("{}", report.to_json());
    } else {
        let mut told: Vec<_> = if arguments.brief {
            report.failures_in_brief().collect()
        } else {
            report.failures().collect()
        };
        told.extend(report.skips());
        told.iter().for_each(|line| println!("{line}"));
        println!("{}", report.tally());
    }
    Ok(if report.is_clean() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

/// A server of this process on a free port, which goes with it.
struct OwnServer {
    url: String,
    /// Dropping it ends the server.
    _runtime: Runtime,
}

impl OwnServer {
    fn start() -> Result<Self, String> {
        let runtime = Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.map_err(|error| format!("cannot start threads: {error}"))?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = {
            let _inside = runtime.enter();
            Server::bind(address, ServerSettings::default())
        };
        let server = server.map_err(|error| format!("cannot listen on this machine: {error}"))?;
        let url = format!("http://{}", server.address());
        let engine = Arc::new(Engine::new(World::real()));
        let state = stack::State::new(Arc::clone(&engine));
        let stack = stack::over(EngineTerminal::new(engine), &state);
        let gateway = Gateway::new(stack, state, GatewaySettings::default());
        runtime.spawn(async move { server.run(gateway, std::future::pending::<()>()).await });
        Ok(Self { url, _runtime: runtime })
    }
}
