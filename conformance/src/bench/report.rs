//! What a run found, and how it is told: ratios first, since these survive a change of machine, then figures.
//!
//! A ratio of two peers is the median, over the rounds, of the quotient of the same round: what slowed one round slowed both.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write,
    time::Duration,
};

use serde::Serialize;

use super::{load::Sample, peer::Peer, workload::Operation};

/// Everything that a run found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// How it was measured.
    pub environment: Environment,
    /// How fast each peer starts.
    pub starts: Vec<Start>,
    /// One for each size of the table.
    pub sections: Vec<Section>,
}

/// How a run was measured.
#[derive(Clone, Debug, Serialize)]
pub struct Environment {
    /// Cores that generator and servers share.
    pub cores: usize,
    /// Seconds of a round that count.
    pub window_seconds: f64,
    /// Rounds of each figure.
    pub rounds: usize,
    /// Where the keys came from.
    pub seed: u64,
    /// The versions of the peers.
    pub versions: BTreeMap<Peer, String>,
}

/// Medians over several starts of a peer.
#[derive(Clone, Debug, Serialize)]
pub struct Start {
    /// Who.
    pub peer: Peer,
    /// From before the process to the end of the first answer.
    pub milliseconds: f64,
    /// Resident memory after the first answer.
    pub idle_bytes: f64,
}

/// What was found at one size of the table.
#[derive(Clone, Debug, Serialize)]
pub struct Section {
    /// The size.
    pub items: u64,
    /// How each peer took its items.
    pub fills: Vec<Fill>,
    /// The rounds.
    pub cells: Vec<Cell>,
}

/// How a peer took its items.
#[derive(Clone, Debug, Serialize)]
pub struct Fill {
    /// Who.
    pub peer: Peer,
    /// Speed of loading by batches.
    pub items_per_second: f64,
    /// Resident memory that the items added, for each of them.
    pub bytes_per_item: f64,
    /// Resident memory after loading.
    pub loaded_bytes: u64,
}

/// The rounds of one operation at one number of connections for one peer.
#[derive(Clone, Debug, Serialize)]
pub struct Cell {
    /// What was asked.
    pub operation: Operation,
    /// Over how many connections.
    pub connections: usize,
    /// Whom.
    pub peer: Peer,
    /// What each round found.
    pub rounds: Vec<Round>,
    /// Why there are no more rounds.
    pub failure: Option<String>,
}

/// What one round found.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Round {
    /// Answers a second.
    pub requests_per_second: f64,
    /// Megabytes of bodies a second.
    pub megabytes_per_second: f64,
    /// The median latency in microseconds.
    pub p50_us: f64,
    /// 99 of 100 answers were at least as fast.
    pub p99_us: f64,
    /// 999 of 1000 answers were at least as fast.
    pub p999_us: f64,
    /// CPU time of the server for an answer, in microseconds.
    pub server_cpu_us: f64,
    /// Cores that the generator used: at its number of threads, it is what was measured.
    pub generator_cores: f64,
}

impl Round {
    /// Sums up a sample whose window was `window`.
    pub fn new(sample: &Sample, window: Duration) -> Self {
        let seconds = window.as_secs_f64();
        let quantile = |quantile| sample.latency_ns.value_at_quantile(quantile) as f64 / 1e3;
        Self {
            requests_per_second: sample.answers as f64 / seconds,
            megabytes_per_second: sample.body_bytes as f64 / 1e6 / seconds,
            p50_us: quantile(0.5),
            p99_us: quantile(0.99),
            p999_us: quantile(0.999),
            server_cpu_us: sample.server_cpu.as_secs_f64() * 1e6 / (sample.answers.max(1) as f64),
            generator_cores: sample.generator_cpu.as_secs_f64() / seconds,
        }
    }
}

/// The median: of an even number, the mean of the middle two; of none, nothing.
pub fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_unstable_by(f64::total_cmp);
    let (low, high) = (
        values.get(values.len().checked_sub(1)? / 2)?,
        values.get(values.len() / 2)?,
    );
    Some(f64::midpoint(*low, *high))
}

