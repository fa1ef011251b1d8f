//! TransactWriteItems and TransactGetItems, and the reasons for which a transaction is cancelled.

use super::attributes::{Attributes, ItemArg};
use super::items::{ConsumedCapacity, ItemCollectionMetrics};
use crate::model::json::{Entries, Text, shape};
use crate::model::packed::PackedItem;
use crate::model::value::Item;

shape! {
    /// A request of TransactWriteItems.
    pub struct TransactWriteItemsRequest("TransactWriteItemsInput") {
        /// The actions, of which all happen or none.
        transact_items: Option<Vec<TransactWriteItem>> = "TransactItems",
        /// `NONE`, `TOTAL` or `INDEXES`.
        return_consumed_capacity: Option<Text> = "ReturnConsumedCapacity",
        /// `NONE` or `SIZE`.
        return_item_collection_metrics: Option<Text> = "ReturnItemCollectionMetrics",
        /// Makes the request idempotent for ten minutes.
        client_request_token: Option<Text> = "ClientRequestToken",
    }

    /// One action of a transaction: exactly one member is given. The members stand as the service echoes them.
    pub struct TransactWriteItem("TransactWriteItem") {
        /// A condition on an item that is not written.
        condition_check: Option<ConditionCheck> = "ConditionCheck",
        /// An item to put.
        put: Option<TransactPut> = "Put",
        /// An item to delete.
        delete: Option<TransactDelete> = "Delete",
        /// An item to change.
        update: Option<TransactUpdate> = "Update",
    }

    /// A condition on an item that is not written.
    pub struct ConditionCheck("ConditionCheck") {
        /// The key of the item.
        key: Option<ItemArg> = "Key",
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
        /// The condition.
        condition_expression: Option<Text> = "ConditionExpression",
        /// Names for `#` placeholders.
        expression_attribute_names: Option<Entries<Text>> = "ExpressionAttributeNames",
        /// Values for `:` placeholders.
        expression_attribute_values: Option<Attributes> = "ExpressionAttributeValues",
        /// `NONE` or `ALL_OLD`.
        return_values_on_condition_check_failure: Option<Text> = "ReturnValuesOnConditionCheckFailure",
    }

    /// A put of a transaction.
    pub struct TransactPut("Put") {
        /// The item.
        item: Option<ItemArg> = "Item",
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
        /// The condition.
        condition_expression: Option<Text> = "ConditionExpression",
        /// Names for `#` placeholders.
        expression_attribute_names: Option<Entries<Text>> = "ExpressionAttributeNames",
        /// Values for `:` placeholders.
        expression_attribute_values: Option<Attributes> = "ExpressionAttributeValues",
        /// `NONE` or `ALL_OLD`.
        return_values_on_condition_check_failure: Option<Text> = "ReturnValuesOnConditionCheckFailure",
    }

    /// A delete of a transaction.
    pub struct TransactDelete("Delete") {
        /// The key of the item.
        key: Option<ItemArg> = "Key",
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
        /// The condition.
        condition_expression: Option<Text> = "ConditionExpression",
        /// Names for `#` placeholders.
        expression_attribute_names: Option<Entries<Text>> = "ExpressionAttributeNames",
        /// Values for `:` placeholders.
        expression_attribute_values: Option<Attributes> = "ExpressionAttributeValues",
        /// `NONE` or `ALL_OLD`.
        return_values_on_condition_check_failure: Option<Text> = "ReturnValuesOnConditionCheckFailure",
    }

    /// An update of a transaction.
    pub struct TransactUpdate("Update") {
        /// The key of the item.
        key: Option<ItemArg> = "Key",
        /// The changes.
        update_expression: Option<Text> = "UpdateExpression",
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
        /// The condition.
        condition_expression: Option<Text> = "ConditionExpression",
        /// Names for `#` placeholders.
        expression_attribute_names: Option<Entries<Text>> = "ExpressionAttributeNames",
        /// Values for `:` placeholders.
        expression_attribute_values: Option<Attributes> = "ExpressionAttributeValues",
        /// `NONE` or `ALL_OLD`.
        return_values_on_condition_check_failure: Option<Text> = "ReturnValuesOnConditionCheckFailure",
    }

    /// An answer of TransactWriteItems.
    pub struct TransactWriteItemsReply("TransactWriteItemsOutput") {
        /// What the actions cost, by table.
        consumed_capacity: Option<Vec<ConsumedCapacity>> = "ConsumedCapacity",
        /// Sizes of the item collections that were written, by table.
        item_collection_metrics: Option<Entries<Vec<ItemCollectionMetrics>>> = "ItemCollectionMetrics",
    }

    /// A request of TransactGetItems.
    pub struct TransactGetItemsRequest("TransactGetItemsInput") {
        /// The reads, which all see one state.
        transact_items: Option<Vec<TransactGetItem>> = "TransactItems",
        /// `NONE`, `TOTAL` or `INDEXES`.
        return_consumed_capacity: Option<Text> = "ReturnConsumedCapacity",
    }

    /// One read of a transaction.
    pub struct TransactGetItem("TransactGetItem") {
        /// The item to read.
        get: Option<TransactGet> = "Get",
    }

    /// An item to read.
    pub struct TransactGet("Get") {
        /// The key of the item.
        key: Option<ItemArg> = "Key",
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
        /// Paths to return.
        projection_expression: Option<Text> = "ProjectionExpression",
        /// Names for `#` placeholders.
        expression_attribute_names: Option<Entries<Text>> = "ExpressionAttributeNames",
    }

    /// An answer of TransactGetItems.
    pub struct TransactGetItemsReply("TransactGetItemsOutput") {
        /// What the reads cost, by table.
        consumed_capacity: Option<Vec<ConsumedCapacity>> = "ConsumedCapacity",
        /// What was found, in the order of the request.
        responses: Vec<ItemResponse> = "Responses",
    }

    /// What one read found.
    pub struct ItemResponse("ItemResponse") {
        /// The item, projected; absent if there is none, or nothing of it was asked for.
        item: Option<PackedItem> = "Item",
    }

    /// Why one action let its transaction be cancelled, or that it did not.
    pub struct CancellationReason("CancellationReason") {
        /// One of the codes of [`CancellationCode`](crate::model::CancellationCode).
        code: Option<Text> = "Code",
        /// The item that a failed condition met, if that was asked for.
        item: Option<Item> = "Item",
        /// The words; an action that is not to blame has none.
        message: Option<Text> = "Message",
    }
}
