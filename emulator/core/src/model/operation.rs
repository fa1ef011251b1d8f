//! The one list of operations, and what follows from it: names, requests, replies, decoding and encoding.
//!
//! A new operation is one row here, its shapes in [`wire`](super::wire) and one file in the engine. An operation of another [`Api`] than DynamoDB's
//! own says so behind its name.

use super::fault::Layer;
use super::json::{NumberSetOrder, Outline, Read, Reader, Wire, Writer, read_whole};
use super::packed::PackedItem;
use super::pieces::Pieces;
use super::wire::*;

/// Calls the macro `$then` with the list of operations: documentation, name, request and reply of each, and its API.
macro_rules! for_each_operation {
    ($then:ident) => {
        $then! {
            /// Executes PartiQL statements, each by itself.
            BatchExecuteStatement(BatchExecuteStatementRequest) -> BatchExecuteStatementReply;
            /// Reads items by their keys, from several tables.
            BatchGetItem(BatchGetItemRequest) -> BatchGetItemReply;
            /// Puts and deletes items, in several tables.
            BatchWriteItem(BatchWriteItemRequest) -> BatchWriteItemReply;
            /// Stops a bulk put.
            CancelBulkOperation(CancelBulkOperationRequest) -> CancelBulkOperationReply;
            /// Keeps a table as it is.
            CreateBackup(CreateBackupRequest) -> CreateBackupReply;
            /// Makes a global table of 2017, which the service does no more.
            CreateGlobalTable(CreateGlobalTableRequest) -> GlobalTableReply;
            /// Creates a table.
            CreateTable(CreateTableRequest) -> TableDescriptionReply;
            /// Deletes a backup.
            DeleteBackup(DeleteBackupRequest) -> BackupDescriptionReply;
            /// Deletes an item.
            DeleteItem(DeleteItemRequest) -> WriteReply;
            /// Removes the policy of a table or stream.
            DeleteResourcePolicy(DeleteResourcePolicyRequest) -> PolicyRevisionReply;
            /// Deletes a table and its items.
            DeleteTable(DeleteTableRequest) -> TableDescriptionReply;
            /// Describes a backup and the table that it is of.
            DescribeBackup(DescribeBackupRequest) -> BackupDescriptionReply;
            /// Describes a bulk put.
            DescribeBulkOperation(DescribeBulkOperationRequest) -> BulkOperationReply;
            /// Tells what can be recovered of a table.
            DescribeContinuousBackups(DescribeContinuousBackupsRequest) -> ContinuousBackupsReply;
            /// Tells whether the busiest keys of a table or index are counted.
            DescribeContributorInsights(DescribeContributorInsightsRequest) -> DescribeContributorInsightsReply;
            /// Tells the endpoints of the Region.
            DescribeEndpoints(DescribeEndpointsRequest) -> DescribeEndpointsReply;
            /// Describes an export.
            DescribeExport(DescribeExportRequest) -> ExportDescriptionReply;
            /// Describes a global table of 2017.
            DescribeGlobalTable(DescribeGlobalTableRequest) -> GlobalTableReply;
            /// Tells the settings of a global table of 2017.
            DescribeGlobalTableSettings(DescribeGlobalTableSettingsRequest) -> GlobalTableSettingsReply;
            /// Describes an import.
            DescribeImport(DescribeImportRequest) -> ImportTableDescriptionReply;
            /// Tells which Kinesis streams a table writes to.
            DescribeKinesisStreamingDestination(DescribeKinesisStreamingDestinationRequest) -> DescribeKinesisStreamingDestinationReply;
            /// Tells the account's limits.
            DescribeLimits(DescribeLimitsRequest) -> DescribeLimitsReply;
            /// Describes a stream and its shards.
            DescribeStream in Streams(DescribeStreamRequest) -> DescribeStreamReply;
            /// Describes a table.
            DescribeTable(DescribeTableRequest) -> DescribeTableReply;
            /// Tells how the throughput of replicas follows the load.
            DescribeTableReplicaAutoScaling(DescribeTableReplicaAutoScalingRequest) -> TableAutoScalingReply;
            /// Tells how the items of a table expire.
            DescribeTimeToLive(DescribeTimeToLiveRequest) -> DescribeTimeToLiveReply;
            /// Lets a table no longer write to a Kinesis stream.
            DisableKinesisStreamingDestination(DisableKinesisStreamingDestinationRequest) -> KinesisStreamingDestinationReply;
            /// Lets a table write to a Kinesis stream.
            EnableKinesisStreamingDestination(EnableKinesisStreamingDestinationRequest) -> KinesisStreamingDestinationReply;
            /// Executes a PartiQL statement.
            ExecuteStatement(ExecuteStatementRequest) -> ExecuteStatementReply;
            /// Executes PartiQL statements, all of them or none.
            ExecuteTransaction(ExecuteTransactionRequest) -> ExecuteTransactionReply;
            /// Exports a table to a bucket.
            ExportTableToPointInTime(ExportTableToPointInTimeRequest) -> ExportDescriptionReply;
            /// Reads an item by its key.
            GetItem(GetItemRequest) -> GetItemReply;
            /// Reads the records of a shard.
            GetRecords in Streams(GetRecordsRequest) -> GetRecordsReply;
            /// Reads the policy of a table or stream.
            GetResourcePolicy(GetResourcePolicyRequest) -> GetResourcePolicyReply;
            /// Tells where to begin to read a shard.
            GetShardIterator in Streams(GetShardIteratorRequest) -> GetShardIteratorReply;
            /// Imports a table from a bucket.
            ImportTable(ImportTableRequest) -> ImportTableDescriptionReply;
            /// Lists backups, of one table or of all.
            ListBackups(ListBackupsRequest) -> ListBackupsReply;
            /// Lists bulk puts.
            ListBulkOperations(ListBulkOperationsRequest) -> ListBulkOperationsReply;
            /// Lists the tables and indexes whose busiest keys are counted.
            ListContributorInsights(ListContributorInsightsRequest) -> ListContributorInsightsReply;
            /// Lists exports, of one table or of all.
            ListExports(ListExportsRequest) -> ListExportsReply;
            /// Lists the global tables of 2017.
            ListGlobalTables(ListGlobalTablesRequest) -> ListGlobalTablesReply;
            /// Lists imports, of one table or of all.
            ListImports(ListImportsRequest) -> ListImportsReply;
            /// Lists streams, of one table or of all.
            ListStreams in Streams(ListStreamsRequest) -> ListStreamsReply;
            /// Lists the names of tables.
            ListTables(ListTablesRequest) -> ListTablesReply;
            /// Lists the tags of a table.
            ListTagsOfResource(ListTagsOfResourceRequest) -> ListTagsOfResourceReply;
            /// Writes a whole item.
            PutItem(PutItemRequest) -> WriteReply;
            /// Gives a table or stream a policy.
            PutResourcePolicy(PutResourcePolicyRequest) -> PolicyRevisionReply;
            /// Reads the items of a partition, or a range of them.
            Query(QueryRequest) -> PageReply;
            /// Makes a table of a backup.
            RestoreTableFromBackup(RestoreTableFromBackupRequest) -> TableDescriptionReply;
            /// Makes a table of what another was.
            RestoreTableToPointInTime(RestoreTableToPointInTimeRequest) -> TableDescriptionReply;
            /// Reads the items of a table or index.
            Scan(ScanRequest) -> PageReply;
            /// Finds the items of a vector index that are most like a vector.
            SearchVectors(SearchVectorsRequest) -> SearchVectorsReply;
            /// Puts items from a bucket into a table.
            StartBulkPutItems(StartBulkPutItemsRequest) -> BulkOperationReply;
            /// Sets tags of a table.
            TagResource(TagResourceRequest) -> EmptyReply;
            /// Reads items by their keys, all at one moment.
            TransactGetItems(TransactGetItemsRequest) -> TransactGetItemsReply;
            /// Writes and checks items, all of them or none.
            TransactWriteItems(TransactWriteItemsRequest) -> TransactWriteItemsReply;
            /// Removes tags of a table.
            UntagResource(UntagResourceRequest) -> EmptyReply;
            /// Turns the recovery of a table on or off.
            UpdateContinuousBackups(UpdateContinuousBackupsRequest) -> ContinuousBackupsReply;
            /// Lets the busiest keys of a table or index be counted, or no longer.
            UpdateContributorInsights(UpdateContributorInsightsRequest) -> ContributorInsightsSummary;
            /// Changes the replicas of a global table of 2017.
            UpdateGlobalTable(UpdateGlobalTableRequest) -> GlobalTableReply;
            /// Changes the settings of a global table of 2017.
            UpdateGlobalTableSettings(UpdateGlobalTableSettingsRequest) -> GlobalTableSettingsReply;
            /// Changes an item, or creates it.
            UpdateItem(UpdateItemRequest) -> WriteReply;
            /// Changes how a table writes to a Kinesis stream.
            UpdateKinesisStreamingDestination(UpdateKinesisStreamingDestinationRequest) -> UpdateKinesisStreamingDestinationReply;
            /// Changes the settings and indexes of a table.
            UpdateTable(UpdateTableRequest) -> TableDescriptionReply;
            /// Lets the throughput of replicas follow the load.
            UpdateTableReplicaAutoScaling(UpdateTableReplicaAutoScalingRequest) -> TableAutoScalingReply;
            /// Sets how the items of a table expire.
            UpdateTimeToLive(UpdateTimeToLiveRequest) -> UpdateTimeToLiveReply;
        }
    };
}

