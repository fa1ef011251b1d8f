//! ExecuteTransaction: executes PartiQL statements, all of them or none.
//!
//! Order of checks (observed-validation.md §18, observed-partiql.md §13): members together; empty names of all parameters, then their values;
//! statement by statement its depth, its text, RETURNING, an index, its parameters; reads beside writes; for writes the token; then the
//! tables and keys, the same item twice, the size of all items, and the statements themselves. Where a statement by itself is refused, the refusal
//! names it; what its table or item lets be refused cancels the transaction.

use std::sync::Arc;

use super::fault::StatementFault;
use super::member::Sent;
use super::read::Keys;
use super::write;
use crate::engine::capacity::CapacityReport;
use crate::engine::context::{Context, Execute};
use crate::engine::holds::{Claim, Held, Hold};
use crate::engine::keys::{KeyFault, key_of_map};
use crate::engine::members::state_return_consumed_capacity;
use crate::engine::names::TableTarget;
use crate::engine::space::Transaction;
use crate::engine::transactions::read_set::{self, Located};
use crate::engine::transactions::tokens::{self, Fingerprint, TokenKey, find_executed};
use crate::engine::transactions::write_set::{self, Fate, ItemsNamed, TransactWrite};
use crate::engine::violations::Violations;
use crate::engine::write::{Action, Planned, WriteFault};
use crate::expression::partiql::{Bound, Kind, Statement};
use crate::model::wire::{
    CancellationReason, ExecuteTransactionReply, ExecuteTransactionRequest, ItemResponse, ParameterizedStatement,
};
use crate::model::{ApiError, CancellationCode, ErrorKind, Operation};
use crate::store::{Database, KeySchema, Table};

/// The most statements of a transaction.
const STATEMENTS_MAX: usize = 100;
/// The longest token, in characters.
const TOKEN_LENGTH_MAX: usize = 36;

/// Why a statement lets its transaction be cancelled.
#[derive(Clone, Debug)]
struct Blame {
    reason: CancellationReason,
    /// Whether it is told alone, as if nothing else were wrong.
    is_alone: bool,
    /// Whether the statement was only throttled, which costs nothing.
    is_throttled: bool,
}

impl Blame {
    fn new(reason: CancellationReason) -> Self {
        Self {
            reason,
            is_alone: false,
            is_throttled: false,
        }
    }

    /// Throughput that is used up.
    fn of_throttling(error: &ApiError) -> Self {
        Self {
            is_throttled: true,
            ..Self::new(CancellationReason::of_throttling(error))
        }
    }

    /// A key of another type than the table's.
    fn of_key() -> Self {
        let reason = CancellationReason::new(CancellationCode::ValidationError, KeyFault::Mismatch);
        Self {
            is_alone: true,
            ..Self::new(reason)
        }
    }
}

/// Writes, their tables, and what became of them.
type Ran<'d> = (Vec<TransactWrite>, Vec<&'d Table>, Vec<Planned>);

/// What became of a statement, before all are settled together.
type Outcome<T> = Result<T, Blame>;

/// A write and its table.
type LocatedWrite<'d> = Outcome<(TransactWrite, &'d Table)>;

impl Execute for ExecuteTransactionRequest {
    type Reply = ExecuteTransactionReply;

    fn execute(self, context: &Context<'_>) -> Result<ExecuteTransactionReply, ApiError> {
        let requests = self.check_members()?;
        let statements = read_all(requests, context)?;
        let bounds = bind_all(requests, &statements)?;
        if are_reads(&bounds)? {
            return self.get(&bounds, context);
        }
        let token = self.token(requests);
        context.write(|transaction| self.write(requests, &bounds, token, transaction, context))
    }
}

