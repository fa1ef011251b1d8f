//! What a table refuses while something about it is under way.
//!
//! Texts and what is admitted: observed-tables.md §7 and §8. The question is always the same, what is pending against what is wanted,
//! so it is answered in one place. Where the pages tell no text for a pair, the table is said to be updated.

use std::fmt;

use crate::engine::violations::Echoed;
use crate::model::json::Text;
use crate::model::{ApiError, ErrorKind};
use crate::store::{IndexDefinition, IndexStatus, Step, TableDefinition, TableStatus};

/// Something that is wanted of a table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// Another provisioned throughput or billing mode.
    Iops,
    /// Another provisioned throughput of an index.
    IndexIops,
    /// A stream, on or off.
    Stream,
    /// Another class.
    Class,
    /// Another key.
    Encryption,
    /// Other ceilings.
    Ceilings,
    /// More warm throughput.
    Warm,
    /// An index more or less.
    Indexes,
    /// Items put in bulk.
    BulkPut,
}

/// Something that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Pending {
    Iops,
    Stream(Text, &'static str),
    Class(&'static str),
    Encryption,
    Warm,
    IndexCreation(Vec<Text>),
    IndexDeletion(Vec<Text>),
}

/// Why a table or index cannot be changed now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum BusyError {
    /// The table is being created or deleted.
    Life(TableStatus, Text),
    /// The table is being created, as whoever lets its items expire says it.
    NotThereYet(Text),
    /// A change is under way that does not go with this one.
    Clash { table: Text, clash: Clash },
    /// An index is at a point of its life where it cannot be changed.
    Index {
        table: Text,
        index: Text,
        reason: IndexReason,
    },
    /// Deletion meets indexes that are under way.
    DeletionMeetsIndexes,
    /// Deletion meets a stream that is under way.
    DeletionMeetsStream,
    /// The table is being prepared for an index and takes no warm throughput.
    Maintenance,
}

/// What is under way, and what was wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clash {
    pending: Pending,
    wanted: Option<Wanted>,
}

/// Why an index cannot be changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IndexReason {
    CreatedAgain,
    DeletedWhileAllocating,
    UpdatedWhileAllocating,
    Deleting,
    Updating,
}

impl fmt::Display for BusyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if *self == Self::Maintenance {
            return f.write_str("Table is under system maintenance, please try again later");
        }
        f.write_str("Attempt to change a resource which is still in use: ")?;
        match self {
            Self::Life(TableStatus::Deleting, table) => write!(f, "Table is being deleted: {table}"),
            Self::Life(_, table) => write!(f, "Table is being created: {table}"),
            Self::NotThereYet(table) => write!(f, "Table {table} is being created"),
            Self::Clash { table, clash } => clash.write(f, table),
            Self::Index { table, index, reason } => {
                // The service has two blanks after most of these.
                let text = match reason {
                    IndexReason::CreatedAgain => "Index is being created. ",
                    IndexReason::DeletedWhileAllocating => {
                        "Index creation is in resource allocation phase. Retry deletion during backfilling phase or when the index is active."
                    }
                    IndexReason::UpdatedWhileAllocating => "Index is being created but is not backfilling yet. ",
                    IndexReason::Deleting => "Index is being deleted. ",
                    IndexReason::Updating => "Index is being updated. ",
                };
                write!(f, "{text} Table: {table} Index: {index}")
            }
            Self::DeletionMeetsIndexes => {
                f.write_str("Cannot delete table while indexes are being created, updated, or deleted.")
            }
            Self::DeletionMeetsStream => f.write_str("Cannot delete table while stream is being enabled/disabled."),
            Self::Maintenance => Ok(()),
        }
    }
}