impl Cell {
    fn median(&self, of: impl Fn(&Round) -> f64) -> Option<f64> {
        if self.failure.is_some() {
            return None;
        }
        median(self.rounds.iter().map(of))
    }

    /// How many times as many requests as `other`.
    fn ratio(&self, other: &Self) -> Option<f64> {
        if self.failure.is_some() || other.failure.is_some() {
            return None;
        }
        let pairs = self.rounds.iter().zip(&other.rounds);
        median(pairs.map(|(one, two)| one.requests_per_second / two.requests_per_second))
    }
}

impl Section {
    fn cell(&self, operation: Operation, connections: usize, peer: Peer) -> Option<&Cell> {
        self.cells
            .iter()
            .find(|cell| (cell.operation, cell.connections, cell.peer) == (operation, connections, peer))
    }

    /// Operations and connections, in the order in which they were measured.
    fn loads(&self) -> Vec<(Operation, usize)> {
        let mut loads: Vec<_> = self
            .cells
            .iter()
            .map(|cell| (cell.operation, cell.connections))
            .collect();
        loads.dedup();
        loads
    }

    fn peers(&self) -> BTreeSet<Peer> {
        self.cells.iter().map(|cell| cell.peer).collect()
    }

    /// Every pair whose ratio is told: each peer by the bare handler and by dynoxide, where these were measured.
    fn pairs(&self) -> Vec<(Peer, Peer)> {
        let peers = self.peers();
        let pair = |by: Peer| {
            let others = peers
                .iter()
                .copied()
                .filter(move |peer| *peer != by && *peer != Peer::Bare);
            others
                .filter(|_| peers.contains(&by))
                .map(move |peer| (peer, by))
                .collect::<Vec<_>>()
        };
        [pair(Peer::Bare), pair(Peer::Dynoxide)].concat()
    }
}

impl Report {
    /// The report as Markdown.
    pub fn to_markdown(&self) -> String {
        let mut text = String::new();
        self.write_markdown(&mut text).expect("a String takes all text");
        text
    }

    fn write_markdown(&self, text: &mut String) -> std::fmt::Result {
        let Environment {
            cores,
            window_seconds,
            rounds,
            seed,
            versions,
        } = &self.environment;
        let versions: Vec<String> = versions
            .iter()
            .map(|(peer, version)| format!("{peer} {version}"))
            .collect();
        writeln!(
            text,
            "{cores} cores shared by generator and servers; medians of {rounds} rounds of {window_seconds} s; seed {seed}; {}.",
            versions.join(", ")
        )?;
        for section in &self.sections {
            write_ratios(text, section)?;
        }
        self.write_memory(text)?;
        for section in &self.sections {
            write_figures(text, section)?;
        }
        Ok(())
    }

    fn write_memory(&self, text: &mut String) -> std::fmt::Result {
        writeln!(text, "\n### Start and memory\n")?;
        write_row(
            text,
            ["peer", "start", "idle"]
                .map(str::to_owned)
                .into_iter()
                .chain(self.sections.iter().flat_map(|section| {
                    let items = thousands(section.items as f64);
                    [format!("bytes an item at {items}"), "loading".to_owned()]
                })),
        )?;
        write_row(text, vec!["---".to_owned(); 3 + 2 * self.sections.len()])?;
        for Start {
            peer,
            milliseconds,
            idle_bytes,
        } in &self.starts
        {
            let fills = self.sections.iter().flat_map(|section| {
                let fill = section.fills.iter().find(|fill| fill.peer == *peer);
                let told = |of: &dyn Fn(&Fill) -> String| fill.map_or_else(absent, of);
                [
                    told(&|fill| thousands(fill.bytes_per_item)),
                    told(&|fill| format!("{} items/s", thousands(fill.items_per_second))),
                ]
            });
            let start = [
                peer.to_string(),
                format!("{milliseconds:.1} ms"),
                format!("{:.1} MB", idle_bytes / 1e6),
            ];
            write_row(text, start.into_iter().chain(fills))?;
        }
        Ok(())
    }
}

