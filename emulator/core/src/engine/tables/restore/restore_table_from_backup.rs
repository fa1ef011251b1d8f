//! RestoreTableFromBackup: makes a table of a backup.
//!
//! Order: the length of the target's name, the constraints, the ARN, another Region without a key for it, the backup, whether it is in use, the target, what is
//! to be different. A backup of another Region is looked for there.

use super::overrides::{Overrides, Restored, overrides};
use super::{RestoreError, Source, check_target_length, restore, state_target};
use crate::engine::context::{Context, Execute};
use crate::engine::tables::backups::{BackupTarget, find};
use crate::engine::violations::Violations;
use crate::model::ApiError;
use crate::model::wire::{RestoreTableFromBackupRequest, TableDescriptionReply};
use crate::store::RestoreOrigin;

impl Execute for RestoreTableFromBackupRequest {
    type Reply = TableDescriptionReply;

    fn execute(self, context: &Context<'_>) -> Result<TableDescriptionReply, ApiError> {
        let overrides = overrides!(self, Restored::FromBackup);
        check_target_length(self.target_table_name.as_ref())?;
        self.check_constraints(&overrides)?;
        let arn = self.backup_arn.clone().unwrap_or_default();
        let backup = BackupTarget::parse(&arn, context.caller())?;
        if *backup.region() != context.caller().region && !overrides.has_encryption() {
            return Err(RestoreError::OtherRegion.into());
        }
        let source = find_source(&backup, context)?;
        let target = self.target_table_name.clone().unwrap_or_default();
        restore(context, &source, &target, &overrides)
    }
}

impl RestoreTableFromBackupRequest {
    fn check_constraints(&self, overrides: &Overrides<'_>) -> Result<(), ApiError> {
        let mut violations = Violations::default();
        state_target(&mut violations, self.target_table_name.as_ref());
        violations.echoed("backupArn", self.backup_arn.as_ref()).required();
        overrides.state(&mut violations);
        violations.refuse()
    }
}

fn find_source(target: &BackupTarget, context: &Context<'_>) -> Result<Source, ApiError> {
    let database = context.database_in(target.region());
    let backup = find(&database, target)?;
    Ok(Source {
        table: backup.table().clone(),
        trail: None,
        origin: RestoreOrigin {
            backup: Some((backup.definition().key.clone(), target.given().clone())),
            table_arn: backup.table().definition().arn.clone(),
            at: backup.definition().created,
        },
    })
}
