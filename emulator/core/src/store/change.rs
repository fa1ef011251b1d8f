//! Changes: the only way in which a database becomes another.
//!
//! Changes are ordered; replaying those of a database from empty gives an equal database. Everything else (indexes, streams, recovery)
//! is a view of their sequence.

use std::sync::Arc;

use smol_str::SmolStr;

use super::backups::{BackupDefinition, BackupKey};
use super::buckets::BucketChange;
use super::definition::TableDefinition;
use super::key::RowKey;
use super::policy::PolicySetting;
use super::replicas::{Replica, Version};
use super::settings::Tags;
use super::streams::{ShardId, StreamKey, Successors};
use super::table::{Row, Table};
use super::transfers::TransferChange;
use crate::model::json::Timestamp;

/// What happens to one item.
#[derive(Clone, Debug, PartialEq)]
pub struct ItemChange {
    /// The table's name.
    pub table: SmolStr,
    /// The key of the row.
    pub key: RowKey,
    /// The row before.
    pub old: Option<Row>,
    /// The row after.
    pub new: Option<Row>,
}

/// Who lets items change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A caller, by a request.
    Caller,
    /// The service, because the items expired.
    Expiry,
    /// Whoever let them change in another Region.
    Replica,
}

/// What a replicated table fetches from its replica in another Region.
#[derive(Clone, Debug, PartialEq)]
pub struct Pull {
    /// The table's name.
    pub table: SmolStr,
    /// The other Region.
    pub from: SmolStr,
    /// When it arrives.
    pub at: Timestamp,
    /// The number of the next write there that has not arrived.
    pub upto: u64,
    /// What happens to each item, in its order; what is older than what is known is not among it.
    pub items: Vec<ItemChange>,
    /// The version of each.
    pub versions: Vec<Version>,
    /// How many writes came for nothing, since what is known of their items is later.
    pub lost: u64,
}

/// What happens to open shards of a stream.
#[derive(Clone, Debug, PartialEq)]
pub struct ShardRoll {
    /// The stream.
    pub stream: StreamKey,
    /// When.
    pub at: Timestamp,
    /// The shards that are closed, and what follows each.
    pub shards: Vec<(ShardId, Successors)>,
}

/// A change of a database.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Creates a table, or gives an existing one another definition.
    PutTable(Arc<TableDefinition>),
    /// Removes a table and its items; a backup stays if its recovery was on.
    DropTable {
        /// The table's name.
        table: SmolStr,
        /// When.
        at: Timestamp,
    },
    /// Brings a table into being together with its items, under a name that is free.
    RestoreTable(Arc<Table>),
    /// Brings the replica of a table of another Region into being, together with its items and what is known of them.
    Join(Arc<Table>, Arc<Replica>),
    /// Lets writes of another Region arrive.
    Pull(Pull),
    /// Lets go of writes that all other Regions have.
    Acknowledge {
        /// The table's name.
        table: SmolStr,
        /// The number of the first write that is kept.
        until: u64,
        /// When.
        at: Timestamp,
        /// Whether nothing is under way to this Region either.
        is_level: bool,
    },
    /// Keeps the table that a backup is of as it is.
    BackUp(Arc<BackupDefinition>),
    /// Lets go of a backup.
    DropBackup(BackupKey),
    /// Changes items, all together.
    Items {
        /// When.
        at: Timestamp,
        /// Who lets them change.
        origin: Origin,
        /// What happens to each.
        items: Vec<ItemChange>,
    },
    /// Closes shards and opens what follows them.
    RollShards(ShardRoll),
    /// Gives a stream other tags.
    TagStream {
        /// The stream.
        stream: StreamKey,
        /// Its tags from now on.
        tags: Tags,
    },
    /// Changes a bucket or its objects.
    Bucket(BucketChange),
    /// Begins, continues or ends an export, import or bulk put.
    Transfer(TransferChange),
    /// Gives a stream another policy, or none.
    SetStreamPolicy {
        /// The stream.
        stream: StreamKey,
        /// Its policy from now on.
        policy: PolicySetting,
    },
    /// Lets go of what streams have kept for long enough.
    TrimStreams {
        /// When.
        at: Timestamp,
    },
}
