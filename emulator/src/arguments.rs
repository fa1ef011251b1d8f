//! The command line and the variables of the environment.

use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;

use clap::builder::{PossibleValue, PossibleValuesParser, TypedValueParser};
use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::{SignedDuration, Timestamp};
use smol_str::SmolStr;
use stator_core::engine::Dialect;
use stator_service::http::Origins;

use crate::commands::check::Check;
use crate::commands::diff::Diff;
use crate::commands::dump::Dump;
use crate::commands::export::Export;
use crate::commands::import::Import;
use crate::commands::load::Load;
use crate::commands::record::Record;
use crate::commands::replay::Replay;
use crate::commands::test::Test;
use crate::credentials::KeyPair;
use crate::dynamodb_local;

const EXAMPLES: &str = "\
Examples:
  stator                                serve on http://127.0.0.1:8000
  stator --port 0 --ready-file /tmp/r   take a free port, and tell which in a file
  stator --host 0.0.0.0 --shared-db     one set of tables for everybody on the network
  stator --clock 2026-01-31T12:00:00Z --seed 7
                                        a server that answers alike in every run
  stator --credentials alice=wonderland verify signatures
  STATOR_PORT=9000 stator               every flag is a variable as well
  stator --fixtures shop.yml            serve tables and items of a file to every access key
  stator healthcheck                    is it up? exits with 0 or 1
  stator load shop.yml                  load fixtures into the server that runs already
  stator dump > shop.yml                write its tables as fixtures
  stator diff shop.yml http://127.0.0.1:8000
                                        what has changed since?
  stator test suite.yml                 run requests, and compare the answers
  stator record --upstream https://dynamodb.us-east-1.amazonaws.com --out session.yml --redact email
                                        serve what the service answers, and write it down
  stator replay session.yml             serve what was written down

Then, with any access key and secret:
  aws dynamodb list-tables --endpoint-url http://127.0.0.1:8000

When it listens, it prints one line of JSON on standard output, with the address and the port.
Logs go to standard error.";

/// A DynamoDB endpoint in memory: exact, instant, isolated.
///
/// All data is gone when the server stops. Any credentials are accepted; each access key has its own tables in each Region.
#[derive(Debug, Parser)]
#[command(name = "stator", version, after_help = EXAMPLES, after_long_help = format!("{EXAMPLES}\n\n{}", dynamodb_local::HELP), args_conflicts_with_subcommands = true)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) serve: Serve,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Finds every fault of fixtures, and loads nothing.
    Check(Check),
    /// Tells what differs between two states; exits with 1 if anything does.
    Diff(Diff),
    /// Writes the tables of a running endpoint as fixtures.
    Dump(Dump),
    /// Writes the tables of a running endpoint as the service exports them to S3.
    Export(Export),
    /// Asks a running server whether it is well; exits with 0 if it is, with 1 if not.
    Healthcheck(Healthcheck),
    /// Makes fixtures of DescribeTable JSON, CloudFormation templates, NoSQL Workbench models, S3 exports or CSV.
    Import(Import),
    /// Loads fixtures into a running endpoint.
    Load(Load),
    /// Serves what another endpoint answers, and writes the session down as a suite.
    Record(Record),
    /// Serves the answers of a recording.
    Replay(Replay),
    /// Prints the JSON Schema of fixtures, for editors.
    Schema,
    /// Runs suites of requests and expected answers; exits with 1 if one fails.
    Test(Test),
}

/// Where to ask for health.
#[derive(Args, Debug)]
pub(crate) struct Healthcheck {
    /// The server's address, e.g. http://127.0.0.1:8000. [default: the host and port of STATOR_HOST and STATOR_PORT]
    #[arg(long)]
    pub(crate) url: Option<String>,
    #[arg(long, env = "STATOR_HOST", default_value = "127.0.0.1", value_parser = host, hide = true)]
    pub(crate) host: IpAddr,
    #[arg(long, env = "STATOR_PORT", default_value_t = 8000, hide = true)]
    pub(crate) port: u16,
}

/// How to serve.
#[derive(Args, Debug)]
pub(crate) struct Serve {
    #[command(flatten)]
    pub(crate) listening: Listening,

    /// The account number in ARNs.
    #[arg(long, env = "STATOR_ACCOUNT_ID", default_value = "000000000000", value_parser = account, value_name = "DIGITS")]
    pub(crate) account_id: SmolStr,

    /// One set of tables for all callers, instead of one for each access key and Region.
    #[arg(long, env = "STATOR_SHARED_DB", value_parser = clap::builder::BoolishValueParser::new())]
    pub(crate) shared_db: bool,

    /// The origins of web pages that may call: * or a list with commas.
    #[arg(long, env = "STATOR_CORS", default_value = "*", value_name = "ORIGINS")]
    pub(crate) cors: Origins,

