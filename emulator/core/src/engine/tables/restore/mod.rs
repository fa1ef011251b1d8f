//! Restores: a new table with the items of a backup, or with those that another table had at a time.
//!
//! Texts and order: control-plane-2026.md §5. A request is checked in itself, then its source, the room for the target, and what is to be different there.
//! The table is put together from the source's rows and indexes without a lock, and comes into being in one Change; until the
//! service would have finished, it is only described. A restore takes what it needs when it begins: what becomes of its source does not matter.

mod error;
mod indexes;
mod overrides;
mod restore_table_from_backup;
mod restore_table_to_point_in_time;

use std::fmt;
use std::sync::Arc;

use super::backups::{BackupError, is_in_use};
use super::description::describe;
use super::throughput;
use super::{create_table, definition_units, reserved_units};
use crate::engine::context::Context;
use crate::engine::names::{NameLengthError, label_of};
use crate::engine::violations::{TABLE_NAME, Violations};
use crate::engine::wording::INVALID_REQUEST;
use crate::model::json::{Text, Timestamp};
use crate::model::wire::{TableDescription, TableDescriptionReply};
use crate::model::{ApiError, ErrorKind};
use crate::store::{Change, Database, RestoreOrigin, Table, TableDefinition, TableStatus, Trail};
use overrides::Overrides;

/// The most restores that are under way at once.
const RUNNING_MAX: usize = 50;

/// Why a table cannot be restored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum RestoreError {
    TwoTimes,
    NoTime,
    TwoSources,
    NoArn,
    ForeignOwner,
    OtherRegion,
    Off(Text),
    OutsideWindow {
        at: Timestamp,
        earliest: Timestamp,
        latest: Timestamp,
    },
    Exists(Text),
    BeingCreated(Text),
    BeingRestored {
        table: Text,
        from: Text,
    },
    TooMany,
}

impl fmt::Display for RestoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TwoSources => f.write_str("Must provide exactly one of: sourceTableArn, sourceTableName"),
            Self::NoArn => f.write_str("sourceTableArn is not a valid ARN"),
            Self::ForeignOwner => {
                f.write_str("This action is only supported by accounts that match the resource owner’s account.")
            }
            Self::Off(table) => write!(f, "Point in time recovery is not enabled for table '{table}'"),
            Self::OutsideWindow { at, earliest, latest } => write!(
                f,
                "RestoreDateTime '{}Z' must be within EarliestRestorableDateTime '{}Z' and LatestRestorableDateTime '{}Z'",
                label_of(*at),
                label_of(*earliest),
                label_of(*latest)
            ),
            Self::Exists(table) => write!(f, "Table already exists: {table}"),
            Self::BeingCreated(table) => write!(f, "Table is being created: {table}"),
            Self::BeingRestored { table, from } => {
                write!(f, "Table: {table} is already being restored from backup: {from}")
            }
            Self::TooMany => write!(
                f,
                "Subscriber limit exceeded: Only {RUNNING_MAX} restore operations can be done simultaneously"
            ),
            Self::TwoTimes => write!(
                f,
                "{INVALID_REQUEST}Both RestoreDateTime and UseLatestRestorableTime cannot be set for point-in-time restore request."
            ),
            Self::NoTime => write!(
                f,
                "{INVALID_REQUEST}Either one of RestoreDateTime or UseLatestRestorableTime must be specified, but not both"
            ),
            Self::OtherRegion => write!(
                f,
                "{INVALID_REQUEST}sseSpecificationOverride must be provided for cross-region restores"
            ),
        }
    }
}

impl From<RestoreError> for ApiError {
    fn from(error: RestoreError) -> Self {
        let kind = match error {
            RestoreError::Off(_) => ErrorKind::PointInTimeRecoveryUnavailable,
            RestoreError::OutsideWindow { .. } => ErrorKind::InvalidRestoreTime,
            RestoreError::Exists(_) => ErrorKind::TableAlreadyExists,
            RestoreError::BeingCreated(_) | RestoreError::BeingRestored { .. } => ErrorKind::TableInUse,
            RestoreError::TooMany => ErrorKind::LimitExceeded,
            _ => ErrorKind::Validation,
        };
        Self::new(kind, error)
    }
}

