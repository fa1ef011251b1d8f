//! ExecuteStatement: executes a PartiQL statement.
//!
//! Order of checks (observed-validation.md §18, observed-partiql.md §6): members together, empty names in parameters, their depth, their values;
//! the text; parameters against it; an index that cannot be written; then the table, the index, and what [`read`](super::read) and
//! [`write`](super::write) refuse.

use std::convert::identity;

use super::fault::StatementFault;
use super::member::Sent;
use super::next_token::Binding;
use super::write::is_charged;
use super::{read, write};
use crate::engine::capacity::{Consistency, Units};
use crate::engine::context::{Context, Execute};
use crate::engine::members::state_return_consumed_capacity;
use crate::engine::names::TableTarget;
use crate::engine::pages::shared::page_bytes_max;
use crate::engine::violations::Violations;
use crate::expression::partiql::{Bound, Kind, StatementError};
use crate::model::wire::{ExecuteStatementReply, ExecuteStatementRequest};
use crate::model::{ApiError, ErrorKind};
use crate::store::Origin;

impl Execute for ExecuteStatementRequest {
    type Reply = ExecuteStatementReply;

    fn execute(self, context: &Context<'_>) -> Result<ExecuteStatementReply, ApiError> {
        self.check_members()?;
        let sent = self.sent();
        sent.check_names()?;
        sent.check_depth()?;
        sent.check_readable()?;
        sent.check_content()?;
        let statement = sent.read(context)?;
        let bound = statement.bind(&sent.values())?;
        match statement.kind() {
            Kind::Exists => Err(StatementError::Exists.into()),
            Kind::Select => self.select(&bound, context),
            Kind::Insert | Kind::Update | Kind::Delete => self.write(&bound, context),
        }
    }
}

impl ExecuteStatementRequest {
    fn sent(&self) -> Sent<'_> {
        Sent {
            statement: self.statement.as_ref(),
            parameters: self.parameters.as_ref(),
            return_on_failure: self.return_values_on_condition_check_failure.as_ref(),
        }
    }

    fn check_members(&self) -> Result<(), ApiError> {
        let sent = self.sent();
        let mut violations = Violations::default();
        sent.state_return_on_failure(&mut violations, "");
        violations.echoed("limit", self.limit.as_ref()).at_least(1);
        sent.state_statement(&mut violations, "");
        state_return_consumed_capacity(&mut violations, self.return_consumed_capacity.as_ref());
        sent.state_parameters(&mut violations, "");
        violations.refuse()
    }

    fn select(&self, bound: &Bound<'_>, context: &Context<'_>) -> Result<ExecuteStatementReply, ApiError> {
        let target = TableTarget::parse(&bound.statement().target().table, context.caller())?;
        let table = context.read(|database| target.find(database).cloned())?;
        let consistency = Consistency::of(self.consistent_read);
        let source = read::source(context, table, bound, consistency)?;
        let limit = self.limit.and_then(|limit| usize::try_from(limit).ok());
        let mut plan = read::plan(source, bound, consistency, limit, page_bytes_max(context))?;
        let binding = Binding::of(self.sent());
        if let Some(token) = &self.next_token {
            let position = binding.position(token)?;
            plan = plan.after(&position).ok_or(StatementFault::TokenUnreadable)?;
        }
        let page = plan.read_at_cost(context, plan.partition())?;
        let next_token = page.last_key.as_ref().and_then(|key| plan.source.row_key(key));
        let report = context.capacity_report(self.return_consumed_capacity.as_ref());
        Ok(ExecuteStatementReply {
            items: page.items,
            next_token: next_token.map(|key| binding.token(&key)),
            consumed_capacity: page.units.report(report, target.given()),
            last_evaluated_key: page.last_key,
        })
    }

    fn write(&self, bound: &Bound<'_>, context: &Context<'_>) -> Result<ExecuteStatementReply, ApiError> {
        let statement = bound.statement();
        if statement.target().index.is_some() {
            return Err(StatementFault::WriteToIndex.into());
        }
        if self.next_token.is_some() {
            return Err(StatementFault::TokenMismatch.into());
        }
        let target = TableTarget::parse(&statement.target().table, context.caller())?;
        let returns_item = self.sent().returns_item_on_failure();
        let (definition, planned) = context.write(|transaction| {
            let table = target.find(transaction.database())?;
            let definition = table.definition().clone();
            let held = context.held(transaction);
            write::check_item(bound, &definition)?;
            let write = write::write_of(bound, &definition, returns_item)?;
            let planned = write::plan(&write, statement.kind(), table, held).map_err(|refused| {
                let error = in_capitals(refused.into());
                match is_charged(error.kind()) {
                    true => error.charged(write.charge_failure(table, context, identity).total()),
                    false => error,
                }
            })?;
            context.draw_write(&definition, &planned)?;
            if let Some(change) = planned.change(&definition) {
                transaction.commit_items(context.now(), Origin::Caller, vec![change]);
            }
            Ok::<_, ApiError>((definition, planned))
        })?;
        let report = context.capacity_report(self.return_consumed_capacity.as_ref());
        let units = Units::of_write(&definition, &planned);
        Ok(ExecuteStatementReply {
            items: write::returned(statement.returning(), &planned).into_iter().collect(),
            consumed_capacity: units.report(report, target.given()),
            ..ExecuteStatementReply::default()
        })
    }
}

/// A failed condition with its item is spelled in a way of its own here.
fn in_capitals(error: ApiError) -> ApiError {
    match error.kind() {
        ErrorKind::ConditionalCheckFailed if error.item().is_some() => error.of_statement(),
        _ => error,
    }
}
