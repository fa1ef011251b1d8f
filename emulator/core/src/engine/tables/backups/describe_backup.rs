//! DescribeBackup: what a backup is, and what the table was that it is of.
//!
//! Order: that there is an ARN, its form, the backup.

use super::description::describe;
use super::{BackupTarget, find};
use crate::engine::context::{Context, Execute};
use crate::engine::violations::Violations;
use crate::model::ApiError;
use crate::model::json::Text;
use crate::model::wire::{BackupDescriptionReply, DescribeBackupRequest};

impl Execute for DescribeBackupRequest {
    type Reply = BackupDescriptionReply;

    fn execute(self, context: &Context<'_>) -> Result<BackupDescriptionReply, ApiError> {
        let target = read_target(self.backup_arn.as_ref(), context)?;
        let backup = context.read(|database| find(database, &target).cloned())?;
        Ok(BackupDescriptionReply {
            backup_description: describe(&backup, target.given().clone(), context.now()).into(),
        })
    }
}

/// The backup of an operation that names nothing else.
pub(super) fn read_target(arn: Option<&Text>, context: &Context<'_>) -> Result<BackupTarget, ApiError> {
    let mut violations = Violations::default();
    violations.echoed("backupArn", arn).required();
    violations.refuse()?;
    let arn = arn.cloned().unwrap_or_default();
    Ok(BackupTarget::parse(&arn, context.caller())?)
}
