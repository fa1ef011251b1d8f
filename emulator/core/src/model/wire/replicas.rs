//! Replicas and witnesses, as UpdateTable changes them and as tables describe them.

use super::tables::OnDemandThroughput;
use crate::model::json::{Text, shape};

shape! {
    /// One of: creation, change, deletion, disassociation of a replica.
    pub struct ReplicationGroupUpdate("ReplicationGroupUpdate") {
        /// Creates one.
        create: Option<ReplicaArg> = "Create",
        /// Changes one.
        update: Option<ReplicaArg> = "Update",
        /// Deletes one.
        delete: Option<ReplicaRegion> = "Delete",
        /// Takes a table out of its group.
        disassociate: Option<ReplicaDisassociation> = "Disassociate",
    }

    /// A replica and what differs there.
    pub struct ReplicaArg("CreateReplicationGroupMemberAction") {
        /// The replica's Region.
        region_name: Option<Text> = "RegionName",
        /// The key that encrypts it.
        kms_master_key_id: Option<Text> = "KMSMasterKeyId",
        /// Its own read throughput.
        provisioned_throughput_override: Option<ProvisionedThroughputOverride> = "ProvisionedThroughputOverride",
        /// Its own ceilings.
        on_demand_throughput_override: Option<OnDemandThroughput> = "OnDemandThroughputOverride",
        /// What differs at its indexes.
        global_secondary_indexes: Option<Vec<ReplicaIndexArg>> = "GlobalSecondaryIndexes",
        /// Its own table class.
        table_class_override: Option<Text> = "TableClassOverride",
    }

    /// A replica's index and what differs there.
    pub struct ReplicaIndexArg("ReplicaGlobalSecondaryIndex") {
        /// The index's name.
        index_name: Option<Text> = "IndexName",
        /// Its own read throughput.
        provisioned_throughput_override: Option<ProvisionedThroughputOverride> = "ProvisionedThroughputOverride",
        /// Its own ceilings.
        on_demand_throughput_override: Option<OnDemandThroughput> = "OnDemandThroughputOverride",
    }

    /// Read throughput of a replica.
    pub struct ProvisionedThroughputOverride("ProvisionedThroughputOverride") {
        /// Reads per second.
        read_capacity_units: Option<i64> = "ReadCapacityUnits",
    }

    /// A replica by its Region.
    pub struct ReplicaRegion("DeleteReplicationGroupMemberAction") {
        /// The replica's Region.
        region_name: Option<Text> = "RegionName",
    }

    /// A replica that leaves its group.
    pub struct ReplicaDisassociation("DisassociateReplicationGroupMemberAction") {
        /// The replica's Region.
        region_name: Option<Text> = "RegionName",
        /// `WAIT_FOR_REPLICATION`.
        disassociation_mode: Option<Text> = "DisassociationMode",
    }

    /// A witness as it is described.
    pub struct GlobalTableWitnessDescription("GlobalTableWitnessDescription") {
        /// The Region.
        region_name: Option<Text> = "RegionName",
        /// Where the witness is in its life.
        witness_status: Option<Text> = "WitnessStatus",
    }

    /// Creation or deletion of a witness.
    pub struct GlobalTableWitnessGroupUpdate("GlobalTableWitnessGroupUpdate") {
        /// Creates one.
        create: Option<ReplicaRegion> = "Create",
        /// Deletes one.
        delete: Option<ReplicaRegion> = "Delete",
    }
}
