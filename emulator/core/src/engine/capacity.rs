//! Capacity units: what requests cost, and how a reply reports it (capacity.md, observed-tables.md §11, §18).
//!
//! Pure functions of sizes. Throttling is not decided here.

use smol_str::SmolStr;

use super::context::Context;
use super::write::Planned;
use crate::model::json::{Entries, Text};
use crate::model::wire::{Capacity, ConsumedCapacity, VectorCapacity};
use crate::store::{IndexDefinition, IndexKind, KeySchema, Row, TableDefinition};

const WRITE_UNIT_BYTES: u64 = 1_024;
const READ_UNIT_BYTES: u64 = 4_096;
/// Transactions pay double at the table, and not at its indexes.
const TRANSACTION_FACTOR: f64 = 2.0;

/// The least that a write at a vector index, and a search, is charged for.
const VECTOR_BYTES_MIN: u64 = 1_024;

/// How consistent a read is, which halves or doubles its price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Consistency {
    /// Half a unit for 4 KB.
    Eventual,
    /// A unit for 4 KB.
    Strong,
    /// Two units for 4 KB.
    Transactional,
}

impl Consistency {
    /// From the member `ConsistentRead`.
    pub(crate) fn of(consistent_read: Option<bool>) -> Self {
        if consistent_read == Some(true) {
            Self::Strong
        } else {
            Self::Eventual
        }
    }

    fn factor(self) -> f64 {
        match self {
            Self::Eventual => 0.5,
            Self::Strong => 1.0,
            Self::Transactional => TRANSACTION_FACTOR,
        }
    }
}

/// Units for writing so many bytes: at least one.
pub(crate) fn write_units(bytes: u64) -> f64 {
    bytes.div_ceil(WRITE_UNIT_BYTES).max(1) as f64
}

/// Units for reading so many bytes at once: at least those for one block.
pub(crate) fn read_units(bytes: u64, consistency: Consistency) -> f64 {
    bytes.div_ceil(READ_UNIT_BYTES).max(1) as f64 * consistency.factor()
}

/// How much of the costs a reply reports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum CapacityReport {
    /// Nothing.
    #[default]
    None,
    /// The sum.
    Total,
    /// The sum and its parts.
    Indexes,
}

impl Context<'_> {
    /// How much to report: as the member `ReturnConsumedCapacity` says, once it is known to be one of the words, or everything if that is wanted.
    pub(crate) fn capacity_report(&self, word: Option<&Text>) -> CapacityReport {
        match word.map(Text::as_str) {
            _ if self.directives().reports_capacity => CapacityReport::Indexes,
            Some("TOTAL") => CapacityReport::Total,
            Some("INDEXES") => CapacityReport::Indexes,
            _ => CapacityReport::None,
        }
    }
}

/// Whether a transaction read or wrote, which its reports tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Axis {
    /// Read units.
    Read,
    /// Write units.
    Write,
}

/// The units of one request at one table, by part.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Units {
    /// At the table itself.
    pub(crate) table: f64,
    arms: Vec<(IndexKind, SmolStr, f64)>,
    /// Of failed statements of a batch: only the sum shows them.
    failed: f64,
}

impl Units {
    /// Units at the table itself.
    pub(crate) fn at_table(units: f64) -> Self {
        Self {
            table: units,
            ..Self::default()
        }
    }

    /// Units of something that failed, which no part shows.
    pub(crate) fn of_failure(units: f64) -> Self {
        Self {
            failed: units,
            ..Self::default()
        }
    }

    /// All units together.
    pub(crate) fn total(&self) -> f64 {
        let of_units = self.arms.iter().filter(|(kind, _, _)| *kind != IndexKind::Vector);
        self.table + self.failed + of_units.map(|(_, _, units)| units).sum::<f64>()
    }

    /// Units that the table serves: its own and those of local indexes.
    pub(crate) fn at_table_and_local_indexes(&self) -> f64 {
        let local = self.arms.iter().filter(|(kind, _, _)| *kind == IndexKind::Local);
        self.table + local.map(|(_, _, units)| units).sum::<f64>()
    }

    /// Units that global indexes serve.
    pub(crate) fn at_global_indexes(&self) -> impl Iterator<Item = (&str, f64)> {
        let global = self.arms.iter().filter(|(kind, _, _)| *kind == IndexKind::Global);
        global.map(|(_, name, units)| (name.as_str(), *units))
    }

    /// Units at an index.
    pub(crate) fn at_index(&self, name: &str) -> f64 {
        let arms = self.arms.iter().filter(|(_, own, _)| own == name);
        arms.map(|(_, _, units)| units).sum()
    }

    /// Adds units at an index.
    pub(crate) fn add_index(&mut self, index: &IndexDefinition, units: f64) {
        match self
            .arms
            .iter_mut()
            .find(|(kind, name, _)| *kind == index.kind && *name == index.name)
        {
            Some((_, _, sum)) => *sum += units,
            None => self.arms.push((index.kind, index.name.clone(), units)),
        }
    }