impl ExecuteTransactionRequest {
    fn check_members(&self) -> Result<&[ParameterizedStatement], ApiError> {
        let mut violations = Violations::default();
        violations
            .echoed("clientRequestToken", self.client_request_token.as_ref())
            .length_at_least(1)
            .length_at_most(TOKEN_LENGTH_MAX);
        violations
            .echoed("transactStatements", self.transact_statements.as_ref())
            .required()
            .length_at_least(1)
            .length_at_most(STATEMENTS_MAX);
        let requests = self.transact_statements.as_deref().unwrap_or_default();
        for (position, request) in (1..).zip(requests) {
            let prefix = format!("transactStatements.{position}.member.");
            let sent = sent(request);
            sent.state_return_on_failure(&mut violations, &prefix);
            sent.state_statement(&mut violations, &prefix);
            sent.state_parameters(&mut violations, &prefix);
        }
        state_return_consumed_capacity(&mut violations, self.return_consumed_capacity.as_ref());
        violations.refuse()?;
        Ok(requests)
    }

    fn report(&self, context: &Context<'_>) -> CapacityReport {
        context.capacity_report(self.return_consumed_capacity.as_ref())
    }

    /// The token, and what it stands for: the word NONE says no more than its absence.
    fn token(&self, requests: &[ParameterizedStatement]) -> Option<(TokenKey, Fingerprint)> {
        let token = self.client_request_token.clone()?;
        let operation = Operation::ExecuteTransaction;
        let spoken = requests.iter().map(|request| ParameterizedStatement {
            return_values_on_condition_check_failure: request
                .return_values_on_condition_check_failure
                .clone()
                .filter(|word| word != "NONE"),
            ..request.clone()
        });
        let spoken: Vec<_> = spoken.collect();
        Some((TokenKey { operation, token }, Fingerprint::of(&spoken)))
    }

    /// Holds the items of a transaction of writes, and its token, for the time that it is under way; `None` if it reads, or was executed before.
    pub(in crate::engine) fn begin(&self, context: &Context<'_>) -> Result<Option<Hold>, ApiError> {
        let requests = self.check_members()?;
        let statements = read_all(requests, context)?;
        let bounds = bind_all(requests, &statements)?;
        if are_reads(&bounds)? {
            return Ok(None);
        }
        let token = self.token(requests);
        let targets = targets(&bounds, context)?;
        context.hold(|transaction| {
            if find_executed(token.as_ref(), transaction, context)?.is_some() {
                return Ok(None);
            }
            let held = context.held(transaction);
            let located = locate_writes(requests, &bounds, &targets, transaction.database())?;
            if located.iter().any(Result::is_err) {
                // It cannot be done, and what refuses it is told with what else does.
                return plan_all(&bounds, located, held, context).map(|_| None);
            }
            let (writes, tables): (Vec<_>, Vec<_>) = located.into_iter().flatten().unzip();
            Ok(Some(Claim {
                items: write_set::claimed(&writes, &tables, held, context)?,
                until: None,
                tokens: token.map(|(key, _)| key).into_iter().collect(),
            }))
        })
    }

