//! BatchExecuteStatement: executes PartiQL statements, each by itself.
//!
//! Order of checks (observed-validation.md §18): members together; then each statement by itself (unreadable values, depth, contents, a call in a
//! select list, empty names, the text, parameters, table, key), which lets only that one fail; then those that are left against each other:
//! reads and writes, the same item twice. What is left of that is executed one after the other.

use std::collections::HashSet;
use std::convert::identity;
use std::sync::Arc;

use super::fault::StatementFault;
use super::member::Sent;
use super::read::{self, Keys};
use super::write;
use crate::engine::capacity::{Consistency, Units, read_units};
use crate::engine::context::{Context, Execute};
use crate::engine::keys::key_of_map;
use crate::engine::members::state_return_consumed_capacity;
use crate::engine::names::TableTarget;
use crate::engine::pages::page::Source;
use crate::engine::throttle::Draw;
use crate::engine::violations::Violations;
use crate::engine::write::{Action, Write};
use crate::expression::partiql::{Bound, Kind, Statement, StatementError};
use crate::model::json::Text;
use crate::model::wire::{
    BatchExecuteStatementReply, BatchExecuteStatementRequest, BatchStatementError, BatchStatementRequest,
    BatchStatementResponse,
};
use crate::model::{ApiError, ErrorKind, PackedItem};
use crate::store::{Origin, RowKey, Table};

/// The most statements of a batch.
const STATEMENTS_MAX: usize = 25;

/// A statement that passed all checks of its own.
struct Ready<'b> {
    bound: Bound<'b>,
    target: TableTarget,
    key: PackedItem,
    row: RowKey,
}

/// What became of a statement that was executed.
struct Executed {
    outcome: Result<Option<PackedItem>, ApiError>,
    units: Units,
}

/// Units by table, in the order in which the statements name them; whether any statement of the table succeeded.
type Costs = Vec<(Text, Units, bool)>;

impl Execute for BatchExecuteStatementRequest {
    type Reply = BatchExecuteStatementReply;

    fn execute(self, context: &Context<'_>) -> Result<BatchExecuteStatementReply, ApiError> {
        let requests = self.check_members()?;
        let statements: Vec<_> = requests.iter().map(|request| read_text(request, context)).collect();
        let ready: Vec<_> = requests
            .iter()
            .zip(&statements)
            .map(|(request, statement)| match statement {
                Ok(statement) => prepare(request, statement, context),
                Err(error) => Err(error.clone()),
            })
            .collect();
        check_together(&ready)?;
        let mut costs = Costs::new();
        let responses = requests.iter().zip(&ready).map(|(request, ready)| match ready {
            Ok(ready) => {
                let executed = ready.execute(request, context);
                add_costs(&mut costs, ready.target.given(), &executed);
                respond(executed.outcome, Some(ready.target.given()))
            }
            Err(error) => respond(Err(error.clone()), None),
        });
        let responses = responses.collect();
        let report = context.capacity_report(self.return_consumed_capacity.as_ref());
        let reported = costs
            .into_iter()
            .filter(|(_, _, is_any)| *is_any)
            .filter_map(|(table, units, _)| units.report(report, &table));
        let consumed: Vec<_> = reported.collect();
        Ok(BatchExecuteStatementReply {
            responses,
            consumed_capacity: Some(consumed).filter(|consumed| !consumed.is_empty()),
        })
    }
}

impl BatchExecuteStatementRequest {
    fn check_members(&self) -> Result<&[BatchStatementRequest], ApiError> {
        let mut violations = Violations::default();
        state_return_consumed_capacity(&mut violations, self.return_consumed_capacity.as_ref());
        violations
            .echoed("statements", self.statements.as_ref())
            .required()
            .length_at_least(1)
            .length_at_most(STATEMENTS_MAX);
        let requests = self.statements.as_deref().unwrap_or_default();
        for (position, request) in (1..).zip(requests) {
            let prefix = format!("statements.{position}.member.");
            let sent = sent(request);
            sent.state_return_on_failure(&mut violations, &prefix);
            sent.state_statement(&mut violations, &prefix);
            sent.state_parameters(&mut violations, &prefix);
        }
        violations.refuse()?;
        Ok(requests)
    }
}

