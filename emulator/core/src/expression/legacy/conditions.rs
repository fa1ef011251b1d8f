//! Comparisons of one attribute with values: the filters, and the conditions on keys.

use std::fmt;

use super::super::Condition as Program;
use super::super::ast::{self, Call, Comparator, Constant, Function, Operand, Path};
use super::super::key_condition::{KeyCondition, KeyPredicate};
use super::super::placeholders::LegacyParameter;
use super::{Join, LegacyError, program, visible};
use crate::model::json::{Entries, Text};
use crate::model::value::ValueType;
use crate::model::wire::{AttributeArg, Condition};
use crate::model::{Name, Value};

/// A legacy comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComparisonOperator {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Below or equal.
    Le,
    /// Below.
    Lt,
    /// Above or equal.
    Ge,
    /// Above.
    Gt,
    /// Present.
    NotNull,
    /// Absent.
    Null,
    /// Holding a value.
    Contains,
    /// Not holding a value.
    NotContains,
    /// Beginning with a value.
    BeginsWith,
    /// Equal to one of several values.
    In,
    /// Within bounds.
    Between,
}

impl ComparisonOperator {
    /// Every comparison, in the order of the API reference.
    pub const ALL: [Self; 13] = [
        Self::Eq,
        Self::Ne,
        Self::Le,
        Self::Lt,
        Self::Ge,
        Self::Gt,
        Self::NotNull,
        Self::Null,
        Self::Contains,
        Self::NotContains,
        Self::BeginsWith,
        Self::In,
        Self::Between,
    ];

    /// The word on the wire.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Eq => "EQ",
            Self::Ne => "NE",
            Self::Le => "LE",
            Self::Lt => "LT",
            Self::Ge => "GE",
            Self::Gt => "GT",
            Self::NotNull => "NOT_NULL",
            Self::Null => "NULL",
            Self::Contains => "CONTAINS",
            Self::NotContains => "NOT_CONTAINS",
            Self::BeginsWith => "BEGINS_WITH",
            Self::In => "IN",
            Self::Between => "BETWEEN",
        }
    }

    /// The comparison of this word, which is case-sensitive.
    pub(super) fn read(text: &str) -> Result<Self, LegacyError> {
        let found = Self::ALL.into_iter().find(|operator| operator.text() == text);
        found.ok_or(LegacyError::Comparison)
    }

    /// Whether the comparison takes no values.
    pub(super) fn is_unary(self) -> bool {
        matches!(self, Self::Null | Self::NotNull)
    }

    pub(super) fn check_count(self, values: usize) -> Result<(), LegacyError> {
        let fits = match self {
            Self::Null | Self::NotNull => values == 0,
            Self::Between => values == 2,
            Self::In => values >= 1,
            _ => values == 1,
        };
        if fits {
            Ok(())
        } else {
            Err(LegacyError::ArgumentCount(self))
        }
    }

    /// Checks the types of the values: IN looks at every one, the others at the first; then that all have one type and bounds are in order.
    pub(super) fn check_values(self, values: &[&Value]) -> Result<(), LegacyError> {
        self.check_types(values)?;
        check_one_type(values)?;
        self.check_bounds(values)
    }

    fn check_types(self, values: &[&Value]) -> Result<(), LegacyError> {
        let checked = if self == Self::In {
            values.len()
        } else {
            values.len().min(1)
        };
        let mut kinds = values[..checked].iter().map(|value| value.kind());
        match kinds.find(|kind| !self.takes(*kind)) {
            Some(kind) => Err(LegacyError::ArgumentType(self, kind)),
            None => Ok(()),
        }
    }

    fn takes(self, kind: ValueType) -> bool {
        match self {
            Self::Eq | Self::Ne | Self::Null | Self::NotNull => true,
            Self::Le | Self::Lt | Self::Ge | Self::Gt | Self::In | Self::Between => kind.is_ordered(),
            Self::BeginsWith => matches!(kind, ValueType::S | ValueType::B),
            Self::Contains | Self::NotContains => {
                kind.is_ordered() || matches!(kind, ValueType::Bool | ValueType::Null)
            }
        }
    }

    fn check_bounds(self, values: &[&Value]) -> Result<(), LegacyError> {
        match values {
            [low, high] if self == Self::Between && low.partial_order(high).is_some_and(|order| order.is_gt()) => {
                Err(LegacyError::BoundOrder)
            }
            _ => Ok(()),
        }
    }

    /// The condition that this comparison of an attribute with checked values is.
    pub(super) fn condition(self, attribute: &Text, values: &[&Value]) -> ast::Condition {
        let path = || Operand::Path(Path::attribute(attribute.clone()));
        let value = |at: usize| Operand::Value(Constant::Literal(values[at].clone()));
        let compare = |comparator| ast::Condition::Compare {
            comparator,
            left: path(),
            right: value(0),
        };
        let call = |function, arguments| ast::Condition::Call(Call { function, arguments });
        match self {
            Self::Eq => compare(Comparator::Equal),
            Self::Ne => compare(Comparator::NotEqual),
            Self::Le => compare(Comparator::LessOrEqual),
            Self::Lt => compare(Comparator::Less),
            Self::Ge => compare(Comparator::GreaterOrEqual),
            Self::Gt => compare(Comparator::Greater),
            Self::NotNull => call(Function::AttributeExists, vec![path()]),
            Self::Null => call(Function::AttributeNotExists, vec![path()]),
            Self::Contains => call(Function::Contains, vec![path(), value(0)]),
            Self::NotContains => ast::Condition::Not(Box::new(call(Function::Contains, vec![path(), value(0)]))),
            Self::BeginsWith => call(Function::BeginsWith, vec![path(), value(0)]),
            Self::In => ast::Condition::In {
                value: path(),
                candidates: (0..values.len()).map(value).collect(),
            },
            Self::Between => ast::Condition::Between {
                value: path(),
                low: value(0),
                high: value(1),
            },
        }
    }

    fn key_predicate(self, values: &[&Value]) -> Result<KeyPredicate<Value>, LegacyError> {
        let value = |at: usize| values[at].clone();
        Ok(match self {
            Self::Eq => KeyPredicate::Equal(value(0)),
            Self::Le => KeyPredicate::LessOrEqual(value(0)),
            Self::Lt => KeyPredicate::Less(value(0)),
            Self::Ge => KeyPredicate::GreaterOrEqual(value(0)),
            Self::Gt => KeyPredicate::Greater(value(0)),
            Self::BeginsWith => KeyPredicate::BeginsWith(value(0)),
            Self::Between => KeyPredicate::Between(value(0), value(1)),
            Self::Ne | Self::In | Self::Null | Self::NotNull | Self::Contains | Self::NotContains => {
                return Err(LegacyError::NotIndexable);
            }
        })
    }
}