    /// Reads all items as they are at one moment.
    fn get(&self, bounds: &[Bound<'_>], context: &Context<'_>) -> Result<ExecuteTransactionReply, ApiError> {
        let targets = targets(bounds, context)?;
        let located = context.read_with_holds(|database, held| locate_reads(bounds, &targets, database, held))?;
        let found: Vec<_> = located.iter().map(Located::row).collect();
        read_set::check_size(&found)?;
        read_set::draw(&located, context)?;
        let report = self.report(context);
        let responses = bounds.iter().zip(&found).map(|(bound, row)| ItemResponse {
            item: row.map(|row| match bound.projection() {
                Some(projection) => projection.apply_packed(&row.item),
                None => row.item.clone(),
            }),
        });
        Ok(ExecuteTransactionReply {
            responses: responses.collect(),
            consumed_capacity: (report != CapacityReport::None).then(|| read_set::consumed(&targets, &located, report)),
        })
    }

    fn write(
        &self,
        requests: &[ParameterizedStatement],
        bounds: &[Bound<'_>],
        token: Option<(TokenKey, Fingerprint)>,
        transaction: &mut Transaction<'_>,
        context: &Context<'_>,
    ) -> Result<ExecuteTransactionReply, ApiError> {
        if let Some(costs) = find_executed(token.as_ref(), transaction, context)? {
            return Ok(ExecuteTransactionReply {
                consumed_capacity: tokens::report(&costs, self.report(context)),
                ..ExecuteTransactionReply::default()
            });
        }
        let targets = targets(bounds, context)?;
        let located = locate_writes(requests, bounds, &targets, transaction.database())?;
        let (writes, tables, planned) = plan_all(bounds, located, context.held(transaction), context)?;
        let definitions = write_set::definitions(&tables);
        write_set::commit(transaction, context.now(), &definitions, &planned);
        let shares = write_set::shares(&writes, &definitions, &planned);
        if let Some((key, fingerprint)) = token {
            let costs = write_set::costs_of_repetition(&shares);
            transaction.tokens().remember(key, fingerprint, context.now(), costs);
        }
        Ok(ExecuteTransactionReply {
            responses: Vec::new(),
            consumed_capacity: write_set::consumed(&shares, self.report(context)),
        })
    }
}

fn sent(request: &ParameterizedStatement) -> Sent<'_> {
    Sent {
        statement: request.statement.as_ref(),
        parameters: request.parameters.as_ref(),
        return_on_failure: request.return_values_on_condition_check_failure.as_ref(),
    }
}

/// A refusal of one statement, which names it by its place from 0.
fn within(at: usize, error: ApiError) -> ApiError {
    match error.kind() {
        ErrorKind::Validation => ApiError::validation(format_args!(
            "Validation failed in TransactStatements[{at}]: {}",
            error.message()
        )),
        _ => error,
    }
}

/// Checks the parameters of all statements, and reads their texts.
fn read_all(requests: &[ParameterizedStatement], context: &Context<'_>) -> Result<Vec<Arc<Statement>>, ApiError> {
    requests.iter().try_for_each(|request| sent(request).check_names())?;
    for request in requests {
        sent(request).check_readable()?;
        sent(request).check_content()?;
    }
    let read = |(at, request)| read(at, request, context);
    requests.iter().enumerate().map(read).collect()
}

/// Joins the statements with their parameters.
fn bind_all<'s>(
    requests: &[ParameterizedStatement],
    statements: &'s [Arc<Statement>],
) -> Result<Vec<Bound<'s>>, ApiError> {
    let bind = |(at, (request, statement)): (usize, (&ParameterizedStatement, &'s Arc<Statement>))| {
        let bound = statement.bind(&sent(request).values());
        bound.map_err(|error| within(at, error.into()))
    };
    requests.iter().zip(statements).enumerate().map(bind).collect()
}

/// Whether the statements read; some of them may not when others do.
fn are_reads(bounds: &[Bound<'_>]) -> Result<bool, StatementFault> {
    let is_read = |bound: &Bound<'_>| bound.statement().kind().is_read();
    match (bounds.iter().any(is_read), bounds.iter().all(is_read)) {
        (true, false) => Err(StatementFault::TransactionMixed),
        (_, all) => Ok(all),
    }
}

/// Checks the depth of a statement's parameters, and reads its text.
fn read(at: usize, request: &ParameterizedStatement, context: &Context<'_>) -> Result<Arc<Statement>, ApiError> {
    let sent = sent(request);
    sent.check_depth()?;
    let refuse = |fault: StatementFault| Err(within(at, fault.into()));
    let statement = sent.text(context).map_err(|error| within(at, error))?;
    let is_read = matches!(statement.kind(), Kind::Select | Kind::Exists);
    match (statement.returning(), statement.target().index.is_some()) {
        (Some(_), _) => refuse(StatementFault::TransactionReturning),
        (None, true) if is_read => refuse(StatementFault::TransactionIndex),
        (None, true) => refuse(StatementFault::WriteToIndex),
        (None, false) => Ok(statement),
    }
}

fn targets(bounds: &[Bound<'_>], context: &Context<'_>) -> Result<Vec<TableTarget>, ApiError> {
    let target = |bound: &Bound<'_>| TableTarget::parse(&bound.statement().target().table, context.caller());
    bounds.iter().map(target).collect()
}

fn find<'d>(target: &TableTarget, database: &'d Database) -> Outcome<&'d Arc<Table>> {
    target.find(database).map_err(|error| {
        let reason = CancellationReason::new(CancellationCode::ResourceNotFound, error.message());
        Blame::new(reason)
    })
}

