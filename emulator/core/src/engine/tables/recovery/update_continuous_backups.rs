//! UpdateContinuousBackups: turns the recovery of a table on or off, or changes how far back it goes.
//!
//! Order: the name, the constraints, a period without recovery, the table as backups know it, whether it can be backed up yet. Turning on what is on changes
//! nothing but the period, if one is given; turning it off and on again forgets what was.

use std::fmt;

use super::describe;
use crate::engine::context::{Context, Execute};
use crate::engine::names::TableTarget;
use crate::engine::tables::backups::find_ready;
use crate::engine::violations::Violations;
use crate::engine::wording::INVALID_REQUEST;
use crate::model::ApiError;
use crate::model::json::Timestamp;
use crate::model::wire::{ContinuousBackupsReply, PointInTimeRecoverySpecification, UpdateContinuousBackupsRequest};
use crate::store::{Recovery, TableDefinition};

/// A period is given for a recovery that is to be off.
struct PeriodWithoutRecovery;

impl fmt::Display for PeriodWithoutRecovery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{INVALID_REQUEST}Cannot specify RecoveryPeriodInDays when disabling point-in-time recovery."
        )
    }
}

impl Execute for UpdateContinuousBackupsRequest {
    type Reply = ContinuousBackupsReply;

    fn execute(self, context: &Context<'_>) -> Result<ContinuousBackupsReply, ApiError> {
        let target = TableTarget::of_operation(self.table_name.as_ref(), context.caller())?;
        check_constraints(self.point_in_time_recovery_specification.as_ref())?;
        let specification = self.point_in_time_recovery_specification.unwrap_or_default();
        let is_on = specification.point_in_time_recovery_enabled.unwrap_or_default();
        let days = specification.recovery_period_in_days.map(i64::from);
        if !is_on && days.is_some() {
            return Err(ApiError::validation(PeriodWithoutRecovery));
        }
        let (now, pace) = (context.now(), context.settings().pace);
        context.write(|transaction| {
            let definition = find_ready(transaction.database(), target.name(), pace, now)?.definition();
            let recovery = is_on.then(|| turned_on(definition.recovery, days, now));
            if recovery != definition.recovery {
                let edited = TableDefinition {
                    recovery,
                    ..TableDefinition::clone(definition)
                };
                transaction.commit(crate::engine::tables::put(edited, now));
            }
            let database = transaction.database();
            let definition = find_ready(database, target.name(), pace, now)?.definition();
            Ok(ContinuousBackupsReply {
                continuous_backups_description: describe(database, definition, now),
            })
        })
    }
}

fn turned_on(current: Option<Recovery>, days: Option<i64>, now: Timestamp) -> Recovery {
    let current = current.unwrap_or(Recovery {
        since: now,
        days: Recovery::DAYS_MAX,
    });
    Recovery {
        days: days.unwrap_or(current.days),
        ..current
    }
}

fn check_constraints(specification: Option<&PointInTimeRecoverySpecification>) -> Result<(), ApiError> {
    let mut violations = Violations::default();
    violations
        .echoed("pointInTimeRecoverySpecification", specification)
        .required();
    if let Some(specification) = specification {
        violations
            .echoed(
                "pointInTimeRecoverySpecification.pointInTimeRecoveryEnabled",
                specification.point_in_time_recovery_enabled.as_ref(),
            )
            .required();
        violations
            .echoed(
                "pointInTimeRecoverySpecification.recoveryPeriodInDays",
                specification.recovery_period_in_days.as_ref(),
            )
            .at_least(1)
            .at_most(Recovery::DAYS_MAX);
    }
    violations.refuse()
}
