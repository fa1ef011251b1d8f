//! Point-in-time recovery: whether it is on, and between which times a table can be restored.
//!
//! Texts and order: control-plane-2026.md §4. What a table was is kept by the store ([`Trail`]); restores are elsewhere.

mod describe_continuous_backups;
mod update_continuous_backups;

use super::{backups, word};
use crate::model::json::Timestamp;
use crate::model::wire::{ContinuousBackupsDescription, PointInTimeRecoveryDescription};
use crate::store::{DAY_MS, Database, Recovery, TableDefinition, Trail};

/// How far the last time to which a restore can go lies behind, once recovery has been on for so long.
const BEHIND_MS: i64 = 300_000;

/// Between which times a table can be restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Window {
    /// The first.
    pub(crate) earliest: Timestamp,
    /// The last.
    pub(crate) latest: Timestamp,
}

impl Window {
    /// The window of a table whose recovery is on.
    pub(crate) fn of(trail: &Trail, recovery: Recovery, now: Timestamp) -> Self {
        let period_began = now.plus_millis(-recovery.days * DAY_MS);
        // A clock that is set back may be before all that is known.
        let earliest = trail.since().max(period_began).min(now);
        Self {
            earliest,
            latest: earliest.max(now.plus_millis(-BEHIND_MS)),
        }
    }

    pub(crate) fn covers(self, at: Timestamp) -> bool {
        (self.earliest..=self.latest).contains(&at)
    }
}

/// Whether a table can be backed up, and what can be recovered of it.
fn describe(database: &Database, definition: &TableDefinition, now: Timestamp) -> ContinuousBackupsDescription {
    ContinuousBackupsDescription {
        continuous_backups_status: Some(word(match backups::are_enabled(definition) {
            true => "ENABLED",
            false => "DISABLED",
        })),
        point_in_time_recovery_description: Some(describe_recovery(database, definition, now)),
    }
}

fn describe_recovery(
    database: &Database,
    definition: &TableDefinition,
    now: Timestamp,
) -> PointInTimeRecoveryDescription {
    let (Some(recovery), Some(trail)) = (definition.recovery, database.trail(&definition.name)) else {
        return PointInTimeRecoveryDescription {
            point_in_time_recovery_status: Some(word("DISABLED")),
            ..PointInTimeRecoveryDescription::default()
        };
    };
    let window = Window::of(trail, recovery, now);
    PointInTimeRecoveryDescription {
        point_in_time_recovery_status: Some(word("ENABLED")),
        recovery_period_in_days: i32::try_from(recovery.days).ok(),
        earliest_restorable_date_time: Some(window.earliest),
        latest_restorable_date_time: Some(window.latest),
    }
}
