//! Billing modes and throughput: provisioned, on demand and warm.
//!
//! Texts: observed-tables.md §3, §4 and §6, capacity.md §7. A figure is read here and refused here; when it takes effect is not known.

mod billing;
mod ceilings;
mod provisioned;
mod warm;

use std::fmt;

use crate::model::json::Text;
use crate::store::Units;

pub(super) use billing::{BillingError, check_index_mode, check_mode};
pub(super) use ceilings::{CeilingError, ceilings, check_ceiling_mode, has_ceiling};
pub(super) use provisioned::{
    ACCOUNT_UNITS_MAX, ProvisionedError, check_account_max, check_bounds, check_decrease, check_max, units,
};
pub(super) use warm::{WarmError, has_figure, initial_warm, raised_warm};

/// The most that one table or index can have.
pub(super) const TABLE_UNITS_MAX: i64 = 40_000;

/// Reads or writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Read,
    Write,
}

impl Side {
    pub(super) const BOTH: [Self; 2] = [Self::Read, Self::Write];

    pub(super) fn of(self, units: Units) -> i64 {
        match self {
            Self::Read => units.read,
            Self::Write => units.write,
        }
    }

    pub(super) fn pick<T>(self, read: T, write: T) -> T {
        match self {
            Self::Read => read,
            Self::Write => write,
        }
    }

    pub(super) fn capacity_units(self) -> &'static str {
        self.pick("ReadCapacityUnits", "WriteCapacityUnits")
    }

    pub(super) fn request_units(self) -> &'static str {
        self.pick("MaxReadRequestUnits", "MaxWriteRequestUnits")
    }

    pub(super) fn table_max(self) -> &'static str {
        self.pick("TableMaxReadCapacityUnits", "TableMaxWriteCapacityUnits")
    }

    pub(super) fn units_per_second(self) -> &'static str {
        self.pick("ReadUnitsPerSecond", "WriteUnitsPerSecond")
    }
}

/// A table, or an index of it: what a figure is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Subject {
    Table,
    Index(Text),
}

impl Subject {
    pub(super) fn index(&self) -> Option<&Text> {
        match self {
            Self::Table => None,
            Self::Index(index) => Some(index),
        }
    }
}

/// Whether something is being created or changed, where the words differ.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Occasion {
    Create,
    Update,
}

/// A table as `table`, an index by its name behind words of its own.
struct Of<'a>(&'a Subject, &'static str);

impl fmt::Display for Of<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Subject::Table => f.write_str("table"),
            Subject::Index(index) => write!(f, "{}{index}", self.1),
        }
    }
}
