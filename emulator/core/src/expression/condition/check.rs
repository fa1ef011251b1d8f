//! What the service refuses about the operands of a condition, before any item is looked at (observed-expressions.md §6, expressions.md §6).
//!
//! An undefined placeholder is no refusal here: checks that need its value are passed over.

use std::cmp::Ordering;

use super::super::ast::{Call, Condition, Constant, Function, Operand, Role};
use super::super::error::{OperandError, OperatorName};
use super::super::path::{are_equal, written};
use super::super::placeholders::Scope;
use crate::model::Value;
use crate::model::value::ValueType;

/// Most candidates of IN (observed-expressions.md §4).
const CANDIDATES_MAX: usize = 100;

/// Checks the bounds of every BETWEEN, then the operands of every condition, each in the order in which they are written.
pub(super) fn check_operands(tree: &Condition, scope: &Scope<'_>) -> Result<(), OperandError> {
    check_every_bound(tree, scope)?;
    tree.try_each_leaf(&mut |leaf| check_leaf(leaf, scope))
}

/// Checks the bounds of every BETWEEN.
pub(in super::super) fn check_every_bound(tree: &Condition, scope: &Scope<'_>) -> Result<(), OperandError> {
    tree.try_each_leaf(&mut |leaf| match leaf {
        Condition::Between { low, high, .. } => match (constant(low, scope), constant(high, scope)) {
            (Some(low), Some(high)) => check_bounds(low, high),
            _ => Ok(()),
        },
        _ => Ok(()),
    })
}

/// Checks that bounds have one type and are in order.
pub(in super::super) fn check_bounds(low: &Value, high: &Value) -> Result<(), OperandError> {
    if low.kind() != high.kind() {
        return Err(OperandError::BoundTypes(low.clone(), high.clone()));
    }
    match low.partial_order(high) {
        Some(Ordering::Greater) => Err(OperandError::BoundOrder(low.clone(), high.clone())),
        _ => Ok(()),
    }
}

/// Checks the operands of a condition that is no AND, OR or NOT, but for the bounds of BETWEEN.
pub(in super::super) fn check_leaf(leaf: &Condition, scope: &Scope<'_>) -> Result<(), OperandError> {
    match leaf {
        Condition::Compare {
            comparator,
            left,
            right,
        } => {
            let operator = OperatorName::Comparator(*comparator);
            check_sizes([left, right], scope)?;
            check_distinct(operator, left, [right], scope)?;
            if comparator.is_order() {
                ordered_operand(operator, left, scope)?;
                ordered_operand(operator, right, scope)?;
            }
            Ok(())
        }
        Condition::Between { value, low, high } => {
            check_sizes([value, low, high], scope)?;
            check_distinct(OperatorName::Between, value, [low, high], scope)?;
            [value, low, high]
                .into_iter()
                .try_for_each(|operand| ordered_operand(OperatorName::Between, operand, scope))
        }
        Condition::In { value, candidates } => {
            check_sizes([value].into_iter().chain(candidates), scope)?;
            check_distinct(OperatorName::In, value, candidates, scope)?;
            match candidates.len() {
                count if count > CANDIDATES_MAX => Err(OperandError::TooManyCandidates(count)),
                _ => Ok(()),
            }
        }
        Condition::Call(call) => check_call(call, scope),
        Condition::And(_) | Condition::Or(_) | Condition::Not(_) => Ok(()),
    }
}

/// Checks the calls among the operands of a condition.
fn check_sizes<'t>(operands: impl IntoIterator<Item = &'t Operand>, scope: &Scope<'_>) -> Result<(), OperandError> {
    operands.into_iter().try_for_each(|operand| match operand {
        Operand::Call(call) => check_call(call, scope),
        _ => Ok(()),
    })
}

