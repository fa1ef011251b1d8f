//! The control plane: one file for each operation on tables, their tags, their expiry, their backups, their policies, what is beside them, and the
//! account's limits.
//!
//! An operation reports a bad name first, then the constraints of all members together, then what is wrong in itself, and only then looks at
//! the table. It edits a copy of the [`TableDefinition`], schedules what the service takes time for, and commits the copy as a
//! Change; on an instant engine all of it has happened by then, while the answer still tells what is under way. Items are not known here.

mod backups;
mod busy;
mod class;
mod constraints;
mod create_table;
mod delete_table;
mod describe_endpoints;
mod describe_limits;
mod describe_table;
mod describe_time_to_live;
mod description;
mod destinations;
mod encryption;
mod global_tables;
mod indexes;
mod insights;
mod list_tables;
mod list_tags_of_resource;
mod pace;
mod policies;
mod recovery;
mod replicas;
mod resource;
mod restore;
mod schema;
mod stream;
mod tag_resource;
mod tags;
#[cfg(test)]
mod tests;
mod throughput;
mod time_to_live;
mod untag_resource;
mod update_table;
mod update_time_to_live;
mod vectors;

use std::sync::Arc;

use super::Pace;
use super::context::Context;
use super::names::TableTarget;
use crate::model::json::{Text, Timestamp};
use crate::model::{ApiError, ErrorKind};
use crate::store::{Change, Database, IndexKind, Step, Table, TableDefinition, TableStatus, Units};

pub(crate) use backups::find_known;
pub(crate) use create_table::{check_creation, define, state_creation};
pub(crate) use description::describe_key;
pub(crate) use pace::Work;
pub(crate) use recovery::Window;
pub(crate) use replicas::check_transactional;

/// How the service begins most of its refusals of a parameter.
const INVALID: &str = "One or more parameter values were invalid: ";

/// The table of an operation on tables.
fn find<'a>(database: &'a Database, target: &TableTarget) -> Result<&'a Arc<Table>, ApiError> {
    let name = target.name();
    database.table(name).ok_or_else(|| not_found(name))
}

/// The table of a bulk put, if it takes one.
///
/// # Errors
/// When there is no such table, or something is under way that does not go with it.
pub(crate) fn find_for_bulk_put<'a>(
    database: &'a Database,
    target: &TableTarget,
) -> Result<&'a Arc<TableDefinition>, ApiError> {
    let definition = find(database, target)?.definition();
    busy::check_bulk_put(definition)?;
    Ok(definition)
}

fn not_found(name: &Text) -> ApiError {
    ApiError::new(
        ErrorKind::ResourceNotFound,
        format_args!("Requested resource not found: Table: {name} not found"),
    )
}

/// The same, but for a table that is being restored or made as a replica: until it is there, most operations know nothing of it.
fn find_unless_filled<'a>(database: &'a Database, target: &TableTarget) -> Result<&'a Arc<Table>, ApiError> {
    let table = find(database, target)?;
    match table.definition().is_being_filled() {
        false => Ok(table),
        true => Err(not_found(target.name())),
    }
}

/// The table of an operation on what is beside a table: whoever keeps that takes a while to learn of a new one.
fn find_learned<'a>(
    database: &'a Database,
    target: &TableTarget,
    context: &Context<'_>,
) -> Result<&'a TableDefinition, ApiError> {
    let definition = find(database, target)?.definition();
    if is_learned(definition, Work::LearnOfTable, context) {
        Ok(definition)
    } else {
        Err(not_found(target.name()))
    }
}

/// Whether a work that begins with a table's creation is done; on a table that is being filled it begins when the table is there.
fn is_learned(definition: &TableDefinition, work: Work, context: &Context<'_>) -> bool {
    let learned = definition.created.plus_millis(work.length_ms(context.settings().pace));
    definition.status() != TableStatus::Creating || (!definition.is_being_filled() && learned <= context.now())
}

/// Whether those who keep backups and tags know no more of a table that is being deleted.
fn is_forgotten(definition: &TableDefinition, pace: Pace, now: Timestamp) -> bool {
    let removal = definition.pending.iter().find(|pending| pending.step == Step::Remove);
    removal.is_some_and(|removal| {
        let begun = removal.at.plus_millis(-Work::Delete.length_ms(pace));
        begun.plus_millis(Work::ForgetTable.length_ms(pace)) <= now
    })
}

/// The Change that puts a definition in its place, as it is by now.
fn put(definition: TableDefinition, now: Timestamp) -> Change {
    definition
        .advanced(now)
        .unwrap_or_else(|| Change::PutTable(Arc::new(definition)))
}

/// Lets a new table be there when a work is done, and its backups be possible some time later.
fn schedule_creation(definition: &mut TableDefinition, work: Work, context: &Context<'_>) {
    let pace = context.settings().pace;
    let active = context.now().plus_millis(work.length_ms(pace));
    definition.schedule(active, Step::Activate);
    definition.schedule(
        active.plus_millis(Work::EnableBackups.length_ms(pace)),
        Step::EnableBackups,
    );
}

/// The throughput that all tables of a database have together, with that of their global indexes.
fn reserved_units(database: &Database) -> Units {
    database
        .tables()
        .map(|table| definition_units(table.definition()))
        .fold(Units::default(), plus)
}

/// The throughput of a table together with that of its global indexes.
fn definition_units(definition: &TableDefinition) -> Units {
    let indexes = definition
        .indexes_of(IndexKind::Global)
        .map(|index| index.capacity.throughput.units);
    indexes.fold(definition.capacity.throughput.units, plus)
}

fn plus(a: Units, b: Units) -> Units {
    Units {
        read: a.read.saturating_add(b.read),
        write: a.write.saturating_add(b.write),
    }
}

/// A text of the wire that is one of the program's own words.
fn word(word: &'static str) -> Text {
    Text::new_static(word)
}
