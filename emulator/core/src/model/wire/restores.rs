//! RestoreTableFromBackup and RestoreTableToPointInTime, and what a table tells of its restore.

use super::tables::{
    GlobalSecondaryIndexArg, LocalSecondaryIndexArg, OnDemandThroughput, ProvisionedThroughputArg, SseSpecification,
};
use super::vectors::VectorIndexArg;
use crate::model::json::{Text, Timestamp, shape};

/// The two restores: the members of each, and behind them those by which both say what is to be different in the table that is made.
macro_rules! restores {
    ($( $(#[$meta:meta])* pub struct $name:ident ($java:literal) { $($own:tt)* } )*) => {
        shape! {$(
            $(#[$meta])*
            pub struct $name($java) {
                $($own)*
                /// Another billing mode.
                billing_mode_override: Option<Text> = "BillingModeOverride",
                /// The global indexes to restore.
                global_secondary_index_override: Option<Vec<GlobalSecondaryIndexArg>> = "GlobalSecondaryIndexOverride",
                /// The local indexes to restore.
                local_secondary_index_override: Option<Vec<LocalSecondaryIndexArg>> = "LocalSecondaryIndexOverride",
                /// Another throughput.
                provisioned_throughput_override: Option<ProvisionedThroughputArg> = "ProvisionedThroughputOverride",
                /// Other ceilings.
                on_demand_throughput_override: Option<OnDemandThroughput> = "OnDemandThroughputOverride",
                /// Another encryption.
                sse_specification_override: Option<SseSpecification> = "SSESpecificationOverride",
                /// The vector indexes to restore.
                vector_index_override: Option<Vec<VectorIndexArg>> = "VectorIndexOverride",
            }
        )*}
    };
}

restores! {
    /// A request of RestoreTableFromBackup.
    pub struct RestoreTableFromBackupRequest("RestoreTableFromBackupInput") {
        /// The name of the table that is to be made.
        target_table_name: Option<Text> = "TargetTableName",
        /// The backup's ARN.
        backup_arn: Option<Text> = "BackupArn",
    }

    /// A request of RestoreTableToPointInTime.
    pub struct RestoreTableToPointInTimeRequest("RestoreTableToPointInTimeInput") {
        /// The ARN of the table that is to be gone back in.
        source_table_arn: Option<Text> = "SourceTableArn",
        /// Or its name.
        source_table_name: Option<Text> = "SourceTableName",
        /// The name of the table that is to be made.
        target_table_name: Option<Text> = "TargetTableName",
        /// Whether to go back as little as possible.
        use_latest_restorable_time: Option<bool> = "UseLatestRestorableTime",
        /// Or the time to go back to.
        restore_date_time: Option<Timestamp> = "RestoreDateTime",
    }
}

shape! {
    /// What a table is restored from.
    pub struct RestoreSummary("RestoreSummary") {
        /// The backup.
        source_backup_arn: Option<Text> = "SourceBackupArn",
        /// The table, or the table that the backup is of.
        source_table_arn: Option<Text> = "SourceTableArn",
        /// The time to whose state the table is restored.
        restore_date_time: Option<Timestamp> = "RestoreDateTime",
        /// Whether the restore is under way.
        restore_in_progress: Option<bool> = "RestoreInProgress",
    }
}
