//! Holds two endpoints against each other over generated requests:
//! `cargo run --release -p stator-conformance --bin differential -- --left http://127.0.0.1:8000 --right http://127.0.0.1:8001`.
//!
//! Left is Stator, right the peer. Prints the seed and the classes of disagreement, undecided ones first. The exit code is 0 when each class has
//! a decision on file, 1 when one has not, 2 when an endpoint or the decisions cannot be read.

use std::error::Error;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, ValueEnum};
use stator_conformance::differential::{Decisions, Family, Report, Run, Settings};

/// Blocks of requests between two times that the findings are kept.
const KEEP_BLOCKS: u64 = 5;

/// Holds two endpoints against each other over generated requests.
#[derive(Parser)]
#[command(name = "differential")]
struct Arguments {
    /// Stator's URL
    #[arg(long)]
    left: String,
    /// The peer's URL
    #[arg(long)]
    right: String,
    /// How many requests to send to both
    #[arg(long, default_value_t = 10_000)]
    requests: u64,
    /// The same seed gives the same requests
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Families of operations, such as put,update,query; all when left out
    #[arg(long, value_delimiter = ',', value_parser = family)]
    families: Vec<Family>,
    /// Writes the report to this file, too
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
    /// Keeps how far the run has come and what it found in this file; what is there already is continued, and judged anew
    #[arg(long, value_name = "FILE")]
    progress: Option<PathBuf>,
    /// What other runs kept: judged together with this one, so that decisions which none of them met can be told
    #[arg(long, value_name = "FILE", num_args = 1..)]
    beside: Vec<PathBuf>,
    /// Who the peer is: its decisions are those on file
    #[arg(long, value_enum, default_value = "dynoxide")]
    peer: Peer,
}

/// A peer whose classes of disagreement are decided.
#[derive(Clone, Copy, ValueEnum)]
enum Peer {
    Dynoxide,
    DynamodbLocal,
}

impl Peer {
    /// The file with its decisions.
    fn decisions(self) -> &'static str {
        match self {
            Self::Dynoxide => concat!(env!("CARGO_MANIFEST_DIR"), "/differential/dynoxide.yml"),
            Self::DynamodbLocal => concat!(env!("CARGO_MANIFEST_DIR"), "/differential/dynamodb-local.yml"),
        }
    }
}

fn family(name: &str) -> Result<Family, String> {
    let known = || {
        Family::ALL
            .iter()
            .map(|family| family.name())
            .collect::<Vec<_>>()
            .join(", ")
    };
    Family::from_name(name).ok_or_else(|| format!("expected one of {}", known()))
}

fn main() -> ExitCode {
    match duel(Arguments::parse()) {
        Ok(0) => ExitCode::SUCCESS,
        Ok(_) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::from(2)
        }
    }
}

/// Runs, prints, and tells how many classes are undecided.
fn duel(arguments: Arguments) -> Result<usize, Box<dyn Error>> {
    let decisions = Decisions::parse(&fs::read_to_string(arguments.peer.decisions())?)?;
    let begun = begun(&arguments)?;
    println!("seed {}", begun.seed());
    let settings = Settings {
        left: arguments.left,
        right: arguments.right,
        requests: arguments.requests,
        families: match arguments.families.is_empty() {
            true => Family::ALL.to_vec(),
            false => arguments.families,
        },
    };
    let keep = |report: &Report| -> Result<(), Box<dyn Error>> {
        if let Some(file) = &arguments.progress {
            replace(file, &serde_json::to_string(report)?)?;
        }
        if let Some(file) = &arguments.report {
            replace(file, &report.text(&decisions))?;
        }
        Ok(())
    };
    let mut report = begun;
    if report.requests() < settings.requests {
        let mut run = Run::begin(&settings, &decisions, report)?;
        for number in 1.. {
            if !run.block()? {
                break;
            }
            if number % KEEP_BLOCKS == 0 {
                keep(run.report())?;
            }
        }
        report = run.end();
    }
    keep(&report)?;
    for file in &arguments.beside {
        report.join(serde_json::from_str(&fs::read_to_string(file)?)?);
    }
    print!("{}", report.text(&decisions));
    Ok(report.undecided(&decisions))
}

/// The report that was kept, or one that begins.
fn begun(arguments: &Arguments) -> Result<Report, Box<dyn Error>> {
    let kept = arguments.progress.as_ref().filter(|file| file.exists());
    let Some(file) = kept else {
        return Ok(Report::new(arguments.seed));
    };
    let report: Report = serde_json::from_str(&fs::read_to_string(file)?)?;
    match report.seed() == arguments.seed {
        true => Ok(report),
        false => Err(format!("{}: kept by a run with seed {}", file.display(), report.seed()).into()),
    }
}

/// Writes the file as a whole, so that an interruption leaves the old one.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    let next = file.with_extension("next");
    fs::write(&next, text)?;
    fs::rename(next, file)
}
