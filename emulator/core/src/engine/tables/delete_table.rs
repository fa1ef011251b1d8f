//! DeleteTable: removes a table and its items.
//!
//! Order: the name, the table, its protection, what is under way, its group, whose other tables stay.

use std::fmt;
use std::sync::Arc;

use super::busy;
use super::description::describe;
use super::pace::Work;
use super::replicas::{delete_own, reworded};
use super::{policies, tags};
use crate::engine::context::{Context, Execute};
use crate::engine::names::TableTarget;
use crate::model::json::Text;
use crate::model::wire::{DeleteTableRequest, TableDescription, TableDescriptionReply};
use crate::model::{ApiError, ErrorKind};
use crate::store::{Step, Table, TableDefinition};

/// Why a table cannot be deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
enum DeletionError {
    Protected,
    Tagged(Text),
    PolicySettling(Text),
    Filled(Text),
}

impl fmt::Display for DeletionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Protected => f.write_str(
                "Resource cannot be deleted as it is currently protected against deletion. Disable deletion protection first.",
            ),
            Self::Tagged(table) => write!(
                f,
                "Attempt to change a resource which is still in use: Table tags are being updated: {table}"
            ),
            Self::Filled(table) => write!(
                f,
                "Attempt to change a resource which is still in use: Table: {table} is being used."
            ),
            Self::PolicySettling(table) => write!(
                f,
                "Attempt to change a resource which is still in use: Table: {table} has a pending resource-based policy update."
            ),
        }
    }
}

impl From<DeletionError> for ApiError {
    fn from(error: DeletionError) -> Self {
        let kind = match error {
            DeletionError::Protected => ErrorKind::Validation,
            DeletionError::Tagged(_) | DeletionError::PolicySettling(_) | DeletionError::Filled(_) => {
                ErrorKind::ResourceInUse
            }
        };
        Self::new(kind, error)
    }
}

impl Execute for DeleteTableRequest {
    type Reply = TableDescriptionReply;

    fn execute(self, context: &Context<'_>) -> Result<TableDescriptionReply, ApiError> {
        let target = TableTarget::of_operation(self.table_name.as_ref(), context.caller())?;
        let now = context.now();
        context.write_group(target.name(), &[], |together| {
            let table = Arc::clone(super::find(together.own().database(), &target)?);
            check_filled(table.definition())?;
            check(&table, context).map_err(|error| reworded(error, table.definition()))?;
            delete_own(table.definition(), together, context)?;
            let mut edited = TableDefinition::clone(table.definition());
            edited.schedule(
                now.plus_millis(Work::Delete.length_ms(context.settings().pace)),
                Step::Remove,
            );
            let table_description = farewell(describe(&edited, Some(&table), now));
            together.own().commit(super::put(edited, now));
            Ok(TableDescriptionReply {
                table_description: table_description.into(),
            })
        })
    }
}

/// A description without what the service no longer tells of a table that goes.
fn farewell(description: TableDescription) -> TableDescription {
    TableDescription {
        attribute_definitions: None,
        key_schema: None,
        creation_date_time: None,
        warm_throughput: None,
        ..description
    }
}

/// Refuses to delete a replica that is being made.
fn check_filled(definition: &TableDefinition) -> Result<(), DeletionError> {
    match definition.membership.is_some() && definition.is_being_filled() {
        true => Err(DeletionError::Filled(definition.name.clone())),
        false => Ok(()),
    }
}

fn check(table: &Table, context: &Context<'_>) -> Result<(), ApiError> {
    let definition = table.definition();
    if definition.protection.is_on {
        return Err(DeletionError::Protected.into());
    }
    busy::check_deletion(definition)?;
    let (now, pace) = (context.now(), context.settings().pace);
    if policies::is_settling(&definition.policy, pace, now) {
        return Err(DeletionError::PolicySettling(definition.name.clone()).into());
    }
    let lock_ms = Work::WriteTags.length_ms(pace);
    if tags::is_locked(&definition.tags, lock_ms, now) {
        return Err(DeletionError::Tagged(definition.name.clone()).into());
    }
    Ok(())
}