    /// Adds the units of another request at the same table.
    pub(crate) fn add(&mut self, other: Self) {
        self.table += other.table;
        self.failed += other.failed;
        for (kind, name, units) in other.arms {
            match self
                .arms
                .iter_mut()
                .find(|(own_kind, own_name, _)| *own_kind == kind && *own_name == name)
            {
                Some((_, _, sum)) => *sum += units,
                None => self.arms.push((kind, name, units)),
            }
        }
    }

    /// What replacing one item by another costs.
    pub(crate) fn of_write(definition: &TableDefinition, planned: &Planned) -> Self {
        let size = |row: &Option<Row>| row.as_ref().map_or(0, |row| definition.billed_bytes(row));
        let mut units = Self::at_table(write_units(size(&planned.old).max(size(&planned.new))));
        for index in definition.indexes.iter() {
            if let Some(cost) = index_write_cost(index, &definition.keys, planned) {
                units.add_index(index, cost);
            }
        }
        units
    }

    /// The same units within a transaction.
    pub(crate) fn transactional(self) -> Self {
        Self {
            table: self.table * TRANSACTION_FACTOR,
            ..self
        }
    }

    /// The report of these units by a transaction, which shows them once more as what they are.
    pub(crate) fn report_on(self, axis: Axis, report: CapacityReport, table: &Text) -> Option<ConsumedCapacity> {
        let mut sum = self.report(report, table)?;
        match axis {
            Axis::Read => sum.read_capacity_units = sum.capacity_units,
            Axis::Write => sum.write_capacity_units = sum.capacity_units,
        }
        let locals = sum.local_secondary_indexes.iter_mut().flat_map(|arms| &mut arms.0);
        let globals = sum.global_secondary_indexes.iter_mut().flat_map(|arms| &mut arms.0);
        let arms = locals.chain(globals).map(|(_, arm)| arm);
        for arm in sum.table.iter_mut().chain(arms) {
            match axis {
                Axis::Read => arm.read_capacity_units = arm.capacity_units,
                Axis::Write => arm.write_capacity_units = arm.capacity_units,
            }
        }
        Some(sum)
    }

    /// The report of these units; `table` is the table as the request named it.
    pub(crate) fn report(self, report: CapacityReport, table: &Text) -> Option<ConsumedCapacity> {
        let sum = ConsumedCapacity {
            table_name: Some(table.clone()),
            capacity_units: Some(self.total()),
            ..ConsumedCapacity::default()
        };
        match report {
            CapacityReport::None => None,
            CapacityReport::Total => Some(sum),
            CapacityReport::Indexes => Some(ConsumedCapacity {
                table: Some(plain(self.table)),
                local_secondary_indexes: arms(&self.arms, IndexKind::Local, plain),
                global_secondary_indexes: arms(&self.arms, IndexKind::Global, plain),
                vector_indexes: arms(&self.arms, IndexKind::Vector, written),
                ..sum
            }),
        }
    }
}

fn plain(units: f64) -> Capacity {
    Capacity {
        capacity_units: Some(units),
        ..Capacity::default()
    }
}

fn written(bytes: f64) -> VectorCapacity {
    VectorCapacity {
        vector_write_request_bytes: Some(bytes),
        ..VectorCapacity::default()
    }
}

/// What a search over entries of so many bytes is charged for. The service's own figures follow no rule that is known.
pub(crate) fn searched(bytes: u64) -> VectorCapacity {
    VectorCapacity {
        vector_search_request_bytes: Some(bytes.max(VECTOR_BYTES_MIN) as f64),
        ..VectorCapacity::default()
    }
}

fn arms<T>(arms: &[(IndexKind, SmolStr, f64)], kind: IndexKind, report: impl Fn(f64) -> T) -> Option<Entries<T>> {
    let entries: Vec<_> = arms
        .iter()
        .filter(|(of, _, _)| *of == kind)
        .map(|(_, name, units)| (name.clone(), report(*units)))
        .collect();
    (!entries.is_empty()).then_some(Entries(entries))
}

/// Units, or bytes at a vector index; `None` if what the index holds stays the same.
fn index_write_cost(index: &IndexDefinition, base: &KeySchema, planned: &Planned) -> Option<f64> {
    let delta = index.delta(base, &planned.key, planned.old.as_ref(), planned.new.as_ref());
    let is_vector = index.kind == IndexKind::Vector;
    let units = |row: &Row| match is_vector {
        true => u64::from(row.size_bytes).max(VECTOR_BYTES_MIN) as f64,
        false => write_units(row.size_bytes.into()),
    };
    match (&delta.old, &delta.new) {
        (None, None) => None,
        (Some((_, gone)), None) => Some(units(gone)),
        (None, Some((_, come))) => Some(units(come)),
        (Some((old_key, gone)), Some((new_key, come))) if old_key != new_key && !is_vector => {
            Some(units(gone) + units(come))
        }
        (Some((_, gone)), Some((_, come))) => {
            let same = index.sees_no_difference(base, &gone.item, &come.item);
            (!same).then(|| units(gone).max(units(come)))
        }
    }
}
