//! The writes of a transaction against a database: located, planned all together, committed as one Change or refused as one.
//!
//! It knows tables and items, and neither requests nor locks; [the module](super) tells how the functions follow each other.

use std::collections::HashSet;
use std::fmt;
use std::sync::Arc;

use crate::engine::capacity::{Axis, CapacityReport, Consistency, Units, read_units};
use crate::engine::context::Context;
use crate::engine::holds::{Held, HeldItem};
use crate::engine::items::collections_written;
use crate::engine::keys::KeyFault;
use crate::engine::names::TableTarget;
use crate::engine::space::Transaction;
use crate::engine::tables::check_transactional;
use crate::engine::write::{Action, Planned, Write, WriteFault};
use crate::model::ApiError;
use crate::model::json::{Entries, Text, Timestamp};
use crate::model::wire::{CancellationReason, ConsumedCapacity, ItemCollectionMetrics};
use crate::store::{Database, Origin, Row, RowKey, Table, TableDefinition};

use super::tokens::Costs;

/// The most bytes of all items of a transaction.
pub(crate) const TRANSACTION_BYTES_MAX: u64 = 4 << 20;

/// A write of a transaction, and the table that it is to.
#[derive(Debug)]
pub(crate) struct TransactWrite {
    pub(crate) target: TableTarget,
    /// The write, or what of the request is found to be wrong only once the write is run.
    pub(crate) write: Result<Write, ApiError>,
}

/// Why a transaction cannot go on, whatever the items are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TransactionFault {
    /// An item is named twice.
    Duplicate,
    /// The items are too large together.
    TooLarge,
}

impl fmt::Display for TransactionFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Duplicate => "Transaction request cannot include multiple operations on one item",
            Self::TooLarge => {
                "Collection size of items exceeded, which can also be caused by the aggregate size of the items in the transaction exceeding \
                 the 4MB limit"
            }
        })
    }
}

impl From<TransactionFault> for ApiError {
    fn from(fault: TransactionFault) -> Self {
        Self::validation(fault)
    }
}

/// Whether TransactWriteItems answers a fault as it is, instead of cancelling: empty keys of the table or an index
/// (observed-validation.md §13).
pub(crate) fn is_told_alone(fault: &WriteFault) -> bool {
    let WriteFault::Key(fault) = fault else {
        return false;
    };
    matches!(
        fault,
        KeyFault::Empty { .. } | KeyFault::EmptyIndexKey { .. } | KeyFault::EmptyUpdatedIndexKey(_)
    )
}

/// The items that a transaction names, each once.
#[derive(Debug, Default)]
pub(crate) struct ItemsNamed(HashSet<(Text, RowKey)>);

impl ItemsNamed {
    /// Adds an item.
    ///
    /// # Errors
    /// When it was named before.
    pub(crate) fn add(&mut self, table: &Table, key: RowKey) -> Result<(), TransactionFault> {
        match self.0.insert((table.definition().name.clone(), key)) {
            true => Ok(()),
            false => Err(TransactionFault::Duplicate),
        }
    }
}

/// Finds the tables of the writes, holds their keys against the schemas, and then the items that they name against each other.
///
/// # Errors
/// When there is no such table; the cancellation for the first key that does not fit its table; when an item is named twice.
pub(crate) fn locate<'d>(database: &'d Database, writes: &[TransactWrite]) -> Result<Vec<&'d Table>, ApiError> {
    let find = |TransactWrite { target, .. }: &TransactWrite| {
        let table = target.find(database)?;
        check_transactional(table.definition())?;
        Ok(&**table)
    };
    let tables = writes.iter().map(find).collect::<Result<Vec<_>, ApiError>>()?;
    let key = |(TransactWrite { write, .. }, table): (&TransactWrite, &&Table)| {
        let write = write.as_ref().ok()?;
        Some(write.key(&table.definition().keys))
    };
    let keys: Vec<_> = writes.iter().zip(&tables).map(key).collect();
    check_keys(&keys)?;
    let mut named = ItemsNamed::default();
    for (key, table) in keys.into_iter().zip(&tables) {
        if let Some(Ok(key)) = key {
            named.add(table, key)?;
        }
    }
    Ok(tables)
}

