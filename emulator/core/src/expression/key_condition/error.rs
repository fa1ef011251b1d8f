//! What is wrong with a key condition.

use std::fmt;

use super::super::error::OperatorName;
use crate::model::Name;

/// What is wrong with a key condition.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum KeyConditionError {
    /// An operator or function that key conditions do not have.
    Operator(&'static str),
    /// `size` inside a clause.
    NestedOperation,
    /// BETWEEN or `begins_with` whose first operand is no attribute.
    KeyNotFirst(OperatorName),
    /// A clause with several attributes.
    SeveralAttributes,
    /// A clause without an attribute.
    NoAttribute,
    /// A clause on a part of an attribute.
    NestedAttribute,
    /// Two clauses on one attribute.
    AttributeTwice,
    /// More clauses than the key has attributes.
    TooManyClauses {
        /// How many clauses there are.
        clauses: usize,
        /// How many attributes the key has.
        attributes: usize,
    },
    /// An attribute of the key has no clause.
    MissedElement(Name),
    /// The partition key has a condition other than equality.
    NotSupported,
    /// Partition key attributes without equality, where the key has several attributes of a kind.
    PartitionWithoutEquality(Vec<Name>),
    /// Sort key attributes without equality before one that has a condition.
    SortWithoutEquality {
        /// The attributes without equality.
        missing: Vec<Name>,
        /// The attribute with a condition.
        because: Name,
    },
    /// A value of another type than its key attribute.
    ValueType,
}

impl fmt::Display for KeyConditionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const INVALID: &str = "Invalid KeyConditionExpression: KeyConditionExpressions";
        const CONDITION: &str = "Invalid KeyConditionExpression: Invalid condition in KeyConditionExpression:";
        match self {
            Self::Operator(operator) => write!(
                f,
                "Invalid KeyConditionExpression: Invalid operator used in KeyConditionExpression: {operator}"
            ),
            Self::NestedOperation => write!(f, "{INVALID} cannot contain nested operations"),
            Self::KeyNotFirst(operator) => write!(
                f,
                "{CONDITION} {operator} operator must have the key attribute as its first operand"
            ),
            Self::SeveralAttributes => write!(f, "{CONDITION} Multiple attribute names used in one condition"),
            Self::NoAttribute => write!(f, "{CONDITION} No key attribute specified"),
            Self::NestedAttribute => write!(f, "{INVALID} cannot have conditions on nested attributes"),
            Self::AttributeTwice => write!(f, "{INVALID} must only contain one condition per key"),
            Self::TooManyClauses { clauses, attributes } => write!(
                f,
                "The number of query conditions ({clauses}) exceeds the number of key attributes defined in the schema ({attributes})"
            ),
            Self::MissedElement(name) => write!(f, "Query condition missed key schema element: {name}"),
            Self::NotSupported => f.write_str("Query key condition not supported"),
            Self::PartitionWithoutEquality(missing) => write!(
                f,
                "HASH key attributes {} must have equality conditions specified in the query",
                missing.join(", ")
            ),
            Self::SortWithoutEquality { missing, because } => write!(
                f,
                "RANGE key attributes {} must have equality conditions specified in the query because a condition is \
                 present on key attribute {because}",
                missing.join(", ")
            ),
            Self::ValueType => f.write_str(
                "One or more parameter values were invalid: Condition parameter type does not match schema type",
            ),
        }
    }
}
