//! StartBulkPutItems, DescribeBulkOperation, CancelBulkOperation and ListBulkOperations.

use crate::model::json::{Entries, Text, Timestamp, shape};

shape! {
    /// A request of StartBulkPutItems.
    pub struct StartBulkPutItemsRequest("StartBulkPutItemsInput") {
        /// What makes the request repeatable.
        client_token: Option<Text> = "ClientToken",
        /// Where the records are.
        input_s3_configuration: Option<InputS3Configuration> = "InputS3Configuration",
        /// Where to tell what was not written.
        output_s3_configuration: Option<OutputS3Configuration> = "OutputS3Configuration",
        /// The table, by its name or ARN.
        table_name: Option<Text> = "TableName",
        /// The most write request units of a second: 1024 or more.
        max_write_request_units: Option<i64> = "MaxWriteRequestUnits",
        /// `STANDARD` (the default) or `ACCELERATED`.
        performance_tier: Option<Text> = "PerformanceTier",
    }

    /// Where the records of a bulk put are.
    pub struct InputS3Configuration("InputS3Configuration") {
        /// Whose bucket it is.
        s3_bucket_owner: Option<Text> = "S3BucketOwner",
        /// The bucket.
        s3_bucket: Option<Text> = "S3Bucket",
        /// What the keys of the objects begin with.
        s3_key_prefix: Option<Text> = "S3KeyPrefix",
        /// `DYNAMODB_JSON` or `ION`.
        input_format: Option<Text> = "InputFormat",
        /// `GZIP`, `ZSTD` or `NONE` (the default).
        input_compression_type: Option<Text> = "InputCompressionType",
    }

    /// Where a bulk put tells what it did not write.
    pub struct OutputS3Configuration("OutputS3Configuration") {
        /// Whose bucket it is.
        s3_bucket_owner: Option<Text> = "S3BucketOwner",
        /// The bucket.
        s3_bucket: Option<Text> = "S3Bucket",
        /// What the keys of the objects begin with.
        s3_key_prefix: Option<Text> = "S3KeyPrefix",
        /// `AES256` or `KMS`.
        s3_sse_algorithm: Option<Text> = "S3SseAlgorithm",
        /// The key with which the objects are encrypted.
        s3_sse_kms_key_id: Option<Text> = "S3SseKmsKeyId",
        /// What is told: `ERROR`, `CONDITION_CHECK_FAILURE` or both.
        output_type: Option<Vec<Text>> = "OutputType",
    }

    /// An answer of StartBulkPutItems and DescribeBulkOperation.
    pub struct BulkOperationReply("StartBulkPutItemsOutput") {
        /// The bulk put.
        bulk_operation_description: Box<BulkOperationDescription> = "BulkOperationDescription",
    }

    /// A bulk put as it is described.
    pub struct BulkOperationDescription("BulkOperationDescription") {
        /// Its ARN.
        bulk_operation_arn: Option<Text> = "BulkOperationArn",
        /// `IN_PROGRESS`, `COMPLETED`, `COMPLETED_WITH_ERRORS`, `CANCELLING`, `CANCELLED` or `FAILED`.
        bulk_operation_status: Option<Text> = "BulkOperationStatus",
        /// The table.
        table_details: Option<Vec<BulkOperationTableDetail>> = "TableDetails",
        /// What made the request repeatable.
        client_token: Option<Text> = "ClientToken",
        /// Where the records are.
        input_s3_configuration: Option<InputS3Configuration> = "InputS3Configuration",
        /// Where it tells what was not written.
        output_s3_configuration: Option<OutputS3Configuration> = "OutputS3Configuration",
        /// When it began.
        start_time: Option<Timestamp> = "StartTime",
        /// When it ended.
        end_time: Option<Timestamp> = "EndTime",
        /// How many records were looked at.
        processed_item_count: Option<i64> = "ProcessedItemCount",
        /// How many bytes of objects were read.
        processed_input_bytes: Option<i64> = "ProcessedInputBytes",
        /// How many bytes the objects have, once that is known.
        total_input_bytes: Option<i64> = "TotalInputBytes",
        /// What was written, in bytes.
        bulk_operation_usage: Option<Vec<BulkOperationUsage>> = "BulkOperationUsage",
        /// How many records could not be read, or do not fit the table.
        failed_item_count: Option<i64> = "FailedItemCount",
        /// Why it failed or was cancelled, as a code.
        failure_code: Option<Text> = "FailureCode",
        /// Why it failed or was cancelled.
        failure_message: Option<Text> = "FailureMessage",
        /// The most write request units of a second.
        max_write_request_units: Option<i64> = "MaxWriteRequestUnits",
        /// `STANDARD` or `ACCELERATED`.
        performance_tier: Option<Text> = "PerformanceTier",
    }

    /// The table of a bulk put.
    pub struct BulkOperationTableDetail("BulkOperationTableDetail") {
        /// Its name or ARN, as it was given.
        table_name: Option<Text> = "TableName",
        /// Its identity.
        table_id: Option<Text> = "TableId",
    }

    /// What a bulk put wrote, in bytes.
    pub struct BulkOperationUsage("BulkOperationUsage") {
        /// The table's name or ARN, as it was given.
        table_name: Option<Text> = "TableName",
        /// The sum, without vector indexes.
        bulk_put_bytes: Option<i64> = "BulkPutBytes",
        /// Those of the table alone.
        table: Option<BulkOperationBytes> = "Table",
        /// Those of each local index.
        local_secondary_indexes: Option<Entries<BulkOperationBytes>> = "LocalSecondaryIndexes",
        /// Those of each global index.
        global_secondary_indexes: Option<Entries<BulkOperationBytes>> = "GlobalSecondaryIndexes",
        /// Those of each vector index.
        vector_indexes: Option<Entries<BulkOperationVectorBytes>> = "VectorIndexes",
    }

    /// Bytes that a bulk put wrote.
    pub struct BulkOperationBytes("BulkOperationBytes") {
        /// How many.
        bulk_put_bytes: Option<i64> = "BulkPutBytes",
    }

    /// Bytes that a bulk put wrote to a vector index.
    pub struct BulkOperationVectorBytes("BulkOperationVectorBytes") {
        /// How many.
        bulk_put_vector_bytes: Option<i64> = "BulkPutVectorBytes",
    }

    /// A request of DescribeBulkOperation.
    pub struct DescribeBulkOperationRequest("DescribeBulkOperationInput") {
        /// The bulk put's ARN.
        bulk_operation_arn: Option<Text> = "BulkOperationArn",
    }

    /// A request of CancelBulkOperation.
    pub struct CancelBulkOperationRequest("CancelBulkOperationInput") {
        /// The bulk put's ARN.
        bulk_operation_arn: Option<Text> = "BulkOperationArn",
    }

    /// An answer of CancelBulkOperation.
    pub struct CancelBulkOperationReply("CancelBulkOperationOutput") {
        /// The bulk put's ARN.
        bulk_operation_arn: Option<Text> = "BulkOperationArn",
        /// `CANCELLING`.
        bulk_operation_status: Option<Text> = "BulkOperationStatus",
    }

    /// A request of ListBulkOperations.
    pub struct ListBulkOperationsRequest("ListBulkOperationsInput") {
        /// The most bulk puts to return: 1 to 25; 10 if absent.
        max_results: Option<i32> = "MaxResults",
        /// Where the page begins.
        next_token: Option<Text> = "NextToken",
    }

    /// An answer of ListBulkOperations.
    pub struct ListBulkOperationsReply("ListBulkOperationsOutput") {
        /// The bulk puts, the newest first.
        bulk_operations_summary_list: Vec<BulkOperationSummary> = "BulkOperationsSummaryList",
        /// Where the next page begins, if there are more.
        next_token: Option<Text> = "NextToken",
    }

    /// A bulk put among others.
    pub struct BulkOperationSummary("BulkOperationSummary") {
        /// Its ARN.
        bulk_operation_arn: Option<Text> = "BulkOperationArn",
        /// `IN_PROGRESS`, `COMPLETED`, `COMPLETED_WITH_ERRORS`, `CANCELLING`, `CANCELLED` or `FAILED`.
        bulk_operation_status: Option<Text> = "BulkOperationStatus",
        /// When it began.
        start_time: Option<Timestamp> = "StartTime",
        /// When it ended.
        end_time: Option<Timestamp> = "EndTime",
    }
}
