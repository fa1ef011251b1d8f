//! Checks of request members that several operations share: names, words, and which parameters go together.
//!
//! Order and words: observed-validation.md §10, §11, §14. Each function states one line of an operation's list; the operation states the
//! order.

use super::names::is_arn;
use super::violations::{TABLE_NAME, Violations, sets};
use super::wording::Wording;
use crate::model::ApiError;
use crate::model::json::{Entries, Text};

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

/// States the table name with every broken constraint of a plain name, as UpdateItem lists them.
pub(crate) fn state_full_table_name(violations: &mut Violations, name: Option<&Text>) {
    if name.is_some_and(|name| is_arn(name)) {
        return;
    }
    violations.echoed("tableName", name).pattern(&TABLE_NAME).length_at_least(3).length_at_most(255);
}

/// States `ReturnConsumedCapacity`.
pub(crate) fn state_return_consumed_capacity(violations: &mut Violations, word: Option<&Text>) {
    violations.echoed("returnConsumedCapacity", word).one_of(sets::RETURN_CONSUMED_CAPACITY);
}

/// States `ReturnItemCollectionMetrics`.
pub(crate) fn state_return_item_collection_metrics(violations: &mut Violations, word: Option<&Text>) {
    violations.echoed("returnItemCollectionMetrics", word).one_of(sets::RETURN_ITEM_COLLECTION_METRICS);
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
