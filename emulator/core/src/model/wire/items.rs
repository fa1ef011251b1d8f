//! GetItem, PutItem, UpdateItem, DeleteItem, and what they share: expected values, updates, consumed capacity, collection metrics.

use super::attributes::{AttributeArg, Attributes, ItemArg};
use super::vectors::VectorCapacity;
use crate::model::json::{Entries, Place, Read, Reader, Text, Wire, Writer, read_boolean, shape};
use crate::model::packed::PackedItem;
use crate::model::value::Item;

shape! {
    /// A request of GetItem.
    pub struct GetItemRequest("GetItemInput") {
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
        /// The key of the item.
        key: Option<ItemArg> = "Key",
        /// Legacy: names of attributes to return.
        attributes_to_get: Option<Vec<Text>> = "AttributesToGet",
        /// Whether the read is strongly consistent.
        consistent_read: Option<bool> = "ConsistentRead",
        /// `NONE`, `TOTAL` or `INDEXES`.
        return_consumed_capacity: Option<Text> = "ReturnConsumedCapacity",
        /// Paths to return.
        projection_expression: Option<Text> = "ProjectionExpression",
        /// Names for `#` placeholders.
        expression_attribute_names: Option<Entries<Text>> = "ExpressionAttributeNames",
    }

    /// An answer of GetItem.
    pub struct GetItemReply("GetItemOutput") {
        /// The item, projected; absent if there is none.
        item: Option<PackedItem> = "Item",
        /// What the read cost.
        consumed_capacity: Option<ConsumedCapacity> = "ConsumedCapacity",
    }

    /// A request of PutItem.
    pub struct PutItemRequest("PutItemInput") {
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
        /// The item.
        item: Option<ItemArg> = "Item",
        /// Legacy: conditions by attribute.
        expected: Option<Entries<ExpectedAttributeValue>> = "Expected",
        /// `NONE` or `ALL_OLD`.
        return_values: Option<Text> = "ReturnValues",
        /// `NONE`, `TOTAL` or `INDEXES`.
        return_consumed_capacity: Option<Text> = "ReturnConsumedCapacity",
        /// `NONE` or `SIZE`.
        return_item_collection_metrics: Option<Text> = "ReturnItemCollectionMetrics",
        /// Legacy: how `Expected` is joined.
        conditional_operator: Option<Text> = "ConditionalOperator",
        /// The condition.
        condition_expression: Option<Text> = "ConditionExpression",
        /// Names for `#` placeholders.
        expression_attribute_names: Option<Entries<Text>> = "ExpressionAttributeNames",
        /// Values for `:` placeholders.
        expression_attribute_values: Option<Attributes> = "ExpressionAttributeValues",
        /// `NONE` or `ALL_OLD`.
        return_values_on_condition_check_failure: Option<Text> = "ReturnValuesOnConditionCheckFailure",
    }

    /// A request of DeleteItem.
    pub struct DeleteItemRequest("DeleteItemInput") {
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
        /// The key of the item.
        key: Option<ItemArg> = "Key",
        /// Legacy: conditions by attribute.
        expected: Option<Entries<ExpectedAttributeValue>> = "Expected",
        /// Legacy: how `Expected` is joined.
        conditional_operator: Option<Text> = "ConditionalOperator",
        /// `NONE` or `ALL_OLD`.
        return_values: Option<Text> = "ReturnValues",
        /// `NONE`, `TOTAL` or `INDEXES`.
        return_consumed_capacity: Option<Text> = "ReturnConsumedCapacity",
        /// `NONE` or `SIZE`.
        return_item_collection_metrics: Option<Text> = "ReturnItemCollectionMetrics",
        /// The condition.
        condition_expression: Option<Text> = "ConditionExpression",
        /// Names for `#` placeholders.
        expression_attribute_names: Option<Entries<Text>> = "ExpressionAttributeNames",
        /// Values for `:` placeholders.
        expression_attribute_values: Option<Attributes> = "ExpressionAttributeValues",
        /// `NONE` or `ALL_OLD`.
        return_values_on_condition_check_failure: Option<Text> = "ReturnValuesOnConditionCheckFailure",
    }

    /// A request of UpdateItem.
    pub struct UpdateItemRequest("UpdateItemInput") {
        /// The table's name or ARN.
        table_name: Option<Text> = "TableName",
        /// The key of the item.
        key: Option<ItemArg> = "Key",
        /// Legacy: changes by attribute.
        attribute_updates: Option<Entries<AttributeValueUpdate>> = "AttributeUpdates",
        /// Legacy: conditions by attribute.
        expected: Option<Entries<ExpectedAttributeValue>> = "Expected",
        /// Legacy: how `Expected` is joined.
        conditional_operator: Option<Text> = "ConditionalOperator",
        /// `NONE`, `ALL_OLD`, `UPDATED_OLD`, `ALL_NEW` or `UPDATED_NEW`.
        return_values: Option<Text> = "ReturnValues",
        /// `NONE`, `TOTAL` or `INDEXES`.
        return_consumed_capacity: Option<Text> = "ReturnConsumedCapacity",
        /// `NONE` or `SIZE`.
        return_item_collection_metrics: Option<Text> = "ReturnItemCollectionMetrics",
        /// The changes.
        update_expression: Option<Text> = "UpdateExpression",
        /// The condition.
        condition_expression: Option<Text> = "ConditionExpression",
        /// Names for `#` placeholders.
        expression_attribute_names: Option<Entries<Text>> = "ExpressionAttributeNames",
        /// Values for `:` placeholders.
        expression_attribute_values: Option<Attributes> = "ExpressionAttributeValues",
        /// `NONE` or `ALL_OLD`.
        return_values_on_condition_check_failure: Option<Text> = "ReturnValuesOnConditionCheckFailure",
    }

    /// An answer of PutItem, UpdateItem and DeleteItem.
    pub struct WriteReply("PutItemOutput") {
        /// What `ReturnValues` asked for.
        attributes: Option<PackedItem> = "Attributes",
        /// What the write cost.
        consumed_capacity: Option<ConsumedCapacity> = "ConsumedCapacity",
        /// The size of the item collection, on tables with a local secondary index.
        item_collection_metrics: Option<ItemCollectionMetrics> = "ItemCollectionMetrics",
    }

    /// Legacy: a condition on one attribute of a write.
    pub struct ExpectedAttributeValue("ExpectedAttributeValue") {
        /// The value to compare with.
        value: Option<AttributeArg> = "Value",
        /// Whether the attribute is to exist.
        exists: Option<Flag> = "Exists",
        /// The comparison.
        comparison_operator: Option<Text> = "ComparisonOperator",
        /// The values to compare with.
        attribute_value_list: Option<Vec<AttributeArg>> = "AttributeValueList",
    }

    /// Legacy: a condition on one attribute of a read.
    pub struct Condition("Condition") {
        /// The values to compare with.
        attribute_value_list: Option<Vec<AttributeArg>> = "AttributeValueList",
        /// The comparison.
        comparison_operator: Option<Text> = "ComparisonOperator",
    }

    /// Legacy: a change of one attribute.
    pub struct AttributeValueUpdate("AttributeValueUpdate") {
        /// The operand.
        value: Option<AttributeArg> = "Value",
        /// `PUT`, `ADD` or `DELETE`.
        action: Option<Text> = "Action",
    }

    /// What a request cost at one table.
    pub struct ConsumedCapacity("ConsumedCapacity") {
        /// The table's name, or its ARN if the request used that.
        table_name: Option<Text> = "TableName",
        /// All units.
        capacity_units: Option<f64> = "CapacityUnits",
        /// Read units; of transactions only.
        read_capacity_units: Option<f64> = "ReadCapacityUnits",
        /// Write units; of transactions only.
        write_capacity_units: Option<f64> = "WriteCapacityUnits",
        /// Units at the table itself.
        table: Option<Capacity> = "Table",
        /// Units by local secondary index.
        local_secondary_indexes: Option<Entries<Capacity>> = "LocalSecondaryIndexes",
        /// Units by global secondary index.
        global_secondary_indexes: Option<Entries<Capacity>> = "GlobalSecondaryIndexes",
        /// Bytes by vector index.
        vector_indexes: Option<Entries<VectorCapacity>> = "VectorIndexes",
    }

    /// Units at a table or an index.
    pub struct Capacity("Capacity") {
        /// Read units; of transactions only.
        read_capacity_units: Option<f64> = "ReadCapacityUnits",
        /// Write units; of transactions only.
        write_capacity_units: Option<f64> = "WriteCapacityUnits",
        /// All units.
        capacity_units: Option<f64> = "CapacityUnits",
    }

    /// The size of the items with one partition key.
    pub struct ItemCollectionMetrics("ItemCollectionMetrics") {
        /// The partition key.
        item_collection_key: Option<Item> = "ItemCollectionKey",
        /// Lower and upper bound in gigabytes.
        size_estimate_range_gb: Option<Vec<f64>> = "SizeEstimateRangeGB",
    }
}

/// A boolean of a legacy condition, whose spelling as a word sends the request to the older layer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flag(pub bool);

impl Wire for Flag {
    fn java_type() -> String {
        bool::java_type()
    }

    fn read(reader: &mut Reader<'_>, _: Place) -> Read<Self> {
        let mut coerced = false;
        let value = read_boolean(reader, &mut coerced)?;
        if coerced {
            reader.note_coercion();
        }
        Ok(Self(value))
    }

    fn write(&self, writer: &mut Writer<'_>) {
        writer.boolean(self.0);
    }
}
