//! CreateTable, DescribeTable, ListTables, UpdateTable, DeleteTable, and the description of a table that they share.

use super::global_tables::ReplicaDescription;
use super::replicas::{GlobalTableWitnessDescription, GlobalTableWitnessGroupUpdate, ReplicationGroupUpdate};
use super::restores::RestoreSummary;
use super::vectors::{VectorIndexArg, VectorIndexDescription, VectorIndexUpdate};
use crate::model::json::{Text, Timestamp, shape};

shape! {
    /// A request of CreateTable.
    pub struct CreateTableRequest("CreateTableInput") {
        /// The types of the key attributes.
        attribute_definitions: Option<Vec<AttributeDefinition>> = "AttributeDefinitions",
        /// The table's name.
        table_name: Option<Text> = "TableName",
        /// The table's key.
        key_schema: Option<Vec<KeySchemaElement>> = "KeySchema",
        /// Local secondary indexes.
        local_secondary_indexes: Option<Vec<LocalSecondaryIndexArg>> = "LocalSecondaryIndexes",
        /// Global secondary indexes.
        global_secondary_indexes: Option<Vec<GlobalSecondaryIndexArg>> = "GlobalSecondaryIndexes",
        /// Vector indexes.
        vector_indexes: Option<Vec<VectorIndexArg>> = "VectorIndexes",
        /// `PROVISIONED` (the default) or `PAY_PER_REQUEST`.
        billing_mode: Option<Text> = "BillingMode",
        /// Throughput of a provisioned table.
        provisioned_throughput: Option<ProvisionedThroughputArg> = "ProvisionedThroughput",
        /// Whether the table has a stream, and what its records show.
        stream_specification: Option<StreamSpecification> = "StreamSpecification",
        /// Encryption by a key of one's own.
        sse_specification: Option<SseSpecification> = "SSESpecification",
        /// Tags.
        tags: Option<Vec<Tag>> = "Tags",
        /// `STANDARD` (the default) or `STANDARD_INFREQUENT_ACCESS`.
        table_class: Option<Text> = "TableClass",
        /// Whether DeleteTable is refused.
        deletion_protection_enabled: Option<bool> = "DeletionProtectionEnabled",
        /// Throughput that is to be there from the start.
        warm_throughput: Option<WarmThroughputArg> = "WarmThroughput",
        /// A policy in JSON.
        resource_policy: Option<Text> = "ResourcePolicy",
        /// Ceilings of an on-demand table.
        on_demand_throughput: Option<OnDemandThroughput> = "OnDemandThroughput",
        /// The table of another account that this one is to replicate.
        global_table_source_arn: Option<Text> = "GlobalTableSourceArn",
        /// Whether settings are replicated.
        global_table_settings_replication_mode: Option<Text> = "GlobalTableSettingsReplicationMode",
    }

    /// A request of UpdateTable.
    pub struct UpdateTableRequest("UpdateTableInput") {
        /// The types of a new index's key attributes.
        attribute_definitions: Option<Vec<AttributeDefinition>> = "AttributeDefinitions",
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
        /// `PROVISIONED` or `PAY_PER_REQUEST`.
        billing_mode: Option<Text> = "BillingMode",
        /// Throughput of a provisioned table.
        provisioned_throughput: Option<ProvisionedThroughputArg> = "ProvisionedThroughput",
        /// What happens to global secondary indexes.
        global_secondary_index_updates: Option<Vec<GlobalSecondaryIndexUpdate>> = "GlobalSecondaryIndexUpdates",
        /// What happens to vector indexes.
        vector_index_updates: Option<Vec<VectorIndexUpdate>> = "VectorIndexUpdates",
        /// The stream, on or off.
        stream_specification: Option<StreamSpecification> = "StreamSpecification",
        /// Encryption by a key of one's own, on or off.
        sse_specification: Option<SseSpecification> = "SSESpecification",
        /// What happens to replicas.
        replica_updates: Option<Vec<ReplicationGroupUpdate>> = "ReplicaUpdates",
        /// `STANDARD` or `STANDARD_INFREQUENT_ACCESS`.
        table_class: Option<Text> = "TableClass",
        /// Whether DeleteTable is refused.
        deletion_protection_enabled: Option<bool> = "DeletionProtectionEnabled",
        /// Whether disassociation from a global table is refused.
        disassociation_protection_enabled: Option<bool> = "DisassociationProtectionEnabled",
        /// `EVENTUAL` or `STRONG`.
        multi_region_consistency: Option<Text> = "MultiRegionConsistency",
        /// What happens to witnesses.
        global_table_witness_updates: Option<Vec<GlobalTableWitnessGroupUpdate>> = "GlobalTableWitnessUpdates",
        /// Ceilings of an on-demand table.
        on_demand_throughput: Option<OnDemandThroughput> = "OnDemandThroughput",
        /// Throughput that is to be there.
        warm_throughput: Option<WarmThroughputArg> = "WarmThroughput",
        /// Whether settings are replicated.
        global_table_settings_replication_mode: Option<Text> = "GlobalTableSettingsReplicationMode",
    }

    /// A request of DescribeTable.
    pub struct DescribeTableRequest("DescribeTableInput") {
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
    }

    /// A request of DeleteTable.
    pub struct DeleteTableRequest("DeleteTableInput") {
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
    }

    /// A request of ListTables.
    pub struct ListTablesRequest("ListTablesInput") {
        /// The name after which the page begins.
        exclusive_start_table_name: Option<Text> = "ExclusiveStartTableName",
        /// The most names to return: 1 to 100, which is the default.
        limit: Option<i32> = "Limit",
    }

    /// An answer of ListTables.
    pub struct ListTablesReply("ListTablesOutput") {
        /// Names in the order of their bytes.
        table_names: Vec<Text> = "TableNames",
        /// The last name of the page, if there are more.
        last_evaluated_table_name: Option<Text> = "LastEvaluatedTableName",
    }

    /// An answer of CreateTable, UpdateTable, DeleteTable and of restores.
    pub struct TableDescriptionReply("CreateTableOutput") {
        /// The table.
        table_description: Box<TableDescription> = "TableDescription",
    }

    /// An answer of DescribeTable.
    pub struct DescribeTableReply("DescribeTableOutput") {
        /// The table.
        table: Box<TableDescription> = "Table",
    }

    /// The type of a key attribute.
    pub struct AttributeDefinition("AttributeDefinition") {
        /// The attribute's name.
        attribute_name: Option<Text> = "AttributeName",
        /// `S`, `N` or `B`.
        attribute_type: Option<Text> = "AttributeType",
    }

    /// One attribute of a key.
    pub struct KeySchemaElement("KeySchemaElement") {
        /// The attribute's name.
        attribute_name: Option<Text> = "AttributeName",
        /// `HASH` or `RANGE`.
        key_type: Option<Text> = "KeyType",
    }

    /// What an index holds.
    pub struct ProjectionShape("Projection") {
        /// `ALL`, `KEYS_ONLY` or `INCLUDE`.
        projection_type: Option<Text> = "ProjectionType",
        /// The attributes to include beside the keys.
        non_key_attributes: Option<Vec<Text>> = "NonKeyAttributes",
    }

    /// Provisioned throughput that is asked for.
    pub struct ProvisionedThroughputArg("ProvisionedThroughput") {
        /// Reads per second.
        read_capacity_units: Option<i64> = "ReadCapacityUnits",
        /// Writes per second.
        write_capacity_units: Option<i64> = "WriteCapacityUnits",
    }

    /// Ceilings of an on-demand table or index.
    pub struct OnDemandThroughput("OnDemandThroughput") {
        /// The most reads per second; −1 for no ceiling.
        max_read_request_units: Option<i64> = "MaxReadRequestUnits",
        /// The most writes per second; −1 for no ceiling.
        max_write_request_units: Option<i64> = "MaxWriteRequestUnits",
    }

    /// Warm throughput that is asked for.
    pub struct WarmThroughputArg("WarmThroughput") {
        /// Reads per second.
        read_units_per_second: Option<i64> = "ReadUnitsPerSecond",
        /// Writes per second.
        write_units_per_second: Option<i64> = "WriteUnitsPerSecond",
    }

    /// A stream, on or off.
    pub struct StreamSpecification("StreamSpecification") {
        /// Whether there is one.
        stream_enabled: Option<bool> = "StreamEnabled",
        /// What its records show.
        stream_view_type: Option<Text> = "StreamViewType",
    }

    /// Encryption that is asked for.
    pub struct SseSpecification("SSESpecification") {
        /// Whether a key in the caller's account encrypts the table.
        enabled: Option<bool> = "Enabled",
        /// `KMS`.
        sse_type: Option<Text> = "SSEType",
        /// The key: id, alias or ARN.
        kms_master_key_id: Option<Text> = "KMSMasterKeyId",
    }

    /// A tag.
    pub struct Tag("Tag") {
        /// The key.
        key: Option<Text> = "Key",
        /// The value.
        value: Option<Text> = "Value",
    }

    /// A global index that is to be made.
    pub struct GlobalSecondaryIndexArg("GlobalSecondaryIndex") {
        /// The index's name.
        index_name: Option<Text> = "IndexName",
        /// The index's key.
        key_schema: Option<Vec<KeySchemaElement>> = "KeySchema",
        /// What the index holds.
        projection: Option<ProjectionShape> = "Projection",
        /// Throughput on a provisioned table.
        provisioned_throughput: Option<ProvisionedThroughputArg> = "ProvisionedThroughput",
        /// Ceilings on an on-demand table.
        on_demand_throughput: Option<OnDemandThroughput> = "OnDemandThroughput",
        /// Throughput that is to be there from the start.
        warm_throughput: Option<WarmThroughputArg> = "WarmThroughput",
    }

    /// A local index that is to be made.
    pub struct LocalSecondaryIndexArg("LocalSecondaryIndex") {
        /// The index's name.
        index_name: Option<Text> = "IndexName",
        /// The index's key.
        key_schema: Option<Vec<KeySchemaElement>> = "KeySchema",
        /// What the index holds.
        projection: Option<ProjectionShape> = "Projection",
    }

    /// One of: change, creation, deletion of a global index.
    pub struct GlobalSecondaryIndexUpdate("GlobalSecondaryIndexUpdate") {
        /// Changes its throughput.
        update: Option<UpdateGlobalSecondaryIndexAction> = "Update",
        /// Creates one.
        create: Option<GlobalSecondaryIndexArg> = "Create",
        /// Deletes one.
        delete: Option<DeleteIndexAction> = "Delete",
    }

    /// New throughput of a global index.
    pub struct UpdateGlobalSecondaryIndexAction("UpdateGlobalSecondaryIndexAction") {
        /// The index's name.
        index_name: Option<Text> = "IndexName",
        /// Throughput on a provisioned table.
        provisioned_throughput: Option<ProvisionedThroughputArg> = "ProvisionedThroughput",
        /// Ceilings on an on-demand table.
        on_demand_throughput: Option<OnDemandThroughput> = "OnDemandThroughput",
        /// Throughput that is to be there.
        warm_throughput: Option<WarmThroughputArg> = "WarmThroughput",
    }

    /// The deletion of an index.
    pub struct DeleteIndexAction("DeleteGlobalSecondaryIndexAction") {
        /// The index's name.
        index_name: Option<Text> = "IndexName",
    }

    /// A table as it is described.
    pub struct TableDescription("TableDescription") {
        /// The types of the key attributes, by name.
        attribute_definitions: Option<Vec<AttributeDefinition>> = "AttributeDefinitions",
        /// The table's name.
        table_name: Option<Text> = "TableName",
        /// The table's key.
        key_schema: Option<Vec<KeySchemaElement>> = "KeySchema",
        /// Where the table is in its life.
        table_status: Option<Text> = "TableStatus",
        /// When the table was created.
        creation_date_time: Option<Timestamp> = "CreationDateTime",
        /// Provisioned throughput; 0 on demand.
        provisioned_throughput: Option<ProvisionedThroughputDescription> = "ProvisionedThroughput",
        /// The size of all items.
        table_size_bytes: Option<i64> = "TableSizeBytes",
        /// How many items there are.
        item_count: Option<i64> = "ItemCount",
        /// The table's ARN.
        table_arn: Option<Text> = "TableArn",
        /// The table's identity.
        table_id: Option<Text> = "TableId",
        /// The billing mode, if the table is or was on demand.
        billing_mode_summary: Option<BillingModeSummary> = "BillingModeSummary",
        /// The same in words that the service's model does not know.
        table_throughput_mode_summary: Option<TableThroughputModeSummary> = "TableThroughputModeSummary",
        /// Local indexes.
        local_secondary_indexes: Option<Vec<LocalSecondaryIndexDescription>> = "LocalSecondaryIndexes",
        /// Global indexes.
        global_secondary_indexes: Option<Vec<GlobalSecondaryIndexDescription>> = "GlobalSecondaryIndexes",
        /// Vector indexes.
        vector_indexes: Option<Vec<VectorIndexDescription>> = "VectorIndexes",
        /// The stream, if it is on.
        stream_specification: Option<StreamSpecification> = "StreamSpecification",
        /// The label of the latest stream.
        latest_stream_label: Option<Text> = "LatestStreamLabel",
        /// The ARN of the latest stream.
        latest_stream_arn: Option<Text> = "LatestStreamArn",
        /// Encryption by a key in the caller's account.
        sse_description: Option<SseDescription> = "SSEDescription",
        /// Which kind of group of replicas the table is part of.
        global_table_version: Option<Text> = "GlobalTableVersion",
        /// The replicas in other Regions.
        replicas: Option<Vec<ReplicaDescription>> = "Replicas",
        /// The witness.
        global_table_witnesses: Option<Vec<GlobalTableWitnessDescription>> = "GlobalTableWitnesses",
        /// Which settings the replicas share.
        global_table_settings_replication_mode: Option<Text> = "GlobalTableSettingsReplicationMode",
        /// `STRONG`, if a write is in all Regions at once.
        multi_region_consistency: Option<Text> = "MultiRegionConsistency",
        /// Whether the table is kept from leaving its group.
        disassociation_protection_enabled: Option<bool> = "DisassociationProtectionEnabled",
        /// What the table is restored from, until it is there.
        restore_summary: Option<RestoreSummary> = "RestoreSummary",
        /// The table class, once it was set.
        table_class_summary: Option<TableClassSummary> = "TableClassSummary",
        /// Whether DeleteTable is refused.
        deletion_protection_enabled: Option<bool> = "DeletionProtectionEnabled",
        /// Ceilings on demand.
        on_demand_throughput: Option<OnDemandThroughput> = "OnDemandThroughput",
        /// What the table serves at once.
        warm_throughput: Option<WarmThroughputDescription> = "WarmThroughput",
    }

    /// Provisioned throughput as it is described.
    pub struct ProvisionedThroughputDescription("ProvisionedThroughputDescription") {
        /// When it was last raised.
        last_increase_date_time: Option<Timestamp> = "LastIncreaseDateTime",
        /// When it was last lowered.
        last_decrease_date_time: Option<Timestamp> = "LastDecreaseDateTime",
        /// How often it was lowered today, in UTC.
        number_of_decreases_today: Option<i64> = "NumberOfDecreasesToday",
        /// Reads per second.
        read_capacity_units: Option<i64> = "ReadCapacityUnits",
        /// Writes per second.
        write_capacity_units: Option<i64> = "WriteCapacityUnits",
    }

    /// The billing mode as it is described.
    pub struct BillingModeSummary("BillingModeSummary") {
        /// `PROVISIONED` or `PAY_PER_REQUEST`.
        billing_mode: Option<Text> = "BillingMode",
        /// When it last became `PAY_PER_REQUEST`.
        last_update_to_pay_per_request_date_time: Option<Timestamp> = "LastUpdateToPayPerRequestDateTime",
    }

    /// The billing mode in words that the service's model does not know.
    pub struct TableThroughputModeSummary("TableThroughputModeSummary") {
        /// `PROVISIONED` or `PAY_PER_REQUEST`.
        table_throughput_mode: Option<Text> = "TableThroughputMode",
        /// When it last became `PAY_PER_REQUEST`.
        last_update_to_pay_per_request_date_time: Option<Timestamp> = "LastUpdateToPayPerRequestDateTime",
    }

    /// A local index as it is described.
    pub struct LocalSecondaryIndexDescription("LocalSecondaryIndexDescription") {
        /// The index's name.
        index_name: Option<Text> = "IndexName",
        /// The index's key.
        key_schema: Option<Vec<KeySchemaElement>> = "KeySchema",
        /// What the index holds.
        projection: Option<ProjectionShape> = "Projection",
        /// The size of all entries.
        index_size_bytes: Option<i64> = "IndexSizeBytes",
        /// How many entries there are.
        item_count: Option<i64> = "ItemCount",
        /// The index's ARN.
        index_arn: Option<Text> = "IndexArn",
    }

    /// A global index as it is described.
    pub struct GlobalSecondaryIndexDescription("GlobalSecondaryIndexDescription") {
        /// The index's name.
        index_name: Option<Text> = "IndexName",
        /// The index's key.
        key_schema: Option<Vec<KeySchemaElement>> = "KeySchema",
        /// What the index holds.
        projection: Option<ProjectionShape> = "Projection",
        /// Where the index is in its life.
        index_status: Option<Text> = "IndexStatus",
        /// Whether items are being indexed; present while the index is created on a live table.
        backfilling: Option<bool> = "Backfilling",
        /// Provisioned throughput; 0 on demand.
        provisioned_throughput: Option<ProvisionedThroughputDescription> = "ProvisionedThroughput",
        /// The size of all entries.
        index_size_bytes: Option<i64> = "IndexSizeBytes",
        /// How many entries there are.
        item_count: Option<i64> = "ItemCount",
        /// The index's ARN.
        index_arn: Option<Text> = "IndexArn",
        /// Ceilings on demand.
        on_demand_throughput: Option<OnDemandThroughput> = "OnDemandThroughput",
        /// What the index serves at once.
        warm_throughput: Option<WarmThroughputDescription> = "WarmThroughput",
    }

    /// Encryption as it is described.
    pub struct SseDescription("SSEDescription") {
        /// `ENABLED` or `UPDATING`.
        status: Option<Text> = "Status",
        /// `KMS`.
        sse_type: Option<Text> = "SSEType",
        /// The key's ARN.
        kms_master_key_arn: Option<Text> = "KMSMasterKeyArn",
    }

    /// The table class as it is described.
    pub struct TableClassSummary("TableClassSummary") {
        /// `STANDARD` or `STANDARD_INFREQUENT_ACCESS`.
        table_class: Option<Text> = "TableClass",
        /// When it was last changed.
        last_update_date_time: Option<Timestamp> = "LastUpdateDateTime",
    }

    /// Warm throughput as it is described.
    pub struct WarmThroughputDescription("TableWarmThroughputDescription") {
        /// Reads per second.
        read_units_per_second: Option<i64> = "ReadUnitsPerSecond",
        /// Writes per second.
        write_units_per_second: Option<i64> = "WriteUnitsPerSecond",
        /// `ACTIVE` or `UPDATING`.
        status: Option<Text> = "Status",
    }
}