impl fmt::Display for ComparisonOperator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

pub(super) fn check_one_type(values: &[&Value]) -> Result<(), LegacyError> {
    if values.windows(2).all(|pair| pair[0].kind() == pair[1].kind()) {
        Ok(())
    } else {
        Err(LegacyError::ListTypes)
    }
}

/// The values of a list.
pub(super) fn values_of(list: Option<&Vec<AttributeArg>>) -> Vec<&Value> {
    list.map(|list| list.iter().map(|arg| &arg.value).collect())
        .unwrap_or_default()
}

/// The attributes whose conditions have no comparison; operations report those among the violated constraints of members.
pub fn missing_operators(conditions: &Entries<Condition>) -> impl Iterator<Item = &Text> {
    let missing = visible(conditions)
        .into_iter()
        .filter(|(_, condition)| condition.comparison_operator.is_none());
    missing.map(|(attribute, _)| attribute)
}

/// A condition whose comparison exists and has the right number of values.
struct Counted<'a> {
    attribute: &'a Text,
    operator: ComparisonOperator,
    values: Vec<&'a Value>,
}

/// Reads the comparisons of all conditions, then counts the values of all.
fn counted(parameter: LegacyParameter, conditions: &Entries<Condition>) -> Result<Vec<Counted<'_>>, LegacyError> {
    let read = visible(conditions).into_iter().map(|(attribute, condition)| {
        let Some(operator) = &condition.comparison_operator else {
            let attribute = attribute.clone();
            return Err(LegacyError::MissingComparison { parameter, attribute });
        };
        Ok(Counted {
            attribute,
            operator: ComparisonOperator::read(operator)?,
            values: values_of(condition.attribute_value_list.as_ref()),
        })
    });
    let read: Vec<Counted<'_>> = read.collect::<Result<_, _>>()?;
    for condition in &read {
        condition.operator.check_count(condition.values.len())?;
    }
    Ok(read)
}

/// Lowers `QueryFilter` or `ScanFilter`; `None` when it has no conditions.
///
/// # Errors
/// In the service's order: comparisons, numbers of values, types of values.
pub fn filter(
    parameter: LegacyParameter,
    conditions: &Entries<Condition>,
    join: Join,
) -> Result<Option<Program>, LegacyError> {
    filter_tree(parameter, conditions, join).map(program)
}

/// The tree of `QueryFilter` or `ScanFilter`.
///
/// # Errors
/// As [`filter`].
pub fn filter_tree(
    parameter: LegacyParameter,
    conditions: &Entries<Condition>,
    join: Join,
) -> Result<Option<ast::Condition>, LegacyError> {
    let conditions = counted(parameter, conditions)?;
    for Counted { operator, values, .. } in &conditions {
        operator.check_values(values)?;
    }
    let trees = conditions
        .iter()
        .map(|counted| counted.operator.condition(counted.attribute, &counted.values));
    Ok(join.tree(trees.collect()))
}

/// The tree of `KeyConditions`; `None` when it has no conditions.
///
/// # Errors
/// A comparison that does not exist, or with a wrong number of values.
pub fn key_conditions_tree(conditions: &Entries<Condition>) -> Result<Option<ast::Condition>, LegacyError> {
    let conditions = counted(LegacyParameter::KeyConditions, conditions)?;
    let trees = conditions
        .iter()
        .map(|counted| counted.operator.condition(counted.attribute, &counted.values));
    Ok(Join::And.tree(trees.collect()))
}

/// Lowers `KeyConditions`.
///
/// # Errors
/// In the service's order: comparisons, numbers of values, types of values. That the values of one condition have one type is checked with
/// the key ([`KeyCondition::check_list_types`]).
pub fn key_conditions(conditions: &Entries<Condition>) -> Result<KeyCondition, LegacyError> {
    let conditions = counted(LegacyParameter::KeyConditions, conditions)?;
    for Counted { operator, values, .. } in &conditions {
        operator.check_types(values)?;
        operator.check_bounds(values)?;
    }
    let clauses = conditions.iter().map(|counted| {
        let predicate = counted.operator.key_predicate(&counted.values)?;
        Ok((Name::clone(counted.attribute), predicate))
    });
    Ok(KeyCondition::of_legacy(
        clauses.collect::<Result<Vec<_>, LegacyError>>()?,
    ))
}
