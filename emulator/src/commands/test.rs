//! `stator test`: runs suites against an endpoint, or against an engine of its own.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use clap::Args;
use stator_core::engine::{Dialect, Engine, EngineSettings, World};
use stator_fixtures::LoadError;
use stator_fixtures::suite::{Patience, Report, Setup, Suite, load_file, load_folder, run_all};
use stator_service::http::{BlockingRemote, Gateway, GatewaySettings, Server, ServerSettings};
use stator_service::stack;
use stator_service::terminals::EngineTerminal;
use tokio::runtime::{Builder, Runtime};

use super::load::ExistingChoice;
use super::{Outcome, UNREADABLE};
use crate::arguments::dialects;
use crate::endpoint::Owner;

/// Which suites, and against what.
#[derive(Args, Debug)]
pub(crate) struct Test {
    /// Suites: files with `steps:` or `cases:`, or folders of them.
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The endpoint to hold them against; an engine that nobody else sees unless said.
    #[arg(long, env = "STATOR_ENDPOINT", value_name = "URL")]
    endpoint: Option<String>,
    /// The validation dialect that the endpoint speaks; an engine of its own speaks that of each suite.
    #[arg(
        long,
        default_value = Dialect::default().word(),
        value_parser = dialects(),
        requires = "endpoint",
        value_name = "DIALECT"
    )]
    dialect: Dialect,
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
    let report = match &arguments.endpoint {
        Some(url) => {
            let spoken = arguments.dialect;
            if let Some(suite) = suites.iter().find(|suite| suite.dialect != spoken) {
                eprintln!("{}", foreign(suite, spoken, url));
                return Ok(ExitCode::from(UNREADABLE));
            }
            let setup = setup(arguments, Some(&arguments.owner));
            run_all(&suites, &arguments.owner.at_emulator(url)?, patience(arguments), &setup)
        }
        None => run_alone(&suites, arguments)?,
    };
    publish(&report, arguments)
}

fn patience(arguments: &Test) -> Patience {
    Patience {
        tries: arguments.patience * Patience::PER_SECOND,
        ..Patience::default()
    }
}

fn setup(arguments: &Test, owner: Option<&Owner>) -> Setup {
    Setup {
        sender: owner.map(|owner| owner.identity.sender()),
        existing: arguments.existing.into(),
    }
}

/// Why a suite is not held against an endpoint.
fn foreign(suite: &Suite, spoken: Dialect, url: &str) -> String {
    let (wanted, other) = (suite.dialect.word(), spoken.word());
    format!(
        "{} is about the {wanted} validation dialect, and {url} is taken to speak the {other} one; if it speaks {wanted}, say --dialect {wanted}",
        suite.file
    )
}

/// Holds suites against an engine of one's own for each dialect, in the order in which they are given.
fn run_alone(suites: &[Suite], arguments: &Test) -> Result<Report, String> {
    let mut report = Report::default();
    // An engine of its own is empty, so files must not meet there: each gets an access key of its own.
    let setup = setup(arguments, None);
    for alike in suites.chunk_by(|one, other| one.dialect == other.dialect) {
        let own = OwnServer::start(alike[0].dialect)?;
        let remote = BlockingRemote::at(&own.url).map_err(|error| error.to_string())?;
        report
            .suites
            .extend(run_all(alike, &remote, patience(arguments), &setup).suites);
    }
    Ok(report)
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
    fn start(dialect: Dialect) -> Result<Self, String> {
        let runtime = Builder::new_multi_thread().enable_all().build();
        let runtime = runtime.map_err(|error| format!("cannot start threads: {error}"))?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = {
            let _inside = runtime.enter();
            Server::bind(address, ServerSettings::default())
        };
        let server = server.map_err(|error| format!("cannot listen on this machine: {error}"))?;
        let url = format!("http://{}", server.address());
        let settings = EngineSettings {
            dialect,
            ..EngineSettings::default()
        };
        let engine = Arc::new(Engine::with_settings(World::real(), settings));
        let state = stack::State::new(Arc::clone(&engine));
        let stack = stack::over(EngineTerminal::new(engine), &state);
        let gateway = Gateway::new(stack, state, GatewaySettings::default());
        runtime.spawn(async move { server.run(gateway, std::future::pending::<()>()).await });
        Ok(Self { url, _runtime: runtime })
    }
}
