//! Throttling: whether what a request costs can be served, where the settings ask for that (capacity.md §5–§8).
//!
//! Every limit is a bucket of units that fills with time. A request is served while all buckets that it draws from hold something, and then draws
//! its whole cost, so that an item larger than a bucket can be written; what it overdraws delays those that follow. So reads, whose
//! cost is known only once they were made, and writes go by one rule, and the outcome follows from the clock alone. A refused request
//! draws nothing.
//!
//! | limit | fills by | holds |
//! |---|---|---|
//! | provisioned throughput of a table or global index | the figure | 300 s of it, of which a new one has 1 s |
//! | ceiling on demand | the figure | 1 s |
//! | what is warm on demand | the figure | 1 s |
//! | one partition key | 3000 reads, 1000 writes | 1 s |

use imbl::HashMap;
use smol_str::SmolStr;

use super::capacity::Units;
use super::names::index_arn;
use crate::model::json::Timestamp;
use crate::model::throttling::{Access, Limit, Resource};
use crate::model::usual::{CEILING_EXCEEDED, INDEXES_EXCEEDED, INDEXES_THROTTLED, TABLE_EXCEEDED, TABLE_THROTTLED};
use crate::model::{ApiError, ErrorKind, ThrottlingReason};
use crate::store::{BillingMode, Capacity, IndexKind, RowKey, TableDefinition};

/// For how long unused provisioned throughput is kept.
const BURST_SECONDS: f64 = 300.0;
/// What one partition serves in a second.
const PARTITION_READS: f64 = 3_000.0;
const PARTITION_WRITES: f64 = 1_000.0;
/// With more buckets than this, full ones are forgotten: a bucket that is not there is full.
const BUCKETS_KEPT: usize = 4_096;

/// The buckets of a namespace. A clone costs a reference count.
#[derive(Clone, Debug, Default)]
pub(super) struct Buckets(HashMap<Source, Bucket>);

/// What units are drawn from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Source {
    table_id: SmolStr,
    index: Option<SmolStr>,
    access: Access,
    pool: Pool,
}

/// Which of the limits of a table or index a bucket stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
enum Pool {
    /// Provisioned throughput.
    Provisioned,
    /// The ceiling on demand.
    Ceiling,
    /// What can be served at once on demand.
    Warm,
    /// A partition, by its hash.
    Partition(u64),
}

/// Units at a time.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Bucket {
    units: f64,
    at: Timestamp,
}

/// How a bucket fills.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Filling {
    per_second: f64,
    most: f64,
    /// When a bucket that was never drawn from held one second's worth.
    since: Timestamp,
}

/// What a request draws, and from where.
#[derive(Clone, Debug)]
pub(crate) struct Draw<'d> {
    pub(crate) definition: &'d TableDefinition,
    pub(crate) access: Access,
    pub(crate) units: &'d Units,
    /// The row that is read or written, or another of its partition; none where many partitions are read.
    pub(crate) partition: Option<u64>,
    /// The index that is read, if one is.
    pub(crate) index: Option<&'d str>,
}

impl Bucket {
    fn full(filling: Filling, now: Timestamp) -> Self {
        // Time before the table was there fills nothing.
        let units = filling.per_second * (1.0 + seconds(filling.since, now));
        Self {
            units: units.min(filling.most),
            at: now,
        }
    }

    fn filled(self, filling: Filling, now: Timestamp) -> Self {
        let units = self.units + filling.per_second * seconds(self.at, now);
        Self {
            units: units.min(filling.most),
            at: now.max(self.at),
        }
    }
}

fn seconds(from: Timestamp, to: Timestamp) -> f64 {
    to.as_millis().saturating_sub(from.as_millis()).max(0) as f64 / 1_000.0
}

impl Buckets {
    /// Draws what a request costs, or refuses it.
    ///
    /// # Errors
    /// When a bucket is empty; then nothing is drawn.
    pub(super) fn draw(&mut self, draw: &Draw<'_>, now: Timestamp) -> Result<(), ApiError> {
        let drawn = draw.sources();
        let mut refusals = Vec::new();
        let mut filled = Vec::with_capacity(drawn.len());
        for (source, filling, cost) in drawn {
            let bucket = match self.0.get(&source) {
                Some(bucket) => bucket.filled(filling, now),
                None => Bucket::full(filling, now),
            };
            if bucket.units <= 0.0 {
                refusals.push(source.clone());
            }
            filled.push((source, bucket, cost));
        }
        if !refusals.is_empty() {
            return Err(refuse(draw.definition, &refusals));
        }
        for (source, bucket, cost) in filled {
            let units = bucket.units - cost;
            self.0.insert(source, Bucket { units, ..bucket });
        }
        self.forget_full(now);
        Ok(())
    }

    /// Partitions fill within a second, so that those which were not drawn from for longer need no bucket, unless they are overdrawn.
    fn forget_full(&mut self, now: Timestamp) {
        if self.0.len() > BUCKETS_KEPT {
            let is_full = |source: &Source, bucket: &Bucket| {
                matches!(source.pool, Pool::Partition(_)) && bucket.units >= 0.0 && seconds(bucket.at, now) >= 1.0
            };
            self.0.retain(|source, bucket| !is_full(source, bucket));
        }
    }
}