    /// Accept these callers alone, and verify signatures: access-key=secret, with commas between several.
    #[arg(
        long,
        env = "STATOR_CREDENTIALS",
        hide_env_values = true,
        value_delimiter = ',',
        value_name = "KEY=SECRET"
    )]
    pub(crate) credentials: Vec<KeyPair>,

    /// As --credentials, from a file: one access-key=secret a line, # begins a comment.
    #[arg(long, env = "STATOR_CREDENTIALS_FILE", value_name = "PATH")]
    pub(crate) credentials_file: Option<PathBuf>,

    /// No administration under /_stator/: no clocks, forks, fixtures and rules by request. Health and metrics stay.
    #[arg(long, env = "STATOR_NO_ADMIN", value_parser = clap::builder::BoolishValueParser::new())]
    pub(crate) no_admin: bool,

    /// Load this file of fixtures at start; may be given several times. Every access key begins with its tables and items.
    #[arg(long, env = "STATOR_FIXTURES", value_delimiter = ',', value_name = "FILE")]
    pub(crate) fixtures: Vec<PathBuf>,

    /// Fill buckets, which tables are imported from, from this folder at start: a folder in it is a bucket, and the files under that are its objects. Every
    /// access key begins with them; nothing is written back.
    #[arg(long, env = "STATOR_BUCKETS", value_name = "FOLDER")]
    pub(crate) buckets: Option<PathBuf>,

    /// The server's clock: real, or an ISO 8601 time at which it stands still.
    #[arg(long, env = "STATOR_CLOCK", default_value = "real", value_parser = clock, value_name = "TIME")]
    pub(crate) clock: ClockChoice,

    /// Makes ids and everything else that is left to chance the same in every run.
    #[arg(long, env = "STATOR_SEED", value_name = "NUMBER")]
    pub(crate) seed: Option<u64>,

    /// How fast tables and indexes become ACTIVE and vanish: at once, or as slowly as in the service.
    #[arg(
        long,
        env = "STATOR_TABLE_PACE",
        default_value = "instant",
        value_enum,
        value_name = "PACE"
    )]
    pub(crate) table_pace: TablePace,

    /// How long an item stays after it has expired by its time to live: a length such as 0s, 10s, 5m or 48h.
    #[arg(long, env = "STATOR_TTL_DELAY", default_value = "10s", value_parser = length, value_name = "LENGTH")]
    pub(crate) ttl_delay: Length,

    /// How long reads without ConsistentRead stay behind what was written.
    #[arg(long, env = "STATOR_READ_LAG", default_value = "0s", value_parser = length, value_name = "LENGTH")]
    pub(crate) read_lag: Length,

    /// How long global and vector indexes stay behind their table.
    #[arg(long, env = "STATOR_INDEX_LAG", default_value = "0s", value_parser = length, value_name = "LENGTH")]
    pub(crate) index_lag: Length,

    /// How late what other Regions write arrives at the replicas of a table.
    #[arg(long, env = "STATOR_REPLICATION_LAG", default_value = "0s", value_parser = length, value_name = "LENGTH")]
    pub(crate) replication_lag: Length,

    /// Take the writes of provisioned tables for scaled, so that they can have replicas: what scales them is no part of DynamoDB.
    #[arg(long, env = "STATOR_ASSUME_WRITE_SCALING")]
    pub(crate) assume_write_scaling: bool,

    /// How many shards a stream begins with.
    #[arg(long, env = "STATOR_STREAM_SHARDS", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=32), value_name = "NUMBER")]
    pub(crate) stream_shards: u16,

    /// How old a shard of a stream gets before another takes its place.
    #[arg(long, env = "STATOR_STREAM_SHARD_AGE", default_value = "4h", value_parser = positive_length, value_name = "LENGTH")]
    pub(crate) stream_shard_age: Length,

    /// How many records a shard of a stream is given before two others take its place.
    #[arg(long, env = "STATOR_STREAM_SHARD_RECORDS", default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..), value_name = "NUMBER")]
    pub(crate) stream_shard_records: u64,

    /// Which of the service's validation layers words refusals: the current ones, or the older one on every operation.
    #[arg(
        long,
        env = "STATOR_VALIDATION_DIALECT",
        default_value = Dialect::default().word(),
        value_parser = dialects(),
        value_name = "DIALECT"
    )]
    pub(crate) validation_dialect: Dialect,

    /// Throttle what is over provisioned throughput, over a ceiling, or too much for one partition, as the service does.
    #[arg(long, env = "STATOR_ENFORCE_CAPACITY")]
    pub(crate) enforce_capacity: bool,

    /// How many connections may be open at once; more wait.
    #[arg(long, env = "STATOR_MAX_CONNECTIONS", default_value_t = 16_384, value_parser = clap::value_parser!(u32).range(1..), value_name = "NUMBER")]
    pub(crate) max_connections: u32,

    /// How many threads answer requests. [default: one for each processor]
    #[arg(long, env = "STATOR_WORKER_THREADS", value_parser = clap::value_parser!(u16).range(1..=1024), value_name = "NUMBER")]
    pub(crate) worker_threads: Option<u16>,
}