fn write_ratios(text: &mut String, section: &Section) -> std::fmt::Result {
    let pairs = section.pairs();
    writeln!(
        text,
        "\n### Ratios of throughput, {} items\n",
        thousands(section.items as f64)
    )?;
    let names = pairs.iter().map(|(peer, by)| format!("{peer} / {by}"));
    write_row(
        text,
        ["operation", "connections"].map(str::to_owned).into_iter().chain(names),
    )?;
    write_row(
        text,
        ["---".to_owned()]
            .into_iter()
            .chain(vec!["---:".to_owned(); 1 + pairs.len()]),
    )?;
    for (operation, connections) in section.loads() {
        let cell = |peer| section.cell(operation, connections, peer);
        let ratios = pairs.iter().map(|(peer, by)| {
            let ratio = cell(*peer).and_then(|cell_of_peer| cell_of_peer.ratio(cell(*by)?));
            ratio.map_or_else(absent, two_figures)
        });
        write_row(
            text,
            [operation.to_string(), connections.to_string()]
                .into_iter()
                .chain(ratios),
        )?;
    }
    Ok(())
}

fn write_figures(text: &mut String, section: &Section) -> std::fmt::Result {
    writeln!(text, "\n### Figures, {} items\n", thousands(section.items as f64))?;
    let columns = [
        "operation",
        "connections",
        "peer",
        "requests/s",
        "MB/s",
        "p50 µs",
        "p99 µs",
        "p99.9 µs",
        "server CPU µs",
        "generator cores",
    ];
    write_row(text, columns.map(str::to_owned))?;
    write_row(text, columns.map(|_| "---".to_owned()))?;
    for cell in &section.cells {
        let name = [
            cell.operation.to_string(),
            cell.connections.to_string(),
            cell.peer.to_string(),
        ];
        if let Some(failure) = &cell.failure {
            write_row(text, name.into_iter().chain([format!("failed: {failure}")]))?;
            continue;
        }
        let figure = |of: fn(&Round) -> f64| cell.median(of).map_or_else(absent, thousands);
        let figures = [
            figure(|round| round.requests_per_second),
            figure(|round| round.megabytes_per_second),
            figure(|round| round.p50_us),
            figure(|round| round.p99_us),
            figure(|round| round.p999_us),
            figure(|round| round.server_cpu_us),
            cell.median(|round| round.generator_cores)
                .map_or_else(absent, two_figures),
        ];
        write_row(text, name.into_iter().chain(figures))?;
    }
    Ok(())
}

fn write_row(text: &mut String, cells: impl IntoIterator<Item = String>) -> std::fmt::Result {
    text.write_str("|")?;
    for cell in cells {
        write!(text, " {cell} |")?;
    }
    text.write_str("\n")
}

fn absent() -> String {
    "–".to_owned()
}

/// Two significant figures below ten, none behind the point from there on.
fn two_figures(ratio: f64) -> String {
    match ratio {
        ratio if ratio < 0.0995 => format!("{ratio:.3}"),
        ratio if ratio < 0.995 => format!("{ratio:.2}"),
        ratio if ratio < 9.95 => format!("{ratio:.1}"),
        ratio => thousands(ratio),
    }
}

