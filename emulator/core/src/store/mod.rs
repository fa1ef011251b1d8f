//! Tables as values: what a database is, and the one way in which it changes.
//!
//! A [`Database`] clones in O(1); a reader keeps a clone and lets go of the lock. It changes by a [`Change`] alone. Nothing here
//! knows requests or expressions.

mod backups;
mod buckets;
mod bulk_puts;
mod change;
mod companions;
mod database;
mod definition;
mod expiries;
mod group;
mod key;
mod lifecycle;
mod policy;
mod replicas;
mod settings;
pub mod streams;
mod table;
mod trails;
mod transfers;
mod vector;
mod vectors;

pub use backups::{Backup, BackupDefinition, BackupKey, BackupKind, Backups};
pub use buckets::{BucketChange, Buckets, Objects, objects_of_prefix};
pub use bulk_puts::{BULK_PORTION, BulkObject, BulkPortion, BulkPut, BulkRead, BulkRecord, BulkUsage, BulkWork};
pub use change::{Change, ItemChange, Origin, Pull, ShardRoll};
pub use companions::{Companion, Companions, Destination, Insights, InsightsMode, Obstacle, Phase, Precision};
pub use database::{Database, Released};
pub use definition::{
    IndexDefinition, IndexKind, IndexStatus, KeyAttribute, KeySchema, Projection, RestoreOrigin, ScalarType,
    TableDefinition,
};
pub use expiries::Expiries;
pub use group::{
    Consistency, Member, MemberPhase, MemberStep, Membership, Overrides, Scaled, Scaling, SettingsMode, Witness,
};
pub use key::{HASH_BYTES, RowKey, partition_prefix, write_attributes, write_escaped};
pub use lifecycle::{Step, TableStatus, Transition};
pub use policy::{PolicySetting, Revision};
pub use replicas::{Due, Fetch, Replica, Version};
pub use settings::{
    Billing, BillingMode, Capacity, Ceilings, ClassSetting, DAY_MS, Encryption, Expiry, History, Protection, Recovery,
    StreamSetting, StreamView, TableClass, Tags, Throughput, Units,
};
pub use table::{IndexDelta, IndexRows, Row, Rows, Table};
pub use trails::Trail;
pub use transfers::{
    Export, ExportWork, Failure, Import, ImportWork, Source, SourceRead, TRANSFERS_MAX, TransferChange, Transfers,
};
pub use vector::{DIMENSIONS_MAX, DistanceFunction, Probe, SearchElement, SearchRole, VectorError, VectorSpec};
pub use vectors::{Vector, Vectors};
