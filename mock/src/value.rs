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

/// An item from the SDK.
///
/// # Errors
/// When a value is none of DynamoDB's.
pub(crate) fn from_sdk_item(item: &Item) -> Result<model::Item, String> {
    let attributes = item
        .iter()
        .map(|(name, value)| Ok((name.as_str().into(), from_sdk(value)?)));
    Ok(attributes
        .collect::<Result<Vec<(model::Name, model::Value)>, String>>()?
        .into())
}

fn from_sdk(value: &AttributeValue) -> Result<model::Value, String> {
    use model::Value;
    let number = |text: &String| model::Number::parse(text).map_err(|fault| format!("{text}: {fault}"));
    let bytes = |blob: &Blob| model::Binary::from(blob.as_ref());
    fn set<T: Ord + Clone>(members: Vec<T>) -> Result<model::Set<T>, String> {
        model::Set::new(members).ok_or_else(|| "a set is not empty and has no member twice".to_owned())
    }
    Ok(match value {
        AttributeValue::S(text) => Value::string(text.as_str()),
        AttributeValue::N(text) => Value::N(number(text)?),
        AttributeValue::B(blob) => Value::B(bytes(blob)),
        AttributeValue::Bool(is_true) => Value::Bool(*is_true),
        AttributeValue::Null(_) => Value::Null,
        AttributeValue::Ss(texts) => Value::Ss(set(texts.iter().map(model::Name::from).collect())?),
        AttributeValue::Ns(texts) => Value::Ns(set(texts.iter().map(number).collect::<Result<_, _>>()?)?),
        AttributeValue::Bs(blobs) => Value::Bs(set(blobs.iter().map(bytes).collect())?),
        AttributeValue::L(values) => Value::L(values.iter().map(from_sdk).collect::<Result<Vec<_>, _>>()?.into()),
        AttributeValue::M(map) => Value::M(from_sdk_item(map)?),
        other => return Err(format!("{other:?} is no value that this engine knows")),
    })
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