impl Clash {
    fn write(&self, f: &mut fmt::Formatter<'_>, table: &Text) -> fmt::Result {
        let being = |verb: &'static str, indexes: &[Text]| {
            format!(
                "when an index is being {verb}. Table: {table} Indexes: {}",
                Echoed(&indexes.to_vec())
            )
        };
        match (&self.pending, &self.wanted) {
            (Pending::Iops, Some(Wanted::Iops | Wanted::IndexIops)) => {
                write!(f, "Table IOPS are currently being updated. Table: {table}")
            }
            (Pending::Iops, Some(Wanted::Stream)) => write!(
                f,
                "Can't enable or disable stream while table IOPS are being updated. Table: {table}"
            ),
            (Pending::Iops, Some(Wanted::Indexes)) => write!(
                f,
                "Can't create or delete indexes while table IOPS are being updated. Table: {table}"
            ),
            (Pending::Iops, Some(Wanted::Ceilings)) => {
                f.write_str("OnDemandThroughput cannot be updated while BillingMode update is in progress")
            }
            (Pending::Stream(..), Some(Wanted::Ceilings)) => {
                f.write_str("OnDemandThroughput cannot be updated while stream status update is in progress")
            }
            (Pending::Stream(label, operation), Some(wanted)) => {
                match wanted {
                    Wanted::Stream => f.write_str("A stream status change is currently in progress.")?,
                    _ => write!(f, "Can't {} when stream status is being updated.", wanted.verb())?,
                }
                write!(f, " Table: {table} Stream: {label} Operation: {operation}")
            }
            (Pending::Class(class), Some(Wanted::Ceilings)) => write!(
                f,
                "OnDemandThroughput cannot be updated while TableClass update is in progress. TableClassUpdateInProgress: {class}"
            ),
            (Pending::Class(class), Some(wanted)) => write!(
                f,
                "Can't {} when a table class update is in progress. Table: {table} TableClassUpdateInProgress: {class}",
                wanted.verb()
            ),
            (Pending::Encryption, Some(Wanted::Encryption)) => {
                f.write_str("Server-Side Encryption is still being updated")
            }
            (Pending::IndexCreation(indexes), Some(Wanted::Ceilings)) => write!(
                f,
                "OnDemandThroughput cannot be updated while index creation is in progress for indexes: {}",
                Echoed(indexes)
            ),
            (Pending::IndexDeletion(indexes), Some(Wanted::Ceilings)) => write!(
                f,
                "OnDemandThroughput cannot be updated while index deletion is in progress for indexes: {}",
                Echoed(indexes)
            ),
            (Pending::IndexCreation(indexes), Some(wanted)) => {
                write!(f, "Can't {} {}", wanted.verb(), being("created", indexes))
            }
            (Pending::IndexDeletion(indexes), Some(wanted)) => {
                write!(f, "Can't {} {}", wanted.verb(), being("deleted", indexes))
            }
            _ => write!(f, "Table: {table} is in the process of being updated."),
        }
    }
}

impl Wanted {
    /// What is wanted, as the refusals put it.
    fn verb(self) -> &'static str {
        match self {
            Self::Iops | Self::IndexIops => "change table IOPS",
            Self::Stream => "change stream status",
            Self::Class => "update table class",
            Self::Encryption => "update server-side encryption",
            Self::Ceilings => "update OnDemandThroughput",
            Self::Warm => "update WarmThroughput",
            Self::Indexes => "create or delete an index",
            Self::BulkPut => "put items in bulk",
        }
    }

    /// Whether this can be had while something else is under way.
    fn goes_with(self, pending: &Pending) -> bool {
        match pending {
            Pending::Stream(..) => matches!(self, Self::Encryption | Self::Warm),
            Pending::Class(_) | Pending::Iops => matches!(self, Self::Encryption | Self::Warm),
            Pending::Encryption => matches!(self, Self::Stream | Self::Class | Self::Indexes),
            Pending::Warm => matches!(
                self,
                Self::Stream | Self::Class | Self::Encryption | Self::Ceilings | Self::Warm | Self::Indexes
            ),
            // One index at a time is a limit of its own, which the operation checks.
            Pending::IndexCreation(_) | Pending::IndexDeletion(_) => {
                matches!(self, Self::Indexes | Self::IndexIops | Self::Encryption)
            }
        }
    }
}

impl From<BusyError> for ApiError {
    fn from(error: BusyError) -> Self {
        let kind = match error {
            BusyError::Maintenance => ErrorKind::InternalServerError,
            _ => ErrorKind::ResourceInUse,
        };
        Self::new(kind, error)
    }
}

/// What is under way on a table that lives.
fn pending(definition: &TableDefinition) -> Vec<Pending> {
    let mut all: Vec<Pending> = definition
        .steps()
        .filter_map(|step| pending_setting(definition, step))
        .collect();
    let in_state = |status: IndexStatus| -> Vec<Text> {
        let indexes = definition.indexes.iter().filter(|index| index.status == status);
        indexes.map(|index| index.name.clone()).collect()
    };
    let (created, deleted) = (in_state(IndexStatus::Allocating), in_state(IndexStatus::Deleting));
    all.extend((!created.is_empty()).then_some(Pending::IndexCreation(created)));
    all.extend((!deleted.is_empty()).then_some(Pending::IndexDeletion(deleted)));
    all
}