pub(crate) use for_each_operation;

/// The two APIs of the service, which requests name in their target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Api {
    /// Tables and items.
    DynamoDb,
    /// Streams.
    Streams,
}

impl Api {
    /// The name and version of the API, as they stand in a request's target.
    #[must_use]
    pub fn target(self) -> &'static str {
        match self {
            Self::DynamoDb => "DynamoDB_20120810",
            Self::Streams => "DynamoDBStreams_20120810",
        }
    }
}

/// The API that stands behind an operation's name; DynamoDB's own if none does.
macro_rules! api_of {
    () => {
        Api::DynamoDb
    };
    ($api:ident) => {
        Api::$api
    };
}

macro_rules! define_operations {
    ($( $(#[$meta:meta])* $name:ident $(in $api:ident)? ($request:ty) -> $reply:ty; )*) => {
        /// An operation of the API.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Operation {
            $( $(#[$meta])* $name, )*
        }

        impl Operation {
            /// Every operation, by name.
            pub const ALL: &'static [Self] = &[ $( Self::$name, )* ];

            /// The name on the wire.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self { $( Self::$name => stringify!($name), )* }
            }

            /// The API that the operation belongs to.
            #[must_use]
            pub fn api(self) -> Api {
                match self { $( Self::$name => api_of!($($api)?), )* }
            }

            /// What a request looks like.
            #[must_use]
            pub fn request_outline(self) -> Outline {
                match self { $( Self::$name => <$request as Wire>::outline(), )* }
            }

            /// What an answer looks like.
            #[must_use]
            pub fn reply_outline(self) -> Outline {
                match self { $( Self::$name => <$reply as Wire>::outline(), )* }
            }

            /// The operation with this name, which is case-sensitive.
            #[must_use]
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $( stringify!($name) => Some(Self::$name), )* _ => None }
            }
        }

        /// A request as it was sent, typed.
        #[derive(Clone, Debug, PartialEq)]
        #[allow(clippy::large_enum_variant, reason = "a request is moved a few times and never stored in numbers")]
        pub enum Request {
            $( $(#[$meta])* $name($request), )*
        }

        impl Request {
            /// The operation that is asked for.
            #[must_use]
            pub fn operation(&self) -> Operation {
                match self { $( Self::$name(_) => Operation::$name, )* }
            }

            fn read_as(operation: Operation, reader: &mut Reader<'_>) -> Read<Self> {
                match operation { $( Operation::$name => read_whole(reader).map(Self::$name), )* }
            }

            /// Writes the body of the request.
            pub fn write(&self, writer: &mut Writer<'_>) {
                match self { $( Self::$name(request) => request.write(writer), )* }
            }
        }

        /// The answer to a request that succeeded.
        #[derive(Clone, Debug, PartialEq)]
        #[allow(clippy::large_enum_variant, reason = "a reply is moved a few times and never stored in numbers")]
        pub enum Reply {
            $( $(#[$meta])* $name($reply), )*
        }

        impl Reply {
            /// The operation that was asked for.
            #[must_use]
            pub fn operation(&self) -> Operation {
                match self { $( Self::$name(_) => Operation::$name, )* }
            }

            /// Reads the body of an answer, as another endpoint sends it.
            ///
            /// # Errors
            /// When the text is malformed or of another shape.
            pub fn read(operation: Operation, text: &str) -> Read<Self> {
                let mut reader = Reader::new(text);
                match operation { $( Operation::$name => read_whole(&mut reader).map(Self::$name), )* }
            }

            /// The reply of an operation that has this shape; none if the operation answers another.
            #[must_use]
            pub fn of<T: 'static>(operation: Operation, shape: T) -> Option<Self> {
                let shape: Box<dyn std::any::Any> = Box::new(shape);
                match operation { $( Operation::$name => shape.downcast().ok().map(|shape| Self::$name(*shape)), )* }
            }

            fn write_as(&self, writer: &mut Writer<'_>) {
                match self { $( Self::$name(reply) => reply.write(writer), )* }
            }
        }
    };
}

for_each_operation!(define_operations);

impl std::fmt::Display for Operation {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl Operation {
    /// What a request for the operation has in its `X-Amz-Target` header.
    #[must_use]
    pub fn target(self) -> String {
        format!("{}.{self}", self.api().target())
    }

    /// The operation that a target names, which is case-sensitive.
    #[must_use]
    pub fn from_target(target: &str) -> Option<Self> {
        let (api, name) = target.split_once('.')?;
        Self::from_name(name).filter(|operation| operation.api().target() == api)
    }
}

impl Request {
    /// Reads the body of a request, and tells which of the service's layers is to check it.
    ///
    /// # Errors
    /// When the text is malformed or of another shape.
    pub fn read(operation: Operation, text: &str) -> Read<(Self, Layer)> {
        let mut reader = Reader::new(text);
        let request = Self::read_as(operation, &mut reader)?;
        let layer = if reader.is_coerced() {
            Layer::Older
        } else {
            Layer::Current
        };
        Ok((request, layer))
    }
}

impl Reply {
    /// Appends the body of the HTTP response.
    pub fn write(&self, out: &mut Vec<u8>) {
        self.write_as(&mut Writer::new(out).with_number_sets(self.number_sets()));
    }

    /// The body of the HTTP response, to be written piece by piece.
    #[must_use]
    pub fn into_pieces(self) -> Pieces {
        Pieces::of(self)
    }

    /// The order in which the operation answers number sets.
    pub(super) fn number_sets(&self) -> NumberSetOrder {
        match self.operation() {
            Operation::BatchExecuteStatement
            | Operation::ExecuteStatement
            | Operation::ExecuteTransaction
            | Operation::GetRecords
            | Operation::Scan
            | Operation::TransactGetItems => NumberSetOrder::JavaHash,
            _ => NumberSetOrder::Ascending,
        }
    }

    /// Takes the items out of a page.
    pub(super) fn take_items(&mut self) -> Option<Vec<PackedItem>> {
        match self {
            Self::Query(page) | Self::Scan(page) => page.items.take(),
            _ => None,
        }
    }
}
