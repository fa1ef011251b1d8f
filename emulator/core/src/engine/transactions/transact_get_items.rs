//! TransactGetItems: reads items, all as they are at one moment.
//!
//! Order of checks (observed-validation.md §17): absent reads, length of the list, the word, table names together, empty names; the keys'
//! values; read by read its projection; then the tables, the keys against the schema, which cancel, duplicates, and the size of all items.
//! Values are worded by the older layer.

use std::sync::Arc;

use super::transact_write_items::ACTIONS_MAX;
use super::write_set::{ItemsNamed, TRANSACTION_BYTES_MAX, TransactionFault};
use crate::engine::capacity::{Axis, CapacityReport, Consistency, Units, read_units};
use crate::engine::context::{Context, Execute};
use crate::engine::expressions::Expressions;
use crate::engine::keys::key_of_map;
use crate::engine::members::state_return_consumed_capacity;
use crate::engine::names::{TableTarget, is_arn};
use crate::engine::violations::{TABLE_NAME, Violations};
use crate::engine::wording::{Surface, Wording};
use crate::engine::write::{WriteFault, check_scalar_keys};
use crate::expression::{ExpressionKind, Projection};
use crate::model::fault::Stage;
use crate::model::wire::{
    Attributes, CancellationReason, ConsumedCapacity, ItemResponse, TransactGet, TransactGetItemsReply,
    TransactGetItemsRequest,
};
use crate::model::{ApiError, CancellationCode, Layer};
use crate::store::{Database, Row, RowKey, Table};

/// One read, checked as far as it can be without its table.
struct TransactRead<'r> {
    target: TableTarget,
    key: &'r Attributes,
    projection: Option<Projection>,
}

impl Execute for TransactGetItemsRequest {
    type Reply = TransactGetItemsReply;

    fn execute(self, context: &Context<'_>) -> Result<TransactGetItemsReply, ApiError> {
        let reads = self.checked(context)?;
        let (tables, rows) = context.read(|database| locate(&reads, database))?;
        let found: Vec<_> = tables.iter().zip(&rows).map(|(table, row)| table.get(row)).collect();
        if found.iter().map(|row| size(*row)).sum::<u64>() > TRANSACTION_BYTES_MAX {
            return Err(TransactionFault::TooLarge.into());
        }
        let report = CapacityReport::of(self.return_consumed_capacity.as_ref());
        let responses = reads.iter().zip(&found).map(|(read, row)| read.response(*row));
        Ok(TransactGetItemsReply {
            responses: responses.collect(),
            consumed_capacity: (report != CapacityReport::None).then(|| {
                let billed = |(table, row): (&Arc<Table>, &Option<&Row>)| {
                    row.map_or(0, |row| table.definition().billed_bytes(row))
                };
                consumed(&reads, tables.iter().zip(&found).map(billed), report)
            }),
        })
    }
}

impl TransactGetItemsRequest {
    /// Everything that can be refused without the tables.
    fn checked<'r>(&'r self, context: &'r Context<'_>) -> Result<Vec<TransactRead<'r>>, ApiError> {
        let gets = self.check_members()?;
        let wording = Wording::new(Surface::TransactGetItems, Layer::Older);
        for get in &gets {
            wording.check(Stage::Name, &key_of(get).faults)?;
            expressions(get, &wording, context).check_names_not_empty()?;
        }
        for stage in [Stage::Reading, Stage::Depth, Stage::NullFalse, Stage::Content] {
            gets.iter()
                .try_for_each(|get| wording.check(stage, &key_of(get).faults))?;
        }
        let read = |get: &&'r TransactGet| {
            Ok(TransactRead {
                projection: projection(get, &wording, context)?,
                target: context.target(get.table_name.as_ref())?,
                key: key_of(get),
            })
        };
        gets.iter().map(read).collect()
    }

    fn check_members(&self) -> Result<Vec<&TransactGet>, ApiError> {
        let entries = self.transact_items.as_deref().unwrap_or_default();
        self.check_absent_members()?;
        let mut violations = Violations::default();
        violations
            .echoed("transactItems", self.transact_items.as_ref())
            .length_at_least(1)
            .length_at_most(ACTIONS_MAX);
        violations.refuse()?;
        let mut violations = Violations::default();
        state_return_consumed_capacity(&mut violations, self.return_consumed_capacity.as_ref());
        violations.refuse()?;
        let gets: Vec<&TransactGet> = entries.iter().filter_map(|entry| entry.get.as_ref()).collect();
        let mut violations = Violations::default();
        for (position, get) in (1..).zip(&gets) {
            let name = get.table_name.as_ref().filter(|name| !is_arn(name));
            let path = format!("transactItems.{position}.member.get.tableName");
            let member = violations.echoed(path, name);
            member.length_at_least(3).length_at_most(255).pattern(&TABLE_NAME);
        }
        violations.refuse()?;
        Ok(gets)
    }

    /// Members that must be there are missed before all else, and then the word is told beside them.
    fn check_absent_members(&self) -> Result<(), ApiError> {
        let mut violations = Violations::default();
        violations
            .echoed("transactItems", self.transact_items.as_ref())
            .required();
        for (position, entry) in (1..).zip(self.transact_items.iter().flatten()) {
            let path = |member: &str| format!("transactItems.{position}.member.{member}");
            violations.echoed(path("get"), entry.get.as_ref()).required();
            if let Some(get) = &entry.get {
                violations.echoed(path("get.key"), get.key.as_ref()).required();
                violations
                    .echoed(path("get.tableName"), get.table_name.as_ref())
                    .required();
            }
        }
        if violations.is_empty() {
            return Ok(());
        }
        state_return_consumed_capacity(&mut violations, self.return_consumed_capacity.as_ref());
        violations.refuse()
    }
}

