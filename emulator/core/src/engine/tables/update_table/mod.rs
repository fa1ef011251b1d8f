//! UpdateTable: changes the settings and indexes of a table.
//!
//! Order (observed-tables.md §6): the name alone; the constraints of all members; what is wrong in the request itself
//! ([`Wish`](wish::Wish)); the table; what is under way; what does not go together; then each change against the table
//! ([`edit`](edit::edit)). What the service takes time for is scheduled; the answer tells throughput, class and key as they were, and
//! ceilings, stream and new indexes as they are to be.

mod combination;
mod edit;
mod replication;
mod wish;

use std::sync::Arc;

use super::busy;
use super::constraints::{
    state_billing_mode, state_definitions, state_encryption, state_global_index, state_index_name, state_stream,
    state_throughput, state_vector_index,
};
use super::description::describe;
use super::replicas::{ReplicationError, check_indexes_scaled, check_rested, reworded, scale_new_indexes, share};
use super::stream;
use super::throughput::{CeilingError, Occasion, Subject, check_ceiling_mode, has_figure};
use crate::engine::context::{Context, Execute};
use crate::engine::names::TableTarget;
use crate::engine::replication::Together;
use crate::engine::violations::Violations;
use crate::model::json::Timestamp;
use crate::model::wire::{TableDescription, TableDescriptionReply, UpdateTableRequest};
use crate::model::{ApiError, ErrorKind};
use crate::store::{BillingMode, Database, Step, Table, TableDefinition, TableStatus};
use edit::{Edited, edit};
use replication::Plan;
use wish::Wish;

impl Execute for UpdateTableRequest {
    type Reply = TableDescriptionReply;

    fn execute(self, context: &Context<'_>) -> Result<TableDescriptionReply, ApiError> {
        let target = TableTarget::of_operation(self.table_name.as_ref(), context.caller())?;
        check_constraints(&self)?;
        let wish = Wish::of(&self)?;
        let judge = |database: &Database| self.judge(database, &target, context).map(|(_, plan)| plan);
        let plan = context.read(judge)?;
        let others = plan.map(|plan| plan.new_regions()).unwrap_or_default();
        context.write_group(target.name(), &others, |together| {
            let (table, plan) = self.judge(together.own().database(), &target, context)?;
            let table_description = match plan {
                Some(plan) => {
                    let definition = plan.execute(&table, together, context)?;
                    describe(&definition, Some(&table), context.now())
                }
                None => self
                    .change(&wish, &table, together, context)
                    .map_err(|error| reworded(error, table.definition()))?,
            };
            Ok(TableDescriptionReply {
                table_description: table_description.into(),
            })
        })
    }
}

impl UpdateTableRequest {
    /// The table, if it can be changed, and what is wanted of its group.
    fn judge(
        &self,
        database: &Database,
        target: &TableTarget,
        context: &Context<'_>,
    ) -> Result<(Arc<Table>, Option<Plan>), ApiError> {
        let table = match self.replica_updates {
            Some(_) => replication::find(database, target)?,
            None => super::find_unless_filled(database, target)?,
        };
        busy::check_alive(table.definition())?;
        let plan = replication::plan(self, table.definition(), context)?;
        Ok((Arc::clone(table), plan))
    }

    /// Changes what the table is by itself, and lets the others of its group follow.
    fn change(
        &self,
        wish: &Wish<'_>,
        table: &Arc<Table>,
        together: &mut Together<'_, '_>,
        context: &Context<'_>,
    ) -> Result<TableDescription, ApiError> {
        if wish.is_hollow() {
            return Err(ApiError::new(ErrorKind::InternalFailure, ""));
        }
        let current = table.definition();
        check_stream(wish, current)?;
        check_rested(current)?;
        let database = together.own().database();
        let is_lost = wish.is_lost_switch(current);
        let mut edited = if is_lost {
            Edited::unchanged(current)
        } else {
            check_ceilings_in_switch(wish, current)?;
            busy::check_changes(current, &wish.kinds(current))?;
            combination::check(wish)?;
            if current.membership.is_some() && wish.indexes.iter().any(|(_, wish)| wish.creates()) {
                check_indexes_scaled(current, context.settings().scaling)?;
            }
            edit(wish, current, context, super::reserved_units(database))?
        };
        stream::set_apart(Some(current), &mut edited.definition, database.streams());
        scale_new_indexes(current, &mut edited.definition, context.caller());
        share(current, &edited.definition, together, context);
        let told = if is_lost {
            edited.definition.before_switch()
        } else {
            edited.definition.clone()
        };
        let described = describe(&told, Some(table), context.now());
        let answer = self.answer(described, current, &edited, context.now());
        together.own().commit(super::put(edited.definition, context.now()));
        Ok(answer)
    }

