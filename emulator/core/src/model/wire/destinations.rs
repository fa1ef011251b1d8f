//! Kinesis streams that a table writes its changes to: Enable, Disable, Update and DescribeKinesisStreamingDestination.

use crate::model::json::{Text, shape};

shape! {
    /// A request of EnableKinesisStreamingDestination.
    pub struct EnableKinesisStreamingDestinationRequest("KinesisStreamingDestinationInput") {
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
        /// The ARN of the Kinesis stream.
        stream_arn: Option<Text> = "StreamArn",
        /// How it is written to.
        enable_kinesis_streaming_configuration: Option<EnableKinesisStreamingConfiguration> =
            "EnableKinesisStreamingConfiguration",
    }

    /// A request of DisableKinesisStreamingDestination.
    pub struct DisableKinesisStreamingDestinationRequest("KinesisStreamingDestinationInput") {
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
        /// The ARN of the Kinesis stream.
        stream_arn: Option<Text> = "StreamArn",
        /// How it is written to, which has no place here.
        enable_kinesis_streaming_configuration: Option<EnableKinesisStreamingConfiguration> =
            "EnableKinesisStreamingConfiguration",
    }

    /// An answer of EnableKinesisStreamingDestination and DisableKinesisStreamingDestination.
    pub struct KinesisStreamingDestinationReply("KinesisStreamingDestinationOutput") {
        /// The table's name.
        table_name: Option<Text> = "TableName",
        /// The ARN of the Kinesis stream.
        stream_arn: Option<Text> = "StreamArn",
        /// The destination's status.
        destination_status: Option<Text> = "DestinationStatus",
        /// What was asked for.
        enable_kinesis_streaming_configuration: Option<EnableKinesisStreamingConfiguration> =
            "EnableKinesisStreamingConfiguration",
    }

    /// How a new destination is written to.
    pub struct EnableKinesisStreamingConfiguration("EnableKinesisStreamingConfiguration") {
        /// `MILLISECOND` (the default) or `MICROSECOND`.
        approximate_creation_date_time_precision: Option<Text> = "ApproximateCreationDateTimePrecision",
    }

    /// A request of UpdateKinesisStreamingDestination.
    pub struct UpdateKinesisStreamingDestinationRequest("UpdateKinesisStreamingDestinationInput") {
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
        /// The ARN of the Kinesis stream.
        stream_arn: Option<Text> = "StreamArn",
        /// How it is written to from now on.
        update_kinesis_streaming_configuration: Option<UpdateKinesisStreamingConfiguration> =
            "UpdateKinesisStreamingConfiguration",
    }

    /// An answer of UpdateKinesisStreamingDestination.
    pub struct UpdateKinesisStreamingDestinationReply("UpdateKinesisStreamingDestinationOutput") {
        /// The table's name.
        table_name: Option<Text> = "TableName",
        /// The ARN of the Kinesis stream.
        stream_arn: Option<Text> = "StreamArn",
        /// The destination's status.
        destination_status: Option<Text> = "DestinationStatus",
        /// What was asked for.
        update_kinesis_streaming_configuration: Option<UpdateKinesisStreamingConfiguration> =
            "UpdateKinesisStreamingConfiguration",
    }

    /// How a destination is to be written to from now on.
    pub struct UpdateKinesisStreamingConfiguration("UpdateKinesisStreamingConfiguration") {
        /// `MILLISECOND` or `MICROSECOND`.
        approximate_creation_date_time_precision: Option<Text> = "ApproximateCreationDateTimePrecision",
    }

    /// A request of DescribeKinesisStreamingDestination.
    pub struct DescribeKinesisStreamingDestinationRequest("DescribeKinesisStreamingDestinationInput") {
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
    }

    /// An answer of DescribeKinesisStreamingDestination.
    pub struct DescribeKinesisStreamingDestinationReply("DescribeKinesisStreamingDestinationOutput") {
        /// The table's name.
        table_name: Option<Text> = "TableName",
        /// The destinations.
        kinesis_data_stream_destinations: Vec<KinesisDataStreamDestination> = "KinesisDataStreamDestinations",
    }

    /// A Kinesis stream that a table writes to, or wrote to.
    pub struct KinesisDataStreamDestination("KinesisDataStreamDestination") {
        /// The ARN of the Kinesis stream.
        stream_arn: Option<Text> = "StreamArn",
        /// The status.
        destination_status: Option<Text> = "DestinationStatus",
        /// Why the status is what it is.
        destination_status_description: Option<Text> = "DestinationStatusDescription",
        /// The precision, once it was set.
        approximate_creation_date_time_precision: Option<Text> = "ApproximateCreationDateTimePrecision",
    }
}