#[cfg(test)]
mod tests {
    use crate::model::operation::{Operation, Request};

    /// Reads a request, writes it, and compares the texts.
    fn check(operation: Operation, text: &str) {
        let (request, _) = Request::read(operation, text).unwrap();
        let mut out = Vec::new();
        request.write(&mut crate::model::json::Writer::new(&mut out));
        assert_eq!(String::from_utf8(out).unwrap(), text);
    }

    #[test]
    fn requests_of_the_control_plane_survive_reading_and_writing() {
        check(
            Operation::CreateTable,
            concat!(
                r#"{"AttributeDefinitions":[{"AttributeName":"pk","AttributeType":"S"}],"TableName":"abc","KeySchema":[{"AttributeName":"pk","#,
                r#""KeyType":"HASH"}],"VectorIndexes":[{"IndexName":"vec","VectorAttribute":{"AttributeName":"v"},"Dimensions":3,"#,
                r#""DistanceFunction":"COSINE"}],"BillingMode":"PAY_PER_REQUEST","SSESpecification":{"Enabled":true,"SSEType":"KMS"},"#,
                r#""Tags":[{"Key":"a","Value":""}],"WarmThroughput":{"ReadUnitsPerSecond":13000}}"#
            ),
        );
        check(
            Operation::UpdateTable,
            concat!(
                r#"{"TableName":"abc","GlobalSecondaryIndexUpdates":[{"Delete":{"IndexName":"gsi"}}],"#,
                r#""ReplicaUpdates":[{"Delete":{"RegionName":"eu-west-1"}}],"OnDemandThroughput":{"MaxReadRequestUnits":-1}}"#
            ),
        );
        check(
            Operation::UpdateTimeToLive,
            r#"{"TableName":"abc","TimeToLiveSpecification":{"Enabled":false,"AttributeName":"ttl"}}"#,
        );
    }
}
