//! Checks of request members that several operations share: names, words, and which parameters go together.
//!
//! Order and words: observed-validation.md §10, §11, §14. Each function states one line of an operation's list; the operation states the
//! order.

use super::names::is_arn;
use super::violations::{TABLE_NAME, Violations, sets};
use super::wording::Wording;
use crate::model::ApiError;
use crate::model::json::{Entries, Text};

/// Whether a member was sent, under its name on the wire.
pub(crate) type Sent = (&'static str, bool);

/// An empty table name, which is reported alone and before all else.
pub(crate) fn check_empty_table_name(name: Option<&Text>) -> Result<(), ApiError> {
    let mut violations = Violations::default();
    violations.unechoed("TableName", name).length_at_least(1);
    violations.refuse()
}

/// States the table name: absent, or the first broken constraint of a plain name.
pub(crate) fn state_table_name(violations: &mut Violations, name: Option<&Text>) {
    if name.is_some_and(|name| is_arn(name)) {
        return;
    }
    let member = violations.echoed("tableName", name).first_only().required();
    member.length_at_least(3).length_at_most(255).pattern(&TABLE_NAME);
}

/// States `ReturnConsumedCapacity`.
pub(crate) fn state_return_consumed_capacity(violations: &mut Violations, word: Option<&Text>) {
    violations.echoed("returnConsumedCapacity", word).one_of(sets::RETURN_CONSUMED_CAPACITY);
}

/// States `ReturnItemCollectionMetrics`.
pub(crate) fn state_return_item_collection_metrics(violations: &mut Violations, word: Option<&Text>) {
    violations.echoed("returnItemCollectionMetrics", word).one_of(sets::RETURN_ITEM_COLLECTION_METRICS);
}

/// Refuses expression parameters beside legacy ones.
pub(crate) fn check_mixing(wording: &Wording, legacy: &[Sent], expressions: &[Sent]) -> Result<(), ApiError> {
    let is_any = |members: &[Sent]| members.iter().any(|(_, sent)| *sent);
    if !is_any(legacy) || !is_any(expressions) {
        return Ok(());
    }
    let listed = |members: &[Sent]| {
        members.iter().filter(|(_, sent)| *sent).map(|(name, _)| *name).collect::<Vec<_>>().join(", ")
    };
    Err(wording.shape(format!(
        "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: {{{}}} Expression \
         parameters: {{{}}}",
        listed(legacy),
        listed(expressions)
    )))
}

/// Refuses a `ConditionalOperator` that joins fewer than two conditions, or is neither AND nor OR.
pub(crate) fn check_conditional_operator<T>(
    wording: &Wording,
    operator: Option<&Text>,
    conditions: Option<&Entries<T>>,
) -> Result<(), ApiError> {
    let Some(operator) = operator else {
        return Ok(());
    };
    match conditions.map_or(0, Entries::len) {
        0 => Err(wording.shape("ConditionalOperator cannot be used without Filter or Expected")),
        1 => Err(wording.shape("ConditionalOperator can only be used when Filter or Expected has two or more elements")),
        _ if matches!(operator.as_str(), "AND" | "OR") => Ok(()),
        _ => Err(wording.shape("Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]")),
    }
}

/// Refuses names of attributes that stand twice in `AttributesToGet`.
pub(crate) fn check_attributes_to_get(names: Option<&Vec<Text>>) -> Result<(), ApiError> {
    let names = names.map(Vec::as_slice).unwrap_or_default();
    let repeated = names.iter().enumerate().find(|(at, name)| names[..*at].contains(name));
    repeated.map_or(Ok(()), |(_, name)| {
        Err(ApiError::validation(format!("One or more parameter values were invalid: Duplicate value in attribute name: {name}")))
    })
}

/// Refuses an empty name in `AttributesToGet`.
pub(crate) fn check_empty_attribute_to_get(names: Option<&Vec<Text>>) -> Result<(), ApiError> {
    match names.is_some_and(|names| names.iter().any(|name| name.is_empty())) {
        true => Err(ApiError::validation(crate::model::fault::FaultKind::EmptyName)),
        false => Ok(()),
    }
}
