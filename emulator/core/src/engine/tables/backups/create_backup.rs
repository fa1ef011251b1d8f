//! CreateBackup: keeps a table as it is.
//!
//! Order: the constraints of both names, the table as backups know it, whether backups of it can be made yet. A backup holds the table by reference;
//! it costs what the table changes afterwards.

use std::sync::Arc;

use super::description::describe_details;
use super::{BACKUPS_MAX, BackupError, find_ready};
use crate::engine::context::{Context, Execute};
use crate::engine::members::state_full_table_name;
use crate::engine::names::{NameError, TableTarget};
use crate::engine::tables::pace::Work;
use crate::engine::violations::Violations;
use crate::model::ApiError;
use crate::model::json::Text;
use crate::model::wire::{CreateBackupReply, CreateBackupRequest};
use crate::store::{BackupDefinition, BackupKey, BackupKind, Change};

/// How much of a random id tells apart backups that are made at one time.
const DISTINCTION_LENGTH: usize = 8;

impl Execute for CreateBackupRequest {
    type Reply = CreateBackupReply;

    fn execute(self, context: &Context<'_>) -> Result<CreateBackupReply, ApiError> {
        let table_name = self.table_name.as_ref().ok_or(NameError::Missing)?;
        check_constraints(&self)?;
        let target = TableTarget::parse(table_name, context.caller())?;
        let (now, pace) = (context.now(), context.settings().pace);
        context.write(|transaction| {
            let database = transaction.database();
            find_ready(database, target.name(), pace, now)?;
            if database.backups().len() >= BACKUPS_MAX {
                return Err(BackupError::TooMany.into());
            }
            let distinction = context.world().uuid();
            let key = BackupKey::new(target.name().clone(), now, &distinction[..DISTINCTION_LENGTH]);
            let definition = BackupDefinition {
                key: key.clone(),
                name: self.backup_name.clone().unwrap_or_default(),
                kind: BackupKind::User,
                created: now,
                available: now.plus_millis(Work::BackUp.length_ms(pace)),
                expires: None,
            };
            transaction.commit(Change::BackUp(Arc::new(definition)));
            let Some(backup) = transaction.database().backups().get(&key) else {
                unreachable!("a backup is there once it was made");
            };
            let mut backup_details = describe_details(backup, backup.arn(), now);
            backup_details.backup_status = Some(Text::new_static("CREATING"));
            Ok(CreateBackupReply { backup_details })
        })
    }
}

fn check_constraints(request: &CreateBackupRequest) -> Result<(), ApiError> {
    let mut violations = Violations::default();
    state_full_table_name(&mut violations, request.table_name.as_ref());
    violations
        .echoed("backupName", request.backup_name.as_ref())
        .required()
        .name();
    violations.refuse()
}
