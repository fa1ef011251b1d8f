//! DeleteBackup: lets go of a backup.
//!
//! Order: that there is an ARN, its form, the backup, whose it is, whether a table is being restored from it.

use super::describe_backup::read_target;
use super::description::describe;
use super::{BackupError, find, is_in_use};
use crate::engine::context::{Context, Execute};
use crate::model::ApiError;
use crate::model::json::Text;
use crate::model::wire::{BackupDescriptionReply, DeleteBackupRequest};
use crate::store::Change;

impl Execute for DeleteBackupRequest {
    type Reply = BackupDescriptionReply;

    fn execute(self, context: &Context<'_>) -> Result<BackupDescriptionReply, ApiError> {
        let target = read_target(self.backup_arn.as_ref(), context)?;
        context.write(|transaction| {
            let database = transaction.database();
            let backup = find(database, &target)?;
            let arn = target.given().clone();
            if let Some(expires) = backup.definition().expires {
                return Err(BackupError::OfSystem { arn, expires }.into());
            }
            if is_in_use(database, &backup.definition().key) {
                return Err(BackupError::Restoring(arn).into());
            }
            let mut backup_description = describe(backup, arn, context.now());
            if let Some(details) = &mut backup_description.backup_details {
                details.backup_status = Some(Text::new_static("DELETED"));
            }
            let key = backup.definition().key.clone();
            transaction.commit(Change::DropBackup(key));
            Ok(BackupDescriptionReply {
                backup_description: backup_description.into(),
            })
        })
    }
}