fn sent(request: &BatchStatementRequest) -> Sent<'_> {
    Sent {
        statement: request.statement.as_ref(),
        parameters: request.parameters.as_ref(),
        return_on_failure: request.return_values_on_condition_check_failure.as_ref(),
    }
}

/// Checks the parameters and the text of a statement.
fn read_text(request: &BatchStatementRequest, context: &Context<'_>) -> Result<Arc<Statement>, ApiError> {
    let sent = sent(request);
    sent.check_readable()?;
    sent.check_depth()?;
    sent.check_content()?;
    sent.check_select_list(context)?;
    sent.check_names()?;
    sent.read(context)
}

/// Joins a statement with its parameters and finds its table and item.
fn prepare<'s>(
    request: &BatchStatementRequest,
    statement: &'s Arc<Statement>,
    context: &Context<'_>,
) -> Result<Ready<'s>, ApiError> {
    let bound = statement.bind(&sent(request).values())?;
    if statement.kind() == Kind::Exists {
        return Err(StatementError::Exists.into());
    }
    if statement.kind() != Kind::Select && statement.target().index.is_some() {
        return Err(StatementFault::WriteToIndex.into());
    }
    let target = TableTarget::parse(&statement.target().table, context.caller())?;
    let table = context.read(|database| target.find(database).cloned())?;
    let keys = &table.definition().keys;
    write::check_item(&bound, table.definition())?;
    let key = match statement.kind() {
        Kind::Select => key_read(&bound, Arc::clone(&table), context)?,
        _ => match write::write_of(&bound, table.definition(), false)?.action {
            Action::Put(row) => row.item.filtered(|name| keys.contains(name)),
            Action::Update { key, .. } | Action::Delete { key } | Action::Check { key } => key,
        },
    };
    let row = RowKey::of_item(keys, &key).unwrap_or_else(|| unreachable!("key values are scalars"));
    Ok(Ready {
        bound,
        target,
        key,
        row,
    })
}

/// The key that a SELECT of a batch pins, and nothing else.
fn key_read(bound: &Bound<'_>, table: Arc<Table>, context: &Context<'_>) -> Result<PackedItem, ApiError> {
    let is_index = bound.statement().target().index.is_some();
    let source = match is_index {
        true => read::source(context, table, bound, Consistency::Eventual)?,
        false => Source::new(table, None),
    };
    let keys = Keys::of(&source);
    let key = keys.only_key(bound)?;
    key.filter(|_| !is_index).ok_or_else(|| StatementFault::BatchKey.into())
}

