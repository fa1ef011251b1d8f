//! BatchGetItem and BatchWriteItem.

use super::attributes::ItemArg;
use super::items::{ConsumedCapacity, ItemCollectionMetrics};
use crate::model::json::{Entries, Text, shape};
use crate::model::packed::PackedItem;

shape! {
    /// A request of BatchGetItem.
    pub struct BatchGetItemRequest("BatchGetItemInput") {
        /// Keys by table.
        request_items: Option<Entries<KeysAndAttributes>> = "RequestItems",
        /// `NONE`, `TOTAL` or `INDEXES`.
        return_consumed_capacity: Option<Text> = "ReturnConsumedCapacity",
    }

    /// What to read from one table. The members stand by name, as the service echoes them.
    pub struct KeysAndAttributes("KeysAndAttributes") {
        /// Legacy: names of attributes to return.
        attributes_to_get: Option<Vec<Text>> = "AttributesToGet",
        /// Whether the reads are strongly consistent.
        consistent_read: Option<bool> = "ConsistentRead",
        /// Names for `#` placeholders.
        expression_attribute_names: Option<Entries<Text>> = "ExpressionAttributeNames",
        /// The keys of the items.
        keys: Option<Vec<ItemArg>> = "Keys",
        /// Paths to return.
        projection_expression: Option<Text> = "ProjectionExpression",
    }

    /// An answer of BatchGetItem.
    pub struct BatchGetItemReply("BatchGetItemOutput") {
        /// The items that were found, by table.
        responses: Entries<Vec<PackedItem>> = "Responses",
        /// What was not read and should be asked for again.
        unprocessed_keys: Entries<KeysAndAttributes> = "UnprocessedKeys",
        /// What the reads cost, by table.
        consumed_capacity: Option<Vec<ConsumedCapacity>> = "ConsumedCapacity",
    }

    /// A request of BatchWriteItem.
    pub struct BatchWriteItemRequest("BatchWriteItemInput") {
        /// Writes by table.
        request_items: Option<Entries<Vec<WriteRequest>>> = "RequestItems",
        /// `NONE`, `TOTAL` or `INDEXES`.
        return_consumed_capacity: Option<Text> = "ReturnConsumedCapacity",
        /// `NONE` or `SIZE`.
        return_item_collection_metrics: Option<Text> = "ReturnItemCollectionMetrics",
    }

    /// One write of a batch: either a put or a delete.
    pub struct WriteRequest("WriteRequest") {
        /// An item to put.
        put_request: Option<PutRequest> = "PutRequest",
        /// An item to delete.
        delete_request: Option<DeleteRequest> = "DeleteRequest",
    }

    /// A put of a batch.
    pub struct PutRequest("PutRequest") {
        /// The item.
        item: Option<ItemArg> = "Item",
    }

    /// A delete of a batch.
    pub struct DeleteRequest("DeleteRequest") {
        /// The key of the item.
        key: Option<ItemArg> = "Key",
    }

    /// An answer of BatchWriteItem.
    pub struct BatchWriteItemReply("BatchWriteItemOutput") {
        /// What was not written and should be sent again.
        unprocessed_items: Entries<Vec<WriteRequest>> = "UnprocessedItems",
        /// Sizes of the item collections that were written, by table.
        item_collection_metrics: Option<Entries<Vec<ItemCollectionMetrics>>> = "ItemCollectionMetrics",
        /// What the writes cost, by table.
        consumed_capacity: Option<Vec<ConsumedCapacity>> = "ConsumedCapacity",
    }
}
