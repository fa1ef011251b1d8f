//! ExportTableToPointInTime, DescribeExport and ListExports.

use super::attributes::{Attributes, ItemArg};
use crate::model::json::{Entries, Text, Timestamp, shape};

shape! {
    /// A request of ExportTableToPointInTime.
    pub struct ExportTableToPointInTimeRequest("ExportTableToPointInTimeInput") {
        /// The table's ARN.
        table_arn: Option<Text> = "TableArn",
        /// Of which moment the items are wanted; of now if absent.
        export_time: Option<Timestamp> = "ExportTime",
        /// What makes the request repeatable.
        client_token: Option<Text> = "ClientToken",
        /// Where the files go.
        s3_bucket: Option<Text> = "S3Bucket",
        /// Whose bucket it is.
        s3_bucket_owner: Option<Text> = "S3BucketOwner",
        /// What the keys of the files begin with.
        s3_prefix: Option<Text> = "S3Prefix",
        /// `AES256` or `KMS`.
        s3_sse_algorithm: Option<Text> = "S3SseAlgorithm",
        /// The key with which the files are encrypted.
        s3_sse_kms_key_id: Option<Text> = "S3SseKmsKeyId",
        /// `DYNAMODB_JSON` (the default) or `ION`.
        export_format: Option<Text> = "ExportFormat",
        /// `FULL_EXPORT` (the default) or `INCREMENTAL_EXPORT`.
        export_type: Option<Text> = "ExportType",
        /// The span of time of an incremental export.
        incremental_export_specification: Option<IncrementalExportSpecification> = "IncrementalExportSpecification",
        /// Which items are wanted, and what of them.
        filter_specification: Option<FilterSpecification> = "FilterSpecification",
    }

    /// The span of time of an incremental export.
    pub struct IncrementalExportSpecification("IncrementalExportSpecification") {
        /// Where it begins.
        export_from_time: Option<Timestamp> = "ExportFromTime",
        /// Where it ends.
        export_to_time: Option<Timestamp> = "ExportToTime",
        /// `NEW_IMAGE` or `NEW_AND_OLD_IMAGES`.
        export_view_type: Option<Text> = "ExportViewType",
    }

    /// Which items of a table are exported, and what of them.
    pub struct FilterSpecification("FilterSpecification") {
        /// A condition on items.
        filter_expression: Option<Text> = "FilterExpression",
        /// What is exported of them.
        projection_expression: Option<Text> = "ProjectionExpression",
        /// A condition on their keys.
        key_condition_expression: Option<Text> = "KeyConditionExpression",
        /// Names behind placeholders.
        expression_attribute_names: Option<Entries<Text>> = "ExpressionAttributeNames",
        /// Values behind placeholders.
        expression_attribute_values: Option<Attributes> = "ExpressionAttributeValues",
    }

    /// An answer of ExportTableToPointInTime and DescribeExport.
    pub struct ExportDescriptionReply("ExportTableToPointInTimeOutput") {
        /// The export.
        export_description: Box<ExportDescription> = "ExportDescription",
    }

    /// An export as it is described.
    pub struct ExportDescription("ExportDescription") {
        /// The export's ARN.
        export_arn: Option<Text> = "ExportArn",
        /// `IN_PROGRESS`, `COMPLETED` or `FAILED`.
        export_status: Option<Text> = "ExportStatus",
        /// When it began.
        start_time: Option<Timestamp> = "StartTime",
        /// When it ended.
        end_time: Option<Timestamp> = "EndTime",
        /// The key of the manifest.
        export_manifest: Option<Text> = "ExportManifest",
        /// The table's ARN.
        table_arn: Option<Text> = "TableArn",
        /// The table's identity.
        table_id: Option<Text> = "TableId",
        /// Of which moment the items are.
        export_time: Option<Timestamp> = "ExportTime",
        /// What made the request repeatable.
        client_token: Option<Text> = "ClientToken",
        /// Where the files go.
        s3_bucket: Option<Text> = "S3Bucket",
        /// Whose bucket it is.
        s3_bucket_owner: Option<Text> = "S3BucketOwner",
        /// What the keys of the files begin with.
        s3_prefix: Option<Text> = "S3Prefix",
        /// How the files are encrypted.
        s3_sse_algorithm: Option<Text> = "S3SseAlgorithm",
        /// The key with which the files are encrypted.
        s3_sse_kms_key_id: Option<Text> = "S3SseKmsKeyId",
        /// Why it failed, as a code.
        failure_code: Option<Text> = "FailureCode",
        /// Why it failed.
        failure_message: Option<Text> = "FailureMessage",
        /// How items are written.
        export_format: Option<Text> = "ExportFormat",
        /// For how many bytes it is billed.
        billed_size_bytes: Option<i64> = "BilledSizeBytes",
        /// How many items there are.
        item_count: Option<i64> = "ItemCount",
        /// `FULL_EXPORT` or `INCREMENTAL_EXPORT`.
        export_type: Option<Text> = "ExportType",
        /// The span of time of an incremental export.
        incremental_export_specification: Option<IncrementalExportSpecification> = "IncrementalExportSpecification",
        /// Which items are wanted, and what of them.
        filter_specification: Option<FilterSpecification> = "FilterSpecification",
        /// `S3`.
        destination_type: Option<Text> = "DestinationType",
    }

    /// A request of DescribeExport.
    pub struct DescribeExportRequest("DescribeExportInput") {
        /// The export's ARN.
        export_arn: Option<Text> = "ExportArn",
    }

    /// A request of ListExports.
    pub struct ListExportsRequest("ListExportsInput") {
        /// The table whose exports are wanted; those of all if absent.
        table_arn: Option<Text> = "TableArn",
        /// The most exports to return: 1 to 25; 10 if absent.
        max_results: Option<i32> = "MaxResults",
        /// Where the page begins.
        next_token: Option<Text> = "NextToken",
    }

    /// An answer of ListExports.
    pub struct ListExportsReply("ListExportsOutput") {
        /// The exports, the newest of a table first.
        export_summaries: Vec<ExportSummary> = "ExportSummaries",
        /// Where the next page begins, if there are more.
        next_token: Option<Text> = "NextToken",
    }

    /// An export among others.
    pub struct ExportSummary("ExportSummary") {
        /// The export's ARN.
        export_arn: Option<Text> = "ExportArn",
        /// `IN_PROGRESS`, `COMPLETED` or `FAILED`.
        export_status: Option<Text> = "ExportStatus",
        /// `FULL_EXPORT` or `INCREMENTAL_EXPORT`.
        export_type: Option<Text> = "ExportType",
    }

    /// A line of an export; exports of a span of time have images and keys in place of an item.
    pub struct ExportRecord("Record") {
        /// The item.
        item: Option<ItemArg> = "Item",
        /// The item after a change.
        new_image: Option<ItemArg> = "NewImage",
        /// The key of an item that has changed.
        keys: Option<ItemArg> = "Keys",
        /// The condition on which a record of a bulk put is written.
        condition_expression: Option<Text> = "ConditionExpression",
    }
}