impl<'d> Draw<'d> {
    /// What a write of one row draws.
    pub(crate) fn of_write(definition: &'d TableDefinition, units: &'d Units, key: &RowKey) -> Self {
        Self {
            definition,
            access: Access::Write,
            units,
            partition: Some(key.partition_hash()),
            index: None,
        }
    }

    /// What a read of one row draws.
    pub(crate) fn of_read(definition: &'d TableDefinition, units: &'d Units, key: &RowKey) -> Self {
        Self {
            access: Access::Read,
            ..Self::of_write(definition, units, key)
        }
    }

    /// The buckets, how they fill, and what is drawn from each.
    fn sources(&self) -> Vec<(Source, Filling, f64)> {
        let definition = self.definition;
        let mut sources = Vec::new();
        let of_table = self.units.at_table_and_local_indexes();
        if of_table > 0.0 {
            self.push_pools(&mut sources, None, &definition.capacity, of_table);
        }
        for (name, cost) in self.units.at_global_indexes() {
            if let Some(index) = definition.index(name).filter(|index| index.kind == IndexKind::Global) {
                self.push_pools(&mut sources, Some(name), &index.capacity, cost);
            }
        }
        if let Some(hash) = self.partition {
            let cost = match self.index {
                Some(index) => self.units.at_index(index),
                None => of_table,
            };
            let per_second = match self.access {
                Access::Read => PARTITION_READS,
                Access::Write => PARTITION_WRITES,
            };
            let filling = Filling {
                per_second,
                most: per_second,
                since: definition.created,
            };
            sources.push((self.source(self.index, Pool::Partition(hash)), filling, cost));
        }
        sources
    }

    fn push_pools(
        &self,
        sources: &mut Vec<(Source, Filling, f64)>,
        index: Option<&str>,
        capacity: &Capacity,
        cost: f64,
    ) {
        let of = |read: i64, write: i64| match self.access {
            Access::Read => read as f64,
            Access::Write => write as f64,
        };
        let definition = self.definition;
        if definition.billing.mode == BillingMode::Provisioned {
            let units = capacity.throughput.units;
            let per_second = of(units.read, units.write);
            let filling = Filling {
                per_second,
                most: per_second * BURST_SECONDS,
                since: definition.created,
            };
            sources.push((self.source(index, Pool::Provisioned), filling, cost));
            return;
        }
        let on_demand = |per_second| Filling {
            per_second,
            most: per_second,
            since: definition.created,
        };
        let ceiling = match self.access {
            Access::Read => capacity.ceilings.read,
            Access::Write => capacity.ceilings.write,
        };
        if let Some(ceiling) = ceiling {
            sources.push((self.source(index, Pool::Ceiling), on_demand(ceiling as f64), cost));
        }
        let warm = of(capacity.warm.read, capacity.warm.write);
        sources.push((self.source(index, Pool::Warm), on_demand(warm), cost));
    }

    fn source(&self, index: Option<&str>, pool: Pool) -> Source {
        Source {
            table_id: self.definition.id.clone(),
            index: index.map(SmolStr::new),
            access: self.access,
            pool,
        }
    }
}

/// The refusal of a request whose buckets are empty: by how the table is paid for, with a reason for each bucket.
fn refuse(definition: &TableDefinition, empty: &[Source]) -> ApiError {
    let reasons = empty.iter().map(|source| {
        let (on, arn) = match &source.index {
            Some(index) => (Resource::Index, index_arn(&definition.arn, index)),
            None => (Resource::Table, definition.arn.clone()),
        };
        let limit = match source.pool {
            Pool::Provisioned => Limit::ProvisionedThroughput,
            Pool::Ceiling => Limit::MaxOnDemandThroughput,
            Pool::Warm | Pool::Partition(_) => Limit::KeyRangeThroughput,
        };
        ThrottlingReason {
            on,
            access: source.access,
            limit,
            arn,
        }
    });
    let is_of_index = empty.iter().all(|source| source.index.is_some());
    let is_ceiling = empty.iter().any(|source| source.pool == Pool::Ceiling);
    let (kind, message) = match (definition.billing.mode, is_of_index) {
        (BillingMode::Provisioned, false) => (ErrorKind::ProvisionedThroughputExceeded, TABLE_EXCEEDED),
        (BillingMode::Provisioned, true) => (ErrorKind::ProvisionedThroughputExceeded, INDEXES_EXCEEDED),
        (BillingMode::PayPerRequest, _) if is_ceiling => (ErrorKind::Throttling, CEILING_EXCEEDED),
        (BillingMode::PayPerRequest, false) => (ErrorKind::Throttling, TABLE_THROTTLED),
        (BillingMode::PayPerRequest, true) => (ErrorKind::Throttling, INDEXES_THROTTLED),
    };
    ApiError::new(kind, message).with_throttling(reasons.collect())
}

#[cfg(test)]
mod tests;
