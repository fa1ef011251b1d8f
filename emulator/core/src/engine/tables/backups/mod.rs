//! Backups: tables kept as they are, on request, or when they are deleted while their recovery is on.
//!
//! Texts and order: control-plane-2026.md §2 and §3. A backup is a value beside its description ([`store::Backup`](crate::store::Backup)); here is what the service says of it, and
//! when it lets one be made, used and deleted. The service's backups learn of a new table a while after it was made, and forget one a while after its
//! deletion began: whom they know is answered here for recovery and restores as well.

mod arn;
mod create_backup;
mod delete_backup;
mod describe_backup;
mod description;
mod list_backups;

use std::fmt;
use std::sync::Arc;

use super::is_forgotten;
use super::pace::Work;
use crate::engine::Pace;
use crate::engine::names::label_of;
use crate::engine::wording::INVALID_REQUEST;
use crate::model::json::{Text, Timestamp};
use crate::model::{ApiError, ErrorKind};
use crate::store::{Backup, BackupKey, Database, Step, Table, TableDefinition, TableStatus};

pub(super) use arn::BackupTarget;

/// The most backups of a database; the service has no limit, and each costs what its table has changed since.
const BACKUPS_MAX: usize = 100_000;

/// Why something cannot be done with backups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum BackupError {
    NoTable(Text),
    NotYet(Text),
    NoBackup(Text),
    NoArn,
    InvalidArn,
    ForeignAccount,
    Restoring(Text),
    RestoringAnother(Text),
    OfSystem { arn: Text, expires: Timestamp },
    ReversedRange,
    CursorOfOtherRegion,
    TooMany,
}

impl fmt::Display for BackupError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoTable(table) => write!(f, "Table not found: {table}"),
            Self::NotYet(table) => write!(
                f,
                "Backups are being enabled for the table: {table}. Please retry later"
            ),
            Self::NoBackup(arn) => write!(f, "Backup not found: {arn}"),
            Self::NoArn => f.write_str("Invalid Backup ARN"),
            Self::InvalidArn => write!(f, "{INVALID_REQUEST}BackupArn is not valid"),
            Self::ForeignAccount => f.write_str("Access is denied"),
            Self::Restoring(arn) => write!(f, "Backup is being used to restore table: {arn}"),
            Self::RestoringAnother(arn) => write!(f, "Backup is being used to restore another table: {arn}"),
            Self::OfSystem { arn, expires } => write!(
                f,
                "{INVALID_REQUEST}User is not allowed to delete the system backup with arn {arn}. It will automatically expire on {}Z",
                label_of(*expires)
            ),
            Self::ReversedRange => write!(
                f,
                "{}Time range lower bound must be less than or equal to upper bound",
                super::INVALID
            ),
            Self::CursorOfOtherRegion => write!(
                f,
                "{INVALID_REQUEST}The supplied ExclusiveStartBackupArn does not match the region"
            ),
            Self::TooMany => write!(
                f,
                "Subscriber limit exceeded: There is a limit of {BACKUPS_MAX} backups per subscriber"
            ),
        }
    }
}

impl From<BackupError> for ApiError {
    fn from(error: BackupError) -> Self {
        let kind = match error {
            BackupError::NoTable(_) => ErrorKind::TableNotFound,
            BackupError::NotYet(_) => ErrorKind::ContinuousBackupsUnavailable,
            BackupError::NoBackup(_) => ErrorKind::BackupNotFound,
            BackupError::ForeignAccount => ErrorKind::AccessDenied,
            BackupError::Restoring(_) | BackupError::RestoringAnother(_) => ErrorKind::BackupInUse,
            BackupError::TooMany => ErrorKind::LimitExceeded,
            _ => ErrorKind::Validation,
        };
        Self::new(kind, error)
    }
}

/// A table, if the service's backups know of it.
pub(crate) fn find_known<'d>(
    database: &'d Database,
    name: &Text,
    pace: Pace,
    now: Timestamp,
) -> Result<&'d Arc<Table>, BackupError> {
    database
        .table(name)
        .filter(|table| is_known(table.definition(), pace, now))
        .ok_or_else(|| BackupError::NoTable(name.clone()))
}

/// A table that can be backed up, and whose recovery can be turned on.
pub(super) fn find_ready<'d>(
    database: &'d Database,
    name: &Text,
    pace: Pace,
    now: Timestamp,
) -> Result<&'d Arc<Table>, BackupError> {
    let table = find_known(database, name, pace, now)?;
    match are_enabled(table.definition()) {
        true => Ok(table),
        false => Err(BackupError::NotYet(name.clone())),
    }
}

/// Whether backups of a table can be made; once they can be, it stays so.
pub(super) fn are_enabled(definition: &TableDefinition) -> bool {
    !definition.steps().any(|step| matches!(step, Step::EnableBackups))
}

fn is_known(definition: &TableDefinition, pace: Pace, now: Timestamp) -> bool {
    let is_over = |since: Timestamp, work: Work| since.plus_millis(work.length_ms(pace)) <= now;
    match definition.status() {
        TableStatus::Creating => !definition.is_being_filled() && is_over(definition.created, Work::LearnOfTable),
        TableStatus::Deleting => !is_forgotten(definition, pace, now),
        TableStatus::Active | TableStatus::Updating => true,
    }
}

/// The backup that a request names.
pub(super) fn find<'d>(database: &'d Database, target: &BackupTarget) -> Result<&'d Arc<Backup>, BackupError> {
    let backup = target.key().and_then(|key| database.backups().get(key));
    backup.ok_or_else(|| BackupError::NoBackup(target.given().clone()))
}

/// Whether a table is being restored from a backup.
pub(super) fn is_in_use(database: &Database, key: &BackupKey) -> bool {
    database.tables().any(|table| {
        let origin = table.definition().restored_from.as_ref();
        let backup = origin.and_then(|origin| origin.backup.as_ref());
        backup.is_some_and(|(used, _)| used == key)
    })
}
