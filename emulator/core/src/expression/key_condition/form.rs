//! The restricted form of key conditions: clauses joined by AND, each on one attribute. What conditions in general may be was checked before.

use smallvec::{SmallVec, smallvec};

use super::super::ast::{Call, Comparator, Condition, Constant, Element, Function, Operand, Path};
use super::super::error::OperatorName;
use super::super::placeholders::Scope;
use super::{KeyClause, KeyConditionError, KeyPredicate};
use crate::model::Name;

/// The clauses that are joined by AND, at whatever depth, as written.
pub(super) fn clauses(tree: &Condition) -> impl Iterator<Item = Result<Clause<'_>, KeyConditionError>> {
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
    operands: SmallVec<[&'t Constant; 2]>,
    /// Whether the value stands before the path.
    is_mirrored: bool,
}

impl<'t> Clause<'t> {
    /// Takes a condition apart and checks its form.
    fn of(leaf: &'t Condition) -> Result<Self, KeyConditionError> {
        let (operator, operands): (_, SmallVec<[&Operand; 3]>) = match leaf {
            Condition::Compare {
                comparator: Comparator::NotEqual,
                ..
            } => {
                return Err(KeyConditionError::Operator("<>"));
            }
            Condition::In { .. } => return Err(KeyConditionError::Operator("IN")),
            Condition::Compare {
                comparator,
                left,
                right,
            } => (OperatorName::Comparator(*comparator), smallvec![left, right]),
            Condition::Between { value, low, high } => (OperatorName::Between, smallvec![value, low, high]),
            Condition::Call(call) => (OperatorName::Function(call.function), begins_with_operands(call)?),
            Condition::Or(_) => return Err(KeyConditionError::Operator("OR")),
            Condition::Not(_) => return Err(KeyConditionError::Operator("NOT")),
            Condition::And(_) => unreachable!("AND joins clauses"),
        };
        let is_comparison = matches!(leaf, Condition::Compare { .. });
        let is_mirrored = is_comparison && matches!(operands[0], Operand::Value(_));
        let (path, operands) = split(operator, operands, is_comparison)?;
        if path.is_nested() {
            return Err(KeyConditionError::NestedAttribute);
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

    pub(super) fn lower(&self, scope: &Scope<'_>) -> KeyClause {
        let operand = |at: usize| {
            let value = scope.constant(self.operands[at]);
            value
                .cloned()
                .unwrap_or_else(|| unreachable!("undefined values were refused"))
        };
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

fn begins_with_operands(call: &Call) -> Result<SmallVec<[&Operand; 3]>, KeyConditionError> {
    match call.function {
        Function::BeginsWith => Ok(call.arguments.iter().collect()),
        other => Err(KeyConditionError::Operator(other.text())),
    }
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
