//! RestoreTableToPointInTime: makes a table of what another was at a time.
//!
//! Order: which time, which source, the ARN, the target's name, the constraints, the owner, another Region without a key for it, the table, its recovery, the time,
//! the target, what is to be different. Settings and indexes are those that the source has now.

use super::overrides::{Overrides, Restored, overrides};
use super::{RestoreError, Source, check_target_length, restore, state_target};
use crate::engine::context::{Context, Execute};
use crate::engine::names::{Arn, NameError, is_name, partition_of};
use crate::engine::tables::backups::{BackupError, find_known};
use crate::engine::tables::recovery::Window;
use crate::engine::violations::Violations;
use crate::model::ApiError;
use crate::model::json::{Text, Timestamp};
use crate::model::wire::{RestoreTableToPointInTimeRequest, TableDescriptionReply};
use crate::store::RestoreOrigin;

/// The table that is to be gone back in.
struct SourceTable {
    name: Text,
    region: Text,
    account: Text,
    /// How it is called when it is not there.
    shown: Text,
}

/// The time to go back to.
#[derive(Clone, Copy, Debug)]
enum Wanted {
    Latest,
    At(Timestamp),
}

impl Execute for RestoreTableToPointInTimeRequest {
    type Reply = TableDescriptionReply;

    fn execute(self, context: &Context<'_>) -> Result<TableDescriptionReply, ApiError> {
        let overrides = overrides!(self, Restored::ToPointInTime);
        let wanted = self.wanted()?;
        let table = self.source(context)?;
        check_target_length(self.target_table_name.as_ref())?;
        self.check_constraints(&overrides)?;
        let source = find_source(&table, wanted, &overrides, context)?;
        let target = self.target_table_name.clone().unwrap_or_default();
        restore(context, &source, &target, &overrides)
    }
}

impl RestoreTableToPointInTimeRequest {
    fn wanted(&self) -> Result<Wanted, RestoreError> {
        match (self.restore_date_time, self.use_latest_restorable_time) {
            (Some(_), Some(true)) => Err(RestoreError::TwoTimes),
            (Some(at), _) => Ok(Wanted::At(at)),
            (None, Some(true)) => Ok(Wanted::Latest),
            (None, _) => Err(RestoreError::NoTime),
        }
    }

    fn source(&self, context: &Context<'_>) -> Result<SourceTable, ApiError> {
        let caller = context.caller();
        match (&self.source_table_arn, &self.source_table_name) {
            (Some(_), Some(_)) => Err(RestoreError::TwoSources.into()),
            (None, None) => Err(NameError::Missing.into()),
            (None, Some(name)) => Ok(SourceTable {
                name: name.clone(),
                region: caller.region.clone(),
                account: caller.account.clone(),
                shown: name.clone(),
            }),
            (Some(arn), None) => {
                let parts = Arn::parse(arn)
                    .filter(|parts| parts.service == "dynamodb" && parts.partition == partition_of(parts.region));
                let parts = parts.ok_or(RestoreError::NoArn)?;
                let name = parts.resource.strip_prefix("table/").filter(|name| is_name(name));
                let name = Text::from(name.ok_or(RestoreError::NoArn)?);
                let is_elsewhere = caller.region != parts.region;
                Ok(SourceTable {
                    region: parts.region.into(),
                    account: parts.account.into(),
                    shown: if is_elsewhere { arn.clone() } else { name.clone() },
                    name,
                })
            }
        }
    }

    fn check_constraints(&self, overrides: &Overrides<'_>) -> Result<(), ApiError> {
        let mut violations = Violations::default();
        violations
            .echoed("sourceTableName", self.source_table_name.as_ref())
            .name();
        state_target(&mut violations, self.target_table_name.as_ref());
        overrides.state(&mut violations);
        violations.refuse()
    }
}

fn find_source(
    source: &SourceTable,
    wanted: Wanted,
    overrides: &Overrides<'_>,
    context: &Context<'_>,
) -> Result<Source, ApiError> {
    let (now, pace) = (context.now(), context.settings().pace);
    if source.account != context.caller().account {
        return Err(RestoreError::ForeignOwner.into());
    }
    if source.region != context.caller().region && !overrides.has_encryption() {
        return Err(RestoreError::OtherRegion.into());
    }
    let database = context.database_in(&source.region);
    let table = find_known(&database, &source.name, pace, now);
    let table = table.map_err(|_| BackupError::NoTable(source.shown.clone()))?;
    let trail = database.trail(&source.name);
    let (Some(recovery), Some(trail)) = (table.definition().recovery, trail) else {
        return Err(RestoreError::Off(source.name.clone()).into());
    };
    let window = Window::of(trail, recovery, now);
    let at = match wanted {
        Wanted::Latest => window.latest,
        Wanted::At(at) if window.covers(at) => at,
        Wanted::At(at) => {
            let Window { earliest, latest } = window;
            return Err(RestoreError::OutsideWindow { at, earliest, latest }.into());
        }
    };
    Ok(Source {
        table: table.clone(),
        trail: Some(trail.clone()),
        origin: RestoreOrigin {
            backup: None,
            table_arn: table.definition().arn.clone(),
            at,
        },
    })
}
