//! The table of an export, as it was at the moment that is exported.
//!
//! Order: the table, its recovery, the time (control-plane-2026.md §6).

use std::fmt;
use std::sync::Arc;

use super::arn::{ArnError, table_name};
use crate::engine::context::Context;
use crate::engine::tables::{Window, find_known};
use crate::model::json::{Text, Timestamp};
use crate::model::{ApiError, ErrorKind};
use crate::store::{Table, Trail};

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

/// The table that an ARN names, as it was at a time, or is now.
///
/// # Errors
/// When there is no such table, or it is not known what it was then.
pub(super) fn table_at(context: &Context<'_>, arn: &Text, at: Option<Timestamp>) -> Result<Arc<Table>, ApiError> {
    let (table, trail) = recoverable(context, arn)?;
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

/// The table that an ARN names, and what it was, if its recovery is on.
///
/// # Errors
/// When there is no such table, or its recovery is off.
fn recoverable(context: &Context<'_>, arn: &Text) -> Result<(Arc<Table>, Arc<Trail>), ApiError> {
    let name = table_name(arn, context.caller())?;
    let (pace, now) = (context.settings().pace, context.now());
    context.read(|database| {
        let table = find_known(database, &name, pace, now).ok();
        let table = table.filter(|table| table.definition().arn == *arn);
        let table = table.ok_or_else(|| ArnError::UnknownTable(arn.clone()))?;
        let trail = database.trail(&name).filter(|_| table.definition().recovery.is_some());
        let trail = trail.ok_or_else(|| MomentError::NotRecoverable(name.clone()))?;
        Ok((Arc::clone(table), Arc::clone(trail)))
    })
}
