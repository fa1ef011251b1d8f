//! The table of an export, as it was at the moment that is exported.
//!
//! Order: the table, the beginning of a span, its recovery, the time (control-plane-2026.md §6).

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use super::arn::{ArnError, table_name};
use crate::engine::context::Context;
use crate::engine::tables::{Window, find_known};
use crate::model::formats::Changed;
use crate::model::json::{Text, Timestamp};
use crate::model::{ApiError, ErrorKind};
use crate::store::{RowKey, Table, Trail};

/// Why there is no table to export as it was.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum MomentError {
    /// Its recovery is off.
    NotRecoverable(Text),
    /// The time is to come, or lies before the recovery began.
    Invalid,
    /// The recovery has not come so far yet.
    NotYet,
}

impl fmt::Display for MomentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotRecoverable(table) => {
                write!(f, "Point in time recovery is not enabled for table '{table}'")
            }
            Self::Invalid => f.write_str("Export Time is invalid"),
            Self::NotYet => f.write_str("Point in Time Recovery is not available for specified export time"),
        }
    }
}

impl From<MomentError> for ApiError {
    fn from(error: MomentError) -> Self {
        let kind = match error {
            MomentError::NotRecoverable(_) => ErrorKind::PointInTimeRecoveryUnavailable,
            MomentError::Invalid | MomentError::NotYet => ErrorKind::InvalidExportTime,
        };
        Self::new(kind, error)
    }
}

/// What became of the items of a table within a span of time.
pub(super) struct Course {
    /// The table as it is now.
    pub(super) table: Arc<Table>,
    trail: Arc<Trail>,
}

impl Course {
    /// The course of the table that an ARN names, which is checked before its recovery is.
    ///
    /// # Errors
    /// When there is no such table, it does not pass, or its recovery is off.
    pub(super) fn of(
        context: &Context<'_>,
        arn: &Text,
        check: impl FnOnce(&Table) -> Result<(), ApiError>,
    ) -> Result<Self, ApiError> {
        let (table, trail) = recoverable(context, arn, check)?;
        Ok(Self { table, trail })
    }

    /// Checks that all that became of the items since a time is known.
    ///
    /// # Errors
    /// When it is not.
    pub(super) fn check_since(&self, from: Timestamp, now: Timestamp) -> Result<(), MomentError> {
        let window = window(&self.table, &self.trail, now);
        match from.as_seconds() < window.earliest.as_seconds() {
            true => Err(MomentError::Invalid),
            false => Ok(()),
        }
    }

    /// The items that changed from a time up to another, in the order of their keys, with what they were and what they became.
    pub(super) fn changes(&self, from: Timestamp, until: Timestamp) -> Vec<Changed> {
        let before = |at: Timestamp| {
            let undo = self.trail.undo_after(at.plus_millis(-1));
            Table::clone(&self.table).undone(undo)
        };
        let (old, new) = (before(from), before(until));
        let mut latest: BTreeMap<&RowKey, Timestamp> = BTreeMap::new();
        for (at, key) in self.trail.changed_within(from, until) {
            latest.entry(key).or_insert(at);
        }
        let keys = &self.table.definition().keys;
        let changed = |(key, at): (&RowKey, Timestamp)| {
            let image = |table: &Table| table.get(key).map(|row| row.item.unpack());
            let (old, new) = (image(&old), image(&new));
            // What came and went within the span leaves nothing to tell.
            let keys = keys.project(new.as_ref().or(old.as_ref())?);
            Some(Changed { keys, old, new, at })
        };
        latest.into_iter().filter_map(changed).collect()
    }
}

/// The table that an ARN names, as it was at a time, or is now.
///
/// # Errors
/// When there is no such table, or it is not known what it was then.
pub(super) fn table_at(context: &Context<'_>, arn: &Text, at: Option<Timestamp>) -> Result<Arc<Table>, ApiError> {
    let (table, trail) = recoverable(context, arn, |_| Ok(()))?;
    let Some(at) = at else {
        return Ok(table);
    };
    let recovery = table
        .definition()
        .recovery
        .unwrap_or_else(|| unreachable!("its recovery is on"));
    let window = Window::of(&trail, recovery, context.now());
    if at > context.now() || at < window.earliest {
        return Err(MomentError::Invalid.into());
    }
    if at > window.latest {
        return Err(MomentError::NotYet.into());
    }
    let table = Table::clone(&table);
    Ok(Arc::new(table.undone(trail.undo_after(at))))
}

/// The table that an ARN names, and what it was, if it passes a check and its recovery is on.
///
/// # Errors
/// When there is no such table, it does not pass, or its recovery is off.
fn recoverable(
    context: &Context<'_>,
    arn: &Text,
    check: impl FnOnce(&Table) -> Result<(), ApiError>,
) -> Result<(Arc<Table>, Arc<Trail>), ApiError> {
    let name = table_name(arn, context.caller())?;
    let (pace, now) = (context.settings().pace, context.now());
    context.read(|database| {
        let table = find_known(database, &name, pace, now).ok();
        let table = table.filter(|table| table.definition().arn == *arn);
        let table = table.ok_or_else(|| ArnError::UnknownTable(arn.clone()))?;
        check(table)?;
        let trail = database.trail(&name).filter(|_| table.definition().recovery.is_some());
        let trail = trail.ok_or_else(|| MomentError::NotRecoverable(name.clone()))?;
        Ok((Arc::clone(table), Arc::clone(trail)))
    })
}

/// Between which times it is known what a table was.
fn window(table: &Table, trail: &Trail, now: Timestamp) -> Window {
    let recovery = table.definition().recovery;
    let recovery = recovery.unwrap_or_else(|| unreachable!("the recovery of a table with a trail is on"));
    Window::of(trail, recovery, now)
}
