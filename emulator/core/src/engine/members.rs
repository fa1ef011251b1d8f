//! Checks of request members that several operations share.
//!
//! Order and words: observed-validation.md §10, §11, §14. Each function states one line of an operation's list; the operation states the
//! order.

use super::names::{NAME_LENGTH, is_arn};
use super::violations::{TABLE_NAME, Violations, sets};
use crate::model::ApiError;
use crate::model::fault::FaultKind;
use crate::model::json::Text;

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
    violations
        .echoed("tableName", name)
        .pattern(&TABLE_NAME)
        .length_at_least(3)
        .length_at_most(255);
}

/// States the table name as the older layer does: with every broken constraint of a plain name, or that it is absent.
pub(crate) fn state_older_table_name(violations: &mut Violations, name: Option<&Text>) {
    violations.echoed("tableName", name).required();
    state_full_table_name(violations, name);
}

/// The most names of a page of tables or streams, which is also how many a page has by default.
pub(crate) const PAGE_MAX: i32 = 100;

/// States the members of a listing: the name of a table at a path, and how many are wanted.
pub(crate) fn state_listing(violations: &mut Violations, path: &str, name: Option<&Text>, limit: Option<&i32>) {
    let (least, most) = NAME_LENGTH;
    let name = violations.echoed(path, name).pattern(&TABLE_NAME);
    name.length_at_least(least).length_at_most(most);
    violations.echoed("limit", limit).at_least(1).at_most(PAGE_MAX.into());
}

/// States `ConditionalOperator`, which the older layer checks with the members.
pub(crate) fn state_conditional_operator(violations: &mut Violations, word: Option<&Text>) {
    violations
        .echoed("conditionalOperator", word)
        .one_of(sets::CONDITIONAL_OPERATOR);
}

/// States `ReturnConsumedCapacity`.
pub(crate) fn state_return_consumed_capacity(violations: &mut Violations, word: Option<&Text>) {
    violations
        .echoed("returnConsumedCapacity", word)
        .one_of(sets::RETURN_CONSUMED_CAPACITY);
}

/// States `ReturnItemCollectionMetrics`.
pub(crate) fn state_return_item_collection_metrics(violations: &mut Violations, word: Option<&Text>) {
    violations
        .echoed("returnItemCollectionMetrics", word)
        .one_of(sets::RETURN_ITEM_COLLECTION_METRICS);
}

/// Refuses a name in `AttributesToGet` that is empty or too long.
pub(crate) fn check_attribute_to_get_names(names: Option<&Vec<Text>>) -> Result<(), ApiError> {
    let fault = names.into_iter().flatten().find_map(|name| FaultKind::of_name(name));
    fault.map_or(Ok(()), |fault| Err(ApiError::validation(fault)))
}
