//! Runs the case suite against an endpoint: `cargo run -p stator-conformance --bin cases -- --endpoint http://127.0.0.1:8000 get-item`.
//!
//! Prints how many cases passed in each file, and each failure with its request, what was expected and what came. The exit code is 0 when
//! all passed, 1 when a case failed, 2 when the cases or the endpoint cannot be read.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::Parser;
use stator_conformance::cases::{Coverage, Dialect, Patience, Report, Setup, Suite, load_folder, run_all};
use stator_service::http::BlockingRemote;

/// The rows of the behaviour reference.
const ROWS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/rows");

/// Holds an endpoint against the case suite.
#[derive(Parser)]
#[command(name = "cases")]
struct Arguments {
    /// The endpoint to ask
    #[arg(long, env = "STATOR_ENDPOINT", default_value = "http://127.0.0.1:8000")]
    endpoint: String,
    /// The folder of the cases
    #[arg(long, default_value = concat!(env!("CARGO_MANIFEST_DIR"), "/cases"))]
    folder: PathBuf,
    /// Writes summary and failures to this file, too
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Seconds to wait for what does not happen at once, such as a table that gets ACTIVE
    #[arg(long, default_value_t = 10)]
    patience: u32,
    /// Prints the table of rows and cases instead of running anything
    #[arg(long)]
    coverage: bool,
    /// Runs the files that are about this validation dialect of the endpoint: current or classic
    #[arg(long, value_parser = dialect, default_value = "current")]
    dialect: Dialect,
    /// Prints one line for each failure
    #[arg(long)]
    brief: bool,
    /// Runs the cases of each file in reverse, for they must not depend on each other
    #[arg(long)]
    reverse: bool,
    /// Runs only files or cases whose name, kind or source contains one of these
    filters: Vec<String>,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let suites = match load_folder(&arguments.folder) {
        Ok(suites) => suites,
        Err(errors) => {
            for error in errors {
                eprintln!("{error}");
            }
            return ExitCode::from(2);
        }
    };
    if arguments.coverage {
        print!("{}", Coverage::of(&suites, Path::new(ROWS)).table());
        return ExitCode::SUCCESS;
    }
    let endpoint = match BlockingRemote::at(&arguments.endpoint) {
        Ok(endpoint) => endpoint,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::from(2);
        }
    };
    let patience = Patience {
        tries: arguments.patience * Patience::PER_SECOND,
        ..Patience::default()
    };
    let report = run_all(&select(suites, &arguments), &endpoint, patience, &Setup::default());
    publish(&report, &arguments)
}

fn dialect(word: &str) -> Result<Dialect, String> {
    Dialect::from_word(word).ok_or_else(|| "give current or classic".to_owned())
}

/// The cases that the filters name, in the order that is asked for.
fn select(suites: Vec<Suite>, arguments: &Arguments) -> Vec<Suite> {
    let named = |text: &str| arguments.filters.iter().any(|filter| text.contains(filter.as_str()));
    let spoken = suites.into_iter().filter(|suite| suite.dialect == arguments.dialect);
    let selected = spoken.filter_map(|mut suite| {
        if !arguments.filters.is_empty() && !named(&suite.name) {
            suite.cases.retain(|case| {
                named(&case.name) || named(&case.source) || case.kind.is_some_and(|kind| named(kind.word()))
            });
        }
        if arguments.reverse {
            suite.cases.reverse();
        }
        (!suite.cases.is_empty()).then_some(suite)
    });
    selected.collect()
}

fn publish(report: &Report, arguments: &Arguments) -> ExitCode {
    let mut told: Vec<_> = if arguments.brief {
        report.failures_in_brief().collect()
    } else {
        report.failures().collect()
    };
    told.extend(report.skips());
    let text = format!("{}\n{}\n", told.join("\n"), report.summary_by_file());
    print!("{text}");
    if let Some(file) = &arguments.report
        && let Err(error) = fs::write(file, &text)
    {
        eprintln!("{}: {error}", file.display());
        return ExitCode::from(2);
    }
    if report.is_clean() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
