//! The command of the load bench: see `bench --help` and docs/performance.md.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use clap::{Args, Parser, Subcommand};
use stator_conformance::bench::{
    Error, Result, bare, inside,
    install::install,
    markdown,
    peer::{Peer, Places},
    report::Report,
    run::Plan,
    vectors,
    workload::Operation,
};

/// The engine is measured in this process as well, so with the allocator that the server has.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Drives the same load at Stator and its peers over HTTP, side by side, and prints ratios.
///
/// Each peer is started with an empty in-memory database, filled with the same items and checked. Then every operation is
/// measured in rounds that alternate between the peers, so that noise of the machine hits all alike. The report (Markdown on
/// standard output) gives the median ratios to the bare handler and to dynoxide, then throughput, latency, CPU time, memory
/// and start time. Progress goes to standard error.
#[derive(Parser)]
#[command(name = "bench", args_conflicts_with_subcommands = true, after_help = EXAMPLES)]
struct Line {
    #[command(subcommand)]
    task: Option<Task>,
    #[command(flatten)]
    measurement: Measurement,
}

const EXAMPLES: &str = "\
Examples:
  bench peers install                              get dynoxide, once
  bench                                            the whole table at ten thousand items
  bench --items 10000,1000000 --json run.json      with a million items too, every round kept
  bench --peers stator,bare --operations GetItem   while working on GetItem
  bench --connections 1 --seconds 10 --rounds 9    slow and calm
  bench engine --items 10000                       the engine alone, without HTTP, in seconds
  bench vectors                                    searches of vector indexes, up to a million vectors";

#[derive(Subcommand)]
enum Task {
    /// Gets the programs of other projects that Stator is measured against.
    #[command(subcommand)]
    Peers(PeersTask),
    /// Serves the answers in standard input on a port: the yardstick. The bench starts this by itself.
    Bare {
        /// The port to listen on, at 127.0.0.1.
        #[arg(long)]
        port: u16,
    },
    /// Measures the engine in this process, without HTTP.
    Engine(EngineTask),
    /// Measures searches of vector indexes in this process; only Stator has them.
    Vectors(VectorsTask),
}

#[derive(Args)]
struct EngineTask {
    /// Sizes of the table in items.
    #[arg(long, value_delimiter = ',', default_value = "10000,1000000", value_parser = whole_hundreds)]
    items: Vec<u64>,
    /// The seed of all keys and contents.
    #[arg(long, default_value = "1")]
    seed: u64,
}

#[derive(Args)]
struct VectorsTask {
    /// Numbers of vectors, ascending, from 1000 on.
    #[arg(long, value_delimiter = ',', default_value = "10000,100000,1000000", value_parser = thousands)]
    vectors: Vec<usize>,
    /// Elements of a vector.
    #[arg(long, default_value = "384", value_parser = at_least_one)]
    dimensions: usize,
    /// Searches for each figure; the table tells medians.
    #[arg(long, default_value = "9", value_parser = at_least_one)]
    rounds: usize,
    /// The seed of all vectors.
    #[arg(long, default_value = "1")]
    seed: u64,
}

#[derive(Subcommand)]
enum PeersTask {
    /// Installs dynoxide with cargo.
    Install {
        /// Installs DynamoDB Local as well, with Maven (needs Java 17 and mvn). Its terms are the vendor's own: read them first.
        #[arg(long)]
        with_dynamodb_local: bool,
        /// The folder to install into [default: target/peers beside this program].
        #[arg(long, value_name = "FOLDER")]
        peers_dir: Option<PathBuf>,
    },
}

#[derive(Args)]
struct Measurement {
    /// Sizes of the table in items, each a multiple of 100.
    #[arg(long, value_delimiter = ',', default_value = "10000", value_parser = whole_hundreds)]
    items: Vec<u64>,
    /// Numbers of connections, each with one request outstanding.
    #[arg(long, value_delimiter = ',', default_value = "16,256", value_parser = at_least_one)]
    connections: Vec<usize>,
    /// Seconds that count in a round; 0.3 seconds of warm-up come before them.
    #[arg(long, default_value = "2", value_parser = seconds)]
    seconds: Duration,
    /// Rounds for each figure; the report tells medians.
    #[arg(long, default_value = "5", value_parser = at_least_one)]
    rounds: usize,
    /// Starts of each peer, to find its start time.
    #[arg(long, default_value = "5", value_parser = at_least_one)]
    starts: usize,
    /// Who is measured. The bare handler repeats the answers of stator, else of the first other.
    #[arg(long, value_delimiter = ',', default_value = "stator,dynoxide,bare")]
    peers: Vec<Peer>,
    /// What is asked.
    #[arg(long, value_delimiter = ',', ignore_case = true, default_values_t = Operation::ALL)]
    operations: Vec<Operation>,
    /// Threads of the generator. If the column "generator cores" comes near this number, the generator is the bottleneck.
    #[arg(long, default_value = "1", value_parser = at_least_one)]
    threads: usize,
    /// The seed of all keys and contents.
    #[arg(long, default_value = "1")]
    seed: u64,
    /// The program of Stator [default: stator beside this program].
    #[arg(long, value_name = "PATH")]
    stator: Option<PathBuf>,
    /// The folder that `bench peers install` filled [default: target/peers beside this program].
    #[arg(long, value_name = "FOLDER")]
    peers_dir: Option<PathBuf>,
    /// Also writes every round as JSON, anew after each size of the table.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

fn main() -> ExitCode {
    match run(Line::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            note(&format!("error: {error}"));
            ExitCode::FAILURE
        }
    }
}

