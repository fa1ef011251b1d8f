//! What a run found: every round of every peer, and the medians and ratios that they come to.
//!
//! A ratio of two peers is the median, over the rounds, of the quotient of the same round: what slowed one round slowed both.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use serde::Serialize;

use super::{inside::Inside, load::Sample, peer::Peer, workload::Operation};

/// Everything that a run found.
#[derive(Clone, Debug, Serialize)]
pub struct Report {
    /// How it was measured.
    pub environment: Environment,
    /// How fast each peer starts.
    pub starts: Vec<Start>,
    /// One for each size of the table.
    pub sections: Vec<Section>,
    /// What the engine takes in this process, at each size of the table.
    pub inside: Vec<Inside>,
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
    /// The size of Stator's program, if it was measured.
    pub program_bytes: Option<u64>,
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
    /// Who is missing, for not having taken its items.
    pub absences: Vec<Absence>,
    /// The rounds.
    pub cells: Vec<Cell>,
}

/// Why a peer is missing.
#[derive(Clone, Debug, Serialize)]
pub struct Absence {
    /// Who.
    pub peer: Peer,
    /// What went wrong.
    pub reason: String,
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
    /// The median of the rounds, unless one failed.
    pub fn median(&self, of: impl Fn(&Round) -> f64) -> Option<f64> {
        if self.failure.is_some() {
            return None;
        }
        median(self.rounds.iter().map(of))
    }

    /// How many times as many requests a second as `other`, unless a round of either failed.
    pub fn ratio(&self, other: &Self) -> Option<f64> {
        if self.failure.is_some() || other.failure.is_some() {
            return None;
        }
        let pairs = self.rounds.iter().zip(&other.rounds);
        let ratios = pairs.map(|(one, two)| one.requests_per_second / two.requests_per_second);
        median(ratios.filter(|ratio| ratio.is_finite()))
    }
}

impl Section {
    /// The rounds of one peer.
    pub fn cell(&self, operation: Operation, connections: usize, peer: Peer) -> Option<&Cell> {
        self.cells
            .iter()
            .find(|cell| (cell.operation, cell.connections, cell.peer) == (operation, connections, peer))
    }

    /// Operations and connections, in the order in which they were measured.
    pub fn loads(&self) -> Vec<(Operation, usize)> {
        let mut loads: Vec<_> = self
            .cells
            .iter()
            .map(|cell| (cell.operation, cell.connections))
            .collect();
        loads.dedup();
        loads
    }

    /// Everybody whose rounds are here.
    pub fn peers(&self) -> BTreeSet<Peer> {
        self.cells.iter().map(|cell| cell.peer).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cell(rates: &[f64], failure: Option<&str>) -> Cell {
        let rounds = rates.iter().map(|rate| Round {
            requests_per_second: *rate,
            megabytes_per_second: 0.0,
            p50_us: 0.0,
            p99_us: 0.0,
            p999_us: 0.0,
            server_cpu_us: 0.0,
            generator_cores: 0.0,
        });
        let rounds = rounds.collect();
        let failure = failure.map(str::to_owned);
        Cell {
            operation: Operation::GetItem,
            connections: 16,
            peer: Peer::Bare,
            rounds,
            failure,
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
        let one = cell(&[800.0, 80.0, 8.0], None);
        assert_eq!(one.ratio(&cell(&[1_000.0, 100.0, 10.0], None)), Some(0.8));
        assert_eq!(one.ratio(&cell(&[1_000.0], Some("closed"))), None);
        assert_eq!(one.ratio(&cell(&[0.0], None)), None);
    }
}