/// Holds keys against their schemas. Empty and long ones are told where the writes are planned.
///
/// # Errors
/// The cancellation for the first that does not fit, as if nothing else were wrong.
fn check_keys(keys: &[Option<Result<RowKey, KeyFault>>]) -> Result<(), ApiError> {
    let misfit = |key: &Option<Result<RowKey, KeyFault>>| match key {
        Some(Err(fault @ (KeyFault::Mismatch | KeyFault::Missing(_) | KeyFault::Mistyped { .. }))) => {
            Some(fault.clone())
        }
        _ => None,
    };
    let Some((first, fault)) = (0..).zip(keys).find_map(|(at, key)| Some((at, misfit(key)?))) else {
        return Ok(());
    };
    let mut reasons = vec![CancellationReason::none(); keys.len()];
    reasons[first] = WriteFault::Key(fault).into();
    Err(ApiError::cancelled(reasons))
}

/// Holds the items of a transaction against what a transaction may move: those that it puts, and as they are those that it changes, deletes
/// or looks at.
///
/// # Errors
/// When they are too large together.
pub(crate) fn check_size(writes: &[TransactWrite], tables: &[&Table]) -> Result<(), TransactionFault> {
    let size = |(write, table): (&TransactWrite, &&Table)| -> u64 {
        let Ok(write) = &write.write else { return 0 };
        match &write.action {
            Action::Put(row) => row.size_bytes.into(),
            Action::Update { .. } | Action::Delete { .. } | Action::Check { .. } => {
                let key = write.key(&table.definition().keys).ok();
                key.and_then(|key| table.get(&key)).map_or(0, size_of)
            }
        }
    };
    let bytes: u64 = writes.iter().zip(tables).map(size).sum();
    match bytes > TRANSACTION_BYTES_MAX {
        true => Err(TransactionFault::TooLarge),
        false => Ok(()),
    }
}

/// The rows that the writes name, for their transaction to hold; a key that cannot be read names none.
///
/// # Errors
/// The cancellation, when one of them is part of another transaction.
pub(crate) fn claimed(
    writes: &[TransactWrite],
    tables: &[&Table],
    held: Held<'_>,
    context: &Context<'_>,
) -> Result<Vec<HeldItem>, ApiError> {
    let item = |(write, table): (&TransactWrite, &&Table)| {
        let definition = table.definition();
        let key = write.write.as_ref().ok()?.key(&definition.keys).ok()?;
        Some((definition.name.clone(), key))
    };
    let items: Vec<Option<HeldItem>> = writes.iter().zip(tables).map(item).collect();
    match check_conflicts(&items, held) {
        Ok(()) => Ok(items.into_iter().flatten().collect()),
        Err(cancelled) => {
            let refused = writes.iter().zip(tables);
            let refused = refused.map(|(write, table)| (write, *table, Fate::Refused));
            Err(cancelled.charged(charge_cancelled(refused, context)))
        }
    }
}

/// Holds rows against the transactions under way.
///
/// # Errors
/// The cancellation, when one of them is part of another transaction.
pub(crate) fn check_conflicts(items: &[Option<HeldItem>], held: Held<'_>) -> Result<(), ApiError> {
    let covers = |item: &Option<HeldItem>| item.as_ref().is_some_and(|(table, key)| held.covers(table, key));
    if !items.iter().any(covers) {
        return Ok(());
    }
    let reason = |item| match covers(item) {
        true => WriteFault::Conflict.into(),
        false => CancellationReason::none(),
    };
    Err(ApiError::cancelled(items.iter().map(reason).collect()))
}

