//! `Expected`: the conditions of writes.

use super::super::Condition;
use super::super::ast;
use super::conditions::{ComparisonOperator, values_of};
use super::{ExpectedError, Join, LegacyError, program, visible};
use crate::model::Value;
use crate::model::json::{Entries, Text};
use crate::model::wire::{ExpectedAttributeValue, Flag};

/// Lowers `Expected`; `None` when it has no conditions.
///
/// # Errors
/// The first refusal, attribute by attribute.
pub fn expected(conditions: &Entries<ExpectedAttributeValue>, join: Join) -> Result<Option<Condition>, LegacyError> {
    expected_tree(conditions, join).map(program)
}

/// The tree of `Expected`.
///
/// # Errors
/// As [`expected`].
pub fn expected_tree(
    conditions: &Entries<ExpectedAttributeValue>,
    join: Join,
) -> Result<Option<ast::Condition>, LegacyError> {
    let trees = visible(conditions)
        .into_iter()
        .map(|(attribute, entry)| tree(attribute, entry));
    Ok(join.tree(trees.collect::<Result<_, _>>()?))
}

fn tree(attribute: &Text, entry: &ExpectedAttributeValue) -> Result<ast::Condition, LegacyError> {
    let refuse = |error| Err(LegacyError::Expected(error, attribute.clone()));
    let value = entry.value.as_ref().map(|arg| &arg.value);
    let list = entry.attribute_value_list.as_ref();
    match &entry.comparison_operator {
        Some(_) if entry.exists.is_some() => refuse(ExpectedError::ExistsAndComparison),
        _ if value.is_some() && list.is_some() => refuse(ExpectedError::ValueAndList),
        None if list.is_some() => refuse(ExpectedError::ListAlone),
        Some(operator) => {
            let operator = ComparisonOperator::read(operator)?;
            if value.is_none() && list.is_none() && !operator.is_unary() {
                return refuse(ExpectedError::ComparisonAlone(operator));
            }
            compared(
                attribute,
                operator,
                value.map_or_else(|| values_of(list), |value| vec![value]),
            )
        }
        None => match (entry.exists, value) {
            (Some(Flag(false)), Some(_)) => refuse(ExpectedError::ValueOfAbsent),
            (Some(Flag(false)), None) => compared(attribute, ComparisonOperator::Null, Vec::new()),
            (Some(Flag(true)), None) => refuse(ExpectedError::ExistsWithoutValue),
            (None, None) => refuse(ExpectedError::Empty),
            (_, Some(value)) => compared(attribute, ComparisonOperator::Eq, vec![value]),
        },
    }
}

fn compared(
    attribute: &Text,
    operator: ComparisonOperator,
    values: Vec<&Value>,
) -> Result<ast::Condition, LegacyError> {
    operator.check_count(values.len())?;
    operator.check_values(&values)?;
    Ok(operator.condition(attribute, &values))
}
