//! The restricted form of key conditions: clauses joined by AND, each on one attribute.

use smallvec::{SmallVec, smallvec};

use super::super::ast::{Call, Comparator, Condition, Constant, Element, Function, Operand, Path};
use super::super::error::{ExpressionError, ExpressionKind, OperandError, OperatorName, Problem};
use super::super::placeholders::Scope;
use super::{KeyClause, KeyConditionError, KeyOperand, KeyPredicate};
use crate::model::{Name, Value, ValueType};

/// The clauses that are joined by AND, at whatever depth, as written.
pub(super) fn clauses(tree: &Condition) -> impl Iterator<Item = Result<Clause<'_>, ExpressionError>> {
    let mut open: SmallVec<[&Condition; 4]> = smallvec![tree];
    std::iter::from_fn(move || {
        loop {
            match open.pop()? {
                Condition::And(conditions) => open.extend(conditions.iter().rev()),
                leaf => return Some(Clause::of(leaf)),
            }
        }
    })
}

/// A clause as written: one path, and constants.
pub(super) struct Clause<'t> {
    operator: OperatorName,
    path: &'t Path,
    pub(super) operands: SmallVec<[&'t Constant; 2]>,
    /// Whether the value stands before the path.
    is_mirrored: bool,
}

impl<'t> Clause<'t> {
    /// Takes a condition apart and checks its form.
    fn of(leaf: &'t Condition) -> Result<Self, ExpressionError> {
        let (operator, operands): (_, SmallVec<[&Operand; 3]>) = match leaf {
            Condition::Compare {
                comparator: Comparator::NotEqual,
                ..
            } => {
                return Err(KeyConditionError::Operator("<>").into());
            }
            Condition::In { .. } => return Err(KeyConditionError::Operator("IN").into()),
            Condition::Compare {
                comparator,
                left,
                right,
            } => (OperatorName::Comparator(*comparator), smallvec![left, right]),
            Condition::Between { value, low, high } => (OperatorName::Between, smallvec![value, low, high]),
            Condition::Call(call) => (OperatorName::Function(call.function), begins_with_operands(call)?),
            Condition::Or(_) => return Err(KeyConditionError::Operator("OR").into()),
            Condition::Not(_) => return Err(KeyConditionError::Operator("NOT").into()),
            Condition::And(_) => unreachable!("AND joins clauses"),
        };
        let is_comparison = matches!(leaf, Condition::Compare { .. });
        let is_mirrored = is_comparison && matches!(operands[0], Operand::Value(_));
        let (path, operands) = split(operator, operands, is_comparison)?;
        if path.is_nested() {
            return Err(KeyConditionError::NestedAttribute.into());
        }
        Ok(Self {
            operator,
            path,
            operands,
            is_mirrored,
        })
    }

    /// The attribute that the clause is on.
    pub(super) fn attribute<'s>(&self, scope: &Scope<'s>) -> &'s Name
    where
        't: 's,
    {
        match &self.path.elements()[0] {
            Element::Name(name) => name,
            Element::Placeholder(slot) => scope.name_or_placeholder(*slot),
            Element::Index(_) => unreachable!("a path begins with a name"),
        }
    }

    pub(super) fn check_types(&self, scope: &Scope<'_>) -> Result<(), OperandError> {
        if self.operator == OperatorName::Comparator(Comparator::Equal) {
            return Ok(());
        }
        let is_begins_with = matches!(self.operator, OperatorName::Function(_));
        self.operands.iter().try_for_each(|constant| {
            let kind = scope.constant(constant).map(Value::kind);
            match kind {
                Some(kind) if !kind.is_ordered() || (is_begins_with && kind == ValueType::N) => {
                    Err(OperandError::Type(self.operator, kind))
                }
                _ => Ok(()),
            }
        })
    }

    pub(super) fn lower(&self, scope: &Scope<'_>) -> KeyClause {
        let operand = |at: usize| KeyOperand::of(self.operands[at], scope);
        let predicate = match self.operator {
            OperatorName::Comparator(comparator) => {
                let comparator = if self.is_mirrored {
                    comparator.mirrored()
                } else {
                    comparator
                };
                match comparator {
                    Comparator::Equal => KeyPredicate::Equal(operand(0)),
                    Comparator::Less => KeyPredicate::Less(operand(0)),
                    Comparator::LessOrEqual => KeyPredicate::LessOrEqual(operand(0)),
                    Comparator::Greater => KeyPredicate::Greater(operand(0)),
                    Comparator::GreaterOrEqual => KeyPredicate::GreaterOrEqual(operand(0)),
                    Comparator::NotEqual => unreachable!("<> was refused"),
                }
            }
            OperatorName::Between => KeyPredicate::Between(operand(0), operand(1)),
            _ => KeyPredicate::BeginsWith(operand(0)),
        };
        KeyClause {
            attribute: self.attribute(scope).clone(),
            predicate,
        }
    }
}

fn begins_with_operands(call: &Call) -> Result<SmallVec<[&Operand; 3]>, ExpressionError> {
    if call.function != Function::BeginsWith {
        return Err(KeyConditionError::Operator(call.function.text()).into());
    }
    if call.arguments.len() != call.function.arity() {
        let error = OperandError::Count(call.function, call.arguments.len());
        return Err(Problem::from(error).within(ExpressionKind::KeyCondition));
    }
    Ok(call.arguments.iter().collect())
}

/// Splits operands into the one path and the constants.
fn split(
    operator: OperatorName,
    operands: SmallVec<[&Operand; 3]>,
    is_comparison: bool,
) -> Result<(&Path, SmallVec<[&Constant; 2]>), KeyConditionError> {
    if operands.iter().any(|operand| matches!(operand, Operand::Call(_))) {
        return Err(KeyConditionError::NestedOperation);
    }
    if !is_comparison && !matches!(operands[0], Operand::Path(_)) {
        return Err(KeyConditionError::KeyNotFirst(operator));
    }
    let mut path = None;
    let mut constants = SmallVec::new();
    for operand in operands {
        match operand {
            Operand::Path(found) if path.is_none() => path = Some(found),
            Operand::Path(_) => return Err(KeyConditionError::SeveralAttributes),
            Operand::Value(constant) => constants.push(constant),
            Operand::Call(_) | Operand::Arithmetic(_) => return Err(KeyConditionError::NestedOperation),
        }
    }
    let path = path.ok_or(KeyConditionError::NoAttribute)?;
    Ok((path, constants))
}