/// Plans every write against the state before the transaction.
///
/// # Errors
/// When a request is found to be wrong only now. A write that cannot be done is no error here, but a fault in its place.
pub(crate) fn plan(
    writes: &[TransactWrite],
    tables: &[&Table],
    held: Held<'_>,
) -> Result<Vec<Result<Planned, WriteFault>>, ApiError> {
    let plan = |(write, table): (&TransactWrite, &&Table)| {
        let write = write.write.as_ref().map_err(Clone::clone)?;
        Ok(write.plan(table, held))
    };
    writes.iter().zip(tables).map(plan).collect()
}

/// Draws what the writes cost that can be done, twice as much as alone; those that cannot be served now are refused.
pub(crate) fn draw(plans: &mut [Result<Planned, WriteFault>], tables: &[&Table], context: &Context<'_>) {
    for (plan, table) in plans.iter_mut().zip(tables) {
        if let Ok(planned) = plan
            && let Err(error) = context.draw_transactional_write(table.definition(), planned)
        {
            *plan = Err(WriteFault::Throttled(Box::new(error)));
        }
    }
}

/// What of a transaction that is cancelled is paid for: a write that could have been made as if it had been, another as one that fails alone, all
/// of them twice; one that was throttled is not.
pub(crate) fn charge_cancelled<'w>(
    writes: impl Iterator<Item = (&'w TransactWrite, &'w Table, Fate<'w>)>,
    context: &Context<'_>,
) -> f64 {
    let cost = |(write, table, fate): (&TransactWrite, &Table, Fate<'_>)| match (fate, &write.write) {
        (Fate::Planned(planned), _) => Units::of_write(table.definition(), planned.old.as_ref(), planned.new.as_ref())
            .transactional()
            .total(),
        (Fate::Refused, Ok(write)) => write.charge_failure(table, context, Units::transactional).total(),
        (Fate::Refused, Err(_)) | (Fate::Throttled, _) => 0.0,
    };
    writes.map(cost).sum()
}

/// What became of a write whose transaction is cancelled.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Fate<'p> {
    /// It could have been made, and drew what it costs.
    Planned(&'p Planned),
    /// It could not be made.
    Refused,
    /// Its table could not serve it.
    Throttled,
}

impl<'p> Fate<'p> {
    fn of(plan: &'p Result<Planned, WriteFault>) -> Self {
        match plan {
            Ok(planned) => Self::Planned(planned),
            Err(WriteFault::Throttled(_)) => Self::Throttled,
            Err(_) => Self::Refused,
        }
    }
}

/// The plans if all writes can be done.
///
/// # Errors
/// The cancellation, with a reason for every write, and what it costs.
pub(crate) fn settle(
    plans: Vec<Result<Planned, WriteFault>>,
    writes: &[TransactWrite],
    tables: &[&Table],
    context: &Context<'_>,
) -> Result<Vec<Planned>, ApiError> {
    if plans.iter().all(Result::is_ok) {
        return Ok(plans.into_iter().flatten().collect());
    }
    let fates = plans.iter().map(Fate::of);
    let fates = writes.iter().zip(tables).zip(fates);
    let cost = charge_cancelled(fates.map(|((write, table), fate)| (write, *table, fate)), context);
    let reason = |plan: Result<Planned, WriteFault>| match plan {
        Ok(_) => CancellationReason::none(),
        Err(fault) => fault.into(),
    };
    Err(ApiError::cancelled(plans.into_iter().map(reason).collect()).charged(cost))
}

/// What the tables of the writes are apart from their items. Whoever held on to the tables themselves would let the commit copy them.
pub(crate) fn definitions(tables: &[&Table]) -> Vec<Arc<TableDefinition>> {
    tables.iter().map(|table| Arc::clone(table.definition())).collect()
}

