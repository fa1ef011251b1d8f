//! CreateBackup, DescribeBackup, DeleteBackup, ListBackups, and the operations on continuous backups.

use super::settings::TimeToLiveDescription;
use super::tables::{
    KeySchemaElement, OnDemandThroughput, ProjectionShape, ProvisionedThroughputArg, SseDescription,
    StreamSpecification,
};
use super::vectors::{SearchSchemaElement, VectorAttribute};
use crate::model::json::{Text, Timestamp, shape};

shape! {
    /// A request of CreateBackup.
    pub struct CreateBackupRequest("CreateBackupInput") {
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
        /// What the backup is to be called.
        backup_name: Option<Text> = "BackupName",
    }

    /// An answer of CreateBackup.
    pub struct CreateBackupReply("CreateBackupOutput") {
        /// The backup.
        backup_details: BackupDetails = "BackupDetails",
    }

    /// A request of DescribeBackup.
    pub struct DescribeBackupRequest("DescribeBackupInput") {
        /// The backup's ARN.
        backup_arn: Option<Text> = "BackupArn",
    }

    /// A request of DeleteBackup.
    pub struct DeleteBackupRequest("DeleteBackupInput") {
        /// The backup's ARN.
        backup_arn: Option<Text> = "BackupArn",
    }

    /// An answer of DescribeBackup and DeleteBackup.
    pub struct BackupDescriptionReply("DescribeBackupOutput") {
        /// The backup and its table.
        backup_description: Box<BackupDescription> = "BackupDescription",
    }

    /// A request of ListBackups.
    pub struct ListBackupsRequest("ListBackupsInput") {
        /// The name or ARN of the table whose backups are wanted.
        table_name: Option<Text> = "TableName",
        /// The most backups to return: 1 to 100, which is the default.
        limit: Option<i32> = "Limit",
        /// Backups made from then on.
        time_range_lower_bound: Option<Timestamp> = "TimeRangeLowerBound",
        /// Backups made before then.
        time_range_upper_bound: Option<Timestamp> = "TimeRangeUpperBound",
        /// The backup after which the page begins.
        exclusive_start_backup_arn: Option<Text> = "ExclusiveStartBackupArn",
        /// `USER` (the default), `SYSTEM`, `AWS_BACKUP` or `ALL`.
        backup_type: Option<Text> = "BackupType",
    }

    /// An answer of ListBackups.
    pub struct ListBackupsReply("ListBackupsOutput") {
        /// Backups in the order of their creation.
        backup_summaries: Vec<BackupSummary> = "BackupSummaries",
        /// The last backup of the page, if there are more.
        last_evaluated_backup_arn: Option<Text> = "LastEvaluatedBackupArn",
    }

    /// A backup.
    pub struct BackupDetails("BackupDetails") {
        /// The backup's ARN.
        backup_arn: Option<Text> = "BackupArn",
        /// What it is called.
        backup_name: Option<Text> = "BackupName",
        /// Its size.
        backup_size_bytes: Option<i64> = "BackupSizeBytes",
        /// `CREATING`, `AVAILABLE` or `DELETED`.
        backup_status: Option<Text> = "BackupStatus",
        /// `USER` or `SYSTEM`.
        backup_type: Option<Text> = "BackupType",
        /// When it was made.
        backup_creation_date_time: Option<Timestamp> = "BackupCreationDateTime",
        /// When it goes by itself.
        backup_expiry_date_time: Option<Timestamp> = "BackupExpiryDateTime",
    }

    /// A backup and the table that it is of.
    pub struct BackupDescription("BackupDescription") {
        /// The backup.
        backup_details: Option<BackupDetails> = "BackupDetails",
        /// The table as it was.
        source_table_details: Option<SourceTableDetails> = "SourceTableDetails",
        /// Its indexes and settings.
        source_table_feature_details: Option<SourceTableFeatureDetails> = "SourceTableFeatureDetails",
    }

    /// A table when it was backed up.
    pub struct SourceTableDetails("SourceTableDetails") {
        /// The table's name.
        table_name: Option<Text> = "TableName",
        /// The table's identity.
        table_id: Option<Text> = "TableId",
        /// The table's ARN.
        table_arn: Option<Text> = "TableArn",
        /// The size of all items.
        table_size_bytes: Option<i64> = "TableSizeBytes",
        /// The table's key.
        key_schema: Option<Vec<KeySchemaElement>> = "KeySchema",
        /// When the table was created.
        table_creation_date_time: Option<Timestamp> = "TableCreationDateTime",
        /// Provisioned throughput; 0 on demand.
        provisioned_throughput: Option<ProvisionedThroughputArg> = "ProvisionedThroughput",
        /// Ceilings on demand.
        on_demand_throughput: Option<OnDemandThroughput> = "OnDemandThroughput",
        /// How many items there were.
        item_count: Option<i64> = "ItemCount",
        /// `PROVISIONED` or `PAY_PER_REQUEST`.
        billing_mode: Option<Text> = "BillingMode",
    }

    /// The indexes and settings of a table when it was backed up.
    pub struct SourceTableFeatureDetails("SourceTableFeatureDetails") {
        /// Local indexes.
        local_secondary_indexes: Option<Vec<LocalSecondaryIndexInfo>> = "LocalSecondaryIndexes",
        /// Global indexes.
        global_secondary_indexes: Option<Vec<GlobalSecondaryIndexInfo>> = "GlobalSecondaryIndexes",
        /// The stream, if it was on.
        stream_description: Option<StreamSpecification> = "StreamDescription",
        /// How items expired, if they did.
        time_to_live_description: Option<TimeToLiveDescription> = "TimeToLiveDescription",
        /// Encryption by a key in the caller's account.
        sse_description: Option<SseDescription> = "SSEDescription",
        /// Vector indexes.
        vector_indexes: Option<Vec<VectorIndexInfo>> = "VectorIndexes",
    }

    /// A local index in a backup.
    pub struct LocalSecondaryIndexInfo("LocalSecondaryIndexInfo") {
        /// The index's name.
        index_name: Option<Text> = "IndexName",
        /// The index's key.
        key_schema: Option<Vec<KeySchemaElement>> = "KeySchema",
        /// What the index holds.
        projection: Option<ProjectionShape> = "Projection",
    }

    /// A global index in a backup.
    pub struct GlobalSecondaryIndexInfo("GlobalSecondaryIndexInfo") {
        /// The index's name.
        index_name: Option<Text> = "IndexName",
        /// The index's key.
        key_schema: Option<Vec<KeySchemaElement>> = "KeySchema",
        /// What the index holds.
        projection: Option<ProjectionShape> = "Projection",
        /// Provisioned throughput; 0 on demand.
        provisioned_throughput: Option<ProvisionedThroughputArg> = "ProvisionedThroughput",
        /// Ceilings on demand.
        on_demand_throughput: Option<OnDemandThroughput> = "OnDemandThroughput",
    }

    /// A vector index in a backup.
    pub struct VectorIndexInfo("VectorIndexInfo") {
        /// The index's name.
        index_name: Option<Text> = "IndexName",
        /// The attribute that holds the vector.
        vector_attribute: Option<VectorAttribute> = "VectorAttribute",
        /// Attributes that a search can name.
        search_schema: Option<Vec<SearchSchemaElement>> = "SearchSchema",
        /// What the index holds.
        projection: Option<ProjectionShape> = "Projection",
        /// How long a vector is.
        dimensions: Option<i64> = "Dimensions",
        /// How the likeness of two vectors is measured.
        distance_function: Option<Text> = "DistanceFunction",
    }

    /// A backup in a list.
    pub struct BackupSummary("BackupSummary") {
        /// The table's name.
        table_name: Option<Text> = "TableName",
        /// The table's identity.
        table_id: Option<Text> = "TableId",
        /// The table's ARN.
        table_arn: Option<Text> = "TableArn",
        /// The backup's ARN.
        backup_arn: Option<Text> = "BackupArn",
        /// What it is called.
        backup_name: Option<Text> = "BackupName",
        /// When it was made.
        backup_creation_date_time: Option<Timestamp> = "BackupCreationDateTime",
        /// When it goes by itself.
        backup_expiry_date_time: Option<Timestamp> = "BackupExpiryDateTime",
        /// `CREATING` or `AVAILABLE`.
        backup_status: Option<Text> = "BackupStatus",
        /// `USER` or `SYSTEM`.
        backup_type: Option<Text> = "BackupType",
        /// Its size.
        backup_size_bytes: Option<i64> = "BackupSizeBytes",
    }

    /// A request of DescribeContinuousBackups.
    pub struct DescribeContinuousBackupsRequest("DescribeContinuousBackupsInput") {
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
    }

    /// A request of UpdateContinuousBackups.
    pub struct UpdateContinuousBackupsRequest("UpdateContinuousBackupsInput") {
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
        /// Recovery, on or off.
        point_in_time_recovery_specification: Option<PointInTimeRecoverySpecification> = "PointInTimeRecoverySpecification",
    }

    /// Point-in-time recovery, on or off.
    pub struct PointInTimeRecoverySpecification("PointInTimeRecoverySpecification") {
        /// On or off.
        point_in_time_recovery_enabled: Option<bool> = "PointInTimeRecoveryEnabled",
        /// How many days back a restore can go.
        recovery_period_in_days: Option<i32> = "RecoveryPeriodInDays",
    }

    /// An answer of DescribeContinuousBackups and UpdateContinuousBackups.
    pub struct ContinuousBackupsReply("DescribeContinuousBackupsOutput") {
        /// What can be recovered.
        continuous_backups_description: ContinuousBackupsDescription = "ContinuousBackupsDescription",
    }

    /// What can be recovered of a table.
    pub struct ContinuousBackupsDescription("ContinuousBackupsDescription") {
        /// Whether backups can be made.
        continuous_backups_status: Option<Text> = "ContinuousBackupsStatus",
        /// Recovery, on or off.
        point_in_time_recovery_description: Option<PointInTimeRecoveryDescription> = "PointInTimeRecoveryDescription",
    }

    /// Point-in-time recovery as it is described.
    pub struct PointInTimeRecoveryDescription("PointInTimeRecoveryDescription") {
        /// `ENABLED` or `DISABLED`.
        point_in_time_recovery_status: Option<Text> = "PointInTimeRecoveryStatus",
        /// How many days back a restore can go.
        recovery_period_in_days: Option<i32> = "RecoveryPeriodInDays",
        /// The first time to which a restore can go.
        earliest_restorable_date_time: Option<Timestamp> = "EarliestRestorableDateTime",
        /// The last time to which a restore can go.
        latest_restorable_date_time: Option<Timestamp> = "LatestRestorableDateTime",
    }
}
