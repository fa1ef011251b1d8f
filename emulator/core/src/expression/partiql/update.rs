//! The clauses of UPDATE: from what is written to an update (observed-partiql.md §8).

use super::super::ast::{self, Arithmetic, Assignment, Call, Change, Constant, Function, Operand, Path, Sign, Update};
use super::super::error::{Clash, OperandError};
use super::super::path::{are_equal, first_clash};
use super::super::placeholders::Scope;
use super::condition::{Constants, path};
use super::error::{SetFunction, Span, StatementError};
use super::literal::is_literal;
use super::terms::{self, set_function};
use super::tree::{Clause, Expr, ExprKind, Infix};

/// An update, and what of it is refused only once the parameters are known.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Changes {
    pub(super) update: Update,
    /// The operands of `set_add` and `set_delete`, which must be sets, and where their first argument stands.
    pub(super) sets: Vec<(Constant, SetFunction, Span)>,
    /// Two targets that do not go together.
    pub(super) clash: Option<Clash>,
}

/// What the assignments of all SET clauses become.
#[derive(Default)]
struct Parts {
    set: Vec<Assignment>,
    add: Vec<Change>,
    delete: Vec<Change>,
    sets: Vec<(Constant, SetFunction, Span)>,
}

/// Makes the update of clauses whose terms were checked.
pub(super) fn changes(clauses: &[Clause], constants: &mut Constants) -> Result<Changes, StatementError> {
    let mut parts = Parts::default();
    let (mut assigned, mut removed) = (Vec::new(), Vec::new());
    for clause in clauses {
        match clause {
            Clause::Set(assignments) => {
                for (target, value) in assignments {
                    let target = path(target)?;
                    assigned.push(target.clone());
                    parts.push(target, value, constants)?;
                }
            }
            Clause::Remove(target) => removed.push(path(target)?),
        }
    }
    assigned.extend(removed.iter().cloned());
    let clash = clash_of(&assigned);
    let Parts { set, add, delete, sets } = parts;
    let clauses = [
        (!set.is_empty()).then_some(ast::Clause::Set(set)),
        (!add.is_empty()).then_some(ast::Clause::Add(add)),
        (!delete.is_empty()).then_some(ast::Clause::Delete(delete)),
        (!removed.is_empty()).then_some(ast::Clause::Remove(removed)),
    ];
    Ok(Changes {
        update: Update(clauses.into_iter().flatten().collect()),
        sets,
        clash,
    })
}

/// The first two targets that do not go together; the one that is written later is named first.
fn clash_of(targets: &[Path]) -> Option<Clash> {
    let targets: Vec<&Path> = targets.iter().collect();
    first_clash(&targets, &Scope::empty()).map(|Clash { kind, one, two }| Clash {
        kind,
        one: two,
        two: one,
    })
}

impl Parts {
    fn push(&mut self, target: Path, value: &Expr, constants: &mut Constants) -> Result<(), StatementError> {
        let (name, arguments) = match &value.kind {
            ExprKind::Call(name, arguments) if set_function(name) => (name, arguments),
            _ => {
                let value = assigned(value, constants)?;
                self.set.push(Assignment { target, value });
                return Ok(());
            }
        };
        let function = match name.eq_ignore_ascii_case("set_add") {
            true => SetFunction::Add,
            false => SetFunction::Delete,
        };
        let [first, second] = arguments.as_slice() else {
            return Err(StatementError::SetArity(function, value.span));
        };
        let is_target = path(first).is_ok_and(|first| are_equal(&first, &target, &Scope::empty()));
        if !is_target {
            return Err(StatementError::SetTarget(function, value.span));
        }
        if !matches!(second.kind, ExprKind::Bag(_) | ExprKind::Parameter(_)) {
            return Err(StatementError::SetArgument(function, first.span));
        }
        let operand = constants.constant(second)?;
        self.sets.push((operand.clone(), function, first.span));
        let change = Change { target, operand };
        match function {
            SetFunction::Add => self.add.push(change),
            SetFunction::Delete => self.delete.push(change),
        }
        Ok(())
    }
}

/// A value of SET. A sum or difference begins with a path.
fn assigned(expr: &Expr, constants: &mut Constants) -> Result<Operand, StatementError> {
    let (operator, sides) = match &expr.kind {
        ExprKind::Infix(Infix::Other(operator @ ("+" | "-")), sides) => (*operator, sides.as_ref()),
        _ => return operand(expr, constants),
    };
    let [left, right] = sides;
    if !matches!(left.kind, ExprKind::Name(_) | ExprKind::Path(..)) {
        return Err(StatementError::Operator(operator));
    }
    let sign = if operator == "+" { Sign::Plus } else { Sign::Minus };
    let (left, right) = (operand(left, constants)?, operand(right, constants)?);
    Ok(Operand::Arithmetic(Box::new(Arithmetic { sign, left, right })))
}

fn operand(expr: &Expr, constants: &mut Constants) -> Result<Operand, StatementError> {
    match &expr.kind {
        ExprKind::Name(_) | ExprKind::Path(..) => path(expr).map(Operand::Path),
        ExprKind::Call(name, arguments) => {
            let function = terms::function(name, terms::Clause::Set);
            let function = function.unwrap_or_else(|| unreachable!("functions were checked"));
            list_append(function, arguments, constants)
        }
        kind if is_literal(kind) => constants.constant(expr).map(Operand::Value),
        ExprKind::Infix(infix, _) => Err(StatementError::Operator(infix.text())),
        ExprKind::Joined(join, _) => Err(StatementError::Operator(join.text())),
        _ => Err(StatementError::PathComponent(expr.span)),
    }
}

fn list_append(function: Function, arguments: &[Expr], constants: &mut Constants) -> Result<Operand, StatementError> {
    if arguments.len() != function.arity() {
        return Err(OperandError::Count(function, arguments.len()).into());
    }
    let arguments = arguments.iter().map(|argument| operand(argument, constants));
    Ok(Operand::Call(Call {
        function,
        arguments: arguments.collect::<Result<_, _>>()?,
    }))
}