/// What a table is restored from.
struct Source {
    /// The table as it is, or as it was backed up.
    table: Arc<Table>,
    /// What leads back to the time that is asked for, if the table has to go back.
    trail: Option<Arc<Trail>>,
    origin: RestoreOrigin,
}

impl Source {
    /// The table that a definition describes, with the items of the source.
    fn restored(&self, definition: Arc<TableDefinition>) -> Table {
        let table = self.table.restored(definition);
        match &self.trail {
            Some(trail) => table.undone(trail.undo_after(self.origin.at)),
            None => table,
        }
    }
}

/// Restores a table from a source under another name.
fn restore(
    context: &Context<'_>,
    source: &Source,
    target: &Text,
    overrides: &Overrides<'_>,
) -> Result<TableDescriptionReply, ApiError> {
    let (now, region) = (context.now(), &context.caller().region);
    context.read(|database| check_room(database, target, &source.origin))?;
    let mut definition = overrides.define(source.table.definition(), target, context)?;
    definition.restored_from = Some(source.origin.clone());
    let description = overrides.answer(describe(&definition, None, now));
    let settled = match definition.advanced(now) {
        Some(Change::PutTable(settled)) => settled,
        _ => Arc::new(definition),
    };
    let table = Arc::new(source.restored(settled));
    context.write(|transaction| {
        // Others may have begun a restore since.
        check_room(transaction.database(), target, &source.origin)?;
        let units = definition_units(table.definition());
        throughput::check_account_max(reserved_units(transaction.database()), units, region)?;
        transaction.commit(Change::RestoreTable(Arc::clone(&table)));
        Ok::<_, ApiError>(())
    })?;
    answer(description, target, source, overrides)
}

/// The answer to a restore that has begun. One with ceilings that say nothing is answered with a refusal, and goes on all the same
/// (control-plane-2026.md §5).
fn answer(
    table_description: TableDescription,
    target: &Text,
    source: &Source,
    overrides: &Overrides<'_>,
) -> Result<TableDescriptionReply, ApiError> {
    if overrides.has_hollow_ceilings() {
        return Err(being_restored(target, &source.origin).into());
    }
    Ok(TableDescriptionReply {
        table_description: table_description.into(),
    })
}

fn being_restored(table: &Text, origin: &RestoreOrigin) -> RestoreError {
    let from = origin.backup.as_ref().map_or(&origin.table_arn, |(_, arn)| arn);
    RestoreError::BeingRestored {
        table: table.clone(),
        from: from.clone(),
    }
}

/// Checks that a backup is not in use, that the name of the target is free, and that there is room for a table and a restore.
fn check_room(database: &Database, target: &Text, origin: &RestoreOrigin) -> Result<(), ApiError> {
    if let Some((key, arn)) = &origin.backup
        && is_in_use(database, key)
    {
        return Err(BackupError::RestoringAnother(arn.clone()).into());
    }
    if let Some(table) = database.table(target) {
        let definition = table.definition();
        let error = match (&definition.restored_from, definition.status()) {
            (Some(other), _) => being_restored(target, other),
            (None, TableStatus::Creating) => RestoreError::BeingCreated(target.clone()),
            _ => RestoreError::Exists(target.clone()),
        };
        return Err(error.into());
    }
    let restores = database
        .tables()
        .filter(|table| table.definition().restored_from.is_some());
    if restores.count() >= RUNNING_MAX {
        return Err(RestoreError::TooMany.into());
    }
    Ok(create_table::check_count(database)?)
}

/// The name of the target: its length is refused in words of its own.
fn check_target_length(target: Option<&Text>) -> Result<(), NameLengthError> {
    target.map_or(Ok(()), |name| NameLengthError::check("TableName", name.chars().count()))
}

fn state_target(violations: &mut Violations, target: Option<&Text>) {
    violations
        .echoed("targetTableName", target)
        .required()
        .pattern(&TABLE_NAME);
}
