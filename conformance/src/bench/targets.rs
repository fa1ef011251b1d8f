//! What Stator is held to, and how far it is on this machine: the first table of a report.
//!
//! The targets are those of docs/performance.md. A target that a run did not measure has no figure.

use super::inside::Inside;
use super::peer::Peer;
use super::report::{Report, Section};
use super::workload::Operation;

/// A target and what was measured.
pub struct Target {
    /// What is measured.
    pub what: String,
    /// What is wanted.
    pub wanted: Wanted,
    /// What was found.
    pub found: Option<f64>,
}

/// What a figure is to be.
#[derive(Clone, Copy)]
pub enum Wanted {
    /// At least this.
    AtLeast(f64),
    /// At most this.
    AtMost(f64),
}

impl Wanted {
    /// Whether a figure is as it is wanted.
    pub fn is_met(self, found: f64) -> bool {
        match self {
            Self::AtLeast(least) => found >= least,
            Self::AtMost(most) => found <= most,
        }
    }
}

/// All targets, with what a report says about each.
pub fn of(report: &Report) -> Vec<Target> {
    let Some(first) = report.sections.first() else {
        return Vec::new();
    };
    let mut targets = throughput(first, Peer::Bare, "the bare handler", BY_BARE);
    targets.extend(throughput(first, Peer::Dynoxide, "dynoxide", BY_DYNOXIDE));
    targets.extend(report.sections.last().into_iter().flat_map(|last| growth(first, last)));
    targets.extend(report.sections.last().and_then(reader));
    targets.extend(report.inside.last().into_iter().flat_map(inside));
    targets.extend(memory(report));
    targets
}

/// The least that is wanted of each operation by the bare handler.
const BY_BARE: &[(Operation, f64)] = &[
    (Operation::GetItem, 0.75),
    (Operation::PutItem, 0.75),
    (Operation::UpdateItem, 0.75),
    (Operation::Query, 0.5),
];

/// The least that is wanted of each operation by dynoxide.
const BY_DYNOXIDE: &[(Operation, f64)] = &[
    (Operation::GetItem, 4.0),
    (Operation::PutItem, 8.0),
    (Operation::UpdateItem, 8.0),
    (Operation::Query, 10.0),
    (Operation::Scan, 10.0),
];

/// From so many items on the memory of an item is judged: in smaller tables the allocator's first pages weigh more than the items.
const MANY_ITEMS: u64 = 1_000_000;

/// The throughput of operations beside a peer's.
fn throughput(section: &Section, peer: Peer, name: &str, least: &[(Operation, f64)]) -> Vec<Target> {
    let loads = section.loads().into_iter();
    loads
        .filter_map(|(operation, connections)| {
            let (_, least) = least.iter().find(|(known, _)| *known == operation)?;
            Some(Target {
                what: format!("{operation} by {name}, {connections} connections"),
                wanted: Wanted::AtLeast(*least),
                found: ratio(section, operation, connections, peer),
            })
        })
        .collect()
}

/// How much point operations and queries slow down as the table grows, with the speed of the machine taken out.
fn growth(small: &Section, large: &Section) -> Vec<Target> {
    let points = [
        Operation::GetItem,
        Operation::PutItem,
        Operation::UpdateItem,
        Operation::Query,
    ];
    let is_larger = large.items > small.items;
    let loads = large
        .loads()
        .into_iter()
        .filter(|(operation, _)| is_larger && points.contains(operation));
    loads
        .map(|(operation, connections)| {
            let by_bare = |section| ratio(section, operation, connections, Peer::Bare);
            Target {
                what: format!(
                    "{operation} at {} items, times slower than at {}, {connections} connections",
                    large.items, small.items
                ),
                wanted: Wanted::AtMost(2.0),
                found: by_bare(small).zip(by_bare(large)).map(|(small, large)| small / large),
            }
        })
        .collect()
}

/// What a walk over the table does to the slowest of a reader's answers.
fn reader(section: &Section) -> Option<Target> {
    let (_, connections) = section
        .loads()
        .into_iter()
        .find(|(operation, _)| *operation == Operation::GetItemBesideScan)?;
    let p99 = |operation| {
        section
            .cell(operation, connections, Peer::Stator)?
            .median(|round| round.p99_us)
    };
    Some(Target {
        what: format!("p99 of GetItem beside a Scan at {} items, by p99 alone", section.items),
        wanted: Wanted::AtMost(2.0),
        found: p99(Operation::GetItemBesideScan)
            .zip(p99(Operation::GetItem))
            .map(|(beside, alone)| beside / alone),
    })
}

fn inside(inside: &Inside) -> Vec<Target> {
    let cost = |operation: Operation| {
        inside
            .costs
            .iter()
            .find(|cost| cost.operation == operation)
            .map(|cost| cost.execute_us)
    };
    let items = inside.items;
    [
        ("GetItem in the engine, µs", 1.0, cost(Operation::GetItem)),
        ("PutItem in the engine, µs", 2.0, cost(Operation::PutItem)),
        ("fork, µs", 10.0, Some(inside.fork_us)),
        ("snapshot, µs", 10.0, Some(inside.snapshot_us)),
        (
            "first writes after a snapshot, by others",
            2.0,
            Some(inside.first_writes),
        ),
    ]
    .map(|(what, most, found)| Target {
        what: format!("{what} ({items} items)"),
        wanted: Wanted::AtMost(most),
        found,
    })
    .into()
}

fn memory(report: &Report) -> Vec<Target> {
    let start = report.starts.iter().find(|start| start.peer == Peer::Stator);
    let large = report.sections.last().filter(|section| section.items >= MANY_ITEMS);
    let fill = large.and_then(|section| section.fills.iter().find(|fill| fill.peer == Peer::Stator));
    let megabytes = |bytes: f64| bytes / 1e6;
    [
        (
            "resident memory of an item from a million on, bytes",
            600.0,
            fill.map(|fill| fill.bytes_per_item),
        ),
        (
            "resident memory of an idle server, MB",
            6.0,
            start.map(|start| megabytes(start.idle_bytes)),
        ),
        (
            "from the start of the process to the first answer, ms",
            5.0,
            start.map(|start| start.milliseconds),
        ),
        (
            "the program, MB",
            12.0,
            report.environment.program_bytes.map(|bytes| megabytes(bytes as f64)),
        ),
    ]
    .map(|(what, most, found)| Target {
        what: what.to_owned(),
        wanted: Wanted::AtMost(most),
        found,
    })
    .into()
}

fn ratio(section: &Section, operation: Operation, connections: usize, by: Peer) -> Option<f64> {
    let cell = |peer| section.cell(operation, connections, peer);
    cell(Peer::Stator)?.ratio(cell(by)?)
}
