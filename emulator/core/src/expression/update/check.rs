//! What the service refuses about an update before any item is looked at.
//!
//! An undefined placeholder is no refusal here: checks that need its value are passed over.

use smallvec::SmallVec;

use super::super::ast::{Arithmetic, Call, Clause, ClauseKeyword, Function, Operand, Path, Update};
use super::super::error::{Clash, OperandError, OperatorName};
use super::super::path::first_clash;
use super::super::placeholders::Scope;
use crate::model::Value;
use crate::model::value::ValueType;

/// Checks the operands of ADD and DELETE, then those of SET, each in the order in which they are written.
pub(in super::super) fn check_operands(tree: &Update, scope: &Scope<'_>) -> Result<(), OperandError> {
    tree.0.iter().try_for_each(|clause| match clause {
        Clause::Add(changes) | Clause::Delete(changes) => changes.iter().try_for_each(|change| {
            let kind = scope.constant(&change.operand).map(Value::kind);
            check_change(clause.keyword(), kind)
        }),
        Clause::Set(_) | Clause::Remove(_) => Ok(()),
    })?;
    tree.0.iter().try_for_each(|clause| match clause {
        Clause::Set(assignments) => assignments
            .iter()
            .try_for_each(|assignment| check_operand(&assignment.value, scope)),
        _ => Ok(()),
    })
}

/// Checks that no two targets overlap, then that no two conflict.
pub(super) fn check_targets(tree: &Update, scope: &Scope<'_>) -> Result<(), Clash> {
    let targets: SmallVec<[&Path; 8]> = tree.0.iter().flat_map(Clause::targets).collect();
    first_clash(&targets, scope).map_or(Ok(()), Err)
}

fn check_change(keyword: ClauseKeyword, kind: Option<ValueType>) -> Result<(), OperandError> {
    match kind {
        Some(ValueType::N) if keyword == ClauseKeyword::Add => Ok(()),
        Some(kind) if !kind.is_set() => Err(OperandError::Change(keyword, kind)),
        _ => Ok(()),
    }
}

fn check_operand(operand: &Operand, scope: &Scope<'_>) -> Result<(), OperandError> {
    match operand {
        Operand::Path(_) | Operand::Value(_) => Ok(()),
        Operand::Arithmetic(arithmetic) => check_sum(arithmetic, scope),
        Operand::Call(call) => check_call(call, scope),
    }
}

fn check_sum(sum: &Arithmetic, scope: &Scope<'_>) -> Result<(), OperandError> {
    let sides = [&sum.left, &sum.right];
    let operator = OperatorName::Sign(sum.sign);
    sides
        .iter()
        .try_for_each(|side| check_type(operator, side, ValueType::N, scope))?;
    sides.iter().try_for_each(|side| check_operand(side, scope))
}

fn check_call(call: &Call, scope: &Scope<'_>) -> Result<(), OperandError> {
    let Call { function, arguments } = call;
    if arguments.len() != function.arity() {
        return Err(OperandError::Count(*function, arguments.len()));
    }
    match function {
        Function::IfNotExists if !matches!(arguments[0], Operand::Path(_)) => {
            return Err(OperandError::PathRequired(*function));
        }
        Function::ListAppend => arguments
            .iter()
            .try_for_each(|argument| check_type(OperatorName::Function(*function), argument, ValueType::L, scope))?,
        _ => {}
    }
    arguments.iter().try_for_each(|argument| check_operand(argument, scope))
}

fn check_type(
    operator: OperatorName,
    operand: &Operand,
    wanted: ValueType,
    scope: &Scope<'_>,
) -> Result<(), OperandError> {
    let Operand::Value(constant) = operand else {
        return Ok(());
    };
    match scope.constant(constant).map(Value::kind) {
        Some(kind) if kind != wanted => Err(OperandError::Type(operator, kind)),
        _ => Ok(()),
    }
}