/// Where a server listens, and what it says meanwhile.
#[derive(Args, Debug)]
pub(crate) struct Listening {
    /// The address to listen on; 0.0.0.0 for all networks.
    #[arg(long, env = "STATOR_HOST", default_value = "127.0.0.1", value_parser = host, value_name = "ADDRESS")]
    pub(crate) host: IpAddr,

    /// The port to listen on; 0 takes a free one.
    #[arg(long, env = "STATOR_PORT", default_value_t = 8000)]
    pub(crate) port: u16,

    /// Also write the ready line to this file, which appears whole or not at all.
    #[arg(long, env = "STATOR_READY_FILE", value_name = "PATH")]
    pub(crate) ready_file: Option<PathBuf>,

    /// How log lines look.
    #[arg(
        long,
        env = "STATOR_LOG_FORMAT",
        default_value = "human",
        value_enum,
        value_name = "FORMAT"
    )]
    pub(crate) log_format: LogFormat,

    /// What to log: error, warn, info, debug (each request), trace, or a filter such as stator_service=debug.
    #[arg(long, env = "STATOR_LOG_LEVEL", default_value = "info", value_name = "LEVEL")]
    pub(crate) log_level: String,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum LogFormat {
    /// For people.
    Human,
    /// One JSON object a line.
    Json,
}

/// How fast states of tables change.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub(crate) enum TablePace {
    /// At once.
    Instant,
    /// As slowly as in the service.
    Service,
}

/// A length of time in whole milliseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Length {
    milliseconds: i64,
}

impl Length {
    /// The length in milliseconds.
    pub(crate) fn as_millis(self) -> i64 {
        self.milliseconds
    }
}

/// Which clock the server has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClockChoice {
    /// The machine's.
    Real,
    /// One that stands still.
    FrozenAt(Timestamp),
}

/// An address of this machine. Names are not looked up, but for the one that everybody uses.
fn host(text: &str) -> Result<IpAddr, String> {
    match text {
        "localhost" => Ok(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        _ => text
            .trim_matches(['[', ']'])
            .parse()
            .map_err(|_| "give an IP address, such as 127.0.0.1, 0.0.0.0 or ::1, or localhost".to_owned()),
    }
}

/// Reads the word of a validation dialect.
pub(crate) fn dialects() -> impl TypedValueParser<Value = Dialect> {
    let told = |dialect: Dialect| {
        PossibleValue::new(dialect.word()).help(match dialect {
            Dialect::Current => {
                "As most Regions answer today: newer on most operations, older on batch writes, transactions and PartiQL"
            }
            Dialect::Classic => "The older layer everywhere",
        })
    };
    // The parser lets no other word pass.
    PossibleValuesParser::new(Dialect::ALL.map(told)).map(|word| Dialect::from_word(&word).unwrap_or_default())
}

fn account(text: &str) -> Result<SmolStr, String> {
    if text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(text.into())
    } else {
        Err("an account number has 12 digits".to_owned())
    }
}

fn clock(text: &str) -> Result<ClockChoice, String> {
    if text == "real" {
        return Ok(ClockChoice::Real);
    }
    text.parse()
        .map(ClockChoice::FrozenAt)
        .map_err(|_| "give real, or a time with its offset, such as 2026-01-31T12:00:00Z".to_owned())
}

fn length(text: &str) -> Result<Length, String> {
    let advice = || "give a length of time that is not negative, such as 0s, 10s, 5m, 4h or 48h".to_owned();
    let length: SignedDuration = text.parse().map_err(|_| advice())?;
    let milliseconds = i64::try_from(length.as_millis()).map_err(|_| advice())?;
    (milliseconds >= 0)
        .then_some(Length { milliseconds })
        .ok_or_else(advice)
}

fn positive_length(text: &str) -> Result<Length, String> {
    length(text).and_then(|length| match length.milliseconds {
        0 => Err("give a length of at least a millisecond, such as 1s or 4h".to_owned()),
        _ => Ok(length),
    })
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn hosts_are_addresses_or_localhost() {
        assert_eq!(host("localhost"), host("127.0.0.1"));
        assert_eq!(host("[::1]"), host("::1"));
        assert!(host("example.org").is_err());
    }

    #[test]
    fn a_clock_is_real_or_stands_still() {
        assert_eq!(clock("real"), Ok(ClockChoice::Real));
        let at = Timestamp::from_second(1_769_860_800).unwrap();
        assert_eq!(clock("2026-01-31T12:00:00Z"), Ok(ClockChoice::FrozenAt(at)));
        assert!(clock("noon").is_err());
    }

    #[test]
    fn lengths_of_time_have_units() {
        let milliseconds = |text: &str| length(text).map(Length::as_millis);
        assert_eq!(milliseconds("0s"), Ok(0));
        assert_eq!(milliseconds("1500ms"), Ok(1_500));
        assert_eq!(milliseconds("48h"), Ok(172_800_000));
        assert!(milliseconds("-1s").is_err() && milliseconds("10").is_err());
        assert!(positive_length("0s").is_err());
    }
}
