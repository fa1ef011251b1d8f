//! ListStreams, DescribeStream, GetShardIterator and GetRecords.

use super::tables::KeySchemaElement;
use crate::model::json::{Text, Timestamp, shape};
use crate::model::packed::PackedItem;
use crate::model::value::Item;

shape! {
    /// A request of ListStreams.
    pub struct ListStreamsRequest("ListStreamsInput") {
        /// The name of the table whose streams are wanted; those of all if absent.
        table_name: Option<Text> = "TableName",
        /// The most streams to return: 1 to 100, which is the default.
        limit: Option<i32> = "Limit",
        /// The ARN after which the page begins.
        exclusive_start_stream_arn: Option<Text> = "ExclusiveStartStreamArn",
    }

    /// An answer of ListStreams.
    pub struct ListStreamsReply("ListStreamsOutput") {
        /// The streams by table, the older before the newer.
        streams: Vec<StreamSummary> = "Streams",
        /// The last ARN of the page, if there are more.
        last_evaluated_stream_arn: Option<Text> = "LastEvaluatedStreamArn",
    }

    /// A stream among others.
    pub struct StreamSummary("Stream") {
        /// The stream's ARN.
        stream_arn: Option<Text> = "StreamArn",
        /// The table's name.
        table_name: Option<Text> = "TableName",
        /// When the stream was turned on, as its label.
        stream_label: Option<Text> = "StreamLabel",
    }

    /// A request of DescribeStream.
    pub struct DescribeStreamRequest("DescribeStreamInput") {
        /// The stream's ARN.
        stream_arn: Option<Text> = "StreamArn",
        /// The most shards to return: 1 to 100, which is the default.
        limit: Option<i32> = "Limit",
        /// The shard after which the page begins.
        exclusive_start_shard_id: Option<Text> = "ExclusiveStartShardId",
        /// Which shards are wanted.
        shard_filter: Option<ShardFilter> = "ShardFilter",
    }

    /// Which shards are wanted.
    pub struct ShardFilter("ShardFilter") {
        /// `CHILD_SHARDS`.
        filter_type: Option<Text> = "Type",
        /// The shard whose children are wanted.
        shard_id: Option<Text> = "ShardId",
    }

    /// An answer of DescribeStream.
    pub struct DescribeStreamReply("DescribeStreamOutput") {
        /// The stream.
        stream_description: StreamDescription = "StreamDescription",
    }

    /// A stream.
    pub struct StreamDescription("StreamDescription") {
        /// The stream's ARN.
        stream_arn: Option<Text> = "StreamArn",
        /// When the stream was turned on, as its label.
        stream_label: Option<Text> = "StreamLabel",
        /// `ENABLING`, `ENABLED`, `DISABLING` or `DISABLED`.
        stream_status: Option<Text> = "StreamStatus",
        /// What the records show.
        stream_view_type: Option<Text> = "StreamViewType",
        /// When the stream was turned on.
        creation_request_date_time: Option<Timestamp> = "CreationRequestDateTime",
        /// The table's name.
        table_name: Option<Text> = "TableName",
        /// The table's key.
        key_schema: Option<Vec<KeySchemaElement>> = "KeySchema",
        /// The shards, parents before children.
        shards: Vec<ShardShape> = "Shards",
        /// The last shard of the page, if there are more.
        last_evaluated_shard_id: Option<Text> = "LastEvaluatedShardId",
    }

    /// A shard.
    pub struct ShardShape("Shard") {
        /// The shard's id.
        shard_id: Option<Text> = "ShardId",
        /// Which numbers its records have.
        sequence_number_range: Option<SequenceNumberRange> = "SequenceNumberRange",
        /// The shard before this one.
        parent_shard_id: Option<Text> = "ParentShardId",
    }

    /// Which numbers the records of a shard have.
    pub struct SequenceNumberRange("SequenceNumberRange") {
        /// Where it begins.
        starting_sequence_number: Option<Text> = "StartingSequenceNumber",
        /// Where it ends, if it is closed.
        ending_sequence_number: Option<Text> = "EndingSequenceNumber",
    }

    /// A request of GetShardIterator.
    pub struct GetShardIteratorRequest("GetShardIteratorInput") {
        /// The stream's ARN.
        stream_arn: Option<Text> = "StreamArn",
        /// The shard.
        shard_id: Option<Text> = "ShardId",
        /// Where to begin: `TRIM_HORIZON`, `LATEST`, `AT_SEQUENCE_NUMBER`, `AFTER_SEQUENCE_NUMBER` or `AT_TIMESTAMP`.
        shard_iterator_type: Option<Text> = "ShardIteratorType",
        /// The number to begin at or after.
        sequence_number: Option<Text> = "SequenceNumber",
        /// The time to begin at.
        timestamp: Option<Timestamp> = "Timestamp",
    }

    /// An answer of GetShardIterator.
    pub struct GetShardIteratorReply("GetShardIteratorOutput") {
        /// Where GetRecords is to begin.
        shard_iterator: Option<Text> = "ShardIterator",
    }

    /// A request of GetRecords.
    pub struct GetRecordsRequest("GetRecordsInput") {
        /// Where to begin.
        shard_iterator: Option<Text> = "ShardIterator",
        /// The most records to return: 1 to 1,000, which is the default.
        limit: Option<i32> = "Limit",
    }

    /// An answer of GetRecords.
    pub struct GetRecordsReply("GetRecordsOutput") {
        /// The records in their order.
        records: Vec<RecordShape> = "Records",
        /// Where to go on; absent once a closed shard has no more.
        next_shard_iterator: Option<Text> = "NextShardIterator",
    }

    /// What happened to an item.
    pub struct RecordShape("Record") {
        /// The record's identity.
        event_id: Option<Text> = "eventID",
        /// `INSERT`, `MODIFY` or `REMOVE`.
        event_name: Option<Text> = "eventName",
        /// The version of this shape.
        event_version: Option<Text> = "eventVersion",
        /// `aws:dynamodb`.
        event_source: Option<Text> = "eventSource",
        /// The Region.
        aws_region: Option<Text> = "awsRegion",
        /// The change.
        dynamodb: Option<StreamRecord> = "dynamodb",
        /// Who made it, if it was the service.
        user_identity: Option<RecordIdentity> = "userIdentity",
    }

    /// The change of an item.
    pub struct StreamRecord("StreamRecord") {
        /// When, to the second.
        approximate_creation_date_time: Option<Timestamp> = "ApproximateCreationDateTime",
        /// The item's key.
        keys: Option<Item> = "Keys",
        /// The item after.
        new_image: Option<PackedItem> = "NewImage",
        /// The item before.
        old_image: Option<PackedItem> = "OldImage",
        /// The record's place in the order of all.
        sequence_number: Option<Text> = "SequenceNumber",
        /// The size of key and images.
        size_bytes: Option<i64> = "SizeBytes",
        /// What the record shows.
        stream_view_type: Option<Text> = "StreamViewType",
    }

    /// Who made a change.
    pub struct RecordIdentity("Identity") {
        /// The service's name.
        principal_id: Option<Text> = "PrincipalId",
        /// `Service`.
        identity_type: Option<Text> = "Type",
    }
}
