//! ListBackups: backups in the order of their creation, a page at a time.
//!
//! Order: the constraints of all members, the bounds of the time, the ARN at which the page begins. Neither the table nor the backup at which
//! the page begins need exist.

use super::description::summarise;
use super::{BackupError, BackupTarget};
use crate::engine::context::{Context, Execute};
use crate::engine::members::{PAGE_MAX, state_full_table_name};
use crate::engine::names::TableTarget;
use crate::engine::violations::{Violations, sets};
use crate::model::ApiError;
use crate::model::json::{Text, Timestamp};
use crate::model::wire::{ListBackupsReply, ListBackupsRequest};
use crate::store::{Backup, BackupKind};

/// Which backups are wanted.
struct Filter {
    table: Option<Text>,
    kind: Option<Text>,
    low: Option<Timestamp>,
    high: Option<Timestamp>,
}

impl Execute for ListBackupsRequest {
    type Reply = ListBackupsReply;

    fn execute(self, context: &Context<'_>) -> Result<ListBackupsReply, ApiError> {
        check_constraints(&self)?;
        let (low, high) = (self.time_range_lower_bound, self.time_range_upper_bound);
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            return Err(BackupError::ReversedRange.into());
        }
        let start = self.start(context)?;
        let table = self.table_name.as_ref();
        let table = table
            .map(|name| TableTarget::parse(name, context.caller()))
            .transpose()?;
        let filter = Filter {
            table: table.map(|target| target.name().clone()),
            kind: self.backup_type,
            low,
            high,
        };
        let limit = usize::try_from(self.limit.unwrap_or(PAGE_MAX)).unwrap_or_default();
        // A clone, since backups that are not wanted are passed over one by one; and one more than the page tells whether it is the last.
        let backups = context.read(|database| database.backups().clone());
        let wanted = backups
            .after(start.as_ref().and_then(BackupTarget::key))
            .filter(|backup| filter.covers(backup));
        let mut summaries: Vec<_> = wanted
            .take(limit + 1)
            .map(|backup| summarise(backup, context.now()))
            .collect();
        let is_last = summaries.len() <= limit;
        summaries.truncate(limit);
        let last = summaries.last().filter(|_| !is_last);
        Ok(ListBackupsReply {
            last_evaluated_backup_arn: last.and_then(|last| last.backup_arn.clone()),
            backup_summaries: summaries,
        })
    }
}

impl ListBackupsRequest {
    fn start(&self, context: &Context<'_>) -> Result<Option<BackupTarget>, BackupError> {
        let Some(arn) = &self.exclusive_start_backup_arn else {
            return Ok(None);
        };
        let target = BackupTarget::parse(arn, context.caller())?;
        match *target.region() == context.caller().region {
            true => Ok(Some(target)),
            false => Err(BackupError::CursorOfOtherRegion),
        }
    }
}

impl Filter {
    fn covers(&self, backup: &Backup) -> bool {
        let definition = backup.definition();
        let is_of_kind = match self.kind.as_deref() {
            None => definition.kind == BackupKind::User,
            Some("ALL") => true,
            Some(kind) => definition.kind.word() == kind,
        };
        is_of_kind
            && self.table.as_ref().is_none_or(|table| *table == definition.key.table)
            && self.low.is_none_or(|low| low <= definition.created)
            && self.high.is_none_or(|high| definition.created < high)
    }
}

fn check_constraints(request: &ListBackupsRequest) -> Result<(), ApiError> {
    let mut violations = Violations::default();
    state_full_table_name(&mut violations, request.table_name.as_ref());
    violations
        .echoed("limit", request.limit.as_ref())
        .at_least(1)
        .at_most(PAGE_MAX.into());
    violations
        .echoed("backupType", request.backup_type.as_ref())
        .one_of(sets::BACKUP_TYPE_FILTER);
    violations.refuse()
}
