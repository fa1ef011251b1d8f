//! The reads of a transaction: located in one state of a database, held against the transactions under way, and answered.
//!
//! Like the [writes](super::write_set), they can come from any request: ExecuteTransaction's SELECTs are reads of items as well.

use std::sync::Arc;

use super::write_set::{ItemsNamed, TRANSACTION_BYTES_MAX, TransactionFault, check_conflicts};
use crate::engine::capacity::{Axis, CapacityReport, Consistency, Units, read_units};
use crate::engine::context::Context;
use crate::engine::holds::Held;
use crate::engine::keys::key_of_map;
use crate::engine::names::TableTarget;
use crate::engine::tables::check_transactional;
use crate::engine::throttle::Draw;
use crate::engine::write::{WriteFault, check_scalar_keys};
use crate::expression::Projection;
use crate::model::wire::{CancellationReason, ConsumedCapacity, ItemResponse};
use crate::model::{ApiError, PackedItem};
use crate::store::{Database, Row, RowKey, Table};

/// A read of one item, checked as far as it can be without its table.
#[derive(Debug)]
pub(crate) struct TransactRead {
    pub(crate) target: TableTarget,
    pub(crate) key: PackedItem,
    pub(crate) projection: Option<Projection>,
}

/// Where a read leads: the table as it was when all were located, and the key.
#[derive(Debug)]
pub(crate) struct Located {
    table: Arc<Table>,
    key: RowKey,
}

impl Located {
    pub(crate) fn new(table: Arc<Table>, key: RowKey) -> Self {
        Self { table, key }
    }

    /// The row, if there is one.
    pub(crate) fn row(&self) -> Option<&Row> {
        self.table.get(&self.key)
    }

    /// How much of the row is billed.
    fn billed_bytes(&self) -> u64 {
        self.row().map_or(0, |row| self.table.definition().billed_bytes(row))
    }
}

/// Finds the tables of the reads, then their rows, all in one state of the database.
///
/// # Errors
/// When there is no such table; the cancellation when a key does not fit; when an item is named twice; the cancellation when one is part
/// of another transaction.
pub(crate) fn locate(reads: &[TransactRead], database: &Database, held: Held<'_>) -> Result<Vec<Located>, ApiError> {
    let tables = reads.iter().map(|read| {
        let table = read.target.find(database)?;
        check_transactional(table.definition())?;
        Ok::<_, ApiError>(Arc::clone(table))
    });
    let tables = tables.collect::<Result<Vec<_>, _>>()?;
    let keys = reads.iter().zip(&tables).map(|(read, table)| read.key_in(table));
    let located = settle(keys.collect())?.into_iter().zip(tables);
    let located: Vec<Located> = located.map(|(key, table)| Located { table, key }).collect();
    check_together(&located, held)?;
    Ok(located)
}

/// Holds the items that are read against each other and against the transactions under way.
///
/// # Errors
/// When an item is named twice; the cancellation when one is part of another transaction.
pub(crate) fn check_together(located: &[Located], held: Held<'_>) -> Result<(), ApiError> {
    let mut named = ItemsNamed::default();
    let mut items = Vec::with_capacity(located.len());
    for Located { table, key } in located {
        named.add(table, key.clone())?;
        items.push(Some((table.definition().name.clone(), key.clone())));
    }
    check_conflicts(&items, held)
}

fn settle(keys: Vec<Result<RowKey, WriteFault>>) -> Result<Vec<RowKey>, ApiError> {
    if keys.iter().all(Result::is_ok) {
        return Ok(keys.into_iter().flatten().collect());
    }
    let reason = |key: Result<RowKey, WriteFault>| match key {
        Ok(_) => CancellationReason::none(),
        Err(fault) => fault.into(),
    };
    Err(ApiError::cancelled(keys.into_iter().map(reason).collect()))
}

impl TransactRead {
    fn key_in(&self, table: &Table) -> Result<RowKey, WriteFault> {
        let definition = table.definition();
        let key = key_of_map(&definition.keys, &self.key)?;
        check_scalar_keys(
            definition,
            self.projection.iter().flat_map(Projection::attributes_in_part),
        )?;
        Ok(key)
    }

    /// An item of which nothing is asked for is answered like one that is not there.
    pub(crate) fn response(&self, row: Option<&Row>) -> ItemResponse {
        let item = match (&self.projection, row) {
            (_, None) => None,
            (None, Some(row)) => Some(row.item.clone()),
            (Some(projection), Some(row)) => Some(projection.apply_packed(&row.item)).filter(|item| !item.is_empty()),
        };
        ItemResponse { item }
    }
}

fn size(row: Option<&Row>) -> u64 {
    row.map_or(0, |row| row.size_bytes.into())
}

/// Holds the items that were found against what a transaction may move.
///
/// # Errors
/// When they are too large together.
pub(crate) fn check_size(found: &[Option<&Row>]) -> Result<(), TransactionFault> {
    match found.iter().map(|row| size(*row)).sum::<u64>() > TRANSACTION_BYTES_MAX {
        true => Err(TransactionFault::TooLarge),
        false => Ok(()),
    }
}

/// Draws what the reads cost.
///
/// # Errors
/// The cancellation, when some of them cannot be served now.
pub(crate) fn draw(located: &[Located], context: &Context<'_>) -> Result<(), ApiError> {
    let refusals = located.iter().map(|located| {
        let units = Units::at_table(read_units(located.billed_bytes(), Consistency::Transactional));
        let draw = Draw::of_read(located.table.definition(), &units, &located.key);
        context.draw(&draw).err()
    });
    let refusals: Vec<Option<ApiError>> = refusals.collect();
    if refusals.iter().all(Option::is_none) {
        return Ok(());
    }
    let reason = |refusal: &Option<ApiError>| {
        let refusal = refusal.as_ref();
        refusal.map_or_else(CancellationReason::none, CancellationReason::of_throttling)
    };
    Err(ApiError::cancelled(refusals.iter().map(reason).collect()))
}

/// What the reads cost, by table in the order in which the request names them; projections change nothing.
pub(crate) fn consumed<'t>(
    targets: impl IntoIterator<Item = &'t TableTarget>,
    located: &[Located],
    report: CapacityReport,
) -> Vec<ConsumedCapacity> {
    let mut tables: Vec<(&TableTarget, Units)> = Vec::new();
    for (target, located) in targets.into_iter().zip(located) {
        let units = Units::at_table(read_units(located.billed_bytes(), Consistency::Transactional));
        match tables.iter_mut().find(|(known, _)| known.name() == target.name()) {
            Some((_, sum)) => sum.add(units),
            None => tables.push((target, units)),
        }
    }
    tables
        .into_iter()
        .filter_map(|(target, units)| units.report_on(Axis::Read, report, target.given()))
        .collect()
}
