//! WHERE clauses: from any expression to a condition (observed-partiql.md §6).

use smol_str::SmolStr;

use super::super::ast::{Call, Condition, Constant, Element, Function, Operand, Path, Role, ValueSlot};
use super::super::condition::check_leaf;
use super::super::error::{OperandError, OperatorName, SyntaxError};
use super::super::placeholders::Scope;
use super::super::syntax::{PATH_ELEMENTS_MAX, list_index};
use super::error::StatementError;
use super::literal::{Template, is_literal, template};
use super::terms::{self, Clause};
use super::tree::{Expr, ExprKind, Infix, Join, Prefix, Sense, Step};
use crate::model::{Value, ValueType};

/// The constants of a statement that depend on parameters; a [`ValueSlot`] is an index into them.
#[derive(Debug, Default)]
pub(super) struct Constants(pub(super) Vec<Template>);

impl Constants {
    /// The constant of a literal whose terms were checked.
    pub(super) fn constant(&mut self, expr: &Expr) -> Result<Constant, StatementError> {
        Ok(match template(expr)? {
            Template::Value(value) => Constant::Literal(value),
            other => {
                self.0.push(other);
                // A statement has fewer tokens than 2^16.
                Constant::Placeholder(ValueSlot((self.0.len() - 1) as u16))
            }
        })
    }
}

/// Makes the condition of a WHERE clause whose terms were checked, and checks operands as far as no parameter is needed.
pub(super) fn condition(expr: &Expr, constants: &mut Constants) -> Result<Condition, StatementError> {
    match &expr.kind {
        ExprKind::Joined(join, items) => {
            let side = |item: &Expr| side(item, join.text(), constants);
            let items = items.iter().map(side).collect::<Result<Vec<_>, _>>()?;
            Ok(match join {
                Join::And => Condition::And(items),
                Join::Or => Condition::Or(items),
            })
        }
        ExprKind::Prefix(Prefix::Not, inner) => {
            let inner = side(inner, NOT, constants)?;
            Ok(Condition::Not(Box::new(inner)))
        }
        _ => {
            let leaf = leaf(expr, constants)?.ok_or(StatementError::NotBoolean)?;
            Ok(leaf)
        }
    }
}

const NOT: &str = "NOT";

/// Reads what AND, OR or NOT joins.
fn side(expr: &Expr, operator: &str, constants: &mut Constants) -> Result<Condition, StatementError> {
    condition(expr, constants).map_err(|error| match (&error, &expr.kind) {
        (StatementError::NotBoolean, ExprKind::Call(..)) => StatementError::NumberOperand(operator.into()),
        (StatementError::NotBoolean, _) if operator == NOT => StatementError::NegatedOperand,
        (StatementError::NotBoolean, _) => StatementError::JoinedOperand,
        _ => error,
    })
}

/// A condition without AND, OR and NOT; `None` when the expression is a value.
fn leaf(expr: &Expr, constants: &mut Constants) -> Result<Option<Condition>, StatementError> {
    let (leaf, sense) = match &expr.kind {
        ExprKind::Infix(Infix::Compare(comparator), sides) => {
            let [left, right] = sides.as_ref();
            let (left, right) = (operand(left, constants)?, operand(right, constants)?);
            if comparator.is_order() {
                check_order(OperatorName::Comparator(*comparator), [&left, &right])?;
            }
            let comparator = *comparator;
            let compare = Condition::Compare {
                comparator,
                left,
                right,
            };
            (compare, Sense::Plain)
        }
        ExprKind::Infix(Infix::Other(operator), _) => return Err(StatementError::Operator(operator)),
        ExprKind::Between(parts, sense) => {
            let [value, low, high] = parts.as_ref();
            let (value, low, high) = (
                operand(value, constants)?,
                operand(low, constants)?,
                operand(high, constants)?,
            );
            check_order(OperatorName::Between, [&value, &low, &high])?;
            (Condition::Between { value, low, high }, *sense)
        }
        ExprKind::In(sides, sense) => (membership(sides, constants)?, *sense),
        ExprKind::Is(inner, kind, sense) => (type_test(inner, kind.word, constants)?, *sense),
        ExprKind::Call(name, arguments) => match call(name, arguments, constants)? {
            call if call.function.role() == Role::Condition => (Condition::Call(call), Sense::Plain),
            _ => return Ok(None),
        },
        ExprKind::Prefix(sign, _) => return Err(StatementError::Operator(sign_text(*sign))),
        _ => return Ok(None),
    };
    check_structure(&leaf, constants)?;
    Ok(Some(match sense {
        Sense::Plain => leaf,
        Sense::Negated => Condition::Not(Box::new(leaf)),
    }))
}

