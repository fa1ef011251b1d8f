//! The global tables of 2017 and their settings: CreateGlobalTable, UpdateGlobalTable, DescribeGlobalTable, ListGlobalTables,
//! DescribeGlobalTableSettings, UpdateGlobalTableSettings.

use super::replicas::ProvisionedThroughputOverride;
use super::scaling::{AutoScalingSettingsDescription, AutoScalingSettingsUpdate};
use super::tables::{BillingModeSummary, OnDemandThroughput, TableClassSummary, WarmThroughputDescription};
use crate::model::json::{Text, Timestamp, shape};

shape! {
    /// A request of CreateGlobalTable.
    pub struct CreateGlobalTableRequest("CreateGlobalTableInput") {
        /// The name that the table has in every Region.
        global_table_name: Option<Text> = "GlobalTableName",
        /// The Regions.
        replication_group: Option<Vec<Replica>> = "ReplicationGroup",
    }

    /// A request of UpdateGlobalTable.
    pub struct UpdateGlobalTableRequest("UpdateGlobalTableInput") {
        /// The table's name.
        global_table_name: Option<Text> = "GlobalTableName",
        /// What happens to replicas.
        replica_updates: Option<Vec<ReplicaUpdate>> = "ReplicaUpdates",
    }

    /// A request of DescribeGlobalTable.
    pub struct DescribeGlobalTableRequest("DescribeGlobalTableInput") {
        /// The table's name.
        global_table_name: Option<Text> = "GlobalTableName",
    }

    /// A request of ListGlobalTables.
    pub struct ListGlobalTablesRequest("ListGlobalTablesInput") {
        /// The name after which the page begins.
        exclusive_start_global_table_name: Option<Text> = "ExclusiveStartGlobalTableName",
        /// The most names to return.
        limit: Option<i32> = "Limit",
        /// Only tables with a replica there.
        region_name: Option<Text> = "RegionName",
    }

    /// A request of DescribeGlobalTableSettings.
    pub struct DescribeGlobalTableSettingsRequest("DescribeGlobalTableSettingsInput") {
        /// The table's name.
        global_table_name: Option<Text> = "GlobalTableName",
    }

    /// A request of UpdateGlobalTableSettings.
    pub struct UpdateGlobalTableSettingsRequest("UpdateGlobalTableSettingsInput") {
        /// The table's name.
        global_table_name: Option<Text> = "GlobalTableName",
        /// `PROVISIONED` or `PAY_PER_REQUEST`.
        global_table_billing_mode: Option<Text> = "GlobalTableBillingMode",
        /// Writes per second, everywhere.
        global_table_provisioned_write_capacity_units: Option<i64> = "GlobalTableProvisionedWriteCapacityUnits",
        /// How they follow the load.
        global_table_provisioned_write_capacity_auto_scaling_settings_update: Option<AutoScalingSettingsUpdate> =
            "GlobalTableProvisionedWriteCapacityAutoScalingSettingsUpdate",
        /// The same for indexes.
        global_table_global_secondary_index_settings_update: Option<Vec<GlobalTableIndexSettingsUpdate>> =
            "GlobalTableGlobalSecondaryIndexSettingsUpdate",
        /// What differs at replicas.
        replica_settings_update: Option<Vec<ReplicaSettingsUpdate>> = "ReplicaSettingsUpdate",
    }

    /// An answer of CreateGlobalTable, UpdateGlobalTable and DescribeGlobalTable.
    pub struct GlobalTableReply("CreateGlobalTableOutput") {
        /// The table.
        global_table_description: Option<GlobalTableDescription> = "GlobalTableDescription",
    }

    /// An answer of ListGlobalTables.
    pub struct ListGlobalTablesReply("ListGlobalTablesOutput") {
        /// The tables by name.
        global_tables: Vec<GlobalTable> = "GlobalTables",
        /// The last name of the page, if there are more.
        last_evaluated_global_table_name: Option<Text> = "LastEvaluatedGlobalTableName",
    }

    /// An answer of DescribeGlobalTableSettings and UpdateGlobalTableSettings.
    pub struct GlobalTableSettingsReply("DescribeGlobalTableSettingsOutput") {
        /// The table's name.
        global_table_name: Option<Text> = "GlobalTableName",
        /// The settings at each replica.
        replica_settings: Option<Vec<ReplicaSettingsDescription>> = "ReplicaSettings",
    }

    /// A replica by its Region.
    pub struct Replica("Replica") {
        /// The Region.
        region_name: Option<Text> = "RegionName",
    }

    /// One of: creation, deletion of a replica.
    pub struct ReplicaUpdate("ReplicaUpdate") {
        /// Creates one.
        create: Option<CreateReplicaAction> = "Create",
        /// Deletes one.
        delete: Option<DeleteReplicaAction> = "Delete",
    }

    /// The creation of a replica.
    pub struct CreateReplicaAction("CreateReplicaAction") {
        /// The Region.
        region_name: Option<Text> = "RegionName",
    }

    /// The deletion of a replica.
    pub struct DeleteReplicaAction("DeleteReplicaAction") {
        /// The Region.
        region_name: Option<Text> = "RegionName",
    }

    /// Settings of an index that hold everywhere.
    pub struct GlobalTableIndexSettingsUpdate("GlobalTableGlobalSecondaryIndexSettingsUpdate") {
        /// The index's name.
        index_name: Option<Text> = "IndexName",
        /// Writes per second.
        provisioned_write_capacity_units: Option<i64> = "ProvisionedWriteCapacityUnits",
        /// How they follow the load.
        provisioned_write_capacity_auto_scaling_settings_update: Option<AutoScalingSettingsUpdate> =
            "ProvisionedWriteCapacityAutoScalingSettingsUpdate",
    }

    /// Settings of one replica.
    pub struct ReplicaSettingsUpdate("ReplicaSettingsUpdate") {
        /// The Region.
        region_name: Option<Text> = "RegionName",
        /// Reads per second.
        replica_provisioned_read_capacity_units: Option<i64> = "ReplicaProvisionedReadCapacityUnits",
        /// How they follow the load.
        replica_provisioned_read_capacity_auto_scaling_settings_update: Option<AutoScalingSettingsUpdate> =
            "ReplicaProvisionedReadCapacityAutoScalingSettingsUpdate",
        /// The same for indexes.
        replica_global_secondary_index_settings_update: Option<Vec<ReplicaIndexSettingsUpdate>> =
            "ReplicaGlobalSecondaryIndexSettingsUpdate",
        /// `STANDARD` or `STANDARD_INFREQUENT_ACCESS`.
        replica_table_class: Option<Text> = "ReplicaTableClass",
    }

    /// Settings of an index at one replica.
    pub struct ReplicaIndexSettingsUpdate("ReplicaGlobalSecondaryIndexSettingsUpdate") {
        /// The index's name.
        index_name: Option<Text> = "IndexName",
        /// Reads per second.
        provisioned_read_capacity_units: Option<i64> = "ProvisionedReadCapacityUnits",
        /// How they follow the load.
        provisioned_read_capacity_auto_scaling_settings_update: Option<AutoScalingSettingsUpdate> =
            "ProvisionedReadCapacityAutoScalingSettingsUpdate",
    }

    /// A global table in a list.
    pub struct GlobalTable("GlobalTable") {
        /// The table's name.
        global_table_name: Option<Text> = "GlobalTableName",
        /// The Regions.
        replication_group: Option<Vec<Replica>> = "ReplicationGroup",
    }

    /// A global table as it is described.
    pub struct GlobalTableDescription("GlobalTableDescription") {
        /// The replicas.
        replication_group: Option<Vec<ReplicaDescription>> = "ReplicationGroup",
        /// The table's ARN.
        global_table_arn: Option<Text> = "GlobalTableArn",
        /// When it was created.
        creation_date_time: Option<Timestamp> = "CreationDateTime",
        /// Where it is in its life.
        global_table_status: Option<Text> = "GlobalTableStatus",
        /// The table's name.
        global_table_name: Option<Text> = "GlobalTableName",
    }

    /// A replica as it is described.
    pub struct ReplicaDescription("ReplicaDescription") {
        /// The Region.
        region_name: Option<Text> = "RegionName",
        /// Where it is in its life.
        replica_status: Option<Text> = "ReplicaStatus",
        /// Its ARN.
        replica_arn: Option<Text> = "ReplicaArn",
        /// Why it is there.
        replica_status_description: Option<Text> = "ReplicaStatusDescription",
        /// How far its creation is.
        replica_status_percent_progress: Option<Text> = "ReplicaStatusPercentProgress",
        /// The key that encrypts it.
        kms_master_key_id: Option<Text> = "KMSMasterKeyId",
        /// Its own read throughput.
        provisioned_throughput_override: Option<ProvisionedThroughputOverride> = "ProvisionedThroughputOverride",
        /// Its own ceilings.
        on_demand_throughput_override: Option<OnDemandThroughput> = "OnDemandThroughputOverride",
        /// What it serves at once.
        warm_throughput: Option<WarmThroughputDescription> = "WarmThroughput",
        /// What differs at its indexes.
        global_secondary_indexes: Option<Vec<ReplicaIndexDescription>> = "GlobalSecondaryIndexes",
        /// Since when it cannot be reached.
        replica_inaccessible_date_time: Option<Timestamp> = "ReplicaInaccessibleDateTime",
        /// Its own table class.
        replica_table_class_summary: Option<TableClassSummary> = "ReplicaTableClassSummary",
        /// Whether settings are replicated.
        global_table_settings_replication_mode: Option<Text> = "GlobalTableSettingsReplicationMode",
    }

    /// An index of a replica as it is described.
    pub struct ReplicaIndexDescription("ReplicaGlobalSecondaryIndexDescription") {
        /// The index's name.
        index_name: Option<Text> = "IndexName",
        /// Its own read throughput.
        provisioned_throughput_override: Option<ProvisionedThroughputOverride> = "ProvisionedThroughputOverride",
        /// Its own ceilings.
        on_demand_throughput_override: Option<OnDemandThroughput> = "OnDemandThroughputOverride",
        /// What it serves at once.
        warm_throughput: Option<WarmThroughputDescription> = "WarmThroughput",
    }

    /// The settings of a replica as they are described.
    pub struct ReplicaSettingsDescription("ReplicaSettingsDescription") {
        /// The Region.
        region_name: Option<Text> = "RegionName",
        /// Where the replica is in its life.
        replica_status: Option<Text> = "ReplicaStatus",
        /// The billing mode.
        replica_billing_mode_summary: Option<BillingModeSummary> = "ReplicaBillingModeSummary",
        /// Reads per second.
        replica_provisioned_read_capacity_units: Option<i64> = "ReplicaProvisionedReadCapacityUnits",
        /// How they follow the load.
        replica_provisioned_read_capacity_auto_scaling_settings: Option<AutoScalingSettingsDescription> =
            "ReplicaProvisionedReadCapacityAutoScalingSettings",
        /// Writes per second.
        replica_provisioned_write_capacity_units: Option<i64> = "ReplicaProvisionedWriteCapacityUnits",
        /// How they follow the load.
        replica_provisioned_write_capacity_auto_scaling_settings: Option<AutoScalingSettingsDescription> =
            "ReplicaProvisionedWriteCapacityAutoScalingSettings",
        /// The same for indexes.
        replica_global_secondary_index_settings: Option<Vec<ReplicaIndexSettingsDescription>> =
            "ReplicaGlobalSecondaryIndexSettings",
        /// The table class.
        replica_table_class_summary: Option<TableClassSummary> = "ReplicaTableClassSummary",
    }

    /// The settings of an index at a replica as they are described.
    pub struct ReplicaIndexSettingsDescription("ReplicaGlobalSecondaryIndexSettingsDescription") {
        /// The index's name.
        index_name: Option<Text> = "IndexName",
        /// Where the index is in its life.
        index_status: Option<Text> = "IndexStatus",
        /// Reads per second.
        provisioned_read_capacity_units: Option<i64> = "ProvisionedReadCapacityUnits",
        /// How they follow the load.
        provisioned_read_capacity_auto_scaling_settings: Option<AutoScalingSettingsDescription> =
            "ProvisionedReadCapacityAutoScalingSettings",
        /// Writes per second.
        provisioned_write_capacity_units: Option<i64> = "ProvisionedWriteCapacityUnits",
        /// How they follow the load.
        provisioned_write_capacity_auto_scaling_settings: Option<AutoScalingSettingsDescription> =
            "ProvisionedWriteCapacityAutoScalingSettings",
    }
}