fn key_of(get: &TransactGet) -> &Attributes {
    get.key
        .as_ref()
        .unwrap_or_else(|| unreachable!("its absence was refused"))
}

fn expressions<'r>(get: &'r TransactGet, wording: &Wording, context: &'r Context<'_>) -> Expressions<'r> {
    Expressions::new(context, *wording, get.expression_attribute_names.as_ref(), None)
}

fn projection(get: &TransactGet, wording: &Wording, context: &Context<'_>) -> Result<Option<Projection>, ApiError> {
    let mut expressions = expressions(get, wording, context);
    let text = get.projection_expression.as_ref();
    expressions.check_maps(&[(ExpressionKind::Projection, text.is_some())])?;
    let projection = expressions.projection(text, None)?;
    expressions.check_unused()?;
    Ok(projection)
}

/// Finds the tables, then the rows: all from one state of the database.
fn locate(reads: &[TransactRead<'_>], database: &Database) -> Result<(Vec<Arc<Table>>, Vec<RowKey>), ApiError> {
    let tables = reads.iter().map(|read| read.target.find(database).cloned());
    let tables = tables.collect::<Result<Vec<_>, _>>()?;
    let rows: Vec<_> = reads.iter().zip(&tables).map(|(read, table)| read.row(table)).collect();
    if rows.iter().any(Result::is_err) {
        let reason = |row: Result<RowKey, WriteFault>| match row {
            Ok(_) => CancellationReason::none(),
            Err(fault) => CancellationReason::new(CancellationCode::ValidationError, fault),
        };
        return Err(ApiError::cancelled(rows.into_iter().map(reason).collect()));
    }
    let rows: Vec<RowKey> = rows.into_iter().flatten().collect();
    let mut named = ItemsNamed::default();
    for (table, row) in tables.iter().zip(&rows) {
        named.add(table, row.clone())?;
    }
    Ok((tables, rows))
}

impl TransactRead<'_> {
    fn row(&self, table: &Table) -> Result<RowKey, WriteFault> {
        let definition = table.definition();
        let row = key_of_map(&definition.keys, &self.key.map)?;
        check_scalar_keys(
            definition,
            self.projection.iter().flat_map(Projection::attributes_in_part),
        )?;
        Ok(row)
    }

    /// An item of which nothing is asked for is answered like one that is not there.
    fn response(&self, row: Option<&Row>) -> ItemResponse {
        let item = match (&self.projection, row) {
            (_, None) => None,
            (None, Some(row)) => Some(row.item.clone()),
            (Some(projection), Some(row)) => Some(projection.apply(&row.item)).filter(|item| !item.is_empty()),
        };
        ItemResponse { item }
    }
}

fn size(row: Option<&Row>) -> u64 {
    row.map_or(0, |row| row.size_bytes.into())
}

/// What the reads cost, by table in the order in which the request names them; projections change nothing.
fn consumed(
    reads: &[TransactRead<'_>],
    bytes: impl Iterator<Item = u64>,
    report: CapacityReport,
) -> Vec<ConsumedCapacity> {
    let mut tables: Vec<(&TableTarget, Units)> = Vec::new();
    for (read, bytes) in reads.iter().zip(bytes) {
        let units = Units::at_table(read_units(bytes, Consistency::Transactional));
        match tables
            .iter_mut()
            .find(|(target, _)| target.name() == read.target.name())
        {
            Some((_, sum)) => sum.add(units),
            None => tables.push((&read.target, units)),
        }
    }
    tables
        .into_iter()
        .filter_map(|(target, units)| units.report_on(Axis::Read, report, target.given()))
        .collect()
}