/// What is wrong with a leaf whatever its parameters are. The types of literals come later, with those of parameters.
fn check_structure(leaf: &Condition, constants: &Constants) -> Result<(), StatementError> {
    let unknown = vec![None; constants.0.len()];
    match check_leaf(leaf, &Scope::of_values(&unknown)) {
        Err(OperandError::Type(..)) | Ok(()) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// Conditions are booleans, which have no order.
fn check_order<'o>(
    operator: OperatorName,
    operands: impl IntoIterator<Item = &'o Operand>,
) -> Result<(), StatementError> {
    let is_boolean =
        |operand: &Operand| matches!(operand, Operand::Call(call) if call.function.role() == Role::Condition);
    match operands.into_iter().any(is_boolean) {
        true => Err(OperandError::Type(operator, ValueType::Bool).into()),
        false => Ok(()),
    }
}

fn membership(sides: &[Expr; 2], constants: &mut Constants) -> Result<Condition, StatementError> {
    let value = operand(&sides[0], constants)?;
    let ExprKind::List(items) = &sides[1].kind else {
        return Err(StatementError::InOperands);
    };
    let candidates = items.iter().map(|item| operand(item, constants));
    let candidates = candidates.collect::<Result<_, _>>()?;
    Ok(Condition::In { value, candidates })
}

/// `x IS t`: a test for absence, or for a type.
fn type_test(expr: &Expr, word: &str, constants: &mut Constants) -> Result<Condition, StatementError> {
    let value = match &expr.kind {
        ExprKind::Name(_) | ExprKind::Path(..) => operand(expr, constants)?,
        kind if is_literal(kind) => operand(expr, constants)?,
        _ => return Err(StatementError::IsOperand),
    };
    let kind = match word {
        "missing" => {
            return Ok(match value {
                Operand::Path(_) => Condition::Call(Call {
                    function: Function::AttributeNotExists,
                    arguments: vec![value],
                }),
                // A constant is never missing: it equals none of no candidates.
                constant => Condition::In {
                    value: constant,
                    candidates: Vec::new(),
                },
            });
        }
        "null" => ValueType::Null,
        "bool" | "boolean" => ValueType::Bool,
        "blob" => ValueType::B,
        "string" => ValueType::S,
        "numeric" => ValueType::N,
        "struct" | "tuple" => ValueType::M,
        "list" => ValueType::L,
        _ => unreachable!("types behind IS were checked"),
    };
    Ok(Condition::Call(Call {
        function: Function::AttributeType,
        arguments: vec![
            value,
            Operand::Value(Constant::Literal(Value::string(kind.descriptor()))),
        ],
    }))
}

fn call(name: &SmolStr, arguments: &[Expr], constants: &mut Constants) -> Result<Call, StatementError> {
    let function = terms::function(name, Clause::Where).unwrap_or_else(|| unreachable!("functions were checked"));
    let arguments = arguments.iter().map(|argument| operand(argument, constants));
    Ok(Call {
        function,
        arguments: arguments.collect::<Result<_, _>>()?,
    })
}

/// An operand of a condition: a path, a constant, or what a function returns.
fn operand(expr: &Expr, constants: &mut Constants) -> Result<Operand, StatementError> {
    match &expr.kind {
        ExprKind::Name(_) | ExprKind::Path(..) => path(expr).map(Operand::Path),
        ExprKind::Call(name, arguments) => call(name, arguments, constants).map(Operand::Call),
        kind if is_literal(kind) => constants.constant(expr).map(Operand::Value),
        ExprKind::Infix(infix, _) => Err(StatementError::Operator(infix.text())),
        ExprKind::Prefix(sign, _) => Err(StatementError::Operator(sign_text(*sign))),
        ExprKind::Joined(join, _) => Err(StatementError::Operator(join.text())),
        ExprKind::In(..) => Err(StatementError::Operator("IN")),
        ExprKind::Between(..) => Err(StatementError::Operator("BETWEEN")),
        ExprKind::Is(..) => Err(StatementError::Operator("IS")),
        _ => Err(StatementError::PathComponent(expr.span)),
    }
}

fn sign_text(sign: Prefix) -> &'static str {
    match sign {
        Prefix::Not => "NOT",
        Prefix::Plus => "+",
        Prefix::Minus => "-",
    }
}

/// A path of names and positions.
pub(super) fn path(expr: &Expr) -> Result<Path, StatementError> {
    let (root, steps) = match &expr.kind {
        ExprKind::Path(root, steps) => (root.as_ref(), steps.as_slice()),
        _ => (expr, &[][..]),
    };
    let ExprKind::Name(head) = &root.kind else {
        return Err(StatementError::PathComponent(root.span));
    };
    let mut elements = vec![Element::Name(checked(head)?)];
    for step in steps {
        elements.push(match step {
            Step::Name(name, _) => Element::Name(checked(name)?),
            Step::Index(index) => Element::Index(position(index)?),
            Step::Wildcard => return Err(StatementError::PathComponent(expr.span)),
        });
    }
    match elements.len() {
        levels if levels > PATH_ELEMENTS_MAX => Err(StatementError::Path(SyntaxError::PathTooDeep(levels))),
        _ => Ok(Path(elements)),
    }
}

fn checked(name: &SmolStr) -> Result<SmolStr, StatementError> {
    match name.is_empty() {
        true => Err(StatementError::EmptyComponent),
        false => Ok(name.clone()),
    }
}

fn position(index: &Expr) -> Result<u32, StatementError> {
    match &index.kind {
        ExprKind::Number(text) if text.bytes().all(|byte| byte.is_ascii_digit()) => {
            list_index(text).ok_or_else(|| StatementError::ListIndex(text.clone(), index.span))
        }
        _ => Err(StatementError::PathComponent(index.span)),
    }
}
