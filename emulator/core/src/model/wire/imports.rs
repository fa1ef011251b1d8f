//! ImportTable, DescribeImport and ListImports.

use super::tables::{
    AttributeDefinition, GlobalSecondaryIndexArg, KeySchemaElement, OnDemandThroughput, ProvisionedThroughputArg,
    SseSpecification,
};
use super::vectors::VectorIndexArg;
use crate::model::json::{Text, Timestamp, shape};

shape! {
    /// A request of ImportTable.
    pub struct ImportTableRequest("ImportTableInput") {
        /// What makes the request repeatable.
        client_token: Option<Text> = "ClientToken",
        /// Where the files are.
        s3_bucket_source: Option<S3BucketSource> = "S3BucketSource",
        /// `DYNAMODB_JSON`, `ION` or `CSV`.
        input_format: Option<Text> = "InputFormat",
        /// What the format leaves open.
        input_format_options: Option<InputFormatOptions> = "InputFormatOptions",
        /// `GZIP`, `ZSTD` or `NONE` (the default).
        input_compression_type: Option<Text> = "InputCompressionType",
        /// The table that is made.
        table_creation_parameters: Option<TableCreationParameters> = "TableCreationParameters",
    }

    /// Where the files of an import are.
    pub struct S3BucketSource("S3BucketSource") {
        /// Whose bucket it is.
        s3_bucket_owner: Option<Text> = "S3BucketOwner",
        /// The bucket.
        s3_bucket: Option<Text> = "S3Bucket",
        /// What the keys of the files begin with.
        s3_key_prefix: Option<Text> = "S3KeyPrefix",
    }

    /// What a format leaves open.
    pub struct InputFormatOptions("InputFormatOptions") {
        /// How CSV is written.
        csv: Option<CsvOptions> = "Csv",
    }

    /// How CSV is written.
    pub struct CsvOptions("CsvOptions") {
        /// What separates cells; a comma if absent.
        delimiter: Option<Text> = "Delimiter",
        /// The names of the columns; the first line if absent.
        header_list: Option<Vec<Text>> = "HeaderList",
    }

    /// The table that an import makes.
    pub struct TableCreationParameters("TableCreationParameters") {
        /// The table's name.
        table_name: Option<Text> = "TableName",
        /// The types of the key attributes.
        attribute_definitions: Option<Vec<AttributeDefinition>> = "AttributeDefinitions",
        /// The table's key.
        key_schema: Option<Vec<KeySchemaElement>> = "KeySchema",
        /// `PROVISIONED` (the default) or `PAY_PER_REQUEST`.
        billing_mode: Option<Text> = "BillingMode",
        /// Throughput of a provisioned table.
        provisioned_throughput: Option<ProvisionedThroughputArg> = "ProvisionedThroughput",
        /// Ceilings of an on-demand table.
        on_demand_throughput: Option<OnDemandThroughput> = "OnDemandThroughput",
        /// Encryption by a key of one's own.
        sse_specification: Option<SseSpecification> = "SSESpecification",
        /// Global secondary indexes.
        global_secondary_indexes: Option<Vec<GlobalSecondaryIndexArg>> = "GlobalSecondaryIndexes",
        /// Vector indexes.
        vector_indexes: Option<Vec<VectorIndexArg>> = "VectorIndexes",
    }

    /// An answer of ImportTable and DescribeImport.
    pub struct ImportTableDescriptionReply("ImportTableOutput") {
        /// The import.
        import_table_description: Box<ImportTableDescription> = "ImportTableDescription",
    }

    /// An import as it is described.
    pub struct ImportTableDescription("ImportTableDescription") {
        /// The import's ARN.
        import_arn: Option<Text> = "ImportArn",
        /// `IN_PROGRESS`, `COMPLETED`, `CANCELLING`, `CANCELLED` or `FAILED`.
        import_status: Option<Text> = "ImportStatus",
        /// The table's ARN.
        table_arn: Option<Text> = "TableArn",
        /// The table's identity.
        table_id: Option<Text> = "TableId",
        /// What made the request repeatable.
        client_token: Option<Text> = "ClientToken",
        /// Where the files are.
        s3_bucket_source: Option<S3BucketSource> = "S3BucketSource",
        /// How many records did not become items.
        error_count: Option<i64> = "ErrorCount",
        /// Where the service would tell about these.
        cloud_watch_log_group_arn: Option<Text> = "CloudWatchLogGroupArn",
        /// `DYNAMODB_JSON`, `ION` or `CSV`.
        input_format: Option<Text> = "InputFormat",
        /// What the format leaves open.
        input_format_options: Option<InputFormatOptions> = "InputFormatOptions",
        /// `GZIP`, `ZSTD` or `NONE`.
        input_compression_type: Option<Text> = "InputCompressionType",
        /// The table that is made.
        table_creation_parameters: Option<TableCreationParameters> = "TableCreationParameters",
        /// When it began.
        start_time: Option<Timestamp> = "StartTime",
        /// When it ended.
        end_time: Option<Timestamp> = "EndTime",
        /// How many bytes were read.
        processed_size_bytes: Option<i64> = "ProcessedSizeBytes",
        /// How many records were read.
        processed_item_count: Option<i64> = "ProcessedItemCount",
        /// How many became items.
        imported_item_count: Option<i64> = "ImportedItemCount",
        /// Why it failed, as a code.
        failure_code: Option<Text> = "FailureCode",
        /// Why it failed.
        failure_message: Option<Text> = "FailureMessage",
    }

    /// A request of DescribeImport.
    pub struct DescribeImportRequest("DescribeImportInput") {
        /// The import's ARN.
        import_arn: Option<Text> = "ImportArn",
    }

    /// A request of ListImports.
    pub struct ListImportsRequest("ListImportsInput") {
        /// The table whose imports are wanted; those of all if absent.
        table_arn: Option<Text> = "TableArn",
        /// The most imports to return: 1 to 25; 10 if absent.
        page_size: Option<i32> = "PageSize",
        /// Where the page begins.
        next_token: Option<Text> = "NextToken",
    }

    /// An answer of ListImports.
    pub struct ListImportsReply("ListImportsOutput") {
        /// The imports, the newest first.
        import_summary_list: Vec<ImportSummary> = "ImportSummaryList",
        /// Where the next page begins, if there are more.
        next_token: Option<Text> = "NextToken",
    }

    /// An import among others.
    pub struct ImportSummary("ImportSummary") {
        /// The import's ARN.
        import_arn: Option<Text> = "ImportArn",
        /// `IN_PROGRESS`, `COMPLETED`, `CANCELLING`, `CANCELLED` or `FAILED`.
        import_status: Option<Text> = "ImportStatus",
        /// The table's ARN.
        table_arn: Option<Text> = "TableArn",
        /// Where the files are.
        s3_bucket_source: Option<S3BucketSource> = "S3BucketSource",
        /// Where the service would tell about errors.
        cloud_watch_log_group_arn: Option<Text> = "CloudWatchLogGroupArn",
        /// `DYNAMODB_JSON`, `ION` or `CSV`.
        input_format: Option<Text> = "InputFormat",
        /// When it began.
        start_time: Option<Timestamp> = "StartTime",
        /// When it ended.
        end_time: Option<Timestamp> = "EndTime",
    }
}