/// The outcomes if all are good.
///
/// # Errors
/// The cancellation, with a reason for every statement.
fn settle<T>(
    outcomes: Vec<Outcome<T>>,
    reason_of_good: impl Fn(usize, &T) -> CancellationReason,
) -> Result<Vec<T>, ApiError> {
    if outcomes.iter().all(Result::is_ok) {
        return Ok(outcomes.into_iter().flatten().collect());
    }
    let is_alone = |outcome: &Outcome<T>| matches!(outcome, Err(blame) if blame.is_alone);
    let has_alone = outcomes.iter().any(is_alone);
    let reasons = outcomes.into_iter().enumerate().map(|(at, outcome)| match outcome {
        Err(blame) if blame.is_alone || !has_alone => blame.reason,
        Ok(good) if !has_alone => reason_of_good(at, &good),
        _ => CancellationReason::none(),
    });
    Err(ApiError::cancelled(reasons.collect()))
}

/// Where reads lead, all in one state of the database.
fn locate_reads(
    bounds: &[Bound<'_>],
    targets: &[TableTarget],
    database: &Database,
    held: Held<'_>,
) -> Result<Vec<Located>, ApiError> {
    let mut located = Vec::with_capacity(bounds.len());
    for (at, (bound, target)) in bounds.iter().zip(targets).enumerate() {
        located.push(locate_read(at, bound, target, database)?);
    }
    let located = settle(located, |_, _| CancellationReason::none())?;
    read_set::check_together(&located, held)?;
    Ok(located)
}

fn locate_read(
    at: usize,
    bound: &Bound<'_>,
    target: &TableTarget,
    database: &Database,
) -> Result<Outcome<Located>, ApiError> {
    let table = match find(target, database) {
        Ok(table) => table,
        Err(blame) => return Ok(Err(blame)),
    };
    let keys = &table.definition().keys;
    let key = match Keys::of_schema(keys).only_key(bound) {
        Ok(Some(key)) => key,
        Ok(None) => return Err(within(at, StatementFault::TransactionKey.into())),
        Err(StatementFault::KeyMistyped(_) | StatementFault::KeyNotScalar(..)) => return Ok(Err(Blame::of_key())),
        Err(fault) => return Err(within(at, fault.into())),
    };
    let key = key_of_map(keys, &key);
    Ok(key.map(|key| Located::new(Arc::clone(table), key)).map_err(|fault| {
        let reason = CancellationReason::new(CancellationCode::ValidationError, fault);
        Blame::new(reason)
    }))
}

/// The writes and their tables, held against each other.
fn locate_writes<'d>(
    requests: &[ParameterizedStatement],
    bounds: &[Bound<'_>],
    targets: &[TableTarget],
    database: &'d Database,
) -> Result<Vec<LocatedWrite<'d>>, ApiError> {
    let mut located = Vec::with_capacity(bounds.len());
    for (at, (bound, target)) in bounds.iter().zip(targets).enumerate() {
        let returns_item = sent(&requests[at]).returns_item_on_failure();
        located.push(locate_write(at, bound, target, returns_item, database)?);
    }
    check_together(&located)?;
    Ok(located)
}

/// Plans all writes against the state before the transaction, and draws what those cost that can be done.
fn plan_all<'d>(
    bounds: &[Bound<'_>],
    located: Vec<LocatedWrite<'d>>,
    held: Held<'_>,
    context: &Context<'_>,
) -> Result<Ran<'d>, ApiError> {
    let mut outcomes = Vec::with_capacity(bounds.len());
    for (bound, located) in bounds.iter().zip(&located) {
        outcomes.push(match located {
            Ok((write, table)) => plan(bound, write, table, held)?,
            Err(blame) => Err(blame.clone()),
        });
    }
    for (outcome, located) in outcomes.iter_mut().zip(&located) {
        if let (Ok(planned), Ok((_, table))) = (&*outcome, located)
            && let Err(error) = context.draw_transactional_write(table.definition(), planned)
        {
            *outcome = Err(Blame::of_throttling(&error));
        }
    }
    let cost = match outcomes.iter().all(Result::is_ok) {
        true => 0.0,
        false => charge(&located, &outcomes, context),
    };
    let planned = settle(outcomes, |at, planned| {
        let keys = located[at].as_ref().ok().map(|(_, table)| &table.definition().keys);
        keys.map_or_else(CancellationReason::none, |keys| {
            reason_of_good(&bounds[at], keys, planned)
        })
    });
    let planned = planned.map_err(|error| error.charged(cost))?;
    let (writes, tables) = located.into_iter().flatten().unzip();
    Ok((writes, tables, planned))
}

