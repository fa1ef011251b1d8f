//! Parameters of a time before expressions: Expected, QueryFilter, ScanFilter, KeyConditions, AttributeUpdates, AttributesToGet and
//! ConditionalOperator (observed-expressions.md §20, observed-validation.md §12).
//!
//! They become the same trees and programs as expressions, after checks of their own, never text. What is wrong with the values inside
//! them (`faults_of_…`) is reported by the operations, which look for it before anything that is checked here.

mod conditions;
mod expected;
mod faults;
mod updates;

use std::collections::HashSet;
use std::fmt;

use smol_str::SmolStr;

use super::ast;
use super::bind::Language as _;
use super::placeholders::{LegacyParameter, Scope};
use super::{Condition, Projection};
use crate::model::error::enveloped;
use crate::model::json::{Entries, Text};
use crate::model::value::ValueType;

pub use conditions::{ComparisonOperator, filter, filter_tree, key_conditions, key_conditions_tree, missing_operators};
pub use expected::{expected, expected_tree};
pub use faults::{faults_of_conditions, faults_of_expected, faults_of_updates};
pub use updates::{attribute_updates, attribute_updates_tree, no_updates};

/// How several legacy conditions are joined.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Join {
    /// All must hold.
    #[default]
    And,
    /// One must hold.
    Or,
}

impl Join {
    /// Reads `ConditionalOperator`, given how many conditions it joins.
    ///
    /// # Errors
    /// When there are fewer than two conditions, or the operator is neither `AND` nor `OR`.
    pub fn read(operator: Option<&str>, conditions: usize) -> Result<Self, LegacyError> {
        match (operator, conditions) {
            (None, _) => Ok(Self::And),
            (Some(_), 0) => Err(LegacyError::OperatorAlone),
            (Some(_), 1) => Err(LegacyError::OperatorOfOne),
            (Some("AND"), _) => Ok(Self::And),
            (Some("OR"), _) => Ok(Self::Or),
            (Some(_), _) => Err(LegacyError::Operator),
        }
    }

    /// The tree of conditions that were checked; `None` when there are none.
    fn tree(self, conditions: Vec<ast::Condition>) -> Option<ast::Condition> {
        match self {
            Self::And => ast::Condition::all(conditions),
            Self::Or => ast::Condition::any(conditions),
        }
    }
}

/// The program of a tree that was checked.
fn program(tree: Option<ast::Condition>) -> Option<Condition> {
    tree.map(|tree| Condition::lower(&tree, &Scope::empty()))
}

/// Lowers `AttributesToGet`.
///
/// # Errors
/// When a name comes twice.
pub fn attributes_to_get(names: &[Text]) -> Result<Projection, LegacyError> {
    let mut seen = HashSet::with_capacity(names.len());
    match names.iter().find(|name| !seen.insert(*name)) {
        Some(name) => Err(LegacyError::AttributeTwice(name.clone())),
        None => Ok(Projection::of_attributes(names.iter().cloned())),
    }
}

/// The entries of a map that no later entry of the same key hides, in the order in which they were sent.
fn visible<T>(entries: &Entries<T>) -> Vec<(&Text, &T)> {
    let mut seen = HashSet::with_capacity(entries.len());
    let mut visible: Vec<_> = entries.0.iter().rev().filter(|(key, _)| seen.insert(key)).collect();
    visible.reverse();
    visible.into_iter().map(|(key, value)| (key, value)).collect()
}

/// What is wrong with a legacy parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum LegacyError {
    /// `ConditionalOperator` without conditions.
    OperatorAlone,
    /// `ConditionalOperator` with one condition.
    OperatorOfOne,
    /// A `ConditionalOperator` that does not exist.
    Operator,
    /// A filter or key condition without `ComparisonOperator`.
    MissingComparison {
        /// The parameter that the condition belongs to.
        parameter: LegacyParameter,
        /// The attribute that the condition is on.
        attribute: SmolStr,
    },
    /// A `ComparisonOperator` that does not exist.
    Comparison,
    /// A comparison that no key can be searched by.
    NotIndexable,
    /// Too few or too many values.
    ArgumentCount(ComparisonOperator),
    /// A value of a type that the comparison does not take.
    ArgumentType(ComparisonOperator, ValueType),
    /// Values of several types.
    ListTypes,
    /// The lower bound of BETWEEN is above the upper.
    BoundOrder,
    /// Something that an entry of `Expected` combines wrongly.
    Expected(ExpectedError, SmolStr),
    /// A name comes twice in `AttributesToGet`.
    AttributeTwice(SmolStr),
    /// An action that does not exist.
    Action,
    /// PUT or ADD without a value.
    ActionWithoutValue,
    /// DELETE of a value that is no set.
    DeleteType(ValueType),
    /// ADD of a value that cannot be added.
    AddType(ValueType),
}