    /// The description as it is answered: settings that are sent anew read as being changed, a change of the key as one that leaves the
    /// table active, cleared ceilings as −1, and the warm throughput of a new index only where it was sent.
    fn answer(
        &self,
        mut description: TableDescription,
        current: &TableDefinition,
        edited: &Edited,
        now: Timestamp,
    ) -> TableDescription {
        if edited.is_told_as_update {
            description.table_status = Some(TableStatus::Updating.word().into());
        }
        if self.sse_specification.is_some() {
            description.table_status = Some(TableStatus::Active.word().into());
        }
        answer_switch(&mut description, current, now);
        if let Some(sent) = self.on_demand_throughput.as_ref() {
            let shown = description.on_demand_throughput.get_or_insert_default();
            let echo = |shown: &mut Option<i64>, sent: Option<i64>| *shown = sent.or(*shown);
            echo(&mut shown.max_read_request_units, sent.max_read_request_units);
            echo(&mut shown.max_write_request_units, sent.max_write_request_units);
            description
                .on_demand_throughput
                .take_if(|shown| *shown == Default::default());
        }
        let created = self
            .global_secondary_index_updates
            .iter()
            .flatten()
            .filter_map(|update| update.create.as_ref());
        for sent in created.filter(|sent| !has_figure(sent.warm_throughput.as_ref())) {
            let described = description.global_secondary_indexes.iter_mut().flatten();
            for index in described.filter(|index| index.index_name == sent.index_name) {
                index.warm_throughput = None;
            }
        }
        description
    }
}

/// Refuses to turn off the stream of a table with replicas, whatever is under way.
fn check_stream(wish: &Wish<'_>, current: &TableDefinition) -> Result<(), ReplicationError> {
    match wish.stream == Some(None) && current.membership.is_some() {
        true => Err(ReplicationError::StreamNeeded),
        false => Ok(()),
    }
}

/// Refuses ceilings of a table that is still switching from provisioned throughput: until it has, that is how it is paid for. This comes before
/// what is under way.
fn check_ceilings_in_switch(wish: &Wish<'_>, current: &TableDefinition) -> Result<(), CeilingError> {
    let is_switching = current.steps().any(|step| matches!(step, Step::Bill(..)));
    match wish.ceilings.filter(|_| is_switching && wish.mode.is_none()) {
        Some(wanted) => check_ceiling_mode(wanted, current.billing.mode, &Subject::Table, Occasion::Update),
        None => Ok(()),
    }
}

/// A switch of the billing mode is answered without the time of an earlier one. The end of provisioned throughput reads as a decrease
/// there, and only there.
fn answer_switch(description: &mut TableDescription, current: &TableDefinition, now: Timestamp) {
    let mode = current.billing.mode;
    let Some(summary) = description.billing_mode_summary.as_mut() else {
        return;
    };
    if summary.billing_mode.as_deref() == Some(mode.word()) {
        return;
    }
    summary.last_update_to_pay_per_request_date_time = None;
    if let Some(summary) = description.table_throughput_mode_summary.as_mut() {
        summary.last_update_to_pay_per_request_date_time = None;
    }
    if let (BillingMode::Provisioned, Some(throughput)) = (mode, description.provisioned_throughput.as_mut()) {
        throughput.last_decrease_date_time = Some(now);
    }
}

fn check_constraints(request: &UpdateTableRequest) -> Result<(), ApiError> {
    let mut violations = Violations::default();
    state_definitions(&mut violations, request.attribute_definitions.as_ref());
    for (position, update) in (1..).zip(request.global_secondary_index_updates.iter().flatten()) {
        let path = format_args!("globalSecondaryIndexUpdates.{position}.member").to_string();
        if let Some(update) = &update.update {
            state_index_name(
                &mut violations,
                format_args!("{path}.update"),
                update.index_name.as_ref(),
            );
            let throughput = update.provisioned_throughput.as_ref();
            state_throughput(
                &mut violations,
                format_args!("{path}.update.provisionedThroughput"),
                throughput,
            );
        }
        if let Some(create) = &update.create {
            state_global_index(&mut violations, format_args!("{path}.create"), create);
        }
        if let Some(delete) = &update.delete {
            state_index_name(
                &mut violations,
                format_args!("{path}.delete"),
                delete.index_name.as_ref(),
            );
        }
    }
    for (position, update) in (1..).zip(request.vector_index_updates.iter().flatten()) {
        let path = format_args!("vectorIndexUpdates.{position}.member").to_string();
        if let Some(create) = &update.create {
            state_vector_index(&mut violations, format_args!("{path}.create"), &create.0);
        }
        if let Some(delete) = &update.delete {
            state_index_name(
                &mut violations,
                format_args!("{path}.delete"),
                delete.index_name.as_ref(),
            );
        }
    }
    state_throughput(
        &mut violations,
        "provisionedThroughput",
        request.provisioned_throughput.as_ref(),
    );
    state_billing_mode(&mut violations, request.billing_mode.as_ref());
    state_stream(&mut violations, request.stream_specification.as_ref());
    state_encryption(&mut violations, "sSESpecification", request.sse_specification.as_ref());
    replication::state(&mut violations, request);
    violations.refuse()?;
    Ok(replication::check_regions(request)?)
}