fn pending_setting(definition: &TableDefinition, step: &Step) -> Option<Pending> {
    Some(match step {
        Step::Provision(_) | Step::Bill(..) => Pending::Iops,
        Step::Stream => {
            let label = definition.stream.latest.as_ref().map(|(label, _)| label.clone());
            let operation = if definition.stream.view.is_some() {
                "ENABLE"
            } else {
                "DISABLE"
            };
            Pending::Stream(label.unwrap_or_default(), operation)
        }
        Step::Class(class) => Pending::Class(class.word()),
        Step::EndEncryption => Pending::Encryption,
        Step::Warm(_) | Step::WarmIndex(..) => Pending::Warm,
        _ => return None,
    })
}

/// Refuses any change of a table that is being created or deleted.
pub(super) fn check_alive(definition: &TableDefinition) -> Result<(), BusyError> {
    match definition.status() {
        status @ (TableStatus::Creating | TableStatus::Deleting) => {
            Err(BusyError::Life(status, definition.name.clone()))
        }
        TableStatus::Active | TableStatus::Updating => Ok(()),
    }
}

/// Refuses what does not go with a change that is under way.
pub(super) fn check_changes(definition: &TableDefinition, wanted: &[Wanted]) -> Result<(), BusyError> {
    check_alive(definition)?;
    for pending in pending(definition) {
        let Some(clashing) = wanted.iter().find(|wanted| !wanted.goes_with(&pending)) else {
            continue;
        };
        if *clashing == Wanted::Warm && matches!(pending, Pending::IndexCreation(_)) {
            return Err(BusyError::Maintenance);
        }
        return Err(BusyError::Clash {
            table: definition.name.clone(),
            clash: Clash {
                pending,
                wanted: Some(*clashing),
            },
        });
    }
    Ok(())
}

/// Refuses to put items in bulk into a table that is not there yet or no more, or that gets another index (control-plane-2026.md §8).
pub(super) fn check_bulk_put(definition: &TableDefinition) -> Result<(), BusyError> {
    check_alive(definition)?;
    let is_made = |index: &&IndexDefinition| matches!(index.status, IndexStatus::Allocating | IndexStatus::Backfilling);
    let made: Vec<Text> = definition
        .indexes
        .iter()
        .filter(is_made)
        .map(|index| index.name.clone())
        .collect();
    if made.is_empty() {
        return Ok(());
    }
    Err(BusyError::Clash {
        table: definition.name.clone(),
        clash: Clash {
            pending: Pending::IndexCreation(made),
            wanted: Some(Wanted::BulkPut),
        },
    })
}

/// Refuses the deletion of a table about which something is under way.
pub(super) fn check_deletion(definition: &TableDefinition) -> Result<(), BusyError> {
    check_alive(definition)?;
    if definition
        .indexes
        .iter()
        .any(|index| !matches!(index.status, IndexStatus::Active | IndexStatus::Preparing))
    {
        return Err(BusyError::DeletionMeetsIndexes);
    }
    match pending(definition).into_iter().next() {
        None => Ok(()),
        Some(Pending::Stream(..)) => Err(BusyError::DeletionMeetsStream),
        Some(pending) => Err(BusyError::Clash {
            table: definition.name.clone(),
            clash: Clash { pending, wanted: None },
        }),
    }
}

/// Refuses another index of a name whose first one is still being created.
pub(super) fn check_index_creation(table: &Text, namesake: &IndexDefinition) -> Result<(), BusyError> {
    match namesake.status {
        IndexStatus::Allocating | IndexStatus::Backfilling => Err(BusyError::Index {
            table: table.clone(),
            index: namesake.name.clone(),
            reason: IndexReason::CreatedAgain,
        }),
        _ => Ok(()),
    }
}

/// Refuses the deletion of an index that is at a wrong point of its life.
pub(super) fn check_index_deletion(table: &Text, index: &IndexDefinition) -> Result<(), BusyError> {
    check_index(table, index, IndexReason::DeletedWhileAllocating)
}

/// Refuses another throughput for an index that is at a wrong point of its life.
pub(super) fn check_index_update(table: &Text, index: &IndexDefinition) -> Result<(), BusyError> {
    check_index(table, index, IndexReason::UpdatedWhileAllocating)
}

fn check_index(table: &Text, index: &IndexDefinition, while_allocating: IndexReason) -> Result<(), BusyError> {
    let reason = match index.status {
        IndexStatus::Active | IndexStatus::Backfilling | IndexStatus::Preparing => return Ok(()),
        IndexStatus::Allocating => while_allocating,
        IndexStatus::Deleting => IndexReason::Deleting,
        IndexStatus::Updating => IndexReason::Updating,
    };
    Err(BusyError::Index {
        table: table.clone(),
        index: index.name.clone(),
        reason,
    })
}