fn run(line: Line) -> Result<()> {
    let bench = std::env::current_exe().map_err(Error::io("find this program"))?;
    let beside = bench.parent().unwrap_or(Path::new("."));
    let peers = beside.parent().unwrap_or(beside).join("peers");
    match line.task {
        Some(Task::Peers(PeersTask::Install {
            with_dynamodb_local,
            peers_dir,
        })) => install(&peers_dir.unwrap_or(peers), with_dynamodb_local, note),
        Some(Task::Bare { port }) => serve_bare(port),
        Some(Task::Engine(task)) => {
            let inside = task.items.iter().map(|items| {
                note(&format!("the engine in this process: {items} items"));
                inside::measure(*items, task.seed, inside::Effort::default())
            });
            print(&markdown::render_inside(&inside.collect::<Result<Vec<_>>>()?))
        }
        Some(Task::Vectors(task)) => print(&task.plan().run(&note)?),
        None => {
            let measurement = line.measurement;
            let places = Places {
                stator: measurement.stator.clone().unwrap_or_else(|| beside.join("stator")),
                peers: measurement.peers_dir.clone().unwrap_or(peers),
                bench: bench.clone(),
            };
            let json = measurement.json.clone();
            let keep = |report: &Report| json.as_deref().map_or(Ok(()), |path| write_json(report, path));
            let report = measurement.plan(places).run(&note, &keep)?;
            print(&markdown::render(&report))
        }
    }
}

fn print(report: &str) -> Result<()> {
    let written = io::stdout().write_all(report.as_bytes());
    written.map_err(Error::io("print the report"))
}

fn serve_bare(port: u16) -> Result<()> {
    let answers = bare::Answers::from_reader(io::stdin().lock())?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime
        .map_err(Error::io("start a runtime"))?
        .block_on(bare::serve(port, answers))
}

fn write_json(report: &Report, path: &Path) -> Result<()> {
    let doing = || format!("write {}", path.display());
    let mut file = BufWriter::new(File::create(path).map_err(Error::io(doing()))?);
    let written = serde_json::to_writer_pretty(&mut file, report)
        .map_err(io::Error::from)
        .and_then(|()| file.flush());
    written.map_err(Error::io(doing()))
}

fn note(text: &str) {
    // Nothing is left to do when standard error is closed.
    let _ = writeln!(io::stderr(), "bench: {text}");
}

impl Measurement {
    fn plan(self, places: Places) -> Plan {
        Plan {
            peers: self.peers.into_iter().collect(),
            places,
            operations: self.operations,
            items: self.items,
            connections: self.connections,
            window: self.seconds,
            rounds: self.rounds,
            starts: self.starts,
            threads: self.threads,
            seed: self.seed,
        }
    }
}

impl VectorsTask {
    fn plan(self) -> vectors::Plan {
        vectors::Plan {
            vectors: self.vectors,
            dimensions: self.dimensions,
            rounds: self.rounds,
            seed: self.seed,
        }
    }
}

fn whole_hundreds(text: &str) -> std::result::Result<u64, String> {
    match text.replace('_', "").parse() {
        Ok(items) if items > 0 && items % 100 == 0 => Ok(items),
        _ => Err("a multiple of 100, as in 10000: partitions have 20 items and batches 25".to_owned()),
    }
}

fn at_least_one(text: &str) -> std::result::Result<usize, String> {
    match text.parse() {
        Ok(number) if number > 0 => Ok(number),
        _ => Err("a whole number from 1 on".to_owned()),
    }
}

fn thousands(text: &str) -> std::result::Result<usize, String> {
    match text.replace('_', "").parse() {
        Ok(number) if number >= 1_000 => Ok(number),
        _ => Err("a whole number from 1000 on: a partition is one of 100, and a search finds 10".to_owned()),
    }
}

fn seconds(text: &str) -> std::result::Result<Duration, String> {
    let seconds = text.parse().ok().filter(|seconds| *seconds >= 0.1);
    seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "seconds from 0.1 on".to_owned())
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Line::command().debug_assert();
        let line = Line::parse_from(["bench", "--items", "10_000,1000000", "--operations", "query,GetItem"]);
        assert_eq!(line.measurement.items, [10_000, 1_000_000]);
        assert_eq!(line.measurement.operations, [Operation::Query, Operation::GetItem]);
        assert!(Line::try_parse_from(["bench", "--items", "150"]).is_err());
    }
}
