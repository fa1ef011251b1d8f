//! Query and Scan.

use super::attributes::{Attributes, ItemArg};
use super::items::{Condition, ConsumedCapacity};
use crate::model::json::{Entries, Text, shape};
use crate::model::packed::PackedItem;
use crate::model::value::Item;

shape! {
    /// A request of Query.
    pub struct QueryRequest("QueryInput") {
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
        /// The index to read.
        index_name: Option<Text> = "IndexName",
        /// What to return of the items.
        select: Option<Text> = "Select",
        /// Legacy: names of attributes to return.
        attributes_to_get: Option<Vec<Text>> = "AttributesToGet",
        /// The most items to evaluate.
        limit: Option<i32> = "Limit",
        /// Whether the read is strongly consistent.
        consistent_read: Option<bool> = "ConsistentRead",
        /// Legacy: conditions on the key.
        key_conditions: Option<Entries<Condition>> = "KeyConditions",
        /// Legacy: conditions on other attributes.
        query_filter: Option<Entries<Condition>> = "QueryFilter",
        /// Legacy: how `QueryFilter` is joined.
        conditional_operator: Option<Text> = "ConditionalOperator",
        /// Ascending (the default) or descending.
        scan_index_forward: Option<bool> = "ScanIndexForward",
        /// The last key of the page before.
        exclusive_start_key: Option<ItemArg> = "ExclusiveStartKey",
        /// `NONE`, `TOTAL` or `INDEXES`.
        return_consumed_capacity: Option<Text> = "ReturnConsumedCapacity",
        /// Paths to return.
        projection_expression: Option<Text> = "ProjectionExpression",
        /// A condition that items must meet to be returned.
        filter_expression: Option<Text> = "FilterExpression",
        /// The condition on the key.
        key_condition_expression: Option<Text> = "KeyConditionExpression",
        /// Names for `#` placeholders.
        expression_attribute_names: Option<Entries<Text>> = "ExpressionAttributeNames",
        /// Values for `:` placeholders.
        expression_attribute_values: Option<Attributes> = "ExpressionAttributeValues",
    }

    /// A request of Scan.
    pub struct ScanRequest("ScanInput") {
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
        /// The index to read.
        index_name: Option<Text> = "IndexName",
        /// Legacy: names of attributes to return.
        attributes_to_get: Option<Vec<Text>> = "AttributesToGet",
        /// The most items to evaluate.
        limit: Option<i32> = "Limit",
        /// What to return of the items.
        select: Option<Text> = "Select",
        /// Legacy: conditions on attributes.
        scan_filter: Option<Entries<Condition>> = "ScanFilter",
        /// Legacy: how `ScanFilter` is joined.
        conditional_operator: Option<Text> = "ConditionalOperator",
        /// The last key of the page before.
        exclusive_start_key: Option<ItemArg> = "ExclusiveStartKey",
        /// `NONE`, `TOTAL` or `INDEXES`.
        return_consumed_capacity: Option<Text> = "ReturnConsumedCapacity",
        /// How many parts a parallel scan has.
        total_segments: Option<i32> = "TotalSegments",
        /// Which part to read, from 0.
        segment: Option<i32> = "Segment",
        /// Paths to return.
        projection_expression: Option<Text> = "ProjectionExpression",
        /// A condition that items must meet to be returned.
        filter_expression: Option<Text> = "FilterExpression",
        /// Names for `#` placeholders.
        expression_attribute_names: Option<Entries<Text>> = "ExpressionAttributeNames",
        /// Values for `:` placeholders.
        expression_attribute_values: Option<Attributes> = "ExpressionAttributeValues",
        /// Whether the read is strongly consistent.
        consistent_read: Option<bool> = "ConsistentRead",
    }

    /// An answer of Query and Scan.
    pub struct PageReply("QueryOutput") {
        /// The items; absent if only their count was asked for.
        items: Option<Vec<PackedItem>> = "Items",
        /// How many items passed the filter.
        count: i32 = "Count",
        /// How many items were evaluated.
        scanned_count: i32 = "ScannedCount",
        /// The key of the last item that was evaluated, if there may be more.
        last_evaluated_key: Option<Item> = "LastEvaluatedKey",
        /// What the read cost.
        consumed_capacity: Option<ConsumedCapacity> = "ConsumedCapacity",
    }
}