/// What a transaction is charged that is cancelled.
fn charge(located: &[LocatedWrite<'_>], outcomes: &[Outcome<Planned>], context: &Context<'_>) -> f64 {
    let fates = located.iter().zip(outcomes).filter_map(|(located, outcome)| {
        let (write, table) = located.as_ref().ok()?;
        let fate = match outcome {
            Ok(planned) => Fate::Planned(planned),
            Err(blame) if blame.is_throttled => Fate::Throttled,
            Err(_) => Fate::Refused,
        };
        Some((write, *table, fate))
    });
    write_set::charge_cancelled(fates, context)
}

fn locate_write<'d>(
    at: usize,
    bound: &Bound<'_>,
    target: &TableTarget,
    returns_item_on_failure: bool,
    database: &'d Database,
) -> Result<LocatedWrite<'d>, ApiError> {
    write::check_size(bound).map_err(|fault| within(at, fault.into()))?;
    let table = match find(target, database) {
        Ok(table) => table,
        Err(blame) => return Ok(Err(blame)),
    };
    match write::write_of(bound, table.definition(), returns_item_on_failure) {
        Ok(write) => {
            let target = target.clone();
            Ok(Ok((
                TransactWrite {
                    target,
                    write: Ok(write),
                },
                &**table,
            )))
        }
        Err(StatementFault::KeyMistyped(_)) => Ok(Err(Blame::of_key())),
        Err(fault) => Err(within(at, fault.into())),
    }
}

/// Holds the items of writes against each other: none is named twice, and together they are not too large.
fn check_together(located: &[LocatedWrite<'_>]) -> Result<(), ApiError> {
    let mut named = ItemsNamed::default();
    let mut bytes = 0;
    for (TransactWrite { write, .. }, table) in located.iter().flatten() {
        let Ok(write) = write else { continue };
        let key = write.key(&table.definition().keys).ok();
        let stored = key.as_ref().and_then(|key| table.get(key));
        bytes += match &write.action {
            Action::Put(row) => row.size_bytes.into(),
            _ => stored.map_or(0, |row| row.size_bytes.into()),
        };
        if let Some(key) = key {
            named.add(table, key)?;
        }
    }
    match bytes > write_set::TRANSACTION_BYTES_MAX {
        true => Err(write_set::TransactionFault::TooLarge.into()),
        false => Ok(()),
    }
}

/// Plans a write; empty keys are refused as they are.
fn plan(bound: &Bound<'_>, write: &TransactWrite, table: &Table, held: Held<'_>) -> Result<Outcome<Planned>, ApiError> {
    let write = write.write.as_ref().map_err(Clone::clone)?;
    let refused = match write::plan(write, bound.statement().kind(), table, held) {
        Ok(planned) => return Ok(Ok(planned)),
        Err(refused) => refused,
    };
    let reason = match refused {
        write::Refused::Write(fault) if write_set::is_told_alone(&fault) => return Err(fault.into()),
        write::Refused::Write(fault) => fault.into(),
        write::Refused::Statement(StatementFault::Duplicate) => {
            CancellationReason::new(CancellationCode::DuplicateItem, StatementFault::Duplicate)
        }
        write::Refused::Statement(fault) => CancellationReason::new(CancellationCode::ValidationError, fault),
    };
    Ok(Err(Blame::new(reason)))
}

/// What is told of a good statement when another one cancels: a conditional DELETE that finds no item then counts as failed.
fn reason_of_good(bound: &Bound<'_>, keys: &KeySchema, planned: &Planned) -> CancellationReason {
    let names_more_than_its_key = || !matches!(Keys::of_schema(keys).only_key(bound), Ok(Some(_)));
    let is_delete = bound.statement().kind() == Kind::Delete;
    match is_delete && planned.old.is_none() && names_more_than_its_key() {
        true => CancellationReason::new(CancellationCode::ConditionalCheckFailed, WriteFault::Condition(None)),
        false => CancellationReason::none(),
    }
}
