//! Throughput of replicas that follows the load: DescribeTableReplicaAutoScaling, UpdateTableReplicaAutoScaling, and the settings that the global
//! tables of 2017 share with them.

use crate::model::json::{Text, shape};

shape! {
    /// A request of DescribeTableReplicaAutoScaling.
    pub struct DescribeTableReplicaAutoScalingRequest("DescribeTableReplicaAutoScalingInput") {
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
    }

    /// A request of UpdateTableReplicaAutoScaling.
    pub struct UpdateTableReplicaAutoScalingRequest("UpdateTableReplicaAutoScalingInput") {
        /// The writes of indexes, everywhere.
        global_secondary_index_updates: Option<Vec<IndexAutoScalingUpdate>> = "GlobalSecondaryIndexUpdates",
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
        /// The table's writes, everywhere.
        provisioned_write_capacity_auto_scaling_update: Option<AutoScalingSettingsUpdate> =
            "ProvisionedWriteCapacityAutoScalingUpdate",
        /// The reads of replicas.
        replica_updates: Option<Vec<ReplicaAutoScalingUpdate>> = "ReplicaUpdates",
    }

    /// An answer of both.
    pub struct TableAutoScalingReply("DescribeTableReplicaAutoScalingOutput") {
        /// The table.
        table_auto_scaling_description: Option<TableAutoScalingDescription> = "TableAutoScalingDescription",
    }

    /// How throughput is to follow the load.
    pub struct AutoScalingSettingsUpdate("AutoScalingSettingsUpdate") {
        /// The least units.
        minimum_units: Option<i64> = "MinimumUnits",
        /// The most units.
        maximum_units: Option<i64> = "MaximumUnits",
        /// Whether it is not to follow at all.
        auto_scaling_disabled: Option<bool> = "AutoScalingDisabled",
        /// The role that changes it.
        auto_scaling_role_arn: Option<Text> = "AutoScalingRoleArn",
        /// What is aimed at.
        scaling_policy_update: Option<AutoScalingPolicyUpdate> = "ScalingPolicyUpdate",
    }

    /// A policy that is to be set.
    pub struct AutoScalingPolicyUpdate("AutoScalingPolicyUpdate") {
        /// The policy's name.
        policy_name: Option<Text> = "PolicyName",
        /// What is aimed at.
        target_tracking_scaling_policy_configuration: Option<TargetTrackingUpdate> =
            "TargetTrackingScalingPolicyConfiguration",
    }

    /// The share of throughput that is to be used.
    pub struct TargetTrackingUpdate("AutoScalingTargetTrackingScalingPolicyConfigurationUpdate") {
        /// Whether throughput is never lowered.
        disable_scale_in: Option<bool> = "DisableScaleIn",
        /// Seconds after it was lowered.
        scale_in_cooldown: Option<i32> = "ScaleInCooldown",
        /// Seconds after it was raised.
        scale_out_cooldown: Option<i32> = "ScaleOutCooldown",
        /// Percent.
        target_value: Option<f64> = "TargetValue",
    }

    /// How an index's writes are to follow the load.
    pub struct IndexAutoScalingUpdate("GlobalSecondaryIndexAutoScalingUpdate") {
        /// The index's name.
        index_name: Option<Text> = "IndexName",
        /// Its writes.
        provisioned_write_capacity_auto_scaling_update: Option<AutoScalingSettingsUpdate> =
            "ProvisionedWriteCapacityAutoScalingUpdate",
    }

    /// How a replica's reads are to follow the load.
    pub struct ReplicaAutoScalingUpdate("ReplicaAutoScalingUpdate") {
        /// The Region.
        region_name: Option<Text> = "RegionName",
        /// The reads of its indexes.
        replica_global_secondary_index_updates: Option<Vec<ReplicaIndexAutoScalingUpdate>> =
            "ReplicaGlobalSecondaryIndexUpdates",
        /// Its reads.
        replica_provisioned_read_capacity_auto_scaling_update: Option<AutoScalingSettingsUpdate> =
            "ReplicaProvisionedReadCapacityAutoScalingUpdate",
    }

    /// How the reads of a replica's index are to follow the load.
    pub struct ReplicaIndexAutoScalingUpdate("ReplicaGlobalSecondaryIndexAutoScalingUpdate") {
        /// The index's name.
        index_name: Option<Text> = "IndexName",
        /// Its reads.
        provisioned_read_capacity_auto_scaling_update: Option<AutoScalingSettingsUpdate> =
            "ProvisionedReadCapacityAutoScalingUpdate",
    }

    /// How the throughput of a table follows the load.
    pub struct TableAutoScalingDescription("TableAutoScalingDescription") {
        /// The table's name.
        table_name: Option<Text> = "TableName",
        /// Where the table is in its life.
        table_status: Option<Text> = "TableStatus",
        /// The replicas.
        replicas: Option<Vec<ReplicaAutoScalingDescription>> = "Replicas",
    }

    /// How the throughput of a replica follows the load.
    pub struct ReplicaAutoScalingDescription("ReplicaAutoScalingDescription") {
        /// The Region.
        region_name: Option<Text> = "RegionName",
        /// Its indexes.
        global_secondary_indexes: Option<Vec<ReplicaIndexAutoScalingDescription>> = "GlobalSecondaryIndexes",
        /// Its reads.
        replica_provisioned_read_capacity_auto_scaling_settings: Option<AutoScalingSettingsDescription> =
            "ReplicaProvisionedReadCapacityAutoScalingSettings",
        /// Its writes.
        replica_provisioned_write_capacity_auto_scaling_settings: Option<AutoScalingSettingsDescription> =
            "ReplicaProvisionedWriteCapacityAutoScalingSettings",
        /// Where the replica is in its life.
        replica_status: Option<Text> = "ReplicaStatus",
    }

    /// How the throughput of a replica's index follows the load.
    pub struct ReplicaIndexAutoScalingDescription("ReplicaGlobalSecondaryIndexAutoScalingDescription") {
        /// The index's name.
        index_name: Option<Text> = "IndexName",
        /// Where the index is in its life.
        index_status: Option<Text> = "IndexStatus",
        /// Its reads.
        provisioned_read_capacity_auto_scaling_settings: Option<AutoScalingSettingsDescription> =
            "ProvisionedReadCapacityAutoScalingSettings",
        /// Its writes.
        provisioned_write_capacity_auto_scaling_settings: Option<AutoScalingSettingsDescription> =
            "ProvisionedWriteCapacityAutoScalingSettings",
    }

    /// How throughput follows the load.
    pub struct AutoScalingSettingsDescription("AutoScalingSettingsDescription") {
        /// The least units.
        minimum_units: Option<i64> = "MinimumUnits",
        /// The most units.
        maximum_units: Option<i64> = "MaximumUnits",
        /// Whether it does not follow at all.
        auto_scaling_disabled: Option<bool> = "AutoScalingDisabled",
        /// The role that changes it.
        auto_scaling_role_arn: Option<Text> = "AutoScalingRoleArn",
        /// What is aimed at.
        scaling_policies: Option<Vec<AutoScalingPolicyDescription>> = "ScalingPolicies",
    }

    /// A policy as it is described.
    pub struct AutoScalingPolicyDescription("AutoScalingPolicyDescription") {
        /// The policy's name.
        policy_name: Option<Text> = "PolicyName",
        /// What is aimed at.
        target_tracking_scaling_policy_configuration: Option<TargetTrackingDescription> =
            "TargetTrackingScalingPolicyConfiguration",
    }

    /// The share of throughput that is to be used.
    pub struct TargetTrackingDescription("AutoScalingTargetTrackingScalingPolicyConfigurationDescription") {
        /// Whether throughput is never lowered.
        disable_scale_in: Option<bool> = "DisableScaleIn",
        /// Seconds after it was lowered.
        scale_in_cooldown: Option<i32> = "ScaleInCooldown",
        /// Seconds after it was raised.
        scale_out_cooldown: Option<i32> = "ScaleOutCooldown",
        /// Percent.
        target_value: Option<f64> = "TargetValue",
    }
}