/// Makes the writes, all by one Change, and none if every item stays as it is.
pub(crate) fn commit(
    transaction: &mut Transaction<'_>,
    now: Timestamp,
    definitions: &[Arc<TableDefinition>],
    planned: &[Planned],
) {
    let changes: Vec<_> = planned
        .iter()
        .zip(definitions)
        .filter_map(|(planned, definition)| planned.change(definition))
        .collect();
    if !changes.is_empty() {
        transaction.commit_items(now, Origin::Caller, changes);
    }
}

/// What one table of a transaction saw, under the name that the request gave it.
#[derive(Debug)]
pub(crate) struct Share<'w> {
    given: &'w Text,
    definition: &'w TableDefinition,
    /// The writes to it: whether each changes anything or only checks, and what became of it.
    planned: Vec<(&'w TransactWrite, &'w Planned)>,
}

/// The writes by table, in the order in which the request names the tables.
pub(crate) fn shares<'w>(
    writes: &'w [TransactWrite],
    definitions: &'w [Arc<TableDefinition>],
    planned: &'w [Planned],
) -> Vec<Share<'w>> {
    let mut shares: Vec<Share<'w>> = Vec::new();
    for ((write, definition), planned) in writes.iter().zip(definitions).zip(planned) {
        let of_table = |share: &&mut Share<'_>| share.definition.name == definition.name;
        match shares.iter_mut().find(of_table) {
            Some(share) => share.planned.push((write, planned)),
            None => shares.push(Share {
                given: write.target.given(),
                definition,
                planned: vec![(write, planned)],
            }),
        }
    }
    shares
}

impl Share<'_> {
    /// What the writes cost.
    fn units(&self) -> Units {
        self.sum(|planned| Units::of_write(self.definition, planned.old.as_ref(), planned.new.as_ref()))
    }

    /// What repeating the request costs: reading the larger of what each item was and is.
    fn read_units(&self) -> Units {
        self.sum(|planned| {
            let size = |row: &Option<Row>| row.as_ref().map_or(0, |row| self.definition.billed_bytes(row));
            let bytes = size(&planned.old).max(size(&planned.new));
            Units::at_table(read_units(bytes, Consistency::Strong))
        })
    }

    fn sum(&self, units: impl Fn(&Planned) -> Units) -> Units {
        self.planned.iter().fold(Units::default(), |mut sum, (_, planned)| {
            sum.add(units(planned).transactional());
            sum
        })
    }

    fn collections(&self, database: &Database) -> Option<(Text, Vec<ItemCollectionMetrics>)> {
        let table = database.table(&self.definition.name)?;
        let writes = self.planned.iter().filter(|(write, _)| write.changes_items());
        let metrics = collections_written(table, writes.map(|(_, planned)| *planned));
        (!metrics.is_empty()).then(|| (self.given.clone(), metrics))
    }
}

impl TransactWrite {
    fn changes_items(&self) -> bool {
        !matches!(&self.write, Ok(write) if matches!(write.action, Action::Check { .. }))
    }
}

/// What the writes cost, by table.
pub(crate) fn consumed(shares: &[Share<'_>], report: CapacityReport) -> Option<Vec<ConsumedCapacity>> {
    let reported = shares
        .iter()
        .filter_map(|share| share.units().report_on(Axis::Write, report, share.given));
    (report != CapacityReport::None).then(|| reported.collect())
}

/// What repeating the request costs, by table.
pub(crate) fn costs_of_repetition(shares: &[Share<'_>]) -> Costs {
    shares
        .iter()
        .map(|share| (share.given.clone(), share.read_units()))
        .collect()
}

/// The sizes of the collections that were written, by table; `database` is as it became.
pub(crate) fn collections(shares: &[Share<'_>], database: &Database) -> Option<Entries<Vec<ItemCollectionMetrics>>> {
    let metrics: Vec<_> = shares.iter().filter_map(|share| share.collections(database)).collect();
    (!metrics.is_empty()).then_some(Entries(metrics))
}

fn size_of(row: &Row) -> u64 {
    row.size_bytes.into()
}