/// Refuses reads beside writes, and an item that is named twice. Statements that were refused by themselves take no part.
fn check_together(ready: &[Result<Ready<'_>, ApiError>]) -> Result<(), ApiError> {
    let ready = || ready.iter().flatten();
    let is_read = |ready: &Ready<'_>| ready.bound.statement().kind().is_read();
    if ready().any(is_read) && !ready().all(is_read) {
        return Err(StatementFault::BatchMixed.into());
    }
    let mut seen = HashSet::new();
    match ready().all(|ready| seen.insert((ready.target.name(), &ready.row))) {
        true => Ok(()),
        false => Err(StatementFault::BatchDuplicates.into()),
    }
}

impl Ready<'_> {
    fn execute(&self, request: &BatchStatementRequest, context: &Context<'_>) -> Executed {
        let executed = match self.bound.statement().kind().is_read() {
            true => self.get(request, context),
            false => self.write(request, context),
        };
        executed.unwrap_or_else(|error| Executed {
            outcome: Err(error),
            units: Units::default(),
        })
    }

    fn get(&self, request: &BatchStatementRequest, context: &Context<'_>) -> Result<Executed, ApiError> {
        let consistency = Consistency::of(request.consistent_read);
        let table = context.read(|database| self.target.find(database).cloned())?;
        let definition = Arc::clone(table.definition());
        let key = key_of_map(&definition.keys, &self.key)?;
        let row = context.as_read(table, consistency).get(&key).cloned();
        let size = row.as_ref().map_or(0, |row| definition.billed_bytes(row));
        let units = Units::at_table(read_units(size, consistency));
        context.draw(&Draw::of_read(&definition, &units, &key))?;
        let item = row.map(|row| match self.bound.projection() {
            Some(projection) => projection.apply_packed(&row.item),
            None => row.item,
        });
        Ok(Executed {
            outcome: Ok(item),
            units,
        })
    }

    fn write(&self, request: &BatchStatementRequest, context: &Context<'_>) -> Result<Executed, ApiError> {
        let statement = self.bound.statement();
        context.write(|transaction| {
            let table = self.target.find(transaction.database())?;
            let definition = Arc::clone(table.definition());
            let write = write::write_of(&self.bound, &definition, sent(request).returns_item_on_failure())?;
            let planned = match write::plan(&write, statement.kind(), table, context.held(transaction)) {
                Ok(planned) => planned,
                Err(refused) => return Ok(failed(refused.into(), &write, table, context)),
            };
            context.draw_write(&definition, &planned)?;
            if let Some(change) = planned.change(&definition) {
                transaction.commit_items(context.now(), Origin::Caller, vec![change]);
            }
            Ok(Executed {
                outcome: Ok(write::returned(statement.returning(), &planned)),
                units: Units::of_write(&definition, &planned),
            })
        })
    }
}

/// A write that failed; one whose condition failed is charged what it attempted.
fn failed(error: ApiError, write: &Write, table: &Table, context: &Context<'_>) -> Executed {
    let units = match write::is_charged(error.kind()) {
        true => write.charge_failure(table, context, identity),
        false => Units::default(),
    };
    Executed {
        outcome: Err(error),
        units,
    }
}

fn add_costs(costs: &mut Costs, table: &Text, executed: &Executed) {
    let is_ok = executed.outcome.is_ok();
    match costs.iter_mut().find(|(name, _, _)| name == table) {
        Some((_, units, is_any)) => {
            units.add(executed.units.clone());
            *is_any |= is_ok;
        }
        None => costs.push((table.clone(), executed.units.clone(), is_ok)),
    }
}

fn respond(outcome: Result<Option<PackedItem>, ApiError>, table: Option<&Text>) -> BatchStatementResponse {
    let table_name = table.cloned();
    match outcome {
        Ok(item) => BatchStatementResponse {
            table_name,
            item,
            error: None,
        },
        Err(error) => BatchStatementResponse {
            table_name,
            item: None,
            error: Some(BatchStatementError {
                code: Some(code(error.kind()).into()),
                message: Some(error.message().into()),
                item: error.item().cloned(),
            }),
        },
    }
}

/// The code of an error within a batch.
fn code(kind: ErrorKind) -> &'static str {
    match kind {
        ErrorKind::AccessDenied => "AccessDenied",
        ErrorKind::ConditionalCheckFailed => "ConditionalCheckFailed",
        ErrorKind::DuplicateItem => "DuplicateItem",
        ErrorKind::ItemCollectionSizeLimitExceeded => "ItemCollectionSizeLimitExceeded",
        ErrorKind::ProvisionedThroughputExceeded => "ProvisionedThroughputExceeded",
        ErrorKind::RequestLimitExceeded => "RequestLimitExceeded",
        ErrorKind::ResourceInUse => "ResourceInUse",
        ErrorKind::ResourceNotFound => "ResourceNotFound",
        ErrorKind::Throttling => "ThrottlingError",
        ErrorKind::TransactionConflict => "TransactionConflict",
        ErrorKind::Validation => "ValidationError",
        _ => "InternalServerError",
    }
}