/// What an entry of `Expected` combines wrongly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExpectedError {
    /// `Exists` and `ComparisonOperator`.
    ExistsAndComparison,
    /// `Value` and `AttributeValueList`.
    ValueAndList,
    /// `AttributeValueList` without `ComparisonOperator`.
    ListAlone,
    /// A comparison without any value.
    ComparisonAlone(ComparisonOperator),
    /// `Exists` true without `Value`.
    ExistsWithoutValue,
    /// Nothing at all.
    Empty,
    /// `Exists` false with `Value`.
    ValueOfAbsent,
}

impl LegacyError {
    /// Whether the single-item writes report it behind the prefix of the validation framework.
    #[must_use]
    pub fn is_enveloped(&self) -> bool {
        match self {
            Self::ActionWithoutValue | Self::DeleteType(_) | Self::AddType(_) => false,
            // Its words have the prefix on every operation.
            Self::MissingComparison { .. } => false,
            _ => true,
        }
    }
}

impl fmt::Display for LegacyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const INVALID: &str = "One or more parameter values were invalid:";
        match self {
            Self::OperatorAlone => f.write_str("ConditionalOperator cannot be used without Filter or Expected"),
            Self::OperatorOfOne => {
                f.write_str("ConditionalOperator can only be used when Filter or Expected has two or more elements")
            }
            Self::Operator => {
                f.write_str("Failed to satisfy constraint: Member must satisfy enum value set: [ALL, OR]")
            }
            Self::MissingComparison { parameter, attribute } => f.write_str(&enveloped(format_args!(
                "Value null at '{}.{attribute}.member.comparisonOperator' failed to satisfy constraint: Member must not be null",
                parameter.member()
            ))),
            Self::Comparison => write!(f, "{INVALID} Invalid comparison operator"),
            Self::NotIndexable => f.write_str("Attempted conditional constraint is not an indexable operation"),
            Self::ArgumentCount(operator) => write!(
                f,
                "{INVALID} Invalid number of argument(s) for the {operator} ComparisonOperator"
            ),
            Self::ArgumentType(operator, kind) => write!(
                f,
                "{INVALID} ComparisonOperator {operator} is not valid for {kind} AttributeValue type"
            ),
            Self::ListTypes => write!(f, "{INVALID} AttributeValues inside AttributeValueList must be of same type"),
            Self::BoundOrder => f.write_str(
                "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound",
            ),
            Self::Expected(error, attribute) => write!(f, "{INVALID} {error} for Attribute: {attribute}"),
            Self::AttributeTwice(name) => write!(f, "{INVALID} Duplicate value in attribute name: {name}"),
            Self::Action => f.write_str("Member must satisfy enum value set: [ADD, DELETE, PUT]' for Action"),
            Self::ActionWithoutValue => write!(
                f,
                "{INVALID} Only DELETE action is allowed when no attribute value is specified"
            ),
            Self::DeleteType(kind) => write!(f, "{INVALID} DELETE action with value is not supported for the type {kind}"),
            Self::AddType(kind) => write!(f, "{INVALID} ADD action is not supported for the type {kind}"),
        }
    }
}

impl fmt::Display for ExpectedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::ExistsAndComparison => f.write_str("Exists and ComparisonOperator cannot be used together"),
            Self::ValueAndList => f.write_str("Value and AttributeValueList cannot be used together"),
            Self::ListAlone => f.write_str("AttributeValueList can only be used with a ComparisonOperator"),
            Self::ComparisonAlone(operator) => {
                write!(
                    f,
                    "Value or AttributeValueList must be used with ComparisonOperator: {operator}"
                )
            }
            Self::ExistsWithoutValue => f.write_str("Value must be provided when Exists is true"),
            Self::Empty => f.write_str("Value must be provided when Exists is null"),
            Self::ValueOfAbsent => f.write_str("Value cannot be used when Exists is false"),
        }
    }
}
