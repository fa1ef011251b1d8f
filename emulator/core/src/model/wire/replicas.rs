//! Members of CreateTable and UpdateTable about vector indexes, replicas and witnesses: features that the engine refuses so far, and
//! that an upstream endpoint may know.

use super::tables::{OnDemandThroughput, ProjectionShape};
use crate::model::json::{Text, shape};

shape! {
    /// A vector index that is to be made.
    pub struct VectorIndexArg("VectorIndex") {
        /// The index's name.
        index_name: Option<Text> = "IndexName",
        /// The attribute that holds the vector.
        vector_attribute: Option<VectorAttribute> = "VectorAttribute",
        /// Attributes that a search can name.
        search_schema: Option<Vec<SearchSchemaElement>> = "SearchSchema",
        /// What the index holds.
        projection: Option<ProjectionShape> = "Projection",
        /// How long a vector is.
        dimensions: Option<i32> = "Dimensions",
        /// `COSINE`, `DOT_PRODUCT` or `EUCLIDEAN`.
        distance_function: Option<Text> = "DistanceFunction",
    }

    /// The attribute that holds a vector.
    pub struct VectorAttribute("VectorAttribute") {
        /// The attribute's name.
        attribute_name: Option<Text> = "AttributeName",
    }

    /// An attribute that a search can name.
    pub struct SearchSchemaElement("SearchSchemaElement") {
        /// The attribute's name.
        attribute_name: Option<Text> = "AttributeName",
        /// `HASH` or `INLINE_FILTER`.
        search_schema_element_type: Option<Text> = "SearchSchemaElementType",
    }

    /// Creation or deletion of a vector index.
    pub struct VectorIndexUpdate("VectorIndexUpdate") {
        /// Creates one.
        create: Option<CreateVectorIndexAction> = "Create",
        /// Deletes one.
        delete: Option<DeleteVectorIndexAction> = "Delete",
    }

    /// The creation of a vector index.
    pub struct CreateVectorIndexAction("CreateVectorIndexAction") {
        /// The index's name.
        index_name: Option<Text> = "IndexName",
        /// The attribute that holds the vector.
        vector_attribute: Option<VectorAttribute> = "VectorAttribute",
        /// Attributes that a search can name.
        search_schema: Option<Vec<SearchSchemaElement>> = "SearchSchema",
        /// What the index holds.
        projection: Option<ProjectionShape> = "Projection",
        /// How long a vector is.
        dimensions: Option<i32> = "Dimensions",
        /// `COSINE`, `DOT_PRODUCT` or `EUCLIDEAN`.
        distance_function: Option<Text> = "DistanceFunction",
    }

    /// The deletion of a vector index.
    pub struct DeleteVectorIndexAction("DeleteVectorIndexAction") {
        /// The index's name.
        index_name: Option<Text> = "IndexName",
    }

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

    /// Creation or deletion of a witness.
    pub struct GlobalTableWitnessGroupUpdate("GlobalTableWitnessGroupUpdate") {
        /// Creates one.
        create: Option<ReplicaRegion> = "Create",
        /// Deletes one.
        delete: Option<ReplicaRegion> = "Delete",
    }
}
