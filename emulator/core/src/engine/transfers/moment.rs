//! The table of an export, as it was at the moment that is exported.
//!
//! Order: the table, its recovery, the time (control-plane-2026.md §6).

use std::fmt;
use std::sync::Arc;

use super::arn::{ArnError, table_name};
use crate::engine::context::Context;
use crate::model::json::{Text, Timestamp};
use crate::model::{ApiError, ErrorKind};
use crate::store::{Database, Table, TableStatus};

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
    let name = table_name(arn, context.caller())?;
    context.read(|database| {
        let table = find(database, arn, &name)?;
        if let Some(at) = at.filter(|at| *at > context.now()) {
            let _ = at;
            return Err(MomentError::Invalid.into());
        }
        Ok(Arc::clone(table))
    })
}

fn find<'d>(database: &'d Database, arn: &Text, name: &Text) -> Result<&'d Arc<Table>, ArnError> {
    let is_there = |table: &&Arc<Table>| {
        let definition = table.definition();
        definition.arn == *arn && definition.status() != TableStatus::Creating
    };
    let table = database.table(name).filter(is_there);
    table.ok_or_else(|| ArnError::UnknownTable(arn.clone()))
}