/// Checks a function's arguments: how many, distinct, paths, types.
fn check_call(call: &Call, scope: &Scope<'_>) -> Result<(), OperandError> {
    let Call { function, arguments } = call;
    if arguments.len() != function.arity() {
        return Err(OperandError::Count(*function, arguments.len()));
    }
    check_sizes(arguments, scope)?;
    let first = &arguments[0];
    check_distinct(OperatorName::Function(*function), first, &arguments[1..], scope)?;
    let needs_path = matches!(function, Function::AttributeExists | Function::AttributeNotExists);
    if needs_path && !matches!(first, Operand::Path(_)) {
        return Err(OperandError::PathRequired(*function));
    }
    match function {
        Function::BeginsWith => arguments
            .iter()
            .try_for_each(|argument| check_type(*function, argument, scope, is_text)),
        Function::Size => check_type(*function, first, scope, |kind| {
            !matches!(kind, ValueType::N | ValueType::Bool | ValueType::Null)
        }),
        Function::AttributeType => check_type_name(&arguments[1], scope),
        _ => Ok(()),
    }
}

fn is_text(kind: ValueType) -> bool {
    matches!(kind, ValueType::S | ValueType::B)
}

fn check_type(
    function: Function,
    operand: &Operand,
    scope: &Scope<'_>,
    allows: impl Fn(ValueType) -> bool,
) -> Result<(), OperandError> {
    match static_type(operand, scope) {
        Some(kind) if !allows(kind) => Err(OperandError::Type(OperatorName::Function(function), kind)),
        _ => Ok(()),
    }
}

/// Refuses a constant that has no order.
fn ordered_operand(operator: OperatorName, operand: &Operand, scope: &Scope<'_>) -> Result<(), OperandError> {
    match static_type(operand, scope) {
        Some(kind) if !kind.is_ordered() => Err(OperandError::Type(operator, kind)),
        _ => Ok(()),
    }
}

/// Refuses the path of the first operand among the others.
fn check_distinct<'t>(
    operator: OperatorName,
    first: &Operand,
    others: impl IntoIterator<Item = &'t Operand>,
    scope: &Scope<'_>,
) -> Result<(), OperandError> {
    let Operand::Path(first) = first else {
        return Ok(());
    };
    let mut others = others.into_iter();
    if others.any(|other| matches!(other, Operand::Path(other) if are_equal(first, other, scope))) {
        return Err(OperandError::NotDistinct(operator, written(first, scope)));
    }
    Ok(())
}

fn check_type_name(operand: &Operand, scope: &Scope<'_>) -> Result<(), OperandError> {
    match (operand, constant(operand, scope)) {
        (_, Some(Value::S(name))) if ValueType::from_descriptor(name).is_none() => {
            Err(OperandError::TypeName(name.clone()))
        }
        (_, Some(Value::S(_))) | (Operand::Value(_), None) => Ok(()),
        (_, Some(value)) => Err(OperandError::Type(
            OperatorName::Function(Function::AttributeType),
            value.kind(),
        )),
        (Operand::Call(call), None) => Err(OperandError::Type(
            OperatorName::Function(Function::AttributeType),
            returned_type(call),
        )),
        _ => Err(OperandError::TypeNotConstant),
    }
}

/// The type that a constant names, on a tree that was checked.
pub(super) fn named_type(operand: &Constant, scope: &Scope<'_>) -> ValueType {
    match scope.constant(operand) {
        Some(Value::S(name)) => ValueType::from_descriptor(name),
        _ => None,
    }
    .unwrap_or_else(|| unreachable!("names of types were checked"))
}

fn constant<'s>(operand: &'s Operand, scope: &'s Scope<'_>) -> Option<&'s Value> {
    match operand {
        Operand::Value(constant) => scope.constant(constant),
        _ => None,
    }
}

/// The type of an operand, where no item can change it.
fn static_type(operand: &Operand, scope: &Scope<'_>) -> Option<ValueType> {
    match operand {
        Operand::Call(call) => Some(returned_type(call)),
        _ => constant(operand, scope).map(Value::kind),
    }
}

/// The type of what a function returns in a condition.
fn returned_type(call: &Call) -> ValueType {
    match call.function.role() {
        Role::Condition => ValueType::Bool,
        Role::Operand | Role::Update => ValueType::N,
    }
}