/// A whole number with its thousands apart; below ten, one digit behind the point.
fn thousands(number: f64) -> String {
    if number < 9.95 {
        return format!("{number:.1}");
    }
    let digits = format!("{number:.0}");
    let grouped: Vec<&str> = digits
        .as_bytes()
        .rchunks(3)
        .rev()
        .filter_map(|group| std::str::from_utf8(group).ok())
        .collect();
    grouped.join(",")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::*;

    fn cell(peer: Peer, rates: &[f64], failure: Option<&str>) -> Cell {
        let rounds = rates.iter().map(|rate| Round {
            requests_per_second: *rate,
            megabytes_per_second: rate / 1e3,
            p50_us: 1.0,
            p99_us: 20.0,
            p999_us: 3_000.0,
            server_cpu_us: 4.25,
            generator_cores: 0.5,
        });
        let rounds = rounds.collect();
        Cell {
            operation: Operation::GetItem,
            connections: 16,
            peer,
            rounds,
            failure: failure.map(str::to_owned),
        }
    }

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(median([]), None);
        assert_eq!(median([3.0]), Some(3.0));
        assert_eq!(median([9.0, 1.0, 5.0]), Some(5.0));
        assert_eq!(median([4.0, 1.0, 2.0, 100.0]), Some(3.0));
    }

    #[test]
    fn a_ratio_compares_rounds_and_not_medians() {
        // The second and third rounds ran on a machine that was busy.
        let stator = cell(Peer::Stator, &[800.0, 80.0, 8.0], None);
        let bare = cell(Peer::Bare, &[1_000.0, 100.0, 10.0], None);
        assert_eq!(stator.ratio(&bare), Some(0.8));
        assert_eq!(stator.ratio(&cell(Peer::Bare, &[1.0], Some("closed"))), None);
    }

    #[test]
    fn a_report_tells_ratios_first_and_failures_openly() {
        let report = Report {
            environment: Environment {
                cores: 2,
                window_seconds: 2.0,
                rounds: 3,
                seed: 1,
                versions: BTreeMap::from([(Peer::Dynoxide, "3".to_owned())]),
            },
            starts: vec![Start {
                peer: Peer::Dynoxide,
                milliseconds: 4.0,
                idle_bytes: 9e6,
            }],
            sections: vec![Section {
                items: 10_000,
                fills: vec![Fill {
                    peer: Peer::Dynoxide,
                    items_per_second: 12_345.0,
                    bytes_per_item: 1_234.0,
                    loaded_bytes: 1,
                }],
                cells: vec![
                    cell(Peer::Dynoxide, &[10_000.0, 12_000.0, 11_000.0], None),
                    cell(Peer::DynamodbLocal, &[1.0], Some("refused")),
                    cell(Peer::Bare, &[100_000.0, 100_000.0, 100_000.0], None),
                ],
            }],
        };
        expect![[r#"
            2 cores shared by generator and servers; medians of 3 rounds of 2 s; seed 1; dynoxide 3.

            ### Ratios of throughput, 10,000 items

            | operation | connections | dynoxide / bare | dynamodb-local / bare | dynamodb-local / dynoxide |
            | --- | ---: | ---: | ---: | ---: |
            | GetItem | 16 | 0.11 | – | – |

            ### Start and memory

            | peer | start | idle | bytes an item at 10,000 | loading |
            | --- | --- | --- | --- | --- |
            | dynoxide | 4.0 ms | 9.0 MB | 1,234 | 12,345 items/s |

            ### Figures, 10,000 items

            | operation | connections | peer | requests/s | MB/s | p50 µs | p99 µs | p99.9 µs | server CPU µs | generator cores |
            | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |
            | GetItem | 16 | dynoxide | 11,000 | 11 | 1.0 | 20 | 3,000 | 4.2 | 0.50 |
            | GetItem | 16 | dynamodb-local | failed: refused |
            | GetItem | 16 | bare | 100,000 | 100 | 1.0 | 20 | 3,000 | 4.2 | 0.50 |
        "#]]
        .assert_eq(&report.to_markdown());
    }

    #[test]
    fn numbers_read_well() {
        let told: Vec<String> = [0.0123, 0.456, 1.26, 12.6, 4_321.0]
            .into_iter()
            .map(two_figures)
            .collect();
        assert_eq!(told, ["0.012", "0.46", "1.3", "13", "4,321"]);
        let told: Vec<String> = [0.0, 9.96, 999.4, 1e6, 1_234_567.8]
            .into_iter()
            .map(thousands)
            .collect();
        assert_eq!(told, ["0.0", "10", "999", "1,000,000", "1,234,568"]);
    }
}
