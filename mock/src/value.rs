//! Values between the engine's form and the SDK's.

use aws_sdk_dynamodb::primitives::Blob;
use aws_sdk_dynamodb::types::AttributeValue;
use stator_core::model;

use crate::table::Item;

/// An item for the SDK.
pub(crate) fn to_sdk_item(item: &model::Item) -> Item {
    item.iter()
        .map(|(name, value)| (name.to_string(), to_sdk(value)))
        .collect()
}

fn to_sdk(value: &model::Value) -> AttributeValue {
    use model::Value;
    match value {
        Value::S(text) => AttributeValue::S(text.to_string()),
        Value::N(number) => AttributeValue::N(number.to_string()),
        Value::B(bytes) => AttributeValue::B(Blob::new(bytes.as_ref())),
        Value::Bool(is_true) => AttributeValue::Bool(*is_true),
        Value::Null => AttributeValue::Null(true),
        Value::Ss(texts) => AttributeValue::Ss(texts.iter().map(ToString::to_string).collect()),
        Value::Ns(numbers) => AttributeValue::Ns(numbers.iter().map(ToString::to_string).collect()),
        Value::Bs(all) => AttributeValue::Bs(all.iter().map(|bytes| Blob::new(bytes.as_ref())).collect()),
        Value::L(values) => AttributeValue::L(values.iter().map(to_sdk).collect()),
        Value::M(map) => AttributeValue::M(to_sdk_item(map)),
    }
}
